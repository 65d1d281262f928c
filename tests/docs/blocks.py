"""Take the blocks of code out of a page, with what its comment says about running them.

``console`` blocks hold commands after ``$ `` and below each what it prints; ``...`` stands for anything. A comment
before a block says how it is run: ``run: no — reason`` never, ``run: long`` with the long tests, ``run: served``
beside a service whose address is ``URL``; without one it is run every time. What a command prints need not be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

_BLOCK = re.compile(r"(?:^<!-- run: ([^\n]*?) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*(?:\\\n.*)*)\n((?:(?!\$ ).*\n?)*)", re.MULTILINE)
PAGES = [path.relative_to(ROOT / "docs/zh").as_posix() for path in sorted((ROOT / "docs/zh").rglob("*.md"))]
READMES = ("README.md", "README.en.md")


@dataclass(frozen=True)
class CodeBlock:
    """Hold a block of code: its language, its text, and how it is run."""

    language: str
    text: str
    run: str = ""

    @property
    def never(self) -> bool:
        """Say whether it is never run by the tests."""
        return self.run.startswith("no")

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield the commands of a console and what each is said to print."""
        for found in _COMMAND.finditer(self.text):
            yield found[1], found[2]


def blocks(path: Path) -> list[CodeBlock]:
    """Return the blocks of a page."""
    return [CodeBlock(found[2], found[3], found[1] or "") for found in _BLOCK.finditer(path.read_text("utf-8"))]
