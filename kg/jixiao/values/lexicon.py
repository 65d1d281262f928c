"""The words of the target-value grammar (``targets.toml``), compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Comparator:
    """Hold what a comparator word says: its sign, and whether it yields to one behind the value."""

    sign: str
    weak: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Hold the compiled words; patterns are matched at an offset of a folded text without blanks."""

    before: Mapping[str, Comparator]
    before_pattern: re.Pattern[str]
    behind: Mapping[str, str]
    behind_pattern: re.Pattern[str]
    stop: re.Pattern[str]
    approximate_before: re.Pattern[str]
    approximate_behind: re.Pattern[str]
    inside: str
    words: re.Pattern[str]
    rank: re.Pattern[str]
    every: re.Pattern[str]
    periods: Mapping[str, str]
    rank_names: tuple[str, ...]
    time_names: tuple[str, ...]
    span_names: tuple[str, ...]
    bounded: tuple[str, ...]
    unbounded: tuple[str, ...]
    reference: re.Pattern[str]
    blank: re.Pattern[str]
    bold: re.Pattern[str]
    misread: Mapping[str, str]
    misread_number: tuple[str, ...]
    states: tuple[str, ...]
    manners: tuple[str, ...]
    nouns: frozenset[str]
    names: tuple[str, ...]
    explanation: re.Pattern[str]
    frames: frozenset[str]
    change: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """Return the one lexicon, read at first use."""
    data = tomllib.loads(files("jixiao.values").joinpath("targets.toml").read_text("utf-8"))
    before, adjacent = _before(data)
    free = [word for word in before if word not in adjacent]
    number = r"(?=(?:约|近|大约)?-?[\d一二两三四五六七八九十百])"
    behind = {word: sign for sign, words in data["behind"].items() if sign in "≥≤" for word in words}
    joined, closed = _any(data["behind"]["joined"]), _any(data["behind"]["not_before"])
    edge = r"\(不?含[^()]*\)"
    behind_text = rf"(?:{joined})?(?P<behind>{_any(behind)})(?!{closed})(?:{edge})?|{edge}"
    recognition, qualitative, names, rank = data["recognition"], data["qualitative"], data["names"], data["rank"]
    about = _any(data["approximate"]["behind"])
    return Lexicon(
        before=before,
        before_pattern=re.compile(rf"(?:{_any(free)})|(?:{_any(adjacent)}){number}"),
        behind=behind,
        behind_pattern=re.compile(behind_text),
        stop=re.compile(
            rf"$|[,;。、)(:!?~—–+*×≤≥<>=/-]|{about}|(?:{joined})?(?:{_any(behind)})(?!{closed})|[且或至到]|每|(?:之|以)?前"
        ),
        approximate_before=re.compile(rf"(?:{_any(data['approximate']['before'])})(?=[-\d一二两三四五六七八九十])"),
        approximate_behind=re.compile(about),
        inside="".join(data["approximate"]["inside"]),
        words=re.compile("|".join([*data["words"]["patterns"], *data["base"]["patterns"]])),
        rank=_rank(rank),
        every=_every(data["every"]),
        periods={word: period for period, words in data["every"]["periods"].items() for word in words},
        rank_names=tuple(names["rank"]),
        time_names=tuple(names["time"]),
        span_names=tuple(names["span"]),
        bounded=tuple(recognition["bounded"]),
        unbounded=tuple(recognition["unbounded"]),
        reference=re.compile("|".join(data["reference"]["patterns"])),
        blank=re.compile("|".join(data["blank"]["patterns"]), re.IGNORECASE),
        bold=re.compile(data["blank"]["bold"]),
        misread={spelled: sign for sign in "≥≤" for spelled in recognition[sign]},
        misread_number=tuple(recognition["number"]),
        states=_ordered(qualitative["states"]),
        manners=_ordered(qualitative["manners"]),
        nouns=frozenset(qualitative["nouns"]),
        names=_ordered(qualitative["names"]),
        explanation=re.compile(_any(data["explanation"]["words"])),
        frames=frozenset(data["frames"]["words"]),
        change=re.compile(_any(data["change"]["words"])),
    )


def _before(data: Mapping[str, Any]) -> tuple[dict[str, Comparator], list[str]]:
    """Return the comparators before a value by word, and those words that must touch the number."""
    before: dict[str, Comparator] = {}
    for strength, weak in (("strong", False), ("weak", True)):
        for sign, words in data["before"][strength].items():
            before.update(dict.fromkeys(words, Comparator(sign, weak)))
    negated = data["negated"]
    for sign in "≥≤":
        for word in negated[sign]:
            before.update({f"{no}{word}": Comparator(sign, weak=False) for no in negated["words"]})
    adjacent = {
        word: Comparator(sign, weak=True) for sign, words in data["before"]["adjacent"].items() for word in words
    }
    return {**before, **adjacent}, list(adjacent)


def _rank(rank: Mapping[str, Any]) -> re.Pattern[str]:
    """Return the pattern of a place in a ranking: 前五名, 排名前3, 第1名, 全市第一."""
    number = r"(?P<place>\d{1,4}|[一二三四五六七八九十]+)"
    lead, regions = _any(rank["words"]), _any(rank["regions"])
    share = r"(?P<share>%)?(?P<unit>名|位|强)?(?:次)?(?:以内|之内|内)?"
    return re.compile(
        rf"(?:(?:{lead})+(?:在)?)?(?P<first>前){number}{share}(?!{_any(rank['not_behind'])}|\d|\.\d)"
        rf"|(?:{lead})*第(?P<exact>\d{{1,4}}|[一二三四五六七八九十]+)(?:[-~—至到](?P<last>\d{{1,4}}))?(?:名|位)(?!书记)"
        rf"|(?:(?:{lead})+|(?<={regions}))第(?P<bare>\d{{1,4}}|[一二三四五六七八九十]+)(?=$|[,;。、)])".replace(
            f"(?<={regions})", "(?:" + "|".join(f"(?<={re.escape(word)})" for word in regions.split("|")) + ")"
        )
    )


def _every(every: Mapping[str, Any]) -> re.Pattern[str]:
    """Return the pattern of a recurrence: 每月, 每两年, 按季度, 逐月, 次月."""
    periods = _any(word for words in every["periods"].values() for word in words)
    times = r"(?=[一二两三四五六七八九十\d]+[次期场批轮回])"
    return re.compile(
        rf"(?:每(?P<count>\d{{1,2}}|[一二两三四五六])?个?|按|逐)(?P<period>{periods})(?!末|底|初)度?"
        rf"|每(?P<ended>{periods})(?=末|底|初)"
        rf"|次(?P<next>月)(?=\d)"
        rf"|(?P<times>[一二两三四五六])个?(?P<one>{periods}){times}|(?P<half>半年)(?=一次)"
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in _ordered(words))


def _ordered(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words, longest first, so that the first that fits is the longest."""
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))
