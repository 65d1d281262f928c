"""Turn what a visitor typed into terms of a query, and terms into short names."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from jixiao.vocab import XSD

_YEAR = re.compile(r"[0-9]{4}")


def year_term(year: str) -> Literal | None:
    """Return a year, or None for what is none."""
    return Literal(year, datatype=NamedNode(XSD.gYear)) if _YEAR.fullmatch(year) else None
