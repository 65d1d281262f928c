"""Take decisions of persons on what was read: who may, and what is done so that they show at once."""

from __future__ import annotations

import asyncio
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
from jixiao.review.keeping import decide, decision_quads, find_thing, read_decisions
from jixiao.reviewing import StoredDocument, find_document
from jixiao.store.originals import Originals
from jixiao.vocab import REVIEW_GRAPH
from jixiao_service.bridge import with_store
from jixiao_service.closed_room import UnreadableError
from jixiao_service.observing import log
from jixiao_service.problems import Problem
from jixiao_service.protocol import is_authorised, is_foreign
from jixiao_service.settings import ServiceSettings
from jixiao_service.waiting import Turns

COOKIE = "jixiao_review"
_SECONDS = 60
_LAST = 8.0  # seconds that decisions may take when the service stops
_TURN = Turns(1, waiting=16, retry_after=5)  # each is read with those before it


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


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold a decision that is kept: on which IRI, those kept before it, its document where that is stored."""

    iri: str
    made: Decision
    before: tuple[Decision, ...]
    about: StoredDocument | None


class Effects:
    """Let decisions that are kept take effect, those on one document together, one document after another.

    Whoever decides goes on meanwhile. A decision that nothing comes of, because its original is not kept or this
    service is killed, counts when its document is lifted the next time.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._waiting: dict[Kept, asyncio.Future[bool]] = {}
        self._work: asyncio.Task[None] | None = None

    def on(self, iri: str) -> list[Decision]:
        """Return the decisions on something that have not taken effect yet."""
        return [each.made for each in self._waiting if each.iri == iri]

    def add(self, kept: Kept) -> asyncio.Future[bool]:
        """Let a decision take effect; return what will say whether it shows."""
        self._waiting[kept] = asyncio.get_running_loop().create_future()
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._all())
        return self._waiting[kept]

    async def _all(self) -> None:
        while self._waiting:
            first = next(iter(self._waiting))
            together = [each for each in self._waiting if each.made.sha256 == first.made.sha256]
            shown: list[str] = []
            try:
                shown = await self._show(first, [each.made for each in together])
            except Problem as problem:
                log("decisions count when their document is lifted again", reason=problem.kind)
            finally:
                for each in together:
                    self._waiting.pop(each).set_result(each.made.kind == FINDING or each.made.sha256 in shown)

    async def _show(self, first: Kept, made: Sequence[Decision]) -> list[str]:
        differences = await _differences(self._state, made, first.before, first.about)
        order = json.dumps({"decisions": [asdict(each) for each in made], "differences": differences}).encode()
        done = await self._state.engine.change(order, what="decide", base_iri=self._state.settings.base_iri)
        return list(done["shown"])

    async def close(self) -> None:
        """Give what is on its way a last while."""
        if self._work is not None:
            await asyncio.wait([self._work], timeout=_LAST)
            self._work.cancel()


async def take(request: Request, said: Said) -> tuple[Decision, list[Decision], asyncio.Future[bool]]:
    """Keep a decision; return it, which others it counts instead of, and what will say whether it shows."""
    state = request.app.state
    base = state.settings.base_iri

    def read(store: Answering) -> Kept:
        thing = find_thing(store, said.iri, Minter(base))
        made = decide(thing, said.decision, said.role, field=said.field, value=said.value, note=said.note)
        return Kept(said.iri, made, read_decisions(store), find_document(store, made.sha256))

    async with _TURN.taken():
        try:
            kept = await with_store(state.engine, read)
        except UsageError as error:
            raise Problem("bad-parameters", reason=error.message, code=error.code) from None
        body = decision_quads([kept.made], Minter(base)).replace(f" <{REVIEW_GRAPH}> .\n".encode(), b" .\n")
        whole = [("nt", 0, len(body))]
        await state.engine.change(body, what="post", graph=REVIEW_GRAPH, parts=whole, base_iri=base)
        shows = state.effects.add(kept)
    instead_of = [old for old, new in superseded((*kept.before, kept.made)) if new is kept.made]
    return kept.made, instead_of, shows


async def _differences(
    state: State, made: Sequence[Decision], before: Sequence[Decision], about: StoredDocument | None
) -> dict[str, Any]:
    """Return what decisions change in the graphs of their document, nothing where its original is not kept or read."""
    folder, digest = Path(state.engine.location), made[0].sha256
    added = [asdict(each) for each in made if each.kind != FINDING]
    if about is None or not added or not folder.is_dir():
        return {}
    content = await run_in_threadpool(Originals(folder).read, digest)
    if content is None:
        return {}
    earlier = [asdict(each) for each in before if _concerns(each, made[0])]
    options: dict[str, Any] = {"about": asdict(about), "before": earlier, "added": added}
    options["base_iri"] = state.settings.base_iri
    try:
        read = await state.closed_room.run("amend", content, seconds=_SECONDS, **options)
    except UnreadableError:
        return {}  # it shows when the document is lifted again
    return {digest: json.loads(read)}


def _concerns(earlier: Decision, made: Decision) -> bool:
    """Tell whether an earlier decision may say something of the document of another one."""
    return earlier.kind == FINDING or earlier.sha256 == made.sha256 or earlier.file == made.file
