"""Damage text tables as extraction does, one damage at a time, and measure how well they are still read.

``python -m tests.cases.fuzz.damage`` prints the average strict F1 and the rows lost a damage, by kind of damage.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.documents.reading import read_bytes
from jixiao.grid import DecodedForms, read_forms
from jixiao.prose import read_header
from tests.cases.harness import HERE, indicator_rows, strict_f1
from tests.conftest import SAMPLES

CLEAN = (  # own cases whose text has no damage of its own
    "execution-row-without-label",
    "forms-back-to-back",
    "numbered-names",
    "points-before-target",
    "running-head-splits-table",
    "title-and-header-on-each-page",
)
TRIALS = 12  # of each kind, for each text


@dataclass(frozen=True, slots=True)
class Text:
    """Hold a tab-separated document with the rows a person reads in it (with their 1-based lines)."""

    name: str
    lines: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]

    @property
    def indicator_lines(self) -> list[int]:
        """Return the 0-based indexes of the lines that hold an indicator."""
        return sorted({row["line"] - 1 for row in self.rows})

    @property
    def header_lines(self) -> list[int]:
        """Return the 0-based indexes of the lines that name the columns."""
        return [at for at, line in enumerate(self.lines) if "三级指标" in line.split("\t") and "\t" in line]


def sample_texts() -> list[Text]:
    """Return the damaged text samples with their gold rows."""
    return [
        Text(path.name, tuple(path.read_text("utf-8").split("\n")), _rows(path.with_suffix(".indicators.jsonl")))
        for path in sorted(SAMPLES.glob("t*.txt"))
    ]


def case_texts() -> list[Text]:
    """Return the project's own text cases in CLEAN."""
    return [
        Text(name, tuple(path.read_text("utf-8").split("\n")), _rows(HERE / name / "indicators.jsonl"))
        for name in CLEAN
        for path in [HERE / name / "input.txt"]
    ]


def _rows(path: Path) -> tuple[dict[str, Any], ...]:
    return tuple({"period": "annual", **json.loads(line)} for line in path.read_text("utf-8").splitlines())


def read_rows(lines: list[str]) -> list[dict[str, Any]]:
    """Read the indicators of a text given as lines."""
    return indicator_rows(read_forms_of_lines(lines))


def read_forms_of_lines(lines: list[str]) -> DecodedForms:
    """Read the forms of a text given as lines."""
    document = read_bytes("damaged.txt", "\n".join(lines).encode())
    return read_forms(document, read_header(document).fiscal_year)


# ---------------------------------------------------------------- damages


def drop_cell(text: Text, chance: random.Random) -> list[str] | None:
    """Lose one empty cell before the last filled one, so that the rest of the row slides left."""
    return _with_cells(text, chance, lambda cells, at: cells[:at] + cells[at + 1 :], empty=True)


def insert_cell(text: Text, chance: random.Random) -> list[str] | None:
    """Gain one empty cell, so that the rest of the row slides right."""
    return _with_cells(text, chance, lambda cells, at: [*cells[:at], "", *cells[at:]], empty=False)


def _with_cells(
    text: Text, chance: random.Random, change: Callable[[list[str], int], list[str]], *, empty: bool
) -> list[str] | None:
    places = []
    for index in text.indicator_lines:
        cells = text.lines[index].split("\t")
        filled = [at for at, cell in enumerate(cells) if cell.strip()]
        places += [(index, at) for at in range(filled[-1] + 1) if not empty or not cells[at].strip()]
    if not places:
        return None
    index, at = chance.choice(places)
    lines = list(text.lines)
    lines[index] = "\t".join(change(lines[index].split("\t"), at))
    return lines


def move_label(text: Text, chance: random.Random) -> list[str] | None:
    """Print one level label a row higher or lower, in its column, where that cell is empty."""
    labels = {row.get(level) for row in text.rows for level in ("level1", "level2")} - {None}
    rows = set(text.indicator_lines)
    places = []
    for index in sorted(rows):
        for at, cell in enumerate(text.lines[index].split("\t")):
            for other in (index - 1, index + 1):
                beside = text.lines[other].split("\t") if other in rows else []
                if cell.strip() in labels and at < len(beside) and not beside[at].strip():
                    places.append((index, other, at))
    if not places:
        return None
    index, other, at = chance.choice(places)
    lines = list(text.lines)
    one, two = lines[index].split("\t"), lines[other].split("\t")
    one[at], two[at] = "", one[at]
    lines[index], lines[other] = "\t".join(one), "\t".join(two)
    return lines


def break_page(text: Text, chance: random.Random) -> list[str] | None:
    """Put a page number between blank lines before one indicator row."""
    return _inserted(text, chance.choice(text.indicator_lines), ["", "- 7 -", ""])


def repeat_header(text: Text, chance: random.Random) -> list[str] | None:
    """Break the page and print the header above once more."""
    index = chance.choice(text.indicator_lines)
    above = [at for at in text.header_lines if at < index]
    return _inserted(text, index, ["", text.lines[above[-1]]]) if above else None


def print_running_head(text: Text, chance: random.Random) -> list[str] | None:
    """Break the page with its number and the running head of a budget book, without a header."""
    index = chance.choice(text.indicator_lines)
    return _inserted(text, index, ["", "- 7 -", "", "某某市某某局2024年度部门预算公开", ""])


def misread_header(text: Text, chance: random.Random) -> list[str] | None:
    """Misread one character of one header word."""

    def misread(word: str) -> str:
        at = chance.randrange(len(word))
        return word[:at] + "圾" + word[at + 1 :]

    return _with_header_word(text, chance, misread)


def lose_header_word(text: Text, chance: random.Random) -> list[str] | None:
    """Lose one header word; its cell stays."""
    return _with_header_word(text, chance, lambda word: "")


def _with_header_word(text: Text, chance: random.Random, change: Callable[[str], str]) -> list[str] | None:
    index = chance.choice(text.header_lines)
    cells = text.lines[index].split("\t")
    at = chance.choice([at for at, cell in enumerate(cells) if cell.strip()])
    cells[at] = change(cells[at])
    return [*text.lines[:index], "\t".join(cells), *text.lines[index + 1 :]]


def shift_header(text: Text, chance: random.Random) -> list[str] | None:
    """Gain one empty cell at the beginning of a header row, so that no column stands below its word."""
    index = chance.choice(text.header_lines)
    return [*text.lines[:index], "\t" + text.lines[index], *text.lines[index + 1 :]]


def double_cell(text: Text, chance: random.Random) -> list[str] | None:
    """Print one 三级指标 twice, in the cell beside it as well, so that the rest of the row slides right."""
    row = chance.choice(text.rows)
    cells = text.lines[row["line"] - 1].split("\t")
    places = [at for at, cell in enumerate(cells) if cell.strip() == row["level3"]]
    if not places:
        return None
    cells.insert(places[0], row["level3"])
    return [*text.lines[: row["line"] - 1], "\t".join(cells), *text.lines[row["line"] :]]


def split_row(text: Text, chance: random.Random) -> list[str] | None:
    """Break one row between two cells, the rest on a line of its own in its columns."""
    index = chance.choice(text.indicator_lines)
    cells = text.lines[index].split("\t")
    filled = [at for at, cell in enumerate(cells) if cell.strip()]
    at = chance.choice(filled[1:])
    rest = [*([""] * at), *cells[at:]]
    return [*text.lines[:index], "\t".join(cells[:at]) + "\t", "\t".join(rest), *text.lines[index + 1 :]]


def _inserted(text: Text, index: int, new: list[str]) -> list[str]:
    return [*text.lines[:index], *new, *text.lines[index:]]


DAMAGES: dict[str, Callable[[Text, random.Random], list[str] | None]] = {
    "drop-cell": drop_cell,
    "insert-cell": insert_cell,
    "move-label": move_label,
    "break-page": break_page,
    "repeat-header": repeat_header,
    "running-head": print_running_head,
    "misread-header": misread_header,
    "lose-header-word": lose_header_word,
    "shift-header": shift_header,
    "double-cell": double_cell,
    "split-row": split_row,
}


# ---------------------------------------------------------------- measuring


@dataclass(frozen=True, slots=True)
class Trial:
    """Hold one damaged reading: strict F1 and how many expected rows were read wrong or not at all."""

    text: str
    seed: int
    f1: float
    lost: float
    lines: tuple[str, ...]


def trials(kind: str, text: Text) -> Iterator[Trial]:
    """Read a text under several random damages of one kind; the seeds are fixed."""
    for seed in range(TRIALS):
        lines = DAMAGES[kind](text, random.Random(f"{kind} {text.name} {seed}"))
        if lines is not None:
            f1 = strict_f1(list(text.rows), read_rows(lines))
            yield Trial(text.name, seed, f1, (1 - f1) * len(text.rows), tuple(lines))


@cache
def measured(kind: str, samples: bool) -> tuple[float, float]:
    """Return the average strict F1 and the average number of rows lost by one damage."""
    found = [trial for text in (sample_texts() if samples else case_texts()) for trial in trials(kind, text)]
    return sum(trial.f1 for trial in found) / len(found), sum(trial.lost for trial in found) / len(found)


if __name__ == "__main__":
    print(f"{'damage':18} {'own cases':>20} {'samples':>20}")
    for damage in DAMAGES:
        sets = [measured(damage, samples) for samples in (False, True)]
        print(f"{damage:18} " + " ".join(f"F1 {f1:.3f}, lost {lost:.2f}" for f1, lost in sets))
