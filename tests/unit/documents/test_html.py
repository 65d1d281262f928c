"""What web pages hold besides plain tables."""

from __future__ import annotations

import time

import pytest

from jixiao.documents import read_bytes
from jixiao.errors import DocumentError
from tests.makers.examples import APPLICATION
from tests.makers.files import make_html
from tests.makers.grids import expected, only_table, rows, spots, texts

FORM = "<table><tr><td>三级指标</td><td>指标值</td></tr><tr><td>满意度</td><td>≥90%</td></tr></table>"
READ = [["三级指标", "指标值"], ["满意度", "≥90%"]]


def page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb2312", "gb18030", "big5", "utf-16"])
def test_encodings(encoding: str) -> None:
    form = APPLICATION
    if encoding == "big5":
        body = "<table><tr><td>指標</td><td>數量</td></tr></table>"
        data = f'<html><head><meta charset="big5"></head><body>{body}</body></html>'.encode("big5")
        assert rows(only_table(read_bytes("a.html", data))) == [["指標", "數量"]]
    else:
        assert spots(only_table(read_bytes("a.html", make_html([form], encoding)))) == expected(form)


def test_the_bytes_count_more_than_the_declaration() -> None:
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    text = f"<html><head>{meta}</head><body><p>绩效目标</p></body></html>"
    assert texts(read_bytes("a.html", text.encode("utf-8"))) == ["绩效目标"]
    assert texts(read_bytes("a.html", text.replace("gb2312", "utf-8").encode("gbk"))) == ["绩效目标"]


def test_one_wrong_byte_does_not_lose_the_page() -> None:
    data = page("<p>绩效目标</p>").replace(b"</p>", b"\xff</p>").replace(b"<head>", b'<head><meta charset="utf-8">')
    assert texts(read_bytes("a.html", data))[0].startswith("绩效目标")


def test_the_title_comes_first() -> None:
    assert texts(read_bytes("a.html", page("<p>正文</p>", "<title>绩效公开 - 柳河县财政局</title>"))) == [
        "绩效公开 - 柳河县财政局",
        "正文",
    ]


def test_layout_tables_dissolve() -> None:
    body = (
        "<table><tr><td><table><tr><td>首页</td></tr><tr><td>政务公开</td></tr></table></td>"
        f"<td><p>绩效目标公示</p><p>年度<br>目标</p>{FORM}<p>注：示例</p></td></tr></table>"
    )
    document = read_bytes("a.html", page(body))
    assert texts(document) == ["首页", "政务公开", "绩效目标公示", "年度", "目标", "注：示例"]
    assert rows(only_table(document)) == READ


def test_a_form_that_holds_a_small_table_stays_whole() -> None:
    inner = "<table><tr><td>单价</td><td>3</td></tr><tr><td>数量</td><td>9</td></tr></table>"
    body = (
        "<table><tr><td>项目名称</td><td>食品安全监督抽检与检验检测能力建设</td></tr>"
        f"<tr><td>测算依据</td><td>见明细{inner}</td></tr><tr><td>年度目标</td><td>完成全部抽检任务</td></tr></table>"
    )
    outer, nested = read_bytes("a.html", page(body)).tables
    assert len(outer.rows) == 3
    assert rows(nested) == [["单价", "3"], ["数量", "9"]]


def test_scripts_styles_hidden_parts_and_comments_print_nothing() -> None:
    body = (
        "<script>if(a<1&&b>2){document.write('<td>指标值</td>')}</script><style>td{}</style><!-- <p>旧稿</p> -->"
        "<p style='display: none'>隐藏</p><p>公开<span style='mso-hide:all'>批注</span></p>"
        "<noscript>请启用脚本</noscript><select><option>2024</option></select>"
    )
    assert texts(read_bytes("a.html", page(body + FORM))) == ["公开"]


def test_cells_keep_their_own_breaks_and_lose_those_of_the_source() -> None:
    body = (
        "<table><tr><td>产出指标<br>(50分)</td>"
        "<td><p class=MsoNormal><span>≥95</span><span>%</span></p><p>备注</p></td></tr>"
        "<tr><td>服务对象\r\n  满意度</td><td>not\n less</td></tr></table>"
    )
    assert rows(only_table(read_bytes("a.html", page(body)))) == [
        ["产出指标\n(50分)", "≥95%\n备注"],
        ["服务对象满意度", "not less"],
    ]


def test_paragraphs_of_old_pages_are_parted_by_breaks() -> None:
    body = (
        "<div id=zoom>一、基本情况<br>　　本项目预算10万元。<br><br>　　二、绩效目标<br></div><pre>第一行\n第二行</pre>"
    )
    assert texts(read_bytes("a.html", page(body))) == [
        "一、基本情况",
        "本项目预算10万元。",
        "二、绩效目标",
        "第一行",
        "第二行",
    ]


def test_careless_markup() -> None:
    body = (
        "<table><tbody><tr><th rowspan=2>产出<td>甲<td>1<tr><td>乙<td colspan='2'>2</tbody>"
        "<tr height=0><td></td><td></td><td></td></tr></table>"
    )
    found = [tuple(spot) for spot in spots(only_table(read_bytes("a.html", page(body))))]
    assert found[0] == ("产出", 0, 0, 2, 1)
    assert ("乙", 1, 1, 1, 1) in found


@pytest.mark.parametrize(("rowspan", "colspan"), [("0", "x"), ("-3", "2.5"), ("99999999", "99999999"), ("", "")])
def test_absurd_spans_are_bounded(rowspan: str, colspan: str) -> None:
    first = f"<tr><td rowspan='{rowspan}' colspan='{colspan}'>甲</td><td>乙</td></tr>"
    body = f"<table>{first}<tr><td>丙</td><td>丁</td></tr></table>"
    table = only_table(read_bytes("a.html", page(body)))
    assert max(cell.rowspan for row in table.rows for cell in row.cells) <= 2
    assert {cell.text for row in table.rows for cell in row.cells} == {"甲", "乙", "丙", "丁"}


def test_rowspans_push_later_cells_to_the_right() -> None:
    body = (
        "<table><tr><td rowspan=3>A</td><td>b</td><td rowspan=2>C</td><td>d</td></tr>"
        "<tr><td>e</td><td>f</td></tr><tr><td>g</td><td>h</td><td>i</td></tr></table>"
    )
    columns = {spot.text: spot.column for spot in spots(only_table(read_bytes("a.html", page(body))))}
    assert columns == {"A": 0, "b": 1, "C": 2, "d": 3, "e": 1, "f": 3, "g": 1, "h": 2, "i": 3}


def test_entities_of_a_document_type_are_not_expanded() -> None:
    prolog = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY b "乙乙">]>'
    data = prolog.encode() + b"<html><body><p>" + "甲&e;&b;".encode() + b"</p></body></html>"
    (text,) = [text for text in texts(read_bytes("a.html", data)) if "甲" in text]
    assert text.startswith("甲&e;")


def test_deep_mark_up_is_read() -> None:
    document = read_bytes("a.html", page("<div><span>" * 900 + "最深处" + "</span></div>" * 900 + FORM))
    assert texts(document) == ["最深处"]
    assert rows(only_table(document)) == READ


def test_mark_up_nested_beyond_reason_is_refused_not_cut() -> None:
    with pytest.raises(DocumentError, match="嵌套过深") as caught:
        read_bytes("a.html", page("<div><span>" * 20_000 + "最深处" + FORM))
    assert caught.value.code == "damaged"


def test_tables_nested_beyond_reason() -> None:
    body = "".join(f"<table><tr><td>第{n}层</td><td>" for n in range(300)) + "底" + "</td></tr></table>" * 300
    document = read_bytes("a.html", page(body))
    everything = [
        *texts(document),
        *(cell.text for table in document.tables for row in table.rows for cell in row.cells),
    ]
    assert any("第0层" in text for text in everything)
    assert any("底" in text for text in everything)


def test_ten_megabytes_on_one_line() -> None:
    data = page("<p>" + "绩效目标" * (10 * 1024 * 1024 // 12) + "</p>" + FORM)
    started = time.process_time()
    document = read_bytes("a.html", data)
    assert time.process_time() - started < 20
    assert rows(only_table(document)) == READ
    assert len(texts(document)[0]) > 3_000_000


def test_a_page_that_only_a_script_would_fill() -> None:
    with pytest.raises(DocumentError, match="脚本") as caught:
        read_bytes("a.html", page("<div id=app></div><script>render()</script>"))
    assert caught.value.code == "no-text"
