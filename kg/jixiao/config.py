"""Settings from the environment (``JIXIAO_*``), all with working defaults."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

BASE_IRI = "https://w3id.org/jixiao/id/"


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the settings every command shares.

    ``store`` is a folder (embedded store) or the URL of a SPARQL 1.1 endpoint; ``base_iri`` ends in ``/`` or ``#``.
    """

    store: str
    base_iri: str

    @classmethod
    def from_environment(cls) -> Settings:
        """Read ``JIXIAO_STORE`` and ``JIXIAO_BASE_IRI``."""
        return cls(
            store=os.environ.get("JIXIAO_STORE", str(Path("data") / "out" / "store")),
            base_iri=os.environ.get("JIXIAO_BASE_IRI", BASE_IRI),
        )
