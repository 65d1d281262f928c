"""What a service says of a store that was upgraded: old IRIs lead on, and what was carried over is marked."""

from __future__ import annotations

from pathlib import Path

from tests.api.conftest import Start
from tests.makers.first_version import upgraded_folder as upgraded_folder

OLD, NEW = "/id/project/110-12345~kw5do4btgcbw6", "/id/project/110-12345-2021~ewb3bx7su3ahu"
CARRIED = "000_730e7f7b4d077a28.txt"


def test_iris_of_the_first_version_lead_on_and_carried_documents_say_who_read_them(
    upgraded_folder: Path, start_service: Start
) -> None:
    service = start_service(upgraded_folder / "store", {"JIXIAO_AHEAD": "0"})
    for accept in ("text/turtle", "text/html"):
        answer = service.get(OLD, headers={"accept": accept}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (301, NEW)
    assert service.get(NEW, headers={"accept": "text/turtle"}, follow_redirects=False).status_code == 200
    page = service.get(f"/document/{CARRIED}").text
    assert "由 jixiao 0.1 读出" in page
    rows = service.get("/api/v1/documents", params={"read_by": "jixiao 0.1"}).json()
    assert [row["document"] for row in rows["rows" if "rows" in rows else "items"]] == [CARRIED]
