"""Decode one table: candidate blocks, their columns, whether they are forms, their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.grid.blocks import BODY, FIELD, HEAD, VALUES, Block, find_blocks, row_kinds
from jixiao.grid.cells import kind_of, level_of
from jixiao.grid.columns import Assignment, Body, assign, said
from jixiao.grid.headers import bodies_of, find_columns, whole_header
from jixiao.grid.lifting import Lifted, lift_rows, used_schemes
from jixiao.grid.rows import INDICATOR, Rows, kind_of_entry, kinds_of, read_entries
from jixiao.grid.sheet import Sheet
from jixiao.grid.weights import weights
from jixiao.grid.words import plain

HEADLESS = 0.3  # of the rows without a header begin with a level word
FURTHER = ("sign", "unit", "weight", "score", "actual", "progress", "expected", "reason")
EXPLAINED = 0.5  # of the labels a taxonomy must know to tell 一级 from 二级 words
CLEAR = 2.5  # what a header word must say to count
LOUD = 3.5  # what header words may say at most


@dataclass(frozen=True, slots=True)
class Decoded(Rows):
    """Hold one decoded block: its rows read into its columns, where it lies, and its indicators."""

    block: Block
    lifted: tuple[Lifted, ...]


@dataclass(frozen=True, slots=True)
class Decoding:
    """Hold a decoded table: its blocks in order, and the kinds of its rows (rejected blocks are fields again)."""

    sheet: Sheet
    kinds: tuple[int, ...]
    blocks: tuple[Decoded, ...]


def decode(sheet: Sheet, year: int | None, above: Assignment | None = None) -> Decoding:
    """Return the decoding of a table; ``above`` are the columns of the table it may go on with."""
    if not sheet.lines:
        return Decoding(sheet, (), ())
    kinds = row_kinds(sheet)
    decoded: list[Decoded] = []
    before = above
    for block in find_blocks(kinds):
        found = _decode_block(sheet, whole_header(sheet, block), year, before)
        if found is None:
            for row in range(block.head[0], max((*block.body, *block.ends, block.head[1] - 1)) + 1):
                kinds[row] = FIELD
            continue
        for row in range(*found.block.head):
            kinds[row] = HEAD
        for row in found.block.body:
            kinds[row] = BODY
        decoded.append(found)
        before = found.assigned
    return Decoding(sheet, tuple(kinds), tuple(_with_pages(decoded, kinds, year)))


def _decode_block(sheet: Sheet, block: Block, year: int | None, before: Assignment | None) -> Decoded | None:
    """Return a block with its columns and rows, None where the columns are not those of a form."""
    if block.head[0] == block.head[1]:
        if block.head[0] > 0 and _level_words(sheet, block) < HEADLESS:
            return None  # fields that look like rows
        assigned = _continued(sheet, block, before)
    elif before is not None and _prints_again(sheet, block, before):
        assigned = before
    else:
        assigned = assign_block(sheet, block, year)
    formness = _formness(sheet, block, assigned)
    if formness < weights().costs["form"]:
        return None
    entries = read_entries(sheet, assigned, block.body)
    if not sheet.stated:
        entries = read_entries(sheet, assigned, block.body, used_schemes(assigned, entries, EXPLAINED))
    rows = Rows(sheet, assigned, tuple(entries), kinds_of(entries, assigned))
    return Decoded(sheet, assigned, rows.entries, rows.kinds, block, tuple(lift_rows(rows, year)))


def assign_block(sheet: Sheet, block: Block, year: int | None) -> Assignment:
    """Assign the columns of a block; in text assign, align the rows, and assign again."""
    columns = find_columns(sheet, block)
    trust = 1.0 if sheet.stated or block.head[0] == block.head[1] else weights().costs["shaken"]
    assigned = assign(columns, bodies_of(sheet, columns, block.body), year, trust)
    if sheet.stated:
        return assigned
    entries = read_entries(sheet, assigned, block.body)
    entries = [entry for entry in entries if kind_of_entry(entry, assigned) == INDICATOR]
    if not entries:
        return assigned
    texts = [tuple(entry.texts.get(j, "") for entry in entries) for j in range(len(columns))]
    bodies = [Body(each, rows=each) for each in texts]
    again = assign(columns, bodies, year)
    return again if again.score > assigned.score else assigned


def _prints_again(sheet: Sheet, block: Block, before: Assignment) -> bool:
    """Tell whether a header only prints header words of the block before again, in their columns."""
    leaves = {column.start: plain(column.leaf) for column in before.columns if column.leaf}
    items = [item for row in range(*block.head) for item in sheet.lines[row].items]
    return all(leaves.get(item.column) == plain(item.text) for item in items)


def _continued(sheet: Sheet, block: Block, before: Assignment | None) -> Assignment:
    """Return the columns of rows without a header: those of the block they go on with, else what the rows show."""
    starts = {item.column for row in block.body for item in sheet.lines[row].items}
    if before is not None and starts <= {column.start for column in before.columns}:
        return before
    return assign(find_columns(sheet, block), bodies_of(sheet, find_columns(sheet, block), block.body), None)


def _formness(sheet: Sheet, block: Block, assigned: Assignment) -> float:
    """Return how surely columns are those of a performance form: what header words say, and level words below."""
    if assigned.of("written"):
        return weights().costs["form"] + 1.0
    if len(assigned.of("named")) > 1:
        return weights().costs["form"] + 1.0
    names = assigned.of("level3")
    if not names:
        return 0.0
    spoken = sum(_loudest(assigned, role) for role in ("level1", "level2", "level3"))
    valued = max(_loudest(assigned, role) for role in ("target", "sign", "threshold", "half"))
    further = sum(_loudest(assigned, role) >= CLEAR for role in FURTHER)
    headings = {text for column in names for text in column.path[:-1] if level_of(text)}
    words = _level_words(sheet, block)
    score = 0.6 * spoken + 0.35 * valued + 0.7 * min(further, 3) + 3.0 * min(1.0, 2.0 * words)
    if len(headings) > 1:
        score += 2.0
    if assigned.of("target") and words >= 0.4:
        score += 2.0
    if not assigned.roles & {"target", "score", "weight", "actual", "threshold"}:
        score -= 2.0
    return score


def _loudest(assigned: Assignment, role: str) -> float:
    """Return how loudly header words speak for the columns of a role, at most so much."""
    return (
        min(LOUD, max((said(column, role) for column in assigned.of(role)), default=0.0)) if assigned.of(role) else 0.0
    )


def _level_words(sheet: Sheet, block: Block) -> float:
    """Return the share of rows that begin with a level word of some era, or stand beside one.

    Without a header such a row must state a value as well.
    """
    headed = block.head[0] < block.head[1]
    if not block.body:
        return 0.0
    having = 0
    for row in block.body:
        items = sheet.lines[row].items
        texts = [item.text for item in items[:3]]
        above = sheet.cover.get((row, 0)), sheet.cover.get((row, 1))
        texts += [item.text for item in above if item is not None]
        labelled = any(kind_of(text).startswith("level") for text in texts)
        having += labelled and (headed or any(item.kind in VALUES for item in items))
    return having / len(block.body)


def _with_pages(decoded: Sequence[Decoded], kinds: Sequence[int], year: int | None) -> list[Decoded]:
    """Return the blocks with those joined that only repeat the header of the one before: levels go on over pages."""
    joined: list[Decoded] = []
    for each in decoded:
        before = joined[-1] if joined else None
        if before is None or not _repeats(before, each) or FIELD in kinds[before.block.head[1] : each.block.head[0]]:
            joined.append(each)
            continue
        rows = replace(before, entries=before.entries + each.entries, kinds=before.kinds + each.kinds)
        block = replace(
            before.block, body=before.block.body + each.block.body, ends=before.block.ends + each.block.ends
        )
        joined[-1] = replace(rows, block=block, lifted=tuple(lift_rows(rows, year)))
    return joined


def _repeats(one: Decoded, other: Decoded) -> bool:
    roles = [[(column.role, column.block, column.region) for column in each.assigned.columns] for each in (one, other)]
    return roles[0] == roles[1]
