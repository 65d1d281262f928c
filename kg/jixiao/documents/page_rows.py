"""Find the rows of a table that rules do not part: which cells are one row, and which span several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from jixiao.documents.lattice import Lattice, lattice_of
from jixiao.documents.page_bands import Band, find_gutters, is_crossed
from jixiao.documents.page_cells import OpenCell, Stack, is_covered, lines_of
from jixiao.documents.page_geometry import PrintedRule

GUESSED = "guessed-grid"
"""The doubt of a table some of whose rows and columns could also be meant otherwise."""

_ALIGNED = 0.2
_FINEST = 0.85
_CLEARANCE = 0.8
_SLACK = 0.4
_INSET = 0.2
_REACH = 2.0
_MISFIT = 0.3
_BLANK = 1.0
_LEAST_ROWS = 3
_LEAST_COLUMNS = 2

_Alignment = Callable[[OpenCell], float]
_ALIGNMENTS: tuple[_Alignment, ...] = (OpenCell.middle.fget, OpenCell.first.fget, OpenCell.last.fget)  # type: ignore[attr-defined]
_CENTRED = _ALIGNMENTS[0]


def open_table(
    block: Sequence[Band], above: Band | None, rules: Sequence[PrintedRule], known: Sequence[float]
) -> Lattice:
    """Return the table that a block of lines is; the line above it counts where a cell of its head begins there.

    ``known`` are the column edges of a table that this one may go on with: they hold where no text crosses them.
    """
    xs = _column_edges(block, known)
    gutters = xs[1:-1]
    lines = [line for band in block for line in lines_of(band, gutters)]
    near = [rule for rule in rules if lines[0].top < rule.at < lines[-1].base]
    first = lines_of(above, gutters) if above is not None else []
    if len(first) == 1:
        stack = Stack([*first, *lines], xs, near)
        if stack.runs_out(first[0]):
            return _best(stack, xs, near).lattice()
    return _best(Stack(lines, xs, near), xs, near).lattice()


def _column_edges(block: Sequence[Band], known: Sequence[float]) -> list[float]:
    """Return the column edges of a block, or those known where no text crosses them and they part no less."""
    gutters = find_gutters(block)
    edge = _INSET * block[0].size
    left, right = min(band.left for band in block) - edge, max(band.right for band in block) + edge
    if len(gutters) > len(known) - 2 or is_crossed(block, known[1:-1]):
        return [left, *gutters, right]
    return [min(left, known[0]), *known[1:-1], max(right, known[-1])]


def _best(stack: Stack, xs: Sequence[float], rules: Sequence[PrintedRule]) -> _Rows:
    """Return the rows that leave the fewest lines between them, and join the fewest that had room left."""
    found = [_Rows(cells, joined, xs, rules) for cells, joined in stack.readings()]
    return min(found, key=lambda rows: rows.strays + rows.joined)


class _Rows:
    """Work out the rows of a table from its cells, column edges and the rules across it."""

    def __init__(
        self, cells: Sequence[OpenCell], joined: int, xs: Sequence[float], rules: Sequence[PrintedRule]
    ) -> None:
        self.cells = cells
        self.joined = joined
        self._xs = tuple(xs)
        self._rules = rules
        self._size = Counter(round(line.size, 1) for cell in cells for line in cell.lines).most_common(1)[0][0]
        counts = Counter(column for cell in cells for column in cell.columns)
        most = max(counts.values())
        self._fine = {column for column, count in counts.items() if count >= _FINEST * most}
        self._by = min(_ALIGNMENTS, key=lambda by: len(self._clusters(by)))
        self._rows, self._floating = self._arrange()

    @property
    def strays(self) -> int:
        """Return how many lines stand in no row."""
        return sum(len(cell.lines) for cell in self._floating)

    def _clusters(self, by: _Alignment) -> list[list[OpenCell]]:
        """Return the cells that are aligned with one another, from top to bottom."""
        clusters: list[list[OpenCell]] = []
        for cell in sorted(self.cells, key=by):
            if clusters and by(cell) - by(clusters[-1][0]) <= _ALIGNED * self._size:
                clusters[-1].append(cell)
            else:
                clusters.append([cell])
        return clusters

    def _arrange(self) -> tuple[list[list[OpenCell]], list[OpenCell]]:
        """Return the cells of each row from top to bottom, and the cells that belong to several."""
        clusters = self._clusters(self._by)
        clear = _CLEARANCE * self._clearance()
        grounds = [[cell for cell in cluster if self._is_fine(cell)] for cluster in clusters]
        extents = [_extent(ground, clear) if ground else None for ground in grounds]
        floating: list[OpenCell] = []
        for number, cluster in enumerate(clusters):
            others = [extent for index, extent in enumerate(extents) if extent and index != number]
            for cell in list(cluster):
                if not self._is_fine(cell) and any(top < cell.last and cell.top < last for top, last in others):
                    cluster.remove(cell)
                    floating.append(cell)
        rows = _disjoint([cluster for cluster in clusters if cluster], clear)
        placed = {id(cell) for row in rows for cell in row}
        return rows, floating + [cell for cluster in clusters for cell in cluster if id(cell) not in placed]

    def _clearance(self) -> float:
        """Return the least distance between cells of one column."""
        clear = [_REACH * self._size]
        for column in range(len(self._xs) - 1):
            stack = sorted(
                (cell for cell in self.cells if cell.span == (column, column + 1)), key=lambda cell: cell.first
            )
            clear.extend(lower.top - upper.last for upper, lower in pairwise(stack))
        return max(min(clear), -_INSET * self._size)

    def _is_fine(self, cell: OpenCell) -> bool:
        """Tell whether a cell stands in one of the columns that have the most cells."""
        return not self._fine.isdisjoint(cell.columns)

    def lattice(self) -> Lattice:
        """Return the table."""
        ys = self._edges()
        count = len(self._xs) - 1
        walls = [[True] * (count + 1) for _ in self._rows]
        floors = [[True] * count for _ in ys]
        for index, row in enumerate(self._rows):
            for cell in row:
                for column in cell.columns[1:]:
                    walls[index][column] = False
        doubt = ""
        if self.joined and any(len(cell.lines) > 1 for cell in self._floating):
            doubt = GUESSED
        for column in {column for cell in self._floating for column in cell.columns}:
            blocks = self._blocks(column, ys)
            if not blocks:
                doubt = GUESSED
            for first, last in blocks:
                for edge in range(first + 1, last):
                    floors[edge][column] = False
        for cell in self._floating:
            for edge in range(1, len(ys) - 1):
                if cell.top < ys[edge] < cell.last:
                    floors[edge][cell.span[0] : cell.span[1]] = [False] * len(cell.columns)
        return replace(lattice_of(self._xs, tuple(ys), walls, floors), doubt=doubt, open=True)

    def _edges(self) -> list[float]:
        """Return the edges of rows: the rules between them, or the middle of what is free."""
        extents = [_extent(row) for row in self._rows]
        pad = _SLACK * self._size
        edges = [extents[0][0] - pad]
        for (_, bottom), (top, _) in pairwise(extents):
            inside = (rule.at for rule in self._rules if bottom - pad <= rule.at <= top + pad)
            edges.append(next(inside, (bottom + top) / 2))
        return [*edges, extents[-1][1] + pad]

    def _blocks(self, column: int, ys: Sequence[float]) -> list[tuple[int, int]]:
        """Return first and last edge of the rows that the cells of a column span, as far as they are centred."""
        if self._by is not _CENTRED:
            return []
        middles = sorted(cell.middle - _SLACK * self._size for cell in self.cells if column in cell.columns)
        pitch = min(below - above for above, below in pairwise(ys))
        near = [[rule for rule in self._rules if abs(rule.at - y) < 1] for y in ys]
        barred = [is_covered(rules, *self._xs[column : column + 2]) for rules in near]
        return _fit(middles, ys, pitch, barred)


def _extent(cells: Iterable[OpenCell], clear: float = 0.0) -> tuple[float, float]:
    """Return from where to where cells reach, and what they keep clear of others."""
    kept = list(cells)
    return min(cell.top for cell in kept) - clear, max(cell.last for cell in kept) + clear


def _disjoint(clusters: Sequence[list[OpenCell]], clearance: float) -> list[list[OpenCell]]:
    """Return the clusters that are rows: they keep clear of one another, and hold the most cells."""
    spans = [_extent(cluster) for cluster in clusters]
    order = sorted(range(len(clusters)), key=lambda index: spans[index][1])
    best: list[tuple[int, list[int]]] = [(0, [])]
    ends: list[float] = [float("-inf")]
    for index in order:
        top, bottom = spans[index]
        fits = max(place for place, end in enumerate(ends) if end + clearance <= top)
        taken = best[fits][0] + len(clusters[index]), [*best[fits][1], index]
        best.append(max(best[-1], taken, key=lambda each: each[0]))
        ends.append(bottom)
    return [clusters[index] for index in sorted(best[-1][1], key=lambda index: spans[index])]


_Blocks = list[tuple[int, int]]


def _fit(middles: Sequence[float], ys: Sequence[float], pitch: float, barred: Sequence[bool]) -> _Blocks:
    """Return first and last edge of the rows that each cell of a column spans, none where they fit none well.

    Rows without a cell cost as much as one that stands a whole row off its middle; no block goes on over a bar.
    """
    count = len(ys) - 1
    best: list[tuple[float, _Blocks]] = [(_BLANK * row, []) for row in range(count + 1)]
    for middle in middles:
        ends: list[tuple[float, _Blocks]] = [(float("inf"), [])] * (count + 1)
        for last in range(1, count + 1):
            ends[last] = ends[last - 1][0] + _BLANK, ends[last - 1][1]
            for first in range(last - 1, -1, -1):
                off = abs((ys[first] + ys[last]) / 2 - middle) / pitch
                if off <= _MISFIT and best[first][0] + off < ends[last][0]:
                    ends[last] = best[first][0] + off, [*best[first][1], (first, last)]
                if barred[first]:
                    break
        best = ends
    cost, blocks = best[count]
    return blocks if cost <= max(_BLANK, _MISFIT * len(middles)) else []
