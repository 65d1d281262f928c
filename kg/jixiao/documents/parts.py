"""Read the documents that stand in others: members of archives, attachments, embedded workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.documents.coordinates import in_part
from jixiao.documents.drafts import Content, compose
from jixiao.documents.reading import read_part
from jixiao.errors import DocumentError
from jixiao.model import Block, Issue, Paragraph, Row


class Parts:
    """Gather what parts hold; one that cannot be read is named.

    ``read`` are the names of those that were read, ``notes`` what was left out of them or could not be read.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.notes: list[Issue] = []
        self.read: list[str] = []

    def add(self, name: str, data: bytes, silent: Sequence[str] = ()) -> tuple[Block, ...]:
        """Read a part and return what it holds; errors of the ``silent`` codes are not told."""
        try:
            content = read_part(data)
        except DocumentError as error:
            if error.code not in silent:
                message = f"文件里的 {name} 读不了：{error.message}"
                self.notes.append(Issue("part-not-read", message, f"{name} in the file cannot be read", level="error"))
            return ()
        self.read.append(name)
        self.notes += content.notes
        prefix = f"part{len(self.read)}/"
        blocks = tuple(_placed(block, prefix) for block in content.blocks)
        self.blocks += blocks
        return blocks

    def content(self, *notes: Issue) -> Content:
        """Return all that was read as one document."""
        return Content(compose(self.blocks), (*notes, *self.notes))


def _placed(block: Block, prefix: str) -> Block:
    """Return a block of a part whose places say so."""
    if isinstance(block, Paragraph):
        return Paragraph(block.text, in_part(block.place, prefix))
    return replace(block, rows=tuple(Row(row.cells, in_part(row.place, prefix)) for row in block.rows))
