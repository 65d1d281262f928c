"""The files that were lifted: offered as attachments, and their pages as pictures with what was read outlined.

Neither where persons were withheld from the document: the files still name them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from jixiao.documents.coordinates import page_box
from jixiao.model import PageBox
from jixiao.store.originals import Originals
from jixiao_service.answers import Row
from jixiao_service.closed_room import UnreadableError
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.printed import row_boxes
from jixiao_service.pages.reader import node
from jixiao_service.problems import Problem
from jixiao_service.waiting import Turns
from jixiao_service.workers.drawing import size_of

router = page_router()

Cells = Annotated[Sequence[int], Query(max_length=50)]

_ABOVE, _BELOW = 90, 130  # points of the page shown around a row
_SECONDS = 20
_MEMORY = 1 << 30
_DRAWING = Turns(2, waiting=16, retry_after=5)
_ATTACHED = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}


@dataclass(frozen=True, slots=True)
class Original:
    """Hold a file that may be shown."""

    name: str
    digest: str
    content: bytes

    @property
    def is_pdf(self) -> bool:
        """Say whether its pages can be drawn."""
        return self.content.startswith(b"%PDF")


async def original_of(page: PageContext, document: str | None) -> Original | None:
    """Return the file of a document where it is kept and names no person that was withheld."""
    folder = Path(page.request.app.state.engine.location)
    if not document or not folder.is_dir():
        return None
    about = await page.reader.row("original", document=node(document))
    if about is None or about["withheld"] != "0":
        return None
    digest = about["sha256"] or ""
    content = await run_in_threadpool(Originals(folder).read, digest)
    if content is None:
        return None
    return Original(about["fileName"] or "", digest, content)


@router.get("/original/{key:path}")
async def attachment(page: Opened, key: str) -> Response:
    """Send the file of a document as an attachment, which no browser opens as a page of this site."""
    iri = page.iri("document", key)
    original = await original_of(page, iri)
    if original is None:
        raise Problem("not-found", reason=iri)
    disposition = f"attachment; filename*=UTF-8''{quote(original.name)}"
    headers = {**_ATTACHED, "Content-Disposition": disposition}
    return Response(original.content, headers=headers, media_type="application/octet-stream")


@router.get("/picture/{key:path}")
async def picture_page(page: Opened, key: str, cell: Cells = (), whole: bool = False) -> Response:
    """Send the picture of the page a row is printed on."""
    row = await page.reader.row("row-source", row=node(page.iri("row", key)))
    if row is None:
        raise Problem("not-found", reason=key)
    drawn = await draw(page, row, cell, whole=whole)
    if drawn is None:
        raise Problem("not-found", reason=key)
    return Response(drawn, headers={"Cache-Control": "private, no-cache"}, media_type="image/png")


@dataclass(frozen=True, slots=True)
class Picture:
    """Hold the address of a picture, its size in pixels, and whether a number is outlined beside the row."""

    address: str
    width: int
    height: int
    has_number: bool


async def picture_of(page: PageContext, row: Row, cell: Sequence[int]) -> Picture | None:
    """Return the picture of where a row is printed, None where its file is not shown, or has no pages."""
    try:
        drawn = await draw(page, row, cell, whole=False)
    except Problem:
        return None  # too many are being drawn: the row itself is shown
    if drawn is None:
        return None
    key = (row["row"] or "").removeprefix(f"{page.base_iri}row/")
    address = f"/picture/{quote(key)}?{urlencode([('cell', each) for each in cell])}"
    return Picture(address, *size_of(drawn), has_number=bool(cell))


async def draw(page: PageContext, row: Row, cell: Sequence[int], *, whole: bool) -> bytes | None:
    """Return the page of a row, or the part of it around the row, as PNG with the row and one cell outlined."""
    own = page_box(row["place"] or "")
    if own is None:
        return None
    original = await original_of(page, row["document"])
    if original is None or not original.is_pdf:
        return None
    boxes = row_boxes(row)
    marks: list[tuple[str, Any]] = [("row", _own_part(own, boxes))]
    marks += [("cell", box[1:]) for place, box in enumerate(boxes) if box and place in cell]
    band = None if whole else (own[2] - _ABOVE, own[4] + _BELOW)
    order: dict[str, Any] = {"page": own[0], "band": band, "boxes": marks}

    async def work() -> bytes:
        async with _DRAWING.taken():
            limits: dict[str, Any] = {"seconds": _SECONDS, "memory": _MEMORY}
            drawn: bytes = await page.request.app.state.closed_room.run("draw", original.content, **limits, **order)
            return drawn

    try:
        reader = page.reader
        picture: bytes = await asyncio.shield(reader.memory.begin(reader.version, (original.digest, repr(order)), work))
    except UnreadableError:
        return None
    return picture


def _own_part(own: PageBox, boxes: list[PageBox | None]) -> tuple[int, ...]:
    """Return the box of a row without the cells that reach over other rows."""
    single = [box for box in boxes if box and box[4] - box[2] <= own[4] - own[2]]
    if not single:
        return own[1:]
    return (min(box[1] for box in single), own[2], max(box[3] for box in single), own[4])
