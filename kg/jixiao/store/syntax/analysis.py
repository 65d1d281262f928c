"""What a query or update does, read off its tree: whom it calls, what it writes to, which data set it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from jixiao.store.syntax.parsing import Node
from jixiao.store.syntax.tokens import Token, unescape


@dataclass(frozen=True, slots=True)
class Access:
    """Hold a place where text asks for something elsewhere.

    ``keyword`` is SERVICE, LOAD or FROM; ``address`` the IRI, None for a variable; ``span`` where the IRI stands.
    """

    keyword: str
    address: str | None
    span: tuple[int, int]


class Names:
    """Resolve IRIs as they are declared at each place of the text (section 4.1.1 of SPARQL 1.1 Query)."""

    def __init__(self, base: str | None, prefixes: Mapping[str, str]) -> None:
        self._base = base
        self._prefixes = dict(prefixes)

    def declare(self, prologue: Node) -> None:
        """Take the declarations of a prologue, in order."""
        for node in prologue.children:
            if isinstance(node, Node):
                *_, iri = node.tokens()
                if node.rule == "BaseDecl":
                    self._base = self._absolute(iri)
                else:
                    self._prefixes[list(node.tokens())[1].text[:-1]] = self._absolute(iri)

    def _absolute(self, token: Token) -> str:
        iri = unescape(token.text[1:-1])
        return urljoin(self._base, iri) if self._base else iri

    def resolve(self, token: Token) -> str | None:
        """Return the IRI an IRI reference or prefixed name stands for; None when its prefix is unknown."""
        if token.terminal == "IRIREF":
            return self._absolute(token)
        prefix, _, local = token.text.partition(":")
        if prefix not in self._prefixes:
            return None
        return self._prefixes[prefix] + local.replace("\\", "")


def _walk(tree: Node, names: Names) -> Iterator[tuple[Node, Names]]:
    """Yield all nodes in order, prologues taking effect on the way."""
    for child in tree.children:
        if isinstance(child, Node):
            if child.rule == "Prologue":
                names.declare(child)
            yield child, names
            yield from _walk(child, names)


_CALLS = {"ServiceGraphPattern": "SERVICE", "Load": "LOAD", "SourceSelector": "FROM"}


def find_accesses(tree: Node, base: str | None, prefixes: Mapping[str, str]) -> list[Access]:
    """Return everything a query or update asks for elsewhere, or could: SERVICE, LOAD, FROM."""
    found = []
    for node, names in _walk(tree, Names(base, prefixes)):
        if node.rule in _CALLS:
            token = next(t for t in node.tokens() if t.terminal in ("IRIREF", "PNAME_LN", "PNAME_NS", "VAR"))
            address = None if token.terminal == "VAR" else names.resolve(token)
            found.append(Access(_CALLS[node.rule], address, (token.start, token.end)))
    return found


def find_undeclared_prefix(tree: Node, prefixes: Mapping[str, str]) -> Token | None:
    """Return the first prefixed name whose prefix is declared nowhere before it."""
    for node, names in _walk(tree, Names(None, prefixes)):
        if node.rule == "PrefixedName":
            (token,) = node.tokens()
            if names.resolve(token) is None:
                return token
    return None


def _has_word(node: Node, word: str) -> bool:
    return any(isinstance(child, Token) and child.terminal == word for child in node.children)


def _touches_default(quads: Node) -> bool:
    """Say whether a quad template holds triples outside ``GRAPH``."""
    return any(inner.child("TriplesTemplate") is not None for inner in quads.find("Quads"))


def writes_default_graph(tree: Node) -> bool:
    """Say whether an update writes to the default graph, by name or by naming no graph (DROP ALL does not count)."""
    for node in tree.find("Update1"):
        (operation,) = (child for child in node.children if isinstance(child, Node))
        rule = operation.rule
        if rule in ("InsertData", "DeleteData", "DeleteWhere"):
            hit = _touches_default(operation)
        elif rule == "Modify":
            clauses = operation.find("DeleteClause", "InsertClause")
            hit = not _has_word(operation, "WITH") and any(_touches_default(clause) for clause in clauses)
        elif rule == "Load":
            hit = not _has_word(operation, "INTO")
        elif rule in ("Clear", "Drop"):
            hit = any(_has_word(target, "DEFAULT") for target in operation.find("GraphRefAll"))
        elif rule in ("Add", "Move", "Copy"):
            ends = [_has_word(end, "DEFAULT") for end in operation.find("GraphOrDefault")]
            hit = ends[1] or (rule == "Move" and ends[0])
        else:
            hit = False
        if hit:
            return True
    return False


def names_dataset(tree: Node) -> bool:
    """Say whether an update names its data set itself (USING, WITH)."""
    return any(node.child("UsingClause") or _has_word(node, "WITH") for node in tree.find("Modify"))


def with_dataset(text: str, tree: Node, graphs: Sequence[str], named: Sequence[str]) -> str:
    """Return the update with the protocol's data set (``using-graph-uri``) written into each operation's USING."""
    using = "".join(f" USING <{iri}>" for iri in graphs) + "".join(f" USING NAMED <{iri}>" for iri in named) + " "
    edits: list[tuple[int, int, str]] = []
    for node in tree.find("Modify"):
        where = node.child("ModifyWhere")
        assert where is not None
        edits.append((where.span[0], where.span[0], using))
    for node in tree.find("DeleteWhere"):
        pattern = node.child("QuadPattern")
        assert pattern is not None
        start, end = pattern.span
        edits.append((node.span[0], end, f"DELETE {text[start:end]}{using}WHERE {text[start:end]}"))
    return replace_spans(text, edits)


def replace_spans(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """Return the text with each span (start, end) exchanged for its new words."""
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text
