"""A store with copies gives the numbers of the store without them: tables, example queries, pages, lists, questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jixiao.asking import answer
from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.tables import TABLES, read_table
from jixiao.tables.keeping import synchronise
from jixiao.tables.schemas import table_names
from jixiao.tables.side import SideTables, copies_left_out
from jixiao.vocab import PREFIXES
from jixiao_service.library import example_queries
from jixiao_service.pages.reader import page_query
from tests.unit.pipeline.test_copies import form, write

Pair = tuple[Store, Store]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Return a store with a document, a unit's and two copies, and one with the first two alone."""
    folder = tmp_path_factory.mktemp("counts")
    unit = form("嵩县水库管理所", "水库监测")
    paths = [
        write(folder, "a.txt", form()),
        write(folder, "b.txt", unit, office="嵩县水库管理所"),
        write(folder, "c.txt", form(), "附注：已公开。\n"),
        write(folder, "d.txt", unit, "附注：已公开。\n", office="嵩县水库管理所"),
    ]
    copied, alone = open_store(":memory:"), open_store(":memory:")
    lift_paths(paths, copied, workers=1)
    lift_paths(paths[:2], alone, workers=1)
    yield copied, alone
    copied.close()
    alone.close()


def answered(store: Store, text: str) -> list[tuple[str | None, ...]]:
    found: Any = store.query(text, prefixes=PREFIXES)
    names = [variable.value for variable in found.variables]
    return [tuple(None if row[name] is None else row[name].value for name in names) for row in found]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables(stores: Pair, name: str) -> None:
    copied, alone = (list(read_table(store, name)) for store in stores)
    assert copied == alone


@pytest.mark.parametrize("name", sorted(example_queries()))
def test_example_queries(stores: Pair, name: str) -> None:
    text = example_queries()[name].text
    copied, alone = (answered(store, text) for store in stores)
    assert copied == alone


@pytest.mark.parametrize("name", ["counts", "years", "heatmap", "concepts"])
def test_pages(stores: Pair, name: str) -> None:
    query = page_query(name)
    copied, alone = (answered(store, query.filled({})) for store in stores)
    if name == "counts":
        assert (copied[0][:2], alone[0][:2]) == (("2", "0"), ("0", "0"))
        copied, alone = [copied[0][2:]], [alone[0][2:]]
    assert copied == alone


def test_lists_say_what_they_leave_out(stores: Pair) -> None:
    counts, left_out = [], []
    for store in stores:
        view = SideTables(None)
        synchronise(view, store)
        with view.reading() as (connection, _):
            counts.append(
                {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in table_names()}
            )
            left_out.append(copies_left_out(connection))
        view.close()
    assert counts[0] == counts[1]
    assert left_out == [{"documents": 2, "forms": 0}, {"documents": 0, "forms": 0}]


@pytest.mark.parametrize(
    "question", ["有多少个文件", "有多少个项目", "有多少条指标", "嵩县水利局有哪些项目", "有哪些文件"]
)
def test_questions(stores: Pair, question: str) -> None:
    copied, alone = (answer(store, question) for store in stores)
    assert (copied.understood, copied.text, copied.rows) == (alone.understood, alone.text, alone.rows)
