"""Know the names a graph holds: departments, regions, projects, printed figures, and the words of its labels."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jixiao.asking.vocabulary import plain, regions
from jixiao.tables import SupportsQuery
from jixiao.vocab import PREFIXES

_ORGAN = re.compile(
    r"(局|中心|委员会|委|办公室|办|厅|院|所|处|会|部|站|队|学校|校|政府|社|馆|公司|集团|街道|镇|乡|联)$"
)
_SUFFIX = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|地区|新区|省|市|区|县|盟|旗|镇|乡|街道)$")
_TAIL = re.compile(r"[(（][^()（）]*[)）]$")  # what names are called without: 工装（2023年）
_KIND = re.compile(r"(?<=.{4})(经费|项目|专项|资金|工程)$")
_FIGURE = re.compile(r"(?<=.{3})(总额|总计|合计|数额|金额)$")  # what printed figures are called without
_COUNTING = frozenset("个项条家份处所名件张种笔")
_LONGEST_NAME = 20  # characters of one
_SHORTEST_NAME = 3  # characters of the name of an indicator or project cut short
_SHORTEST = 4  # characters of a department's name cut short

_DEPARTMENTS = """SELECT ?iri ?name ?region ?regionName (GROUP_CONCAT(DISTINCT ?alias; separator="\\n") AS ?aliases)
WHERE {
  ?iri a jx:Department ; rdfs:label ?name . OPTIONAL { ?iri skos:altLabel ?alias }
  OPTIONAL { ?iri jx:region ?region } OPTIONAL { ?iri jx:regionName ?regionName }
} GROUP BY ?iri ?name ?region ?regionName ORDER BY ?name ?iri"""
_PROJECTS = """SELECT ?iri ?name WHERE {
  ?iri a jx:Project . { ?iri rdfs:label ?name } UNION { ?iri skos:altLabel ?name } }
ORDER BY ?name ?iri"""
_PLACED = """SELECT DISTINCT ?label ?department ?project WHERE {
  ?node a jx:Indicator ; rdfs:label ?label ; jx:department|jx:document/jx:department ?department .
  OPTIONAL { ?node jx:project ?project } } ORDER BY ?label ?project"""
_UNITS = "SELECT DISTINCT ?unit WHERE { ?node a jx:Indicator ; jx:unitText ?unit }"
_CODES = "SELECT ?iri ?code WHERE { ?iri a jx:Project ; jx:projectCode ?code } ORDER BY ?code ?iri"
_OWNERS = (
    "SELECT DISTINCT ?iri ?department WHERE { ?entry a jx:ProjectEntry ; jx:project ?iri ; jx:department ?department }"
)
_FIGURES = "SELECT DISTINCT ?label WHERE { ?fact a jx:ProseFact ; rdfs:label ?label } ORDER BY ?label"
_YEARS = "SELECT DISTINCT ?year WHERE { ?document a jx:Document ; jx:year ?year }"
_CATEGORIES = "SELECT DISTINCT ?category WHERE { ?entry a jx:ProjectEntry ; jx:category ?category }"
_LABELS = """SELECT DISTINCT ?label WHERE {
  VALUES ?class { jx:Indicator jx:Project jx:Task } ?node a ?class ; rdfs:label ?label } ORDER BY ?label"""


def with_prefixes(sparql: str) -> str:
    """Return a query with the prefixes it uses declared."""
    used = [f"PREFIX {name}: <{iri}>" for name, iri in sorted(PREFIXES.items()) if f"{name}:" in sparql]
    return "\n".join([*used, sparql])


def named_nodes(iris: Iterable[str]) -> str:
    """Return IRIs as SPARQL writes them, side by side."""
    return ", ".join(f"<{iri}>" for iri in iris)


@dataclass(frozen=True, slots=True)
class Region:
    """Hold a region that was named: its label and what departments' regions begin with, or a zone's own name."""

    label: str
    code: str
    zone: str | None = None

    @property
    def value(self) -> str:
        """Return how a filter holds it."""
        return f"zone:{self.zone}" if self.zone else f"region:{self.code}"

    def lies_in(self, other: Region) -> bool:
        """Say whether it is part of another region."""
        return bool(other.code) and self.code.startswith(other.code)


@dataclass(frozen=True, slots=True)
class KnownDepartment:
    """Hold a department of the graph."""

    iri: str
    name: str
    aliases: tuple[str, ...]
    region_code: str | None
    region_name: str | None


@dataclass(frozen=True)
class Names:
    """Hold the names of a graph."""

    departments: tuple[KnownDepartment, ...]
    projects: dict[str, tuple[str, ...]]  # plain name → IRIs
    figures: dict[str, str]  # plain label → label
    labels: tuple[str, ...] = field(repr=False)
    years: frozenset[int] = frozenset()
    categories: dict[str, str] = field(default_factory=dict)  # plain text → text
    units: frozenset[str] = frozenset()  # of targets, as printed
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # project code → IRIs
    owners: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)  # IRI of a project → departments
    placed: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)  # indicator, department, project or ""

    @classmethod
    def of(cls, store: SupportsQuery) -> Names:
        """Read the names of a graph."""
        departments = tuple(_department(row) for row in store.query(with_prefixes(_DEPARTMENTS)))
        figures = [row["label"].value for row in store.query(with_prefixes(_FIGURES))]
        labels = [plain(row["label"].value) for row in store.query(with_prefixes(_LABELS))]
        return cls(
            departments,
            _projects(store),
            {_FIGURE.sub("", plain(label)): label for label in figures} | {plain(label): label for label in figures},
            tuple(labels),
            frozenset(int(row["year"].value) for row in store.query(with_prefixes(_YEARS))),
            {plain(row["category"].value): row["category"].value for row in store.query(with_prefixes(_CATEGORIES))},
            frozenset(plain(row["unit"].value) for row in store.query(with_prefixes(_UNITS))),
            _gathered(store, _CODES, "code", "iri"),
            {iri: frozenset(each) for iri, each in _gathered(store, _OWNERS, "iri", "department").items()},
            tuple(_placed(row) for row in store.query(with_prefixes(_PLACED))),
        )

    def meaning(self, text: str) -> tuple[str, Any] | None:
        """Return what a whole name means: its kind and value."""
        for kind, known, least in (
            ("department", self.department_names, 1),
            ("region", self.region_names, 1),
            ("project", self.projects, 2),
            ("figure", self.figures, 1),
            ("category", self.categories, 3),
        ):
            if text in known and len(text) >= least:
                return kind, known[text]
        return None

    @cached_property
    def label_set(self) -> frozenset[str]:
        """Return the names of indicators and tasks."""
        return frozenset(self.labels)

    @cached_property
    def _corpus(self) -> str:
        return "\n".join((*self.labels, *self.projects)).replace('"', "")

    def together(self, texts: list[str]) -> bool:
        """Say whether texts stand together in one name."""
        plain_texts = [plain(text) for text in texts]
        return any(all(text in label for text in plain_texts) for label in (*self.labels, *self.projects))

    @cached_property
    def region_names(self) -> dict[str, tuple[Region, ...]]:
        """Return every way to name a region: full names of all, short ones of those the graph has."""
        present = {code[:n] for each in self.departments if (code := each.region_code) for n in (2, 4, 6)}
        found: dict[str, set[Region]] = {}
        for code, name in regions():
            prefix = _prefix(code)
            here = Region(name, prefix)
            if len(name) > 2 or prefix in present:
                found.setdefault(plain(name), set()).add(here)
            short = _SUFFIX.sub("", name)
            if prefix in present and len(short) > 1:
                found.setdefault(plain(short), set()).add(here)
        for each in self.departments:
            if each.region_name:
                region = _region_of(each.region_name, each.region_code)
                found.setdefault(plain(each.region_name), set()).add(region)
                short = _SUFFIX.sub("", each.region_name)
                if region.zone and len(short) > 1:
                    found.setdefault(plain(short), set()).add(region)
        # 东城区 may be in several provinces: those the graph has count, if it has any.
        return {
            name: tuple(sorted(here & _present(here, present) or here, key=lambda region: (region.code, region.label)))
            for name, here in found.items()
        }

    @cached_property
    def department_names(self) -> dict[str, tuple[str, ...]]:
        """Return the departments by every full name."""
        found: dict[str, set[str]] = {}
        for each in self.departments:
            for name in (each.name, *each.aliases):
                found.setdefault(plain(name), set()).add(each.iri)
        return {name: tuple(sorted(iris)) for name, iris in found.items()}

    def holds(self, region: Region) -> bool:
        """Say whether a department of the graph lies in a region."""
        if region.zone:
            return True
        return any(each.region_code and each.region_code.startswith(region.code) for each in self.departments)

    @cached_property
    def _corpus_letters(self) -> frozenset[str]:
        return frozenset(self._corpus)

    @cached_property
    def _pairs(self) -> frozenset[str]:
        return frozenset(self._corpus[place : place + 2] for place in range(len(self._corpus) - 1))

    def parts_in(self, text: str, start: int) -> Iterator[str]:
        """Yield what begins at ``start`` and stands in the name of an indicator, project or task."""
        for end in range(start + 2, len(text) + 1):
            if text[end - 2 : end] not in self._pairs or text[start:end] not in self._corpus:
                return
            yield text[start:end]

    def short_for(self, text: str, departments: Collection[str]) -> tuple[str, tuple[str, ...]] | None:
        """Return what a text is short for: its letters stand in the names in their order, not far apart.

        Projects go before indicators, those of some departments before all others.
        """
        if not _SHORTEST_NAME <= len(text) <= _LONGEST_NAME or not self._corpus_letters.issuperset(text):
            return None
        short = _short(text)
        projects = {name: iris for name, iris in self.projects.items() if short.search(name)}
        here = {iri for iris in projects.values() for iri in iris}
        near = {iri for iri in here if not departments or self.owners.get(iri, frozenset()) & set(departments)}
        if near:
            return "project", tuple(sorted(near))
        found = (name for name, at, _ in self.placed if not departments or at in departments)
        labels = tuple(dict.fromkeys(name for name in found if short.search(plain(name))))
        return ("topic", labels) if labels else None

    def resolved(self, texts: list[str], departments: Collection[str]) -> tuple[tuple[str, ...], ...]:
        """Return the indicators that words are about, all those beside them, and the projects they are of.

        All words must stand in the names of one project and its indicators, or of a department's.
        """
        shorts = [_short(plain(text)) for text in texts]
        groups: dict[tuple[str, str], list[str]] = {}
        for label, department, project in self.placed:
            if not departments or department in departments:
                groups.setdefault((department, project), []).append(label)
        best: dict[str, int] = {}
        everything: list[str] = []
        projects: list[str] = []
        for (_, project), labels in groups.items():
            said = [*map(plain, labels), *self.project_names((project,))]
            if not all(any(short.search(name) for name in said) for short in shorts):
                continue
            everything += labels
            projects += [project] * bool(project)
            for label in labels:
                best[label] = sum(bool(short.search(plain(label))) for short in shorts)
        most = max(best.values(), default=0)
        closest = tuple(label for label, count in best.items() if count == most and most)
        return closest, tuple(dict.fromkeys(everything)), tuple(dict.fromkeys(projects))

    def unit_in(self, text: str) -> str:
        """Return the longest unit of targets that a text begins with; words that count anything are none."""
        found = [text[:end] for end in range(len(text), 0, -1) if text[:end] in self.units]
        return next((unit for unit in found if unit not in _COUNTING and unit[0] not in "%元万亿分"), "")

    def project_names(self, projects: Collection[str]) -> list[str]:
        """Return the longest name of each of some projects."""
        return [self._titles[iri] for iri in projects if iri in self._titles]

    @cached_property
    def _titles(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, iris in sorted(self.projects.items(), key=lambda each: len(each[0])):
            found.update(dict.fromkeys(iris, name))
        return found

    def projects_with(self, text: str, departments: Collection[str]) -> tuple[str, ...]:
        """Return the projects whose own names hold a text, of some departments if any are given."""
        found = {iri for name, iris in self.projects.items() if text in name for iri in iris}
        if departments:
            found = {iri for iri in found if self.owners.get(iri, frozenset()) & set(departments)}
        return tuple(sorted(found))

    def departments_of_places(self, places: Iterable[str]) -> set[str]:
        """Return the departments that the values of filters name: IRIs, regions and zones."""
        found: set[str] = set()
        codes: list[str] = []
        zones: set[str | None] = set()
        for place in places:
            kind, _, name = place.partition(":")
            if kind == "region":
                codes.append(name)
            elif kind == "zone":
                zones.add(name)
            else:
                found |= {iri.strip("<>") for iri in place.split(", ")}
        return found | {each.iri for each in self.departments if _lies_in(each, tuple(codes), zones)}

    def departments_at(self, regions: Iterable[Region]) -> set[str]:
        """Return the departments in some regions."""
        codes = tuple(region.code for region in regions if region.code and not region.zone)
        zones: set[str | None] = {region.zone for region in regions if region.zone}
        return {each.iri for each in self.departments if _lies_in(each, codes, zones)}

    def departments_in(self, text: str, start: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the parts of departments' names that begin at ``start`` and name an organ (…服务中心)."""
        for end in range(len(text), start + _SHORTEST - 1, -1):
            part = text[start:end]
            if _ORGAN.search(part):
                found = self.departments_named(lambda name, part=part: part in name)
                if found:
                    yield part, found

    def departments_of(self, regions: Iterable[Region], part: str) -> tuple[str, ...]:
        """Return the one department in some regions whose name holds a part, if there is one (临岚区, 公安)."""
        codes = tuple(region.code for region in regions if region.code and not region.zone)
        zones = {region.zone for region in regions}
        found = [
            each.iri for each in self.departments if _lies_in(each, codes, zones) and _within(part, plain(each.name))
        ]
        return tuple(found) if len(found) == 1 and len(part) > 1 else ()

    def departments_named(self, holds: Any) -> tuple[str, ...]:
        """Return the departments one of whose names satisfies ``holds``."""
        return tuple(sorted({iri for name, iris in self.department_names.items() if holds(name) for iri in iris}))

    def cut_names(self, text: str, start: int) -> Iterator[tuple[str, tuple[str, Any]]]:
        """Yield what begins at ``start`` and is short for a zone or a department: its characters stand in the name."""
        for end in range(start + 3, min(len(text), start + 20) + 1):
            part = text[start:end]
            if not self._letters.issuperset(part):
                return
            zones = self._zones_with(part) if _SUFFIX.search(part) else ()
            if zones:
                yield part, ("region", zones)
            elif _ORGAN.search(part):
                found = self.departments_named(lambda name, part=part: _within(part, name))
                if found:
                    yield part, ("department", found)

    @cached_property
    def _letters(self) -> frozenset[str]:
        regions = (plain(each.region_name) for each in self.departments if each.region_name)
        return frozenset("".join((*self.department_names, *regions)))

    def _zones_with(self, part: str) -> tuple[Region, ...]:
        zones = {region for found in self.region_names.values() for region in found if region.zone}
        return tuple(sorted((each for each in zones if _within(part, plain(each.label))), key=lambda each: each.label))


def _placed(row: Any) -> tuple[str, str, str]:
    project = row["project"]
    return row["label"].value, row["department"].value, project.value if project else ""


def _short(text: str) -> re.Pattern[str]:
    """Return the pattern of names a text is short for: its letters in their order, not far apart."""
    return re.compile(".{0,4}?".join(map(re.escape, text)))


def _projects(store: SupportsQuery) -> dict[str, tuple[str, ...]]:
    """Return the projects by their names, with and without what names are often called without."""
    projects: dict[str, set[str]] = {}
    for row in store.query(with_prefixes(_PROJECTS)):
        name = plain(row["name"].value)
        short = _TAIL.sub("", name) or name
        for each in {name, short, _KIND.sub("", short) or name}:
            projects.setdefault(each, set()).add(row["iri"].value)
    return {name: tuple(sorted(iris)) for name, iris in projects.items()}


def _gathered(store: SupportsQuery, sparql: str, key: str, value: str) -> dict[str, tuple[str, ...]]:
    """Return the values of a query by its keys."""
    found: dict[str, list[str]] = {}
    for row in store.query(with_prefixes(sparql)):
        found.setdefault(row[key].value, []).append(row[value].value)
    return {each: tuple(values) for each, values in found.items()}


def _department(row: Any) -> KnownDepartment:
    """Return the department of a solution."""
    values = {name: row[name] and row[name].value for name in ("iri", "name", "aliases", "region", "regionName")}
    aliases = tuple((values["aliases"] or "").split("\n")) if values["aliases"] else ()
    code = values["region"] and values["region"].rpartition("region-")[2]
    return KnownDepartment(values["iri"], values["name"], aliases, code, values["regionName"])


def _lies_in(department: KnownDepartment, codes: tuple[str, ...], zones: set[str | None]) -> bool:
    if department.region_name in zones:
        return department.region_name is not None
    return bool(codes and department.region_code and department.region_code.startswith(codes))


def _region_of(name: str, code: str | None) -> Region:
    """Return a department's region; one that has no code of its own (a zone, a town) is known by its name."""
    known = next((label for each, label in regions() if each == code), None)
    own = code is None or known is None or not name.endswith(known)
    return Region(name if own or known is None else known, _prefix(code or ""), name if own else None)


def _prefix(code: str) -> str:
    """Return what the codes of a region and everything in it begin with (410300 → 4103)."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _present(here: Iterable[Region], present: set[str]) -> set[Region]:
    return {region for region in here if region.zone or region.code in present}


def _within(short: str, full: str) -> bool:
    rest = iter(full)
    return all(character in rest for character in short)
