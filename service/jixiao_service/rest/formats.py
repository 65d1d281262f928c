"""Write a page as JSON, CSV or XLSX."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from jixiao.exporting import ROW_FORMATS
from jixiao_service.negotiation import MediaFormat, choose
from jixiao_service.rest.lists import TablePage

JSON = "application/json"
TYPES = {
    "json": JSON,
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def accepted(request: Request) -> str:
    """Return the format the Accept header asks for: JSON unless CSV or XLSX is preferred."""
    offered = [MediaFormat(name, media.partition(";")[0]) for name, media in TYPES.items()]
    chosen = choose(offered, request.headers.get("accept"))
    if chosen is None:
        return "json"
    return chosen.format.name


def send_json(page: TablePage, headers: dict[str, str], following: str | None) -> Response:
    """Return a page as JSON; the rows are sent as they are stored."""
    head: dict[str, Any] = {"total": page.total, "next": following, "version": page.version, "copies": page.copies}
    if page.facets:
        head["facets"] = page.facets
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return Response(f'{start}, "items": [{", ".join(page.bodies)}]}}', 200, headers, JSON)


def send_file(page: TablePage, headers: dict[str, str], name: str, kind: str, *, bom: bool) -> Response:
    """Return all rows as a file; ``bom`` is for spreadsheets that else take UTF-8 for something else."""
    row_format = kind
    if kind == "csv" and bom:
        row_format = "csv-excel"
    write = ROW_FORMATS[row_format].load()
    buffer = io.BytesIO()
    write((json.loads(body) for body in page.bodies), page.columns, buffer)
    file = f"{name}.{kind}"
    disposition = f"attachment; filename=\"{file}\"; filename*=UTF-8''{quote(file)}"
    return Response(buffer.getvalue(), 200, {**headers, "Content-Disposition": disposition}, TYPES[kind])
