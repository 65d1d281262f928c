"""Read all performance forms of a document: decode its tables, gather what surrounds them, decide their subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.grid.accounting import account, assumed_units, unread_cells
from jixiao.grid.assembling import assemble
from jixiao.grid.decoding import Decoded, Decoding, decode
from jixiao.grid.drafts import Draft
from jixiao.grid.fields import Fields, read_fields, states_pairs
from jixiao.grid.joining import join_pieces
from jixiao.grid.offices import Decision
from jixiao.grid.prose import read_paragraphs
from jixiao.grid.rows import rates_of
from jixiao.grid.sheet import lay_out
from jixiao.grid.subject import decide_subject
from jixiao.grid.surroundings import Surroundings, surroundings_of
from jixiao.grid.words import plain
from jixiao.grid.wraps import join_wrapped
from jixiao.model import Document, FilledForm, Issue, Plan, Table

MARK = 6  # characters of a line that only goes on with a table: a label, a page number


@dataclass(frozen=True, slots=True)
class DecodedForms:
    """Hold the forms of a document, the issues met, the indexes of the tables that are forms, the office and year."""

    forms: tuple[FilledForm, ...]
    issues: tuple[Issue, ...]
    tables: frozenset[int]
    office: Decision
    fiscal_year: int | None = None

    @property
    def department(self) -> str | None:
        """Return the name of the document's office."""
        return self.office.name


def read_forms(document: Document, fiscal_year: int | None = None) -> DecodedForms:
    """Read every performance form of the document, whose own year may be known."""
    issues: list[Issue] = []
    drafts = _drafts(document, fiscal_year, issues)
    filled = [draft for draft in drafts if draft.blocks or draft.fields.tasks]
    if len(filled) == 1:
        filled[0].alone = tuple(document.paragraphs)
    subject = decide_subject(document, drafts, fiscal_year)
    forms: list[FilledForm] = []
    tables: set[int] = set()
    for draft in drafts:
        made = assemble(draft, subject)
        forms += made
        if made:
            tables |= draft.tables
    printed = (table for table in document.tables if table.index in tables)
    issues += unread_cells(printed, forms, issues, {line for draft in drafts for line in draft.header_lines})
    issues += assumed_units(forms)
    forms += read_paragraphs(document, subject, forms)
    return DecodedForms(tuple(_count_printings(forms)), tuple(issues), frozenset(tables), subject.office, subject.year)


def decode_tables(document: Document, fiscal_year: int | None) -> Iterator[tuple[Decoding, Surroundings, set[int]]]:
    """Yield the decoding of each table, what stands around it, and the indexes of the tables whose rows it holds."""
    above: Decoded | None = None
    blocks, homes = join_pieces(document.blocks)
    for position, block in enumerate(blocks):
        if not isinstance(block, Table):
            continue
        around = surroundings_of(blocks, position)
        decoding = decode(lay_out(join_wrapped(block)), around.year or fiscal_year, above.assigned if above else None)
        yield decoding, around, {block.index, *(index for index, home in homes.items() if home == block.index)}
        above = decoding.blocks[-1] if decoding.blocks else None


def _drafts(document: Document, fiscal_year: int | None, issues: list[Issue]) -> list[Draft]:
    """Return the forms in the making: each the fields and blocks of one subject, over one table or several."""
    drafts: list[Draft] = []
    for decoding, around, pieces in decode_tables(document, fiscal_year):
        issues += account(decoding)
        for draft in _of_table(decoding, around, pieces):
            _add(drafts, draft, anew=bool(drafts) and not _goes_on(drafts[-1], draft))
    return drafts


def _of_table(decoding: Decoding, around: Surroundings, pieces: set[int]) -> list[Draft]:
    """Cut a table into drafts: a new one begins where fields name a subject below a block."""
    sheet = decoding.sheet
    drafts: list[Draft] = []
    start = 0
    for block in decoding.blocks:
        paired = [row for row in range(*block.block.head) if states_pairs(sheet.lines[row])]
        between = [row for row in block.block.ends if row < min(block.block.body, default=0)]
        fields = read_fields(sheet, [*range(start, block.block.head[0]), *paired, *between], around.unit_line)
        _add(drafts, Draft(sheet, around, set(pieces), fields, [block]), anew=bool(fields.of("project", "programme")))
        _take_closing(drafts[-1].fields, block, around.unit_line)
        start = max((*block.block.body, *block.block.ends, block.block.head[1] - 1)) + 1
    rest = read_fields(sheet, range(start, len(sheet.lines)), around.unit_line)
    _add(drafts, Draft(sheet, around, set(pieces), rest, []), anew=bool(rest.of("project")))
    return drafts


def _add(drafts: list[Draft], draft: Draft, *, anew: bool) -> None:
    """Add what belongs to the last draft, or a new one."""
    if drafts and not anew:
        drafts[-1].take_in(draft)
    else:
        drafts.append(draft)


def _take_closing(fields: Fields, block: Decoded, unit_line: str | None) -> None:
    """Take in what the rows among and below the indicators state: signers, grades, the rate and sums of the money."""
    behind = [row for row in block.block.ends if row > min(block.block.body, default=0)]
    closing = read_fields(block.sheet, behind, unit_line)
    closing.purse.forget()  # points, no money
    fields.take_in(closing)
    for told, source in rates_of(block):
        fields.purse.rated(told, source)


def _goes_on(before: Draft, draft: Draft) -> bool:
    """Tell whether a draft goes on with the one before: facts, then a block that names no subject of its own."""
    if draft.fields.of("project", "programme") or draft.registered:
        return False
    titled = draft.around.titled
    if not before.blocks:
        stated = before.states_form and bool(before.around.title) and bool(draft.blocks or draft.fields.tasks)
        return not titled and (before.names_subject or stated)
    spoken = any(len(plain(line.text)) > MARK for line in draft.around.lines)
    return not titled and not spoken and bool(draft.blocks)


def _count_printings(forms: Sequence[FilledForm]) -> list[FilledForm]:
    """Number the printings of a form that a document holds more than once."""
    seen: Counter[tuple[object, ...]] = Counter()
    counted = []
    for form in forms:
        subjects = tuple((plan.project, plan.unit_name, _budget(plan)) for plan in form.plans)
        key = (form.kind, subjects, form.fiscal_year)
        seen[key] += 1
        counted.append(replace(form, printing=seen[key]))
    return counted


def _budget(plan: Plan) -> Decimal | None:
    """Return the first sum of a plan: forms of one project for two towns are told apart by it."""
    first = next(iter(plan.funds), None)
    return (first.amount or first.adjusted or first.initial) if first else None
