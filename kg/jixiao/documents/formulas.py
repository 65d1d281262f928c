"""Work out formulas whose value no program saved: those of constants alone (``=100%``, ``=1200/3``)."""

from __future__ import annotations

import ast
import operator
import re
from decimal import Decimal, DecimalException

from jixiao.documents.drafts import clean_text
from jixiao.documents.number_formats import print_number

_TEXT = re.compile(r'=?\s*"((?:[^"]|"")*)"')
_SUM = re.compile(r"=?[\d.+\-*/%() ]{1,100}")
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def constant_text(formula: str, code: str) -> str | None:
    """Return what a formula of constants prints under a number format, None for any other formula."""
    formula = formula.strip()
    if found := _TEXT.fullmatch(formula):
        return clean_text(found[1].replace('""', '"'))
    if not _SUM.fullmatch(formula):
        return None
    try:
        value = _value(ast.parse(formula.removeprefix("=").replace("%", "/100").strip(), mode="eval").body)
    except (SyntaxError, ValueError, DecimalException):
        return None
    if code == "General" and formula.endswith("%"):
        code = "0%"
    return print_number(float(value), code)


def _value(node: ast.expr) -> Decimal:
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        value: Decimal = _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
        return value
    raise ValueError(ast.dump(node))
