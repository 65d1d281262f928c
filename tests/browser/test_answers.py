"""What the service answers without a browser: in time, with a strict policy, and kindly to odd requests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Site

SECONDS = 0.2
PAGES = (
    "/ /departments /projects /documents /findings /findings?rule=R301 /heatmap /concepts /graph /query /check"
    " /concept/satisfaction-public /search?q=满意度"
)


@pytest.mark.parametrize("path", PAGES.split())
def test_a_page_answers_in_time(site: Site, path: str) -> None:
    address = site.url + quote(path, safe="/?=")
    with httpx.Client(trust_env=False, timeout=60) as client:
        assert client.get(address).status_code == 200
        taken = []
        for _ in range(3):
            started = time.perf_counter()
            client.get(address)
            taken.append(time.perf_counter() - started)
    assert min(taken) < SECONDS


def test_pages_forbid_what_they_do_not_need(site: Site) -> None:
    headers = httpx.get(site.url, trust_env=False).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/project/none",
        "/department/%3Cscript%3E",
        "/concept/none",
        "/indicator/" + "x" * 3000,
        "/compare?of=none",
        "/compare?" + "&".join(f"of=project/{each}" for each in "abcdefg"),
        "/graph?iri=%20",
        "/entity?iri=none",
        "/findings/export/none",
        "/static/..%2f..%2fapp.py",
        "/static/none.js",
    ],
)
def test_what_is_not_there_is_told_so(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path, trust_env=False)
    assert answer.status_code in (400, 404, 422)
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "path", ["/findings?p=-5&severity=none&rule=%22", "/projects?p=999999", "/heatmap?year=x&measure=y"]
)
def test_odd_parameters_are_harmless(site: Site, path: str) -> None:
    assert httpx.get(site.url + path, trust_env=False).status_code == 200


def test_too_large_a_file_is_refused(site: Site) -> None:
    answer = httpx.post(f"{site.url}/check", files={"file": ("big.txt", b"0" * (21 << 20))}, trust_env=False)
    assert answer.status_code == 413


def test_an_empty_form_is_told_so(site: Site) -> None:
    answer = httpx.post(f"{site.url}/check", files={"other": ("", b"")}, trust_env=False)
    assert answer.status_code == 422
    assert "请选择" in answer.text
