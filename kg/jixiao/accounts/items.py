"""Read what a row is about: its label, code and their scheme, its unit and category, its level in an outline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.accounts.columns import Key, Layout
from jixiao.accounts.figures import is_total_label, prints
from jixiao.accounts.sheets import Line
from jixiao.accounts.sums import completed
from jixiao.model import Cell
from jixiao.text.folding import squeeze
from jixiao.text.names import join_wraps

_SHARE = re.compile(r"其中[:：,，]?")
_FUNCTIONAL = re.compile(r"(10[1-9]|110|2[0-3]\d)(\d{2}){0,2}")
_ECONOMIC = re.compile(r"(30[1-379]|31[0-3]|399|50[1-9]|51[0-5]|599)(\d{2})?")
_CODE_AND_NAME = re.compile(r"(?P<code>\d{3}(?:\d{2}){0,2}|\d{6})[-—_\s]*(?P<name>[^\d\s\-—_年月日].*)")
_OUTLINE = re.compile(
    r"(?:其中[:：,，]?)?(?:([一二三四五六七八九十]+[、.．,，])|([(（][一二三四五六七八九十]+[)）])|(\d+[、.．](?!\d))|([(（]\d+[)）]))"
)
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


NOTHING = Class(None, None, "")


@dataclass(slots=True)
class Item:
    """Hold what one row of one block says: what it is about, and its figures by column.

    ``summed`` are the columns whose figure a sum put there; ``share`` marks 其中, a part of the row above that need
    not complete it, and what goes on with it; ``above`` are the rows it is a part of, the outermost first;
    ``full`` are its amounts with the totals that are not printed.
    """

    line: Line
    layout: Layout
    about: Class
    cells: Mapping[int, Cell]
    further: tuple[tuple[str, str, str], ...] = ()
    unit: str | None = None
    category: str | None = None
    repairs: tuple[str, ...] = ()
    summed: frozenset[int] = frozenset()
    share: bool = False
    above: tuple[Item, ...] = ()
    values: dict[int, Decimal] = field(init=False)
    full: dict[int, Decimal] = field(init=False)

    def __post_init__(self) -> None:
        """Read the amounts."""
        self.values = self.layout.amounts_in(self.cells)
        self.full = completed(self.layout.sums, self.values)

    @property
    def moved(self) -> frozenset[int]:
        """Return the columns whose figure is printed elsewhere, or was put there by a sum."""
        return self.summed | {j for j, cell in self.cells.items() if self.layout.shift(j, cell)}

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
        """Return the depth of the label's numbering: 一、 1, （一） 2, 1、 3, （1） 4; 0 without one."""
        found = _OUTLINE.match("".join(self.about.name.split()))
        return (found and found.lastindex) or 0


class RowReader:
    """Read what aligned rows are about; pieces of codes (类 款 项) hold for the rows below that print only the last."""

    def __init__(self) -> None:
        self.above: dict[int, str] = {}

    def read(self, line: Line, layout: Layout, cells: Mapping[int, Cell], words: Sequence[Cell]) -> Item:
        """Return what a row says in one block; ``words`` are cells no column took: a label in two pieces.

        A unit stands back behind a class or project that is printed beside it, a project's programme behind the
        project.
        """
        item = Item(line, layout, NOTHING, {j: cells[j] for j in layout.figures if j in cells})
        classes: list[Class] = []
        for depth, key in enumerate(layout.keys):
            texts = [cells[j] for j in key.columns if j in cells and (j == key.label or not prints(cells[j], "code"))]
            codes = list(self._codes(key, cells, item))
            classes += _classes(depth, key.scheme, codes, [*texts, *words])
            words = ()
        item.unit, item.category = (_text(layout, key, cells) for key in ("project-unit", "category"))
        _choose(item, sorted(classes, key=lambda each: each.scheme == "unit"))
        return item

    def _codes(self, key: Key, cells: Mapping[int, Cell], item: Item) -> Iterator[tuple[str, str]]:
        """Yield the codes of a row that stand in their columns, each with what it is of."""
        for group in key.codes:
            code = self._code(group, cells, item)
            if code:
                yield scheme_of(code, item.layout.columns[group[0]].scheme), code

    def _code(self, group: Sequence[int], cells: Mapping[int, Cell], item: Item) -> str:
        """Return a row's code of some columns, its leading pieces taken from above where only the last are printed."""
        own = {j: squeeze(cells[j].text) for j in group if j in cells and prints(cells[j], "code")}
        if own and len(own[min(own)]) <= LONGEST_PIECE:
            taken = {j: self.above[j] for j in group if j < min(own) and j in self.above}
            item.repairs = item.repairs or ("code-filled",) * bool(taken)
            own = taken | own
        if own and len(group) > 1:
            self.above = {j: piece for j, piece in self.above.items() if j not in group} | own
        return _join_code(own.values())


def _classes(depth: int, scheme: str | None, codes: list[tuple[str, str]], texts: Sequence[Cell]) -> Iterator[Class]:
    """Yield the classes that some codes, and words that may be codes, name."""
    texts = sorted((cell for cell in texts if prints(cell, "text", "integer")), key=lambda cell: cell.column)
    codes += [("unit", squeeze(cell.text)) for cell in texts if prints(cell, "code")]
    name = _joined([cell for cell in texts if not prints(cell, "code")])
    found = _CODE_AND_NAME.fullmatch(name)
    if found and not codes and scheme != "project":
        codes, name = [(scheme_of(found["code"], scheme), found["code"])], found["name"]
    if not codes and name:
        yield Class(scheme, None, name, depth)
    for kind, code in sorted(codes, key=lambda pair: pair[0] == "unit"):
        yield Class(kind, code, name, depth)
        name = ""


def _joined(cells: Sequence[Cell]) -> str:
    """Join the pieces of a label that stand in several cells; single letters (合 | 计) were only spread out."""
    pieces = [join_wraps(cell.text).rstrip(":：") for cell in cells]
    if all(len(piece) == 1 for piece in pieces):
        return "".join(pieces)
    return "/".join(pieces)


def _text(layout: Layout, heading: str, cells: Mapping[int, Cell]) -> str | None:
    cell = cells.get(layout.texts.get(heading, -1))
    return join_wraps(cell.text) if cell else None


def _choose(item: Item, classes: Sequence[Class]) -> None:
    """Take from the classes a row prints, units last, what it is about, its unit, and the further ones.

    A row that names a project is about it, though its class stands before it (科目编码 | 科目名称 | 项目名称).
    """
    projects = [each for each in classes if each.scheme == "project" and each.name]
    about = next(iter((*projects[-1:], *classes)), NOTHING)
    if len(projects) > 1:
        item.category = item.category or projects[0].name
    if not about.name:
        about = _unnamed(item, about)
    for each in classes:
        if each.code == about.code:
            continue
        if each.scheme == "unit":
            item.unit = item.unit or each.name or each.code
        elif each.code:
            item.further += ((each.scheme or "", each.code, each.name),)
    if about.scheme == "unit":
        item.unit = None
    item.about = about
    item.share = bool(_SHARE.match(squeeze(about.name)))


def _unnamed(item: Item, about: Class) -> Class:
    """Return what a row without a name is about: a total, told by its category or unit, or its unit."""
    for text in filter(is_total_label, (item.category or "", item.unit or "")):
        item.unit = item.category = None
        return Class(None, about.code, text)
    if item.unit:
        return Class("unit", about.code, item.unit)
    return about


def _join_code(parts: Iterable[str]) -> str:
    """Join the printed pieces of a code: 201, 3, 1 → 2010301; a piece that is whole already stands alone."""
    code = ""
    for part in parts:
        plain = re.sub(r"[^\dA-Z]", "", part)
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
