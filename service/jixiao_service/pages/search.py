"""Search by words, and questions in Chinese."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from markupsafe import Markup
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import HTMLResponse

from jixiao.asking import Answer, answer
from jixiao.ids import Minter
from jixiao.search import Found, schema, search
from jixiao_service.bridge import with_store
from jixiao_service.pages.page import Opened, Page, page_router
from jixiao_service.pages.paging import page_of, paged
from jixiao_service.pages.terms import text_term
from jixiao_service.pages.wording import shown
from jixiao_service.problems import Problem, problem_of

router = page_router()

Outcome = tuple[Answer | None, dict[str, Any] | None]

_HITS = 20
_ROWS = 200
_BRIEF = 10  # rows of an answer above what a search found
_LONG = 160  # characters of a name that is shown with what matched
_PATIENCE = 0.05  # seconds a page waits for the answer to a question
_PREPARING = 3.0  # seconds the first search waits for the index of words after the data has changed
EXAMPLE = "满意度不低于95%的项目有哪些"  # what the home page proposes
_REMEMBERED = 100  # answers


@router.get("/search")
async def find(page: Opened, q: str = "", kind: str = "", p: int = 1) -> HTMLResponse:
    """Show what has the words, with the answer where they are a question."""
    asking = _asking(page, q)
    number = min(max(1, p), 15)
    found = await _found(page.request, q, kind if kind in schema()["found"] else "", number)
    hits = found or Found((), 0, False, "words")
    await asyncio.wait([asking], timeout=_PATIENCE)
    return page.render(
        "search.html",
        q=q,
        kind=kind,
        ready=found is not None,
        found=hits,
        hits=page_of(hits.hits, number, min(hits.total, 15 * _HITS), _HITS),
        highlighted=_highlighted,
        concepts=[iri for iri, labels in page.codes.labels.items() if q.strip() and q.strip() in labels.get("zh", "")],
        pending=not asking.done(),
        **_answered(page, asking.result() if asking.done() else (None, None), _BRIEF),
    )


@router.get("/ask")
async def ask(page: Opened, q: str = "", wait: bool = False, brief: bool = False) -> HTMLResponse:
    """Answer a question and nothing else; with ``wait``, however long it takes; ``brief`` shows its first rows."""
    asking = _asking(page, q)
    await asyncio.wait([asking], timeout=None if wait else _PATIENCE)
    outcome = asking.result() if asking.done() else (None, None)
    return page.render(
        "ask.html", q=q, pending=not asking.done(), **_answered(page, outcome, _BRIEF if brief else _ROWS)
    )


@router.get("/indicators")
async def indicators(page: Opened, name: str = "", p: int = 1) -> HTMLResponse:
    """List the indicators of one name."""
    rows = await page.reader.rows("indicators-named", name=text_term(name)) if name.strip() else []
    return page.render("indicators.html", name=name, rows=paged(rows, p))


def _highlighted(hit: Any) -> Markup | str:
    """Return a name with what matched marked; long ones and those with unseen characters are shown plainly."""
    if len(hit.name) > _LONG or shown(hit.name) != hit.name:
        return shown(hit.name[:_LONG]) + ("…" if len(hit.name) > _LONG else "")
    return Markup(hit.highlighted)


async def _found(request: Request, q: str, kind: str, number: int) -> Found | None:
    """Return what is found, or None while the index of words is being made."""
    if not q.strip():
        return Found((), 0, False, "words")
    state = request.app.state
    opening, version = asyncio.ensure_future(state.side.view()), await state.engine.version()
    waited, state.page_waited = getattr(state, "page_waited", None), version
    done, _ = await asyncio.wait([opening], timeout=_PATIENCE if waited == version else _PREPARING)
    if not done:
        opening.add_done_callback(lambda task: task.cancelled() or task.exception())
        return None
    view = opening.result()
    kinds, offset = ((kind,) if kind else ()), (number - 1) * _HITS
    return await asyncio.to_thread(search, view, q, kinds=kinds, limit=_HITS, offset=offset)


def _answered(page: Page, outcome: Outcome, most: int = _ROWS) -> dict[str, Any]:
    """Return what the template of an answer needs."""
    answered, problem = outcome
    return {
        "answer": answered,
        "problem": problem,
        "rows": answered.rows[:most] if answered else (),
        "document_iri": Minter(page.base_iri).document,
    }


def _asking(page: Page, question: str) -> asyncio.Task[Outcome]:
    return answer_of(page.request.app.state, page.reader.version, question)


def answer_of(state: State, version: str, question: str) -> asyncio.Task[Outcome]:
    """Return the task that answers a question, the same one while it is asked again of the same data."""
    if not hasattr(state, "page_questions"):
        state.page_questions = OrderedDict()
    asked: OrderedDict[tuple[str, str], asyncio.Task[Outcome]] = state.page_questions
    key = (version, question)
    if key not in asked:
        task = asked[key] = asyncio.create_task(_ask(state, question))
        task.add_done_callback(lambda done: asked.pop(key, None) if done.cancelled() or done.result()[1] else None)
        while len(asked) > _REMEMBERED:
            asked.popitem(last=False)
    return asked[key]


async def _ask(state: State, question: str) -> Outcome:
    """Return the answer to a question, or the problem its query met."""
    if not question.strip():
        return None, None
    try:
        names = await state.side.names()
        return await with_store(state.engine, lambda store: answer(store, question, names)), None
    except Problem as problem:
        return None, problem_of(problem).body("/ask")
