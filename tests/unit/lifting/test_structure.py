"""A lifted document meets the structure shapes; what is missing becomes an issue with its printed row."""

from __future__ import annotations

from jixiao.audit.structure import check_structure
from jixiao.lifting import lift
from jixiao.model import LinkedRecords


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
