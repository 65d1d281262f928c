"""Parse SPARQL 1.1 text into a tree; an error says the line, the column, the word and what was expected there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.store.syntax.grammar import GrammarPart, grammar
from jixiao.store.syntax.tokens import END, SparqlToken, tokens

_LONGEST = 40  # characters of a word at fault


def line_and_column(text: str, place: int) -> tuple[int, int]:
    """Return a place of a text as line and column, 1-based."""
    before = text[:place]
    return before.count("\n") + 1, place - before.rfind("\n")


class SparqlSyntaxError(Exception):
    """Report text that is not SPARQL 1.1; ``line`` and ``column`` are 1-based."""

    def __init__(self, text: str, token: SparqlToken, expected: frozenset[str]) -> None:
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

    def find(self, *rules: str) -> Iterator[SyntaxNode]:
        """Yield the nodes of these rules below this one, in order, outermost first."""
        for child in self.children:
            if isinstance(child, SyntaxNode):
                if child.rule in rules:
                    yield child
                yield from child.find(*rules)

    def child(self, rule: str) -> SyntaxNode | None:
        """Return the first direct child of a rule."""
        return next((child for child in self.children if isinstance(child, SyntaxNode) and child.rule == rule), None)

    def tokens(self) -> Iterator[SparqlToken]:
        """Yield the tokens of the match, in order."""
        for child in self.children:
            if isinstance(child, SparqlToken):
                yield child
            else:
                yield from child.tokens()

    @property
    def span(self) -> tuple[int, int]:
        """Return where the match starts and ends in the text."""
        all_tokens = list(self.tokens())
        return all_tokens[0].start, all_tokens[-1].end


class _Parser:
    """Walk the rules along the tokens; one token decides (the grammar is LL(1))."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._rules = grammar()
        self._token = next(self._tokens)
        self._possible: set[str] = set()  # what could have stood here instead

    def parse(self, rule: str) -> SyntaxNode:
        node = SyntaxNode(rule)
        self._match(self._rules[rule], node)
        if self._token.terminal != END:
            self._fail(frozenset({END}))
        return node

    def _fail(self, expected: frozenset[str]) -> None:
        raise SparqlSyntaxError(self._text, self._token, expected | self._possible)

    def _match(self, part: GrammarPart, node: SyntaxNode) -> None:
        kind = part.kind
        if kind == "terminal":
            if part.name != self._token.terminal:
                self._fail(part.first)
            node.children.append(self._token)
            self._token = next(self._tokens)
            self._possible.clear()
        elif kind == "rule":
            child = SyntaxNode(part.name)
            self._match(self._rules[part.name], child)
            node.children.append(child)
        elif kind == "sequence":
            for each in part.parts:
                self._match(each, node)
        elif kind == "choice":
            self._choose(part, node)
        else:
            while self._token.terminal in part.first:
                self._match(part.parts[0], node)
                if kind == "optional":
                    return
            self._possible |= part.first

    def _choose(self, part: GrammarPart, node: SyntaxNode) -> None:
        for option in part.parts:
            if self._token.terminal in option.first:
                self._match(option, node)
                return
        if not part.empty:
            self._fail(part.first)
        self._possible |= part.first


def parse_sparql(text: str, unit: str) -> SyntaxNode:
    """Return the tree of a ``QueryUnit`` or ``UpdateUnit``.

    Codepoint escapes must have been resolved (``tokens.unescape``). Raise ``SparqlSyntaxError``.
    """
    try:
        return _Parser(text).parse(unit)
    except RecursionError:
        raise SparqlSyntaxError(text, SparqlToken("unknown", "", 0, 0), frozenset({"less nesting"})) from None
