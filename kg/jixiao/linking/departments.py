"""Resolve the offices a document names to departments: one node for every spelling, with its region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.linking.regions import NamedRegion, find_region, region_of_code
from jixiao.model import Department, DocumentRecords
from jixiao.prose.offices import (
    canonical_core,
    clean_office,
    is_office,
    office_code,
    regions_agree,
    same_office,
    take_apart,
)


@dataclass(frozen=True, slots=True)
class Departments:
    """Hold the departments of a document: its own, all of them, and the key of every printed spelling."""

    own: Department | None
    all: tuple[Department, ...]
    keys: Mapping[str, str]

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
    its region's code (or name) and its name without the region, so that it is the same in every document.
    """
    clusters = _cluster(records, aliases)
    own = clusters[0] if records.department else None
    hints = region_hints(records)
    codes = _unit_codes(records)
    keys: dict[str, str] = {}
    found: dict[str, Department] = {}
    own_key = ""
    for cluster in clusters:
        department = _department(cluster, hints, codes, own)
        if cluster is own:
            own_key = department.key
        for name in (*cluster.spellings, cluster.name):
            keys[name] = department.key
        if department.key in found:
            department = _merge(found[department.key], department)
        found[department.key] = department
    return Departments(found.get(own_key), tuple(found[key] for key in sorted(found)), keys)


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


def region_hints(records: DocumentRecords) -> tuple[str, ...]:
    """Return the region codes that project codes of a document start with, the most frequent first."""
    plans = [plan for form in records.forms for plan in form.plans]
    codes = Counter(filter(None, (region_of_code(plan.project_code) for plan in plans)))
    return tuple(sorted(codes, key=lambda code: (-codes[code], code)))


def _printed(records: DocumentRecords) -> Iterator[str]:
    for form in records.forms:
        names = [form.department]
        for plan in form.plans:
            names += [plan.unit_name, plan.supervisor]
        yield from (name for name in names if name and is_office(name))
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


def _department(
    cluster: _Cluster, hints: tuple[str, ...], codes: Mapping[str, str], own: _Cluster | None
) -> Department:
    office = take_apart(cluster.name)
    region = find_region(office.region, hints)
    if region is None and own is not None and own is not cluster and cluster.name != office.core:
        # 县扶贫办, 市水利局: the level alone means the region of the document's own office.
        region = find_region(take_apart(own.name).region, hints)
    region = region or NamedRegion("", "", None, "")
    region_code, where = region.code, region.key
    if region_code is None and hints and cluster is own:
        region_code = where = hints[0]
    core = canonical_core(office.core)
    unit_codes = [codes.get(clean_office(printed)) for printed in (cluster.name, *cluster.spellings)]
    return Department(
        key=f"{where}-{core}" if where else core,
        name=cluster.name,
        aliases=tuple(sorted(set(cluster.spellings) - {cluster.name})),
        code=min(filter(None, (cluster.code, *unit_codes)), key=_shortest, default=None),
        region_code=region_code,
        region_name=region.name or None,
        region_kind=region.kind or None,
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
    )
