"""Scripts, formulas, turned and endless text of a document are text on every page and in every file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.conftest import SCRIPT

if TYPE_CHECKING:
    from tests.browser.conftest import Browser, Site

pytestmark = pytest.mark.browser

NODES = """SELECT DISTINCT ?x {
  ?d jx:fileName "hostile.txt"
  { ?x jx:fileName "hostile.txt" }
  UNION { ?x jx:document ?d . ?x a ?type FILTER(?type NOT IN (jx:SourceRow, jx:Mention)) }
  UNION { ?plan jx:document ?d . ?plan jx:project ?x } UNION { ?plan jx:document ?d . ?plan jx:department ?x }
} ORDER BY ?x"""


def test_everything_of_the_document_is_only_text(browser: Browser, site: Site) -> None:
    nodes = [row["x"] for row in site.ask(NODES)]
    kinds = {node.split("/id/")[1].split("/")[0] for node in nodes}
    assert {"document", "project", "indicator", "goal", "finding", "table"} <= kinds
    pages = ["/" + node.partition("/id/")[2] for node in nodes]
    pages += [
        "/",
        "/findings",
        "/documents",
        "/projects",
        "/departments",
        "/indicators",
        "/goals",
        "/findings?project_has=" + quote(SCRIPT, safe=""),
        "/search?q=script",
        "/search?q=清淤",
        "/heatmap",
    ]
    pages += [f"/graph?iri={nodes[0]}"]
    projects = [node for node in nodes if "/project/" in node]
    pages += ["/compare?q=script&of=project/" + quote(each.rpartition("/")[2], safe="") for each in projects]
    pages += ["/nowhere/" + SCRIPT, "/search?q=" + quote(SCRIPT, safe=""), "/ask?q=" + quote(SCRIPT + "？", safe="")]
    for path in pages:
        browser.open(path)
        assert browser.driver.title != "owned", path
        assert (
            browser.driver.find_elements(By.CSS_SELECTOR, "main img, main script:not([type='application/json'])") == []
        )
        assert "\u202e" not in browser.driver.page_source, path
        assert [each for each in browser.complaints() if "404" not in each] == [], path
        assert browser.overflow() == 0, path


def test_the_script_is_shown_as_it_stands(browser: Browser, site: Site) -> None:
    page = site.page('SELECT ?x { ?x a jx:Indicator ; rdfs:label ?l FILTER(CONTAINS(?l, "<script>")) } LIMIT 1')
    browser.open(page)
    assert "<script>" in browser.driver.find_element(By.CSS_SELECTOR, "h1").text


def test_a_hostile_file_is_checked_as_text(browser: Browser, hostile: Path) -> None:
    browser.open("/check")
    browser.driver.find_element(By.ID, "file").send_keys(str(hostile))
    browser.driver.find_element(By.CSS_SELECTOR, "#checking button").click()
    WebDriverWait(browser.driver, 60).until(lambda d: d.find_elements(By.ID, "result"))
    assert browser.driver.title != "owned"
    assert "<script>" in browser.driver.find_element(By.ID, "result").text
    assert browser.complaints() == []


def test_no_cell_of_an_export_is_a_formula(site: Site) -> None:
    answer = httpx.get(f"{site.url}/api/v1/findings.csv?bom=1", trust_env=False, timeout=60)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []


def test_no_cell_of_a_workbook_is_a_formula(site: Site) -> None:
    from openpyxl import load_workbook

    answer = httpx.get(f"{site.url}/api/v1/findings.xlsx", trust_env=False, timeout=60)
    sheets = load_workbook(io.BytesIO(answer.content)).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
