"""Rows, query results and graphs to files other programs open."""

from kg.exporting.formats import FORMATS, export, find_format, write_format
from kg.exporting.results import write_results
from kg.exporting.rows import write_rows
from kg.exporting.selection import Selection

__all__ = ["FORMATS", "Selection", "export", "find_format", "write_format", "write_results", "write_rows"]
