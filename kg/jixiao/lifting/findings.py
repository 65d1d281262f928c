"""Lift audit findings into a graph of their own beside the document's, so that an audit replaces only findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jixiao.ids import Minter
from jixiao.lifting.graph import LiftedGraph
from jixiao.lifting.quads import DescribedNode, Quads
from jixiao.lifting.sources import Sources
from jixiao.lifting.stating import state
from jixiao.model import Finding, Severity
from jixiao.vocab import JX, SH

SEVERITIES = {Severity.VIOLATION: SH.Violation, Severity.WARNING: SH.Warning, Severity.INFO: SH.Info}


FindingStatus = tuple[str, str]
"""How a finding was dealt with (open, explained, dismissed, fixed), and what was said of it."""


def lift_findings(
    document: str, findings: Iterable[Finding], *, base_iri: str, statuses: Mapping[str, FindingStatus] | None = None
) -> LiftedGraph:
    """Lift the findings on the document named ``document`` into the graph ``…/findings`` beside its own.

    ``Finding.focus`` is the IRI of a node. The same finding on the same rows keeps its IRI when its numbers change.
    ``statuses`` tell by its key how a finding was dealt with.
    """
    ids = Minter(base_iri)
    quads = Quads(ids.graph(document, "findings"))
    sources = Sources(quads, ids, document)
    sources.document.say(JX.fileName, document)
    for finding in findings:
        first = finding.evidence[0] if finding.evidence else None
        node = sources.mint("finding", first, finding.rule, finding.focus, *(each.line for each in finding.evidence))
        state(node, finding)
        sources.derive(node, *finding.evidence)
        node.refer(SH.resultSeverity, SEVERITIES[finding.severity])
        state_status(node, (statuses or {}).get(finding.key))
    return LiftedGraph(quads.graph, quads.nquads())


def state_status(node: DescribedNode, status: FindingStatus | None) -> None:
    """State how a finding was dealt with; one of which nothing was said is open."""
    word, note = status or ("open", "")
    node.say(JX.status, word)
    node.say(JX.statusNote, note or None)
