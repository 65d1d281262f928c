"""Rows, query results and graphs to files other programs open."""

from jixiao.exporting.formats import FORMATS, export, find_format, write_format
from jixiao.exporting.results import write_results
from jixiao.exporting.rows import write_rows
from jixiao.exporting.selection import Selection

__all__ = ["FORMATS", "Selection", "export", "find_format", "write_format", "write_results", "write_rows"]
