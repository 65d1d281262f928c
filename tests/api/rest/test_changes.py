"""An app that follows the changes has the same rows as one that takes the lists whole."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from jixiao.config import BASE_IRI
from jixiao.linking.stored import rows_of
from jixiao.pipeline import LiftedDocument, lift_paths, remove_documents
from jixiao.store import open_store
from jixiao.tables.schemas import table_names
from jixiao.vocab import JX
from tests.cli import run
from tests.unit.pipeline.test_copies import form as written
from tests.unit.pipeline.test_copies import write

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

Mirror = dict[tuple[str, str], Any]
ATOM = {"a": "http://www.w3.org/2005/Atom"}


class Follower:
    """Keep the rows of all tables by what the changes say, page by page."""

    def __init__(self, service: Service) -> None:
        self.service, self.rows, self.next, self.told = service, Mirror(), "", 0

    def follow(self) -> Mirror:
        more, self.told = True, 0
        while more:
            answer = self.service.get("/api/v1/changes", params={"since": self.next, "limit": 20})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            for change in page["changes"]:
                self.told += 1
                key = change["table"], change["iri"]
                if change["row"] is None:
                    self.rows.pop(key, None)
                else:
                    self.rows[key] = change["row"]
            self.next, more = page["next"], page["more"]
        return self.rows


def dumped(service: Service) -> Mirror:
    found: Mirror = {}
    for name in table_names():
        for row in service.get(f"/api/v1/{name}", params={"limit": 10000}).json()["items"]:
            found[name, row["iri"]] = row
    return found


def lift(place: Path, *paths: str) -> None:
    with closing(open_store(str(place / "store"))) as opened:
        assert not lift_paths(list(paths), opened, workers=1).failed


def test_whoever_follows_ends_with_what_the_lists_have(tmp_path: Path, start_service: Start) -> None:
    place = tmp_path
    lift(place, write(place, "a.txt", written()), write(place, "b.txt", written(project="渠道清淤")))
    service = start_service(place / "store", {"JIXIAO_RATE": "0"})
    follower = Follower(service)
    assert follower.follow() == dumped(service)
    everything = follower.told
    follower.follow()
    assert follower.told == 0

    lift(place, write(place, "a.txt", written(target="≥20处")))
    assert follower.follow() == dumped(service)
    assert 0 < follower.told < everything * 2
    texts = [row["target_text"] for (table, _), row in follower.rows.items() if table == "indicators"]
    assert "≥20处" in texts and texts.count("≥32处") == 1

    with closing(open_store(str(place / "store"))) as opened:
        remove_documents(opened, ["b.txt"], BASE_IRI)
    assert follower.follow() == dumped(service)
    assert {row["document"] for (table, _), row in follower.rows.items() if table == "indicators"} != {"b.txt"}

    backup = place / "backup.nq"
    assert run("store", "backup", str(backup), store=place / "store").returncode == 0
    assert run("store", "restore", str(backup), store=place / "store").returncode == 0
    refused = service.get("/api/v1/changes", params={"since": follower.next})
    assert (refused.status_code, refused.json()["status"]) == (410, 410)
    again = Follower(service)
    assert (
        again.follow() == dumped(service) == follower.rows
    )  # as whoever takes the dump, and that is what was restored
    _feed_of_an_office(service)
    _a_version_that_was_replaced_can_still_be_cited(place, service)


def _feed_of_an_office(service: Service) -> None:
    rows = service.get("/api/v1/findings").json()["items"]
    one = next(row for row in rows if row["department"])
    answer = service.get("/api/v1/changes.atom", params={"department": one["department"], "rule": one["rule"]})
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    entries = etree.fromstring(answer.content).findall("a:entry", ATOM)
    of_both = {row["iri"] for row in rows if all(row[each] == one[each] for each in ("department", "rule"))}
    assert {entry.findtext("a:id", namespaces=ATOM) for entry in entries} == of_both
    assert all(entry.findtext("a:updated", namespaces=ATOM) for entry in entries)
    none = etree.fromstring(service.get("/api/v1/changes.atom", params={"rule": "R999"}).content)
    assert none.findall("a:entry", ATOM) == []


def test_whoever_follows_an_interrupted_lift_misses_nothing(tmp_path: Path, start_service: Start) -> None:
    lift(tmp_path, write(tmp_path, "a.txt", written()))
    service = start_service(tmp_path / "store", {"JIXIAO_RATE": "0"})
    follower = Follower(service)
    assert follower.follow() == dumped(service)
    paths = [write(tmp_path, f"{name}.txt", written(project=f"渠道清淤{name}段")) for name in ("a", "b", "c")]
    read: list[str] = []

    def stop(document: LiftedDocument) -> None:
        read.append(document.name)
        if len(read) == len(paths):
            raise KeyboardInterrupt

    with closing(open_store(str(tmp_path / "store"))) as opened, pytest.raises(KeyboardInterrupt):
        lift_paths(paths, opened, workers=1, progress=stop)
    assert follower.follow() == dumped(service)
    lift(tmp_path, *paths)
    assert follower.follow() == dumped(service)
    projects = {row["name"] for (table, _), row in follower.rows.items() if table == "projects"}
    assert {f"渠道清淤{name}段" for name in ("a", "b", "c")} <= projects


@pytest.mark.parametrize("query", ["since=1", "since=zzzz", "table=x", "limit=0", "from=1"])
def test_what_is_no_cursor_is_refused(service: Service, query: str) -> None:
    assert service.get(f"/api/v1/changes?{query}").status_code == 422
    assert service.get("/api/v1/changes.atom?table=x").status_code == 422


def _a_version_that_was_replaced_can_still_be_cited(place: Path, service: Service) -> None:
    with closing(open_store(str(place / "store"), read_only=True)) as opened:
        query = f"SELECT ?old ?row {{ ?old <http://purl.org/dc/terms/isReplacedBy> ?new . ?row <{JX.document}> ?old }}"
        cited = next(rows_of(opened, query))
    for iri in cited.values():
        answer = service.get("/id/" + iri.removeprefix(BASE_IRI), headers={"accept": "text/turtle"})
        assert answer.status_code == 200 and "aside" not in answer.text
    page = service.get("/" + cited["old"].removeprefix(BASE_IRI))
    assert "现行版本" in page.text and "/table/" in page.text
    compared = service.get("/versions/" + cited["old"].rpartition("/")[2])
    assert compared.status_code == 200 and "≥32处" in compared.text and "≥20处" in compared.text
    assert service.get("/versions/none.txt").status_code == 400
