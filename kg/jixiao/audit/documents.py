"""Audit what only shows between documents: rules that are queries on the store, their findings in one graph."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from jixiao.audit.comparing import EVERYWHERE, Facts, Row
from jixiao.audit.figures import fill
from jixiao.audit.registry import Rule, rules
from jixiao.audit.settings import AuditSettings
from jixiao.config import BASE_IRI
from jixiao.errors import QueryError, StoreError
from jixiao.ids import Minter, digest
from jixiao.lifting.findings import SEVERITIES, FindingStatus, state_status
from jixiao.lifting.graph import LiftedGraph
from jixiao.lifting.quads import DescribedNode, Quads
from jixiao.linking.stored import rows_of
from jixiao.review.decisions import statuses_of
from jixiao.review.keeping import read_decisions
from jixiao.vocab import JX, PROV, RDFS, SH

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

_LOGGER = logging.getLogger("jixiao.audit")
RULES = ("R201", "R204", "R320", "R321", "R322", "R323", "R324", "R325", "R326", "R505")
"""Rules that have a query in ``kg/jixiao/audit/across`` and a message variant ``across``."""
_SUMS = ("R201", "R204", "R326")  # whose messages tell a difference
_KEPT = f"""
SELECT ?finding ?focus {{{{
  GRAPH <{{graph}}> {{{{ ?finding <{SH.focusNode}> ?focus }}}} FILTER EXISTS {{{{ ?focus <{RDFS.label}> ?name }}}}
  ?finding <{JX.rule}> ?rule FILTER(?rule != "{EVERYWHERE}")
}}}}"""


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
    graph = across_graph(base_iri)
    stating = _Stating(Quads(graph), Minter(base_iri), statuses_of(read_decisions(store)))
    muted = settings.muted if settings else {}
    try:
        focuses = _find(store, departments, [rule for rule in RULES if rule not in muted], stating)
    except (StoreError, QueryError) as error:
        if "://" not in str(getattr(store, "location", "")):
            raise
        _LOGGER.warning("未在文件之间查：服务器没有答完 (not checked between documents): %s", error)
        return LiftedGraph(graph, b"".join(_lines(store, graph)))
    found = stating.quads.nquads()
    if focuses is None:
        return LiftedGraph(graph, found)
    lines = {*found.splitlines(keepends=True), *_kept(store, graph, focuses)}
    return LiftedGraph(graph, b"".join(sorted(lines)))


def _find(
    store: Store, departments: Collection[str] | None, asked: Iterable[str], stating: _Stating
) -> frozenset[str] | None:
    """State what the rules find; return what the findings can be on, None for everything."""
    with closing(Facts(store, departments)) as facts:
        for rule in asked:
            for pair in facts.pairs(rule):
                stating.state(rules()[rule], pair)
        return facts.focuses


def _kept(store: Store, graph: str, focuses: Collection[str]) -> Iterator[bytes]:
    """Yield the stored findings, as N-Quads, on what is still there and is none of ``focuses``."""
    rows = rows_of(store, _KEPT.format(graph=graph))
    kept = {f"<{row['finding']}>".encode() for row in rows if row["focus"] not in focuses}
    for line in _lines(store, graph) if kept else ():
        if line.split(b" ", 1)[0] in kept:
            yield line


def _lines(store: Store, graph: str) -> Iterator[bytes]:
    """Yield a stored graph as N-Quads."""
    for line in store.read_graph(graph).splitlines():
        yield line.removesuffix(b".") + f"<{graph}> .\n".encode()


@dataclass(frozen=True, slots=True)
class _Stating:
    """State findings on pairs of printed rows in a graph."""

    quads: Quads
    ids: Minter
    statuses: Mapping[str, FindingStatus]

    def state(self, rule: Rule, pair: Row) -> None:
        """Add the finding on a pair."""
        keys = (rule.id, pair["focus"], pair["file"], pair.get("item"))
        node = self.quads.node(self.ids.local("finding", pair["other_file"], None, 0, *keys))
        node.type(JX.Finding, SH.ValidationResult)
        node.refer(JX.document, pair["other_document"])
        node.say(JX.rule, rule.id)
        key = f"{rule.id}-{digest(*keys, pair.get('one'), pair.get('other'))}"
        node.say(JX.findingKey, key)
        state_status(node, self.statuses.get(key))
        node.refer(SH.focusNode, pair["focus"])
        for row in (pair["row"], pair["other_row"]):
            node.refer(PROV.wasDerivedFrom, row)
        _state_words(node, rule, _said(rule, pair))
        _state_names(node, pair)


def _state_words(node: DescribedNode, rule: Rule, said: Mapping[str, object]) -> None:
    """State how grave a finding is, what it says and what would mend it, in both languages."""
    message, remedy = rule.messages["across"], rule.remedy("across")
    node.refer(SH.resultSeverity, SEVERITIES[message.severity])
    for term, words in ((SH.resultMessage, message), (JX.fix, remedy)):
        node.say(term, fill(words.zh, said), "zh")
        node.say(term, fill(words.en, said), "en")


def _state_names(node: DescribedNode, pair: Row) -> None:
    if "/department/" in pair["focus"]:
        node.say(JX.departmentText, pair["name"])
        return
    node.say(JX.departmentText, pair.get("office"))
    node.say(JX.projectText, pair["name"])


def _said(rule: Rule, pair: Row) -> Mapping[str, object]:
    """Return what the message of a pair says: of two amounts also their difference."""
    if rule.id not in _SUMS:
        return pair
    one, other = Decimal(pair["one"]), Decimal(pair["other"])
    return {**pair, "one": one, "other": other, "difference": abs(one - other)}
