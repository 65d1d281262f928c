"""Read performance forms of any layout: cells typed once, columns, rows, levels and subjects decoded together."""

from jixiao.grid.reading import read_forms

__all__ = ["read_forms"]
