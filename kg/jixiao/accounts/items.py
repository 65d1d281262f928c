"""Read what a row is about: its label, code and their scheme, its unit and category, its level in an outline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from jixiao.accounts.alignment import Placed
from jixiao.accounts.columns import Column
from jixiao.accounts.figures import Shape, is_code, shape_of
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


@dataclass(slots=True)
class Key:
    """Hold one (code, label) pair of a block's columns; each of ``codes`` is one code's columns (类, 款, 项)."""

    codes: list[list[int]] = field(default_factory=list)
    label: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Hold the columns of one block by index: its keys, category (类型), unit (项目单位) and figures."""

    block: int
    keys: tuple[Key, ...]
    category: int | None
    unit: int | None
    figures: tuple[int, ...]


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


@dataclass(slots=True)
class Item:
    """Hold what one row of one block says: what it is about, and its figures by column.

    ``level`` is the depth of its numbering (一、 1, （一） 2, 1、 3, （1） 4; 0 without); ``share`` marks 其中;
    ``moved`` are the columns whose figure was printed elsewhere, ``summed`` those that a sum put there; ``doubtful``
    is the last column when its figure stands squeezed against it: its own heading may be lost;
    ``ambiguous`` are columns whose figure could as well stand in the next; ``continued`` rows go on with a 其中 above.
    """

    line: Line
    block: int
    about: Class
    further: tuple[Class, ...]
    unit: str | None
    category: str | None
    values: dict[int, Decimal]
    cells: Mapping[int, Cell]
    moved: frozenset[int]
    summed: frozenset[int]
    doubtful: int | None = None
    ambiguous: frozenset[int] = frozenset()
    repairs: tuple[str, ...] = ()
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


def read_layout(columns: Sequence[Column], block: int) -> Layout:
    """Return the layout of one block's columns."""
    own = [j for j, column in enumerate(columns) if column.block == block]
    figures = tuple(j for j in own if columns[j].is_value)
    texts = {}
    for j in reversed(own):
        if columns[j].node.entry.role == "text":
            texts[columns[j].node.entry.key] = j
    return Layout(block, tuple(_read_keys(columns, own)), texts.get("category"), texts.get("project-unit"), figures)


def _read_keys(columns: Sequence[Column], own: Sequence[int]) -> list[Key]:
    """Return the codes and names of a block's columns: each name with the codes left of it."""
    keys: list[Key] = []
    pending: list[list[int]] = []
    last = ""
    for j in own:
        column = columns[j]
        if column.role == "part" and last == "part":
            pending[-1].append(j)
        elif column.role in ("part", "code"):
            owner = _nameless(keys, columns, column.scheme)
            (owner.codes if owner else pending).append([j])
        elif column.role == "label":
            keys.append(Key(pending, j))
            pending = []
        last = column.role
    if keys:
        keys[-1].codes.extend(pending)  # a code printed right of its name
    elif pending:
        keys.append(Key(pending))
    return keys


def _nameless(keys: Sequence[Key], columns: Sequence[Column], scheme: str | None) -> Key | None:
    """Return the last name left of a code that is of its scheme and has no code yet (项目名称 | 项目编码)."""
    if scheme not in ("project", "unit"):
        return None
    named = (key for key in reversed(keys) if key.label is not None and columns[key.label].scheme == scheme)
    return next((key for key in named if not key.codes), None)


def join_code(parts: Sequence[str]) -> str:
    """Join the printed pieces of a code: 201, 3, 1 → 2010301; a piece that is whole already stands alone."""
    code = ""
    for part in parts:
        plain = re.sub(r"[^\dA-Z]", "", squeeze(part))
        whole = not code or (len(plain) > 2 and plain.startswith(code))
        code = plain if whole else code + plain.zfill(2)
    return code


def scheme_of(code: str, stated: str | None) -> str:
    """Say what a code is of: by its column where that is sure, else by its form."""
    if stated in ("unit", "project"):
        return stated
    if stated != "economic" and _FUNCTIONAL.fullmatch(code):
        return "functional"
    return "economic" if _ECONOMIC.fullmatch(code) else "unit"


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
    """Read what one aligned row of a block is about; ``filled`` says that its code goes on with one above.

    ``words`` are cells no column took: a label in two pieces.
    """

    def __init__(
        self,
        placed: Placed,
        columns: Sequence[Column],
        layout: Layout,
        words: Sequence[Cell],
        department: str | None,
        pieces: Pieces,
    ) -> None:
        self.cells, self.columns, self.layout, self.words = placed.cells, columns, layout, words
        self.department = fold_words(department or "")
        self.codes: dict[int, str] = {}
        self.filled = False
        for group in (group for key in layout.keys for group in key.codes):
            parts, taken = pieces.read(group, placed.cells)
            self.codes[group[0]] = join_code(parts)
            self.filled = self.filled or taken

    def read(self) -> About:
        """Return what the row is about.

        A unit stands back behind a class or project that is printed beside it, a project's programme behind the
        project.
        """
        classes = [each for number, key in enumerate(self.layout.keys) for each in self._classes(number, key)]
        category, unit = self._text(self.layout.category), self._text(self.layout.unit)
        about = _foremost(classes)
        projects = [each for each in classes if each.scheme == "project" and each.name]
        if about.scheme == "project" and len(projects) > 1:
            about = projects[-1]
            category = category or projects[0].name
        if not about.name:
            for text in (category, unit):
                if text and is_total_label(text):
                    return About(Class(None, about.code, text))
            about = Class("unit", about.code, unit) if unit else about
        others = [each for each in classes if each.code != about.code]
        further = tuple(each for each in others if each.scheme != "unit" and each.code)
        if about.scheme == "unit":
            return About(about, further, None, category)
        units = [each.name or each.code for each in others if each.scheme == "unit"]
        return About(about, further, unit or next(iter(units), None), category)

    def _text(self, j: int | None) -> str | None:
        """Return the joined words of a column, None when it is empty."""
        return join_wraps(self.cells[j].text) if j is not None and j in self.cells else None

    def _classes(self, number: int, key: Key) -> Iterator[Class]:
        """Yield the classes of one pair of codes and name."""
        words = self._words(number, key)
        scheme = self.columns[key.label].scheme if key.label is not None else None
        name = _joined([join_wraps(cell.text).rstrip(":：") for cell in words if not is_code(cell.text)])
        codes = [*self._codes(key), *(("unit", squeeze(cell.text)) for cell in words if is_code(cell.text))]
        if not codes and scheme != "project":
            codes, name = _split(name, scheme)
        codes.sort(key=lambda pair: pair[0] == "unit")
        if codes and name and fold_words(name) == self.department:
            codes = [("unit", codes[0][1])]
        if not codes and name:
            yield Class(scheme, None, name, number)
        for place, (kind, code) in enumerate(codes):
            yield Class(kind, code, "" if place else name, number)

    def _words(self, number: int, key: Key) -> list[Cell]:
        """Return the cells of a name: of its column, words among its codes, and for the first what no column took."""
        places = [j for group in key.codes for j in group if shape_of(self._text(j) or "") is Shape.TEXT]
        if key.label is not None:
            places.append(key.label)
        words = [self.cells[j] for j in places if j in self.cells]
        words = [cell for cell in words if shape_of(cell.text) not in (Shape.AMOUNT, Shape.PERCENT)]
        if number:
            return words
        return sorted([*words, *self.words], key=lambda cell: cell.column)

    def _codes(self, key: Key) -> Iterator[tuple[str, str]]:
        for group in key.codes:
            if code := self.codes[group[0]]:
                yield scheme_of(code, self.columns[group[0]].scheme), code


def _foremost(classes: Sequence[Class]) -> Class:
    for each in classes:
        if each.scheme != "unit":
            return each
    return classes[0] if classes else Class(None, None, "")


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
    spread = all(len(piece) == 1 for piece in pieces)
    return ("" if spread else "/").join(pieces)
