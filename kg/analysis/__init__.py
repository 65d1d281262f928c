"""What the graph shows as a whole: shared, central and orphan indicators, similar and duplicate projects, groups."""

from kg.analysis.analysing import ANALYSES, Analysis, analyse
from kg.analysis.marks import mark_nodes
from kg.analysis.uses import Use, read_uses

__all__ = ["ANALYSES", "Analysis", "Use", "analyse", "mark_nodes", "read_uses"]
