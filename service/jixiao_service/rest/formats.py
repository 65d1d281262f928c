"""Write a page as JSON, CSV or XLSX."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from jixiao.exporting import ROW_FORMATS, named
from jixiao.exporting.columns import TABLE_TITLES
from jixiao_service.negotiation import MediaFormat, choose
from jixiao_service.rest.filters import HOW
from jixiao_service.rest.ground import Ground
from jixiao_service.rest.lists import Pairs, TablePage

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


def send_json(
    page: TablePage, headers: dict[str, str], following: str | None, ground: Ground | None = None, hint: str = ""
) -> Response:
    """Return a page as JSON, what its figures stand on beside them; the rows are sent as they are stored."""
    head: dict[str, Any] = {"total": page.total, "next": following, "version": page.version, "copies": page.copies}
    if page.facets:
        head["facets"] = page.facets
    if ground is not None:
        head["ground"] = asdict(ground)
    if hint:
        head["hint"] = hint
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return Response(f'{start}, "items": [{", ".join(page.bodies)}]}}', 200, headers, JSON)


def send_file(page: TablePage, headers: dict[str, str], name: str, kind: str, pairs: Pairs) -> Response:
    """Return all rows as a file, told apart by the parameters ``bom`` and ``machine``.

    ``bom=1`` is for spreadsheets that else take UTF-8 for something else, ``machine=1`` for names and codes as in JSON.
    """
    wanted = {key for key, value in pairs if key in ("bom", "machine") and value in ("1", "true")}
    row_format = kind
    if kind == "csv" and "bom" in wanted:
        row_format = "csv-excel"
    write = ROW_FORMATS[named(row_format, machine="machine" in wanted)].load()
    if kind == "xlsx":
        write = partial(write, table=name, notes=_notes(page, name, pairs))
    buffer = io.BytesIO()
    write((json.loads(body) for body in page.bodies), page.columns, buffer)
    return attached(buffer.getvalue(), name, TABLE_TITLES[name], kind, headers)


def attached(content: bytes, name: str, called: str, kind: str, headers: Mapping[str, str]) -> Response:
    """Return a file to keep, with a name for programs that know ASCII only and one for people."""
    disposition = f"attachment; filename=\"{name}.{kind}\"; filename*=UTF-8''{quote(called)}.{kind}"
    return Response(content, 200, {**headers, "Content-Disposition": disposition}, TYPES[kind])


def _notes(page: TablePage, name: str, pairs: Pairs) -> list[str]:
    """Return what stands on the sheet of notes: what the file is, of which data, narrowed to what."""
    filters = [f"{key} = {value}" for key, value in pairs if key not in HOW]
    return [
        f"{TABLE_TITLES[name]}：{page.total:,} 行，{date.today():%Y年%m月%d日} 下载，数据版本 {page.version}",
        f"筛选：{'；'.join(filters) or '无'}",
    ]
