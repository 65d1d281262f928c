"""The evidence of a record looks like the evidence: the page of the original, the printed table, the number marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from selenium.webdriver.common.by import By

from tests.browser.test_flows import find

if TYPE_CHECKING:
    from tests.browser.conftest import Browser, Site

pytestmark = pytest.mark.browser

OF_PDF = """SELECT ?i { ?d jx:fileName ?f FILTER(STRENDS(?f, ".pdf"))
  ?i a jx:Indicator ; jx:document ?d ; jx:lowerBound 99.0 } ORDER BY ?i LIMIT 1"""
OF_A_PLAN = (
    """SELECT ?p { ?d jx:fileName ?f FILTER(STRENDS(?f, ".pdf")) ?p a jx:Goal ; jx:document ?d } ORDER BY ?p LIMIT 1"""
)
WITHHELD = "SELECT ?d { ?d a jx:Document ; jx:withheldCount ?n FILTER(?n > 0) } ORDER BY ?d LIMIT 1"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_a_pdf_is_shown_outlined(browser: Browser, site: Site, width: int, lang: str) -> None:
    browser.resize(width)
    browser.open(f"{site.page(OF_PDF)}?lang={lang}")
    picture = find(browser, ".page-picture img")
    loaded = browser.driver.execute_script("return [arguments[0].complete, arguments[0].naturalWidth]", picture)
    assert loaded[0] and loaded[1] == int(str(picture.get_dom_attribute("width"))) > 1000
    legend = find(browser, ".page-picture figcaption").text
    assert {"zh": "红框", "en": "in red"}[lang] in legend  # said only where a number is outlined
    marked = browser.driver.find_elements(By.CSS_SELECTOR, "tr.marked .the-number")
    assert [cell.text for cell in marked] == ["99"]
    assert browser.driver.find_elements(By.CSS_SELECTOR, ".printed-table td[rowspan]")
    assert browser.faults() == []
    assert browser.shift() <= 0.05
    assert browser.overflow() == 0
    assert browser.complaints() == [] and browser.strangers() == set()


def test_the_legend_names_no_box_that_is_not_drawn(browser: Browser, site: Site) -> None:
    browser.open(site.page(OF_A_PLAN))
    assert "红框" not in find(browser, ".page-picture figcaption").text


def test_the_original_is_an_attachment_and_nothing_else(browser: Browser, site: Site) -> None:
    browser.open(site.page(OF_PDF))
    link = browser.driver.find_element(By.CSS_SELECTOR, "a[href^='/original/']").get_attribute("href")
    answer = httpx.get(str(link), trust_env=False, timeout=60)
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["content-security-policy"]
    whole = str(find(browser, ".page-picture a").get_attribute("href"))
    assert httpx.get(whole, trust_env=False, timeout=60).headers["content-type"] == "image/png"


def test_a_file_that_names_persons_is_neither_offered_nor_shown(browser: Browser, site: Site) -> None:
    document = site.page(WITHHELD)
    assert (
        httpx.get(f"{site.url}/original{document.removeprefix('/document')}", trust_env=False, timeout=60).status_code
        == 404
    )
    browser.open(
        site.page(f"SELECT ?i {{ {{ {WITHHELD} }} ?i a jx:BudgetFigure ; jx:document ?d }} ORDER BY ?i LIMIT 1")
    )
    assert browser.driver.find_elements(By.CSS_SELECTOR, "tr.marked")
    assert not browser.driver.find_elements(By.CSS_SELECTOR, "a[href^='/original/'], .page-picture")


def test_what_was_mended_is_one_line_and_other_readings_open(browser: Browser, site: Site) -> None:
    mended = "?i a jx:Indicator ; jx:repair 'shifted-cells' ; prov:wasDerivedFrom ?r"
    browser.open(site.page(f"SELECT ?i {{ {mended} . ?o a jx:Finding ; prov:wasDerivedFrom ?r }} ORDER BY ?i LIMIT 1"))
    assert "单元格错位" in find(browser, ".legend").text
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, ".legend")) == 1
    others = find(browser, ".beside section details")
    assert others.get_attribute("open") is None
    count = len(others.find_elements(By.CSS_SELECTOR, "a.reading"))
    assert f"{count} 项" in others.text


def test_a_finding_says_what_it_rests_on(browser: Browser, site: Site) -> None:
    browser.open(site.page("SELECT ?f { ?f a jx:Finding } ORDER BY ?f LIMIT 1"))
    assert "依据：" in find(browser, "dl.facts").text
    assert not browser.driver.find_elements(By.CSS_SELECTOR, '.actions a[href^="/why"]')
