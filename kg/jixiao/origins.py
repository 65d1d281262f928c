"""Read where files were taken from: a table of files and addresses (``lift --sources``)."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import urlsplit

from jixiao.errors import UsageError

_KEYS = ("sha256", "file")
_ADDRESSES = ("source_url", "url")


def read_origins(path: Path) -> dict[str, str]:
    """Return addresses by checksum and by file name, from a CSV with columns file or sha256, and source_url or url.

    Raises ``UsageError`` for a table without them and for what is no address of the web.
    """
    origins: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line, row in enumerate(csv.DictReader(stream), 2):
                address = next((row[name].strip() for name in _ADDRESSES if row.get(name)), "")
                if address:
                    origins |= {row[key]: _checked(address, path, line) for key in _KEYS if row.get(key)}
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            f"来源表读不出来，要用 UTF-8 的 CSV (not CSV in UTF-8): {error}", "bad-sources", str(path)
        ) from error
    if not origins:
        message = "来源表要有 file 或 sha256 列和 source_url 列 (columns file or sha256, and source_url, are needed)"
        raise UsageError(message, "bad-sources", str(path))
    return origins


def _checked(address: str, path: Path, line: int) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        message = f"第 {line} 行不是 http 或 https 网址 (line {line} has no http or https address): {address[:200]}"
        raise UsageError(message, "bad-sources", str(path))
    return address
