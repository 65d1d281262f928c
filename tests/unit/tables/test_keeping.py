"""The side tables say what the graph says: after lifting, after updates by hand, after kills, whatever is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jixiao.config import BASE_IRI
from jixiao.errors import StoreError
from jixiao.pipeline import lift_paths, remove_documents
from jixiao.store import open_store
from jixiao.store.embedded import EmbeddedStore
from jixiao.tables import TABLES, keeping, read_table
from jixiao.tables.copies import copied_documents
from jixiao.tables.keeping import check_tables, current_tables, keep_tables, rebuild, tables_of
from jixiao.tables.side import FILE, SideTables
from jixiao.tables.specs import solve
from jixiao.vocab import RDFS
from tests.unit.pipeline.test_copies import form, write


@pytest.fixture
def store(lifted_folder: Path, tmp_path: Path) -> Iterator[EmbeddedStore]:
    """Return a store of the published documents that may be changed."""
    shutil.copytree(lifted_folder, tmp_path / "store")
    opened = EmbeddedStore(tmp_path / "store")
    yield opened
    opened.close()


def kept(store: EmbeddedStore) -> SideTables:
    tables = current_tables(store)
    assert tables is not None
    return tables


def compare(store: EmbeddedStore) -> None:
    """Compare every row that is kept with what the query of its table answers."""
    tables = kept(store)
    for name, spec in TABLES.items():
        assert list(tables.rows(name)) == list(solve(store, spec)), name


def test_what_lifting_keeps_is_what_the_queries_answer(store: EmbeddedStore) -> None:
    compare(store)
    assert check_tables(store, deep=True) == []


def test_an_update_reaches_the_rows(store: EmbeddedStore) -> None:
    (first, *_) = read_table(store, "indicators")
    named = f"GRAPH ?g {{ <{first['iri']}> <{RDFS.label}> "
    store.update(f'DELETE {{ {named} ?old }} }} INSERT {{ {named} "改过的名称" }} }} WHERE {{ {named} ?old }} }}')
    assert current_tables(store) is None
    assert 0 < keep_tables(store) < 12
    compare(store)
    assert next(iter(kept(store).rows("indicators")))["level3"] == "改过的名称"


def test_removed_documents_leave_nothing(store: EmbeddedStore) -> None:
    names = [str(row["document"]) for row in read_table(store, "documents")]
    remove_documents(store, names[:2], BASE_IRI)
    compare(store)
    assert [row["document"] for row in kept(store).rows("documents")] == names[2:]


def test_a_kill_between_two_transactions_costs_what_is_left(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_BATCH", 2)
    from jixiao.tables.rows import graph_rows as whole

    read: list[str] = []

    def killed(source: Any, graph: str, ntriples: bytes) -> Any:
        if len(read) == 5:
            raise KeyboardInterrupt
        read.append(graph)
        return whole(source, graph, ntriples)

    monkeypatch.setattr(keeping, "graph_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        rebuild(store)
    assert current_tables(store) is None
    monkeypatch.setattr(keeping, "graph_rows", whole)
    graphs = len(store.digests()) - 1  # without the ontology
    assert keep_tables(store) == graphs - 4
    compare(store)


def test_a_missing_file_is_made_again_and_a_torn_one_is_named(store: EmbeddedStore) -> None:
    tables = tables_of(store)
    assert tables is not None
    whole = list(tables.rows("indicators"))
    tables.remove()
    assert check_tables(store)
    assert list(read_table(store, "indicators", copies=True)) == whole  # the graph answers
    keep_tables(store)
    tables.close()
    for log in tables.path.parent.glob(FILE + "-*"):  # what it holds would hide the damage
        log.unlink()
    with tables.path.open("r+b") as file:
        file.write(b"torn" * 1024)
    with pytest.raises(StoreError, match="rebuild-tables"):
        next(iter(SideTables(tables.path).rows("indicators")))
    rebuild(store)
    compare(store)


def test_a_full_disk_costs_no_graph(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    whole = sqlite3.connect

    def small(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = whole(*arguments, **options)
        connection.execute("PRAGMA max_page_count=40")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(StoreError, match="rebuild-tables"):
        rebuild(store)
    monkeypatch.undo()
    assert store.check() == []
    keep_tables(store)
    compare(store)


def test_a_deep_check_finds_a_row_that_is_wrong(store: EmbeddedStore) -> None:
    tables = kept(store)
    with tables.writing() as writer:
        writer._connection.execute("DELETE FROM goals_rows WHERE id = (SELECT min(id) FROM goals_rows)")
    assert check_tables(store) == []
    (fault,) = check_tables(store, deep=True)
    assert "goals" in fault


def test_copies_stand_beside_what_counts(tmp_path: Path) -> None:
    paths = [write(tmp_path, "a.txt", form()), write(tmp_path, "c.txt", form(), "附注：已公开。\n")]
    store = open_store(str(tmp_path / "store"))
    assert isinstance(store, EmbeddedStore)
    lift_paths(paths, store, workers=1)
    compare(store)
    (copied,) = copied_documents(store)
    for name, spec in TABLES.items():
        if "copy_of" in spec.columns:
            expected = [row for row in copied.rows(store, spec) if row["copy_of"]]
            assert [row for row in kept(store).rows(name, copies=True) if row["copy_of"]] == expected
    store.close()


def test_a_graph_said_twice_counts_once(store: EmbeddedStore) -> None:
    graph = next(graph for graph in store.graphs() if graph.endswith(".txt"))
    before = list(kept(store).rows("indicators"))
    again = "urn:x:again"
    text = store.read_graph(graph).replace(b" .\n", f" <{again}> .\n".encode())
    store.replace_graph(again, text)
    keep_tables(store)
    assert list(kept(store).rows("indicators")) == before
    store.remove_graph(graph)
    keep_tables(store)
    assert {row["iri"] for row in kept(store).rows("indicators")} == {row["iri"] for row in before}
    assert (Path(str(store.folder)) / FILE).exists()
