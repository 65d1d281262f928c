"""Documents of any size in many shapes: each grows in one thing, and is otherwise as offices write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Shape = Callable[[int], bytes]
_HEAD = ("一级指标", "二级指标", "三级指标", "指标值")
_LEVELS = (("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标"))
_MONEY = ("科目编码", "科目名称", "合计", "基本支出", "项目支出")


def _html(*parts: str) -> bytes:
    head = '<html><head><meta charset="utf-8"><title>某县文化馆2024年预算</title></head><body>'
    return "".join((head, *parts, "</body></html>")).encode()


def _table(rows: Iterable[Sequence[str]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table border=1>{body}</table>"


def _form(project: str, rows: Iterable[Sequence[str]], *facts: Sequence[str]) -> str:
    title = "<p>项目支出绩效目标申报表</p><p>（2024年度）</p>"
    known = ("项目名称", project, "主管部门", "某县文化和旅游局")
    return title + _table((known, *facts, _HEAD, *rows))


def _rows(count: int, *more: str) -> list[Sequence[str]]:
    return [(*_LEVELS[n % 3], f"举办第{n}项活动", f"≥{n + 1}场", *more) for n in range(count)]


def _cell(text: str) -> bytes:
    return _html(_form("展览经费", _rows(3), ("年度总体目标", text)))


def _value(text: str) -> bytes:
    return _html(_form("展览经费", [*_rows(2), ("产出指标", "数量指标", "举办展览", text)]))


def _money(rows: Iterable[Sequence[str]], head: Sequence[str] = _MONEY) -> bytes:
    return _html("<p>部门支出总表</p><p>单位：万元</p>", _table((head, *rows)))


def _amounts(count: int, width: int = 5) -> list[Sequence[str]]:
    return [(f"{2010101 + n}", f"第{n}项支出", *(f"{n + 1}.00" for _ in range(width - 2))) for n in range(count)]


def _paragraphs(texts: Iterable[str]) -> bytes:
    return _html(_form("展览经费", _rows(3)), *(f"<p>{text}</p>" for text in texts))


def _own_levels(count: int) -> bytes:
    rows = [(f"部署{n // 9}", f"工作{n // 3}", f"事项{n}", f"≥{n + 1}场") for n in range(count)]
    return _html(_form("展览经费", rows))


def _register(count: int) -> bytes:
    head = ("项目名称", "预算金额（万元）", *_HEAD)
    return _html(
        "<p>2024年项目绩效目标表</p>",
        _table((head, *((f"项目{n // 3}", "12.50", *row) for n, row in enumerate(_rows(count))))),
    )


def _matrix(count: int) -> bytes:
    head = ("项目名称", *(f"{name}{n}" for n in range(count) for name in ("产出指标", "指标值")))
    rows = [(f"项目{n}", *(text for m in range(count) for text in (f"活动{m}", "≥3场"))) for n in range(3)]
    return _html("<p>2024年项目绩效目标表</p>", _table((head, *rows)))


def _text(*lines: str) -> bytes:
    return "\n".join(("某县文化馆2024年项目绩效目标", *lines)).encode()


def _text_forms(count: int) -> bytes:
    lines = []
    for n in range(count):
        lines += ["项目支出绩效目标申报表", "（2024年度）", f"项目名称\t展览{n}\t\t主管部门\t某县文化和旅游局"]
        lines += ["\t".join(row) for row in (_HEAD, *_rows(3))]
    return _text(*lines)


def _sheet_like(count: int) -> bytes:
    return _html(_table([[f"第{n}行第{m}列" for m in range(count)] for n in range(count)]))


SHAPES: dict[str, tuple[int, Shape]] = {
    "a cell of clauses": (3000, lambda n: _cell("完成设备采购、组织培训，提高服务水平；" * (n // 19))),
    "a cell of one sort of sign": (6000, lambda n: _cell("宣" * n)),
    "a cell of blanks": (6000, lambda n: _cell("举办" + "\u3000" * n + "展览")),
    "a cell of line ends": (3000, lambda n: _cell("完成设备采购<br>" * n)),
    "a target of digits": (6000, lambda n: _value("1" * n)),
    "a target of figures": (1500, lambda n: _value("≥3场、" * n)),
    "a cell of amounts": (1200, lambda n: _cell(" ".join(f"{k}.50" for k in range(n)))),
    "a target of open brackets": (6000, lambda n: _value("(" * n)),
    "a target of brackets": (6000, lambda n: _value("（" * n + "）" * n)),
    "a target of words": (6000, lambda n: _value("做好日常工作" * (n // 6))),
    "a target of signs": (6000, lambda n: _value("≥" * n)),
    "a target of points": (6000, lambda n: _value("1." * n)),
    "an enumeration in a cell": (300, lambda n: _cell("".join(f"{k}.举办展览{k}场；" for k in range(1, n)))),
    "digits of prose": (6000, lambda n: _paragraphs(["本年支出" + "8" * n + "元。"])),
    "sums of prose": (500, lambda n: _paragraphs(["".join(f"第{k}项支出{k}.5万元，" for k in range(n)) + "。"])),
    "sentences": (150, lambda n: _paragraphs([f"2024年第{k}项工作安排预算{k}.50万元。" for k in range(n)])),
    "a paragraph": (6000, lambda n: _paragraphs(["完成设备采购，组织培训。" * (n // 12)])),
    "lines of text": (300, lambda n: _text(*(f"第{k}项工作已经完成" for k in range(n)))),
    "lines of numbers": (400, lambda n: _text(*(f"{k}" for k in range(n)))),
    "blank lines": (8000, lambda n: _text(*([""] * n), "项目名称\t展览")),
    "lines with tabs": (120, lambda n: _text(*(f"第{k}项\t{k}\t工作\t完成" for k in range(n)))),
    "tables of one row": (100, lambda n: _html(*(_table([("项目", f"{k}", "完成")]) for k in range(n)))),
    "unread tables": (
        25,
        lambda n: _html(
            *(f"<p>附件{k}</p>" + _table([("姓名", "职务", "电话"), *[("甲", "科员", "无")] * 4]) for k in range(n))
        ),
    ),
    "forms": (12, lambda n: _html(*(_form(f"展览经费{k}", _rows(3)) for k in range(n)))),
    "forms in text": (12, _text_forms),
    "forms of one project": (12, lambda n: _html(*(_form("展览经费", _rows(3)) for _ in range(n)))),
    "rows": (40, lambda n: _html(_form("展览经费", _rows(n)))),
    "rows in text": (
        40,
        lambda n: _text("项目名称\t展览经费", "\t".join(_HEAD), *("\t".join(row) for row in _rows(n))),
    ),
    "equal rows": (60, lambda n: _html(_form("展览经费", [("产出指标", "数量指标", "举办展览", "≥3场")] * n))),
    "rows of own levels": (40, _own_levels),
    "rows of a register": (40, _register),
    "a wide head": (
        100,
        lambda n: _html(
            _form("展览", [(*row, *["无"] * n) for row in _rows(3)]).replace(
                "<td>指标值</td>", "<td>指标值</td>" + "".join(f"<td>说明{k}</td>" for k in range(n))
            )
        ),
    ),
    "a head of levels": (
        40,
        lambda n: _html(_table([[f"{'一二三四'[k % 4]}级指标" for k in range(n)], *[["产出指标"] * n] * 3])),
    ),
    "a matrix": (40, _matrix),
    "a square": (150, lambda n: _sheet_like(round(n**0.5))),
    "a long money table": (60, lambda n: _money(_amounts(n))),
    "a wide money table": (
        40,
        lambda n: _money(_amounts(6, n + 2), ("科目编码", "科目名称", *(f"资金来源{k}" for k in range(n)))),
    ),
    "money of one item": (60, lambda n: _money([("2010101", "行政运行", "3.00", "1.00", "2.00")] * n)),
    "money tables": (20, lambda n: _html(*(_money(_amounts(5)).decode() for _ in range(n)))),
    "labelled facts": (60, lambda n: _html(_form("展览", _rows(3), *((f"其他资金{k}", f"{k}.00") for k in range(n))))),
    "spans": (
        60,
        lambda n: _html(
            _table([_HEAD]).replace(
                "</table>",
                "".join(f"<tr><td rowspan={n - k}>产出指标</td><td>{k}</td></tr>" for k in range(n)) + "</table>",
            )
        ),
    ),
}
