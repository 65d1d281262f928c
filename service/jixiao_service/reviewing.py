"""Take decisions of persons on what was read: who may, and what is done so that they show at once."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State
from starlette.requests import Request

from jixiao.errors import UsageError
from jixiao.ids import Minter
from jixiao.linking.stored import Answering
from jixiao.review.decisions import FINDING, Decision, superseded
from jixiao.review.keeping import decide, find_thing, read_decisions
from jixiao.reviewing import StoredDocument, find_document
from jixiao.store.originals import Originals
from jixiao_service.bridge import with_store
from jixiao_service.closed_room import UnreadableError
from jixiao_service.problems import Problem
from jixiao_service.protocol import is_authorised, is_foreign
from jixiao_service.settings import ServiceSettings
from jixiao_service.waiting import Turns

COOKIE = "jixiao_review"
_SECONDS = 60
_TURN = Turns(1, waiting=16, retry_after=5)  # each is worked out with those before it


def session_word(token: str) -> str:
    """Return what the cookie of a bearer of the token holds: not the token."""
    return hmac.new(token.encode(), b"review", "sha256").hexdigest()


def may_review(request: Request, settings: ServiceSettings) -> bool:
    """Say whether a request carries the token, or the cookie that was given for it to a page of this site."""
    if settings.scratch or is_authorised(request, settings):
        return True
    word = session_word(settings.token or "")
    return settings.token is not None and hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), word.encode())


def require_review(request: Request, settings: ServiceSettings) -> None:
    """Refuse decisions from pages of other sites, and those of people without the token."""
    if not settings.writable:
        raise Problem("read-only")
    if is_foreign(request):
        raise Problem("cross-site")
    if not may_review(request, settings):
        raise Problem("not-authorised", headers={"WWW-Authenticate": 'Bearer realm="jixiao"'})


@dataclass(frozen=True, slots=True)
class Said:
    """Hold what somebody decides: on which IRI, what, as which role, and for corrections of which field to what."""

    iri: str
    decision: str
    role: str
    field: str = ""
    value: str = ""
    note: str = ""


async def take(request: Request, said: Said) -> dict[str, Any]:
    """Keep a decision and let it take effect.

    Return it, whether it is ``shown`` already or from the next lift on, and which others it counts ``instead_of``.
    """
    state = request.app.state
    base = state.settings.base_iri

    def read(store: Answering) -> tuple[Decision, tuple[Decision, ...], StoredDocument | None]:
        thing = find_thing(store, said.iri, Minter(base))
        made = decide(thing, said.decision, said.role, field=said.field, value=said.value, note=said.note)
        return made, read_decisions(store), find_document(store, made.sha256)

    async with _TURN.taken():
        try:
            made, before, about = await with_store(state.engine, read)
        except UsageError as error:
            raise Problem("bad-parameters", reason=error.message, code=error.code) from None
        differences = {}
        if about is not None and made.kind != FINDING:
            differences = await _differences(state, made, before, about)
        order = json.dumps({"decisions": [asdict(made)], "differences": differences}).encode()
        done = await state.engine.change(order, what="decide", base_iri=base)
    instead_of = [asdict(old) for old, new in superseded((*before, made)) if new is made]
    shown = made.kind == FINDING or made.sha256 in done["shown"]
    return {**asdict(made), "iri": said.iri, "shown": shown, "instead_of": instead_of}


async def _differences(
    state: State, made: Decision, before: Sequence[Decision], about: StoredDocument
) -> dict[str, Any]:
    """Return what a decision changes in the graphs of its document, nothing where its original is not kept or read."""
    folder = Path(state.engine.location)
    content = await run_in_threadpool(Originals(folder).read, made.sha256) if folder.is_dir() else None
    if content is None:
        return {}
    earlier = [asdict(each) for each in before if _concerns(each, made)]
    options: dict[str, Any] = {"about": asdict(about), "before": earlier, "added": [asdict(made)]}
    options["base_iri"] = state.settings.base_iri
    try:
        read = await state.closed_room.run("amend", content, seconds=_SECONDS, **options)
    except UnreadableError:
        return {}  # it shows when the document is lifted again
    return {made.sha256: json.loads(read)}


def _concerns(earlier: Decision, made: Decision) -> bool:
    """Tell whether an earlier decision may say something of the document of another one."""
    return earlier.kind == FINDING or earlier.sha256 == made.sha256 or earlier.file == made.file
