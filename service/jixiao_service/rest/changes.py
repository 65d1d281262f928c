"""Tell what changed: rows of tables after a cursor, and a feed of the newest rows of one table."""

from __future__ import annotations

import json
from dataclasses import asdict

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from jixiao.errors import UsageError
from jixiao.exporting.columns import TABLE_TITLES
from jixiao.exporting.text import legal_xml
from jixiao.tables.changes import Changes, read_changes, read_newest
from jixiao.tables.schemas import schema, table_names
from jixiao.tables.side import SideTables
from jixiao_service.pages.page import template
from jixiao_service.problems import Problem
from jixiao_service.rest.filters import bad, conditions
from jixiao_service.rest.formats import JSON
from jixiao_service.rest.paging import read_limit

ATOM = "application/atom+xml; charset=utf-8"
_FED = 50  # entries of a feed
_NOW = {"Cache-Control": "no-cache"}
Pairs = list[tuple[str, str]]


async def send_changes(tables: SideTables, pairs: Pairs) -> Response:
    """Answer with the rows that were put or are gone after the cursor ``since``, of all tables or those named."""
    for key, _ in pairs:
        if key not in ("since", "limit", "table"):
            raise bad(f"没有参数 {key[:60]}；可用：since、limit、table", "unknown parameter", parameter=key[:60])
    single = dict(pairs)
    names = [_known(value) for key, value in pairs if key == "table"] or list(table_names())
    limit = read_limit(single.get("limit"))
    found = await run_in_threadpool(_read, tables, names, single.get("since", ""), limit)
    told = {"changes": [asdict(change) for change in found.changes], "next": found.cursor, "more": found.more}
    return Response(json.dumps(told, ensure_ascii=False), 200, _NOW, JSON)


def _known(name: str) -> str:
    if name not in table_names():
        raise bad(f"没有表 {name[:60]}；可用：{'、'.join(table_names())}", "unknown table", parameter="table")
    return name


def _read(tables: SideTables, names: list[str], since: str, limit: int) -> Changes:
    try:
        return read_changes(tables, names, since, limit)
    except UsageError as error:
        zh, _, en = error.message.rstrip(")").partition(" (")
        if error.code == "history-gone":
            raise Problem("history-gone", reason=zh, reason_en=en) from error
        raise bad(zh, en, parameter="since") from error


async def send_feed(request: Request, tables: SideTables, pairs: Pairs) -> Response:
    """Answer with an Atom feed of the rows of a table that changed last, by the filters of its list."""
    name = _known(dict(pairs).get("table", "findings"))
    condition = conditions(name, [pair for pair in pairs if pair[0] != "table"])
    rows = await run_in_threadpool(read_newest, tables, name, condition.sql, condition.values, _FED)
    told = {"title": TABLE_TITLES[name], "named": schema()["words"][name][0], "rows": rows}
    feed = template("feed.xml").render(address=str(request.url), base=str(request.base_url), **told)
    return Response(legal_xml(feed), 200, _NOW, ATOM)
