"""Hold what words in questions mean: the lexicon, and the code lists of the ontology."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.text.folding import squeeze
from jixiao.text.vocabulary import code_rows, spellings_of

# A word of an earlier kind is not given a second meaning by a later one.
_PLAIN = ("stop", "ask", "missing")
_GROUPED = (
    "subject", "field", "comparator", "after", "points", "money", "operation", "link", "form", "period", "document",
    "severity", "declined", "degree",
)  # fmt: skip
_INVERSE = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
_KIND = re.compile(r"(类?指标|目标)$")
_RATED = re.compile(r"满意(度|率|程度)$")
_QUOTES = str.maketrans("“”‘’「」『』", '"' * 8)


def plain(text: str) -> str:
    """Return a text as questions are compared: compatibility forms, lower case, no blanks, one kind of quotes."""
    return squeeze(text).lower().translate(_QUOTES)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Hold what a word means: a kind of word and its value."""

    kind: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Say which indicators are meant: of these levels, or measuring these concepts, or whose names hold ``texts``.

    ``titled`` asks for the texts in the own names of what is listed only.
    """

    label: str
    levels: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    titled: bool = False


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


def messages() -> dict[str, Any]:
    """Return the texts for people."""
    return _data("messages.toml")


@cache
def words() -> dict[str, Meaning]:
    """Return the meaning of every word that does not depend on the graph."""
    data = _data("lexicon.toml")
    found: dict[str, Meaning] = {}
    for phrase in data["phrase"]:
        meanings = tuple(Meaning(*each.split(" ")) for each in phrase["means"])
        found |= {plain(spelling): Meaning("phrase", meanings) for spelling in phrase["words"]}
    for kind, value, spellings in _entries(data):
        for spelling in spellings:
            found.setdefault(plain(spelling), Meaning(kind, value))
    for spelling, meaning in (*_negated(data), *_counting(data)):
        found.setdefault(plain(spelling), meaning)
    for label, others in data["figure"].items():
        for spelling in (label, *others):
            found.setdefault(plain(spelling), Meaning("figure", label))
    measured = dict(_concepts())
    labels = {row["label"] for row in code_rows("levels")}
    for spelling, selection in _levels():
        # 群众满意度指标 asks for the public's satisfaction, not for all that stands under that level.
        stem = _KIND.sub("", spelling)
        narrower = measured.get(stem) if "满意" in spelling and f"{stem}指标" not in labels else None
        narrower = None if narrower and "satisfaction" in narrower.concepts else narrower
        found.setdefault(plain(spelling), Meaning("selection", narrower or selection))
    for spelling, selection in measured.items():
        found.setdefault(plain(spelling), Meaning("selection", selection))
    return found


def _entries(data: dict[str, Any]) -> Iterator[tuple[str, Any, list[str]]]:
    for kind in _GROUPED:
        for value, spellings in data[kind].items():
            yield kind, value, spellings
    for kind in _PLAIN:
        yield kind, None, data[kind]["words"]


def _negated(data: dict[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Yield comparators turned round: 没低于 is ≥, 没有达到 is <."""
    negations = data["negation"]["words"]
    for sign, inverse in _INVERSE.items():
        for spelling in data["comparator"][sign]:
            if spelling[0] > "\u3400" and not spelling.startswith(tuple(negations)):
                yield from ((f"{negation}{spelling}", Meaning("comparator", inverse)) for negation in negations)


def _counting(data: dict[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Yield 多少个, 有几份 and their like."""
    for classifier in data["classifier"]["words"]:
        for asks in ("多少", "几", "有多少", "有几"):
            yield asks + classifier, Meaning("field", "count")


@cache
def groupings() -> tuple[str, ...]:
    """Return what stands before the things to do something for each of (按部门)."""
    return tuple(_data("lexicon.toml")["grouping"]["words"])


def _levels() -> Iterator[tuple[str, Selection]]:
    """Yield the spellings of the levels 1 and 2; one spelling may be a level of several eras.

    数量, 数量指标 and 数量目标 are one: people do not mind which era called it what.
    """
    rows: dict[str, list[Mapping[str, str]]] = {}
    spellings: dict[str, set[str]] = {}
    for row in code_rows("levels"):
        if row["level"] in "12":
            for spelling in set(spellings_of(row)):
                stem = _KIND.sub("", spelling)
                rows.setdefault(stem, []).append(row)
                spellings.setdefault(stem, {f"{stem}指标", f"{stem}目标"}).add(spelling)
    for stem, found in rows.items():
        # Satisfaction is asked for wherever it stands: some offices list it under benefit.
        wide = descendants("satisfaction") if any(row["match"] == "satisfaction" for row in found) else ()
        selection = Selection(stem, tuple(sorted({row["key"] for row in found})), wide)
        for spelling in sorted(spellings[stem]):
            yield spelling, selection


def _concepts() -> Iterator[tuple[str, Selection]]:
    """Yield the spellings of what indicators measure: the concept's own name means all of it, others their words."""
    for row in code_rows("concepts"):
        for spelling in set(spellings_of(row)):
            if len(spelling) > 1:
                same = spelling == row["label"] or not row["parent"]
                text = _RATED.sub("满意", spelling)  # 读者满意度, 读者满意率
                yield spelling, Selection(spelling, (), descendants(row["key"]) if same else (), (text,))


@cache
def _narrower() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in code_rows("concepts"):
        found.setdefault(row["parent"], []).append(row["key"])
    return {key: tuple(values) for key, values in found.items()}


def known_concept(key: str) -> bool:
    """Say whether a concept of what indicators measure has this key."""
    return any(key in narrower for narrower in _narrower().values())


@cache
def descendants(key: str) -> tuple[str, ...]:
    """Return a concept and everything narrower."""
    return (key, *(each for child in _narrower().get(key, ()) for each in descendants(child)))


@cache
def regions() -> tuple[tuple[str, str], ...]:
    """Return the divisions of GB/T 2260: code and name."""
    return tuple((row["code"], row["name"]) for row in code_rows("regions"))


@cache
def money_units() -> tuple[tuple[str, str], ...]:
    """Return the spellings of units of money and what each is in yuan."""
    found = []
    for row in code_rows("units"):
        if row["key"] == "yuan" or row["base"] == "yuan":
            found += [(spelling, row["factor"] or "1") for spelling in spellings_of(row)]
    return tuple(found)
