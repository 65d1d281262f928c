"""A document that is added, changed or removed: what is linked is what linking everything anew gives, for less."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jixiao.config import BASE_IRI
from jixiao.pipeline import departments_in, lift_paths, link_documents
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.vocab import JX, ONTOLOGY_GRAPH
from tests.unit.pipeline.test_copies import FORM, HEAD

MONEY = ("26.00", "26.00", "31.00")
OFFICES = ("嵩县水利局", "县水利局", "汝阳县水利局", "水利局", "嵩县水库管理所", "青溪县水利局")


def text(random_: random.Random) -> str:
    """Return a document of one to three forms that repeat offices, projects and values of others."""
    office = random_.choice(OFFICES)
    forms = [
        FORM.format(
            office=office,
            unit=random_.choice((office, "嵩县水库管理所")),
            project=random_.choice(("大坝监测", "大坝监测项目", "河道清淤")),
            target=random_.choice(("≥32处", "≥33处")),
        )
        for _ in range(random_.randint(1, 3))
    ]
    year = random_.choice(("2023", "2024"))
    printed = (HEAD.format(office=office) + "".join(forms)).replace("26.00", random_.choice(MONEY))
    return printed.replace("2024", year) + "附注。" * random_.randint(0, 3)


def dump(store: Store) -> dict[str, set[bytes]]:
    """Return the statements of every graph but the ontology's, by graph."""
    graphs = set(store.graphs()) - {ONTOLOGY_GRAPH}
    return {graph: set(store.read_graph(graph).splitlines()) for graph in graphs}


@pytest.mark.parametrize("seed", range(2))
def test_one_after_another_is_as_all_anew(tmp_path: Path, seed: int) -> None:
    random_ = random.Random(seed)
    with closing(open_store(":memory:")) as store:
        for number in range(10):
            path = tmp_path / f"{random_.randint(0, 6)}.txt"
            path.write_text(text(random_) + f"第{number}份", "utf-8")
            lift_paths([str(path)], store, workers=1)
            added = dump(store)
            link_documents(store, BASE_IRI)
            assert dump(store) == added


class _Counting:
    """Count the rows that queries give."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.rows = 0

    def query(self, text: str, **options: Any) -> Any:
        found: Any = self._store.query(text, **options)
        return _Counted(self, found)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class _Counted:
    def __init__(self, counting: _Counting, found: Any) -> None:
        self._counting, self._found = counting, found
        self.variables = found.variables

    def __iter__(self) -> Iterator[Any]:
        for row in self._found:
            self._counting.rows += 1
            yield row


def test_what_is_compared_does_not_grow_with_the_store(tmp_path: Path) -> None:
    from jixiao.copies import set_copies_aside
    from jixiao.linking.across import link_across

    names = [f"{first}{second}县" for first in "青白黄红蓝" for second in "山水田林石川"]
    counts = []
    with closing(open_store(":memory:")) as store:
        for position, place in enumerate(names):
            path = tmp_path / f"{position}.txt"
            form = FORM.format(office=f"{place}水利局", unit=f"{place}水利局", project="大坝监测", target="≥32处")
            path.write_text(HEAD.format(office=f"{place}水利局") + form, "utf-8")
            if position in (4, 9, 19, 29):
                continue
            lift_paths([str(path)], store, workers=1)
        for position in (4, 9, 19, 29):
            lift_paths([str(tmp_path / f"{position}.txt")], store, workers=1)
            rows: Any = store.query(f"SELECT ?g {{ GRAPH ?g {{ ?d <{JX.fileName}> '{position}.txt' }} }}")
            counting: Any = _Counting(store)
            departments = departments_in(store, {next(iter(rows))["g"].value})
            set_copies_aside(counting, departments)
            copied = counting.rows
            link_across(counting, departments)
            counts.append((copied, counting.rows - copied))
    assert {copied for copied, _ in counts} == {counts[0][0]}
    # of all departments only the names are read
    assert all(linked <= 2 * (len(names) + 1) for _, linked in counts)
