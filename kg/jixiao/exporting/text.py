"""Text and names that any program can read: no characters XML forbids, ids of ASCII letters."""

from __future__ import annotations

import re
from base64 import b32encode
from functools import lru_cache
from hashlib import blake2b

from jixiao.vocab import PREFIXES

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SAFE_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")
_SAFE_CODE = re.compile(r"[A-Za-z0-9._-]+")
_NAMESPACES = sorted(((iri, prefix) for prefix, iri in PREFIXES.items()), reverse=True)


def legal_xml(text: str) -> str:
    """Return ``text`` without the characters XML 1.0 forbids or advises against; line ends are those of Unix."""
    if text.isprintable():
        return text
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def shown_text(text: str) -> str:
    """Return a text for a table or a terminal: nothing that XML cannot hold, commands a terminal or turns writing."""
    if text.isprintable():
        return text
    return in_reading_order(legal_xml(text))


def in_reading_order(text: str) -> str:
    """Return a text without the marks that turn the direction of writing."""
    return _DIRECTION.sub("", text)


def one_line(text: str, longest: int | None = None) -> str:
    """Return ``text`` for a drawing: one line, no marks that turn the direction of writing, cut with an ellipsis."""
    flat = " ".join(shown_text(text).split())
    if longest is not None and len(flat) > longest:
        return flat[: longest - 1] + "…"
    return flat


def short_hash(*parts: str) -> str:
    """Return sixteen letters and digits (80 bits), unique among far more than ten million edges."""
    hashed = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=10)
    return b32encode(hashed.digest()).decode("ascii").lower()


@lru_cache(maxsize=65_536)
def node_id(iri: str, base: str) -> str:
    """Return the id of a node: its IRI below ``base`` with colons for slashes, or its prefixed name.

    Ids are ASCII and name tokens of XML, since GraphML's schema wants that: ``project:41078122000000023216``,
    ``indicator:a.txt:2-31-fr2p``, ``jxc:satisfaction``. Any other IRI becomes ``iri:`` and a digest.
    """
    if iri.startswith(base):
        path = iri[len(base) :]
        if _SAFE_PATH.fullmatch(path):
            return path.replace("~", "::").replace("/", ":")
    for namespace, prefix in _NAMESPACES:
        if iri.startswith(namespace) and _SAFE_CODE.fullmatch(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"iri:{short_hash(iri)}"


def compact_iri(iri: str) -> str:
    """Return an IRI of a known namespace as prefix and local name (``jxc:satisfaction``), any other as it is."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local and local != iri and "/" not in local:
            return f"{prefix}:{local}"
    return iri


def upper_snake(name: str) -> str:
    """Return a name as Cypher writes types: ``hasIndicator`` is ``HAS_INDICATOR``."""
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_")
