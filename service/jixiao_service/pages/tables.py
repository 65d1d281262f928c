"""Lists: one page for every table, with filters, counts, sorting, files and its query; what differs is data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import Literal
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from jixiao.audit.registry import rules
from jixiao.exporting.columns import ColumnSpec, describe
from jixiao.resources import table
from jixiao.tables import TABLES, TableSpec
from jixiao.tables.schemas import column_kind, filterable
from jixiao.tables.side import SideTables
from jixiao_service.answers import Row
from jixiao_service.library import with_prefixes
from jixiao_service.pages.grounds import ground_below
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.paging import Paged, page_of
from jixiao_service.pages.reader import Asked
from jixiao_service.rest.filters import LONGEST, OPERATORS, measured
from jixiao_service.rest.lists import Pairs, TablePage, count_rows, list_page

router = page_router()

SIZES = (50, 25, 100)  # rows of a page; the first where nothing is said
_OF_PAGES = ("p", "limit", "lang")  # parameters that say how a page shows its rows
_SHOWN = 8  # values of a facet that are shown without a click
_TOGETHER = 50  # rows whose neighbours are looked up at once
_FOUND = "finding"
_OF_PROJECTS = {
    "project_like": ("名称近似“{}”的项目", "projects like “{}”"),
    "functional_class": ("支出最多在“{}”的部门", "offices that spend most in “{}”"),
}
_NARROWER = {"region_code": "region"}  # the parameter that takes in what lies within

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListSpec:
    """Hold what a list shows (``lists.toml``)."""

    table: str
    zh: str
    en: str
    columns: tuple[str, ...]
    facets: tuple[str, ...]
    long: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    sort: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    leads: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    beside: Sequence[Mapping[str, Any]] = ()
    lead_zh: str = ""
    lead_en: str = ""

    @property
    def described(self) -> list[ColumnSpec]:
        """Return the columns with what they are called and how they are shown."""
        return describe(self.columns, self.table)


@cache
def list_specs() -> Mapping[str, ListSpec]:
    """Return the lists by table."""
    specs = {}
    for name, about in table("jixiao_service/pages/lists.toml").items():
        words = {key: tuple(about.get(key, "").split()) for key in ("columns", "facets", "long", "short")}
        specs[name] = ListSpec(name, **{**about, **words})
    return specs


@dataclass(frozen=True, slots=True)
class FacetValue:
    """Hold a value of a facet: its parameter and text, what it is called, its rows, and whether it is chosen."""

    key: str
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """Hold what is read for one page of a list."""

    rows: Sequence[Values]
    page: TablePage
    paged: Paged[Values]
    facets: Mapping[str, Sequence[FacetValue]]


def _add_list(spec: ListSpec) -> None:
    async def show(page: Opened) -> Response:
        return await _list_page(page, spec)

    show.__doc__ = f"List {spec.en.lower()}."
    router.get(f"/{spec.table}")(show)


for _spec in list_specs().values():
    _add_list(_spec)


async def _list_page(page: PageContext, spec: ListSpec) -> Response:
    """Show one page of a list."""
    said = [("sort", spec.sort), *page.request.query_params.multi_items()]
    given = [(key, value) for key, value in said if value]
    kept = [pair for pair in given if pair[0] not in _OF_PAGES]
    narrowed = [pair for pair in kept if pair[0] != "sort"]
    read = await page.of_tables(_Reading, spec, page.lang)
    listed = await run_in_threadpool(read.page, given, narrowed)
    asked = Asked(spec.zh, spec.en, _query_of(spec.table, narrowed), listed.page.total)
    page.reader.asked.append(asked)
    return page.render(
        "list.html",
        spec=spec,
        columns=spec.described,
        listed=listed,
        sizes=sorted(SIZES),
        chosen=[value for values in listed.facets.values() for value in values if value.chosen],
        tests=read.tests(narrowed),
        kinds={column: column_kind(spec.table, column) for column in filterable(spec.table)},
        files=urlencode(kept),
        query=asked.text,
        sort=dict(given).get("sort", ""),
        most=_SHOWN,
        copied=await _copies(page, spec),
        rule=rules().get(dict(narrowed).get("rule", "")),
        address=_address,
        columns_of={column.name: column for column in describe(spec.facets, spec.table)},
        word=read.word,
        ground=await ground_below(page, spec.table, narrowed),
    )


async def _copies(page: PageContext, spec: ListSpec) -> list[Row]:
    """Return the documents that say what others say and are not counted."""
    if spec.table != "documents":
        return []
    return await page.reader.rows("copies")


def _address(lead: Mapping[str, Any], row: Values) -> str:
    """Return the address of a list narrowed to what a row says; what it does not say is asked for as not printed."""
    pairs = [(theirs, _parameter(row[own])) for theirs, own in lead["by"].items()]
    return f"/{lead['to']}?{urlencode([*pairs, *lead.get('also', ())])}"


class _Reading:
    """Read one page of a list in a thread: its rows, what other tables know of them, and the counts at the side."""

    def __init__(self, tables: SideTables, spec: ListSpec, lang: str) -> None:
        self._tables = tables
        self._spec = spec
        self._lang = lang

    def page(self, given: Pairs, narrowed: Pairs) -> Listed:
        """Return the rows of the page asked for, the last where there are not so many."""
        single = dict(given)
        limit = _known_number(single.get("limit"), SIZES)
        number = max(1, _whole(single.get("p"), 1))
        asked = [*narrowed, ("limit", str(limit)), ("sort", single.get("sort", ""))]
        found = list_page(self._tables, self._spec.table, asked, offset=(number - 1) * limit)
        if found.total and not found.bodies:
            number = -(-found.total // limit)
            found = list_page(self._tables, self._spec.table, asked, offset=(number - 1) * limit)
        rows = found.rows()
        for start in range(0, len(rows), _TOGETHER):
            for beside in self._spec.beside:
                self._add_beside(rows[start : start + _TOGETHER], beside)
        facets = {name: self._facet(name, narrowed) for name in self._spec.facets}
        if any(beside["table"] == "findings" for beside in self._spec.beside):
            facets["has"] = self._with_findings(narrowed)
        return Listed(rows, found, page_of(rows, number, found.total, limit), facets)

    def _add_beside(self, rows: Sequence[Values], beside: Mapping[str, Any]) -> None:
        """Add to rows what another table knows of them: some of its columns, or how many of its rows there are."""
        own, theirs = tuple(beside["by"]), tuple(beside["by"].values())
        if "count" in beside:
            counts = count_rows(self._tables, beside["table"], self._keys(rows, beside), theirs)
            for row in rows:
                row[beside["count"]] = counts.get(tuple(row[name] for name in own), 0)
            return
        take = beside["take"]
        wanted = ",".join([*theirs, *take.values()])
        pairs = [*self._keys(rows, beside), ("fields", wanted)]
        known: dict[tuple[Any, ...], Values] = {}
        for other in list_page(self._tables, beside["table"], pairs, everything=True).rows():
            known.setdefault(tuple(other[name] for name in theirs), other)
        for row in rows:
            other = known.get(tuple(row[name] for name in own), {})
            row.update({name: other.get(column) for name, column in take.items()})

    @staticmethod
    def _keys(rows: Sequence[Values], beside: Mapping[str, Any]) -> Pairs:
        """Return the parameters that narrow another table to what may belong to some rows."""
        pairs = []
        for own, theirs in beside["by"].items():
            values = {_parameter(row[own]) for row in rows}
            pairs += [(theirs, value) for value in sorted(values) if len(value) <= LONGEST]
        return pairs

    def _facet(self, name: str, narrowed: Pairs) -> list[FacetValue]:
        """Return the values of a column with their rows, the most frequent first; the other filters hold."""
        keys = (name, _NARROWER.get(name, name))
        rest = [pair for pair in narrowed if pair[0] not in keys]
        counts: Counter[tuple[str, str]] = Counter()
        for (value,), count in count_rows(self._tables, self._spec.table, rest, (name,)).items():
            if column_kind(self._spec.table, name) == "boolean" and value is not None:
                value = bool(value)
            key, text = keys[1], _parameter(value)
            if value is None:
                key = name
            elif name in _NARROWER:
                text = text.partition(":")[0]
            for each in text.splitlines():
                counts[key, each] += count
        return [
            FacetValue(key, value, self.word(name, value), count, (key, value) in narrowed)
            for (key, value), count in counts.most_common()
        ]

    def _with_findings(self, narrowed: Pairs) -> list[FacetValue]:
        rest = [pair for pair in narrowed if pair[0] != "has"]
        count = sum(count_rows(self._tables, self._spec.table, [*rest, ("has", _FOUND)], ()).values())
        label = {"en": "with findings"}.get(self._lang, "有审核发现")
        return [FacetValue("has", _FOUND, label, count, ("has", _FOUND) in narrowed)]

    def word(self, name: str, value: Any) -> str:
        """Return what people call a value of a column."""
        if value in (None, "null"):
            return {"en": "not printed"}.get(self._lang, "（未印）")
        if name == "rule" and value in rules():
            return {"en": rules()[value].label_en}.get(self._lang, rules()[value].label)
        (column,) = describe([name], self._spec.table)
        return str(column.word(value, self._lang))

    def tests(self, narrowed: Pairs) -> list[FacetValue]:
        """Return what rows are narrowed by that is no facet: words, parts of texts, numbers from and to."""
        tests = []
        for key, value in narrowed:
            column, _, end = key.rpartition("_")
            if key in self._spec.facets or key in ("has", "region"):
                continue
            if end not in OPERATORS:
                column, end = key, ""
            (about,) = describe([column], self._spec.table)
            sign = {"has": " ∋ ", "": "："}.get(end) or f" {OPERATORS[end]} "
            label = about.called(self._lang) + sign + self.word(column, value)
            if key == "q":
                label = f"“{value}”"
            elif key in _OF_PROJECTS:
                label = _OF_PROJECTS[key][self._lang == "en"].format(value)
            tests.append(FacetValue(key, value, label, 0, chosen=True))
        return tests


def _parameter(value: Any) -> str:
    """Return a value as the parameter of a list has it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _known_number(text: str | None, known: Sequence[int]) -> int:
    number = _whole(text, known[0])
    return number if number in known else known[0]


def _whole(text: str | None, otherwise: int) -> int:
    if text is None or not text.isdecimal() or len(text) > 6:
        return otherwise
    return int(text)


def _query_of(table: str, narrowed: Pairs) -> str:
    """Return the SPARQL of a list: that of its table, with the filters that can be written as tests of its columns."""
    if table not in TABLES:
        return ""
    spec = TABLES[table]
    lines = [_test_of(spec, key, value) for key, value in narrowed]
    text, closing, order = spec.query.rpartition("}\nORDER BY")
    return with_prefixes("\n".join([text.rstrip("\n"), *lines, closing + order]).strip())


def _test_of(spec: TableSpec, key: str, value: str) -> str:
    """Return a filter as SPARQL; one that is no test of a column stands there as a comment."""
    column, _, end = key.rpartition("_")
    text = str(Literal(value))
    if key == "concept" and value != "null":
        return f"  FILTER(?concept IN ({', '.join(f'<{iri}>' for iri in measured(spec.name, value))}))"
    if key in spec.columns:
        return f"  FILTER(STR(?{key}) = {text})"
    if column in spec.columns and end in OPERATORS:
        return f"  FILTER(?{column} {OPERATORS[end]} {value.strip().removesuffix('%')})"
    if column in spec.columns:
        return f"  FILTER(CONTAINS(LCASE(STR(?{column})), LCASE({text})))"
    return f"  # {key} = {' '.join(value.split())}"
