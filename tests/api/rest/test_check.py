"""A draft sent to the API is read and audited like any file, and nothing of it is stored."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.api.conftest import end, has_ended, wait_for
from tests.cases.grid import make_file
from tests.makers.examples import APPLICATION
from tests.makers.files import make_docx
from tests.makers.programs import by_libreoffice

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

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
    assert found["fix"]
    (row,), (places,) = found["evidence"], found["compared"]
    assert [row.split("\t")[place - 1] for place in places] == ["≥102%"]
    page = service.post("/check", files={"file": ("稿.xlsx", path.read_bytes())}).text
    marked = re.findall(r'class="the-number">([^<]*)<', page)
    assert "≥102%" in marked and "验收合格率" not in marked
    assert service.get("/api/v1/documents", params={"limit": 1}).json()["total"] == before


def test_what_cannot_be_checked_is_told(service: Service) -> None:
    for files, said in (({"other": ("a.txt", b"x")}, "file"), ({"file": ("a.xlsx", b"PK\x03\x04broken")}, "")):
        answer = service.post(CHECK, files=files)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert said in answer.json()["detail"]
    assert service.post(CHECK).status_code == 422  # no body at all
    empty = service.post(CHECK, files={"file": ("空.xlsx", b"")})
    assert (empty.status_code, "文件是空的" in empty.json()["detail"]) == (400, True)


def test_who_reads_a_draft_has_nothing(service: Service, tmp_path: Path) -> None:
    """The process that reads has no environment, and its service keeps nothing of the file."""
    path = make_file(DRAFT, "xlsx", tmp_path)
    assert service.post(CHECK, files={"file": ("稿.xlsx", path.read_bytes())}).status_code == 200
    told = [Path(f"/proc/{process}/environ").read_bytes() for process in service.descendants()]
    assert any(b"TMPDIR" not in each and b"HOME" not in each for each in told)
    assert [each.name for each in service.temporary.iterdir() if each.name.startswith("jixiao-c")] == []


def test_a_name_with_signs_that_are_no_characters_is_refused(service: Service) -> None:
    answer = service.post(
        CHECK,
        content=b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x00b.txt"\r\n\r\nhello\r\n--x--\r\n',
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert (answer.status_code, "第 2 个字符" in answer.json()["detail"]) == (400, True)


def test_a_checked_page_is_kept_nowhere(service: Service, tmp_path: Path) -> None:
    path = make_file(DRAFT, "xlsx", tmp_path)
    answer = service.post("/check", files={"file": ("稿.xlsx", path.read_bytes())})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "验收合格率" in answer.text


@pytest.mark.long
@pytest.mark.parametrize("convert", [False, True])
def test_old_word_files_are_read_where_a_converter_may_be_called(
    start_service: Start, store_folder: Path, tmp_path: Path, convert: bool
) -> None:
    old = by_libreoffice([APPLICATION], make_docx, "docx", "doc", tmp_path)
    service = start_service(store_folder, convert=convert)
    body = service.client.post(CHECK, files={"file": ("稿.doc", old)}, timeout=300).json()
    if convert:
        assert [issue["code"] for issue in body["issues"]].count("converted") == 1
        assert len(body["forms"]) == 1
    else:
        assert body["code"] == "needs-converter"
    wait_for(lambda: not list(service.temporary.glob("jixiao-*")))


@pytest.mark.long
def test_a_file_is_gone_when_the_service_is_stopped_while_it_is_converted(
    start_service: Start, store_folder: Path, tmp_path: Path
) -> None:
    old = by_libreoffice([APPLICATION], make_docx, "docx", "doc", tmp_path)
    service = start_service(store_folder, convert=True)
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(httpx.post, service.url + CHECK, files={"file": ("稿.doc", old)}, timeout=300)
        wait_for(lambda: any(b"soffice" in _command(each) for each in service.descendants()))
        running = service.descendants()
        end(service)
        assert sent.exception() is not None or sent.result().status_code >= 200
    wait_for(lambda: all(has_ended(each) for each in running))
    assert not list(service.temporary.glob("jixiao-c*"))


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
