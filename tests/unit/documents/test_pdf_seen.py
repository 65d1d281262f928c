"""Of a PDF page is read what is seen of it, in the cell where it is seen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jixiao.documents import read_bytes
from jixiao.model import Document
from tests.makers.grids import only_table, rows, texts

XS, YS = (50, 150, 250), (700, 680, 660, 640)
GRID = "\n".join([f"{XS[0]} {y} m {XS[-1]} {y} l S" for y in YS] + [f"{x} {YS[0]} m {x} {YS[-1]} l S" for x in XS])
OFF = "/OCProperties << /OCGs [ 9 0 R ] /D << /OFF [ 9 0 R ] >> >>"


def say(text: str, row: int, column: int, before: str = "", shift: float = 3) -> str:
    return f"q {before} BT /F1 9 Tf {XS[column] + shift} {YS[row] - 13} Td ({text}) Tj ET Q"


TABLE = [
    say(text, index // 2, index % 2) for index, text in enumerate(("Name", "Target", "Trees", "100", "Lawns", "20"))
]
PRINTED = [["Name", "Target"], ["Trees", "100"], ["Lawns", "20"]]


def page(
    *content: str, catalog: str = "", entries: str = "", resources: str = "", objects: Sequence[str] = ()
) -> Document:
    """Read a page with this content; further objects are numbered from 10 on, 9 is a layer."""
    stream = "\n".join((GRID, *content))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    bodies = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: "<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 400 800 ] /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> {resources} >> {entries} >>",
        4: f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        5: font,
        9: "<< /Type /OCG /Name (draft) >>",
        **dict(enumerate(objects, start=10)),
    }
    data = "%PDF-1.7\n" + "".join(f"{number} 0 obj\n{body}\nendobj\n" for number, body in bodies.items())
    return read_bytes("a.pdf", (data + "trailer << /Root 1 0 R >>\n%%EOF\n").encode("latin-1"))


def test_a_page_as_it_is() -> None:
    document = page(*TABLE)
    assert rows(only_table(document)) == PRINTED
    assert not document.notes


@pytest.mark.parametrize("before", ["1 1 1 rg", "3 Tr", "0.97 0.98 1 rg"])
def test_text_without_ink_is_not_seen(before: str) -> None:
    document = page(*TABLE, say("99", 1, 1, before, shift=40))
    assert rows(only_table(document)) == PRINTED
    assert [note.code for note in document.notes] == ["hidden-text"]


def test_white_text_on_a_dark_ground_is_seen() -> None:
    ground = "q 0.1 0.2 0.4 rg 51 681 98 18 re f Q"
    assert rows(only_table(page(ground, say("Name", 0, 0, "1 1 1 rg"), *TABLE[1:]))) == PRINTED


def test_what_is_painted_over_is_not_seen() -> None:
    cover = "q 1 1 1 rg 152 662 96 16 re f Q"
    document = page(*TABLE, cover, say("120", 1, 1))
    assert rows(only_table(document))[1] == ["Trees", "120"]
    assert [note.code for note in document.notes] == ["hidden-text"]
    assert rows(only_table(page(cover, *TABLE))) == PRINTED


def test_a_layer_that_is_off_is_not_seen() -> None:
    layer = say("99", 1, 1, shift=40)
    marked = page(*TABLE, f"/OC /L BDC {layer} EMC", catalog=OFF, resources="/Properties << /L 9 0 R >>")
    font = "/Resources << /Font << /F1 5 0 R >> >>"
    form = f"<< /Type /XObject /Subtype /Form /BBox [ 0 0 400 800 ] /OC 9 0 R {font} /Length {len(layer)} >>"
    drawn = [f"{form}\nstream\n{layer}\nendstream"]
    grouped = page(*TABLE, "/X Do", catalog=OFF, resources="/XObject << /X 10 0 R >>", objects=drawn)
    for document in (marked, grouped):
        assert rows(only_table(document)) == PRINTED
    shown = page(*TABLE, "/X Do", resources="/XObject << /X 10 0 R >>", objects=drawn)
    assert "99" in rows(only_table(shown))[1][1]


def test_a_pale_text_printed_again_and_again_is_a_watermark() -> None:
    tiles = [say("County Finance", row, column, "0.8 g", shift=-5) for row in range(3) for column in range(2)]
    document = page(*TABLE, *tiles)
    assert rows(only_table(document)) == PRINTED
    assert [note.code for note in document.notes] == ["watermark"]
    assert "County Finance" in texts(page(say("Name", 0, 0), "BT /F1 9 Tf 0.8 g 50 500 Td (County Finance) Tj ET"))


def test_a_text_that_fills_its_cell_ends_where_the_next_begins() -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    name = "Newly planted trees"
    tight = say(name, 1, 0, shift=99.8 - stringWidth(name, "Helvetica", 9))
    table = page(*TABLE[:2], tight, say("100", 1, 1, shift=0.2), *TABLE[4:])
    assert rows(only_table(table))[1] == [name, "100"]


def test_a_text_higher_than_its_row_stays_in_the_cell_it_is_cut_to() -> None:
    clip = f"{XS[0]} {YS[2]} 100 20 re W n"
    high = [f"q {clip} BT /F1 9 Tf 53 {y} Td ({text}) Tj ET Q" for y, text in ((682, "Old"), (664, "trees"))]
    assert rows(only_table(page(*TABLE[:2], *high, *TABLE[3:])))[1][0].split() == ["Old", "trees"]


def test_form_fields_and_text_boxes_hold_what_is_typed_into_them() -> None:
    field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (100) /F 4 /Rect [ 152 662 248 678 ] >>"
    box = "<< /Type /Annot /Subtype /FreeText /Contents (20) /F 4 /Rect [ 152 642 248 658 ] >>"
    hidden = "<< /Type /Annot /Subtype /FreeText /Contents (draft) /F 2 /Rect [ 152 642 248 658 ] >>"
    document = page(*TABLE[:3], TABLE[4], entries="/Annots [ 10 0 R 11 0 R 12 0 R ]", objects=(field, box, hidden))
    assert rows(only_table(document)) == PRINTED


def test_what_a_stamp_prints_stands_where_it_is_seen() -> None:
    font = "/Resources << /Font << /F1 5 0 R >> >>"
    words = "BT /F1 9 Tf 2 4 Td (100) Tj ET"
    look = f"<< /Type /XObject /Subtype /Form /BBox [ 0 0 90 16 ] {font} /Length {len(words)} >>"
    stamp = "<< /Type /Annot /Subtype /Stamp /F {} /Rect [ 152 {} 242 {} ] /AP << /N 10 0 R >> >>"
    objects = [f"{look}\nstream\n{words}\nendstream", stamp.format(4, 662, 678), stamp.format(2, 642, 658)]
    document = page(*TABLE[:3], *TABLE[4:], entries="/Annots [ 11 0 R 12 0 R ]", objects=objects)
    assert rows(only_table(document)) == PRINTED


@pytest.mark.parametrize(("side", "lines", "codes"), [(300, 1, ["pictures-not-read"]), (100, 1, []), (300, 9, [])])
def test_a_large_picture_beside_few_words_is_told(side: int, lines: int, codes: list[str]) -> None:
    image = "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1"
    words = "(see the table below) Tj T* " * lines
    drawn = f"q {side} 0 0 {side} 50 50 cm /X Do Q BT /F1 9 Tf 12 TL 50 600 Td {words} ET"
    pictures = [f"{image} >>\nstream\n0\nendstream"]
    document = page(drawn, resources="/XObject << /X 10 0 R >>", objects=pictures)
    assert [note.code for note in document.notes] == codes
