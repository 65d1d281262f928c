"""Let what persons decide take effect at once: the graph of its document changes by the difference that it makes.

The document is read again from its kept original, lifted without and with the decision, and only what differs is
changed: whatever else its graph holds (what sister files told, an office's thresholds) stays. Where there is no
original, or the graph is that of another reader, the decision counts from the next lift on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jixiao.documents import read_bytes
from jixiao.ids import Minter
from jixiao.lifting.findings import state_status
from jixiao.lifting.quads import Quads
from jixiao.linking.stored import Answering, rows_of
from jixiao.pipeline import departments_in, lift_audit, link_changed
from jixiao.reading import LiftOptions, Reading, without_persons
from jixiao.review.decisions import FINDING, Decision, statuses_of
from jixiao.review.keeping import keep_decisions, read_decisions
from jixiao.store import aside
from jixiao.store.graphs import read_graph
from jixiao.store.originals import originals_of
from jixiao.store.unfinished import note_unfinished, read_unfinished
from jixiao.tables.keeping import keep_tables
from jixiao.versions import dress, read_relations
from jixiao.vocab import DCTERMS, JX, SKOS

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

_STORED = f"""
SELECT ?name ?label ?source ?contacts {{{{
  ?document <{JX.sha256}> "{{digest}}" ; <{JX.fileName}> ?name ; <{JX.withContacts}> ?contacts .
  OPTIONAL {{{{ ?document <{SKOS.altLabel}> ?label }}}} OPTIONAL {{{{ ?document <{DCTERMS.source}> ?source }}}}
}}}}"""
_FINDINGS = f"SELECT ?graph ?finding ?key {{{{ GRAPH ?graph {{{{ ?finding <{JX.findingKey}> ?key }}}} {{keys}} }}}}"

_SURE = frozenset(f"<{of}>" for of in (JX.confidence, JX.corrects, JX.doubt))
_COPIES = f"SELECT ?copy {{{{ GRAPH <{{graph}}> {{{{ ?copy <{JX.copyOf}> ?original }}}} }}}} LIMIT 1"

Lines = list[str]
Differences = Mapping[str, tuple[Lines, Lines]]
"""By graph the lines of N-Quads that go and those that come."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """Hold how a stored document was lifted: its name, other names, source, and whether persons were kept."""

    name: str
    labels: tuple[str, ...] = ()
    source_url: str | None = None
    contacts: bool = False


def find_document(store: Answering, digest: str) -> StoredDocument | None:
    """Return how the document with these bytes was lifted, None where it is not stored."""
    rows = list(rows_of(store, _STORED.format(digest=digest)))
    if not rows:
        return None
    labels = sorted({row["label"] for row in rows if "label" in row})
    return StoredDocument(rows[0]["name"], tuple(labels), rows[0].get("source"), rows[0]["contacts"] == "true")


def find_differences(
    content: bytes, about: StoredDocument, before: Sequence[Decision], added: Sequence[Decision], base_iri: str
) -> Differences:
    """Return what the graphs of a document and of its findings say differently with further decisions."""
    options = LiftOptions(base_iri, contacts=about.contacts, decisions=tuple(before))
    document = read_bytes(about.name, content)
    known = replace(document, name=about.name, labels=about.labels, source_url=about.source_url)
    reading = without_persons(known, options)
    decided = replace(options, decisions=(*before, *added))
    differences = {}
    pairs = zip(_graphs(reading, options), _graphs(reading.decided(decided.decisions), decided), strict=True)
    for (graph, old), (_, new) in pairs:
        differences[graph] = _as_stored(graph, old - new), _as_stored(graph, new - old)
    return differences


def _graphs(reading: Reading, options: LiftOptions) -> Iterable[tuple[str, set[bytes]]]:
    findings = lift_audit(reading, options)
    lifted = (reading.lifted.graph_iri, reading.triples), (findings.graph_iri, findings.nquads)
    return [(graph, set(nquads.splitlines(keepends=True))) for graph, nquads in lifted]


def _as_stored(graph: str, lines: Iterable[bytes]) -> Lines:
    """Return lines as a store writes them, in order."""
    return sorted(read_graph(graph, b"".join(lines)).nquads.decode().splitlines(keepends=True))


def decide_in_store(store: Store, decisions: Sequence[Decision], base_iri: str) -> frozenset[str]:
    """Keep decisions and let them take effect; return the digests of the documents whose graphs show them."""
    before, originals = read_decisions(store), originals_of(store)
    by_digest: defaultdict[str, list[Decision]] = defaultdict(list)
    for each in decisions:
        if each.kind != FINDING:
            by_digest[each.sha256].append(each)
    differences = {}
    for digest, added in by_digest.items():
        about, content = find_document(store, digest), originals.read(digest) if originals else None
        if about and content is not None:
            differences[digest] = find_differences(content, about, before, added, base_iri)
    shown = take_effect(store, decisions, differences, base_iri)
    keep_tables(store)
    return shown


def take_effect(
    store: Store, decisions: Sequence[Decision], differences: Mapping[str, Differences], base_iri: str
) -> frozenset[str]:
    """Keep decisions, and change graphs by differences known by digest of the document; return those that fitted."""
    ids = Minter(base_iri)
    keep_decisions(store, decisions, ids)
    statuses = statuses_of(decisions)
    store.replace_graphs(_restated(store, statuses))
    changes = {digest: _changed(store, each) for digest, each in differences.items()}
    changed = {graph: nquads for graphs in changes.values() for graph, nquads in graphs.items()}
    if changed:
        doubtful = read_unfinished(store)
        note_unfinished(store, doubtful | changed.keys())
        sure = not doubtful and _only_sure(store, differences)
        departments = frozenset() if sure else departments_in(store, changed)
        store.replace_graphs(changed.items())
        if not sure:
            link_changed(store, base_iri, changed, departments, whole=bool(doubtful))
        note_unfinished(store, doubtful)
    return frozenset(digest for digest, graphs in changes.items() if graphs)


def _only_sure(store: Store, differences: Mapping[str, Differences]) -> bool:
    """Tell whether nothing changes but how sure something is, which no link and no finding between documents asks for.

    What is set aside in a graph as a copy was taken back to see the difference, so it has to be looked at again.
    """
    graphs = [each for changes in differences.values() for each in changes.items()]
    lines = [line for graph, (gone, new) in graphs if not graph.endswith("/findings") for line in (*gone, *new)]
    sure = all(line.split(" ", 2)[1] in _SURE for line in lines)
    return sure and not any(True for graph, _ in graphs for _ in rows_of(store, _COPIES.format(graph=graph)))


def _changed(store: Store, differences: Differences) -> dict[str, bytes]:
    """Return the graphs of a document as differences make them, none where these are not of what is stored."""
    changed, relations = {}, read_relations(store)
    for graph, (gone, new) in differences.items():
        held = set(aside.as_nquads(aside.restored(store.read_graph(graph)), graph).decode().splitlines(keepends=True))
        if not held.issuperset(gone):
            return {}
        changed[graph] = dress(relations, graph, "".join(sorted((held - set(gone)) | set(new))).encode())
    return changed


def _restated(store: Store, statuses: Mapping[str, tuple[str, str]]) -> Iterable[tuple[str, bytes]]:
    """Yield the graphs of findings with how some were dealt with."""
    keys = " ".join(f'"{key}"' for key in sorted(statuses))
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows_of(store, _FINDINGS.format(keys=f"VALUES ?key {{ {keys} }}")):
        found[row["graph"]][row["finding"]] = row["key"]
    for graph, findings in found.items():
        quads = Quads(graph)
        for iri, key in findings.items():
            state_status(quads.node(iri), statuses[key])
        old = tuple(f"<{iri}> <{term}> ".encode() for iri in findings for term in (JX.status, JX.statusNote))
        held = store.read_graph(graph).replace(b" .\n", f" <{graph}> .\n".encode()).splitlines(keepends=True)
        yield graph, b"".join(line for line in held if not line.startswith(old)) + quads.nquads()
