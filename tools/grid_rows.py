"""Print rows of the tables straight from the records, without a store: for scoring a reader quickly.

usage: grid_rows.py OUT FILES...

OUT gets indicators, documents, departments, projects, goals, tasks and evaluations as jsonl, in the tables' columns.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from jixiao.model import FundLine, Indicator, LinkedRecords, Period, Plan
from jixiao.reading import read

Entry = tuple[str, dict[str, object]]
TEXTS = ("level1", "level2", "level3", "actual_text", "reason", "region", "previous_text", "half_year_target_text")
FURTHER = ("progress_text", "expected_text", "likelihood")
BOUNDS = ("comparator", "comparator_stated", "lower", "lower_inclusive", "upper", "upper_inclusive", "unit")


def entries_of(linked: LinkedRecords) -> Iterator[Entry]:
    """Yield (table, row) of one document."""
    records = linked.records
    department = linked.department.name if linked.department else None
    yield "documents", {"department": department, "fiscal_year": records.fiscal_year}
    for office in linked.departments:
        yield "departments", {"name": office.name, "code": office.code}
    plans: dict[str, list[Plan]] = defaultdict(list)
    for index, form in enumerate(records.forms):
        for position, plan in enumerate(form.plans):
            key = linked.plan_projects.get((index, position), "")
            plans[key].append(plan)
            project = next((each.name for each in linked.projects if each.key == key), None)
            for table, row in _plan_entries(plan):
                yield table, {"form": form.kind.value, "project": project, **row}
    for each in linked.projects:
        own = plans[each.key]
        programme = next((plan.programme for plan in own if plan.programme), None)
        parts = [line.amount for plan in own for line in plan.funds if _is_fiscal(line) and line.amount is not None]
        row = {"name": each.name, "code": each.code, "amount": _text(each.amount), "programme": programme}
        yield "projects", {**row, "fiscal_appropriation": _text(min(parts, default=None))}


def _is_fiscal(line: FundLine) -> bool:
    return line.fund == "fiscal-appropriation" and line.period is Period.ANNUAL


def _plan_entries(plan: Plan) -> Iterator[Entry]:
    for goal in plan.goals:
        yield "goals", {"goal": goal.text, "period": goal.period.value, "achieved": goal.achieved}
    for task in plan.tasks:
        yield "tasks", {"task": task.name, "amount": _text(task.amount), "content": task.content}
    if plan.evaluation:
        done = sorted((line for line in plan.funds if line.executed is not None), key=lambda line: line.fund != "total")
        row = {"executed": _text(done[0].executed) if done else None, "total": _text(plan.evaluation.total)}
        items = [item.name for item in plan.management]
        yield "evaluations", {**row, "grade": plan.evaluation.grade, "fund_management": items}
    for indicator in plan.indicators:
        yield "indicators", _indicator(indicator)


def _indicator(row: Indicator) -> dict[str, object]:
    target = row.target
    told: dict[str, object] = {name: getattr(row, name) for name in (*TEXTS, *FURTHER)}
    told |= {name: _text(getattr(target, name)) if target else None for name in BOUNDS}
    told |= {"target_text": target.text if target else None, "target_kind": target.kind.value if target else None}
    told |= {name: _text(getattr(row, name)) for name in ("weight", "score", "confidence")}
    places = {"period": row.period.value, "line": row.source.line, "repair": list(row.repairs)}
    return told | places | {"thresholds": dict(row.thresholds) or None}


def _text(value: object) -> object:
    return format(value, "f") if isinstance(value, Decimal) else value


def main() -> None:
    """Write the tables of some files."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    tables: dict[str, list[str]] = {name: [] for name in ("departments", "projects", "goals", "tasks", "evaluations")}
    for path in map(Path, sys.argv[2:]):
        reading = read(path)
        for table, row in entries_of(reading.linked):
            line = json.dumps({"document": reading.document.name, **row}, ensure_ascii=False)
            tables.setdefault(table, []).append(line)
    for name, lines in tables.items():
        (out / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")


if __name__ == "__main__":
    main()
