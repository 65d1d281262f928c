from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from openpyxl import load_workbook

from jixiao.tables import TABLES
from jixiao.tables.schemas import columns

if TYPE_CHECKING:
    from tests.api.conftest import Service
    from tests.api.rest.conftest import Tables

API = "/api/v1"


def every(service: Service, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return all rows of a list, page by page."""
    rows: list[dict[str, Any]] = []
    address: str | None = f"{API}/{name}"
    asked: Any = {"limit": 400, **parameters}
    while address:
        answer = service.get(address, params=asked)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        rows += body["items"]
        address, asked = body["next"], None
        if address:
            assert f'<{address}>; rel="next"' in answer.headers["link"]
    assert len(rows) == body["total"]
    return rows


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_is_what_sparql_says(service: Service, tables: Tables, name: str) -> None:
    rows = every(service, name)
    regions = {row["name"]: row["region_code"] for row in tables["departments"]}
    for row in rows:
        if "department" in TABLES[name].columns:
            assert row.pop("region_code") == regions.get(row["department"])
    assert rows == tables[name]


def test_reference_figures_of_projects_named_alike(service: Service, tables: Tables) -> None:
    """What projects such as 劳务派遣 set: the concepts of their own rows, whatever end of a name is asked with."""
    found = every(service, "reference-indicators", project_like="劳务派遣经费", scope="all")
    alike = [row["concept"] for row in tables["indicators"] if "劳务派遣" in (row["project"] or "")]
    assert found
    assert {row["concept"] for row in found} <= set(alike)
    again = every(service, "reference-indicators", project_like="劳务派遣项目资金", scope="all")
    assert [row["iri"] for row in again] == [row["iri"] for row in found]
    assert every(service, "reference-indicators", project_like="海洋牧场") == []


def test_reference_figures_of_a_functional_class(service: Service, tables: Tables) -> None:
    """What offices set that spend most in a class: their largest printed amount of all functional classes is there."""
    largest: dict[str, tuple[Decimal, str]] = {}
    for row in tables["amounts"]:
        if row["item_scheme"] == "functional" and row["department"] and row["item_code"] >= "2":
            spent = Decimal(row["amount"]), row["item_code"][:3]
            largest[row["department"]] = max(spent, largest.get(row["department"], spent))
    offices = {office for office, (_, code) in largest.items() if code == "201"}
    other = {row["concept"] for row in tables["indicators"] if row["department"] not in offices}
    found = every(service, "reference-indicators", functional_class="201", scope="all")
    assert found and offices
    own = {row["concept"] for row in tables["indicators"] if row["department"] in offices and row["concept"]}
    assert {row["concept"] for row in found} <= own
    named = every(service, "reference-indicators", functional_class="一般公共服务", scope="all")
    assert named == every(service, "reference-indicators", functional_class="2010301", scope="all") == found
    assert len(found) < len(every(service, "reference-indicators", scope="all")) or not other - own
    assert every(service, "reference-indicators", functional_class="205", scope="all") == []
    refused = service.get(f"{API}/reference-indicators", params={"functional_class": "海洋牧场"})
    assert refused.status_code == 422


def test_filters_of_an_analyst(service: Service, tables: Tables) -> None:
    found = every(service, "indicators", indicator="满意度", lower_ge=95, year=2023)
    expected = [
        row["iri"]
        for row in tables["indicators"]
        if row["fiscal_year"] == 2023 and row["lower"] and Decimal(row["lower"]) >= 95
        and "满意度" in f"{row['level1']}{row['level2']}{row['level3']}"
    ]  # fmt: skip
    assert [row["iri"] for row in found] == expected
    assert {row["region_code"][:4] for row in every(service, "projects", region="4103")} == {"4103"}
    assert len(every(service, "projects", region="410000")) == len(tables["projects"])
    large = every(service, "projects", amount_ge=5_000_000, sort="-amount")
    assert [Decimal(row["amount"]) for row in large] == sorted(
        (Decimal(row["amount"]) for row in tables["projects"] if row["amount"] and Decimal(row["amount"]) >= 5_000_000),
        reverse=True,
    )
    words = every(service, "indicators", q="劳务派遣 满意度")
    assert words and all("劳务派遣" in f"{row['level3']}{row['project']}" for row in words)
    assert all(row["project"] is None for row in every(service, "indicators", project="null"))


def test_rows_with_findings(service: Service, tables: Tables) -> None:
    assert tables["findings"]
    rule = tables["findings"][0]["rule"]
    of_rule = {row["document"] for row in tables["findings"] if row["rule"] == rule}
    assert {row["document"] for row in every(service, "documents", has=f"finding:{rule}")} == of_rule
    focused = {row["focus"] for row in tables["findings"]} & {row["iri"] for row in tables["indicators"]}
    assert focused <= {row["iri"] for row in every(service, "indicators", has="finding")}
    assert every(service, "projects", has="finding:R999") == []


def test_pages_by_any_order_hold_every_row_once(service: Service, tables: Tables) -> None:
    for sort in ("-amount", "amount", "department,-year", "-name"):
        rows = every(service, "projects", sort=sort, limit=5)
        assert sorted(row["iri"] for row in rows) == sorted(row["iri"] for row in tables["projects"])
    amounts = [row["amount"] for row in every(service, "projects", sort="amount", limit=7)]
    known = [Decimal(amount) for amount in amounts if amount]
    assert known == sorted(known)
    assert amounts[len(known) :] == [None] * (len(amounts) - len(known))


def test_fields_and_facets(service: Service, tables: Tables) -> None:
    body = service.get(
        f"{API}/indicators", params={"fields": "level3,lower", "facet": "level1,comparator_stated", "limit": 3}
    ).json()
    assert [list(row) for row in body["items"]] == [["level3", "lower"]] * 3
    counts: dict[Any, int] = {}
    for row in tables["indicators"]:
        counts[row["level1"]] = counts.get(row["level1"], 0) + 1
    assert {each["value"]: each["count"] for each in body["facets"]["level1"]} == counts
    assert {each["value"] for each in body["facets"]["comparator_stated"]} <= {True, False, None}


def test_files_hold_all_rows(service: Service, tables: Tables) -> None:
    answer = service.get(f"{API}/indicators.csv", params={"limit": 1})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["iri"] for row in rows] == [row["iri"] for row in tables["indicators"]]
    assert "indicators.csv" in answer.headers["content-disposition"]
    assert service.get(f"{API}/projects.csv?bom=1").content.startswith(b"\xef\xbb\xbf")
    assert service.get(f"{API}/projects", params={"format": "xlsx"}).content.startswith(b"PK")
    assert service.get(f"{API}/projects.json").json()["total"] == len(tables["projects"])


def test_a_workbook_is_for_people_unless_programs_ask(service: Service, tables: Tables) -> None:
    filters = {"department": next(row["department"] for row in tables["projects"] if row["department"])}
    book = load_workbook(io.BytesIO(service.get(f"{API}/projects.xlsx", params=filters).content))
    assert book.sheetnames == ["项目", "说明"]
    head = [cell.value for cell in book["项目"][1]]
    assert "预算（万元）" in head and "iri" not in head
    notes = [row[0] for row in book["说明"].iter_rows(values_only=True)]
    assert f"{book['项目'].max_row - 1:,} 行" in notes[0] and filters["department"] in notes[1]
    book = load_workbook(io.BytesIO(service.get(f"{API}/projects.xlsx", params={"machine": 1}).content))
    assert tuple(cell.value for cell in book["projects"][1]) == columns("projects")


def test_an_answer_the_client_has_is_not_sent_again(service: Service) -> None:
    first = service.get(f"{API}/projects", params={"year": 2023})
    again = service.get(f"{API}/projects", params={"year": 2023}, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = service.get(f"{API}/projects", params={"year": 2024}, headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


def test_regions_and_concepts(service: Service) -> None:
    regions = {row["code"]: row for row in every(service, "regions")}
    assert regions["410308"]["name"] == "孟津区" and regions["410000"]["departments"] >= 5
    used = every(service, "concepts", scheme="concept", indicators_gt=0)
    assert "satisfaction-public" in {row["key"] for row in used}


def test_other_origins_may_read(service: Service) -> None:
    headers = {"origin": "https://example.org", "access-control-request-method": "GET"}
    preflight = service.client.options(f"{API}/indicators", headers=headers)
    assert preflight.status_code == 204
    answer = service.get(f"{API}/documents", headers=headers)
    for each in (preflight, answer):
        assert each.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in each.headers


def test_the_description_is_whole_and_steady(service: Service) -> None:
    described = service.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    operations = [each["operationId"] for ways in described["paths"].values() for each in ways.values()]
    assert len(operations) == len(set(operations))
    assert {f"list_{name}" for name in TABLES} | {"search", "ask", "list_tables"} <= set(operations)
    for name in TABLES:  # every documented example is answered
        parameters = described["paths"][f"{API}/{name}"]["get"]["parameters"]
        asked = {p["name"]: p["examples"]["example"]["value"] for p in parameters if "examples" in p}
        assert asked and service.get(f"{API}/{name}", params=asked).status_code == 200, name
    (limit,) = (p["schema"] for p in parameters if p["name"] == "limit")
    for rows, status in ((limit["maximum"], 200), (limit["maximum"] + 1, 422), (limit["minimum"] - 1, 422)):
        assert service.get(f"{API}/{name}", params={"limit": rows}).status_code == status
    assert len(service.get(f"{API}/indicators").json()["items"]) == limit["default"]
    page = service.get("/api/docs").text
    assert f"{API}/indicators" in page and 'src="http' not in page


def test_next_keeps_the_question(service: Service) -> None:
    body = service.get(f"{API}/indicators", params={"level1": "产出指标", "limit": 2, "sort": "-lower"}).json()
    asked = dict(parse_qsl(urlsplit(body["next"]).query))
    assert asked["level1"] == "产出指标" and asked["limit"] == "2" and asked["cursor"]


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ("corrections", "review")])
def test_each_row_is_found_by_its_iri(service: Service, tables: Tables, name: str) -> None:
    row = tables[name][-1]
    whole = service.get(f"{API}/{name}/{quote(row['iri'], safe='')}")
    assert whole.status_code == 200 and whole.json()["iri"] == row["iri"]
    short = service.get(f"{API}/{name}/{quote(row['iri'].split('/id/')[1].split('/', 1)[1])}")
    assert short.json() == whole.json()


def test_what_is_to_be_reviewed_is_of_several_kinds_and_found_by_its_whole_iri(
    service: Service, tables: Tables
) -> None:
    assert len({row["kind"] for row in tables["review"]}) > 1
    for row in tables["review"][:: len(tables["review"]) // 4]:
        found = service.get(f"{API}/review/{quote(row['iri'], safe='')}")
        assert found.status_code == 200 and found.json()["name"] == row["name"]


def test_the_next_to_review_is_the_row_behind_and_behind_the_last_the_first(service: Service) -> None:
    listed = [row["iri"] for row in every(service, "review")]

    def behind(iri: str) -> str:
        answer = service.get("/review/next", params={"after": iri}, follow_redirects=False)
        return f"https://w3id.org/jixiao/id{answer.headers['location']}"

    assert [behind(iri) for iri in ("", listed[0], listed[1], listed[-1])] == [*listed[:3], listed[0]]


def test_what_is_not_there_is_not_found(service: Service) -> None:
    assert service.get(f"{API}/regions/410300").json()["name"] == "洛阳市"
    assert service.get(f"{API}/concepts/satisfaction-public").json()["label"] == "群众满意度"
    for path in ("projects/none", "regions/999999", "concepts/none"):
        answer = service.get(f"{API}/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["indicators", "indicators.csv", "projects.xlsx", "search?q=a", "ask?q=a", ""])
def test_a_head_tells_what_a_get_would(service: Service, path: str) -> None:
    address = f"{API}/{path}".rstrip("/")
    got, told = service.get(address), service.client.head(address)
    assert (told.status_code, told.content) == (200, b"")
    for header in ("content-type", "etag", "link", "content-length"):
        assert told.headers.get(header) == got.headers.get(header), header


def test_a_concept_is_asked_for_with_all_narrower_ones(service: Service, tables: Tables) -> None:
    rows = every(service, "indicators", concept="satisfaction-public")
    narrower = {f"https://w3id.org/jixiao/code/satisfaction-{key}" for key in ("public", "beneficiaries", "applicants")}
    expected = {row["iri"] for row in tables["indicators"] if row["concept"] in narrower}
    assert expected and {row["iri"] for row in rows} == expected
    by_iri = every(service, "indicators", concept="https://w3id.org/jixiao/code/satisfaction-public")
    assert by_iri == rows
    assert service.get(f"{API}/indicators", params={"concept": "satisfactoin"}).status_code == 422


def test_a_concept_is_the_same_by_key_and_by_iri(service: Service, tables: Tables) -> None:
    used = {row["concept"] for row in tables["indicators"] if row["concept"]}
    assert len(used) > 20
    for table in ("indicators", "reference-indicators"):
        for iri in sorted(used):
            key = iri.rpartition("/")[2]
            found = [service.get(f"{API}/{table}", params={"concept": each}).json()["total"] for each in (key, iri)]
            assert found[0] == found[1], (table, key)
            assert table != "indicators" or found[0]


def test_the_accept_header_chooses_too(service: Service, tables: Tables) -> None:
    answer = service.get(f"{API}/projects", headers={"accept": "text/csv, application/json;q=0.5"})
    assert answer.headers["content-type"].startswith("text/csv") and answer.headers["vary"] == "Accept, Accept-Encoding"
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == len(tables["projects"])
    for accept in ("*/*", "text/html, */*;q=0.8", "image/png"):
        assert service.get(f"{API}/projects", headers={"accept": accept}).json()["items"]
