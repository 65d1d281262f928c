"""Lift published budget-performance documents into a validated knowledge graph.

``read(path)`` tells everything of one document, ``parse_target(text)`` reads a target value, ``open(store)`` asks and
fills a store. Other names below ``jixiao.`` are private. Importing the package loads none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jixiao.api import OpenStore as open  # noqa: A004, N813
    from jixiao.reading import read
    from jixiao.values.targets import parse_target

__version__ = "0.2.0"
__all__ = ["__version__", "open", "parse_target", "read"]

_PUBLIC = {
    "open": ("jixiao.api", "OpenStore"),
    "read": ("jixiao.reading", "read"),
    "parse_target": ("jixiao.values.targets", "parse_target"),
}


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'jixiao' has no attribute {name!r}")
    module, attribute = _PUBLIC[name]
    return getattr(import_module(module), attribute)
