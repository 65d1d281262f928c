"""The folding laws: what each keeps and what each drops."""

from __future__ import annotations

import unicodedata

import pytest

from jixiao.text.folding import fold_label, fold_name, fold_width, fold_words, squeeze


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１２３ＡＢｃ％（）", "123ABc%()"),  # full width
        ("ﾊﾝ｡", "ハン。"),  # half width
        ("︵一︶︱﹁﹂", "(一)-「」"),  # vertical forms
        ("﹙﹪﹚﹢﹣﹤﹥﹦", "(%)+-<>="),  # small forms
        ("①⑳㈠㎡㎏℃", "120(一)m2kg°C"),  # circled, bracketed, squared
        ("≧95 ≦5 ⩾1 ⩽2 ≥3", "≥95 ≤5 ≥1 ≤2 ≥3"),
        ("═95%", "=95%"),
        ("−1 –2 —3 ―4 ‐5 ‑6 －7 ─8", "-1 -2 -3 -4 -5 -6 -7 -8"),
        ("1～2 3〜4 5∼6", "1~2 3~4 5~6"),
        ("人•次 人・次 人･次", "人·次 人·次 人·次"),
        ("⼈⼤⽀出", "人大支出"),  # Kangxi radicals
        ("⺠⻓⻔⻋⻚⻅⻛⻢⻥⻩⻬⻰⻳", "民长门车页见风马鱼黄齐龙龟"),  # supplement
        ("⼾⾭", "户青"),  # not 戶 and 靑
        ("户戶 Case  and blanks\u3000stay\n", "户戶 Case  and blanks stay\n"),
        ("", ""),
    ],
)
def test_width(text: str, folded: str) -> None:
    assert fold_width(text) == folded


def test_every_radical_becomes_an_ideograph() -> None:
    radicals = [chr(code) for code in range(0x2E81, 0x2FE0) if unicodedata.name(chr(code), "")]
    assert len(radicals) == 114 + 214
    folded = [fold_width(radical) for radical in radicals]
    assert all(unicodedata.name(character).startswith("CJK UNIFIED IDEOGRAPH") for character in folded)
    assert [pair for pair in zip(radicals, folded, strict=True) if fold_width(pair[1]) != pair[1]] == []


def test_squeezing_leaves_no_blank() -> None:
    assert squeeze(" 单位：\t万 元\u3000\n\u00a0（一）") == "单位:万元(一)"


def test_names_are_compared_without_quotes_brackets_and_end_mark() -> None:
    variants = (
        "新财预〔2021〕254号 数字化（一期）",
        "新财预[2021]254号数字化(一期)",
        "新财预【２０２１】254号“数字化”（一期）。",
    )
    assert len({fold_name(name) for name in variants}) == 1
    assert fold_name("A——B") == fold_name("a-b")
    assert fold_name("工作经费") != fold_name("工作经历")
    assert fold_name("购置、维护") == "购置、维护"


def test_words_lose_all_marks_but_what_is_in_brackets_stays() -> None:
    assert fold_words("（一）产出 指标：50%*") == "一产出指标50"
    assert fold_words("≥95") == "≥95"


def test_labels_lose_remarks_and_item_number() -> None:
    assert fold_label("1．产出指标（50分）") == "产出指标"
    assert fold_label("二、 项目资金【万元】：") == "项目资金"
    assert fold_label("10产出") == "10产出"
    assert fold_label("【产出指标】") == "产出指标"
