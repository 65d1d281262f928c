"""Keep decisions in a graph of their own in a store, and find in its graphs what is decided on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jixiao.errors import UsageError
from jixiao.ids import Minter
from jixiao.lifting.quads import Quads
from jixiao.lifting.stating import state, statements
from jixiao.linking.stored import Answering, rows_of
from jixiao.review.applying import item_of, same_words
from jixiao.review.decisions import (
    ADD,
    CORRECT,
    FINDING,
    INDICATOR,
    ISSUE,
    Decision,
    check_decision,
    moment_text,
    thing_kinds,
)
from jixiao.vocab import JX, PROV, RDFS, REVIEW_GRAPH, SH, concept

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

_HELD = f"SELECT ?iri ?p ?o {{{{ {{on}} GRAPH <{REVIEW_GRAPH}> {{{{ ?iri ?p ?o }}}} }}}}"
_SAID = 'SELECT ?p ?o {{ <{iri}> ?p ?o FILTER(!ISLITERAL(?o) || LANG(?o) != "en") }}'
_PRINTED = f"""
SELECT ?sha256 ?file ?line ?place ?text ?places {{{{
  <{{iri}}> <{JX.document}> ?document . ?document <{JX.sha256}> ?sha256 ; <{JX.fileName}> ?file .
  OPTIONAL {{{{ <{{iri}}> <{PROV.wasDerivedFrom}> ?row . ?row <{JX.line}> ?line ; <{JX.text}> ?text .
    OPTIONAL {{{{ ?row <{JX.place}> ?place }}}} OPTIONAL {{{{ ?row <{JX.cellPlaces}> ?places }}}} }}}}
}}}} ORDER BY ?line"""
_PLANS = f"""
SELECT DISTINCT ?plan {{{{
  <{{iri}}> <{JX.project}> ?project ; <{JX.document}> ?document .
  ?project <{JX.hasPlan}> ?plan . ?plan <{JX.document}> ?document }}}}"""


def read_decisions(store: Answering, thing: str | None = None) -> tuple[Decision, ...]:
    """Return the decisions that a store keeps, or those that a thing holds, in the order they are written to files."""
    terms = {each.term: each.field for each in statements()["Decision"] if each.field != "a"}
    terms |= {JX.place: "place", JX.findingKey: "place"}
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows_of(store, _HELD.format(on=f"?iri <{JX.corrects}> <{thing}> ." if thing else "")):
        if row["p"] in terms:
            found[row["iri"]][terms[row["p"]]] = row["o"]
    empty = dict.fromkeys(Decision.__dataclass_fields__, "")
    return tuple(sorted((Decision(**{**empty, **said}) for said in found.values()), key=lambda each: each.order))


def decision_quads(decisions: Iterable[Decision], ids: Minter) -> bytes:
    """Return decisions as the graph that keeps them, sorted N-Quads."""
    quads = Quads(REVIEW_GRAPH)
    for decision in decisions:
        node = quads.node(ids.correction(*decision.order))
        state(node, decision)
        node.say(JX.findingKey if decision.kind == FINDING else JX.place, decision.place)
    return quads.nquads()


def keep_decisions(store: Store, decisions: Iterable[Decision], ids: Minter) -> None:
    """Add decisions to those a store keeps; earlier ones on the same stay beside them."""
    added = decision_quads(decisions, ids)
    held = store.read_graph(REVIEW_GRAPH).replace(b" .\n", f" <{REVIEW_GRAPH}> .\n".encode())
    store.replace_graph(REVIEW_GRAPH, held + added)


@dataclass(frozen=True, slots=True)
class ReadThing:
    """Hold what a store says of something that can be decided on: its kind, document, printed row, cells and values.

    ``values`` are the present texts by the record's fields, ``decided`` the decisions that it holds.
    """

    iri: str
    kind: str
    sha256: str
    file: str
    place: str
    text: str
    cells: tuple[tuple[str, str], ...]
    item: str
    values: Mapping[str, str]
    decided: tuple[Decision, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Return the present text of every column that may be set right."""
        return {column: self.values.get(field, "") for column, field in thing_kinds()[self.kind].fields.items()}


def find_thing(store: Answering, iri: str, ids: Minter) -> ReadThing:
    """Return what a store says of an IRI, or of the one plan of a project's entry.

    Raises ``UsageError`` for what is no IRI, or nothing that can be decided on.
    """
    kind = iri.removeprefix(ids.base).partition("/")[0]
    if kind == "entry":
        plans = [row["plan"] for row in rows_of(store, _PLANS.format(iri=iri))]
        if len(plans) == 1:
            return find_thing(store, plans[0], ids)
    printed = next(rows_of(store, _PRINTED.format(iri=_checked(iri))), None)
    if kind not in thing_kinds() or printed is None:
        kinds = " ".join(thing_kinds())
        message = f"库里没有这一项，或不能复核；可复核的有 (nothing to review here; kinds): {kinds}"
        raise UsageError(message, "nothing-to-review", iri)
    values = _values(store, iri, kind)
    text, line = printed.get("text", ""), printed.get("line", "0")
    words, places = text.split("\t"), printed.get("places", "").split("\t")
    cells = tuple(zip(places, words, strict=True)) if len(places) == len(words) else ()
    place = printed.get("place") or line
    if kind == FINDING:
        place, text = values.get("key", ""), values.get("message", "")
    decided = read_decisions(store, iri)
    item = decided[0].item if decided else item_of(kind, values.get)
    return ReadThing(iri, kind, printed["sha256"], printed["file"], place, text, cells, item, values, decided)


def _checked(iri: str) -> str:
    if not iri or any(sign in iri for sign in '<>"{}|^`\\ \n\t'):
        raise UsageError("不是 IRI (not an IRI)", "bad-iri", iri[:80])
    return iri


def _values(store: Answering, iri: str, kind: str) -> dict[str, str]:
    """Return what is stated of a thing, by the fields of its record."""
    record = thing_kinds()[kind].record.__name__
    stated = [*statements()[record], *({"Indicator": statements()["Target"]}.get(record, ()))]
    terms = {each.term: (each.field, each.how) for each in stated if each.field != "a"}
    terms |= {JX.targetText: ("target", ""), SH.resultMessage: ("message", "")}
    if kind == "plan":
        terms[RDFS.label] = ("project", "")
    values: dict[str, str] = {}
    for row in rows_of(store, _SAID.format(iri=iri)):
        if row["p"] in terms:
            field, how = terms[row["p"]]
            values[field] = row["o"].removeprefix(concept(how, ""))
    return values


def decide(thing: ReadThing, decision: str, role: str, *, field: str = "", value: str = "", note: str = "") -> Decision:
    """Return a decision on a thing, at the cell that prints the field's present words, else at its row.

    An indicator is added to the row of an issue; ``field`` is its name. Raises ``UsageError`` for what cannot be
    decided.
    """
    place, printed = thing.place, thing.text
    kind, item = thing.kind, thing.item
    if decision == ADD and kind == ISSUE:
        kind, item, field = INDICATOR, field.strip(), ""
    if decision == CORRECT:
        place, printed = _cell_of(thing, field)
    elif decision != ADD:
        field = value = ""
    said = (decision, field, value.strip(), role, moment_text(datetime.now(UTC)), note.strip())
    made = Decision(thing.sha256, thing.file, kind, place, printed, item, *said)
    check_decision(made)
    return made


def _cell_of(thing: ReadThing, column: str) -> tuple[str, str]:
    """Return place and words of the one cell that prints a column, where it was set right before, else of the row."""
    for earlier in thing.decided:
        if earlier.field == column:
            return earlier.place, earlier.printed
    present = thing.columns.get(column, "")
    cells = [(where, words) for where, words in thing.cells if where and present and same_words(present, words)]
    return cells[0] if len(cells) == 1 else (thing.place, thing.text)
