"""A zip of documents is read as what is in it, also with names in GBK; what cannot be read in it is named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from jixiao.documents import read_bytes
from jixiao.documents.places import find_files
from tests.makers.examples import APPLICATION, register
from tests.makers.files import make_docx, make_xlsx
from tests.makers.grids import expected, spots


class _Gbk(zipfile.ZipInfo):
    """Write a member's name in GBK without saying so, as the archivers of Chinese systems do."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("gbk"), self.flag_bits


def _bundle() -> bytes:
    parts = {
        "一/申报表.docx": make_docx([APPLICATION]),
        "二/坏.xlsx": b"PK\x03\x04",
        "清单.xlsx": make_xlsx([register(7)]),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(_Gbk(name), data)
    return buffer.getvalue()


def test_the_documents_of_a_bundle_are_read_and_what_is_damaged_is_named() -> None:
    document = read_bytes("附件.zip", _bundle())
    tables = [spots(table) for table in document.tables]
    assert sorted(tables) == sorted([expected(APPLICATION), expected(register(7))])
    notes = {note.code: note.message for note in document.notes}
    assert "二/坏.xlsx" in notes["part-not-read"]
    assert "一/申报表.docx" in notes["bundle"]
    assert "清单.xlsx" in notes["bundle"]


def test_a_folder_is_searched_for_bundles_that_hold_documents(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(_bundle())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("program.exe", "x")
    found = find_files([str(tmp_path)])
    assert [path.name for path in found.files] == ["a.zip"]
    assert [skipped.path.name for skipped in found.skipped] == ["b.zip"]
