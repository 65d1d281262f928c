"""Figures without a browser: tree, sankey, heatmap and network, as SVG or PNG."""

from jixiao.analysis.figures.drawing import FIGURES, draw

__all__ = ["FIGURES", "draw"]
