"""A store that is damaged, gone or incomplete while it is served: said at once, never answered from what is left."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jixiao.store import graphs as text
from jixiao.store.embedded import EmbeddedStore
from tests.api.conftest import Service, Start, end, wait_for
from tests.api.test_writing import BEARER, TOKEN
from tests.unit.store.test_damage import overwrite

ADDRESSES = (
    "/readyz",
    "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D",
    "/api/v1/indicators",
    "/projects",
    "/dump.nq",
)


@pytest.fixture
def copy(store_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of a store that may be damaged."""
    folder = tmp_path / "store"
    shutil.copytree(store_folder, folder, ignore=shutil.ignore_patterns("snapshot-*"))
    return folder


def largest(folder: Path) -> Path:
    return max((folder / "data").glob("*.sst"), key=lambda file: file.stat().st_size)


def statuses(service: Service) -> dict[str, int]:
    return {address: service.get(address).status_code for address in ADDRESSES}


@pytest.mark.parametrize("view", ["auto", "disk"])
def test_a_damaged_store_is_not_served_until_it_is_whole_again(start_service: Start, copy: Path, view: str) -> None:
    file = largest(copy)
    sound = file.read_bytes()
    overwrite(file)
    service = start_service(copy, {"JIXIAO_VIEW": view}, wait_ready=False)
    wait_for(lambda: service.get("/livez").status_code == 200)
    assert statuses(service) == dict.fromkeys(ADDRESSES, 503)
    problem = service.get("/readyz").json()
    assert (problem["code"], file.name in problem["detail"]) == ("store-damaged", True)
    log = (service.temporary.parent / "log").read_text()
    assert file.name in log
    assert "Traceback" not in log
    file.write_bytes(sound)
    wait_for(lambda: service.get("/readyz").status_code == 200)
    assert service.column("SELECT (COUNT(*) AS ?n) { ?s a jx:Project }") != ["0"]


def test_damage_done_while_it_is_served_is_found_when_a_query_does_not_end(start_service: Start, copy: Path) -> None:
    service = start_service(copy, {"JIXIAO_VIEW": "disk"}, timeout=1)
    file = largest(copy)
    overwrite(file)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    wait_for(lambda: service.ask(endless).json().get("code") == "store-damaged")  # first it may just have been compared
    assert statuses(service) == dict.fromkeys(ADDRESSES, 503)


def test_a_folder_that_is_gone_is_said_and_not_made_anew(start_service: Start, copy: Path) -> None:
    service = start_service(copy, {"JIXIAO_TOKEN": TOKEN})
    away = copy.with_name("away")
    copy.rename(away)
    wait_for(lambda: service.get("/readyz").status_code == 503)
    change = {"update": "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }"}
    refused = service.post("/update", data=change, headers=BEARER)
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/store-unavailable")
    assert not copy.exists()
    away.rename(copy)
    wait_for(lambda: service.get("/readyz").status_code == 200)
    assert service.post("/update", data=change, headers=BEARER).status_code == 204


def test_an_interrupted_load_is_undone_before_it_is_served(start_service: Start, copy: Path) -> None:
    store = EmbeddedStore(copy)
    store._data.update(text.mark_update(["urn:half"], text.LOADING))
    store._data.update("INSERT DATA { GRAPH <urn:half> { <urn:s> <urn:half> 1 } }")
    store.close()
    service = start_service(copy)
    assert service.ask("ASK { GRAPH <urn:half> { ?s ?p ?o } }").json()["boolean"] is False


def test_no_snapshot_is_left_when_a_service_ends(start_service: Start, copy: Path) -> None:
    service = start_service(copy, {"JIXIAO_VIEW": "disk"})
    assert list(copy.glob("snapshot-*"))
    end(service)
    assert list(copy.glob("snapshot-*")) == []
