"""Every printed cell of a form is in a record, is a word of the form, or is an issue that shows it."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jixiao.documents import read_document
from jixiao.documents.reading import read_bytes
from jixiao.grid import DecodedForms, read_forms
from jixiao.grid.accounting import unread_cells
from jixiao.grid.blocks import TOTALS
from jixiao.grid.cells import header_likeness, is_seal, label_likeness, level_of
from jixiao.grid.lexicon import lexicon
from jixiao.model import WITHHELD, Cell, Document, FilledForm, Plan, Row, Source
from jixiao.privacy import withhold_persons
from jixiao.prose import read_header
from tests.cases.fuzz.damage import case_texts, sample_texts
from tests.cases.harness import Case, find_cases, read_case
from tests.conftest import DATA, SAMPLES

PUBLISHED = [*sorted(DATA.glob("*.txt")), *(path for path in sorted(SAMPLES.glob("*.*")) if path.suffix in
             (".txt", ".docx", ".xlsx", ".pdf", ".html"))]  # fmt: skip
SCALES = tuple(map(Decimal, (1, 1000, 10000, 100000000)))
WORDS = re.compile(
    r"[（(].*?[)）]|第?\d{1,4}页?|年\s*月\s*日|定[性量](?:指标)?|是/否|起|止|[正反]向指标|无|其中[:：]财政拨款|资金需求（万元）|单位[:：]\S*元|指标\s*\d*[:：]?|[≥≤=＝><]?[*xX×…\W]+\S?|\*\*月.*|.*[×xX]{2}.*"
)
ITEMS = re.compile(
    r"(?:目标|指标)\s*\d+|^\d{1,2}(?=[\u4e00-\u9fff])|[(（][一二三四五六七八九十\d]+[)）]|\d+[、.．:：]|</?p>|[\n；;。:：，,]"
)


def read(document: Document) -> DecodedForms:
    return read_forms(document, read_header(document).fiscal_year)


@cache
def published(path: Path) -> tuple[Document, DecodedForms]:
    document = withhold_persons(read_document(path))
    return document, read(document)


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]+|</?p>", "", unicodedata.normalize("NFKC", text))


def values(record: Any) -> Iterator[Any]:
    """Yield every text and number below a record, the printed source rows apart."""
    if is_dataclass(record):
        for field in fields(record):
            if not isinstance(value := getattr(record, field.name), Source):
                yield from values(value)
    elif isinstance(record, dict):
        yield from values(list(record.items()))
    elif isinstance(record, list | tuple):
        for each in record:
            yield from values(each)
    else:
        yield record


def records(plan: Plan) -> Iterator[tuple[int, Any]]:
    """Yield the records of a plan with the line they were lifted from."""
    parts: tuple[Any, ...] = (*plan.funds, *plan.goals, *plan.tasks, *plan.management, *plan.indicators)
    for each in parts:
        yield each.source.line, each
    if plan.evaluation and plan.evaluation.source:
        yield plan.evaluation.source.line, plan.evaluation


def unaccounted(document: Document, found: DecodedForms) -> list[str]:
    """Return the cells of the recognised tables that are nowhere: written apart from the check in the product."""
    texts = squeezed("\n".join(str(value) for value in values(list(found.forms)) if isinstance(value, str)))
    numbers: defaultdict[int, set[Decimal]] = defaultdict(set)
    told: defaultdict[int, str] = defaultdict(str)
    for form in found.forms:
        for plan in form.plans:
            for line, record in records(plan):
                numbers[line] |= {value for value in values(record) if isinstance(value, Decimal)}
    for issue in found.issues:
        if issue.source:
            told[issue.source.line] += squeezed(issue.source.text)
    return [
        f"{document.name} line {row.place.line}: {cell.text}"
        for table in document.tables
        if table.index in found.tables
        for row in table.rows
        for cell in row.filled
        if not _is_somewhere(row, cell, texts, numbers[row.place.line], told[row.place.line])
    ]


def _is_somewhere(row: Row, cell: Cell, texts: str, numbers: set[Decimal], told: str) -> bool:
    text = squeezed(cell.text)
    if not text or WITHHELD in cell.text or text in told or text in texts or _is_word(cell.text):
        return True
    if re.fullmatch(r"-?[\d,]+(\.\d+)?(?:[%分]|万?元)?", cell.text.strip()):
        number = Decimal(re.sub(r"[,%分万元]", "", cell.text.strip()))
        return any(number * scale in numbers for scale in SCALES)
    parts = ITEMS.split(unicodedata.normalize("NFKC", cell.text))
    return all(squeezed(part) in texts or _is_word(part) for part in parts) or _is_head(row)


def _is_head(row: Row) -> bool:
    """Tell whether a row names columns: no figures, and most of it header words or pieces of them."""
    words = [re.sub(r"\d{4}年?", "", cell.text) for cell in row.filled]
    return not re.search(r"\d", "".join(words)) and sum(map(_is_word, words)) * 2 >= len(words)


def _is_word(text: str) -> bool:
    return bool(
        header_likeness(text) > 0 or label_likeness(text) > 0 or level_of(text) or lexicon().split_levels(text)
    ) or bool(squeezed(text).startswith(TOTALS) or is_seal(text) or WORDS.fullmatch(text.strip()))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_every_cell_of_a_published_form_is_somewhere(path: Path) -> None:
    assert unaccounted(*published(path)) == []


@pytest.mark.parametrize("case", find_cases(), ids=lambda case: case.name)
def test_every_cell_of_a_case_is_somewhere(case: Case, request: pytest.FixtureRequest) -> None:
    if case.name == "several-indicators-in-a-cell[txt]":
        reason = "two values in one wrapped cell of a text: the second is not told"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    assert unaccounted(*read_case(case)) == []


@pytest.mark.long
def test_every_cell_of_a_damaged_text_is_somewhere() -> None:
    chance = random.Random(7)
    lost: list[str] = []
    for text in (*case_texts(), *sample_texts()):
        for _ in range(6):
            document = read_bytes("damaged.txt", "\n".join(scrambled(list(text.lines), chance)).encode())
            lost += unaccounted(document, read(document))
    assert len(set(lost)) <= 2, lost  # of some thousand damaged rows, a name and an amount that slid below another


def scrambled(lines: list[str], chance: random.Random) -> list[str]:
    """Delete, blank, double or insert cells of a few table rows, and move a row."""
    rows = [at for at, line in enumerate(lines) if line.count("\t") > 1]
    for at in chance.sample(rows, min(5, len(rows))):
        cells = lines[at].split("\t")
        place = chance.randrange(len(cells))
        change = chance.choice(("delete", "double", "insert", "swap"))
        if change == "delete":
            del cells[place]
        elif change == "double":
            cells.insert(place, cells[place])
        elif change == "insert":
            cells.insert(place, chance.choice(("小计", "100%", "7", "见附件说明", "优")))
        else:
            cells[place], cells[-1] = cells[-1], cells[place]
        lines[at] = "\t".join(cells)
    one, two = chance.choice(rows), chance.choice(rows)
    lines[one], lines[two] = lines[two], lines[one]
    return lines


@pytest.mark.parametrize("path", sorted(DATA.glob("*.txt")), ids=lambda path: path.name)
def test_a_record_that_is_left_out_is_told(path: Path, request: pytest.FixtureRequest) -> None:
    if path.name.startswith("002_"):
        reason = "a record left out of two groups of columns whose cells have slid is not told on four lines"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    document, found = published(path)
    tables = {table.index: table for table in document.tables}
    silent = []
    for form in found.forms:
        table = tables[form.source.table or 0]
        beside = [each for each in found.forms if each is not form and each.source.table == table.index]
        for poorer, line in without_one(form):
            issues = unread_cells([table], [*beside, poorer], (), ())
            if line not in {issue.source.line for issue in issues if issue.source}:
                silent.append(f"{document.name} line {line}")
    assert silent == []


def without_one(form: FilledForm) -> Iterator[tuple[FilledForm, int]]:
    """Yield the form without one of its indicators, for each of them, and that indicator's line."""
    for number, plan in enumerate(form.plans):
        for at, indicator in enumerate(plan.indicators):
            poorer = replace(plan, indicators=plan.indicators[:at] + plan.indicators[at + 1 :])
            yield replace(form, plans=(*form.plans[:number], poorer, *form.plans[number + 1 :])), indicator.source.line
