"""The home page: search, questions, the state of the data, the headline answer."""

from __future__ import annotations

import asyncio
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse

from jixiao.audit.registry import rules
from jixiao_service.library import example_queries, with_prefixes
from jixiao_service.pages.page import Opened, page_router

router = page_router()

FIRST = ("counts", "years", "finding-counts", "headline")
_SHOWN = 8


@cache
def _questions() -> list[dict[str, str]]:
    with Path(__file__).with_name("questions.toml").open("rb") as file:
        loaded: list[dict[str, str]] = tomllib.load(file)["question"]
        return loaded


def _by_rule(rows: list[Any]) -> list[dict[str, Any]]:
    """Return rules with their number of findings, the most frequent first."""
    counts: dict[str, dict[str, Any]] = {}
    for row in rows:
        rule = counts.setdefault(row["rule"], {"rule": row["rule"], "count": 0, "severity": row["severity"]})
        rule["count"] += int(row["count"])
    for rule in counts.values():
        known = rules().get(rule["rule"])
        rule["label"], rule["name"] = (known.label, known.name) if known else (rule["rule"], rule["rule"])
    return sorted(counts.values(), key=lambda rule: (-rule["count"], rule["rule"]))


@router.get("/")
async def home(page: Opened) -> HTMLResponse:
    """Show what is here and where to begin."""
    reader = page.reader
    counted, years, found, headline = await asyncio.gather(*map(reader.rows, FIRST))
    severities = {"violation": 0, "warning": 0, "info": 0}
    for row in found:
        severities[row["severity"] or "info"] += int(row["count"] or 0)
    return page.render(
        "home.html",
        counts=counted[0],
        years=years,
        severities=severities,
        rules=_by_rule(found)[:_SHOWN],
        headline=headline[:_SHOWN],
        headline_projects=len({row["project"] for row in headline}),
        headline_indicators=sum(int(row["indicators"] or 0) for row in headline),
        headline_query=with_prefixes(example_queries()["satisfaction"].text),
        questions=_questions(),
    )
