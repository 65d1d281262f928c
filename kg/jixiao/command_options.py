"""What all commands share: their common options, how a store is opened, and how a command ends that cannot go on."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from jixiao.config import Settings
from jixiao.errors import JixiaoError, StoreError, UsageError

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

StoreOption = Annotated[
    str | None, typer.Option("--store", help="图谱库：文件夹，或 SPARQL 1.1 端点的网址；也可用 JIXIAO_STORE。")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度和小结。")]
LogFormat = Annotated[str | None, typer.Option("--log-format", help="进度、小结和错误的格式：text 或 json。")]
WithoutCopies = Annotated[
    bool, typer.Option("--without-copies", help="不要副本的行（copy_of 有值的行）(leave out the rows of copies)。")
]
Machine = Annotated[
    bool, typer.Option("--machine", help="xlsx 的列名、代码和元照程序所用 (names and codes for programs)。")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件，缺省写到标准输出。")]
AuditSettingsFile = Annotated[Path | None, typer.Option(help="本单位的审核配置（阈值、静默规则），TOML。", exists=True)]

_CAUSES = {
    errno.EACCES: "没有权限，请换一个账户，或改文件的权限",
    errno.EPERM: "没有权限，请换一个账户，或改文件的权限",
    errno.EROFS: "这里只读，请换一个文件夹",
    errno.ENOSPC: "磁盘满了，请腾出空间再运行",
    errno.EDQUOT: "磁盘配额用完了，请腾出空间再运行",
    errno.EMFILE: "同时打开的文件太多，请关闭别的程序",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
}
INTERRUPTED = 130
SYSTEM = 4


@dataclass(slots=True)
class Voice:
    """Say how a command talks to its user, on standard error: progress or none, text or JSON Lines."""

    quiet: bool = False
    json: bool = False

    def adopt(self, *, quiet: bool, log_format: str | None) -> None:
        """Take over what the options of a command ask for; raises a usage error for an unknown format."""
        if log_format not in (None, "text", "json"):
            raise UsageError("只能是 text 或 json (must be text or json)", "log-format", log_format)
        self.quiet = self.quiet or quiet
        self.json = log_format == "json" if log_format else self.json

    def progress(self, text: str) -> None:
        """Show progress on a terminal."""
        if not self.quiet and not self.json and sys.stderr.isatty():
            typer.echo(text, err=True)

    def complain(self, code: str, message: str, source: str | None = None) -> None:
        """Say why a command, or a document, failed."""
        if self.json:
            self.log(level="error", code=code, message=message, source=source)
        else:
            where = f"{source}: " if source else ""
            typer.echo(f"错误 [{code}] {where}{message}", err=True)

    def warn(self, code: str, message: str) -> None:
        """Say what is doubtful about what a command was asked."""
        if self.json:
            self.log(level="warning", code=code, message=message)
        else:
            typer.echo(f"警告 [{code}] {message}", err=True)

    def log(self, **fields: Any) -> None:
        """Write a line of the JSON log."""
        typer.echo(json.dumps(fields, ensure_ascii=False), err=True)


voice = Voice()
"""How the running command talks."""


class Commands(TyperGroup):
    """Run a command; what a user can act on ends it with its exit code and one line."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line; what was typed wrong is said in Chinese, with the words of the parser behind it."""
        try:
            ended = super().main(*args, **{**extra, "standalone_mode": False})
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            if type(error).__name__ != "NoArgsIsHelpError":  # then the help was shown
                voice.complain("usage", _mistyped(error))
            raise SystemExit(getattr(error, "exit_code", 2)) from None
        raise SystemExit(ended if isinstance(ended, int) else 0)

    def invoke(self, ctx: Any) -> Any:
        """Invoke the command that was named."""
        try:
            return super().invoke(ctx)
        except JixiaoError as error:
            voice.complain(error.code, error.message, error.source)
            raise SystemExit(error.exit_code) from None
        except OSError as error:
            raise SystemExit(refused(error)) from None
        except KeyboardInterrupt:
            tell_interrupted()
            raise SystemExit(INTERRUPTED) from None


_MISTYPED = (
    ("No such option: (\\S+)", "没有选项 {0}"),
    ("No such command '(.*)'", "没有命令 {0}"),
    ("Missing (?:argument|option|parameter) '(.*?)'", "缺少 {0}"),
    ("Option '(.*)' requires", "选项 {0} 后面要写值"),
    ("Option '(.*)' does not take", "选项 {0} 后面不写值"),
    ("Got unexpected extra argument\\S* \\((.*)\\)", "多出 {0}"),
    ("for '?(.*?)'?: .*does not exist", "{0}：没有这个文件或文件夹"),
    ("for '?(.*?)'?: .*integer", "{0} 要写整数"),
    ("for '?(.*?)'?: .*(?:number|float)", "{0} 要写数"),
    ("for '?(.*?)'?: .*greater than (or equal to )?(\\S+)", "{0} 不能小于 {2}"),
    ("for '?(.*?)'?: .*less than (or equal to )?(\\S+)", "{0} 不能大于 {2}"),
    ("for '?(.*?)'?: .*is not one of (.*?)\\.?$", "{0} 只能是 {1}"),
    ("for '?(.*?)'?: ", "{0} 的值不对"),
)


def _mistyped(error: Any) -> str:
    """Return what was typed wrong and where the usage stands."""
    message = " ".join(str(error.format_message()).split())
    told = (said.format(*found.groups()) for form, said in _MISTYPED if (found := re.search(form, message)))
    where = error.ctx.command_path if getattr(error, "ctx", None) else "jixiao"
    return f"{next(told, '命令写得不对')}；用法见 {where} --help ({message})"


def refused(error: OSError) -> int:
    """Say what the system refused and return the exit code; a reader of our output that has seen enough is no error."""
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    source = None if error.filename is None else str(error.filename)
    cause = _CAUSES.get(error.errno or 0, "系统不允许")
    voice.complain("system", f"{cause} (the system refused): {error.strerror or error}", source)
    return SYSTEM


def tell_interrupted() -> None:
    """Say that a command was interrupted, and that this harms nothing."""
    voice.complain("interrupted", "已中断；库里各文档仍完整，重新运行同一命令即可 (interrupted; run it again)")


def guard_terminal() -> None:
    """Let no text, a file's name among them, turn the direction of writing where it is shown."""
    from jixiao.exporting.text import in_reading_order

    for stream in (sys.stdout, sys.stderr):
        write = stream.write
        setattr(stream, "write", lambda text, write=write: write(in_reading_order(text)))  # noqa: B010


def store_location(location: str | None) -> str:
    """Return where the store is: as given, else from the environment, else the default."""
    return location or Settings.from_environment().store


def opened(location: str | None, *, read_only: bool = True) -> closing[Store]:
    """Open a store for a ``with`` statement."""
    from jixiao.store import open_store
    from jixiao.store.first_version import first_version_message, read_first_version

    store = open_store(store_location(location), read_only=read_only)
    if getattr(store, "folder", None) and (first := read_first_version(store)):
        voice.warn("store-older", first_version_message(len(first)))
    for graph in getattr(store, "incomplete", ()):
        voice.warn("incomplete", f"上次入库中断，此文档可能不全，再运行 jixiao lift 即修复 (lift it again): {graph}")
    return closing(store)


def refuse_first_version(folder: str) -> None:
    """Raise ``StoreError`` for a store with documents as version 0.1 read them; why another cannot be read waits."""
    from jixiao.store import open_store
    from jixiao.store.first_version import first_version_message, read_first_version

    first = []
    with suppress(StoreError), closing(open_store(folder, read_only=True)) as store:
        first = read_first_version(store)
    if first:
        raise StoreError(first_version_message(len(first)), "store-older", folder)


def existing(location: str | None) -> closing[Store]:
    """Open a store for writing that must be there: nothing but lifting and restoring makes one."""
    with opened(location):
        pass
    return opened(location, read_only=False)
