"""Propose questions that work, nearest to one that was declined, with names of the graph."""

from __future__ import annotations

from difflib import SequenceMatcher

from jixiao.asking.names import Names
from jixiao.asking.vocabulary import messages, plain

_PROPOSED = 6


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


def _nearest(text: str, names: list[str]) -> str:
    """Return the name that shares the longest stretch with a text, else the first."""
    if not names:
        return ""
    return max(names, key=lambda name: _likeness(text, plain(name)))


def _likeness(first: str, second: str) -> int:
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks() if block.size > 1)
