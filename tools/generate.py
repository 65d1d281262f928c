"""Make budget documents as offices publish them, as many as wanted: the same seed gives the same bytes.

``python tools/generate.py --documents 1000 --out DIR [--seed 1] [--formats txt,xlsx]``: folders by region and year,
offices that come back every year with most of their projects, corrected reissues beside the first print, some under its
file name.
A document holds some 100 indicators and 10,000 statements. Everything is invented but the names of regions.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jixiao.text.vocabulary import code_rows

Row = list[str]


def _words(text: str) -> list[str]:
    return text.split()


_BUREAUS = _words(
    "财政局 教育局 民政局 水利局 交通运输局 卫生健康委员会 文化和旅游局 农业农村局 应急管理局 审计局 "
    "统计局 医疗保障局 城市管理局 市场监督管理局 自然资源局 住房和城乡建设局 退役军人事务局 信访局 档案馆 "
    "林业局"
)
_THINGS = _words(
    "道路 校舍 水库 河道 图书馆 停车场 供水管网 信息系统 养老院 公园 桥梁 办公设备 执法车辆 垃圾中转站 "
    "灌溉渠 路灯 档案 体育场 卫生室 宣传栏 监控设备 消防器材 救灾物资 培训基地"
)
_WORKS = _words("改造 维护 新建 购置 运行 检测 普查 提升 宣传 补助 监测 抢险")
_ECONOMIC = tuple(
    row.split()
    for row in (
        "30101 基本工资 50101 工资奖金津补贴", "30102 津贴补贴 50101 工资奖金津补贴", "30103 奖金 50101 工资奖金津补贴",
        "30107 绩效工资 50501 工资福利支出", "30108 机关事业单位基本养老保险缴费 50102 社会保障缴费",
        "30110 职工基本医疗保险缴费 50102 社会保障缴费", "30112 其他社会保障缴费 50102 社会保障缴费",
        "30113 住房公积金 50103 住房公积金", "30201 办公费 50201 办公经费", "30202 印刷费 50201 办公经费",
        "30207 邮电费 50201 办公经费", "30211 差旅费 50201 办公经费", "30213 维修（护）费 50209 维修(护)费",
        "30228 工会经费 50201 办公经费", "30229 福利费 50201 办公经费", "30239 其他交通费用 50201 办公经费",
        "30299 其他商品和服务支出 50299 其他商品和服务支出", "30302 退休费 50905 离退休费",
    )
)  # fmt: skip
_FUNCTIONS = (
    "201 03 01 行政运行", "201 03 99 其他政府办公厅（室）及相关机构事务支出", "208 05 01 行政单位离退休",
    "208 05 05 机关事业单位基本养老保险缴费支出", "208 99 99 其他社会保障和就业支出", "210 11 01 行政单位医疗",
    "210 11 02 事业单位医疗", "221 02 01 住房公积金",
)  # fmt: skip
_OVERALL = (
    ("投入管理指标", "工作目标管理", ("年度履职目标相关性", "工作任务科学性", "绩效指标合理性"), None),
    ("", "预算和财务管理", (
        "预算编制完整性", "专项资金细化率", "预算执行率", "预算调整率", "结转结余率", "“三公经费”控制率",
        "政府采购执行率",
        "决算真实性", "资金使用合规性", "管理制度健全性", "预决算信息公开性", "资产管理规范性",
    ), None),
    ("", "绩效管理", ("绩效监控完成率", "绩效自评完成率", "部门绩效评价完成率", "评价结果应用率"), None),
    ("产出指标", "重点工作任务完成", (), "{}完成率"),
    ("", "履职目标实现", (), "{}实现率"),
    ("效益指标", "履职效益", ("经济效益", "社会效益", "生态效益", "可持续影响"), None),
    ("", "满意度", ("社会公众满意度", "服务对象满意度"), None),
)  # fmt: skip
_QUALITY = {
    "性": ("相关", "科学", "合理", "完整", "真实", "合规", "健全", "规范"),
    "效益": ("提升", "明显提升", "改善"),
}
_NOTE = "考核{name}的完成情况，计算方法：实际完成数÷计划数×100%，以年末统计和验收资料为准。"


@dataclass(slots=True)
class Sheet:
    """Hold a printed table: what stands above it, its rows, how many of these are its head."""

    above: list[str]
    rows: list[Row]
    heads: int = 0
    labels: int = 0  # columns whose empty cells belong to the cell above


@dataclass(slots=True)
class Project:
    """Hold a project of one year: its name, code and yuan."""

    name: str
    code: str
    thing: str
    work: str
    fen: int


@dataclass(slots=True)
class Draft:
    """Hold a document before it is written: its place without an ending, and what it prints."""

    place: str
    title: str
    prose: list[str]
    sheets: list[Sheet]


def drafts(count: int, seed: int) -> Iterator[Draft]:
    """Yield documents: four of an office, of three years, the second a corrected reissue of the first."""
    regions = [row for row in code_rows("regions") if row["kind"] not in ("province", "prefecture") and row["name"]]
    regions.sort(key=lambda row: str(row["code"]))
    random.Random(seed).shuffle(regions)
    for number in range(count):
        group, turn = divmod(number, 4)
        region, bureau = regions[group // len(_BUREAUS) % len(regions)], _BUREAUS[group % len(_BUREAUS)]
        office = f"{region['name']}{bureau}"
        year = 2021 + (0, 0, 1, 2)[turn]
        chance = random.Random(f"{seed} {number}")
        projects = _projects(random.Random(f"{seed} {group}"), chance, str(region["code"]), turn)
        name, folder = f"{office}{year}年部门预算公开", f"{region['code']}/{year}"
        if turn == 1:
            folder += "/更正"
            if group % 2:
                name += "（更正）"
        yield _draft(chance, f"{folder}/{name}", office, year, projects)


def _projects(lasting: random.Random, chance: random.Random, code: str, turn: int) -> list[Project]:
    """Return the projects of a year: those of the office, one dropped or new from year to year."""
    found = []
    pairs = [(thing, work) for thing in _THINGS for work in _WORKS]
    for place, (thing, work) in enumerate(lasting.sample(pairs, 10)):
        fen = chance.randint(30, 60_000) * 10_000
        name = f"{thing}{work}{lasting.choice(('项目', '经费', '专项', '工程'))}"
        found.append(Project(name, f"{code}{20 + turn:02d}{place + lasting.randint(10, 10**8):013d}", thing, work, fen))
    del found[turn]
    return found[: chance.randint(7, 9)]


def _wan(fen: int) -> str:
    """Return fen as printed 万元, empty for none."""
    if not fen:
        return ""
    return f"{fen / 1_000_000:,.2f}"


def _round(fen: int) -> int:
    """Return an amount that can be printed in 万元 to the cent."""
    return fen // 10_000 * 10_000


def _draft(chance: random.Random, place: str, office: str, year: int, projects: list[Project]) -> Draft:
    staff = {row[0]: chance.randint(1, 9000) * 10_000 for row in _ECONOMIC}
    basic, extra = sum(staff.values()), sum(project.fen for project in projects)
    title = f"{year}年{office}部门预算公开"
    people = sum(fen for code, fen in staff.items() if not code.startswith("302"))
    prose = _prose(office, year, basic, extra, people)
    sheets = [
        _balance(office, year, basic, extra),
        _balance(office, year, basic, extra, "财政拨款收支总体情况表"),
        _by_function(chance, office, year, basic, extra),
        _by_function(chance, office, year, basic, extra, "一般公共预算支出情况表"),
        _by_economy(office, year, staff),
        _summary(office, year, staff),
        _project_list(office, year, projects),
        _overall(chance, office, year, projects, basic, extra),
        _goals(chance, office, year, projects),
    ]
    return Draft(place, title, prose, sheets)


def _prose(office: str, year: int, basic: int, extra: int, people: int) -> list[str]:
    whole = basic + extra
    last = _round(whole * 97 // 100)
    tenth = _round(basic // 50)
    return [
        "第一部分",
        f"{office}概况",
        "一、主要职责",
        f"{office}贯彻执行国家有关法律法规，拟订本地区有关规划、计划并组织实施。",
        "二、预算单位构成情况",
        f"{office}无所属预算单位，部门预算为本级预算。",
        "第二部分",
        f"{office}{year}年部门预算情况说明",
        "一、收入支出预算总体情况说明",
        f"{office}{year}年收入总计{_wan(whole)}万元，支出总计{_wan(whole)}万元，与{year - 1}年预算相比，"
        f"收支总计各增加{_wan(whole - last)}万元，增长{(whole - last) / last * 100:.2f}%。主要原因：项目增加。",
        "二、支出预算总体情况说明",
        f"{office}{year}年支出合计{_wan(whole)}万元，其中：基本支出{_wan(basic)}万元，占{basic / whole * 100:.2f}%；"
        f"项目支出{_wan(extra)}万元，占{extra / whole * 100:.2f}%。",
        "三、“三公”经费支出预算情况说明",
        f"{office}{year}年“三公”经费支出预算为{_wan(3 * tenth)}万元，比{year - 1}年减少{_wan(tenth)}万元。",
        "（一）因公出国（境）费0.00万元，预算数与上年持平。",
        f"（二）公务用车购置及运行费{_wan(2 * tenth)}万元，其中：公务用车购置费0.00万元；"
        f"公务用车运行维护费{_wan(2 * tenth)}万元，比{year - 1}年减少{_wan(tenth)}万元。",
        f"（三）公务接待费{_wan(tenth)}万元，预算数与{year - 1}年相比保持一致。",
        "四、财政拨款收入支出预算总体情况说明",
        f"{office}{year}年一般公共预算收支预算{_wan(whole)}万元，政府性基金收支预算0.00万元。与{year - 1}年相比，"
        f"一般公共预算收支预算增加{_wan(whole - last)}万元，增长{(whole - last) / last * 100:.2f}%。",
        "五、一般公共预算支出预算情况说明",
        f"{office}{year}年一般公共预算支出年初预算为{_wan(whole)}万元。其中：基本支出{_wan(basic)}万元，"
        f"占{basic / whole * 100:.2f}%；项目支出{_wan(extra)}万元，占{extra / whole * 100:.2f}%。",
        "六、一般公共预算基本支出预算情况说明",
        f"{office}{year}年一般公共预算基本支出年初预算为{_wan(basic)}万元。其中：人员经费支出{_wan(people)}万元，"
        f"占{people / basic * 100:.2f}%；公用经费支出{_wan(basic - people)}万元，"
        f"占{(basic - people) / basic * 100:.2f}%。",
        "七、其他重要事项的情况说明",
        f"机关运行经费支出预算{_wan(basic - people)}万元，比{year - 1}年增加{_wan(tenth)}万元。",
        f"{year}年政府采购预算安排{_wan(4 * tenth)}万元，其中：政府采购货物预算{_wan(tenth)}万元、"
        f"政府采购服务预算{_wan(3 * tenth)}万元。",
        f"{year - 1}年期末，{office}共有车辆2辆，其中：一般公务用车2辆；单价100万元以上的设备0台。",
        "第三部分",
        "名词解释",
        "一、财政拨款收入：是指财政当年拨付的资金。",
    ]


def _above(title: str, office: str) -> list[str]:
    return [title, f"部门名称：{office}", "单位：万元"]


def _balance(office: str, year: int, basic: int, extra: int, title: str = "部门收支总体情况表") -> Sheet:
    whole = basic + extra
    heads = ["收入", "", "支出", "", "", "", ""]
    under = ["项目", "金额", "项目", "合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"]
    shares = [
        ("（一）一般公共服务支出", extra + _round(basic * 6 // 10)),
        ("（八）社会保障和就业支出", _round(basic // 5)),
    ]
    shares.append(("（十）卫生健康支出", _round(basic // 10)))
    shares.append(("（二十一）住房保障支出", whole - sum(fen for _, fen in shares)))
    incomes = [
        ("一、本年收入", whole),
        ("（一）一般公共预算拨款", whole),
        ("（二）政府性基金预算拨款", 0),
        ("二、上年结转", 0),
    ]
    rows = [heads, under]
    for (income, got), (kind, spent) in zip(incomes, shares, strict=True):
        rows.append([income, _wan(got), kind, _wan(spent), _wan(spent), "", ""])
    rows.append(["收入合计", _wan(whole), "支出合计", _wan(whole), _wan(whole), "", ""])
    return Sheet(_above(f"{year}年{title}", office), rows, 2)


def _by_function(
    chance: random.Random, office: str, year: int, basic: int, extra: int, title: str = "部门支出总体情况表"
) -> Sheet:
    rows = [
        ["科目编码", "", "", "单位代码", "单位（科目名称）", "合计", "基本支出", "", "", "", "项目支出", "", ""],
        ["类", "款", "项", "", "", "", "小计", "工资福利支出",
         "对个人和家庭的补助", "商品和服务支出", "小计", "其他运转类", "特定目标类"],
    ]  # fmt: skip
    parts, left = [], basic
    for text in _FUNCTIONS[:1] + _FUNCTIONS[2:-1]:
        fen = min(left, chance.randint(1, max(2, basic // 80_000)) * 10_000)
        parts.append((text, fen, 0))
        left -= fen
    parts += [(_FUNCTIONS[-1], left, 0), (_FUNCTIONS[1], 0, extra)]

    def figures(spent: int, project: int) -> list[int]:
        wages, home = _round(spent * 8 // 10), _round(spent // 20)
        return [spent + project, spent, wages, home, spent - wages - home, project, project, 0]

    lines = [figures(spent, project) for _, spent, project in parts]
    whole = [_wan(sum(column)) for column in zip(*lines, strict=True)]
    code = f"{chance.randint(100, 399)}"
    rows.append(["", "", "", "", "合计", *whole])
    rows.append(["", "", "", code, office, *whole])
    for (text, *_), line in zip(parts, lines, strict=True):
        major, middle, minor, name = text.split()
        rows.append([major, middle, minor, "", name, *map(_wan, line)])
    return Sheet(_above(f"{year}年{title}", office), rows, 2)


def _by_economy(office: str, year: int, staff: Mapping[str, int]) -> Sheet:
    rows = [
        ["部门预算支出经济分类科目", "", "政府预算支出经济分类科目编码", "", "本年一般公共预算基本支出", "", ""],
        ["科目编码", "科目名称", "科目编码", "科目名称", "合计", "人员经费", "公用经费"],
    ]
    people = sum(fen for code, fen in staff.items() if not code.startswith("302"))
    whole = sum(staff.values())
    rows.append(["合计", "", "", "", _wan(whole), _wan(people), _wan(whole - people)])
    for code, name, other, named in _ECONOMIC:
        office_part = code.startswith("302")
        fen = _wan(staff[code])
        rows.append([code, name, other, named, fen, "" if office_part else fen, fen if office_part else ""])
    return Sheet(_above(f"{year}年一般公共预算基本支出表", office), rows, 2)


def _summary(office: str, year: int, staff: Mapping[str, int]) -> Sheet:
    rows = [
        ["部门预算支出经济分类", "", "政府预算支出经济分类", "", "合计", "一般公共预算", "", "政府性基金", "单位资金"],
        ["科目编码", "科目名称", "科目编码", "科目名称", "", "小计", "财政拨款", "", ""],
    ]
    whole = _wan(sum(staff.values()))
    rows.append(["", "", "", "合计", whole, whole, whole, "", ""])
    rows += [[*row, *[_wan(staff[row[0]])] * 3, "", ""] for row in _ECONOMIC]
    return Sheet(_above(f"{year}年支出经济分类汇总表", office), rows, 2)


def _project_list(office: str, year: int, projects: list[Project]) -> Sheet:
    rows = [
        ["类型", "项目名称", "项目单位", "合计", "本年拨款", "", "", "财政专户管理资金", "单位资金"],
        ["", "", "", "", "一般公共预算", "政府性基金预算", "国有资本经营预算", "", ""],
    ]
    whole = _wan(sum(project.fen for project in projects))
    rows.append(["", "", "合计", whole, whole, "", "", "", ""])
    for project in projects:
        fen = _wan(project.fen)
        rows.append(["其他运转类", project.name, office, fen, fen, "", "", "", ""])
    return Sheet(_above(f"{year}年项目支出表", office), rows, 2)


def _overall(chance: random.Random, office: str, year: int, projects: list[Project], basic: int, extra: int) -> Sheet:
    rows = [
        ["部门名称", office, "", "", ""],
        ["年度履职目标", f"保障{office}各项工作正常开展，按期完成年度重点任务，提高服务水平。", "", "", ""],
        ["年度主要任务", "任务名称", "主要内容", "", ""],
    ]
    rows += [
        ["", project.name, f"完成{project.thing}{project.work}，年内验收合格并投入使用。", "", ""]
        for project in projects
    ]
    rows += [
        ["预算情况", "部门预算总额（万元）", _wan(basic + extra), "", ""],
        ["", "1、资金来源：（1）政府预算资金", _wan(basic + extra), "", ""],
        ["", "（2）财政专户管理资金", "", "", ""],
        ["", "（3）单位资金", "", "", ""],
        ["", "2、资金结构：（1）基本支出", _wan(basic), "", ""],
        ["", "（2）项目支出", _wan(extra), "", ""],
        ["一级指标", "二级指标", "三级指标", "指标值", "指标值说明"],
    ]
    for first, second, names, pattern in _OVERALL:
        if pattern:
            names = tuple(pattern.format(project.name) for project in projects[:6])
        for place, name in enumerate(names):
            labels = [first, second] if not place else ["", ""]
            rows.append([*labels, name, _value_of(chance, name), _NOTE.format(name=name)])
    return Sheet(["部门（单位）整体绩效目标表", f"（{year}年度）"], rows)


def _value_of(chance: random.Random, name: str) -> str:
    """Return a target value as it is printed for a name."""
    for end, words in _QUALITY.items():
        if name.endswith(end):
            return chance.choice(words)
    if name.endswith("满意度"):
        return chance.choice(("≥{}%", "{}%以上", "不低于{}%")).format(chance.choice((85, 90, 92, 95, 98)))
    if name in ("预算调整率", "结转结余率", "“三公经费”控制率"):
        return f"≤{chance.choice((5, 10, 20, 30, 100))}%"
    return chance.choice((f"≥{chance.choice((85, 90, 95, 98, 99))}%", "100%", "≥100%"))


def _goals(chance: random.Random, office: str, year: int, projects: list[Project]) -> Sheet:
    rows = [
        ["单位编码（项目编号）", "项目单位（项目名称）", "项目金额（万元）", "", "", "", "绩效目标", *[""] * 7],
        ["", "", "资金总额", "政府预算资金", "财政专户管理资金", "单位资金",
         "成本指标", "", "产出指标", "", "效益指标", "", "满意度指标", ""],
        [*[""] * 6, *["三级指标", "指标值"] * 4],
    ]  # fmt: skip
    for project in projects:
        thing, work = project.thing, project.work
        outputs = [
            (f"{thing}{work}数量", f"≥{chance.randint(1, 900)}{chance.choice('个处套项')}"),
            (f"{thing}{work}验收合格率", _value_of(chance, "率")),
            (f"{thing}{work}覆盖面积", f"{chance.randint(10, 9999)}平方米"),
            (f"{thing}{work}完成时间", chance.choice((f"{year}年12月31日前", "12月底前", "每月30日前"))),
        ]
        costs = [(f"{project.name}总成本", f"≤{project.fen / 1_000_000:.2f}万元")]
        benefits = [
            (f"受益{chance.choice(('群众', '企业', '学生', '农户'))}人数", f"≥{chance.randint(100, 90000)}人"),
            (f"提升{thing}服务能力", chance.choice(("提升", "有效提升", "长期"))),
        ]
        content = [(f"{chance.choice(('群众', '服务对象', '职工', '企业'))}满意度", _value_of(chance, "满意度"))]
        fen = _wan(project.fen)
        for line in range(len(outputs)):
            start = [project.code, project.name, fen, fen, "", ""] if not line else [""] * 6
            row = list(start)
            for named in (costs, outputs, benefits, content):
                row += named[line] if line < len(named) else ("", "")
            rows.append(row)
    return Sheet(_above(f"{year}年部门预算项目绩效目标汇总表", office), rows, 3, 6)


# ---------------------------------------------------------------- writing


def write_text(draft: Draft, path: Path) -> None:
    """Write a document as text: the cells of a row with tabs between them."""
    lines = [draft.title, "", *draft.prose, ""]
    for sheet in draft.sheets:
        lines += [*sheet.above, *("\t".join(row) for row in sheet.rows), ""]
    path.write_text("\n".join(lines), "utf-8")


def write_workbook(draft: Draft, path: Path) -> None:
    """Write a document as a workbook: the prose and each table on a sheet."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime(2024, 1, 1)})
        sheet = book.add_worksheet("说明")
        sheet.write_column(0, 0, [draft.title, *draft.prose])
        for number, each in enumerate(draft.sheets, 1):
            sheet = book.add_worksheet(f"表{number}")
            sheet.write_column(0, 0, each.above)
            top = len(each.above)
            for place, row in enumerate(each.rows):
                for column, text in enumerate(row):
                    if not text:
                        continue
                    down, right = _extent(each, place, column)
                    if down or right:
                        sheet.merge_range(top + place, column, top + place + down, column + right, text)
                    else:
                        sheet.write_string(top + place, column, text)


def _extent(sheet: Sheet, place: int, column: int) -> tuple[int, int]:
    """Return how many empty cells below and to the right belong to a cell of the head, or of a label column."""
    rows, down, right = sheet.rows, 0, 0
    if place < sheet.heads:
        while (
            column + right + 1 < len(rows[place])
            and not rows[place][column + right + 1]
            and _under(sheet, place, column)
        ):
            right += 1
        while not right and place + down + 1 < sheet.heads and not rows[place + down + 1][column]:
            down += 1
    elif column < sheet.labels:
        while place + down + 1 < len(rows) and not rows[place + down + 1][0]:
            down += 1
    return down, right


def _under(sheet: Sheet, place: int, column: int) -> bool:
    """Say whether a cell of the head has parts below."""
    return place + 1 < sheet.heads and bool(sheet.rows[place + 1][column])


WRITERS: Mapping[str, Callable[[Draft, Path], None]] = {"txt": write_text, "xlsx": write_workbook}


def generate(count: int, out: Path, *, seed: int = 1, formats: tuple[str, ...] = ("txt", "xlsx")) -> None:
    """Write ``count`` documents below ``out``, their formats in turns by office."""
    for number, draft in enumerate(drafts(count, seed)):
        form = formats[number // 4 % len(formats)]
        path = out / f"{draft.place}.{form}"
        path.parent.mkdir(parents=True, exist_ok=True)
        WRITERS[form](draft, path)


def main() -> None:
    """Read the command line and write the documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, required=True, metavar="N")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", default="txt,xlsx", help=f"of {','.join(WRITERS)}")
    asked = parser.parse_args()
    formats = tuple(asked.formats.split(","))
    unknown = [form for form in formats if form not in WRITERS]
    if unknown:
        sys.exit(f"no such format: {' '.join(unknown)}; known: {' '.join(WRITERS)}")
    generate(asked.documents, asked.out, seed=asked.seed, formats=formats)


if __name__ == "__main__":
    main()
