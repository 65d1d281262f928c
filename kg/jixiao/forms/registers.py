"""Tell which project, office and amount each row of a register belongs to: they are printed once for many rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise

from jixiao.forms.levels import Printed, resolve_levels
from jixiao.forms.lines import Line
from jixiao.forms.recognition import Header
from jixiao.text.folding import fold_words

_FILLED_DOWN = ("project", "project_code", "department", "goal")


def registers_of(
    lines: Sequence[Line], header: Header, printed: Sequence[Printed], schemes: frozenset[str]
) -> list[dict[str, str]]:
    """Return the register columns of every row: filled down, or from the middle of a project's rows both ways."""
    own = _with_rests_of_names([_own(line, header) for line in lines], printed)
    starts = _centred(own, printed, schemes)
    for start, end in pairwise([*starts, len(own)]):
        own[start:end] = [dict(chain.from_iterable(new.items() for new in own[start:end])), *[{}] * (end - start - 1)]
    filled: list[dict[str, str]] = []
    held: dict[str, str] = {}
    for new in own:
        if "project" in new and fold_words(new["project"]) != fold_words(held.get("project", "")):
            held = {key: value for key, value in held.items() if key == "department"}
        held = {**held, **new}
        filled.append(held)
    return filled


def _with_rests_of_names(own: Sequence[dict[str, str]], printed: Sequence[Printed]) -> list[dict[str, str]]:
    """Join a name that goes on beside the next rows: no amount or goal stands there and no 一级 begins."""
    joined: list[dict[str, str]] = []
    start: dict[str, str] = {}
    for new, row in zip(own, printed, strict=True):
        rest = new.get("project", "") if set(new) == {"project"} and row.level1 is None else ""
        if rest and start.keys() & {"money", "goal"} and fold_words(rest) != fold_words(start["project"]):
            start["project"] += rest
            joined.append({})
            continue
        start = dict(new) if "project" in new else {}
        joined.append(start or new)
    return joined


def _own(line: Line, header: Header) -> dict[str, str]:
    """Return what a row itself prints in the register columns."""
    new: dict[str, str] = {}
    amounts: list[str] = []
    for j, i in sorted(line.alignment.chosen.items()):
        role, text = header.columns[j].role, line.cells[i].text
        if role in _FILLED_DOWN:
            new.setdefault(role, text)
        elif role == "office_code" and not text.strip().isdigit():
            new.setdefault("department", text)
        elif role == "money":
            amounts.append(f"{header.columns[j].header}\t{text}")
    if amounts:
        new["money"] = "\n".join(amounts)
    return new


def _centred(own: Sequence[dict[str, str]], printed: Sequence[Printed], schemes: frozenset[str]) -> list[int]:
    """Return where the projects begin whose names stand in the middle of their rows, [] where they stand on the first.

    Names stand in the middle when the first indicator has none and few of them stand beside a 一级 label; a project
    begins where the 一级 labels begin anew, and between two names they must do so once.
    """
    names = [row for row, new in enumerate(own) if "project" in new]
    beside = sum(printed[row].level1 is not None for row in names)
    if 2 * beside >= len(names) or not any(line.level3 for line in printed[: names[0]]):
        return []
    starts = [0]
    for number, (_, following) in enumerate(pairwise(names)):
        end = names[number + 2] if number + 2 < len(names) else len(own)
        resolved = resolve_levels(printed[starts[-1] : end], schemes)
        begin = starts[-1] + _restart([each.level1 for each in resolved])
        if not names[number] < begin <= following:
            return []
        starts.append(begin)
    return starts


def _restart(labels: Sequence[str | None]) -> int:
    """Return the first row whose label was left before, the number of rows where none is."""
    left: set[str | None] = set()
    for row in range(1, len(labels)):
        if labels[row] != labels[row - 1]:
            left.add(labels[row - 1])
            if labels[row] in left:
                return row
    return len(labels)
