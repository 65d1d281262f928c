"""Resolve the offices a document names to departments: one node for every spelling, with its region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.linking.whereabouts import Whereabouts, find_sightings, locate, locate_beside
from jixiao.model import Department, DocumentRecords, Issue, Link
from jixiao.prose.offices import (
    canonical_core,
    clean_office,
    is_office,
    office_code,
    regions_agree,
    same_office,
    split_offices,
    take_apart,
)

_ITSELF = re.compile(r"[（(]?(?:本级|机关)[）)]?")
_SUCCESSION = Decimal("0.9")
_SHOWN = 80
_OFFICES = ("局", "委", "厅", "政府", "办", "部", "纪委", "法院", "检察院")


@dataclass(frozen=True, slots=True)
class Departments:
    """Hold the departments of a document: its own, all of them, and the key of every printed spelling."""

    own: Department | None
    all: tuple[Department, ...]
    keys: Mapping[str, str]
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
    name: str
    spellings: dict[str, None] = field(default_factory=dict)
    code: str | None = None


def link_departments(records: DocumentRecords, aliases: Iterable[str] = ()) -> Departments:
    """Return the departments a document names.

    ``aliases`` are spellings the header already knows for the document's own department. A department's key is made of
    its region's code (or name) and its name without the region, so that it is the same in every document; where the
    region is not known, of its name and the document's, so that it is one with no office of another document.
    """
    clusters = _cluster(records, aliases)
    own = clusters[0] if records.department else None
    sightings = find_sightings(records)
    where = locate(own.name if own else "", sightings)
    linker = _Linker(records.name, where, _unit_codes(records))
    keys: dict[str, str] = {}
    found: dict[str, Department] = {}
    own_key = ""
    for cluster in clusters:
        if cluster is own:
            department = linker.own(cluster, itself=_is_itself(records, cluster.name))
            own_key = department.key
        else:
            department = linker.beside(cluster)
        for name in (*cluster.spellings, cluster.name):
            keys[name] = department.key
        known = found.get(department.key)
        found[department.key] = _merge(known, department) if known else department
    if own and found[own_key].part_of:
        bureau = linker.own(own, itself=False)
        found.setdefault(bureau.key, replace(bureau, aliases=(), code=None))
    links: list[Link] = []
    if own and where.known:
        links += _successions(records, found[own_key], found, linker)
    departments = tuple(found[key] for key in sorted(found))
    return _subordinate(Departments(found.get(own_key), departments, keys, where.issues, tuple(links)), records)


def _successions(
    records: DocumentRecords, own: Department, found: dict[str, Department], linker: _Linker
) -> Iterator[Link]:
    """Yield the links to the offices that the document's own was before a reform; they are added to those found."""
    core = take_apart(own.name).core
    for witness in records.witnesses:
        if witness.place != "former" or witness.source is None or core not in witness.source.text:
            continue
        former = linker.beside(_Cluster(clean_office(witness.text)))
        if former.key != own.key:
            found.setdefault(former.key, former)
            reason = f"机构改革（第{witness.source.line}行）：{witness.source.text[:_SHOWN]}"
            yield Link("successor-of", f"department:{own.key}", f"department:{former.key}", _SUCCESSION, reason)


def _cluster(records: DocumentRecords, aliases: Iterable[str]) -> list[_Cluster]:
    """Return the offices a document names, each with its spellings, its own department first."""
    clusters: list[_Cluster] = []
    if records.department:
        names = (records.department, *records.department_aliases, *aliases)
        clusters.append(_Cluster(clean_office(records.department), dict.fromkeys(names)))
    for printed in dict.fromkeys(_printed(records)):
        cluster = _find(clusters, printed)
        if cluster is None:
            if not is_office(printed):
                continue
            cluster = _Cluster(clean_office(printed))
            clusters.append(cluster)
        cluster.spellings[printed] = None
        cluster.code = cluster.code or office_code(printed)
    return clusters


def _is_itself(records: DocumentRecords, name: str) -> bool:
    """Tell whether a document is that of a bureau's own account (本级) and not of the bureau with all its units."""
    core = take_apart(name).core
    printed = (records.title, *(form.department or "" for form in records.forms))
    named = [text for text in printed if core in text]
    return bool(named) and all(_ITSELF.match(text, text.index(core) + len(core)) for text in named)


def _subordinate(departments: Departments, records: DocumentRecords) -> Departments:
    """Relate the units that fill in forms to the offices that supervise them."""
    found = {each.key: each for each in departments.all}
    for form in records.forms:
        for plan in form.plans:
            unit, above = departments.key(plan.unit_name, form.department), departments.keys.get(plan.supervisor or "")
            if unit is None or above is None or unit == above or found[unit].part_of:
                continue
            if _is_unit(found[unit].name) and not _is_unit(found[above].name):
                found[unit] = replace(found[unit], part_of=above)
    own = found[departments.own.key] if departments.own else None
    return replace(departments, own=own, all=tuple(found[key] for key in sorted(found)))


def _is_unit(name: str) -> bool:
    """Tell an institution that an office may run (中学, 管理所) from an office of government."""
    return not canonical_core(take_apart(name).core).endswith(_OFFICES)


def _printed(records: DocumentRecords) -> Iterator[str]:
    for form in records.forms:
        names = [form.department]
        for plan in form.plans:
            names += [plan.unit_name, plan.supervisor]
        yield from (office for name in names if name for office in split_offices(name) if is_office(office))
    for table in records.money_tables:
        if table.department and is_office(table.department):
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


def _find(clusters: list[_Cluster], printed: str) -> _Cluster | None:
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

    def own(self, cluster: _Cluster, *, itself: bool) -> Department:
        """Return the document's own department, that of its own account apart from the bureau's."""
        department = replace(self._department(cluster, self._where), decided_by=self._where.decided_by)
        if not itself:
            return department
        name = f"{department.name}（本级）"
        aliases = tuple(sorted({*department.aliases, department.name} - {name}))
        return replace(department, key=f"{department.key}（本级）", name=name, aliases=aliases, part_of=department.key)

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


def _merge(known: Department, other: Department) -> Department:
    """Return two departments of one key as one."""
    names = {*known.aliases, *other.aliases, other.name} - {known.name}
    return replace(
        known,
        aliases=tuple(sorted(names)),
        code=known.code or other.code,
        region_code=known.region_code or other.region_code,
        region_name=known.region_name or other.region_name,
        region_kind=known.region_kind or other.region_kind,
        part_of=known.part_of or other.part_of,
        decided_by=known.decided_by or other.decided_by,
    )
