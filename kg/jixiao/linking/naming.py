"""Compare the printed names of projects: what is folded away, what tells two apart, how like they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from jixiao.text.folding import fold_name, fold_width
from jixiao.text.names import MINIMUM_CUT
from jixiao.text.vocabulary import longest_first, word_lists

_YEAR = re.compile(
    r"[(\[【〔]\s*((?:19|20)\d\d)\s*年?度?\s*[)\]】〕](?!\s*第?\d)|(?<!\d)((?:19|20)\d\d)\s*年度?(?=[\u3400-\u9fff])"
)
_DOCUMENT = re.compile(r"[(\[【〔]\s*((?:19|20)\d\d)\s*[)\]】〕]\s*第?\s*(\d+)\s*号?")
_REMARK = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]\s*$")
_ORDINAL = re.compile(r"[一二三四五六七八九十\d]+(?:期|批|标段?|阶段|号|组)")
_SHORTEST_PART = 4
_FEW_EDITS = 2
_LEAST_PART = Decimal("0.4")


@dataclass(frozen=True, slots=True)
class ProjectName:
    """Hold a printed project name, ready to be compared.

    ``folded`` is the whole name; ``stem`` has neither year, region or department before it; ``bare`` has no bracketed
    remark at its end either. ``documents`` are the numbers of the documents it cites, ``years`` its year marks.
    """

    printed: str
    folded: str
    stem: str
    bare: str
    years: frozenset[str]
    documents: frozenset[tuple[str, str]]
    ordinals: tuple[str, ...]


class _NameWords:
    """Hold the words of ``naming.toml``; ``droppable`` are the longest first."""

    def __init__(self, data: Mapping[str, list[str]]) -> None:
        self.heads = tuple(data["heads"])
        self.droppable = longest_first(data["droppable"])
        self.distinct = frozenset(data["distinct"])
        self.numbering = frozenset(data["numbering"])
        self.general = frozenset(map(fold_name, data["general"]))
        self.empty = frozenset(data["empty"])


@cache
def name_words() -> _NameWords:
    """Return the words of names, read at first use."""
    return _NameWords(word_lists("linking/naming.toml"))


@lru_cache(maxsize=16384)
def project_name(printed: str, owners: tuple[str, ...] = ()) -> ProjectName:
    """Return a printed name taken apart; ``owners`` are the region and department names it may start with."""
    text = fold_width(printed).strip()
    documents = frozenset((year, number.lstrip("0")) for year, number in _DOCUMENT.findall(text))
    years = frozenset(one or other for one, other in _YEAR.findall(text))
    undated = _YEAR.sub("", text)
    stem = _without_owner(fold_name(undated), owners)
    bare = _without_owner(fold_name(_REMARK.sub("", undated)), owners)
    ordinals = tuple(_ORDINAL.findall(_DOCUMENT.sub("", text)))
    return ProjectName(printed, fold_name(printed), stem, bare or stem, years, documents, ordinals)


def _without_owner(folded: str, owners: tuple[str, ...]) -> str:
    for owner in owners:
        if folded.startswith(owner) and len(folded) - len(owner) >= _SHORTEST_PART:
            return folded[len(owner) :]
    return folded


def is_general(name: ProjectName) -> bool:
    """Tell whether a name is a heading of tables and prose (合计, 其他运转类) and names no project."""
    return not name.folded or name.folded in name_words().general or name.folded.isdigit()


def differ_for_certain(one: ProjectName, other: ProjectName) -> bool:
    """Tell whether two names cite other documents, years or parts (一期, 二期): then they are two projects."""
    return not same_work(one, other) or bool(one.years and other.years and one.years != other.years)


def same_work(one: ProjectName, other: ProjectName) -> bool:
    """Tell whether two names may be one project of whatever year: no other document number, no other part."""
    if one.documents and other.documents and one.documents != other.documents:
        return False
    return not (one.ordinals and other.ordinals and one.ordinals != other.ordinals) or is_cut(one, other)


def is_cut(one: ProjectName, other: ProjectName) -> bool:
    """Tell whether one name is the other, cut off at a field's length."""
    return _begins(one.folded, other.folded) or _begins(one.stem, other.stem)


def _begins(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return MINIMUM_CUT <= len(short) < len(long) and long.startswith(short)


def same_but_for_frame(one: ProjectName, other: ProjectName) -> bool:
    """Tell whether two names are equal but for year, region, or a last word like 项目."""
    return one.stem == other.stem or _dropped(one.stem) == _dropped(other.stem)


def same_but_for_remark(one: ProjectName, other: ProjectName) -> bool:
    """Tell whether one name is the other without its bracketed remark (运转经费 = 运转经费（含22年结转））."""
    if (one.bare != one.stem) == (other.bare != other.stem):
        return False
    return _dropped(one.bare) == _dropped(other.bare)


def is_part(one: ProjectName, other: ProjectName) -> bool:
    """Tell whether one name holds the other, and the other is no small part of it."""
    short, long = sorted((_dropped(one.stem), _dropped(other.stem)), key=len)
    if len(short) < _SHORTEST_PART or Decimal(len(short)) < _LEAST_PART * len(long):
        return False
    return short in long and not name_words().numbering & set(long.replace(short, "", 1))


def likeness(one: ProjectName, other: ProjectName) -> Decimal:
    """Return how like two names are, 0–1: by edit distance, 0 where all that differs tells projects apart."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.fuzz import ratio

    a, b = _dropped(one.bare), _dropped(other.bare)
    edits = Levenshtein.editops(a, b)
    if len(edits) <= _FEW_EDITS:
        for edit in edits:
            if edit.tag == "replace" and name_words().distinct & {a[edit.src_pos], b[edit.dest_pos]}:
                return Decimal(0)
    return Decimal(round(ratio(a, b))) / 100


def _dropped(stem: str) -> str:
    for word in name_words().droppable:
        if stem.endswith(word) and len(stem) - len(word) >= 2:
            return stem[: -len(word)]
    return stem


def rank_name(name: ProjectName, seen: Sequence[str]) -> tuple[int, int, int]:
    """Return how fit a printed name is to stand for its project, the fittest least.

    A name that ends in a usual last word goes before one that does not (经历 misprinted for 经费), then the longest,
    then the one printed first.
    """
    ends = name.bare.endswith(name_words().heads)
    place = [*seen, name.printed].index(name.printed)
    return not ends, -len(name.folded), place
