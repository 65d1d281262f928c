"""Printed text to values: targets, amounts, dates, units, names."""
