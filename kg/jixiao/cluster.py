"""Lift over a cluster: dask workers read the files, which are sent to them; what they write is loaded here.

The workers need this package in the same version, and no files of ours. A worker that dies costs nothing: the scheduler
gives its documents to another; a document on which several die is told like any that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jixiao.documents.places import shown
from jixiao.errors import UsageError

if TYPE_CHECKING:
    from jixiao.document_names import NamedFile
    from jixiao.pipeline import LiftedDocument
    from jixiao.reading import LiftOptions

_WAITING = 2  # documents sent to each thread of a worker, so that it need not wait for the next
_PATIENCE = 10  # seconds for the scheduler to answer


def lift_over(scheduler: str, files: Sequence[NamedFile], options: LiftOptions) -> Iterator[LiftedDocument]:
    """Yield every document as a worker of the cluster has lifted it.

    Raise ``UsageError`` where dask is not installed, nobody answers, or the workers have another version.
    """
    with _connected(scheduler) as client:
        from distributed import as_completed

        settings = options.audit_settings.read_bytes() if options.audit_settings else None
        waiting = iter(sorted(files, key=lambda file: -file.size))
        sent: dict[Any, NamedFile] = {}
        done = as_completed(loop=client.loop)

        def send(count: int) -> None:
            for file in islice(waiting, count):
                data = file.path.read_bytes()
                future = client.submit(lift_sent, file, data, settings, options, pure=False)
                sent[future] = file
                done.add(future)

        send(_WAITING * sum(client.nthreads().values()))
        for future in done:
            yield _outcome(future, sent.pop(future))
            send(1)


def _outcome(future: Any, file: NamedFile) -> LiftedDocument:
    """Return what became of a document that was sent."""
    from jixiao.pipeline import worker_died

    if future.status == "finished":
        document: LiftedDocument = future.result()
        return replace(document, path=shown(file.path))
    return worker_died(file.path)


def lift_sent(file: NamedFile, data: bytes, settings: bytes | None, options: LiftOptions) -> LiftedDocument:
    """Lift a document of which the bytes were sent, with an office's audit settings."""
    from jixiao.pipeline import lift_document

    with TemporaryDirectory() as folder:
        path = Path(folder, file.path.name)
        path.write_bytes(data)
        if settings is not None:
            here = Path(folder, "settings", "audit.toml")
            here.parent.mkdir()
            here.write_bytes(settings)
            options = replace(options, audit_settings=here)
        return lift_document(path, options, replace(file, path=path))


@contextmanager
def _connected(scheduler: str) -> Iterator[Any]:
    """Connect to a scheduler whose workers can do the work."""
    try:
        from distributed import Client
    except ImportError:
        message = "--scheduler 需要 dask：pip install 'jixiao-kg[dask]' (dask is not installed)"
        raise UsageError(message, "dask-missing") from None
    try:
        client = Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"连不上调度器，请检查地址，并先启动 dask scheduler (no scheduler answers): {error}"
        raise UsageError(message, "no-scheduler", scheduler) from error
    with client:
        versions = set(client.run(_version).values())
        if not versions:
            message = "调度器还没有工作进程，请启动 dask worker (the scheduler has no workers)"
            raise UsageError(message, "no-workers", scheduler)
        if versions != {_version()}:
            told = ", ".join(sorted(versions))
            message = f"工作进程的版本要与此处的 {_version()} 相同 (the workers have another version): {told}"
            raise UsageError(message, "other-version", scheduler)
        yield client


def _version() -> str:
    return version("jixiao-kg")


@contextmanager
def brought(places: Sequence[str]) -> Iterator[list[str]]:
    """Bring what lies at addresses (``s3://`` and whatever else fsspec knows) into a folder while it is lifted."""
    with TemporaryDirectory() as folder:
        yield [
            _bring(place, Path(folder, str(number))) if "://" in place else place for number, place in enumerate(places)
        ]


def _bring(place: str, folder: Path) -> str:
    """Fetch a file, all files of a folder, or those that a pattern names; return where they are."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        message = "读取网址上的文件需要 fsspec：pip install 'jixiao-kg[dask]' (fsspec is not installed)"
        raise UsageError(message, "fsspec-missing", place) from None
    try:
        system, path = url_to_fs(place)
        folder.mkdir()
        system.get(path, f"{folder}/", recursive=system.isdir(path))
    except (OSError, ValueError, ImportError) as error:
        message = f"取不到此处的文件 (cannot be fetched): {error}"
        raise UsageError(message, "not-fetched", place) from error
    return str(folder)
