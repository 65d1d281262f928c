"""Read old Word files and slides (.doc, .wps, .dps) by converting them with LibreOffice, where that is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jixiao.documents import limits
from jixiao.documents.compound import stream_names
from jixiao.documents.drafts import Content
from jixiao.documents.reading import read_part
from jixiao.documents.refusals import refuse, unsupported
from jixiao.model import Issue

_PROGRAMS = ("soffice", "libreoffice")
_ALONE = ("unshare", "--user", "--map-root-user", "--net")
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Writer/Content/Update", "Link", "0"),
)
"""No macros, and no links of documents followed."""


def read_content(data: bytes) -> Content:
    """Read an old Word file, or slides, as LibreOffice converts it: a profile of its own, no network, a time limit.

    Raises DocumentError: ``needs-converter`` (none may be called), ``unsupported`` (no LibreOffice is installed),
    ``converter-failed``, ``converter-timeout``, and what the reader of the converted file raises.
    """
    if not limits.OTHER_PROGRAMS:
        message = "旧版 Word、演示文稿要先转换，本服务不转换；请另存为 docx 或 PDF"
        raise refuse("needs-converter", message, "an old format, which this service does not convert")
    word = "worddocument" in stream_names(data)
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None and word:
        todo = "请用 Word 或 WPS 另存为 docx，或安装 LibreOffice (soffice) 后再读取"
        raise unsupported("旧版 Word (.doc) 文件", todo, "an old .doc file; save it as docx, or install LibreOffice")
    if program is None:
        todo = "请另存为 PDF，或安装 LibreOffice (soffice) 后再读取"
        raise unsupported("旧版演示文稿", todo, "old slides; save them as PDF, or install LibreOffice")
    filters = ("MS Word 97", "docx") if word else ("MS PowerPoint 97", "pdf")
    content = read_part(_convert(program, data, *filters))
    note = Issue(
        code="converted",
        message="旧格式文件，由 LibreOffice 转换后读取，请核对",
        message_en="an old format, read as LibreOffice converts it; compare",
        level="info",
    )
    return replace(content, notes=(*content.notes, note))


def _convert(program: str, data: bytes, kind: str, ending: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="jixiao-") as name:
        folder = Path(name)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_registry(), "utf-8")
        source = folder / "document.doc"
        source.write_bytes(data)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        words = [
            program,
            profile,
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"--infilter={kind}",
            "--convert-to",
            ending,
        ]
        _run([*_without_network(), *words, "--outdir", name, str(source)], folder)
        made = source.with_suffix(f".{ending}")
        if not made.exists():
            message = "LibreOffice 打不开此文件：可能已损坏或有密码；请另存为 docx 再读取"
            raise refuse("converter-failed", message, "LibreOffice cannot open it: damaged, or behind a password")
        return made.read_bytes()


def _run(command: Sequence[str], folder: Path) -> None:
    """Run a program in a folder; it is ended, with all it started, when the time is over."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**kept, "HOME": str(folder)},
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
    ) as process:
        try:
            process.wait(limits.MAX_CONVERSION_SECONDS)
        except subprocess.TimeoutExpired as error:
            message = f"LibreOffice 转换超过 {limits.MAX_CONVERSION_SECONDS:.0f} 秒，已中止；请另存为 docx 再读取"
            raise refuse("converter-timeout", message, "conversion takes too long; save it as docx") from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _without_network() -> Sequence[str]:
    """Return the words that run a program where no network is, as far as the system lets us."""
    if shutil.which(_ALONE[0]) is None:
        return ()
    tried = subprocess.run([*_ALONE, "true"], capture_output=True, check=False)
    return _ALONE if tried.returncode == 0 else ()


def _registry() -> str:
    """Return the settings of a profile."""
    head = '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    items = (
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    return f"{head}{''.join(items)}</oor:items>"
