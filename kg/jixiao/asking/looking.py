"""Look one value up: the indicator or project that a question's words fit best, where no other fits as well.

A question that the grammar does not know in every word still names one thing, if its nouns stand in one name only and
what it asks by (几号, 多少座, 多少钱) is what that thing has. Verbs count little: they are said in many ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jixiao.asking.building import scope_of
from jixiao.asking.cutting import NONE, PLACES, Tokens, said, texts_of, tokenize
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.names import Names, Placed, named_nodes
from jixiao.asking.vocabulary import Topic, data, plain, simpler
from jixiao.text.dictionary import word_kind
from jixiao.text.vocabulary import plain_tokenizer

_KNOWN = data("looking")
_WEIGHTS: dict[str, float] = {name: weight for name, weight in _KNOWN["weights"].items() if name != "kind"}
_KINDS: dict[str, float] = _KNOWN["weights"]["kind"]
_AIM = re.compile("(目标|指标|目标值)+$")
_FEW = 4  # names that fit equally well and are offered


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what a question asks by: its rule in ``looking.toml``, a unit, where the words that ask begin and end."""

    rule: dict[str, Any]
    unit: str
    start: int
    end: int
    counts: bool  # something is named that is counted
    single: bool  # what one of many costs
    medium_term: bool  # what is aimed at over several years

    @property
    def typed(self) -> bool:
        """Say whether the words that ask tell what targets may answer."""
        return bool(self.unit or "units" in self.rule)

    @property
    def open(self) -> bool:
        """Say whether a project's money may be what is asked for."""
        return not (self.typed or self.counts or self.single or "show" in self.rule or "aim" in self.rule)

    def fits(self, each: Placed, *, money: bool, rated: bool) -> bool:
        """Say whether the targets of an indicator are what is asked for: in money, maybe percentages (``rated``)."""
        unit = plain(each.unit)
        if (each.years == "true") != self.medium_term or (money and "元" not in unit) or (unit == "%" and not rated):
            return False
        if "reason" in self.rule.get("show", ()):
            return bool(each.reason)
        if self.unit:
            return _measures(self.unit, unit) or (self.unit in each.label and _counted(unit))  # 多少个站 of 补助劝导站
        if self.single and unit[:1] in ("万", "亿") and "/" not in unit:
            return False
        if "money" in self.rule:
            return True
        if "units" in self.rule:
            return each.kind in self.rule["kinds"] or unit.removeprefix("万") in self.rule["units"]
        return "aim" in self.rule or each.kind not in _KNOWN["textual"]


Key = tuple[str, str]  # an indicator's name, "" for the project's money, and the project it is of


@dataclass(frozen=True, slots=True)
class Name:
    """Hold the letters a thing is known by: its own name, that of its project, and of what stands near in that.

    ``others`` are the names of all indicators of the project: what one of them is said to do is less surely done here.
    """

    own: str
    project: str = ""
    near: str = ""
    others: str = ""

    def holds(self, word: str) -> float:
        """Return how surely a word is of the name: wholly in it, beside it, or with some letters only."""
        same = [word, *(each for group in _KNOWN["same"] if word in group for each in group)]
        if any(each in self.own for each in same):
            return 1.0
        if any(each in self.project for each in same):
            return _WEIGHTS["theirs" if word in self.others and _is_verb(word) else "beside"]
        near = _WEIGHTS["near"] if len(word) > 1 and word in self.near else 0
        return max(_part(word, f"{self.own}|{self.project}"), near)

    def score(self, words: list[str], needed: set[str]) -> float:
        """Return which part of some words it holds, less for what else it says; 0 without a noun or one ``needed``."""
        got = most = 0.0
        for word in words:
            kind = word_kind(word) or "x"
            weight = _KINDS.get(kind[0], _WEIGHTS["other"]) * len(word)
            held = self.holds(word)
            named = kind[0] == "n" or (kind == "x" and len(word) > 1) or word in needed
            if named and held < _WEIGHTS["noun"]:
                return 0
            got, most = got + weight * held, most + weight
        said = "".join(words)
        pairs = (said[start : start + 2] for start in range(len(said) - 1))
        if max(map(len, words)) < 2 and not any(pair in f"{self.own}|{self.project}" for pair in pairs):
            return 0
        longer = _WEIGHTS["longer"] * sum(letter not in said for letter in self.own) / len(self.own)
        return got / most - longer


def _part(word: str, text: str) -> float:
    """Return how much of a word stands in a text: a piece of it, or for what is no word its letters in their order."""
    if word_kind(word) is None:
        rest = iter(text)
        return sum(letter in rest for letter in word) / len(word)
    if re.search(".{1,2}".join(map(re.escape, word)), text):  # 货运车, 人员数
        return 0.8
    sizes = range(len(word) - 1, 1, -1)
    pieces = (word[at : at + n] for n in sizes for at in range(len(word) - n + 1))
    return next((len(each) / len(word) for each in pieces if re.search(f"(?<![不未无非]){re.escape(each)}", text)), 0)


def look_up(question: str, names: Names) -> list[Frame]:
    """Return the frame of the one thing whose value is asked for, none where none or several may be meant."""
    tokens, text = tokenize(question, names), simpler(plain(question))
    asked = _asked(text, names)
    if asked is None or _asks_otherwise(tokens, asked, text):
        return []
    words, placed = list(_words(tokens, asked)), said(tokens, PLACES)
    if not words or len(re.findall(_KNOWN["asks"], text)) > 1:
        return []
    found = _closest(words, asked, names, names.places_of(placed))
    called = list(dict.fromkeys(label or names.titles[project] for label, project in found))
    if 1 < len(called) <= _FEW:
        place, end = "".join(texts_of(placed)), text[asked.start : asked.end]
        raise NotUnderstoodError("several", meant=tuple(f"{place}{name}{end}" for name in called))
    return [_frame(*found[0], tokens, asked, names)] if len(called) == 1 else []


def _asked(text: str, names: Names) -> Asked | None:
    single, years = (bool(re.search(_KNOWN[name], text)) for name in ("single", "medium_term"))
    for rule in _KNOWN["ask"]:
        found = re.search(rule["words"], text)
        if found is None:
            continue
        rest = found.groupdict().get("unit") or ""
        counts = "个" if found.group().removesuffix(rest).endswith("个") else ""
        unit = next((rest[:end] for end in range(len(rest), 0, -1) if _is_unit(rest[:end], names)), counts)
        return Asked(rule, unit, found.start(), found.end() - len(rest) + len(unit), bool(rest), single, years)
    return None


def _is_unit(text: str, names: Names) -> bool:
    units = data("words")["units"]
    return text in names.units or text in units["sized"] or text in units["counting"]


def _measures(asked: str, unit: str) -> bool:
    """Say whether a unit is the one asked for, of many (万吨) too; 多少个 asks for what counts anything."""
    units = data("words")["units"]
    asked, unit = units["same"].get(asked, asked).removeprefix("万") or "万", unit.removeprefix("万")
    if asked in units["counting"]:
        return _counted(unit)
    return unit.startswith(asked)


def _counted(unit: str) -> bool:
    return not set("元/") & set(unit) and unit not in _KNOWN["uncounted"]


def _asks_otherwise(tokens: Tokens, asked: Asked, text: str) -> bool:
    """Say whether something else than one value is asked for."""
    if re.search(_KNOWN["veto"], text):
        return True
    dated = "duration" in asked.rule.get("kinds", ())
    others = [token for token in tokens if not (dated and token.text in _KNOWN["latest"])]
    return bool(said(others, _KNOWN["otherwise"])) or any(token.value.unit == "%" for token in said(others, "quantity"))


def _words(tokens: Tokens, asked: Asked) -> Iterator[str]:
    """Yield the words that name what is asked for: those that carry something and do not ask."""
    run, start, before = "", 0, NONE
    for token in (*tokens, NONE):
        end = start + len(token.text) * (not token.again)
        asks = start < asked.end and end > asked.start and token.means("test/many/how_many")
        carries = token.means(_KNOWN["content"]) and not (token.kind == "quantity" and token.value.unit)
        little = token.kind == "unknown" and not before.means(_KNOWN["content"]) and _is_little(token.text)
        if carries and not (little or asks or token.text in _KNOWN["nothing"]):
            run += _AIM.sub("", token.text)
        elif run:
            yield from (word for word in plain_tokenizer().lcut(run) if not word.isdecimal())
            run = ""
        start, before = end, token


def _is_little(text: str) -> bool:
    """Say whether a letter that nothing knows says no more than how it is done: 压到, 第几, 上半年."""
    return len(text) == 1 and (word_kind(text) or "n")[0] in _KNOWN["little"]


def _closest(words: list[str], asked: Asked, names: Names, places: set[str]) -> list[Key]:
    """Return the things that fit the words best, none that is as good as another."""
    scores = dict(_scores(words, asked, names, places))
    least = _WEIGHTS["least"] - _WEIGHTS["typed"] * asked.typed
    if (asked.counts and not asked.typed) or "aim" in asked.rule:
        least = _WEIGHTS["counted"]
    best = max(scores.values(), default=0)
    if best < least:
        return []
    found = [key for key, score in scores.items() if score > best - _WEIGHTS["apart"]]
    whole = [key for key in found if not key[0]]
    return whole if len({project for _, project in found}) == 1 and whole else found


def _scores(words: list[str], asked: Asked, names: Names, places: set[str]) -> Iterator[tuple[Key, float]]:
    """Yield how well indicators, and projects where money may be asked for, fit the words."""
    money = _asks_money(words, asked)
    named = [word for word in words if word not in _KNOWN["money"]]
    if money and all(map(_is_verb, named)):
        return  # 采购多少钱
    rated = asked.typed or bool(set(_KNOWN["rated"]) & set("".join(words)))
    here = [each for each in names.valued if not places or each.department in places]
    needed = {*_KNOWN["needed"]}
    for each in here:
        if asked.fits(each, money=money, rated=rated):
            yield (each.label, each.project), _name_of(each, asked, names).score(words, needed)
    if not asked.medium_term and (asked.open or (money and not asked.single)):
        needed |= {word for word in named if len(word) > 1 and _is_verb(word)}
        yield from ((("", iri), Name(names.titles[iri]).score(named, needed)) for iri in names.owned(places))


def _asks_money(words: list[str], asked: Asked) -> bool:
    coined = words[-1].endswith(tuple(_KNOWN["money"]))
    return "money" in asked.rule or (not asked.typed and (asked.single or coined))


def _name_of(each: Placed, asked: Asked, names: Names) -> Name:
    others = names.siblings.get(each.project, "")
    return Name(plain(each.label), names.titles.get(each.project, ""), others * asked.typed, others)


def _is_verb(word: str) -> bool:
    return (word_kind(word) or "x")[0] == "v"


def _frame(label: str, project: str, tokens: Tokens, asked: Asked, names: Names) -> Frame:
    """Return the frame of an indicator of one project, or of several that call it alike, or of a project's money."""
    filters = scope_of(said(tokens, _KNOWN["scope"]), names)
    if project:
        filters.append(Filter("project", (named_nodes([project]),), (names.titles[project],)))
    if not label:
        spent = said(tokens, "column:executed|spent|actual")
        return Frame("project", tuple(filters), show=(Column("executed" if spent else "amount"),))
    filters.append(Filter("topic", topic=Topic(label, texts=(label,), exact=True)))
    return Frame("indicator", tuple(filters), show=tuple(map(Column, asked.rule.get("show", ["actual"]))))
