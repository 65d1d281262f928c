"""Make indicator and project rows of many offices, for the side view alone: deterministic, as varied as life is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

PLACES = [
    "青山",
    "临江",
    "望湖",
    "东岭",
    "西河",
    "南原",
    "北亭",
    "安平",
    "昌宁",
    "永和",
    "长乐",
    "新城",
    "古渡",
    "金沙",
    "石桥",
    "白云",
    "清源",
    "华阳",
    "龙泉",
    "凤台",
]
BUREAUS = [
    "财政局",
    "教育局",
    "民政局",
    "水利局",
    "交通运输局",
    "卫生健康委员会",
    "文化和旅游局",
    "农业农村局",
    "应急管理局",
    "住房保障中心",
]
THINGS = [
    "道路",
    "校舍",
    "水库",
    "河道",
    "图书馆",
    "停车场",
    "供水管网",
    "信息系统",
    "养老院",
    "公园",
    "桥梁",
    "办公设备",
    "执法车辆",
    "垃圾中转站",
    "劳务派遣",
]
WORKS = [
    "改造",
    "维护",
    "新建",
    "购置",
    "运行",
    "检测",
    "普查",
    "培训",
    "宣传",
    "补助",
    "监测",
    "抢险",
    "运维",
    "采购",
    "评审",
]
ASKED = [
    "完成率",
    "合格率",
    "及时率",
    "覆盖率",
    "数量",
    "成本",
    "面积",
    "人数",
    "次数",
    "使用年限",
    "群众满意度",
    "职工满意度",
    "知晓率",
    "节约率",
    "投诉率",
]
LEVELS = ["产出指标", "成本指标", "效益指标", "满意度指标"]


def departments() -> list[dict[str, Any]]:
    """Return two hundred departments."""
    return [
        {
            "name": f"{place}市{bureau}",
            "code": None,
            "region_code": f"41{number + 1:02d}00",
            "region_name": f"{place}市",
            "region_kind": "prefecture",
            "aliases": [],
            "projects": 0,
            "documents": [],
            "iri": f"urn:d:{number}:{bureau}",
        }
        for number, place in enumerate(PLACES)
        for bureau in BUREAUS
    ]


def indicators(count: int) -> Iterator[dict[str, Any]]:
    """Yield ``count`` indicators, ten a project, in the order of documents."""
    chance, offices = random.Random(7), [row["name"] for row in departments()]
    for number in range(count):
        project = number // 10
        if number % 10 == 0:
            office = offices[project % len(offices)]
            name = f"{chance.choice(PLACES)}{chance.choice(THINGS)}{chance.choice(WORKS)}{project % 97}期"
        target = chance.choice((80, 85, 90, 92, 95, 98, 99, 100))
        level = LEVELS[number % 4]
        yield {
            "document": f"{project // 40:06d}.txt",
            "department": office,
            "fiscal_year": 2018 + project % 8,
            "form": "project-application",
            "period": "annual",
            "project": name,
            "project_code": f"{project:021d}",
            "level1": level,
            "level2": f"{level[:2]}类",
            "level3": f"{name[2:-3]}{chance.choice(ASKED)}",
            "target_text": f"≥{target}%",
            "target_kind": "quantity",
            "comparator": "≥",
            "comparator_stated": True,
            "lower": str(target),
            "lower_inclusive": True,
            "upper": None,
            "upper_inclusive": None,
            "unit": "%",
            "due": None,
            "explanation": "按照年度计划和合同约定完成，以验收单为准" * 2,
            "repair": [],
            "table": 3,
            "page": None,
            "line": number % 5000,
            "source_text": f"{level}\t\t{name}\t≥{target}%",
            "confidence": "1",
            "iri": f"urn:i:{number}",
        }
