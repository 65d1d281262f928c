"""What a query says of its variables: what they are, which properties hold them, what they are compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field, replace
from itertools import cycle, product

from jixiao.store.syntax.analysis import ADDRESSES, IriResolver, has_word
from jixiao.store.syntax.parsing import SyntaxNode
from jixiao.store.syntax.schema import schema
from jixiao.store.syntax.tokens import SparqlToken
from jixiao.vocab import RDF, XSD

TEXT_FUNCTIONS = frozenset(
    "CONTAINS STRSTARTS STRENDS REGEX STRBEFORE STRAFTER REPLACE STRLEN LCASE UCASE SUBSTR LANG".split()  # noqa: SIM905
)
_LISTS = {
    "TriplesSameSubjectPath": "PropertyListPathNotEmpty",
    "TriplesSameSubject": "PropertyListNotEmpty",
    "BlankNodePropertyListPath": "PropertyListPathNotEmpty",
    "BlankNodePropertyList": "PropertyListNotEmpty",
}
_LITERALS = ("RDFLiteral", "NumericLiteral", "BooleanLiteral")
_LEAVES = frozenset({"Var", "iri", "BlankNode", "Collection", "CollectionPath", *_LITERALS, *_LISTS})
_PASSED_OVER = frozenset({"Prologue", "ConstructTemplate", "DatasetClause", "ServiceGraphPattern"})
_USES = frozenset({"Expression", "Constraint", "OrderClause"})  # where a variable is used, not bound
_VERBS = frozenset({"VerbPath", "VerbSimple", "Verb"})
_DATATYPES = {"STRING": XSD.string, "TRUE": XSD.boolean, "FALSE": XSD.boolean}

Group = tuple[int, ...]  # the groups a place stands in, outermost first


@dataclass(frozen=True, slots=True)
class Claim:
    """Hold that something is of one of these classes, because of a property (None: because it is said so)."""

    classes: Set[str]
    group: Group
    token: SparqlToken
    prop: str | None


@dataclass(frozen=True, slots=True)
class LiteralValue:
    """Hold a literal: its datatype, its text, the token it starts with, and how it is written."""

    datatype: str
    text: str
    token: SparqlToken
    written: str


@dataclass(slots=True)
class Claims:
    """Hold what a query says, by variable (a key that tells variables of different sub-queries apart) or node.

    ``held`` are the properties whose value a variable is, None for what is not known, ``holders`` what has them;
    ``stated`` the literals that stand as values of a property; ``compared`` those that a variable is compared with or,
    where exactly, joined with; ``calls`` the variables that functions of texts are asked about. All else are words
    with their IRIs.
    """

    claims: dict[str, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    held: dict[str, set[str | None]] = field(default_factory=lambda: defaultdict(set))
    holders: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stated: list[tuple[str, LiteralValue]] = field(default_factory=list)
    compared: list[tuple[str, LiteralValue, bool]] = field(default_factory=list)
    calls: list[tuple[str, SparqlToken, str]] = field(default_factory=list)
    verbs: list[tuple[str, SparqlToken]] = field(default_factory=list)
    classes: list[tuple[str, SparqlToken]] = field(default_factory=list)
    iris: list[tuple[str, SparqlToken]] = field(default_factory=list)
    names: list[SparqlToken] = field(default_factory=list)
    bound: dict[str, str] = field(default_factory=dict)
    used: dict[str, SparqlToken] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Step:
    """Hold a step of a path: its property, None for what can be several; whether it goes back; where it stands."""

    prop: str | None
    inverse: bool
    token: SparqlToken


@dataclass(frozen=True, slots=True)
class _Scope:
    """Hold which variables of a sub-query are seen outside, None for all."""

    seen: frozenset[str] | None = None
    number: int = 0
    outer: _Scope | None = None

    def key(self, name: str) -> str:
        if self.seen is not None and name not in self.seen:
            return f"{name}#{self.number}"
        if self.outer is None:
            return name
        return self.outer.key(name)


@dataclass(frozen=True, slots=True)
class _Place:
    """Hold where a node stands: its groups, its sub-query, and whether variables there are bound or used."""

    group: Group = ()
    scope: _Scope = _Scope()
    binds: bool = True


def _children(node: SyntaxNode) -> list[SyntaxNode]:
    return [child for child in node.children if isinstance(child, SyntaxNode)]


def _first(node: SyntaxNode) -> SparqlToken:
    return next(node.tokens())


def _leaf(node: SyntaxNode) -> SyntaxNode:
    """Return what a node comes down to: a variable, an IRI, a literal, or a bracket with triples in it."""
    while node.rule not in _LEAVES and _children(node):
        node = _children(node)[0]
    return node


def _whole(node: SyntaxNode, *rules: str) -> SyntaxNode | None:
    """Return the node of one of the rules that is all of an expression; None where there is more to it."""
    found = next(node.find(*rules), None)
    if found is None or found.span != node.span:
        return None
    return found


def _projected(query: SyntaxNode) -> frozenset[str] | None:
    """Return the names of the variables a sub-query gives, None for all."""
    clause = query.child("SelectClause")
    assert clause is not None
    columns = [child for item in _children(clause) for child in _children(item) if child.rule == "Var"]
    if not columns:
        return None
    return frozenset(_first(column).text[1:] for column in columns)


class ClaimReader:
    """Walk a query's tree once and gather what it says."""

    def __init__(self, iris: IriResolver) -> None:
        self._iris = iris
        self._schema = schema()
        self.said = Claims()

    def read(self, tree: SyntaxNode) -> Claims:
        """Walk the tree, outermost first; what is still to be read waits on a stack."""
        waiting = [(tree, _Place())]
        while waiting:
            node, place = waiting.pop()
            place = self._inside(node, place)
            self._take(node, place)
            if node.rule not in _PASSED_OVER:
                waiting += [(child, place) for child in reversed(_children(node))]
        return self.said

    @staticmethod
    def _inside(node: SyntaxNode, place: _Place) -> _Place:
        """Return the place of what is inside of a node."""
        if node.rule == "GroupGraphPattern":
            return replace(place, group=(*place.group, _first(node).start), binds=True)
        if node.rule == "SubSelect":
            return replace(place, scope=_Scope(_projected(node), _first(node).start, place.scope))
        if node.rule in ("SelectItem", "GroupCondition"):
            return replace(place, binds=has_word(node, "AS"))
        if node.rule in _USES:
            return replace(place, binds=False)
        return place

    def _take(self, node: SyntaxNode, place: _Place) -> None:
        """Take what a node itself says."""
        match node.rule:
            case "Prologue":
                self._iris.declare(node)
            case "Var":
                self._take_variable(_first(node), place)
            case "iri":
                self._take_iri(_first(node))
            case "RelationalExpression":
                self._take_comparison(node, place)
            case "BuiltInCall":
                self._take_call(node, place)
            case "InlineDataOneVar" | "InlineDataFull":
                self._take_rows(node, place)
            case "ServiceGraphPattern":  # another server has words of its own
                for token in node.tokens():
                    if token.terminal == "VAR":
                        self._take_variable(token, place)
                        self.said.held[self._key_of(token, place)].add(None)
            case rule if rule in _LISTS:
                self._take_triples(node, place)

    def _take_variable(self, token: SparqlToken, place: _Place) -> None:
        self.said.names.append(token)
        key = self._key_of(token, place)
        if place.binds:
            self.said.bound[key] = token.text
        else:
            self.said.used.setdefault(key, token)

    def _take_iri(self, token: SparqlToken) -> None:
        if token.terminal != "IRIREF":
            self.said.names.append(token)
        iri = self._iris.resolve(token)
        if iri is not None:
            self.said.iris.append((iri, token))

    @staticmethod
    def _key_of(token: SparqlToken, place: _Place) -> str:
        return place.scope.key(token.text[1:])

    # ------------------------------------------------------------ triples

    def _take_triples(self, node: SyntaxNode, place: _Place) -> None:
        """Take the triples of a subject, or of a bracket without one."""
        subject = self._key(node, place)
        if node.rule.startswith("TriplesSameSubject"):
            subject = self._key(_leaf(_children(node)[0]), place)
        rule = _LISTS[node.rule]
        listed = node.child(rule) or _children(node)[-1].child(rule)
        if listed is None:
            return
        steps: list[_Step] = []
        for child in _children(listed):
            if child.rule in _VERBS:
                steps = self._steps(child)
            else:
                for each in _children(child):
                    self._take_triple(subject, steps, _leaf(each), place)

    def _key(self, node: SyntaxNode, place: _Place) -> str:
        """Return what tells a node from others."""
        token = _first(node)
        if node.rule == "Var":
            return self._key_of(token, place)
        if node.rule == "iri":
            return f"<{self._iris.resolve(token)}>"
        if token.terminal == "BLANK":
            return token.text
        return f"[{token.start}"

    def _steps(self, verb: SyntaxNode) -> list[_Step]:
        """Return the steps of a path; one that can take several ways, or is a variable, is a step without property."""
        steps, inverse = [], False
        for token in verb.tokens():
            if token.text == "a":
                steps.append(_Step(RDF.type, inverse, token))
            elif token.terminal in ADDRESSES and token.terminal != "VAR":
                steps.append(_Step(self._iris.resolve(token), inverse, token))
            elif token.text not in ("^", "/"):
                return [_Step(None, False, token)]
            inverse = token.text == "^"
        return steps

    def _take_triple(self, subject: str, steps: list[_Step], value: SyntaxNode, place: _Place) -> None:
        """Take what a triple says of its ends and, along a path, of what is between them."""
        end = self._key(value, place)
        for step, after in zip(steps, [*steps[1:], None], strict=True):
            start, subject = subject, end
            if after is not None:
                subject = f"/{after.token.start}"
            if step.inverse:
                self._take_step(subject, step, start, place)
            else:
                self._take_step(start, step, subject, place)
        last = steps[-1]
        if last.inverse or value.rule not in ("iri", *_LITERALS):
            self.said.held[end].add(None if last.inverse else last.prop)
            self.said.holders[end].add(start)
        elif value.rule in _LITERALS and last.prop is not None:
            self.said.stated.append((last.prop, self._literal(value)))
        elif last.prop == RDF.type:
            self._take_class(start, _first(value), place)

    def _take_step(self, subject: str, step: _Step, target: str, place: _Place) -> None:
        if step.prop is None:
            return
        self.said.verbs.append((step.prop, step.token))
        for node, classes in ((subject, self._schema.domains), (target, self._schema.things)):
            if step.prop in classes:
                claim = Claim(classes[step.prop], place.group, step.token, step.prop)
                self.said.claims[node].append(claim)

    def _take_class(self, subject: str, token: SparqlToken, place: _Place) -> None:
        iri = self._iris.resolve(token)
        if iri is None:
            return
        self.said.classes.append((iri, token))
        if iri in self._schema.below:
            claim = Claim(self._schema.below[iri], place.group, token, None)
            self.said.claims[subject].append(claim)

    # ------------------------------------------------------------ values

    def _take_comparison(self, node: SyntaxNode, place: _Place) -> None:
        """Take what a variable is compared with: ``?a = 1``, ``1 < ?a``, ``?a IN (1, 2)``."""
        left, *right = _children(node)
        operands = [left, *right]
        if right and right[0].rule == "ExpressionList":
            operands = [left, *_children(right[0])]
        variables = [found for each in operands if (found := _whole(each, "Var"))]
        literals = [found for each in operands if (found := _whole(each, *_LITERALS))]
        for variable, literal in product(variables, literals):
            self.said.compared.append((self._key(variable, place), self._literal(literal), False))

    def _take_rows(self, node: SyntaxNode, place: _Place) -> None:
        """Take the literals of VALUES, which are joined with what a variable is elsewhere."""
        variables = [self._key(child, place) for child in _children(node) if child.rule == "Var"]
        values = [_leaf(child) for child in _children(node) if child.rule == "DataBlockValue"]
        for variable, value in zip(cycle(variables), values):
            if value.rule in _LITERALS:
                self.said.compared.append((variable, self._literal(value), True))

    def _take_call(self, node: SyntaxNode, place: _Place) -> None:
        """Take the variable that a function of texts is asked about."""
        function, arguments = _first(node), node.child("ExpressionList")
        if function.text.upper() not in TEXT_FUNCTIONS or arguments is None or not _children(arguments):
            return
        variable = _whole(_children(arguments)[0], "Var")
        if variable is not None:
            self.said.calls.append((self._key(variable, place), _first(variable), function.text.upper()))

    def _literal(self, node: SyntaxNode) -> LiteralValue:
        first, *rest = node.tokens()
        datatype = _DATATYPES.get(first.terminal)
        if datatype is None:
            number = first.text.lower()
            datatype = XSD.double if "e" in number else XSD.decimal if "." in number else XSD.integer
        elif rest:
            datatype = RDF.langString if rest[0].terminal == "LANGTAG" else self._iris.resolve(rest[-1]) or ""
        written = "".join(token.text for token in (first, *rest))
        return LiteralValue(datatype, first.text.strip("\"'"), first, written)
