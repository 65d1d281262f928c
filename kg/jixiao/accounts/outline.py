"""Know which rows of a table are parts of which, and the sums that this promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jixiao.accounts.items import Item
from jixiao.accounts.lexicon import CARRY_OVER, fund_of
from jixiao.accounts.sums import Sum


def outline(items: Sequence[Item]) -> None:
    """Tell each row of one block which rows it is a part of; what goes on with a 其中 is a share too."""
    open_rows: tuple[Item, ...] = ()
    sharing = False
    for item in items:
        plain = not (item.level or item.is_total or item.about.code or item.about.scheme)
        item.share = item.share or (sharing and plain and _fund(item) != CARRY_OVER)
        sharing = item.share and not item.level
        while open_rows and not item.share and not _contains(open_rows[-1], item):
            open_rows = open_rows[:-1]
        item.above = open_rows
        if not item.share:
            open_rows = (*open_rows, item)


def _coded(items: Sequence[Item]) -> bool:
    return any(item.about.code or item.about.scheme == "project" for item in items)


def _fund(item: Item) -> str | None:
    return fund_of((item.about.name,))


def _contains(above: Item, item: Item) -> bool:
    """Say whether a unit, class, programme, numbered line or 年初结转 stands over a row."""
    one, other = above.about, item.about
    if item.is_total or above.is_total:
        return False
    if one.code and other.code and one.scheme == other.scheme != "project":
        return one.code != other.code and other.code.startswith(one.code)
    if one.scheme == "unit":
        return other.scheme != "unit"
    if one.scheme == "project":
        return one.depth < other.depth
    if above.level or item.level:
        return 0 < above.level < item.level
    return _fund(above) == CARRY_OVER and _fund(item) not in (None, CARRY_OVER)


def find_sums(items: Sequence[Item]) -> list[Sum]:
    """Return the sums among the rows of one block, by their numbers."""
    numbers = {(item.line.number, item.layout.block): number for number, item in enumerate(items)}
    parts: dict[int, list[int]] = {}
    shared: set[int] = set()
    for number, item in enumerate(items):
        if not item.above:
            continue
        over = item.above[-1]
        above = numbers[over.line.number, over.layout.block]
        if not item.share:
            parts.setdefault(above, []).append(number)
        elif item.level:
            shared.add(above)
    found = [Sum(above, tuple(below)) for above, below in parts.items() if above not in shared]
    return [*found, *_totals(items)]


def _totals(items: Sequence[Item]) -> Iterator[Sum]:
    """Yield each 合计 as the sum of the rows that are part of no other since the one before, at the top of all."""
    coded = _coded(items)
    if coded and sum(item.is_total for item in items) != 1:
        return
    head: int | None = None
    whole: list[int] = []
    loose: list[int] = []
    for number, item in enumerate(items):
        if item.is_total and (number == 0 or coded):
            head = number
        elif item.is_total:
            yield Sum(number, tuple(whole), tuple(loose))
            whole, loose = [number], []
        elif not (item.above or item.share):
            if item.level or item.about.code or item.about.scheme:
                whole.append(number)
            elif not coded:
                loose.append(number)
    if head is not None:
        yield Sum(head, tuple(whole), tuple(loose))
