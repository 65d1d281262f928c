"""Resolve the offices a document names to departments: one node for every spelling, with its region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jixiao.linking.regions import Region, find_region, region_of_code
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
        for name in printed:
            if name and (key := self.keys.get(name) or self.keys.get(clean_office(name))):
                return key
        return self.own.key if self.own else None


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
    hints = region_hints(records)
    own = _Cluster(clean_office(records.department)) if records.department else None
    clusters = [own] if own else []
    if own and records.department:
        for name in (records.department, *records.department_aliases, *aliases):
            own.spellings[name] = None
    for printed in dict.fromkeys(_printed(records)):
        cluster = _find(clusters, printed)
        if cluster is None:
            if not is_office(printed):
                continue
            cluster = _Cluster(clean_office(printed))
            clusters.append(cluster)
        cluster.spellings[printed] = None
        cluster.code = cluster.code or office_code(printed)
    codes = _unit_codes(records)
    departments = [_department(cluster, hints, codes, own) for cluster in clusters]
    merged = _merge(departments)
    keys = {
        name: department.key
        for cluster, department in zip(clusters, departments, strict=True)
        for name in (*cluster.spellings, cluster.name)
    }
    found = next((each for each in merged if own and each.key == departments[0].key), None)
    return Departments(found, merged, keys)


def region_hints(records: DocumentRecords) -> tuple[str, ...]:
    """Return the region codes that project codes of a document start with, the most frequent first."""
    codes = Counter(code for printed in _project_codes(records) if (code := region_of_code(printed)))
    return tuple(sorted(codes, key=lambda code: (-codes[code], code)))


def _project_codes(records: DocumentRecords) -> Iterator[str]:
    for form in records.forms:
        for plan in form.plans:
            if plan.project_code:
                yield plan.project_code


def _printed(records: DocumentRecords) -> Iterator[str]:
    for form in records.forms:
        for name in (form.department, *(name for plan in form.plans for name in (plan.unit_name, plan.supervisor))):
            if name and is_office(name):
                yield name
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
                codes[name] = min(
                    codes.get(name, amount.item_code), amount.item_code, key=lambda code: (len(code), code)
                )
    return codes


def _find(clusters: list[_Cluster], printed: str) -> _Cluster | None:
    """Return the cluster whose spellings agree best with a printed name, the first of equals.

    A spelling without region stands for its office in its own region only.
    """
    region = take_apart(printed).region
    scored = [
        (max(same[0] for same in found), -index)
        for index, cluster in enumerate(clusters)
        if regions_agree(region, take_apart(cluster.name).region)
        and (found := [same for name in (*cluster.spellings, cluster.name) if (same := same_office(name, printed))])
    ]
    return clusters[-max(scored)[1]] if scored else None


def _department(
    cluster: _Cluster, hints: tuple[str, ...], codes: Mapping[str, str], own: _Cluster | None
) -> Department:
    office = take_apart(cluster.name)
    region = find_region(office.region, hints)
    if region is None and cluster is not own and own is not None and cluster.name != office.core:
        # 县扶贫办, 市水利局: the level alone means the region of the document's own office.
        region = find_region(take_apart(own.name).region, hints)
    region_code = region.code if region and region.code else (hints[0] if hints and cluster is own else None)
    printed = [cluster.name, *cluster.spellings]
    known = [code for code in (cluster.code, *(codes.get(clean_office(name)) for name in printed)) if code]
    return Department(
        key=_key(region, region_code, office.core),
        name=cluster.name,
        aliases=tuple(sorted(set(cluster.spellings) - {cluster.name})),
        code=min(known, key=lambda code: (len(code), code), default=None),
        region_code=region_code,
        region_name=region.name if region else None,
        region_kind=region.kind if region else None,
    )


def _key(region: Region | None, region_code: str | None, core: str) -> str:
    where = (region.key if region and (region.code or not region_code) else region_code) or ""
    return f"{where}-{canonical_core(core)}" if where else canonical_core(core)


def _merge(departments: Iterable[Department]) -> tuple[Department, ...]:
    """Return the departments by key, those of one key as one."""
    found: dict[str, Department] = {}
    for each in departments:
        known = found.get(each.key)
        if known is None:
            found[each.key] = each
            continue
        names = {*known.aliases, *each.aliases, each.name} - {known.name}
        found[each.key] = Department(
            key=known.key,
            name=known.name,
            aliases=tuple(sorted(names)),
            code=known.code or each.code,
            region_code=known.region_code or each.region_code,
            region_name=known.region_name or each.region_name,
            region_kind=known.region_kind or each.region_kind,
        )
    return tuple(found[key] for key in sorted(found))
