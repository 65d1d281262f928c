"""Every rule objects to its bad example and leaves its good one alone."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from jixiao.audit.documents import RULES as ACROSS
from jixiao.audit.registry import rules
from jixiao.audit.rules import rule_functions
from jixiao.audit.shapes import constraints, rule_files
from jixiao.config import BASE_IRI
from jixiao.lifting import lift
from tests.unit.audit.builders import Example
from tests.unit.audit.examples import amounts, evaluations, structure, targets, texts

EXAMPLES = (*structure.EXAMPLES, *amounts.EXAMPLES, *targets.EXAMPLES, *evaluations.EXAMPLES, *texts.EXAMPLES)
IDS = [f"{example.rule}-{number}" for number, example in enumerate(EXAMPLES)]


def test_every_rule_of_the_catalogue_is_written_and_has_examples() -> None:
    assert len(rules()) == 75
    shaped = {each.rule for each in constraints(rule_files())}
    assert shaped == {rule.id for rule in rules().values() if rule.shape}
    assert set(rule_functions()) | shaped | set(ACROSS) == set(rules())
    only_across = {rule.id for rule in rules().values() if set(rule.messages) == {"across"}}
    assert {example.rule for example in EXAMPLES} | only_across == set(rules())


def test_every_rule_says_what_and_why_in_both_languages() -> None:
    for rule in rules().values():
        assert re.fullmatch("[a-z0-9-]+", rule.name)
        assert rule.label
        assert rule.source
        assert rule.messages or rule.shape
        assert set(rule.remedies) <= {"", *rule.messages}
        for message in rule.messages.values():
            assert set(re.findall(r"{(\w+)(?::\w+)?}", message.en)) - {
                "item_en",
                "kind_en",
                "base_en",
                "way_en",
                "text_en",
                "differences_en",
            } <= set(re.findall(r"{(\w+)(?::\w+)?}", message.zh))
    assert all("across" in rules()[rule].messages for rule in ACROSS)


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_the_bad_example_is_objected_to(example: Example) -> None:
    found = [finding for finding in example.bad.findings() if finding.rule == example.rule]
    assert any(example.says in finding.message for finding in found), [finding.message for finding in found]
    assert not any(re.search(r"{\w+(?::\w+)?}|None", finding.message + finding.message_en) for finding in found)


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_the_good_example_passes(example: Example) -> None:
    found = [finding.message for finding in example.good.findings() if finding.rule == example.rule]
    assert found == []


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_findings_point_at_nodes_of_the_graph_and_repeat_exactly(example: Example) -> None:
    graph = lift(example.bad.linked, base_iri=BASE_IRI).nquads.decode()
    found = example.bad.findings()
    assert found == example.bad.findings()
    for finding in found:
        assert f"\n<{finding.focus}> " in f"\n{graph}", finding
        assert finding.department == "某市某局"


def test_office_thresholds_change_what_is_found() -> None:
    from jixiao.audit.settings import AuditSettings

    example = next(each for each in EXAMPLES if each.rule == "R408")
    strict = AuditSettings(thresholds={("R408", "rate"): Decimal(95)})
    assert not [finding for finding in example.good.findings() if finding.rule == "R408"]
    assert [finding for finding in example.good.findings(strict) if finding.rule == "R408"]
    muted = AuditSettings(muted={"R408": "本地另有规定"})
    assert not [finding for finding in example.bad.findings(muted) if finding.rule == "R408"]


def test_what_the_last_row_of_a_document_lacks_may_stand_on_a_lost_page() -> None:
    """A row cut off with its file is no violation; the same row with more text below is one."""
    from dataclasses import replace

    from tests.unit.audit.builders import ROAD, applied, indicator

    case = applied(ROAD, replace(ROAD, level3="巡查次数"), indicator("路面完好", None, line=200))
    for rows, severity in ((("路面完好",), "warning"), (("路面完好", "合计"), "violation")):
        found = [each for each in replace(case, rows=rows).findings() if each.rule == "R101"]
        assert [each.severity for each in found] == [severity]


def test_what_follows_from_another_finding_on_one_indicator_is_told_with_it() -> None:
    from tests.unit.audit.builders import COST, evaluated, indicator, total

    row = indicator("总成本", "2.14万元", *COST, actual_text="2.13万元", weight="10", score="9.95", deviation="0.47")
    (found,) = [
        each for each in evaluated(row, funds=(total("10"),)).findings() if each.indicator and each.rule != "R202"
    ]
    assert found.rule == "R303"
    assert "R403" in found.message and "R404" in found.message_en
