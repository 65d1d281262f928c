"""Linked records to quads."""
