"""Stores: document graphs in a folder or behind any SPARQL 1.1 endpoint, used alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import StoreError

if TYPE_CHECKING:
    from kg.store.protocol import Store

MEMORY = ":memory:"


def open_store(location: str, *, read_only: bool = False) -> Store:
    """Open a store: a folder (made when absent), the address of a SPARQL 1.1 endpoint, or ``:memory:``.

    Raise ``StoreError`` when it cannot be opened, with what to do about it.
    """
    if location.startswith(("http://", "https://")):
        raise StoreError("stores behind an address are not there yet; name a folder", "no-remote", location)
    from kg.store.embedded import EmbeddedStore

    return EmbeddedStore(None if location == MEMORY else Path(location), read_only=read_only)
