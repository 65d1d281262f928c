"""Compare two to six projects, departments or years: indicators aligned by what they measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import HTMLResponse

from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, Page, page_router
from jixiao_service.pages.reader import node
from jixiao_service.pages.terms import text_term, year_term
from jixiao_service.problems import Problem

router = page_router()

MOST = 6
_FOUND = 30


@dataclass(frozen=True, slots=True)
class Side:
    """Hold one side of a comparison: a project or department, of one year if given."""

    of: str
    iri: str
    kind: str
    name: str
    department: str | None
    year: str | None
    years: tuple[str, ...]


@router.get("/compare")
async def compare(page: Opened, of: Annotated[list[str] | None, Query()] = None, q: str = "") -> HTMLResponse:
    """Show the sides beside each other; ``of`` is ``project/…`` or ``department/…``, with ``@2023`` for one year."""
    chosen = list(dict.fromkeys(of or []))
    if len(chosen) > MOST:
        raise Problem("bad-parameters", reason=f"of: {len(chosen)} > {MOST}")
    sides = [await _side(page, each) for each in chosen]
    columns = [await _indicators(page, side) for side in sides]
    return page.render(
        "compare.html",
        sides=sides,
        groups=_aligned(page, columns) if len(sides) > 1 else [],
        of=chosen,
        found=await _find(page, q),
        q=q,
        most=MOST,
        of_link=_link,
    )


def _link(of: list[str], added: str | None, removed: str | None = None) -> str:
    """Return the parameters of a comparison with one side more or less."""
    sides = [each for each in of if each != removed] + ([added] if added else [])
    return urlencode([("of", each) for each in sides])


async def _side(page: Page, of: str) -> Side:
    key, at, year = of.rpartition("@")
    if not at or year_term(year) is None:
        key, year = of, ""
    kind, _, rest = key.partition("/")
    iri = page.iri(kind, rest)
    if kind not in ("project", "department"):
        raise Problem("bad-parameters", reason=f"of: {of[:200]!r}")
    about = await page.reader.row(kind, **{kind: node(iri)})
    if about is None:
        raise Problem("not-found", reason=iri)
    years = tuple(row["year"] or "" for row in await page.reader.rows("compared-years", node=node(iri)))
    return Side(of, iri, kind, about["name"] or "", about.get("departmentName"), year or None, years)


async def _indicators(page: Page, side: Side) -> list[Row]:
    chosen = {side.kind: node(side.iri), "year": year_term(side.year or "")}
    return await page.reader.rows("compared-indicators", **chosen)


async def _find(page: Page, q: str) -> list[dict[str, str | None]]:
    """Return departments and projects whose name holds a text."""
    if not q.strip():
        return []
    departments = [row for row in await page.reader.rows("departments") if q.strip() in (row["name"] or "")]
    projects = await page.reader.rows("projects", text=text_term(q))
    found: list[dict[str, str | None]] = [{**row, "departmentName": None} for row in departments[:_FOUND]]
    return found + [{**row} for row in projects[:_FOUND]]


def _aligned(page: Page, columns: list[list[Row]]) -> list[dict[str, Any]]:
    """Return rows by level 1: one for each thing measured, a cell of indicators for each side."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for position, column in enumerate(columns):
        for indicator in column:
            level = page.codes(indicator["level1"]) or indicator["level1Text"] or page.tr("其他", "Other")
            measured = indicator["concept"] or f"{indicator['level2Text'] or ''}|{indicator['name']}"
            row = rows.setdefault(
                (level, measured),
                {
                    "concept": indicator["concept"],
                    "name": page.codes(indicator["concept"]) or indicator["name"],
                    "cells": [[] for _ in columns],
                },
            )
            row["cells"][position].append(indicator)
    groups: dict[str, list[dict[str, Any]]] = {}
    for (level, _), row in rows.items():
        row["present"] = sum(bool(cell) for cell in row["cells"])
        row["differs"] = row["present"] > 1 and len({_targets(cell) for cell in row["cells"] if cell}) > 1
        groups.setdefault(level, []).append(row)
    return [{"level": level, "rows": sorted(found, key=lambda row: -row["present"])} for level, found in groups.items()]


def _targets(cell: list[Row]) -> frozenset[tuple[str | None, ...]]:
    """Return what a cell's targets say, whatever their spelling."""
    return frozenset(
        (row["lower"], row["lowerInclusive"], row["upper"], row["upperInclusive"], row["unit"])
        if row["lower"] or row["upper"]
        else (row["target"],)
        for row in cell
    )
