"""Read performance forms of any layout: cells typed once, columns, rows, levels and subjects decoded together."""

from jixiao.grid.contacts import withhold_contacts
from jixiao.grid.reading import DecodedForms, read_forms

__all__ = ["DecodedForms", "read_forms", "withhold_contacts"]
