"""Tasks and the projects that carry them out: stated by name, or inferred."""

from __future__ import annotations

from collections.abc import Callable

from jixiao.linking import link
from jixiao.model import DocumentRecords, Source, Task

Build = Callable[..., DocumentRecords]


def task(name: str, content: str | None = None) -> Task:
    return Task(name, Source(1, 7, name), content)


def test_a_task_that_has_a_projects_name_states_it(build: Build) -> None:
    linked = link(build(summary=(("社工站平台项目", None, "50"),), tasks=(task("社工站平台"), task("党建"))))
    assert linked.task_projects == {"社工站平台": "社工站平台项目|2024"}
    assert linked.links == ()
    assert linked.projects[0].aliases == ("社工站平台",)


def test_shared_words_and_money_make_a_likely_link_with_a_chinese_reason(build: Build) -> None:
    linked = link(
        build(
            summary=(("农村敬老院消防设施改造", "510104240000000010211", "86.5"), ("殡葬惠民补助", None, "20")),
            tasks=(task("提升敬老院安全水平", "完成6所农村敬老院消防改造，投入86.5万元。"),),
        )
    )
    (found,) = linked.links
    assert (found.kind, found.subject) == ("implemented-by", "task:提升敬老院安全水平")
    assert found.object == "project:510104240000000010211"
    assert "敬老院" in found.reason and "金额相同：86.5万元" in found.reason
    assert 0.5 <= found.score <= 0.95


def test_the_departments_own_words_are_no_evidence(build: Build) -> None:
    linked = link(
        build(department="临江县政务服务局", summary=(("政务服务延时", None, "5"),), tasks=(task("政务服务宣传"),))
    )
    assert linked.links == ()
