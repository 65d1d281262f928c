"""The command ``jixiao doctor``: what this machine has, what is missing, and how to get it."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from jixiao import __version__
from jixiao.command_options import StoreOption, store_location
from jixiao.errors import JixiaoError, UsageError

# what an extra is for, and what it imports
_EXTRAS = {
    "parquet": ("Parquet", ("pyarrow",)),
    "figures": ("画图 (figures)", ("matplotlib",)),
    "ocr": ("扫描件 (scans)", ("rapidocr", "onnxruntime", "cv2")),
    "mcp": ("语言模型的工具 (tools for language models)", ("mcp",)),
    "annotate": ("批注 (comments in copies)", ("openpyxl", "docx")),
}
_ENGINES = ("pyoxigraph", "rdflib", "pypdfium2", "lxml", "fastapi", "typer")
_MARKS = {"ok": "✓", "absent": "–", "fault": "✗"}
_LITTLE = 2.0  # GiB; what lifting with two processes and a service in memory take together


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Say of one thing whether it is there: ``state`` is ok, absent (optional) or fault, ``remedy`` what to do."""

    name: str
    state: str
    detail: str
    remedy: str = ""


def doctor(
    store: StoreOption = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text 或 json。")] = "text",  # noqa: A002
) -> None:
    """看这台机器有什么、缺什么、怎样补；图谱库有损坏时退出码为 4 (what is here and what is missing)。"""
    if format not in ("text", "json"):
        raise UsageError("只能是 text 或 json (must be text or json)", "format", format)
    found = list(_examined(store_location(store)))
    if format == "json":
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        for each in found:
            typer.echo(f"{_MARKS[each.state]} {each.name}  {each.detail}")
            if each.remedy:
                typer.echo(f"    → {each.remedy}")
    if any(each.state == "fault" for each in found):
        raise SystemExit(4)


def _examined(location: str) -> Iterator[Diagnosis]:
    yield Diagnosis("Jixiao", "ok", f"{__version__}，Python {platform.python_version()}，{platform.platform()}")
    yield Diagnosis("引擎 (engines)", "ok", "，".join(f"{name} {version(name)}" for name in _ENGINES))
    for extra, (purpose, modules) in _EXTRAS.items():
        yield _extra(extra, purpose, modules)
    yield _office()
    yield _fonts()
    yield _memory()
    yield _store(location)


def _extra(extra: str, purpose: str, modules: tuple[str, ...]) -> Diagnosis:
    name = f"组件 {extra}"
    if all(find_spec(module) for module in modules):
        try:
            return Diagnosis(name, "ok", f"{purpose}：{modules[0]} {version(modules[0])}")
        except PackageNotFoundError:
            return Diagnosis(name, "ok", purpose)
    return Diagnosis(name, "absent", purpose, f"pip install 'jixiao-kg[{extra}]'")


def _office() -> Diagnosis:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    name = "LibreOffice"
    if program:
        return Diagnosis(name, "ok", f"旧版 Word 和演示文稿 (old Word files and slides)：{program}")
    remedy = "安装 LibreOffice，使 soffice 在 PATH 里 (install LibreOffice; soffice on the PATH)"
    return Diagnosis(name, "absent", "旧版 Word 读不了 (old Word files are refused)", remedy)


def _fonts() -> Diagnosis:
    name = "中文字体 (Chinese fonts)"
    if find_spec("matplotlib") is None:
        return Diagnosis(name, "absent", "未查：先装 figures 组件 (not looked for without the extra figures)")
    from jixiao.analysis.figures.fonts import find_fonts

    try:
        return Diagnosis(name, "ok", find_fonts()[0])
    except UsageError as error:
        return Diagnosis(name, "absent", "图上的汉字会是方框 (figures would have boxes)", error.message)


def _memory() -> Diagnosis:
    name = "内存 (memory)"
    cores = os.cpu_count()
    try:
        pages, size = os.sysconf("SC_AVPHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return Diagnosis(name, "ok", f"未知，{cores} 核 (unknown, {cores} cores)")
    free = pages * size / 2**30
    detail = f"空闲 {free:.1f} GiB，{cores} 核 (free, cores)"
    if free >= _LITTLE:
        return Diagnosis(name, "ok", detail)
    return Diagnosis(name, "absent", detail, "读入时用 --workers 1，服务设 JIXIAO_VIEW=disk (lift with one process)")


def _store(location: str) -> Diagnosis:
    from jixiao.store import open_store

    name = "图谱库 (store)"
    if "://" not in location and not Path(location).exists():
        return Diagnosis(name, "absent", f"{location} 还没有 (none yet)", "jixiao lift 文件… (lift documents)")
    try:
        with closing(open_store(location, read_only=True)) as store:
            faults, facts = store.check(), store.info()
    except JixiaoError as error:
        return Diagnosis(name, "fault", str(error), "jixiao store check")
    if faults:
        return Diagnosis(name, "fault", f"{location}：{faults[0]}", "jixiao store check")
    return Diagnosis(
        name, "ok", f"{location}：{facts.graphs} 个图，{facts.triples} 条，版本 {facts.version} (graphs, statements)"
    )
