"""Set aside what a copy says: it stays in its document's graph, under predicates that no query asks for.

A triple ``s p o`` of a copy becomes ``s <…/aside?p=p> o``, and back when the original goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from jixiao.vocab import JX, RDF, SH

if TYPE_CHECKING:
    from pyoxigraph import Quad

_ASIDE = "https://w3id.org/jixiao/aside?p="
_TRIPLE = re.compile(r"<([^>]*)> <([^>]*)> (?:<([^>]*)>|(.*)) \.$")
_BELOW = frozenset(
    (
        JX.hasFundLine,
        JX.hasGoal,
        JX.hasTask,
        JX.hasIndicator,
        JX.hasManagementItem,
        JX.hasEvaluation,
        JX.hasField,
        JX.hasTargetPart,
        JX.hasThreshold,
    )
)

Triple = tuple[str, str, str, str]
"""Subject, predicate, and the object as an IRI or as a literal's text (the other is empty)."""


def restored(ntriples: bytes) -> list[Triple]:
    """Return the triples of a graph as they were lifted: nothing set aside, nothing called a copy."""
    triples = []
    for line in ntriples.decode().splitlines():
        match = _TRIPLE.match(line)
        if match and match[2] != JX.copyOf:
            triples.append((match[1], lifted(match[2]), match[3] or "", match[4] or ""))
    return triples


def predicate(of: str) -> str:
    """Return the predicate under which what a copy says is set aside."""
    return _ASIDE + of


def lifted(stored: str) -> str:
    """Return the predicate that was lifted."""
    return stored.removeprefix(_ASIDE)


def as_triple(quad: Quad) -> Triple:
    """Return a statement of a queried graph as a triple."""
    subject, text = str(quad.subject)[1:-1], str(quad.object)
    if text.startswith("<"):
        return subject, quad.predicate.value, text[1:-1], ""
    return subject, quad.predicate.value, "", text


def set_aside(triples: Iterable[Triple], nodes: frozenset[str], document: str | None = None) -> list[Triple]:
    """Return triples with those of the nodes, and those that lead to them, set aside.

    Of a ``document`` that is a copy itself only that it is one goes aside: it is shown for what it is, and not counted.
    """
    return [
        (subject, predicate(of) if _goes(subject, of, target, nodes, document) else of, target, text)
        for subject, of, target, text in triples
    ]


def _goes(subject: str, of: str, target: str, nodes: frozenset[str], document: str | None) -> bool:
    return subject in nodes or target in nodes or (subject == document and of == RDF.type)


def copies_of(originals: Mapping[str, str]) -> list[Triple]:
    """Return the triples that say of each copy what counts in its place."""
    return [(copy, JX.copyOf, original, "") for copy, original in originals.items()]


def nodes_of_document(triples: Iterable[Triple], document: str) -> frozenset[str]:
    """Return the nodes that are printed in a document: its rows, forms and all they hold, not the document itself."""
    mark = f"/{document.rsplit('/', 1)[1]}/"
    return frozenset(subject for subject, *_ in triples if mark in subject and subject != document)


def nodes_of_plans(triples: Iterable[Triple], plans: Iterable[str]) -> frozenset[str]:
    """Return plans with all below them, the forms that hold no other plan, and the entries that nothing else names."""
    triples = list(triples)
    found = set(plans)
    held: dict[str, set[str]] = {}
    below: dict[str, set[str]] = {}
    for subject, predicate, target, _ in triples:
        if predicate == JX.form:
            held.setdefault(target, set()).add(subject)
        elif predicate in _BELOW:
            below.setdefault(subject, set()).add(target)
    waiting = list(found)
    while waiting:
        new = below.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    found |= {form for form, inside in held.items() if inside <= found}
    return frozenset(found | _entries(triples, found))


def _entries(triples: Iterable[Triple], plans: set[str]) -> set[str]:
    """Return the entries of projects that no other place of the document names than the plans."""
    named: dict[str, int] = {}
    entries: dict[str, str] = {}
    mentions: dict[str, int] = {}
    kept = list(triples)
    for subject, predicate, target, _ in kept:
        if predicate == JX.hasPlan and target in plans:
            named[subject] = named.get(subject, 0) + 1
        elif predicate == JX.hasEntry:
            entries[target] = subject
        elif predicate == JX.hasMention:
            mentions[subject] = mentions.get(subject, 0) + 1
    return {entry for entry, project in entries.items() if mentions.get(entry, 0) <= named.get(project, 0)}


def findings_on(triples: Iterable[Triple], nodes: frozenset[str]) -> frozenset[str]:
    """Return the findings on any of the nodes."""
    return frozenset(
        subject for subject, predicate, target, _ in triples if predicate == SH.focusNode and target in nodes
    )


def as_nquads(triples: Iterable[Triple], graph: str) -> bytes:
    """Return triples as sorted N-Quads of a graph."""
    lines = {
        f"<{subject}> <{predicate}> {f'<{target}>' if target else text} <{graph}> .\n"
        for subject, predicate, target, text in triples
    }
    return "".join(sorted(lines)).encode()
