"""A spreadsheet's numbers read as people see them, and keep the digits that were typed."""

from __future__ import annotations

import pytest

from jixiao.documents.number_formats import format_value

ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "printed"),
    [
        (8600, "General", "8600"),
        (2.3, "General", "2.3"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.333333333"),
        (123456789.12, "General", "123456789.12"),
        (1e15, "General", "1000000000000000"),
        (-0.0, "General", "0"),
        (0.95, "0%", "95%"),
        (0.975, "0%", "97.5%"),
        (0.9867, "0.00%", "98.67%"),
        (1 / 3, "0.00%", "33.33%"),
        (1, "0%", "100%"),
        (32, "0.00", "32.00"),
        (4.126, "0.0", "4.126"),
        (2 / 3, "0.00", "0.67"),
        (1846200, "#,##0.00", "1,846,200.00"),
        (-1234.5, "#,##0.00", "-1,234.50"),
        (-1234.5, "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        (-3, "0.00_ ;[Red]-0.00 ", "-3.00"),
        (105.96, '0.00"万元"', "105.96万元"),
        (0.9, '"≥"0%', "≥90%"),
        (12, 'G/通用格式"次"', "12次"),
        (5, "[$￥-804]#,##0.00", "￥5.00"),
        (-5.2, ACCOUNTING, "-5.20"),
        (0, ACCOUNTING, "0.00"),
        (0, "0;-0;;@", ""),
        (1234567, "#,##0,", "1,234.567"),
        (3, "@", "3"),
        (0.5, "# ?/?", "0.5"),
        (12345, "0.00E+00", "12345"),
        (45291, "yyyy/m/d", "2023/12/31"),
        (45291, "yyyy-mm-dd", "2023-12-31"),
        (45291, 'yyyy"年"m"月"d"日"', "2023年12月31日"),
        (45291, '[$-804]yyyy"年"m"月"d"日";@', "2023年12月31日"),
        (45291, "[DBNum1][$-804]yyyy年m月", "2023年12月"),
        (45291.5, "yyyy-mm-dd hh:mm", "2023-12-31 12:00"),
        (45291, "aaaa", "星期日"),
        (0.875, "h:mm", "21:00"),
        (0.875, "h:mm AM/PM", "9:00 PM"),
        (1.5, "[h]:mm", "36:00"),
        (59, "yyyy/m/d", "1900/2/28"),
        (61, "yyyy/m/d", "1900/3/1"),
        (1e9, "yyyy/m/d", "1000000000"),
    ],
)
def test_a_number_prints_as_its_format_says(value: float, code: str, printed: str) -> None:
    assert format_value(value, code) == printed


def test_days_may_count_from_1904() -> None:
    assert format_value(43829, "yyyy/m/d", epoch_1904=True) == "2023/12/31"
