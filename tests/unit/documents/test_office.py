"""Old Word files are read as LibreOffice converts them; workbooks under Excel's default password are opened."""

from __future__ import annotations

import io
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from jixiao.documents import limits, read_bytes
from jixiao.errors import DocumentError
from tests.makers.examples import APPLICATION
from tests.makers.files import make_html, make_xlsx
from tests.makers.grids import expected, only_table, spots, texts

SLOW = '#!/bin/sh\nsleep 60 &\necho $! > "{pid}"\nwait\n'


@pytest.fixture
def soffice() -> str:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice (soffice) is installed")
    return program


def test_an_old_word_file_reads_as_the_new_one(soffice: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(make_html([APPLICATION]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    words = [
        soffice,
        profile,
        "--infilter=writer_web_HTML",
        "--headless",
        "--convert-to",
        "doc:MS Word 97",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.html"),
    ]
    subprocess.run(words, check=True, capture_output=True, timeout=100)
    document = read_bytes("a.doc", (tmp_path / "a.doc").read_bytes())
    assert spots(only_table(document)) == expected(APPLICATION)
    assert texts(document) == [*APPLICATION.titles, *APPLICATION.notes]
    assert [note.code for note in document.notes] == ["converted"]


def test_a_compound_file_that_is_no_document_is_named_when_it_cannot_be_converted(soffice: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.doc", _old_word())
    assert caught.value.code in ("converter-failed", "no-text")


def test_without_libreoffice_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DocumentError, match=r"docx.*LibreOffice") as caught:
        read_bytes("a.doc", _old_word())
    assert caught.value.code == "unsupported"


def test_a_converter_that_hangs_is_ended_with_all_it_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    program = tmp_path / "soffice"
    program.write_text(SLOW.format(pid=pid))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(limits, "MAX_CONVERSION_SECONDS", 1.0)
    with pytest.raises(DocumentError, match="LibreOffice") as caught:
        read_bytes("a.doc", _old_word())
    assert caught.value.code == "converter-timeout"
    state = Path(f"/proc/{pid.read_text().strip()}/stat")
    ended = time.monotonic() + 20
    while _runs(state) and time.monotonic() < ended:
        time.sleep(0.05)
    assert not _runs(state)


def _runs(state: Path) -> bool:
    """Tell whether a process is there that is not a mere entry of its parent's (a zombie)."""
    try:
        return state.read_text().split()[2] != "Z"
    except OSError:
        return False


def _old_word() -> bytes:
    """Return a compound file that names a stream of Word and holds nothing."""
    sign = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return sign + "WordDocument".encode("utf-16-le").ljust(2048, b"\0")


@pytest.mark.parametrize(("password", "opens"), [("VelvetSweatshop", True), ("another", False)])
def test_a_workbook_under_the_default_password_opens_as_excel_opens_it(password: str, opens: bool) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(make_xlsx([APPLICATION]))).encrypt(password, locked)
    if opens:
        assert spots(only_table(read_bytes("a.xlsx", locked.getvalue()))) == expected(APPLICATION)
        return
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.xlsx", locked.getvalue())
    assert caught.value.code == "encrypted"
