"""Split a statement such as 培训考核合格率达到95%以上 into the thing measured and its target."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.values.content import value_likeness

_BRACKET = re.compile(r"^(?P<name>.+?)\s*[（(](?P<value>[^（()）]+)[)）]\s*$")
_COLON = re.compile(r"^(?P<name>[^：:]+)[：:]\s*(?P<value>.+)$")
_LINK = re.compile(r"[为是]$")
_ITEM = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．]|[(（][一二三四五六七八九十]+[)）]|[①-⑳])\s*")
_END = re.compile(r"[；;。，,]+$")


def split_statements(text: str) -> list[str]:
    """Split running text into statements at 。 ； and line ends."""
    return [part.strip() for part in re.split(r"[；;。\n]+", text) if part.strip()]


def split_statement(text: str) -> tuple[str, str | None]:
    """Return (name, target text) of one statement; the target text is None where the statement holds none.

    A target in brackets or after a colon wins; else it begins at the comparator, the number or the wording.
    """
    plain = _END.sub("", strip_item_prefix(_ITEM.sub("", join_wraps(text))))
    for pattern in (_BRACKET, _COLON):
        found = pattern.match(plain)
        if found and value_likeness(found["value"]) >= 0.3:
            return found["name"].strip(), found["value"].strip()
    found = _target_start().search(plain)
    if found and found.start() > 1:
        return _LINK.sub("", plain[: found.start()].strip()), plain[found.start() :].strip()
    return plain, None


@cache
def _target_start() -> re.Pattern[str]:
    data = tomllib.loads(files("jixiao.forms").joinpath("statements.toml").read_text("utf-8"))
    comparators = "|".join(sorted(map(re.escape, data["comparators"]), key=len, reverse=True))
    changes = "|".join(map(re.escape, data["changes"]))
    manners = "|".join(sorted(map(re.escape, data["manners"]), key=len, reverse=True))
    number = r"\d[\d,.]*"
    date = r"(?:\d{4}\s*年|\d{1,2}\s*月)"
    return re.compile(
        rf"(?:{comparators})\s*(?:{number}|{date})|(?:{changes})\s*(?:{comparators})?\s*{number}\s*[%％个]|{date}"
        rf"|(?<=为){number}$|{number}\s*(?:[%％‰]|[^\d\s，,]{{1,4}}(?:$|以上|以下|以内|左右|之内|前))|(?:{manners})[^，,]{{0,6}}$"
    )
