"""Search by words, and questions in Chinese."""

from __future__ import annotations

import asyncio
import unicodedata
from typing import Any

from pyoxigraph import QueryResultsFormat, parse_query_results
from starlette.responses import HTMLResponse

from kg.asking import Answer, answer
from kg.ids import Minter
from service.engine import Engine, Query, Row
from service.pages.page import Opened, Page, page_router
from service.pages.paging import paged
from service.pages.terms import text_term
from service.problems import Problem, problem_of

router = page_router()

Outcome = tuple[Answer | None, dict[str, Any] | None]

_SHOWN = 12
_ROWS = 200
_PATIENCE = 0.1  # seconds a page of results waits for the answer to a question
_REMEMBERED = 100  # answers


class QuestionStore:
    """Answer the queries of a question through the engine; lives as long as the service, so that names are kept."""

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        self._engine = engine
        self._loop = loop
        self.version = ""
        self.asked: dict[str, asyncio.Task[Outcome]] = {}

    def data_version(self) -> str:
        """Return the version of the data the current question is asked of."""
        return self.version

    def query(self, sparql: str, /, *, prefixes: object = None) -> Any:
        """Answer a query; the project's prefixes are known to the engine."""
        waiting = asyncio.run_coroutine_threadsafe(self._engine.answer(Query(sparql)), self._loop)
        return parse_query_results(waiting.result().body(), QueryResultsFormat.JSON)


@router.get("/search")
async def search(page: Opened, q: str = "") -> HTMLResponse:
    """Answer a question, and show what has the words in its name."""
    asking = _asking(page, q)
    found = await _find(page, q)
    await asyncio.wait([asking], timeout=_PATIENCE)
    return page.render(
        "search.html",
        q=q,
        found=found,
        any=any(found.values()),
        pending=not asking.done(),
        **_answered(page, asking.result() if asking.done() else (None, None)),
        shown=_SHOWN,
    )


@router.get("/ask")
async def ask(page: Opened, q: str = "") -> HTMLResponse:
    """Answer a question and nothing else, however long it takes."""
    return page.render("ask.html", q=q, any=False, **_answered(page, await asyncio.shield(_asking(page, q))))


@router.get("/indicators")
async def indicators(page: Opened, name: str = "", p: int = 1) -> HTMLResponse:
    """List the indicators of one name."""
    rows = await page.reader.rows("indicators-named", name=text_term(name)) if name.strip() else []
    return page.render("indicators.html", name=name, rows=paged(rows, p))


def _answered(page: Page, outcome: Outcome) -> dict[str, Any]:
    """Return what the template of an answer needs."""
    answered, problem = outcome
    return {
        "answer": answered,
        "problem": problem,
        "rows": answered.rows[:_ROWS] if answered else (),
        "document_iri": Minter(page.base_iri).document,
    }


def _asking(page: Page, question: str) -> asyncio.Task[Outcome]:
    """Return the task that answers a question, the same one while it is asked again of the same data."""
    state = page.request.app.state
    if not hasattr(state, "question_store"):
        state.question_store = QuestionStore(state.engine, asyncio.get_running_loop())
    store: QuestionStore = state.question_store
    if store.version != page.reader.version:
        store.version = page.reader.version
        store.asked.clear()
    if question not in store.asked:
        while len(store.asked) >= _REMEMBERED:
            store.asked.pop(next(iter(store.asked)))
        store.asked[question] = asyncio.create_task(_ask(store, question))
    return store.asked[question]


async def _ask(store: QuestionStore, question: str) -> Outcome:
    """Return the answer to a question, or the problem its query met."""
    if not question.strip():
        return None, None
    try:
        return await asyncio.to_thread(answer, store, question), None
    except Problem as problem:
        store.asked.pop(question, None)
        return None, problem_of(problem).body("/ask")


async def _find(page: Page, q: str) -> dict[str, list[Row]]:
    """Return departments, projects, documents, concepts and indicator names that hold every word."""
    words = _folded(q).split()
    if not words:
        return {}

    def fits(*texts: str | None) -> bool:
        whole = _folded(" ".join(text or "" for text in texts))
        return all(word in whole for word in words)

    reader = page.reader
    concepts: list[Row] = [
        {"iri": row["concept"], "name": page.codes(row["concept"]), "count": row["count"]}
        for row in await reader.rows("concepts")
        if fits(page.codes(row["concept"]))
    ]
    return {
        "departments": [row for row in await reader.rows("departments") if fits(row["name"])],
        "projects": [
            row for row in await reader.rows("projects") if fits(row["name"], row["departmentName"], row["code"])
        ],
        "documents": [row for row in await reader.rows("documents") if fits(row["title"], row["fileName"])],
        "concepts": concepts,
        "indicators": [row for row in await reader.rows("indicator-names") if fits(row["name"])],
    }


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
