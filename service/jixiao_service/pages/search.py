"""Search by words, and questions in Chinese."""

from __future__ import annotations

import asyncio
from typing import Any

from markupsafe import Markup
from starlette.datastructures import State
from starlette.responses import Response

from jixiao.asking import Answer, answer
from jixiao.ids import Minter
from jixiao.search import SearchResult, search
from jixiao.tables.schemas import schema
from jixiao_service.bridge import with_store
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.paging import page_of
from jixiao_service.pages.reader import PageReader
from jixiao_service.pages.wording import visible
from jixiao_service.problems import Problem, problem_of

router = page_router()

_HITS = 20
_ROWS = 200
_BRIEF = 10  # rows of an answer above what a search found
_LONG = 160  # characters of a name that is shown with what matched
_PATIENCE = 0.05  # seconds a page waits for the answer to a question
_PREPARING = 3.0  # seconds the first search waits for the index of words after the data has changed
EXAMPLE = "满意度不低于95%的项目有哪些"  # what the home page proposes
_NOTHING = SearchResult((), 0, False, "words")


@router.get("/search")
async def search_page(page: Opened, q: str = "", kind: str = "", p: int = 1) -> Response:
    """Show what has the words, with the answer where they are a question."""
    asking = answer_of(page.reader, page.request.app.state, q)
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
async def ask_page(page: Opened, q: str = "", wait: bool = False, brief: bool = False) -> Response:
    """Answer a question and nothing else; with ``wait``, however long it takes; ``brief`` shows its first rows."""
    asking = answer_of(page.reader, page.request.app.state, q)
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


def _answer_values(page: PageContext, asking: asyncio.Task[Answer | None], most: int) -> dict[str, Any]:
    """Return what the template of an answer needs."""
    answered, problem = None, None
    if asking.done():
        error = asking.exception()
        if error is None:
            answered = asking.result()
        elif isinstance(error, Problem):
            problem = problem_of(error).body("/ask")
        else:
            raise error
    return {
        "pending": not asking.done(),
        "answer": answered,
        "problem": problem,
        "rows": answered.rows[:most] if answered else (),
        "document_iri": Minter(page.base_iri).document,
    }


def answer_of(reader: PageReader, state: State, question: str) -> asyncio.Task[Answer | None]:
    """Return the task that answers a question, the same one while it is asked again of the same data."""

    async def work() -> Answer | None:
        if not question.strip():
            return None
        names = await state.side.names()
        return await with_store(state.engine, lambda store: answer(store, question, names))

    return reader.memory.begin(reader.version, ("ask", question), work)
