"""Say why a file cannot be read, and what to do: the errors that several readers share.

They do not name the file: ``read_bytes`` knows it and adds its name.
"""

from __future__ import annotations

from jixiao.errors import DocumentError


def refuse(code: str, message: str, english: str) -> DocumentError:
    """Return an error with its message in both languages."""
    return DocumentError(f"{message} ({english})", code)


def truncated() -> DocumentError:
    """Return the error for a file whose end is missing."""
    return refuse("truncated", "文件不完整，末尾缺失；请重新下载", "the file is cut off; download it again")


def damaged(detail: str) -> DocumentError:
    """Return the error for a file that breaks its own format."""
    message = f"文件已损坏：{detail}；请用原软件打开后另存"
    return refuse("damaged", message, "the file is damaged; open it in its program and save it again")


def encrypted() -> DocumentError:
    """Return the error for a file behind a password."""
    message = "文件有密码保护；请去掉密码后另存再读取"
    return refuse("encrypted", message, "the file needs a password; save a copy without one")


def bombed() -> DocumentError:
    """Return the error for packed content that inflates beyond the limits."""
    message = "压缩内容展开后过大，疑似压缩炸弹，已拒绝读取"
    return refuse("zip-bomb", message, "the packed content inflates beyond all measure; refused")


def declares_entities() -> DocumentError:
    """Return the error for a file that declares XML entities."""
    message = "文件内部含有实体声明 (DTD)，正常的办公文档没有，已拒绝读取"
    return refuse("external-entity", message, "the file declares XML entities, which office files never do; refused")


def too_large(reason: str, english: str) -> DocumentError:
    """Return the error for a file beyond one of the ``limits``."""
    return refuse("too-large", f"{reason}；请拆分后再读取", f"{english}; split it")


def empty() -> DocumentError:
    """Return the error for a file without content."""
    return refuse("empty-file", "文件是空的", "the file is empty")


def unsupported(what: str, todo: str, english: str) -> DocumentError:
    """Return the error for a format that is known and not read, with what to do instead."""
    return refuse("unsupported", f"暂不支持{what}；{todo}", english)
