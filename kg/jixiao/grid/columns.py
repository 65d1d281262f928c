"""Decide together what the columns of a block hold: header words, body, usual order and what a form must have.

A beam over the columns from left to right. The header is one witness among several: a word nobody has seen costs its
own column at most, and a block whose body shows level words, names and values needs no readable header at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from jixiao.grid.cells import is_frame, kind_of, level_of
from jixiao.grid.relations import relate
from jixiao.grid.weights import weights
from jixiao.grid.words import Word, header_word, label_word, plain
from jixiao.grid.written import read_phrases
from jixiao.model import Period
from jixiao.text.names import join_wraps

LEVELS = ("level1", "level2")
NAMES = "level3"
HEADED = 1.5  # what a heading over several columns must say of values
AGAIN, SIDE_BY_SIDE = 1.0, 0.6  # what points beside each level, values of several places or periods cost
ANYWHERE = -0.4  # what a role costs at most beside a column that is not understood
FOLLOWED = 8  # roles of a column that a beam follows
DEEP = 0.6  # of the words of a column are of one level
MANY = frozenset(
    {
        "named",
        "written",
        "other",
        "note",
        "money",
        "reason",
        "threshold",
        "likely",
        "previous",
        "exec",
        "frame",
        "region",
    }
)
NEEDED = frozenset({"level1", "level2", "level3", "target", "sign", "unit", "weight", "project"})
OVER = ("level1", "level2", "project", "office", "goal", "frame", "money", "code", "officecode", "category", "overview")
SPANNED = dict.fromkeys(OVER, 1.0) | dict.fromkeys(("level3", "target", "actual"), -1.0)  # reach over several rows
BLOCKED = frozenset({"level1", "level2", "level3", "target"})  # what may be printed again in a second group of columns
NAMED = 3.0  # what speaks for a header word that names its cells
NAMING = 4.0  # what such a word may say as a header at most
YEARLY = 3.0  # what a year alone says of values where other years stand beside it
SILENT = 0.6  # what a word says at most that names no role
LATER = {"note": 12.0}  # values of a later year beside those of the form's own
_WHOLE = re.compile(r"(?:全|各|本)[省市县区州旗盟](?:合计|总计|小计)?|合计|总计")
UNSURE = frozenset({"other", "office", "category", "frame", "level1"})  # what a column of funds looks like
PLACED = frozenset({"place", "office"})
POINTS = frozenset({"weight", "score"})


@dataclass(frozen=True, slots=True)
class Column:
    """Hold one printed column: its place, its header words from top to bottom, and what it was decided to hold.

    ``block`` counts the groups of columns side by side; ``region`` is the place a column of a matrix is for; ``margin``
    is by how much the decision beat the next best one; ``frame`` is what stands beside the whole block.
    """

    start: int
    end: int
    path: tuple[str, ...]
    role: str = "other"
    block: int = 0
    region: str | None = None
    margin: float = 0.0
    frame: str = ""

    @property
    def headings(self) -> tuple[str | None, str | None]:
        """Return the 一级 and 二级 labels among its header words, the lowest two."""
        labels = [join_wraps(text) for text in self.path if level_of(text) and not is_frame(text)]
        if len(labels) > 1:
            return labels[-2], labels[-1]
        if not labels:
            return None, None
        return (None, labels[0]) if level_of(labels[0]) == 2 else (labels[0], None)

    @property
    def year(self) -> int | None:
        """Return the year that its lowest header word names."""
        return header_word(self.leaf).year

    @property
    def leaf(self) -> str:
        """Return the lowest header word."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Body:
    """Hold what stands below one column: its texts (empty: nothing), and the share of cells over several rows.

    ``rows`` are the texts again, one a row, empty too where a cell above reaches down.
    """

    texts: tuple[str, ...]
    spanned: float = 0.0
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Hold the decided columns, and what the decision is worth: how sure it is that the block is a form."""

    columns: tuple[Column, ...]
    score: float

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles in use."""
        return frozenset(column.role for column in self.columns)

    def of(self, role: str, block: int | None = None) -> tuple[Column, ...]:
        """Return the columns of a role."""
        return tuple(each for each in self.columns if each.role == role and block in (None, each.block))


@dataclass(frozen=True, slots=True)
class _State:
    """Hold the columns decided so far: their roles and blocks, and what they cost."""

    roles: tuple[str, ...]
    blocks: tuple[int, ...]
    score: float

    @property
    def block(self) -> int:
        return self.blocks[-1] if self.blocks else 0


def assign(columns: Sequence[Column], bodies: Sequence[Body], year: int | None, trust: float = 1.0) -> Assignment:
    """Return the likeliest roles of the columns of a block.

    ``bodies`` are what stands below each, ``year`` is the form's own, against which years in headers are read;
    ``trust`` is how much the places of the body's cells may be believed.
    """
    facts = _facts_of(columns, bodies, year, trust)
    width = int(weights().costs["beam"])
    states = [_State((), (), 0.0)]
    for each in facts:
        grown = [
            following
            for state in states
            for role, score in each.scores.items()
            for following in _follow(state, role, score - _against(state, facts, role), facts)
        ]
        states = sorted(grown, key=lambda state: -state.score)[:width]
    ranked = sorted(((state.score + _whole(state, bodies), state) for state in states), key=lambda each: -each[0])
    best = ranked[0]
    margins = _margins(ranked, len(columns))
    decided = [
        replace(column, role="actual" if role == "measured" else role, block=block, margin=margin)
        for column, role, block, margin in zip(columns, best[1].roles, best[1].blocks, margins, strict=True)
    ]
    return Assignment(tuple(_with_funds(_with_regions(decided))), best[0])


def _margins(ranked: Sequence[tuple[float, _State]], count: int) -> list[float]:
    """Return for every column by how much the best decoding beats the best that gives it another role."""
    best = ranked[0]
    margins = []
    for index in range(count):
        others = (score for score, state in ranked if state.roles[index] != best[1].roles[index])
        margins.append(best[0] - next(others, best[0] - 9.0))
    return margins


# ---------------------------------------------------------------- one column


def _spoken(column: Column, year: int | None) -> dict[str, float]:
    """Return what the header words of a column say, the lowest loudest; a year tells this one from earlier ones."""
    costs = weights().costs
    says: dict[str, float] = {}
    for depth, text in enumerate(reversed(column.path)):
        word = header_word(text)
        share = costs["header"] if depth == 0 else costs["parent"]
        for role, score in word.says.items():
            if depth and role in ("frame", "level1", "level2", "level3", "goal"):
                continue
            says[role] = says.get(role, 0.0) + share * score * word.weight
        if depth == 0 and word.year and year:
            _dated(says, word, year)
    return says


def _dated(says: dict[str, float], word: Word, year: int) -> None:
    if word.year and word.year < year:
        says["previous"] = says.get("previous", 0.0) + 4.0 + says.get("actual", 0.0)
        says["target"] = says.get("target", 0.0) - 2.0


def _local(column: Column, body: Body, says: Mapping[str, float], trust: float, *, named: bool) -> dict[str, float]:
    """Return what header and body together say of each role a column may have."""
    table = weights()
    kinds = _kinds_below(column, body)
    filled = tuple(kind for kind in kinds if kind != "blank") or kinds  # few rows may have what a header asks for
    weight = table.costs["body"] * trust
    needing = table.said | {"written"}
    scores: dict[str, float] = {}
    for role in table.cells:
        said = says.get(role, 0.0)
        if role in ("measured", "named") or (said < 1.0 and role in needing and not _shown(role, kinds)):
            continue
        below = filled if said >= HEADED else kinds
        scores[role] = said + _evidence(role, below) * weight + _usual(role, said, body)
    scores["other"] += 0.6 - 0.25 * max(says.values(), default=0.0)
    if named and names_its_cells(column):
        scores["named"] = NAMED * _levels_above(column) + _evidence("named", kinds) * weight
    told = says.get("target", 0.0)
    if told >= HEADED:
        scores["measured"] = min(told, 2.5) + _evidence("actual", kinds) * weight - table.costs["measured"]
    return scores


def _kinds_below(column: Column, body: Body) -> tuple[str, ...]:
    """Return the kinds of the cells of a column.

    Phrases are written-out indicators below a word of a level, and below one of names and values (指标内容及指标值).
    """
    word = header_word(column.leaf)
    written = level_of(column.leaf) > 0 or min(word.of("level3"), word.of("target")) >= HEADED
    return tuple("written" if written and read_phrases(text) else kind_of(text) for text in body.texts)


def _usual(role: str, said: float, body: Body) -> float:
    """Return what the form of a column says of a role: cells over several rows, all different, blank, bare numbers."""
    costs = weights().costs
    score = costs["spanned"] * 2.0 * body.spanned * SPANNED.get(role, 0.0)
    if role in LEVELS and _all_different(body):
        score -= costs["distinct"]
    if said < 1.0 and role in NEEDED and not any(map(plain, body.texts)):
        score -= costs["unshown"]
    if said < 1.0 and role == "weight":
        score -= costs["unsaid_points"]
    return score


def _shown(role: str, kinds: Sequence[str]) -> bool:
    """Tell whether a body alone may show a role that a header word mostly says."""
    return (role == "likely" and "tick" in kinds) or (role == "written" and "written" in kinds)


def names_its_cells(column: Column) -> bool:
    """Tell whether a column's own header word names the indicator of its cells: no header word, below a level."""
    word = header_word(column.leaf)
    return _levels_above(column) > 0 and word.best * word.known < NAMING


def _levels_above(column: Column) -> int:
    """Return how many labels of levels stand above the own header word of a column."""
    return sum(kind_of(text).startswith("level") for text in set(column.path[:-1]))


def _likely(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the roles worth following: the best few, and none at all."""
    best = sorted(scores.items(), key=lambda each: -each[1])[:FOLLOWED]
    return dict(best) | {"other": scores["other"]}


def _all_different(body: Body) -> bool:
    filled = [text for text in body.texts if text]
    return len(filled) > 2 and not body.spanned and len(set(filled)) == len(filled) == len(body.texts)


@lru_cache(maxsize=65536)
def _evidence(role: str, kinds: tuple[str, ...]) -> float:
    """Return how much better a role explains the kinds of cells in a column than an unknown one would."""
    table = weights()
    here, unknown = table.cells[role], table.cells["other"]
    if role != "frame" and all(kind == "blank" for kind in kinds):
        return 0.0
    total = 0.0
    for kind in kinds:
        gain = here.get(kind, table.rare) - unknown.get(kind, table.rare)
        total += max(-3.0, min(gain, 3.0))
    count = len(kinds)
    return total * min(count, table.costs["body_cells"]) / count if count else 0.0


# ---------------------------------------------------------------- columns together


@dataclass(frozen=True, slots=True)
class _Facts:
    """Hold what is known of one column before it is decided: roles worth following, what else bears on the others."""

    column: Column
    scores: Mapping[str, float]
    second: float  # share of 二级 words among its cells
    told: float  # what its header says of values
    place: bool
    period: Period | None


def _facts_of(columns: Sequence[Column], bodies: Sequence[Body], year: int | None, trust: float) -> list[_Facts]:
    spoken = [_spoken(column, year) for column in columns]
    if year:
        _say_years(columns, spoken, year)
    relate(spoken, [body.rows for body in bodies])
    worded = {column.path[:-1] for column in columns if header_word(column.leaf).of("target") >= HEADED}
    over = {column.path[:-1] for column in columns if _heads_values(column)}
    facts = []
    for column, body, says in zip(columns, bodies, spoken, strict=True):
        kinds = [kind_of(text) for text in body.texts if text] or ["blank"]
        scores = _local(column, body, says, trust, named=column.path[:-1] not in worded)
        if column.path[:-1] in over:
            scores = _without_points(column, scores)
        facts.append(
            _Facts(
                column,
                _likely(scores),
                kinds.count("level2") / len(kinds),
                says.get("target", 0.0),
                _is_region(column, columns),
                period_of(column, leaf=True),
            )
        )
    return facts


def later_year(column: Column, year: int | None) -> int | None:
    """Return the year that a header names where it is later than the form's, None for what is reached by then."""
    if not year or not column.year or column.year <= year:
        return None
    return None if label_word(column.leaf).of("medium") >= 1.0 else column.year


def _say_years(columns: Sequence[Column], spoken: list[dict[str, float]], year: int) -> None:
    """Say what columns of later years hold: targets beside those of the own year (2026年 | 2027年), else notes."""
    own = [column.path[:-1] for column in columns if column.year == year and _values_of_year(column)]
    past = {column.path[:-1] for column in columns if column.year is not None and column.year < year}
    heads = set(own) - past if len(own) == 1 else set()  # years that go back tell of the course of things
    for column, says in zip(columns, spoken, strict=True):
        later = later_year(column, year)
        beside = column.path[:-1] in heads and _values_of_year(column)
        if beside and (later or column.year == year):
            says["target"] = max(YEARLY, says.get("target", 0.0))
        elif later:
            says.clear()
            says.update(LATER)


def _values_of_year(column: Column) -> bool:
    """Tell whether a column's header word is a year alone, or a year and a word of targets (2027年目标)."""
    word = header_word(column.leaf)
    return column.year is not None and word.best <= max(word.of("target"), word.of("goal"), SILENT)


def _without_points(column: Column, scores: dict[str, float]) -> dict[str, float]:
    """Return the scores of a column below a heading of values: that of a place (分县目标值 › 某县) holds no points."""
    if kind_of(column.leaf) not in PLACED:
        return scores
    return {role: score for role, score in scores.items() if role not in POINTS}


def _heads_values(column: Column) -> bool:
    """Tell whether a heading over a column says that values stand below it."""
    return any(header_word(text).of("target") >= HEADED for text in column.path[:-1])


def _follow(state: _State, role: str, score: float, facts: Sequence[_Facts]) -> list[_State]:
    """Return the states in which the next column has a role, in the running group of columns or in a new one."""
    costs = weights().costs
    before = state.roles[-1] if state.roles else "start"
    value = state.score + score + _order(before, role)
    start = state.blocks.index(state.block) if state.blocks else 0
    inside = state.roles[start:]
    if role == "measured" and not _may_measure(inside, facts[start:], facts[len(state.roles)]):
        return []
    roles = (*state.roles, role)
    states = []
    cost = _again(role, inside, facts[start:], facts[len(state.roles)])
    if cost is not None:
        states.append(_State(roles, (*state.blocks, state.block), value - cost))
    if role in BLOCKED and role in inside and NAMES in inside and "target" in inside:
        cost = costs["new_block"] + (costs["second_target"] if role == "target" else 0.0)
        states.append(_State(roles, (*state.blocks, state.block + 1), value - cost))
    return states


def _order(before: str, role: str) -> float:
    """Return how usual a role is behind another; what is not understood may stand anywhere."""
    table = weights()
    usual = table.order.get(before, {}).get(role, table.unusual) * table.costs["order"]
    return max(usual, ANYWHERE) if before == "other" or role in ("other", "frame") else usual


def _again(role: str, inside: Sequence[str], facts: Sequence[_Facts], here: _Facts) -> float | None:
    """Return what it costs to print a role again in one group of columns, None where it must begin a new one."""
    costs = weights().costs
    if role not in inside or role in MANY:
        return 0.0
    if role == "weight":
        return AGAIN  # points beside each level
    if role != "target":
        return None if role in BLOCKED else costs["twice"]
    periods = here.period is not None and facts[inside.index("target")].period is not None
    return SIDE_BY_SIDE if here.place or periods else costs["second_target"]


def _may_measure(inside: Sequence[str], facts: Sequence[_Facts], here: _Facts) -> bool:
    """Tell whether a further column of values may hold what was measured: its heading speaks no louder of targets."""
    return "target" in inside and facts[inside.index("target")].told >= here.told - 0.5


def _against(state: _State, facts: Sequence[_Facts], role: str) -> float:
    """Return what speaks against a role beside those decided: no free words are 二级 below a column of 二级 words."""
    if role == "level2" and "level1" in state.roles and facts[state.roles.index("level1")].second >= DEEP:
        return weights().costs["deep"]
    return 0.0


def _whole(state: _State, bodies: Sequence[Body]) -> float:
    """Return what the columns are worth together: an indicator needs a name, and something said about it."""
    table = weights()
    roles = state.roles
    score = table.order.get(roles[-1], {}).get("end", 0.0) * table.costs["order"] if roles else 0.0
    if not {NAMES, "written", "named"} & set(roles):
        score -= table.costs["nameless"]
    if not {"target", "actual", "weight", "score", "threshold", "written", "named"} & set(roles):
        score -= table.costs["valueless"]
    if not {"target", "threshold", "written", "named"} & set(roles):
        score -= 1.5
    if "level1" in roles and "level2" in roles and roles.index("level1") > roles.index("level2"):
        score -= 2.0
    for block in set(state.blocks):
        named = [role for role, each in zip(roles, state.blocks, strict=True) if each == block]
        if block and "target" not in named:
            score -= 8.0
    return score


def period_of(column: Column, *, leaf: bool = False) -> Period | None:
    """Return the period that the header words of a column (its lowest only: ``leaf``) name, None for none."""
    for texts in (column.path[-1:] if leaf else column.path, () if leaf else (column.frame,)):
        words = [label_word(text) for text in texts]
        medium = max((word.of("medium") for word in words), default=0.0)
        annual = max((max(word.of("annual"), float(word.year is not None)) for word in words), default=0.0)
        if max(medium, annual) >= 1.0:
            return Period.MEDIUM_TERM if medium > annual else Period.ANNUAL
    return None


def said(column: Column, role: str, year: int | None = None) -> float:
    """Return how loudly the header words of a column speak for a role."""
    return _spoken(column, year).get(role, 0.0)


def _with_regions(columns: Sequence[Column]) -> list[Column]:
    """Name the region of each of several value columns that stand below one heading, in order."""
    values = [column for column in columns if column.role == "target"]
    if len(values) < 2:
        return list(columns)
    decided = list(columns)
    for block in {column.block for column in values}:
        same = [index for index, each in enumerate(columns) if each.role == "target" and each.block == block]
        if len(same) < 2 or any(period_of(columns[index], leaf=True) for index in same):
            continue
        for index in same:
            if is_whole_place(columns[index].leaf):
                decided[index] = replace(columns[index], role="other")  # the sum of the others
            elif _is_region(columns[index], columns):
                decided[index] = replace(columns[index], region=columns[index].leaf)
    return decided


def _with_funds(columns: Sequence[Column]) -> list[Column]:
    """Name the column of the funds that a list of projects is sorted by: it speaks of projects too, further left."""
    projects = [column.start for column in columns if column.role == "project"]
    return [
        replace(column, role="programme")
        if projects and column.start < projects[0] and column.role in UNSURE and said(column, "project") >= HEADED
        else column
        for column in columns
    ]


def is_whole_place(text: str) -> bool:
    """Tell whether a word stands for all places together: 全省, 全市合计."""
    return _WHOLE.fullmatch(plain(text)) is not None


def _is_region(column: Column, columns: Sequence[Column]) -> bool:
    """Tell whether a column of values is for a place: named so, or one of several unknown words below one heading."""
    if kind_of(column.leaf) in PLACED:
        return True
    headed = _heads_values(column)
    beside = [each for each in columns if each.path[:-1] == column.path[:-1]]
    unknown = all(kind_of(each.leaf) in PLACED or header_word(each.leaf).best < HEADED for each in beside)
    return headed and unknown and len(column.leaf) > 1
