"""Tables to form records: specifications as data, recognition, alignment, levels."""
