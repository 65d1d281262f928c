"""Read rows that print nothing but a label in its own column, as trees do (产出指标, below it 数量指标, then a name).

Such a row names no indicator, so that its cells must not slide to the name and value columns that it leaves empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.forms.alignment import Alignment, Placed
from jixiao.forms.columns import Column, in_level
from jixiao.values.content import value_likeness

_REGISTER = frozenset({"ordinal", "project", "project_code", "department", "goal"})
_LEVELS = {"level1": 1, "level2": 2}


def align_label_row(cells: Sequence[Placed], columns: Sequence[Column]) -> Alignment | None:
    """Return the alignment of a row that holds labels in their columns and nothing else, None for any other row."""
    chosen: dict[int, int] = {}
    for i, cell in enumerate(cells):
        j = next((j for j, column in enumerate(columns) if column.displacement(cell.position) == 0), None)
        if j is None or j in chosen or not _is_label(columns[j].role, cell.text):
            return None
        chosen[j] = i
    return Alignment(chosen, 0.0, 0, ())


def _is_label(role: str, text: str) -> bool:
    if role in _LEVELS:
        return in_level(_LEVELS[role], text, frozenset())
    return role in _REGISTER and not any(in_level(n, text, frozenset()) for n in (1, 2)) and value_likeness(text) < 0.9
