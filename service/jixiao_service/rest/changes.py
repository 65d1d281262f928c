"""Tell what changed: rows of tables after a cursor, and a feed of the newest rows of one table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from jixiao.errors import UsageError
from jixiao.exporting.columns import TABLE_TITLES
from jixiao.exporting.text import legal_xml
from jixiao.exporting.xml_graphs import escape_xml
from jixiao.tables.changes import Changes, read_changes, read_newest
from jixiao.tables.schemas import schema, table_names
from jixiao.tables.side import SideTables
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
    return Response("".join(_feed(request, name, rows)), 200, _NOW, ATOM)


def _feed(request: Request, name: str, rows: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """Yield the parts of a feed (RFC 4287)."""
    title, base = TABLE_TITLES[name], str(request.base_url)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
    yield f"<id>{_text(str(request.url))}</id><title>绩效 · {title}</title><author><name>Jixiao</name></author>"
    yield f'<link rel="self" href="{_text(str(request.url))}"/>'
    yield f"<updated>{rows[0][0] if rows else '1970-01-01T00:00:00+00:00'}</updated>\n"
    named = schema()["words"][name][0]
    for time, row in rows:
        about = "，".join(str(row[each]) for each in ("department", "rule", "document") if row.get(each))
        yield f"<entry><id>{_text(row['iri'])}</id><title>{_text(row.get(named) or row['iri'])}</title>"
        yield f'<updated>{time}</updated><link href="{_text(base)}entity?iri={quote(row["iri"], safe="")}"/>'
        yield f"<summary>{_text(about)}</summary></entry>\n"
    yield "</feed>\n"


def _text(value: object) -> str:
    return escape_xml(legal_xml(str(value)))
