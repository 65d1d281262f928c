"""Propose questions that work, nearest to one that was declined, with names of the graph."""

from __future__ import annotations

from difflib import SequenceMatcher
from operator import ne

from jixiao.asking.names import Names
from jixiao.asking.vocabulary import messages, plain

_PROPOSED = 6
_SLIPPED = 4  # characters of a name of which one may be wrong; a region's may have one fewer


def propose(question: str, names: Names) -> tuple[str, ...]:
    """Return questions that work, those that share most with what was asked first."""
    text = plain(question)
    places = _nearest(text, [each.region_name or each.name for each in names.departments])
    projects = _nearest(text, sorted(names.projects))
    year = str(max(names.years, default=2023))
    found = []
    for template in messages()["examples"]["questions"]:
        if ("{place}" in template and not places) or ("{project}" in template and not projects):
            continue
        found.append(template.format(place=places, project=projects, year=year))
    ordered = sorted(found, key=lambda each: -_likeness(text, plain(each)))
    return tuple(ordered[:_PROPOSED])


def corrected(question: str, names: Names) -> str:
    """Return a question with the longest name of which one character is wrong put right, nothing without one."""
    text = plain(question)
    known = {*names.region_names, *names.department_names, *names.projects, *names.printed_names, *names.labels}
    for name in sorted(known, key=lambda each: (-len(each), each)):
        least = _SLIPPED - (name in names.region_names)
        said = _slipped(name, text) if len(name) >= least else ""
        if said and not any(region in said for region in names.region_names):
            return text.replace(said, name)
    return ""


def _slipped(name: str, text: str) -> str:
    """Return what stands in a text for a name with one wrong character; one half of it must be right."""
    half = len(name) // 2
    if name in text or not (name[:half] in text or name[half:] in text):
        return ""
    parts = (text[start : start + len(name)] for start in range(len(text) - len(name) + 1))
    return next((part for part in parts if sum(map(ne, part, name)) == 1), "")


def _nearest(text: str, names: list[str]) -> str:
    """Return the name that shares the longest stretch with a text, else the first."""
    if not names:
        return ""
    return max(names, key=lambda name: _likeness(text, plain(name)))


def _likeness(first: str, second: str) -> int:
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks() if block.size > 1)
