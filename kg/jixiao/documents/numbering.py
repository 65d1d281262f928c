"""Print the automatic numbers of Word paragraphs (一、 （二） 3. ④), which the text itself does not hold."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jixiao.documents.archive import Archive
from jixiao.documents.markup import attribute, local_name, parse_part

_DIGITS = "零一二三四五六七八九"
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    style: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """Count the numbered paragraphs of a document."""

    lists: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[tuple[str, int], _Level] = field(default_factory=dict)
    restarts: Mapping[tuple[str, int], int] = field(default_factory=dict)
    styles: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, archive: Archive, folder: str) -> Numbering:
        """Read ``numbering.xml`` and the numbered styles of ``styles.xml``; an absent part numbers nothing."""
        part = posixpath.join(folder, "numbering.xml")
        if part not in archive:
            return cls()
        lists: dict[str, str] = {}
        levels: dict[tuple[str, int], _Level] = {}
        restarts: dict[tuple[str, int], int] = {}
        for element in parse_part(archive, part):
            if local_name(element) == "abstractNum":
                key = attribute(element, "abstractNumId") or ""
                for level in _named(element, "lvl"):
                    levels[key, _integer(attribute(level, "ilvl"))] = _read_level(level)
            elif local_name(element) == "num":
                number = attribute(element, "numId") or ""
                for child in element:
                    if local_name(child) == "abstractNumId":
                        lists[number] = attribute(child, "val") or ""
                    for start in _named(child, "startOverride"):
                        restarts[number, _integer(attribute(child, "ilvl"))] = _integer(attribute(start, "val"))
        styles = _numbered_styles(archive, posixpath.join(folder, "styles.xml"))
        return cls(lists, levels, restarts, styles)

    def advance(self, paragraph: Any) -> str:
        """Count a paragraph and return its printed number, '' when it has none or only a bullet."""
        found = self._position(paragraph)
        if found is None:
            return ""
        number, depth = found
        key = self.lists.get(number)
        level = self.levels.get((key or "", depth))
        if key is None or level is None:
            return ""
        counts = self._counts.setdefault(key, [None] * _LEVELS)
        if number not in self._seen:
            self._seen.add(number)
            for (other, index), start in self.restarts.items():
                if other == number and index < _LEVELS:
                    counts[index] = start - 1
        current = counts[depth]
        counts[depth] = level.start if current is None else current + 1
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        if level.style in ("bullet", "none"):
            return ""
        return self._format(key, level, counts)

    def _position(self, paragraph: Any) -> tuple[str, int] | None:
        properties = next((child for child in paragraph if local_name(child) == "pPr"), None)
        if properties is None:
            return None
        inherited: tuple[str, int] | None = None
        for child in properties:
            if local_name(child) == "pStyle":
                inherited = self.styles.get(attribute(child, "val") or "")
            elif local_name(child) == "numPr":
                own = _read_position(child, inherited)
                return None if own is None or own[0] == "0" else own
        return inherited

    def _format(self, key: str, level: _Level, counts: list[int | None]) -> str:
        def count(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = self.levels.get((key, index), level)
            style = "decimal" if level.legal else other.style
            value = counts[index]
            return format_number(other.start if value is None else value, style)

        text = re.sub(r"%([1-9])", count, level.text)
        return text + " " if text and text[-1].isalnum() else text


def format_number(value: int, style: str) -> str:
    """Return a count in a Word number format (``chineseCounting``, ``decimalEnclosedCircle``, …)."""
    if style.startswith(("chinese", "japaneseCounting", "taiwaneseCounting", "ideographDigital")):
        return _chinese(value)
    if style.startswith("decimalEnclosedCircle") and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if style == "decimalFullWidth":
        return str(value).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    if style == "decimalZero":
        return f"{value:02d}"
    if style == "ideographTraditional" and 1 <= value <= 10:
        return "甲乙丙丁戊己庚辛壬癸"[value - 1]
    if style in ("upperLetter", "lowerLetter") and 1 <= value <= 26:
        return chr((65 if style == "upperLetter" else 97) + value - 1)
    if style in ("upperRoman", "lowerRoman") and 1 <= value < 40:
        roman = _roman(value)
        return roman if style == "upperRoman" else roman.lower()
    return str(value)


def _chinese(value: int) -> str:
    if not 0 <= value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def _roman(value: int) -> str:
    result = ""
    for size, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while value >= size:
            result += letters
            value -= size
    return result


def _read_level(level: Any) -> _Level:
    values = {local_name(child): attribute(child, "val") for child in level}
    return _Level(
        style=values.get("numFmt") or "decimal",
        text=values.get("lvlText") or "",
        start=_integer(values.get("start") or "1"),
        legal="isLgl" in values,
    )


def _numbered_styles(archive: Archive, part: str) -> dict[str, tuple[str, int]]:
    if part not in archive:
        return {}
    found: dict[str, tuple[str, int]] = {}
    for style in parse_part(archive, part):
        if local_name(style) != "style":
            continue
        for properties in _named(style, "pPr"):
            for position in _named(properties, "numPr"):
                place = _read_position(position, None)
                if place is not None and place[0] != "0":
                    found[attribute(style, "styleId") or ""] = place
    return found


def _read_position(element: Any, inherited: tuple[str, int] | None) -> tuple[str, int] | None:
    values = {local_name(child): attribute(child, "val") for child in element}
    number = values.get("numId") or (inherited[0] if inherited else None)
    depth = _integer(values["ilvl"]) if values.get("ilvl") else (inherited[1] if inherited else 0)
    return (number, depth) if number and depth < _LEVELS else None


def _named(parent: Any, name: str) -> list[Any]:
    return [child for child in parent if local_name(child) == name]


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 7 else 0
