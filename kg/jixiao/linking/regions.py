"""Find the administrative division (GB/T 2260) or functional zone that a printed name starts with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from jixiao.text.divisions import WORD_GOES_ON, Division, division_names, divisions, former_codes, read_divisions
from jixiao.text.vocabulary import longest_first, word_lists

_SUFFIX = re.compile(r"(?:自治区|自治州|自治县|自治旗|特别行政区|地区|林区|省|市|州|盟|县|区|旗)$")
_TOWN = re.compile(r"[^省市县区]{1,6}?(?:街道|苏木|镇|乡)$")
_SHORTEST_STEM = 2
_SHORTEST_WITHIN = 3
_SHORTEST_CODE = 12
_RUN = re.compile(r"[\u3400-\u9fff]+")
_UNLISTED_PART = re.compile(r"[^省市县区局委镇乡和及与各全辖]{1,5}[县区]")


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


@cache
def _stems() -> Mapping[str, Sequence[Division]]:
    """Return the divisions by their names of today without the last word."""
    stems: defaultdict[str, list[Division]] = defaultdict(list)
    for division in divisions().values():
        stem = _SUFFIX.sub("", division.name)
        if len(stem) >= _SHORTEST_STEM:
            stems[stem].append(division)
    return stems


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    """Return (printed words, short name) of every sort of zone, the longest words first."""
    data = word_lists("linking/zones.toml")["zones"]
    short = {word: short for short, words in data.items() for word in words}
    return tuple((word, short[word]) for word in longest_first(short))


def region_of_code(code: str | None) -> str | None:
    """Return the region code that a project or unit code starts with, None when its six digits are no known one."""
    if not code or len(code) < _SHORTEST_CODE or not code[:6].isdigit():
        return None
    digits = former_codes().get(code[:6], code[:6])
    if digits in divisions():
        return digits
    return None


def region_name(code: str) -> str | None:
    """Return the name of a region by its code, None when the code is not known."""
    division = divisions().get(code)
    if division:
        return division.name
    return None


def full_region_name(code: str) -> str:
    """Return the name of a listed region after those it lies in (河南省新乡市辉县市)."""
    names = []
    division = divisions().get(code)
    while division:
        names.append(division.name)
        division = divisions().get(division.parent)
    return "".join(reversed(names))


def divisions_named(printed: str) -> tuple[str, ...]:
    """Return the codes of the divisions that a printed region can be: several for 鼓楼区, none for one not listed."""
    found, rest = read_divisions(printed)
    return tuple(each.code for each in found[-1]) if found and not rest else ()


def is_distinct(region: NamedRegion) -> bool:
    """Tell whether a region without a code has a name of its own: not one of several, no 高新区 or 城关镇 alone."""
    if region.kind == "zone":
        return region.key not in {short for _, short in _zones()}
    if region.kind == "town":
        return re.search(r"[省市县区].", region.name) is not None
    return not divisions_named(region.name)


def division_above(code: str, level: str) -> str | None:
    """Return the code of the division, or the nearest that has it inside, whose name ends in ``level`` (县, 市, 省)."""
    ends = ("省", "自治区") if level in ("省", "自治区") else (level[-1],)
    division = divisions().get(code)
    while division and not division.name.endswith(ends):
        division = divisions().get(division.parent)
    return division.code if division else None


def region_with_code(code: str, name: str | None = None) -> NamedRegion:
    """Return the listed region with a code, under a printed name if given."""
    division = divisions()[code]
    return _of_division(name or division.name, [division], division)


def regions_within(text: str) -> Iterator[tuple[NamedRegion, tuple[str, ...]]]:
    """Yield the regions that a text names, with the codes of all divisions each can be.

    A name of two characters (滑县) counts only where a run of characters begins with it.
    """
    for run in _RUN.findall(text):
        start = 0
        while start < len(run):
            found = _region_at(run, start)
            if found is None:
                start += 1
                continue
            region, codes = found
            yield region, codes
            start += len(region.name)


def _region_at(run: str, start: int) -> tuple[NamedRegion, tuple[str, ...]] | None:
    text = run[start:]
    found, rest = read_divisions(text)
    if not found:
        zone = _zone_at(text)
        return (zone, (zone.code,)) if zone and zone.code else None
    too_short = start > 0 and len(text) - len(rest) < _SHORTEST_WITHIN
    if too_short or WORD_GOES_ON.match(rest) or _UNLISTED_PART.match(rest):
        return None
    below = _zone_words(rest) or _TOWN.match(rest)
    printed = text[: len(text) - len(rest)]
    if below:
        inner = find_region(printed + below.group())
        if inner and inner.code:
            return inner, (inner.code,)
    last = found[-1]
    codes = tuple(each.code for each in last)
    return _of_division(printed, last, last[0] if len(last) == 1 else None), codes


def _zone_words(text: str) -> re.Match[str] | None:
    words = "|".join(re.escape(word) for word, _ in _zones())
    return re.match(rf"[^省市县区局委]{{0,6}}?(?:{words})", text)


def _zone_at(text: str) -> NamedRegion | None:
    named = _zone_words(text)
    return _zone(named.group(), None, ()) if named else None


def find_region(printed: str, hints: Iterable[str] = ()) -> NamedRegion | None:
    """Return the region that a printed prefix (成都市锦江区, 某某高新区, 河口镇) names, None when it is empty.

    ``hints`` are region codes found elsewhere in the document: they choose between divisions of one name (鼓楼区).
    """
    if not printed:
        return None
    hinted = tuple(hints)
    found, rest = read_divisions(printed)
    last = _choose(found[-1], hinted) if found else None
    if found and not rest:
        return _of_division(printed, found[-1], last)
    if not rest:
        return _unlisted(printed)
    if zone := _zone(rest, last, hinted):
        return replace(zone, name=printed)
    if not _TOWN.match(rest):
        unlisted = _unlisted(printed)
        return replace(unlisted, key=f"{last.code}{rest}") if last else unlisted
    if last:
        return NamedRegion(printed, "town", last.code, f"{last.code}{rest}")
    return NamedRegion(printed, "town", None, printed)


def _choose(named: Sequence[Division], hints: Sequence[str]) -> Division | None:
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


def _of_division(printed: str, named: Sequence[Division], division: Division | None) -> NamedRegion:
    if division is None:
        return NamedRegion(printed, named[0].kind, None, named[0].name)
    parent = divisions().get(division.parent)
    zone = _zone(division.name, parent, ()) if division.code[4] == "7" and parent else None
    if zone:
        return replace(zone, name=printed)
    return NamedRegion(printed, division.kind, division.code, division.code)


def _zone(rest: str, parent: Division | None, hints: Sequence[str]) -> NamedRegion | None:
    for words, short in _zones():
        if not rest.endswith(words):
            continue
        city, stem = _city(rest[: -len(words)], parent, hints)
        if city is None:
            return NamedRegion(rest, "zone", None, f"{stem}{short}")
        return NamedRegion(rest, "zone", city.code, f"{city.code}{stem}{short}")
    return None


def _city(name: str, parent: Division | None, hints: Sequence[str]) -> tuple[Division | None, str]:
    """Return the city a zone is named after, and what its name has besides (天府 of 成都天府新区)."""
    for length in range(len(name), _SHORTEST_STEM - 1, -1):
        named: Sequence[Division] = division_names().get(name[:length]) or _stems().get(name[:length], ())
        if parent:
            named = tuple(each for each in named if each is parent)
        cities = tuple(each for each in named if each.kind == "prefecture")
        if not cities and length == len(name):
            cities = tuple(named)
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
    last = re.search(r"(?:[^省市县区]+[省市县区])?[^省市县区]+(?:街道|镇|乡)$|[^省市县区]+[省市县区]?$", printed)
    return NamedRegion(printed, kind, None, last.group() if last else printed)
