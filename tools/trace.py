"""Print the functions that one printed row passes on its way from ``read`` to its JSON line.

``python tools/trace.py FORM [--audit] [--new-words]``: FORM is a text form whose last line is a row of indicators.
It is read, lifted, put into a store and written as ``jixiao table indicators --format jsonl`` does, once as it is and
once with its last row printed again under another name. A function of our packages that is called more often for the
longer form is one that a row passes; a comprehension, a lambda or a function within a function counts as part of the
one around it.

Both forms are read once before, so that what is loaded once is loaded and what a text means is remembered: the way of a
row through the stages is counted, not how its words are understood. With ``--new-words`` the row's name was not read
before; with ``--audit`` the audit of the row is on the way too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {ROOT / "kg" / "jixiao": "jixiao", ROOT / "service" / "jixiao_service": "jixiao_service"}


def pass_through(path: Path, *, audit: bool) -> bytes:
    """Return the table of a form's indicators as JSON Lines."""
    from jixiao.exporting.rows import write_jsonl
    from jixiao.reading import read
    from jixiao.store import MEMORY, open_store
    from jixiao.tables import TABLES, read_table

    reading = read(path)
    store = open_store(MEMORY)
    store.replace_graphs([(reading.lifted.graph_iri, reading.triples)])
    if audit:
        assert reading.findings is not None
    written = BytesIO()
    write_jsonl(read_table(store, "indicators"), TABLES["indicators"].columns, written)
    return written.getvalue()


def calls_of(path: Path, *, audit: bool) -> Counter[tuple[str, str]]:
    """Return how often each function, by file and name, is called while a form passes."""
    found: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            found[frame.f_code.co_filename, frame.f_code.co_qualname] += 1

    sys.setprofile(note)
    try:
        pass_through(path, audit=audit)
    finally:
        sys.setprofile(None)
    return found


def passed_functions(form: Path, *, audit: bool = False, new_words: bool = False) -> dict[str, set[str]]:
    """Return the functions that a further row passes, by room."""
    lines = form.read_text("utf-8").rstrip("\n").split("\n")
    *before, name, value = lines[-1].split("\t")
    with tempfile.TemporaryDirectory() as folder:

        def written(further: str | None) -> Path:
            path = Path(folder, str(further), form.name)
            path.parent.mkdir()
            rows = [] if further is None else ["\t".join([*before, name + further, value])]
            path.write_text("\n".join([*lines, *rows]) + "\n", "utf-8")
            return path

        short, long, other = written(None), written("之二"), written("之三")
        rows = [pass_through(path, audit=audit).count(b"\n") for path in (short, other if new_words else long)]
        if rows[1] != rows[0] + 1:
            raise SystemExit(f"one row more gave {rows[1] - rows[0]} rows more")
        once, twice = calls_of(short, audit=audit), calls_of(long, audit=audit)
    return _by_room(key for key in twice if twice[key] > once[key])


def _by_room(functions: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    rooms: defaultdict[str, set[str]] = defaultdict(set)
    for file, name in functions:
        for folder, package in PACKAGES.items():
            if Path(file).is_relative_to(folder):
                inside = Path(file).relative_to(folder)
                room = ".".join((package, *inside.parts[:-1]))
                rooms[room].add(f"{inside.stem}.{name.split('.<locals>')[0]}")
    return dict(rooms)


def main() -> None:
    """Print the functions by room, and how many there are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form", type=Path)
    parser.add_argument("--audit", action="store_true", help="the audit of the row is on the way too")
    parser.add_argument("--new-words", action="store_true", help="the name of the row was not read before")
    arguments = parser.parse_args()
    rooms = passed_functions(arguments.form, audit=arguments.audit, new_words=arguments.new_words)
    for room, names in sorted(rooms.items()):
        print(f"{room} ({len(names)})")
        for name in sorted(names):
            print(f"    {name}")
    files = {(room, name.split(".")[0]) for room, names in rooms.items() for name in names}
    print(f"{sum(map(len, rooms.values()))} functions in {len(files)} files")


if __name__ == "__main__":
    main()
