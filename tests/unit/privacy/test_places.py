"""Persons in 745 places and 504 texts that only look so, in five sets.

Each line is a document of its own, written by the third set's ``make.py`` and read as any other. The READMEs of the
sets say who wrote them and what was found at first sight; the weights were then mended with them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from jixiao.model import Document
from jixiao.reading import read

SIGHT = Path(__file__).parents[2] / "sight"
LEFT = {
    "persons": [],
    "persons2": ["p021"],  # a list's headings and first line in one row
    "persons3": [],
    "persons4": [
        "p035",
        "p037",
        "p052",
        "p055",
        "p058",
        "p059",
        "p061",
        "p064",
        "p065",
        "p079",
        "p088",
        "p097",
        "p109",
        "p119",
        "p127",
        "p132",
        "p164",
    ],
    "persons5": ["p010", "p016"],
}
LEFT_OF_VARIANTS = {
    "上官云珠",
    "任盈盈",
    "柯南山",
    "尧山河",
    "令狐少侠",
    "牟其中",
    "骆驼祥",
    "瞿老大",
    "常十八",
    "浙C·D00K1",
    "闻一朵",
    "严守一",
}


def lines(folder: str, name: str) -> Iterator[dict[str, Any]]:
    with (SIGHT / folder / name).open(encoding="utf-8") as file:
        yield from ({"carrier": "txt", **json.loads(line)} for line in file)


def variants(name: str) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield lines as ``make.py`` takes them, each with the texts that are marked in it."""
    for number, line in enumerate((SIGHT / "persons3" / name).read_text("utf-8").splitlines()):
        rows = [row.split("|") for row in re.sub("[【】]", "", line).split("//")]
        context: Any = rows
        kind = "table"
        if len(rows) == 1:
            context, kind = (rows[0], "cell") if rows[0][1:] else (rows[0][0], "text")
        made = {"id": f"v{number}", "format": kind, "context": context, "carrier": "txt"}
        yield made, re.findall("【(.*?)】", line)


def published(document: Document) -> str:
    """Return every text that anything is made from: names of the file and its sheets, lines, cells, margins, notes."""
    rows = [row for table in document.tables for row in table.rows]
    cells = [cell.text for row in rows for cell in row.cells]
    texts = [*(row.text for row in rows), *(block.text for block in document.paragraphs)]
    return "\n".join([document.name, *(row.place.where for row in rows), *cells, *texts, repr(document)])


def shown(line: dict[str, Any], folder: Path, write: Any) -> str:
    """Return what is left of a line in the document that is written for it."""
    write(line, folder)
    (path,) = (folder / line["id"]).iterdir()
    return published(read(path).document)


def bare(text: str) -> str:
    """Return a text in one width without blanks: a number that is only printed apart is still there."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.fixture(scope="module")
def write() -> Any:
    return run_path(str(SIGHT / "persons3" / "make.py"))["write"]


@pytest.mark.parametrize("folder", LEFT)
def test_persons_are_withheld_where_they_stand(folder: str, tmp_path: Path, write: Any) -> None:
    leaked = [
        line["id"]
        for line in lines(folder, "persons.jsonl")
        if bare(line["secret"]) in bare(shown(line, tmp_path, write))
    ]
    assert leaked == LEFT[folder]


@pytest.mark.parametrize("folder", LEFT)
def test_what_only_looks_like_a_person_stays(folder: str, tmp_path: Path, write: Any) -> None:
    found = lines(folder, "keep.jsonl")
    assert [line["id"] for line in found if line["keep"] not in shown(line, tmp_path, write)] == []


def test_what_is_like_those_places_is_withheld_too(tmp_path: Path, write: Any) -> None:
    leaked = {
        secret
        for line, secrets in variants("variants_persons.txt")
        for secret in secrets
        if bare(secret) in bare(shown(line, tmp_path, write))
    }
    assert leaked == LEFT_OF_VARIANTS


def test_what_is_like_those_texts_stays_too(tmp_path: Path, write: Any) -> None:
    found = variants("variants_keep.txt")
    assert [text for line, texts in found for text in texts if text not in shown(line, tmp_path, write)] == []
