"""The board of findings: filters, numbers by rule, exports."""

from __future__ import annotations

import asyncio
import codecs
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends
from pyoxigraph import Literal, NamedNode
from starlette.responses import HTMLResponse, Response

from jixiao.audit.registry import rules
from jixiao.exporting import write_rows
from jixiao.vocab import SH
from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.paging import SIZE, page_of
from jixiao_service.pages.reader import Value, by_column, count_of, node
from jixiao_service.pages.terms import text_term
from jixiao_service.problems import Problem

router = page_router()

SEVERITIES = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}


COLUMNS = ["rule", "severity", "department", "project", "indicator", "message", "messageEn", "fileName", "iri", "focus"]
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
}
_EXPORTED = 200_000


@dataclass(frozen=True, slots=True)
class FindingFilters:
    """Hold what the board is narrowed to; empty words narrow nothing."""

    rule: str = ""
    family: str = ""
    severity: str = ""
    department: str = ""
    document: str = ""
    q: str = ""

    def values(self) -> dict[str, Value]:
        """Return the filters as terms of the queries."""
        return {
            "rules": _rule_terms(self.rule, self.family),
            "level": _optional_node(SEVERITIES.get(self.severity)),
            "department": text_term(self.department),
            "document": _optional_node(self.document),
            "text": text_term(self.q),
        }


@router.get("/findings")
async def list_findings(page: Opened, filters: Annotated[FindingFilters, Depends()], p: int = 1) -> HTMLResponse:
    """Show the findings that fit the filters."""
    reader, wanted = page.reader, filters.values()
    number = max(1, p)
    total, rows, counts, departments = await asyncio.gather(
        reader.rows("findings-count", **wanted),
        reader.rows("findings", **wanted, limit=SIZE, offset=(number - 1) * SIZE),
        reader.rows("finding-counts"),
        reader.rows("findings-departments"),
    )
    return page.render(
        "findings.html",
        findings=page_of(rows, number, count_of(total[0])),
        groups=_families(counts),
        **asdict(filters),
        departments=[row["name"] for row in departments],
        catalogue=rules(),
    )


@router.get("/findings/export/{form}")
async def export_findings(page: Opened, form: str, filters: Annotated[FindingFilters, Depends()]) -> Response:
    """Send the findings that fit the filters as a file; CSV begins with a byte-order mark for spreadsheets."""
    if form not in _MEDIA:
        raise Problem("not-found", reason=form)
    rows = await page.reader.rows("findings", **filters.values(), limit=_EXPORTED, offset=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "findings"
        await asyncio.to_thread(write_rows, rows, COLUMNS, form, path)
        content = await asyncio.to_thread(path.read_bytes)
    if form == "csv":
        content = codecs.BOM_UTF8 + content
    headers = {"Content-Disposition": f'attachment; filename="findings.{form}"'}
    return Response(content, headers=headers, media_type=_MEDIA[form])


def _optional_node(iri: str | None) -> NamedNode | None:
    return node(iri) if iri else None


def _rule_terms(rule: str, family: str) -> list[Literal] | None:
    """Return the rules asked for as terms, or None for all."""
    if rule:
        return list(filter(None, [text_term(rule)]))
    if family:
        return [Literal(each.id) for each in rules().values() if each.family == family]
    return None


def _families(counts: list[Row]) -> dict[str, list[dict[str, Any]]]:
    """Return the rules that found something by family, with their numbers."""
    found = {rule: sum(map(count_of, rows)) for rule, rows in by_column(counts, "rule").items()}
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in rules().values():
        if each.id in found:
            groups.setdefault(each.family, []).append({"rule": each, "count": found[each.id]})
    return groups
