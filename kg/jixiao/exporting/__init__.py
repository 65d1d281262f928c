"""Rows, query results and graphs to files other programs open."""

from jixiao.exporting.formats import FORMATS, ROW_FORMATS, export, named, write_rows
from jixiao.exporting.results import write_results
from jixiao.exporting.selection import Selection

__all__ = ["FORMATS", "ROW_FORMATS", "Selection", "export", "named", "write_results", "write_rows"]
