"""Rows that lost or gained an empty cell, in every table at hand: nothing is lost, nearly all is put right."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from jixiao.accounts import count_printed_amounts, read_money_tables
from jixiao.accounts.reading import NOT_LIFTED
from jixiao.documents.reading import read_bytes
from jixiao.model import Amount, Document

ROOT = Path(__file__).parents[3]
PAPERS = [*sorted((ROOT / "data").glob("*.txt")), *sorted((Path(__file__).parent / "tables").glob("*.txt"))]
SEEDS = range(6)
FIGURE = re.compile(r"\d\.\d|\d{3}")
SHARE = 0.15  # of the rows are damaged
HEADED = 0.96  # of all amounts still stand under their heading where a third of the header rows slid
RIGHT = 0.994  # of all amounts still stand under their heading (undamaged rows are two thirds)


def damage(text: str, lines: set[int], seed: int, share: float = SHARE) -> str:
    """Take an empty cell out of some of the rows, or put one in."""
    chance = random.Random(seed)
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        cells = line.split("\t")
        empty = [place for place, cell in enumerate(cells[:-1]) if not cell]
        if number in lines and chance.random() < share:
            if empty and chance.random() < 0.6:
                del cells[chance.choice(empty)]
            else:
                cells.insert(chance.randrange(1, len(cells)), "")
        found.append("\t".join(cells))
    return "\n".join(found)


def standing(amounts: list[Amount]) -> set[tuple[int, str, str, str]]:
    return {(each.source.line, each.item, each.measure, each.text) for each in amounts}


def amounts_of(document: Document) -> list[Amount]:
    return [amount for table in read_money_tables(document)[0] for amount in table.amounts]


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_rows_lose_nothing(seed: int) -> None:
    for paper in PAPERS:
        text = paper.read_text("utf-8")
        lines = {each.source.line for each in amounts_of(read_bytes(paper.name, text.encode()))}
        document = read_bytes(paper.name, damage(text, lines, seed).encode())
        tables, issues = read_money_tables(document)
        for table in tables:
            named = sum(
                issue.code in NOT_LIFTED and issue.source is not None and issue.source.table == table.source.table
                for issue in issues
            )
            (printed,) = [each for each in document.tables if each.index == table.source.table]
            assert count_printed_amounts(printed.rows) == len(table.amounts) + named, (paper.name, table.title)


@pytest.mark.long
def test_damaged_rows_are_put_right() -> None:
    right = total = 0
    for paper in PAPERS:
        text = paper.read_text("utf-8")
        whole = amounts_of(read_bytes(paper.name, text.encode()))
        lines = {each.source.line for each in whole}
        for seed in SEEDS:
            damaged = amounts_of(read_bytes(paper.name, damage(text, lines, seed).encode()))
            right += len(standing(whole) & standing(damaged))
            total += len(standing(whole))
    assert right / total >= RIGHT, right / total


@pytest.mark.long
def test_slid_header_rows_are_understood() -> None:
    """A header row is one of several cells without figures; an empty cell of it is lost, or one more stands there."""
    right = total = 0
    for paper in PAPERS:
        text = paper.read_text("utf-8")
        rows = text.split("\n")
        heads = {number for number, row in enumerate(rows, 1) if row.count("\t") >= 3 and not FIGURE.search(row)}
        whole = standing(amounts_of(read_bytes(paper.name, text.encode())))
        for seed in SEEDS:
            slid = damage(text, heads, seed, share=1 / 3)
            right += len(whole & standing(amounts_of(read_bytes(paper.name, slid.encode()))))
            total += len(whole)
    assert right / total >= HEADED, right / total
