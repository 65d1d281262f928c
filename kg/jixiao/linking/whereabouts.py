"""Decide where a document's office is, from every witness, on the list of divisions (GB/T 2260).

The office's own printed region goes first; where it is missing or is the name of several, the other witnesses tell, in
the order of their authority. Without one the place stays unknown: a guess would make two offices one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.linking.regions import (
    NamedRegion,
    division_above,
    divisions_named,
    find_region,
    is_distinct,
    region_of_code,
    region_with_code,
    regions_within,
)
from jixiao.model import DocumentRecords, Issue, Source, Witness
from jixiao.prose.offices import is_central, level_of, take_apart
from jixiao.text.divisions import contains_division

# What each place of a document tells of where its office is: its name in Chinese, how surely, and whether it may
# contradict. The order is that of authority.
_PLACES = {
    "office": ("单位名称", Decimal(1), True),
    "title": ("题名", Decimal("0.95"), True),
    "publisher": ("发布机构", Decimal("0.95"), True),
    "file": ("文件名", Decimal("0.95"), True),
    "sheet": ("工作表名", Decimal("0.95"), True),
    "breadcrumb": ("网页位置", Decimal("0.95"), True),
    "margin": ("页眉页脚", Decimal("0.95"), True),
    "code": ("代码", Decimal("0.95"), True),
    "signature": ("落款", Decimal("0.9"), False),
    "heading": ("标题", Decimal("0.9"), False),
    "sentence": ("正文", Decimal("0.85"), False),
    "sister": ("同一文件夹的文件", Decimal("0.85"), False),
}
_RANKS = {place: rank for rank, place in enumerate(_PLACES)}
_CONTRADICTED = Decimal("0.7")
_CENTRAL = NamedRegion("中央", "country", None, "中央")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Sighting:
    """Hold a region that a witness names, with the codes of all divisions it can be."""

    region: NamedRegion
    codes: tuple[str, ...]
    witness: Witness

    @property
    def told(self) -> str:
        """Say in Chinese what was seen, and where."""
        place, source = _PLACES[self.witness.place][0], self.witness.source
        where = f"（第{source.line}行）" if source else ""
        return f"{place}{where}“{self.witness.text[:_SHOWN]}”"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Hold where an office is: its region (None or without a code where that is not known), how surely, and why.

    ``sources`` are where the words stand that told it.
    """

    region: NamedRegion | None
    confidence: Decimal = Decimal(0)
    decided_by: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def known(self) -> bool:
        """Tell whether offices of one name here are one office: the place has a code, or a name of its own."""
        region = self.region
        return region is not None and (region.code is not None or is_distinct(region))


def find_sightings(records: DocumentRecords) -> tuple[Sighting, ...]:
    """Return the regions that the witnesses of a document name, those of the most authority first."""
    offices = [records.department or "", *records.department_aliases]
    witnesses = [
        *(Witness("office", name, records.department_source) for name in offices if name),
        *(each for each in records.witnesses if each.place in _PLACES),
    ]
    plans = [plan for form in records.forms for plan in form.plans]
    codes = {plan.project_code: plan.source for plan in reversed(plans) if plan.project_code}
    witnesses += [Witness("code", code, source) for code, source in reversed(codes.items())]
    found = [sighting for witness in witnesses for sighting in _sightings(witness)]
    return tuple(sorted(found, key=lambda each: _RANKS[each.witness.place]))


def _sightings(witness: Witness) -> Iterator[Sighting]:
    if witness.place == "code":
        code = region_of_code(witness.text)
        if code:
            yield Sighting(region_with_code(code), (code,), witness)
        return
    text = take_apart(witness.text).region if witness.place == "office" else witness.text
    for region, codes in regions_within(text):
        yield Sighting(region, codes, witness)


def locate(name: str, sightings: Sequence[Sighting]) -> Whereabouts:
    """Return where the office of a document is, by its printed name and what the witnesses name."""
    if is_central(name):
        return Whereabouts(_CENTRAL, Decimal(1), (f"单位名称“{name}”：中央部门",))
    office = take_apart(name)
    found = _of_printed(office.region, sightings) if office.region else _of_witnesses(name, sightings)
    if found is None:
        region = find_region(office.region)
        seen = tuple(dict.fromkeys(each.told for each in sightings))
        return Whereabouts(region, Decimal(0), tuple(f"未能确定：{told}" for told in seen))
    region, decisive = found
    others = [each for each in sightings if region.code and _contradicts(each, region.code)]
    told = f"{decisive.told}：{region.name}{region.code or ''}" if decisive else f"单位名称“{name}”"
    confidence = _PLACES[decisive.witness.place][1] if decisive else Decimal(1)
    sources: tuple[Source, ...] = ()
    if decisive and decisive.witness.source:
        sources = (decisive.witness.source,)
    if not others:
        return Whereabouts(region, confidence, (told,), (), sources)
    issue = _contradiction(region, told, others[0])
    against = f"不一致：{others[0].told}"
    return Whereabouts(region, min(confidence, _CONTRADICTED), (told, against), (issue,), sources)


def _of_printed(printed: str, sightings: Sequence[Sighting]) -> tuple[NamedRegion, Sighting | None] | None:
    """Return the region that an office's name begins with; the witnesses choose between several of one name."""
    region = find_region(printed)
    if region is None or region.code:
        return (region, None) if region else None
    options = divisions_named(printed)
    if options:
        return _chosen(printed, options, sightings)
    if region.kind in ("town", "zone"):
        return _below(region, sightings)
    return region, None


def _chosen(printed: str, options: Sequence[str], sightings: Sequence[Sighting]) -> tuple[NamedRegion, Sighting] | None:
    for sighting in sightings:
        near = [option for option in options if any(contains_division(code, option) for code in sighting.codes)]
        if len(near) == 1 and len(sighting.codes) == 1:
            return region_with_code(near[0], printed), sighting
    return None


def _below(region: NamedRegion, sightings: Sequence[Sighting]) -> tuple[NamedRegion, Sighting] | None:
    """Return a town or zone that is printed without the division it lies in, which a witness names."""
    sure = [each for each in sightings if len(each.codes) == 1]
    for sighting in sure:
        if sighting.region.kind == region.kind and sighting.region.key.endswith(region.key):
            return replace(sighting.region, name=region.name), sighting
    for sighting in sure:
        above = region_with_code(sighting.codes[0])
        if above.kind == "county" or (region.kind == "zone" and above.kind == "prefecture"):
            return NamedRegion(region.name, region.kind, above.code, f"{above.code}{region.key}"), sighting
    return None


def _of_witnesses(name: str, sightings: Sequence[Sighting]) -> tuple[NamedRegion, Sighting] | None:
    """Return the region of an office that prints none, or only its level (县水利局)."""
    sure = [each for each in sightings if len(each.codes) == 1]
    level = level_of(name)
    for sighting in sure:
        found = _at_level(_most_specific(sighting, sure), level)
        if found:
            return found
    return None


def _most_specific(sighting: Sighting, sure: Iterable[Sighting]) -> Sighting:
    """Return the sighting that names a part of what this one names, of a place that may contradict."""
    best = sighting
    for other in sure:
        inside = other.codes != best.codes and contains_division(best.codes[0], other.codes[0])
        if inside and _PLACES[other.witness.place][2]:
            best = other
    return best


def _at_level(sighting: Sighting, level: str) -> tuple[NamedRegion, Sighting] | None:
    if not level or (level == "区" and sighting.region.kind == "zone"):
        return sighting.region, sighting
    code = division_above(sighting.codes[0], level)
    return (region_with_code(code), sighting) if code else None


def locate_beside(name: str, own: Whereabouts) -> NamedRegion | None:
    """Return where another office is that a document names: by its own region, else by that of the document's office.

    The level alone (县扶贫办) means the division of that level which the document's office is in.
    """
    office = take_apart(name)
    region = own.region if own.known else None
    if office.region:
        hints = (region.code,) if region and region.code else ()
        return find_region(office.region, hints)
    if is_central(name):
        return _CENTRAL
    if region is None or region is _CENTRAL or name.startswith("中国"):
        return None
    level = level_of(name)
    if not level or not region.code or (level == "区" and region.kind == "zone"):
        return region
    code = division_above(region.code, level)
    if code is None or code == region.code:
        return region if code else None
    return region_with_code(code)


def _contradicts(sighting: Sighting, code: str) -> bool:
    if not _PLACES[sighting.witness.place][2]:
        return False
    return not any(contains_division(code, other) or contains_division(other, code) for other in sighting.codes)


def _contradiction(region: NamedRegion, told: str, other: Sighting) -> Issue:
    source = other.witness.source or Source(None, 1, other.witness.text)
    return Issue(
        "region-contradiction",
        f"地区不一致：{told}；而{other.told}为{other.region.name}。暂按{region.name}，请核对",
        f"regions disagree: {region.name} was taken, but the {other.witness.place} says {other.region.name}; check it",
        source,
    )
