"""Hold a form in the making: the fields and blocks that belong to one subject, with what surrounds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.grid.decoding import Decoded
from jixiao.grid.fields import Fields, Witness
from jixiao.grid.registers import is_register
from jixiao.grid.sheet import Sheet
from jixiao.grid.surroundings import Surroundings
from jixiao.model import Indicator, Paragraph


@dataclass
class Draft:
    """Collect one form: the sheet it begins on, the lines around it, its tables, fields and blocks of indicators.

    ``alone`` are all lines of the document where no other form stands in it.
    """

    sheet: Sheet
    around: Surroundings
    tables: set[int]
    fields: Fields
    blocks: list[Decoded]
    alone: tuple[Paragraph, ...] = ()

    def take_in(self, other: Draft) -> None:
        """Add a further table of the same form."""
        self.tables |= other.tables
        self.fields.take_in(other.fields)
        self.blocks += other.blocks

    @property
    def indicators(self) -> list[Indicator]:
        """Return the indicators of all blocks."""
        return [each.indicator for block in self.blocks for each in block.lifted]

    @property
    def header_lines(self) -> Iterator[int]:
        """Yield the lines that name the columns of its blocks."""
        for each in self.blocks:
            yield from (each.sheet.lines[row].number for row in range(*each.block.head))

    @property
    def registered(self) -> bool:
        """Tell whether it is a list of several projects."""
        return any(is_register(block.assigned) for block in self.blocks)

    @property
    def names_subject(self) -> bool:
        """Tell whether its fields name a project."""
        return bool(self.fields.of("project"))

    @property
    def states_form(self) -> bool:
        """Tell whether its fields are those of a form: a project or an office with money, goals or tasks."""
        fields = self.fields
        named = bool(self.witnesses("project", "unit", "upper"))
        return bool(fields.tasks or (named and (fields.goals or fields.purse.lines)))

    def witnesses(self, *names: str) -> list[Witness]:
        """Return the witnesses of some fields in its rows and in the lines above it, the loudest first."""
        found = [*self.fields.of(*names), *(each for each in self.around.witnesses if each.field in names)]
        return sorted(found, key=lambda each: -each.weight)
