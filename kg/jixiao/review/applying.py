"""Apply decisions to what was read of a document: records in, records out, and what could not be applied as issues.

A decision is found again by its place in the file and the words printed there, which no reader makes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from jixiao.documents.coordinates import cell_place
from jixiao.ids import Minter
from jixiao.model import (
    CHECKED,
    Document,
    DocumentRecords,
    FilledForm,
    Indicator,
    Issue,
    MoneyTable,
    Paragraph,
    Plan,
    Reviewed,
    Row,
    Source,
    Target,
    TargetKind,
)
from jixiao.review.decisions import (
    ACCEPT,
    ADD,
    CORRECT,
    FINDING,
    ISSUE,
    REJECT,
    Decision,
    in_force,
    read_value,
    thing_kinds,
)
from jixiao.text.folding import squeeze
from jixiao.text.vocabulary import word_lists
from jixiao.values.targets import parse_actual, parse_target

Known = TypeVar("Known", bound=Reviewed)

_KINDS: dict[type[Any], str] = {known.record: kind for kind, known in thing_kinds().items()}


def apply_decisions(
    document: Document, records: DocumentRecords, decisions: Iterable[Decision], ids: Minter
) -> DocumentRecords:
    """Return the records of a document with what was decided on its bytes.

    What does not fit any more is an issue, and so is what was decided on another version of the document: that is
    offered, not applied.
    """
    names = {document.name, *document.labels}
    meant = [each for each in decisions if each.kind not in (ISSUE, FINDING)]
    own = in_force(each for each in meant if each.sha256 == document.sha256)
    others = in_force(each for each in meant if each.sha256 != document.sha256 and each.file in names)
    if not own and not others:
        return records
    work = _Work(records, ids, printed_places(document))
    work.add([each for each in own if each.decision == ADD])
    work.place([each for each in own if each.decision != ADD])
    changed = work.changed()
    issues = (*records.issues, *work.issues, *_offers(changed, work.places, own, others))
    return replace(changed, issues=issues)


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """Hold what is printed at a place, and the row or paragraph it is in."""

    text: str
    source: Source


PrintedPlaces = defaultdict[str, list[PrintedPlace]]


def printed_places(document: Document) -> PrintedPlaces:
    """Return what is printed in every cell, row and paragraph of a document, by its place in the file's own terms.

    A row of a sheet is called by its first cell.
    """
    found: PrintedPlaces = defaultdict(list)
    for block in document.blocks:
        table = None if isinstance(block, Paragraph) else block.index
        for printed in (block,) if isinstance(block, Paragraph) else block.rows:
            place = printed.place
            source = Source(table, place.line, printed.text, place.page, place.where)
            found[place_of(source)].append(PrintedPlace(printed.text, source))
            for cell in printed.cells if isinstance(printed, Row) else ():
                if where := cell_place(place, cell):
                    found[where].append(PrintedPlace(cell.text, source))
    return found


def place_of(source: Source) -> str:
    """Return where a row or paragraph stands in its file: its own coordinates, else its line."""
    return source.where or str(source.line)


def item_of(kind: str, values: Any) -> str:
    """Return the words that tell a record, or what a function says of its fields, from others on its row."""
    known = values if callable(values) else lambda name: getattr(values, name)
    return " / ".join(str(text) for name in thing_kinds()[kind].item if (text := known(name)))


@dataclass(slots=True)
class _Work:
    """Apply decisions to the records they are on."""

    records: DocumentRecords
    ids: Minter
    places: PrintedPlaces
    issues: list[Issue] = field(default_factory=list)
    waiting: defaultdict[int, list[Decision]] = field(default_factory=lambda: defaultdict(list))

    def add(self, decisions: Iterable[Decision]) -> None:
        """Add indicators that were not read from their rows; what is read there by now is told instead."""
        at = _by_row(self.records)
        for decision, printed in self._found(decisions):
            target = _target(decision.value, self.records.fiscal_year, decision.item)
            read = at[decision.kind, place_of(printed.source)]
            plan = _plan_of(self.records, printed.source)
            if any(_is_same(each, decision, target) for each in read):
                self._tell("correction-agrees", decision, printed)
            elif plan is None:
                self._tell("added-nowhere", decision, printed)
            else:
                self._put(plan, decision, target, printed.source)

    def _put(self, plan: Plan, decision: Decision, target: Target | None, source: Source) -> None:
        """Put an indicator where its row stands among those of a plan."""
        place = sum(each.source.line <= source.line for each in plan.indicators)
        above, below = plan.indicators[:place], plan.indicators[place:]
        by = {"corrected": ("level3", "target_text"), "decided": (self.ids.correction(*decision.order),)}
        made = Indicator(*_levels(above, below, source.text), decision.item, target, source, **by)  # type: ignore[arg-type]
        changed = replace(plan, indicators=(*above, made, *below))
        forms = (
            replace(form, plans=tuple(changed if each is plan else each for each in form.plans))
            for form in self.records.forms
        )
        self.records = replace(self.records, forms=tuple(forms))

    def place(self, decisions: Iterable[Decision]) -> None:
        """Find the records that decisions are on; what fits none is an issue."""
        at = _by_row(self.records)
        for decision, printed in self._found(decisions):
            self._assign(decision, printed, at[decision.kind, place_of(printed.source)])

    def _found(self, decisions: Iterable[Decision]) -> Iterator[tuple[Decision, PrintedPlace]]:
        """Yield decisions with what is printed at their place; where other words or none are, that is told."""
        for decision in decisions:
            here = self.places.get(decision.place, ())
            printed = next((each for each in here if squeeze(each.text) == squeeze(decision.printed)), None)
            if printed is not None:
                yield decision, printed
            elif here:
                self._tell("correction-differs", decision, here[-1])
            else:
                self._tell("correction-lost", decision, None)

    def _assign(self, decision: Decision, printed: PrintedPlace, candidates: Sequence[Reviewed]) -> None:
        """Let a decision wait for the records it is on, unless the reader says so already."""
        found = [each for each in candidates if item_of(decision.kind, each) == decision.item]
        if not found and len(candidates) == 1:
            found = list(candidates)
        if decision.decision == CORRECT:
            found = self._correctable(decision, printed, found)
        elif not found and decision.decision == ACCEPT:
            self._tell("correction-lost", decision, printed)
        for record in found:
            self.waiting[id(record)].append(decision)

    def _correctable(self, decision: Decision, printed: PrintedPlace, found: list[Reviewed]) -> list[Reviewed]:
        read = [(each, _text_of(each, decision)) for each in found]
        from_here = [(each, text) for each, text in read if same_words(text, printed.text)]
        read = from_here or read
        code = ""
        if not read:
            code = "correction-lost"
        elif len({text for _, text in read}) > 1:
            code = "correction-unclear"
        elif read[0][1] == _set_text(decision):
            code = "correction-agrees"
        if code:
            self._tell(code, decision, printed)
            return []
        return [each for each, _ in read]

    def _tell(self, code: str, decision: Decision, printed: PrintedPlace | None) -> None:
        self.issues.append(_issue(code, decision, printed))

    def changed(self) -> DocumentRecords:
        """Return the records with their decisions."""
        forms = tuple(self._form(each) for each in self.records.forms)
        tables = tuple(self._table(each) for each in self.records.money_tables)
        return replace(self.records, forms=forms, money_tables=tables)

    def _form(self, form: FilledForm) -> FilledForm:
        return replace(form, plans=tuple(self._all(form.plans)))

    def _table(self, table: MoneyTable) -> MoneyTable:
        return replace(table, amounts=tuple(self._all(table.amounts)))

    def _all(self, records: Iterable[Known]) -> Iterator[Known]:
        for record in records:
            decided = self._decided(record)
            if decided is not None:
                yield decided

    def _decided(self, record: Known) -> Known | None:
        """Return a record with its decisions and those on what it holds, None where it was judged to be none."""
        known: Any = record
        if isinstance(record, Plan):
            held = ("funds", "goals", "tasks", "indicators", "management")
            parts: dict[str, Any] = {name: tuple(self._all(getattr(record, name))) for name in held}
            known = replace(record, **parts)
        decisions = self.waiting.get(id(record))
        if not decisions:
            return known  # type: ignore[no-any-return]
        if decisions[-1].decision == REJECT:
            self._tell("rejected-row", decisions[-1], PrintedPlace("", known.source))
            return None
        sure = {"confidence": Decimal(1), "doubts": ()}
        changes: dict[str, Any] = {name: sure[name] for name in sure if hasattr(record, name)}
        set_right = {each.field: each for each in decisions if each.decision == CORRECT}
        for each in set_right.values():
            changes |= _changes(known, each, self.records.fiscal_year)
        iris = tuple(self.ids.correction(*each.order) for each in decisions if each.decision != REJECT)
        first = None if not set_right else record
        changes["corrected"] = tuple(sorted({*known.corrected, *set_right}))
        changes["decided"] = *known.decided, *iris
        return replace(known, **changes, as_read=first)  # type: ignore[no-any-return]


def _by_row(records: DocumentRecords) -> defaultdict[tuple[str, str], list[Reviewed]]:
    """Return the records that can be decided on, by kind and the place of their row."""
    found: defaultdict[tuple[str, str], list[Reviewed]] = defaultdict(list)
    plans = [plan for form in records.forms for plan in form.plans]
    below = (each for plan in plans for each in (*plan.funds, *plan.goals, *plan.tasks, *plan.indicators))
    managed = (each for plan in plans for each in plan.management)
    amounts = (each for table in records.money_tables for each in table.amounts)
    every: tuple[Any, ...] = (*plans, *below, *managed, *amounts)
    for record in every:
        found[_KINDS[type(record)], place_of(record.source)].append(record)
    return found


def _plan_of(records: DocumentRecords, source: Source) -> Plan | None:
    """Return the plan of the nearest row above one in its table, else of the nearest below, else the only plan."""
    plans = [plan for form in records.forms for plan in form.plans]
    near: dict[tuple[bool, int], Plan] = {}
    for plan in plans:
        every: tuple[Any, ...] = (plan, *plan.funds, *plan.goals, *plan.indicators)
        for each in every:
            if each.source.table == source.table is not None:
                near.setdefault((each.source.line > source.line, abs(each.source.line - source.line)), plan)
    if near:
        return near[min(near)]
    return plans[0] if len(plans) == 1 else None


def _levels(above: Sequence[Indicator], below: Sequence[Indicator], printed: str) -> tuple[str | None, str | None]:
    """Return the levels of an added row: those of others of its plan that it prints, else those of both neighbours."""
    cells = {squeeze(cell) for cell in printed.split("\t")}
    known = [each.names[:2] for each in (*above, *below)]
    for names in known:
        if all(name is None or squeeze(name) in cells for name in names) and any(names):
            return names
    if above and below and known[len(above) - 1] == known[len(above)]:
        return known[len(above)]
    return next((name for name, _ in known if name and squeeze(name) in cells), None), None


def _is_same(read: Any, decision: Decision, target: Target | None) -> bool:
    """Tell whether what is read from a row is what somebody added to it: the name or the target."""
    texts = [(read.level3, decision.item)]
    if read.target and target:
        texts.append((read.target.text, target.text))
    return any(squeeze(ours) == squeeze(theirs) for ours, theirs in texts)


def _target(text: Any, year: int | None, name: str) -> Target | None:
    if not text:
        return None
    return parse_target(text, fiscal_year=year, name=name) or Target(text, TargetKind.OTHER)


def _text_of(record: Reviewed, decision: Decision) -> str:
    """Return what a record says in the field that a decision is on."""
    held = getattr(record, thing_kinds()[decision.kind].fields[decision.field])
    return shown_value(held.text if isinstance(held, Target) else held)


def shown_value(value: object) -> str:
    """Return a value as text: exact decimals without trailing zeros, nothing for None."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "" if value is None else str(value)


def _set_text(decision: Decision) -> str:
    return shown_value(read_value(decision.kind, decision.field, decision.value))


def same_words(read: str, printed: str) -> bool:
    """Tell whether a text, or a number in yuan, is what a cell prints: letter by letter, as a number, or in 万元."""
    if squeeze(read) == squeeze(printed):
        return True
    numbers = [_number(read), _number(printed)]
    return None not in numbers and numbers[0] in (numbers[1], numbers[1] * 10_000)  # type: ignore[operator]


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(squeeze(text).replace(",", "").removesuffix("%"))
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


def _changes(record: Any, decision: Decision, year: int | None) -> dict[str, Any]:
    """Return the fields of a record that a correction sets, those worked out from them among them."""
    name = thing_kinds()[decision.kind].fields[decision.field]
    value: Any = read_value(decision.kind, decision.field, decision.value)
    if name == "target":
        value = _target(value, year, record.level3)
    changes = {name: value}
    if isinstance(record, Indicator) and name in ("target", "actual_text"):
        target, actual = (changes.get(each, getattr(record, each)) for each in ("target", "actual_text"))
        changes["actual"] = parse_actual(actual, target)
    return changes


@cache
def _words() -> dict[str, Any]:
    return word_lists("review/words.toml")


def _issue(code: str, decision: Decision, printed: PrintedPlace | None) -> Issue:
    words = _words()
    kinds = words["kinds"][decision.kind]
    named = " ".join(filter(None, (decision.item, decision.field)))
    said = {name: getattr(decision, name) for name in ("value", "role", "place", "printed")}
    said |= {"day": decision.time[:10], "now": printed.text if printed else ""}
    zh, en = (
        words[code][lang].format(what=f"{kind}「{named}」", **said)
        for lang, kind in zip(("zh", "en"), kinds, strict=True)
    )
    return Issue(code, zh, en, printed.source if printed else None, words[code]["level"])


def _offers(
    records: DocumentRecords, places: PrintedPlaces, own: Sequence[Decision], others: Sequence[Decision]
) -> Iterator[Issue]:
    """Yield what was set right in another version where the same words are printed and still read as there."""
    decided = {(each.kind, each.place, each.field) for each in own}
    at = _by_row(records)
    by_words: defaultdict[str, list[tuple[str, PrintedPlace]]] = defaultdict(list)
    for where, here in places.items() if others else ():
        for printed in here:
            by_words[squeeze(printed.text)].append((where, printed))
    for each in others:
        for where, printed in by_words[squeeze(each.printed)] if each.decision == CORRECT else ():
            rows = at[each.kind, place_of(printed.source)]
            named = [row for row in rows if item_of(each.kind, row) == each.item]
            wrong = any(_text_of(row, each) != _set_text(each) for row in named)
            if wrong and (each.kind, where, each.field) not in decided:
                yield _issue("correction-offered", each, printed)


def reviewed_issues(issues: Iterable[Issue], document: Document, decisions: Iterable[Decision]) -> tuple[Issue, ...]:
    """Return issues, those that somebody looked at as mere information."""
    seen = {
        (each.place, each.item * (each.kind == ISSUE), squeeze(each.printed))
        for each in decisions
        if (each.kind == ISSUE or each.decision == ADD) and each.sha256 == document.sha256
    }
    if not seen:
        return tuple(issues)
    return tuple(_checked(each) if seen.intersection(_keys(each)) else each for each in issues)


def _keys(issue: Issue) -> Iterator[tuple[str, str, str]]:
    """Yield what decisions on an issue, and on its row, are known by."""
    source = issue.source or Source(None, 0, "")
    for code in (issue.code, ""):
        yield place_of(source), code, squeeze(source.text)


def _checked(issue: Issue) -> Issue:
    return replace(issue, level="info", message=issue.message + CHECKED, message_en=f"{issue.message_en} (checked)")
