"""What is read wrongly is set right in the browser, beside its source: at once, for good, and by who has the token."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.tables import read_table
from tests.browser.conftest import SAMPLES, Browser, Site, served
from tests.browser.test_flows import find

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser

TOKEN = "a-token-of-this-test"
PRINTED = sorted(SAMPLES.glob("p1_*.pdf"))


@pytest.fixture
def desk(tmp_path: Path, driver: Chrome, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Browser, Path]]:
    """Return a browser on a writable service over one PDF, and the folder of its store."""
    for path in PRINTED:
        shutil.copy(path, tmp_path / path.name)
    with closing(open_store(str(tmp_path / "store"))) as store:
        assert not lift_paths([str(tmp_path / path.name) for path in PRINTED], store).failed
    monkeypatch.setenv("JIXIAO_TOKEN", TOKEN)
    with served(tmp_path / "store") as url:
        browser = Browser(driver, Site(url))
        driver.get("about:blank")
        driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        browser.resize(1280)
        browser.complaints()
        yield browser, tmp_path / "store"


def press(browser: Browser, label: str) -> None:
    browser.leave(browser.driver.find_element(By.XPATH, f"//main//button[contains(., '{label}')]"))


def settle(browser: Browser) -> None:
    """Open the page again until what was decided on it has taken effect."""
    while "正在改动图谱" in find(browser, "#review").text:
        browser.open(browser.driver.current_url.removeprefix(browser.site.url))


def test_a_correction_made_in_the_browser_stays(desk: tuple[Browser, Path]) -> None:
    browser, folder = desk
    site = browser.site
    page = site.page("SELECT ?i { ?i a jx:Indicator ; jx:lowerBound 1320.0 }")
    browser.open(page)
    assert find(browser, ".page-picture img")  # the page of the original stands beside the form
    Select(find(browser, "#field")).select_by_value("target_text")
    find(browser, "#value").send_keys("≥1300批次")
    press(browser, "更正")
    find(browser, "#token").send_keys("not-the-right-token")
    press(browser, "继续")
    assert "口令不对" in find(browser, "[role=alert]").text
    find(browser, "#token").send_keys(TOKEN)
    press(browser, "继续")
    box = find(browser, "#review").text
    assert "人工更正" in box and "≥1300批次" in box and "1320" in box
    settle(browser)
    assert "人工更正" in find(browser, "#review").text
    assert site.one("SELECT ?v { ?i jx:lowerBound ?v ; jx:corrected ?c }") == "1300"
    assert browser.faults() == [] and browser.overflow() == 0
    press(browser, "核对无误")  # nobody asks for the token again
    assert "核对无误" in find(browser, "#review").text
    Select(find(browser, "#field")).select_by_value("target_text")
    find(browser, "#value").send_keys("≥1310批次")
    press(browser, "更正")
    assert "≥1300批次" in find(browser, "#review [role=status]").text  # the earlier one is named
    cookie = browser.driver.get_cookie("jixiao_review")
    assert cookie and (cookie["httpOnly"], cookie["sameSite"], TOKEN in cookie["value"]) == (True, "Strict", False)
    foreign = {"cookie": f"jixiao_review={cookie['value']}", "origin": "http://elsewhere.example"}
    refused = httpx.post(f"{site.url}/review", headers=foreign, data={"iri": "x"}, trust_env=False, timeout=60)
    assert refused.status_code == 403
    browser.open(site.page("SELECT ?f { ?f a jx:Finding } ORDER BY ?f LIMIT 1"))
    Select(find(browser, "#decision")).select_by_value("dismissed")
    find(browser, "#note").send_keys("原文如此")
    press(browser, "记下")
    settle(browser)
    browser.open("/findings?status=dismissed")
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, "tbody tr")) == 1
    for path in ("/review", "/corrections"):
        browser.open(path)
        assert browser.faults() == [] and browser.overflow() == 0
    with closing(open_store(str(folder))) as store:
        lift_paths([str(folder.parent / path.name) for path in PRINTED], store)
        rows = [row for row in read_table(store, "indicators") if row["corrected"]]
        assert [(row["target_text"], row["corrected"]) for row in rows] == [("≥1310批次", ["target_text"])]
        assert [row["status"] for row in read_table(store, "findings")].count("dismissed") == 1
