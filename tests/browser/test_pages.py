"""Every page opens at both widths: no complaint of the browser, no other host, no serious accessibility fault.

The lists have the same asked of them in ``test_lists.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Browser, Site

pytestmark = pytest.mark.browser

FIXED = (
    "/",
    "/?lang=en",
    "/findings?rule=R301",
    "/compare",
    "/heatmap",
    "/heatmap?measure=vague",
    "/concepts",
    "/concept/satisfaction-public",
    "/graph",
    "/query",
    "/check",
    "/ontology",
    "/heatmap?of=department",
    "/search?q=满意度",
    "/ask?q=满意度不低于95%25的项目有哪些",
    "/indicators?level3=群众满意度",
    "/tables",
    "/about",
    "/projects?lang=en&sort=-amount&limit=25",
    "/entity?iri=https://w3id.org/jixiao/ontology%23Indicator",
)
CLASSES = (
    "Department Project Document SourceTable SourceRow Indicator Goal Task FundLine BudgetFigure ProseFact Finding "
    "Issue SelfEvaluation ManagementItem ProjectPlan FilledForm MoneyTable HeaderField Mention Link ProjectEntry "
    "Placing"
)


def _of_department(iri: str) -> list[str]:
    return [f"/{page}?iri={quote(iri, safe='')}" for page in ("graph", "why")]


def _addresses(site: Site) -> list[str]:
    of_classes = [site.page(f"SELECT ?x {{ ?x a jx:{name} }} ORDER BY ?x LIMIT 1") for name in CLASSES.split()]
    department = site.one("SELECT ?x { ?x a jx:Department ; jx:hasProject ?p } ORDER BY ?x LIMIT 1")
    departments = [row["x"] for row in site.ask("SELECT ?x { ?x a jx:Department } ORDER BY ?x LIMIT 3")]
    sides = "&".join(f"of=department/{quote(each.rpartition('/')[2])}" for each in departments)
    measure = site.one("SELECT ?x { ?i jx:measure ?x } ORDER BY ?x LIMIT 1")
    of_classes.append(f"/why?iri={quote(measure, safe='')}")
    return [*FIXED, *of_classes, *_of_department(department), f"/compare?{sides}"]


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.long)])
def test_every_page(browser: Browser, site: Site, width: int) -> None:
    browser.resize(width)
    seen = []
    for path in _addresses(site):
        browser.open(path)
        assert browser.driver.find_elements("css selector", "main h1"), path
        seen += [(path, "complaint", each) for each in browser.complaints()]
        seen += [(path, "host", each) for each in browser.strangers()]
        seen += [(path, "fault", each) for each in browser.faults(contrast=width > 390)]
        seen += [(path, "moved", str(browser.shift()))] if browser.shift() > 0.05 else []
        seen += [(path, "too wide", str(browser.overflow()))] if browser.overflow() > 0 else []
    assert seen == []


def test_dark_is_readable_too(browser: Browser) -> None:
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        for path in ("/", "/findings", "/heatmap", "/concept/satisfaction-public", "/query"):
            browser.open(path)
            assert browser.faults() == [], path
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("path", ["/documents", "/ask?q=满意度不低于95%25的项目有哪些&wait=1", "/project"])
def test_tables_are_cards_on_a_telephone(browser: Browser, site: Site, path: str) -> None:
    if path == "/project":
        path = site.page("SELECT ?x { ?x a jx:Project ; jx:hasPlan/jx:hasIndicator ?i } ORDER BY ?x LIMIT 1")
    browser.resize(390)
    browser.open(path)
    squeezed: list[str] = browser.driver.execute_script(
        "return [...document.querySelectorAll('main table :is(th, td)')]"
        ".filter((cell) => cell.offsetParent && cell.textContent.trim().length > 6 && cell.clientWidth < 60)"
        ".map((cell) => cell.textContent.trim())"
    )
    assert squeezed == []
    assert browser.driver.find_elements("css selector", "table.stacks td[data-title]")
    assert browser.faults() == []
