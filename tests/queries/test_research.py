"""The questions a researcher asks of what was read, with answers worked out from the documents."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kg.pipeline import LiftReport
from kg.store.protocol import Store
from kg.vocab import PREFIXES
from tests.conftest import ROOT


def answer(store: Store, name: str) -> list[dict[str, str | None]]:
    """Return the rows of a query of the library as plain texts."""
    query = (ROOT / "service" / "queries" / f"{name}.rq").read_text("utf-8")
    results: Any = store.query(query, prefixes=PREFIXES)
    names = [variable.value for variable in results.variables]
    return [{name: row[name].value if row[name] is not None else None for name in names} for row in results]


def test_budget_against_final_accounts(lifted: tuple[Store, LiftReport]) -> None:
    rows = {row["departmentName"]: row for row in answer(lifted[0], "budget-and-final-accounts")}
    # 整体自评表: 866.01, 899.42, 596.87 万元; 支出决算表 合计 583.63 万元
    evaluated = rows["洛阳市洛龙区政务服务中心"]
    assert (evaluated["initial"], evaluated["adjusted"], evaluated["executed"]) == ("8660100", "8994200", "5968700")
    assert evaluated["final"] == "5836300"
    assert Decimal(str(evaluated["percent"])) == Decimal("64.89")
    # 支出总体情况表 合计 540.82 万元, no final accounts published with it
    assert (rows["封丘县政务服务和大数据管理局"]["budget"], rows["封丘县政务服务和大数据管理局"]["final"]) == (
        "5408200",
        None,
    )
    assert len(rows) == 5


def test_projects_whose_name_differs_say_why_they_were_joined(lifted: tuple[Store, LiftReport]) -> None:
    reasons = {(row["projectName"], str(row["reason"])) for row in answer(lifted[0], "project-names-joined")}
    misprinted = [reason for name, reason in reasons if name == "工作经费（含22年16.75万）" and "工作经历" in reason]
    assert misprinted  # 工作经历 in the summary, 工作经费 in 项目支出表, both 246.75 万元
    assert "金额" in misprinted[0]
    cut = [reason for name, reason in reasons if str(name).startswith("上年结转（新财预[2021]183号）")]
    assert any("截断" in reason for reason in cut)
    carried = {name for name, _ in reasons if "群众文化综合体灾后重建项目" in str(name) and "上年结转" in str(name)}
    assert len(carried) == 5  # five projects that differ in the document number only


def test_satisfaction_by_whom_it_asks(lifted: tuple[Store, LiftReport]) -> None:
    rows = {row["whom"]: row for row in answer(lifted[0], "satisfaction-by-whom")}
    assert {"群众", "工作人员", "企业", "单位"} <= set(rows)
    assert (rows["企业"]["lowest"], rows["企业"]["highest"]) == ("98", "100")  # 服务企业满意度 ≥98%, 企业满意度 100%
    assert int(str(rows["群众"]["indicators"])) > int(str(rows["工作人员"]["indicators"]))


def test_share_of_money_with_targets(lifted: tuple[Store, LiftReport]) -> None:
    rows = {row["departmentName"]: row for row in answer(lifted[0], "money-with-targets")}
    assert rows["卫辉市政务服务和大数据管理局"]["withTargets"] == "113451500"  # eleven projects, 11,345.15 万元
    assert Decimal(str(rows["卫辉市政务服务和大数据管理局"]["percentOfTotal"])) == Decimal("98.36")  # of 11,534.22
    assert Decimal(str(rows["封丘县政务服务和大数据管理局"]["percentOfTotal"])) == Decimal("69.47")  # 375.70 of 540.82
    assert rows["洛阳市洛龙区政务服务中心"]["withTargets"] == "6229100"  # fourteen self-evaluations, 622.91 万元
