"""Read what a row is about: its label, code and their scheme, its unit and category, its level in an outline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from jixiao.accounts.alignment import Placed
from jixiao.accounts.figures import Shape, is_code, shape_of
from jixiao.accounts.layouts import Key, Layout
from jixiao.accounts.sheets import Line
from jixiao.model import Cell
from jixiao.text.folding import fold_words, squeeze
from jixiao.text.names import join_wraps

_TOTAL = re.compile(r"(合计|总计|共计|小计)$")
_SHARE = re.compile(r"^其中[:：,，]?")
_FUNCTIONAL = re.compile(r"(10[1-9]|110|2[0-3]\d)(\d{2}){0,2}")
_ECONOMIC = re.compile(r"(30[1-379]|31[0-3]|399|50[1-9]|51[0-5]|599)(\d{2})?")
_CODE_AND_NAME = re.compile(r"(?P<code>\d{3}(?:\d{2}){0,2}|\d{6})[-—_\s]*(?P<name>[^\d\s\-—_年月日].*)")
_OUTLINE = (
    re.compile(r"[一二三四五六七八九十]+[、.．,，]"),
    re.compile(r"[(（][一二三四五六七八九十]+[)）]"),
    re.compile(r"\d+[、.．](?!\d)"),
    re.compile(r"[(（]\d+[)）]"),
)
LONGEST_TOTAL = 14
LONGEST_PIECE = 2  # digits of a 款 or 项 that is printed below its 类


@dataclass(frozen=True, slots=True)
class Class:
    """Hold one class a row prints: scheme (functional, economic, unit, project), code, name, and its column's number.

    ``depth`` is the number of its name's column among the block's names: a 二级项目 stands right of its 一级项目.
    """

    scheme: str | None
    code: str | None
    name: str
    depth: int = 0


class About(NamedTuple):
    """Hold what a row is about, the further classes it prints, its unit and its category."""

    about: Class
    further: tuple[Class, ...] = ()
    unit: str | None = None
    category: str | None = None
    repairs: tuple[str, ...] = ()


@dataclass(slots=True)
class Item:
    """Hold what one row of one block says: what it is about, and its figures by column.

    ``level`` is the depth of its numbering (一、 1, （一） 2, 1、 3, （1） 4; 0 without); ``share`` marks 其中;
    ``moved`` are the columns whose figure was printed elsewhere, ``summed`` those that a sum put there; ``doubtful``
    is the last column when its figure stands squeezed against it: its own heading may be lost;
    ``ambiguous`` are columns whose figure could as well stand in the next; ``continued`` rows go on with a 其中 above.
    """

    line: Line
    layout: Layout
    about: Class
    further: tuple[Class, ...]
    unit: str | None
    category: str | None
    repairs: tuple[str, ...]
    values: dict[int, Decimal]
    cells: Mapping[int, Cell]
    moved: frozenset[int]
    summed: frozenset[int]
    doubtful: int | None = None
    ambiguous: frozenset[int] = frozenset()
    continued: bool = False

    @property
    def is_total(self) -> bool:
        """Say whether the row is a sum of others by its label."""
        return is_total_label(self.about.name)

    @property
    def is_named(self) -> bool:
        """Say whether the row says what it is about, by a name or a code."""
        return bool(self.about.name or self.about.code)

    @property
    def level(self) -> int:
        """Return the depth of the label's numbering, 0 without one."""
        plain = _SHARE.sub("", re.sub(r"\s+", "", self.about.name))
        return next((depth for depth, pattern in enumerate(_OUTLINE, start=1) if pattern.match(plain)), 0)

    @property
    def share(self) -> bool:
        """Say whether the row is a part of the one above that need not complete it (其中, and what goes on with it)."""
        return self.continued or bool(_SHARE.match(squeeze(self.about.name)))


def is_total_label(text: str) -> bool:
    """Say whether a row's label is that of a sum (合计, 本年支出合计, 收入总计：)."""
    plain = fold_words(text)
    return "/" not in text and len(plain) <= LONGEST_TOTAL and bool(_TOTAL.search(plain))


def join_code(parts: Sequence[str]) -> str:
    """Join the printed pieces of a code: 201, 3, 1 → 2010301; a piece that is whole already stands alone."""
    code = ""
    for part in parts:
        plain = re.sub(r"[^\dA-Z]", "", squeeze(part))
        if not code or (len(plain) > 2 and plain.startswith(code)):
            code = plain
        else:
            code += plain.zfill(2)
    return code


def scheme_of(code: str, stated: str | None) -> str:
    """Say what a code is of: by its column where that is sure, else by its form."""
    if stated in ("unit", "project"):
        return stated
    if stated != "economic" and _FUNCTIONAL.fullmatch(code):
        return "functional"
    if _ECONOMIC.fullmatch(code):
        return "economic"
    return "unit"


class Pieces:
    """Remember the pieces of codes (类 款 项) printed last, for the rows below that print only the last ones."""

    def __init__(self) -> None:
        self._above: dict[int, str] = {}

    def read(self, group: Sequence[int], cells: Mapping[int, Cell]) -> tuple[list[str], bool]:
        """Return the pieces of a row's code, and whether leading ones were taken from above."""
        own = {j: cells[j].text for j in group if j in cells and is_code(cells[j].text)}
        if not own:
            return [], False
        first = min(own)
        taken: dict[int, str] = {}
        if len(squeeze(own[first])) <= LONGEST_PIECE:
            taken = {j: self._above[j] for j in group if j < first and j in self._above}
        if len(group) > 1:
            for j in group:
                self._above.pop(j, None)
            self._above |= taken | own
        return [*taken.values(), *own.values()], bool(taken)


class RowReader:
    """Read what one aligned row is about, block by block; ``pieces`` are those of codes that rows above print."""

    def __init__(self, placed: Placed, department: str | None, pieces: Pieces) -> None:
        self.cells, self.pieces = placed.cells, pieces
        self.department = fold_words(department or "")

    def read(self, layout: Layout, words: Sequence[Cell]) -> About:
        """Return what the row is about in one block; ``words`` are cells no column took: a label in two pieces.

        A unit stands back behind a class or project that is printed beside it, a project's programme behind the
        project.
        """
        codes = {group[0]: self.pieces.read(group, self.cells) for key in layout.keys for group in key.codes}
        filled = ("code-filled",) if any(taken for _, taken in codes.values()) else ()
        classes = list(self._classes(layout, words, {j: join_code(parts) for j, (parts, _) in codes.items()}))
        about, category = _foremost(classes), self._text(layout.category)
        projects = [each for each in classes if each.scheme == "project" and each.name]
        if about.scheme == "project" and len(projects) > 1:
            about = projects[-1]
            category = category or projects[0].name
        return _beside(about, classes, self._text(layout.unit), category)._replace(repairs=filled)

    def _text(self, j: int | None) -> str | None:
        """Return the joined words of a column, None when it is empty."""
        if j is None or j not in self.cells:
            return None
        return join_wraps(self.cells[j].text)

    def _classes(self, layout: Layout, words: Sequence[Cell], codes: Mapping[int, str]) -> Iterator[Class]:
        for number, key in enumerate(layout.keys):
            scheme = layout.columns[key.label].scheme if key.label is not None else None
            coded = [(scheme_of(codes[j], layout.columns[j].scheme), codes[j]) for j, *_ in key.codes if codes[j]]
            cells = sorted([*self._words(key), *(() if number else words)], key=lambda cell: cell.column)
            yield from self._named(number, scheme, coded, cells)

    def _named(
        self, number: int, scheme: str | None, codes: list[tuple[str, str]], words: Sequence[Cell]
    ) -> Iterator[Class]:
        """Yield the classes of one pair of codes and name."""
        name = _joined([join_wraps(cell.text).rstrip(":：") for cell in words if not is_code(cell.text)])
        codes += [("unit", squeeze(cell.text)) for cell in words if is_code(cell.text)]
        if not codes and scheme != "project":
            codes, name = _split(name, scheme)
        codes.sort(key=lambda pair: pair[0] == "unit")
        if codes and name and fold_words(name) == self.department:
            codes = [("unit", codes[0][1])]
        if not codes and name:
            yield Class(scheme, None, name, number)
        for kind, code in codes:
            yield Class(kind, code, name, number)
            name = ""

    def _words(self, key: Key) -> Iterator[Cell]:
        """Yield the cells of a name: words among its codes, and those of its column."""
        for j in (j for group in key.codes for j in group if j in self.cells):
            if shape_of(self.cells[j].text) is Shape.TEXT:
                yield self.cells[j]
        if key.label in self.cells and shape_of(self.cells[key.label].text) not in (Shape.AMOUNT, Shape.PERCENT):
            yield self.cells[key.label]


def _beside(about: Class, classes: Sequence[Class], unit: str | None, category: str | None) -> About:
    """Return what a row is about with the other classes it prints; a row without a name is a total or a unit."""
    if not about.name:
        for text in (category, unit):
            if text and is_total_label(text):
                return About(Class(None, about.code, text))
    if unit and not about.name:
        about = Class("unit", about.code, unit)
    others = [each for each in classes if each.code != about.code]
    further = tuple(each for each in others if each.scheme != "unit" and each.code)
    if about.scheme == "unit":
        return About(about, further, None, category)
    units = [each.name or each.code for each in others if each.scheme == "unit"]
    return About(about, further, unit or next(iter(units), None), category)


def _foremost(classes: Sequence[Class]) -> Class:
    others = [each for each in classes if each.scheme != "unit"]
    return next(iter((*others, *classes)), Class(None, None, ""))


def _split(name: str, scheme: str | None) -> tuple[list[tuple[str, str]], str]:
    """Return the code that stands before a name in one cell (2010301行政运行), and the name."""
    found = _CODE_AND_NAME.fullmatch(name)
    if not found:
        return [], name
    kind = scheme_of(found["code"], scheme)
    if kind == "unit" and len(found["code"]) != 6:
        return [], name
    return [(kind, found["code"])], found["name"]


def _joined(pieces: Sequence[str]) -> str:
    """Join the pieces of a label that stand in several cells; single letters (合 | 计) were only spread out."""
    if all(len(piece) == 1 for piece in pieces):
        return "".join(pieces)
    return "/".join(pieces)
