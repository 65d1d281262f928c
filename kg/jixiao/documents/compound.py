"""Look into compound files (OLE): what they hold, and whether Excel would open them without asking for a password."""

from __future__ import annotations

import io

SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEFAULT_PASSWORD = "VelvetSweatshop"
_KNOWN = ("EncryptedPackage", "EncryptionInfo", "Workbook", "Book", "WordDocument", "PowerPoint Document")


def stream_names(data: bytes) -> set[str]:
    """Return the names of the streams in a compound file; where its directory is broken, those that occur anywhere."""
    from xlrd.compdoc import CompDoc

    try:
        return {entry.name.casefold() for entry in CompDoc(data, logfile=io.StringIO()).dirlist}
    except Exception:  # the parser trusts what a broken file says about itself and then stumbles anywhere
        return {name.casefold() for name in _KNOWN if name.encode("utf-16-le") in data}


def unlocked(data: bytes) -> bytes:
    """Return a workbook that is locked with Excel's default password as it is without; any other file unchanged."""
    if not data.startswith(SIGN) or not stream_names(data) & {"encryptedpackage", "workbook", "book"}:
        return data
    from msoffcrypto import OfficeFile

    plain = io.BytesIO()
    try:
        file = OfficeFile(io.BytesIO(data))
        if not file.is_encrypted():
            return data
        file.load_key(password=_DEFAULT_PASSWORD)
        file.decrypt(plain)
    except Exception:  # another password, another method, or damage: its reader says so
        return data
    return plain.getvalue() or data
