"""Tables to form records: specifications as data, recognition, alignment, levels."""

from jixiao.forms.contacts import withhold_contacts
from jixiao.forms.reading import FormsRead, read_forms

__all__ = ["FormsRead", "read_forms", "withhold_contacts"]
