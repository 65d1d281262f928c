"""The command line as a user meets it: places, outputs, refusals, exit codes, and nothing but one line for an error."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import run
from tests.conftest import DATA, ROOT
from tests.unit.pipeline.test_lifting import FORM

NAMELESS = "项目支出绩效目标表\n（2024年度）\n项目名称\t河道清淤\n" + "".join(
    ["一级指标\t二级指标\t三级指标\t指标值\n", "产出指标\t数量指标\t清淤长度\t≥12公里\n"]
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with one published document."""
    folder = tmp_path_factory.mktemp("commands") / "store"
    done = run("lift", str(DATA / "004_6e11c6bb15f38ee1.txt"), "--quiet", store=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def test_a_folder_says_what_it_passes_over(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    (folder / "out").mkdir(parents=True)
    (folder / "a.txt").write_text(FORM, "utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "~$a.docx").write_bytes(b"")
    (folder / "out" / "b.txt").write_text(FORM, "utf-8")
    os.mkfifo(folder / "pipe.txt")
    report = tmp_path / "reports" / "issues.jsonl"
    done = run("lift", str(folder), "--report", str(report), store=tmp_path / "store")
    assert done.returncode == 0, done.stderr
    skipped = [json.loads(line) for line in report.read_text("utf-8").splitlines() if '"skipped"' in line]
    assert [(row["document"], row["level"]) for row in skipped] == [("picture.png", "info"), ("pipe.txt", "info")]
    assert all(name in done.stderr for name in ("picture.png", "pipe.txt"))
    named = run("lift", str(folder / "pipe.txt"), store=tmp_path / "store")
    assert (named.returncode, "not-a-file" in named.stderr) == (3, True)


def test_a_file_name_in_gbk_is_read_as_the_name_it_was(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/" + "绩效目标表.txt".encode("gbk")
    with open(path, "wb") as stream:  # noqa: PTH123
        stream.write(FORM.encode("gbk"))
    done = run("lift", str(tmp_path), store=tmp_path / "out" / "store")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("绩效目标表.txt  某县文化馆 2024  绩效表 1，指标 2")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("lift", "nothing/*.pdf"), 2, "no-such-file"),
        (("lift", "data", "--base-iri", "绩效"), 2, "bad-base-iri"),
        (("lift", "data", "--report", "kg"), 2, "cannot-write"),
        (("lift", "data", "--report", "README.md/x.jsonl"), 2, "cannot-write"),
        (("lift", "data", "--log-format", "xml"), 2, "log-format"),
        (("lift", "data", "--audit-settings", "README.md"), 2, "bad-audit-settings"),
        (("lift", "kg/jixiao/py.typed"), 3, "empty-file"),
        (("table", "indicator"), 2, "did you mean) indicators"),
        (("table", "indicators", "-f", "xml"), 2, "unknown-format"),
        (("table", "documents", "-o", "kg"), 2, "cannot-write"),
        (("query", "nothing.rq"), 2, "no-such-file"),
        (("query", "SELECT ?x { ?x "), 2, "query-syntax"),
        (("query", "ASK {}", "-f", "turtle"), 2, "unknown-format"),
        (("validate", "-f", "pdf"), 2, "format"),
        (("validate", "--engine", "jena"), 2, "unknown-engine"),
        (("validate", "--engine", "pyshacl", "--rules", "R301"), 2, "engine-options"),
        (("store", "remove-document", "004_6e11c6bb15f38ee1.pdf"), 2, "did you mean): 004_6e11c6bb15f38ee1.txt"),
        (("store", "restore", "README.md"), 4, "backup-unverified"),
    ],
)
def test_what_is_refused_says_why_in_one_line(
    store: Path, arguments: tuple[str, ...], exit_code: int, code: str
) -> None:
    before = run("store", "info", store=store).stdout
    done = run(*arguments, store=store)
    assert done.returncode == exit_code, done.stderr
    assert code in done.stderr
    assert "Traceback" not in done.stderr
    assert run("store", "info", store=store).stdout.splitlines()[2] == before.splitlines()[2]  # the version


@pytest.mark.parametrize(
    "arguments",
    [
        ("table", "indicators"),
        ("validate",),
        ("store", "check"),
        ("store", "compact"),
        ("store", "remove-document", "a"),
        ("query", "ASK {}"),
        ("export", "turtle"),
        ("ask", "满意度不低于95%的项目有哪些"),
    ],
)
def test_a_store_that_is_not_there_says_to_lift_first(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, store=tmp_path / "none")
    assert done.returncode == 4
    assert "jixiao lift" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.long
def test_pyshacl_reports_what_lifting_made_issues_of(tmp_path: Path) -> None:
    (tmp_path / "form.txt").write_text(NAMELESS, "utf-8")
    lifted = run("lift", str(tmp_path / "form.txt"), store=tmp_path / "store")
    assert "S103" in lifted.stderr
    shown = run("validate", "--engine", "pyshacl", store=tmp_path / "store")
    assert shown.returncode == 0, shown.stderr
    assert "form.txt  S103 warning  未能认出文件所属的部门" in shown.stdout
    rows = run("validate", "--engine", "pyshacl", "-f", "jsonl", "--min-severity", "warning", store=tmp_path / "store")
    found = [json.loads(row) for row in rows.stdout.splitlines()]
    implied = {"S203"}  # that the form names no office follows from S103: lifting says it once, of the document
    said = set(re.findall(r"S\d{3}", lifted.stderr)) | implied
    assert {row["rule"] for row in found if row["rule"].startswith("S")} == said


def test_a_reader_that_goes_away_is_no_error(store: Path) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o }"
    command = [sys.executable, "-m", "jixiao", "query", query, "-f", "csv", "--store", str(store)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writing:
        assert writing.stdout and writing.stderr
        assert writing.stdout.readline() == b"s,p,o\r\n"
        writing.stdout.close()
        assert writing.stderr.read() == b""
    assert writing.returncode == 0


@pytest.mark.parametrize(
    ("name", "code"), [("none.pdf", "cannot-open"), ("kg", "not-a-file"), ("kg/jixiao/py.typed", "empty-file")]
)
def test_inspect_says_why_a_file_cannot_be_shown(name: str, code: str) -> None:
    done = run("inspect", name)
    assert (done.returncode, code in done.stderr) == (3, True)


def test_errors_are_json_when_asked(store: Path) -> None:
    done = run("--log-format", "json", "table", "x", store=store)
    assert done.returncode == 2
    assert json.loads(done.stderr)["code"] == "unknown-table"


def test_queries_come_as_text_as_a_file_and_on_standard_input(store: Path, tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?i a jx:Indicator }"
    path = tmp_path / "count.txt"
    path.write_text(text)
    piped = run("query", "-", "-f", "csv", store=store, stdin=text.encode()).stdout
    answers = {run("query", each, "-f", "csv", store=store).stdout for each in (text, str(path))} | {piped}
    assert len(answers) == 1
    assert int(answers.pop().split()[1]) > 0


def test_values_come_as_arguments_or_lines(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in run("value", "≥95%", "-5%", "≥**%").stdout.splitlines()]
    assert [row["lower"] for row in rows] == ["95", "-5", None]
    assert rows[0].keys() == rows[2].keys()  # a text that is no value has every field too, empty
    for encoding in ("utf-8", "gb18030"):
        lines = "≥95%\r\n不少于300件\n".encode(encoding)
        piped = run("value", stdin=lines).stdout
        assert [json.loads(line)["text"] for line in piped.splitlines()] == ["≥95%", "不少于300件"]


def test_a_lift_of_several_files_ends_with_how_many_were_read(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "表.txt").write_text(FORM, "utf-8")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.4\nbroken")
    done = run("lift", str(folder), store=tmp_path / "store")
    assert "读入 1 份，读不了 1 份" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("typed", "said", "where"),
    [
        ("lift --nope", "没有选项 --nope", "jixiao lift --help"),
        ("nope", "没有命令 nope", "jixiao --help"),
        ("review nope", "没有命令 nope", "jixiao review --help"),
        ("inspect", "缺少 path", "jixiao inspect --help"),
        ("query --format", "选项 --format 后面要写值", "--help"),
        ("serve --scratch=3", "选项 --scratch 后面不写值", "--help"),
        ("table a b", "多出 b", "jixiao table --help"),
        ("review import /nonexistent", "FILE：没有这个文件或文件夹", "jixiao review import --help"),
        ("serve --port abc", "--port 要写整数", "jixiao serve --help"),
        ("serve --port 99999", "--port 不能大于 65535", "jixiao serve --help"),
        ("query x --timeout 0", "--timeout 不能小于 0.1", "jixiao query --help"),
    ],
)
def test_what_is_mistyped_is_said_in_chinese_first(typed: str, said: str, where: str) -> None:
    done = run(*typed.split())
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"错误 [usage] {said}；") and where in line and line.endswith(")")


def test_what_is_mistyped_is_a_line_of_the_json_log_too() -> None:
    done = run("--log-format", "json", "table")
    assert (done.returncode, json.loads(done.stderr)["code"]) == (2, "usage")
