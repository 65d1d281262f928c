"""Rules that look at several documents of a store: each finds its bad pair and leaves the good one alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from jixiao.audit.documents import audit_store
from jixiao.audit.report import StoredFinding, read_report
from jixiao.config import BASE_IRI
from jixiao.ids import Minter
from jixiao.lifting import lift
from jixiao.model import Department, FilledForm, Indicator
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.versions import Relations, document_of, dress
from jixiao.vocab import DCTERMS
from tests.unit.audit.builders import OFFICE, Case, form, indicator, plan, project, total

FIVE = tuple(
    indicator(name, target, line=10 + number)
    for number, (name, target) in enumerate(
        (
            ("维护道路", "≥12公里"),
            ("更换井盖", "≥40个"),
            ("清掏雨水口", "≥300个"),
            ("完好率", "≥95%"),
            ("维护时间", "≤3天"),
        )
    )
)


def held(kind: str, year: int, *rows: Indicator, money: str = "10", name: str = "道路维护") -> FilledForm:
    return replace(form(kind, plan(*rows, project=name, funds=(total(money),))), fiscal_year=year)


def found(folder: Path, *forms: FilledForm, offices: tuple[str, ...] = ()) -> list[StoredFinding]:
    """Store every form as a document of its own, of one project of one office, and audit them against each other."""
    opened = open_store(str(folder / "store"), read_only=False)
    graphs = []
    for number, each in enumerate(forms):
        office = replace(OFFICE, key=offices[number], name=offices[number]) if offices else OFFICE
        name = each.plans[0].project or ""
        case = Case(
            [each], projects=[replace(project(name, code="410101"), department_key=office.key)], plans={(0, 0): name}
        )
        records = replace(
            case.linked.records, name=f"{number}.txt", fiscal_year=each.fiscal_year, department=office.name
        )
        linked = replace(
            case.linked,
            records=records,
            department=office,
            departments=(office,),
            plan_departments={(0, 0): office.key},
        )
        graph = lift(linked, base_iri=BASE_IRI)
        graphs.append((graph.graph_iri, graph.nquads))
    opened.replace_graphs(graphs)
    across = audit_store(opened)
    opened.replace_graphs([(across.graph_iri, across.nquads)])
    report = read_report(opened)
    opened.close()
    assert all(each.row["fix"] and len(each.printed) == 2 for each in report.findings)
    return list(report.findings)


@pytest.mark.parametrize(("printed", "said"), [("≥9公里", ["R320"]), ("≥12公里", []), ("≥15公里", [])])
def test_a_target_is_held_against_the_approved_one(tmp_path: Path, printed: str, said: list[str]) -> None:
    approved = held("project-application", 2023, indicator("维护道路", "≥12公里"))
    reported = held("project-self-evaluation", 2023, indicator("维护道路", printed, actual_text="9公里"))
    findings = found(tmp_path, approved, reported)
    assert [each.row["rule"] for each in findings] == said
    assert all("目标被调低" in str(each.row["message"]) and "≥12公里" in str(each.row["message"]) for each in findings)


@pytest.mark.parametrize(
    ("target", "money", "said"), [("≥9公里", "10", ["R321"]), ("≥9公里", "6", []), ("≥13公里", "10", [])]
)
def test_a_target_is_held_against_the_year_before(tmp_path: Path, target: str, money: str, said: list[str]) -> None:
    before = held("project-application", 2022, indicator("维护道路", "≥12公里"))
    now = held("project-application", 2023, indicator("维护道路", target), money=money)
    assert [each.row["rule"] for each in found(tmp_path, before, now)] == said


@pytest.mark.parametrize(("changed", "said"), [("≥12公里", ["R322"]), ("≥14公里", [])])
def test_a_form_copied_from_the_year_before_is_told(tmp_path: Path, changed: str, said: list[str]) -> None:
    now = (indicator("维护道路", changed), *FIVE[1:])
    findings = found(tmp_path, held("project-application", 2022, *FIVE), held("project-application", 2023, *now))
    assert [each.row["rule"] for each in findings] == said


@pytest.mark.parametrize(("other", "said"), [("≥3000头", ["R323"]), ("≥200头", [])])
def test_one_counted_indicator_of_two_offices_is_told(tmp_path: Path, other: str, said: list[str]) -> None:
    one = held("project-application", 2023, indicator("肉牛出栏头数", "≥3000头"), name="良种推广")
    two = held("project-application", 2023, indicator("肉牛出栏头数", other), name="校舍取暖")
    assert [each.row["rule"] for each in found(tmp_path, one, two, offices=("甲局", "乙局"))] == said


def dressed(forms: Sequence[FilledForm], office: Department, relations: Relations) -> Iterator[tuple[str, bytes]]:
    """Yield the graphs of documents of an office, each a new version of those before."""
    documents: list[str] = []
    lifted = []
    for number, each in enumerate(forms):
        name = f"{office.key}-{each.kind}-{number}.txt"
        projects = [replace(project("道路维护", code="410101"), department_key=office.key)]
        case = Case([each], projects=projects, plans={(0, 0): "道路维护"})
        records = replace(case.linked.records, name=name, fiscal_year=each.fiscal_year, department=office.name)
        linked = replace(case.linked, records=records, department=office, departments=(office,))
        linked = replace(linked, plan_departments={(0, 0): office.key})
        lifted.append(lift(linked, base_iri=BASE_IRI))
        new = document_of(lifted[-1].graph_iri)
        relations.said[new] |= {(DCTERMS.replaces, old) for old in documents}
        documents.append(new)
    for graph in lifted:
        yield graph.graph_iri, dress(relations, graph.graph_iri, graph.nquads)


def county(store: Store, offices: int, versions: int = 8) -> None:
    """Store an approved form of every office with versions before it, and the self-evaluation of it."""
    relations = Relations()
    graphs: list[tuple[str, bytes]] = []
    for number in range(offices):
        office = replace(OFFICE, key=f"{number}-局", name=f"第{number}局")
        targets = [
            [indicator(f"维护第{row}路", f"≥{100 + row - version}公里") for row in range(8)]
            for version in range(versions)
        ]
        graphs += dressed([held("project-application", 2023, *rows) for rows in targets], office, relations)
        graphs += dressed([held("project-self-evaluation", 2023, *targets[-1])], office, relations)
    store.replace_graphs(graphs)


def cost(folder: Path, offices: int, *, one: bool) -> float:
    """Return the seconds of processor time that auditing between the documents takes, of all or of one office."""
    with closing(open_store(str(folder / str(offices)))) as store:
        if not store.graphs():
            county(store, offices)
            store.replace_graphs([(graph.graph_iri, graph.nquads) for graph in (audit_store(store),)])
        chosen = [Minter(BASE_IRI).department("0-局")] if one else None
        before = process_time()
        audited = audit_store(store, departments=chosen)
        spent = process_time() - before
        assert audited.nquads.count(b'ontology#rule> "R324"') == 7 * 8 * offices
        return spent


@pytest.mark.parametrize("one", [False, True])
def test_versions_cost_no_more_than_they_are_many(tmp_path: Path, one: bool) -> None:
    costs = [min(cost(tmp_path, offices, one=one) for _ in range(2)) for offices in (3, 6, 12)]
    assert costs[2] <= 9 * costs[0] + 0.1, costs
