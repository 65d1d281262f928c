"""The figures of the published documents' text against hand-made totals."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.documents import read_document
from jixiao.prose import read_facts, read_header
from tests.conftest import DATA, READ_BY_HAND

GOLD = sorted(READ_BY_HAND.glob("*.entities.json"))
KINDS = {
    "income_total": "income-total",
    "expenditure_total": "expenditure-total",
    "basic": "basic-expenditure",
    "project": "project-expenditure",
    "personnel": "personnel-expenditure",
    "public": "public-expenditure",
    "three_public": "three-public",
    "three_public_budget": "three-public",
    "gov_procurement": "procurement",
    "procurement": "procurement",
    "operating_cost": "operating-cost",
    "agency_running_cost": "operating-cost",
}
CHANGES = {
    "change_vs_previous": "change-amount",
    "increase_vs_2022": "change-amount",
    "change_pct_printed": "growth-rate",
    "increase_pct": "growth-rate",
}


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.name[:3])
def test_totals_and_changes(path: Path) -> None:
    gold = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    document = read_document(DATA / gold["doc"])
    facts = read_facts(document, read_header(document).fiscal_year)
    told = {
        (fact.kind, fact.subject): fact.value for fact in reversed(facts) if fact.phase in (None, "initial", "adjusted")
    }
    totals = gold["totals"]
    wanted = {kind: totals[key] * 10000 for key, kind in KINDS.items() if totals.get(key) is not None}
    assert {kind: told.get((kind, None)) for kind in wanted} == wanted
    changes = {kind: totals[key] for key, kind in CHANGES.items() if key in totals}
    found = {kind: told[kind, "income-total"] / (10000 if kind == "change-amount" else 1) for kind in changes}
    assert found == changes


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.name[:3])
def test_functional_classes(path: Path) -> None:
    gold = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    document = read_document(DATA / gold["doc"])
    totals = gold["totals"]
    classes = totals.get("function") or totals.get("functions") or totals.get("by_function")
    wanted = {name.removesuffix("支出") or name: value * 10000 for name, value in classes.items()}
    facts = read_facts(document, None)
    found = {
        fact.item: fact.value for fact in facts if fact.kind == "function-expenditure" and "/" not in (fact.item or "")
    }
    assert found == {name: value for name, value in wanted.items() if name in found}
    assert len(found) >= 4
