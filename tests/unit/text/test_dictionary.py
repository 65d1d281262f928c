"""Words looked up in jieba's file are those jieba loads."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from jixiao.text.dictionary import new_tokenizer, word_kind
from jixiao.text.vocabulary import cut, plain_tokenizer


@pytest.fixture(scope="module")
def jieba_dictionary() -> tuple[dict[str, int], int]:
    import jieba

    jieba.setLogLevel(logging.WARNING)  # type: ignore[no-untyped-call]
    loaded = jieba.Tokenizer()  # type: ignore[no-untyped-call]
    frequencies, total = loaded.gen_pfdict(loaded.get_dict_file())  # type: ignore[no-untyped-call]
    return frequencies, total


@pytest.mark.long
def test_every_word_and_beginning_has_its_frequency(jieba_dictionary: tuple[dict[str, int], int]) -> None:
    frequencies, total = jieba_dictionary
    cutter = new_tokenizer()
    assert [word for word, frequency in frequencies.items() if cutter.FREQ.get(word) != frequency] == []
    assert cutter.total == total


def test_what_is_no_word_is_none(jieba_dictionary: tuple[dict[str, int], int]) -> None:
    frequencies, _ = jieba_dictionary
    cutter = new_tokenizer()
    strange = [word + "囧" for word in list(frequencies)[::50]] + ["囧囧", "ZZ", "龥龥", "\U00020628"]
    assert [word for word in strange if word in cutter.FREQ] == [word for word in strange if word in frequencies]


def test_words_of_our_own_stay_whole() -> None:
    assert cut("劳务派遣人数") == ("劳务派遣人数",)
    assert plain_tokenizer().lcut("劳务派遣人数") == ["劳务", "派遣", "人数"]


def test_the_whole_dictionary_is_never_loaded() -> None:
    program = """
import sys
from jixiao.text.vocabulary import cut, tokenizer
assert "jieba" not in sys.modules
cut("卫生服务中心改造工程完成率")
assert len(tokenizer().FREQ) < 20_000
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(("word", "kind"), [("安排", "v"), ("张建国", "nr"), ("石扣山", None)])
def test_the_kind_of_a_word(word: str, kind: str | None) -> None:
    assert word_kind(word) == kind
