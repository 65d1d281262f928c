"""What nobody wrote on purpose: documents, values, questions and queries with pieces cut, doubled and replaced.

Each is read or refused with a reason; none ends in a fault of ours, and none takes longer than a moment.
``make test-long`` tries 200 of each, ``-m slow`` 100,000 in all.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from jixiao.asking import answer
from jixiao.asking.answering import names_of
from jixiao.errors import JixiaoError
from jixiao.reading import read_upload
from jixiao.store.protocol import Store
from jixiao.store.syntax.checking import check_vocabulary
from jixiao.values.targets import parse_target
from tests.conftest import ROOT
from tests.makers.mutations import mutated, mutated_bytes
from tests.makers.shapes import SHAPES

UNIT = ROOT / "tests" / "unit"
MOMENT = 30.0  # seconds of processor time
FORMATS = {".xls", ".xlsx", ".docx", ".pdf", ".html", ".txt", ".csv"}
Try = Callable[[Store, random.Random], None]


@cache
def layouts() -> list[str]:
    forms = [path.read_text("utf-8") for path in sorted((ROOT / "tests/cases").glob("*/input.txt"))]
    return [*forms, *(shape(5).decode() for _, shape in SHAPES.values())]


@cache
def files() -> list[bytes]:
    found = [path for path in sorted((ROOT / "tests").rglob("*")) if path.suffix in FORMATS and path.is_file()]
    return [path.read_bytes() for path in found if path.stat().st_size < 100_000]


@cache
def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


@cache
def queries() -> list[str]:
    return [path.read_text("utf-8") for path in sorted((ROOT / "service/queries").glob("*.rq"))]


def read_whole(data: bytes) -> None:
    reading = read_upload(data, "a.txt")
    assert reading.triples.endswith(b"\n")
    assert reading.findings is not None


def try_layout(store: Store, chance: random.Random) -> None:
    read_whole(mutated(chance.choice(layouts())[:6000], chance).encode("utf-8", "replace"))


def try_file(store: Store, chance: random.Random) -> None:
    read_whole(mutated_bytes(chance.choice(files()), chance))


def try_value(store: Store, chance: random.Random) -> None:
    text = json.loads(chance.choice(lines(UNIT / "values/targets.jsonl")))["text"]
    parse_target(mutated(text, chance))


def try_question(store: Store, chance: random.Random) -> None:
    text = chance.choice(lines(UNIT / "asking/phrasings.tsv")).split("\t")[0]
    assert answer(store, mutated(text, chance), names_of(store)).text


def try_query(store: Store, chance: random.Random) -> None:
    text = mutated(chance.choice(queries()), chance)
    check_vocabulary(text)
    store.query(text)


TRIES = {"layout": try_layout, "file": try_file, "value": try_value, "question": try_question, "query": try_query}


def fuzz(store: Store, kind: str, seeds: range) -> None:
    """Try what each seed makes; a fault is raised with its seed."""
    for seed in seeds:
        started = time.process_time()
        try:
            TRIES[kind](store, random.Random(f"{kind} {seed}"))
        except JixiaoError:
            pass
        except Exception as error:
            error.add_note(f"random.Random('{kind} {seed}')")
            raise
        assert time.process_time() - started < MOMENT, f"{kind} {seed}"


@pytest.mark.long
@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("kind", TRIES)
def test_nothing_ends_in_a_fault(two_documents: Store, kind: str, part: int) -> None:
    fuzz(two_documents, kind, range(100 * part, 100 * (part + 1)))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
@pytest.mark.parametrize("kind", TRIES)
def test_a_hundred_thousand_end_in_no_fault(two_documents: Store, kind: str, part: int) -> None:
    fuzz(two_documents, kind, range(10_000 + 1000 * part, 11_000 + 1000 * part))
