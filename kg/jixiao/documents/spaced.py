"""Read tables of plain text whose columns are kept apart by blanks, as layout-keeping extractors write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_PIECE = re.compile(r"\S+(?:[ ](?=\S)\S+)*")
MINIMUM_LINES = 3
MINIMUM_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold one text of a line and the terminal columns [start, end) it stands in (Chinese is two wide)."""

    text: str
    start: int
    end: int


def split_pieces(line: str) -> list[Piece]:
    """Split a line at runs of two blanks and more (a full-width blank counts as two)."""
    wide = line.replace("\u3000", "  ").rstrip()
    return [
        Piece(found.group(), terminal_width(wide[: found.start()]), terminal_width(wide[: found.end()]))
        for found in _PIECE.finditer(wide)
    ]


def spaced_tables(lines: Sequence[str]) -> dict[int, list[str]]:
    """Return the cells of the lines (by index) that belong to tables kept apart by blanks.

    A table is at least three neighbouring lines of pieces of which one has three; its columns are where its pieces
    overlap. Lines with tabs or pipes are none of them.
    """
    cells: dict[int, list[str]] = {}
    block: list[tuple[int, list[Piece]]] = []
    for index, line in enumerate([*lines, "end"]):
        pieces = [] if "\t" in line or line.lstrip().startswith("|") else split_pieces(line)
        indented = line[:1] in (" ", "\u3000")
        if len(pieces) > 1 or (pieces and block and indented):
            block.append((index, pieces))
        elif line.strip():
            cells.update(_cells_of(block))
            block = []
    return cells


def _cells_of(block: Sequence[tuple[int, list[Piece]]]) -> dict[int, list[str]]:
    lines = [pieces for _, pieces in block]
    if len(lines) < MINIMUM_LINES or max(map(len, lines)) < MINIMUM_COLUMNS:
        return {}
    columns = _columns(lines)
    if len(columns) < MINIMUM_COLUMNS:
        return {}
    result: dict[int, list[str]] = {}
    for index, pieces in block:
        row = [""] * len(columns)
        for piece in pieces:
            place = max(range(len(columns)), key=lambda c, p=piece: _overlap(p, columns[c]))  # type: ignore[misc]
            row[place] = f"{row[place]} {piece.text}".strip()
        result[index] = row
    return result


def _columns(lines: Sequence[Sequence[Piece]]) -> list[tuple[int, int]]:
    """Return the ranges of the columns: the pieces of the fullest lines, widened by the pieces that touch only one."""
    most = max(map(len, lines))
    full = next(pieces for pieces in lines if len(pieces) == most)
    columns = [(piece.start, piece.end) for piece in full]
    for pieces in lines:
        for piece in pieces:
            touched = [c for c, column in enumerate(columns) if _overlap(piece, column) > 0]
            if len(touched) == 1:
                start, end = columns[touched[0]]
                columns[touched[0]] = min(start, piece.start), max(end, piece.end)
    return columns


def _overlap(piece: Piece, column: tuple[int, int]) -> int:
    """Return by how many terminal columns a piece and a column overlap (negative: how far they stand apart)."""
    return min(piece.end, column[1]) - max(piece.start, column[0])


def terminal_width(text: str) -> int:
    """Return how many terminal columns a text takes (Chinese is two wide)."""
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)
