"""What the graph shows as a whole: shared, central and orphan indicators, similar and duplicate projects, groups."""

from jixiao.analysis.analysing import ANALYSES, Analysis, analyse
from jixiao.analysis.marks import mark_nodes
from jixiao.analysis.uses import Use, read_uses

__all__ = ["ANALYSES", "Analysis", "Use", "analyse", "mark_nodes", "read_uses"]
