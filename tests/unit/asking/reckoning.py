"""Reckon answers from the tables without SPARQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from jixiao.store.protocol import Store
from jixiao.tables import read_table

Row = dict[str, Any]
Tables = dict[str, list[Row]]
# by the first phrasing: the columns looked at, and what stands in them
Answers = dict[str, tuple[str, Callable[[Tables], Iterable[str | tuple[str, ...]]]]]
NAMES = ("indicators", "documents", "departments", "projects", "tasks", "evaluations", "facts", "findings")


def tables_of(store: Store) -> Tables:
    return {name: list(read_table(store, name)) for name in NAMES}


def rates_satisfaction(row: Row) -> bool:
    return "satisf" in (row["concept"] or "") or "满意" in f"{row['level1']}{row['level2']}{row['level3']}"


def of_level(row: Row, words: str) -> bool:
    return words in f"{row['level1']}" or words in f"{row['level2']}"


def satisfied(
    t: Tables, holds: Callable[[Decimal], bool], dept: str | None = None, year: int | None = None
) -> set[str]:
    """Return the projects with an annual satisfaction target in percent whose lower end satisfies ``holds``."""
    return {
        row["project"]
        for row in t["indicators"]
        if row["project"] and row["period"] == "annual" and row["unit"] == "%" and row["lower"]
        and rates_satisfaction(row) and holds(Decimal(row["lower"]))
        and (dept is None or row["department"] == dept) and (year is None or row["fiscal_year"] == year)
    }  # fmt: skip


def projects(t: Tables, holds: Callable[[Row], Any] = lambda row: True) -> set[str]:
    return {row["name"] for row in t["projects"] if holds(row)}


def of_department(t: Tables, name: str) -> set[str]:
    return projects(t, lambda row: row["department"] == name)


def priced(t: Tables, holds: Callable[[Decimal], bool]) -> set[str]:
    return projects(t, lambda row: row["amount"] and holds(Decimal(row["amount"])))


def amounts(t: Tables, dept: str | None = None, year: int | None = None) -> list[str | None]:
    return [
        row["amount"]
        for row in t["projects"]
        if (dept is None or row["department"] == dept) and (year is None or row["year"] == year)
    ]


def ordered(t: Tables, dept: str | None, year: int | None) -> list[str]:
    rows = [row for row in t["projects"] if dept in (None, row["department"]) and year in (None, row["year"])]
    return [row["name"] for row in sorted(rows, key=lambda row: Decimal(row["amount"]))]


def largest(t: Tables, dept: str | None = None, year: int | None = None, n: int = 1) -> set[str]:
    return set(ordered(t, dept, year)[-n:])


def least(t: Tables, dept: str) -> str:
    return ordered(t, dept, None)[0]


def evaluations(t: Tables) -> list[Row]:
    return [row for row in t["evaluations"] if row["project"]]


def evaluated(t: Tables, holds: Callable[[Row], Any]) -> set[str]:
    return {row["project"] for row in evaluations(t) if holds(row)}


def slow(t: Tables) -> set[str]:
    return evaluated(t, lambda row: Decimal(row["rate"]) < 60)


def having(t: Tables, level: str) -> set[str]:
    return {row["project"] for row in t["indicators"] if row["project"] and of_level(row, level)}


def lacking(t: Tables, level: str) -> set[str]:
    rated = {row["project"] for row in t["indicators"] if level == "满意度指标" and rates_satisfaction(row)}
    return projects(t) - having(t, level) - rated


def unprinted(t: Tables) -> set[str]:
    """Return the projects whose forms print no level 2 under output: what it would be is unknown."""
    return {
        row["project"]
        for row in t["indicators"]
        if row["project"] and row["level1"] == "产出指标" and not row["level2"]
    }


def full_output(t: Tables) -> set[str]:
    lost: dict[str, list[Decimal]] = {}
    for row in t["indicators"]:
        if row["project"] and "产出" in (row["level1"] or "") and row["score"] is not None:
            lost.setdefault(row["project"], []).append(Decimal(row["weight"]) - Decimal(row["score"]))
    return {project for project, points in lost.items() if not sum(points)}


def total(values: Iterable[str | None]) -> str:
    return format(sum((Decimal(value) for value in values if value), Decimal(0)).normalize(), "f")


def average(values: Iterable[str | None]) -> str:
    numbers = [Decimal(value) for value in values if value is not None]
    return short(sum(numbers, Decimal(0)) / len(numbers))


def short(number: Decimal) -> str:
    """Return a number of at most two decimals."""
    return format(round(number, 2).normalize(), "f")


def named(t: Tables, word: str) -> set[str]:
    return projects(t, lambda row: word in row["name"])


def mentioning(t: Tables, word: str) -> set[str]:
    return named(t, word) | {r["project"] for r in t["indicators"] if r["project"] and word in (r["level3"] or "")}


def topic(t: Tables, word: str) -> set[str]:
    return {row["level3"] for row in t["indicators"] if word in re.sub(r"\s", "", f"{row['level3']}{row['project']}")}


def of_project(t: Tables, name: str, holds: Callable[[Row], bool] = lambda row: True) -> set[str]:
    return {row["level3"] for row in t["indicators"] if row["project"] == name and holds(row)}


def figures(t: Tables, label: str, dept: str | None = None) -> set[tuple[str, str]]:
    rows = [row for row in t["facts"] if row["label"] == label]
    return {(row["department"], row["value"]) for row in rows if dept in (None, row["department"])}


def violations(t: Tables) -> list[Row]:
    return [row for row in t["findings"] if row["severity"] == "violation"]


def most(t: Tables, table: str) -> str:
    """Return the department with the most rows of one year."""
    counts = Counter(row["department"] for row in t[table] if row.get("period", "annual") == "annual")
    return str(counts.most_common()[0][0])
