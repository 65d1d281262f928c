"""Read the documents in a zip bundle one after the other, as offices publish their attachments."""

from __future__ import annotations

from jixiao.documents.archive import ZipContainer
from jixiao.documents.drafts import Content
from jixiao.documents.parts import Parts
from jixiao.documents.places import documents_in
from jixiao.documents.refusals import refuse
from jixiao.model import Issue


def read_content(data: bytes) -> Content:
    """Read every document of a bundle; one that cannot be read is named.

    Raises DocumentError: ``archive`` where no document is in it or none can be read, and what ``archive`` raises.
    """
    container = ZipContainer(data)
    parts = Parts()
    for name in documents_in(container.members):
        parts.add(container.shown(name), container.read(name))
    if not parts.read:
        message = "压缩包里没有能读的文档；请先解压，rar、7z 请解压后读取其中的文件"
        raise refuse("archive", message, "no document in it can be read; unpack it first")
    listed = "、".join(parts.read)
    message = f"压缩包内 {len(parts.read)} 个文件作为一份文档读取：{listed}；分属不同部门时请解压后分别读取"
    english = f"{len(parts.read)} files were read as one document; unpack them if they are of several departments"
    return parts.content(Issue("bundle", message, english, level="info"))
