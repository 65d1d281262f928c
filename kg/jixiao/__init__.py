"""Lift published budget-performance documents into a validated knowledge graph."""

__version__ = "0.1.0"
