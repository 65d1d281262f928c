from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jixiao.errors import QueryError, StoreError
from jixiao.store import open_store
from jixiao.store.embedded import EmbeddedStore
from jixiao.store.graphs import CATALOGUE

G = "http://example.org/graph/"


def quads(graph: str, *names: str) -> bytes:
    """Return one labelled node a name, plus one triple that every graph states."""
    lines = [f'<http://example.org/{name}> <http://example.org/label> "标签{name}" <{graph}> .\n' for name in names]
    lines.append(f"<http://example.org/shared> <http://example.org/is> <http://example.org/thing> <{graph}> .\n")
    return "".join(lines).encode()


def count(store: EmbeddedStore, where: str = "?s ?p ?o") -> int:
    (row,) = store.query(f"SELECT (COUNT(*) AS ?n) {{ {where} }}")  # type: ignore[misc]
    return int(row[0].value)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "store")
    yield store
    store.close()


def test_a_triple_of_two_graphs_counts_once_and_stays_while_one_states_it(store: EmbeddedStore) -> None:
    store.replace_graph(G + "1", quads(G + "1", "a"))
    store.replace_graph(G + "2", quads(G + "2", "b"))
    assert count(store) == 3
    assert store.remove_graph(G + "1")
    assert count(store) == 2
    assert store.query("ASK { <http://example.org/shared> ?p ?o }")
    assert not store.remove_graph(G + "1")
    assert store.graphs() == [G + "2"]
    assert store.check() == []


def test_replacing_drops_what_the_new_document_no_longer_says(store: EmbeddedStore) -> None:
    store.replace_graph(G + "1", quads(G + "1", "a", "b"))
    assert store.replace_graph(G + "1", quads(G + "1", "b", "c"))
    labels = {row["l"].value for row in store.query("SELECT ?l { ?s <http://example.org/label> ?l }")}  # type: ignore[union-attr]
    assert labels == {"标签b", "标签c"}
    assert store.check() == []


def test_the_version_follows_the_data_and_not_the_way_to_it(tmp_path: Path) -> None:
    versions = []
    for name, order in (("x", "12"), ("y", "21")):
        store = EmbeddedStore(tmp_path / name)
        for key in order:
            store.replace_graph(G + key, quads(G + key, key))
        versions.append(store.data_version())
        assert not store.replace_graph(G + "1", quads(G + "1", "1"))  # unchanged: not written
        store.close()
    assert versions[0] == versions[1]
    store = EmbeddedStore(tmp_path / "x")
    assert store.data_version() == versions[0]
    store.replace_graph(G + "1", quads(G + "1", "changed"))
    assert store.data_version() != versions[0]
    store.close()


def test_data_survives_a_restart_and_readers_share(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    store.replace_graph(G + "1", quads(G + "1", "a"))
    store.close()
    readers = [EmbeddedStore(tmp_path / "store", read_only=True) for _ in range(2)]
    assert [count(reader) for reader in readers] == [2, 2]
    with pytest.raises(StoreError, match="reading only"):
        readers[0].replace_graph(G + "1", quads(G + "1", "b"))
    with pytest.raises(StoreError, match=r"in use.*wait for it to end"):
        EmbeddedStore(tmp_path / "store", wait=0)
    for reader in readers:
        reader.close()


def test_a_second_writer_is_told_who_is_in_the_way(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    with pytest.raises(StoreError, match=f"process {os.getpid()} ") as caught:
        EmbeddedStore(tmp_path / "store", wait=0)
    assert caught.value.code == "store-locked"
    assert caught.value.exit_code == 4
    with pytest.raises(StoreError, match="is writing"):
        EmbeddedStore(tmp_path / "store", read_only=True, wait=0)
    store.close()


def test_bad_places_and_bad_data_are_refused(tmp_path: Path, store: EmbeddedStore) -> None:
    with pytest.raises(StoreError, match="no store here"):
        EmbeddedStore(tmp_path / "absent", read_only=True)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("x")
    with pytest.raises(StoreError, match="other files"):
        EmbeddedStore(tmp_path / "papers")
    with pytest.raises(StoreError, match="another graph"):
        store.replace_graph(G + "1", quads(G + "2", "a"))
    with pytest.raises(StoreError, match="malformed"):
        store.replace_graph(G + "1", b"<a> <b>")
    assert store.graphs() == []
    with pytest.raises(QueryError, match="第 1 行第 8 列"):
        store.query("SELECT WHERE")


def test_loading_many_documents_gives_the_same_store_as_loading_each(tmp_path: Path, monkeypatch: Any) -> None:
    documents = [(f"{G}{n}", quads(f"{G}{n}", *(f"{n}-{k}" for k in range(50)))) for n in range(20)]
    single = EmbeddedStore(tmp_path / "single")
    for iri, nquads in documents:
        single.replace_graph(iri, nquads)
    monkeypatch.setattr("jixiao.store.embedded._BULK", 100)
    many = EmbeddedStore(tmp_path / "many")
    seen: list[str] = []
    assert many.replace_graphs(iter(documents), lambda iri, changed: seen.append(iri)) == 20
    assert many.replace_graphs(iter(documents)) == 0
    assert seen == [iri for iri, _ in documents]
    assert many.data_version() == single.data_version()
    assert many.check() == []
    assert count(many) == count(single) == 1001
    single.close()
    many.close()


@pytest.mark.long
def test_an_interrupted_bulk_load_leaves_no_half_graph(tmp_path: Path) -> None:
    """A process loads a batch in bulk and is killed before it records the batch as complete."""
    script = f"""
import os, signal
from jixiao.store import embedded
from tests_quads import quads
embedded._BULK = 10
store = embedded.EmbeddedStore(__import__("pathlib").Path({str(tmp_path / "store")!r}))
store.replace_graph("{G}0", quads("{G}0", "kept"))
record = embedded.text.record_update
embedded.text.record_update = lambda graph: os.kill(os.getpid(), signal.SIGKILL)
store.replace_graphs(("{G}%d" % n, quads("{G}%d" % n, *map(str, range(20)))) for n in range(1, 4))
"""
    (tmp_path / "tests_quads.py").write_text("from __future__ import annotations\n" + _source_of_quads())
    ended = subprocess.run([sys.executable, "-c", script], env=_environment(tmp_path), check=False)
    assert ended.returncode == -signal.SIGKILL
    store = EmbeddedStore(tmp_path / "store", read_only=True)  # whoever comes next undoes what was not completed
    assert store.incomplete == ()
    assert store.graphs() == [G + "0"]
    assert count(store) == 2
    assert store.check() == []
    store.close()


@pytest.mark.long
def test_a_kill_in_the_middle_of_a_replacement_leaves_the_old_or_the_new_graph(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from jixiao.store.embedded import EmbeddedStore
from tests_quads import quads
store = EmbeddedStore(Path({str(tmp_path / "store")!r}))
print("open", flush=True)
turn = 0
while True:
    turn += 1
    store.replace_graph("{G}1", quads("{G}1", *(f"turn{{turn}}-{{n}}" for n in range(400))))
    print(turn, flush=True)
"""
    (tmp_path / "tests_quads.py").write_text("from __future__ import annotations\n" + _source_of_quads())
    for pause in range(4):
        process = subprocess.Popen([sys.executable, "-c", script], env=_environment(tmp_path), stdout=subprocess.PIPE)
        assert process.stdout is not None
        for _ in range(2 + pause):
            process.stdout.readline()
        process.kill()
        process.wait()
        process.stdout.close()
        store = EmbeddedStore(tmp_path / "store")
        labels = [row["l"].value for row in store.query("SELECT ?l { ?s <http://example.org/label> ?l }")]  # type: ignore[union-attr]
        assert len(labels) == 400
        assert len({label.partition("-")[0] for label in labels}) == 1
        assert count(store, f"GRAPH <{G}1> {{ ?s ?p ?o }}") == 401
        assert store.check() == []
        store.close()


def test_backup_and_restore_bring_back_every_graph(tmp_path: Path, store: EmbeddedStore) -> None:
    for key in "12":
        store.replace_graph(G + key, quads(G + key, key))
    version = store.data_version()
    for name in ("one.nq.gz", "two.nq.gz"):
        store.backup(tmp_path / name)
    assert (tmp_path / "one.nq.gz").read_bytes() == (tmp_path / "two.nq.gz").read_bytes()
    store.replace_graph(G + "3", quads(G + "3", "later"))
    store.restore(tmp_path / "one.nq.gz")
    assert store.graphs() == [G + "1", G + "2"]
    assert store.data_version() == version
    assert store.check() == []
    memory = open_store(":memory:")
    memory.restore(tmp_path / "one.nq.gz")
    assert memory.data_version() == version
    (tmp_path / "cut.nq.gz").write_bytes((tmp_path / "one.nq.gz").read_bytes()[:-20])
    with pytest.raises(StoreError, match="cannot be read"):
        store.restore(tmp_path / "cut.nq.gz")
    assert store.data_version() == version


def test_an_update_keeps_the_merge_and_gives_a_new_version(store: EmbeddedStore) -> None:
    store.replace_graph(G + "1", quads(G + "1", "a"))
    version = store.data_version()
    store.update("""PREFIX ex: <http://example.org/>
        DELETE { GRAPH ?g { ?s ex:label ?l } } INSERT { GRAPH ?g { ?s ex:label "新" } }
        WHERE { GRAPH ?g { ?s ex:label ?l } }""")
    assert store.data_version() != version
    assert [row[0].value for row in store.query("SELECT ?l { ?s <http://example.org/label> ?l }")] == ["新"]  # type: ignore[union-attr]
    assert store.check() == []
    updated = store.data_version()
    assert store.remove_graph(G + "1")  # whose digest no longer counts
    assert store.data_version() not in (version, updated)
    assert store.replace_graph(G + "1", quads(G + "1", "a"))
    assert store.data_version() == version  # the same documents give the same word


def test_damage_is_found(store: EmbeddedStore) -> None:
    store.replace_graph(G + "1", quads(G + "1", "a"))
    store._data.update(f"INSERT DATA {{ GRAPH <{G}1> {{ <http://x/s> <http://x/p> 1 }} }}")
    faults = store.check()
    assert len(faults) == 2
    assert "differs" in faults[0]
    assert "merge" in faults[1]


def test_the_catalogue_describes_the_graphs(store: EmbeddedStore) -> None:
    store.replace_graph(G + "1", quads(G + "1", "a"))
    (row,) = store.query(f"SELECT ?n {{ GRAPH <{CATALOGUE}> {{ <{G}1> <http://rdfs.org/ns/void#triples> ?n }} }}")  # type: ignore[misc]
    assert row[0].value == "2"
    info = store.info()
    assert (info.graphs, info.triples, info.kind) == (1, 2, "Oxigraph in a folder")


def test_a_plain_data_set_keeps_its_own_default_graph(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "plain", merged=False)
    store.update("INSERT DATA { <http://x/s> <http://x/p> 1 . GRAPH <http://x/g> { <http://x/s> <http://x/p> 2 } }")
    assert count(store) == 1
    store.close()
    store = EmbeddedStore(tmp_path / "plain")
    assert not store.merged
    assert count(store) == 1
    store.close()


def _source_of_quads() -> str:
    import inspect

    return inspect.getsource(quads)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder)}


def test_the_merged_default_graph_is_not_written_to(store: EmbeddedStore) -> None:
    with pytest.raises(QueryError) as caught:
        store.update("INSERT DATA { <http://x/s> <http://x/p> 1 }")
    assert caught.value.code == "merged-default-graph"
    with pytest.raises(QueryError, match="第 1 行第 8 列“DAT”"):
        store.update("INSERT DAT { }")
    assert count(store) == 0


def column(store: EmbeddedStore, query: str) -> list[str]:
    rows: Any = store.query(query)
    return sorted(str(row[0]) for row in rows)


UPDATES = [
    "INSERT DATA { GRAPH <%s1> { ex:a ex:b 1 . ex:shared ex:is ex:thing } }",
    "INSERT DATA { GRAPH <%s9> { ex:n ex:b 1 } } ; DELETE DATA { GRAPH <%s9> { ex:n ex:b 1 } }",
    "DELETE DATA { GRAPH <%s1> { ex:shared ex:is ex:thing } } ;",
    "DELETE WHERE { GRAPH ?g { ex:shared ?p ?o } } # in every graph",
    "DELETE { GRAPH ?g { ?s ex:label ?l } } INSERT { GRAPH ?g { ?s ex:label ?m } }"
    " WHERE { GRAPH ?g { ?s ex:label ?l } BIND(UCASE(?l) AS ?m) }",
    "WITH <%s1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "INSERT { GRAPH <%s1> { ?s ex:seen [ ex:of ?o ] } } WHERE { GRAPH <%s2> { ?s ex:label ?o } }",
    "CLEAR GRAPH <%s1>",
    "COPY <%s1> TO <%s2>",
    "DROP ALL",
    "INSERT DATA { GRAPH <%s1> { ex:x ex:label '(a)' , '[b]' } } ; DELETE WHERE { GRAPH <%s2> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("update", UPDATES)
def test_the_merge_follows_an_update(store: EmbeddedStore, update: str) -> None:
    for name in "12":
        store.replace_graph(G + name, quads(G + name, "a", name))
    before = store.data_version()
    store.update(update.replace("%s", G), prefixes={"ex": "http://example.org/"})
    assert store.check() == []
    told = "(CONCAT(STR(?s), STR(?p), STR(?o)) AS ?told)"
    assert column(store, f"SELECT DISTINCT {told} {{ ?s ?p ?o }}") == column(
        store, f"SELECT DISTINCT {told} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    )
    assert store.data_version() != before


def test_a_kill_within_an_update_is_put_right_at_the_next_opening(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.replace_graph(G + "1", quads(G + "1", "a"))

    def killed(self: EmbeddedStore, lines: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(EmbeddedStore, "_merge", killed)
    with pytest.raises(KeyboardInterrupt):
        store.update(f"INSERT DATA {{ GRAPH <{G}1> {{ <urn:a> <urn:b> 1 }} }}")
    assert store.check()
    store.close()
    again = EmbeddedStore(tmp_path / "store")
    assert again.check() == []
    assert again.query("ASK { <urn:a> <urn:b> 1 }")
    again.close()


def test_graph_variables_do_not_mean_the_catalogue(store: EmbeddedStore) -> None:
    store.replace_graph(G + "1", quads(G + "1", "a"))
    assert column(store, "SELECT DISTINCT ?g { { GRAPH ?g { ?s ?p ?o } } UNION { GRAPH ?g {} } }") == [f"<{G}1>"]
