"""Switch every mechanism of the grid reader off in turn and print how many known rows that costs.

usage: ablate.py [--only TEXT] [--gold FOLDER...]

Switched off are the functions of ``jixiao.grid`` that tell something (they then say no), and those of ``OFF``, which
then leave things as they are. Read are the cases, the samples and ``tests/sight``, those documents again in
which a mechanism says anything but what it says when it is off; counted are rows alone: levels, name, target, region.
What costs nothing is not needed, unless it guards what these documents do not print.
"""

from __future__ import annotations

import argparse
import inspect
import json
import pkgutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

import jixiao.grid
from jixiao.documents import read_document
from jixiao.model import Document
from jixiao.prose import read_header
from jixiao.text.folding import fold_name

ROOT = Path(__file__).parents[1]
GOLD = (ROOT / "tests/data/samples", *(ROOT / "tests/sight" / name for name in ("forms", "forms2", "forms3")))
FIELDS = ("level1", "level2", "level3", "target_text", "region")
Row = tuple[str, ...]
Mechanism = tuple[str, Any, Callable[..., Any]]


def first(value: Any, *_: Any, **__: Any) -> Any:
    """Return what is given as it is."""
    return value


def second(_: Any, value: Any, *__: Any) -> Any:
    """Return the second of what is given as it is."""
    return value


def nothing(*_: Any, **__: Any) -> float:
    """Weigh nothing."""
    return 0.0


OFF: dict[str, Callable[..., Any]] = {
    "wraps.join_wrapped": first,
    "joining.join_pieces": lambda blocks: (list(blocks), {}),
    "turning.turn_upright": first,
    "headers.whole_header": second,
    "headers._unheaded": lambda sheet, block, headed: headed,
    "columns._with_regions": list,
    "columns._with_funds": list,
    "columns._dated": lambda *_: None,
    "columns._margins": lambda ranked, count: [9.0] * count,
    "columns._against": nothing,
    "alignment.affinity": nothing,
    "alignment._twin": nothing,
    "alignment._kind_in": lambda text, _: import_module("jixiao.grid.cells").kind_of(text),
    "levels._second_labels": lambda rows, _: [row.level2 for row in rows],
    "lifting._with_headings": first,
    "lifting._headed": lambda assigned, block, levels: list(levels),
    "lifting.used_schemes": lambda *_: frozenset(),
    "written.cut_label": lambda name: (None, name),
    "decoding._with_pages": lambda decoded, *_: list(decoded),
}


@dataclass(frozen=True)
class Known:
    """Hold one document with the rows that a person reads in it, and the year its text speaks of."""

    document: Document
    rows: Counter[Row]
    year: int | None


def known_documents(folders: Sequence[Path]) -> Iterator[Known]:
    """Yield the cases, and the documents of some folders beside their gold rows."""
    sys.path.insert(0, str(ROOT))
    harness = import_module("tests.cases.harness")
    with tempfile.TemporaryDirectory() as folder:
        for case in harness.find_cases():
            if case.kind in ("html", "txt") or case.input.suffix != ".grid":
                yield _known(case.path(Path(folder)), case.expected("indicators.jsonl"))
    for gold in sorted(each for folder in folders for each in folder.glob("*.indicators.jsonl")):
        rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines() if line.strip()]
        for path in gold.parent.glob(gold.name.removesuffix("indicators.jsonl") + "*"):
            if path.suffix not in (".json", ".jsonl"):
                yield _known(path, rows)


def _known(path: Path, rows: Sequence[dict[str, Any]]) -> Known:
    document = read_document(path)
    header = read_header(document)
    folded = (tuple(fold_name(str(row.get(name) or "")) for name in FIELDS) for row in rows)
    return Known(document, Counter(folded), header.fiscal_year)


def right_rows(each: Known) -> tuple[int, int]:
    """Return how many rows of a document are read right, and how many that nobody printed."""
    found: Counter[Row] = Counter()
    for form in jixiao.grid.read_forms(each.document, each.year).forms:
        found.update(_folded(row) for plan in form.plans for row in plan.indicators)
    return sum((found & each.rows).values()), sum((found - each.rows).values())


def _folded(row: Any) -> Row:
    texts = (row.level1, row.level2, row.level3, row.target.text if row.target else "", row.region)
    return tuple(fold_name(text or "") for text in texts)


def mechanisms() -> Iterator[Mechanism]:
    """Yield the name of each mechanism, its function, and what stands in for it where it is off."""
    for info in pkgutil.iter_modules(jixiao.grid.__path__):
        module = import_module(f"jixiao.grid.{info.name}")
        for name, value in sorted(vars(module).items()):
            plain = getattr(value, "__wrapped__", value)
            if not isinstance(plain, FunctionType) or plain.__module__ != module.__name__:
                continue
            if (key := f"{info.name}.{name}") in OFF:
                yield key, value, OFF[key]
            elif inspect.signature(plain).return_annotation == "bool":
                yield key, value, lambda *_, **__: False


def switch(old: Any, new: Any) -> None:
    """Put one function in the place of another wherever it is known, and forget what was worked out before."""
    for name, module in list(sys.modules.items()):
        if name.startswith("jixiao.grid"):
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)
                if callable(getattr(value, "cache_clear", None)) and key != "weights":
                    value.cache_clear()


def watched(name: str, function: Any, off: Callable[..., Any], said: set[str]) -> Callable[..., Any]:
    """Return a function that notes its name where it says anything else than it says when it is off."""

    def watch(*args: Any, **named: Any) -> Any:
        result = function(*args, **named)
        if name not in said and result != off(*args, **named):
            said.add(name)
        return result

    watch.cache_clear = getattr(function, "cache_clear", lambda: None)  # type: ignore[attr-defined]
    return watch


def documents_of(known: Sequence[Known], found: Sequence[Mechanism]) -> dict[str, list[int]]:
    """Return for each mechanism the documents in which it says anything."""
    said: set[str] = set()
    watches = [(function, watched(name, function, off, said)) for name, function, off in found]
    for function, watch in watches:
        switch(function, watch)
    where: dict[str, list[int]] = defaultdict(list)
    for index, each in enumerate(known):
        said.clear()
        switch(None, None)
        right_rows(each)
        for name in said:
            where[name].append(index)
    for function, watch in watches:
        switch(watch, function)
    return where


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--gold", nargs="*", type=Path, default=list(GOLD))
    args = parser.parse_args()
    known = list(known_documents(args.gold))
    found = [each for each in mechanisms() if args.only in each[0]]
    base = [right_rows(each) for each in known]
    rows, right, wrong = (
        sum(counts) for counts in ([sum(each.rows.values()) for each in known], *zip(*base, strict=True))
    )
    print(f"{rows} rows, {right} right, {wrong} that nobody printed", flush=True)
    where = documents_of(known, found)
    for name, function, off in found:
        switch(function, off)
        try:
            read = [(base[index], right_rows(known[index])) for index in where[name]]
            less = sum(after[0] - before[0] for before, after in read)
            more = sum(after[1] - before[1] for before, after in read)
            print(f"{name:40} {less:+5} right {more:+5} wrong, {len(read)} documents", flush=True)
        except Exception as error:  # a mechanism that others cannot do without
            print(f"{name:40} needed: {type(error).__name__}", flush=True)
        switch(off, function)


if __name__ == "__main__":
    main()
