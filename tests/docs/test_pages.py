"""What the documentation shows happens: its commands, its Python, its queries and its JSON are run as they stand."""

from __future__ import annotations

import doctest
import json
import re
import shlex
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from jixiao.store import open_store
from jixiao.vocab import PREFIXES
from tests.cli import run
from tests.conftest import ROOT
from tests.docs.blocks import PAGES, CodeBlock, blocks

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
CHINESE = ROOT / "docs" / "zh"
ENGLISH = ROOT / "docs" / "en"
HEADED = [page for page in PAGES if blocks(CHINESE / page)]


def check(command: str, shown: str, folder: Path) -> None:
    """Run one command of a page; it prints what is shown, where anything is shown."""
    program, *arguments = shlex.split(command)
    assert program == "jixiao", f"no test runs {program}"
    done = run(*arguments, cwd=folder)
    assert done.returncode in (0, 1, 2), done.stderr
    if not shown.strip():
        assert done.returncode == 0, done.stdout + done.stderr
        return
    printed = (done.stderr + done.stdout, done.stdout + done.stderr)  # on a terminal both come together
    compare = doctest.OutputChecker().check_output
    assert any(compare(shown.strip() + "\n", text.strip() + "\n", FLAGS) for text in printed), printed[0]


def run_python(text: str, page: str) -> None:
    """Run the examples of a block."""
    example = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    assert example.examples
    said: list[str] = []
    failed = doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(example, out=said.append).failed
    assert failed == 0, "".join(said)


def run_query(text: str, folder: Path) -> None:
    """Ask a query, which finds something."""
    store = open_store(str(folder / "data/out/store"), read_only=True)
    try:
        found = store.query(text, prefixes=PREFIXES)
        assert isinstance(found, QuerySolutions)
        assert next(iter(found), None) is not None
    finally:
        store.close()


def run_block(block: CodeBlock, page: str, folder: Path) -> None:
    """Run what stands in a block."""
    if block.language == "console":
        for command, shown in block.commands():
            check(command, shown, folder)
    elif block.language == "python":
        run_python(block.text, page)
    elif block.language == "sparql":
        run_query(block.text, folder)
    else:
        assert block.language == "json", f"no test runs {block.language}"
        json.loads(block.text)


@pytest.mark.parametrize("page", HEADED)
def test_what_a_page_shows_happens(page: str, workplace: Path) -> None:
    for block in blocks(CHINESE / page):
        if not block.run:
            run_block(block, page, workplace)


@pytest.mark.parametrize("page", PAGES)
def test_the_english_page_shows_the_same(page: str) -> None:
    def told(path: Path) -> list[tuple[str, str]]:
        return [(block.language, re.sub(r"#.*", "", block.text)) for block in blocks(path)]

    assert told(ENGLISH / page) == told(CHINESE / page)
    assert [block.run for block in blocks(ENGLISH / page)] == [block.run for block in blocks(CHINESE / page)]


def test_no_block_is_left_out_without_a_reason() -> None:
    for page in PAGES:
        for block in blocks(CHINESE / page):
            assert block.run in ("", "long", "served") or re.fullmatch(r"no — .{4,}", block.run), (page, block.run)
