"""What indicators measure: the list, and the distribution of one concept's targets with one of them marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from math import log
from statistics import quantiles
from typing import Any

from starlette.responses import Response

from jixiao.vocab import CODES
from jixiao_service.answers import Row
from jixiao_service.pages.evidence import show
from jixiao_service.pages.grounds import ground_below
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.reader import PageReader, by_column, count_of, node
from jixiao_service.pages.wording import grouped
from jixiao_service.rest.lists import count_rows

router = page_router()

_WIDTH, _HEIGHT, _MARGIN = 640, 180, 36
_APART = 0.1  # of the axis, between two written values
_STEPS = 50  # bars of a drawing
_SPREAD = 100  # by how much the largest amount exceeds the smallest, where a log scale is drawn
_MOST = 60  # rows of the table of targets


@router.get("/concepts")
async def list_concepts(page: Opened) -> Response:
    """List what indicators measure, with the number of indicators."""
    children = by_column(await page.reader.rows("concepts"), "broader")
    return page.render("concepts.html", roots=children.get(None, []), children=children)


@router.get("/concept/{key:path}")
async def concept_page(page: Opened, key: str, indicator: str = "", unit: str | None = None) -> Response:
    """Show how the targets of one concept, and of what is narrower, are distributed; mark one indicator's."""
    reader, iri = page.reader, CODES + key
    measures = await reader.rows("concepts")
    if not any(row["concept"] == iri for row in measures):
        return await show(page, iri)  # another code: a level, a kind, a unit
    family = _with_narrower(measures, iri)
    targets = await targets_of(reader, iri)
    counted = await page.of_tables(count_rows, "indicators", [("concept", key)], ())
    marked: Row | None = None
    if indicator:
        marked = await reader.row("indicator-target", indicator=node(indicator))
    units = _units_used(targets)
    chosen = _chosen_unit(unit, marked, units)
    numeric = [row for row in targets if _is_numeric(row) and _unit_of(row) == chosen]
    return page.render(
        "concept.html",
        iri=iri,
        family=family[1:],
        units=units,
        unit=chosen,
        plot=_plot(numeric, _marked_value(marked, chosen), chosen),
        numeric=_commonest(numeric),
        more=max(0, len(numeric) - _MOST),
        others=_commonest([row for row in targets if not _is_numeric(row)]),
        marked=marked,
        indicator=indicator,
        key=key,
        total=sum(counted.values()),
        ground=await ground_below(page, "indicators", [("concept", key), ("unit", chosen or "null")]),
    )


async def targets_of(reader: PageReader, iri: str) -> list[Row]:
    """Return the targets of a concept and of all that are narrower, each with its number of indicators."""
    family = _with_narrower(await reader.rows("concepts"), iri)
    return await reader.rows("concept-targets", concepts=[node(each) for each in family])


def _with_narrower(rows: list[Row], iri: str) -> list[str]:
    """Return a concept and all that are narrower."""
    children = by_column(rows, "broader")
    family = [iri]
    for each in family:
        for row in children.get(each, ()):
            if row["concept"] and row["concept"] not in family:
                family.append(row["concept"])
    return family


def _commonest(rows: list[Row]) -> list[Row]:
    """Return the most frequent of many targets, in their order."""
    if len(rows) <= _MOST:
        return rows
    kept = sorted(rows, key=count_of, reverse=True)[:_MOST]
    return [row for row in rows if row in kept]


def _unit_of(row: Row) -> str:
    return row["unit"] or ""


def _is_numeric(row: Row) -> bool:
    return row["lower"] is not None or row["upper"] is not None


def _units_used(targets: list[Row]) -> dict[str, int]:
    """Return the units numbers are given in, the most frequent first."""
    units: Counter[str] = Counter()
    for row in filter(_is_numeric, targets):
        units[_unit_of(row)] += count_of(row)
    return dict(sorted(units.items(), key=lambda pair: (-pair[1], pair[0])))


def _chosen_unit(asked: str | None, marked: Row | None, units: dict[str, int]) -> str:
    """Return the unit that is asked for, else that of the marked target, else the most frequent one."""
    if asked is not None:
        return asked
    if marked is not None and _is_numeric(marked):
        return _unit_of(marked)
    return next(iter(units), "")


def _marked_value(marked: Row | None, unit: str) -> Decimal | None:
    if marked is None or not _is_numeric(marked) or _unit_of(marked) != unit:
        return None
    return _value_of(marked)


def _value_of(row: Row) -> Decimal:
    """Return where a target stands on the axis: its lower bound, else its upper one."""
    if row["lower"] is not None:
        return Decimal(row["lower"])
    return Decimal(row["upper"] or 0)


@dataclass(frozen=True, slots=True)
class _Axis:
    low: Decimal
    high: Decimal
    logarithmic: bool

    def mark(self, value: Decimal) -> dict[str, Any]:
        """Return where a value stands, and how it is written."""
        return {"x": self.x(self.share(value)), "value": grouped(value)}

    def share(self, value: Decimal) -> float:
        """Return where a value stands between the lowest, 0, and the highest, 1."""
        if self.low == self.high:
            return 0.5
        if self.logarithmic:
            return log(value / self.low) / log(self.high / self.low)
        return float((value - self.low) / (self.high - self.low))

    @staticmethod
    def x(share: float) -> float:
        """Return a place in the units of the drawing."""
        return round(_MARGIN + share * (_WIDTH - 2 * _MARGIN), 1)


def _plot(rows: list[Row], mine: Decimal | None, unit: str) -> dict[str, Any] | None:
    """Return where bars, ticks and marks of a drawing stand; bars of one value are joined.

    Money has its quartiles, and a logarithmic axis where it spreads far.
    """
    counts: Counter[Decimal] = Counter()
    for row in rows:
        counts[_value_of(row)] += count_of(row)
    if not counts:
        return None
    low, high, total = min(counts), max(counts), counts.total()
    is_money = unit.endswith("元")
    axis = _Axis(low, high, is_money and 0 < low < high / _SPREAD)
    quartiles: list[dict[str, Any]] = []
    if is_money and total > 3:
        quartiles = [axis.mark(round(each, 2)) for each in quantiles(counts.elements(), method="inclusive")]
    plot = {
        "width": _WIDTH,
        "height": _HEIGHT,
        "bars": _drawn(counts, axis),
        "ticks": [*map(axis.mark, _ticks(counts, axis))],
    }
    plot |= {"quartiles": quartiles, "logarithmic": axis.logarithmic, "total": total, "mark": None}
    if mine is None:
        return plot
    below = sum(count for value, count in counts.items() if value < mine)
    shares = {"below": round(100 * below / total), "same": round(100 * counts[mine] / total)}
    return {**plot, "mark": axis.mark(mine), **shares}


def _drawn(counts: Counter[Decimal], axis: _Axis) -> list[dict[str, Any]]:
    """Return where bars stand and how high they are."""
    bars = _bars(counts, axis)
    most = max(count for _, count, _ in bars)
    return [
        {"x": axis.x(share), "h": max(3, round(120 * count / most)), "count": count, "value": words}
        for share, count, words in bars
    ]


def _bars(counts: Counter[Decimal], axis: _Axis) -> list[tuple[float, int, str]]:
    """Return bars (place, number, words): one for each value, or for each of equal steps where values are many."""
    if len(counts) <= _STEPS:
        return [(axis.share(value), count, grouped(value)) for value, count in sorted(counts.items())]
    steps: dict[int, list[Decimal]] = {}
    for value in sorted(counts):
        steps.setdefault(min(_STEPS - 1, int(_STEPS * axis.share(value))), []).append(value)
    bars = []
    for step, values in steps.items():
        words = "–".join(dict.fromkeys(map(grouped, (values[0], values[-1]))))
        bars.append(((step + 0.5) / _STEPS, sum(counts[value] for value in values), words))
    return bars


def _ticks(counts: Counter[Decimal], axis: _Axis) -> list[Decimal]:
    """Return values to write below the axis, none too close to another: both ends, then the most frequent."""
    chosen = sorted({axis.low, axis.high})
    for value in sorted(counts, key=lambda value: (-counts[value], value)):
        if min(abs(axis.share(value) - axis.share(other)) for other in chosen) >= _APART:
            chosen.append(value)
    return chosen
