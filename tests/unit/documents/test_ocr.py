"""Scanned pages and photographs are read by the extra ``ocr``; without it the message names it."""

from __future__ import annotations

import io
from decimal import Decimal

import pypdfium2
import pytest

from jixiao.documents import ocr, read_bytes
from jixiao.errors import DocumentError
from jixiao.reading import Reading
from tests.makers.examples import APPLICATION
from tests.makers.pdf import make_pdf

SKIP = "the extra is not installed: pip install '.[ocr]'"


def _scanned(kind: str) -> bytes:
    """Return the application as a picture, at 200 dpi, in a PDF or alone."""
    pytest.importorskip("PIL", reason=SKIP)
    pytest.importorskip("numpy", reason=SKIP)
    page = pypdfium2.PdfDocument(make_pdf([APPLICATION]))[0]
    stream = io.BytesIO()
    page.render(scale=200 / 72).to_pil().convert("RGB").save(stream, kind, resolution=200, dpi=(200, 200))
    return stream.getvalue()


@pytest.mark.skipif(not ocr.can_recognise(), reason=SKIP)
@pytest.mark.parametrize(("name", "kind"), [("a.pdf", "PDF"), ("a.png", "PNG")])
def test_a_scanned_form_is_read_and_every_row_doubted(name: str, kind: str) -> None:
    reading = Reading(read_bytes(name, _scanned(kind)))
    rows = [row for form in reading.records.forms for plan in form.plans for row in plan.indicators]
    assert [(row.level1, row.level2, row.level3, row.target and row.target.text) for row in rows] == [
        ("产出指标", "数量指标", "保洁河道长度", "≥86公里"),
        ("产出指标", "数量指标", "清运垃圾", "1200吨"),
        ("产出指标", "质量指标", "保洁合格率", "≥95%"),
        ("产出指标", "时效指标", "完成时间", "2024年12月底前"),
        ("效益指标", "生态效益指标", "水体环境", "持续改善"),
        ("满意度指标", "服务对象满意度指标", "沿岸群众满意度", "≥90%"),
    ]
    assert all(row.confidence < Decimal("0.9") and "ocr" in row.repairs for row in rows)
    assert "read-by-ocr" in {note.code for note in reading.document.notes}


@pytest.mark.parametrize(("name", "kind", "code"), [("a.pdf", "PDF", "scanned-pdf"), ("a.png", "PNG", "scanned-image")])
def test_without_the_extra_the_message_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, kind: str, code: str
) -> None:
    data = _scanned(kind)
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    with pytest.raises(DocumentError, match=r"\.\[ocr\]") as caught:
        read_bytes(name, data)
    assert caught.value.code == code
