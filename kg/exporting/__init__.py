"""Rows and query results to files other programs open."""

from kg.exporting.results import write_results
from kg.exporting.rows import write_rows

__all__ = ["write_results", "write_rows"]
