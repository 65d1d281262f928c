"""Hold the registry of audit rules (``rules.toml``): ids, names, severities, sources, thresholds and messages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from jixiao.errors import UsageError
from jixiao.model import Severity

SEVERITIES = (Severity.VIOLATION, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class Message:
    """Hold one sentence in Chinese and in English, with ``{places}`` for the values, and how grave it is."""

    zh: str
    en: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Remedy:
    """Hold what to do about a finding in Chinese and in English, with ``{places}`` for the values."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one rule of the catalogue.

    ``severity`` is what a finding has unless its variant or the rule's function says otherwise; ``source`` names the
    regulation, or 算术 where the printed figures alone decide. ``messages`` and ``remedies`` are by variant (the plain
    one is ``""``). A rule with a ``shape`` is written in SHACL there; its results on one plan become one finding when
    they are ``collapse_share`` of its rows, and nothing when they are more than ``collapse_most`` of them. On one
    indicator it is told with a finding of a rule that it ``follows``, for the two are one fault.
    """

    id: str
    name: str
    label: str
    family: str
    severity: Severity
    source: str
    messages: Mapping[str, Message] = field(default_factory=dict)
    remedies: Mapping[str, Remedy] = field(default_factory=dict)
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    shape: str | None = None
    collapse_share: Decimal | None = None
    collapse_most: Decimal = Decimal(1)
    follows: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Say whether it holds printed sums against their parts, and may tell a sum alone."""
        return self.family == "amounts"

    @property
    def label_en(self) -> str:
        """Return what people call it in English."""
        return self.name.replace("-", " ").capitalize()

    def remedy(self, variant: str) -> Remedy:
        """Return what to do about a variant, the rule's own where it has none."""
        return self.remedies.get(variant) or self.remedies[""]


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule by id, in order."""
    entries, remedies = _read("rules.toml"), _read("remedies.toml")
    return {key: _rule(key, entries[key], remedies[key]) for key in sorted(entries)}


def _read(name: str) -> dict[str, Any]:
    """Return the entries of a file beside this one."""
    return tomllib.loads(files("jixiao.audit").joinpath(name).read_text("utf-8"), parse_float=Decimal)


def _rule(key: str, entry: dict[str, Any], remedy: dict[str, Any]) -> Rule:
    """Return the rule of an entry and of its remedy; raises TypeError for a key that no rule has."""
    remedies = {"": Remedy(remedy.pop("zh"), remedy.pop("en"))}
    remedies |= {variant: Remedy(**words) for variant, words in remedy.items()}
    severity = Severity(entry.pop("severity"))
    entry["follows"] = tuple(entry.get("follows", ()))
    variants = entry.pop("variants", {})
    if "zh" in entry:
        variants[""] = {"zh": entry.pop("zh"), "en": entry.pop("en")}
    collapse = entry.pop("collapse", None)
    if collapse:
        entry["collapse_share"] = Decimal(collapse.pop("share"))
        entry["collapse_most"] = Decimal(collapse.pop("most", 1))
        variants["collapsed"] = collapse
    messages: dict[str, Message] = {}
    for name, message in variants.items():
        own = Severity(message.pop("severity", severity))
        messages[name] = Message(severity=own, **message)
    thresholds = {name: Decimal(value) for name, value in entry.pop("thresholds", {}).items()}
    return Rule(id=key, severity=severity, messages=messages, remedies=remedies, thresholds=thresholds, **entry)


def select_rules(patterns: str | Iterable[str] | None) -> frozenset[str]:
    """Return the ids that patterns such as ``R301,R4*`` name (None: all); raises UsageError for one that names none."""
    if patterns is None:
        return frozenset(rules())
    if isinstance(patterns, str):
        patterns = patterns.split(",")
    chosen: set[str] = set()
    for pattern in map(str.strip, patterns):
        found = {key for key, rule in rules().items() if rule.name == pattern or fnmatchcase(key, pattern)}
        if not found:
            raise UsageError("没有这条规则 (no such rule); 例如 R301,R4*", "unknown-rule", pattern)
        chosen |= found
    return frozenset(chosen)


def at_least(severity: str | None) -> frozenset[Severity]:
    """Return the severities not below one (None: all); raises UsageError for an unknown one."""
    if severity is None:
        return frozenset(SEVERITIES)
    if severity not in set(SEVERITIES):
        raise UsageError("只能是 violation、warning 或 info", "unknown-severity", severity)
    return frozenset(SEVERITIES[: SEVERITIES.index(Severity(severity)) + 1])
