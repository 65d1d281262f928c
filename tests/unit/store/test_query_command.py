from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.store import open_store
from tests.cli import run

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query") / "store"
    opened = open_store(str(folder))
    lines = [f'<urn:s{number}> <urn:p> "满意{number}" <urn:g> .' for number in range(3000)]
    opened.replace_graph("urn:g", ("\n".join(lines) + "\n").encode())
    opened.close()
    return folder


def start(store: Path, *options: str) -> subprocess.Popen[str]:
    call = [sys.executable, "-m", "jixiao", "query", RUNAWAY, "--store", str(store), *options]
    return subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_query_ends_at_its_time_limit(store: Path) -> None:
    process = start(store, "--timeout", "0.5")
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (2, "")
    assert errors.startswith("错误 [time-limit]") and "Traceback" not in errors


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_query_files_in_common_encodings_are_read(store: Path, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "query.rq"
    file.write_text('SELECT ?s { ?s ?p "满意7" }', encoding)
    assert "urn:s7" in run("query", str(file), "-f", "csv", store=store).stdout


def test_a_query_ends_at_its_memory_limit(store: Path) -> None:
    hungry = "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a"
    call = [sys.executable, "-m", "jixiao", "query", hungry, "--store", str(store), "--memory", "40"]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("错误 [memory-limit] 用了超过 40 MB"), done.stderr


def test_what_finds_nothing_is_warned_of_and_refused_when_strict(store: Path) -> None:
    call = ["query", "SELECT ?i { ?i a jx:Indicater ; jx:year 2023 }", "--store", str(store)]
    done = run(*call)
    assert done.returncode == 0
    assert "警告 [unknown-term] 第 1 行第 18 列" in done.stderr and "jx:Indicator" in done.stderr
    assert "警告 [wrong-datatype]" in done.stderr and '"2023"^^xsd:gYear' in done.stderr
    strict = run(*call, "--strict-vocabulary")
    assert (strict.returncode, strict.stdout) == (2, "")
    assert strict.stderr.startswith("错误 [vocabulary]") and "jx:Indicator" in strict.stderr
    assert run("query", "SELECT ?i { ?i a jx:Indicator }", "--store", str(store), "--strict-vocabulary").stderr == ""
