"""Lift money tables as data cubes, and the figures stated in running text."""

from __future__ import annotations

from jixiao.lifting.codes import known_codes
from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.lifting.stating import state
from jixiao.model import Amount, MoneyTable, ProseFact
from jixiao.vocab import JX, QB, SKOS, concept

_SCHEMES = {"functional": ("func", JX.functionalClass), "economic": ("econ", JX.economicClass)}


def lift_money_table(scope: Scope, table: MoneyTable) -> None:
    """Lift one money table as a ``qb:DataSet`` and each of its amounts as an observation."""
    node = scope.mint_record("money", table, table.kind, table.title)
    department = scope.department(table.department)
    fiscal_year = scope.year(table.fiscal_year)
    state(node, table)
    scope.derive(node, table.source)
    node.refer(QB.structure, JX.budgetFigures)
    node.refer(JX.department, department)
    node.say_year(JX.year, fiscal_year)
    node.say(JX.figureCount, len(table.amounts))
    for amount in table.amounts:
        figure = lift_amount(scope, amount)
        figure.refer(QB.dataSet, node)
        figure.refer(JX.department, department)
        figure.say_year(JX.year, fiscal_year)


def lift_amount(scope: Scope, amount: Amount) -> DescribedNode:
    """Lift one printed amount as an observation, with the classes or the project it names."""
    figure = scope.mint("figure", amount.source, amount.table_kind, amount.first.item, amount.measure)
    scope.decide(figure, amount)
    state(figure, amount)
    scope.derive(figure, amount.source)
    figure.say(JX.order, next(scope.order))
    for scheme, code, name in ((amount.item_scheme, amount.item_code, amount.item), *amount.further_codes):
        if scheme == "project":
            figure.refer(JX.project, scope.project(code, name))
        elif scheme in _SCHEMES and code and code.isascii() and code.isdigit():
            lift_class(scope, figure, scheme, code, name)
    return figure


def lift_class(scope: Scope, figure: DescribedNode, scheme: str, code: str, name: str) -> None:
    """State the class a figure is about; a code the lists do not have is described by its printed name."""
    prefix, predicate = _SCHEMES[scheme]
    node = scope.quads.node(concept(prefix, code))
    figure.refer(predicate, node)
    if code in known_codes(scheme):
        return
    node.type(SKOS.Concept)
    node.say(SKOS.prefLabel, name, "zh")
    node.say(SKOS.notation, code)
    node.refer(SKOS.inScheme, concept(prefix, "scheme"))
    if len(code) > 3:  # 类 has three digits; 款 and 项 two more each
        node.refer(SKOS.broader, concept(prefix, code[:-2]))


def lift_fact(scope: Scope, fact: ProseFact) -> None:
    """Lift one figure of the running text; its row holds the sentence."""
    node = scope.mint_record("fact", fact, fact.kind, fact.label, fact.text)
    state(node, fact)
    scope.derive(node, fact.source)
    node.refer(JX.department, scope.department(None))
    node.say(JX.order, next(scope.order))
