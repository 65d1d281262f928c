"""What lifting promises: everything comes out, always the same bytes, in terms the ontology has."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse

from jixiao.errors import GraphError, UsageError
from jixiao.lifting import lift, lift_findings
from jixiao.lifting.ontology import ontology_triples
from jixiao.linking import link
from jixiao.model import Finding, Indicator, Link, LinkedRecords, Severity, Source, Target, TargetKind
from jixiao.values.targets import parse_target
from jixiao.vocab import CODES, JX, NAMESPACES, PREFIXES, PROV, RDF, RDFS, UNIT

BASE = "https://example.org/id/"


def quads_of(linked: LinkedRecords) -> list[Any]:
    return list(parse(lift(linked, base_iri=BASE).nquads, RdfFormat.N_QUADS))


def values(quads: list[Any], subject: str, predicate: str) -> list[str]:
    return sorted(q.object.value for q in quads if q.subject.value == subject and q.predicate.value == predicate)


def subjects(quads: list[Any], predicate: str, value: str) -> list[str]:
    return sorted(q.subject.value for q in quads if q.predicate.value == predicate and q.object.value == value)


def with_indicator(linked: LinkedRecords, indicator: Indicator) -> LinkedRecords:
    form = linked.records.forms[1]
    plan = dataclasses.replace(form.plans[0], indicators=(indicator,))
    form = dataclasses.replace(form, plans=(plan,))
    records = dataclasses.replace(linked.records, forms=(linked.records.forms[0], form))
    return dataclasses.replace(linked, records=records)


def leaves(value: object) -> Iterator[object]:
    """Yield every string, number, date and truth value held anywhere in a record."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from leaves(each)
    elif value is not None and value != "":
        yield value


def test_everything_in_the_records_comes_out(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    written = {q.object.value for q in quads if isinstance(q.object, Literal)}
    codes = {q.object.value.removeprefix(CODES).partition("-")[2] for q in quads if isinstance(q.object, NamedNode)}
    codes |= {q.object.value.removeprefix(CODES) for q in quads if isinstance(q.object, NamedNode)}
    keys = {"政务局", "信息中心", "热线"}  # keys name entities; their names are what comes out
    unnamed = {"implemented-by", *(end for link in linked.links for end in (link.subject, link.object))} | keys
    further = {name for table in linked.records.money_tables for a in table.amounts for *_, name in a.further_codes}
    schemes = {"functional", "economic"}
    missing = []
    for leaf in leaves(linked):
        lexical = leaf.isoformat() if isinstance(leaf, date) else str(leaf)
        if isinstance(leaf, Decimal):
            lexical = f"{leaf:f}".rstrip("0").rstrip(".") if "." in f"{leaf:f}" else f"{leaf:f}"
        if isinstance(leaf, bool):
            lexical = lexical.lower()
        if lexical not in written | codes | unnamed | further | schemes:
            missing.append(lexical)
    assert missing == []


def test_the_same_records_give_the_same_bytes_whatever_the_hash_seed(linked: LinkedRecords, tmp_path: Path) -> None:
    import pickle

    (tmp_path / "linked").write_bytes(pickle.dumps(linked))
    script = (
        "import pickle, sys; from jixiao.lifting import lift;"
        f"linked = pickle.load(open({str(tmp_path / 'linked')!r}, 'rb'));"
        f"sys.stdout.buffer.write(lift(linked, base_iri={BASE!r}).nquads)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert outputs == {lift(linked, base_iri=BASE).nquads}


def test_quads_are_sorted_unique_of_one_graph_and_without_blank_nodes(linked: LinkedRecords) -> None:
    lifted = lift(linked, base_iri=BASE)
    lines = lifted.nquads.splitlines()
    assert lines == sorted(set(lines))
    for quad in parse(lifted.nquads, RdfFormat.N_QUADS):
        assert quad.graph_name == NamedNode(lifted.graph_iri)
        assert not isinstance(quad.subject, BlankNode)
        assert not isinstance(quad.object, BlankNode)


def test_iris_are_ascii_without_percent_signs(linked: LinkedRecords) -> None:
    for quad in quads_of(linked):
        for term in (quad.subject, quad.object, quad.graph_name):
            if isinstance(term, NamedNode):
                assert term.value.isascii()
                assert "%" not in term.value


def test_a_store_gives_back_the_bytes_that_were_written(linked: LinkedRecords) -> None:
    """Canonical literals: a store that normalises numbers must not change the dump."""
    lifted = lift(linked, base_iri=BASE)
    store = Store()
    store.load(lifted.nquads, RdfFormat.N_QUADS)
    dump = store.dump(format=RdfFormat.N_QUADS)
    assert dump is not None
    assert sorted(dump.splitlines()) == lifted.nquads.splitlines()


def test_every_predicate_and_class_is_a_known_term(linked: LinkedRecords) -> None:
    known = {namespace.iri + term for namespace in NAMESPACES for term in namespace.terms}
    for quad in quads_of(linked):
        assert quad.predicate.value in known
        if quad.predicate.value == RDF.type:
            assert quad.object.value in known


def test_the_headline_question_is_answered_through_the_chain(linked: LinkedRecords) -> None:
    store = Store()
    triples = re.sub(rb" <[^<>]*> \.\n", b" .\n", lift(linked, base_iri=BASE).nquads)
    store.bulk_load(triples + ontology_triples(), RdfFormat.N_TRIPLES)
    rows = store.query(f"""
        PREFIX jx: <{JX.iri}> PREFIX jxc: <{CODES}> PREFIX unit: <{UNIT.iri}> PREFIX rdfs: <{RDFS.iri}>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?department ?project ?indicator ?text {{
          ?d jx:hasProject ?p . ?p jx:hasPlan ?plan . ?plan jx:hasIndicator ?i .
          ?d rdfs:label ?department . ?p rdfs:label ?project .
          ?i jx:concept/skos:broader* jxc:satisfaction ; rdfs:label ?indicator ; jx:unit unit:PERCENT ;
            jx:lowerBound ?bound ; jx:targetText ?text FILTER(?bound >= 95) }}""")
    assert [[term.value for term in row] for row in rows] == [  # type: ignore[union-attr]
        ["示例市政务局", "智慧大厅运维", "办事群众满意度", "≥95%"]
    ]


def test_an_indicator_says_what_users_filter_by(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    (indicator,) = subjects(quads, RDFS.label, "办事群众满意度")
    assert values(quads, indicator, JX.year) == ["2024"]
    assert values(quads, indicator, JX.formKind) == [CODES + "form-project-self-evaluation"]
    assert values(quads, indicator, JX.level1) == [CODES + "level-satisfaction"]
    assert values(quads, indicator, JX.level2) == [CODES + "level-satisfaction-served"]
    assert values(quads, indicator, JX.project) == [BASE + "project/411999240000000000123"]
    assert values(quads, indicator, JX.unit) == [UNIT.PERCENT]
    (department,) = values(quads, indicator, JX.department)
    assert values(quads, department, RDFS.label) == ["示例市信息中心"], "the form prints an alias of the centre"


def test_a_form_of_our_department_belongs_to_the_documents_department(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    (indicator,) = subjects(quads, RDFS.label, "绩效自评完成率")
    (department,) = values(quads, indicator, JX.department)
    assert values(quads, department, RDFS.label) == ["示例市政务局"]
    assert values(quads, indicator, JX.targetText) == []
    assert values(quads, indicator, JX.project) == []


def test_one_name_below_two_levels_has_the_concept_of_each(linked: LinkedRecords) -> None:
    form = linked.records.forms[1]
    first = dataclasses.replace(form.plans[0].indicators[0], level3="系统建设规范化", level2="履职目标实现")
    second = dataclasses.replace(first, level2="履职效益", source=dataclasses.replace(first.source, line=99))
    plan = dataclasses.replace(form.plans[0], indicators=(first, second))
    form = dataclasses.replace(form, plans=(plan,))
    records = dataclasses.replace(linked.records, forms=(linked.records.forms[0], form))
    quads = quads_of(link(records))
    found = {q.object.value for q in quads if q.predicate.value == JX.concept}
    assert {CODES + "duty-goals", CODES + "benefit-governance"} <= found


def test_a_target_that_holds_several_has_parts(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    (indicator,) = subjects(quads, RDFS.label, "培训与验收")
    first, second = values(quads, indicator, JX.hasTargetPart)
    assert values(quads, first, JX.lowerBound) == ["15"]
    due = [q.object for q in quads if q.subject.value == second and q.predicate.value == JX.due]
    assert [(each.value, each.datatype.value) for each in due if isinstance(each, Literal)] == [
        ("2024-12", "http://www.w3.org/2001/XMLSchema#gYearMonth")
    ]


def test_a_printed_row_is_described_once_with_its_place(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    (indicator,) = subjects(quads, RDFS.label, "办事群众满意度")
    (source,) = values(quads, indicator, PROV.wasDerivedFrom)
    assert values(quads, source, JX.line) == ["31"]
    assert values(quads, source, JX.page) == ["7"]
    assert values(quads, source, JX.place) == ["Sheet1!A31"]
    (table,) = values(quads, source, JX.inTable)
    assert values(quads, table, JX.number) == ["2"]
    (document,) = values(quads, source, JX.document)
    assert values(quads, document, JX.fileName) == ["示例 2024.xlsx"]


def test_equal_rows_in_one_place_stay_two_indicators(linked: LinkedRecords) -> None:
    twin = linked.records.forms[1].plans[0].indicators[0]
    form = linked.records.forms[1]
    doubled = dataclasses.replace(
        linked.records,
        forms=(dataclasses.replace(form, plans=(dataclasses.replace(form.plans[0], indicators=(twin, twin)),)),),
    )
    quads = quads_of(dataclasses.replace(linked, records=doubled, plan_projects={}, links=()))
    assert len(subjects(quads, RDFS.label, "办事群众满意度")) == 2


def test_stated_and_inferred_links_are_kept_apart(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    (task,) = subjects(quads, RDFS.label, "大厅系统维护")
    assert values(quads, task, JX.implementedBy) != values(quads, task, JX.likelyImplementedBy)
    (link,) = subjects(quads, JX.linkScore, "0.83")
    assert values(quads, link, JX.linkSubject) == [task]
    assert values(quads, link, JX.linkObject) == values(quads, task, JX.likelyImplementedBy)


def test_a_link_to_nothing_is_an_error(linked: LinkedRecords) -> None:
    lost = Link("implemented-by", "task:没有这个任务", "project:热线", Decimal(1), "")
    with pytest.raises(GraphError, match="没有这个任务"):
        lift(dataclasses.replace(linked, links=(lost,)), base_iri=BASE)


def test_a_code_the_lists_do_not_have_is_described_by_its_printed_name(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    unseen, seen = CODES + "func-2019877", CODES + "func-2010399"
    assert subjects(quads, JX.functionalClass, unseen)
    assert "未见过的科目" in {q.object.value for q in quads if q.subject.value == unseen}
    assert subjects(quads, JX.functionalClass, seen)
    assert not [q for q in quads if q.subject.value == seen]


def test_an_amount_of_a_project_refers_to_the_project(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    (figure,) = subjects(quads, JX.text, "105.96")
    assert values(quads, figure, JX.project) == [BASE + "project/411999240000000000123"]
    assert values(quads, figure, JX.amount) == ["1059600"]


def test_lifting_again_keeps_iris_when_another_row_appears(linked: LinkedRecords) -> None:
    before = {q.subject.value for q in quads_of(linked)}
    extra = Indicator("产出指标", "数量指标", "新读出的一行", None, Source(2, 35, "新读出的一行"))
    form = linked.records.forms[1]
    plan = dataclasses.replace(form.plans[0], indicators=(extra, *form.plans[0].indicators))
    records = dataclasses.replace(
        linked.records, forms=(linked.records.forms[0], dataclasses.replace(form, plans=(plan,)))
    )
    after = {q.subject.value for q in quads_of(dataclasses.replace(linked, records=records))}
    assert before < after


@pytest.mark.parametrize(
    "printed",
    ['引号"与\\反斜杠', "制表\t换行\n回车\r", "控制\x00\x01\x7f\u0085\u2028字符", "😀𠮷", "<a> . # 注", "", "\\u0041"],
)
def test_any_text_survives(linked: LinkedRecords, printed: str) -> None:
    indicator = Indicator(None, None, "名", Target(printed, TargetKind.OTHER), Source(2, 1, printed or "空"))
    quads = quads_of(with_indicator(linked, indicator))
    (node,) = subjects(quads, RDFS.label, "名")
    assert values(quads, node, JX.targetText) == [printed]


def test_a_lone_surrogate_becomes_the_replacement_character(linked: LinkedRecords) -> None:
    quads = quads_of(with_indicator(linked, Indicator(None, None, "坏\ud800字", None, Source(2, 1, "坏"))))
    assert subjects(quads, RDFS.label, "坏\ufffd字")


@pytest.mark.parametrize(
    ("number", "lexical"),
    [
        ("1059600.00", "1059600"),
        ("1E+6", "1000000"),
        ("0.070", "0.07"),
        ("-0.0", "0"),
        ("1E-7", "0.0000001"),
        ("12345678901234567890123456789.5", "12345678901234567890123456789.5"),
    ],
)
def test_numbers_are_exact_and_canonical(linked: LinkedRecords, number: str, lexical: str) -> None:
    target = Target("值", TargetKind.QUANTITY, lower=Decimal(number), lower_inclusive=True)
    quads = quads_of(with_indicator(linked, Indicator(None, None, "名", target, Source(2, 1, "x"))))
    (node,) = subjects(quads, RDFS.label, "名")
    assert values(quads, node, JX.lowerBound) == [lexical]


def test_a_number_that_is_none_is_an_error(linked: LinkedRecords) -> None:
    target = Target("值", TargetKind.QUANTITY, lower=Decimal("NaN"))
    with pytest.raises(GraphError):
        lift(with_indicator(linked, Indicator(None, None, "名", target, Source(2, 1, "x"))), base_iri=BASE)


@pytest.mark.parametrize(
    ("due", "datatype"),
    [
        ("2024-12-31", "date"),
        ("2024-12", "gYearMonth"),
        ("2024", "gYear"),
        ("--12-31", "gMonthDay"),
        ("--12", "gMonth"),
        ("---30", "gDay"),
        ("2023-02-30", "string"),
        ("年底", "string"),
    ],
)
def test_a_due_date_has_the_type_it_is(linked: LinkedRecords, due: str, datatype: str) -> None:
    target = Target("值", TargetKind.DEADLINE, due=due)
    quads = quads_of(with_indicator(linked, Indicator(None, None, "名", target, Source(2, 1, "x"))))
    (found,) = [q.object for q in quads if q.predicate.value == JX.due]
    assert isinstance(found, Literal)
    assert (found.value, found.datatype.value.rpartition("#")[2]) == (due, datatype)


@pytest.mark.parametrize(
    "base", ["", "no-iri", "https://例.org/", "https://example.org/id", "https://example.org/a b/"]
)
def test_a_base_that_is_no_iri_is_refused(linked: LinkedRecords, base: str) -> None:
    with pytest.raises(UsageError):
        lift(linked, base_iri=base)


def test_findings_have_a_graph_of_their_own_and_keep_their_iris(linked: LinkedRecords) -> None:
    document = linked.records.name
    evidence = Source(2, 31, "满意度\t≤100%")
    focus = BASE + "indicator/x"
    first = Finding("R301", Severity.VIOLATION, focus, "方向有误：≤100%", "wrong way", document, evidence=(evidence,))
    later = dataclasses.replace(first, message="方向有误：≤99%")
    graphs = [lift_findings(document, [each], base_iri=BASE) for each in (first, later)]
    nodes = [subjects(list(parse(graph.nquads, RdfFormat.N_QUADS)), JX.rule, "R301") for graph in graphs]
    assert nodes[0] == nodes[1]
    assert {graph.graph_iri for graph in graphs} == {lift(linked, base_iri=BASE).graph_iri + "/findings"}


@pytest.mark.parametrize(
    ("text", "lower", "upper", "base"),
    [
        ("≥3287元", "3287", None, "jxc:unit-yuan"),
        ("≤2031万元", None, "20310000", "jxc:unit-yuan"),
        ("≤0.1亿元", None, "10000000", "jxc:unit-yuan"),
        ("15公里", "15000", "15000", "unit:M"),
        ("≥3亩", "2000", None, "unit:M2"),
        ("≥1万亩", "6666666.666666666667", None, "unit:M2"),
        ("≥2万吨", "20000000", None, "unit:KiloGM"),
        ("30-60分钟", "1800", "3600", "unit:SEC"),
        ("2年", "24", "24", "unit:MO"),
        ("≥95%", "95", None, "unit:PERCENT"),
        ("≥12标箱", "12", None, None),
        ("≥12", "12", None, None),
        ("显著提升", None, None, None),
        ("前3名", None, None, None),
    ],
)
def test_bounds_compare_in_the_base_of_their_measure(
    linked: LinkedRecords, text: str, lower: str | None, upper: str | None, base: str | None
) -> None:
    indicator = dataclasses.replace(linked.records.forms[1].plans[0].indicators[0], target=parse_target(text))
    quads = quads_of(with_indicator(linked, indicator))
    (subject,) = subjects(quads, JX.targetText, text)
    prefixes = {"jxc": CODES, "unit": UNIT.iri}
    for term, expected in ((JX.lowerBoundInBase, lower), (JX.upperBoundInBase, upper)):
        assert values(quads, subject, term) == ([] if expected is None else [expected])
    iris = [] if base is None else [prefixes[base.partition(":")[0]] + base.partition(":")[2]]
    assert values(quads, subject, JX.baseUnit) == iris


def test_every_indicator_has_one_kind_and_every_quantity_bounds_that_compare(lifted: tuple[Any, Any]) -> None:
    store = lifted[0]
    without = "SELECT ?i { ?i a jx:Indicator FILTER NOT EXISTS { ?i jx:kind ?k } }"
    twice = "SELECT ?i { ?i a jx:Indicator ; jx:kind ?a, ?b FILTER(STR(?a) < STR(?b)) }"
    unsaid = """SELECT ?i { VALUES ?kind { jxc:kind-quantity jxc:kind-range jxc:kind-duration }
        ?i jx:kind ?kind ; jx:lowerBound|jx:upperBound ?bound
        FILTER NOT EXISTS { ?i jx:lowerBoundInBase|jx:upperBoundInBase ?same } }"""
    absent = "SELECT ?i { ?i a jx:Indicator ; jx:kind jxc:kind-absent FILTER EXISTS { ?i jx:targetText ?t } }"
    for query in (without, twice, unsaid, absent):
        assert [str(row[0]) for row in store.query(query, prefixes=PREFIXES)] == [], query
    assert store.query("ASK { ?i jx:kind jxc:kind-absent }", prefixes=PREFIXES)


def test_thresholds_are_targets_of_their_own(linked: LinkedRecords) -> None:
    quads = quads_of(linked)
    (indicator,) = subjects(quads, RDFS.label, "办事群众满意度")
    thresholds = values(quads, indicator, JX.hasThreshold)
    told = [[values(quads, each, term) for term in (JX.grade, JX.lowerBound, JX.upperBound)] for each in thresholds]
    assert sorted(told) == [[["优"], ["95"], []], [["差"], [], ["85"]], [["良"], ["85"], ["95"]]]
    assert values(quads, indicator, JX.lowerBound) == ["95"], "the bounds of the indicator are those of its target"


def test_regions_of_one_row_are_indicators_of_their_own(linked: LinkedRecords) -> None:
    form = linked.records.forms[1]
    one = form.plans[0].indicators[0]
    other = dataclasses.replace(one, region="东城县")
    plan = dataclasses.replace(form.plans[0], indicators=(one, other))
    forms = (linked.records.forms[0], dataclasses.replace(form, plans=(plan,)))
    quads = quads_of(dataclasses.replace(linked, records=dataclasses.replace(linked.records, forms=forms)))
    found = {tuple(values(quads, each, JX.regionText)) for each in subjects(quads, RDFS.label, "办事群众满意度")}
    assert found == {("西城县",), ("东城县",)}
