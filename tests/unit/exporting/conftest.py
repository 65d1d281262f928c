"""A small store of published documents, and one whose texts are hostile, for the tests of exports."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from jixiao.exporting import Selection, export
from jixiao.exporting.building import build_graph
from jixiao.exporting.formats import FORMATS
from jixiao.exporting.graph import PropertyGraph
from jixiao.lifting import lift
from jixiao.model import LinkedRecords
from jixiao.pipeline import load_ontology
from jixiao.store import MEMORY, open_store
from jixiao.store.protocol import Store

HOSTILE = (
    '=HYPERLINK("http://x.example","点")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '"引号"，<标签>&amp;\\反斜线\\"; DROP',
    "换\n行\t制表 $x^2$ %%{init}%% click n1",
    "\u202e右到左\u202c 标记\u200f",
    "甲\u000b乙\u0001丙",
    "长" * 10_000,
)
Written = Callable[..., Path]


@pytest.fixture(scope="session")
def store(two_documents: Store) -> Store:
    """Return a store of excerpts of two published documents."""
    return two_documents


@pytest.fixture(scope="session")
def hostile_store(linked: LinkedRecords) -> Iterator[Store]:
    """Return a store with one document for each hostile text, which stands in the place of an indicator's name."""
    opened = open_store(MEMORY)
    load_ontology(opened)
    graphs = []
    lifted = lift(linked, base_iri="https://w3id.org/jixiao/id/")
    for number, text in enumerate(HOSTILE):
        escaped = json.dumps(text, ensure_ascii=False)[1:-1].replace("\\u000b", "\\u000B")
        nquads = lifted.nquads.replace("办事群众满意度".encode(), escaped.encode())
        nquads = nquads.replace(b"2024.xlsx", f"{number}.xlsx".encode()).replace(b"/2024.xlsx~", b"/%d~" % number)
        assert nquads != lifted.nquads
        lines = sorted(nquads.replace(b"~", b"~%d" % number).splitlines(keepends=True))
        graph = lines[0].rsplit(b"<", 1)[1].split(b">")[0].decode()
        graphs.append((graph, b"".join(lines)))
    opened.replace_graphs(graphs)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def written(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Return a function that writes an export of the store, once, and returns its file, to read."""

    @cache
    def write(name: str, selection: Selection | None = None, of: Store | None = None, **options: Any) -> Path:
        path = tmp_path_factory.mktemp("written") / f"{name}.{FORMATS[name].suffix}"
        export(of or store, name, selection or Selection(), path, **options)
        return path

    return write


@pytest.fixture(scope="session")
def graph(store: Store) -> Iterator[PropertyGraph]:
    """Return the property graph with the usual depth."""
    with build_graph(store, Selection().suited(4)) as built:
        yield built


def read_with_node(kind: str, path: Path) -> dict[str, Any]:
    """Return what a JavaScript program sees in an export; skip where it is not installed."""
    modules = Path(os.environ.get("JIXIAO_READERS", Path(__file__).parent / "readers"))
    if which("node") is None or not (modules / "node_modules").is_dir():
        pytest.skip("needs Node.js and `npm install` in tests/unit/exporting/readers (or JIXIAO_READERS)")
    script = Path(__file__).parent / "readers" / "read.mjs"
    command = ["node", str(script), kind, str(path), str(modules)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


@pytest.fixture
def node() -> Callable[[str, Path], dict[str, Any]]:
    """Return the function that reads an export with a JavaScript program."""
    return read_with_node
