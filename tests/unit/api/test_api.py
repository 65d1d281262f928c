"""``import jixiao``: what its documentation shows is what it does."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import jixiao
from jixiao.api import OpenStore
from jixiao.errors import DocumentError, QueryError, StoreError, UsageError
from tests.conftest import DATA, ROOT

ONE = DATA / "004_6e11c6bb15f38ee1.txt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("api") / "store"
    with jixiao.open(place) as store:
        assert [document.error for document in store.lift(ONE).documents] == [None]
    return place


@pytest.fixture
def store(folder: Path) -> Iterator[OpenStore]:
    with jixiao.open(folder) as opened:
        yield opened


@pytest.mark.parametrize("readme", ["README.md", "README.en.md"])
def test_the_readme_shows_what_happens(
    readme: str, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    section = (ROOT / readme).read_text("utf-8").split("## Python\n", 1)[1].split("\n## ", 1)[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(DATA)
    (tmp_path / "store").symlink_to(folder)
    example = doctest.DocTestParser().get_doctest(code, {}, "README", readme, 0)
    assert len(example.examples) >= 8
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example).failed == 0
    assert (tmp_path / "graph.gexf").read_bytes().startswith(b"<?xml")


def test_importing_the_package_loads_none_of_it() -> None:
    script = "import sys, jixiao; print(sorted(name for name in sys.modules if name.startswith(('jixiao.', 'pyoxi'))))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_reading_does_not_load_what_it_does_not_use(tmp_path: Path) -> None:
    script = (
        "import sys, jixiao; reading = jixiao.read(sys.argv[1]); assert reading.triples and reading.findings;"
        "print(sorted(sys.modules.keys() & {'rdflib', 'pyshacl', 'opencc', 'pkg_resources', 'typer'}))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(ONE)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_only_documented_names_are_there() -> None:
    assert {"open", "read", "parse_target"} < set(jixiao.__all__)
    with pytest.raises(AttributeError, match="lift"):
        _ = jixiao.lift


def test_a_reading_tells_everything() -> None:
    reading = jixiao.read(ONE)
    assert reading.document.name == reading.records.name == ONE.name
    assert reading.linked.records.forms == reading.records.forms
    assert reading.triples.count(b"\n") > 1000
    assert {type(each).__name__ for each in (*reading.issues, *reading.breaches)} == {"Issue"}
    assert {finding.document for finding in reading.findings} == {ONE.name}
    with pytest.raises(DocumentError, match="nothing"):
        jixiao.read("nothing.pdf")


def test_tables_are_filtered_by_their_columns(store: OpenStore) -> None:
    rows = store.table("indicators")
    assert len(rows) == len(list(rows)) > 50
    one = rows[0]
    assert list(one) == list(rows.columns)
    assert list(store.table("indicators", line=one["line"], level3=one["level3"])) == [one]
    weighted = [row for row in rows if row["weight"] == "10"]
    assert (
        weighted
        == list(store.table("indicators", weight=10))
        == list(store.table("indicators", weight=Decimal("10.0")))
    )
    assert {row["unit"] for row in store.table("indicators", unit=["%", None])} == {"%", None}
    repaired = store.table("indicators", repair="moved-label")
    assert all("moved-label" in row["repair"] for row in repaired)
    assert len(store.table("indicators", fiscal_year=1999)) == 0


def test_queries_give_rows_truth_and_triples(store: OpenStore) -> None:
    rows = store.query(
        "SELECT ?line ?text { ?i a jx:Indicator ; jx:targetText ?text ; prov:wasDerivedFrom/jx:line ?line }"
    )
    assert rows.columns == ("line", "text")
    assert all(isinstance(row["line"], int) for row in rows)
    assert store.query("ASK { ?i a jx:Indicator }") is True
    assert len(store.query("CONSTRUCT { ?d a jx:Document } WHERE { ?d a jx:Document }")) == 1
    with pytest.raises(QueryError):
        store.query("SELECT")


def test_rows_become_frames_where_the_packages_are(store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    table = store.table("indicators").to_arrow()
    assert table.num_rows == len(store.table("indicators"))
    assert str(table.schema.field("lower").type).startswith("decimal")
    pandas: Any = ModuleType("pandas")
    pandas.DataFrame = lambda rows, columns: (rows, columns)
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    rows, columns = store.table("documents").to_pandas()
    assert (len(rows), columns[0]) == (1, "document")
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="pip install pandas"):
        store.table("documents").to_pandas()
    with pytest.raises(UsageError, match=r"jixiao-kg\[parquet\]"):
        store.table("documents").to_arrow()


def test_findings_answers_and_exports(store: OpenStore, tmp_path: Path) -> None:
    found = store.validate()
    assert len(found) == len(jixiao.read(ONE).findings)
    assert {row["severity"] for row in store.validate(min_severity="violation")} <= {"violation"}
    assert {row["rule"][:2] for row in store.validate(rules=str(found[0]["rule"]))} == {str(found[0]["rule"])[:2]}
    answer = store.ask("满意度不低于95%的项目有哪些")
    assert answer.understood and "SELECT" in answer.sparql
    store.export("turtle", tmp_path / "all.ttl", document=ONE.name)
    assert (tmp_path / "all.ttl").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (lambda store: store.table("indicator"), "unknown-table", "did you mean) indicators"),
        (lambda store: store.table("indicators", level_3="x"), "unknown-filter", "did you mean) level3"),
        (lambda store: store.export("gexf", "x.gexf", yaer=2024), "unknown-filter", "did you mean) year"),
        (lambda store: store.export("gefx", "x.gexf"), "unknown-format", "gexf"),
        (lambda store: store.lift("nothing/*.pdf"), "no-such-file", "nothing"),
        (lambda store: store.validate(rules="R999"), "unknown-rule", "R301"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(store: OpenStore, call: Any, code: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        call(store)
    assert refused.value.code == code
    assert said in str(refused.value)


def test_a_store_that_is_not_there_says_where_and_what_to_do(tmp_path: Path) -> None:
    with jixiao.open(tmp_path / "none") as store, pytest.raises(StoreError, match=r"none.*jixiao lift") as refused:
        store.table("indicators")
    assert refused.value.code == "no-store"
    assert not (tmp_path / "none").exists()


def test_a_store_in_memory_is_filled_and_asked(tmp_path: Path) -> None:
    with jixiao.open(":memory:") as store:
        store.lift([ONE], workers=1)
        assert len(store.table("documents")) == 1


def test_others_may_write_while_a_store_is_closed(folder: Path) -> None:
    store = jixiao.open(folder)
    assert len(store.table("documents")) == 1
    store.lift(ONE)  # takes the store for writing, though this one has it open for reading
    assert len(store.table("documents")) == 1
    store.close()
    with jixiao.open(folder) as other:
        other.lift(ONE)
