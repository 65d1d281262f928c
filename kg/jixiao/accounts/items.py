"""Read what a row is about: its label, code and their scheme, its unit and category, its level in an outline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

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
    keys: list[Key] = []
    pending: list[list[int]] = []
    named: dict[str, int] = {}
    last = ""
    for j, column in enumerate(columns):
        if column.block != block:
            continue
        if column.role == "part" and last == "part":
            pending[-1].append(j)
        elif column.role in ("part", "code"):
            owner = _nameless(keys, columns, column.scheme)
            (owner.codes if owner else pending).append([j])
        elif column.role == "label":
            keys.append(Key(pending, j))
            pending = []
        elif column.role == "text" and column.node.entry:
            named.setdefault(column.node.entry.key, j)
        last = column.role
    if keys:
        keys[-1].codes.extend(pending)  # a code printed right of its name
    elif pending:
        keys.append(Key(pending))
    figures = tuple(j for j, column in enumerate(columns) if column.block == block and column.is_value)
    return Layout(block, tuple(keys), named.get("category"), named.get("project-unit"), figures)


def _nameless(keys: Sequence[Key], columns: Sequence[Column], scheme: str | None) -> Key | None:
    """Return the last name left of a code that is of its scheme and has no code yet (项目名称 | 项目编码)."""
    named = (key for key in reversed(keys) if key.label is not None and columns[key.label].scheme == scheme)
    return next((key for key in named if not key.codes), None) if scheme in ("project", "unit") else None


def join_code(parts: Sequence[str]) -> str:
    """Join the printed pieces of a code: 201, 3, 1 → 2010301; a piece that is whole already stands alone."""
    code = ""
    for part in parts:
        plain = re.sub(r"[^\dA-Z]", "", squeeze(part))
        code = plain if not code or (len(plain) > 2 and plain.startswith(code)) else code + plain.zfill(2)
    return code


def scheme_of(code: str, stated: str | None) -> str:
    """Say what a code is of: by its column where that is sure, else by its form."""
    if stated in ("unit", "project"):
        return stated
    if stated != "economic" and _FUNCTIONAL.fullmatch(code):
        return "functional"
    return "economic" if _ECONOMIC.fullmatch(code) else "unit"


@dataclass(frozen=True, slots=True)
class _Row:
    """Hold one aligned row while its classes are read."""

    placed: Placed
    columns: Sequence[Column]
    layout: Layout
    words: Sequence[Cell]
    department: str | None
    above: Mapping[int, str]

    def text(self, j: int | None) -> str | None:
        """Return the joined words of a column, None when it is empty."""
        return join_wraps(self.placed.cells[j].text) if j is not None and j in self.placed.cells else None

    def is_figure(self, j: int) -> bool:
        """Say whether a figure stands in a column."""
        return shape_of(self.placed.cells[j].text) in (Shape.AMOUNT, Shape.PERCENT)

    def classes(self) -> list[Class]:
        """Return the classes the row prints, in the order of their columns."""
        found: list[Class] = []
        for number, key in enumerate(self.layout.keys):
            places = [j for group in key.codes for j in group if shape_of(self.text(j) or "") is Shape.TEXT]
            places += [key.label] if key.label is not None else []
            words = [self.placed.cells[j] for j in places if j in self.placed.cells and not self.is_figure(j)]
            if number == 0:
                words = sorted([*words, *self.words], key=lambda cell: cell.column)
            name = _joined([join_wraps(cell.text).rstrip(":：") for cell in words if not is_code(cell.text)])
            scheme = self.columns[key.label].scheme if key.label is not None else None
            codes = [pair for group in key.codes if (pair := self._code(group))]
            codes += [("unit", squeeze(cell.text)) for cell in words if is_code(cell.text)]
            split = _CODE_AND_NAME.fullmatch(name)
            if not codes and split and scheme != "project":
                kind = scheme_of(split["code"], scheme)
                if kind != "unit" or len(split["code"]) == 6:
                    codes, name = [(kind, split["code"])], split["name"]
            codes.sort(key=lambda pair: pair[0] == "unit")
            if codes and fold_words(name) and fold_words(name) == fold_words(self.department or ""):
                codes = [("unit", codes[0][1])]
            named = [name, *[""] * len(codes)]
            found.extend(Class(kind, code, each, number) for each, (kind, code) in zip(named, codes, strict=False))
            if not codes and name:
                found.append(Class(scheme, None, name, number))
        return found

    def _code(self, group: Sequence[int]) -> tuple[str, str] | None:
        code = join_code(code_parts(group, self.placed, self.above))
        return (scheme_of(code, self.columns[group[0]].scheme), code) if code else None


def _joined(pieces: Sequence[str]) -> str:
    """Join the pieces of a label that stand in several cells; single letters (合 | 计) were only spread out."""
    return ("" if all(len(piece) == 1 for piece in pieces) else "/").join(pieces)


def code_parts(group: Sequence[int], placed: Placed, above: Mapping[int, str]) -> list[str]:
    """Return the printed pieces of a code (类 款 项), with the leading ones that only a row above prints."""
    own = {j: placed.cells[j].text for j in group if j in placed.cells and is_code(placed.cells[j].text)}
    first = next(iter(own), None)
    if first is None or len(squeeze(own[first])) > LONGEST_PIECE:
        return list(own.values())
    return [above[j] for j in group if j < first and j in above] + list(own.values())


def read_item(
    placed: Placed,
    columns: Sequence[Column],
    layout: Layout,
    words: Sequence[Cell],
    department: str | None,
    above: Mapping[int, str],
) -> tuple[Class, tuple[Class, ...], str | None, str | None]:
    """Return what a row is about, the further classes it prints, its unit and its category.

    ``words`` are cells no column took: a label in two pieces; ``above`` the pieces of codes that rows above print. A
    unit stands back behind a class or project that is printed beside it, a project's programme behind the project.
    """
    row = _Row(placed, columns, layout, words, department, above)
    classes = row.classes()
    category, unit = row.text(layout.category), row.text(layout.unit)
    about = next((each for each in classes if each.scheme != "unit"), classes[0] if classes else Class(None, None, ""))
    programmes = [each.name for each in classes if each.scheme == about.scheme == "project" and each.name]
    if len(programmes) > 1:
        about = next(each for each in reversed(classes) if each.scheme == "project" and each.name)
        category = category or programmes[0]
    total = next((text for text in (category, unit) if text and is_total_label(text)), None)
    if not about.name and total:
        return Class(None, about.code, total), (), None, None
    if not about.name and unit:
        about = Class("unit", about.code, unit)
    units = [each.name or each.code for each in classes if each.scheme == "unit" and each.code != about.code]
    further = tuple(each for each in classes if each.scheme != "unit" and each.code and each.code != about.code)
    return about, further, None if about.scheme == "unit" else unit or next(iter(units), None), category
