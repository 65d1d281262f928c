"""The home page: search, questions, the state of the data, the headline answer."""

from __future__ import annotations

import asyncio
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse

from jixiao.audit.registry import rules
from jixiao_service.answers import Row
from jixiao_service.library import example_queries, with_prefixes
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.reader import by_column, count_of

router = page_router()

FIRST = ("counts", "years", "finding-counts", "headline")
_SHOWN = 8


@cache
def _questions() -> list[dict[str, str]]:
    with Path(__file__).with_name("questions.toml").open("rb") as file:
        loaded: list[dict[str, str]] = tomllib.load(file)["question"]
        return loaded


def _commonest_rules(rows: list[Row]) -> list[dict[str, Any]]:
    """Return the rules with the most findings."""
    counted: list[dict[str, Any]] = []
    for rule, found in by_column(rows, "rule").items():
        known = rules().get(rule or "")
        names = {"label": known.label, "name": known.name} if known else {"label": rule, "name": rule}
        counted.append({"rule": rule, "count": sum(map(count_of, found)), "severity": found[0]["severity"], **names})
    return sorted(counted, key=lambda each: (-each["count"], each["rule"]))[:_SHOWN]


@router.get("/")
async def home_page(page: Opened) -> HTMLResponse:
    """Show what is here and where to begin."""
    reader = page.reader
    counted, years, found, headline = await asyncio.gather(*map(reader.rows, FIRST))
    severities = {"violation": 0, "warning": 0, "info": 0}
    for row in found:
        severities[row["severity"] or "info"] += count_of(row)
    return page.render(
        "home.html",
        counts=counted[0],
        years=years,
        severities=severities,
        rules=_commonest_rules(found),
        headline=headline[:_SHOWN],
        headline_projects=len({row["project"] for row in headline}),
        headline_indicators=sum(count_of(row, "indicators") for row in headline),
        headline_query=with_prefixes(example_queries()["satisfaction"].text),
        questions=_questions(),
    )
