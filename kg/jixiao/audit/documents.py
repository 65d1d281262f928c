"""Audit what only shows between documents: rules that are queries on the store, their findings in one graph."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from importlib.resources import files
from itertools import combinations
from typing import TYPE_CHECKING

from jixiao.audit.figures import fill
from jixiao.audit.registry import Rule, rules
from jixiao.audit.settings import AuditSettings
from jixiao.config import BASE_IRI
from jixiao.errors import QueryError, StoreError
from jixiao.ids import Minter, digest
from jixiao.lifting.findings import SEVERITIES, FindingStatus, state_status
from jixiao.lifting.graph import LiftedGraph
from jixiao.lifting.quads import Quads
from jixiao.linking.stored import among, rows_of
from jixiao.review.decisions import statuses_of
from jixiao.review.keeping import read_decisions
from jixiao.text.folding import fold_name
from jixiao.vocab import JX, PROV, RDFS, SH

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

_LOGGER = logging.getLogger("jixiao.audit")
RULES = ("R201", "R204", "R320", "R321", "R322", "R323", "R324", "R325", "R326", "R505")
"""Rules that have a query in ``kg/jixiao/audit/across`` and a message variant ``across``."""
# rules whose query names both rows, and those that look beyond the offices a change touches: to other years and offices
_PAIRED = frozenset({"R320", "R321", "R322", "R323", "R324", "R325", "R326"})
_BEYOND = ("R321", "R322", "R323")
# what two printed rows must have in common, and from which difference on (yuan) their sums disagree
_SAME = {"R201": ("focus", "year"), "R204": ("focus", "year", "kind", "column", "item"), "R505": ("focus",)}
_LEAST = {"R201": 50, "R204": 100, "R326": 0}
_PROJECTS = f"""
SELECT DISTINCT ?focus {{{{
  {{among}} ?plan <{JX.department}> ?department ; <{JX.project}> ?focus
}}}}"""
_YEARLY = ("R321", "R322")  # which compare a year with the one before
_TWO_YEARS = f"SELECT DISTINCT ?year {{ ?plan <{JX.year}> ?year }} LIMIT 2"
_KEPT = f"""
SELECT ?finding ?focus {{{{
  GRAPH <{{graph}}> {{{{ ?finding <{SH.focusNode}> ?focus }}}} FILTER EXISTS {{{{ ?focus <{RDFS.label}> ?name }}}}
  ?finding <{JX.rule}> ?rule FILTER(?rule NOT IN {_BEYOND})
}}}}"""

Row = Mapping[str, str]


def across_graph(base_iri: str) -> str:
    """Return the graph that holds the findings between documents."""
    return Minter(base_iri).graph("documents", "findings")


def audit_store(
    store: Store,
    *,
    base_iri: str = BASE_IRI,
    settings: AuditSettings | None = None,
    departments: Collection[str] | None = None,
) -> LiftedGraph:
    """Return the graph of findings between the documents of a store.

    A finding belongs to the later of its two documents by name and shows the printed rows of both. ``departments`` are
    those of which documents have come, changed or gone, None for all: what was found on others stays as it is stored.
    """
    ids = Minter(base_iri)
    quads = Quads(across_graph(base_iri))
    muted = settings.muted if settings else {}
    focuses = None if departments is None else _focuses(store, departments)
    years = len(list(rows_of(store, _TWO_YEARS)))
    statuses = statuses_of(read_decisions(store))
    for rule in RULES:
        if rule in muted or (rule in _YEARLY and years < 2):
            continue
        rows = _answered(store, rule, None if rule in _BEYOND else focuses)
        for pair in _once(rows) if rule in _PAIRED else _pairs(rows, rule):
            _state(quads, ids, rules()[rule], pair, statuses)
    if focuses is None:
        return LiftedGraph(quads.graph, quads.nquads())
    lines = {*quads.nquads().splitlines(keepends=True), *_kept(store, quads.graph, focuses)}
    return LiftedGraph(quads.graph, b"".join(sorted(lines)))


def _focuses(store: Store, departments: Collection[str]) -> frozenset[str]:
    """Return what findings on the documents of departments can be on: these and their projects."""
    rows = rows_of(store, _PROJECTS.format(among=among("department", departments)))
    return frozenset((*departments, *(row["focus"] for row in rows)))


def _kept(store: Store, graph: str, focuses: Collection[str]) -> Iterator[bytes]:
    """Yield the stored findings, as N-Quads, on what is still there and is none of ``focuses``."""
    rows = rows_of(store, _KEPT.format(graph=graph))
    kept = {f"<{row['finding']}>".encode() for row in rows if row["focus"] not in focuses}
    for line in store.read_graph(graph).splitlines() if kept else ():
        if line.split(b" ", 1)[0] in kept:
            yield line.removesuffix(b".") + f"<{graph}> .\n".encode()


def _answered(store: Store, rule: str, focuses: Collection[str] | None) -> Iterable[Row]:
    """Return the rows of a rule; of a server that does not answer its query none, which is said."""
    try:
        return list(_rows(store, rule, focuses))
    except (StoreError, QueryError) as error:
        if "://" not in str(getattr(store, "location", "")):
            raise
        _LOGGER.warning("规则 %s 未在文件之间查：服务器没有答完 (not checked between documents): %s", rule, error)
        return ()


def _rows(store: Store, rule: str, focuses: Collection[str] | None) -> Iterator[Row]:
    """Yield the printed rows that a rule compares, of all things or of some."""
    query = files("jixiao.audit").joinpath("across", f"{rule}.rq").read_text("utf-8")
    if focuses is not None:
        query = query.replace("WHERE {", f"WHERE {{ {among('focus', focuses)}", 1)
    return rows_of(store, query)


def _once(pairs: Iterable[Row]) -> Iterator[Row]:
    """Yield each pair of documents once for each thing and item."""
    seen: set[tuple[str, ...]] = set()
    for pair in pairs:
        key = (pair["focus"], pair["document"], pair["other_document"], pair["item"])
        if key not in seen:
            seen.add(key)
            yield pair


def _pairs(rows: Iterable[Row], rule: str) -> Iterator[Row]:
    """Yield the pairs of rows of two documents that say different things of one, each pair of documents once."""
    groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in _SAME[rule])].append(row)
    least = _LEAST.get(rule)
    seen: set[tuple[str, ...]] = set()
    for group in groups.values():
        for one, other in combinations(sorted(group, key=_place), 2):
            key = (one["focus"], one["document"], other["document"], one.get("item", ""))
            if (
                one["document"] != other["document"]
                and key not in seen
                and _differ(one["value"], other["value"], least)
            ):
                seen.add(key)
                further = {f"other_{name}": other[name] for name in ("row", "document", "file")}
                yield {**one, **further, "one": one["value"], "other": other["value"]}


def _place(row: Row) -> tuple[str, ...]:
    return row["document"], row["value"], row["row"], row["name"]


def _differ(one: str, other: str, least: int | None) -> bool:
    if least is None:
        return fold_name(one) != fold_name(other)
    return abs(Decimal(one) - Decimal(other)) > least


def _state(quads: Quads, ids: Minter, rule: Rule, pair: Row, statuses: Mapping[str, FindingStatus]) -> None:
    """Add the finding on a pair to the graph."""
    keys = (rule.id, pair["focus"], pair["file"], pair.get("item"))
    node = quads.node(ids.local("finding", pair["other_file"], None, 0, *keys))
    message, said = rule.messages["across"], _said(rule, pair)
    node.type(JX.Finding, SH.ValidationResult)
    node.refer(JX.document, pair["other_document"])
    node.say(JX.rule, rule.id)
    key = f"{rule.id}-{digest(*keys, pair.get('one'), pair.get('other'))}"
    node.say(JX.findingKey, key)
    state_status(node, statuses.get(key))
    node.refer(SH.resultSeverity, SEVERITIES[message.severity])
    node.refer(SH.focusNode, pair["focus"])
    for row in (pair["row"], pair["other_row"]):
        node.refer(PROV.wasDerivedFrom, row)
    node.say(SH.resultMessage, fill(message.zh, said), "zh")
    node.say(SH.resultMessage, fill(message.en, said), "en")
    remedy = rule.remedy("across")
    node.say(JX.fix, fill(remedy.zh, said), "zh")
    node.say(JX.fix, fill(remedy.en, said), "en")
    named = JX.projectText
    if "/department/" in pair["focus"]:
        named = JX.departmentText
    elif "office" in pair:
        node.say(JX.departmentText, pair["office"])
    node.say(named, pair["name"])


def _said(rule: Rule, pair: Row) -> Mapping[str, object]:
    """Return what the message of a pair says: of two amounts also their difference."""
    if rule.id not in _LEAST:
        return pair
    one, other = Decimal(pair["one"]), Decimal(pair["other"])
    return {**pair, "one": one, "other": other, "difference": abs(one - other)}
