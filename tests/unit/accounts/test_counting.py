"""The independent count of printed amounts."""

from __future__ import annotations

import pytest

from jixiao.accounts import count_printed_amounts
from jixiao.documents.reading import read_bytes


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ("合计|1,200.00|0.00|", 2),
        ("201|03|01||行政运行|842.210", 1),
        ("2010301|行政运行|20|5.5", 2),
        ("30101|基本工资|50101|工资奖金津补贴|90.96|90.96", 2),
        ("301|03|奖金|501|01|工资奖金津补贴|90.96", 1),
        ("一、一般公共预算|5|一、一般公共服务|6", 2),
        ("栏次||1|2|3|4\n合计||5|4|1|0", 4),
        ("1|2|3|4|5|6\n10.00||6.00||6.00|4.00", 4),
        ("项|行次|数|项|行次|数\n甲|1|10.00|乙|32|3\n丙|2|4|丁|33|5.00\n戊|3||己|34|", 4),
        ("类型|530100240000000010001|名称|900000|900000|延续项目", 2),
        ("019|封丘县某局|375.70", 1),
        ("-300,000.00|-20%|—|/|（12.50）", 3),
        ("项目|2021年预算数\n（1）购置|", 0),
        ("金额１，２３４．５６|１，２３４．５６", 1),
    ],
)
def test_counts_amounts_and_neither_codes_nor_numbering(rows: str, count: int) -> None:
    (table,) = read_bytes("表.txt", (rows.replace("|", "\t") + "\t").encode()).tables
    assert count_printed_amounts(table.rows) == count
