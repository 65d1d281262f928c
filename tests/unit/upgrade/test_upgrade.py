"""A store of version 0.1.0 becomes one of the present: nothing is lost, every IRI stays or leads on."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jixiao.errors import StoreError
from jixiao.linking.stored import rows_of
from jixiao.pipeline import LiftReport, remove_documents
from jixiao.reading import LiftOptions
from jixiao.store import aside, open_store
from jixiao.store.embedded import EmbeddedStore
from jixiao.store.first_version import READER, FirstVersion, read_first_version
from jixiao.store.protocol import Store
from jixiao.tables import read_table
from jixiao.upgrade import upgrading
from jixiao.upgrade.carrying import carry_over
from jixiao.vocab import DCTERMS, JX, RDFS
from tests.cli import run
from tests.conftest import DATA, ROOT
from tests.makers.first_version import upgraded_folder as upgraded_folder

BASE = "https://w3id.org/jixiao/id/"
LEFT, READ, TWIN = "000_730e7f7b4d077a28.txt", "002_e5fdb3e96c6bcd88.txt", "副本.txt"


@pytest.fixture(scope="module")
def first(upgraded_folder: Path) -> Iterator[Store]:
    store = open_store(str(upgraded_folder / "first"), read_only=True)
    yield store
    store.close()


@pytest.fixture(scope="module")
def upgraded(upgraded_folder: Path) -> Iterator[Store]:
    store = open_store(str(upgraded_folder / "store"), read_only=True)
    yield store
    store.close()


def statements(store: Store, graph: str) -> set[tuple[str, str, str, str]]:
    return set(aside.restored(store.read_graph(graph)))


def documents(store: Store) -> dict[str, FirstVersion]:
    return {each.name: each for each in read_first_version(store)}


def test_a_document_whose_original_is_there_reads_as_if_lifted_now(
    upgraded: Store, lifted: tuple[Store, LiftReport]
) -> None:
    for graph in (f"{BASE}graph/{READ}", f"{BASE}graph/{READ}/findings"):
        assert statements(upgraded, graph) == statements(lifted[0], graph)
    assert not (upgraded.check() or read_first_version(upgraded))


def test_of_another_the_graph_stays_with_its_reader_and_keys_of_findings(first: Store, upgraded: Store) -> None:
    old, graph = documents(first)[LEFT], f"{BASE}graph/{LEFT}"
    added = statements(upgraded, graph) - statements(first, graph)
    assert not statements(first, graph) - statements(upgraded, graph)
    assert {(predicate, text.partition("^")[0]) for _, predicate, _, text in added} == {
        (JX.readBy, f'"{READER}"'),
        (JX.withheldCount, '"0"'),
        (JX.withContacts, '"false"'),
        ("http://www.w3.org/2004/02/skos/core#altLabel", f'"{TWIN}"'),
    }
    assert {subject for subject, *_ in added} == {old.document}
    added = statements(upgraded, f"{graph}/findings") - statements(first, f"{graph}/findings")
    assert {predicate for _, predicate, *_ in added} == {JX.findingKey, JX.status}


def test_a_finding_that_is_found_again_has_the_key_it_was_carried_over_with(
    upgraded: Store, lifted: tuple[Store, LiftReport]
) -> None:
    def keys(store: Store) -> set[tuple[str, str]]:
        return {(s, text) for s, p, _, text in statements(store, f"{BASE}graph/{LEFT}/findings") if p == JX.findingKey}

    both = {subject for subject, _ in keys(upgraded)} & {subject for subject, _ in keys(lifted[0])}
    assert len(both) > 15
    same = keys(upgraded) & keys(lifted[0])
    assert {subject for subject, _ in same} == both


def test_tables_are_built_from_what_was_carried_over_and_say_so(first: Store, upgraded: Store) -> None:
    said = {row["document"]: row["read_by"] for row in read_table(upgraded, "documents")}
    assert said == {LEFT: READER, READ: None}
    rows = [row["iri"] for row in read_table(upgraded, "indicators") if row["document"] == LEFT]
    query = f"SELECT ?i {{ GRAPH <{BASE}graph/{LEFT}> {{ ?i a <{JX.Indicator}> }} }}"
    assert sorted(map(str, rows)) == sorted(row["i"] for row in rows_of(first, query)) != []


def test_every_iri_stays_or_leads_to_what_took_its_place(first: Store, upgraded: Store) -> None:
    def subjects(store: Store) -> set[str]:
        graphs = (graph for graph in store.graphs() if graph.startswith(BASE))
        return {line.split()[0][1:-1].decode() for graph in graphs for line in store.read_graph(graph).splitlines()}

    replaced = dict[str, str]()
    for graph in upgraded.graphs():
        if graph.endswith("/earlier"):
            replaced |= {s: now for s, p, now, _ in statements(upgraded, graph) if p == DCTERMS.isReplacedBy}
    present = subjects(upgraded) - replaced.keys()
    assert subjects(first) <= present | replaced.keys()
    assert replaced and set(replaced.values()) <= present
    # of the same bytes under another name everything leads to the same thing
    twin = documents(first)[TWIN].document.rpartition("/")[2]
    twins = {was: now for was, now in replaced.items() if was.split("/")[6:7] == [twin]}
    led = {was: now for was, now in twins.items() if now != f"{BASE}document/{LEFT}"}
    assert {was.rpartition("-")[0].replace(twin, LEFT): now.rpartition("-")[0] for was, now in led.items()}.items() == {
        (now.rpartition("-")[0],) * 2 for now in led.values()
    }
    assert len(led) > 400 and f"{BASE}document/{twin}" in twins
    # the project of a year took the place of the project without one
    query = "SELECT ?name {{ <{}> <{}> ?name }}"
    was, now = next(pair for pair in replaced.items() if "/project/110-12345~" in pair[0])
    before, after = rows_of(first, query.format(was, RDFS.label)), rows_of(upgraded, query.format(now, RDFS.label))
    assert "/project/110-12345-2021~" in now and list(before) == list(after) != []


def test_originals_that_were_given_are_kept(upgraded_folder: Path) -> None:
    kept = [path.read_bytes() for path in (upgraded_folder / "store" / "originals").glob("??/*")]
    assert kept == [(DATA / READ).read_bytes()]
    assert not (upgraded_folder / "store" / upgrading.FOLDER).exists()


def test_a_removed_document_takes_along_where_its_iris_led(upgraded_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(upgraded_folder / "store", tmp_path / "store")
    with closing(open_store(str(tmp_path / "store"))) as store:
        remove_documents(store, [READ], BASE)
        assert not [graph for graph in store.graphs() if READ in graph]


PERSONS = f"""
<urn:d> <{JX.fileName}> "a.txt" .
<urn:d> <{JX.documentKind}> <https://w3id.org/jixiao/code/document-budget> .
<urn:row> a <{JX.SourceRow}> .
<urn:row> <{JX.line}> 3 .
<urn:row> <{JX.inTable}> <urn:table/1> .
<urn:row> <{JX.text}> "填表人：\\t欧阳修远\\t联系电话：\\t13812345678" .
<urn:plan> <{RDFS.label}> "欧阳修远负责的展览"@zh .
<urn:plan> <{JX.unitName}> "13812345678" .
<urn:plan> <{JX.content}> "展览7场" .
"""


def test_persons_are_withheld_from_what_is_carried_over() -> None:
    from pyoxigraph import RdfFormat, parse, serialize

    quads = serialize(parse(PERSONS, RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES) or b""
    with closing(EmbeddedStore(None)) as store:
        store.replace_graph("urn:g", quads.replace(b" .\n", b" <urn:g> .\n"))
        ((_, carried),) = carry_over(store, FirstVersion("urn:g", "urn:d", "a.txt", "0" * 64), ())
    text = carried.decode()
    assert not [person for person in ("欧阳", "13812345678") if person in text]
    assert "〔已隐去〕负责的展览" in text and "展览7场" in text
    assert f'<{JX.withheldCount}> "2"' in text


# ---------------------------------------------------------------- ends before its end

KILLED = """
import os, signal, sys
from pathlib import Path
from jixiao.upgrade import upgrading
from jixiao import pipeline
from jixiao.reading import LiftOptions
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
folder, moment = Path(sys.argv[1]), sys.argv[2]
if moment == "copying":
    upgrading.carry_over = die
if moment == "reading":
    pipeline.lift_document = die
if moment == "linking":
    upgrading.link_anew = die
if moment == "exchanging":
    rename = Path.rename
    Path.rename = lambda self, to: die() if to == folder / "store" / "data" else rename(self, to)
if moment == "tables":
    upgrading.take_tables = die
upgrading.upgrade_store(folder / "store", LiftOptions(), originals=folder / "originals", workers=1)
"""


@pytest.mark.long
def test_killed_at_any_moment_the_store_is_the_old_one_or_the_new_one_and_it_goes_on(
    upgraded_folder: Path, upgraded: Store, first: Store, tmp_path: Path
) -> None:
    shutil.copytree(upgraded_folder / "first", tmp_path / "store")
    shutil.copytree(upgraded_folder / "originals", tmp_path / "originals")
    marks = {}
    for moment in ("copying", "reading", "linking", "exchanging", "tables"):
        command = [sys.executable, "-c", KILLED, str(tmp_path), moment]
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL, moment
        mark = tmp_path / "store" / upgrading.FOLDER / "from"
        marks[moment] = mark.stat().st_mtime_ns if mark.exists() else None
        with closing(open_store(str(tmp_path / "store"), read_only=True)) as store:
            wanted = upgraded if moment == "tables" else first
            assert (store.digests(), store.check()) == (wanted.digests(), [])
    assert marks["copying"] is None and len({marks[each] for each in ("reading", "linking", "exchanging")}) == 1
    done = run("store", "upgrade", store=tmp_path / "store")
    assert done.returncode == 0 and "无需升级" in done.stdout
    assert run("store", "check", "--deep", store=tmp_path / "store").stdout == "完好 (sound)\n"
    assert not (tmp_path / "store" / upgrading.FOLDER).exists()


def test_a_store_that_changed_while_it_was_built_anew_is_built_anew_again(
    upgraded_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, extra = tmp_path / "store", "urn:extra"
    shutil.copytree(upgraded_folder / "first", folder)

    def meanwhile(store: Store, *_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(upgrading, "link_anew", meanwhile)
        with pytest.raises(KeyboardInterrupt):
            upgrading.upgrade_store(folder, LiftOptions())
    with closing(open_store(str(folder))) as store:
        store.replace_graph(extra, f"<urn:s> <urn:p> <urn:o> <{extra}> .\n".encode())
    upgrading.upgrade_store(folder, LiftOptions())
    with closing(open_store(str(folder), read_only=True)) as store:
        assert extra in store.graphs() and not read_first_version(store)


# ---------------------------------------------------------------- what cannot be upgraded, and who says what to do


def test_commands_on_a_store_of_the_first_version_say_what_to_do(upgraded_folder: Path) -> None:
    for command in (("store", "check"), ("store", "info"), ("table", "documents")):
        assert "jixiao store upgrade" in run(*command, store=upgraded_folder / "first").stderr
    done = run("serve", store=upgraded_folder / "first")
    assert (done.returncode, "[store-older]" in done.stderr, "jixiao store upgrade" in done.stderr) == (4, True, True)


def test_a_store_of_the_present_version_has_nothing_to_do(upgraded_folder: Path) -> None:
    done = run("store", "upgrade", store=upgraded_folder / "store")
    assert (done.returncode, done.stderr) == (0, "") and "nothing to do" in done.stdout


def test_what_is_no_store_or_a_later_one_is_told(tmp_path: Path) -> None:
    done = run("store", "upgrade", store=tmp_path / "none")
    assert (done.returncode, "[no-store]" in done.stderr) == (4, True)
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "store.json").write_text('{"layout": 99, "merged": true}')
    done = run("store", "upgrade", store=tmp_path / "later")
    assert (done.returncode, "[store-newer]" in done.stderr) == (4, True)
    done = run("store", "upgrade", "--store", "http://127.0.0.1:9/sparql")
    assert (done.returncode, "[not-a-folder]" in done.stderr) == (2, True)


def test_a_damaged_store_is_left_as_it_is(upgraded_folder: Path, tmp_path: Path) -> None:
    from pyoxigraph import NamedNode, Quad
    from pyoxigraph import Store as Oxigraph

    folder = tmp_path / "store"
    shutil.copytree(upgraded_folder / "first", folder)
    (folder / "files.json").unlink(missing_ok=True)
    lost = Oxigraph(str(folder / "data"))
    quad = next(iter(lost.quads_for_pattern(None, NamedNode(JX.targetText), None, None)))
    lost.remove(Quad(quad.subject, quad.predicate, quad.object, quad.graph_name))
    lost.flush()
    del lost
    with pytest.raises(StoreError) as caught:
        upgrading.upgrade_store(folder, LiftOptions())
    assert caught.value.code == "store-damaged"
    assert not (folder / upgrading.FOLDER).exists()


def test_a_file_that_cannot_be_read_any_more_is_told_and_its_document_carried_over(
    upgraded_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jixiao import pipeline

    folder = tmp_path / "store"
    shutil.copytree(upgraded_folder / "first", folder)

    def fail(path: Path, *_: object) -> pipeline.LiftedDocument:
        return pipeline.LiftedDocument(str(path), READ, error="读不了", error_code="unreadable")

    monkeypatch.setattr(pipeline, "lift_document", fail)
    arguments = ("--originals", str(upgraded_folder / "originals"), "--workers", "1")
    done = run("store", "upgrade", *arguments, store=folder)
    assert (done.returncode, "[unreadable]" in done.stderr, READ in done.stdout) == (3, True, True)
    with closing(open_store(str(folder), read_only=True)) as store:
        assert {row["read_by"] for row in read_table(store, "documents")} == {READER}


def test_a_full_disk_leaves_the_old_store(upgraded_folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(place)], check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        shutil.copytree(upgraded_folder / "first", place / "store")
        free = shutil.disk_usage(place).free
        (place / "rest").write_bytes(b"x" * max(0, free - (4 << 20)))
        done = run("store", "upgrade", store=place / "store")
        assert (done.returncode, "No space" in done.stderr) == (4, True), done.stderr
        with closing(open_store(str(place / "store"), read_only=True)) as store:
            assert len(read_first_version(store)) == 3 and not store.check()
    finally:
        subprocess.run(["umount", str(place)], check=False)
