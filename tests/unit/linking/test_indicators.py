"""What an indicator measures, and of whom or what."""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

from jixiao.linking.indicators import concept_of
from jixiao.resources import resource


@pytest.mark.parametrize(
    ("level3", "key", "whom"),
    [
        ("受益群众满意度", "satisfaction-beneficiaries", "群众"),
        ("办事群众满意度", "satisfaction-applicants", "群众"),
        ("群众满意率", "satisfaction-public", "群众"),
        ("沿街商户满意度（%）", "satisfaction-enterprises", "企业"),
        ("学生家长满意度", "satisfaction-students", "学生与家长"),
        ("受助人员满意度", "satisfaction-beneficiaries", "群众"),
        ("参训学员满意度", "satisfaction-trainees", "参训人员"),
        ("满意度", "satisfaction", None),
        ("改造家庭满意度", "satisfaction", "改造家庭"),
        ("大厅服务人员正常办公，满意率95%以上", "satisfaction", None),
        ("服务场地环境满意度", "satisfaction", None),
        ("营造诚实守信的良好氛围", "satisfaction", None),
        ("参保人员满意度", "satisfaction", "参保人员"),
        ("教师满意度", "satisfaction-teachers", "教师"),
        ("村民对帮扶工作满意度", "satisfaction-public", "群众"),
        ("退役军人满意度", "satisfaction", "退役军人"),
        ("社会满意度", "satisfaction-public", "群众"),
    ],
)
def test_satisfaction_of_whom(level3: str, key: str, whom: str | None) -> None:
    assert concept_of("满意度指标", "服务对象满意度指标", level3) == (key, whom)


def test_satisfaction_below_another_level_is_satisfaction() -> None:
    assert concept_of("效益指标(30分)", "社会效益指标", "有效提升办事群众满意度")[0] == "satisfaction-applicants"


def test_respondents_below_the_level_of_satisfaction_need_not_say_satisfied() -> None:
    assert concept_of("满意度指标", None, "受益群众") == ("satisfaction-beneficiaries", "群众")


def test_another_measure_below_the_level_of_satisfaction_is_none() -> None:
    assert concept_of("满意度指标", None, "办事企业群众投诉件数")[0] != "satisfaction-applicants"
    assert concept_of("满意度指标", None, "终端使用率")[0] is None


@pytest.mark.parametrize(
    ("level2", "level3", "key", "what"),
    [
        ("数量指标", "电子病历系统覆盖率", "quantity-coverage", "电子病历系统"),
        ("质量指标", "设备验收合格率", "quality-acceptance", "设备"),
        ("时效指标", "补助资金拨付及时率", "timeliness-payment", "补助资金"),
        ("成本指标", "项目总成本", "cost-total", None),
        ("经济成本指标", "站亭单价", "cost-unit", None),
        ("生态效益指标", "空气质量优良天数", "benefit-air", None),
        ("数量指标", "补植行道树", "quantity", None),
        ("环境效益", "补植行道树", "benefit-ecological", None),
        ("履职目标实现", "系统建设规范化", "duty-goals", None),
        ("履职效益", "系统建设规范化", "benefit-governance", None),
        ("时效指标", "工资发放及时性", "timeliness-payment", None),
        ("时效指标", "物资到位及时率", "timeliness-response", "物资到位"),
        ("生态效益指标", "污水处理率", "benefit-water", None),
        ("满意度", "群众投诉件数控制在3件以下", "benefit-complaints", None),
        ("数量指标", "采购服装套数", "quantity", None),
    ],
)
def test_other_concepts(level2: str, level3: str, key: str, what: str | None) -> None:
    assert concept_of(None, level2, level3) == (key, what)


def test_a_name_that_says_nothing_without_levels_has_no_concept() -> None:
    assert concept_of(None, None, "古树名木挂牌") == (None, None)


def test_every_concept_can_be_reached_by_its_label() -> None:
    with resource("ontology", "codes", "concepts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lost = [row["key"] for row in rows if concept_of(None, None, row["label"])[0] is None]
    assert lost == []


def test_jieba_is_loaded_only_when_a_text_is_cut() -> None:
    code = (
        "import sys, jixiao.linking.linking, jixiao.linking.indicators, jixiao.prose; sys.exit('jieba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
