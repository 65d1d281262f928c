"""Read the documents in a zip bundle one after the other, as offices publish their attachments."""

from __future__ import annotations

from jixiao.documents.archive import ZipContainer
from jixiao.documents.drafts import Content, compose
from jixiao.documents.places import documents_in
from jixiao.documents.reading import read_part
from jixiao.documents.refusals import refuse
from jixiao.errors import DocumentError
from jixiao.model import Block, Issue


def read_content(data: bytes) -> Content:
    """Read every document of a bundle; one that cannot be read is named.

    Raises DocumentError: ``archive`` where no document is in it or none can be read, and what ``archive`` raises.
    """
    container = ZipContainer(data)
    drafts: list[Block] = []
    notes: list[Issue] = []
    read = []
    for name in documents_in(container.members):
        shown = container.shown(name)
        try:
            with container.open(name) as stream:
                content = read_part(stream.read())
        except DocumentError as error:
            message = f"压缩包里的 {shown} 读不了：{error.message}"
            notes.append(Issue("part-not-read", message, f"{shown} in the archive cannot be read", level="error"))
            continue
        read.append(shown)
        drafts.extend(content.blocks)
        notes.extend(content.notes)
    if not read:
        message = "压缩包里没有能读的文档；请先解压，rar、7z 请解压后读取其中的文件"
        raise refuse("archive", message, "no document in it can be read; unpack it first")
    listed = "、".join(read)
    message = f"压缩包内 {len(read)} 个文件作为一份文档读取：{listed}；分属不同部门时请解压后分别读取"
    english = f"{len(read)} files were read as one document; unpack them if they are of several departments"
    notes.append(Issue("bundle", message, english, level="info"))
    return Content(compose(drafts), tuple(notes))
