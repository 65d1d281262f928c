"""The tree of departments, projects and indicators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jixiao.analysis.figures.drawing import GRAY, PALETTE, Sketch, new_figure
from jixiao.analysis.uses import Use
from jixiao.exporting.text import one_line

LEAVES = 120  # rows that stay legible on one page
_ROW = 0.26  # inches
_LETTER = 0.118  # inches of a Chinese letter in labels
_LONGEST = 42


@dataclass(slots=True)
class _Branch:
    """Hold one place of the tree: what hangs on it, how many indicators, and the row it is drawn in."""

    label: str
    branches: dict[str, _Branch] = field(default_factory=dict)
    count: int = 0
    row: float = 0.0

    def grow(self, key: str, label: str) -> _Branch:
        """Return the branch of a key, one indicator heavier."""
        branch = self.branches.setdefault(key, _Branch(label))
        branch.count += 1
        return branch

    def leaves(self) -> int:
        """Return the number of ends."""
        return sum(each.leaves() for each in self.branches.values()) or 1


def lay_out_tree(sketch: Sketch) -> Any:
    """Return the tree; indicators are shown when they fit or the depth asks for them, else how many there are."""
    with_indicators = (sketch.depth or 4) >= 4
    root = _grow(sketch.uses, with_indicators=with_indicators)
    if with_indicators and sketch.depth is None and root.leaves() > LEAVES:
        with_indicators = False
        root = _grow(sketch.uses, with_indicators=with_indicators)
    cut = _prune(root, LEAVES)
    rows = _number(root)
    notes = ["括号内为指标数"]
    if not with_indicators:
        notes.append("用 --department 或 --document 缩小范围可看到各项指标")
    if cut:
        notes.append(f"另有 {cut} 项没有画出，用 --department 或 --document 缩小范围")
    depth = 3 if with_indicators else 2
    lefts = _columns(root, depth)
    figure, axes = new_figure(lefts[-1], max(3.0, _ROW * rows + 1.2), sketch.title, "；".join(notes))
    axes.set_xlim(0, lefts[-1])
    axes.set_ylim(rows - 0.4, -0.8)
    axes.axis("off")
    _draw(axes, root, lefts, 0)
    return figure


def _grow(uses: list[Use], *, with_indicators: bool) -> _Branch:
    """Return the tree of the uses, with each indicator or only how many there are."""
    root = _Branch("")
    ordered = sorted(uses, key=lambda use: (use.department_name, use.project is not None, use.project_name, use.iri))
    for use in ordered:
        department = root.grow(use.department or "", use.department_name or "（部门不详）")
        project = department.grow(use.project or "", use.project_name if use.project else "（部门整体）")
        if with_indicators:
            project.grow(use.iri, f"{use.name}  {use.target or ''}".rstrip())
    return root


def _prune(root: _Branch, room: int) -> int:
    """Leave out the last leaves beyond what fits; return how many."""
    excess = root.leaves() - room
    left_out = 0
    for department in reversed(root.branches.values()):
        for branch in (*reversed(department.branches.values()), department):
            while left_out < excess and len(branch.branches) > 1 and not _last(branch).branches:
                branch.branches.popitem()
                left_out += 1
    return left_out


def _last(branch: _Branch) -> _Branch:
    return next(reversed(branch.branches.values()))


def _number(root: _Branch) -> int:
    """Give every leaf a row and every other branch the middle of its own; return the number of rows."""
    return _number_from(root, 0)


def _number_from(branch: _Branch, row: int) -> int:
    """Number a branch from a row on; return the row after it."""
    branches = list(branch.branches.values())
    if not branches:
        branch.row = row
        return row + 1
    for each in branches:
        row = _number_from(each, row)
    branch.row = (branches[0].row + branches[-1].row) / 2
    return row


def _label(branch: _Branch, level: int) -> str:
    """Return the label of a branch, with its indicators but for those themselves."""
    label = one_line(branch.label, _LONGEST)
    if level < 2:
        return f"{label}（{branch.count}）"
    return label


def _columns(root: _Branch, depth: int) -> list[float]:
    """Return where each column begins, in inches, and where the last one ends."""
    lefts = [0.0]
    level = list(root.branches.values())
    for number in range(depth):
        widest = max(_width(_label(branch, number)) for branch in level)
        lefts.append(lefts[-1] + _LETTER * widest + 0.75)
        level = [each for branch in level for each in branch.branches.values()]
    return lefts


def _width(label: str) -> float:
    """Return the width of a label in Chinese letters."""
    return sum(1.0 if ord(letter) > 255 else 0.6 for letter in label)


def _draw(axes: Any, branch: _Branch, lefts: list[float], level: int) -> None:
    """Draw what hangs on a branch, and lines to it."""
    left = lefts[level]
    for place, each in enumerate(branch.branches.values()):
        number = level if each.branches or level else place
        color = PALETTE[number % len(PALETTE)]
        axes.plot([left + 0.1], [each.row], marker="o", markersize=5, color=color, clip_on=False)
        label = _label(each, level)
        axes.text(left + 0.22, each.row, label, va="center", ha="left", fontsize=8.5, clip_on=False)
        if level:
            xs = [left - 0.12 - 0.12, left - 0.12, left - 0.12, left + 0.03]
            axes.plot(xs, [branch.row, branch.row, each.row, each.row], color=GRAY, linewidth=0.5, zorder=0)
        _draw(axes, each, lefts, level + 1)
