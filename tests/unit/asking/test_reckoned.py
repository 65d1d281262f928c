"""Phrasings whose answers are reckoned from the tables: of the published documents, and of other offices'."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.asking import answer
from jixiao.pipeline import LiftReport
from jixiao.store.protocol import Store
from tests.unit.asking.others import CASES as OTHERS
from tests.unit.asking.published import CASES as PUBLISHED
from tests.unit.asking.reckoning import Answers, Tables, tables_of

HERE = Path(__file__).parent


def phrasings(name: str) -> list[tuple[str, str]]:
    """Return pairs of a case and a phrasing: the first phrasing of a block names its case."""
    blocks = (HERE / name).read_text("utf-8").strip().split("\n\n")
    return [(block.split("\n")[0], question) for block in blocks for question in block.split("\n")]


@pytest.fixture(scope="session")
def tables(lifted: tuple[Store, LiftReport]) -> Tables:
    return tables_of(lifted[0])


@pytest.fixture(scope="session")
def other_tables(others: Store) -> Tables:
    return tables_of(others)


def compare(store: Store, tables: Tables, cases: Answers, case: str, question: str) -> None:
    columns, reckon = cases[case]
    expected = {(each,) if isinstance(each, str) else each for each in reckon(tables)}
    found = answer(store, question)
    assert found.understood, found.text
    assert {tuple(row[name] or "" for name in columns.split()) for row in found.rows} == expected, found.restated


@pytest.mark.parametrize(("case", "question"), phrasings("reckoned.txt"))
def test_the_published_documents(lifted: tuple[Store, LiftReport], tables: Tables, case: str, question: str) -> None:
    compare(lifted[0], tables, PUBLISHED, case, question)


@pytest.mark.parametrize(("case", "question"), phrasings("others.txt"))
def test_documents_of_other_offices(others: Store, other_tables: Tables, case: str, question: str) -> None:
    compare(others, other_tables, OTHERS, case, question)


@pytest.mark.parametrize("question", (HERE / "declined.txt").read_text("utf-8").strip().split("\n"))
def test_what_the_graph_cannot_answer_is_declined(lifted: tuple[Store, LiftReport], question: str) -> None:
    found = answer(lifted[0], question)
    assert not found.understood, found.restated
    assert found.text and found.examples and not found.rows
