"""Resolve the offices a document names to departments: one node for every spelling, with its region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.linking.whereabouts import Whereabouts, find_sightings, locate, locate_beside
from jixiao.model import Department, DocumentRecords, FormKind, Issue, Link, Plan
from jixiao.prose.offices import (
    canonical_core,
    clean_office,
    is_office,
    is_own_account,
    is_unit,
    office_code,
    regions_agree,
    same_office,
    split_offices,
    take_apart,
)

_ITSELF = re.compile(r"[（(]?(?:本级|机关)[）)]?")
_SUCCESSION = Decimal("0.9")
_SHOWN = 80
_TOLD = (
    "code", "region_code", "region_name", "region_kind", "part_of", "decided_by", "placed_at", "place_confidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Departments:
    """Hold the departments of a document: its own, all of them, and the key of every printed spelling.

    ``plans`` says by (form index, plan index) whose each plan is.
    """

    own: Department | None
    all: tuple[Department, ...]
    keys: Mapping[str, str]
    plans: Mapping[tuple[int, int], str] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    links: tuple[Link, ...] = ()

    def key(self, *printed: str | None) -> str | None:
        """Return the key of the first printed name that is known, else that of the document's own department."""
        for name in filter(None, printed):
            key = self.keys.get(name) or self.keys.get(clean_office(name))
            if key:
                return key
        if self.own:
            return self.own.key
        return None


@dataclass(slots=True)
class _Cluster:
    """Collect the spellings of one office; ``itself`` tells a bureau's own account (本级) from the bureau."""

    name: str
    spellings: dict[str, None] = field(default_factory=dict)
    code: str | None = None
    itself: bool = False


def link_departments(records: DocumentRecords, aliases: Iterable[str] = ()) -> Departments:
    """Return the departments a document names.

    ``aliases`` are spellings the header already knows for the document's own department. A department's key is made of
    its region's code (or name) and its name without the region, so that it is the same in every document; where the
    region is not known, of its name and the document's, so that it is one with no office of another document.
    """
    clusters = _cluster(records, aliases)
    own = clusters[0] if records.department else None
    where = locate(own.name if own else "", find_sightings(records))
    if not where.sources and records.department_source and where.region:
        where = replace(where, sources=(records.department_source,))
    found = _Found(_Linker(records.name, where, _unit_codes(records)))
    for cluster in clusters:
        found.add(cluster, own=cluster is own)
    department = found.departments[found.keys[own.name]] if own else None
    links: tuple[Link, ...] = ()
    if department and where.known:
        links = tuple(_successions(records, department, found))
    every = tuple(found.departments[key] for key in sorted(found.departments))
    return _placed(Departments(department, every, found.keys, {}, where.issues, links), records)


class _Found:
    """Collect the departments of a document by key, and the key of every spelling."""

    def __init__(self, linker: _Linker) -> None:
        self.linker = linker
        self.departments: dict[str, Department] = {}
        self.keys: dict[str, str] = {}

    def add(self, cluster: _Cluster, *, own: bool) -> Department:
        """Add the department of a cluster, with the bureau whose own account it is."""
        department = self.linker.own(cluster) if own else self.linker.beside(cluster)
        if cluster.itself:
            self._put(replace(department, aliases=(), code=None))
            department = _own_account(department)
        for name in (*cluster.spellings, cluster.name):
            if own or name not in self.keys or is_own_account(name) == cluster.itself:
                self.keys[name] = department.key
        return self._put(department)

    def _put(self, department: Department) -> Department:
        known = self.departments.get(department.key)
        merged = _merge(known, department) if known else department
        self.departments[department.key] = merged
        return merged


def _successions(records: DocumentRecords, own: Department, found: _Found) -> Iterator[Link]:
    """Yield the links to the offices that the document's own was before a reform; they are added to those found."""
    core = take_apart(own.name).core
    for witness in records.witnesses:
        if witness.place != "former" or witness.source is None or core not in witness.source.text:
            continue
        former = found.linker.beside(_Cluster(clean_office(witness.text)))
        if former.key != own.key:
            found.departments.setdefault(former.key, former)
            reason = f"机构改革（第{witness.source.line}行）：{witness.source.text[:_SHOWN]}"
            yield Link("successor-of", f"department:{own.key}", f"department:{former.key}", _SUCCESSION, reason)


def _cluster(records: DocumentRecords, aliases: Iterable[str]) -> list[_Cluster]:
    """Return the offices a document names, each with its spellings, its own department first."""
    clusters: list[_Cluster] = []
    if records.department:
        names = dict.fromkeys((records.department, *records.department_aliases, *aliases))
        name = clean_office(records.department)
        clusters.append(_Cluster(name, names, itself=_is_itself(records, name)))
    printed = list(dict.fromkeys(_printed(records)))
    apart = {name for name in printed if is_own_account(name)} & _units(records)
    for name in printed:
        itself = name in apart or (bool(clusters) and clusters[0].itself)
        cluster = _find([each for each in clusters if each.itself == itself], name)
        if cluster is None:
            if not is_office(name):
                continue
            cluster = _Cluster(clean_office(name), itself=name in apart)
            clusters.append(cluster)
        cluster.spellings[name] = None
        cluster.code = cluster.code or office_code(name)
    for cluster in clusters:
        if not cluster.itself:
            cluster.spellings = {name: None for name in cluster.spellings if name not in apart}
    return clusters


def _units(records: DocumentRecords) -> set[str]:
    """Return the units that forms print, as printed."""
    return {plan.unit_name for form in records.forms for plan in form.plans if plan.unit_name}


def _is_itself(records: DocumentRecords, name: str) -> bool:
    """Tell whether a document is that of a bureau's own account (本级) and not of the bureau with all its units."""
    core = take_apart(name).core
    printed = (records.title, *(form.department or "" for form in records.forms))
    named = [text for text in printed if core in text]
    return bool(named) and all(_ITSELF.match(text, text.index(core) + len(core)) for text in named)


def _placed(departments: Departments, records: DocumentRecords) -> Departments:
    """Say whose every plan is, and relate the units that fill in forms to the offices that supervise them."""
    found = {each.key: each for each in departments.all}
    plans: dict[tuple[int, int], str] = {}
    for form_index, form in enumerate(records.forms):
        listed = form.kind is FormKind.PROJECT_TARGET_SUMMARY
        for plan_index, plan in enumerate(form.plans):
            office = _office_of(plan, form.department, departments, listed=listed)
            if office is None:
                continue
            plans[form_index, plan_index] = office
            unit = departments.keys.get(plan.unit_name or "", office)
            above = departments.keys.get(plan.supervisor or "")
            if above is None and listed and departments.own:
                above = departments.own.key
            if above and above != unit and not found[unit].part_of and _is_below(found[unit], found[above]):
                found[unit] = replace(found[unit], part_of=above)
    own = found[departments.own.key] if departments.own else None
    return replace(departments, own=own, all=tuple(found[key] for key in sorted(found)), plans=plans)


def _office_of(plan: Plan, department: str | None, departments: Departments, *, listed: bool) -> str | None:
    """Return whose a plan is: the unit's of a list, the form's; where only the office above is printed, the own one's.

    The own department then is a unit (a library) that the title names.
    """
    if listed and plan.unit_name:
        return departments.key(plan.unit_name, department)
    own = departments.own
    only_above = plan.unit_name is None and department == plan.supervisor
    if own and only_above and is_unit(own.name):
        return own.key
    return departments.key(department)


def _is_below(unit: Department, above: Department) -> bool:
    return is_unit(unit.name) and not is_unit(above.name)


def _printed(records: DocumentRecords) -> Iterator[str]:
    for form in records.forms:
        names = [form.department]
        for plan in form.plans:
            names += [plan.unit_name, plan.supervisor]
        yield from (office for name in names if name for office in split_offices(name))
    for table in records.money_tables:
        if table.department:
            yield table.department
        for amount in table.amounts:
            if amount.item_scheme == "unit":  # also the names that the table cut off
                yield amount.item


def _unit_codes(records: DocumentRecords) -> dict[str, str]:
    """Return the unit code printed beside each office in the money tables; the shortest is the department's."""
    codes: dict[str, str] = {}
    for table in records.money_tables:
        for amount in table.amounts:
            if amount.item_scheme == "unit" and amount.item_code:
                name = clean_office(amount.item)
                codes[name] = min(codes.get(name, amount.item_code), amount.item_code, key=_shortest)
    return codes


def _shortest(code: str) -> tuple[int, str]:
    return len(code), code


def _find(clusters: Iterable[_Cluster], printed: str) -> _Cluster | None:
    """Return the cluster whose spellings agree best with a printed name, the first of equals.

    A spelling without region stands for its office in its own region only.
    """
    region = take_apart(printed).region
    best, highest = None, Decimal(-1)
    for cluster in clusters:
        if not regions_agree(region, take_apart(cluster.name).region):
            continue
        for name in (*cluster.spellings, cluster.name):
            same = same_office(name, printed)
            if same and same[0] > highest:
                best, highest = cluster, same[0]
    return best


class _Linker:
    """Make the departments of one document, whose own office is ``where``."""

    def __init__(self, document: str, where: Whereabouts, codes: Mapping[str, str]) -> None:
        self._document = document
        self._where = where
        self._codes = codes

    def own(self, cluster: _Cluster) -> Department:
        """Return the document's own department."""
        where = self._where
        department = self._department(cluster, where)
        sureness = where.confidence if where.region else None
        return replace(department, decided_by=where.decided_by, placed_at=where.sources, place_confidence=sureness)

    def beside(self, cluster: _Cluster) -> Department:
        """Return another department that the document names."""
        return self._department(cluster, Whereabouts(locate_beside(cluster.name, self._where)))

    def _department(self, cluster: _Cluster, where: Whereabouts) -> Department:
        region = where.region
        core = canonical_core(take_apart(cluster.name).core)
        spellings = (cluster.name, *cluster.spellings)
        unit_codes = [self._codes.get(clean_office(printed)) for printed in spellings]
        return Department(
            key=f"{region.key}-{core}" if region and where.known else f"{core}@{self._document}",
            name=cluster.name,
            aliases=tuple(sorted(set(cluster.spellings) - {cluster.name})),
            code=min(filter(None, (cluster.code, *unit_codes)), key=_shortest, default=None),
            region_code=region.code if region else None,
            region_name=region.name if region else None,
            region_kind=region.kind if region else None,
        )


def _own_account(bureau: Department) -> Department:
    """Return the department of a bureau's own account."""
    name = f"{bureau.name}（本级）"
    aliases = tuple(sorted({*bureau.aliases, bureau.name} - {name}))
    return replace(bureau, key=f"{bureau.key}（本级）", name=name, aliases=aliases, part_of=bureau.key)


def _merge(known: Department, other: Department) -> Department:
    """Return two departments of one key as one: what the first does not know the second tells."""
    names = {*known.aliases, *other.aliases, other.name} - {known.name}
    told = {name: getattr(other, name) for name in _TOLD if not getattr(known, name)}
    return replace(known, aliases=tuple(sorted(names)), **told)
