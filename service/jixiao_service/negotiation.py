"""Choose the format of an answer (RFC 9110, section 12.5.1: ranges, q-values, specificity).

Which formats an answer can have depends on the query form, which is known only after parsing: a choice is therefore
made for each kind of result before the query runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

SOLUTIONS, BOOLEAN, GRAPH = "solutions", "boolean", "graph"


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """Hold one format: the engine's name for it, its media type, further types for it, names for ``format=``."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def content_type(self, media_type: str) -> str:
        """Return the Content-Type value; textual types say their charset."""
        if media_type.startswith("text/"):
            return f"{media_type}; charset=utf-8"
        return media_type


RESULT_FORMATS = (
    MediaFormat("json", "application/sparql-results+json", ("application/json",), ("json", "srj")),
    MediaFormat("xml", "application/sparql-results+xml", ("application/xml", "text/xml"), ("xml", "srx")),
    MediaFormat("csv", "text/csv", (), ("csv",)),
    MediaFormat("tsv", "text/tab-separated-values", (), ("tsv",)),
)
GRAPH_FORMATS = (
    MediaFormat("ttl", "text/turtle", ("application/x-turtle", "text/n3", "text/rdf+n3"), ("turtle", "ttl", "n3")),
    MediaFormat("nt", "application/n-triples", ("text/plain",), ("ntriples", "nt", "n-triples")),
    MediaFormat("nq", "application/n-quads", (), ("nquads", "nq", "n-quads")),
    MediaFormat("trig", "application/trig", (), ("trig",)),
    MediaFormat("rdf", "application/rdf+xml", ("application/xml", "text/xml"), ("rdfxml", "rdf", "rdf+xml", "xml")),
    MediaFormat("jsonld", "application/ld+json", ("application/json",), ("jsonld", "json-ld", "json")),
)
PAGE = MediaFormat("html", "text/html", ("application/xhtml+xml",), ("html",))
FORMATS = {SOLUTIONS: RESULT_FORMATS, BOOLEAN: RESULT_FORMATS, GRAPH: GRAPH_FORMATS}


@dataclass(frozen=True, slots=True)
class Choice:
    """Hold the chosen format and the media type to answer with (the one that was asked for)."""

    format: MediaFormat
    media_type: str

    @property
    def content_type(self) -> str:
        """Return the Content-Type value."""
        return self.format.content_type(self.media_type)


@dataclass(frozen=True, slots=True)
class _Range:
    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Return how closely the range names a media type: 2 exactly, 1 ``text/*``, 0 ``*/*``, -1 not at all."""
        kind, _, subtype = media_type.partition("/")
        if self.type == "*":
            return 0
        if self.type != kind:
            return -1
        if self.subtype == "*":
            return 1
        if self.subtype == subtype:
            return 2
        return -1


def _parse_accept(accept: str) -> list[_Range]:
    ranges = []
    for part in accept.split(","):
        media, *parameters = part.split(";")
        kind, _, subtype = media.strip().lower().partition("/")
        if kind:
            ranges.append(_Range(kind, subtype or "*", _quality(parameters)))
    return ranges


def _quality(parameters: Sequence[str]) -> float:
    """Return the last q-value of a range, 0 where it is no number."""
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(1.0, max(0.0, float(value.strip())))
            except ValueError:
                quality = 0.0
    return quality


def choose(formats: Sequence[MediaFormat], accept: str | None) -> Choice | None:
    """Return the best format for an Accept header; the first format when there is none; None when none fits.

    Among equals the client's order counts, then the server's.
    """
    if accept is None or not accept.strip():
        return Choice(formats[0], formats[0].media_type)
    ranges = _parse_accept(accept)
    best: tuple[float, int] = (0.0, 0)
    chosen: Choice | None = None
    for each in formats:
        for media_type in (each.media_type, *each.aliases):
            specific, order = max(
                ((found.specificity(media_type), -position) for position, found in enumerate(ranges)),
                default=(-1, 0),
            )
            # A wildcard speaks of the proper type only, never of an alias.
            if specific < 0 or (specific < 2 and media_type != each.media_type):
                continue
            quality = ranges[-order].quality
            if quality and (chosen is None or (quality, order) > best):
                best, chosen = (quality, order), Choice(each, media_type)
    return chosen


def choose_named(formats: Sequence[MediaFormat], name: str) -> Choice | None:
    """Return the format called ``name``: a short name or a media type, the first of several between commas."""
    for part in name.lower().split(","):
        wanted = part.strip().partition(";")[0].replace(" ", "+")
        for each in formats:
            if wanted in each.names:
                return Choice(each, each.media_type)
            if wanted in (each.media_type, *each.aliases):
                return Choice(each, wanted)
    return None


def choose_as(formats: Sequence[MediaFormat], accept: str | None, name: str | None) -> Choice | None:
    """Return the format that ``name`` (``format=``) asks for, else the best one for the Accept header."""
    if name:
        return choose_named(formats, name)
    return choose(formats, accept)


@lru_cache(maxsize=512)
def choose_all(accept: str | None, name: str | None) -> dict[str, Choice | None]:
    """Return the choice for every kind of result."""
    return {kind: choose_as(formats, accept, name) for kind, formats in FORMATS.items()}


def offers(kind: str) -> list[str]:
    """Return the media types a kind of result can have."""
    return [each.media_type for each in FORMATS[kind]]
