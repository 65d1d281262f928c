"""Draw where the money of a department comes from and goes to, as its tables of income and expenditure print it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao_service.answers import Row
from jixiao_service.pages.page import PageContext
from jixiao_service.pages.reader import by_column

_WIDTH, _HEIGHT = 1000, 260
_NODE, _NAMES = 12, 190  # the width of a node, and of the names behind the last column
_LETTER, _FIGURE = 13, 88  # the width of a letter of a name, and of the node and figure beside it
_LINE, _GAP = 18, 8  # the height of a name, and what is between two nodes
_SHOWN = 10  # parts of one whole that are drawn for themselves
_CLASS = 3  # digits of the widest functional classes
_SLACK = Decimal(1000)  # yuan by which rounding may part a sum from its parts
_SPENT = ("basic", "operating", "remitted-to-superior", "subsidies-to-affiliates", "project")  # projects last
_REST, _OTHERS = "rest", "others"  # what no part names; parts that are too small to be drawn
_SOURCES = ("income-and-expenditure", "income", "fiscal-appropriation")

Amounts = dict[str, Decimal]


@dataclass(slots=True)
class FlowNode:
    """Hold a bar of the drawing: what it is called, its amount in yuan; its place and height."""

    name: str
    amount: Decimal
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0
    ends: float = 0.0  # how much of it bands take that end at it, and that begin
    begins: float = 0.0


@dataclass(slots=True)
class FlowDrawing:
    """Hold the flows of one year: the columns of bars, the bands between bars, the tables they are read from."""

    year: str
    tables: dict[str, str]
    columns: list[list[FlowNode]] = field(default_factory=lambda: [[] for _ in range(5)])
    flows: list[tuple[FlowNode, FlowNode, Decimal]] = field(default_factory=list)
    bands: list[tuple[str, str]] = field(default_factory=list)
    width: int = _WIDTH
    height: float = 0.0
    letters: int = 0  # of a name, so that it ends before the next column

    def place(self, whole: Decimal) -> None:
        """Say where the bars and bands stand, a whole being as high as the drawing."""
        scale = _HEIGHT / float(whole)
        for nodes in self.columns:
            for each in nodes:
                each.height = max(1.5, float(each.amount) * scale)
        # What goes past the projects goes above them.
        above = sum(max(each.height, _LINE) + _GAP for each in self.columns[3][:-1]) if self.columns[2] else 0.0
        used = [nodes for nodes in self.columns if nodes]
        apart = (_WIDTH - _NAMES) / max(1, len(used) - 1)
        self.letters = int((apart - _FIGURE) / _LETTER)
        for number, nodes in enumerate(used):
            y = above if nodes is self.columns[2] else 0.0
            for each in nodes:
                each.x, each.y = round(number * apart, 1), round(y, 1)
                y += max(each.height, _LINE) + _GAP
            self.height = max(self.height, y)
        for start, end, amount in self.flows:
            self.bands.append((_band(start, end, max(1.0, float(amount) * scale)), f"{start.name} → {end.name}"))


def _band(start: FlowNode, end: FlowNode, width: float) -> str:
    """Return the outline of a band between two bars, below those that are there."""
    left, right, top, bottom = start.x + _NODE, end.x, start.y + start.begins, end.y + end.ends
    start.begins += width
    end.ends += width
    half = (left + right) / 2
    points = (left, top, half, top, half, bottom, right, bottom)
    back = (right, bottom + width, half, bottom + width, half, top + width, left, top + width)
    curve = "M{:.1f},{:.1f}C{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}"
    return curve.format(*points) + curve.replace("M", "L").format(*back) + "Z"


def draw_flows(page: PageContext, rows: list[Row], department: str, asked: str) -> FlowDrawing | None:
    """Return the flows of the year that is asked for, else of the last with a total; None where there are none.

    Only what is printed is drawn, and parts only where they are no more than their whole. Which project is of which
    functional class is not printed: projects run together into what is spent on all of them.
    """
    of_years = by_column(rows, "year")
    years = [asked] if asked in of_years else sorted(filter(None, of_years), reverse=True)
    for year in years:
        for stage in ("", "final-"):
            sketch = _Sketch(page, of_years[year], stage)
            if sketch.spent:
                return sketch.drawing(department, year)
    return None


class _Sketch:
    """Draw the flows of one year and stage, budget or final accounts."""

    def __init__(self, page: PageContext, rows: list[Row], stage: str) -> None:
        self._page = page
        self._kinds = by_column(rows, "kind")
        self._stage = stage
        self._spending = self._table("expenditure")
        totals = _sums(self._spending, "expenditure", total="true")
        self._whole = totals.pop("", Decimal(0))
        self.spent = _parts(self._whole, {name: totals[name] for name in _SPENT if name in totals})
        if "project" in self.spent:  # its projects stand below all else
            self.spent["project"] = self.spent.pop("project")
        self._drawing = FlowDrawing("", {})

    def _table(self, kind: str) -> list[Row]:
        """Return the rows of the table of a kind, of several that with the largest amount."""
        tables = by_column(self._kinds.get(self._stage + kind, []), "table").values()
        return max(tables, key=lambda rows: max(map(_amount, rows)), default=[])

    def drawing(self, department: str, year: str) -> FlowDrawing:
        """Return the drawing."""
        self._drawing.year = year
        self._uses(self._spending)
        (centre,) = self._nodes(1, "", {department: self._whole}).values()
        for node in self._nodes(0, "fund", self._sources()).values():
            self._drawing.flows.append((node, centre, node.amount))
        ends = self._nodes(3, "expenditure", self.spent)
        for name, node in ends.items():
            if name != "project" or not self._add_projects(centre, node):
                self._drawing.flows.append((centre, node, node.amount))
        self._add_classes(ends)
        self._drawing.place(self._whole)
        return self._drawing

    def _uses(self, rows: list[Row]) -> None:
        self._drawing.tables[rows[0]["table"] or ""] = rows[0]["title"] or ""

    def _nodes(self, column: int, scheme: str, amounts: Amounts) -> dict[str, FlowNode]:
        """Add bars to a column by what they are called in a list of codes."""
        rest = {_REST: self._page.tr("未分列", "not told apart"), _OTHERS: self._page.tr("其余各项", "all others")}
        nodes = {}
        for code, amount in amounts.items():
            nodes[code] = FlowNode(rest.get(code) or self._page.codes.word(scheme, code), amount)
        self._drawing.columns[column] += nodes.values()
        return nodes

    def _sources(self) -> Amounts:
        """Return the funds of the first table whose funds are no more than the whole."""
        for kind in _SOURCES:
            rows = self._table(kind)
            income = [row for row in rows if row["side"] == "income" or (row["fund"] or "").startswith("carry-over")]
            funds = _sums(income, "fund", total="true" if kind == "income" else "false")
            funds.pop("", None)
            if "general-budget" in funds:
                funds.pop("fiscal-appropriation", None)  # printed as part of it
            if any(fund.startswith("carry-over-") for fund in funds):
                funds.pop("carry-over", None)
            parts = _parts(self._whole, funds)
            if parts:
                self._uses(rows)
                return parts
        return {}

    def _add_projects(self, centre: FlowNode, end: FlowNode) -> bool:
        """Add the projects between the department and what is spent on projects; say whether they are printed."""
        rows = [row for row in self._table("project-expenditure") if row["scheme"] == "project"]
        parts = _parts(end.amount, _sums(rows, "item"))
        if parts:
            self._uses(rows)
        for node in self._nodes(2, "", parts).values():
            self._drawing.flows += [(centre, node, node.amount), (node, end, node.amount)]
        return bool(parts)

    def _add_classes(self, ends: dict[str, FlowNode]) -> None:
        """Add the functional classes, and what of each spending is for them."""
        rows = [row for row in self._spending if row["scheme"] == "functional" and row["code"]]
        wider = {(row["code"] or "")[:length] for row in rows for length in range(len(row["code"] or ""))}
        leaves = [{**row, "class": (row["code"] or "")[:_CLASS]} for row in rows if row["code"] not in wider]
        split, sums = {}, defaultdict[str, Decimal](Decimal)
        for name, spent in self.spent.items():
            of_one = [row for row in leaves if row["expenditure"] == name]
            split[name] = _parts(spent, _sums(of_one, "class"))
            for code, amount in split[name].items():
                sums[code] += amount
        classes = self._nodes(
            4, "functional", dict(sorted(sums.items(), key=lambda part: (part[0] == _REST, -part[1])))
        )
        for name, parts in split.items():
            for code in filter(parts.get, classes):
                self._drawing.flows.append((ends[name], classes[code], parts[code]))


def _amount(row: Row) -> Decimal:
    return Decimal(row["amount"] or 0)


def _sums(rows: Iterable[Row], key: str, total: str = "false") -> Amounts:
    """Return the amounts by what stands in a column, of each row the largest: others are parts of it."""
    largest = defaultdict[tuple[str | None, str], Decimal](Decimal)
    for row in rows:
        if row["total"] == total:
            place = (row["row"], row[key] or "")
            largest[place] = max(_amount(row), largest[place])
    sums = defaultdict[str, Decimal](Decimal)
    for (_, name), amount in largest.items():
        sums[name] += amount
    return dict(sums)


def _parts(whole: Decimal, amounts: Amounts) -> Amounts:
    """Return the parts of a whole, the largest first, small ones together, then what is told of none; else nothing."""
    found = sorted(
        ((name, amount) for name, amount in amounts.items() if amount > 0), key=lambda part: (-part[1], part[0])
    )
    rest = whole - sum(amount for _, amount in found)
    if not found or rest < -_SLACK:
        return {}
    parts = dict(found[:_SHOWN])
    if len(found) > _SHOWN:
        parts[_OTHERS] = sum((amount for _, amount in found[_SHOWN:]), Decimal(0))
    if rest > _SLACK:
        parts[_REST] = rest
    return parts
