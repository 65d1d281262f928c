"""Bytes to Document: prose blocks and tables whose cells keep their place."""

from jixiao.documents.reading import read_bytes, read_document

__all__ = ["read_bytes", "read_document"]
