"""Find the data files of the project (ontology, shapes, queries, specifications) in a checkout and in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def resource(*parts: str) -> Path:
    """Return the path of a resource under ``ontology/``, ``shapes/`` or ``service/queries/``.

    A wheel carries both below ``jixiao/_resources``; a checkout has them beside ``kg/`` and ``service/``.
    """
    for root in (_PACKAGE / "_resources", _PACKAGE.parents[1]):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError("/".join(parts))
