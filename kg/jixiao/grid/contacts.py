"""Withhold names and numbers of contact persons from a document before anything is read from it.

Printed rows and sentences are published word for word as the source of what was lifted from them, so leaving a field
out of the records is not enough: the text itself must not hold the person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from jixiao.grid.cells import header_likeness, is_seal, label_likeness, level_of
from jixiao.grid.lexicon import lexicon
from jixiao.model import Block, Cell, Document, Paragraph, Row
from jixiao.text.folding import fold_label, fold_words, squeeze
from jixiao.values.content import is_blank_value, value_likeness

WITHHELD = "（略）"
LONGEST_NAME = 20  # characters of a cell that names persons (several, or with their post)
HEADED = 0.6  # of a row's filled cells are labels: the headings of a list, whose values stand below
SHORT = 60  # characters of a line of signatures
_SIGNED = "签字|签名|签章|盖章|姓名|职务"
_NUMBER = r"[(（]?\+?\d[\d\s()（）－—-]{5,}\d"
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def withhold_contacts(document: Document) -> Document:
    """Return the document with names of contact persons, their telephone numbers and addresses replaced by （略）."""
    blocks: list[Block] = []
    before = ""
    for block in document.blocks:
        blocks.append(_withheld(block, before))
        before = block.text if isinstance(block, Paragraph) else ""
    return replace(document, blocks=tuple(blocks))


def _withheld(block: Block, before: str) -> Block:
    """Return a block without persons; ``before`` is the line above, which may be their label (填表人：)."""
    if isinstance(block, Paragraph):
        label = list(_said().finditer(before))
        answers = label and label[-1].end() == len(before) and len(block.text) <= LONGEST_NAME
        text = WITHHELD if answers and not _said().search(block.text) else _in_text(block.text)
        return replace(block, text=text) if text != block.text else block
    rows: list[Row] = []
    headed: dict[int, bool] = {}
    for row in block.rows:
        texts, headed = _in_row(row, headed)
        rows.append(
            replace(row, cells=tuple(replace(c, text=texts.get(c.column, c.text)) for c in row.cells)) if texts else row
        )
    return replace(block, rows=tuple(rows))


def _in_row(row: Row, headed: dict[int, bool]) -> tuple[dict[int, str], dict[int, bool]]:
    """Return the changed cell texts of a row by column, and the columns whose headings ask for persons below it."""
    filled = row.filled
    asked = [asks_for_contact(cell.text) for cell in filled]
    if len(filled) >= 3 and any(ask is not None for ask in asked):
        labels = [ask is not None or _is_label(cell) for cell, ask in zip(filled, asked, strict=True)]
        if sum(labels) >= HEADED * len(filled) and not _answered(filled, asked):
            return {}, {cell.column: ask for cell, ask in zip(filled, asked, strict=True) if ask is not None}
    changed: dict[int, str] = {}
    numbers: bool | None = None
    for cell, ask in zip(filled, asked, strict=True):
        if ask is not None:
            numbers = ask
            continue
        text = _in_text(cell.text)
        wanted = numbers if numbers is not None else headed.get(cell.column)
        if wanted is not None and _names(cell, numbers=wanted):
            text = WITHHELD
        else:
            numbers = True if _said().search(cell.text) else None  # 填表人：… | 63550104
        if text != cell.text:
            changed[cell.column] = text
    kept = headed if any(column in changed for column in headed) or not filled else {}
    return changed, kept


def _answered(filled: Sequence[Cell], asked: Sequence[bool | None]) -> bool:
    """Tell whether a person or number stands right behind one of the labels that ask for it."""
    pairs = zip(filled[1:], asked, asked[1:], strict=False)
    return any(ask is not None and after is None and _names(cell, numbers=ask) for cell, ask, after in pairs)


def _names(cell: Cell, *, numbers: bool) -> bool:
    """Tell whether a cell behind such a label holds persons or numbers rather than the next label or a value."""
    text = squeeze(cell.text)
    if re.search(_NUMBER, text) or _MAIL.search(text):
        return True
    if numbers or len(text) > LONGEST_NAME or _is_label(cell) or is_blank_value(text):
        return False
    return not re.search(r"\d", text) and value_likeness(text) < 0.7


def _is_label(cell: Cell) -> bool:
    text = cell.text
    return label_likeness(text) > 0 or header_likeness(text) > 0 or level_of(text) > 0 or is_seal(text)


# ---------------------------------------------------------------- words


def asks_for_contact(text: str) -> bool | None:
    """Return whether a cell is a label that asks for a number (True) or a person (False), None when it is neither."""
    folded = {fold_words(text), fold_label(text)}
    for person, numbers in ((True, False), (False, True)):
        if any(_label(person=person).fullmatch(each) for each in folded):
            return numbers
    return None


@cache
def _label(*, person: bool) -> re.Pattern[str]:
    before = "|".join(lexicon().contacts["before"])
    return re.compile(rf"(?:{before})*(?:{_any(person=person)})(?:[及和与、]?(?:{_any()}|{_SIGNED}))*")


def _any(*, person: bool | None = None) -> str:
    """Return a pattern of the words for persons, for numbers, or for both; their characters may stand apart."""
    words = lexicon().contacts
    wanted = (*(words["persons"] if person is not False else ()), *(words["numbers"] if not person else ()))
    return "|".join("[ \u3000]{0,2}".join(word) for word in sorted(wanted, key=len, reverse=True))


@cache
def _said() -> re.Pattern[str]:
    tail = rf"(?:[及和与、/]|{_any()}|{_SIGNED}|[(（][^)）]{{1,10}}[)）])*"
    return re.compile(rf"(?:{_any()}){tail}\s*[:：]\s*")


@cache
def _beside() -> re.Pattern[str]:
    """Return the pattern of a name or number that only a blank parts from its label."""
    tail = rf"(?:[及和与、/]|{_any()}|{_SIGNED}|[(（][^)）]{{1,10}}[)）])*"
    name = r"[\u4e00-\u9fff][ \u3000]?[\u4e00-\u9fff]{1,3}(?![\u4e00-\u9fff])"
    return re.compile(rf"((?:{_any()}){tail}[ \u3000]+)({_NUMBER}|{name})")


_NEXT_LABEL = re.compile(r"\s[^\s\d:：，。；;]{2,12}[:：]|[，。；;|\t\n]")
_UNMARKED = re.compile(rf"((?:电话|手机|传真)\s*)({_NUMBER})")


def _in_text(text: str) -> str:
    """Return a text without what follows 填表人：, 联系电话： and the like, and without mobile numbers and mail."""
    parts: list[str] = []
    at = 0
    for label in _said().finditer(text):
        if label.start() < at:
            continue
        ends = (_said().search(text, label.end()), _NEXT_LABEL.search(text, label.end()))
        end = min((each.start() for each in ends if each), default=len(text))
        value = text[label.end() : end]
        shown = WITHHELD + value[len(value.rstrip()) :] if value.strip(" _＿\u3000") else value
        parts += [text[at : label.end()], shown]
        at = end
    text = "".join([*parts, text[at:]])
    if len(text) <= SHORT:
        text = _beside().sub(rf"\1{WITHHELD}", text)
    text = _MAIL.sub(WITHHELD, _UNMARKED.sub(rf"\1{WITHHELD}", text))
    return text if re.fullmatch(r"[\d\s.,+-]+", text) else _MOBILE.sub(WITHHELD, text)  # a sum of eleven digits
