"""Read and audit one file that somebody sent: the work of the check page in a closed process."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jixiao.audit.checking import reach_of, report_of
from jixiao.audit.checklist import write_checklist
from jixiao.errors import JixiaoError
from jixiao.model import DocumentRecords, FilledForm, Finding, Indicator, IndicatorNames, Issue, Plan, Target
from jixiao.reading import read_upload

Concepts = Mapping[IndicatorNames, str]


def write_examination(data: bytes, name: str) -> bytes:
    """Return ``examine`` as JSON."""
    return json.dumps(examine(data, name)).encode()


def write_list(data: bytes, name: str, day: str) -> bytes:
    """Return the findings on a file as the workbook an office works through (整改清单.xlsx)."""
    reading, stream = read_upload(data, name), io.BytesIO()
    checked = f"检查的文件：{reading.records.title}（{name}）：{reach_of(reading.records, reading.issues)}"
    notes = (checked, f"检查日期：{day}；文件没有保存")
    write_checklist(report_of(reading.findings), stream, title="绩效目标整改清单", notes=notes)
    return stream.getvalue()


def examine(data: bytes, name: str) -> dict[str, Any]:
    """Return what is read from a file and what the audit says, as plain data."""
    try:
        reading = read_upload(data, name)
        return {
            **_head(reading.records, name),
            "quads": reading.triples.count(b"\n"),
            "forms": [_form(form, reading.linked.concepts) for form in reading.records.forms],
            "findings": [_finding(finding) for finding in reading.findings],
            "issues": [_issue(issue) for issue in reading.issues],
        }
    except JixiaoError as error:
        return {"error": {"code": error.code, "zh": error.message, "en": error.message}}


def _head(records: DocumentRecords, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": records.title,
        "kind": str(records.kind),
        "department": records.department,
        "year": records.fiscal_year,
        "sha256": records.sha256,
        "tables": records.tables,
        "amounts": sum(len(table.amounts) for table in records.money_tables),
        "facts": len(records.facts),
    }


def _form(form: FilledForm, concepts: Concepts) -> dict[str, Any]:
    return {
        "kind": str(form.kind),
        "title": form.title,
        "line": form.source.line,
        "fit": str(form.fit),
        "plans": [_plan(plan, concepts) for plan in form.plans],
    }


def _plan(plan: Plan, concepts: Concepts) -> dict[str, Any]:
    return {
        "project": plan.project,
        "code": plan.project_code,
        "goals": [goal.text for goal in plan.goals],
        "indicators": [_indicator(indicator, concepts) for indicator in plan.indicators],
    }


def _indicator(indicator: Indicator, concepts: Concepts) -> dict[str, Any]:
    return {
        "level1": indicator.level1,
        "level2": indicator.level2,
        "level3": indicator.level3,
        "line": indicator.source.line,
        "source": indicator.source.text,
        "actual": indicator.actual_text,
        "score": _text(indicator.score),
        "repairs": list(indicator.repairs),
        "concept": concepts.get(indicator.names),
        **_target(indicator.target),
    }


def _target(target: Target | None) -> dict[str, Any]:
    if target is None:
        return dict.fromkeys(("target", "lower", "upper", "unit", "lowerInclusive", "upperInclusive"))
    return {
        "target": target.text,
        "lower": _text(target.lower),
        "upper": _text(target.upper),
        "unit": target.unit,
        "lowerInclusive": str(target.lower_inclusive).lower(),
        "upperInclusive": str(target.upper_inclusive).lower(),
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "messageEn": finding.message_en,
        "fix": finding.fix,
        "fixEn": finding.fix_en,
        "project": finding.project,
        "indicator": finding.indicator,
        "lines": [source.line for source in finding.evidence],
        "evidence": [source.text for source in finding.evidence],
        "compared": [
            [int(cell.partition("/")[2]) for cell in finding.compared if cell.startswith(f"{source.line}/")]
            for source in finding.evidence
        ],
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "code": issue.code,
        "level": issue.level,
        "message": issue.message,
        "messageEn": issue.message_en,
        "line": issue.source.line if issue.source else None,
        "text": issue.source.text if issue.source else None,
    }
