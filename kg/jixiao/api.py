"""What ``jixiao.open`` gives: one store to fill, to query and to write out, as the command line does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from decimal import Decimal, InvalidOperation
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

from jixiao.config import Settings
from jixiao.errors import UsageError, did_you_mean
from jixiao.store import MEMORY, open_store
from jixiao.tables import TABLES, read_table, term_value
from jixiao.tables.schemas import COLUMNS
from jixiao.vocab import PREFIXES

if TYPE_CHECKING:
    from jixiao.asking import Answer
    from jixiao.pipeline import LiftReport
    from jixiao.reading import LiftOptions
    from jixiao.store.protocol import Store


class Rows(Sequence[Mapping[str, Any]]):
    """Hold rows as dictionaries, ``columns`` in order; numbers are exact decimals as text, what is absent is None."""

    def __init__(self, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
        self.columns = tuple(columns)
        self._rows = tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
        return self._rows[place]

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table`` with exact decimals, dates and lists; raises ``UsageError`` without pyarrow."""
        from jixiao.exporting.parquet import write_parquet

        written = BytesIO()
        write_parquet(self._rows, self.columns, written)
        written.seek(0)
        return import_module("pyarrow.parquet").read_table(written)

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``; raises ``UsageError`` where pandas is not installed."""
        try:
            pandas = import_module("pandas")
        except ImportError as error:
            message = "没有安装 pandas：pip install pandas (pandas is not installed)"
            raise UsageError(message, "not-installed", "pandas") from error
        return pandas.DataFrame(list(self._rows), columns=list(self.columns))


class OpenStore:
    """Fill a store and ask it: a folder, the address of a SPARQL 1.1 endpoint, ``:memory:``; None is ``JIXIAO_STORE``.

    A folder need not exist before something is lifted into it. Use it in a ``with`` statement, or close it: reading
    holds the store for reading, ``lift`` for writing while it runs. Answers outlive the store. Failures are
    ``StoreError`` (no store, damaged, in use), ``QueryError`` and ``UsageError``, each saying what to do.
    """

    def __init__(self, store: Path | str | None = None) -> None:
        self.location = Settings.from_environment().store if store is None else str(store)
        self._graphs: Store | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others write to the store; asking again opens it again. What ``:memory:`` held is gone."""
        if self._graphs is not None:
            self._graphs.close()
            self._graphs = None

    def _read(self) -> Store:
        if self._graphs is None:
            self._graphs = open_store(self.location, read_only=self.location != MEMORY)
        return self._graphs

    def lift(
        self,
        paths: Path | str | Iterable[Path | str],
        options: LiftOptions | None = None,
        *,
        workers: int | None = None,
    ) -> LiftReport:
        """Lift files, folders, globs and addresses (``s3://`` …) into the store.

        Each document takes the place of what was stored under its name.
        Raises ``UsageError`` for paths that name nothing; a document that cannot be read is in the report.
        """
        from jixiao.cluster import brought
        from jixiao.pipeline import lift_paths

        places = [str(paths)] if isinstance(paths, (str, Path)) else [str(path) for path in paths]
        with brought(places) as near:
            if self.location == MEMORY:
                return lift_paths(near, self._read(), options, workers=workers)
            self.close()
            with closing(open_store(self.location)) as graphs:
                return lift_paths(near, graphs, options, workers=workers)

    def query(self, sparql: str) -> Any:
        """Answer SPARQL: ``Rows`` for SELECT, a bool for ASK, a list of triples for CONSTRUCT and DESCRIBE.

        The project's prefixes (``jx:``, ``jxc:``, ``skos:`` …) need no declaration.
        """
        from pyoxigraph import QueryBoolean, QuerySolutions

        found = self._read().query(sparql, prefixes=PREFIXES)
        if isinstance(found, QueryBoolean):
            return bool(found)
        if not isinstance(found, QuerySolutions):
            return list(found)
        names = [variable.value for variable in found.variables]
        return Rows(names, [{name: term_value(solution[name]) for name in names} for solution in found])

    def table(self, name: str, **filters: Any) -> Rows:
        """Return a table of the contract, the rows whose columns have the values given.

        A filter is a value, or a collection of values of which one must hold; of a column that holds a list, one of
        its values. Numbers are compared as numbers. Rows of copies are among them: ``copy_of=None`` leaves them out.
        Raises ``UsageError`` for an unknown table or column.
        """
        if name not in COLUMNS:
            raise UsageError(_unknown("没有这张表", name, COLUMNS), "unknown-table", name)
        columns = COLUMNS[name]
        for column in filters:
            if column not in columns:
                raise UsageError(_unknown(f"表 {name} 没有这一列", column, columns), "unknown-filter", column)
        rows = read_table(self._read(), name, copies=True)
        return Rows(columns, (row for row in rows if all(_holds(row[key], value) for key, value in filters.items())))

    def validate(self, rules: str | None = None, min_severity: str | None = None) -> Rows:
        """Return the findings, of rules such as ``R301,R4*`` and of a severity or above."""
        from jixiao.audit.report import read_report

        report = read_report(self._read(), selected=rules, min_severity=min_severity)
        return Rows(TABLES["findings"].columns, (finding.row for finding in report.findings))

    def ask(self, question: str) -> Answer:
        """Answer a question in Chinese, or say why not (``understood``)."""
        from jixiao.asking import answer

        return answer(self._read(), question)

    def export(self, format: str, path: Path | str, **filters: Any) -> None:  # noqa: A002
        """Write a file for another program; the filters are those of ``jixiao export`` (``year=2024``).

        Raises ``UsageError`` for an unknown format or filter.
        """
        from jixiao.exporting import Selection, export

        known = Selection.__dataclass_fields__
        for name in filters:
            if name not in known:
                raise UsageError(_unknown("没有这个筛选", name, known), "unknown-filter", name)
        export(self._read(), format, Selection(**filters), Path(path))


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"{what} (unknown){did_you_mean(name, known)}；可用的有 (known): {' '.join(known)}"


def _holds(cell: object, wanted: object) -> bool:
    """Tell whether a cell has a value, or one of several."""
    if isinstance(wanted, Collection) and not isinstance(wanted, str):
        return any(_holds(cell, each) for each in wanted)
    if isinstance(cell, list):
        return any(_holds(each, wanted) for each in cell)
    if cell is None or wanted is None:
        return cell is wanted
    if isinstance(wanted, (int, float, Decimal)) and not isinstance(wanted, bool):
        return _number(cell) == Decimal(str(wanted))
    return str(cell) == str(wanted)


def _number(cell: object) -> Decimal | None:
    try:
        return Decimal(str(cell))
    except InvalidOperation:
        return None
