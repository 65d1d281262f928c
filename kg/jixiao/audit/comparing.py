"""Compare documents: what those say that a change touches, laid into tables of SQLite, and each rule a query of them.

An engine of SPARQL joins the rows of two documents in an order of its own, which may be all with all; here each rule
says in which.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from importlib.resources import files

from jixiao.linking.stored import Answering, among, rows_of
from jixiao.store import aside
from jixiao.text.folding import fold_name
from jixiao.vocab import CODES, DCTERMS, JX, PROV, RDF, RDFS

_ONTOLOGY = JX.Indicator.removesuffix("Indicator")


def across_text(name: str) -> str:
    """Return a file of ``kg/jixiao/audit/across``."""
    return files("jixiao.audit").joinpath("across", name).read_text("utf-8")


EVERYWHERE = "R323"
"""The rule that looks at all offices, whatever a change touches."""
_OF_DOCUMENTS = ("document", "file", "office", "older")
_TOGETHER = 50  # things asked for at once
_CLASSES = frozenset((JX.Indicator, JX.FundLine, JX.BudgetFigure, JX.ProjectPlan))
_STATED = re.findall(r"(\w+) (?:TEXT|REAL)", across_text("facts.sql"))
_COLUMNS = {JX[name]: name for name in _STATED if name in JX.terms - {"document", "code"}}
_COLUMNS |= {RDF.type: "class", RDFS.label: "label", PROV.wasDerivedFrom: "row"}
_ASKED = ", ".join(f"<{of}>, <{aside.predicate(of)}>" for of in (*_COLUMNS, JX.hasIndicator))
_NODES = f"""
SELECT ?node ?document ?in {{{{
  {{among}} VALUES ?in {{{{ <{JX.document}> <{aside.predicate(JX.document)}> }}}} ?node ?in ?document
}}}}"""
_FACTS = f"""
SELECT ?node ?of ?value {{{{
  {{among}} VALUES ?in {{{{ <{JX.document}> <{aside.predicate(JX.document)}> }}}}
  ?node ?in ?document ; ?of ?value FILTER(?of IN ({_ASKED}))
}}}}"""
_DOCUMENTS = f"""
SELECT DISTINCT ?document ?file ?office ?older {{{{
  {{among}} ?document <{JX.sha256}> ?digest ; <{JX.fileName}> ?file .
  OPTIONAL {{{{ ?document <{JX.department}> ?department . ?department <{RDFS.label}> ?office }}}}
  OPTIONAL {{{{ ?document <{DCTERMS.replaces}> ?older }}}}
}}}} ORDER BY ?document ?file ?office"""
_NAMES = f"""
SELECT ?focus ?name ?code {{{{
  {{among}} ?focus <{RDFS.label}> ?name OPTIONAL {{{{ ?focus <{JX.projectCode}> ?code }}}}
}}}} ORDER BY ?focus ?name"""
_PROJECTS = f"SELECT DISTINCT ?focus {{{{ {{among}} ?plan <{JX.department}> ?department ; <{JX.project}> ?focus }}}}"
_NAMING = f"""
SELECT DISTINCT ?document {{{{
  {{among}} ?thing <{JX.project}>|<{JX.department}> ?focus ; <{JX.document}> ?document
}}}}"""
_YEARS = f"""
SELECT ?one ?other {{ ?link <{JX.linkKind}> "same-project" ; <{JX.linkSubject}> ?one ; <{JX.linkObject}> ?other }}"""

Row = Mapping[str, str]


class Facts:
    """Hold what some documents of a store say, as the tables of ``across/facts.sql``.

    ``focuses`` is what findings can be on, None for everything: the departments of which documents have come, changed
    or gone, their projects, and the projects of other years that are the same.
    """

    def __init__(self, store: Answering, departments: Collection[str] | None) -> None:
        self._store = store
        self._tables = sqlite3.connect("")
        self._tables.row_factory = sqlite3.Row
        self._tables.create_function("apart", 2, _apart, deterministic=True)
        self._tables.create_function("folded", 1, fold_name, deterministic=True)
        self._tables.executescript(across_text("facts.sql"))
        years = [(row["one"], row["other"]) for row in rows_of(store, _YEARS)]
        self._tables.executemany("INSERT INTO years VALUES (?, ?)", [*years, *(pair[::-1] for pair in years)])
        self.focuses = None if departments is None else self._touched(departments)
        counted = self._fill_counted()
        self._fill_documents()
        self._fill_facts("document", self._column("SELECT DISTINCT document FROM documents"))
        if self.focuses is not None:
            self._fill_facts("node", counted)
            self._insert_documents(self._column("SELECT document FROM facts EXCEPT SELECT document FROM documents"))
        named = self._column("SELECT DISTINCT focus FROM facts WHERE focus IS NOT NULL")
        self._insert("names", ("focus", "name", "code"), self._asked(_NAMES, "focus", named))
        self._tables.executemany("INSERT INTO years VALUES (?, ?)", [(each, each) for each in named])

    def close(self) -> None:
        """Let the tables go."""
        self._tables.close()

    def pairs(self, rule: str) -> Iterator[Row]:
        """Yield the pairs of printed rows that a rule finds, with the names of files and things."""
        for found in self._tables.execute(across_text("pairs.sql").format(rule=across_text(f"{rule}.sql"))):
            if rule == EVERYWHERE or self.focuses is None or found["focus"] in self.focuses:
                yield {name: str(found[name]) for name in found.keys() if found[name] is not None}  # noqa: SIM118

    def _touched(self, departments: Collection[str]) -> frozenset[str]:
        projects = [(row["focus"],) for row in self._asked(_PROJECTS, "department", departments)]
        self._tables.executemany("INSERT OR IGNORE INTO touched VALUES (?)", projects)
        return frozenset((*departments, *self._column(across_text("touched.sql"))))

    def _asked(self, query: str, variable: str, iris: Iterable[str]) -> Iterator[Row]:
        """Yield the answers of a query about some things, asked for a few of them at a time."""
        left = sorted(iris)
        while left:
            yield from rows_of(self._store, query.format(among=among(variable, left[:_TOGETHER])))
            del left[:_TOGETHER]

    def _column(self, query: str) -> list[str]:
        return [row[0] for row in self._tables.execute(query)]

    def _fill_counted(self) -> list[str]:
        """Put in, and return, the indicators that just two projects of all the store have with the same large count."""
        held: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for row in rows_of(self._store, across_text("counted.rq")):
            held[row["item"], row["text"]].append((row["project"], row["node"]))
        counted = [node for group in held.values() if len({each for each, _ in group}) == 2 for _, node in group]
        self._tables.executemany("INSERT OR IGNORE INTO counted VALUES (?)", [(node,) for node in counted])
        return counted

    def _fill_documents(self) -> None:
        """Put in the documents that name what findings can be on, and the versions they replace."""
        if self.focuses is None:
            self._insert("documents", _OF_DOCUMENTS, rows_of(self._store, _DOCUMENTS.format(among="")))
            return
        self._insert_documents({row["document"] for row in self._asked(_NAMING, "focus", self.focuses)})
        self._insert_documents(self._column("SELECT older FROM documents EXCEPT SELECT document FROM documents"))

    def _insert_documents(self, iris: Iterable[str]) -> None:
        self._insert("documents", _OF_DOCUMENTS, self._asked(_DOCUMENTS, "document", filter(None, iris)))

    def _fill_facts(self, variable: str, iris: Collection[str]) -> None:
        """Put in what is stated of what is compared, of some documents or nodes: the first of several values."""
        nodes: dict[str, dict[str, str]] = {}
        for row in self._asked(_NODES, variable, iris):
            live = str(int(row["in"] == JX.document))
            nodes[row["node"]] = {"node": row["node"], "document": row["document"], "live": live}
        for row in self._asked(_FACTS, variable, iris):
            node, of, value = row["node"], aside.lifted(row["of"]), row["value"]
            if of == JX.hasIndicator:
                nodes.get(value, {})["plan"] = node
            elif of != RDF.type or value in _CLASSES:
                value = value.removeprefix(CODES).removeprefix(_ONTOLOGY)
                said, column = nodes[node], _COLUMNS[of]
                said[column] = min(value, said.get(column, value))
        for said in nodes.values():
            said["focus"] = said.get("project") or said.get("department", "")
        columns = ("node", "document", "live", "plan", "focus", *_COLUMNS.values())
        self._insert("facts", columns, (said for said in nodes.values() if "class" in said))

    def _insert(self, table: str, columns: Iterable[str], rows: Iterable[Row]) -> None:
        names = tuple(columns)
        statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        self._tables.executemany(statement, ([row.get(name) or None for name in names] for row in rows))


def _apart(one: str | None, other: str | None) -> float | None:
    """Return by how much two sums differ, worked out exactly."""
    if one is None or other is None:
        return None
    return float(abs(Decimal(one) - Decimal(other)))
