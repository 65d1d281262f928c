"""Where running text names projects."""

from __future__ import annotations

from decimal import Decimal

from jixiao.documents import read_bytes
from jixiao.model import Mention
from jixiao.prose import read_facts, read_mentions


def mentions(text: str) -> dict[str, Mention]:
    document = read_bytes("a.txt", text.encode())
    return {mention.printed: mention for mention in read_mentions(document, read_facts(document, 2024))}


def test_names_in_a_list_of_projects() -> None:
    found = mentions("共有4个重点项目，具体为灌区（一期、二期）改造项目、巡河服装、河长制平台运维和水质检测4个项目。")
    assert {"灌区（一期、二期）改造项目", "巡河服装", "河长制平台运维", "水质检测"} <= set(found)


def test_a_name_beside_an_amount_or_a_score_carries_it() -> None:
    found = mentions("新增巡河服装37.2万元。水质检测项目评价得分95.33分，等级为优。")
    assert found["巡河服装"].amount == Decimal("372000.0")
    assert found["水质检测项目"].score == Decimal("95.33")


def test_the_line_is_that_of_the_name() -> None:
    found = mentions("共有2个重点项目，具体为灌区改造项目、\n\n巡河服装2个项目。")
    assert found["巡河服装"].source.line == 3
