"""Fit the table of the grid reader (``kg/jixiao/grid/weights.toml``) on documents whose rows are known.

usage: fit_grid.py cells GOLD...       print the shares of cell kinds by role, counted in blocks that read right
       fit_grid.py costs GOLD...       try each cost smaller and larger; print what keeps or gains rows
       --only NAMES  documents to read (a file with one name a line), --strange N  header words made unknown

GOLD are folders with documents beside NAME.indicators.jsonl. What is counted and gained are rows alone (levels, name,
target, region). So that a set that reads perfectly can still be fitted on, every document is read again with single
header words replaced by a word nobody knows. Nothing is written: copy into the table what convinces.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jixiao.documents import read_document
from jixiao.grid import alignment, columns, read_forms
from jixiao.grid.cells import kind_of
from jixiao.grid.decoding import Decoded, decode
from jixiao.grid.sheet import lay_out
from jixiao.grid.weights import weights
from jixiao.grid.wraps import join_wrapped
from jixiao.model import Block, Document, Row, Table
from jixiao.prose import read_header
from jixiao.text.folding import fold_name

STRANGE = "蓁蓂蓃蓄"
STEPS = (0.6, 0.8, 1.25, 1.6)
RARE = 0.004
FIELDS = ("level1", "level2", "level3", "target_text", "region")


@dataclass(frozen=True)
class Sample:
    """Hold one document with its known rows, the office and year its text speaks of, and its blocks."""

    document: Document
    rows: Counter[tuple[str, ...]]
    year: int | None
    blocks: tuple[Decoded, ...]


def read_samples(folders: Sequence[Path], only: frozenset[str]) -> Iterator[Sample]:
    """Yield the documents of some folders with their gold rows."""
    for path in sorted(each for folder in folders for each in folder.iterdir()):
        gold = path.with_name(f"{path.stem}.indicators.jsonl")
        if path == gold or path.suffix in (".json", ".jsonl", ".md", ".tsv") or not gold.exists():
            continue
        if only and path.stem not in only:
            continue
        lines = [json.loads(line) for line in gold.read_text("utf-8").splitlines() if line.strip()]
        rows = Counter(tuple(fold_name(str(row.get(name) or "")) for name in FIELDS) for row in lines)
        document = read_document(path)
        header = read_header(document)
        decodings = [decode(lay_out(join_wrapped(table)), header.fiscal_year) for table in document.tables]
        blocks = tuple(block for decoding in decodings for block in decoding.blocks)
        yield Sample(document, rows, header.fiscal_year, blocks)


def rows_of(sample: Sample, document: Document) -> Counter[tuple[str, ...]]:
    """Return the rows read from a document, folded for comparison."""
    found: Counter[tuple[str, ...]] = Counter()
    for form in read_forms(document, sample.year).forms:
        for plan in form.plans:
            for row in plan.indicators:
                target = row.target.text if row.target else ""
                texts = (row.level1, row.level2, row.level3, target, row.region)
                found[tuple(fold_name(text or "") for text in texts)] += 1
    return found


def right_share(samples: Sequence[Sample], strange: int) -> float:
    """Return the share of known rows read right, with so many header words of each document unknown in turn."""
    right = wanted = 0
    for sample in samples:
        for document in (sample.document, *strangers(sample, strange)):
            right += sum((rows_of(sample, document) & sample.rows).values())
            wanted += sum(sample.rows.values())
    return right / max(1, wanted)


def strangers(sample: Sample, count: int) -> Iterator[Document]:
    """Yield the document with single header words made unknown, the same ones at every run."""
    words = sorted(
        {
            item.text
            for block in sample.blocks
            for row in range(*block.block.head)
            for item in block.sheet.lines[row].items
        }
    )
    for word in random.Random(0).sample(words, min(count, len(words))):
        yield replace(sample.document, blocks=tuple(_without(block, word) for block in sample.document.blocks))


def _without(block: Block, word: str) -> Block:
    if not isinstance(block, Table):
        return block
    return replace(block, rows=tuple(_row_without(row, word) for row in block.rows))


def _row_without(row: Row, word: str) -> Row:
    strange = STRANGE[: max(2, min(len(STRANGE), len(word)))]
    cells = (replace(cell, text=strange) if cell.text.strip() == word else cell for cell in row.cells)
    return replace(row, cells=tuple(cells))


def print_cells(samples: Sequence[Sample]) -> None:
    """Print the shares of cell kinds by role, as the table writes them."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sample in samples:
        if rows_of(sample, sample.document) != sample.rows:
            continue
        for block in sample.blocks:
            for entry in block.entries:
                for index, column in enumerate(block.assigned.columns):
                    counts[column.role][kind_of(entry.texts.get(index, ""))] += index not in entry.covering
    for role, kinds in sorted(counts.items()):
        total = sum(kinds.values())
        shares = [f"{kind} {count / total:.3f}" for kind, count in kinds.most_common() if count / total >= RARE]
        print(f'{role} = "{", ".join(shares)}"  # {total} cells')


def print_costs(samples: Sequence[Sample], strange: int) -> None:
    """Print for each cost the factors that keep or gain rows."""
    base = right_share(samples, strange)
    print(f"# {base:.4f} of the rows right, {strange} words of each document unknown")
    costs = weights().costs
    for name, value in list(costs.items()):
        told = []
        for step in STEPS:
            costs[name] = value * step  # type: ignore[index]
            columns._evidence.cache_clear()
            alignment.misfit.cache_clear()
            told.append(f"x{step}: {right_share(samples, strange) - base:+.4f}")
        costs[name] = value  # type: ignore[index]
        print(f"{name} = {value}  # {', '.join(told)}", flush=True)


def main() -> None:
    """Run one of the two fits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fit", choices=("cells", "costs"))
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--only", type=Path)
    parser.add_argument("--strange", type=int, default=3)
    args = parser.parse_args()
    only = frozenset(args.only.read_text("utf-8").split()) if args.only else frozenset()
    samples = list(read_samples(args.gold, only))
    if args.fit == "cells":
        print_cells(samples)
    else:
        print_costs(samples, args.strange)


if __name__ == "__main__":
    main()
