"""Review: go through what is doubtful, and take what is decided; the token is asked for once."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from jixiao.errors import UsageError
from jixiao.ids import Minter
from jixiao.review.keeping import ReadThing, find_thing
from jixiao_service.bridge import with_store
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.problems import Problem
from jixiao_service.protocol import is_foreign
from jixiao_service.rest.lists import iri_behind
from jixiao_service.reviewing import COOKIE, Said, may_review, session_word, take

router = page_router()

_FIELDS = tuple(Said.__dataclass_fields__)
_MOST = 10_000  # characters of a form's field
_DAYS = 30


@router.get("/review/next")
async def next_page(page: Opened, after: str = "") -> Response:
    """Go to what is doubtful behind something, to the first where that is not doubtful any more."""
    iri = await page.of_tables(iri_behind, "review", after)
    return page.redirect(page.path(iri) if iri else "/review")


@router.post("/review")
async def decide_page(page: Opened) -> Response:
    """Take a decision from a page of this site; who has not shown the token yet is asked for it, and not again."""
    settings = page.request.app.state.settings
    if not settings.writable:
        raise Problem("read-only")
    if is_foreign(page.request):
        raise Problem("cross-site")
    async with page.request.form(max_files=0, max_fields=12) as form:
        given = {name: str(form.get(name, ""))[:_MOST] for name in (*_FIELDS, "token")}
    token = given.pop("token").strip()
    known = settings.token is not None and hmac.compare_digest(token.encode(), settings.token.encode())
    if not known and not may_review(page.request, settings):
        page.request.scope["guessed"] = bool(token)
        return page.render("token.html", 401, given=given, wrong=bool(token))
    made, instead_of, _ = await take(page.request, Said(**given))
    others = "".join(f"&instead={quote(each.value or each.decision)}" for each in instead_of)
    response = page.redirect(f"{page.path(given['iri'])}?kept={quote(made.time)}{others}")
    if known:
        secure = page.request.url.scheme == "https"
        word, seconds = session_word(token), _DAYS * 24 * 3600
        response.set_cookie(COOKIE, word, seconds, secure=secure, httponly=True, samesite="strict")
    return response


async def thing_to_review(page: PageContext, iri: str) -> ReadThing | None:
    """Return what can be decided on, None for what cannot."""

    async def work() -> ReadThing | None:
        def read(store: Any) -> ReadThing | None:
            try:
                return find_thing(store, iri, Minter(page.base_iri))
            except UsageError:
                return None

        return await with_store(page.request.app.state.engine, read)

    found: ReadThing | None = await page.reader.memory.begin(page.reader.version, ("review", iri), work)
    return found
