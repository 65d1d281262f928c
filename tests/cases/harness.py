"""Read a case's input and compare what was read with what a person wrote down."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jixiao.documents import read_document
from jixiao.grid import DecodedForms, read_forms
from jixiao.model import Document
from jixiao.prose import read_header
from tests.cases.grid import FORMATS, make_file

HERE = Path(__file__).parent
FIELDS = (
    "form", "period", "project", "level1", "level2", "level3", "target_text", "target_kind", "lower", "lower_inclusive",
    "upper", "upper_inclusive", "unit", "due", "actual_text", "weight", "score", "line",
)  # fmt: skip
STRICT = FIELDS[:7]


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one case folder: its input file or drawing, the format to make of a drawing, and its settings."""

    folder: Path
    input: Path
    kind: str

    @property
    def name(self) -> str:
        """Return the case's name with its format, as the tests show it."""
        return f"{self.folder.name}[{self.kind}]"

    @property
    def xfail(self) -> str | None:
        """Return why the case is known to fail (in this format), None when it must pass."""
        reason = self._settings().get("xfail")
        return reason.get(self.kind) if isinstance(reason, dict) else reason

    def _settings(self) -> Mapping[str, Any]:
        path = self.folder / "case.toml"
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}

    def path(self, folder: Path) -> Path:
        """Return the input as a file, made from its drawing in ``folder`` where it is one."""
        return (
            make_file(self.input.read_text("utf-8"), self.kind, folder) if self.input.suffix == ".grid" else self.input
        )

    def expected(self, name: str) -> Any:
        """Return what a file of the case says: a list for .jsonl, anything for .json, None where it is absent."""
        path = self.folder / name
        if not path.exists():
            return None
        text = path.read_text("utf-8")
        return (
            [json.loads(line) for line in text.splitlines() if line.strip()] if name.endswith("l") else json.loads(text)
        )


def find_cases() -> list[Case]:
    """Return every case, once for each format its input comes in."""
    cases = []
    for folder in sorted(path for path in HERE.iterdir() if any(path.glob("input.*"))):
        source = next(folder.glob("input.*"))
        kinds = FORMATS if source.suffix == ".grid" else (source.suffix[1:],)
        cases += [Case(folder, source, kind) for kind in kinds]
    return cases


@cache
def read_case(case: Case) -> tuple[Document, DecodedForms]:
    """Return a case's document and its forms, read as the pipeline reads them, once a process."""
    with TemporaryDirectory() as folder:
        document = read_document(case.path(Path(folder)))
    return document, read_forms_of(document)


def read_forms_of(document: Document) -> DecodedForms:
    """Read the forms of a document as the pipeline does."""
    return read_forms(document, read_header(document).fiscal_year)


def indicator_rows(read: DecodedForms) -> list[dict[str, Any]]:
    """Return what was read as rows of the indicator table, in reading order."""
    rows = []
    for form in read.forms:
        for plan in form.plans:
            for indicator in plan.indicators:
                target = indicator.target
                row = {field: getattr(target, field, None) for field in FIELDS}
                row |= {field: getattr(indicator, field) for field in FIELDS if hasattr(indicator, field)}
                row |= {"form": form.kind, "project": plan.project, "line": indicator.source.line}
                row |= {"target_text": target and target.text, "target_kind": target and target.kind}
                rows.append(row)
    return rows


def fund_rows(read: DecodedForms) -> list[dict[str, Any]]:
    """Return the money lines of all plans."""
    names = ("fund", "period", "amount", "initial", "adjusted", "executed", "rate", "weight", "score")
    return [
        {"project": plan.project, **{name: getattr(line, name) for name in names}}
        for form in read.forms
        for plan in form.plans
        for line in plan.funds
    ]


def evaluation_rows(read: DecodedForms) -> list[dict[str, Any]]:
    """Return the totals of all self-evaluations."""
    names = ("total", "total_weight", "grade")
    return [
        {"project": plan.project, **{name: getattr(plan.evaluation, name) for name in names}}
        for form in read.forms
        for plan in form.plans
        if plan.evaluation
    ]


def issue_rows(read: DecodedForms, codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the issues that are errors (something is missing) and those of the given codes."""
    wanted = set(codes)
    return [
        {"code": issue.code, "line": issue.source.line if issue.source else None}
        for issue in read.issues
        if issue.level == "error" or issue.code in wanted
    ]


# ---------------------------------------------------------------- comparing


def plain(value: object) -> str:
    """Return a value as it is compared: width, blanks, quotes and closing punctuation do not count."""
    if value is None:
        return "–"
    text = unicodedata.normalize("NFKC", str(value))
    if re.fullmatch(r"-?\d+\.\d*", text):
        text = text.rstrip("0").rstrip(".")
    return re.sub(r"[\s\"'“”‘’「」]", "", text).rstrip("。.;；,，:：、")


def rendered(rows: Iterable[Mapping[str, Any]], fields: Iterable[str]) -> list[str]:
    """Return each row as one line of its fields."""
    return [" | ".join(f"{plain(row.get(field))}" for field in fields) for row in rows]


def difference(expected: list[dict[str, Any]], read: list[dict[str, Any]], fields: Iterable[str] = FIELDS) -> str:
    """Return a diff of what is expected and what was read, empty where they agree whatever the order.

    Only the fields that some expected row states are compared (the strict ones of indicators always).
    """
    stated = {field for row in expected for field in row}
    kept = [field for field in fields if not expected or field in stated or field in STRICT]
    want, have = rendered(expected, kept), rendered(read, kept)
    if Counter(want) == Counter(have):
        return ""
    lines = difflib.unified_diff(want, have, "expected", "read", lineterm="", n=0)
    return "\n".join([" | ".join(kept), *(line for line in lines if not line.startswith("@@"))])


def strict_f1(expected: list[dict[str, Any]], read: list[dict[str, Any]]) -> float:
    """Return the share of rows whose form, project, period, levels, name and printed target are all right."""
    want, have = Counter(rendered(expected, STRICT)), Counter(rendered(read, STRICT))
    if not want and not have:
        return 1.0
    return 2 * sum((want & have).values()) / (sum(want.values()) + sum(have.values()))
