"""The service shows the documentation at ``/docs``, from the files that were built, and says when there are none."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from jixiao_service import manual
from jixiao_service.problems import add_handlers

PAGE = "<!doctype html><script>start()</script><p>绩效</p>"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(manual, "_FOLDER", tmp_path)
    manual._files.cache_clear()
    manual._policy.cache_clear()
    yield tmp_path
    manual._files.cache_clear()
    manual._policy.cache_clear()


def client() -> TestClient:
    app = FastAPI(docs_url=None)
    add_handlers(app)
    app.include_router(manual.router)
    return TestClient(app, follow_redirects=False)


def test_pages_are_served_with_what_they_may_load(site: Path) -> None:
    (site / "howto").mkdir()
    (site / "index.html").write_text(PAGE, "utf-8")
    (site / "howto" / "index.html").write_text(PAGE, "utf-8")
    (site / "page.css").write_text("p {}", "utf-8")
    (site / "search.js").write_text("importScripts('lunr.js')", "utf-8")
    asked = client()
    assert asked.get("/docs").headers["location"] == "/docs/"
    assert asked.get("/docs/howto").headers["location"] == "/docs/howto/"
    for address in ("/docs/", "/docs/howto/"):
        answer = asked.get(address)
        assert (answer.status_code, answer.text) == (200, PAGE)
        digest = b64encode(sha256(b"start()").digest()).decode()
        (scripts,) = re.findall(r"script-src ([^;]*);", answer.headers["content-security-policy"])
        assert scripts == f"'self' 'sha256-{digest}'"
    worker = asked.get("/docs/search.js").headers["content-security-policy"]
    assert worker.startswith("default-src 'self';")  # a worker goes by the policy of its own script
    assert asked.get("/docs/page.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["../manual.py", "%2e%2e/manual.py", "none", "/etc/passwd", ".."])
def test_nothing_else_is_served(site: Path, name: str) -> None:
    (site / "index.html").write_text(PAGE, "utf-8")
    assert client().get(f"/docs/{name}").status_code == 404


def test_it_says_when_nothing_was_built(site: Path) -> None:
    assert client().get("/docs/").headers["location"] == "/about#documentation"
    answer = client().get("/docs/howto/check/", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert "make docs" in answer.text
