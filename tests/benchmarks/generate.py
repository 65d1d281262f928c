"""Make as many synthetic documents as wanted, lifted by the project itself: ``python generate.py 1000000 OUT.nq``.

Deterministic: the same number of triples gives the same bytes. A document holds a department's projects with their
applications for one year, some 3,000 triples; departments and projects recur over the years, as they do in life.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from jixiao.audit.auditing import audit_document
from jixiao.config import BASE_IRI
from jixiao.lifting import lift, lift_findings
from jixiao.model import (
    Department,
    Document,
    DocumentKind,
    DocumentRecords,
    FilledForm,
    FormKind,
    FundLine,
    Goal,
    Indicator,
    LinkedRecords,
    Plan,
    Project,
    Source,
    Target,
    TargetKind,
)


def _words(text: str) -> list[str]:
    return text.split()


PLACES = _words("青山 临江 望湖 东岭 西河 南原 北亭 安平 昌宁 永和 长乐 新城 古渡 金沙 石桥 白云 清源 华阳 龙泉 凤台")
BUREAUS = _words(
    "财政局 教育局 民政局 水利局 交通运输局 卫生健康委员会 文化和旅游局 农业农村局 应急管理局 住房保障中心"
)
THINGS = _words("道路 校舍 水库 河道 图书馆 停车场 供水管网 信息系统 养老院 公园 桥梁 办公设备 执法车辆 垃圾中转站")
WORKS = _words("改造 维护 新建 购置 运行 检测 普查 培训 宣传 补助 监测 抢险")
LEVELS = (
    ("产出指标", "数量指标", "{thing}{work}数量", "quantity"),
    ("产出指标", "质量指标", "{thing}{work}验收合格率", None),
    ("产出指标", "时效指标", "{thing}{work}完成时间", None),
    ("产出指标", "成本指标", "{thing}{work}总成本", "cost"),
    ("效益指标", "社会效益指标", "{thing}{work}受益人数", "quantity-beneficiaries"),
    ("效益指标", "经济效益指标", "{thing}{work}带动投资", None),
    ("满意度指标", "服务对象满意度指标", "{thing}使用群众满意度", "satisfaction-public"),
)


def _target(random_: random.Random, position: int) -> Target:
    """Return a target value as printed forms have them."""
    if position in (1, 6):
        bound = Decimal(random_.choice((80, 85, 90, 92, 95, 98, 100)))
        return Target(f"≥{bound}%", TargetKind.QUANTITY, "≥", True, lower=bound, lower_inclusive=True, unit="%")
    if position == 2:
        month = random_.randint(1, 12)
        return Target(f"{month}月底前", TargetKind.DEADLINE, due=f"--{month:02d}")
    if position == 3:
        bound = Decimal(random_.randint(100, 90000)) / 100
        return Target(f"≤{bound}万元", TargetKind.QUANTITY, "≤", True, upper=bound, upper_inclusive=True, unit="万元")
    if position == 5 and random_.random() < 0.5:
        return Target("明显提升", TargetKind.QUALITATIVE)
    bound = Decimal(random_.randint(1, 5000))
    return Target(f"不少于{bound}个", TargetKind.QUANTITY, "≥", True, lower=bound, lower_inclusive=True, unit="个")


def _plan(random_: random.Random, project: str, code: str, line: int) -> Plan:
    thing, work = next((t, w) for t in THINGS for w in WORKS if t in project and w in project)
    amount = Decimal(random_.randint(10_000, 90_000_000))
    indicators = []
    for position, (level1, level2, name, _) in enumerate(LEVELS):
        for _ in range(random_.randint(1, 2)):
            line += 1
            target = _target(random_, position)
            label = name.format(thing=thing, work=work)
            text = f"{level1}\t{level2}\t{label}\t{target.text}"
            indicators.append(Indicator(level1, level2, label, target, Source(1, line, text), weight=Decimal(10)))
    return Plan(
        Source(1, line - len(indicators), f"项目名称\t{project}"),
        project,
        code,
        funds=(FundLine("total", "项目资金总额", Source(1, line + 1, f"资金总额\t{amount}"), amount=amount),),
        goals=(Goal(f"按期完成{project}，改善民生。", Source(1, line + 2, "总体目标")),),
        indicators=tuple(indicators),
    )


def documents(triples: int, *, audited: bool = False) -> Iterator[tuple[str, bytes]]:
    """Yield graphs (IRI, N-Quads) until they hold at least ``triples`` triples.

    With ``audited``, the graph of a document's findings follows it, and half of the triples may be findings.
    """
    random_ = random.Random(20240601)
    made = number = 0
    while made < triples:
        place, bureau = PLACES[number // 10 % 20], BUREAUS[number % 10]
        year = 2019 + number // 200 % 6
        district = number // 1200
        name = f"{place}{f'第{district}' if district else ''}区{bureau}"
        own = number % 200 + 200 * district  # the department: it comes back every year with the same projects
        department = Department(f"{410100 + own // 10}-{bureau}", name, (bureau,), region_code="410100")
        projects, plans = [], []
        for index in range(8):
            title = f"{place}{THINGS[(own + index) % 14]}{WORKS[(own // 7 + index) % 12]}项目"
            code = f"{410100 + own // 10}2000000{own:06d}{index:02d}"
            projects.append(Project(f"{title}{index}", title, department.key, code, amount=Decimal(index + 1) * 10000))
            plans.append(_plan(random_, title, code, 40 * index))
        forms = tuple(
            FilledForm(
                FormKind.PROJECT_APPLICATION, "application", "项目绩效目标申报表", plan.source, (plan,), year, name
            )
            for plan in plans
        )
        file = f"{number:06d}.txt"
        records = DocumentRecords(
            file,
            sha256(file.encode()).hexdigest(),
            f"{name}{year}年部门预算",
            DocumentKind.BUDGET,
            name,
            year,
            None,
            1,
            forms,
        )
        concepts = {
            indicator.names: key
            for plan in plans
            for indicator in plan.indicators
            for _, level2, _, key in LEVELS
            if key and indicator.level2 == level2
        }
        linked = LinkedRecords(
            records,
            department,
            projects=tuple(projects),
            plan_projects={(index, 0): project.key for index, project in enumerate(projects)},
            concepts=concepts,
        )
        graph = lift(linked, base_iri=BASE_IRI)
        made += graph.nquads.count(b"\n")
        number += 1
        yield graph.graph_iri, graph.nquads
        if audited:
            document = Document(file, records.sha256, "text/plain", ())
            findings = lift_findings(file, audit_document(graph, document), base_iri=BASE_IRI)
            made += findings.nquads.count(b"\n")
            yield findings.graph_iri, findings.nquads


def main() -> None:
    """Write the documents to a file."""
    with Path(sys.argv[2]).open("wb") as file:
        for _, nquads in documents(int(sys.argv[1])):
            file.write(nquads)


if __name__ == "__main__":
    main()
