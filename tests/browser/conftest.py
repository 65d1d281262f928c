"""A real browser on a real service over the published documents and one hostile document."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from jixiao.pipeline import lift_paths
from jixiao.store import open_store

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

    from tests.conftest import MakeOnce

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "samples"
AXE = Path(__file__).with_name("axe.min.js")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "headless=new no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
    "disable-component-update disable-sync hide-scrollbars"
)
SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
FORMULA = '=HYPERLINK("http://evil.example","x")'
TURNED = "\u202e反写的名字\u202c"
LONG = "长" * 10_000
HOSTILE = f"""2023年度项目支出绩效目标表

部门名称：测试县水务局

项目名称\t{SCRIPT}河道清淤{TURNED}\t\t
项目资金（万元）\t年度资金总额：\t10.00\t
年度目标\t{SCRIPT}{LONG}\t\t
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t{SCRIPT}清淤长度\t≥{SCRIPT}5公里
\t时效指标\t{LONG}\t12月底前
满意度指标\t服务对象满意度指标\t群众满意度{TURNED}\t≤95%
\t\t{FORMULA}\t≤90%
"""


@dataclass
class Site:
    """Hold a running service."""

    url: str

    def ask(self, query: str) -> list[dict[str, str]]:
        """Return the rows of a SELECT."""
        import httpx

        answer = httpx.get(f"{self.url}/sparql", params={"query": query, "format": "json"}, trust_env=False, timeout=60)
        rows = answer.raise_for_status().json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    def one(self, query: str) -> str:
        """Return the first value of a SELECT."""
        return next(iter(self.ask(query)[0].values()))

    def page(self, query: str) -> str:
        """Return the address of the page about the first node of a SELECT."""
        return "/" + self.one(query).partition("/id/")[2]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a document whose names are scripts, formulas, turned text and very long."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.txt"
    path.write_text(HOSTILE, "utf-8")
    return path


@pytest.fixture(scope="session")
def site_folder(make_once: MakeOnce, lifted_folder: Path, hostile: Path) -> Path:
    """Return the folder of a store that holds the published documents, printed ones and the hostile one."""

    def make(folder: Path) -> None:
        shutil.copytree(lifted_folder, folder / "store")
        store = open_store(str(folder / "store"), read_only=False)
        printed = sorted(SAMPLES.glob("p1_*.pdf"))
        report = lift_paths([str(hostile), *map(str, printed)], store)
        store.close()
        assert not report.failed

    return make_once("site", make) / "store"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, site_folder: Path) -> Iterator[Site]:
    """Return a service over what a store of its own holds of that."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(site_folder, folder / "store")
    with served(folder / "store") as url:
        yield Site(url)


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """Return a service over a store that holds nothing."""
    open_store(str(tmp_path / "store"), read_only=False).close()
    with served(tmp_path / "store", ahead="0") as url:
        yield Site(url)


@contextmanager
def served(store: Path, ahead: str = "1") -> Iterator[str]:
    """Serve a store from a process of its own; give the address once it is ready. ``ahead`` is ``JIXIAO_AHEAD``."""
    call = f"from jixiao_service.run import serve; serve({str(store)!r}, port=0)"
    log = store.with_name("log")
    with log.open("w") as errors:
        env = {**os.environ, "JIXIAO_AHEAD": ahead}
        process = subprocess.Popen([sys.executable, "-c", call], cwd=ROOT, stdout=errors, stderr=errors, env=env)
    try:
        yield _address(log, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    import httpx

    end = time.monotonic() + 300  # starting takes seconds of work; a busy machine takes minutes
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"(http://[\w.:]+)/ ", log.read_text())
        if found:
            with suppress(httpx.TransportError):
                if httpx.get(f"{found[1]}/readyz", trust_env=False).status_code == 200:
                    return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the service did not start (it ended with {process.poll()}): {log.read_text()}")


class Browser:
    """Drive a browser over one site, and tell what a visitor would not see."""

    def __init__(self, driver: Chrome, site: Site) -> None:
        self.driver = driver
        self.site = site

    def resize(self, width: int) -> None:
        """Take the width of a desk or of a telephone."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def open(self, path: str) -> None:
        """Open a page."""
        self.driver.get(self.site.url + quote(path, safe="/?=&%~#:"))

    def leave(self, through: WebElement) -> None:
        """Click what leads to another page, and wait until that is there.

        A mark on the window tells the pages apart: an element of the page that is being left may be asked for while it
        goes, which chromedriver answers now and then with an error of its own instead of "stale".
        """
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.ui import WebDriverWait

        arrived = "return !window.leaving && document.readyState === 'complete'"
        self.driver.execute_script("window.leaving = true")
        through.click()
        patient = WebDriverWait(self.driver, 60, ignored_exceptions=[WebDriverException])
        patient.until(lambda driver: driver.execute_script(arrived))

    def _log(self, name: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(name)  # type: ignore[no-untyped-call]
        return entries

    def complaints(self) -> list[str]:
        """Return what the browser complained of since it was asked last."""
        return [entry["message"] for entry in self._log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def strangers(self) -> set[str]:
        """Return the hosts beside the site's own that were asked for anything."""
        hosts = set()
        for entry in self._log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = urlsplit(message["params"]["request"]["url"])
                if address.scheme in ("http", "https", "ws", "wss"):
                    hosts.add(address.netloc)
        return hosts - {urlsplit(self.site.url).netloc}

    def faults(self, contrast: bool = True) -> list[str]:
        """Return the serious accessibility faults axe-core finds; the contrast of colours is half of its work."""
        self.driver.execute_script(AXE.read_text("utf-8"))
        found: list[list[Any]] = self.driver.execute_async_script(
            "const [contrast, done] = arguments;"
            "const rules = {'color-contrast': {enabled: contrast}};"
            "axe.run({resultTypes: ['violations'], selectors: false, preload: false, iframes: false, rules})"
            ".then((result) => done(result.violations.map("
            "(each) => [each.impact, each.id, each.nodes[0].html.slice(0, 200)])));",
            contrast,
        )
        return [f"{rule}: {html}" for impact, rule, html in found if impact in ("serious", "critical")]

    def shift(self) -> float:
        """Return by how much the layout has moved since the page was opened."""
        moved: float = self.driver.execute_async_script(
            "const done = arguments[0];"
            "let moved = 0;"
            "new PerformanceObserver((list) => {"
            "for (const entry of list.getEntries()) if (!entry.hadRecentInput) moved += entry.value;"
            "}).observe({type: 'layout-shift', buffered: true});"
            "requestAnimationFrame(() => setTimeout(() => done(moved)));"
        )
        return moved

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        width: int = self.driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Return a browser with a profile of its own; without one the tests are skipped."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    chromedriver = shutil.which("chromedriver")
    if browser is None or chromedriver is None:
        pytest.skip("needs chromium and chromedriver (on Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for switch in SWITCHES.split():
        options.add_argument(f"--{switch}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(chromedriver))
    started.set_script_timeout(60)
    yield started
    started.quit()


@pytest.fixture
def browser(driver: Chrome, site: Site) -> Browser:
    """Return the browser at the width of a desk, with nothing to complain of yet."""
    browser = Browser(driver, site)
    browser.resize(1280)
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.complaints()
    browser.strangers()
    return browser
