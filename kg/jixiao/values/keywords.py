"""The keywords of the target-value grammar (``targets.toml``), compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jixiao.text.vocabulary import alternatives, longest_first, word_lists

_HAN = "一二三四五六七八九十"
_PLACE = rf"\d{{1,4}}|[{_HAN}]+"


@dataclass(frozen=True, slots=True)
class Comparator:
    """Hold what a comparator word says: its sign, and whether it yields to one behind the value."""

    sign: str
    weak: bool


class Keywords:
    """Hold the compiled words; patterns are matched at an offset of a folded text without blanks.

    ``before`` and ``behind`` give the comparator or sign of a word, ``periods`` the period, ``misread`` the sign that
    recognition spoilt; ``stop`` is what may follow a phrase; other words are tuples, longest first.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._compile_comparators(data)
        self._compile_numbers(data)
        self._compile_wordings(data)

    def _compile_comparators(self, data: Mapping[str, Any]) -> None:
        adjacent = _comparators(data["before"]["adjacent"], weak=True)
        free = _comparators(data["before"]["strong"], weak=False)
        free.update(_comparators(data["before"]["weak"], weak=True))
        negated = data["negated"]
        for sign in "≥≤":
            words = [f"{no}{word}" for word in negated[sign] for no in negated["words"]]
            free.update(dict.fromkeys(words, Comparator(sign, weak=False)))
        self.before = {**free, **adjacent}
        number = rf"(?=(?:约|近|大约)?-?[\d{_HAN}两百])"
        apart = alternatives(free.keys() - adjacent.keys())
        self.before_pattern = re.compile(rf"(?:{apart})|(?:{alternatives(adjacent)}){number}")
        self._compile_behind(data["behind"], alternatives(data["approximate"]["behind"]))

    def _compile_behind(self, behind: Mapping[str, list[str]], about: str) -> None:
        self.behind: dict[str, str] = {word: sign for sign in "≥≤" for word in behind[sign]}
        joined, closed = alternatives(behind["joined"]), alternatives(behind["not_before"])
        words_behind = alternatives(self.behind)
        edge = r"\(不?含[^()]*\)"
        self.behind_pattern = re.compile(rf"(?:{joined})?(?P<behind>{words_behind})(?!{closed})(?:{edge})?|{edge}")
        marks = r"$|[,;。、)(:!?~+*×≤≥<>=/-]"
        ends = rf"{about}|(?:{joined})?(?:{words_behind})(?!{closed})|[且或至到]|每|(?:之|以)?前"
        self.stop = re.compile(f"{marks}|{ends}")
        self.approximate_behind = re.compile(about)

    def _compile_numbers(self, data: Mapping[str, Any]) -> None:
        about = alternatives(data["approximate"]["before"])
        self.approximate_before = re.compile(rf"(?:{about})(?=[-\d{_HAN}两])")
        self.inside = "".join(data["approximate"]["inside"])
        self.rank = _rank(data["rank"])
        self.every = _every(data["every"])
        periods = data["every"]["periods"]
        self.periods: dict[str, str] = {word: period for period, words in periods.items() for word in words}
        recognition = data["recognition"]
        self.misread: dict[str, str] = {spelled: sign for sign in "≥≤" for spelled in recognition[sign]}
        self.misread_number = tuple(recognition["number"])

    def _compile_wordings(self, data: Mapping[str, Any]) -> None:
        self.words = re.compile("|".join([*data["words"]["patterns"], *data["base"]["patterns"]]))
        names = data["names"]
        self.rank_names = tuple(names["rank"])
        self.time_names = tuple(names["time"])
        self.reference = re.compile("|".join(data["reference"]["patterns"]))
        self.blank = re.compile("|".join(data["blank"]["patterns"]), re.IGNORECASE)
        self.bold = re.compile(data["blank"]["bold"])
        qualitative = data["qualitative"]
        self.states = longest_first(qualitative["states"])
        self.manners = longest_first(qualitative["manners"])
        self.nouns = tuple(qualitative["nouns"])
        self.names = longest_first(qualitative["names"])
        self.explanation = re.compile(alternatives(data["explanation"]["words"]))
        self.frames = frozenset(data["frames"]["words"])
        self.change = re.compile(alternatives(data["change"]["words"]))


@cache
def keywords() -> Keywords:
    """Return the keywords, read at first use."""
    return Keywords(word_lists("values/targets.toml"))


def _comparators(signs: Mapping[str, list[str]], *, weak: bool) -> dict[str, Comparator]:
    return {word: Comparator(sign, weak) for sign, words in signs.items() for word in words}


def _rank(rank: Mapping[str, Any]) -> re.Pattern[str]:
    """Return the pattern of a place in a ranking: 前五名, 排名前3, 第1名, 全市第一."""
    lead = alternatives(rank["words"])
    region = "|".join(f"(?<={re.escape(word)})" for word in rank["regions"])
    share = r"(?P<share>%)?(?P<unit>名|位|强)?(?:次)?(?:以内|之内|内)?"
    first = rf"(?P<first>前)(?P<place>{_PLACE}){share}(?!{alternatives(rank['not_behind'])}|\d|\.\d)"
    exact = rf"第(?P<exact>{_PLACE})(?:名|位)(?!书记)"
    bare = rf"第(?P<bare>{_PLACE})(?=$|[,;。、)])"
    return re.compile(rf"(?:(?:{lead})+(?:在)?)?{first}|(?:{lead})*{exact}|(?:(?:{lead})+|(?:{region})){bare}")


def _every(every: Mapping[str, Any]) -> re.Pattern[str]:
    """Return the pattern of a recurrence: 每月, 每两年, 按季度, 逐月, 次月."""
    periods = alternatives(word for words in every["periods"].values() for word in words)
    times = rf"(?=[{_HAN}两\d]+[次期场批轮回])"
    return re.compile(
        rf"(?:每(?P<count>\d{{1,2}}|[一二两三四五六])?个?|按|逐)(?P<period>{periods})(?!末|底|初)度?"
        rf"|每(?P<ended>{periods})(?=末|底|初)"
        rf"|次(?P<next>月)(?=\d)"
        rf"|(?P<times>[一二两三四五六])个?(?P<one>{periods}){times}|(?P<half>半年)(?=一次)"
    )
