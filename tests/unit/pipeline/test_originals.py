"""The files that were lifted are kept beside the store, for their owner alone, as long as their document is there."""

from __future__ import annotations

import stat
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from jixiao.config import BASE_IRI
from jixiao.linking.stored import rows_of
from jixiao.pipeline import lift_paths, remove_documents
from jixiao.reading import LiftOptions
from jixiao.store import open_store
from jixiao.store.originals import FOLDER, Originals, originals_of
from jixiao.vocab import JX
from tests.cli import run
from tests.unit.pipeline.test_copies import FORM, HEAD


def document(target: str) -> bytes:
    form = FORM.format(office="嵩县水利局", unit="嵩县水利局", project="大坝监测", target=target)
    return (HEAD.format(office="嵩县水利局") + form).encode()


def kept(store: Path) -> set[str]:
    return {path.name for path in (store / FOLDER).glob("??/*")}


def lift(path: Path, store: Path, *, originals: bool = True) -> None:
    with closing(open_store(str(store))) as target:
        assert not lift_paths([str(path)], target, LiftOptions(originals=originals)).failed


def test_a_lifted_file_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path, store = tmp_path / "目标.txt", tmp_path / "store"
    path.write_bytes(document("≥32处"))
    lift(path, store)
    digest = sha256(path.read_bytes()).hexdigest()
    assert kept(store) == {digest}
    assert Originals(store).read(digest) == path.read_bytes()
    (file,) = (store / FOLDER).glob("??/*")
    assert [stat.S_IMODE(each.stat().st_mode) for each in (file, file.parent, file.parent.parent)] == [
        0o600,
        0o700,
        0o700,
    ]


def test_it_goes_with_its_document_and_stays_while_a_version_can_be_cited(tmp_path: Path) -> None:
    path, store = tmp_path / "目标.txt", tmp_path / "store"
    for value in ("≥32处", "≥33处"):
        path.write_bytes(document(value))
        lift(path, store)
    stored = sha256(path.read_bytes()).hexdigest()
    assert len(kept(store)) == 2
    with closing(open_store(str(store))) as target:
        digests = {row["d"] for row in rows_of(target, f"SELECT ?d {{ ?x <{JX.sha256}> ?d }}")}
        assert stored in digests == kept(store)
        names = [row["n"] for row in rows_of(target, f"SELECT ?n {{ ?x <{JX.sha256}> ?d ; <{JX.fileName}> ?n }}")]
        remove_documents(target, names, BASE_IRI)
    assert kept(store) == set()


def test_it_need_not_be_kept(tmp_path: Path) -> None:
    path, store = tmp_path / "目标.txt", tmp_path / "store"
    path.write_bytes(document("≥32处"))
    lift(path, store, originals=False)
    assert not (store / FOLDER).exists()


def test_what_was_changed_on_disk_is_not_given(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    originals.keep(b"one")
    digest = sha256(b"one").hexdigest()
    (file,) = (tmp_path / FOLDER).glob("??/*")
    file.write_bytes(b"another")
    assert originals.read(digest) is None
    originals.keep(b"one")
    assert originals.read(digest) == b"one"


def test_no_original_is_in_a_backup_or_an_export(tmp_path: Path) -> None:
    path, store, backup, table = (tmp_path / name for name in ("目标.txt", "store", "backup.nq", "rows.xlsx"))
    path.write_bytes(document("≥32处") + "填表人：张三丰 13500001111\n".encode())
    lift(path, store)
    assert len(kept(store)) == 1
    assert run("store", "backup", str(backup), store=store).returncode == 0
    assert run("export", "xlsx", "--output", str(table), store=store).returncode == 0
    with ZipFile(table) as book:
        written = b"".join([backup.read_bytes(), *map(book.read, book.namelist())]).decode(errors="ignore")
    assert "大坝监测" in written
    assert [each for each in ("张三丰", "13500001111") if each in written] == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "a" * 63, "../" * 21 + "a", "0" * 64])
def test_only_digests_name_files(tmp_path: Path, digest: str) -> None:
    assert Originals(tmp_path).read(digest) is None


def test_a_store_without_a_folder_keeps_none() -> None:
    with closing(open_store(":memory:")) as store:
        assert originals_of(store) is None
