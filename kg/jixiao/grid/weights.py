"""The one table of what the grid reader believes (``weights.toml``): words, kinds of cells, order of columns, costs."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Scores = Mapping[str, float]
LONG = 4  # characters of a morpheme that is known with one of them misread
MASK = "\0"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Hold morphemes and what each says: anywhere, as the last one, and as the whole word.

    ``near`` are the long ones by each spelling with one character masked. One wrong character leaves the first or the
    second pair right: ``pairs`` are these, so that few pieces are looked up at all.
    """

    any: Mapping[str, Scores]
    head: Mapping[str, Scores]
    whole: Mapping[str, Scores]
    longest: int
    near: Mapping[str, str]
    pairs: Container[str]

    def misread(self, piece: str) -> str | None:
        """Return the long morpheme that a piece is but for one character recognised wrongly, None for none."""
        if len(piece) < LONG or (piece[:2] not in self.pairs and MASK + piece[2:LONG] not in self.pairs):
            return None
        masked = (piece[:index] + MASK + piece[index + 1 :] for index in range(len(piece)))
        return next((self.near[each] for each in masked if each in self.near), None)


@dataclass(frozen=True, slots=True)
class Weights:
    """Hold the table: two vocabularies, log-probabilities of cell kinds by role, of roles behind roles, and costs."""

    header: Vocabulary
    label: Vocabulary
    cells: Mapping[str, Scores]
    rare: float
    order: Mapping[str, Scores]
    unusual: float
    said: frozenset[str]
    affinity: Mapping[str, Scores]
    generic: tuple[str, ...]
    costs: Scores
    doubts: Scores


@cache
def weights() -> Weights:
    """Return the table, read at first use."""
    data = tomllib.loads(files("jixiao.grid").joinpath("weights.toml").read_text("utf-8"))
    cells, order = dict(data["cells"]), dict(data["order"])
    rare, unusual = float(cells.pop("rare")), float(order.pop("default"))
    shares = {role: _scores(text) for role, text in cells.items()}
    return Weights(
        header=_vocabulary(data["header"]),
        label=_vocabulary(data["label"]),
        cells={role: {kind: math.log(share) for kind, share in row.items()} for role, row in shares.items()},
        rare=math.log(rare),
        order={role: _scores(text) for role, text in order.items()},
        unusual=unusual,
        said=frozenset(data["said"]["roles"]),
        generic=tuple(sorted(data["titles"]["generic"], key=lambda word: (-len(word), word))),
        affinity={stem: _scores(text) for stem, text in data["affinity"].items()},
        costs=data["costs"],
        doubts=data["doubts"],
    )


def _vocabulary(data: Mapping[str, Mapping[str, str]]) -> Vocabulary:
    tables = [{word: _scores(text) for word, text in data[part].items()} for part in ("any", "head", "whole")]
    longest = max(len(word) for table in tables for word in table)
    long = [word for word in tables[0] if len(word) >= LONG]
    near = {word[:index] + MASK + word[index + 1 :]: word for word in long for index in range(len(word))}
    pairs = {pair for word in long for pair in (word[:2], MASK + word[2:LONG])}
    return Vocabulary(tables[0], tables[1], tables[2], longest, near, pairs)


def _scores(text: str) -> dict[str, float]:
    """Read ``role 1.5, other 2``."""
    pairs = (part.split() for part in text.split(",") if part.strip())
    return {name: float(number) for name, number in pairs}
