"""Lift money tables as data cubes, and the figures stated in running text."""

from __future__ import annotations

from jixiao.lifting.codes import known_codes, unit
from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.model import Amount, MoneyTable, ProseFact
from jixiao.vocab import JX, QB, RDFS, SKOS, concept

_SCHEMES = {"functional": ("func", JX.functionalClass), "economic": ("econ", JX.economicClass)}


def lift_money_table(scope: Scope, table: MoneyTable) -> None:
    """Lift one money table as a ``qb:DataSet`` and each of its amounts as an observation."""
    node = scope.mint_record("money", table, table.kind, table.title)
    department = scope.department(table.department)
    fiscal_year = scope.year(table.fiscal_year)
    node.type(JX.MoneyTable, QB.DataSet)
    scope.derive(node, table.source)
    node.refer(QB.structure, JX.budgetFigures)
    node.say(RDFS.label, table.title or None)
    node.say(JX.tableKind, table.kind)
    node.refer(JX.department, department)
    node.say(JX.departmentText, table.department)
    node.say_year(JX.year, fiscal_year)
    node.say(JX.unitText, table.unit_text)
    node.say(JX.emptyNote, table.empty_note)
    node.say(JX.printedAmounts, table.printed_amounts)
    node.say(JX.figureCount, len(table.amounts))
    for amount in table.amounts:
        figure = lift_amount(scope, amount)
        figure.refer(QB.dataSet, node)
        figure.refer(JX.department, department)
        figure.say_year(JX.year, fiscal_year)


def lift_amount(scope: Scope, amount: Amount) -> DescribedNode:
    """Lift one printed amount as an observation."""
    figure = scope.mint("figure", amount.source, amount.table_kind, amount.item, amount.measure)
    figure.type(JX.BudgetFigure, QB.Observation)
    scope.derive(figure, amount.source)
    figure.say(JX.order, next(scope.order))
    figure.say(JX.tableKind, amount.table_kind)
    lift_item(scope, figure, amount)
    figure.say(JX.columnText, amount.measure)
    figure.say(JX.amount, amount.value)
    figure.say(JX.text, amount.text)
    figure.say(JX.sideText, amount.side)
    figure.say(JX.fundText, amount.fund)
    figure.say(JX.expenditureText, amount.expenditure)
    figure.say(JX.isTotal, amount.is_total)
    for repair in amount.repairs:
        figure.say(JX.repair, repair)
    figure.say(JX.confidence, amount.confidence)
    return figure


def lift_item(scope: Scope, figure: DescribedNode, amount: Amount) -> None:
    """State what a figure is of, as printed, and the classes or the project it names."""
    figure.say(JX.itemText, amount.item)
    figure.say(JX.itemCode, amount.item_code)
    figure.say(JX.itemScheme, amount.item_scheme)
    figure.say(JX.category, amount.category)
    figure.say(JX.unitName, amount.unit_name)
    for scheme, code, name in ((amount.item_scheme, amount.item_code, amount.item), *amount.further_codes):
        if scheme == "project":
            figure.refer(JX.project, scope.project(code, name))
        elif scheme in _SCHEMES and code and code.isascii() and code.isdigit():
            lift_class(scope, figure, scheme, code, name)


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
    node.type(JX.ProseFact)
    scope.derive(node, fact.source)
    node.refer(JX.department, scope.department(None))
    node.say(JX.order, next(scope.order))
    node.say(JX.factKind, fact.kind)
    node.say(RDFS.label, fact.label)
    node.say(JX.value, fact.value)
    node.refer(JX.unit, unit(fact.unit))
    node.say(JX.unitText, fact.unit)
    node.say(JX.text, fact.text)
    node.say_year(JX.year, fact.year)
    node.say_year(JX.baseYear, fact.base_year)
    node.say(JX.subject, fact.subject)
    node.say(JX.itemText, fact.item)
    node.say(JX.phase, fact.phase)
    node.say(JX.group, fact.group)
    node.say(JX.partOf, fact.part_of)
