"""The routes of ``/api/v1``: the tables as lists and files, search, questions."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from jixiao.asking import answer, as_json
from jixiao.search import search
from jixiao.tables.schemas import DERIVED, schema, table_names
from jixiao.tables.side import SideTables
from jixiao_service.bridge import with_store
from jixiao_service.pages.checking import examined
from jixiao_service.problems import Problem
from jixiao_service.rest import formats
from jixiao_service.rest.changes import send_changes, send_feed
from jixiao_service.rest.description import described, item_responses, list_operation
from jixiao_service.rest.filters import bad, narrowing
from jixiao_service.rest.ground import Ground, ground_of
from jixiao_service.rest.keeper import TableKeeper
from jixiao_service.rest.lists import TablePage, find_row, list_page
from jixiao_service.rest.paging import MOST
from jixiao_service.reviewing import Said, require_review, take

PREFIX = "/api/v1"
LONGEST = 8000  # characters of a query string
_MOST_FOUND = 100
_SHOWN = 60.0  # seconds that a decision is waited for
_TABLES: list[str | Enum] = ["tables"]


def _side(request: Request) -> TableKeeper:
    side: TableKeeper = request.app.state.side
    return side


def _rate(request: Request) -> None:
    client = ""
    if request.client:
        client = request.client.host
    request.app.state.rate.take(client)


router = APIRouter(prefix=PREFIX, dependencies=[Depends(_rate)])


def _pairs(request: Request) -> list[tuple[str, str]]:
    raw = request.scope["query_string"]
    if len(raw) > LONGEST:
        raise bad(f"查询太长，最多 {LONGEST} 字节", "the query string is too long", limit=LONGEST)
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except (UnicodeDecodeError, ValueError):
        reason = "查询要用 UTF-8 的百分号编码，至多 100 个参数"
        raise bad(reason, "percent-encoded UTF-8, at most 100 parameters") from None


async def _unchanged(request: Request, kind: str) -> tuple[dict[str, str], Response | None]:
    """Return the headers of an answer, and the answer itself when the client has it already."""
    version = (await _side(request).view()).version()
    name = f"{version}\n{request.url.path}\n{kind}\n".encode() + request.scope["query_string"]
    tag = f'"{hashlib.sha256(name).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept", "X-Data-Version": version}
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        return headers, Response(status_code=304, headers=headers)
    return headers, None


async def _send_list(request: Request, name: str, kind: str) -> Response:
    """Answer with a page of a table as JSON, or with all of it as a file."""
    pairs = _pairs(request)
    kind = kind or dict(pairs).get("format") or formats.accepted(request)
    if kind not in formats.TYPES:
        raise bad(f"format 只能是 {'、'.join(formats.TYPES)}", "unknown format", parameter="format")
    headers, unchanged = await _unchanged(request, kind)
    if unchanged is not None:
        return unchanged
    view = await _side(request).view()
    page = await run_in_threadpool(list_page, view, name, pairs, everything=kind != "json")
    if kind != "json":
        return await run_in_threadpool(formats.send_file, page, headers, name, kind, pairs)
    ground = None
    if page.facets or name in DERIVED:
        ground = await run_in_threadpool(ground_of, view, name, narrowing(pairs))
    unknown = [] if page.total else await run_in_threadpool(_unknown_offices, view, pairs)
    return _send_page(request.url.path, pairs, page, headers, ground, "；".join(unknown))


def _unknown_offices(view: SideTables, pairs: list[tuple[str, str]]) -> list[str]:
    """Return a sentence for each department that is asked for and not in the store."""
    known = [row["name"] for row in list_page(view, "departments", [], everything=True).rows()]
    told = []
    for key, name in pairs:
        if key == "department" and name not in (*known, "null"):
            near = "、".join(get_close_matches(name, known, 3, 0.5))
            told.append(f"库里没有部门 {name[:60]}{'；是否要 ' * bool(near)}{near} (no such department)")
    return told


def _send_page(
    path: str, pairs: list[tuple[str, str]], page: TablePage, headers: dict[str, str], ground: Ground | None, hint: str
) -> Response:
    following = None
    rest = [(key, value) for key, value in pairs if key != "cursor"]
    links = [f'<{path}?{urlencode(rest)}>; rel="first"', '</api/openapi.json>; rel="describedby"']
    if page.cursor:
        following = f"{path}?{urlencode([*rest, ('cursor', page.cursor)])}"
        links.append(f'<{following}>; rel="next"')
    return formats.send_json(page, {**headers, "Link": ", ".join(links)}, following, ground, hint)


def _add_list(name: str) -> None:
    """Add the route of a table's list, and those that name the kind of file it is sent as, which say nothing more."""

    async def read(request: Request) -> Response:
        _, _, kind = request.url.path.rpartition(f"/{name}")
        return await _send_list(request, name, kind.removeprefix("."))

    about = described()[name]
    read.__doc__ = about["about"]
    router.add_api_route(
        f"/{name}",
        read,
        methods=["GET"],
        operation_id=f"list_{name}",
        summary=f"{about['title']} · {about['title_en']}",
        tags=_TABLES,
        openapi_extra=list_operation(name),
        response_class=Response,
    )
    for kind in formats.TYPES:
        router.add_api_route(f"/{name}.{kind}", read, methods=["GET"], include_in_schema=False)


def _add_item(name: str) -> None:
    """Add the route of one row of a table."""

    async def read(request: Request, key: str) -> Response:
        headers, unchanged = await _unchanged(request, "json")
        if unchanged is not None:
            return unchanged
        body = await run_in_threadpool(find_row, await _side(request).view(), name, key)
        if body is None:
            raise Problem("not-found", reason=f"表 {name} 里没有 {key[:200]} (no such item)")
        return Response(body, 200, headers, formats.JSON)

    about = described()[name]
    read.__doc__ = (
        "按 IRI、IRI 里种类之后的部分，或代码。 · By its IRI, by what follows the kind in it, or by its code."
    )
    router.add_api_route(
        f"/{name}/{{key:path}}",
        read,
        methods=["GET"],
        operation_id=f"get_{name}",
        summary=f"{about['title']}（一条） · {about['title_en']}: one",
        tags=_TABLES,
        responses=item_responses(name),
        response_class=Response,
    )


for _name in table_names():
    _add_list(_name)
for _name in table_names():
    _add_item(_name)


@router.get("", operation_id="list_tables", summary="有哪些表 · Which tables there are", tags=_TABLES)
async def tables(request: Request) -> dict[str, Any]:
    """List the tables and where they are."""
    listed = [{"name": name, "title": described()[name]["title"], "href": f"{PREFIX}/{name}"} for name in table_names()]
    return {"tables": listed, "search": f"{PREFIX}/search", "ask": f"{PREFIX}/ask", "check": f"{PREFIX}/check"}


@dataclass(frozen=True, slots=True)
class _Sought:
    q: str
    kinds: tuple[str, ...]
    department: str | None
    year: int | None
    limit: int
    offset: int


def _sought(
    q: Annotated[
        str, Query(description="字词、简称、拼音首字母 · Words, cut names, pinyin initials", examples=["劳务派遣"])
    ],
    kind: Annotated[list[str] | None, Query(description="种类，可重复 · Kinds")] = None,
    department: Annotated[str | None, Query(description="部门全称 · Department")] = None,
    year: Annotated[int | None, Query(description="年度 · Year", ge=1949, le=2100)] = None,
    limit: Annotated[int, Query(description="条数 · Hits", ge=1, le=MOST)] = 20,
    offset: Annotated[int, Query(description="跳过 · Skip", ge=0, le=300)] = 0,
) -> _Sought:
    return _Sought(q, tuple(kind or ()), department, year, limit, offset)


@router.get("/changes", operation_id="list_changes", summary="跟随变化 · Follow changes", tags=_TABLES)
async def follow_changes(request: Request) -> Response:
    """Tell which rows were put in place or are gone after a cursor, in order; without one, all rows there are."""
    return await send_changes(await _side(request).view(), _pairs(request))


@router.get(
    "/changes.atom", operation_id="feed_changes", summary="订阅新变化（Atom） · Changes as a feed (Atom)", tags=_TABLES
)
async def feed_changes(request: Request) -> Response:
    """Send the rows of ``table`` (findings unless said) that changed last as a feed, by the filters of its list."""
    return await send_feed(request, await _side(request).view(), _pairs(request))


@router.get("/search", operation_id="search", summary="搜索 · Search", tags=["search"])
async def search_texts(request: Request, sought: Annotated[_Sought, Depends(_sought)]) -> Response:
    """Find projects, departments, indicators, tasks, findings by their words, the best first, with facets."""
    _only(_pairs(request), ("q", "kind", "department", "year", "limit", "offset"))
    if not sought.q.strip() or len(sought.q) > _MOST_FOUND:
        raise bad(f"q 要有 1 到 {_MOST_FOUND} 个字", f"q must have 1 to {_MOST_FOUND} characters", parameter="q")
    kinds = schema()["found"]
    for each in sought.kinds:
        if each not in kinds:
            raise bad(f"没有种类 {each[:40]}；可用：{'、'.join(kinds)}", "unknown kind", parameter="kind")
    headers, unchanged = await _unchanged(request, "json")
    if unchanged is not None:
        return unchanged
    view = await _side(request).view()
    wanted = {**asdict(sought), "limit": min(sought.limit, _MOST_FOUND)}
    found = await run_in_threadpool(lambda: search(view, wanted.pop("q"), **wanted))
    return Response(json.dumps(asdict(found), ensure_ascii=False), 200, headers, formats.JSON)


@router.get("/ask", operation_id="ask", summary="用中文提问 · Ask a question in Chinese", tags=["questions"])
async def answer_question(
    request: Request,
    q: Annotated[str, Query(description="问题 · A question in Chinese", examples=["满意度不低于95%的项目有哪些"])],
) -> dict[str, object]:
    """Answer a question with the SPARQL that did it; one that is not understood whole is declined, never guessed."""
    _only(_pairs(request), ("q",))
    names = await _side(request).names()
    return as_json(await with_store(request.app.state.engine, lambda store: answer(store, q, names)))


_UPLOAD = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}


@router.post(
    "/check",
    operation_id="check",
    summary="检查一份稿子，不入库 · Check a draft; nothing is kept",
    tags=["check"],
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _UPLOAD}}}},
)
async def check_draft(request: Request) -> Response:
    """Read and audit the file sent as form field ``file``; its forms, findings and issues come back; nothing stays."""
    result = await examined(request)
    if result is None:
        raise bad("要在表单字段 file 里送一个文件", "send a file as form field file", parameter="file")
    if "error" in result:
        raise bad(result["error"]["zh"], result["error"]["en"], code=result["error"]["code"])
    return Response(json.dumps(result, ensure_ascii=False), 200, {"Cache-Control": "no-store"}, formats.JSON)


@router.post(
    "/review",
    operation_id="review",
    summary="更正、核对，或处理一条审核发现 · Correct, accept, or decide on a finding",
    tags=["review"],
)
async def take_decision(request: Request, said: Said) -> dict[str, object]:
    """Keep what is decided on an IRI; ``shown`` says whether it shows already, or when its document is lifted again.

    ``decision`` is correct (with ``field`` and ``value``), accept or reject; of an issue whose row is an indicator add
    (``field`` its name, ``value`` its target); of findings open, explained, dismissed or fixed. ``role`` is 填报, 审核
    or 管理. It needs the token.
    """
    require_review(request, request.app.state.settings)
    made, instead_of, shows = await take(request, said)
    done, _ = await asyncio.wait([shows], timeout=_SHOWN)
    shown = bool(done) and shows.result()
    return asdict(made) | {"iri": said.iri, "shown": shown, "instead_of": [asdict(each) for each in instead_of]}


def _only(pairs: list[tuple[str, str]], known: tuple[str, ...]) -> None:
    for key, _ in pairs:
        if key not in known:
            names = "、".join(known)
            raise bad(f"没有参数 {key[:60]}；可用：{names}", "unknown parameter", parameter=key[:60], known=known)


for _route in [each for each in router.routes if isinstance(each, APIRoute) and "GET" in (each.methods or ())]:
    # Documented once: what a GET answers, without the body.
    router.add_api_route(
        _route.path.removeprefix(PREFIX),
        _route.endpoint,
        methods=["HEAD"],
        include_in_schema=False,
        response_model=None,
    )


@router.options("/{rest:path}", include_in_schema=False)
async def preflight(rest: str) -> Response:
    """Let pages of other origins ask; the headers are added for every answer."""
    return Response(status_code=204)


@router.get("/{name}", include_in_schema=False)
async def no_such_table(name: str) -> None:
    """Say which tables there are."""
    if name == "check":
        raise Problem("method-not-allowed", headers={"Allow": "POST"})
    raise Problem("not-found", reason=f"没有表 {name[:60]}；可用 (tables): {' '.join(table_names())}")
