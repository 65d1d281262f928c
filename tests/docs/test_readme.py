"""The READMEs: short, the same blocks in both languages, links and pictures that are there, commands that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.conftest import ROOT
from tests.docs.blocks import PAGES, READMES
from tests.docs.test_reference import reference

LONGEST = 120  # lines
LARGEST = 150 * 1024  # bytes of a picture
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
FENCE = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WRITTEN = [ROOT / name for name in READMES] + [
    ROOT / "docs" / language / page for language in ("zh", "en") for page in PAGES
]


def fenced(name: str) -> list[str]:
    return [re.sub(r"#.*", "", block) for block in FENCE.findall((ROOT / name).read_text("utf-8"))]


@pytest.mark.parametrize("name", READMES)
def test_a_readme_is_short(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= LONGEST


def test_both_show_the_same() -> None:
    assert [block.split() for block in fenced("README.md")] == [block.split() for block in fenced("README.en.md")]


def test_every_command_shown_is_one_that_exists() -> None:
    known = {name for name, _ in reference().commands()}
    shown = [line for block in fenced("README.md") for line in block.splitlines() if "jixiao " in f"{line} "]
    commands = [shlex.split(line) for line in shown if re.match(r"(env/bin/)?jixiao ", line)]
    assert len(commands) >= 8
    for command in commands:
        assert f"jixiao {command[1]}" in known, command


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    pictures = {f"pictures/{path.name}" for path in (ROOT / "docs" / "pictures").iterdir()}  # of the site, too
    made = {f"reference/{name}.md" for name in reference().PAGES} | pictures
    for link in LINK.findall(path.read_text("utf-8")):
        if "://" in link:
            continue
        target = (path.parent / unquote(link)).resolve()
        is_made = target.as_posix().endswith(tuple(made))
        assert target.exists() or is_made, link


def test_pictures_are_small() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*"))
    shown = {link.rpartition("/")[2] for path in WRITTEN for link in LINK.findall(path.read_text("utf-8"))}
    assert {path.name for path in pictures} == {link for link in shown if link.endswith(".png")}
    assert [path.name for path in pictures if path.stat().st_size > LARGEST] == []


def test_no_text_names_a_registry_or_a_machine() -> None:
    places = [
        *WRITTEN,
        *(ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CITATION.cff")),
    ]
    for path in places:
        assert not re.search(r"pypi\.org|pythonhosted|npmjs|docker\.io|/root/|/home/", path.read_text("utf-8")), path
