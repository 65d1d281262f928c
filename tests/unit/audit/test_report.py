"""The report says every finding with its printed row, in every format, and never runs what a document prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from rich.cells import cell_len

from jixiao.audit.documents import audit_store
from jixiao.audit.listing import text_lines
from jixiao.audit.page import page_lines
from jixiao.audit.report import Report, read_report
from jixiao.audit.writing import write_findings
from jixiao.config import BASE_IRI
from jixiao.errors import UsageError
from jixiao.lifting import lift, lift_findings
from jixiao.model import Finding, Severity, Source
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.vocab import JX, RDF
from tests.unit.audit.builders import COST, ROAD, SATISFACTION, applied, indicator, total

HOSTILE = '<script>alert("坏")</script>\t=1+1\t第二格'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with one document: two violations on a project, and a hostile warning."""
    opened = open_store(str(tmp_path / "store"), read_only=False)
    case = applied(
        ROAD,
        indicator("群众满意度", "≤100%", *SATISFACTION, line=11),
        indicator("项目总成本", "≤10.01万元", *COST, line=12),
        indicator("出行时间缩短", "≥5分钟", "效益指标", "社会效益指标", line=13),
        funds=(total("10"),),
    )
    graph = lift(case.linked, base_iri=BASE_IRI)
    hostile = Finding(
        "R502", Severity.WARNING, f"{BASE_IRI}x", "残留<b>xxx</b>", "left <b>xxx</b>", "例.txt", "某市某局",
        evidence=(Source(1, 7, HOSTILE, page=3),),
    )  # fmt: skip
    findings = lift_findings("例.txt", [*case.findings(), hostile], base_iri=BASE_IRI)
    opened.replace_graphs([(graph.graph_iri, graph.nquads), (findings.graph_iri, findings.nquads)])
    yield opened
    opened.close()


def test_text_groups_by_department_project_and_severity(store: Store, tmp_path: Path) -> None:
    assert write_findings(store, "text", tmp_path / "out.txt") == 2
    lines = (tmp_path / "out.txt").read_text("utf-8").splitlines()
    assert lines[0] == "某市某局"
    assert lines[2:4] == ["▍部门整体和全文（例.txt）", "  ! 需说明 R502 残留模板文字"]
    assert '      │ 第3页第7行 <script>alert("坏")</script> | =1+1 | 第二格' in lines
    at = lines.index("▍道路维护（例.txt）")
    assert [line for line in lines[at:] if line.startswith("  ✗")] == [
        "  ✗ 错误 R202 成本指标与资金不符",
        "  ✗ 错误 R301 比较符方向错误",
    ]
    assert "共 3 条：错误 2，需说明 1，提示 0" in lines
    assert lines[-2:] == ["  错误：R202×1 R301×1 ", "  需说明：R502×1 "]


@pytest.mark.parametrize("width", [40, 72, 100])
def test_text_fits_the_terminal(store: Store, width: int) -> None:
    """No line is wider than the terminal, no figure is broken, no line begins with a comma."""
    report = read_report(store)
    lines = list(text_lines(report, width))
    assert max(cell_len(line) for line in lines) <= width
    assert not [line for line in lines if line.strip()[:1] in tuple("，。；”、")]
    assert all(figure in "\n".join(lines) for figure in ("10.01万", "100%"))


def test_findings_of_one_rule_are_read_together(store: Store) -> None:
    (one, *_) = read_report(store).findings
    twice = Report((one, replace(one, row={**one.row, "message": "另一处"})))
    (group,) = twice.groups()
    (card,) = group.cards()
    assert [finding.row["message"] for finding in card.findings] == [one.row["message"], "另一处"]
    assert "（2 处）" in "".join(text_lines(twice))
    assert "2 处" in "".join(page_lines(twice))


def test_nothing_found_is_said() -> None:
    assert "没有发现问题" in "".join(page_lines(Report(())))
    assert "共 0 条" in "".join(text_lines(Report(())))


def test_rules_and_severities_can_be_chosen(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert write_findings(store, "jsonl", out, selected="R301,R4*") == 1
    (row,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (row["rule"], row["project"], row["indicator"], row["lines"]) == ("R301", "道路维护", "群众满意度", [11])
    assert write_findings(store, "jsonl", out, selected="comparator-direction") == 1
    assert write_findings(store, "jsonl", out, min_severity="violation") == 2
    assert len(out.read_text("utf-8").splitlines()) == 2
    with pytest.raises(UsageError):
        write_findings(store, "jsonl", out, selected="R999")
    with pytest.raises(UsageError):
        write_findings(store, "jsonl", out, min_severity="fatal")
    with pytest.raises(UsageError):
        write_findings(store, "pdf", out)


def test_muted_rules_are_counted_with_their_reason(store: Store, tmp_path: Path) -> None:
    config = tmp_path / "audit.toml"
    config.write_text('[mute]\nR301 = "本地表式规定满意度写上限"\n', encoding="utf-8")
    report = read_report(store, config=config)
    assert {finding.row["rule"] for finding in report.findings} == {"R202", "R502"}
    assert report.muted == {"R301": 1}
    assert write_findings(store, "text", tmp_path / "out.txt", config=config) == 1
    assert (
        (tmp_path / "out.txt")
        .read_text("utf-8")
        .endswith("已静默 R301 比较符方向错误 1 条，理由：本地表式规定满意度写上限\n")
    )


def test_thresholds_that_come_too_late_are_said(store: Store, tmp_path: Path) -> None:
    config = tmp_path / "audit.toml"
    config.write_text("[thresholds.R408]\nrate = 5\n", encoding="utf-8")
    for format_ in ("text", "html"):
        write_findings(store, format_, tmp_path / "out", config=config)
        assert "R408.rate" in (tmp_path / "out").read_text("utf-8")


def test_the_page_stands_alone_and_escapes_everything(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    assert write_findings(store, "html", out) == 2
    page = out.read_text("utf-8")
    assert "<script" not in page
    assert "<b>xxx" not in page
    assert "&lt;script&gt;alert(&quot;坏&quot;)&lt;/script&gt;" in page
    assert "src=" not in page
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
    assert 'lang="zh-CN"' in page
    assert "满意度指标“群众满意度”的指标值“≤100%”是上限" in page


def test_a_spreadsheet_never_holds_a_formula(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert write_findings(store, "xlsx", out) == 2
    sheet = ZipFile(out).read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<row ") == 6
    assert b"<f>" not in sheet


def test_turtle_holds_the_findings_and_their_rows(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out.ttl"
    assert write_findings(store, "turtle", out, selected="R301") == 1
    triples = list(parse(path=out, format=RdfFormat.TURTLE))
    findings = [each for each in triples if each.predicate.value == RDF.type and each.object == NamedNode(JX.Finding)]
    rows = [each for each in triples if each.predicate.value == JX.line]
    assert len(findings) == len(rows) == 1


def test_documents_are_compared_with_each_other(tmp_path: Path) -> None:
    """One project and year with other money in a second document; run again, the same graph."""
    from tests.unit.audit.builders import project

    opened = open_store(str(tmp_path / "store"), read_only=False)
    graphs = []
    for name, money in (("甲.txt", "10"), ("乙.txt", "12"), ("丙.txt", "12")):
        case = replace(applied(ROAD, funds=(total(money),)), projects=[project()], plans={(0, 0): "道路维护"})
        linked = replace(case.linked, records=replace(case.linked.records, name=name))
        graph = lift(linked, base_iri=BASE_IRI)
        graphs.append((graph.graph_iri, graph.nquads))
    opened.replace_graphs(graphs)
    found = audit_store(opened)
    opened.replace_graphs([(found.graph_iri, found.nquads)])
    report = read_report(opened)
    assert [(each.row["rule"], each.row["project"]) for each in report.findings] == [("R201", "道路维护")] * 2
    assert "相差2万元" in report.findings[0].row["message"]
    assert {row.document for each in report.findings for row in each.printed} == {"甲.txt", "乙.txt", "丙.txt"}
    assert audit_store(opened) == found
    opened.close()
