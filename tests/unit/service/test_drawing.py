"""Pages of PDFs as pictures: the right page, the right part of it, outlined where something was read."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from jixiao_service.closed_room import ClosedRoom, UnreadableError
from jixiao_service.workers.drawing import draw_page, size_of

SAMPLE = sorted((Path(__file__).resolve().parents[2] / "data" / "samples").glob("p1_*.pdf"))[0].read_bytes()
ROW, CELL = (37.0, 148.0, 794.0, 161.0), (646.0, 148.0, 712.0, 161.0)
AMBER, RED = (201, 138, 18), (163, 35, 31)


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    image.load()
    assert image.size == size_of(picture)
    return image.convert("RGB")


def test_another_program_reads_the_picture_and_the_outlines_stand_where_they_should() -> None:
    whole = opened(draw_page(SAMPLE, 1, None, [("row", ROW), ("cell", CELL)]))
    scale = whole.width / 842
    assert whole.getpixel((int(300 * scale), round(148 * scale) - 1)) == AMBER
    assert whole.getpixel((int(680 * scale), round(161 * scale) + 1)) == RED
    band = opened(draw_page(SAMPLE, 1, (100, 200), [("cell", CELL)]))
    assert (band.width, band.height) == (whole.width, round(100 * scale))
    assert band.getpixel((int(680 * scale), round(61 * scale) + 1)) == RED


def test_a_part_beyond_the_page_is_cut_at_its_edge() -> None:
    assert opened(draw_page(SAMPLE, 1, (-500, 5000), [])).size == opened(draw_page(SAMPLE, 1, None, [])).size


@pytest.mark.parametrize(("data", "page"), [(SAMPLE, 999), (b"%PDF-1.7 not really", 1)])
def test_what_cannot_be_drawn_is_told(data: bytes, page: int) -> None:
    async def tried() -> None:
        room = ClosedRoom()
        limits: dict[str, Any] = {"seconds": 60, "page": page, "band": None, "boxes": []}
        try:
            drawn = await room.run("draw", SAMPLE, **{**limits, "page": 1})
            assert opened(drawn).width > 1000
            with pytest.raises(UnreadableError):
                await room.run("draw", data, **limits)
        finally:
            await room.close()

    asyncio.run(tried())
