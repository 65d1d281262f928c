"""Hold what words in questions mean: the tables beside this, the code lists of the ontology, the catalogue of rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.audit.registry import rules
from jixiao.text.folding import squeeze
from jixiao.text.vocabulary import code_rows, spellings_of

# A word of an earlier kind is not given a second meaning by a later one.
_KINDS = (
    "table", "column", "comparator", "after", "points", "test", "operation", "link", "form", "period", "document",
    "severity", "declined", "degree", "rule", "many", "recurring", "except", "stop", "ask", "missing", "latest",
    "how_many", "figure",
)  # fmt: skip
_KIND = re.compile(r"(类?指标|目标)$")
_RATED = re.compile(r"满意(度|率|程度)?$")
_QUOTES = str.maketrans("“”‘’「」『』", '"' * 8)
ANYTHING = "*"  # in a text: whatever stands between
_SATISFACTION = "satisfaction"


def plain(text: str) -> str:
    """Return a text as questions are compared: compatibility forms, lower case, no blanks, one kind of quotes."""
    return squeeze(text).lower().translate(_QUOTES)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Hold what a word means: a kind of word and its value."""

    kind: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Topic:
    """Say which indicators are meant: of these levels, or measuring these concepts, or whose names hold ``texts``.

    ``exact`` asks for the texts as whole names, ``titled`` in the own name of what is listed. ``above`` are the levels
    1 that its levels 2 stand under, where it is of level 2 alone; ``senses`` the concepts that its levels or words are
    about.
    """

    label: str
    levels: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    titled: bool = False
    exact: bool = False
    above: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()

    @property
    def rates_satisfaction(self) -> bool:
        """Say whether it is satisfaction, whose targets are percentages."""
        keys = self.concepts
        if not self.levels:
            keys += self.senses
        return any(key.startswith(_SATISFACTION) for key in keys)

    @property
    def is_cost(self) -> bool:
        """Say whether it is a cost, which may be held against money."""
        keys = (*self.levels, *self.concepts, *self.senses)
        return any(key.startswith("cost") or key.endswith("cost") for key in keys)

    @property
    def listed(self) -> bool:
        """Say whether the code lists know it, whatever the names in the graph."""
        return bool(self.levels or self.concepts or self.senses)


@cache
def data(name: str) -> dict[str, Any]:
    """Return one of the tables beside this module."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))


def pattern_of(words: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """Return a pattern in which names in braces stand for parts, which may hold others."""
    for name, part in (*parts.items(), *parts.items()):
        words = words.replace(f"{{{name}}}", part)
    return re.compile(words)


def messages() -> dict[str, Any]:
    """Return the texts for people."""
    return data("messages")


def simpler(text: str) -> str:
    """Return a question with other words for people replaced by those that names are made of."""
    for word, others in data("words")["synonym"].items():
        for other in others:
            text = text.replace(other, word)
    return text


@cache
def words() -> dict[str, Meaning]:
    """Return the meaning of every word that does not depend on the graph."""
    found: dict[str, Meaning] = {}
    for spelling, meaning in _meanings(data("words")):
        found.setdefault(plain(spelling), meaning)
    return found


@cache
def lexicon() -> dict[str, Meaning]:
    """Return the words with 哪些单位, 各部门 and their like: what asks and what is asked for belong together."""
    known = words()
    asking = [(word, each) for word, each in known.items() if each.kind == "ask" or each.value == "group"]
    asking += [(word, Meaning("operation", "group")) for word in data("words")["grouping"]["words"]]
    found = {}
    for second, table in known.items():
        if table.kind in ("table", "document") and table.value != "evaluation":  # 谁自评分高
            found.update({first + second: Meaning("phrase", (asks, table)) for first, asks in asking})
    return found | known


def _meanings(known: dict[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Yield every spelling with a meaning, those that go before first."""
    for phrase in known["phrase"]:
        meanings = tuple(Meaning(*each.split(" ")) for each in phrase["means"])
        for spelling in phrase["words"]:
            yield spelling, Meaning("phrase", meanings)
    for kind in _KINDS:
        for value, spellings in known[kind].items():
            for spelling in spellings:
                yield spelling, Meaning(kind, value)
    for key, rule in rules().items():
        yield rule.label, Meaning("rule", key)
    yield from _of_code_lists()


def _of_code_lists() -> Iterator[tuple[str, Meaning]]:
    measured = dict(_concepts())
    for spelling, level in _levels(measured):
        yield spelling, Meaning("topic", level)
    for spelling, concept in measured.items():
        yield spelling, Meaning("topic", concept)


def _levels(measured: dict[str, Topic]) -> Iterator[tuple[str, Topic]]:
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
    first = {row["label"]: row["key"] for row in code_rows("levels") if row["level"] == "1"}
    for stem, found in rows.items():
        topic = _level_topic(stem, found, first)
        if stem in measured and measured[stem].concepts:
            topic = replace(topic, senses=measured[stem].concepts)
        for spelling in sorted(spellings[stem]):
            yield spelling, topic


def _level_topic(stem: str, rows: list[Mapping[str, str]], first: dict[str, str]) -> Topic:
    matches = sorted({row["match"] for row in rows if row["match"]})
    # Satisfaction is asked for wherever it stands: some offices list it under benefit.
    wide = descendants(_SATISFACTION) if _SATISFACTION in matches else ()
    above: set[str] = set()
    if all(row["level"] == "2" for row in rows) and not wide:
        above = {first[row["parent"]] for row in rows if row["parent"] in first}
    senses = dict.fromkeys(key for match in matches for key in descendants(match))
    keys = sorted({row["key"] for row in rows})
    return Topic(stem, tuple(keys), wide, (), above=tuple(sorted(above)), senses=tuple(senses))


def _concepts() -> Iterator[tuple[str, Topic]]:
    """Yield the spellings of what indicators measure: the concept's own name means all of it, others their words."""
    for row in code_rows("concepts"):
        for spelling in set(spellings_of(row)):
            if len(spelling) > 1:
                yield spelling, _concept_topic(spelling, row)


def _concept_topic(spelling: str, row: Mapping[str, str]) -> Topic:
    text = _RATED.sub("满意", spelling)  # 读者满意度, 读者满意率
    if text.endswith("满意") and len(text) > len("满意"):
        text = text.replace("满意", f"{ANYTHING}满意")  # 读者对服务的满意度
    longer = text.endswith(_RATED.sub("满意", row["label"])) and spelling != row["label"]
    concepts: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()
    if not row["parent"] and not longer:
        concepts = descendants(row["key"])
    elif spelling == row["label"] or longer:  # the words are names first
        senses = descendants(row["key"])
    return Topic(spelling, (), concepts, (text,), senses=senses)


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
