"""Linking measured on hand-made entities: precision and recall of every pair of a project's spellings."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from jixiao.accounts import read_money_tables
from jixiao.documents import read_document
from jixiao.grid import read_forms
from jixiao.linking import link
from jixiao.model import DocumentRecords, LinkedRecords
from jixiao.prose import read_facts, read_header, read_mentions
from jixiao.text.folding import fold_name
from tests.conftest import DATA, READ_BY_HAND, SAMPLES

GOLD = [(path, DATA) for path in sorted(READ_BY_HAND.glob("*.entities.json"))]
GOLD += [(path, SAMPLES) for path in sorted(SAMPLES.glob("*.entities.json"))]


def linked(path: Path) -> LinkedRecords:
    document = read_document(path)
    header = read_header(document)
    forms = read_forms(document, header.fiscal_year)
    facts = read_facts(document, header.fiscal_year)
    records = DocumentRecords(
        name=document.name,
        sha256=document.sha256,
        title=header.title,
        kind=header.kind,
        department=forms.office.name,
        fiscal_year=header.fiscal_year,
        published=header.published,
        tables=0,
        forms=forms.forms,
        money_tables=read_money_tables(document, skip=forms.tables)[0],
        facts=facts,
        mentions=read_mentions(document, facts),
        department_aliases=forms.office.aliases,
    )
    return link(records)


@pytest.fixture(scope="module")
def results() -> list[tuple[dict[str, Any], LinkedRecords]]:
    found = []
    for path, folder in GOLD:
        gold = json.loads(path.read_text(encoding="utf-8"))
        found.append((gold, linked(folder / gold["doc"])))
    return found


def test_departments_years_and_regions(results: list[tuple[dict[str, Any], LinkedRecords]]) -> None:
    for gold, result in results:
        department = result.department
        assert department is not None, gold["doc"]
        assert department.name in (gold["department"]["name"], *gold["department"]["aliases"]), gold["doc"]
        assert result.records.fiscal_year == gold["year"]
        if gold["department"].get("region_code"):
            assert department.region_code == gold["department"]["region_code"]
            assert department.code == gold["department"]["code"]


def test_pairs_of_spellings(results: list[tuple[dict[str, Any], LinkedRecords]]) -> None:
    right = wrong = missed = 0
    for gold, result in results:
        told = {fold_name(name): each["name"] for each in gold["projects"] for name in (each["name"], *each["aliases"])}
        found = {fold_name(name): each.key for each in result.projects for name in (each.name, *each.aliases)}
        for one, other in combinations(sorted(told), 2):
            same, joined = told[one] == told[other], one in found and found[one] == found.get(other)
            right += same and joined
            wrong += joined and not same
            missed += same and not joined
    assert wrong == 0
    assert right / (right + missed) >= 0.93, f"{right} joined, {missed} missed"


def test_as_many_projects_as_there_are(results: list[tuple[dict[str, Any], LinkedRecords]]) -> None:
    counts = {gold["doc"]: (len(gold["projects"]), len(result.projects)) for gold, result in results}
    assert {doc: pair for doc, pair in counts.items() if pair[0] != pair[1]} == {}
