"""Write the findings as one self-contained page: no scripts, no links out, everything printed escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from importlib.resources import files

from kg.audit.registry import SEVERITIES, rules
from kg.audit.report import LABELS, Report, StoredFinding, muted_lines


def page_lines(report: Report) -> Iterator[str]:
    """Yield the lines of the page."""
    style = files("kg.audit").joinpath("page.css").read_text("utf-8")
    yield '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>绩效审核结果</title>\n<style>\n{style}</style>\n</head>\n<body>\n<h1>绩效审核结果</h1>"
    yield f"<p>{escape(report.summary)}</p>"
    yield from (f"<p>{escape(line)}</p>" for line in muted_lines(report))
    yield from _overview(report)
    last = None
    for department, project, findings in report.groups():
        if department != last:
            yield f"<h2>{escape(department)}</h2>"
            last = department
        yield f"<section>\n<h3>{escape(project)}</h3>"
        for finding in findings:
            yield from _finding(finding)
        yield "</section>"
    yield "</body>\n</html>"


def _overview(report: Report) -> Iterator[str]:
    counts = Counter((str(finding.row["rule"]), finding.severity) for finding in report.findings)
    yield "<details open><summary>按规则统计</summary>\n<table>\n<thead><tr><th>规则</th><th>名称</th>"
    yield "".join(f"<th>{LABELS[severity]}</th>" for severity in SEVERITIES) + "<th>依据</th></tr></thead>\n<tbody>"
    for rule in sorted({rule for rule, _ in counts}):
        cells = "".join(f"<td>{counts[rule, severity] or ''}</td>" for severity in SEVERITIES)
        described = rules()[rule]
        yield f"<tr><td>{rule}</td><td>{escape(described.label)}</td>{cells}<td>{escape(described.source)}</td></tr>"
    yield "</tbody>\n</table></details>"


def _finding(finding: StoredFinding) -> Iterator[str]:
    rule, severity = str(finding.row["rule"]), finding.severity
    yield f'<article class="{severity}">'
    yield f"<p><b>{LABELS[severity]}</b> {rule} {escape(rules()[rule].label)}</p>"
    yield f"<p>{escape(finding.row['message'])}</p>"
    yield f'<p lang="en">{escape(finding.row["message_en"])}</p>'
    if finding.printed:
        yield "<details><summary>原文</summary><ul>"
        for row in finding.printed:
            yield f"<li>{escape(row.document)} {row.place}：<q>{escape(row.shown)}</q></li>"
        yield "</ul></details>"
    yield "</article>"
