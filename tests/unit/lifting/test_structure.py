"""A lifted document meets the structure shapes; what is missing becomes an issue with its printed row."""

from __future__ import annotations

from jixiao.audit.structure import check_structure
from jixiao.lifting import lift
from jixiao.model import LinkedRecords
from jixiao.reading import read_upload


def test_a_lifted_document_meets_the_structure_but_for_what_is_missing(linked: LinkedRecords) -> None:
    issues = check_structure(lift(linked, base_iri="https://example.org/id/").graph)
    assert [(issue.code, issue.level) for issue in issues] == [("structure-indicator-target", "warning")]
    (issue,) = issues
    assert issue.source is not None
    assert (issue.source.table, issue.source.line, issue.source.page) == (1, 13, 7)
    assert (issue.source.text, issue.source.where) == ("绩效自评完成率", "Sheet1!A13")
    assert "绩效自评完成率" in issue.message
    assert "S309" in issue.message
    assert "S309" in issue.message_en


def test_what_a_document_lacks_is_not_said_again_of_each_of_its_projects() -> None:
    rows = "".join(
        f"<tr><td>第{n}号工程</td><td>3.00</td><td>产出指标</td><td>事项{n}</td><td>≥{n + 1}件</td></tr>"
        for n in range(9)
    )
    head = "".join(f"<td>{word}</td>" for word in ("项目名称", "预算金额（万元）", "一级指标", "三级指标", "指标值"))
    reading = read_upload(f"<table><tr>{head}</tr>{rows}</table>".encode(), "a.html")
    assert [plan.project for plan in reading.records.forms[0].plans] == [f"第{n}号工程" for n in range(9)]
    told = [issue.code for issue in reading.issues]
    assert sorted(told) == ["structure-document-department", "structure-document-year"]
