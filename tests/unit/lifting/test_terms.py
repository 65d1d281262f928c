"""The table of terms speaks of fields that its records have."""

from __future__ import annotations

from dataclasses import fields

from jixiao import model
from jixiao.lifting.forms import PlanNode
from jixiao.lifting.stating import statements
from jixiao.review.decisions import Decision

NODES_OF = {"Placing": "Department", "ProjectEntry": "Project", "Sureness": "Plan"}


def test_every_term_states_a_field_of_its_record() -> None:
    records = {**vars(model), "PlanNode": PlanNode, "Decision": Decision}
    for name, stated in statements().items():
        known = {each.name for each in fields(records[NODES_OF.get(name, name)])}
        assert {each.field for each in stated} - {"a"} <= known, name
