"""Keep track of what a paragraph has stated so far: which figures belong together, and which are parts of which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from jixiao.prose.sentences import Sentence, ordinal_level
from jixiao.prose.terminology import Statistic


@dataclass(frozen=True, slots=True)
class Subject:
    """Hold what a figure is about: one kind, or several named at once, and the printed item."""

    kinds: tuple[Statistic, ...]
    item: str | None = None


@dataclass(slots=True)
class Statement:
    """Hold one stated value; its changes, shares and phases share its group."""

    group: str
    kind: Statistic
    block: int
    part_of: Statement | None = None
    phases: set[str | None] = field(default_factory=set)


@dataclass(slots=True)
class Discourse:
    """Remember subjects, years and statements over the sentences of a document.

    A subject and a year hold within a paragraph, statements within a section. A sentence that ends in a colon, or
    a paragraph that begins with 其中, opens a list: the paragraphs that follow are parts of what was stated, until one
    with the same ordinal or a higher one.
    """

    subject: Subject | None = None
    year: int | None = None
    parent: Statement | None = None
    _block: int = 0
    _section: tuple[str, ...] = ()
    _count: int = 0
    _parts: bool = False
    _level: int | None = None
    _first: Statement | None = None
    _top: Statement | None = None
    _last: Statement | None = None
    _found: dict[tuple[str, str | None], Statement] = field(default_factory=dict)
    _latest: dict[str, Statement] = field(default_factory=dict)
    _open: list[tuple[int | None, Statement | None]] = field(default_factory=list)

    def begin(self, sentence: Sentence) -> None:
        """Start a sentence: forget what ended with the paragraph or section before it."""
        if sentence.section != self._section:
            self._section, self._first = sentence.section, None
            self._open.clear()
            self._found.clear()
        if sentence.block != self._block:
            self._block, self._count, self._top = sentence.block, 0, None
            self.subject = self.year = None
            self._parts = sentence.text.startswith("其中")
            self._level = ordinal_level(sentence.text)
            if self._level is not None:
                self._open = [entry for entry in self._open if entry[0] is None or entry[0] < self._level]
        self.parent = self._outer()
        self._last = None

    def within(self, named: Iterable[Statistic], *, nested: bool) -> None:
        """Open a list of parts: of the kind just named, else of what was stated last.

        ``nested`` says that the word is 其中, which goes back to the paragraph; 如下 goes back to the section.
        """
        parent = self.whole(named) or self._last or (self._top if nested else None)
        if parent is None and self._first is not None:
            parent = self._first.part_of or self._first
        self.parent = parent

    def end(self, sentence: Sentence) -> None:
        """Finish a sentence: a list that it opened goes on in the paragraphs that follow."""
        if sentence.opens or (self._parts and self.parent is not self._outer()):
            self._open.append((self._level, self.parent))

    def value(self, kind: Statistic, item: str | None, phase: str | None, *, aside: bool = False) -> Statement:
        """Return the statement a value belongs to: its own, or the one of the same subject in another phase.

        An ``aside`` stands in brackets: it is part of the value before them, and nothing is part of it.
        """
        if aside and self._last is not None:
            return self._new(kind, item, _whole_of(kind, self._last))
        known = self._found.get((kind.key, item))
        fresh = known is None or known.block != self._block
        if known is not None and not fresh and phase is not None and phase not in known.phases:
            known.phases.add(phase)
            self._last = known
            return known
        statement = self._new(kind, item, _whole_of(kind, self.parent))
        statement.phases.add(phase)
        self._last = statement
        self._first = self._first or statement
        if self.parent is self._outer():
            self._top = statement
        return statement

    def derived(self, kind: Statistic, item: str | None) -> Statement:
        """Return the statement that a change, share or rate of a subject belongs to."""
        known = self._found.get((kind.key, item))
        return known or self._new(kind, item, None)

    def whole(self, kinds: Iterable[Statistic]) -> Statement | None:
        """Return the latest statement of one of the kinds, anywhere before in the document."""
        return next((self._latest[kind.key] for kind in kinds if kind.key in self._latest), None)

    def _new(self, kind: Statistic, item: str | None, parent: Statement | None) -> Statement:
        self._count += 1
        statement = Statement(f"{self._block}.{self._count}", kind, self._block, parent)
        self._found[kind.key, item] = self._latest[kind.key] = statement
        return statement

    def _outer(self) -> Statement | None:
        if self._open:
            return self._open[-1][1]
        return None


def _whole_of(kind: Statistic, statement: Statement | None) -> Statement | None:
    """Return the statement if figures of a kind can be parts of it."""
    if statement and _adds(kind, statement.kind):
        return statement
    return None


def _adds(part: Statistic, whole: Statistic) -> bool:
    """Tell whether figures of one kind can be parts of the other's: another kind, same unit, same counters."""
    if part is whole and part.words:
        return False
    return part.unit == whole.unit and (not part.units or not whole.units or part.units == whole.units)
