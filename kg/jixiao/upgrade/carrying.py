"""Carry over what version 0.1 has read of a document whose original is not at hand.

Its statements stay. What every later version does is done to them: persons are looked for in the printed rows and
withheld wherever they stand, findings get the key by which it is kept how they were dealt with, and the document says
who has read it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from jixiao.audit.auditing import finding_key
from jixiao.model import (
    WITHHELD,
    Block,
    Cell,
    Document,
    Finding,
    Paragraph,
    Persons,
    Place,
    Row,
    Severity,
    Source,
    Table,
)
from jixiao.privacy import withhold_persons
from jixiao.store.first_version import READER, FirstVersion
from jixiao.vocab import JX, PROV, RDF, SH, SKOS, concept

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

Stated = Mapping[str, Mapping[str, list[str]]]
"""What is stated: the texts of the objects by subject and predicate."""


def carry_over(store: Store, document: FirstVersion, others: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the graph of a document and that of its findings as the present version keeps them, as N-Quads.

    ``others`` are further file names that the same bytes were stored under.
    """
    findings = f"{document.graph}/findings"
    held = {graph: _triples(store.read_graph(graph)) for graph in (document.graph, findings)}
    stated = state_by_subject(each for triples in held.values() for each in triples)
    persons = _persons(document, stated)
    withhold = _withholding(persons)
    node = NamedNode(document.document)
    held[document.graph] += [
        Triple(node, NamedNode(JX.readBy), Literal(READER)),
        Triple(node, NamedNode(JX.withheldCount), Literal(persons.places)),
        Triple(node, NamedNode(JX.withContacts), Literal(False)),
        *(Triple(node, NamedNode(SKOS.altLabel), Literal(name)) for name in others),
    ]
    held[findings] += _of_findings(document, stated)
    for graph, triples in held.items():
        name = NamedNode(graph)
        quads = [Quad(each.subject, each.predicate, _shown(each.object, withhold), name) for each in triples]
        if quads:
            yield graph, serialize(quads, format=RdfFormat.N_QUADS) or b""


def _triples(ntriples: bytes) -> list[Triple]:
    return [quad.triple for quad in parse(ntriples, RdfFormat.N_TRIPLES)]


def state_by_subject(triples: Iterable[Any]) -> Stated:
    """Return triples by subject and predicate; of texts in two languages the Chinese ones."""
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in triples:
        if getattr(each.object, "language", None) != "en":
            found[each.subject.value][each.predicate.value].append(each.object.value)
    return found


def _persons(document: FirstVersion, stated: Stated) -> Persons:
    """Return where the printed rows that were kept name persons, and how these read without them."""
    rows: defaultdict[int, list[Row]] = defaultdict(list)
    blocks: list[Block] = []
    for said in stated.values():
        if JX.SourceRow not in said[RDF.type] or not said[JX.text]:
            continue
        place, text = Place(int(said[JX.line][0])), said[JX.text][0]
        table = next((each.rpartition("/")[2] for each in said[JX.inTable]), None)
        if table is None:
            blocks.append(Paragraph(text, place))
        else:
            cells = tuple(Cell(words, column) for column, words in enumerate(text.split("\t")))
            rows[int(table)].append(Row(cells, place))
    for number, printed in rows.items():
        blocks.append(Table(number, tuple(sorted(printed, key=lambda row: row.place.line))))
    whole = Document(document.name, document.digest, "", tuple(blocks))
    return withhold_persons(whole, keep=True).persons


def _withholding(persons: Persons) -> Callable[[str], str]:
    """Return a function that gives any text of a graph without the persons that its printed rows name."""
    kept = persons.kept or {}
    names = {name for printed, shown in kept.items() for name in _withheld_words(printed, shown) if len(name) > 2}
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")

    def withhold(text: str) -> str:
        return pattern.sub(WITHHELD, kept.get(text, text))

    return withhold


def _withheld_words(printed: str, shown: str) -> Iterable[str]:
    """Return the words of a printed text in whose place something else is shown."""
    parts = "(.+?)".join(map(re.escape, shown.split(WITHHELD)))
    found = re.fullmatch(parts, printed, re.DOTALL)
    return found.groups() if found else ()


def _shown(term: Any, withhold: Callable[[str], str]) -> Any:
    """Return the object of a statement without persons."""
    if not isinstance(term, Literal):
        return term
    text = withhold(term.value)
    if text == term.value:
        return term
    return Literal(text, language=term.language) if term.language else Literal(text)


def _of_findings(document: FirstVersion, stated: Stated) -> Iterator[Triple]:
    """Yield of each finding its key, and that it is open."""
    about = stated[document.document]
    year = next(map(int, about[JX.year]), None)
    kind = about[JX.documentKind][0].removeprefix(concept("document", ""))
    for iri, said in list(stated.items()):
        if JX.Finding not in said[RDF.type]:
            continue
        rows = (stated[row] for row in said[PROV.wasDerivedFrom] if row in stated)
        evidence = tuple(Source(None, int(row[JX.line][0]), row[JX.text][0]) for row in rows)
        office, project, indicator = (
            next(iter(said[term]), None) for term in (JX.departmentText, JX.projectText, JX.indicatorText)
        )
        message = next(iter(said[SH.resultMessage]), "")
        rule = said[JX.rule][0]
        finding = Finding(
            rule, Severity.INFO, iri, message, "", document.name, office, project, indicator, evidence=evidence
        )
        node = NamedNode(iri)
        yield Triple(node, NamedNode(JX.findingKey), Literal(finding_key(finding, (kind, year))))
        yield Triple(node, NamedNode(JX.status), Literal("open"))
