"""Write the findings as one self-contained page: no scripts, no links out, everything printed escaped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files

from jixiao.audit.registry import SEVERITIES, rules
from jixiao.audit.report import Card, FindingGroup, Report, StoredFinding
from jixiao.model import Severity

_MEANING = {
    Severity.VIOLATION: "按印出的数字和文字可以断定有误",
    Severity.WARNING: "应当说明或核对",
    Severity.INFO: "写法上的建议",
}


def page_lines(report: Report) -> Iterator[str]:
    """Yield the lines of the page."""
    style = files("jixiao.audit").joinpath("page.css").read_text("utf-8")
    yield '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>绩效审核结果</title>\n<style>\n{style}</style>\n</head>\n<body>"
    yield '<header><h1>绩效审核结果 <small lang="en">Audit of performance targets</small></h1>'
    yield from _counts(report)
    yield from (f'<p class="muted">{escape(line)}</p>' for line in report.settings_lines())
    yield "</header>"
    departments: defaultdict[str, list[FindingGroup]] = defaultdict(list)
    for group in report.groups():
        departments[group.department].append(group)
    yield from _contents(departments)
    for number, (department, groups) in enumerate(departments.items(), 1):
        yield f'<h2 id="d{number}">{escape(department)}</h2>'
        for group in groups:
            yield from _group(group)
    yield from _by_rule(report)
    yield "</body>\n</html>"


def _counts(report: Report) -> Iterator[str]:
    """Yield how many findings there are by severity."""
    if not report.findings:
        yield '<p>没有发现问题 <span lang="en">Nothing was found</span></p>'
        return
    yield '<ul class="counts">'
    for severity, count in report.counts.items():
        yield (
            f'<li class="{severity}"><b>{count}</b> {severity.label} <span lang="en">{severity.label_en}</span>'
            f"<br><small>{_MEANING[severity]}</small></li>"
        )
    yield "</ul>"


def _contents(departments: Mapping[str, list[FindingGroup]]) -> Iterator[str]:
    """Yield the departments with their counts, where there are several."""
    if len(departments) < 2:
        return
    yield '<table class="contents">\n<thead><tr><th>部门</th>' + _heads() + "</tr></thead>\n<tbody>"
    for number, (department, groups) in enumerate(departments.items(), 1):
        counts = Counter(finding.severity for group in groups for finding in group.findings)
        yield f'<tr><td><a href="#d{number}">{escape(department)}</a></td>{_cells(counts)}</tr>'
    yield "</tbody>\n</table>"


def _heads() -> str:
    """Return the heads of the columns of counts."""
    return "".join(f'<th class="number">{severity.label}</th>' for severity in SEVERITIES)


def _cells(counts: Counter[Severity]) -> str:
    """Return the counts of a row, blank for none."""
    return "".join(f'<td class="number">{counts[severity] or ""}</td>' for severity in SEVERITIES)


def _group(group: FindingGroup) -> Iterator[str]:
    """Yield the findings on one project."""
    yield f'<section>\n<h3>{escape(group.project)}</h3>\n<p class="source">{escape(group.documents)}</p>'
    for card in group.cards():
        yield from _card(card)
    yield "</section>"


def _card(card: Card) -> Iterator[str]:
    """Yield the findings of one rule on a project."""
    many = f"<span>{len(card.findings)} 处</span>" if len(card.findings) > 1 else ""
    yield f'<article class="{card.severity}">\n<h4><b>{card.severity.label}</b> {escape(card.rule.label)}{many}'
    yield f'<small title="{escape(card.rule.source)}">{card.rule.id}</small></h4>'
    for finding in card.findings:
        yield from _finding(finding)
    yield "</article>"


def _finding(finding: StoredFinding) -> Iterator[str]:
    """Yield one finding with the rows it was read from."""
    yield f'<p>{escape(finding.row["message"])}</p>\n<p lang="en">{escape(finding.row["message_en"])}</p>'
    if finding.row.get("fix"):
        yield f'<p class="fix">建议：{escape(finding.row["fix"])}</p>'
    if not finding.printed:
        return
    shown = " open" if finding.severity == Severity.VIOLATION else ""
    yield f"<details{shown}><summary>原文 {len(finding.printed)} 行</summary><ol>"
    for row in finding.printed:
        place = row.place
        if row.document != finding.row["document"]:
            place = f"{row.document} {place}"
        yield f"<li><span>{escape(place)}</span> <q>{escape(row.shown)}</q></li>"
    yield "</ol></details>"


def _by_rule(report: Report) -> Iterator[str]:
    """Yield how often each rule was broken, and what it rests on."""
    if not report.findings:
        return
    yield '<details class="rules"><summary>按规则统计与依据 <span lang="en">Rules and their sources</span></summary>'
    yield f"<table>\n<thead><tr><th>规则</th>{_heads()}<th>依据</th></tr></thead>\n<tbody>"
    for rule, counts in report.by_rule().items():
        described = rules()[rule]
        yield f"<tr><td>{rule} {escape(described.label)}</td>{_cells(counts)}<td>{escape(described.source)}</td></tr>"
    yield "</tbody>\n</table></details>"
