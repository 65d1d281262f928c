"""Say beside a target what others set for the same: 同类 23 家中位数 ≥95%，本表 ≥80%."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from jixiao.vocab import concept

FEWEST = 5  # offices of a figure that is more than single cases
_SIGNS = {"lower": "≥", "upper": "≤"}
_ALIKE = "%"  # only rates of one concept compare whatever their name: numbers of things count different things


class ReferenceFigures:
    """Hold the rows of ``reference-indicators`` that are a rule: five offices or more, of a name or of a concept."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = {
            (row["concept"], row["unit"], row["bound"], row["called"]): row
            for row in rows
            if row["median"] is not None and row["scope"] in ("all", "name")
        }

    def beside(self, name: str, key: str | None, target: Mapping[str, Any]) -> str | None:
        """Return what others set, where the target of an indicator differs; ``key`` is the concept it measures.

        ``target`` has the printed text (``target``), ``lower``, ``upper`` and ``unit``.
        """
        unit, bound = target["unit"], "upper" if target["lower"] is None else "lower"
        if key is None or unit is None or target[bound] is None:
            return None
        figure = self._figure(concept("", key), unit, bound, name)
        if figure is None or Decimal(figure["median"]) == Decimal(target[bound]):
            return None
        middle = f"{_SIGNS[bound]}{figure['median']}{unit}"
        return f"同类 {figure['offices']} 家中位数 {middle}，本表 {target['target']}"

    def _figure(self, iri: str, unit: str, bound: str, name: str) -> Mapping[str, Any] | None:
        """Return the figure of the same name, else of the same concept where units allow it."""
        named = self._rows.get((iri, unit, bound, name))
        if named is not None or unit != _ALIKE:
            return named
        return self._rows.get((iri, unit, bound, ""))
