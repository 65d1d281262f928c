"""State how sure the reading of a record is, and what is in doubt."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from jixiao.lifting.quads import DescribedNode
from jixiao.vocab import JX


class Doubted(Protocol):
    """Say how sure a record was read, 0 to 1, and in words what is in doubt."""

    @property
    def confidence(self) -> Decimal: ...  # noqa: D102
    @property
    def doubts(self) -> tuple[str, ...]: ...  # noqa: D102


def say_sureness(node: DescribedNode, record: Doubted) -> None:
    """State on a node the confidence of its record and each of its doubts."""
    node.say(JX.confidence, record.confidence)
    for doubt in record.doubts:
        node.say(JX.doubt, doubt)
