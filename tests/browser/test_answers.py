"""What the service answers without a browser: a strict policy, linked data, and kind words to odd requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Site

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_pages_forbid_what_they_do_not_need(site: Site) -> None:
    headers = httpx.get(site.url, trust_env=False, timeout=60).headers
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
        "/findings?nothing=1",
        "/indicators?lower_ge=x",
        "/static/..%2f..%2fapp.py",
        "/static/none.js",
    ],
)
def test_what_is_not_there_is_told_so(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path, trust_env=False, timeout=60)
    assert answer.status_code in (400, 404, 422)
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "path", ["/findings?p=-5&severity=none&rule=%22", "/projects?p=999999", "/heatmap?year=x&measure=y"]
)
def test_odd_parameters_are_harmless(site: Site, path: str) -> None:
    assert httpx.get(site.url + path, trust_env=False, timeout=60).status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/id/project/none", "/id/%20%22", "/export/none"])
def test_an_address_that_leads_nowhere_says_what_to_do(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path, headers=HTML, trust_env=False, timeout=60, follow_redirects=True)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert "可以这样做" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_programs_get_problems_not_pages(site: Site) -> None:
    answer = httpx.get(f"{site.url}/nowhere", trust_env=False, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_an_iri_is_a_page_for_browsers_and_rdf_for_programs(site: Site) -> None:
    from pyoxigraph import RdfFormat, parse

    iri = site.one("SELECT ?x { ?x a jx:Project ; jx:hasPlan ?p } ORDER BY ?x LIMIT 1")
    address = f"{site.url}/id/{iri.partition('/id/')[2]}"
    page = httpx.get(address, headers=HTML, trust_env=False, timeout=60, follow_redirects=True)
    assert "/project/" in str(page.url)
    assert page.status_code == 200
    for media_type, form in (("text/turtle", RdfFormat.TURTLE), ("application/ld+json", RdfFormat.JSON_LD)):
        answer = httpx.get(address, headers={"Accept": media_type}, trust_env=False, timeout=60)
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert "Accept" in answer.headers["vary"]
        stated = {str(quad.subject) for quad in parse(answer.content, format=form)}
        assert f"<{iri}>" in stated
    assert httpx.get(address, headers={"Accept": "image/png"}, trust_env=False, timeout=60).status_code == 406
    assert httpx.get(f"{site.url}/id/project/none", trust_env=False, timeout=60).status_code == 404


def test_codes_and_the_vocabulary_are_pages_and_rdf(site: Site) -> None:
    words = {"/code/satisfaction-public": "群众满意度", "/code/level-output": "产出指标", "/ontology": "jx:Indicator"}
    for path, word in words.items():
        page = httpx.get(site.url + path, headers=HTML, trust_env=False, timeout=60, follow_redirects=True)
        assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html"), path
        assert word in page.text
        assert (
            httpx.get(site.url + path, trust_env=False, timeout=60).headers["content-type"].startswith("text/turtle")
        ), path
    assert "jx:targetText" in httpx.get(f"{site.url}/ontology", trust_env=False, timeout=60).text


def test_texts_are_sent_compressed_and_what_is_had_is_not_sent_again(site: Site) -> None:
    for path in ("/", "/projects", "/static/vendor/codemirror.min.js", "/api/openapi.json", "/api/v1/indicators"):
        plain = httpx.get(site.url + path, headers={"Accept-Encoding": "identity"}, trust_env=False, timeout=60)
        with httpx.stream("GET", site.url + path, trust_env=False, timeout=60) as packed:
            sent = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip", path
        assert len(sent) < 0.5 * len(plain.content), path
    for path in ("/", "/projects", "/about?lang=en"):
        got, told = (
            httpx.get(site.url + path, trust_env=False, timeout=60),
            httpx.head(site.url + path, trust_env=False, timeout=60),
        )
        assert (told.status_code, told.content) == (200, b""), path
        assert told.headers["etag"] == got.headers["etag"], path
        again = httpx.get(site.url + path, headers={"If-None-Match": got.headers["etag"]}, trust_env=False, timeout=60)
        assert (again.status_code, again.content) == (304, b""), path


def test_crawlers_browsers_and_messengers_find_what_they_look_for(site: Site) -> None:
    robots = httpx.get(f"{site.url}/robots.txt", trust_env=False, timeout=60)
    assert (robots.status_code, "Disallow: /original" in robots.text) == (200, True)
    assert (
        httpx.get(f"{site.url}/favicon.ico", trust_env=False, timeout=60)
        .headers["content-type"]
        .startswith("image/svg")
    )
    home = httpx.get(site.url, trust_env=False, timeout=60).text
    assert all(f'property="og:{name}"' in home for name in ("title", "description", "site_name", "type"))


def test_the_language_is_kept_on_the_way(site: Site) -> None:
    iri = site.one("SELECT ?x { ?x a jx:Project ; jx:hasPlan ?p } ORDER BY ?x LIMIT 1")
    for address in (f"/entity?lang=en&iri={iri}", f"/id/{iri.partition('/id/')[2]}?lang=en"):
        page = httpx.get(site.url + address, headers=HTML, trust_env=False, timeout=60, follow_redirects=True)
        assert 'lang="en"' in page.text, address


def test_an_empty_store_says_how_to_fill_it(empty_site: Site) -> None:
    home = httpx.get(empty_site.url, trust_env=False, timeout=60)
    assert "jixiao lift" in home.text
    lists = "departments projects documents findings heatmap concepts graph query compare search?q=x"
    for path in lists.split():
        answer = httpx.get(f"{empty_site.url}/{path}", headers=HTML, trust_env=False, timeout=60)
        assert answer.status_code == 200, path


def test_too_large_a_file_is_refused(site: Site) -> None:
    answer = httpx.post(
        f"{site.url}/check", files={"file": ("big.txt", b"0" * (21 << 20))}, trust_env=False, timeout=60
    )
    assert answer.status_code == 413


def test_an_empty_form_is_told_so(site: Site) -> None:
    answer = httpx.post(f"{site.url}/check", files={"other": ("", b"")}, trust_env=False, timeout=60)
    assert answer.status_code == 422
    assert "请选择" in answer.text


@pytest.mark.parametrize(("lang", "said"), [("zh", "还没有生成"), ("en", "it has not been built")])
def test_where_the_documentation_is_not_built_a_page_says_how_to_get_it(site: Site, lang: str, said: str) -> None:
    answer = httpx.get(f"{site.url}/docs", cookies={"lang": lang}, trust_env=False, timeout=60, follow_redirects=True)
    assert answer.status_code == 200
    if "/docs/" not in str(answer.url):
        assert said in answer.text and "make docs" in answer.text and 'id="documentation"' in answer.text
    assert 'href="/docs/' in httpx.get(site.url, trust_env=False, timeout=60).text


def test_english_pages_have_english_punctuation(site: Site) -> None:
    """Words of documents may be Chinese; what the page itself says around them is not."""
    for path in ("/", "/about", "/tables", "/api", "/check", "/heatmap", "/compare", "/concepts"):
        page = httpx.get(site.url + path, cookies={"lang": "en"}, headers=HTML, trust_env=False, timeout=60).text
        own = re.sub(r"<(script|style|code|pre)[^>]*>.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert not re.search(r"[A-Za-z0-9)] ?[：。；（]|[：。；）] ?[A-Z]", own.replace("\n", " ")), path


def test_issues_and_doubts_are_told_in_words(site: Site) -> None:
    issue = site.ask(
        "SELECT ?x ?said ?code { ?x a jx:Issue ; jx:message ?said ; jx:code ?code FILTER(LANG(?said) = 'en') }"
    )[0]
    page = httpx.get(f"{site.url}/entity?lang=en&iri={issue['x']}", trust_env=False, timeout=60, follow_redirects=True)
    title, body = (re.search(f"<{tag}.*?>(.*?)</{tag}>", page.text, re.DOTALL) for tag in ("h1", "main"))
    assert title and title[1].startswith(issue["said"][:20])
    assert body and not re.search(rf"<dd>\s*({issue['code']}|info|warning|error)\s*</dd>", body[1])
    listed = httpx.get(f"{site.url}/api/v1/review?limit=1000", trust_env=False, timeout=60).json()["items"]
    assert {row["read_as"] for row in listed if row["kind"] == "issue"} == {None}
    doubts = {each for row in listed for each in row["doubts"] or ()}
    shown = httpx.get(
        f"{site.url}/review?lang=en&limit=100&kind=figure&kind=indicator", trust_env=False, timeout=60
    ).text
    assert doubts and not any(each in shown for each in doubts)


def test_a_table_of_money_is_titled_as_printed_and_says_its_columns(site: Site) -> None:
    table = site.one(
        "SELECT ?t { ?m a jx:MoneyTable ; rdfs:label '2023 年项目支出预算表' ; prov:wasDerivedFrom/jx:inTable ?t }"
    )
    page = httpx.get(f"{site.url}/{table.partition('/id/')[2]}", trust_env=False, timeout=60).text
    assert re.search(r"<h1><a[^>]*>2023 年项目支出预算表</a>", page)
    assert re.search(r'class="reading budgetfigure"[^>]*>金额 本年拨款/一般公共预算 <b>76.25</b>', page)


def test_an_answer_from_a_pdf_names_the_page_of_each_line(site: Site) -> None:
    asked = {"q": "碧湖区市场监督管理局有哪些指标"}
    found = httpx.get(f"{site.url}/api/v1/ask", params=asked, trust_env=False, timeout=60).json()
    assert [column["title"] for column in found["columns"]][-3:] == ["文件", "页", "行"]
    listed = {"department": "碧湖区市场监督管理局", "limit": "1000"}
    rows = httpx.get(f"{site.url}/api/v1/indicators", params=listed, trust_env=False, timeout=60).json()["items"]
    pages = {(row["document"], str(row["line"])): str(row["page"]) for row in rows}
    assert found["rows"] and all(row["page"] == pages[row["document"], row["line"]] for row in found["rows"])
    asked = {"q": "碧湖区市场监督管理局的项目预算一共多少", "wait": "1"}
    assert "看所依据的各行" in httpx.get(f"{site.url}/ask", params=asked, trust_env=False, timeout=60).text
