"""The rules of the catalogue that are Python: one function ``rule_rNNN`` each, found by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module

from jixiao.audit.context import DocumentAudit
from jixiao.model import Finding

RuleFunction = Callable[[DocumentAudit], Iterator[Finding]]
MODULES = (
    "accounts",
    "budgets",
    "coverage",
    "directions",
    "forms",
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
    """Return the function of every rule written in Python, by id, in order."""
    found: dict[str, RuleFunction] = {}
    for module in MODULES:
        for name, function in vars(import_module(f"jixiao.audit.rules.{module}")).items():
            if name.startswith("rule_r"):
                found[name.removeprefix("rule_").upper()] = function
    return dict(sorted(found.items()))
