"""Find the administrative division (GB/T 2260) or functional zone that a printed name starts with."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jixiao.resources import resource

_SUFFIX = re.compile(r"(?:自治区|自治州|自治县|自治旗|特别行政区|地区|林区|省|市|州|盟|县|区|旗)$")
_TOWN = re.compile(r"[^省市县区]{1,6}?(?:街道|苏木|镇|乡)$")
_SHORTEST_STEM = 2


@dataclass(frozen=True, slots=True)
class Region:
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


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    divisions: Mapping[str, _Division]
    names: Mapping[str, tuple[_Division, ...]]
    stems: Mapping[str, tuple[_Division, ...]]
    longest: int


@cache
def _gazetteer() -> _Gazetteer:
    with resource("ontology", "codes", "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = [_Division(row["code"], row["name"], row["parent"], row["kind"]) for row in csv.DictReader(file)]
    names: dict[str, list[_Division]] = {}
    stems: dict[str, list[_Division]] = {}
    for row in rows:
        names.setdefault(row.name, []).append(row)
        stem = _SUFFIX.sub("", row.name)
        if len(stem) >= _SHORTEST_STEM:
            stems.setdefault(stem, []).append(row)
    return _Gazetteer(
        divisions={row.code: row for row in rows},
        names={name: tuple(found) for name, found in names.items()},
        stems={stem: tuple(found) for stem, found in stems.items()},
        longest=max(map(len, names)),
    )


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    """Return (printed words, short name) of every sort of zone, the longest words first."""
    data = tomllib.loads(Path(__file__).with_name("zones.toml").read_text(encoding="utf-8"))["zones"]
    pairs = [(word, short) for short, words in data.items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def region_of_code(code: str | None) -> str | None:
    """Return the region code that a project or unit code starts with, None when its six digits are no known one."""
    if not code or len(code) < 15 or not code[:6].isdigit():
        return None
    return code[:6] if code[:6] in _gazetteer().divisions else None


def region_name(code: str) -> str | None:
    """Return the name of a region by its code, None when the code is not known."""
    division = _gazetteer().divisions.get(code)
    return division.name if division else None


def find_region(printed: str, hints: Iterable[str] = ()) -> Region | None:
    """Return the region that a printed prefix (成都市锦江区, 某某高新区, 河口镇) names, None when it is empty.

    ``hints`` are region codes found elsewhere in the document: they choose between divisions of one name (鼓楼区).
    """
    if not printed:
        return None
    found, rest = _divisions(printed)
    hinted = tuple(hints)
    if not rest:
        last = _choose(found[-1], hinted) if found else None
        return _of_division(printed, found[-1], last) if found else _unlisted(printed)
    parent = _choose(found[-1], hinted) if found else None
    if zone := _zone(rest, parent, hinted):
        return zone if zone.name == printed else Region(printed, zone.kind, zone.code, zone.key)
    if _TOWN.match(rest):
        code = parent.code if parent else None
        base = parent.code if parent else "".join(printed[: -len(rest)])
        return Region(printed, "town", code, f"{base}{rest}")
    return _unlisted(printed)


def _divisions(printed: str) -> tuple[list[tuple[_Division, ...]], str]:
    """Read the divisions a prefix names from the left, each inside the one before; return the rest."""
    gazetteer = _gazetteer()
    found: list[tuple[_Division, ...]] = []
    rest = printed
    while rest:
        for length in range(min(len(rest), gazetteer.longest), 1, -1):
            named = gazetteer.names.get(rest[:length], ())
            inside = tuple(each for each in named if not found or any(_within(each, outer) for outer in found[-1]))
            if inside:
                found.append(inside)
                rest = rest[length:]
                break
        else:
            break
    # A later division tells which of several earlier ones of that name is meant.
    for position in range(len(found) - 2, -1, -1):
        found[position] = tuple(each for each in found[position] if any(_within(i, each) for i in found[position + 1]))
    return found, rest


def _within(inner: _Division, outer: _Division) -> bool:
    code: str = inner.parent
    while code:
        if code == outer.code:
            return True
        code = _gazetteer().divisions[code].parent if code in _gazetteer().divisions else ""
    return False


def _choose(named: tuple[_Division, ...], hints: tuple[str, ...]) -> _Division | None:
    if len(named) == 1:
        return named[0]
    for hint in hints:
        near = [each for each in named if each.code == hint] or [each for each in named if each.code[:4] == hint[:4]]
        near = near or [each for each in named if each.code[:2] == hint[:2]]
        if len(near) == 1:
            return near[0]
    return None


def _of_division(printed: str, named: tuple[_Division, ...], division: _Division | None) -> Region:
    if division is None:
        return Region(printed, named[0].kind, None, named[0].name)
    parent = _gazetteer().divisions.get(division.parent)
    if division.code[4] == "7" and parent and (zone := _zone(division.name, parent, ())):
        return Region(printed, zone.kind, zone.code, zone.key)
    return Region(printed, division.kind, division.code, division.code)


def _zone(rest: str, parent: _Division | None, hints: tuple[str, ...]) -> Region | None:
    for words, short in _zones():
        if not rest.endswith(words):
            continue
        city, stem = _city(rest[: -len(words)], parent, hints)
        key = f"{city.code}{stem}{short}" if city else f"{stem}{short}"
        return Region(rest, "zone", city.code if city else None, key)
    return None


def _city(name: str, parent: _Division | None, hints: tuple[str, ...]) -> tuple[_Division | None, str]:
    """Return the city a zone is named after, and what its name has besides (天府 of 成都天府新区)."""
    for length in range(len(name), _SHORTEST_STEM - 1, -1):
        named = _gazetteer().names.get(name[:length]) or _gazetteer().stems.get(name[:length], ())
        if parent:
            named = tuple(each for each in named if each is parent)
        cities = tuple(each for each in named if each.kind == "prefecture")
        if city := _choose(cities or (named if length == len(name) else ()), hints):
            return city, name[length:]
    return parent, name


def _unlisted(printed: str) -> Region:
    """Return a region that the list does not have: its last part is its key, its last word its kind."""
    kinds = (("省", "province"), ("自治区", "province"), ("镇", "town"), ("乡", "town"), ("街道", "town"))
    kind = next((kind for suffix, kind in kinds if printed.endswith(suffix)), "")
    if not kind:
        kind = "prefecture" if printed.endswith(("市", "州", "盟", "地区")) else "county"
    last = re.search(r"[^省市县区]+(?:[省市县区]|街道|镇|乡)?$", printed)
    return Region(printed, kind, None, last.group() if last else printed)
