"""Closed processes: they read what strangers send and reach nothing, neither files nor sockets nor settings.

A forker without environment, with everything imported and loaded that reading a file needs, forks a process for each
file. That one takes the bytes over its socket, has closed everything else by then, and sends back bytes. ``WORK`` names
what can be asked for.
"""

from __future__ import annotations

import codecs
import encodings
import inspect
import json
import os
import pkgutil
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from subprocess import Popen
from typing import Any

from rich.cells import cell_len

from jixiao.accounts.lexicon import read_specification
from jixiao.documents import limits
from jixiao.reading import read_upload
from jixiao.resources import resource
from jixiao.text.vocabulary import code_rows
from jixiao_service.workers import confinement, walls, wire
from jixiao_service.workers.examining import write_list
from jixiao_service.workers.forker import Forker
from jixiao_service.workers.nursery import start_forker

Work = Callable[..., bytes]

WORK = {
    "examine": "jixiao_service.workers.examining:write_examination",
    "list": "jixiao_service.workers.examining:write_list",
    "draw": "jixiao_service.workers.drawing:draw_page",
    "amend": "jixiao_service.workers.amending:write_differences",
}
"""Functions of bytes and named arguments that return bytes, by the name they are asked for."""

_FONTS = ("/usr/share/fonts", "/usr/share/X11/fonts", "/usr/local/share/fonts")  # for PDFs that hold none
_OPEN_FONTS = 16
_LIBRARIES = (
    "_strptime",
    "msoffcrypto",
    "pypdfium2",
    "rapidfuzz.distance",
    "rapidfuzz.fuzz",
    "xlrd.compdoc",
    "xlsxwriter",
)
_FIRST = """某某局2024年度项目支出绩效目标表
项目名称\t道路维护\t预算金额\t10万元
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t维护道路里程\t≥10公里
满意度指标\t服务对象满意度指标\t群众满意度\t≥95%
"""  # read before anything else: what it takes to read and audit a form is loaded then
_ROOMS = (
    "documents",
    "text",
    "values",
    "privacy",
    "grid",
    "accounts",
    "prose",
    "linking",
    "lifting",
    "audit",
    "review",
)


def start(work: Mapping[str, str]) -> tuple[Popen[bytes], socket.socket]:
    """Start the forker of processes that do such ``work``; return its process and the socket to order it by."""
    return start_forker(__name__, {"LC_ALL": "C.UTF-8", "PATH": os.defpath}, json.dumps(dict(work)))


def run(descriptor: int, work: str) -> None:
    """Be the forker."""
    confinement.die_with_parent()
    confinement.leave_signals_to_the_service()
    functions = {name: _find(place) for name, place in json.loads(work).items()}
    prepare()
    roles = {"closed": partial(_work, closed=True), "helped": partial(_work, closed=False)}
    Forker(socket.socket(fileno=descriptor), roles, functions).run()
    os._exit(0)


def _find(place: str) -> Work:
    module, _, name = place.partition(":")
    found: Work = getattr(import_module(module), name)
    return found


def prepare() -> None:
    """Import and load everything that the reading of any file may need: it cannot be opened later."""
    for room in _ROOMS:
        package = import_module(f"jixiao.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for library in _LIBRARIES:
        import_module(library)
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(LookupError, ImportError):  # those of other systems
            codecs.lookup(module.name)
    for file in resource("ontology", "codes").glob("*.csv"):
        code_rows(file.stem)
    for words in files("jixiao.accounts").joinpath("specifications").iterdir():
        read_specification(words.name.removesuffix(".toml"))
    for name in sorted(sys.modules):
        if name.startswith("jixiao."):
            _load_tables(name)
    first = read_upload(_FIRST.encode(), "first.txt")
    assert first.triples and first.findings is not None
    write_list(_FIRST.encode(), "first.txt", "")
    cell_len("长")  # reads the table of wide characters


def _load_tables(name: str) -> None:
    """Call the functions of a module that keep what they return: tables and lists of words in files."""
    for each in list(vars(sys.modules[name]).values()):
        kept = hasattr(each, "cache_info") and each.__module__ == name
        if kept and not inspect.signature(each).parameters:
            with suppress(ImportError):  # an extra that is not installed
                each()


def _work(sock: socket.socket, arguments: dict[str, Any], functions: dict[str, Work], *, closed: bool) -> None:
    """Take bytes, carry out one piece of work on them, and send back bytes."""
    confinement.die_first()
    confinement.limit_memory(arguments["memory"])
    confinement.limit_seconds(arguments["seconds"])
    if closed:
        limits.OTHER_PROGRAMS = False
        sock = confinement.keep_only(sock, silent=True, files=_OPEN_FONTS)
        if not walls.allow_reading(_FONTS):
            confinement.limit_files(0)
        walls.refuse_calls()
    else:
        _move_into(arguments["folder"])
    wire.send_json(sock, wire.READY)
    data = wire.receive(sock)
    if data is None:
        return
    try:
        made = functions[arguments["work"]](data[1], **arguments["options"])
    except MemoryError:
        wire.send_json(sock, wire.FAILED, kind="memory-limit")
    except Exception as error:  # what a file holds is not logged; where it went wrong is
        wire.send_json(sock, wire.FAILED, kind="crashed", error=type(error).__name__, place=_place(error))
    else:
        wire.send(sock, wire.DATA, made)
        wire.send_json(sock, wire.DONE)


def _place(error: Exception) -> str:
    """Return where in our own code an error came up."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "jixiao" in frame.filename]
    return ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in ours[-3:])


def _move_into(folder: str) -> None:
    """Let everything temporary be made in a folder, by the programs that are called, too."""
    os.environ.update(TMPDIR=folder, HOME=folder)
    tempfile.tempdir = folder
    os.chdir(folder)
    confinement.leave_the_network()
