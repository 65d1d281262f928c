"""Hold the registry of audit rules (``rules.toml``): ids, names, severities, sources, thresholds and messages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from jixiao.errors import UsageError
from jixiao.model import Severity

SEVERITIES = (Severity.VIOLATION, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class Message:
    """Hold one sentence in Chinese and in English, with ``{places}`` for the values."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one rule of the catalogue.

    ``severity`` is what a finding has unless the rule says otherwise; ``source`` names the regulation, or 算术 where
    the printed figures alone decide. ``messages`` are by variant (the plain one is ``""``). A rule with a ``shape`` is
    written in SHACL there; its results on one plan become one finding when they are ``collapse_share`` of its rows, and
    nothing when they are more than ``collapse_most`` of them.
    """

    id: str
    name: str
    label: str
    family: str
    severity: Severity
    source: str
    messages: Mapping[str, Message] = field(default_factory=dict)
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    shape: str | None = None
    collapse_share: Decimal | None = None
    collapse_severity: Severity | None = None
    collapse_most: Decimal = Decimal(1)


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule by id, in order."""
    text = files("jixiao.audit").joinpath("rules.toml").read_text("utf-8")
    return {key: _rule(key, entry) for key, entry in sorted(tomllib.loads(text, parse_float=Decimal).items())}


def _rule(key: str, entry: Mapping[str, object]) -> Rule:
    known = {"name", "label", "family", "severity", "source", "zh", "en", "variants", "thresholds", "shape", "collapse"}
    if unknown := set(entry) - known:
        raise KeyError(f"{key}: {', '.join(sorted(unknown))}")
    variants = dict(entry.get("variants", {}))  # type: ignore[call-overload]
    if "zh" in entry:
        variants[""] = {"zh": entry["zh"], "en": entry["en"]}
    collapse: Mapping[str, object] = entry.get("collapse", {})  # type: ignore[assignment]
    if collapse:
        variants["collapsed"] = {"zh": collapse["zh"], "en": collapse["en"]}
    return Rule(
        id=key,
        name=str(entry["name"]),
        label=str(entry["label"]),
        family=str(entry["family"]),
        severity=Severity(str(entry["severity"])),
        source=str(entry["source"]),
        messages={name: Message(texts["zh"], texts["en"]) for name, texts in variants.items()},
        thresholds={name: Decimal(value) for name, value in dict(entry.get("thresholds", {})).items()},  # type: ignore[call-overload]
        shape=str(entry["shape"]) if "shape" in entry else None,
        collapse_share=Decimal(str(collapse["share"])) if collapse else None,
        collapse_severity=Severity(str(collapse["severity"])) if collapse else None,
        collapse_most=Decimal(str(collapse.get("most", 1))),
    )


def select_rules(patterns: str | Iterable[str] | None) -> frozenset[str]:
    """Return the ids that patterns such as ``R301,R4*`` name (None: all); raises UsageError for one that names none."""
    if patterns is None:
        return frozenset(rules())
    listed = patterns.split(",") if isinstance(patterns, str) else list(patterns)
    chosen: set[str] = set()
    for pattern in (each.strip() for each in listed):
        found = {each.id for each in rules().values() if fnmatchcase(each.id, pattern) or each.name == pattern}
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
