"""What a query or update does, read off its tree: whom it calls, what it writes to, which data set it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from jixiao.store.syntax.parsing import SyntaxNode
from jixiao.store.syntax.tokens import SparqlToken, unescape


@dataclass(frozen=True, slots=True)
class ExternalReference:
    """Hold a place where text asks for something elsewhere.

    ``keyword`` is SERVICE, LOAD or FROM; ``address`` the IRI, None for a variable; ``span`` where the IRI stands;
    ``silent`` says that a failure there counts as no answer.
    """

    keyword: str
    address: str | None
    span: tuple[int, int]
    silent: bool = False


class IriResolver:
    """Resolve IRIs as they are declared at each place of the text (section 4.1.1 of SPARQL 1.1 Query)."""

    def __init__(self, base: str | None, prefixes: Mapping[str, str]) -> None:
        self._base = base or ""
        self._prefixes = dict(prefixes)

    def declare(self, prologue: SyntaxNode) -> None:
        """Take the declarations of a prologue, in order."""
        for node in prologue.find("BaseDecl", "PrefixDecl"):
            _, *prefix, iri = node.tokens()
            absolute = self._absolute(iri)
            if prefix:
                self._prefixes[prefix[0].text.removesuffix(":")] = absolute
            else:
                self._base = absolute

    def _absolute(self, token: SparqlToken) -> str:
        return urljoin(self._base, unescape(token.text[1:-1]))

    def resolve(self, token: SparqlToken) -> str | None:
        """Return the IRI an IRI reference or prefixed name stands for; None when its prefix is unknown."""
        if token.terminal == "IRIREF":
            return self._absolute(token)
        prefix, _, local = token.text.partition(":")
        if prefix not in self._prefixes:
            return None
        return self._prefixes[prefix] + local.replace("\\", "")


def _walk(tree: SyntaxNode, iris: IriResolver) -> Iterator[SyntaxNode]:
    """Yield all nodes in order, prologues taking effect on the way."""
    for node in tree.walk():
        if node.rule == "Prologue":
            iris.declare(node)
        yield node


_CALLS = {"ServiceGraphPattern": "SERVICE", "Load": "LOAD", "SourceSelector": "FROM"}
ADDRESSES = ("IRIREF", "PNAME_LN", "PNAME_NS", "VAR")


def find_external_references(
    tree: SyntaxNode, base: str | None, prefixes: Mapping[str, str]
) -> list[ExternalReference]:
    """Return everything a query or update asks for elsewhere, or could: SERVICE, LOAD, FROM."""
    found = []
    iris = IriResolver(base, prefixes)
    for node in _walk(tree, iris):
        keyword = _CALLS.get(node.rule)
        if keyword is not None:
            token = next(token for token in node.tokens() if token.terminal in ADDRESSES)
            address = None
            if token.terminal != "VAR":
                address = iris.resolve(token)
            silent = has_word(node, "SILENT")
            found.append(ExternalReference(keyword, address, (token.start, token.end), silent))
    return found


def find_undeclared_prefix(tree: SyntaxNode, prefixes: Mapping[str, str]) -> SparqlToken | None:
    """Return the first prefixed name whose prefix is declared nowhere before it."""
    iris = IriResolver(None, prefixes)
    for node in _walk(tree, iris):
        if node.rule == "PrefixedName":
            (token,) = node.tokens()
            if iris.resolve(token) is None:
                return token
    return None


def find_ungrouped(tree: SyntaxNode) -> SparqlToken | None:
    """Return the first variable of a SELECT with groups that is neither one of them nor aggregated."""
    for query in tree.find("SelectQuery", "SubSelect"):
        clause, modifier = query.child("SelectClause"), query.child("SolutionModifier")
        assert clause is not None and modifier is not None
        grouping = modifier.child("GroupClause")
        if grouping is None and not any(clause.find("Aggregate")):
            continue
        known = {token.text for token in grouping.tokens()} if grouping else set()
        for item in clause.find("SelectItem"):
            inside = {token.start for each in item.find("Aggregate") for token in each.tokens()}
            used = [token for token in item.tokens() if token.terminal == "VAR" and token.start not in inside]
            if has_word(item, "AS"):
                known.add(used.pop().text)
            for token in used:
                if token.text not in known:
                    return token
    return None


def has_word(node: SyntaxNode, word: str) -> bool:
    """Say whether a keyword stands in a node itself."""
    return any(isinstance(child, SparqlToken) and child.terminal == word for child in node.children)


def _touches_default(quads: SyntaxNode) -> bool:
    """Say whether a quad template holds triples outside ``GRAPH``."""
    return any(inner.child("TriplesTemplate") is not None for inner in quads.find("Quads"))


def writes_default_graph(tree: SyntaxNode) -> bool:
    """Say whether an update writes to the default graph, by name or by naming no graph (DROP ALL does not count)."""
    return any(_writes_default(operation) for operation in tree.find(*_OPERATIONS))


_WHOLE = ("Load", "Clear", "Drop", "Create", "Add", "Move", "Copy")
_OPERATIONS = ("InsertData", "DeleteData", "DeleteWhere", "Modify", *_WHOLE)


def _writes_default(operation: SyntaxNode) -> bool:
    rule = operation.rule
    if rule == "Modify":
        clauses = operation.find("DeleteClause", "InsertClause")
        return not has_word(operation, "WITH") and any(map(_touches_default, clauses))
    if rule == "Load":
        return not has_word(operation, "INTO")
    if rule in ("Clear", "Drop"):
        return any(has_word(target, "DEFAULT") for target in operation.find("GraphRefAll"))
    if rule in ("Add", "Move", "Copy"):
        source, target = (has_word(end, "DEFAULT") for end in operation.find("GraphOrDefault"))
        return target or (rule == "Move" and source)
    return _touches_default(operation)


@dataclass(frozen=True, slots=True)
class UpdateEffect:
    """Hold what an update may change: ``graphs``, and those that the query ``more`` tells where it is not empty.

    ``triples`` is the query for the triples that may come or go; empty where only the change itself tells.
    """

    graphs: frozenset[str]
    more: str = ""
    triples: str = ""


def find_effect(text: str, tree: SyntaxNode, base: str | None, prefixes: Mapping[str, str]) -> UpdateEffect | None:
    """Return what an update may change; None where it may be anything."""
    iris, graphs, variables = IriResolver(base, prefixes), set[str](), set[str]()
    for node in _walk(tree, iris):
        if node.rule in ("Clear", "Drop") and any(token.terminal in ("NAMED", "ALL") for token in node.tokens()):
            return None
        for token in _graph_names(node):
            if token.terminal == "VAR":
                variables.add(token.text)
            else:
                graphs.add(iris.resolve(token) or "")
    head, where = _solved(text, tree)
    if not where:
        return None if variables else UpdateEffect(frozenset(graphs))
    more = ""
    if variables:
        more = f"{head} SELECT DISTINCT {' '.join(sorted(variables))} {where}"
    changed = " .\n".join(_text_of(text, node) for node in tree.find("TriplesSameSubject"))
    return UpdateEffect(frozenset(graphs), more, f"{head} CONSTRUCT {{ {changed} }} {where}")


def _solved(text: str, tree: SyntaxNode) -> tuple[str, str]:
    """Return the prologue of an update and the pattern whose solutions are what it changes; both empty for none.

    An operation that sees what the one before has changed, or that names blank nodes, cannot be asked ahead.
    """
    operations = [node for node in tree.walk() if node.rule in _OPERATIONS]
    rules = {node.rule for node in operations}
    templates = [_text_of(text, node) for node in tree.find("TriplesSameSubject")]
    if not templates or any(sign in each for each in templates for sign in ("_:", "[", "(")):
        return "", ""
    head = "\n".join(_text_of(text, node) for node in tree.find("Prologue"))
    if rules <= {"InsertData", "DeleteData"}:
        return head, "WHERE {}"
    if len(operations) > 1 or any(tree.find("UsingClause")) or has_word(operations[0], "WITH"):
        return "", ""
    if rules == {"DeleteWhere"}:
        return head, "WHERE " + _text_of(text, next(tree.find("QuadPattern")))
    if rules == {"Modify"}:
        return head, _text_of(text, next(tree.find("ModifyWhere")))
    return "", ""


def _text_of(text: str, node: SyntaxNode) -> str:
    tokens = list(node.tokens())
    return text[tokens[0].start : tokens[-1].end] if tokens else ""


def _graph_names(node: SyntaxNode) -> Iterator[SparqlToken]:
    """Yield the tokens that name graphs in an operation itself, or in its template."""
    if node.rule in ("QuadData", "QuadPattern"):
        for inner in node.find("QuadsNotTriples"):
            yield next(token for token in inner.tokens() if token.terminal in ADDRESSES)
    elif node.rule == "Modify":
        if has_word(node, "WITH"):
            yield next(token for token in node.tokens() if token.terminal in ADDRESSES)
    elif node.rule in _WHOLE:
        for inner in node.find("GraphRef", "GraphOrDefault"):
            yield from (token for token in inner.tokens() if token.terminal in ADDRESSES)


def without_graph(text: str, tree: SyntaxNode, graph: str) -> str:
    """Return a query whose ``GRAPH ?variable`` does not mean one graph.

    One around a sub-select stays: there the engine (pyoxigraph 0.5) binds no variable; a filter would leave nothing.
    """
    edits = []
    for node in tree.find("GraphGraphPattern"):
        name = next(token for token in node.tokens() if token.terminal in ADDRESSES)
        if name.terminal == "VAR" and not any(True for _ in node.find("SubSelect")):
            edits.append((node.span[1], node.span[1], f" FILTER({name.text} != <{graph}>)"))
    return replace_spans(text, edits)


def names_dataset(tree: SyntaxNode) -> bool:
    """Say whether an update names its data set itself (USING, WITH)."""
    return any(node.child("UsingClause") or has_word(node, "WITH") for node in tree.find("Modify"))


def with_dataset(text: str, tree: SyntaxNode, graphs: Sequence[str], named: Sequence[str]) -> str:
    """Return the update with the protocol's data set (``using-graph-uri``) written into each operation's USING."""
    clauses = [f" USING <{iri}>" for iri in graphs] + [f" USING NAMED <{iri}>" for iri in named]
    using = "".join(clauses) + " "
    edits: list[tuple[int, int, str]] = []
    for where in tree.find("ModifyWhere"):
        start, _ = where.span
        edits.append((start, start, using))
    for node in tree.find("DeleteWhere"):
        (pattern,) = node.find("QuadPattern")
        start, end = pattern.span
        quads = text[start:end]
        edits.append((node.span[0], end, f"DELETE {quads}{using}WHERE {quads}"))
    return replace_spans(text, edits)


def replace_spans(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """Return the text with each span (start, end) exchanged for its new words."""
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text
