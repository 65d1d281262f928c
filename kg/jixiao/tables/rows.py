"""Work out what one graph says to the tables, from the graph itself and the names of what it points to elsewhere.

The queries that define the tables are asked of a small store that holds the one graph. So a row is what the graph says,
however that got into the store: by lifting, by an update or by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from jixiao.tables.copies import copied_documents
from jixiao.tables.specs import TABLES, SupportsQuery, solve
from jixiao.vocab import DCTERMS, JX, PROV, RDFS

if TYPE_CHECKING:
    from pyoxigraph import Store as Oxigraph

Rows = dict[str, list[dict[str, Any]]]

_SHOWN = (RDFS.label, JX.fileName, JX.line, JX.text)  # what rows of other graphs may show of a thing
# of a decision nothing is shown by rows of other graphs
_LINES = re.compile(
    rb"^(?!<[^>]*/correction/).*> <(?:%s)> .*$" % b"|".join(re.escape(each.encode()) for each in _SHOWN), re.MULTILINE
)
_COPY = f"> <{JX.copyOf}> ".encode()
_POINTED = f"""
SELECT DISTINCT ?thing {{
  ?s <{JX.document}>|<{JX.linkSubject}>|<{JX.linkObject}>|<{JX.department}>|<{JX.project}>|
    <{PROV.wasDerivedFrom}>|<{DCTERMS.replaces}>|<{JX.possibleVersionOf}> ?thing
  FILTER(ISIRI(?thing)) FILTER NOT EXISTS {{ ?thing ?p ?o }}
}}"""
_TOLD = "{{ VALUES ?thing {{ {things} }} ?thing <{predicate}> ?o BIND(<{predicate}> AS ?p) }}"
_OWNED = f"SELECT ?iri ?project {{ ?iri <{JX.hasProject}> ?project }}"
_REGIONS = f"SELECT ?name ?region {{ ?iri <{JX.region}> ?region ; <{RDFS.label}> ?name }}"
_CONCEPTS = (
    "SELECT ?key (COUNT(?i) AS ?n) WHERE "
    f"{{ {{ ?i <{JX.concept}> ?key }} UNION {{ ?i <{JX.level1}>|<{JX.level2}> ?key }} }} GROUP BY ?key"
)
# What a graph must name to have rows in a table: most graphs have rows in few tables.
_NEEDED = {
    name: f"<{iri}".encode()
    for name, iri in {
        "indicators": JX.Indicator,
        "documents": JX.Document,
        "departments": JX.Department,
        "projects": JX.ProjectEntry,
        "tasks": JX.Task,
        "goals": JX.Goal,
        "funds": JX.FundLine,
        "management": JX.ManagementItem,
        "evaluations": JX.formKind,
        "amounts": JX.BudgetFigure,
        "facts": JX.ProseFact,
        "findings": JX.Finding,
        "issues": JX.Issue,
        "links": JX.Link,
        "review": JX.document,
        "corrections": JX.Correction,
    }.items()
}


@dataclass(slots=True)
class GraphRows:
    """Hold what one graph says to the tables.

    ``rows`` count; ``copies`` repeat what another document says. ``projects`` are those of each department, ``regions``
    the region codes of departments by name, ``concepts`` how many indicators each concept and level has, ``copied`` how
    many documents and forms are copies. ``shown`` differs when anything does that the rows of other graphs may show;
    ``pointing`` says that these rows show such things themselves.
    """

    rows: Rows = field(default_factory=dict)
    copies: Rows = field(default_factory=dict)
    projects: dict[str, list[str]] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    concepts: dict[str, int] = field(default_factory=dict)
    copied: tuple[int, int] = (0, 0)
    shown: str = ""
    pointing: bool = False


def graph_rows(store: SupportsQuery, graph: str, ntriples: bytes) -> GraphRows:
    """Return the rows of a graph; ``store`` tells the names of what it points to and the originals of its copies."""
    data = _loaded(ntriples)
    found = GraphRows(shown=_shown(ntriples), pointing=_complete(data, store))
    for name, spec in TABLES.items():
        if _NEEDED[name] in ntriples:
            found.rows[name] = list(solve(data, spec))
    if _COPY in ntriples:
        _add_copies(found, store, graph)
    for iri, project in _pairs(data, _OWNED):
        found.projects.setdefault(iri, []).append(project)
    found.regions = {name: iri.rpartition("region-")[2] for name, iri in _pairs(data, _REGIONS)}
    found.concepts = {key: int(count) for key, count in _pairs(data, _CONCEPTS)}
    return found


def _loaded(ntriples: bytes) -> Oxigraph:
    from pyoxigraph import RdfFormat, Store

    data = Store()
    data.bulk_load(ntriples, RdfFormat.N_TRIPLES)
    return data


def _complete(data: Oxigraph, store: SupportsQuery) -> bool:
    """Add what other graphs say of the things that a graph points to and does not describe; return if there are any."""
    from pyoxigraph import Quad

    things = " ".join(str(row[0]) for row in data.query(_POINTED))  # type: ignore[union-attr]
    if things:
        parts = (_TOLD.format(things=things, predicate=predicate) for predicate in _SHOWN)
        told = store.query("SELECT ?thing ?p ?o { " + " UNION ".join(parts) + " }")
        data.extend(Quad(row["thing"], row["p"], row["o"]) for row in told)
    return bool(things)


def _pairs(data: Oxigraph, query: str) -> list[tuple[str, str]]:
    return [(row[0].value, row[1].value) for row in data.query(query)]  # type: ignore[union-attr]


def _shown(ntriples: bytes) -> str:
    return sha256(b"\n".join(sorted(_LINES.findall(ntriples)))).hexdigest()[:16]


def _add_copies(found: GraphRows, store: SupportsQuery, graph: str) -> None:
    for held in copied_documents(store, graph):
        for name, spec in TABLES.items():
            if "copy_of" in spec.columns:
                rows = [row for row in held.rows(store, spec) if row["copy_of"]]
                found.copies.setdefault(name, []).extend(rows)
        documents = held.document in held.originals
        found.copied = int(documents), len(held.originals) - int(documents)
