"""Compare two to six projects, departments or years: indicators aligned by what they measure, in one unit."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from jixiao.exporting import ROW_FORMATS
from jixiao.tables.side import SideTables
from jixiao_service.answers import Row
from jixiao_service.pages.page import SECURITY, Opened, PageContext, page_router
from jixiao_service.pages.reader import node
from jixiao_service.pages.terms import year_term
from jixiao_service.pages.wording import two_decimals
from jixiao_service.problems import Problem
from jixiao_service.rest.formats import TYPES, attached
from jixiao_service.rest.lists import count_rows, list_page

router = page_router()

MOST = 6
_FOUND = 30
_OFFERED = 200
_LIMIT = 1000  # indicators of one side (compared-indicators.rq)
_HEADS = (("一级指标", "Level 1"), ("所衡量的", "What is measured"), ("不同", "Differs"))
_MONEY = (("budget", "预算", "Budget"), ("adjusted", "全年预算", "Adjusted"), ("executed", "执行", "Executed"))
_COUNTS = (
    ("indicators", "指标", "Indicators"),
    ("numbers", "其中目标是数的", "With a number as target"),
    ("findings", "审核发现（各年度）", "Findings (all years)"),
)
Sides = Annotated[list[str] | None, Query()]


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """Hold one side of a comparison: a project or department, of one year if given."""

    of: str
    iri: str
    kind: str
    name: str
    department: str | None
    year: str | None
    years: tuple[str, ...]


@router.get("/compare")
async def compare(
    page: Opened,
    of: Sides = None,
    name: Sides = None,
    q: str = "",
    format: str = "",  # noqa: A002
) -> Response:
    """Show the sides beside each other; ``of`` is ``project/…`` or ``department/…``, with ``@2023`` for one year.

    ``format`` gives them as a file. ``name`` adds what is called so; of several that are, or none, those with the words
    are offered.
    """
    chosen = list(dict.fromkeys(of or []))
    if name:
        return await _add_named(page, chosen, name, q)
    if len(chosen) > MOST:
        raise Problem("bad-parameters", reason=f"of: {len(chosen)} > {MOST}")
    sides = [await _read_side(page, each) for each in chosen]
    groups: list[dict[str, Any]] = []
    columns = [await _indicators_of(page, side) for side in sides]
    if len(sides) > 1:
        groups = _by_level1(_align(page, columns))
    figures = await page.of_tables(_figures, sides, columns)
    for side, figure in zip(sides, figures, strict=True):
        figure["money"] = await _money_of(page, side)
    if format:
        return _file(page, format, _lines(page, sides, figures, groups))
    return page.render(
        "compare.html",
        sides=sides,
        figures=figures,
        money=[each for each in _MONEY if any(figure["money"].get(each[0]) for figure in figures)],
        counts=_COUNTS,
        groups=groups,
        of=chosen,
        found=await _search_names(page, q.strip()),
        known=await page.of_tables(_known_names),
        q=q,
        most=MOST,
        of_link=_changed,
        limit=_LIMIT,
    )


async def _add_named(page: PageContext, chosen: list[str], names: list[str], q: str) -> Response:
    """Return the way to a comparison with what is called so."""
    for text in filter(None, names):
        exact = {row["iri"] for row in await _search_names(page, text) if row["name"] == text}
        if len(exact) != 1:
            q = q or text
        chosen += [iri.removeprefix(page.base_iri) for iri in exact if len(exact) == 1]
    return page.redirect(f"/compare?{_changed(chosen, None)}&{urlencode({'q': q})}")


def _figures(tables: SideTables, sides: list[ComparedSide], columns: list[list[Row]]) -> list[dict[str, Any]]:
    """Return what each side has: indicators, those with a number, findings of the audit (of all years)."""
    figures = []
    for side, column in zip(sides, columns, strict=True):
        found = count_rows(tables, "findings", [(side.kind, side.name)], ())
        numbers = sum(bool(row["lower"] or row["upper"]) for row in column)
        figures.append({"indicators": len(column), "numbers": numbers, "findings": sum(found.values())})
    return figures


async def _money_of(page: PageContext, side: ComparedSide) -> dict[str, Any]:
    """Return what was printed as the total of one side in yuan, of its year or the last; where several were, all."""
    chosen = {side.kind: node(side.iri), "year": year_term(side.year or "")}
    rows = await page.reader.rows("compared-money", **chosen)
    if not rows:
        return {}
    return {"year": rows[0]["year"], **{key: (rows[0][key] or "").split() for key, _, _ in _MONEY}}


def _file(page: PageContext, kind: str, rows: list[dict[str, str]]) -> Response:
    """Return the comparison as a file."""
    if kind not in TYPES:
        raise Problem("bad-parameters", reason=f"format: {'、'.join(TYPES)}")
    if kind == "json":
        content = json.dumps(rows, ensure_ascii=False).encode()
    else:
        buffer = io.BytesIO()
        write = ROW_FORMATS["csv-excel" if kind == "csv" else kind].load()
        write(rows, list(rows[0]), buffer)
        content = buffer.getvalue()
    return attached(content, "comparison", page.tr("比较", "comparison"), kind, SECURITY)


def _lines(
    page: PageContext, sides: list[ComparedSide], figures: list[dict[str, Any]], groups: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """Return the rows of the file: money and figures first, then one for each thing that is measured."""
    columns = [*(page.tr(zh, en) for zh, en in _HEADS), *(side.name + (side.year or "") for side in sides)]
    rows: list[tuple[str, ...]] = []
    for key, zh, en in _MONEY:
        told = ["、".join(map(two_decimals, figure["money"].get(key, ()))) for figure in figures]
        rows.append((page.tr("资金（万元）", "Money (10 000 yuan)"), page.tr(zh, en), "", *told))
    for key, zh, en in _COUNTS:
        rows.append((page.tr("个数", "Numbers"), page.tr(zh, en), "", *(str(figure[key]) for figure in figures)))
    for group in groups:
        for row in group["rows"]:
            differs = page.tr("是", "yes") if row.differs else ""
            rows.append((group["level"], row.name or "", differs, *map(_told, row.cells)))
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _told(cell: list[Row]) -> str:
    """Return what the indicators of a cell say."""
    return "；".join(f"{each['name']} {each['target'] or ''}".strip() for each in cell)


def _known_names(tables: SideTables) -> list[dict[str, Any]]:
    """Return departments to begin with, those with the most projects first."""
    return list_page(tables, "departments", [("sort", "-projects"), ("limit", str(_OFFERED))]).rows()


def _changed(of: list[str], added: str | None, removed: str | None = None) -> str:
    """Return the parameters of a comparison with one side more or less."""
    sides = [each for each in [*of, added] if each and each != removed]
    return urlencode([("of", each) for each in sides])


async def _read_side(page: PageContext, of: str) -> ComparedSide:
    key, at, year = of.rpartition("@")
    if not at or year_term(year) is None:
        key, year = of, ""
    kind, _, rest = key.partition("/")
    iri = page.iri(kind, rest)
    if kind not in ("project", "department"):
        raise Problem("bad-parameters", reason=f"of: {of[:200]!r}")
    about = await page.reader.one(kind, node(iri))
    years = tuple(row["year"] or "" for row in await page.reader.rows("compared-years", node=node(iri)))
    return ComparedSide(of, iri, kind, about["name"] or "", about.get("departmentName"), year or None, years)


async def _indicators_of(page: PageContext, side: ComparedSide) -> list[Row]:
    chosen = {side.kind: node(side.iri), "year": year_term(side.year or "")}
    return await page.reader.rows("compared-indicators", **chosen)


async def _search_names(page: PageContext, text: str) -> list[dict[str, Any]]:
    """Return departments and projects whose name holds a text."""
    if not text:
        return []
    words = [("q", text), ("limit", str(_FOUND))]
    departments = await page.of_tables(list_page, "departments", words)
    projects = await page.of_tables(list_page, "projects", words)
    found = [{**row, "department": None} for row in departments.rows()]
    found += [{**row, "iri": row["project_iri"]} for row in projects.rows()]
    return list({row["iri"]: row for row in found}.values())


@dataclass(slots=True)
class _Measured:
    """Hold one row of a comparison: a thing measured, with a cell of indicators for each side."""

    level: str
    concept: str | None
    name: str | None
    cells: list[list[Row]]

    @property
    def present(self) -> int:
        """Return how many sides measure it."""
        return sum(bool(cell) for cell in self.cells)

    @property
    def differs(self) -> bool:
        """Say whether the sides that measure it have different targets."""
        return len({_targets(cell) for cell in self.cells if cell}) > 1


def _align(page: PageContext, columns: list[list[Row]]) -> list[_Measured]:
    """Return what the sides measure, in the order it is first met."""
    rows: dict[tuple[str, str], _Measured] = {}
    for position, column in enumerate(columns):
        for indicator in column:
            concept, name = indicator["concept"], indicator["name"]
            level = page.codes(indicator["level1"]) or indicator["level1Text"] or page.tr("其他", "Other")
            measured = indicator["measureName"]
            key = level, measured or f"{indicator['level2Text'] or ''}|{name}|{indicator['unit'] or ''}"
            if key not in rows:
                rows[key] = _Measured(level, concept, measured or name, [[] for _ in columns])
            cell = rows[key].cells[position]
            if _told([indicator]) not in map(_told, ([each] for each in cell)):  # a form printed twice says it once
                cell.append(indicator)
    return list(rows.values())


def _by_level1(measured: list[_Measured]) -> list[dict[str, Any]]:
    """Return the rows by level 1, first those that most sides have."""
    groups: dict[str, list[_Measured]] = {}
    for row in measured:
        groups.setdefault(row.level, []).append(row)
    return [
        {"level": level, "rows": sorted(rows, key=lambda row: row.present, reverse=True)}
        for level, rows in groups.items()
    ]


def _targets(cell: list[Row]) -> frozenset[tuple[str | None, ...]]:
    """Return what a cell's targets say, whatever their spelling."""
    found: set[tuple[str | None, ...]] = set()
    for row in cell:
        if row["lower"] or row["upper"]:
            found.add(tuple(row[name] for name in ("lower", "lowerInclusive", "upper", "upperInclusive", "unit")))
        else:
            found.add((row["target"],))
    return frozenset(found)
