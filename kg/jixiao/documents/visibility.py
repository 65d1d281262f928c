"""Decide what a person does not see, and count what is left out for it: the same for every format."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from enum import Enum
from typing import Any

from cssselect import HTMLTranslator, SelectorError

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


# ---------------------------------------------------------------- web pages

_ZERO = re.compile(r"0*\.?0+[a-z%]*", re.IGNORECASE)
_TELLING = re.compile(r"display|visibility|opacity|font-size|mso-hide", re.IGNORECASE)
_MOST_MATCHES = 20_000_000
_MOST_RULES = 2000
_LONGEST_SELECTOR = 1000


class StyleSheet:
    """Tell which elements of a web page are hidden, by the style sheet in it and by their own style."""

    def __init__(self, root: Any) -> None:
        self._found: dict[Any, dict[str, str]] = defaultdict(dict)
        css = "\n".join("".join(style.itertext()) for style in root.iter("style"))
        rules = [rule for rule in _css_rules(css) if _TELLING.search(rule[1]) and len(rule[0]) <= _LONGEST_SELECTOR]
        most = min(_MOST_RULES, _MOST_MATCHES // (1 + sum(1 for _ in root.iter())))
        for selectors, style in rules[:most]:
            try:
                path = HTMLTranslator().css_to_xpath(selectors)
            except (SelectorError, RecursionError):
                continue
            for element in root.xpath(path):
                self._found[element].update(_declarations(style))

    def is_gone(self, element: Any) -> bool:
        """Tell an element that takes no place at all."""
        style = self._style(element)
        gone = style.get("display") == "none" or style.get("visibility") == "collapse"
        return gone or style.get("mso-hide") == "all" or "hidden" in element.attrib

    def is_blank(self, element: Any) -> bool:
        """Tell an element that takes its place and shows nothing: by its style."""
        style = self._style(element)
        invisible = any(_ZERO.fullmatch(style.get(name, "")) for name in ("opacity", "font-size"))
        return invisible or style.get("visibility") == "hidden"

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
