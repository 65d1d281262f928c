"""Find the data files of the project (ontology, shapes, queries, specifications) in a checkout and in a wheel."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

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


@cache
def table(place: str) -> dict[str, Any]:
    """Return what a TOML file of a package says (``jixiao_service/problems.toml``), to read."""
    package, _, name = place.partition("/")
    return tomllib.loads(files(package).joinpath(name).read_text("utf-8"))
