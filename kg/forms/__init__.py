"""Tables to form records: specifications as data, recognition, alignment, levels."""

from kg.forms.contacts import withhold_contacts
from kg.forms.reading import FormsRead, read_forms

__all__ = ["FormsRead", "read_forms", "withhold_contacts"]
