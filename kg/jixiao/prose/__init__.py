"""Running text to records: the document's own header, the figures it states, the projects it names."""

from jixiao.prose.facts import read_facts
from jixiao.prose.header import DocumentHeader, read_header
from jixiao.prose.mentions import read_mentions
from jixiao.prose.witnesses import read_witnesses

__all__ = ["DocumentHeader", "read_facts", "read_header", "read_mentions", "read_witnesses"]
