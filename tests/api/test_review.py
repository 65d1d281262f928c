"""Decisions that are sent one after another: each is kept at once, all take effect, and pages say what is waiting."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import pytest

from jixiao.review.keeping import decide, find_thing
from jixiao.store import open_store
from jixiao_service.pages.reader import Memory
from tests.api.conftest import Service, Start, wait_for
from tests.unit.review.test_review import IDS, ROWS, lift, row_of, workbook

TOKEN = "a-token-of-this-test"
WRITER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def desk(start_service: Start, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """Return a service that takes decisions, over one workbook."""
    folder = tmp_path_factory.mktemp("desk")
    lift(folder / "store", workbook(folder / "目标.xlsx", (*ROWS, ("产出指标", "时效指标", "", "合格率100%"))))
    return start_service(folder / "store", {"JIXIAO_TOKEN": TOKEN})


def row(service: Service, name: str) -> dict[str, Any]:
    (found,) = service.get("/api/v1/indicators", params={"level3": name}).json()["items"]
    return dict(found)


def click(service: Service, iri: str, decision: str, **said: str) -> httpx.Response:
    """Decide as the form of a page does, and return the page that follows."""
    form = {"iri": iri, "decision": decision, "role": "审核", **said}
    return service.client.post("/review", data=form, headers=WRITER, follow_redirects=True)


def test_clicks_do_not_wait_for_each_other_and_all_take_effect(desk: Service) -> None:
    names = [each[2] for each in ROWS]
    iris = {name: row(desk, name)["iri"] for name in names}
    pages = [
        click(desk, iris["清淤长度"], "accept"),
        click(desk, iris["完成时间"], "correct", field="target_text", value="11月底前"),
        click(desk, iris["群众满意度"], "correct", field="target_text", value="≥80%"),
        click(desk, iris["群众满意度"], "correct", field="target_text", value="≥90%", note="印章处另注"),
    ]
    assert all(page.status_code == 200 and "已记下。" in page.text for page in pages)
    assert re.search("人工更正.*?印出的是.*?较高.*?应为.*?≥90%", pages[-1].text, re.DOTALL)
    assert "<q>≥80%</q>" in pages[-1].text  # the earlier one is named
    wait_for(lambda: "正在改动图谱" not in desk.get(f"/{iris['群众满意度'].partition('/id/')[2]}?kept=1").text)
    assert [row(desk, name)["target_text"] for name in names] == ["≥12公里", "11月底前", "≥90%"]
    assert len(desk.get("/api/v1/corrections").json()["items"]) == 4


def test_the_interface_answers_when_a_decision_has_taken_effect(desk: Service) -> None:
    iri = row(desk, "清淤长度")["iri"]
    said = {"iri": iri, "decision": "correct", "role": "管理", "field": "target_text", "value": "≥13公里"}
    answer = desk.client.post("/api/v1/review", json=said, headers=WRITER)
    assert answer.status_code == 200 and answer.json()["shown"] is True
    assert row(desk, "清淤长度")["lower"] == "13"


def test_what_a_killed_service_had_kept_takes_effect_with_the_next(tmp_path: Path, start_service: Start) -> None:
    lift(tmp_path / "store", workbook(tmp_path / "目标.xlsx"))
    iri = row_of(tmp_path / "store", "群众满意度")["iri"]
    with closing(open_store(str(tmp_path / "store"), read_only=True)) as store:
        made = decide(find_thing(store, iri, IDS), "correct", "审核", field="target_text", value="≥90%")
    (tmp_path / "store" / "decisions-waiting.jsonl").write_text(
        json.dumps({"iri": iri, **asdict(made)}) + "\n", "utf-8"
    )
    service = start_service(tmp_path / "store", {"JIXIAO_TOKEN": TOKEN})
    wait_for(lambda: row(service, "群众满意度")["lower"] == "90")
    wait_for(lambda: not (tmp_path / "store" / "decisions-waiting.jsonl").read_text("utf-8"))


def test_a_row_that_was_not_read_is_added_on_the_page_of_its_issue(desk: Service) -> None:
    (issue,) = desk.get("/api/v1/review", params={"kind": "issue"}).json()["items"]
    form = desk.get(f"/{issue['iri'].partition('/id/')[2]}").text
    assert "这一行是指标：名称" in form and "补上指标" in form
    page = click(desk, issue["iri"], "add", field="验收合格率", value="≥98%")
    assert "人工补上的指标" in page.text and "验收合格率 ≥98%" in page.text
    wait_for(lambda: desk.get("/api/v1/indicators", params={"level3": "验收合格率"}).json()["items"])
    assert (row(desk, "验收合格率")["lower"], row(desk, "验收合格率")["corrected"]) == ("98", ["level3", "target_text"])
    assert desk.get("/api/v1/review", params={"kind": "issue"}).json()["items"] == []


def test_who_reads_an_older_version_makes_nobody_forget_the_present_one() -> None:
    """A page, or what is done ahead, that began before the data changed asks for its own version to the end."""

    async def work() -> list[Any]:
        return []

    async def both() -> bool:
        memory = Memory(None)  # type: ignore[arg-type]
        memory.show("new")
        first = memory.begin("new", "codes", work)
        await memory.begin("old", "codes", work)
        return memory.begin("new", "codes", work) is first

    assert asyncio.run(both())
