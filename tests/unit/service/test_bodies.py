"""What would make a parser use all memory or time is refused before one sees it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jixiao.errors import GraphError
from jixiao_service.workers.bodies import refuse_bombs


@pytest.mark.parametrize(
    ("body", "extension"),
    [
        (b"<urn:a> <urn:b> " + b"(" * 100_000, "ttl"),
        (b"[" * 100_000, "jsonld"),
        (b"@prefix e: <urn:x> . e:a\\# <urn:b> " + b"(" * 1000, "ttl"),  # the sign is part of the name
        (b"@prefix e: <urn:x> . e:a\\' <urn:b> " + b"(" * 1000 + b"'", "ttl"),
        (b"<urn:\\u0041#> <urn:b> " + b"(" * 1000, "ttl"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa">]><x/>', "rdf"),
    ],
)
def test_bombs_are_refused(body: bytes, extension: str) -> None:
    with pytest.raises(GraphError) as refused:
        refuse_bombs(body, extension)
    assert refused.value.code == "bad-data"


@pytest.mark.parametrize(
    ("body", "extension"),
    [
        (b"<urn:a> <urn:b> (1 2 (3)) .\n" * 1000, "ttl"),
        (b'<urn:a> <urn:b> "' + b"(" * 1000 + b'" . # ' + b"[" * 1000, "ttl"),
        (b'<urn:a> <urn:b> """' + b'("\n' * 1000 + b'""" .', "ttl"),
        (b"<urn:a> <urn:b> '''" + b"('\n" * 1000 + b"''' .", "ttl"),
        (b'{"@id": "urn:a", "urn:b": "((((' + b"[" * 500 + b'"}', "jsonld"),
        (b"<x/>", "rdf"),
    ],
)
def test_what_is_only_long_is_not(body: bytes, extension: str) -> None:
    refuse_bombs(body, extension)


def test_a_long_literal_takes_no_memory_of_its_own() -> None:
    """Matched sign by sign with a way back, 200 MB of literal took 17 GB."""
    code = (
        "import resource; from jixiao_service.workers.bodies import refuse_bombs; "
        "body = b'<urn:a> <urn:b> \"' + b'x' * (50 << 20) + b'\" .'; "
        "resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20)); refuse_bombs(body, 'ttl')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
