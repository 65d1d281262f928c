"""Withhold persons from a document: in its lines, in cells behind and below labels, and wherever a name comes again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from jixiao.documents.coordinates import sheet_of
from jixiao.grid.cells import header_likeness, is_seal, label_likeness, level_of
from jixiao.model import WITHHELD, Block, Cell, Document, Issue, Paragraph, Persons, Place, Row, Source, Table
from jixiao.privacy.names import LONGEST, names_only
from jixiao.privacy.numbers import Span
from jixiao.privacy.spelling import spelt
from jixiao.privacy.texts import any_label, are_names, find_persons, label_pattern, one_width, replaced, withhold_name
from jixiao.privacy.words import any_of, words
from jixiao.text.folding import fold_label, fold_words, squeeze
from jixiao.values.content import is_blank_value, value_likeness

UNREAD = {"hidden-sheets", "hidden-rows", "hidden-columns", "hidden-text"}  # notes of what may name persons unseen
RUN = 3  # cells below one another that are names
HEADED = 0.6  # of a row's filled cells are labels: the headings of a list, whose values stand below
KINDS = ("persons", "numbers", "addresses", "weak", "roles")  # the surest first


def withhold_persons(document: Document, *, keep: bool = False) -> Document:
    """Return the document with names, numbers and addresses of persons replaced by 〔已隐去〕.

    A name that was found once is withheld wherever it stands again. Where something that may be a person was left, an
    issue says so without its words. With ``keep`` the texts stay, and the document's ``persons`` hold how each reads
    without them. What is hidden in a file is not read and
    counts as one place: whom it names is not known.
    """
    work = _Work()
    blocks: list[Block] = []
    before = ""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            blocks.append(work.paragraph(block, before))
            before = block.text
        else:
            blocks.append(work.table(block))
            before = ""
    if work.names:
        blocks = [_without(block, work.names) for block in blocks]
    margins = tuple(work.text(text, None) for text in document.margins)
    sheets = {sheet_of(place.where) for block in blocks for place in _places(block)}
    texts = [*margins, *sheets, *(text for block in blocks for text in _texts(block))]
    notes = tuple(_without_sheets(note) for note in document.notes)
    places = sum(text.count(WITHHELD) for text in texts) + any(note.code in UNREAD for note in notes)
    if keep:
        pairs = zip(_every_text(document.blocks), _every_text(blocks), strict=True)
        kept = {printed: shown for printed, shown in pairs if printed != shown}
        return replace(document, persons=Persons(places, kept))
    notes = (*notes, *work.doubts)
    return replace(document, blocks=tuple(blocks), margins=margins, notes=notes, persons=Persons(places))


_WRITTEN = "[〇零一二三四五六七八九]{4}年"
_SHEET = re.compile("[^：:、“”\\s]+")
_OF_A_PERSON = re.compile(r"男|女|\d{1,3}周?岁")


@dataclass(slots=True)
class _Work:
    """Gather the names that were found and the places where something was kept in doubt."""

    names: set[str] = field(default_factory=set)
    doubts: list[Issue] = field(default_factory=list)

    def text(self, text: str, source: Source | None, *, asked: str | None = None) -> str:
        """Return a text without persons; remember their names and what was kept in doubt."""
        spans = find_persons(text, asked=asked)
        shown = replaced(text, spans)
        for span in spans:
            if span.sure:
                self.remember(text[span.start : span.end])
            elif source and text[span.start : span.end] in shown:
                self.doubts.append(_doubt(source))
        return shown

    def remember(self, text: str) -> None:
        """Remember the names of a withheld text that are long enough to be known again."""
        for part in re.split(r"[、,，;；/\s()（）]", one_width(text)):
            if len(part) > 2 and (spelt(part) or -20.0) >= words().weights["labelled"]:
                self.names.add(part)

    def paragraph(self, block: Paragraph, before: str) -> Paragraph:
        """Return a paragraph without persons; the line ``before`` may be its label (填表人：)."""
        place = block.place
        label = re.search(rf"(?:^|\s)(?:{any_label()}|{label_pattern('weak')})\s*:\s*$", one_width(before))
        if label and _names(block.text, "weak"):
            self.remember(block.text)
            return replace(block, text=WITHHELD, place=_without_sheet(place))
        text = self.text(block.text, Source(None, place.line, "", place.page, place.where))
        return replace(block, text=text, place=_without_sheet(place))

    def table(self, table: Table) -> Table:
        """Return a table without persons in its cells."""
        rows: list[Row] = []
        named = _named_cells(table)
        headed: dict[int, str] = {}
        sure = True
        for row, following in zip(table.rows, [*table.rows[1:], None], strict=True):
            source = Source(table.index, row.place.line, "", row.place.page, row.place.where)
            below = _headings(row, following)
            if below:
                headed, sure = below, True
                texts = {
                    cell.column: self.text(cell.text, source) for cell in row.filled
                }  # 填表人：… stands there, too
                rows.append(_with_texts(row, texts))
                continue
            texts = self._row(row, headed | named.get(row.place.line, {}), source, sure=sure)
            sure = sure and (not row.filled or any(column in texts for column in headed))
            rows.append(_with_texts(row, texts))
        return replace(table, rows=tuple(replace(row, place=_without_sheet(row.place)) for row in rows))

    def _row(self, row: Row, headed: Mapping[int, str], source: Source, *, sure: bool) -> dict[int, str]:
        """Return the changed texts of a row's cells by column.

        ``headed`` says which columns stand below a heading that asks for persons; where the rows above no longer
        answered it (not ``sure``), only what is spelt like a name is one.
        """
        changed: dict[int, str] = {}
        asked: str | None = None
        for cell in row.filled:
            kind = asks_for(cell.text)
            if kind:
                asked = kind
                continue
            wanted = asked or headed.get(cell.column)
            weak = "weak" if wanted == "persons" and not asked and not sure else wanted
            if weak and _names(cell.text, weak):
                self.remember(cell.text)
                changed[cell.column] = WITHHELD
                continue
            asked = "numbers" if _ends_in_label(cell.text) else None  # 填表人：… | 63550104
            text = self._cell(cell, row, source, asked=wanted)
            if text != cell.text:
                changed[cell.column] = text
        return self._beside_numbers(row, changed)

    def _cell(self, cell: Cell, row: Row, source: Source, *, asked: str | None) -> str:
        """Return a cell's text without persons; eleven digits among long amounts are an amount."""
        if re.fullmatch(r"[\d\s.,+-]{,14}", cell.text) and _is_amount(cell, row):
            return cell.text
        return self.text(cell.text, source, asked=asked)

    def _beside_numbers(self, row: Row, changed: dict[int, str]) -> dict[int, str]:
        """Withhold the cells that are a name where another cell of their row was a personal number."""
        personal = any(re.search(r"\d{4}", cell.text) for cell in row.filled if changed.get(cell.column) == WITHHELD)
        if personal or any(_OF_A_PERSON.fullmatch(cell.text.strip()) for cell in row.filled):
            for cell in row.filled:
                if cell.column not in changed and are_names(one_width(cell.text)):
                    self.remember(cell.text)
                    changed[cell.column] = WITHHELD
        return changed


def _without_sheets(note: Issue) -> Issue:
    """Return a note that does not name the person whom a sheet is named after."""
    message, english = (
        _SHEET.sub(lambda found: withhold_name(found[0]), text) for text in (note.message, note.message_en)
    )
    return replace(note, message=message, message_en=english)


def _with_texts(row: Row, texts: Mapping[int, str]) -> Row:
    """Return a row with other texts in some columns."""
    if all(cell.text == texts.get(cell.column, cell.text) for cell in row.cells):
        return row
    return replace(row, cells=tuple(replace(cell, text=texts.get(cell.column, cell.text)) for cell in row.cells))


def _without_sheet(place: Place) -> Place:
    """Return a place that does not name the person that its sheet is named after."""
    sheet = sheet_of(place.where)
    shown = withhold_name(sheet)
    if shown == sheet:
        return place
    return replace(place, where=place.where.replace(sheet, shown, 1))


@cache
def _asking(kind: str) -> re.Pattern[str]:
    before = any_of(words().labels["before"])
    every = f"{any_label()}|{label_pattern('weak')}|{any_of(words().labels['signed'])}|日期|时间"
    return re.compile(
        rf"(?:{before})*(?:{label_pattern(kind)})(?:[及和与、/]?(?:{every})|[及和与、/][\u3400-\u9fff]{{1,6}})*"
    )


def asks_for(text: str) -> str | None:
    """Return what a label asks for (persons, weak, numbers, addresses), None for any other cell."""
    if len(text) > 2 * LONGEST:
        return None
    folded = {fold_words(text), fold_label(text)}
    kind = next((kind for kind in KINDS if any(_asking(kind).fullmatch(each) for each in folded)), None)
    return None if kind == "roles" and are_names(one_width(text), "label") else kind


def _named_cells(table: Table) -> dict[int, dict[int, str]]:
    """Return by line the columns whose cells are names, though nothing says so: three and more, one below another."""
    named: dict[int, dict[int, str]] = defaultdict(dict)
    runs: dict[int, list[tuple[int, float]]] = defaultdict(list)

    def close(column: int) -> None:
        run = runs.pop(column, [])
        if len(run) >= RUN and sum(weight for _, weight in run) >= len(run) * words().weights["column"]:
            for line, _ in run:
                named[line][column] = "persons"

    for row in table.rows:
        for cell in row.filled:
            weight = names_only(one_width(cell.text))
            if weight is None or weight < words().weights["labelled"]:
                close(cell.column)
            else:
                runs[cell.column].append((row.place.line, weight))
    for column in list(runs):
        close(column)
    return named


def _headings(row: Row, following: Row | None) -> dict[int, str]:
    """Return the columns below whose headings persons stand; empty for a row that is no row of headings.

    Its labels tell, or what stands below one that asks for a person.
    """
    filled = row.filled
    asked = {cell.column: ask for cell in filled if (ask := asks_for(cell.text))}
    if len(filled) < 2 or not asked or _answered(filled, asked):
        return {}
    labels = [cell for cell in filled if cell.column in asked or _is_label(cell.text)]
    below = {cell.column: cell.text for cell in following.filled} if following else {}
    if len(labels) < HEADED * len(filled) and not any(
        _answers(below.get(column, ""), asked[column]) for column in asked
    ):
        return {}
    return asked


def _answered(filled: Sequence[Cell], asked: Mapping[int, str]) -> bool:
    """Tell whether a person or number stands right behind one of the labels that ask for it."""
    pairs = pairwise(filled)
    return any(
        label.column in asked and cell.column not in asked and _answers(cell.text, asked[label.column])
        for label, cell in pairs
    )


def _answers(text: str, kind: str) -> bool:
    """Tell whether a text is spelt like what a label asks for."""
    return _names(text, "weak" if kind == "persons" and not re.search(r"\d{5}", text) else kind)


def _names(text: str, kind: str) -> bool:
    """Tell whether a cell behind or below such a label holds persons rather than the next label or a value."""
    folded = one_width(text).strip()
    if kind in ("weak", "roles"):
        return are_names(folded)
    bare = squeeze(text)
    if kind == "addresses":
        return len(bare) > 4 and not _is_label(text) and not is_blank_value(bare)
    if re.search(rf"\d[\d\s()\-—.]{{5,}}\d|@|{_WRITTEN}", folded) or (
        kind == "numbers" and re.search(r"[A-Za-z\d][\w·-]{5,}", folded)
    ):
        return not re.search(r"\d\.\d\d$", folded)
    if (
        kind == "numbers"
        or len(bare) > LONGEST
        or bare.endswith(words().offices)
        or _is_label(text)
        or is_blank_value(bare)
    ):
        return False
    if are_names(folded):
        return True
    return not re.search(r"\d|[\u3400-\u9fff]{7}", bare) and value_likeness(bare) < 0.7


def _is_label(text: str) -> bool:
    return label_likeness(text) > 0 or header_likeness(text) > 0 or level_of(text) > 0 or is_seal(text)


def _ends_in_label(text: str) -> bool:
    return bool(find_persons(text)) and bool(
        re.search(rf"(?:{label_pattern('persons')})[^:]{{0,12}}:", one_width(text))
    )


def _is_amount(cell: Cell, row: Row) -> bool:
    """Tell whether a cell of digits stands among long numbers, a word of money, or behind the word for a code."""
    money, code = any_of(words().codes["money"]), any_of(words().codes["things"])
    others = [other.text for other in row.filled if other is not cell]
    before = [other.text for other in row.filled if other.column < cell.column]
    if before and re.search(code, before[-1]):
        return True
    return any(re.search(money, text) or re.fullmatch(r"[\d,]{8,}(?:\.\d+)?", text.strip()) for text in others)


# ---------------------------------------------------------------- once more


def _without(block: Block, names: Set[str]) -> Block:
    """Return a block without names that were found elsewhere in the document."""
    if isinstance(block, Paragraph):
        return replace(block, text=_without_names(block.text, names))
    rows = (
        _with_texts(row, {cell.column: _without_names(cell.text, names) for cell in row.filled}) for row in block.rows
    )
    return replace(block, rows=tuple(rows))


def _without_names(text: str, names: Set[str]) -> str:
    """Return a text without the names, the longest first; each place is looked at once for each length of a name."""
    lengths = sorted({len(name) for name in names}, reverse=True)
    spans: list[Span] = []
    at = 0
    while at < len(text):
        end = next((at + length for length in lengths if text[at : at + length] in names), 0)
        if end:
            spans.append(Span(at, end))
        at = end or at + 1
    return replaced(text, spans)


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
    else:
        yield from (row.text for row in block.rows)


def _places(block: Block) -> list[Place]:
    if isinstance(block, Paragraph):
        return [block.place]
    return [row.place for row in block.rows]


def _every_text(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the paragraphs, the rows and the cells."""
    for block in blocks:
        yield from _texts(block)
        if not isinstance(block, Paragraph):
            yield from (cell.text for row in block.rows for cell in row.cells)


def _doubt(source: Source) -> Issue:
    return Issue(
        code="person-kept-in-doubt",
        message="此处可能有个人姓名或号码，因不能确定而保留；请核对原文",
        message_en="there may be a person's name or number here; it was kept in doubt, see the original",
        source=source,
        level="info",
    )
