"""Linking grows with the documents, not with their pairs, and a document that comes or goes costs what it touches.

Documents of many offices (four each: three years and a copy of one) are made of records, lifted and stored; measured is
the processor time of linking them all, of adding one to them and of taking one away, for n, 2n and 4n documents.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal

import pytest

from jixiao.config import BASE_IRI
from jixiao.lifting import lift
from jixiao.linking import link
from jixiao.model import (
    DocumentKind,
    DocumentRecords,
    FilledForm,
    FormKind,
    FundLine,
    Indicator,
    Period,
    Plan,
    Source,
    Target,
    TargetKind,
)
from jixiao.pipeline import departments_in, link_documents, remove_documents
from jixiao.store import open_store
from jixiao.text.divisions import division_names

pytestmark = pytest.mark.slow

SIZES = (1000, 2000, 4000)
LIFTING = 50  # documents a second that two cores lift
OFFICES = ["水利局", "教育局", "农业农村局", "民政局", "财政局", "司法局", "卫生健康局", "交通运输局"]
PROJECTS = ["大坝监测", "河道清淤", "校舍维修", "渠道衬砌", "设备购置", "系统运维", "宣传活动", "技能培训", "人员经费"]
YEARS = (2023, 2024, 2024, 2025)


def make_plan(line: int, name: str, office: str, figure: int) -> Plan:
    rows = tuple(
        Indicator(
            "产出指标",
            "数量指标",
            f"{name}数量{row}",
            Target(f"≥{figure + row}", TargetKind.QUANTITY),
            Source(1, line + row, ""),
        )
        for row in range(1, 5)
    )
    money = FundLine("total", "资金总额", Source(1, line, ""), amount=Decimal(figure * 10000), period=Period.ANNUAL)
    return Plan(Source(1, line, ""), project=name, unit_name=office, funds=(money,), indicators=rows)


def make_records(number: int, office: str, year: int, figure: int) -> DocumentRecords:
    plans = [make_plan(10 * row, PROJECTS[(row + figure) % len(PROJECTS)], office, figure + row) for row in range(3)]
    forms = tuple(
        FilledForm(FormKind.PROJECT_APPLICATION, "", "", plan.source, (plan,), year, office) for plan in plans
    )
    title = f"{office}{year}年部门预算公开"
    return DocumentRecords(
        f"{number}.txt", f"{number:064d}", title, DocumentKind.BUDGET, office, year, None, 3, forms, (), ()
    )


def lifted(documents: int) -> list[tuple[str, bytes]]:
    places = sorted(name for name, named in division_names().items() if len(named) == 1 and len(name) > 2)
    graphs = []
    for number in range(documents):
        office, version = divmod(number, len(YEARS))
        kind, place = divmod(office, len(places))
        name = f"{places[place]}{OFFICES[kind]}"
        graph = lift(link(make_records(number, name, YEARS[version], 30 + office % 7)), base_iri=BASE_IRI)
        graphs.append((graph.graph_iri, graph.nquads))
    return graphs


def seconds(work: Callable[..., object], *given: object) -> float:
    started = time.process_time()
    work(*given)
    return time.process_time() - started


def test_linking_grows_with_the_documents() -> None:
    everything, added, removed = [], [], []
    for documents in SIZES:
        (first, graph), *others = lifted(documents)
        with closing(open_store(":memory:")) as store:
            store.replace_graphs(others)
            everything.append(seconds(link_documents, store, BASE_IRI))
            store.replace_graphs([(first, graph)])
            found = departments_in(store, {first})
            added.append(seconds(link_documents, store, BASE_IRI, found))
            removed.append(seconds(remove_documents, store, ["0.txt"], BASE_IRI))
        print(
            f"\n{documents} documents: all {everything[-1]:.2f} s ({documents / everything[-1]:.0f}/s), "
            f"one more {added[-1]:.3f} s, one less {removed[-1]:.3f} s"
        )
        assert documents / everything[-1] >= LIFTING
    assert everything[-1] <= 6 * everything[0]
    assert max(added[-1], removed[-1]) <= everything[-1] / 50
