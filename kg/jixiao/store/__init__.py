"""Stores: document graphs in a folder or behind any SPARQL 1.1 endpoint, used alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

MEMORY = ":memory:"


def open_store(location: str, *, read_only: bool = False) -> Store:
    """Open a store: a folder (made when absent), the address of a SPARQL 1.1 endpoint, or ``:memory:``.

    Raise ``StoreError`` when it cannot be opened, with what to do about it.
    """
    if location.startswith(("http://", "https://")):
        from jixiao.store.endpoints import Access, Endpoint
        from jixiao.store.peer import PeerStore
        from jixiao.store.remote import RemoteStore

        endpoint = Endpoint(location, Access.from_environment())
        if endpoint.dialect.name == "jixiao":
            return PeerStore(endpoint, read_only=read_only)
        return RemoteStore(endpoint, read_only=read_only)
    from jixiao.store.embedded import EmbeddedStore

    if location == MEMORY:
        return EmbeddedStore(None, read_only=read_only)
    return EmbeddedStore(Path(location), read_only=read_only)
