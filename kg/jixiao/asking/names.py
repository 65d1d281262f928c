"""Know the names a graph holds: departments, regions, projects, printed figures, and the words of its labels."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from jixiao.asking.frames import Printed
from jixiao.asking.vocabulary import Meaning, Topic, data, lexicon, plain, regions, words
from jixiao.tables import SupportsQuery
from jixiao.vocab import PREFIXES

_ORGAN = re.compile(
    r"(局|中心|委员会|委|办公室|办|厅|院|所|处|会|部|站|队|学校|校|政府|社|馆|公司|集团|街道|镇|乡|联)$"
)
_SUFFIX = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|地区|新区|省|市|区|县|盟|旗|镇|乡|街道)$")
_ZONE = re.compile(r"(高新|经开|开发|示范|新|园)区$")
_TAIL = re.compile(r"[(（][^()（）]*[)）]$")  # what names are called without: 工装（2023年）
_KIND = re.compile(r"(?<=.{4})(经费|项目|专项|资金|工程)$")
_FIGURE = re.compile(r"(?<=.{3})(总额|总计|合计|数额|金额)$")  # what printed figures are called without
_LONGEST = 20  # characters of a name, however it is cut short
_SHORTEST = 3  # characters of a name cut short

_FUNCTION = data("printed")["function"]  # the one kind whose facts are named by their items
_DEPARTMENTS = """SELECT ?iri ?name ?code ?regionName (GROUP_CONCAT(DISTINCT ?alias; separator="\\n") AS ?aliases)
WHERE {
  ?iri a jx:Department ; rdfs:label ?name . OPTIONAL { ?iri skos:altLabel ?alias }
  OPTIONAL { ?iri jx:region ?region BIND(STRAFTER(STR(?region), "region-") AS ?code) }
  OPTIONAL { ?iri jx:regionName ?regionName }
} GROUP BY ?iri ?name ?code ?regionName ORDER BY ?name ?iri"""
_PROJECTS = """SELECT ?name ?iri WHERE {
  ?iri a jx:Project . { ?iri rdfs:label ?name } UNION { ?iri skos:altLabel ?name } }
ORDER BY ?name ?iri"""
_VALUED = """SELECT DISTINCT ?label ?department ?project ?unit ?kind ?why ?years WHERE {
  ?node a jx:Indicator ; rdfs:label ?label ; jx:department|jx:document/jx:department ?department ; jx:kind ?kindCode .
  OPTIONAL { ?node jx:project ?project } OPTIONAL { ?node jx:unitText ?unit } OPTIONAL { ?node jx:reason ?why }
  BIND(EXISTS { ?node jx:period jxc:period-medium-term } AS ?years)
  BIND(STRAFTER(STR(?kindCode), "kind-") AS ?kind) } ORDER BY ?label ?project ?department"""
_CODES = "SELECT ?code ?iri WHERE { ?iri a jx:Project ; jx:projectCode ?code } ORDER BY ?code ?iri"
_OWNERS = (
    "SELECT DISTINCT ?iri ?department WHERE { ?entry a jx:ProjectEntry ; jx:project ?iri ; jx:department ?department }"
)
_FIGURES = f"""SELECT ?label ?kind ?item WHERE {{
  {{ SELECT DISTINCT ?label ?kind WHERE {{ ?fact a jx:ProseFact ; rdfs:label ?label ; jx:factKind ?kind }} }} UNION
  {{ SELECT DISTINCT ?label ?kind ?item WHERE {{ BIND("{_FUNCTION}" AS ?kind)
    ?fact jx:factKind ?kind ; jx:itemText ?item ; a jx:ProseFact ; rdfs:label ?label }} }}
}} ORDER BY ?label ?item"""
_YEARS = """SELECT DISTINCT ?year ?department WHERE {
  ?document a jx:Document ; jx:year ?year . OPTIONAL { ?document jx:department ?department } } ORDER BY ?year"""
_CATEGORIES = "SELECT DISTINCT ?category WHERE { ?entry a jx:ProjectEntry ; jx:category ?category }"
_LABELS = """SELECT DISTINCT ?label WHERE {
  VALUES ?class { jx:Indicator jx:Project jx:Task } ?node a ?class ; rdfs:label ?label } ORDER BY ?label"""


_PLACES = ("region", "department")
_THINGS = ("项目", "指标", "部门", "单位")
_LABEL = 5  # characters of a name that is one word, whatever words it is made of
_CHANGE = Meaning("declined", "change")

Texts = tuple[str, ...]


def _cost(text: str, each: Meaning) -> int:
    """Return what a word costs in a cut: a phrase of several more than one, 新增 more than the name it begins."""
    if each == _CHANGE:
        return 5
    return 2 if each.kind == "phrase" and text in words() else 1


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
    """Hold a department of the graph, its aliases one a line; nothing is "" where it is not known."""

    iri: str
    name: str
    region_code: str
    region_name: str
    aliases: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Hold an indicator by its name: whose it is, of which project if any, what its targets are."""

    label: str
    department: str
    project: str
    unit: str
    kind: str
    reason: str
    years: str  # true where it is for several years


@dataclass(frozen=True)
class Names:
    """Hold the names of a graph."""

    departments: tuple[KnownDepartment, ...]
    projects: dict[str, Texts]  # plain name → IRIs
    printed: tuple[Printed, ...]
    labels: frozenset[str] = field(repr=False)
    dated: tuple[tuple[int, str], ...] = ()  # years of documents with their departments
    categories: dict[str, str] = field(default_factory=dict)  # plain text → text
    codes: dict[str, Texts] = field(default_factory=dict)  # project code → IRIs
    owners: dict[str, Texts] = field(default_factory=dict, repr=False)  # IRI of a project → departments
    valued: tuple[Placed, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, store: SupportsQuery) -> Names:
        """Read the names of a graph."""
        return cls(
            tuple(KnownDepartment(*row) for row in _read(store, _DEPARTMENTS, "iri name code regionName aliases")),
            _projects(store),
            tuple(Printed(label, kind, item=item) for label, kind, item in _read(store, _FIGURES, "label kind item")),
            frozenset(plain(label) for (label,) in _read(store, _LABELS, "label")),
            tuple((int(year), department) for year, department in _read(store, _YEARS, "year department")),
            {plain(category): category for (category,) in _read(store, _CATEGORIES, "category")},
            _gathered(_read(store, _CODES, "code iri")),
            _gathered(_read(store, _OWNERS, "iri department")),
            tuple(Placed(*row) for row in _read(store, _VALUED, "label department project unit kind why years")),
        )

    @cached_property
    def lexicon(self) -> dict[str, list[tuple[int, str, Any]]]:
        """Return what whole words and names mean, each with its cost: places first, then words, then other names."""
        found = {text: [(_cost(text, each), each.kind, each.value)] for text, each in lexicon().items()}
        sources: tuple[tuple[str, dict[str, Any]], ...] = (
            ("category", {text: value for text, value in self.categories.items() if len(text) > 2}),
            ("figure", self.figures),
            ("project", {text: value for text, value in self.projects.items() if len(text) > 1}),
            ("region", self.region_names),
            ("department", self.department_names),
        )
        for kind, named in sources:
            others = named.items() if kind in _PLACES else ((text, named[text]) for text in named.keys() - words())
            found.update({text: [(1, kind, value)] for text, value in others})
        for label in self.labels - words().keys():
            if len(label) >= _LABEL:
                found.setdefault(label, []).append((1, "topic", Topic(label, texts=(label,))))
        return found

    # ------------------------------------------------------------ figures

    @cached_property
    def figures(self) -> dict[str, str]:
        """Return the labels of printed figures by what they are called."""
        labels = dict.fromkeys(each.label for each in self.printed)
        return {_FIGURE.sub("", plain(label)): label for label in labels} | {plain(label): label for label in labels}

    @cached_property
    def printed_names(self) -> dict[str, Printed]:
        """Return printed figures by every name: labels, the words for them, and the items spending is listed by."""
        known, found = data("printed"), {}
        for each in self.printed:
            if each.item:
                item = each.item.rpartition("/")[2]
                stem = item.removesuffix("支出")
                named = replace(each, label=item)
                found.update({plain(name): named for name in (item, stem, f"{stem}支出") if len(name) > 2})
            elif each.kind not in (*known["derived"], _FUNCTION):
                named = replace(each, item="")
                called = [alias for alias, label in known["also"].items() if label == each.label]
                called += [plain(alias) for alias in data("words")["figure"].get(each.label, ())]
                called += [name for name, label in self.figures.items() if label == each.label]
                found.update({name + more: named for name in called for more in ("支出", "")})
        return found

    @cached_property
    def printed_pattern(self) -> re.Pattern[str]:
        """Return the pattern of all names of printed figures, the longest first."""
        return re.compile("|".join(map(re.escape, sorted(self.printed_names, key=len, reverse=True))) or "(?!)")

    # ------------------------------------------------------------ places

    @cached_property
    def region_names(self) -> dict[str, tuple[Region, ...]]:
        """Return every way to name a region: full names of all, short ones of those the graph has."""
        present = {code[:n] for each in self.departments if (code := each.region_code) for n in (2, 4, 6)}
        found: dict[str, set[Region]] = {}
        for name, region in self._regions():
            known = region.zone or region.code in present
            for spelling in {name, _SUFFIX.sub("", name), _ZONE.sub("", name)}:
                # Short names and counties of two characters are words as well.
                if len(spelling) > 1 and (known or (spelling == name and len(name) > 2)):
                    found.setdefault(plain(spelling), set()).add(region)
        # 东城区 may be in several provinces: those the graph has count, if it has any.
        names = {}
        for name, here in found.items():
            held = {region for region in here if region.zone or region.code in present} or here
            names[name] = tuple(sorted(held, key=lambda region: (region.code, region.label)))
        return names

    def _regions(self) -> Iterator[tuple[str, Region]]:
        """Yield names with regions: all divisions, and those of departments, some without a code (a zone, a town)."""
        known = dict(regions())
        for code, name in known.items():
            yield name, Region(name, _prefix(code))
        for each in self.departments:
            code, name = each.region_code, each.region_name
            if name and name.endswith(known.get(code, "-")):
                yield name, Region(known[code], _prefix(code))
            elif name:
                yield name, Region(name, _prefix(code), name)

    @cached_property
    def department_names(self) -> dict[str, Texts]:
        """Return the departments by every full name."""
        pairs = [(plain(name), each.iri) for each in self.departments for name in _called(each)]
        return _gathered(sorted(set(pairs)))

    @property
    def years(self) -> frozenset[int]:
        """Return the years of documents."""
        return self.years_of(())

    def years_of(self, departments: Collection[str]) -> frozenset[int]:
        """Return the years of the documents of some departments, of all where there are none."""
        return frozenset(year for year, at in self.dated if not departments or at in departments)

    def departments_of_places(self, places: Iterable[str]) -> set[str]:
        """Return the departments that the values of filters name: IRIs, regions and zones."""
        found: set[str] = set()
        for place in places:
            kind, _, name = place.partition(":")
            if kind == "region":
                found |= {each.iri for each in self.departments if each.region_code.startswith(name)}
            elif kind == "zone":
                found |= {each.iri for each in self.departments if each.region_name == name}
            else:
                found |= {iri.strip("<>") for iri in place.split(", ")}
        return found

    def places_of(self, tokens: Iterable[Any]) -> set[str]:
        """Return the departments that the words of a question name, or that lie in regions they name."""
        return self.departments_of_places(node for each in tokens if each.kind in _PLACES for node in each.nodes)

    def called_in(self, text: str, within: Iterable[str]) -> Texts:
        """Return the departments of regions whose names hold the letters of a text."""
        return tuple(sorted(self._called(text) & self.departments_of_places(within)))

    def _called(self, text: str) -> set[str]:
        """Return the departments whose names hold the letters of a text in their order."""
        return {iri for name, iris in self.department_names.items() if _within(text, name) for iri in iris}

    def places_in(self, text: str, start: int) -> Iterator[tuple[str, tuple[str, Any]]]:
        """Yield what begins at ``start`` and is short for a zone or a department: its characters stand in the name."""
        for end in range(start + _SHORTEST, min(len(text), start + _LONGEST) + 1):
            part = text[start:end]
            if not self._letters.issuperset(part):
                return
            here = [zone for zone in self._zones if _SUFFIX.search(part) and _within(part, plain(zone.label))]
            known = self._called(part)
            if here:
                yield part, ("region", tuple(here))
            elif known and (len(known) == 1 or _ORGAN.search(part)):
                yield part, ("department", tuple(sorted(known)))

    @cached_property
    def _zones(self) -> list[Region]:
        zones = {each for found in self.region_names.values() for each in found if each.zone}
        return sorted(zones, key=lambda each: each.label)

    @cached_property
    def _letters(self) -> frozenset[str]:
        return frozenset("".join((*self.department_names, *(plain(each.region_name) for each in self.departments))))

    # ------------------------------------------------------------ words of names

    @cached_property
    def _corpus(self) -> str:
        return "\n".join((*sorted(self.labels), *self.projects)).replace('"', "")

    @cached_property
    def _pairs(self) -> frozenset[str]:
        return frozenset(self._corpus[place : place + 2] for place in range(len(self._corpus) - 1))

    def parts_in(self, text: str, start: int) -> Iterator[str]:
        """Yield what begins at ``start`` and stands in the name of an indicator, project or task."""
        for end in range(start + 2, len(text) + 1):
            part = text[start:end]
            if part[-2:] not in self._pairs or part not in self._corpus:
                return
            counted = part.endswith(_THINGS) and part not in self.labels  # 灾后重建项目 are projects
            if part not in words() and "的" not in (part[0], part[-1]) and not counted:
                yield part

    def owned(self, departments: Collection[str]) -> set[str]:
        """Return the projects of some departments, all where there are none."""
        everything = {iri for iris in self.projects.values() for iri in iris}
        return {iri for iri in everything if not departments or {*self.owners.get(iri, ())} & {*departments}}

    def projects_with(self, text: str, departments: Collection[str]) -> set[str]:
        """Return the projects whose own names hold a text, of some departments if any are given."""
        return {iri for name, iris in self.projects.items() if text in name for iri in iris} & self.owned(departments)

    @cached_property
    def units(self) -> frozenset[str]:
        """Return the units of targets."""
        return frozenset(plain(each.unit) for each in self.valued)

    @cached_property
    def siblings(self) -> dict[str, str]:
        """Return the names of all indicators of each project."""
        pairs = ((each.project, plain(each.label)) for each in self.valued if each.project)
        return {project: "|".join(labels) for project, labels in _gathered(pairs).items()}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Return the longest name of each project."""
        found = {"": ""}
        for name, iris in sorted(self.projects.items(), key=lambda each: len(each[0])):
            found.update(dict.fromkeys(iris, name))
        return found


def _read(store: SupportsQuery, sparql: str, names: str) -> Iterator[Texts]:
    """Yield variables of the solutions of a query as texts, empty where nothing is bound."""
    for row in store.query(with_prefixes(sparql)):
        terms = [row[name] for name in names.split()]
        yield tuple("" if term is None else term.value for term in terms)


def _gathered(pairs: Iterable[Texts]) -> dict[str, Texts]:
    """Return the second of pairs by the first."""
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _called(department: KnownDepartment) -> list[str]:
    return [department.name, *filter(None, department.aliases.split("\n"))]


def _projects(store: SupportsQuery) -> dict[str, Texts]:
    """Return the projects by their names, with and without what names are often called without."""
    pairs: list[tuple[str, str]] = []
    for printed, iri in _read(store, _PROJECTS, "name iri"):
        name = plain(printed)
        short = _TAIL.sub("", name) or name
        pairs += [(each, iri) for each in (name, short, _KIND.sub("", short) or name)]
    return _gathered(sorted(set(pairs)))


def _prefix(code: str) -> str:
    """Return what the codes of a region and everything in it begin with (410300 → 4103)."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def _within(short: str, full: str) -> bool:
    rest = iter(full)
    return all(character in rest for character in short)
