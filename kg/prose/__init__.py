"""Running text to records: the document's own header, the figures it states, the projects it names."""

from kg.prose.facts import read_facts
from kg.prose.header import DocumentHeader, read_header
from kg.prose.mentions import read_mentions

__all__ = ["DocumentHeader", "read_facts", "read_header", "read_mentions"]
