"""What indicators measure: the list, and the distribution of one concept's targets with one of them marked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from starlette.responses import HTMLResponse, Response

from jixiao.vocab import CODES
from jixiao_service.answers import Row
from jixiao_service.pages.evidence import show
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.paging import SIZE, page_of
from jixiao_service.pages.reader import Reader, node
from jixiao_service.pages.wording import grouped

router = page_router()

_WIDTH, _HEIGHT, _MARGIN = 640, 180, 36
_APART = Decimal("0.1")  # of the axis, between two written values
_STEPS, _HALF = 50, Decimal("0.5")  # bars of a drawing
_MOST = 60  # rows of the table of targets


@router.get("/concepts")
async def concepts(page: Opened) -> HTMLResponse:
    """List what indicators measure, with the number of indicators."""
    rows = await page.reader.rows("concepts")
    children: dict[str | None, list[Row]] = {}
    for row in rows:
        children.setdefault(row["broader"], []).append(row)
    return page.render("concepts.html", roots=children.get(None, []), children=children)


@router.get("/concept/{key:path}")
async def concept(page: Opened, key: str, indicator: str = "", unit: str | None = None, p: int = 1) -> Response:
    """Show how the targets of one concept, and of what is narrower, are distributed; mark one indicator's."""
    reader, iri = page.reader, CODES + key
    measures = await reader.rows("concepts")
    if iri not in {row["concept"] for row in measures}:
        return await show(page, iri)  # another code: a level, a kind, a unit
    family = _narrower(measures, iri)
    nodes = [node(each) for each in family]
    targets = await targets_of(reader, iri)
    marked = await reader.row("indicator-target", indicator=node(indicator)) if indicator else None
    units = _units(targets)
    chosen = unit if unit is not None else _unit(marked) if marked and _numeric(marked) else next(iter(units), "")
    number = max(1, p)
    numeric = [row for row in targets if _unit(row) == chosen and _numeric(row)]
    return page.render(
        "concept.html",
        iri=iri,
        family=family[1:],
        units=units,
        unit=chosen,
        plot=_plot(numeric, marked if marked and _unit(marked) == chosen else None),
        numeric=_commonest(numeric),
        more=max(0, len(numeric) - _MOST),
        others=_commonest([row for row in targets if not _numeric(row)]),
        marked=marked,
        indicator=indicator,
        rows=page_of(
            await reader.rows("concept-indicators", concepts=nodes, limit=SIZE, offset=(number - 1) * SIZE),
            number,
            sum(int(row["count"] or 0) for row in targets),
        ),
    )


async def targets_of(reader: Reader, iri: str) -> list[Row]:
    """Return the targets of a concept and of all that are narrower, each with its number of indicators."""
    family = _narrower(await reader.rows("concepts"), iri)
    return await reader.rows("concept-targets", concepts=[node(each) for each in family])


def _narrower(rows: list[Row], iri: str) -> list[str]:
    """Return a concept and all that are narrower."""
    family = [iri]
    for each in family:
        family += [row["concept"] or "" for row in rows if row["broader"] == each and row["concept"] not in family]
    return family


def _commonest(rows: list[Row]) -> list[Row]:
    """Return the most frequent of many targets, in their order."""
    kept = sorted(rows, key=lambda row: -int(row["count"] or 0))[:_MOST]
    return [row for row in rows if row in kept] if len(kept) < len(rows) else rows


def _unit(row: Row) -> str:
    return row["unit"] or ""


def _numeric(row: Row) -> bool:
    return row["lower"] is not None or row["upper"] is not None


def _units(targets: list[Row]) -> dict[str, int]:
    """Return the units numbers are given in, the most frequent first."""
    units: dict[str, int] = {}
    for row in targets:
        if _numeric(row):
            units[_unit(row)] = units.get(_unit(row), 0) + int(row["count"] or 0)
    return dict(sorted(units.items(), key=lambda pair: (-pair[1], pair[0])))


def _bound(row: Row) -> Decimal:
    return Decimal(row["lower"] if row["lower"] is not None else row["upper"] or 0)


def _plot(rows: list[Row], marked: Row | None) -> dict[str, Any] | None:
    """Return where bars, ticks and the mark of a drawing stand; bars of one value are joined."""
    counts: dict[Decimal, int] = {}
    for row in rows:
        counts[_bound(row)] = counts.get(_bound(row), 0) + int(row["count"] or 0)
    if not counts:
        return None
    low, high, bars = min(counts), max(counts), _bars(counts)
    most = max(count for _, count, _ in bars)
    span = (high - low) or Decimal(1)

    def x(value: Decimal) -> float:
        if low == high:
            return _WIDTH / 2
        return float(_MARGIN + (value - low) / span * (_WIDTH - 2 * _MARGIN))

    mine = _bound(marked) if marked and _numeric(marked) else None
    total = sum(counts.values())
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "bars": [
            {"x": round(x(place), 1), "h": max(3, round(120 * count / most)), "count": count, "value": words}
            for place, count, words in bars
        ],
        "ticks": [{"x": round(x(value), 1), "value": grouped(value)} for value in _ticks(counts)],
        "mark": None if mine is None else {"x": round(x(mine), 1), "value": grouped(mine)},
        "below": None if mine is None else round(100 * sum(n for v, n in counts.items() if v < mine) / total),
        "same": None if mine is None else round(100 * counts.get(mine, 0) / total),
        "total": total,
    }


def _bars(counts: dict[Decimal, int]) -> list[tuple[Decimal, int, str]]:
    """Return bars (place, number, words): one for each value, or for each of equal steps where values are many."""
    if len(counts) <= _STEPS:
        return [(value, count, grouped(value)) for value, count in sorted(counts.items())]
    low, high = min(counts), max(counts)
    width = (high - low) / _STEPS
    steps: dict[int, int] = {}
    for value, count in counts.items():
        step = min(_STEPS - 1, int((value - low) / width))
        steps[step] = steps.get(step, 0) + count
    return [
        (
            low + width * (step + _HALF),
            count,
            f"{grouped(round(low + width * step))}–{grouped(round(low + width * (step + 1)))}",
        )
        for step, count in sorted(steps.items())
    ]


def _ticks(counts: dict[Decimal, int]) -> list[Decimal]:
    """Return values to write below the axis, none too close to another: both ends, then the most frequent."""
    low, high = min(counts), max(counts)
    chosen = sorted({low, high})
    for value in sorted(counts, key=lambda value: (-counts[value], value)):
        if value not in chosen and all(abs(value - other) >= (high - low) * _APART for other in chosen):
            chosen.append(value)
    return chosen
