"""Score answers to questions: ``python -m tests.sight.score_questions FOLDER [--stores DIR] [--show OUTCOME …]``.

The rules are those of ``questions/README.md``. ``DIR`` holds or gets a store for each set of documents; ``--show``
prints the questions of an outcome (wrong, declined, answered, right) with what was answered.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jixiao.asking import Answer, answer
from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.vocab import PREFIXES

ROOT = Path(__file__).parents[2]
SOURCES = {"data": ROOT / "data", "samples": ROOT / "tests/data/samples"}
_NAMES = """SELECT ?node ?name WHERE {
  VALUES ?class { jx:Project jx:Department } ?node a ?class ; rdfs:label|skos:altLabel ?name }"""
_APART = {"line"}  # where something stands is no answer to how much
_BESIDE = (".json", ".jsonl", ".md", ".csv")
_UNITS = {"万元": 4, "亿元": 8}  # the power of ten
_UNIT = re.compile(r"[元个条项份%分倍所人次天套台米吨户家处辆期场]|个百分点|万元|亿元|人次|平方米|公里")
_ORDERED = re.compile(r"从.到.|由.到.|排名|排序|排一?下|排个")

Names = dict[str, set[str]]


def main() -> int:
    """Score and print; the exit status says whether any answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stores", type=Path)
    parser.add_argument("--show", nargs="*", default=[])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        counts = score(given.folder, given.stores or Path(temporary), given.show)
    answerable = counts["right"] + counts["wrong"] + counts["declined"]
    refusable = counts["refused"] + counts["answered"]
    wrong = counts["wrong"] + counts["answered"]
    print(f"wrong {wrong} of {answerable + refusable} ({counts['answered']} that were to be declined)")
    print(f"right {counts['right']} of {answerable} answerable, declined {counts['declined']}")
    print(f"declined {counts['refused']} of {refusable} to be declined")
    return int(bool(wrong))


def score(folder: Path, stores: Path, show: Iterable[str]) -> Counter[str]:
    """Return how many questions had each outcome."""
    counts: Counter[str] = Counter()
    text = "".join(file.read_text("utf-8") for file in sorted(folder.glob("*.jsonl")))
    lines = [json.loads(line) for line in text.splitlines()]
    for name in sorted({line["store"] for line in lines}):
        store = _store(name, stores)
        names = _names(store)
        for line in lines:
            if line["store"] == name:
                found = answer(store, line["question"])
                outcome = judge(line, found, names)
                counts[outcome] += 1
                if outcome in show:
                    _print(line, found, outcome)
        store.close()
    return counts


def judge(line: dict[str, Any], found: Answer, names: Names) -> str:
    """Return right, wrong or declined; for what is to be declined refused or answered."""
    if line.get("declined"):
        return "answered" if found.understood else "refused"
    if not found.understood:
        return "right" if "不作答也可接受" in line.get("note", "") else "declined"
    ordered = bool(_ORDERED.search(line["question"]))
    apart = set() if "第几行" in line["question"] else _APART
    rows = [_cells(row, names, apart) for row in found.rows]
    return "right" if any(_same(expected, rows, ordered=ordered) for expected in line["answers"]) else "wrong"


def _same(expected: list[list[str]], rows: list[list[set[str]]], *, ordered: bool) -> bool:
    """Say whether each expected row is held by an answered one, and each answered one holds an expected one."""
    answered = [values for row in rows for values in row]
    wanted = [_wanted(row, answered) for row in expected]
    none = [[cell for cell in row if cell] for row in rows]
    if not wanted:
        return all("0" in cells for row in none for cells in row[:1])
    held = [[place for place, row in enumerate(rows) if _holds(row, cells)] for cells in wanted]
    met = {place for places in held for place in places}
    if not all(held) or len(met) != len(rows):
        return False
    return not ordered or [places[0] for places in held] == sorted(places[0] for places in held)


def _holds(row: list[set[str]], cells: list[str]) -> bool:
    return all(any(_equal(cell, each) for values in row for each in values) for cell in cells)


def _equal(wanted: str, given: str) -> bool:
    if wanted == given:
        return True
    first, second = _number(wanted), _number(given)
    if first is None or second is None:
        return False
    return second.quantize(Decimal(1).scaleb(int(first.as_tuple().exponent))) == first


def _wanted(row: list[str], answered: list[set[str]]) -> list[str]:
    """Return the cells of an expected row; a unit at the end scales the number before it."""
    cells = [_plain(cell) for cell in row]
    if len(cells) > 1 and cells[-1] in _UNITS and any(cells[-1] in values for values in answered):
        return cells  # the unit is told beside the number
    if len(cells) > 1 and _UNIT.fullmatch(cells[-1]) and _number(cells[-2]) is not None:
        scale = _UNITS.get(cells[-1], 0)
        cells = cells[:-1]
        if scale:
            cells[-1] = f"{cells[-1]}e{scale}"
    return cells


def _cells(row: dict[str, str | None], names: Names, apart: set[str]) -> list[set[str]]:
    cells = []
    for column, value in row.items():
        if value is not None and column not in apart:
            cells.append({_plain(value), *names.get(value, ())})
            if value.endswith("%"):
                cells[-1].add(_plain(value[:-1]))
    return cells


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return None


def _plain(text: str) -> str:
    text = text.rstrip("。；;")
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(str.maketrans("“”‘’【】", "\"\"''[]"))


def _names(store: Store) -> Names:
    """Return every name of a project or department by its IRI and by each of its names."""
    by_node: Names = {}
    rows: Any = store.query(_NAMES, prefixes=PREFIXES)
    for row in rows:
        by_node.setdefault(row["node"].value, set()).add(_plain(row["name"].value))
    return by_node


def _store(name: str, stores: Path) -> Store:
    folder = stores / name
    if not folder.exists():
        made = open_store(str(folder))
        paths = [path for path in sorted(SOURCES[name].glob("*.*")) if path.suffix not in _BESIDE]
        lift_paths([str(path) for path in paths], made)
        made.close()
    return open_store(str(folder), read_only=True)


def _print(line: dict[str, Any], found: Answer, outcome: str) -> None:
    print(f"{outcome} {line['id']} {line['question']}")
    print(f"    expected {json.dumps(line['answers'], ensure_ascii=False)[:300]}")
    print(f"    {found.restated} | {found.text}"[:300])
    for row in found.rows[:4]:
        shown = {name: value for name, value in row.items() if value and not value.startswith("http")}
        print(f"      {json.dumps(shown, ensure_ascii=False)[:260]}")
    if len(found.rows) > 4:
        print(f"      … {len(found.rows)} rows")


if __name__ == "__main__":
    raise SystemExit(main())
