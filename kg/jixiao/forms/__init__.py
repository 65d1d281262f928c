"""Tables to form records: specifications as data, recognition, alignment, levels."""

from jixiao.forms.reading import FormsRead, read_forms
from jixiao.grid.contacts import withhold_contacts

__all__ = ["FormsRead", "read_forms", "withhold_contacts"]
