"""Read the findings of a store as a report: in order, with their printed rows, by department, project and rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.audit.figures import shortened
from jixiao.audit.registry import SEVERITIES, Rule, at_least, rules, select_rules
from jixiao.audit.settings import read_settings
from jixiao.exporting.columns import code_words
from jixiao.model import Severity

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

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
        cells = [" ".join(cell.split()) for cell in self.text.split("\t")]
        return shortened(" | ".join(filter(None, cells)), _WIDTH)

    @property
    def place(self) -> str:
        """Return page and line, as people say them."""
        line = f"第{self.line}行"
        if self.page is None:
            return line
        return f"第{self.page}页{line}"


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """Hold one finding as the store has it: its table row, severity and printed rows."""

    row: Mapping[str, Any]
    severity: Severity
    printed: tuple[PrintedRow, ...] = ()

    @property
    def rule(self) -> str:
        """Return the id of its rule."""
        return str(self.row["rule"])

    @property
    def progress(self) -> str:
        """Return how it was dealt with and what was said of it, nothing while it is open."""
        status, note = self.row.get("status"), self.row.get("status_note")
        if status in (None, "open"):
            return ""
        return "：".join(filter(None, (code_words("zh").get(("status", str(status)), str(status)), note)))

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

    ``mended`` are the messages of an earlier draft that are no more.
    Thresholds of an office's settings count when documents are lifted; a report can only say so.
    """

    findings: tuple[StoredFinding, ...]
    muted: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    thresholds: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[Severity, int]:
        """Return the number of findings by severity."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    @property
    def summary(self) -> str:
        """Return the counts as one sentence."""
        counts = "，".join(f"{severity.label} {count}" for severity, count in self.counts.items())
        return f"共 {len(self.findings)} 条：{counts}"

    def groups(self) -> Iterator[FindingGroup]:
        """Yield the findings by department and project, the gravest first."""
        for (department, project), found in groupby(self.findings, key=lambda each: (each.department, each.project)):
            yield FindingGroup(department, project, tuple(found))

    def by_rule(self) -> Mapping[str, Counter[Severity]]:
        """Return how often each rule was broken, by severity, in the order of the rules."""
        counts: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
        for finding in self.findings:
            counts[finding.rule][finding.severity] += 1
        return dict(sorted(counts.items()))

    def settings_lines(self) -> Iterator[str]:
        """Yield what was mended, what the office muted, why, and which of its thresholds a report cannot apply."""
        yield from (f"【已改】{message}" for message in self.mended)
        for rule, count in self.muted.items():
            yield f"已静默 {rule} {rules()[rule].label} {count} 条，理由：{self.reasons[rule]}"
        if self.thresholds:
            names = "、".join(self.thresholds)
            yield f"阈值（{names}）在读入文件时起作用：jixiao lift … --audit-settings 配置文件"


@dataclass(frozen=True, slots=True)
class Card:
    """Hold the findings of one rule and severity on one project: they are read together."""

    rule: Rule
    severity: Severity
    findings: tuple[StoredFinding, ...]


@dataclass(frozen=True, slots=True)
class FindingGroup:
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
            found[finding.severity, finding.rule].append(finding)
        for (severity, rule), same in found.items():
            yield Card(rules()[rule], severity, tuple(same))


def read_report(
    store: Store,
    *,
    selected: str | None = None,
    min_severity: str | None = None,
    config: Path | None = None,
    fresh: bool = False,
) -> Report:
    """Read the findings of a store; ``selected`` are rules such as ``R301,R4*``, ``config`` an office's settings.

    ``fresh`` leaves out those that were explained, dismissed or mended.
    """
    from jixiao.tables import read_table

    settings = read_settings(config)
    chosen, levels = select_rules(selected), at_least(min_severity)
    printed = _printed(store)
    found: list[StoredFinding] = []
    muted: Counter[str] = Counter()
    for row in read_table(store, "findings"):
        finding = StoredFinding(row, Severity(str(row["severity"])), tuple(printed[str(row["iri"])]))
        if finding.rule not in chosen:
            continue
        if finding.severity not in levels or (fresh and row["status"] not in (None, "open")):
            continue
        if finding.rule in settings.muted:
            muted[finding.rule] += 1
            continue
        found.append(finding)
    found.sort(key=_order)
    thresholds = tuple(f"{rule}.{name}" for rule, name in sorted(settings.thresholds))
    return Report(tuple(found), dict(sorted(muted.items())), settings.muted, thresholds)


def _order(finding: StoredFinding) -> tuple[object, ...]:
    """Return what findings are sorted by: department, project, the gravest first, place."""
    row = finding.row
    return (
        finding.department,
        row["project"] or "",
        SEVERITIES.index(finding.severity),
        row["document"],
        next(iter(row["lines"]), 0),
        row["rule"],
        row["iri"],
    )


def _printed(store: Store) -> defaultdict[str, list[PrintedRow]]:
    """Return the printed rows of every finding, by its IRI."""
    solutions: Any = store.query(files("jixiao.audit").joinpath("report.rq").read_text("utf-8"))
    found: defaultdict[str, list[PrintedRow]] = defaultdict(list)
    for each in solutions:
        page = each["page"]
        number = None if page is None else int(page.value)
        row = PrintedRow(each["document"].value, int(each["line"].value), number, each["text"].value)
        found[each["finding"].value].append(row)
    return found
