"""Read indicators that are written out: 【产出指标】[数量指标] 名称（值）；…, numbered lists, several in a paragraph.

One small grammar over text: labels of levels, and between them items of a name and a value. Nothing counts that does
not stand under a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jixiao.grid.cells import BOTH, is_placeholder, level_of
from jixiao.grid.lexicon import lexicon
from jixiao.grid.statements import split_statement
from jixiao.grid.words import plain
from jixiao.text.names import join_wraps
from jixiao.values.content import value_likeness

_OPEN, _CLOSE = r"【\[〔［", r"】\]〕］"
_NUMBER = r"(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|[(（]?\d{1,2}[)）、.．](?!\d)|[①-⑳])"
_TOLD = r"(?:(?<=指标)(?:完成|实现|达成)?(?:情况|分析){1,2})?"
_LABEL = re.compile(
    rf"(?:(?<=^)|(?<=[\s。；;，,、{_OPEN}{_CLOSE}.．)）①-⑳])|(?=[{_OPEN}]))(?P<number>{_NUMBER}\s*)?"
    rf"(?P<open>[{_OPEN}]\s*)?(?P<word>[^\s{_OPEN}{_CLOSE}：:，,。；;（）()≥≤<>=\d]{{2,24}}?)(?P<points>[（(][^()（），,]{{1,8}}分[)）])?(?:[（(][^()（）]{{1,18}}分[)）])?{_TOLD}"
    rf"\s*(?P<close>[{_CLOSE}])?\s*(?P<after>[：:，,。]|(?=[{_OPEN}])|\n|$|(?<=[{_CLOSE}])|(?<=\s)(?={_NUMBER}))"
)
_CHAIN = re.compile(
    r"(?:^|[|｜；;。\s])\s*(?P<one>[^\W\d]{2,12})\s*[-—–/>·]+\s*(?P<two>[^\W\d]{2,14})\s*[-—–/>·:：]+\s*"
)
_ITEM = re.compile(rf"[；;。\n]+|(?=[①-⑳])|(?<=[；;。\s])(?={_NUMBER})")
_PREFIXED = re.compile(r"^([^\W\d]{2,10})\s*[-—–:：]+(.+)$", re.DOTALL)
_LEAD = re.compile(rf"^\s*(?:{_NUMBER}|指\s*标\s*\d{{1,2}}\s*[:：.、]?)\s*")
_COMMAS = re.compile(r"[，,、]")
_BLANKED = re.compile(r"[（(][^()（）]*[)）]")
_JOINTS = re.compile(r"[-—–/、·>|]+")
FILLER = "口"
SHORTEST = 10  # characters
LEAST = 0.3  # likeness of a text to a value


@dataclass(frozen=True, slots=True)
class Written:
    """Hold one written-out indicator: its labels, name and printed value."""

    level1: str | None
    level2: str | None
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class _Label:
    start: int
    end: int
    words: tuple[str, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Levels:
    """Hold the labels in force, and which level each style of label had last."""

    level1: str | None = None
    level2: str | None = None
    styles: tuple[tuple[str, int], ...] = ()


@lru_cache(maxsize=4096)
def read_written(text: str, levels: Levels = Levels()) -> tuple[tuple[Written, ...], Levels]:
    """Return the indicators of a text and the labels in force at its end; ``levels`` are those at its beginning."""
    bodies, levels = labelled_bodies(text, levels)
    found = [_placed(under, *item) for under, body in bodies[1:] for item in _items(body)]
    return tuple(found), levels


@lru_cache(maxsize=4096)
def labelled_bodies(text: str, levels: Levels = Levels()) -> tuple[tuple[tuple[Levels, str], ...], Levels]:
    """Return what a text prints before and below its labels, with the labels in force there, and those at its end."""
    text = _CHAIN.sub(_unchained, text)
    labels = list(_labels(text))
    ends = [*(label.start for label in labels), len(text)]
    bodies = [(levels, text[: ends[0]])]
    touched = False
    for position, label in enumerate(labels):
        body = text[label.end : ends[position + 1]]
        touching = position + 1 < len(labels) and not _LEAD.sub("", body).strip()
        levels = _under(levels, label, lower=touched, upper=touching)
        touched = touching
        if level_of(label.words[0]):
            bodies.append((levels, body))
    return tuple(bodies), levels


def _unchained(chain: re.Match[str]) -> str:
    """Return 产出指标-数量指标- before a name as two labels in brackets."""
    leveled = level_of(chain["one"]) & 1 and level_of(chain["two"]) & 2
    return f"；【{chain['one']}】【{chain['two']}】" if leveled else chain.group()


def _placed(levels: Levels, name: str, value: str | None) -> Written:
    """Return an item below its labels; a 二级 word may stand before its name (数量—补助站点)."""
    label, rest = cut_label(name) if levels.level2 is None else (None, name)
    return Written(levels.level1, label or levels.level2, rest, value)


def cut_label(name: str) -> tuple[str | None, str]:
    """Return the 二级 word before a name (数量指标：补助站点) and the name without it."""
    found = _PREFIXED.match(name)
    return (found[1], found[2].strip()) if found and level_of(found[1]) & 2 else (None, name)


@lru_cache(maxsize=16384)
def read_phrases(text: str) -> tuple[Written, ...]:
    """Return what a cell states, name and value in each phrase, empty where a phrase has no value."""
    found = [_placed(Levels(), name, value) for name, value in _items(text)]
    told = all(each.value for each in found)
    return tuple(found) if told and not labels_in(text) else ()


def items_below(text: str, levels: Levels) -> tuple[Written, ...]:
    """Return the numbered items of a line below labels (1.培训护理员：≥8场), empty where one has no value."""
    if not (levels.level1 or levels.level2) or not _LEAD.match(text):
        return ()
    found = tuple(_placed(levels, *item) for item in _items(text))
    return found if all(each.value and not level_of(each.name) for each in found) else ()


def labels_in(text: str) -> int:
    """Return how many labels of levels a text holds."""
    return sum(level_of(label.words[0]) > 0 for label in _labels(_CHAIN.sub(_unchained, text)))


def bracketed(text: str) -> Iterator[tuple[str, str]]:
    """Yield the bracketed labels of a text that are no levels, each with what stands behind it (【总体目标】 …)."""
    labels = list(_labels(text))
    for position, label in enumerate(labels):
        end = labels[position + 1].start if position + 1 < len(labels) else len(text)
        if not level_of(label.words[0]):
            yield label.words[0], text[label.end : end].strip("：: \n")


def _labels(text: str) -> Iterator[_Label]:
    place = 0
    while found := _LABEL.search(text, place):
        words = tuple(part for part in _JOINTS.split(found["word"]) if part)
        boxed = bool(found["open"]) and bool(found["close"])
        pointed = len(words) == 2 and "·" in found["word"] and level_of(words[0]) > 0
        named = words and (pointed or all(level_of(word) for word in words))
        listed = bool(found["number"]) and not found["after"].strip()
        said = boxed or listed or found["word"].endswith("指标") or found["after"] in ("：", ":")
        if (named and said) or (boxed and words):
            printed = (words[0] + (found["points"] or ""), *words[1:]) if named else (found["word"],)
            yield _Label(found.start(), found.end(), printed, _style(found))
            place = found.end()
        else:
            place = max(found.start("word") + 1, place + 1)


def _style(found: re.Match[str]) -> str:
    """Return how a label is printed: at the beginning of a line, behind what kind of number and bracket."""
    number = re.sub(r"[一二三四五六七八九十\d]+", "N", found["number"] or "").strip()
    before = found.string[: found.start()]
    start = "^" if not before.strip() or before.endswith("\n") else ""
    return f"{start}{number}{(found['open'] or '').strip()}"


def _under(levels: Levels, label: _Label, *, lower: bool, upper: bool) -> Levels:
    """Return the labels in force behind another label."""
    styles = dict(levels.styles)
    if not level_of(label.words[0]):
        return Levels(None, None, levels.styles)
    if len(label.words) > 1:
        return Levels(label.words[0], label.words[1], tuple(sorted((styles | {label.style: 1}).items())))
    word = label.words[0]
    level = level_of(word)
    if level == BOTH:
        level = (
            2
            if lower and levels.level1
            else 1
            if upper
            else styles.get(label.style, 2 if _belongs(word, levels.level1) else 1)
        )
    styles[label.style] = level
    kept = tuple(sorted(styles.items()))
    return Levels(word, None, kept) if level == 1 else Levels(_above(levels, word), word, kept)


def _above(levels: Levels, word: str) -> str | None:
    """Return the 一级 label in force, None where the 二级 word is known to belong elsewhere."""
    known = lexicon().level(2, word)
    return levels.level1 if not known or levels.level1 is None or _belongs(word, levels.level1) else None


def is_written(text: str) -> bool:
    """Tell whether a cell writes indicators out."""
    valued = sum(each.value is not None for each in read_written(text)[0]) if len(text) > SHORTEST else 0
    return valued > (0 if "指标" in text else 1)


def _belongs(word: str, level1: str | None) -> bool:
    parents = {entry.parent for entry in lexicon().level(2, word)}
    return level1 is not None and bool(parents & {entry.label for entry in lexicon().level(1, level1)})


def _items(body: str) -> Iterator[tuple[str, str | None]]:
    """Yield name and value of the items of a text between two labels."""
    for part in _ITEM.split(body):
        text = _LEAD.sub("", _LEAD.sub("", part or "")).strip(" \n，,：:、")
        if len(plain(text)) < 2:
            continue
        pieces = [piece for piece in _COMMAS.split(text) if piece.strip()]
        split = [_split(piece) for piece in pieces]
        if len(pieces) > 1 and all(value for name, value in split):
            yield from split
        else:
            yield _split(text)


def _split(text: str) -> tuple[str, str | None]:
    """Return name and value of one statement; what a template left in brackets is part of the name."""
    text = join_wraps(text)
    masked = _BLANKED.sub(
        lambda found: FILLER * len(found.group()) if is_placeholder(found.group()[1:-1]) else found.group(), text
    )
    name, value = split_statement(masked)
    if FILLER in masked:
        place = masked.rfind(value) if value else len(masked)
        name = text[: masked.find(name) + len(name)] if name in masked else text[:place]
    return name.strip(" -—–"), (value if value and value_likeness(value) >= LEAST else None)
