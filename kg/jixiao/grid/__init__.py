"""Read performance forms of any layout: cells typed once, columns, rows, levels and subjects decoded together."""

from jixiao.grid.reading import DecodedForms, decode_tables, read_forms

__all__ = ["DecodedForms", "decode_tables", "read_forms"]
