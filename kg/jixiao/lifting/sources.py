"""Describe where things are printed: the rows and tables of one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from jixiao.ids import Key, Minter
from jixiao.lifting.quads import DescribedNode, Quads
from jixiao.lifting.stating import state
from jixiao.model import NO_PERSONS, Persons, Source
from jixiao.privacy import withhold_text
from jixiao.vocab import JX, PROV

CellPlaces = Callable[[Source], Sequence[str]]
"""Tells where each cell of a printed row stands in the file; nothing for what is no whole row."""


class Sources:
    """Mint the nodes of one document and state the printed rows they were lifted from."""

    def __init__(
        self, quads: Quads, ids: Minter, name: str, persons: Persons = NO_PERSONS, places: CellPlaces | None = None
    ) -> None:
        self.quads = quads
        self.ids = ids
        self.name = name
        self.document = quads.node(ids.document(name))
        self._rows: dict[Source, str] = {}
        self._persons = persons
        self._places = places
        self._taken: Counter[str] = Counter()

    def mint(self, kind: str, source: Source | None, *keys: Key) -> DescribedNode:
        """Mint something printed at ``source``; equal keys in one place are told apart by their order."""
        table, line = (source.table, source.line) if source else (None, 0)
        keys = tuple(self.without_persons(key) for key in keys)
        minted = self.ids.local(kind, self.name, table, line, *keys)
        self._taken[minted] += 1
        count = self._taken[minted]
        if count > 1:
            minted = self.ids.local(kind, self.name, table, line, *keys, count)
        return self.quads.node(minted)

    def without_persons(self, key: Key) -> Key:
        """Return a key as it reads without persons, so that IRIs do not tell whether these were kept."""
        if self._persons.kept is None or not isinstance(key, str):
            return key
        return self._persons.kept.get(key) or withhold_text(key)

    def derive(self, node: DescribedNode, *sources: Source | None) -> None:
        """State the document and the printed rows a node was lifted from."""
        node.refer(JX.document, self.document)
        for source in sources:
            if source and source not in self._rows:
                self._rows[source] = self._describe(source)
            if source:
                node.refer(PROV.wasDerivedFrom, self._rows[source])

    def _describe(self, source: Source) -> str:
        """Describe a printed row, once, and return its IRI."""
        # Rows of two sheets, or two sentences of one paragraph, may share table and line.
        keys = (source.page, source.where, self.without_persons(source.text))
        row = self.quads.node(self.ids.local("row", self.name, source.table, source.line, *keys))
        state(row, source)
        row.refer(JX.document, self.document)
        row.say(JX.text, source.text)
        if source.table is not None and self._places is not None:
            row.say(JX.cellPlaces, "\t".join(self._places(source)) or None)
        if source.table is not None:
            table = self.quads.node(self.ids.table(self.name, source.table))
            row.refer(JX.inTable, table.iri)
            table.type(JX.SourceTable)
            table.refer(JX.document, self.document)
            table.say(JX.number, source.table)
        return row.iri
