"""Read the grade an office gives itself, printed below a form's total (自评等级：优) or ticked there (□优 ☑良)."""

from __future__ import annotations

import re

from jixiao.forms.labels import label_kind
from jixiao.model import Table

_REACH = 8  # rows below the total that can still be the form's own
_WORDS = "优秀|优|良好|良|中等|中|一般|较差|差|合格|不合格"
_LABEL = re.compile(r"(?:等级|等次|档次)(?:为|是)?\s*[:：]?\s*(?P<rest>.*)")
_ONE = re.compile(rf"[（(]?\s*(?P<grade>{_WORDS})\s*[)）]?(?!\s*[、，,/（(]|[\u4e00-\u9fff□☐○])")
_BOX = "[□☐○☑☒■√✓]"
_TICK = re.compile("[☑☒■√✓]")


def printed_grade(table: Table, end: int, value: str | None = None) -> str | None:
    """Return the grade among the rows from ``end`` on, or of the labelled ``value`` above; None for none or several."""
    if value and (found := _grade(value)):
        return found
    for row in table.rows[end : end + _REACH]:
        if not row.filled:
            continue
        if label_kind(row.filled[0].text) == "project":
            return None
        labelled = _LABEL.search(" ".join(cell.text for cell in row.filled))
        if labelled and (found := _grade(labelled["rest"])):
            return found
    return None


def _grade(text: str) -> str | None:
    text = text.strip()
    ticks = _TICK.findall(text)
    if not re.search(_BOX, text):
        found = _ONE.match(text)
        return found["grade"] if found else None
    if len(ticks) != 1:
        return None
    before = re.match(_BOX, text)
    pattern = rf"{_TICK.pattern}\s*({_WORDS})" if before else rf"({_WORDS})\s*{_TICK.pattern}"
    found = re.search(pattern, text)
    return found[1] if found else None
