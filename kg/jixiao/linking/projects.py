"""Join the namings of projects in one document: one node for each project, however its name is printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from jixiao.linking.departments import Departments
from jixiao.linking.evidence import Evidence
from jixiao.linking.matching import ACCEPTED, Match, best_match, match_namings
from jixiao.linking.naming import rank_name
from jixiao.model import DocumentRecords, Project
from jixiao.text.folding import fold_name
from jixiao.text.names import is_cut_of

_BLOCK = 4
_EQUAL = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class Projects:
    """Hold the projects of a document, the project of every plan, and of every name that is one."""

    projects: tuple[Project, ...]
    plans: Mapping[tuple[int, int], str]
    names: Mapping[str, str]


@dataclass(slots=True, eq=False)
class _Group:
    """Collect the namings of one project, and why each was joined."""

    namings: list[Evidence]
    reasons: dict[str, Match] = field(default_factory=dict)

    def add(self, hint: Evidence, match: Match) -> None:
        """Add a naming that the text gives."""
        self.namings.append(hint)
        self.reasons.setdefault(hint.name.printed, match)

    def may_join(self, other: _Group) -> bool:
        """Tell whether two groups can be one project: no two different entries of one list, no two codes."""
        codes = {each.code for each in (*self.namings, *other.namings) if each.code}
        if len(codes) > 1:
            return False
        return all(_reprinted(one, two) for one in self.namings for two in other.namings if one.place == two.place)


def _reprinted(one: Evidence, two: Evidence) -> bool:
    if one.code and one.code == two.code:
        return True
    return one.name.folded == two.name.folded and one.amount == two.amount and one.mention.score == two.mention.score


def link_projects(
    evidence: Sequence[Evidence], hints: Sequence[Evidence], departments: Departments, records: DocumentRecords
) -> Projects:
    """Return the projects that forms and project tables name, with the spellings that hints add.

    Joins are made from the surest down; two entries of one list are never joined, nor two codes.
    """
    groups = _join(evidence)
    groups.sort(key=lambda group: min(_order(each) for each in group.namings))
    waiting = list(hints)
    for least in (ACCEPTED, _EQUAL):  # a spelling that the text gives with a sum is known where it stands alone
        known = [tuple(group.namings) for group in groups]
        still = []
        for hint in waiting:
            found = best_match(hint, known)
            # A task is only one's name when it is equal but for its frame.
            if found is None or found[1].score < (_EQUAL if hint.place == "task" else least):
                still.append(hint)
            else:
                groups[found[0]].add(hint, found[1])
        waiting = still
    return _finish(groups, _Owner(departments, records.name, records.fiscal_year))


def _order(each: Evidence) -> tuple[int, str]:
    return each.mention.source.line, each.name.printed


def _join(evidence: Sequence[Evidence]) -> list[_Group]:
    edges: list[tuple[int, int, Match]] = []
    for one, other in _pairs(evidence):
        match = match_namings(evidence[one], evidence[other])
        if match and match.score >= ACCEPTED:
            edges.append((one, other, match))
    edges.sort(key=lambda edge: (-edge[2].score, edge[0], edge[1]))
    groups = [_Group([each]) for each in evidence]
    for one, other, match in edges:
        group, joined = groups[one], groups[other]
        if group is joined or not group.may_join(joined):
            continue
        group.reasons.update(joined.reasons)
        group.reasons.setdefault(evidence[other].name.printed, match)
        group.reasons.setdefault(evidence[one].name.printed, match)
        group.namings += joined.namings
        groups = [group if each is joined else each for each in groups]
    return list({id(group): group for group in groups}.values())


def _pairs(evidence: Sequence[Evidence]) -> Iterable[tuple[int, int]]:
    """Return the pairs worth comparing: those that share a mark."""
    blocks: defaultdict[object, list[int]] = defaultdict(list)
    for index, each in enumerate(evidence):
        stem, bare = each.name.stem, each.name.bare
        marks: set[object] = {("head", stem[:_BLOCK]), ("tail", stem[-_BLOCK:]), ("bare", bare[:_BLOCK]), *each.amounts}
        if each.code:
            marks.add(("code", each.code))
        for mark in marks:
            blocks[mark].append(index)
    return sorted({pair for block in blocks.values() for pair in combinations(block, 2)})


@dataclass(frozen=True, slots=True)
class _Owner:
    """Hold whose projects a document's are: its departments, its name and its year."""

    departments: Departments
    document: str
    year: int | None

    def department_key(self, offices: Iterable[str | None]) -> str:
        """Return the key of the first office that is known; what belongs to no office is the document's own."""
        return self.departments.key(*offices) or f"unknown@{self.document}"

    def project_key(self, name: str) -> str:
        """Return the key of a project that has no code: by name alone a project is one only within its year."""
        return f"{fold_name(name)}|{self.year}" if self.year else f"{fold_name(name)}@{self.document}"


def _finish(groups: Sequence[_Group], owner: _Owner) -> Projects:
    projects: dict[str, Project] = {}
    plans: dict[tuple[int, int], str] = {}
    names: dict[str, str] = {}
    for group in groups:
        project = _project(group, owner, projects)
        projects[project.key] = project
        for each in group.namings:
            if each.form:
                plans[each.form] = project.key
            names.setdefault(each.name.printed, project.key)
    return Projects(tuple(projects[key] for key in sorted(projects)), plans, names)


def _project(group: _Group, owner: _Owner, taken: Container[str]) -> Project:
    namings = sorted(group.namings, key=_order)
    firm = [each for each in namings if each.place not in ("prose", "task")]
    name = _official_name(firm)
    codes = [each.code for each in firm if each.code]
    amounts = [each.amount for each in sorted(firm, key=_authority) if each.amount is not None]
    categories = [each.category for each in firm if each.category]
    department = owner.department_key(each.office for each in firm)
    key = codes[0] if codes else owner.project_key(name)
    if key in taken:  # two entries of one list may have one name: their money tells them apart
        marks = [f"{amount.normalize():f}" for amount in amounts]
        key = f"{key}|{next(iter(marks), firm[0].mention.source.line)}"
    while key in taken:
        key += "|"
    return Project(
        key,
        name,
        department,
        next(iter(codes), None),
        next(iter(categories), None),
        next(iter(amounts), None),
        aliases=tuple(sorted({each.name.printed for each in namings} - {name})),
        mentions=tuple(each.mention for each in namings),
        joined_by=_reasons(group, name),
    )


def _official_name(namings: Sequence[Evidence]) -> str:
    """Return the fittest printed name that is no other one cut short."""
    names = [each.name for each in namings]
    printed = list(dict.fromkeys(name.printed for name in names))
    whole = [name for name in names if not any(is_cut_of(name.printed, other) for other in printed)]
    return min(whole, key=lambda name: rank_name(name, printed)).printed


def _authority(each: Evidence) -> tuple[bool, int]:
    """Sort the namings by how far their sum is the project's budget: a form's before a money table's."""
    return each.form is None, each.mention.source.line


def _reasons(group: _Group, name: str) -> tuple[str, ...]:
    found = dict(group.reasons)
    own = found.pop(name, None)
    if not found and own and "金额不同" in own.reason:
        found = {name: own}
    reasons = sorted(found.items())
    return tuple(f"{printed}：{match.reason}（{match.score.normalize():f}）" for printed, match in reasons)
