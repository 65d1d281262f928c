"""Parse SPARQL 1.1 text into a tree; an error says the line, the column, the word and what was expected there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.store.syntax.grammar import Part, grammar
from jixiao.store.syntax.tokens import END, Token, tokens


def _word(text: str, token: Token) -> str:
    """Return the word at fault; of a string or IRI without end, whatever stands before the next blank."""
    return text[token.start : token.start + 40].split()[0] if token.text in ("'", '"', "<") else token.text


class SparqlSyntaxError(Exception):
    """Report text that is not SPARQL 1.1; ``line`` and ``column`` are 1-based."""

    def __init__(self, text: str, token: Token, expected: frozenset[str]) -> None:
        self.line = text.count("\n", 0, token.start) + 1
        self.column = token.start - (text.rfind("\n", 0, token.start) + 1) + 1
        self.word = _word(text, token)
        self.expected = tuple(sorted(expected))
        super().__init__(f"line {self.line}, column {self.column}: {self.word!r}")


@dataclass(slots=True)
class Node:
    """Hold a rule's match: the rule's name and what it is made of, in order."""

    rule: str
    children: list[Node | Token] = field(default_factory=list)

    def find(self, *rules: str) -> Iterator[Node]:
        """Yield the nodes of these rules below this one, in order, outermost first."""
        for child in self.children:
            if isinstance(child, Node):
                if child.rule in rules:
                    yield child
                yield from child.find(*rules)

    def child(self, rule: str) -> Node | None:
        """Return the first direct child of a rule."""
        return next((child for child in self.children if isinstance(child, Node) and child.rule == rule), None)

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens of the match, in order."""
        for child in self.children:
            if isinstance(child, Token):
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

    def parse(self, rule: str) -> Node:
        node = Node(rule)
        self._match(self._rules[rule], node)
        if self._token.terminal != END:
            self._fail(frozenset({END}))
        return node

    def _fail(self, expected: frozenset[str]) -> None:
        raise SparqlSyntaxError(self._text, self._token, expected | self._possible)

    def _match(self, part: Part, node: Node) -> None:
        kind, terminal = part.kind, self._token.terminal
        if kind == "terminal":
            if part.name != terminal:
                self._fail(part.first)
            node.children.append(self._token)
            self._token = next(self._tokens)
            self._possible.clear()
        elif kind == "rule":
            child = Node(part.name)
            self._match(self._rules[part.name], child)
            node.children.append(child)
        elif kind == "sequence":
            for each in part.parts:
                self._match(each, node)
        elif kind == "choice":
            self._choose(part, node)
        elif kind == "optional":
            if terminal in part.first:
                self._match(part.parts[0], node)
            else:
                self._possible |= part.first
        else:
            while self._token.terminal in part.first:
                self._match(part.parts[0], node)
            self._possible |= part.first

    def _choose(self, part: Part, node: Node) -> None:
        for option in part.parts:
            if self._token.terminal in option.first:
                self._match(option, node)
                return
        if not part.empty:
            self._fail(part.first)
        self._possible |= part.first


def parse(text: str, unit: str) -> Node:
    """Return the tree of a ``QueryUnit`` or ``UpdateUnit``.

    Codepoint escapes must have been resolved (``tokens.unescape``). Raise ``SparqlSyntaxError``.
    """
    try:
        return _Parser(text).parse(unit)
    except RecursionError:
        raise SparqlSyntaxError(text, Token("unknown", "", 0, 0), frozenset({"less nesting"})) from None
