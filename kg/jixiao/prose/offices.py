"""Take the names of public offices apart, and tell when two printed names are one office."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from jixiao.text.divisions import WORD_GOES_ON, read_divisions
from jixiao.text.folding import fold_width, squeeze
from jixiao.text.vocabulary import alternatives, word_lists

_CODE = re.compile(r"\s*(?:(\d{3,12})\s*[-－_—\s]\s*|[\[［【(（](\d{3,12})[\]］】)）]\s*)(?=[^\W\d])")
_SIGNERS = re.compile(r"[、，,;；/／\s]+")
_PART = r"[^省市县区\W\d]"
_PROVINCE = rf"(?:{_PART}{{2,7}}(?:省|自治区))?"
_COUNTY = rf"(?:{_PART}{{1,6}}(?:自治县|自治旗|县)|{_PART}{{2,14}}?(?<![社小校景园片库])(?:区|市|旗))?"
_TOWN = rf"(?:{_PART}{{2,5}}?(?:镇|乡|街道|苏木)(?!建设|村|企业))?"
_TOWN_NAME = re.compile(_TOWN)
_SHORTEST_REGION = 3
_LEVEL = re.compile(rf"(?:自治[区州县旗]|[省市县区州旗盟镇])(?!{WORD_GOES_ON.pattern})(?=.{{2}})")
_BRACKET = re.compile(r"[（(]([^（()）]+)[）)]$")
_GOVERNMENT = ("局", "委", "厅", "政府", "办", "部", "纪委", "法院", "检察院")
_PLACE = re.compile(r"[^省市县区\W\d]{1,7}[省市县区州旗]")
_NO_OFFICE = re.compile(r"[，。；：:、？]|的|\d{4}年")
_SHORTEST_CUT = 6
_SHORTEST_MISPRINT = 6


@dataclass(frozen=True, slots=True)
class Office:
    """Hold the name of an office taken apart: its region as printed (may be empty) and the rest."""

    name: str
    region: str
    core: str


class _OfficeWords:
    """Hold the words of ``offices.toml``; ``title`` finds where a name ends in a title."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        suffixes = alternatives(data["suffixes"]["words"])
        follow = "|".join(data["follow"]["words"])
        self.suffix = re.compile(rf"(?:{suffixes})$")
        self.end = rf"(?=(?:{follow}|[（(\d\s]|$))"
        self.title = re.compile(rf"(?:{suffixes}){self.end}")
        self.short: list[list[str]] = data["suffixes"]["short"]
        self.tails: list[str] = data["tails"]["words"]
        self.distinct = frozenset(data["distinct"]["characters"])
        self.abbreviations: dict[str, str] = data["abbreviations"]
        self.central = tuple(data["central"]["words"])
        self.bodies: dict[str, str] = data["bodies"]
        self.body = re.compile(rf"(?:{alternatives(self.bodies)})(?=.{{4}})")
        self.unabbreviated = tuple(data["suffixes"]["unabbreviated"])


@cache
def _words() -> _OfficeWords:
    return _OfficeWords(word_lists("prose/offices.toml"))


def clean_office(text: str) -> str:
    """Return a printed office name without its code, blanks and the words that may follow it (本级, 部门)."""
    name = squeeze(_CODE.sub("", fold_width(text).strip(), count=1))
    name = name.replace("(", "（").replace(")", "）").strip("：:，,。；;")
    while tail := next((tail for tail in _words().tails if name.endswith(tail)), ""):
        if len(name) <= len(tail) + 2:
            break
        name = name.removesuffix(tail)
    return name


def is_office(text: str) -> bool:
    """Tell whether a printed text can be the name of an office."""
    name = clean_office(text)
    if not 3 <= len(name) <= 40 or not _words().suffix.search(name):
        return False
    return not _NO_OFFICE.search(name)


def is_own_account(text: str) -> bool:
    """Tell whether a printed name is that of an office's own account (县水利局本级), without its units."""
    return re.search(r"(?:本级|机关)[）)]?$", text.strip()) is not None and is_office(text)


def is_central(name: str) -> bool:
    """Tell whether an office is one of the State Council, or a unit that bears the name of one."""
    return not take_apart(name).region and clean_office(name).startswith(_words().central)


def is_unit(name: str) -> bool:
    """Tell an institution that an office may run (中学, 管理所) from an office of government."""
    return not canonical_core(take_apart(name).core).endswith(_GOVERNMENT)


def office_code(text: str) -> str | None:
    """Return the unit code printed before an office's name (``860001-…``, ``[361]…``), None for none."""
    match = _CODE.match(text)
    return (match[1] or match[2]) if match else None


@lru_cache(maxsize=4096)
def split_offices(text: str) -> tuple[str, ...]:
    """Return the offices that a text names one after another (several signers); the text itself for one office."""
    parts = [part for part in _SIGNERS.split(text.strip()) if part]
    if len(parts) > 1 and all(map(is_office, parts)):
        return tuple(office for part in parts for office in split_offices(part))
    name = clean_office(text)
    if not name.startswith(take_apart(name).region):  # 国家税务总局嵩县税务局 is one
        return (text,)
    placed = _PLACE.match(name)
    for cut in range(4, len(name) - 3):
        first, rest = name[:cut], name[cut:]
        again = placed is not None and rest.startswith(placed.group())
        if is_office(first) and (again or take_apart(rest).region) and is_office(rest):
            return (first, *split_offices(rest))
    return (text,)


@cache
def _region() -> re.Pattern[str]:
    city = rf"(?:{_PART}{{2,8}}?(?:自治州|地区|盟|市))?"
    return re.compile(_PROVINCE + city + _COUNTY + _TOWN)


@lru_cache(maxsize=16384)
def take_apart(text: str) -> Office:
    """Return an office with its region split off; a bare level (县, 市) before the name is no region.

    What stands before the region (共青团, 国家税务总局) is the body the office belongs to, part of its name or none.
    """
    name = clean_office(text)
    above, body = _body_above(name)
    region = _region_before(body)
    if region:
        return Office(name, region, above + body.removeprefix(region))
    return Office(name, "", above + _LEVEL.sub("", body, count=1) if _LEVEL.match(body) else name)


def level_of(name: str) -> str:
    """Return the bare level that stands for an office's region (县 of 县水利局), empty for none."""
    match = _LEVEL.match(_body_above(clean_office(name))[1])
    return match.group() if match else ""


def _body_above(name: str) -> tuple[str, str]:
    """Return what a body named before the region adds to the office's name, and the rest."""
    match = _words().body.match(name)
    if match:
        return _words().bodies[match.group()], name[match.end() :]
    return "", name


def _region_before(body: str) -> str:
    """Return the region that an office's name begins with: what is on the list goes before what looks like one."""
    match = _region().match(body)
    region = match.group() if match else ""
    rest = read_divisions(body)[1]
    listed = body.removesuffix(rest)
    if len(listed) >= max(_SHORTEST_REGION, len(region) + 1) and not WORD_GOES_ON.match(rest):
        town = _TOWN_NAME.match(rest)
        region = listed + (town.group() if town else "")
    bare_level = region.startswith("自治")
    return "" if bare_level or len(region) >= len(body) - 1 else region


def canonical_core(core: str) -> str:
    """Return the name after the region in one form for all its usual spellings (文旅局, 文化和旅游局)."""
    full = re.sub(r"^(?:委员会|[省市县区州旗盟]委)(?=.)", "委", _words().abbreviations.get(core, core))
    for long, short in _words().short[:4]:
        if full.endswith(long):
            return full.removesuffix(long) + short
    return full


def short_cores(core: str) -> tuple[str, ...]:
    """Return the usual short forms of a name after the region (文旅局 for 文化和旅游局)."""
    return tuple(short for short, full in _words().abbreviations.items() if full == core)


def tails() -> tuple[str, ...]:
    """Return the words that may follow an office's name and are no part of it (本级, 机关)."""
    return tuple(tail for tail in _words().tails if tail not in ("部门", "单位"))


def office_in_title(title: str) -> str | None:
    """Return the office a title names (局 … 部门预算公开), None when it names none.

    The name ends where a word of titles follows it; the issuer before 关于 counts only when no other is named.
    """
    parts = title.split("关于", 1)
    for part in (*parts[1:], parts[0]):
        text = re.sub(r"^(?:公开|公布|批复|下达|印发|报送|做好|开展)", "", part.strip())
        text = re.sub(r"(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年度?", " ", text)
        for piece in text.split():
            if ends := [match.end() for match in _words().title.finditer(piece)]:
                name = clean_office(piece[: ends[-1]])
                if is_office(name):
                    return name
            if first := _first_office(piece):
                return first
    bracket = _BRACKET.search(title.strip())
    return clean_office(bracket[1]) if bracket and is_office(bracket[1]) else None


def _first_office(text: str) -> str | None:
    """Return the shortest office name a text begins with, when it has a region before it."""
    office = take_apart(text)
    if not office.region:
        return None
    for end in range(len(office.region) + 2, len(text) + 1):
        name = text[:end]
        longer = any(text.startswith(tail, end) for tail in ("员会", "公室", "理局", "务中心", "合会"))
        if _words().suffix.search(name[len(office.region) :]) and not longer and is_office(name):
            return name
    return None


@lru_cache(maxsize=16384)
def same_office(one: str, other: str) -> tuple[Decimal, str] | None:
    """Return how surely two printed names are one office, with the reason in Chinese; None when they are not.

    Names agree when they are equal but for the region before them, one is cut off, one abbreviates the other, or a
    single character of a long name is misprinted. Different regions, numbers or directions keep them apart.
    """
    a, b = take_apart(one), take_apart(other)
    if a.name == b.name:
        return Decimal(1), "名称相同"
    if not regions_agree(a.region, b.region) or not _levels_agree(a, b):
        return None
    if a.core == b.core:
        return Decimal("0.97"), "名称相同，一处省略行政区划"
    if canonical_core(a.core) == canonical_core(b.core):
        return Decimal("0.95"), "通用简称"
    short, long = sorted((a, b), key=lambda office: (len(office.core), office.name))
    least = _SHORTEST_CUT - 2 if a.region == b.region else _SHORTEST_CUT
    if len(short.core) >= least and long.core.startswith(short.core) and not is_office(short.name):
        return Decimal("0.9"), "一处名称被截断"
    if _abbreviates(short.core, long.core):
        return Decimal("0.85"), "简称"
    if _misprint(a.core, b.core):
        return Decimal("0.85"), "一字之差"
    return None


def regions_agree(one: str, other: str) -> bool:
    """Tell whether two printed regions can be one: equal, or one is the other's inner part, or not printed."""
    short, long = sorted((one, other), key=len)
    return long.endswith(short)


def _levels_agree(one: Office, other: Office) -> bool:
    """Tell whether a bare level before one name (州水务局) is that of the other's region (no 台江县水务局)."""
    for bare, placed in ((one, other), (other, one)):
        level = level_of(bare.name)
        if level and not bare.region and placed.region and not placed.region.endswith(level):
            return False
    return True


def _abbreviates(short: str, long: str) -> bool:
    """Tell whether a name is short for another: same first character, all others in order, same last word."""
    if len(short) < 2 or len(short) >= len(long) or short[0] != long[0] or long.endswith(_words().unabbreviated):
        return False
    for full, brief in _words().short:
        if short.endswith(brief) and long.endswith(full) and not short.endswith(full):
            short, long = short.removesuffix(brief), long.removesuffix(full)
            break
    else:
        if short[-1] != long[-1]:
            return False
    rest = iter(long)
    return bool(short) and all(char in rest for char in short)


def _misprint(one: str, other: str) -> bool:
    if len(one) != len(other) or len(one) < _SHORTEST_MISPRINT or one[-1] != other[-1]:
        return False
    differences = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(differences) == 1 and not (_words().distinct & set(differences[0]))
