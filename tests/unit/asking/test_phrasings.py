from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from jixiao.asking import Answer, answer
from jixiao.asking.vocabulary import messages
from jixiao.pipeline import LiftReport
from jixiao.store.protocol import Store

HERE = Path(__file__).parent
ANSWERS = tomllib.loads((HERE / "answers.toml").read_text("utf-8"))


with (HERE / "phrasings.tsv").open(encoding="utf-8", newline="") as file:
    PHRASINGS = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
ASKED = [(name, question) for name, question in PHRASINGS if not name.startswith("declined:")]
DECLINED = [(name.removeprefix("declined:"), question) for name, question in PHRASINGS if name.startswith("declined:")]


def ask(lifted: tuple[Store, LiftReport], question: str) -> Answer:
    return answer(lifted[0], question)


@pytest.mark.parametrize(("name", "question"), ASKED)
def test_phrasings_are_answered(lifted: tuple[Store, LiftReport], name: str, question: str) -> None:
    found = ask(lifted, question)
    assert found.understood, found.text
    expected = ANSWERS[name]
    rows = {tuple(row[column] or "" for column in expected["columns"]) for row in found.rows}
    assert rows == {tuple(row) for row in expected["rows"]}, found.restated
    assert found.not_understood == ()
    assert found.restated and found.sparql.startswith("PREFIX")


@pytest.mark.parametrize(("reason", "question"), DECLINED)
def test_what_is_not_understood_is_declined(lifted: tuple[Store, LiftReport], reason: str, question: str) -> None:
    found = ask(lifted, question)
    assert not found.understood
    assert (found.sparql, found.rows) == ("", ())
    assert found.text.startswith(messages()["declined"][reason].split("{")[0])
    assert found.examples


def test_there_are_enough_phrasings() -> None:
    assert len(ASKED) >= 120
    assert len({question for _, question in ASKED}) == len(ASKED)
