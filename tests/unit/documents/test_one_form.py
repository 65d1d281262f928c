"""One form in every format listed, written by the programs that offices use, gives equal records."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from jixiao.documents import read_bytes
from jixiao.model import DocumentRecords, Indicator
from jixiao.reading import Reading
from tests.makers.examples import APPLICATION, SELF_EVALUATION
from tests.makers.files import MAKERS, make_docx
from tests.makers.programs import CONVERTED, by_chromium, by_libreoffice, make_xls
from tests.makers.texts import FURTHER_MAKERS

FORMS = [APPLICATION, SELF_EVALUATION]
MADE = {**MAKERS, **FURTHER_MAKERS, "xls": make_xls}


def row_of(indicator: Indicator) -> tuple[str | None, ...]:
    target = indicator.target.text if indicator.target else None
    return indicator.level1, indicator.level2, indicator.level3, target, indicator.actual_text


def told(data: bytes) -> tuple[object, ...]:
    """Return what a document says of its forms, whatever its format."""
    records: DocumentRecords = Reading(read_bytes("某局.file", data)).records
    forms = []
    for form in records.forms:
        plans = []
        for plan in form.plans:
            indicators = [
                (*row_of(each), each.weight, each.score, each.reason, each.confidence >= 0.9)
                for each in plan.indicators
            ]
            funds = sorted((line.fund, line.amount, line.executed) for line in plan.funds)
            plans.append((plan.project, indicators, funds, [goal.text for goal in plan.goals]))
        forms.append((form.kind, form.title, form.fiscal_year, plans))
    return records.department, forms


@cache
def expected() -> tuple[object, ...]:
    return told(make_docx(FORMS))


def test_the_records_are_those_that_are_printed() -> None:
    _, forms = expected()
    rows = [row for *_, plans in forms for _, indicators, *_ in plans for row in indicators]  # type: ignore[attr-defined]
    assert [row[2] for row in rows] == [
        *("保洁河道长度", "清运垃圾", "保洁合格率", "完成时间", "水体环境", "沿岸群众满意度"),
        *("养护里程", "路况优良率", "群众满意度"),
    ]
    assert rows[-2][3:] == ("≥85%", "83%", 20, Decimal("19.5"), "雨季水毁路段未修复", True)


@pytest.mark.parametrize("kind", sorted(MADE))
def test_as_python_writes_it(kind: str) -> None:
    assert told(MADE[kind](FORMS)) == expected()


def test_in_a_bundle() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        bundle.writestr("a.docx", make_docx(FORMS))
    assert told(buffer.getvalue()) == expected()


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(CONVERTED))
def test_as_libreoffice_writes_it(kind: str, tmp_path: Path) -> None:
    assert told(by_libreoffice(FORMS, *CONVERTED[kind], tmp_path)) == expected()


@pytest.mark.long
@pytest.mark.parametrize("options", [(), ("--no-pdf-header-footer",)], ids=["with heads", "plain"])
def test_as_chromium_prints_it(options: tuple[str, ...], tmp_path: Path) -> None:
    assert told(by_chromium(FORMS, tmp_path, *options)) == expected()
