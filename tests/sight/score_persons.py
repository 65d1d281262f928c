"""Count which persons of a set of real files are withheld and which look-alikes are kept.

``python -m tests.sight.score_persons tests/sight/persons6 [--show]``: a place counts as withheld when no text of its
file that held it holds it any more, a look-alike as kept when every such text still does.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from jixiao.documents.reading import read_document
from jixiao.model import Document, Paragraph
from jixiao.privacy import withhold_persons


def texts(document: Document) -> list[str]:
    """Return what stands in a document, piece by piece, without blanks."""
    pieces = list(document.margins)
    for block in document.blocks:
        if isinstance(block, Paragraph):
            pieces.append(block.text)
        else:
            pieces += [cell.text for row in block.rows for cell in row.cells]
    return ["".join(piece.split()) for piece in pieces]


def pairs(path: Path) -> list[tuple[str, str]]:
    """Return each piece of a file as it is printed and as it is kept."""
    document = read_document(path)
    return list(zip(texts(document), texts(withhold_persons(document)), strict=True))


def judged(place: dict[str, Any], pieces: list[tuple[str, str]]) -> bool | None:
    """Say whether a place is treated as it should be; None where it is in no text (names of files and sheets)."""
    span = "".join(str(place.get("secret") or place.get("keep")).split())
    kept = [span in shown for printed, shown in pieces if span in printed]
    if not kept or place["format"] in ("filename", "sheetname"):
        return None
    return not any(kept) if "secret" in place else all(kept)


def main() -> None:
    """Print the counts, and with ``--show`` what is wrong."""
    folder = Path(sys.argv[1])
    files = {f"files/{path.name}": pairs(path) for path in sorted((folder / "files").iterdir())}
    for name in ("persons", "keep"):
        lines = (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
        places = [json.loads(line) for line in lines]
        counts = Counter(judged(place, files[place["file"]]) for place in places)
        print(f"{name}: {counts[True]} right, {counts[False]} wrong, {counts[None]} not in a text")
        if "--show" in sys.argv:
            for place in places:
                if judged(place, files[place["file"]]) is False:
                    print(" ", place["id"], place["kind"], place.get("secret") or place.get("keep"), place["context"])


if __name__ == "__main__":
    main()
