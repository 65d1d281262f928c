"""Find which indicators of different offices measure the same: a concept made of the printed name and its unit.

The same name and unit give the same measure in every document. What is not known to be mere wording tells two apart: a
figure compared with one of something else is worse than one that stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from jixiao.text.folding import squeeze
from jixiao.text.vocabulary import alternatives, plain_tokenizer, word_lists
from jixiao.values.units import measure_of

_NUMBERED = re.compile(r"^指标\d+[：:、.]?")
_REMARK = re.compile(r"[(（][^()（）]*[)）]")
_BOUND = re.compile(
    r"(?:应|需)?(?:控制|保持|稳定)?(?:在|为|达到|达|不超过|不低于|不少于|低于|高于|[≤≥<>=])\s*(?:[≤≥<>]?\d.*)?$"
)
_TOWARDS = re.compile(r"对(?:本?项目|工作|服务)?的?$")
_SATISFIED = "满意度"
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Measure:
    """Hold what is measured: its name in the one spelling that stands for all, and the base of its unit."""

    name: str
    unit: str

    @property
    def shown(self) -> str:
        """Return the name with its unit."""
        return f"{self.name}（{self.unit}）"


class _Wording:
    """Hold the words of ``measures.toml``."""

    def __init__(self) -> None:
        data = word_lists("linking/measures.toml")
        self.lead = re.compile(rf"^(?:{alternatives(data['lead'])})+(?=.{{2}})")
        self.served = re.compile(rf"^(?:{alternatives(data['served'])})(?=.{{2}})(?!对象|人员|单位)")
        self.words: dict[str, str] = {
            spelling: word for word, spellings in data["words"].items() for spelling in spellings
        }
        self.spelt = re.compile(alternatives(self.words))
        self.tails: dict[str, str] = {tail: word for word, tails in data["tails"].items() for tail in tails}
        self.tail = re.compile(rf"(?:{alternatives(self.tails)})$")
        self.work = frozenset(data["work"]["words"])
        self.counted: dict[str, list[str]] = data["counted"]
        self.general = frozenset(data["general"]["words"])
        self.implied: dict[str, list[str]] = data["implied"]


@cache
def _wording() -> _Wording:
    return _Wording()


@lru_cache(maxsize=65536)
def find_measure(name: str, unit: str | None) -> Measure | None:
    """Return what an indicator measures by its printed name and unit, None where the unit does not tell.

    Where no unit is printed the last word may tell it: a rate is one of percent, 人数 are persons.
    """
    whole = _REMARK.sub("", _NUMBERED.sub("", squeeze(name)))
    text = _BOUND.sub("", whole) or whole
    base = measure_of(unit)[1] if unit else _implied(text)
    if base is None:
        return None
    same = _same_wording(text, base)
    if len(same) < _SHORTEST or same in _wording().general:
        return None
    return Measure(same, base)


def _implied(text: str) -> str | None:
    for base, words in _wording().implied.items():
        if text.endswith(tuple(words)):
            return measure_of(base)[1]
    return None


def _same_wording(text: str, base: str) -> str:
    """Return a name in one spelling, without the words that say nothing."""
    wording = _wording()
    match = wording.tail.search(text)
    if match is None:
        body = wording.spelt.sub(_respelt, wording.lead.sub("", text))
        return _work_first(_uncounted(body, base))
    tail = wording.tails[match.group()]
    body = wording.lead.sub("", text[: match.start()])
    if tail == _SATISFIED:
        body = wording.served.sub("", _TOWARDS.sub("", body))
    return body + tail


def _work_first(text: str) -> str:
    """Return a name with its first work before what that is done to."""
    words: list[str] = plain_tokenizer().lcut(text)
    work = _wording().work
    if len(words) > 1 and words[1] in work and words[0] not in work:
        words[:2] = reversed(words[:2])
    return "".join(words)


def _respelt(match: re.Match[str]) -> str:
    return _wording().words[match.group()]


def _uncounted(text: str, base: str) -> str:
    """Return a name without the last words that only say what its unit says."""
    counted = _wording().counted
    for last in counted.get(base, counted["other"]):
        if text.endswith(last) and len(text) - len(last) >= _SHORTEST:
            return text.removesuffix(last)
    return text
