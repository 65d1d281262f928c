"""Tell by its morphemes what a header word or a label speaks of: 年初核定目标 is 年初 + 核定 + 目标.

No word has to be listed as a whole. A word is cut into known morphemes, the longest cover first; each speaks for some
roles, the last one (the head noun) most. Letters that recognition confuses are put right before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from jixiao.grid.weights import Vocabulary, weights
from jixiao.model import Period

_POINTS = re.compile(r"\((?:[A-Za-z/%\d.\-—~～至不超过必填分]|及以上|满分|权重)+\)分?|\([^()]*硬性[^()]*\)")
_YEAR = re.compile(r"(?:19|20)[\dxX×*]{2}年?度?")
_YEARS = re.compile(r"(?:19|20)\d{2}年?度?[-—–~～至到]+(?:19|20)\d{2}年?度?")
_MONTHS = re.compile(r"\d{1,2}(?:月)?[-—–~～至到]\d{1,2}月|\d{1,2}月(?:底|末)?(?=执行|完成|实|监|支|拨)")
_NOISE = re.compile(r"[\s()\[\]{}【】〔〕<>《》“”\"'‘’「」『』:：,，、。.;；/%*#＊·★☆_|√□☑]+|[-—–－]+$")
_ITEM = re.compile(r"^(?:[一二三四五六七八九十]{1,2}|\d{1,2})[、.．)]|^\([一二三四五六七八九十\d]{1,2}\)|^其中[:：]?")
_MISREAD = str.maketrans({"ニ": "二", "―": "一", "ー": "一", "級": "级", "標": "标", "項": "项", "値": "值"})
_DASHED = re.compile(r"^[-—–－](?=级)")
HEAD_SHARE = 0.6  # what a word says of a column where only its head noun is known
MARKS = {"<year>": "Y", "<years>": "S", "<month>": "M"}


@dataclass(frozen=True, slots=True)
class Word:
    """Hold a word's morphemes, what they say together, the printed year, and the share of it that is known.

    ``headed`` says that its last morpheme, the head noun, is known.
    """

    morphemes: tuple[str, ...]
    says: Mapping[str, float]
    year: int | None
    known: float
    headed: bool = False

    @property
    def weight(self) -> float:
        """Return how much what it says may be believed: a known head noun carries unknown modifiers."""
        return max(self.known, HEAD_SHARE) if self.headed else self.known

    @property
    def best(self) -> float:
        """Return how loudly it speaks for its likeliest role."""
        return max(self.says.values(), default=0.0)

    def of(self, role: str) -> float:
        """Return what it says of one role."""
        return self.says.get(role, 0.0)


@lru_cache(maxsize=32768)
def plain(text: str) -> str:
    """Return a text NFKC-folded, without blanks, with the letters put right that recognition confuses."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_MISREAD)
    return _DASHED.sub("一", folded)


_LONGEST = 1000  # characters of a cell that are looked at: no label has a tenth of that


@lru_cache(maxsize=32768)
def header_word(text: str) -> Word:
    """Return what a header cell says of the role of its column."""
    return _read(text, weights().header)


@lru_cache(maxsize=32768)
def label_word(text: str) -> Word:
    """Return what a label says of the field beside or below it."""
    return _read(text, weights().label)


def _read(text: str, vocabulary: Vocabulary) -> Word:
    body = _ITEM.sub("", plain(chinese(text[:_LONGEST])))
    body = _YEARS.sub("S", body)
    year = _YEAR.search(body)
    body = _MONTHS.sub("M", _YEAR.sub("Y", _POINTS.sub("", body)))
    body = _NOISE.sub("", body)
    found = _cut(body, vocabulary)
    says: dict[str, float] = {}
    for morpheme in found:
        _add(says, vocabulary.any.get(_named(morpheme), {}))
    headed = bool(found) and (body.endswith(found[-1]) or vocabulary.misread(body[-len(found[-1]) :]) == found[-1])
    if headed:
        _add(says, _head(found[-1], vocabulary))
    if body in vocabulary.whole:
        _add(says, vocabulary.whole[body])
    known = sum(map(len, found)) / len(body) if body else 0.0
    known = 1.0 if body in vocabulary.whole else known
    return Word(found, says, _number(year), known, headed)


def period_in(word: Word) -> Period | None:
    """Return the period a label names."""
    if max(word.of("medium"), word.of("annual")) < 1.0:
        return None
    return Period.MEDIUM_TERM if word.of("medium") > word.of("annual") else Period.ANNUAL


@lru_cache(maxsize=32768)
def chinese(text: str) -> str:
    """Return the lines of a bilingual cell that hold Chinese, the whole text where all or none do."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not any(_FOREIGN.search(line) for line in lines):
        return _FOREIGN.sub("", text).strip()
    return "\n".join(line for line in lines if not _FOREIGN.search(line))


_FOREIGN = re.compile(r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff\u0f00-\u0fff\u1800-\u18af]+")


def _number(year: re.Match[str] | None) -> int | None:
    digits = year.group()[:4] if year else ""
    return int(digits) if digits.isdigit() else None


def _named(morpheme: str) -> str:
    return next((name for name, mark in MARKS.items() if mark == morpheme), morpheme)


def _add(says: dict[str, float], more: Mapping[str, float]) -> None:
    for role, score in more.items():
        says[role] = says.get(role, 0.0) + score


def _head(morpheme: str, vocabulary: Vocabulary) -> Mapping[str, float]:
    """Return what the last morpheme says as a head noun: of itself, else of the longest head it ends with."""
    for start in range(len(morpheme)):
        if morpheme[start:] in vocabulary.head:
            return vocabulary.head[morpheme[start:]]
    return {}


def _cut(body: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Cut a word into morphemes that cover most of it with the fewest pieces (Viterbi from the left)."""
    best: list[tuple[int, int, int, str]] = [(0, 0, 0, "")]  # covered, pieces, and the last piece with its beginning
    for end in range(1, len(body) + 1):
        covered, pieces, _, _ = best[end - 1]
        choice = (covered, pieces, end - 1, "")
        for start in range(max(0, end - vocabulary.longest), end):
            piece = body[start:end]
            covered, pieces, _, _ = best[start]
            if piece in vocabulary.any or piece in MARKS.values() or (end == len(body) and piece in vocabulary.head):
                choice = max(choice, (covered + len(piece), pieces - 1, start, piece), key=_goodness)
            elif meant := vocabulary.misread(piece):
                choice = max(choice, (covered + len(piece) - 1, pieces - 1, start, meant), key=_goodness)
        best.append(choice)
    cut, end = [], len(body)
    while end:
        _, _, end, piece = best[end]
        if piece:
            cut.append(piece)
    return tuple(reversed(cut))


_goodness = itemgetter(0, 1)
