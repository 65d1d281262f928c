"""Questions in Chinese: understood whole and answered from the graph with the SPARQL that did it, or declined."""

from __future__ import annotations

from jixiao.asking.answering import Answer, answer
from jixiao.asking.chips import Chip
from jixiao.asking.writing import as_json, write_answer

__all__ = ["Answer", "Chip", "answer", "as_json", "write_answer"]
