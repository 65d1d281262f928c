"""Decide whose form a document is: every witness votes, for the one that fills the form before the one above it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.grid.naming import office_name
from jixiao.prose.offices import clean_office, is_office, same_office, take_apart

FILLING, UNIT, UPPER, ABOVE, FINANCE = 6.0, 3.0, 3.5, -4.0, -4.0  # by label, as loud as 6 speaks
TITLE, PREFIX, SIGNED, HEADER = 3.5, 3.0, 2.5, 1.5
LOUD = 6.0
APPLIES = -1.0  # who applies may be a unit of the office
OWN_UNIT = 2.0  # its code goes on with the code of the office above: it is the one whose form it is
_CUT = re.compile(r"[级算直各属]部$|^财政预决算")  # 市级部(门), a bread crumb
_YEAR = re.compile(r"^(?:\d{4})?年度?")
_LAST = "局委厅办府会院部中心站所队校馆"
REPEATS = 0.25  # what each further witness of one place adds
ONLY_ABOVE = -2.5  # a government or a finance office named as the one above


@dataclass(frozen=True, slots=True)
class Vote:
    """Hold one witness of the office of a document: the name as printed, where it stands, and its weight."""

    name: str
    place: str
    weight: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold the decided office, and by how much it beats the next best."""

    name: str | None
    margin: float


def vote_of(field: str, label: str, value: str, loudness: float) -> Vote | None:
    """Return the vote of a labelled field, None where its value is no office."""
    name = office_name(value).text
    if not is_office(name) or _CUT.search(name) or len(split_offices(name)) > 1:
        return None
    base = {"unit": UNIT, "upper": UPPER, "above": ABOVE, "finance": FINANCE}.get(field)
    if base is None:
        return None
    if field == "unit":
        base = FILLING if loudness >= LOUD + 0.5 or "预算" in label or label.startswith(("部门", "单位")) else UNIT
        base += APPLIES if label.startswith(("申请", "申报")) else 0.0
    if field == "upper" and name.endswith(("人民政府", "财政局", "财政厅")):
        base += ONLY_ABOVE
    return Vote(clean_office(name), label, base)


@lru_cache(maxsize=4096)
def split_offices(text: str) -> tuple[str, ...]:
    """Return the offices that a text names one behind the other, as signers stand on one line."""
    name = _YEAR.sub("", clean_office(text).rpartition(":")[2])
    if is_office(name) and not name.startswith(take_apart(name).region):  # 国家税务总局嵩县税务局 is one
        return (name,)
    for cut in range(4, len(name) - 3):
        rest = name[cut:]
        if is_office(name[:cut]) and take_apart(rest).region and is_office(rest) and name[cut - 1] in _LAST:
            return (*split_offices(name[:cut]), *split_offices(rest))
    return (name,) if is_office(name) and not _CUT.search(name) else ()


def decide(votes: Iterable[Vote]) -> Decision:
    """Return the office that the votes name, spellings of one office together."""
    weights: defaultdict[str, float] = defaultdict(float)
    seen: set[tuple[str, str]] = set()
    for vote in votes:
        again = (vote.place, vote.name) in seen
        seen.add((vote.place, vote.name))
        weights[vote.name] += vote.weight * (REPEATS if again else 1.0)
    groups = _grouped(weights)
    if not groups:
        return Decision(None, 0.0)
    ranked = sorted(groups, key=lambda group: (-sum(weights[name] for name in group), min(group)))
    totals = [sum(weights[name] for name in group) for group in ranked]
    if totals[0] <= 0:
        return Decision(None, 0.0)
    margin = totals[0] - (totals[1] if len(totals) > 1 else 0.0)
    return Decision(_fullest(ranked[0], weights), margin)


def _grouped(weights: dict[str, float]) -> list[list[str]]:
    groups: list[list[str]] = []
    for name in sorted(weights, key=lambda each: (-len(each), each)):
        home = next((group for group in groups if same_office(name, group[0])), None)
        if home is None:
            groups.append([name])
        else:
            home.append(name)
    return groups


def _fullest(names: Sequence[str], weights: dict[str, float]) -> str:
    """Return the spelling with the longest region, among those that weigh something."""
    strong = [name for name in names if weights[name] > 0] or list(names)
    return max(strong, key=lambda name: (len(take_apart(name).region), len(name), weights[name], name))
