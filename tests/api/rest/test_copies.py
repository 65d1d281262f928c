"""A store with copies gives the numbers of the store without them: REST lists, questions, exports, findings.

Copies are of every sort: the same bytes under two names, one form as PDF and as Word, a unit's form in its bureau's
document.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jixiao.asking import answer
from jixiao.copies import count_copies
from jixiao.exporting.building import build_graph
from jixiao.exporting.formats import FORMATS
from jixiao.exporting.selection import Selection
from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.tables import TABLES
from tests.api.rest.test_tables import every
from tests.cli import run
from tests.makers import files, forms, pdf
from tests.unit.pipeline.test_copies import form, write

if TYPE_CHECKING:
    from jixiao.store.protocol import Store
    from tests.api.conftest import Service, Start
    from tests.conftest import MakeOnce

UNIT = form("嵩县水库管理所", "水库监测")
SCHOOL = forms.form(
    ["项目名称", ("校舍维修", 4)],
    ["主管部门", "嵩县教育局", "实施单位", ("嵩县教育局", 2)],
    ["项目资金（万元）", "年度资金总额", ("31.50", 3)],
    ["一级指标", "二级指标", "三级指标", "指标值", "备注"],
    ["产出指标", "数量指标", "维修校舍", "≥6栋", ""],
    ["产出指标", "质量指标", "验收合格率", "=100%", ""],
    ["满意度指标", "服务对象满意度指标", "师生满意度", "≤90%", ""],
    titles=["嵩县教育局2024年项目绩效目标", "项目支出绩效目标申报表", "（2024年度）"],
)
# what a document says of its own bytes and size
# of what is not printed there, in doubt or corrected
EMPTY = ("amounts", "corrections", "evaluations", "facts", "issues", "links", "management", "review", "tasks")
OF_BYTES = {"sha256", "bytes", "pages", "tables", "forms", "rows", "issues", "media_type", "version"}
QUESTIONS = [
    "有多少个文件", "有多少个项目", "有多少条指标", "有哪些部门", "嵩县水利局有哪些项目", "各部门有多少个项目",
    "项目资金合计是多少",
    "各部门项目资金合计", "满意度指标有多少条", "金额最大的项目", "有哪些审核发现",
]  # fmt: skip


def written(folder: Path) -> None:
    """Lift the documents alone, and with their copies, into two stores."""
    alone, beside = folder / "documents", folder / "more"
    alone.mkdir()
    beside.mkdir()
    write(alone, "bureau.txt", form())
    unit = write(alone, "unit.txt", UNIT, office="嵩县水库管理所")
    (alone / "school.pdf").write_bytes(pdf.make_pdf([SCHOOL]))
    lift(folder / "alone", alone)
    write(alone, "bureau.txt", form(), UNIT)
    (beside / "unit_again.txt").write_bytes(Path(unit).read_bytes())
    (beside / "school_word.docx").write_bytes(files.make_docx([SCHOOL]))
    lift(folder / "copied", alone, beside)


def lift(store: Path, *folders: Path) -> None:
    with closing(open_store(str(store))) as opened:
        report = lift_paths([str(folder) for folder in folders], opened, workers=1)
        assert not report.failed


@pytest.fixture(scope="session")
def folder(make_once: MakeOnce) -> Path:
    return make_once("copies", written)


@pytest.fixture(scope="session")
def stores(folder: Path) -> Iterator[tuple[Store, Store]]:
    opened = [open_store(str(folder / name), read_only=True) for name in ("copied", "alone")]
    yield opened[0], opened[1]
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def services(folder: Path, start_service: Start) -> tuple[Service, Service]:
    copied, alone = (start_service(folder / name, {"JIXIAO_RATE": "0"}) for name in ("copied", "alone"))
    return copied, alone


def shown(rows: list[dict[str, Any]], left_out: set[str]) -> list[str]:
    return sorted(json.dumps({k: v for k, v in row.items() if k not in left_out}, ensure_ascii=False) for row in rows)


def test_the_copies_are_there(stores: tuple[Store, Store]) -> None:
    assert [count_copies(store) for store in stores] == [(1, 1), (0, 0)]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_lists(services: tuple[Service, Service], name: str) -> None:
    left_out: set[str] = OF_BYTES if name == "documents" else set()
    copied, alone = (shown(every(service, name), left_out) for service in services)
    assert copied == alone
    assert copied or name in EMPTY


def test_lists_say_how_many_copies_are_left_out(services: tuple[Service, Service]) -> None:
    told = [service.get("/api/v1/indicators").json()["copies"] for service in services]
    assert told == [{"documents": 1, "forms": 1}, {"documents": 0, "forms": 0}]


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions(stores: tuple[Store, Store], question: str) -> None:
    copied, alone = (answer(store, question) for store in stores)
    assert copied.understood
    assert (copied.text, copied.rows) == (alone.text, alone.rows)


def test_answers_say_how_many_copies_are_left_out(folder: Path, services: tuple[Service, Service]) -> None:
    pages = [service.get("/ask", params={"q": "有多少个项目", "wait": "true"}).text for service in services]
    told = [run("ask", "有多少个项目", store=folder / name).stderr for name in ("copied", "alone")]
    assert ["1 份文件、 1 张表，不重复计数" in " ".join(page.split()) for page in pages] == [True, False]
    assert ["另有副本 1 份文件、1 张表，不重复计数" in each for each in told] == [True, False]


@pytest.mark.parametrize("name", sorted(name for name, each in FORMATS.items() if each.kind == "tables"))
def test_tables_exported_without_copies(stores: tuple[Store, Store], name: str) -> None:
    if name == "parquet":
        pytest.importorskip("pyarrow")
    sizes = []
    for store in stores:
        stream = io.BytesIO()
        FORMATS[name].load()(store, Selection(without_copies=True), stream)
        sizes.append(len(stream.getvalue()))
    assert abs(sizes[0] - sizes[1]) < 400, "the digests, and what is said of the export"


def test_graphs_exported(stores: tuple[Store, Store]) -> None:
    counts = []
    for store in stores:
        with build_graph(store, Selection().suited(4)) as graph:
            counts.append(Counter(node.type for node in graph.nodes()))
    assert counts[0] == counts[1]
