"""Search by words, and questions in Chinese."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from markupsafe import Markup
from starlette.datastructures import State
from starlette.responses import HTMLResponse

from jixiao.asking import Answer, answer
from jixiao.ids import Minter
from jixiao.search import SearchResult, search
from jixiao.tables.schemas import schema
from jixiao_service.bridge import with_store
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.paging import page_of
from jixiao_service.pages.wording import visible
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
_NOTHING = SearchResult((), 0, False, "words")


@router.get("/search")
async def search_page(page: Opened, q: str = "", kind: str = "", p: int = 1) -> HTMLResponse:
    """Show what has the words, with the answer where they are a question."""
    asking = answer_of(page.request.app.state, page.reader.version, q)
    number = min(max(1, p), 15)
    found = await _search(page.request.app.state, q, [each for each in (kind,) if each in schema()["found"]], number)
    hits = found or _NOTHING
    await asyncio.wait([asking], timeout=_PATIENCE)
    named = [iri for iri, labels in page.codes.labels.items() if q.strip() and q.strip() in labels.get("zh", "")]
    return page.render(
        "search.html",
        q=q,
        kind=kind,
        ready=found is not None,
        found=hits,
        hits=page_of(hits.hits, number, min(hits.total, 15 * _HITS), _HITS),
        highlighted=_highlighted,
        concepts=named,
        counts=(await page.reader.rows("counts"))[0],
        **_answer_values(page, asking, _BRIEF),
    )


@router.get("/ask")
async def ask_page(page: Opened, q: str = "", wait: bool = False, brief: bool = False) -> HTMLResponse:
    """Answer a question and nothing else; with ``wait``, however long it takes; ``brief`` shows its first rows."""
    asking = answer_of(page.request.app.state, page.reader.version, q)
    await asyncio.wait([asking], timeout=None if wait else _PATIENCE)
    (counts,) = await page.reader.rows("counts")
    return page.render("ask.html", q=q, counts=counts, **_answer_values(page, asking, _BRIEF if brief else _ROWS))


def _highlighted(hit: Any) -> Markup | str:
    """Return a name with what matched marked; long ones and those with unseen characters are shown plainly."""
    if len(hit.name) > _LONG:
        return visible(hit.name[:_LONG]) + "…"
    if visible(hit.name) != hit.name:
        return visible(hit.name)
    return Markup(hit.highlighted)


async def _search(state: State, q: str, kinds: list[str], number: int) -> SearchResult | None:
    """Return what is found, or None while the index of words is being made."""
    if not q.strip():
        return _NOTHING
    opening, version = asyncio.ensure_future(state.side.view()), await state.engine.version()
    patience = _PREPARING
    if getattr(state, "page_waited", None) == version:
        patience = _PATIENCE
    state.page_waited = version
    done, _ = await asyncio.wait([opening], timeout=patience)
    if not done:
        opening.add_done_callback(lambda task: task.cancelled() or task.exception())
        return None
    offset = (number - 1) * _HITS
    return await asyncio.to_thread(search, opening.result(), q, kinds=kinds, limit=_HITS, offset=offset)


def _answer_values(page: PageContext, asking: asyncio.Task[Outcome], most: int) -> dict[str, Any]:
    """Return what the template of an answer needs."""
    answered, problem = None, None
    if asking.done():
        answered, problem = asking.result()
    return {
        "pending": not asking.done(),
        "answer": answered,
        "problem": problem,
        "rows": answered.rows[:most] if answered else (),
        "document_iri": Minter(page.base_iri).document,
    }


def answer_of(state: State, version: str, question: str) -> asyncio.Task[Outcome]:
    """Return the task that answers a question, the same one while it is asked again of the same data."""
    if not hasattr(state, "page_questions"):
        state.page_questions = OrderedDict()
    asked: OrderedDict[tuple[str, str], asyncio.Task[Outcome]] = state.page_questions
    key = (version, question)
    if key not in asked:
        task = asked[key] = asyncio.create_task(_answer_question(state, question))
        task.add_done_callback(lambda done: _keep_answer(asked, key, done))
        while len(asked) > _REMEMBERED:
            asked.popitem(last=False)
    return asked[key]


def _keep_answer(
    asked: OrderedDict[tuple[str, str], asyncio.Task[Outcome]], key: tuple[str, str], task: asyncio.Task[Outcome]
) -> None:
    """Forget an answer that was not found, so that it is asked again."""
    if task.cancelled() or task.result()[1]:
        asked.pop(key, None)


async def _answer_question(state: State, question: str) -> Outcome:
    """Return the answer to a question, or the problem its query met."""
    if not question.strip():
        return None, None
    try:
        names = await state.side.names()
        return await with_store(state.engine, lambda store: answer(store, question, names)), None
    except Problem as problem:
        return None, problem_of(problem).body("/ask")
