"""Find the administrative division (GB/T 2260) or functional zone that a printed name starts with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from jixiao.text.vocabulary import code_rows, longest_first, word_lists

_SUFFIX = re.compile(r"(?:自治区|自治州|自治县|自治旗|特别行政区|地区|林区|省|市|州|盟|县|区|旗)$")
_TOWN = re.compile(r"[^省市县区]{1,6}?(?:街道|苏木|镇|乡)$")
_SHORTEST_STEM = 2


@dataclass(frozen=True, slots=True)
class NamedRegion:
    """Hold a region as a document names it.

    ``code`` is its GB/T 2260 code (for a zone or town that of the division it belongs to, whatever code statistics
    give the zone itself), None when the list does not have it or has several of its name. ``kind`` is province,
    prefecture, county, town or zone; ``key`` is the same for every spelling.
    """

    name: str
    kind: str
    code: str | None
    key: str


@dataclass(frozen=True, slots=True)
class _Division:
    code: str
    name: str
    parent: str
    kind: str


class _Gazetteer:
    """Hold the divisions by code, name, and name without its last word."""

    def __init__(self) -> None:
        self.divisions: dict[str, _Division] = {}
        self.names: defaultdict[str, list[_Division]] = defaultdict(list)
        self.stems: defaultdict[str, list[_Division]] = defaultdict(list)
        for row in code_rows("regions"):
            division = _Division(row["code"], row["name"], row["parent"], row["kind"])
            self.divisions[division.code] = division
            self.names[division.name].append(division)
            stem = _SUFFIX.sub("", division.name)
            if len(stem) >= _SHORTEST_STEM:
                self.stems[stem].append(division)
        self.longest = max(map(len, self.names))


@cache
def _gazetteer() -> _Gazetteer:
    return _Gazetteer()


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    """Return (printed words, short name) of every sort of zone, the longest words first."""
    data = word_lists("linking/zones.toml")["zones"]
    short = {word: short for short, words in data.items() for word in words}
    return tuple((word, short[word]) for word in longest_first(short))


def region_of_code(code: str | None) -> str | None:
    """Return the region code that a project or unit code starts with, None when its six digits are no known one."""
    if not code or len(code) < 15 or not code[:6].isdigit():
        return None
    if code[:6] in _gazetteer().divisions:
        return code[:6]
    return None


def region_name(code: str) -> str | None:
    """Return the name of a region by its code, None when the code is not known."""
    division = _gazetteer().divisions.get(code)
    if division:
        return division.name
    return None


def find_region(printed: str, hints: Iterable[str] = ()) -> NamedRegion | None:
    """Return the region that a printed prefix (成都市锦江区, 某某高新区, 河口镇) names, None when it is empty.

    ``hints`` are region codes found elsewhere in the document: they choose between divisions of one name (鼓楼区).
    """
    if not printed:
        return None
    hinted = tuple(hints)
    divisions, rest = _divisions(printed)
    last = _choose(divisions[-1], hinted) if divisions else None
    if divisions and not rest:
        return _of_division(printed, divisions[-1], last)
    if not rest:
        return _unlisted(printed)
    if zone := _zone(rest, last, hinted):
        return replace(zone, name=printed)
    if not _TOWN.match(rest):
        return _unlisted(printed)
    if last:
        return NamedRegion(printed, "town", last.code, f"{last.code}{rest}")
    return NamedRegion(printed, "town", None, printed)


def _divisions(printed: str) -> tuple[list[list[_Division]], str]:
    """Read the divisions a prefix names from the left, each inside the one before; return the rest."""
    found: list[list[_Division]] = []
    rest = printed
    while inside := _first_division(rest, found[-1] if found else []):
        found.append(inside)
        rest = rest[len(inside[0].name) :]
    # A later division tells which of several earlier ones of that name is meant.
    for position in range(len(found) - 2, -1, -1):
        inner = found[position + 1]
        found[position] = [each for each in found[position] if any(_within(other, each) for other in inner)]
    return found, rest


def _first_division(text: str, outer: Sequence[_Division]) -> list[_Division]:
    """Return the divisions of the longest name that a text begins with, inside the outer ones if any."""
    gazetteer = _gazetteer()
    for length in range(min(len(text), gazetteer.longest), 1, -1):
        named = gazetteer.names.get(text[:length], [])
        inside = [each for each in named if not outer or any(_within(each, other) for other in outer)]
        if inside:
            return inside
    return []


def _within(inner: _Division, outer: _Division) -> bool:
    divisions = _gazetteer().divisions
    division = divisions.get(inner.parent)
    while division and division is not outer:
        division = divisions.get(division.parent)
    return division is outer


def _choose(named: Sequence[_Division], hints: Sequence[str]) -> _Division | None:
    if len(named) == 1:
        return named[0]
    for hint in hints:
        for digits in (6, 4, 2):
            near = [each for each in named if each.code[:digits] == hint[:digits]]
            if near:
                break
        if len(near) == 1:
            return near[0]
    return None


def _of_division(printed: str, named: Sequence[_Division], division: _Division | None) -> NamedRegion:
    if division is None:
        return NamedRegion(printed, named[0].kind, None, named[0].name)
    parent = _gazetteer().divisions.get(division.parent)
    zone = _zone(division.name, parent, ()) if division.code[4] == "7" and parent else None
    if zone:
        return replace(zone, name=printed)
    return NamedRegion(printed, division.kind, division.code, division.code)


def _zone(rest: str, parent: _Division | None, hints: Sequence[str]) -> NamedRegion | None:
    for words, short in _zones():
        if not rest.endswith(words):
            continue
        city, stem = _city(rest[: -len(words)], parent, hints)
        if city is None:
            return NamedRegion(rest, "zone", None, f"{stem}{short}")
        return NamedRegion(rest, "zone", city.code, f"{city.code}{stem}{short}")
    return None


def _city(name: str, parent: _Division | None, hints: Sequence[str]) -> tuple[_Division | None, str]:
    """Return the city a zone is named after, and what its name has besides (天府 of 成都天府新区)."""
    gazetteer = _gazetteer()
    for length in range(len(name), _SHORTEST_STEM - 1, -1):
        named = gazetteer.names.get(name[:length]) or gazetteer.stems.get(name[:length], [])
        if parent:
            named = [each for each in named if each is parent]
        cities = [each for each in named if each.kind == "prefecture"]
        if not cities and length == len(name):
            cities = named
        city = _choose(cities, hints)
        if city:
            return city, name[length:]
    return parent, name


def _unlisted(printed: str) -> NamedRegion:
    """Return a region that the list does not have: its last part is its key, its last word its kind."""
    kinds = (("省", "province"), ("自治区", "province"), ("镇", "town"), ("乡", "town"), ("街道", "town"))
    kind = next((kind for suffix, kind in kinds if printed.endswith(suffix)), "")
    if not kind:
        kind = "prefecture" if printed.endswith(("市", "州", "盟", "地区")) else "county"
    parts = re.findall(r"[^省市县区]+(?:[省市县区]|街道|镇|乡)?$", printed)
    return NamedRegion(printed, kind, None, next(iter(parts), printed))
