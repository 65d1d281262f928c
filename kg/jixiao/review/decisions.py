"""Hold what persons decide on what was read, each as one line of JSON, and say what can be decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, get_args, get_type_hints

from jixiao import model
from jixiao.errors import UsageError, did_you_mean
from jixiao.text.vocabulary import word_lists
from jixiao.values.amounts import parse_whole_money

ROLES = ("填报", "审核", "管理")
CORRECT, ACCEPT, REJECT, ADD = "correct", "accept", "reject", "add"
ISSUE, FINDING, INDICATOR = "issue", "finding", "indicator"
OPEN, EXPLAINED, DISMISSED, FIXED = "open", "explained", "dismissed", "fixed"
STATUSES = (OPEN, EXPLAINED, DISMISSED, FIXED)
_DECISIONS = {ISSUE: (ACCEPT,), FINDING: STATUSES, INDICATOR: (CORRECT, ACCEPT, REJECT, ADD)}
_DIGEST = re.compile("[0-9a-f]{64}")
_SEPARATORS = re.compile(r"[,，\s]")


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold one decision: on which bytes, on what is printed where, and what was decided by which role when.

    ``place`` is the cell, row or line in the file's own coordinates (``documents.coordinates``) and ``printed`` its
    words; of a finding its key and message. ``item`` are words that tell what is meant from others on the same row;
    ``field`` and ``value`` what a correction sets; ``file`` is the name the bytes went by, for people. What is added is
    an indicator that was not read from a printed row: ``item`` is its name, ``value`` its target.
    """

    sha256: str
    file: str
    kind: str
    place: str
    printed: str
    item: str
    decision: str
    field: str
    value: str
    role: str
    time: str
    note: str = ""

    @property
    def slot(self) -> tuple[str, ...]:
        """Return what two decisions are on when the later of them counts."""
        if self.kind == FINDING:
            return self.kind, self.place
        return self.sha256, self.kind, self.place, self.item, self.field or ADD * (self.decision == ADD)

    @property
    def order(self) -> tuple[str, ...]:
        """Return what decisions are sorted by in files, so that one more is one more line there."""
        return self.file, self.sha256, self.place, self.kind, self.item, self.field, self.time, self.value, self.role

    def as_line(self) -> str:
        """Return the decision as one line of JSON, without what it leaves empty."""
        return json.dumps({name: text for name, text in asdict(self).items() if text}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class ThingKind:
    """Hold what may be decided on one kind of thing (``fields.toml``)."""

    record: type[Any]
    item: tuple[str, ...]
    fields: Mapping[str, str]
    needed: tuple[str, ...]
    decisions: tuple[str, ...]


@cache
def thing_kinds() -> Mapping[str, ThingKind]:
    """Return the kinds of things that can be decided on, by the kind in their IRIs."""
    found = {}
    for kind, said in word_lists("review/fields.toml").items():
        columns = (each.partition("=") for each in str(said["fields"]).split())
        names = {column: field or column for column, _, field in columns}
        record = getattr(model, str(said["record"]))
        item, needed = (tuple(str(said[part]).split()) for part in ("item", "needed"))
        decisions = _DECISIONS.get(kind, (CORRECT, ACCEPT, REJECT))
        found[kind] = ThingKind(record, item, names, needed, decisions)
    return found


def read_value(kind: str, column: str, text: str) -> str | Decimal | None:
    """Return what is set into a field, empty for nothing; raise ``UsageError`` for what cannot stand there."""
    known = thing_kinds()[kind]
    if column not in known.fields:
        columns = " ".join(known.fields)
        message = f"{kind} 没有可更正的字段 {column}{did_you_mean(column, known.fields)}；可用的有 (fields): {columns}"
        raise UsageError(message, "unknown-field", column)
    if not text.strip():
        if column in known.needed:
            raise UsageError(f"{column} 不能为空 (cannot be empty)", "empty-value", column)
        return None
    if not is_number(kind, column):
        return text.strip()
    money = parse_whole_money(_SEPARATORS.sub("", text))
    if money is not None:
        return money
    try:
        number = Decimal(_SEPARATORS.sub("", text).removesuffix("%"))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        message = (
            f"{column} 应是数；金额以元计，也可写明万元、亿元 (a number; money in yuan, or with 万元, 亿元): {text}"
        )
        raise UsageError(message, "not-a-number", column)
    return number


def is_number(kind: str, column: str) -> bool:
    """Tell whether a column of a kind holds a number."""
    known = thing_kinds()[kind]
    held = get_type_hints(known.record)[known.fields[column]]
    return Decimal in (held, *get_args(held))


def read_decision(said: Any) -> Decision:
    """Return a decision that was written somewhere; raise ``UsageError`` saying which part of it cannot be."""
    if not isinstance(said, Mapping):
        raise UsageError("应是一个对象 (must be an object)", "bad-decision", str(said)[:80])
    names = [each.name for each in fields(Decision)]
    for name, value in said.items():
        if name not in names:
            raise UsageError(f"没有这一项 (unknown key){did_you_mean(name, names)}", "unknown-key", name)
        if not isinstance(value, str):
            raise UsageError("应是文字 (must be text)", "bad-decision", name)
    decision = Decision(**{name: str(said.get(name, "")) for name in names})
    check_decision(decision)
    return replace(decision, time=moment_text(datetime.fromisoformat(decision.time)))


def check_decision(decision: Decision) -> None:
    """Raise ``UsageError`` for a decision that nobody can make."""
    known = thing_kinds().get(decision.kind)
    _require(known is not None, "kind", decision.kind, thing_kinds())
    assert known is not None
    _require(decision.decision in known.decisions, "decision", decision.decision, known.decisions)
    _require(decision.role in ROLES, "role", decision.role, ROLES)
    _require(bool(_DIGEST.fullmatch(decision.sha256)), "sha256", decision.sha256, ["64 位十六进制 (hexadecimal)"])
    _require(bool(decision.place), "place", decision.place, ["文件中的位置 (a place in the file)"])
    _require(_is_moment(decision.time), "time", decision.time, ["2026-01-31T08:00:00+00:00"])
    if decision.decision == CORRECT:
        read_value(decision.kind, decision.field, decision.value)
    if decision.decision == ADD and not decision.item:
        raise UsageError("要写明指标名称 (the indicator needs a name)", "empty-value", "name")
    if decision.decision in (EXPLAINED, DISMISSED) and not decision.note.strip():
        raise UsageError("要写明说明或理由 (say why: a note is needed)", "no-note", decision.decision)


def _require(holds: bool, name: str, value: str, allowed: Iterable[str]) -> None:
    if not holds:
        message = f"{name} 不能是 {value[:80]!r}；可以是 (may be): {' '.join(allowed)}"
        raise UsageError(message, f"bad-{name}", name)


def moment_text(moment: datetime) -> str:
    """Return a moment as the graph has it: in UTC, without zeros at its end."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that count, the later of two on the same, in the order of time."""
    last = {each.slot: each for each in sorted(decisions, key=lambda each: (each.time, each.order))}
    return sorted(last.values(), key=lambda each: (each.time, each.order))


def statuses_of(decisions: Iterable[Decision], sha256: str | None = None) -> dict[str, tuple[str, str]]:
    """Return how findings were dealt with, and what was said of it, by their keys.

    What was mended in a file, and is found in other bytes (``sha256``) again, is open.
    """
    found = {}
    for each in in_force(decisions):
        back = each.decision == FIXED and sha256 not in (None, each.sha256)
        if each.kind == FINDING and not back:
            found[each.place] = each.decision, each.note
    return found


def superseded(decisions: Iterable[Decision]) -> Iterator[tuple[Decision, Decision]]:
    """Yield the pairs of decisions that say different things of the same, the earlier and the one that counts."""
    every = sorted(set(decisions), key=lambda each: (each.time, each.order))
    last = {each.slot: each for each in every}
    for each in every:
        later = last[each.slot]
        if each is not later and (each.decision, each.value) != (later.decision, later.value):
            yield each, later
