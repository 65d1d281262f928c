"""Parse SPARQL 1.1 text into a tree; an error says the line, the column, the word and what was expected there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.store.syntax.grammar import GrammarPart, grammar
from jixiao.store.syntax.tokens import END, SparqlToken, tokens

MAX_DEPTH = 200  # brackets within brackets; the engine's own parser dies at some 1,600
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")

_LONGEST = 40  # characters of a word at fault


def line_and_column(text: str, place: int) -> tuple[int, int]:
    """Return a place of a text as line and column, 1-based."""
    before = text[:place]
    return before.count("\n") + 1, place - before.rfind("\n")


class SparqlSyntaxError(Exception):
    """Report text that is not SPARQL 1.1, or nests ``too_deep``; ``line`` and ``column`` are 1-based."""

    def __init__(self, text: str, token: SparqlToken, expected: frozenset[str]) -> None:
        self.place = token.start
        self.too_deep = not expected
        self.line, self.column = line_and_column(text, token.start)
        self.word = token.text
        if token.text in ("'", '"', "<"):
            # A string or IRI without end: whatever stands before the next blank.
            self.word = text[token.start : token.start + _LONGEST].split()[0]
        self.expected = tuple(sorted(expected))
        super().__init__(f"line {self.line}, column {self.column}: {self.word!r}")


@dataclass(slots=True)
class SyntaxNode:
    """Hold a rule's match: the rule's name and what it is made of, in order."""

    rule: str
    children: list[SyntaxNode | SparqlToken] = field(default_factory=list)

    def walk(self) -> Iterator[SyntaxNode]:
        """Yield this node and all below it, in order, outermost first."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for child in reversed(node.children) if isinstance(child, SyntaxNode))

    def find(self, *rules: str) -> Iterator[SyntaxNode]:
        """Yield the nodes of these rules below this one, in order, outermost first."""
        return (node for node in self.walk() if node.rule in rules and node is not self)

    def child(self, rule: str) -> SyntaxNode | None:
        """Return the first direct child of a rule."""
        return next((child for child in self.children if isinstance(child, SyntaxNode) and child.rule == rule), None)

    def tokens(self) -> Iterator[SparqlToken]:
        """Yield the tokens of the match, in order."""
        waiting: list[SyntaxNode | SparqlToken] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, SparqlToken):
                yield part
            else:
                waiting.extend(reversed(part.children))

    @property
    def span(self) -> tuple[int, int]:
        """Return where the match starts and ends in the text."""
        all_tokens = list(self.tokens())
        return all_tokens[0].start, all_tokens[-1].end


def _levelled(text: str) -> Iterator[SparqlToken]:
    """Yield the tokens; raise ``SparqlSyntaxError`` at the bracket that opens one level too many."""
    depth = 0
    for token in tokens(text):
        if token.terminal in _OPENING:
            depth += 1
        elif token.terminal in _CLOSING:
            depth -= 1
        if depth > MAX_DEPTH:
            raise SparqlSyntaxError(text, token, frozenset())
        yield token


def check_depth(text: str) -> None:
    """Raise ``SparqlSyntaxError`` for brackets that stand deeper within each other than the engine can follow."""
    if sum(map(text.count, _OPENING)) > MAX_DEPTH:
        for _ in _levelled(text):
            pass


class _Parser:
    """Walk the rules along the tokens; one token decides (the grammar is LL(1)).

    What is still to be matched waits on a stack of its own, so that texts may be as long as they like.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _levelled(text)
        self._rules = grammar()
        self._token = next(self._tokens)
        self._possible: set[str] = set()  # what could have stood here instead

    def parse(self, unit: str) -> SyntaxNode:
        root = SyntaxNode(unit)
        nodes = [root]
        waiting: list[GrammarPart | None] = [self._rules[unit]]  # None ends a rule
        while waiting:
            part = waiting.pop()
            if part is None:
                nodes.pop()
            elif part.kind == "terminal":
                nodes[-1].children.append(self._take(part))
            elif part.kind == "rule":
                child = SyntaxNode(part.name)
                nodes[-1].children.append(child)
                nodes.append(child)
                waiting += (None, self._rules[part.name])
            elif part.kind == "sequence":
                waiting.extend(reversed(part.parts))
            else:
                option = self._option(part)
                if option is not None and part.kind == "repeated":
                    waiting.append(part)
                if option is not None:
                    waiting.append(option)
        if self._token.terminal != END:
            self._fail(frozenset({END}))
        return root

    def _fail(self, expected: frozenset[str]) -> None:
        raise SparqlSyntaxError(self._text, self._token, expected | self._possible)

    def _take(self, part: GrammarPart) -> SparqlToken:
        token = self._token
        if part.name != token.terminal:
            self._fail(part.first)
        self._token = next(self._tokens)
        self._possible.clear()
        return token

    def _option(self, part: GrammarPart) -> GrammarPart | None:
        """Return the part of a choice, an option or a repetition that comes next; None where it is passed over."""
        for option in part.parts:
            if self._token.terminal in option.first:
                return option
        if not part.empty:
            self._fail(part.first)
        self._possible |= part.first
        return None


def parse_sparql(text: str, unit: str) -> SyntaxNode:
    """Return the tree of a ``QueryUnit`` or ``UpdateUnit``.

    Codepoint escapes must have been resolved (``tokens.unescape``). Raise ``SparqlSyntaxError``.
    """
    return _Parser(text).parse(unit)
