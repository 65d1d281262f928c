"""Lift money tables as data cubes, and the figures stated in running text."""

from __future__ import annotations

from jixiao.lifting.codes import known_codes, unit
from jixiao.lifting.quads import boolean, decimal, integer, text, year
from jixiao.lifting.scope import Scope
from jixiao.model import Amount, MoneyTable, ProseFact
from jixiao.vocab import JX, QB, RDFS, SKOS, concept

_SCHEMES = {"functional": ("func", JX.functionalClass), "economic": ("econ", JX.economicClass)}


def lift_money_table(scope: Scope, table: MoneyTable) -> None:
    """Lift one money table as a ``qb:DataSet`` and each of its amounts as an observation."""
    quads = scope.quads
    node = scope.mint_record("money", table, table.kind, table.title)
    department = scope.department(table.department)
    fiscal_year = table.fiscal_year if table.fiscal_year is not None else scope.records.fiscal_year
    quads.type(node, JX.MoneyTable, QB.DataSet)
    scope.derive(node, table.source)
    quads.refer(node, QB.structure, JX.budgetFigures)
    quads.add(node, RDFS.label, text(table.title or None))
    quads.add(node, JX.tableKind, text(table.kind))
    quads.refer(node, JX.department, department)
    quads.add(node, JX.departmentText, text(table.department))
    quads.add(node, JX.year, year(fiscal_year))
    quads.add(node, JX.unitText, text(table.unit_text))
    quads.add(node, JX.emptyNote, text(table.empty_note))
    quads.add(node, JX.printedAmounts, integer(table.printed_amounts))
    quads.add(node, JX.figureCount, integer(len(table.amounts)))
    for amount in table.amounts:
        figure = lift_amount(scope, amount)
        quads.refer(figure, QB.dataSet, node)
        quads.refer(figure, JX.department, department)
        quads.add(figure, JX.year, year(fiscal_year))


def lift_amount(scope: Scope, amount: Amount) -> str:
    """Lift one printed amount as an observation and return its IRI."""
    quads = scope.quads
    figure = scope.mint("figure", amount.source, amount.table_kind, amount.item, amount.measure)
    quads.type(figure, JX.BudgetFigure, QB.Observation)
    scope.derive(figure, amount.source)
    quads.add(figure, JX.order, integer(scope.next_order()))
    quads.add(figure, JX.tableKind, text(amount.table_kind))
    quads.add(figure, JX.itemText, text(amount.item))
    quads.add(figure, JX.itemCode, text(amount.item_code))
    quads.add(figure, JX.itemScheme, text(amount.item_scheme))
    quads.add(figure, JX.category, text(amount.category))
    quads.add(figure, JX.unitName, text(amount.unit_name))
    for scheme, code, name in ((amount.item_scheme, amount.item_code, amount.item), *amount.further_codes):
        lift_class(scope, figure, scheme, code, name)
    quads.add(figure, JX.columnText, text(amount.measure))
    quads.add(figure, JX.amount, decimal(amount.value))
    quads.add(figure, JX.text, text(amount.text))
    quads.add(figure, JX.sideText, text(amount.side))
    quads.add(figure, JX.fundText, text(amount.fund))
    quads.add(figure, JX.expenditureText, text(amount.expenditure))
    quads.add(figure, JX.isTotal, boolean(amount.is_total))
    for repair in amount.repairs:
        quads.add(figure, JX.repair, text(repair))
    quads.add(figure, JX.confidence, decimal(amount.confidence))
    return figure


def lift_class(scope: Scope, figure: str, scheme: str | None, code: str | None, name: str) -> None:
    """State the class or project a figure is about; a code the lists do not have is described by its printed name."""
    quads = scope.quads
    if scheme == "project":
        quads.refer(figure, JX.project, scope.project(code, name))
    if scheme not in _SCHEMES or not code or not code.isascii() or not code.isdigit():
        return
    prefix, predicate = _SCHEMES[scheme]
    node = concept(prefix, code)
    quads.refer(figure, predicate, node)
    if code not in known_codes(scheme):
        quads.type(node, SKOS.Concept)
        quads.add(node, SKOS.prefLabel, text(name, "zh"))
        quads.add(node, SKOS.notation, text(code))
        quads.refer(node, SKOS.inScheme, concept(prefix, "scheme"))
        if len(code) > 3:  # 类 has three digits; 款 and 项 two more each
            quads.refer(node, SKOS.broader, concept(prefix, code[:-2]))


def lift_fact(scope: Scope, fact: ProseFact) -> None:
    """Lift one figure of the running text; its row holds the sentence."""
    quads = scope.quads
    node = scope.mint_record("fact", fact, fact.kind, fact.label, fact.text)
    quads.type(node, JX.ProseFact)
    scope.derive(node, fact.source)
    quads.refer(node, JX.department, scope.department(None))
    quads.add(node, JX.order, integer(scope.next_order()))
    quads.add(node, JX.factKind, text(fact.kind))
    quads.add(node, RDFS.label, text(fact.label))
    quads.add(node, JX.value, decimal(fact.value))
    quads.refer(node, JX.unit, unit(fact.unit))
    quads.add(node, JX.unitText, text(fact.unit))
    quads.add(node, JX.text, text(fact.text))
    quads.add(node, JX.year, year(fact.year))
    quads.add(node, JX.baseYear, year(fact.base_year))
    quads.add(node, JX.subject, text(fact.subject))
    quads.add(node, JX.itemText, text(fact.item))
    quads.add(node, JX.phase, text(fact.phase))
    quads.add(node, JX.group, text(fact.group))
    quads.add(node, JX.partOf, text(fact.part_of))
