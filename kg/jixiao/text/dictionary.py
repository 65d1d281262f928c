"""Look words up in jieba's dictionary without loading it: 350,000 words take a second and 65 MB, a document needs few.

The file is sorted but for its first lines and four others, so a word is found by halving.
"""

from __future__ import annotations

import logging
import sys
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

_FIRST_SORTED = "一 "  # words with Latin letters stand before it
_MISPLACED = {"吉林": 89, "吉林工业大学": 3, "高富帅": 13, "高姓大名": 3}
ALL_FREQUENCIES = 60_101_967  # the sum of the file's frequencies, a test holds it and those above against the file


class FrequencyTable(dict[str, int | None]):
    """Hold the frequencies of the words asked for: 0 for what only begins a word, None for what does not.

    It stands for the dictionary that jieba's tokenizer asks for every piece of a text, and takes words of our own.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        with path.open("rb") as stream:
            self._file = mmap(stream.fileno(), 0, access=ACCESS_READ)
        self._sorted = self._file.find(f"\n{_FIRST_SORTED}".encode()) + 1
        lines = self._file[: self._sorted].decode("utf-8").splitlines()
        words = (line.split(" ") for line in lines)
        self._unsorted = {word: int(frequency) for word, frequency, _ in words} | _MISPLACED
        self._beginnings = {word[:length] for word in self._unsorted for length in range(1, len(word) + 1)}
        self._spans: dict[str, tuple[int, int]] = {}

    def __contains__(self, word: object) -> bool:
        return self.get(str(word)) is not None

    def __missing__(self, word: str) -> int | None:
        frequency = self._unsorted.get(word) or self._find(word)
        if frequency is None and word in self._beginnings:
            frequency = 0
        self[word] = frequency
        return frequency

    def get(self, word: str, default: Any = None) -> Any:
        """Return the frequency of a word, ``default`` for what begins no word."""
        frequency = self[word]
        if frequency is None:
            return default
        return frequency

    def tag(self, word: str) -> str | None:
        """Return what kind of word one is (n, v, nr for the name of a person), None for what is no word."""
        line = self._line_of(word)
        return line.split()[2].decode() if line.startswith(word.encode() + b" ") else None

    def _find(self, word: str) -> int | None:
        printed = word.encode()
        line = self._line_of(word)
        if line.startswith(printed + b" "):
            return int(line[len(printed) :].split()[0])
        if line.startswith(printed):
            return 0
        return None

    def _line_of(self, word: str) -> bytes:
        """Return the first line that is not before a word."""
        if word[0] not in self._spans:
            start = self._place(word[0].encode(), self._sorted, len(self._file))
            self._spans[word[0]] = start, self._place(chr(ord(word[0]) + 1).encode(), start, len(self._file))
        start, stop = self._spans[word[0]]
        return self._line(self._place(word.encode() + b" ", start, stop))

    def _place(self, printed: bytes, start: int, stop: int) -> int:
        """Return where the first line between two places stands that is not before the printed bytes."""
        while start < stop:
            middle = self._file.rfind(b"\n", start, (start + stop) // 2) + 1 or start
            line = self._line(middle)
            if line < printed:
                start = middle + len(line) + 1
            else:
                stop = middle
        return start

    def _line(self, place: int) -> bytes:
        end = self._file.find(b"\n", place)
        if end >= 0:
            return self._file[place:end]
        return self._file[place:]


@cache
def _table() -> FrequencyTable:
    return FrequencyTable(_path())


def _path() -> Path:
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("jieba")
    return Path(spec.origin).with_name("dict.txt")


@lru_cache(maxsize=16384)
def word_kind(word: str) -> str | None:
    """Return what kind of word the dictionary says one is: n, v, nr (a person's name) …; None for what is no word."""
    return _table().tag(word)


def word_frequency(word: str) -> int | None:
    """Return how often the dictionary counted a word: 0 for what only begins one, None for what begins none."""
    return _table()[word]


def new_tokenizer() -> Any:
    """Return a jieba tokenizer that looks words up as it needs them."""
    jieba = _import_jieba()
    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.FREQ = FrequencyTable(_path())  # words of our own are added to it
    cutter.total = ALL_FREQUENCIES
    cutter.initialized = True
    return cutter


def _import_jieba() -> Any:
    """Import jieba without setuptools' pkg_resources, which takes three times as long and which it can do without."""
    if "pkg_resources" in sys.modules:
        return import_module("jieba")
    sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        return import_module("jieba")
    finally:
        del sys.modules["pkg_resources"]
