"""Describe where things are printed: the rows and tables of one document."""

from __future__ import annotations

from collections import Counter

from jixiao.ids import Key, Minter
from jixiao.lifting.quads import Quads, integer, text
from jixiao.model import Source
from jixiao.vocab import JX, PROV


class Sources:
    """Mint the nodes of one document and state the printed rows they were lifted from."""

    def __init__(self, quads: Quads, ids: Minter, name: str) -> None:
        self.quads = quads
        self.ids = ids
        self.name = name
        self.document = ids.document(name)
        self._rows: dict[Source, str] = {}
        self._taken: Counter[str] = Counter()

    def mint(self, kind: str, source: Source | None, *keys: Key) -> str:
        """Mint the IRI of something printed at ``source``; equal keys in one place are told apart by their order."""
        table, line = (source.table, source.line) if source else (None, 0)
        minted = self.ids.local(kind, self.name, table, line, *keys)
        self._taken[minted] += 1
        count = self._taken[minted]
        return minted if count == 1 else self.ids.local(kind, self.name, table, line, *keys, count)

    def derive(self, subject: str, *sources: Source | None) -> None:
        """State the document and the printed rows a subject was lifted from."""
        self.quads.refer(subject, JX.document, self.document)
        for source in sources:
            if source:
                self.quads.refer(subject, PROV.wasDerivedFrom, self.row(source))

    def row(self, source: Source) -> str:
        """Return the printed row of a source and describe it once."""
        if source not in self._rows:
            self._rows[source] = self._describe(source)
        return self._rows[source]

    def _describe(self, source: Source) -> str:
        quads = self.quads
        # Rows of two sheets, or two sentences of one paragraph, may share table and line.
        row = self.ids.local("row", self.name, source.table, source.line, source.page, source.where, source.text)
        quads.type(row, JX.SourceRow)
        quads.refer(row, JX.document, self.document)
        quads.add(row, JX.line, integer(source.line))
        quads.add(row, JX.page, integer(source.page))
        quads.add(row, JX.place, text(source.where or None))
        quads.add(row, JX.text, text(source.text))
        if source.table is not None:
            table = self.ids.table(self.name, source.table)
            quads.refer(row, JX.inTable, table)
            quads.type(table, JX.SourceTable)
            quads.refer(table, JX.document, self.document)
            quads.add(table, JX.number, integer(source.table))
        return row
