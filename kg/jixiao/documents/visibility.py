"""Decide what a person does not see, and count what is left out for it: the same for every format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum

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

_GONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*collapse|mso-hide\s*:\s*all", re.IGNORECASE)
_BLANK = re.compile(
    r"visibility\s*:\s*hidden|opacity\s*:\s*0*\.?0+\s*(;|!|$)|font-size\s*:\s*0[a-z%]*\s*(;|!|$)", re.IGNORECASE
)
_SELECTOR = re.compile(r"([a-z][\w-]*|\*)?([.#][\w-]+)?", re.IGNORECASE)


class StyleSheet:
    """Tell which elements of a web page are hidden, by their own style or by simple rules (``td.old``, ``#x``)."""

    def __init__(self, css: str) -> None:
        self._hidden: dict[str, str] = {}
        for selectors, style in _css_rules(css):
            for selector in selectors.split(","):
                if _SELECTOR.fullmatch(selector.strip()):
                    self._hidden[selector.strip().removeprefix("*").casefold()] = style

    def is_gone(self, tag: str, attributes: dict[str, str]) -> bool:
        """Tell an element that takes no place at all."""
        return "hidden" in attributes or bool(_GONE.search(self._style(tag, attributes)))

    def is_blank(self, tag: str, attributes: dict[str, str]) -> bool:
        """Tell an element that takes its place and shows nothing."""
        return bool(_BLANK.search(self._style(tag, attributes)))

    def _style(self, tag: str, attributes: dict[str, str]) -> str:
        """Return the styles of an element, the last one counting most."""
        own = attributes.get("style", "")
        if not self._hidden:
            return own
        marks = [f".{name}" for name in attributes.get("class", "").split()]
        if "id" in attributes:
            marks.append("#" + attributes["id"])
        names = [tag, *marks, *(tag + mark for mark in marks)]
        return ";".join([*(self._hidden[name.casefold()] for name in names if name.casefold() in self._hidden), own])


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
