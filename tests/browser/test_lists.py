"""The lists: sorted by their heads, narrowed at the side or by any column, counted, paged, downloaded as shown."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from openpyxl import load_workbook
from selenium.webdriver.common.by import By

from jixiao.exporting.columns import describe
from jixiao_service.pages.tables import list_specs
from tests.browser.test_flows import find, follow, text, wait

if TYPE_CHECKING:
    from tests.browser.conftest import Browser, Site

pytestmark = pytest.mark.browser

LISTS = sorted(list_specs())
HEADS_WHILE_ROWS_COME = """
const heads = () => [...document.querySelectorAll(".listed thead th")].map((each) => each.offsetLeft).join();
const all = heads();
for (const row of [...document.querySelectorAll(".listed tbody tr")].slice(1)) row.remove();
return [all, heads()];
"""  # where the columns stand with all rows and with the first alone
CUT = """
return [...document.querySelectorAll(".scroll, .listed td, .listed th")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent.trim().slice(0, 40));
"""  # what is wider than the place it has


def rest(site: Site, table: str, **parameters: Any) -> dict[str, Any]:
    answer = httpx.get(f"{site.url}/api/v1/{table}", params=parameters, trust_env=False, timeout=60).raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def total(browser: Browser) -> int:
    return int(find(browser, "h1 .count").text.replace(",", ""))


def column(browser: Browser, place: int) -> list[str]:
    cells = browser.driver.find_elements(By.CSS_SELECTOR, f".listed tbody tr > :nth-child({place})")
    return [cell.text for cell in cells]


@pytest.mark.parametrize(
    ("width", "lang"),  # each once: the mark-up is the same
    [(1280, "zh"), pytest.param(390, "en", marks=pytest.mark.long)],
)
def test_every_list_shows_all_its_rows_in_words(browser: Browser, site: Site, width: int, lang: str) -> None:
    browser.resize(width)
    for table in LISTS:
        browser.open(f"/{table}?lang={lang}&limit=25")
        assert total(browser) == rest(site, table, limit=1)["total"], table
        assert "w3id.org" not in text(browser), table
        heads = [
            str(head.get_attribute("textContent")).strip()
            for head in browser.driver.find_elements(By.CSS_SELECTOR, "th[scope=col]")
        ]
        columns = list_specs()[table].columns if total(browser) else ()  # nobody corrected anything here
        for head, about in zip(heads, describe(columns, table), strict=True):
            assert head.startswith(about.called(lang)), table
        assert browser.faults(contrast=width > 390) == [], table
        assert browser.overflow() == 0, table
        assert browser.shift() <= 0.05, table
        assert browser.complaints() == [], table
        assert browser.strangers() == set(), table
        assert len(set(browser.driver.execute_script(HEADS_WHILE_ROWS_COME))) == 1, table
        assert width == 390 or browser.driver.execute_script(CUT) == [], table  # there rows are cards


def test_a_click_on_a_head_sorts_and_another_turns_it(browser: Browser, site: Site) -> None:
    browser.open("/projects?limit=25")
    follow(browser, "预算", By.PARTIAL_LINK_TEXT)
    first = rest(site, "projects", sort="-amount", limit=25)["items"]
    assert column(browser, 1) == [row["name"] for row in first]
    assert find(browser, "[aria-sort=descending]").text.startswith("预算")
    follow(browser, "预算", By.PARTIAL_LINK_TEXT)
    assert column(browser, 1)[0] == rest(site, "projects", sort="amount", limit=1)["items"][0]["name"]
    amounts = [float(each.replace(",", "")) for each in column(browser, 4) if each]
    assert amounts == sorted(amounts)
    assert all(len(each.partition(".")[2]) == 2 for each in column(browser, 4) if each)


def test_the_gravest_findings_come_first_on_the_page_and_in_its_files(browser: Browser, site: Site) -> None:
    browser.open("/findings?limit=100")
    gravity = ["错误", "需说明", "提示"]
    shown = column(browser, 2)
    assert shown == sorted(shown, key=gravity.index) and len(set(shown)) > 1
    walked, address = [], f"{site.url}/api/v1/findings?sort=severity&limit=17"
    while address:
        page = httpx.get(address, trust_env=False, timeout=60).json()
        walked += [row["iri"] for row in page["items"]]
        address = page["next"] and site.url + page["next"]
    assert len(walked) == len(set(walked)) == total(browser)
    link = browser.driver.find_element(By.LINK_TEXT, "JSON").get_attribute("href")
    assert [row["iri"] for row in httpx.get(str(link), trust_env=False, timeout=60).json()["items"]] == walked


def test_reference_figures_stand_close_together(browser: Browser) -> None:
    browser.open("/reference-indicators?limit=100")
    rows = browser.driver.find_elements(By.CSS_SELECTOR, ".listed tbody tr")
    assert max(row.size["height"] for row in rows) <= 120


def test_a_facet_narrows_and_can_be_taken_away(browser: Browser, site: Site) -> None:
    browser.open("/indicators")
    everything = total(browser)
    value = find(browser, "#facets li a").text
    count = int(find(browser, "#facets li .count").text.replace(",", ""))
    follow(browser, "#facets li a")
    assert total(browser) == count == rest(site, "indicators", level1=value, limit=1)["total"]
    assert value in find(browser, "h1").text
    follow(browser, "#facets li:nth-child(2) a")  # a second value is an alternative
    assert total(browser) > count
    follow(browser, ".chips a.plain")
    assert total(browser) == everything


def test_any_column_narrows(browser: Browser, site: Site) -> None:
    browser.open("/indicators")
    find(browser, ".by-column summary").click()
    find(browser, "[name=target_text_has]").send_keys("≥95%")
    follow(browser, ".by-column button")
    assert total(browser) == rest(site, "indicators", target_text_has="≥95%", limit=1)["total"] > 0
    assert all("≥95%" in each for each in column(browser, 2))
    browser.open("/projects")
    find(browser, ".by-column summary").click()
    find(browser, "[name=amount_ge]").send_keys("1000000")
    follow(browser, ".by-column button")
    assert total(browser) == rest(site, "projects", amount_ge="1000000", limit=1)["total"] > 0
    assert "1000000" in find(browser, ".chips").text


def test_rows_with_findings_and_their_number_lead_to_them(browser: Browser, site: Site) -> None:
    browser.open("/projects?has=finding")
    assert total(browser) == rest(site, "projects", has="finding", limit=1)["total"] > 0
    link = next(each for each in browser.driver.find_elements(By.CSS_SELECTOR, ".listed td:last-child a") if each.text)
    count = int(link.text)
    browser.driver.get(str(link.get_attribute("href")))
    assert total(browser) == count


def test_pages_follow_one_another_and_have_a_size(browser: Browser) -> None:
    browser.open("/amounts?limit=25")
    first = column(browser, 1)
    assert len(first) == 25
    follow(browser, ".pager [rel=next]")
    assert len(column(browser, 1)) == 25
    follow(browser, ".sizes a:last-of-type")
    assert len(column(browser, 1)) == 100


def test_files_hold_what_the_list_shows(browser: Browser, site: Site) -> None:
    browser.open("/findings?severity=violation&sort=rule")
    shown = total(browser)
    links = {
        each.text: str(each.get_attribute("href"))
        for each in browser.driver.find_elements(By.CSS_SELECTOR, ".head .actions a")
    }
    book = load_workbook(io.BytesIO(httpx.get(links["Excel"], trust_env=False, timeout=60).content))
    assert book.sheetnames == ["审核发现", "说明"]
    assert book["审核发现"].max_row == shown + 1
    assert "severity = violation" in str(book["说明"]["A2"].value)
    rows = list(
        csv.DictReader(io.StringIO(httpx.get(links["CSV"], trust_env=False, timeout=60).content.decode("utf-8-sig")))
    )
    assert [row["rule"] for row in rows] == sorted(row["rule"] for row in rows)
    assert len(rows) == shown == len(httpx.get(links["JSON"], trust_env=False, timeout=60).json()["items"])


def test_the_query_behind_a_list_finds_the_same(browser: Browser, site: Site) -> None:
    browser.open("/indicators?level1=满意度指标&lower_ge=95")
    shown = total(browser)
    assert shown
    follow(browser, ".head .actions a[href^='/query']")
    find(browser, "#run").click()
    wait(browser, lambda: f"{shown} 行" in find(browser, "#status").text)


PRINTING = """SELECT DISTINCT ?n { ?p a jx:ProjectPlan ; jx:department/rdfs:label ?n
  FILTER %s EXISTS { ?p jx:hasIndicator/jx:level2Text ?any } }"""


def test_the_heat_map_tells_what_is_not_printed_from_what_is_not_there(browser: Browser, site: Site) -> None:
    silent = {row["n"] for row in site.ask(PRINTING % "NOT")} - {row["n"] for row in site.ask(PRINTING % "")}
    assert silent
    for width in (1280, 390):
        browser.resize(width)
        browser.open("/heatmap?measure=indicators")
        told = browser.driver.find_elements(By.CSS_SELECTOR, ".heat tr:has(td.heat-unprinted) th a")
        assert {each.text for each in told} == silent
        assert not browser.driver.find_elements(By.CSS_SELECTOR, ".heat tr:has(td.heat-unprinted) .heat-none")
        assert browser.faults() == [] and browser.overflow() == 0
    cells = browser.driver.find_elements(By.CSS_SELECTOR, ".heat td a")
    counts = {str(cell.get_attribute("href")): int(cell.get_attribute("textContent") or 0) for cell in cells}
    for address in list(counts)[::7]:
        browser.driver.get(address)
        assert total(browser) == counts[address], address
    browser.open(f"/heatmap?q={min(silent)}")
    assert find(browser, "td.heat-unprinted").text == "未印二级指标"


def test_the_menu_says_where_one_is(browser: Browser, site: Site) -> None:
    finding = site.page("SELECT ?x { ?x a jx:Finding } ORDER BY ?x LIMIT 1")
    for path, place in (
        ("/findings", "审核发现"),
        (finding, "审核发现"),
        ("/goals", "全部数据"),
        ("/check", "检查稿子"),
    ):
        browser.open(path)
        assert [each.text for each in browser.driver.find_elements(By.CSS_SELECTOR, ".menu [aria-current]")] == [place]


def test_on_a_telephone_the_menu_opens_when_it_is_asked_for(browser: Browser) -> None:
    browser.resize(390)
    browser.open("/findings")
    header = find(browser, "header.top")
    assert header.size["height"] <= 120 and not find(browser, ".menu").is_displayed()
    find(browser, ".menu-label").click()
    assert find(browser, ".menu [aria-current]").text == "审核发现"
    assert browser.faults() == [] and browser.overflow() == 0
    browser.resize(1280)
    assert find(browser, ".menu").is_displayed() and not find(browser, ".menu-label").is_displayed()


def test_every_figure_of_the_home_page_leads_to_its_list(browser: Browser) -> None:
    browser.open("/")
    figures = browser.driver.find_elements(By.CSS_SELECTOR, ".figures a")
    told = {
        str(each.get_attribute("href")): int(each.find_element(By.TAG_NAME, "b").text.replace(",", ""))
        for each in figures
    }
    for address, count in told.items():
        browser.driver.get(address)
        assert total(browser) == count, address
    browser.open("/")
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, "input[type=search]")) == 1


def test_a_department_shows_its_projects_by_money(browser: Browser, site: Site) -> None:
    paid = "?d jx:hasProject ?p . ?e jx:project ?p ; jx:amount ?a"
    browser.open(site.page(f"SELECT ?d {{ {paid} }} GROUP BY ?d ORDER BY DESC(COUNT(?p)) ?d LIMIT 1"))
    rows = browser.driver.find_elements(By.CSS_SELECTOR, "table.sized tbody tr")
    amounts = [float(row.find_elements(By.CSS_SELECTOR, "td.number")[-1].text.replace(",", "") or 0) for row in rows]
    assert len(amounts) > 3 and amounts[0] > 0
    bars = [row.find_elements(By.CSS_SELECTOR, ".size-of [role=img]") for row in rows]
    shares = [int(str(bar[0].get_attribute("aria-label")).rstrip("%")) if bar else 0 for bar in bars]
    assert shares[0] == 100 and shares == sorted(shares, reverse=True)
    assert browser.faults() == []
