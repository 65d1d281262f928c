"""Damaged files, interrupted loads, hosts short of something: each is told for what it is, and nothing is lost."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jixiao.errors import StoreError
from jixiao.store import graphs as text
from jixiao.store import soundness
from jixiao.store.embedded import EmbeddedStore
from jixiao.store.soundness import RECORD, damaged_files, unknown_files, verify_beside_writers
from tests.cli import run

G = "http://example.org/graph/"


def quads(iri: str, count: int) -> bytes:
    """Return the statements of a graph."""
    return "".join(
        f'<{iri}/{n}> <http://example.org/label> "第{n}条，{iri}" <{iri}> .\n' for n in range(count)
    ).encode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: Any) -> Path:
    """Return a store of six graphs, two of them loaded together into files of their own."""
    monkeypatch.setattr("jixiao.store.embedded._BULK", 1000)
    folder = tmp_path / "store"
    store = EmbeddedStore(folder)
    store.replace_graphs((f"{G}{key}", quads(f"{G}{key}", 600)) for key in "abcd")
    store.replace_graphs((f"{G}{key}", quads(f"{G}{key}", 600)) for key in "ef")
    store.compact()
    store.close()
    return folder


def files(folder: Path) -> list[Path]:
    """Return the files of a store that hold its data."""
    found = sorted(file for file in (folder / "data").iterdir() if not file.name.startswith(("LOG", "LOCK")))
    return [file for file in found if file.stat().st_size]


def overwrite(file: Path, count: int = 16) -> None:
    """Put other bytes into the middle of a file."""
    held = bytearray(file.read_bytes())
    middle = len(held) // 2
    for at in range(middle, min(len(held), middle + count)):
        held[at] ^= 0x5A
    file.write_bytes(held)


def test_every_damaged_file_is_named_before_anything_is_read(folder: Path) -> None:
    for file in files(folder):
        sound = file.read_bytes()
        for damage in (lambda file=file: overwrite(file), lambda file=file: file.write_bytes(b""), file.unlink):
            damage()
            with pytest.raises(StoreError, match=file.name) as caught:
                EmbeddedStore(folder, read_only=True)
            assert (caught.value.code, caught.value.exit_code) == ("store-damaged", 4)
            with pytest.raises(StoreError, match=file.name):
                EmbeddedStore(folder)
            file.write_bytes(sound)
    store = EmbeddedStore(folder)
    assert store.check() == []
    store.close()


def test_a_command_says_what_is_damaged_in_one_line(folder: Path) -> None:
    overwrite(files(folder)[0])
    for arguments in (("store", "check"), ("table", "documents"), ("query", "ASK { ?s ?p ?o }"), ("store", "compact")):
        done = run(*arguments, store=folder)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
        assert files(folder)[0].name in done.stderr


def test_what_is_sound_of_a_damaged_store_can_be_saved(folder: Path, tmp_path: Path) -> None:
    largest = max(files(folder), key=lambda file: file.stat().st_size)
    overwrite(largest, 4000)
    backup = tmp_path / "readable.nq"
    done = run("store", "backup", str(backup), "--readable", store=folder)
    assert done.returncode in (0, 4), done.stderr
    restored = EmbeddedStore(tmp_path / "new")
    restored.restore(backup)
    saved = restored.digests()
    for iri, digest in saved.items():
        assert text.canonical_graph(iri, quads(iri, 600).replace(f" <{iri}> .".encode(), b" .")).digest == digest
    lost = [line for line in done.stdout.splitlines() if "未存出" in line]
    assert len(saved) + len(lost) == 6
    assert bool(lost) == (done.returncode == 4)
    restored.close()


def test_a_killed_writer_leaves_no_false_alarm(folder: Path) -> None:
    writing = (
        "import os, sys; from pathlib import Path; from jixiao.store.embedded import EmbeddedStore\n"
        "store = EmbeddedStore(Path(sys.argv[1]))\n"
        f"store.replace_graph('{G}a', b'<x:a> <x:b> <x:c> <{G}a> .')\n"
        "store.compact()\n"  # which deletes files that were noted
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", writing, str(folder)], check=False)
    assert damaged_files(folder) == []
    assert unknown_files(folder)
    store = EmbeddedStore(folder)
    assert len(store.graphs()) == 6
    assert store.check() == []
    store.close()
    assert unknown_files(folder) == []


def test_a_file_that_goes_while_it_is_compared_is_damage_only_in_a_closed_store(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = soundness._sum

    def taken(file: Path) -> list[int]:
        file.unlink()  # as the engine does when it has joined two files
        return whole(file)

    monkeypatch.setattr(soundness, "_sum", taken)
    tables = [file.name for file in files(folder) if file.suffix == ".sst"]
    closed = json.loads((folder / RECORD).read_text())
    (folder / RECORD).write_text(json.dumps({**closed, "closed": False}))
    assert damaged_files(folder) == []
    (folder / RECORD).write_text(json.dumps(closed))
    assert set(tables) <= set(damaged_files(folder))


def test_a_store_of_which_no_file_is_known_says_so_and_can_be_walked(folder: Path) -> None:
    run("store", "rebuild-tables", store=folder)
    (folder / RECORD).unlink()
    assert run("store", "check", store=folder).stdout == "完好 (sound)\n"
    assert unknown_files(folder) == []  # whoever opens such a store notes its files
    (folder / RECORD).unlink()
    assert run("store", "check", "--deep", store=folder).stdout == "完好 (sound)\n"
    overwrite(max(files(folder), key=lambda file: file.stat().st_size), 4000)
    done = run("store", "check", "--deep", store=folder)
    assert done.returncode == 4


@pytest.mark.parametrize("settings", ["[]", "{", "null", '{"layout": "x", "merged": true}', '{"merged": true}', ""])
def test_settings_that_say_nothing_are_told_with_their_remedy(folder: Path, settings: str) -> None:
    (folder / "store.json").write_text(settings)
    with pytest.raises(StoreError, match="put these words back") as caught:
        EmbeddedStore(folder)
    assert caught.value.code == "store-damaged"
    (folder / "store.json").write_text('{"layout": 1, "merged": true}')
    store = EmbeddedStore(folder)
    assert store.check() == []
    store.close()


def test_a_store_of_a_later_version_is_left_alone(folder: Path) -> None:
    (folder / "store.json").write_text('{"layout": 99, "merged": true}')
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    with pytest.raises(StoreError, match="another version") as caught:
        EmbeddedStore(folder)
    assert caught.value.code == "store-newer"
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_an_interrupted_load_is_undone_by_the_next_who_reads(folder: Path) -> None:
    _interrupt(folder)
    reader = EmbeddedStore(folder, read_only=True)
    assert reader.incomplete == ()
    assert f"{G}z" not in reader.graphs()
    assert len(reader.graphs()) == 6
    reader.close()


def test_where_it_cannot_be_undone_the_rest_is_read_and_the_incomplete_named(folder: Path) -> None:
    other = EmbeddedStore(folder, read_only=True)  # nobody can write meanwhile
    other.close()
    _interrupt(folder)
    descriptor = os.open(folder / "lock", os.O_RDONLY)
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_SH)
    done = run("query", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "--format", "csv", store=folder)
    os.close(descriptor)
    assert done.returncode == 0
    assert f"{G}z" in done.stderr
    assert "jixiao lift" in done.stderr
    assert int(done.stdout.split()[1]) >= 6 * 600


def _interrupt(folder: Path) -> None:
    """Leave a store as a load that was killed leaves it."""
    store = EmbeddedStore(folder)
    store._data.update(text.mark_update([f"{G}z"], text.LOADING))
    store._data.update(f'INSERT DATA {{ GRAPH <{G}z> {{ <x:s> <x:p> "a part" }} }}')
    store.close()


def test_too_few_descriptors_are_no_damage(folder: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from jixiao.store.embedded import EmbeddedStore\n"
        "from jixiao.errors import StoreError\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))\n"
        "try: EmbeddedStore(Path(sys.argv[1]), read_only=True)\n"
        "except StoreError as error: print(error.code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert done.stdout == "store-files\n", done.stderr


def test_a_full_disk_is_no_damage(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        store = EmbeddedStore(place / "store")
        store.replace_graph(f"{G}a", quads(f"{G}a", 50))
        store.close()
        with pytest.raises(StoreError) as caught:
            _fill(place / "store")
        assert caught.value.code == "store-full"
        reader = EmbeddedStore(place / "store", read_only=True)
        assert f"{G}a" in reader.graphs()
        reader.close()
    finally:
        subprocess.run(["umount", str(place)], check=False)


def _fill(folder: Path) -> None:
    store = EmbeddedStore(folder)
    try:
        for key in range(200):
            store.replace_graph(f"{G}x{key}", quads(f"{G}x{key}", 500))
    finally:
        store.close()


@pytest.mark.parametrize("name", ["all.nq", "all.nq.gz"])
def test_a_backup_that_is_cut_or_empty_restores_nothing(folder: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    run("store", "backup", str(path), store=folder)
    opened: Any = gzip.open if name.endswith(".gz") else open
    with opened(path, "rb") as file:
        lines = file.read().splitlines(keepends=True)
    version = json.loads(json.dumps(_version(folder)))
    for damaged in ([], lines[:1000], lines[:-1], [*lines[:5], *lines[6:]], [*lines, b"\n"]):
        with opened(path, "wb") as file:
            file.write(b"".join(damaged))
        done = run("store", "restore", str(path), store=folder)
        assert (done.returncode, "backup-unverified" in done.stderr) == (4, True)
        assert _version(folder) == version
        assert not (folder / "data.new").exists()
    with opened(path, "wb") as file:
        file.write(b"".join(lines[:600]))
    done = run("store", "restore", str(path), "--unverified", store=folder)
    assert done.returncode == 0, done.stderr
    assert "原有 6 个图" in done.stdout
    assert "现为 1 个图" in done.stdout


def _version(folder: Path) -> str:
    store = EmbeddedStore(folder, read_only=True)
    version = store.data_version()
    store.close()
    return version


def test_a_graph_that_an_update_emptied_is_not_missed(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.update(f"DELETE {{ GRAPH <{G}a> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{G}a> {{ ?s ?p ?o }} }}")
    assert store.check() == []
    store.close()
    reader = EmbeddedStore(folder, read_only=True)
    assert reader.check() == []
    reader.close()


def test_what_is_written_while_files_are_compared_is_no_damage(folder: Path, monkeypatch: Any) -> None:
    """As when a service compares its store at leisure and is given a change meanwhile."""
    writer: list[EmbeddedStore] = []
    summed = soundness._sum

    def interrupted(file: Path) -> list[int]:
        if not writer:
            monkeypatch.setattr(soundness, "_sum", summed)
            writer.append(EmbeddedStore(folder, wait=0))
            writer[0].replace_graph(f"{G}new", quads(f"{G}new", 6000))
        return summed(file)

    monkeypatch.setattr(soundness, "_sum", interrupted)
    monkeypatch.setattr(soundness, "_PAUSE", 0.0)
    verify_beside_writers(folder)  # it writes on: nothing can be said
    writer[0].close()
    verify_beside_writers(folder)
    overwrite(files(folder)[0])
    with pytest.raises(StoreError, match=files(folder)[0].name):
        verify_beside_writers(folder)
