"""Run the rules that look at one row alone: each is an entry of ``rows.toml``, tests that must all hold for the row.

What a test names is a member of ``Facts``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jixiao.audit.context import AuditedIndicator, DocumentAudit, Findings
from jixiao.audit.figures import percent_of
from jixiao.audit.units import measure_of, value_of
from jixiao.audit.wording import expanded, words
from jixiao.model import Severity, Target, TargetKind
from jixiao.text.folding import fold_name, squeeze
from jixiao.values.targets import parse_actual

_CERTAIN, _LIKELY = 3, 2
_TAUTOLOGY = range(2, 7)
_NO_TARGET = Target("", TargetKind.ABSENT)
_STATED = re.compile(
    r"(?:不少于|不低于|达到|至少|超过|≥|>=)\s*\d[\d.]*\s*(?:[\u4e00-\u9fff]{1,2}|%)"
    r"|\d[\d.]*\s*(?:个|次|人|件|套|台|辆|万元)\W*$"  # a count amid a name only describes it
)
_UNIT = re.compile(r"\d[\d,.]*(?P<unit>[^\d.,]+)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
Tests = Mapping[str, Any]


@cache
def rules_of_rows() -> Mapping[str, list[Tests]]:
    """Return the entries of each rule (``rows.toml``)."""
    return tomllib.loads(files("jixiao.audit").joinpath("rows.toml").read_text("utf-8"))


def find_rows(audit: DocumentAudit, rule: str) -> Findings:
    """Find the rows for which an entry of a rule holds, each once, by the first such entry."""
    for facts in _facts(audit):
        for entry in rules_of_rows()[rule]:
            said = _holding(audit, rule, facts, entry["when"])
            if said is None:
                continue
            severity = None
            if "evidence" in entry:
                severity = _weighed(audit, rule, facts, entry["evidence"])
                if severity is None:
                    continue
            said |= entry.get("say", {})
            yield audit.finding(rule, facts.row, variant=entry.get("variant", ""), severity=severity, **said)
            break


@lru_cache(maxsize=1)  # the rules of rows run one after another on one document
def _facts(audit: DocumentAudit) -> list[Facts]:
    """Return the facts of every row."""
    return [Facts(row) for row in audit.indicators_once]


def _weighed(audit: DocumentAudit, rule: str, facts: Facts, evidence: list[Tests]) -> Severity | None:
    """Return how sure the evidence that is found makes a finding, None for too little."""
    weight = 0
    for piece in evidence:
        tests = {name: wanted for name, wanted in piece.items() if name != "weight"}
        if _holding(audit, rule, facts, tests) is not None:
            weight += piece["weight"]
    if weight >= _CERTAIN:
        return Severity.VIOLATION
    return Severity.WARNING if weight >= _LIKELY else None


def _holding(audit: DocumentAudit, rule: str, facts: Facts, tests: Tests) -> dict[str, Any] | None:
    """Return what the named groups of the tests' patterns found, None where a test does not hold."""
    said: dict[str, Any] = {}
    for name, wanted in tests.items():
        if isinstance(wanted, dict):
            wanted = {side: _bound(audit, rule, bound) for side, bound in wanted.items()}
        turned = name.startswith("no_")
        found = _test(getattr(facts, name.removeprefix("no_")), wanted)
        if bool(found) == turned:
            return None
        if isinstance(found, re.Match):
            said |= found.groupdict()
    return said


def _bound(audit: DocumentAudit, rule: str, bound: Any) -> Decimal:
    """Return the bound of a number: itself, or the threshold of the rule that it names."""
    if isinstance(bound, str):
        return audit.threshold(rule, bound)
    return Decimal(bound)


def _test(held: Any, wanted: Any) -> Any:
    """Return whether what a row holds is as wanted, for a pattern where it is found."""
    if isinstance(wanted, str):
        return re.search(expanded(wanted), held)
    if isinstance(wanted, list):
        return held in wanted
    if isinstance(wanted, bool):
        return bool(held or isinstance(held, Decimal)) == wanted
    return held is not None and all(_BOUNDS[side](held, bound) for side, bound in wanted.items())


_BOUNDS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "least": Decimal.__ge__,
    "above": Decimal.__gt__,
    "below": Decimal.__lt__,
}


class Facts:
    """Hold what the tests may ask of a row; of a row without a target what a blank one has."""

    def __init__(self, row: AuditedIndicator) -> None:
        target = row.target or _NO_TARGET
        self.row, self.target = row, target
        self.name, self.target_text = row.name, row.target_text
        self.dimension, self.level = row.dimension, row.indicator.level2 or ""
        self.is_qualitative, self.is_doubted = row.is_qualitative, target.warnings
        self.kind = row.target and target.kind
        self.comparator, self.is_compared = target.comparator, target.comparator_stated
        self.unit, self.measure = target.unit or "", measure_of(row.target)
        self.number, self.actual = value_of(row.target), row.indicator.actual
        self.likelihood = row.indicator.likelihood or row.indicator.actual_text or ""
        self.reason = row.indicator.reason or row.indicator.explanation or ""
        self.actual_text = squeeze(row.indicator.actual_text or "")
        self.at_bound = self.actual is not None and self.actual == self.number
        self.is_full = row.indicator.weight is not None and row.indicator.score == row.indicator.weight

    @property
    def done(self) -> Decimal | None:
        """Return how many percent of the target are done to date."""
        text = self.row.indicator.progress_text
        done = parse_actual(text, self.row.target) if text else None
        return percent_of(done, self.number) if done is not None and self.number else None

    @property
    def words(self) -> str:
        """Return name and target."""
        return f"{self.name} {self.target_text}"

    @property
    def cells(self) -> str:
        """Return the cells of the printed row, each on a line."""
        return re.sub(r"\s*[\t\n|]\s*", "\n", self.row.source.text.strip())

    @property
    def repeats_name(self) -> bool:
        """Tell whether the target is a short word of the name."""
        value = fold_name(self.target_text)
        return len(value) in _TAUTOLOGY and value in fold_name(self.name)

    @property
    def misfit(self) -> str:
        """Return what the name says is measured, where the unit is one that measures something else, else empty."""
        measures = words()["measure"]
        said = next((each for each in measures if re.search(each["pattern"], self.name)), None)
        if said is None or self.unit in said["units"]:
            return ""
        is_other = self.measure == "share" or _measured(self.unit) is not None
        return str(said["name"]) if is_other else ""

    @property
    def actual_misfit(self) -> bool:
        """Tell whether the result is in a unit that measures something else than the target's (人 against 吨)."""
        found = _UNIT.fullmatch(self.actual_text)
        own, given = _measured(self.unit), _measured(found["unit"] if found else "")
        return own is not None and given is not None and own != given

    @property
    def contradicted(self) -> str:
        """Return the one count that the name states, where the value is a share or another number of it, else empty."""
        found, numbers = _STATED.search(self.name), _NUMBER.findall(self.name)
        if found is None or len(numbers) != 1 or found.group().endswith("%"):
            return ""
        same_unit = found.group().rstrip().endswith(self.unit)
        is_other = self.kind == TargetKind.QUANTITY and same_unit and Decimal(numbers[0]) != self.number
        return found.group() if self.measure == "share" or is_other else ""


def _measured(unit: str) -> str | None:
    """Return what a unit measures (长度, 人数), None for one that can measure several things."""
    return next((each["name"] for each in words()["measure"] if unit in each["units"]), None)
