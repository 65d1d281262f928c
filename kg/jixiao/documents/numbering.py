"""Print the automatic numbers of Word paragraphs (一、 （二） 3. ④), which the text itself does not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jixiao.documents.markup import attribute, children, tag_of, whole_number

_DIGITS = "零一二三四五六七八九"
_ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX"
_SIGNS = {
    "decimalEnclosedCircle": tuple("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "ideographTraditional": tuple("甲乙丙丁戊己庚辛壬癸"),
    "upperLetter": tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "lowerLetter": tuple("abcdefghijklmnopqrstuvwxyz"),
    "upperRoman": tuple(_ROMAN.split()),
    "lowerRoman": tuple(_ROMAN.casefold().split()),
}
_DEPTHS = 9


class _Position(NamedTuple):
    """Name a list of the document and a depth in it."""

    number: str
    depth: int


class _NumberingLevel(NamedTuple):
    """Hold how one depth of a list counts and prints."""

    style: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """Count the numbered paragraphs of a document.

    ``definitions`` are the abstract numberings of the lists, ``levels`` their levels by definition and depth,
    ``restarts`` the counts at which a list begins anew, ``styles`` the positions that paragraph styles give.
    """

    definitions: dict[str, str] = field(default_factory=dict)
    levels: dict[_Position, _NumberingLevel] = field(default_factory=dict)
    restarts: dict[_Position, int] = field(default_factory=dict)
    styles: Mapping[str, _Position] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, root: Any, styles: Any) -> Numbering:
        """Read the roots of the parts ``numbering`` and ``styles``; an absent one (an empty tuple) numbers nothing."""
        numbering = cls(styles=dict(_numbered_styles(styles)))
        for definition in children(root, "abstractNum"):
            key = attribute(definition, "abstractNumId") or ""
            for level in children(definition, "lvl"):
                numbering.levels[_Position(key, _depth(level))] = _read_level(level)
        for listed in children(root, "num"):
            number = attribute(listed, "numId") or ""
            for child in listed:
                if tag_of(child) == "abstractNumId":
                    numbering.definitions[number] = attribute(child, "val") or ""
                for start in children(child, "startOverride"):
                    numbering.restarts[_Position(number, _depth(child))] = whole_number(attribute(start, "val"))
        return numbering

    def advance(self, properties: Mapping[str, Any]) -> str:
        """Count a paragraph by its properties and return its printed number, '' when it has none or only a bullet."""
        position = self._position(properties)
        if position is None:
            return ""
        definition = self.definitions.get(position.number, "")
        level = self.levels.get(_Position(definition, position.depth))
        if level is None:
            return ""
        counts = self._counts.setdefault(definition, [None] * _DEPTHS)
        self._restart(position.number, counts)
        current = counts[position.depth]
        if current is None:
            current = level.start - 1
        counts[position.depth :] = [current + 1] + [None] * (_DEPTHS - position.depth - 1)
        if level.style in ("bullet", "none"):
            return ""
        return self._format(definition, level, counts)

    def _position(self, properties: Mapping[str, Any]) -> _Position | None:
        inherited = None
        if "pStyle" in properties:
            inherited = self.styles.get(attribute(properties["pStyle"], "val") or "")
        if "numPr" in properties:
            return _read_position(properties["numPr"], inherited)
        return inherited

    def _restart(self, number: str, counts: list[int | None]) -> None:
        """Set the counts that a list states for its beginning, where its first paragraph is met."""
        if number in self._seen:
            return
        self._seen.add(number)
        for position, start in self.restarts.items():
            if position.number == number and position.depth < _DEPTHS:
                counts[position.depth] = start - 1

    def _format(self, definition: str, level: _NumberingLevel, counts: list[int | None]) -> str:
        def count(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            other = self.levels.get(_Position(definition, depth), level)
            value = counts[depth]
            if value is None:
                value = other.start
            return format_number(value, "decimal" if level.legal else other.style)

        text = re.sub(r"%([1-9])", count, level.text)
        if text[-1:].isalnum():
            text += " "
        return text


def format_number(value: int, style: str) -> str:
    """Return a count in a Word number format (``chineseCounting``, ``decimalEnclosedCircle``, …)."""
    if style.startswith(("chinese", "japaneseCounting", "taiwaneseCounting", "ideographDigital")):
        return _chinese(value)
    signs = next((signs for name, signs in _SIGNS.items() if style.startswith(name)), ())
    return signs[value - 1] if 0 < value <= len(signs) else str(value)


def _chinese(value: int) -> str:
    if not 0 <= value < 100:
        return str(value)
    if value < 10:
        return _DIGITS[value]
    tens, ones = divmod(value, 10)
    return (_DIGITS[tens] + "十" + _DIGITS[ones]).removeprefix("一").removesuffix("零")


def _depth(element: Any) -> int:
    return whole_number(attribute(element, "ilvl"))


def _read_level(level: Any) -> _NumberingLevel:
    values = _values(level)
    return _NumberingLevel(
        style=values.get("numFmt") or "decimal",
        text=values.get("lvlText") or "",
        start=whole_number(values.get("start") or "1"),
        legal="isLgl" in values,
    )


def _numbered_styles(root: Any) -> dict[str, _Position]:
    """Return the positions that styles give to the paragraphs in them."""
    found = {}
    for style in children(root, "style"):
        for properties in children(style, "pPr"):
            for element in children(properties, "numPr"):
                position = _read_position(element, None)
                if position is not None:
                    found[attribute(style, "styleId") or ""] = position
    return found


def _read_position(element: Any, inherited: _Position | None) -> _Position | None:
    """Return the list and depth that an element states, the rest inherited; None for list 0, which has no numbers."""
    values = _values(element)
    number, depth = inherited or _Position("", 0)
    number = values.get("numId") or number
    if values.get("ilvl"):
        depth = whole_number(values["ilvl"])
    if number in ("", "0") or depth >= _DEPTHS:
        return None
    return _Position(number, depth)


def _values(element: Any) -> dict[str, str | None]:
    """Return the ``val`` of each child by its name."""
    return {tag_of(child): attribute(child, "val") for child in element}
