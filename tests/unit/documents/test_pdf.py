"""How PDF pages become tables and text."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pytest

from jixiao.documents import limits, read_bytes
from jixiao.documents.lattice import find_lattices
from jixiao.documents.page_geometry import PrintedRule
from jixiao.errors import DocumentError
from tests.makers.examples import APPLICATION, SELF_EVALUATION, register
from tests.makers.forms import form
from tests.makers.grids import expected, only_table, rows, spots, texts
from tests.makers.pdf import Layout, make_pdf

PORTRAIT = Layout(width=595, height=842)


@pytest.mark.parametrize(
    "layout",
    [
        Layout(),
        PORTRAIT,
        Layout(filled_rules=True),
        Layout(open_sides=True),
        Layout(rotate=90),
        Layout(rotate=180),
        Layout(rotate=270),
        Layout(turned=True),
        Layout(turned=True, rotate=90),
        Layout(watermark="仅供公开"),
        Layout(page_numbers=True),
    ],
    ids=repr,
)
def test_a_form_reads_the_same_however_it_is_printed(layout: Layout) -> None:
    document = read_bytes("form.pdf", make_pdf([APPLICATION], layout))
    assert spots(only_table(document)) == expected(APPLICATION)
    assert texts(document) == [*APPLICATION.titles, *APPLICATION.notes]


@pytest.mark.parametrize("repeat", [0, 1])
def test_a_table_over_pages_is_one_table(repeat: int) -> None:
    long = register(70)
    table = only_table(read_bytes("form.pdf", make_pdf([long], Layout(repeat=repeat, page_numbers=True))))
    assert spots(table) == expected(long)
    pages = [row.place.page for row in table.rows]
    assert pages[0] == 1
    assert pages[-1] == 3
    assert sorted(table.breaks) == [index for index in range(1, 71) if pages[index] != pages[index - 1]]


def test_a_table_without_lines_is_read_by_its_columns() -> None:
    plain = form(
        ["序号", "三级指标", "指标值", "备注"],
        ["1", "保洁河道长度", "≥86公里", "按季"],
        ["2", "群众满意度", "≥90%", ""],
        ["3", "清运垃圾", "1200吨", "按月"],
        titles=["绩效目标公示"],
        notes=["注：以上为年度目标，由各单位按月监控并于年度终了后开展自评。"],
    )
    document = read_bytes("form.pdf", make_pdf([plain], Layout(ruling="none")))
    table = only_table(document)
    assert rows(table) == [[spot.text for spot in plain.row(index)] for index in range(4)]
    assert not table.doubt
    assert texts(document) == [*plain.titles, *plain.notes]


def test_a_running_head_does_not_part_a_table() -> None:
    long = register(70)
    document = read_bytes("form.pdf", make_pdf([long], Layout(head="柳河县水利局2024年度部门预算", page_numbers=True)))
    assert spots(only_table(document)) == expected(long)
    assert texts(document) == ["柳河县水利局2024年度部门预算", *long.titles]


def test_two_forms_on_one_page_and_on_two() -> None:
    for layout in (PORTRAIT, Layout(new_page_each=True)):
        document = read_bytes("forms.pdf", make_pdf([SELF_EVALUATION, SELF_EVALUATION], layout))
        assert [spots(table) for table in document.tables] == [expected(SELF_EVALUATION)] * 2


def test_a_form_that_begins_a_page_without_a_title_is_a_new_one() -> None:
    def untitled(project: str) -> object:
        names = [f"指标{index}" for index in range(22)]
        return form(["项目名称", (project, 2)], ["三级指标", "指标值", "备注"], *[[name, "≥1", ""] for name in names])

    data = make_pdf([untitled("河道保洁"), untitled("农村公路养护")], Layout(new_page_each=True))  # type: ignore[list-item]
    assert [table.rows[0].cells[1].text for table in read_bytes("forms.pdf", data).tables] == [
        "河道保洁",
        "农村公路养护",
    ]


def test_the_same_form_printed_twice_stays_twice() -> None:
    short = form(*[[f"指标{index}", f"≥{index}", "件"] for index in range(24)])
    data = make_pdf([short, short], Layout(new_page_each=True))
    assert sum(len(table.rows) for table in read_bytes("forms.pdf", data).tables) == 48


def test_cells_keep_intended_breaks_and_lose_wraps() -> None:
    narrow = form(
        ["年度目标", "目标1：完成重点企业深度治理，淘汰老旧柴油货车。\n目标2：建设遥感监测点。", "产出指标\n(50分)"],
        ["实际值", "2020年10月26日完成，投资1.13万元/辆，服务 PM2.5 online monitoring 系统", "≥95%"],
    )
    document = read_bytes("form.pdf", make_pdf([narrow], Layout(width=400)))
    found = rows(only_table(document))
    assert found[0][1] == "目标1：完成重点企业深度治理，淘汰老旧柴油货车。\n目标2：建设遥感监测点。"
    assert found[0][2] == "产出指标\n(50分)"
    assert found[1][1].startswith("2020年10月26日完成，投资1.13万元/辆，服务")
    assert "\n" not in found[1][1]


def test_a_paragraph_goes_on_over_lines_and_pages() -> None:
    long = "根据预算绩效管理要求，" * 120 + "现予公示。"
    prose = form(["指标", "值"], titles=["绩效目标公示", long, "一、总体情况", "预算10万元。"])
    document = read_bytes("prose.pdf", make_pdf([prose], PORTRAIT))
    assert texts(document) == list(prose.titles)


def test_a_text_that_overflows_its_cell_stays_one_text() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    pdf = canvas.Canvas(buffer, invariant=1)
    pdf.grid([100, 160, 220, 280], [600, 620, 640])
    for x, y, text in ((102, 626, "服务对象满意度指标"), (222, 626, "≥90%"), (102, 606, "100"), (162, 606, "200")):
        pdf.setFont("STSong-Light", 10)
        pdf.drawString(x, y, text)
    pdf.save()
    found = rows(only_table(read_bytes("form.pdf", buffer.getvalue())))
    assert found == [["服务对象满意度指标", "", "≥90%"], ["100", "200", ""]]


def test_text_up_the_side_of_a_page_is_kept() -> None:
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    pdf = canvas.Canvas(buffer, invariant=1)
    for line in range(6):
        pdf.drawString(100, 700 - 20 * line, f"Performance targets of the year, line {line}")
    pdf.rotate(90)
    pdf.drawString(300, -40, "Annex 2")
    pdf.save()
    assert "Annex 2" in texts(read_bytes("form.pdf", buffer.getvalue()))


def test_places_are_boxes_on_pages() -> None:
    table = only_table(read_bytes("form.pdf", make_pdf([APPLICATION])))
    page, box = table.rows[0].place.where.split("[")
    left, top, right, bottom = (float(number) for number in box.rstrip("]").split(","))
    assert page == "p1"
    assert 40 < left < right < 842
    assert 40 < top < bottom < 595


# ---------------------------------------------------------------- geometry


def _cross(*texts: str) -> tuple[list[PrintedRule], list[PrintedRule]]:
    """Return the rules of a drawing: ``+`` is a crossing, ``-`` and ``|`` are lines between two of them."""
    across, upright = [], []
    for y, line in enumerate(texts):
        for x, sign in enumerate(line):
            if sign == "-":
                across.append(PrintedRule(y * 20.0, (x - 1) * 20.0, (x + 1) * 20.0))
            if sign == "|":
                upright.append(PrintedRule(x * 20.0, (y - 1) * 20.0, (y + 1) * 20.0))
    return across, upright


@pytest.mark.parametrize(
    ("drawing", "boxes"),
    [
        (["+-+-+", "| | |", "+-+-+"], [(0, 0, 1, 1), (0, 1, 1, 1)]),
        (["+-+-+", "|   |", "+-+-+", "| | |", "+-+-+"], [(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)]),
        (["+-+-+", "| | |", "+ +-+", "| | |", "+-+-+"], [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]),
        (["+-+-+", "| | |", "+-+ +", "|   |", "+-+-+"], [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2)]),
    ],
)
def test_cells_are_what_lines_enclose(drawing: list[str], boxes: list[tuple[int, ...]]) -> None:
    (lattice,) = find_lattices(*_cross(*drawing))
    assert [tuple(box) for box in lattice.boxes] == boxes


def test_frames_underlines_and_specks_are_no_tables() -> None:
    assert find_lattices(*_cross("+-+", "| |", "+-+")) == []
    assert find_lattices([PrintedRule(100, 50, 200), PrintedRule(140, 50, 200)], []) == []
    assert find_lattices([PrintedRule(100, 50, 53)], [PrintedRule(50, 100, 103)]) == []
    assert find_lattices([], []) == []


def test_dashed_and_doubled_lines_count_once() -> None:
    dashes = [PrintedRule(y, x, x + 3) for y in (0.0, 20.0, 40.0) for x in range(0, 100, 5)]
    doubled = [PrintedRule(x + gap, 0, 40) for x in (0.0, 50.0, 100.0) for gap in (0.0, 1.5)]
    (lattice,) = find_lattices(dashes, doubled)
    assert len(lattice.boxes) == 4


def test_a_table_in_a_cell_is_part_of_the_cell() -> None:
    outer = _cross("+-+-+", "| | |", "+-+-+")
    across = [PrintedRule(at, 5, 25) for at in (5, 15)]
    upright = [PrintedRule(at, 5, 15) for at in (5, 15, 25)]
    assert len(find_lattices([*outer[0], *across], [*outer[1], *upright])) == 1


# ---------------------------------------------------------------- what cannot be read


def _pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of numbered objects, the first of them the catalogue."""
    out = b"%PDF-1.5\n"
    offsets = []
    for number, item in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
IMAGE = b"<</Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x00\nendstream"


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def _pages(count: int = 1) -> bytes:
    return b"<</Type/Pages/Kids[3 0 R]/Count %d>>" % count


SCANNED = _pdf([CATALOG, _pages(), PAGE, _stream(b"q 300 0 0 300 0 0 cm /I Do Q"), IMAGE])
BLANK = _pdf([CATALOG, _pages(), PAGE, _stream(b""), IMAGE])
BOMB = _pdf(
    [CATALOG, _pages(), PAGE, _stream(zlib.compress(b"0 0 m 1 1 l S\n" * (1 << 19), 9), b"/Filter/FlateDecode"), IMAGE]
)
TWICE = _pdf(
    [
        CATALOG,
        _pages(),
        PAGE,
        _stream(
            zlib.compress(zlib.compress(b"0 0 m 1 1 l S\n" * (1 << 19), 9), 9), b"/Filter[/FlateDecode/FlateDecode]"
        ),
        IMAGE,
    ]
)
MANY_PAGES = _pdf([CATALOG, _pages(10_000), PAGE, _stream(b""), IMAGE])


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("scanned-pdf", lambda: SCANNED),
        ("no-text", lambda: BLANK),
        ("too-large", lambda: MANY_PAGES),
        ("encrypted", lambda: make_pdf([APPLICATION], Layout(password="secret"))),
        ("truncated", lambda: make_pdf([APPLICATION])[:2000]),
        ("damaged", lambda: b"%PDF-1.7\n" + b"garbage " * 300 + b"\nstartxref\n7\n%%EOF\n"),
        ("zip-bomb", lambda: BOMB),
        ("zip-bomb", lambda: TWICE),
    ],
)
def test_what_cannot_be_read_says_why(code: str, make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PDF_STREAM_BYTES", 1 << 22)
    with pytest.raises(DocumentError) as caught:
        read_bytes("附件.pdf", make())
    assert caught.value.code == code


def test_more_pages_than_the_limit_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PAGES", 1)
    with pytest.raises(DocumentError, match="2 页") as caught:
        read_bytes("a.pdf", make_pdf([APPLICATION, APPLICATION], Layout(new_page_each=True)))
    assert caught.value.code == "too-large"


def test_pages_without_text_among_others_are_noted() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    picture = io.BytesIO()
    Image.new("L", (20, 20)).save(picture, "PNG")
    buffer = io.BytesIO()
    pdf = canvas.Canvas(buffer, invariant=1)
    for number in range(1, 5):
        if number == 3:
            pdf.drawImage(ImageReader(picture), 0, 0, 500, 700)
        else:
            pdf.drawString(100, 600, f"Performance targets, page {number}")
        pdf.showPage()
    pdf.save()
    (note,) = read_bytes("a.pdf", buffer.getvalue()).notes
    assert (note.code, note.level) == ("scanned-pages", "error")
    assert "第 3 页" in note.message


def test_absurd_type_sizes_and_places_cost_nothing() -> None:
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    pdf = canvas.Canvas(buffer, pagesize=(300, 300), invariant=1)
    for y, x, size in ((200, 20, 9), (150, -1e17, 3e18), (100, 5, 0.001), (80, 250, 0.001)):
        pdf.setFont("Helvetica", size)
        pdf.drawString(x, y, "Targets")
    pdf.save()
    document = read_bytes("a.pdf", buffer.getvalue())
    assert texts(document)[0] == "Targets"
    assert all(len(text) < 100 for text in texts(document))


def test_text_beyond_the_page_is_noted_and_not_read() -> None:
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    pdf = canvas.Canvas(buffer, pagesize=(300, 300), invariant=1)
    pdf.drawString(20, 200, "Performance targets")
    pdf.drawString(400, 200, "right half of a wide table")
    pdf.save()
    document = read_bytes("a.pdf", buffer.getvalue())
    assert texts(document) == ["Performance targets"]
    assert [note.code for note in document.notes] == ["text-off-page"]


def test_a_page_full_of_lines_is_noted_and_its_text_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PAGE_SEGMENTS", 20)
    document = read_bytes("a.pdf", make_pdf([APPLICATION]))
    assert [note.code for note in document.notes] == ["drawing-skipped"]
    assert "绩效指标" in "".join([*texts(document), *(row.text for table in document.tables for row in table.rows)])
