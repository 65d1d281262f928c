"""Find what an indicator measures: the concept of its printed name, and of whom or what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

from jixiao.text.folding import squeeze
from jixiao.text.vocabulary import code_rows, cut, spellings_of

SATISFACTION = "satisfaction"
_POINTS = re.compile(r"[(（]\s*\d+(?:\.\d+)?\s*分?\s*[)）]|\d+$")
_REMARK = re.compile(r"[(（][^()（）]*[)）]$")
_SATISFIED = re.compile(r"满意(?:度|率|程度|情况|比例|人数)?")
_RATED = re.compile(r"率|件数|次数|投诉|时间|人数|数量|金额|面积")
_LEAD = re.compile(
    r"^(?:(?:不断|持续|有效|逐步|显著|切实|进一步|大力|全面|稳步)*(?:提升|提高|改善|增强|确保|保障|达到|实现|促进|推进|完成|加强|开展)"
    r"|本年度?|当年|全年|项目|年度|20\d\d年度?)+"
)
_BOUND = re.compile(r"(?:应|需)?(?:控制|保持|稳定)?(?:在|为|达到|达|不超过|不低于|不少于|低于|高于)\s*[≤≥<>]?\d.*$")
_PEOPLE = re.compile(r"[\u3400-\u9fff]{2,8}?(?:人员|对象|群体|用户|家庭|客户)")
_THING = re.compile(
    r"(?:环境|工作|服务|质量|活动|设施|设备|效果|项目|政策|场地|过程|结果|情况|系统|平台|产品|水平|态度|办公|运行)$"
)
_RATE = re.compile(r"[率度]$")
_LONGEST_OBJECT = 16
_SURE = 4
_HEAD = 3


@dataclass(frozen=True, slots=True)
class _Concept:
    key: str
    label: str
    parent: str


@dataclass(frozen=True, slots=True)
class _Scheme:
    concepts: Mapping[str, _Concept]
    words: Mapping[str, str]
    lengths: tuple[int, ...]
    levels: Mapping[str, str]

    def line(self, key: str) -> Iterator[_Concept]:
        """Yield a concept and everything broader."""
        concept = self.concepts.get(key)
        while concept:
            yield concept
            concept = self.concepts.get(concept.parent)

    def within(self, key: str, domain: str) -> bool:
        """Tell whether a concept is a domain or narrower than it."""
        return any(concept.key == domain for concept in self.line(key))


@dataclass(frozen=True, slots=True)
class _Spelling:
    key: str
    word: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.word)


@cache
def _scheme() -> _Scheme:
    concepts: dict[str, _Concept] = {}
    words: dict[str, str] = {}
    for row in code_rows("concepts"):
        concepts[row["key"]] = _Concept(row["key"], row["label"], row["parent"])
        for word in spellings_of(row):
            if len(word) > 1:
                words.setdefault(squeeze(word), row["key"])
    levels: dict[str, str] = {}
    for row in code_rows("levels"):
        if row["match"] in concepts:
            for word in spellings_of(row):
                levels.setdefault(squeeze(word), row["match"])
    return _Scheme(concepts, words, tuple(sorted({len(word) for word in words}, reverse=True)), levels)


@lru_cache(maxsize=65536)
def concept_of(level1: str | None, level2: str | None, level3: str) -> tuple[str | None, str | None]:
    """Return (concept key, of whom or what) of an indicator, None for what cannot be told.

    The key is one of ``ontology/codes/concepts.csv``. The printed name decides; the levels choose between its
    readings, and stand for it where it says nothing (补植行道树 below 数量指标 is a quantity).
    """
    name = _BOUND.sub("", _REMARK.sub("", squeeze(level3))) or squeeze(level3)
    domain = _domain(level1, level2)
    if satisfied := _SATISFIED.search(name):
        return _satisfaction(name[: satisfied.start()], name)
    if domain == SATISFACTION and not _RATED.search(name):
        return _satisfaction(name, name)
    best = _best(name, domain)
    if best:
        return best.key, _object(name, best)
    if domain == SATISFACTION:
        return None, None
    return domain, None


def _domain(level1: str | None, level2: str | None) -> str | None:
    levels = _scheme().levels
    for printed in filter(None, (level2, level1)):
        label = _POINTS.sub("", squeeze(printed))
        if label in levels:
            return levels[label]
    return None


def _spelt(name: str) -> list[_Spelling]:
    """Return the vocabulary words of a name that begin and end where words do (or are long enough to be sure)."""
    scheme = _scheme()
    bounds = set(accumulate(map(len, cut(name)), initial=0))
    found = []
    for start in range(len(name)):
        for length in scheme.lengths:
            word = name[start : start + length]
            if len(word) < length or word not in scheme.words:
                continue
            if length >= _SURE or (start in bounds and start + length in bounds):
                found.append(_Spelling(scheme.words[word], word, start))
    return found


def _best(name: str, domain: str | None) -> _Spelling | None:
    """Return the longest word that fits the domain, the last of equals; of another domain only a sure one."""
    scheme = _scheme()
    inside: list[_Spelling] = []
    outside: list[_Spelling] = []
    for each in _spelt(name):
        if scheme.within(each.key, SATISFACTION):
            continue
        if domain is None or scheme.within(each.key, domain):
            inside.append(each)
        elif len(each.word) >= _SURE and each.end == len(name):
            outside.append(each)
    found = inside
    if outside and all(len(each.word) < _HEAD for each in inside):
        found = outside
    return max(found, key=lambda each: (each.end == len(name), len(each.word), each.start), default=None)


def _satisfaction(respondents: str, name: str) -> tuple[str, str | None]:
    """Return the satisfaction concept of a name and who is asked, in the words of its broadest respondents."""
    named = _asked(respondents) or _asked(name)
    if not named and respondents == name:
        return SATISFACTION, None
    if not named:
        return SATISFACTION, _respondents(respondents)
    best = max(named, key=lambda each: (len(each.word), each.end))
    broadest = next(each for each in _scheme().line(best.key) if each.parent == SATISFACTION)
    return best.key, broadest.label.removesuffix("满意度")


def _asked(text: str) -> list[_Spelling]:
    """Return the words of a text that name somebody whose satisfaction is measured."""
    scheme = _scheme()
    found = [each for each in _spelt(text) if each.key != SATISFACTION]
    return [each for each in found if scheme.within(each.key, SATISFACTION)]


def _respondents(text: str) -> str | None:
    """Return who is asked when the vocabulary does not know them: the people named, else the words before 满意."""
    clause = re.split(r"[,，;；]", text)[-1]
    if people := _PEOPLE.search(clause):
        return people.group()
    whom = _LEAD.sub("", clause).strip("对的")
    asked = 2 <= len(whom) <= _LONGEST_OBJECT and "、" not in whom and not _THING.search(whom)
    if asked:
        return whom
    return None


def _object(name: str, found: _Spelling) -> str | None:
    """Return what a rate is of: the words before it (电子病历系统 of 电子病历系统覆盖率)."""
    before = _LEAD.sub("", name[: found.start]).strip('、，,的“”"')
    if _RATE.search(found.word) and 2 <= len(before) <= _LONGEST_OBJECT:
        return before
    return None
