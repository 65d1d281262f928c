"""Know the IRI of every record of a document, and the record of every IRI."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao.model import (
    Evaluation,
    FilledForm,
    FundLine,
    Goal,
    Indicator,
    ManagementItem,
    MoneyTable,
    Plan,
    Project,
    ProseFact,
    Task,
)

Sourced = FilledForm | Plan | FundLine | Goal | Task | Indicator | ManagementItem | MoneyTable | ProseFact
Record = Sourced | Evaluation | Project


class Nodes:
    """Pair the records of a document with the IRIs that lifting minted for them.

    Records are told apart by identity: two rows of a form may print the same.
    """

    def __init__(self, document: str) -> None:
        self._document = document
        self._iris: dict[int, str] = {}
        self._records: dict[str, Record] = {}

    def keep(self, record: Record, node: str) -> None:
        """Remember the node of a record."""
        self._iris[id(record)] = node
        self._records[node] = record

    def __iter__(self) -> Iterator[tuple[str, Record]]:
        return iter(self._records.items())

    def iri(self, record: Record | None) -> str:
        """Return the IRI of a record, the document's for None."""
        return self._document if record is None else self._iris[id(record)]

    def record(self, iri: str) -> Record | None:
        """Return the record of an IRI, None for the document and what is no record."""
        return self._records.get(iri)
