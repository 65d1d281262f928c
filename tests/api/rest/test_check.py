"""A draft sent to the API is read and audited like any file, and nothing of it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cases.grid import make_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.conftest import Service

CHECK = "/api/v1/check"
DRAFT = """项目支出绩效目标表
（2024年度）
| 项目名称 | 道路维护 | < | < |
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 维护道路 | ≥12公里 |
| | 质量指标 | 验收合格率 | ≥102% |
| 效益指标 | 社会效益指标 | 受益人数 | ≥300人 |
| 满意度指标 | 服务对象满意度指标 | 群众满意度 | ≥90% |
"""


def test_a_draft_is_audited_and_not_stored(service: Service, tmp_path: Path) -> None:
    before = service.get("/api/v1/documents", params={"limit": 1}).json()["total"]
    path = make_file(DRAFT, "xlsx", tmp_path)
    answer = service.post(CHECK, files={"file": ("稿.xlsx", path.read_bytes())})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    body = answer.json()
    (found,) = [each for each in body["findings"] if each["rule"] == "R302"]
    assert (found["severity"], found["indicator"]) == ("violation", "验收合格率")
    assert found["fix"] and "≥102%" in found["evidence"][0]
    assert service.get("/api/v1/documents", params={"limit": 1}).json()["total"] == before


def test_what_cannot_be_checked_is_told(service: Service) -> None:
    for files, said in (({"other": ("a.txt", b"x")}, "file"), ({"file": ("a.xlsx", b"PK\x03\x04broken")}, "")):
        answer = service.post(CHECK, files=files)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert said in answer.json()["detail"]
