from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Sequence

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from jixiao_service.workers.meters import METERS

# What tells rows apart must not be mistaken inside values.
NASTY = ['},{"', "},{}", "<result>", "</result>", 'a"b', "x\ny", "\r\n", '""', ",", "\t", "\\", "}", "满意", "", "]}}"]
FORMATS = {name: QueryResultsFormat.from_extension(name) for name in METERS}


def solutions(random_: random.Random, rows: int) -> str:
    """Return a query with so many rows of nasty values, some of them unbound, none of them all."""
    text = ""
    for _ in range(rows):
        cells = ["UNDEF" if random_.random() < 0.2 else _literal(random_) for _ in range(2)] + [_literal(random_)]
        text += f"({' '.join(cells)}) "
    return f"SELECT ?a ?b ?c {{ VALUES (?a ?b ?c) {{ {text} (1 2 3) }} }} LIMIT {rows}"


def _literal(random_: random.Random) -> str:
    value = "".join(random_.choice(NASTY) for _ in range(random_.randint(0, 3)))
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return '"' + escaped.replace("\t", "\\t") + '"'


def serialise(text: str, name: str) -> bytes:
    results = Store().query(text)
    assert isinstance(results, QuerySolutions)
    return results.serialize(format=FORMATS[name]) or b""


def metered(data: bytes, name: str, limit: int, random_: random.Random) -> tuple[bytes, bool]:
    """Pass data through a meter in parts of any size."""
    meter, out, at = METERS[name](limit), b"", 0
    while at < len(data) and not meter.rows_cut:
        step = random_.choice((1, 2, 3, 7, 50, 1000))
        out += meter.feed(data[at : at + step])
        at += step
    return out + meter.finish(), meter.rows_cut


def rows(data: bytes, name: str) -> Sequence[object]:
    """Return the rows of a result that must be well-formed."""
    if name == "json":
        return list(json.loads(data)["results"]["bindings"])
    if name == "xml":
        assert data.endswith(b"</results></sparql>")
        return re.findall(rb"<result>.*?</result>", data, re.DOTALL)
    assert data.endswith(b"\n")
    if name == "tsv":
        return list(data.decode().split("\n")[1:-1])
    return list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]


@pytest.mark.parametrize("name", sorted(METERS))
def test_a_meter_cuts_exactly_after_the_last_row_allowed(name: str) -> None:
    random_ = random.Random(7)
    for _ in range(150):
        total = random_.randint(0, 8)
        full = serialise(solutions(random_, total), name)
        expected = rows(full, name)
        for limit in range(1, len(expected) + 2):
            out, cut = metered(full, name, limit, random_)
            assert cut == (limit < len(expected)), (name, limit, full)
            assert rows(out, name) == expected[:limit]
            if not cut:
                assert out == full
