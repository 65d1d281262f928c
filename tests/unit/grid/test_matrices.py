"""Matrices of indicators and places: places as columns below one heading, and as rows."""

from __future__ import annotations

from jixiao.model import Indicator
from jixiao.reading import read_upload


def _read(*rows: str) -> list[Indicator]:
    body = "".join(f"<tr>{''.join(f'<td{cell}</td>' for cell in row.split('|'))}</tr>" for row in rows)
    page = f"<p>乌麓州2025年补助资金区域绩效目标表</p><table border=1>{body}</table>"
    records = read_upload(page.encode(), "a.html").records
    return [row for form in records.forms for plan in form.plans for row in plan.indicators]


def test_numbers_of_places_below_a_heading_of_values_are_no_points() -> None:
    found = _read(
        "|".join(f" rowspan=2>{word}" for word in ("一级指标", "二级指标", "三级指标", "单位", "要求"))
        + "| colspan=3>分县目标值",
        ">榕坪县|>黎岑县|>锦雷县",
        ">产出指标|>数量指标|>重点人群筛查|>人|>≥|>5200|>4100|>3600",
        ">产出指标|>质量指标|>质控合格率|>%|>≥|>98|>98|>97",
        ">效益指标|>社会效益指标|>知晓率|>%|>≥|>90|>88|>85",
    )
    told = [(row.level3, row.region, row.target.text if row.target else "") for row in found]
    assert [each for each in told if each[0] == "质控合格率"] == [
        ("质控合格率", "榕坪县", "≥98%"),
        ("质控合格率", "黎岑县", "≥98%"),
        ("质控合格率", "锦雷县", "≥97%"),
    ]
    assert all(row.weight is None for row in found)


def test_places_that_stand_as_rows_below_a_head_of_another_word() -> None:
    found = _read(
        " rowspan=3>县（市）| colspan=2>产出指标|>满意度指标",
        ">数量指标|>质量指标|>服务对象满意度指标",
        ">扶持安置点（个）|>项目验收合格率（%）|>搬迁群众满意度（%）",
        ">榕坪县|>6|>100|>≥92",
        ">黎岑县|>4|>100|>≥92",
        ">锦雷县|>5|>98|>≥90",
    )
    regions = [row.region for row in found if row.level3.startswith("搬迁群众满意度")]
    assert regions == ["榕坪县", "黎岑县", "锦雷县"]
