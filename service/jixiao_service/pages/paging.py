"""Show long lists a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
SIZE = 50


@dataclass(frozen=True, slots=True)
class Paged(Generic[Item]):
    """Hold the items of one page: its number from 1, how many pages and items there are, how many fit on one."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int
    size: int


def known_or_first(value: str, known: Sequence[str]) -> str:
    """Return a value where it is known, else the first that is."""
    return value if value in known else known[0]


def paged(items: Sequence[Item], number: int, size: int = SIZE) -> Paged[Item]:
    """Return page ``number`` of all items; a number beyond the end gives the last page."""
    pages = max(1, -(-len(items) // size))
    number = min(max(1, number), pages)
    return Paged(items[(number - 1) * size : number * size], number, pages, len(items), size)


def page_of(items: Sequence[Item], number: int, total: int, size: int = SIZE) -> Paged[Item]:
    """Return a page whose items were already cut out of ``total``."""
    return Paged(items, max(1, number), max(1, -(-total // size)), total, size)
