"""What would make a parser use all memory or time is refused before one sees it."""

from __future__ import annotations

import pytest

from jixiao_service.bodies import refuse_bombs
from jixiao_service.problems import Problem


@pytest.mark.parametrize(
    ("body", "extension"),
    [
        (b"<urn:a> <urn:b> " + b"(" * 100_000, "ttl"),
        (b"[" * 100_000, "jsonld"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa">]><x/>', "rdf"),
    ],
)
def test_bombs_are_refused(body: bytes, extension: str) -> None:
    with pytest.raises(Problem) as refused:
        refuse_bombs(body, extension)
    assert refused.value.kind == "bad-data"


@pytest.mark.parametrize(
    ("body", "extension"),
    [
        (b"<urn:a> <urn:b> (1 2 (3)) .\n" * 1000, "ttl"),
        (b'<urn:a> <urn:b> "' + b"(" * 1000 + b'" . # ' + b"[" * 1000, "ttl"),
        (b'<urn:a> <urn:b> """' + b'("\n' * 1000 + b'""" .', "ttl"),
        (b'{"@id": "urn:a", "urn:b": "((((' + b"[" * 500 + b'"}', "jsonld"),
        (b"<x/>", "rdf"),
    ],
)
def test_what_is_only_long_is_not(body: bytes, extension: str) -> None:
    refuse_bombs(body, extension)
