"""Amounts stand aligned in 万元, and none is shown as nothing."""

from __future__ import annotations

import pytest

from jixiao_service.pages.wording import two_decimals


@pytest.mark.parametrize(
    ("yuan", "shown"),
    [
        ("12345678.9", "1,234.57"),
        ("10000", "1.00"),
        ("0", "0.00"),
        ("-50000", "-5.00"),
        ("3", "0.0003"),
        ("-3", "-0.0003"),
        (None, ""),
        ("", ""),
    ],
)
def test_two_decimals(yuan: str | None, shown: str) -> None:
    assert two_decimals(yuan) == shown
