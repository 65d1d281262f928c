"""Lay two versions of a document side by side: the rows that were added, removed or changed, each with its source."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any

from jixiao.errors import UsageError
from jixiao.linking.stored import Answering
from jixiao.store import aside
from jixiao.tables.specs import TABLES, solve
from jixiao.versions import Edition, read_editions, read_relations

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
_ALIKE = 0.5  # how much of two names must agree for a row to have been renamed
_TRIPLES = "SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"


@dataclass(frozen=True, slots=True)
class Compared:
    """Say how the rows of a table are compared (``differing.toml``)."""

    table: str
    label: str
    label_en: str
    name: str
    same: tuple[str, ...]
    near: tuple[str, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold one row that differs: as it was, as it is (None where it is in one version only), and in which columns."""

    compared: Compared
    old: Row | None
    new: Row | None
    columns: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Return added, removed or changed."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"

    @property
    def name(self) -> str:
        """Return what the row is called now, or was."""
        row = self.new or self.old or {}
        return str(row[self.compared.name] or "")

    def as_dict(self) -> dict[str, object]:
        """Return what differs as data: kind, table, name, both rows with their sources, and the changed columns."""
        rows = {"old": self.old, "new": self.new}
        return {"table": self.compared.table, "kind": self.kind, "name": self.name, "columns": self.columns, **rows}


@cache
def compared_tables() -> Mapping[str, Compared]:
    """Return how each table is compared."""
    held = tomllib.loads(files("jixiao").joinpath("differing.toml").read_text("utf-8"))
    return {
        table: Compared(table, said["label"], said["label_en"], said["name"], *(tuple(said[each]) for each in _LISTS))
        for table, said in held.items()
    }


_LISTS = ("same", "near", "shown")


def versions_of(store: Answering, name: str) -> list[Edition]:
    """Return the versions of a document, the first one first, by any of its names or its IRI.

    Raises ``UsageError`` where no stored document has the name, or several documents do.
    """
    editions = {edition.document: edition for edition in read_editions(store).values()}
    relations = read_relations(store)
    replaced = relations.replaced()
    named = [each for each in editions.values() if name in (each.name, each.document)] or [
        each for each in editions.values() if name in each.names
    ]
    newest = {max((each.document, *replaced.get(each.document, ())), key=relations.count_earlier) for each in named}
    if not newest:
        raise UsageError("库里没有这份文档；见 jixiao table documents (not in the store)", "no-such-document", name)
    if len(newest) > 1:
        names = " ".join(sorted(editions[each].name for each in newest))
        raise UsageError(f"几份文档都叫这个名字，请指明其一 (name one of these): {names}", "several-documents", name)
    (last,) = newest
    held = {last, *relations.earlier(last)}
    return sorted((editions[each] for each in held), key=lambda each: relations.count_earlier(each.document))


def choose_version(versions: list[Edition], chosen: str | None, place: int) -> Edition:
    """Return the version that is chosen by number (1 is the first) or by name, else the one in a place."""
    if chosen is None:
        return versions[place]
    for number, edition in enumerate(versions, 1):
        if chosen in (str(number), edition.name):
            return edition
    known = " ".join(f"{number}={edition.name}" for number, edition in enumerate(versions, 1))
    raise UsageError(f"没有这个版本；有 (no such version; there are): {known}", "no-such-version", chosen)


def rows_of_version(store: Answering, edition: Edition) -> Rows:
    """Return the rows of the compared tables of a version, as it was lifted."""
    from pyoxigraph import NamedNode, Quad, Store

    data = Store()
    rows: Any = store.query(_TRIPLES.format(graph=edition.graph))
    data.bulk_extend(Quad(row["s"], NamedNode(aside.lifted(row["p"].value)), row["o"]) for row in rows)
    return {name: list(solve(data, TABLES[name])) for name in compared_tables()}


def compare(old: Rows, new: Rows) -> list[Difference]:
    """Return what differs between the rows of two versions: by table, then as it stands in the documents."""
    found: list[Difference] = []
    for table, compared in compared_tables().items():
        found += _compare(compared, old.get(table, []), new.get(table, []))
    return found


def _compare(compared: Compared, old: Iterable[Row], new: Iterable[Row]) -> Iterator[Difference]:
    left, fresh = list(old), list(new)
    alike: tuple[Callable[[Row, Row], float], ...] = (
        lambda one, other: float(not _changed(compared, one, other)),
        lambda one, other: 1.0,
        lambda one, other: SequenceMatcher(None, str(one[compared.name]), str(other[compared.name])).ratio(),
    )
    pairs: list[tuple[Row, Row]] = []
    for columns, measure in zip((compared.same, compared.same, compared.near), alike, strict=True):
        pairs += _paired(left, fresh, columns, measure)
    differing = [Difference(compared, one, other, _changed(compared, one, other)) for one, other in pairs]
    yield from sorted((each for each in differing if each.columns), key=_place)
    yield from (Difference(compared, row, None) for row in left)
    yield from (Difference(compared, None, row) for row in fresh)


def _place(difference: Difference) -> tuple[int, str]:
    row = difference.new or {}
    return row.get("line") or 0, str(row.get("iri"))


def _paired(
    left: list[Row], fresh: list[Row], columns: tuple[str, ...], measure: Callable[[Row, Row], float]
) -> Iterator[tuple[Row, Row]]:
    """Take out of both lists, and yield, the rows that agree in some columns and are alike, the most alike first."""
    near: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in fresh:
        near[tuple(row[each] for each in columns)].append(row)
    for row in list(left):
        others = near[tuple(row[each] for each in columns)]
        best = max(others, key=lambda other, row=row: measure(row, other), default=None)  # type: ignore[misc]
        if best is not None and measure(row, best) >= _ALIKE:
            others.remove(best)
            left.remove(row)
            fresh.remove(best)
            yield row, best


def _changed(compared: Compared, one: Row, other: Row) -> tuple[str, ...]:
    return tuple(column for column in compared.shown if one[column] != other[column])


def compare_versions(store: Answering, old: Edition, new: Edition) -> list[Difference]:
    """Return what differs between two stored versions."""
    return compare(rows_of_version(store, old), rows_of_version(store, new))
