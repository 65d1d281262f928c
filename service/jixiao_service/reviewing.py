"""Take decisions of persons on what was read: who may, and what is done so that they show at once."""

from __future__ import annotations

import asyncio
import hmac
import json
import os
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
from jixiao.review.decisions import FINDING, Decision, read_decision, superseded
from jixiao.review.keeping import decide, find_thing, read_decisions
from jixiao.reviewing import StoredDocument, find_document
from jixiao.store.originals import Originals
from jixiao_service.bridge import with_store
from jixiao_service.closed_room import UnreadableError
from jixiao_service.observing import log
from jixiao_service.problems import Problem
from jixiao_service.protocol import is_authorised, is_foreign
from jixiao_service.settings import ServiceSettings

COOKIE = "jixiao_review"
_SECONDS = 60
_LAST = 8.0  # seconds that decisions may take when the service stops
_RETRY = 5.0  # seconds until what could not be written is tried again
_FILE = "decisions-waiting.jsonl"


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
    """Hold a decision that is kept, and on which IRI it is."""

    iri: str
    made: Decision


class Effects:
    """Let decisions that are kept take effect, those on one document together, one document after another.

    Whoever decides goes on meanwhile: what is waiting stands in a file of the store's folder, so that the next service
    goes on where one was killed. A decision of whose document no original is kept counts when that is lifted again.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._waiting: dict[Kept, asyncio.Future[bool]] = {}
        self._work: asyncio.Task[None] | None = None

    @property
    def place(self) -> Path | None:
        """Return the file of what is waiting, None where the store is no folder."""
        folder = Path(self._state.engine.location)
        return folder / _FILE if folder.is_dir() else None

    def resume(self) -> None:
        """Take up what an earlier service has left."""
        if self.place is not None and self.place.exists():
            for line in self.place.read_text("utf-8").splitlines():
                said = json.loads(line)
                self.add(Kept(said.pop("iri"), read_decision(said)))

    def on(self, iri: str = "") -> list[Decision]:
        """Return the decisions that have not taken effect yet, on something or all."""
        return [each.made for each in self._waiting if iri in ("", each.iri)]

    def add(self, kept: Kept) -> asyncio.Future[bool]:
        """Let a decision take effect; return what will say whether it shows."""
        self._waiting[kept] = asyncio.get_running_loop().create_future()
        self._note()
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._all())
        return self._waiting[kept]

    def _note(self) -> None:
        """Write down what is waiting: whole, or not at all."""
        if self.place is None:
            return
        lines = [json.dumps({"iri": each.iri, **asdict(each.made)}) + "\n" for each in self._waiting]
        draft = self.place.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.place)

    async def _all(self) -> None:
        while self._waiting:
            first = next(iter(self._waiting)).made
            together = [each for each in self._waiting if each.made.sha256 == first.sha256]
            try:
                shown = await self._show([each.made for each in together])
            except Problem as problem:  # another process writes, say: others first, these again
                log("decisions wait", reason=problem.kind)
                self._waiting |= {each: self._waiting.pop(each) for each in together}
                await asyncio.sleep(_RETRY)
                continue
            for each in together:
                self._waiting.pop(each).set_result(each.made.kind == FINDING or each.made.sha256 in shown)
            self._note()

    async def _show(self, made: Sequence[Decision]) -> list[str]:
        def read(store: Answering) -> tuple[Sequence[Decision], StoredDocument | None]:
            return read_decisions(store), find_document(store, made[0].sha256)

        before, about = await with_store(self._state.engine, read)
        differences = await _differences(self._state, made, [each for each in before if each not in made], about)
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
    effects, ids = request.app.state.effects, Minter(request.app.state.settings.base_iri)

    def read(store: Answering) -> tuple[Decision, Sequence[Decision]]:
        thing = find_thing(store, said.iri, ids)
        made = decide(thing, said.decision, said.role, field=said.field, value=said.value, note=said.note)
        return made, read_decisions(store)

    try:
        made, before = await with_store(request.app.state.engine, read)
    except UsageError as error:
        raise Problem("bad-parameters", reason=error.message, code=error.code) from None
    earlier = (*before, *effects.on())
    shows = effects.add(Kept(said.iri, made))
    if effects.place is None:  # nothing would be left of it when this service ends
        await asyncio.shield(shows)
    return made, [old for old, new in superseded((*earlier, made)) if new is made], shows


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
