"""What people come to do, clicked through."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
from openpyxl import load_workbook
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

if TYPE_CHECKING:
    from collections.abc import Callable

    from selenium.webdriver.remote.webelement import WebElement

    from tests.browser.conftest import Browser, Site

pytestmark = pytest.mark.browser

DATA = Path(__file__).resolve().parents[2] / "data"


def wait(browser: Browser, condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    missing = (NoSuchElementException, StaleElementReferenceException)
    WebDriverWait(browser.driver, 30, ignored_exceptions=missing).until(lambda _: condition())


def follow(browser: Browser, selector: str, by: str = By.CSS_SELECTOR) -> None:
    """Click what leads to another page, and wait until that is there."""
    browser.leave(browser.driver.find_element(by, selector))


def find(browser: Browser, selector: str) -> WebElement:
    return browser.driver.find_element(By.CSS_SELECTOR, selector)


def text(browser: Browser) -> str:
    return find(browser, "main").text


def test_turned_targets_are_found_in_three_clicks(browser: Browser) -> None:
    browser.open("/")
    follow(browser, ".questions a")  # 哪些项目的目标值写反了方向
    assert "比较符方向错误" in find(browser, "h1").text
    follow(browser, ".listed tbody th a")  # one of the findings
    find(browser, ".crumbs").is_displayed()
    marked = find(browser, "tr.marked").text
    assert "≤" in marked
    follow(browser, ".actions a")  # what it is about
    assert "indicator" in browser.driver.current_url
    assert "比较符方向错误" in text(browser)
    assert browser.complaints() == []


def test_a_question_is_answered(browser: Browser) -> None:
    browser.open("/")
    find(browser, "#ask").send_keys("满意度不低于95%的项目有哪些", Keys.ENTER)
    wait(browser, lambda: "个项目" in find(browser, "#answer").text)
    assert "≥95%" in find(browser, "#answer").text
    line = next(each for each in browser.driver.find_elements(By.CSS_SELECTOR, "#answer td a") if each.text.isdigit())
    number = line.text
    browser.driver.get(str(line.get_attribute("href")))
    assert find(browser, "tr.marked th").text.split()[-1].startswith(number)
    assert browser.complaints() == []


def test_a_search_leads_to_a_project_and_its_tree(browser: Browser, site: Site) -> None:
    name = site.one("SELECT ?n { ?x a jx:Project ; jx:hasPlan/jx:hasIndicator ?i ; rdfs:label ?n } ORDER BY ?n LIMIT 1")
    browser.open("/search?q=" + quote(name, safe=""))
    wait(browser, lambda: find(browser, ".hits a[href^='/entry/']"))  # a first search may have to wait for its index
    follow(browser, ".hits a[href^='/entry/']")
    assert "/project/" in browser.driver.current_url
    assert find(browser, "table.indicators th[scope=row]").text
    summary = find(browser, "details.level > summary")
    summary.send_keys(Keys.ENTER)  # the tree folds with the keyboard
    assert find(browser, "details.level").get_attribute("open") is None


def test_two_departments_are_compared(browser: Browser, site: Site) -> None:
    rows = site.ask("SELECT DISTINCT ?n { ?x a jx:Department ; jx:hasPlan ?p ; rdfs:label ?n } ORDER BY ?n LIMIT 2")
    browser.open("/compare")
    follow(browser, "main p a[href*='/compare?of=']")  # a ready pair
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, ".chosen li")) == 2
    browser.open("/compare")
    offered = browser.driver.find_elements(By.CSS_SELECTOR, "#known option")
    assert rows[0]["n"] in {each.get_attribute("value") for each in offered}
    for place, row in zip(("#q", "#q1"), rows, strict=True):
        find(browser, place).send_keys(row["n"])
    follow(browser, ".filter button")
    assert [each.text for each in browser.driver.find_elements(By.CSS_SELECTOR, ".chosen li b")] == [
        row["n"] for row in rows
    ]
    told = [each.text for each in browser.driver.find_elements(By.CSS_SELECTOR, "table.narrow tbody td")]
    assert len(told) in (6, 8, 10, 12) and all(each.replace(",", "").isdigit() for each in told[-6:])
    everything = len(browser.driver.find_elements(By.CSS_SELECTOR, "table.compared tbody tr"))
    differing = len(browser.driver.find_elements(By.CSS_SELECTOR, "table.compared tr.differs"))
    follow(browser, "只看不同", By.LINK_TEXT)
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, "table.compared tbody tr")) == differing < everything


@pytest.mark.parametrize(("width", "lang"), [(1280, "zh"), (1280, "en"), (390, "zh"), (390, "en")])
def test_a_comparison_begins_with_money_and_is_downloaded(browser: Browser, site: Site, width: int, lang: str) -> None:
    browser.resize(width)
    names = ("洛阳市洛龙区政务服务中心", "卫辉市政务服务和大数据管理局")
    sides = [site.one(f"SELECT ?x {{ ?x a jx:Department ; rdfs:label '{name}' }}") for name in names]
    address = "/compare?" + "&".join(f"of={each.partition('/id/')[2]}" for each in sides) + f"&lang={lang}"
    browser.open(address)
    first = browser.driver.find_element(By.CSS_SELECTOR, "table.narrow tbody tr").text
    assert re.sub(r"\s+", " ", first) in (
        "预算 万元 866.01 2022 11,534.22 2024",
        "Budget 10k yuan 866.01 2022 11,534.22 2024",
    )
    assert browser.faults(contrast=width > 390) == []
    assert browser.overflow() <= 0 and browser.shift() <= 0.05
    found = {
        kind: httpx.get(f"{site.url}{address}&format={kind}", trust_env=False, timeout=60)
        for kind in ("xlsx", "csv", "json")
    }
    rows = [list(row.values()) for row in found["json"].json()]
    assert rows[0][3:] == ["866.01", "11,534.22"] and len(rows) > 50
    assert list(csv.reader(io.StringIO(found["csv"].content.decode("utf-8-sig"))))[1:] == rows
    sheet = load_workbook(io.BytesIO(found["xlsx"].content)).worksheets[0]
    assert [str(cell.value) for cell in sheet[2]][3:] == rows[0][3:] and sheet.max_row == len(rows) + 1
    assert all("attachment" in answer.headers["content-disposition"] for answer in found.values())
    assert httpx.get(f"{site.url}{address}&format=exe", trust_env=False, timeout=60).status_code == 422


def test_money_of_a_concept_has_a_log_axis_and_quartiles(browser: Browser) -> None:
    for lang, words in (
        ("zh", ("对数刻度", "虚线是下四分位", "指标（个）")),
        ("en", ("logarithmic", "first quartile", "Indicators")),
    ):
        browser.open(f"/concept/cost-total?unit=万元&lang={lang}")
        assert all(word in find(browser, ".plot").text for word in words)
        places = [
            float(each.get_attribute("x1") or 0) for each in browser.driver.find_elements(By.CSS_SELECTOR, ".quartile")
        ]
        assert len(places) == 3 and places == sorted(places) and 150 < places[1] < 500  # in the middle, not at the left
    browser.open("/concept/satisfaction-public")
    assert not browser.driver.find_elements(By.CSS_SELECTOR, ".quartile")


def test_one_target_is_marked_among_its_kind(browser: Browser, site: Site) -> None:
    indicator = site.page(
        "SELECT ?i { ?i a jx:Indicator ; jx:concept jxc:satisfaction-public ; jx:lowerBound ?l } ORDER BY ?i LIMIT 1"
    )
    browser.open(indicator)
    follow(browser, "同类目标值的分布", By.PARTIAL_LINK_TEXT)
    assert find(browser, "svg .mark-label").is_displayed()
    count = find(browser, "h1 .count").text
    follow(browser, "main a[href^='/indicators?concept=']")
    assert find(browser, "h1 .count").text == count


def test_the_graph_is_drawn_and_grows(browser: Browser, site: Site) -> None:
    department = site.one("SELECT ?x { ?x a jx:Department ; jx:hasProject ?p } ORDER BY ?x LIMIT 1")
    browser.open("/graph?iri=" + quote(department, safe=""))
    wait(browser, lambda: find(browser, "#drawing").get_attribute("data-ready"))
    count = "return document.getElementById('drawing')._cyreg.cy.nodes().length"
    before = browser.driver.execute_script(count)
    browser.driver.execute_script(
        "const net = document.getElementById('drawing')._cyreg.cy;"
        "net.nodes().filter((node) => node.data('kind') === 'Project')[0].emit('tap')"
    )
    wait(browser, lambda: browser.driver.execute_script(count) > before)
    browser.driver.execute_script("document.getElementById('drawing')._cyreg.cy.edges()[0].emit('tap')")
    wait(browser, lambda: "为什么相连" in find(browser, "#drawing-about").text)
    assert browser.complaints() == []


def test_the_editor_runs_charts_draws_and_links(browser: Browser) -> None:
    query = (
        "SELECT ?department ?name ?project (COUNT(?i) AS ?n) { ?department jx:hasProject ?project ; rdfs:label ?name . "
        "?i jx:project ?project } GROUP BY ?department ?name ?project"
    )
    browser.open("/query?query=" + quote(query, safe="") + "&version=0000")
    assert "数据版本" in find(browser, ".notice").text
    find(browser, "#run").click()
    wait(browser, lambda: "行" in find(browser, "#status").text)
    assert browser.driver.find_elements(By.CSS_SELECTOR, "#pane-table tbody tr")
    find(browser, "#tab-chart").click()
    wait(browser, lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#pane-chart canvas"))
    find(browser, "#tab-net").click()
    wait(browser, lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#pane-net canvas"))
    find(browser, "#tab-code").click()
    assert "curl" in find(browser, "#pane-code").text
    assert "version=" in browser.driver.current_url
    assert "version=0000" not in browser.driver.current_url
    assert browser.complaints() == []
    assert browser.strangers() == set()


def test_a_year_is_no_bar_of_a_chart(browser: Browser) -> None:
    browser.open("/query?example=indicator-mix")
    find(browser, "#run").click()
    wait(browser, lambda: "行" in find(browser, "#status").text)
    find(browser, "#tab-chart").click()
    wait(browser, lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#pane-chart canvas"))
    drawn = "echarts.getInstanceByDom(document.querySelector('#pane-chart .chart')).getOption()"
    series, across = browser.driver.execute_script(
        f"return [{drawn}.series.map((each) => each.name), {drawn}.xAxis[0].data]"
    )
    assert series == ["indicators"]
    assert len(set(across)) == len(across)


def test_a_line_is_no_value_of_a_chart(browser: Browser) -> None:
    browser.open("/query?query=" + quote("SELECT ?text ?line { ?r jx:text ?text ; jx:line ?line } LIMIT 5", safe=""))
    find(browser, "#run").click()
    wait(browser, lambda: "行" in find(browser, "#status").text)
    find(browser, "#tab-chart").click()
    wait(browser, lambda: "没有可画的数值" in find(browser, "#pane-chart").text)


MONEY = (
    "SELECT ?name (SUM(?money) AS ?total) ?first { ?f a jx:BudgetFigure ; jx:project/rdfs:label ?name ; "
    "jx:amount ?money ; prov:wasDerivedFrom/jx:line ?first } GROUP BY ?name ?first ORDER BY DESC(?total)"
)


@pytest.mark.parametrize(("width", "lang"), [(1280, "zh"), (1280, "en"), (390, "zh"), (390, "en")])
def test_money_is_drawn_on_a_log_scale_with_its_quartiles(browser: Browser, site: Site, width: int, lang: str) -> None:
    browser.resize(width)
    browser.open(f"/query?lang={lang}&query=" + quote(MONEY, safe=""))
    find(browser, "#run").click()
    wait(browser, lambda: not find(browser, "[role=tablist]").get_attribute("hidden"))
    find(browser, "#tab-chart").click()
    wait(browser, lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#pane-chart canvas"))
    drawn = "echarts.getInstanceByDom(document.querySelector('#pane-chart .chart')).getOption()"
    kind, up, across, series = browser.driver.execute_script(
        f"const drawn = {drawn};"
        "return [drawn.yAxis[0].type, drawn.yAxis[0].name, drawn.xAxis[0].name, drawn.series.map((each) => each.name)]"
    )
    marks = {"zh": ["下四分位", "中位", "上四分位"], "en": ["first quartile", "median", "third quartile"]}[lang]
    assert (kind, across, series) == ("log", "name", ["total", *marks])
    assert up == {"zh": "total（万元），对数刻度", "en": "total (10 000 yuan), logarithmic"}[lang]
    amounts = [float(row["total"]) / 10000 for row in site.ask(MONEY)[:60]]
    told = find(browser, "#pane-chart p").text
    assert f"{marks[1]} {median(amounts):,.2f}" in told
    assert browser.complaints() == []
    assert browser.faults() == []
    assert browser.overflow() <= 0


def test_the_editor_completes_from_the_graphs_terms(browser: Browser) -> None:
    browser.open("/query?query=" + quote("SELECT * { ?x jx:targetT", safe=""))
    wait(
        browser,
        lambda: browser.driver.execute_script(
            "return performance.getEntriesByName(location.origin + '/query/terms').length"
        ),
    )
    root = find(browser, "#editor").shadow_root
    content = root.find_element(By.CSS_SELECTOR, ".cm-content")
    content.click()
    content.send_keys(Keys.CONTROL, Keys.END, Keys.NULL)
    content.send_keys("e")
    wait(browser, lambda: root.find_elements(By.CSS_SELECTOR, ".cm-tooltip-autocomplete li"))
    assert "jx:targetText" in root.find_element(By.CSS_SELECTOR, ".cm-tooltip-autocomplete").text
    assert browser.complaints() == []


def test_a_wrong_query_is_told_where_it_is_wrong(browser: Browser) -> None:
    browser.open("/query?query=" + quote("SELECT * { ?x ?y }", safe=""))
    find(browser, "#run").click()
    wait(browser, lambda: "语法" in find(browser, "#status").text)
    assert "第 1 行" in find(browser, "#status").text
    root = find(browser, "#editor").shadow_root
    assert [each.text for each in root.find_elements(By.CSS_SELECTOR, ".cm-doubt")] == ["}"]


def test_words_that_find_nothing_are_marked_with_what_to_write(browser: Browser) -> None:
    browser.open("/query?query=" + quote("SELECT * {\n  ?x a jx:Indicater ; jx:year 2023 }", safe=""))
    find(browser, "#run").click()
    wait(browser, lambda: "0 行" in find(browser, "#status").text)
    root = find(browser, "#editor").shadow_root
    assert [each.text for each in root.find_elements(By.CSS_SELECTOR, ".cm-doubt")] == ["jx:Indicater", "2023"]
    told = find(browser, "#doubts").text.splitlines()
    assert told[0].startswith("第 2 行") and "jx:Indicator" in told[0]
    assert '"2023"^^xsd:gYear' in told[1]
    assert browser.complaints() == []


def test_every_page_shows_its_queries(browser: Browser) -> None:
    browser.open("/departments")
    find(browser, ".asked summary").click()
    follow(browser, ".asked a")
    find(browser, "#run").click()
    wait(browser, lambda: "行" in find(browser, "#status").text)


def test_a_file_is_checked_and_not_kept(browser: Browser, site: Site) -> None:
    before = site.one("SELECT (COUNT(*) AS ?n) { ?d a jx:Document }")
    browser.open("/check")
    find(browser, "#file").send_keys(str(sorted(DATA.glob("*.txt"))[0]))
    find(browser, "#checking button").click()
    wait(browser, lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#result"))
    assert "怎样改" in find(browser, "#result").text
    assert browser.driver.find_elements(By.CSS_SELECTOR, "#result table tbody tr")
    assert site.one("SELECT (COUNT(*) AS ?n) { ?d a jx:Document }") == before
    assert browser.complaints() == []


@pytest.mark.parametrize("width", [1280, 390])
def test_several_drafts_are_checked_the_gravest_first(browser: Browser, width: int) -> None:
    browser.resize(width)
    browser.open("/check")
    drafts = sorted(DATA.glob("*.txt"))[:2]
    find(browser, "#file").send_keys("\n".join(map(str, drafts)))
    find(browser, "#checking button").click()
    wait(browser, lambda: "已检查 2 份" in find(browser, "#checking-status").text)
    results = browser.driver.find_elements(By.CSS_SELECTOR, "#results > section")
    assert [each.find_element(By.CSS_SELECTOR, "dd").text.split()[0] for each in results] == [
        each.name for each in drafts
    ]
    for each in results:
        grades = [grade.text for grade in each.find_elements(By.CSS_SELECTOR, "h3 .severity")]
        assert grades == [grade for grade in ("错误", "需说明", "提示") if grade in grades] and grades
        assert each.find_element(By.CSS_SELECTOR, ".list-of a").is_displayed()
    assert browser.faults() == []
    assert browser.overflow() == 0
    assert browser.complaints() == []


def test_the_list_of_changes_is_a_workbook(site: Site) -> None:
    draft = sorted(DATA.glob("*.txt"))[0]
    answer = httpx.post(
        f"{site.url}/check/list", files={"file": (draft.name, draft.read_bytes())}, trust_env=False, timeout=120
    )
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["cache-control"] == "no-store"
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["整改清单", "说明"] and draft.name in str(book["说明"]["A2"].value)
    for files in ({"other": ("a.txt", b"x")}, {"file": ("a.xlsx", b"PK\x03\x04broken")}):
        refused = httpx.post(f"{site.url}/check/list", files=files, trust_env=False, timeout=120)
        assert refused.status_code == 400


def test_a_broken_file_is_told_so(browser: Browser, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 not really")
    browser.open("/check")
    find(browser, "#file").send_keys(str(broken))
    find(browser, "#checking button").click()
    wait(browser, lambda: browser.driver.find_elements(By.CSS_SELECTOR, "[role=alert]"))
    assert find(browser, "[role=alert]").text


def test_english_is_a_click_away_and_stays(browser: Browser) -> None:
    browser.open("/findings")
    follow(browser, "a.lang")
    assert find(browser, "h1").text.startswith("Findings")
    browser.open("/departments")
    assert find(browser, "h1").text.startswith("Departments")


def test_the_keyboard_reaches_the_content_first(browser: Browser) -> None:
    browser.open("/findings")
    find(browser, "body").send_keys(Keys.TAB)
    skip = browser.driver.switch_to.active_element
    assert str(skip.get_attribute("href")).endswith("#main")
    skip.send_keys(Keys.ENTER)
    assert browser.driver.switch_to.active_element.get_attribute("id") == "main"
