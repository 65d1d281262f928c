"""Print forms by the programs that offices use: xlwt, LibreOffice and Chromium convert what other makers wrote."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.makers.files import make_docx, make_html, make_xlsx
from tests.makers.forms import Form

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
LIMIT = 180

Maker = Callable[[Sequence[Form]], bytes]


def make_xls(forms: Sequence[Form]) -> bytes:
    """Print forms as an old workbook, a sheet each."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    framed = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin")
    for number, form in enumerate(forms, start=1):
        sheet = book.add_sheet(f"表{number}")
        top = len(form.titles)
        for index, title in enumerate(form.titles):
            sheet.write(index, 0, title)
        for spot in form.cells:
            row = top + spot.row
            last = row + spot.rowspan - 1, spot.column + spot.colspan - 1
            sheet.write_merge(row, last[0], spot.column, last[1], spot.text, framed)
        for index, note in enumerate(form.notes, start=top + form.height):
            sheet.write(index, 0, note)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def by_libreoffice(forms: Sequence[Form], maker: Maker, ending: str, wanted: str, folder: Path) -> bytes:
    """Return forms as LibreOffice converts a file of theirs; skip the test where it is absent."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice (soffice) is installed")
    source = folder / f"source.{ending}"
    source.write_bytes(maker(forms))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = [program, profile, "--headless", "--convert-to", wanted, "--outdir", str(folder / "made"), str(source)]
    subprocess.run(words, check=True, capture_output=True, timeout=LIMIT)
    return (folder / "made" / f"source.{wanted}").read_bytes()


def by_chromium(forms: Sequence[Form], folder: Path, *options: str) -> bytes:
    """Return forms as Chromium prints a page of theirs; skip the test where it is absent."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium is installed")
    source, made = folder / "source.html", folder / "made.pdf"
    source.write_bytes(make_html(forms))
    profile = f"--user-data-dir={folder / 'profile'}"
    words = [program, *QUIET.split(), profile, *options, f"--print-to-pdf={made}", source.as_uri()]
    subprocess.run(words, check=True, capture_output=True, timeout=LIMIT)
    return made.read_bytes()


CONVERTED: dict[str, tuple[Maker, str, str]] = {
    **{f"Word to {wanted}": (make_docx, "docx", wanted) for wanted in ("odt", "fodt", "rtf", "pdf", "html", "docx")},
    **{f"Excel to {wanted}": (make_xlsx, "xlsx", wanted) for wanted in ("ods", "fods", "xls", "html", "xlsx")},
    "page to odt": (make_html, "html", "odt"),
    "old Excel to ods": (make_xls, "xls", "ods"),
}
"""What LibreOffice converts: the maker of the file it is given, its ending, and the one wanted."""
