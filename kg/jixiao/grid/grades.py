"""Read the grade an office gives itself, printed below a form's total (自评等级：优) or ticked there (□优 ☑良)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = "优秀|优|良好|良|中等|中|一般|较差|差|合格|不合格"
_LABEL = re.compile(r"(?:等级|等次|档次)(?:为|是)?\s*[:：]?\s*(?P<rest>.*)")
_ONE = re.compile(rf"[（(]?\s*(?P<grade>{_WORDS})\s*[)）]?(?!\s*[、，,/（(]|[\u4e00-\u9fff□☐○])")
_BOX = "[□☐○☑☒■√✓]"
_TICK = "[☑☒■√✓]"


def printed_grade(value: str | None, lines: Iterable[str]) -> str | None:
    """Return the grade a labelled value states, else the first one of the lines below; None for none or several."""
    labelled = (found["rest"] for line in lines if (found := _LABEL.search(line)))
    return next((grade for text in (value or "", *labelled) if (grade := _grade(text.strip()))), None)


def _grade(text: str) -> str | None:
    if not re.search(_BOX, text):
        found = _ONE.match(text)
        return found["grade"] if found else None
    if len(re.findall(_TICK, text)) != 1:
        return None
    before = re.match(_BOX, text)
    found = re.search(rf"{_TICK}\s*({_WORDS})" if before else rf"({_WORDS})\s*{_TICK}", text)
    return found[1] if found else None
