"""An office's settings: thresholds and muted rules, and clear refusals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.audit.registry import at_least, rules, select_rules
from jixiao.audit.settings import AuditSettings, read_settings
from jixiao.errors import UsageError
from jixiao.model import Severity


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "audit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_gives_the_defaults() -> None:
    settings = read_settings(None)
    assert settings == AuditSettings()
    assert settings.threshold("R408", "rate") == rules()["R408"].thresholds["rate"] == 30


def test_thresholds_and_mutes_are_read(tmp_path: Path) -> None:
    text = '[thresholds.R408]\nrate = 12.5\n[mute]\n"R5*" = "下月统一整改"\n'
    settings = read_settings(written(tmp_path, text))
    assert settings.threshold("R408", "rate") == Decimal("12.5")
    assert set(settings.muted) == {rule for rule in rules() if rule.startswith("R5")}
    assert set(settings.muted.values()) == {"下月统一整改"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[thresholds.R408]\nspeed = 3\n", "bad-audit-settings"),
        ("[thresholds.R999]\nrate = 3\n", "bad-audit-settings"),
        ('[thresholds.R408]\nrate = "多"\n', "bad-audit-settings"),
        ("[mute]\nR301 = ' '\n", "mute-reason"),
        ("[mute]\nR301 = true\n", "mute-reason"),
        ("[mute]\nR999 = '无'\n", "unknown-rule"),
        ("[limits]\nR301 = 3\n", "bad-audit-settings"),
        ("[mute", "bad-audit-settings"),
        ("[thresholds]\nR408 = 3\n", "bad-audit-settings"),
        ("thresholds = 3\n", "bad-audit-settings"),
        ("mute = 'R301'\n", "bad-audit-settings"),
        ("[thresholds.R408]\nrate = nan\n", "bad-audit-settings"),
        ("[thresholds.R408]\nrate = -1\n", "bad-audit-settings"),
        ("[thresholds.R408]\nrate = true\n", "bad-audit-settings"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(UsageError) as error:
        read_settings(written(tmp_path, text))
    assert error.value.code == code


def test_a_byte_order_mark_is_no_part_of_the_settings(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "\ufeff[thresholds.R408]\nrate = 5\n")).threshold("R408", "rate") == 5


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"audit\.toml"):
        read_settings(tmp_path / "audit.toml")


def test_rules_are_chosen_by_id_pattern_and_name() -> None:
    assert select_rules(None) == frozenset(rules())
    assert select_rules("R301, R31*") == {"R301", *(f"R31{number}" for number in range(10))}
    assert select_rules(["compound-indicator"]) == {"R310"}
    with pytest.raises(UsageError, match="R9"):
        select_rules("R301,R9")


def test_severities_are_chosen_from_one_upwards() -> None:
    assert at_least(None) == at_least("info") == frozenset(Severity)
    assert at_least("warning") == {Severity.WARNING, Severity.VIOLATION}
    with pytest.raises(UsageError):
        at_least("")
