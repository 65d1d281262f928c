"""Make the pictures of the READMEs and the documentation from the running product.

They show home, a project, a finding beside its printed page, the list of findings, a draft that was checked, an answer.

``make pictures`` runs it: the published documents and the draft of the examples, printed, are lifted into a store of
their own, which is served, and Chromium without a window looks at the pages. Needs Chromium, a font with Chinese
characters and Pillow.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "docs" / "pictures"
QUESTION = "满意度不低于95%的项目有哪些"
LARGEST = 150 * 1024  # bytes of a picture
COLOURS = 64
READY_WITHIN = 120.0  # seconds
PROGRAM = str(Path(sys.executable).parent / "jixiao")
WANTED = """SELECT (?finding AS ?node) WHERE {
  ?finding a jx:Finding ; sh:resultSeverity sh:Violation ; jx:document/jx:fileName ?file .
  FILTER(STRENDS(?file, ".pdf"))
} ORDER BY ?file ?finding"""
LARGEST_PROJECT = """SELECT ?node (COUNT(?indicator) AS ?count) WHERE {
  ?indicator a jx:Indicator ; jx:project ?node
} GROUP BY ?node ORDER BY DESC(?count) ?node LIMIT 1"""


@contextmanager
def served(store: Path, log: Path) -> Iterator[str]:
    """Serve a store on a free port; give the address once it is ready."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [PROGRAM, "serve", "--store", str(store), "--port", "0"], stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and process.poll() is None:
            told = re.search(r"http://[\w.:]+", log.read_text("utf-8"))
            try:
                if told and urllib.request.urlopen(f"{told[0]}/readyz", timeout=10):
                    yield told[0]
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise SystemExit(f"the service did not come up: {log.read_text('utf-8')}")
    finally:
        process.terminate()
        process.wait(timeout=30)


def pages_of(url: str, query: str) -> Iterator[str]:
    """Yield the pages about what a query finds."""
    asked = urllib.parse.urlencode({"query": query, "format": "json"})
    with urllib.request.urlopen(f"{url}/sparql?{asked}", timeout=60) as answer:
        rows = json.load(answer)["results"]["bindings"]
    for row in rows:
        yield url + "/" + row["node"]["value"].partition("/id/")[2]


def project_page(url: str) -> str:
    """Return the page of the project with the most indicators."""
    return next(pages_of(url, LARGEST_PROJECT))


def with_picture(url: str) -> str:
    """Return the page of the first finding that shows the printed page."""
    for page in pages_of(url, WANTED):
        with urllib.request.urlopen(page, timeout=60) as answer:
            if "/picture/" in answer.read().decode():
                return page
    raise SystemExit("no finding shows a printed page")


def chromium() -> str:
    """Return where Chromium is."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("no Chromium here")
    return browser


def browse(*words: str) -> None:
    """Let Chromium do something, without a window."""
    with tempfile.TemporaryDirectory() as profile:
        switches = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--lang=zh-CN"]
        command = [chromium(), *switches, f"--user-data-dir={profile}", "--virtual-time-budget=15000", *words]
        subprocess.run(command, check=True, capture_output=True, timeout=180)


def print_draft(place: Path) -> Path:
    """Return the draft of the examples as a printed page."""
    title, *rows = filter(None, (ROOT / "docs/examples/draft.txt").read_text("utf-8").split("\n"))
    width = max(row.count("\t") for row in rows) + 1
    body = ""
    for row in rows:
        cells = row.split("\t")
        spans = [1] * (len(cells) - 1) + [width - len(cells) + 1]
        body += "<tr>" + "".join(f"<td colspan={n}>{escape(text)}" for n, text in zip(spans, cells, strict=True))
    style = (
        "<style>table{border-collapse:collapse;width:100%}td{border:1px solid;padding:4px}h1{font-size:16pt}</style>"
    )
    source = place / "draft.html"
    source.write_text(f"<meta charset=utf-8>{style}<h1>{escape(title)}</h1><table>{body}</table>", "utf-8")
    printed = place / "draft.pdf"
    browse("--no-pdf-header-footer", f"--print-to-pdf={printed}", source.as_uri())
    return printed


def photograph(address: str, name: str, width: int, height: int) -> Path:
    """Keep a picture of a page."""
    path = PLACE / f"{name}.png"
    browse(f"--window-size={width},{height}", f"--screenshot={path}", address)
    return with_few_colours(path)


def photograph_check(url: str, name: str, width: int, height: int) -> Path:
    """Keep a picture of what the page for drafts says of the draft of the examples."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.wait import WebDriverWait

    path = PLACE / f"{name}.png"
    options = webdriver.ChromeOptions()
    for switch in ("headless=new", "no-sandbox", "disable-gpu", "hide-scrollbars", f"window-size={width},{height}"):
        options.add_argument(f"--{switch}")
    options.binary_location = chromium()
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver") or "chromedriver"))
    try:
        browser.get(f"{url}/check")
        browser.find_element(By.CSS_SELECTOR, "input[type=file]").send_keys(str(ROOT / "docs/examples/draft.txt"))
        browser.find_element(By.CSS_SELECTOR, "main form button[type=submit], main form button").click()
        WebDriverWait(browser, 120).until(lambda here: here.find_elements(By.CSS_SELECTOR, "main .finding, main table"))
        browser.save_screenshot(str(path))
    finally:
        browser.quit()
    return with_few_colours(path)


def with_few_colours(path: Path) -> Path:
    """Return a picture whose file holds few colours; one that is too large ends it."""
    from PIL import Image

    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path}: {size} bytes are more than {LARGEST}")
    return path


def main() -> None:
    """Lift, serve, look."""
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        lift = [PROGRAM, "lift", "data", str(print_draft(place)), "--store", str(place / "store"), "--quiet"]
        subprocess.run(lift, cwd=ROOT, check=True, capture_output=True)
        with served(place / "store", place / "log") as url:
            asked = urllib.parse.urlencode({"q": QUESTION})
            print(photograph(with_picture(url), "finding", 1100, 730))
            print(photograph(f"{url}/ask?{asked}", "answer", 1100, 700))
            print(photograph(url, "home", 1100, 800))
            print(photograph(project_page(url), "project", 1100, 760))
            print(photograph(f"{url}/findings", "findings", 1100, 800))
            print(photograph_check(url, "check", 1100, 1500))


if __name__ == "__main__":
    main()
