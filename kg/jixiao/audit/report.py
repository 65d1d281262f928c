"""Report the findings of a store: for people, for programs, and as a page that can be mailed."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from jixiao.audit.registry import SEVERITIES, Rule, at_least, rules, select_rules
from jixiao.audit.settings import read_settings
from jixiao.errors import UsageError
from jixiao.model import Severity

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

LABELS = {Severity.VIOLATION: "违规", Severity.WARNING: "警告", Severity.INFO: "提示"}
OF_DEPARTMENT = "部门整体和全文"
_WIDTH = 200


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """Hold one printed row of the evidence."""

    document: str
    line: int
    page: int | None
    text: str

    @property
    def shown(self) -> str:
        """Return the row on one line, cells apart, cut at a readable length."""
        cells = [re.sub(r"\s+", " ", cell).strip() for cell in self.text.split("\t")]
        text = " | ".join(cell for cell in cells if cell)
        return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"

    @property
    def place(self) -> str:
        """Return page and line, as people say them."""
        return f"第{self.page}页第{self.line}行" if self.page else f"第{self.line}行"


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """Hold one finding as the store has it: its table row, severity and printed rows."""

    row: Mapping[str, Any]
    severity: Severity
    printed: tuple[PrintedRow, ...] = ()

    @property
    def department(self) -> str:
        """Return the department, or what stands for none."""
        return self.row["department"] or "（未认出部门）"

    @property
    def project(self) -> str:
        """Return the project, or what stands for the department's own forms and the text."""
        return self.row["project"] or OF_DEPARTMENT


@dataclass(frozen=True, slots=True)
class Report:
    """Hold what is reported: the findings in order, how many were muted for which reason, and thresholds too late.

    Thresholds of an office's settings count when documents are lifted; a report can only say so.
    """

    findings: tuple[StoredFinding, ...]
    muted: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    thresholds: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[Severity, int]:
        """Return the number of findings by severity."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    @property
    def summary(self) -> str:
        """Return the counts as one sentence."""
        counts = "，".join(f"{LABELS[severity]} {count}" for severity, count in self.counts.items())
        return f"共 {len(self.findings)} 条：{counts}"

    def groups(self) -> Iterator[Group]:
        """Yield the findings by department and project, the gravest first."""
        for (department, project), found in groupby(self.findings, key=lambda each: (each.department, each.project)):
            yield Group(department, project, tuple(found))

    def by_rule(self) -> Mapping[str, Counter[Severity]]:
        """Return how often each rule was broken, by severity, in the order of the rules."""
        counts: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
        for finding in self.findings:
            counts[str(finding.row["rule"])][finding.severity] += 1
        return dict(sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class Card:
    """Hold the findings of one rule and severity on one project: they are read together."""

    rule: Rule
    severity: Severity
    findings: tuple[StoredFinding, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Hold the findings on one project of a department, or on the department itself."""

    department: str
    project: str
    findings: tuple[StoredFinding, ...]

    @property
    def documents(self) -> str:
        """Return the names of the documents the findings are on."""
        return "、".join(dict.fromkeys(str(finding.row["document"]) for finding in self.findings))

    def cards(self) -> Iterator[Card]:
        """Yield the findings by severity and rule, the gravest first, else in the order of the document."""
        found: defaultdict[tuple[Severity, str], list[StoredFinding]] = defaultdict(list)
        for finding in self.findings:
            found[finding.severity, str(finding.row["rule"])].append(finding)
        for (severity, rule), same in found.items():
            yield Card(rules()[rule], severity, tuple(same))


def read_report(
    store: Store, *, selected: str | None = None, min_severity: str | None = None, config: Path | None = None
) -> Report:
    """Read the findings of a store; ``selected`` are rules such as ``R301,R4*``, ``config`` an office's settings."""
    from jixiao.tables import read_table

    settings = read_settings(config)
    chosen, levels = select_rules(selected), at_least(min_severity)
    printed = _printed(store)
    found: list[StoredFinding] = []
    muted: Counter[str] = Counter()
    for row in read_table(store, "findings"):
        severity = Severity(str(row["severity"]))
        if row["rule"] not in chosen or severity not in levels:
            continue
        if row["rule"] in settings.muted:
            muted[str(row["rule"])] += 1
            continue
        found.append(StoredFinding(row, severity, tuple(printed.get(str(row["iri"]), ()))))
    thresholds = tuple(f"{rule}.{name}" for rule, name in sorted(settings.thresholds))
    return Report(tuple(sorted(found, key=_order)), dict(sorted(muted.items())), settings.muted, thresholds)


def _order(finding: StoredFinding) -> tuple[object, ...]:
    lines = finding.row["lines"]
    return (
        finding.department,
        finding.row["project"] or "",
        SEVERITIES.index(finding.severity),
        finding.row["document"],
        lines[0] if lines else 0,
        finding.row["rule"],
        finding.row["iri"],
    )


def _printed(store: Store) -> Mapping[str, list[PrintedRow]]:
    solutions: Any = store.query(files("jixiao.audit").joinpath("report.rq").read_text("utf-8"))
    found: defaultdict[str, list[PrintedRow]] = defaultdict(list)
    for each in solutions:
        page = int(each["page"].value) if each["page"] is not None else None
        row = PrintedRow(each["document"].value, int(each["line"].value), page, each["text"].value)
        found[each["finding"].value].append(row)
    return found


def write_findings(
    store: Store,
    format: str,  # noqa: A002
    output: Path | None,
    *,
    selected: str | None = None,
    min_severity: str | None = None,
    config: Path | None = None,
) -> int:
    """Write the findings as text, jsonl, xlsx, turtle or html and return the number of violations among them.

    Raises ``UsageError`` for an unknown format, rule or severity, and for settings that cannot be read.
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise UsageError(f"没有这种格式；可用的有 (formats): {' '.join(_WRITERS)}", "unknown-format", format)
    report = read_report(store, selected=selected, min_severity=min_severity, config=config)
    writer(report, store, output)
    return report.counts[Severity.VIOLATION]


def _write_text(report: Report, store: Store, output: Path | None) -> None:
    from jixiao.audit.listing import WIDTH, text_lines
    from jixiao.exporting.output import open_output

    terminal = output is None and sys.stdout.isatty()
    with open_output(output) as stream:
        for line in text_lines(report, get_terminal_size().columns if terminal else WIDTH):
            stream.write(f"{line}\n".encode())


def settings_lines(report: Report) -> Iterator[str]:
    """Yield what the office muted, with its reason, and which of its thresholds a report cannot apply."""
    for rule, count in report.muted.items():
        yield f"已静默 {rule} {rules()[rule].label} {count} 条，理由：{report.reasons[rule]}"
    if report.thresholds:
        yield f"阈值（{'、'.join(report.thresholds)}）在读入文件时起作用：jixiao lift … --audit-settings 配置文件"


def _write_rows(format: str) -> Callable[[Report, Store, Path | None], None]:  # noqa: A002
    def write(report: Report, store: Store, output: Path | None) -> None:
        from jixiao.exporting import write_rows
        from jixiao.tables import TABLES

        write_rows((finding.row for finding in report.findings), TABLES["findings"].columns, format, output)

    return write


def _write_turtle(report: Report, store: Store, output: Path | None) -> None:
    from jixiao.exporting.output import open_output
    from jixiao.vocab import PREFIXES

    with open_output(output) as stream:
        from pyoxigraph import RdfFormat, serialize

        serialize(_triples(report, store), stream, format=RdfFormat.TURTLE, prefixes=PREFIXES)


def _triples(report: Report, store: Store) -> Iterable[Any]:
    """Return what the graph says about the findings and about the rows they show."""
    wanted = {str(finding.row["iri"]) for finding in report.findings}
    query = files("jixiao.audit").joinpath("report_graph.rq").read_text("utf-8")
    solutions: Any = store.query(query)
    from pyoxigraph import Triple

    triples = {
        Triple(each["subject"], each["property"], each["value"])
        for each in solutions
        if each["finding"].value in wanted
    }
    return sorted(triples, key=str)


def _write_html(report: Report, store: Store, output: Path | None) -> None:
    from jixiao.audit.page import page_lines
    from jixiao.exporting.output import open_output

    with open_output(output) as stream:
        for line in page_lines(report):
            stream.write(f"{line}\n".encode())


_WRITERS: Mapping[str, Callable[[Report, Store, Path | None], None]] = {
    "text": _write_text,
    "jsonl": _write_rows("jsonl"),
    "xlsx": _write_rows("xlsx"),
    "turtle": _write_turtle,
    "html": _write_html,
}
