"""Audit what only shows between documents: rules that are queries on the store, their findings in one graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jixiao.audit.figures import fill
from jixiao.audit.registry import Rule, rules
from jixiao.audit.settings import AuditSettings
from jixiao.config import BASE_IRI
from jixiao.ids import Minter
from jixiao.lifting.findings import SEVERITIES
from jixiao.lifting.graph import LiftedGraph
from jixiao.lifting.quads import Quads
from jixiao.text.folding import fold_name
from jixiao.vocab import JX, PROV, SH

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

RULES = ("R201", "R204", "R505")
"""Rules that have a query in ``kg/jixiao/audit/across`` and a message variant ``across``."""
_AMOUNTS = frozenset({"R201", "R204"})


def across_graph(base_iri: str) -> str:
    """Return the graph that holds the findings between documents."""
    return Minter(base_iri).graph("documents", "findings")


def audit_store(store: Store, *, base_iri: str = BASE_IRI, settings: AuditSettings | None = None) -> LiftedGraph:
    """Return the graph of findings between the documents of a store; put it there in place of the one before.

    A finding belongs to the later of its two documents by name and shows the printed rows of both.
    """
    ids = Minter(base_iri)
    quads = Quads(across_graph(base_iri))
    muted = settings.muted if settings else {}
    for rule in RULES:
        if rule in muted:
            continue
        for pair in _pairs(store, rule):
            _state(quads, ids, rules()[rule], pair)
    return LiftedGraph(quads.graph, quads.nquads())


def _pairs(store: Store, rule: str) -> Iterator[dict[str, str]]:
    """Yield what a rule's query finds: two printed rows of two documents that say different things of one node."""
    solutions: Any = store.query(files("jixiao.audit").joinpath("across", f"{rule}.rq").read_text("utf-8"))
    names = [variable.value for variable in solutions.variables]
    seen: set[tuple[str, ...]] = set()
    for solution in solutions:
        pair = {name: solution[name].value for name in names if solution[name] is not None}
        key = (pair["focus"], pair["document"], pair["other_document"], pair.get("item", ""))
        if key not in seen and fold_name(pair["one"]) != fold_name(pair["other"]):
            seen.add(key)
            yield pair


def _state(quads: Quads, ids: Minter, rule: Rule, pair: dict[str, str]) -> None:
    """Add the finding on a pair to the graph."""
    keys = (rule.id, pair["focus"], pair["file"], pair.get("item"))
    node = quads.node(ids.local("finding", pair["other_file"], None, 0, *keys))
    message, said = rule.messages["across"], _said(rule, pair)
    node.type(JX.Finding, SH.ValidationResult)
    node.refer(JX.document, pair["other_document"])
    node.say(JX.rule, rule.id)
    node.refer(SH.resultSeverity, SEVERITIES[message.severity])
    node.refer(SH.focusNode, pair["focus"])
    for row in (pair["row"], pair["other_row"]):
        node.refer(PROV.wasDerivedFrom, row)
    node.say(SH.resultMessage, fill(message.zh, said), "zh")
    node.say(SH.resultMessage, fill(message.en, said), "en")
    named = JX.departmentText if rule.id == "R204" else JX.projectText
    node.say(named, pair["name"])


def _said(rule: Rule, pair: Mapping[str, str]) -> Mapping[str, object]:
    """Return what the message of a pair says: of two amounts also their difference."""
    if rule.id not in _AMOUNTS:
        return pair
    one, other = Decimal(pair["one"]), Decimal(pair["other"])
    return {**pair, "one": one, "other": other, "difference": abs(one - other)}
