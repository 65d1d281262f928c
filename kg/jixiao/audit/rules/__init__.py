"""The rules of the catalogue that are no shapes: functions ``rule_rNNN``, found by their names, and ``rows.toml``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module

from jixiao.audit.context import DocumentAudit
from jixiao.audit.rules.rows import find_rows, rules_of_rows
from jixiao.model import Finding

RuleFunction = Callable[[DocumentAudit], Iterator[Finding]]
MODULES = (
    "accounts",
    "budgets",
    "coverage",
    "fulfilment",
    "goals",
    "grades",
    "names",
    "rates",
    "results",
    "scores",
    "structure",
    "sums",
    "tables",
    "targets",
    "texts",
)


@cache
def rule_functions() -> Mapping[str, RuleFunction]:
    """Return the function of every rule that is no shape, by id, in order."""
    found: dict[str, RuleFunction] = {rule: partial(find_rows, rule=rule) for rule in rules_of_rows()}
    for module in MODULES:
        for name, function in vars(import_module(f"jixiao.audit.rules.{module}")).items():
            if name.startswith("rule_r"):
                found[name.removeprefix("rule_").upper()] = function
    return dict(sorted(found.items()))
