"""Decide what a person does not see, and count what is left out for it: the same for every format."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from enum import Enum
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from jixiao.model import Issue


class Unseen(Enum):
    """Name what is in a file and is not seen, with the code and the words of its note."""

    ROW = ("hidden-rows", "个隐藏行", "hidden rows")
    COLUMN = ("hidden-columns", "个隐藏列", "hidden columns")
    TEXT = ("hidden-text", "处隐藏的文字", "hidden texts")
    WATERMARK = ("watermark", "处水印", "watermarks")
    STRUCK = ("struck-out-text", "处划掉的文字", "struck-out texts")

    def __init__(self, code: str, words: str, english: str) -> None:
        self.code = code
        self.words = words
        self.english = english


class LeftOut:
    """Count what a reader leaves out."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Unseen, str]] = Counter()

    def add(self, what: Unseen, place: str = "", count: int = 1) -> None:
        """Count what was left out at a place (a sheet, or '' for the whole document)."""
        if count:
            self._counts[what, place] += count

    def notes(self) -> Iterator[Issue]:
        """Yield a note for each kind and place."""
        for (what, place), count in self._counts.items():
            message = f"有 {count} {what.words}，未读取；如需读取，请取消隐藏后另存"
            english = f"{count} {what.english} were left out; show them and save the file to have them read"
            if place:
                message, english = f"工作表“{place}”{message}", f"sheet {place}: {english}"
            yield Issue(what.code, message, english, level="info")


# ---------------------------------------------------------------- colours

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255 each."""

WHITE: Colour = (255, 255, 255)
_NAMED = {"white": "ffffff", "black": "000000"}
_HEX = re.compile("#?(?:[0-9a-f]{2})?([0-9a-f]{6})|#([0-9a-f]{3})")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*\)")
_CONTRAST = 15


def colour_of(text: str | None) -> Colour | None:
    """Return the colour that a text tells: ``#fff``, ``FF0A0B0C`` (alpha first), ``rgb(1, 2, 3)``; None for others."""
    text = (text or "").strip().casefold()
    text = _NAMED.get(text, text)
    if found := _RGB.fullmatch(text):
        red, green, blue = map(int, found.groups())
        return red, green, blue
    if not (found := _HEX.fullmatch(text)):
        return None
    digits = found[1] or "".join(2 * digit for digit in found[2])
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def blends(ink: Colour | None, ground: Colour | None) -> bool:
    """Tell a text that cannot be told from what it stands on; colours that are not known never do."""
    if ink is None or ground is None:
        return False
    return all(abs(one - other) <= _CONTRAST for one, other in zip(ink, ground, strict=True))


# ---------------------------------------------------------------- web pages

_ZERO = re.compile(r"0*\.?0+[a-z%]*", re.IGNORECASE)
_TELLING = re.compile(r"display|visibility|opacity|font-size|mso-hide|color|background", re.IGNORECASE)
_MOST_MATCHES = 20_000_000
_MOST_RULES = 2000
_LONGEST_SELECTOR = 1000


class StyleSheet:
    """Tell which elements of a web page are hidden, by the style sheet in it and by their own style.

    Colours are judged only where every rule about backgrounds could be read.
    """

    def __init__(self, root: Any) -> None:
        self._found: dict[Any, dict[str, str]] = defaultdict(dict)
        self._knows_grounds = not root.xpath("//link[contains(@rel, 'stylesheet')]")
        css = "\n".join("".join(style.itertext()) for style in root.iter("style"))
        rules = [rule for rule in _css_rules(css) if _TELLING.search(rule[1]) and len(rule[0]) <= _LONGEST_SELECTOR]
        most = min(_MOST_RULES, _MOST_MATCHES // (1 + sum(1 for _ in root.iter())))
        self._knows_grounds &= len(rules) <= most
        for selectors, style in rules[:most]:
            try:
                path = HTMLTranslator().css_to_xpath(selectors)
            except (SelectorError, RecursionError):
                self._knows_grounds &= "background" not in style
                continue
            for element in root.xpath(path):
                self._found[element].update(_declarations(style))

    def is_gone(self, element: Any) -> bool:
        """Tell an element that takes no place at all."""
        style = self._style(element)
        gone = style.get("display") == "none" or style.get("visibility") == "collapse"
        return gone or style.get("mso-hide") == "all" or "hidden" in element.attrib

    def is_blank(self, element: Any) -> bool:
        """Tell an element that takes its place and shows nothing: by its style, or in the colour of its ground."""
        style = self._style(element)
        if style.get("visibility") == "hidden" or any(
            _ZERO.fullmatch(style.get(name, "")) for name in ("opacity", "font-size")
        ):
            return True
        ink = colour_of(self._ink(element))
        if ink is None or not blends(ink, self._ground(element)):
            return False
        return not any(self._ink(inner) for inner in element.iterdescendants(etree.Element))

    def _ink(self, element: Any) -> str:
        return self._style(element).get("color") or element.get("color") or ""

    def _ground(self, element: Any) -> Colour | None:
        """Return the colour an element stands on, None where it is not known."""
        for outer in (element, *element.iterancestors()):
            style = self._style(outer)
            told = style.get("background-color") or style.get("background") or outer.get("bgcolor")
            if "background-image" in style or outer.get("background"):
                return None
            if told and told not in ("none", "transparent"):
                return colour_of(told)
        return WHITE if self._knows_grounds else None

    def _style(self, element: Any) -> dict[str, str]:
        """Return what is declared for an element, its own style last."""
        own = element.get("style")
        known = self._found.get(element, {})
        return {**known, **_declarations(own)} if own else known


def _declarations(style: str) -> dict[str, str]:
    pairs = (each.partition(":") for each in style.casefold().replace("!important", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def _css_rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and styles of a style sheet, without comments and what only holds under a condition (@media)."""
    first, *commented = css.split("/*")
    plain = first + "".join(part.partition("*/")[2] for part in commented)
    conditions = 0
    for chunk in plain.split("}"):
        *outer, style = chunk.split("{")
        if len(outer) == 1 and not conditions:
            selectors = outer[0].rpartition(";")[2]
            if not selectors.lstrip().startswith("@"):
                yield selectors, style
        conditions = max(0, conditions + len(outer) - 1)
