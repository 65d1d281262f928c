from __future__ import annotations

import pytest

from jixiao_service.negotiation import (
    BOOLEAN,
    GRAPH,
    GRAPH_FORMATS,
    RESULT_FORMATS,
    SOLUTIONS,
    choose,
    choose_all,
    choose_named,
)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("application/sparql-results+xml, application/sparql-results+json", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        ("TEXT/CSV; charset=utf-8; Q=1", "text/csv"),
        ("application/json", "application/json"),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ("*/*;q=0.1, text/csv;q=0", "application/sparql-results+json"),
        ("application/*;q=0.2, text/tab-separated-values;q=0.3", "text/tab-separated-values"),
        ("text/csv;q=nonsense, */*;q=0.1", "application/sparql-results+json"),
    ],
)
def test_the_best_offer_is_chosen(accept: str | None, media_type: str) -> None:
    choice = choose(RESULT_FORMATS, accept)
    assert choice is not None
    assert choice.media_type == media_type


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "application/json;q=0"])
def test_nothing_fits(accept: str) -> None:
    assert choose(RESULT_FORMATS, accept) is None


def test_the_kind_of_result_decides_what_can_be_had() -> None:
    choices = choose_all("text/turtle, text/csv;q=0.5", None)
    assert {kind: choice and choice.media_type for kind, choice in choices.items()} == {
        SOLUTIONS: "text/csv",
        BOOLEAN: "text/csv",
        GRAPH: "text/turtle",
    }
    assert choose_all("text/turtle", None)[SOLUTIONS] is None
    assert choose_all("text/turtle", "csv")[GRAPH] is None


@pytest.mark.parametrize("name", ["turtle", "ttl", "text/turtle", "TEXT/TURTLE", "text/turtle;charset=utf-8"])
def test_a_format_can_be_named(name: str) -> None:
    choice = choose_named(GRAPH_FORMATS, name)
    assert choice is not None
    assert choice.content_type == "text/turtle; charset=utf-8"


def test_names_with_a_plus_survive_forms() -> None:
    choice = choose_named(GRAPH_FORMATS, "application/rdf xml")  # a plus that a form decoded
    assert choice is not None
    assert choice.media_type == "application/rdf+xml"
    assert choose_named(RESULT_FORMATS, "pdf") is None
