"""The page of a department: where its money comes from and goes to, as printed and no further."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Browser, Site

pytestmark = pytest.mark.browser
OF_TABLES = """SELECT DISTINCT ?x {
  ?f jx:department ?x ; jx:tableKind ?kind VALUES ?kind { 'expenditure' 'final-expenditure' }
} ORDER BY ?x"""


def flows(browser: Browser) -> list[tuple[str, str, Decimal]]:
    """Return the figures below the drawing."""
    read: list[list[str]] = browser.driver.execute_script(
        "return [...document.querySelectorAll('.flows')].flatMap((drawing) =>"
        "[...drawing.closest('section').querySelectorAll('tbody tr')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent)))"
    )
    return [(start, end, Decimal(amount.replace(",", ""))) for start, end, amount in read]


@pytest.mark.parametrize(("width", "lang"), [(1280, "zh"), (1280, "en"), (390, "zh"), (390, "en")])
def test_the_flows_of_money_hold_together(browser: Browser, site: Site, width: int, lang: str) -> None:
    browser.resize(width)
    seen = 0
    for row in site.ask(OF_TABLES):
        browser.open(f"/{row['x'].partition('/id/')[2]}?lang={lang}")
        found = flows(browser)
        starts, ends = {start for start, _, _ in found}, {end for _, end, _ in found}
        for name in starts & ends:
            came = sum((amount for _, end, amount in found if end == name), Decimal(0))
            went = sum((amount for start, _, amount in found if start == name), Decimal(0))
            assert abs(came - went) < 1, (row["x"], name, came, went)
        seen += bool(found)
        drawn = browser.driver.find_elements("css selector", ".flows rect")
        assert len(drawn) == len(starts | ends), row["x"]
        assert browser.faults(contrast=width > 390) == []
        assert browser.overflow() <= 0
        assert browser.shift() <= 0.05
    assert seen >= 3


def test_a_project_stands_between_the_department_and_its_classes(browser: Browser, site: Site) -> None:
    name = "卫辉市政务服务和大数据管理局"
    browser.open(site.page(f"SELECT ?x {{ ?x a jx:Department ; rdfs:label '{name}' }}"))
    found = {(start, end): amount for start, end, amount in flows(browser)}
    assert found["政府性基金", name] == Decimal("860.00")
    assert found[name, "智能综窗“多网融合”集成服务系统"] == Decimal("67.49")
    assert found["智能综窗“多网融合”集成服务系统", "项目支出"] == Decimal("67.49")
    assert found["项目支出", "其他支出"] == Decimal("10331.00")
    assert "没有印哪个项目属于哪个功能科目" in browser.driver.page_source


def test_budget_adjusted_and_executed_are_steps(browser: Browser, site: Site) -> None:
    name = "洛阳市洛龙区政务服务中心"
    browser.open(site.page(f"SELECT ?x {{ ?x a jx:Department ; rdfs:label '{name}' }}"))
    (steps,) = browser.driver.find_elements("css selector", ".steps")
    assert " ".join(steps.text.split()) == "年初预算 866.01 全年预算 899.42 比年初 +3.9% 全年执行 596.87 执行率 66.4%"


def test_without_such_tables_nothing_is_drawn(browser: Browser, site: Site) -> None:
    without = "?x a jx:Department ; jx:hasProject ?p MINUS { ?f jx:department ?x ; jx:tableKind ?kind }"
    browser.open(site.page(f"SELECT ?x {{ {without} }} ORDER BY ?x LIMIT 1"))
    assert flows(browser) == []
