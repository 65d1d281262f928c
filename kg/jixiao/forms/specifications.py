"""Say which form specification (``specifications.toml``) a header fits, and how well."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from jixiao.forms.recognition import Header
from jixiao.model import FormKind


@dataclass(frozen=True, slots=True)
class Specification:
    """Hold one form specification (``specifications.toml``)."""

    name: str
    kind: FormKind
    layout: str
    columns: tuple[str, ...]
    any: tuple[str, ...]
    absent: tuple[str, ...]
    title: tuple[str, ...]
    title_not: tuple[str, ...]
    labels: tuple[str, ...]
    labels_not: tuple[str, ...]
    evidence: tuple[str, ...]


@cache
def specifications() -> tuple[Specification, ...]:
    """Return all form specifications."""
    data = tomllib.loads(files("jixiao.forms").joinpath("specifications.toml").read_text("utf-8"))
    return tuple(
        Specification(
            name=entry["name"],
            kind=FormKind(entry["kind"]),
            layout=entry["layout"],
            **{
                key: tuple(entry.get(key, ()))
                for key in ("columns", "any", "absent", "title", "title_not", "labels", "labels_not", "evidence")
            },
        )
        for entry in data["specification"]
    )


def recognise(header: Header, title: str, labels: Iterable[str]) -> tuple[Specification, Decimal] | None:
    """Return the specification that fits best, and how well (0–1); None when none has all its columns."""
    found = frozenset(labels)
    scored = [
        (score, -order, specification)
        for order, specification in enumerate(specifications())
        if (score := _fit(specification, header, title, found)) is not None
    ]
    if not scored:
        return None
    score, _, best = max(scored, key=lambda entry: entry[:2])
    return best, max(Decimal(0), score.quantize(Decimal("0.01")))


def _fit(specification: Specification, header: Header, title: str, labels: frozenset[str]) -> Decimal | None:
    roles = header.roles
    if header.layout != specification.layout or not roles.issuperset(specification.columns):
        return None
    if roles & set(specification.absent) or (specification.any and not roles & set(specification.any)):
        return None
    evidence = Decimal(sum(role in roles for role in specification.evidence)) / max(1, len(specification.evidence))
    seen = Decimal(sum(label in labels for label in specification.labels)) / max(1, len(specification.labels))
    named = Decimal(any(word in title for word in specification.title))
    score = named * Decimal("0.4") + evidence * Decimal("0.3") + (seen if specification.labels else 1) * Decimal("0.3")
    if any(word in title for word in specification.title_not):
        score -= Decimal("0.5")
    if labels & set(specification.labels_not):
        score -= Decimal("0.5")
    return score
