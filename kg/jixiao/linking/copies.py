"""Find what is printed in two documents with the same content, so that it is counted once.

Compared is only what one office or project says in one form for one year. Everything comes from the stored graphs, so
the order of lifting does not matter. A value that differs makes a version, no copy.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from jixiao.linking.stored import Answering, among, rows_of
from jixiao.vocab import JX, RDFS

_AGREEING = 0.9
_PLANS = f"""
SELECT ?plan ?form ?document ?own ?documentKind ?kind ?owner ?department ?year WHERE {{{{
  {{among}}
  ?plan <{JX.department}> ?department ; <{JX.form}> ?form ; <{JX.document}> ?document ; <{JX.formKind}> ?kind ;
    <{JX.year}> ?year .
  ?document <{JX.documentKind}> ?documentKind .
  OPTIONAL {{{{ ?plan <{JX.project}> ?project }}}} OPTIONAL {{{{ ?document <{JX.department}> ?own }}}}
  BIND(COALESCE(?project, ?department) AS ?owner)
}}}}"""
_ROWS = f"""
SELECT ?plan ?name ?value ?result WHERE {{{{
  {{among}}
  {{{{ ?plan <{JX.hasIndicator}> ?row }}}} UNION {{{{ ?plan <{JX.hasFundLine}> ?row }}}}
  ?row <{RDFS.label}> ?name .
  OPTIONAL {{{{ ?row <{JX.targetText}>|<{JX.amount}> ?value }}}}
  OPTIONAL {{{{ ?row <{JX.actualText}>|<{JX.executed}> ?result }}}}
}}}}"""
_FIGURES = f"""
SELECT ?document (COUNT(?figure) AS ?count) {{{{
  {{among}} ?figure a <{JX.BudgetFigure}> ; <{JX.document}> ?document
}}}} GROUP BY ?document"""

Row = tuple[str, str, str]
Rows = defaultdict[str, set[Row]]


@dataclass(frozen=True, slots=True)
class Copy:
    """Hold a document, or a plan of one, and the one of the same content that counts in its place.

    ``document`` is where the copy stands; ``plan`` is None where the whole document is one.
    """

    document: str
    original: str
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    iri: str
    form: str
    document: str
    own: str
    document_kind: str
    key: tuple[str, str, str]
    department: str

    @property
    def at_home(self) -> bool:
        """Tell whether the document is that of the office the plan is of."""
        return self.own == self.department


def find_copies(stores: Sequence[Answering], departments: Collection[str] | None = None) -> tuple[Copy, ...]:
    """Return the copies among what the stores hold together: whole documents first, then single plans.

    ``departments`` are those whose plans are compared, None for all.
    """
    plans = _read_plans(stores, departments)
    shared = _shared(plans)
    rows = _read_rows(stores, [plan.iri for block in shared for plan in block])
    same = [pair for block in shared for pair in _alike(block, rows)]
    documents = _whole(stores, plans.values(), same, rows)
    copied = {copy.document for copy in documents}
    parts: dict[str, Copy] = {}
    for one, other in same:
        if not copied & {one.document, other.document}:
            original, copy = sorted((one, other), key=_nearest_home)
            parts.setdefault(copy.iri, Copy(copy.document, original.iri, copy.iri))
    return (*documents, *(parts[iri] for iri in sorted(parts)))


def _nearest_home(plan: _Plan) -> tuple[bool, str, str]:
    return not plan.at_home, plan.document, plan.iri


def _shared(plans: Mapping[str, _Plan]) -> list[list[_Plan]]:
    """Return the plans of one office or project, form and year that stand in several documents."""
    blocks: defaultdict[tuple[str, str, str], list[_Plan]] = defaultdict(list)
    for iri in sorted(plans):
        blocks[plans[iri].key].append(plans[iri])
    return [block for block in blocks.values() if len({plan.document for plan in block}) > 1]


def _alike(block: Sequence[_Plan], rows: Rows) -> Iterator[tuple[_Plan, _Plan]]:
    """Yield the pairs of different documents that say the same."""
    for one, other in combinations(block, 2):
        if one.document != other.document and _agree(rows[one.iri], rows[other.iri]):
            yield one, other


def _read_plans(stores: Sequence[Answering], departments: Collection[str] | None) -> dict[str, _Plan]:
    """Return the plans of departments by IRI, with all others of the documents these stand in."""
    if departments is None:
        return dict(_plans(stores, ""))
    found = dict(_plans(stores, among("department", departments)))
    beside = among("document", {plan.document for plan in found.values()})
    return found | dict(_plans(stores, beside))


def _plans(stores: Sequence[Answering], chosen: str) -> Iterator[tuple[str, _Plan]]:
    for row in _asked(stores, _PLANS.format(among=chosen)):
        key = (row["owner"], row["kind"], row["year"])
        own = row.get("own", "")
        yield (
            row["plan"],
            _Plan(row["plan"], row["form"], row["document"], own, row["documentKind"], key, row["department"]),
        )


def _asked(stores: Sequence[Answering], query: str) -> Iterator[dict[str, str]]:
    return chain.from_iterable(rows_of(store, query) for store in stores)


def _read_rows(stores: Sequence[Answering], plans: Iterable[str]) -> Rows:
    rows: Rows = defaultdict(set)
    for row in _asked(stores, _ROWS.format(among=among("plan", plans))):
        name, value, result = (_folded(row.get(each, "")) for each in ("name", "value", "result"))
        rows[row["plan"]].add((name, value, result))
    return rows


def _folded(text: str) -> str:
    return re.sub(r"[\s。；;，,]", "", unicodedata.normalize("NFKC", text))


def _agree(one: set[Row], other: set[Row]) -> bool:
    """Tell whether nine rows of ten are the same, and none that both have says something else."""
    if not one or len(one & other) < _AGREEING * max(len(one), len(other)):
        return False
    changed = {row[0] for row in one - other} & {row[0] for row in other - one}
    return not changed


def _whole(
    stores: Sequence[Answering], plans: Iterable[_Plan], same: Sequence[tuple[_Plan, _Plan]], rows: Rows
) -> list[Copy]:
    """Return the documents all of whose plans stand in another of the same office and kind, and the other way round."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    for plan in plans:
        held[plan.document].add(plan.iri)
    pairs = [pair for pair, found in sorted(_matched(same).items()) if found == held[pair[0]] | held[pair[1]]]
    figures = _count_figures(stores, set(chain.from_iterable(pairs)))
    size = {document: sum(len(rows[plan]) for plan in held[document]) for pair in pairs for document in pair}
    found: dict[str, Copy] = {}
    for pair in pairs:
        original, copy = sorted(pair, key=lambda document: (-size[document], document))
        fewer, more = sorted((figures[original], figures[copy]))
        if fewer >= _AGREEING * more and not found.keys() & {copy, original}:
            found[copy] = Copy(copy, original)
    return [found[document] for document in sorted(found)]


def _matched(same: Iterable[tuple[_Plan, _Plan]]) -> Mapping[tuple[str, str], set[str]]:
    """Return by pairs of documents of one office and kind the plans of both that are the same."""
    matched: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one, other in same:
        if (one.own, one.document_kind) == (other.own, other.document_kind):
            first, second = sorted((one.document, other.document))
            matched[first, second] |= {one.iri, other.iri}
    return matched


def _count_figures(stores: Sequence[Answering], documents: Iterable[str]) -> Counter[str]:
    rows = _asked(stores, _FIGURES.format(among=among("document", documents)))
    return Counter({row["document"]: int(row["count"]) for row in rows})
