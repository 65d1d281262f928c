"""Read an office's own audit settings: thresholds, and rules that are muted for a stated reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from jixiao.audit.registry import rules, select_rules
from jixiao.errors import UsageError


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Hold what one office sets: ``thresholds`` by (rule, name), and the reason by muted rule."""

    thresholds: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    muted: Mapping[str, str] = field(default_factory=dict)

    def threshold(self, rule: str, name: str) -> Decimal:
        """Return a threshold of a rule: the office's, else the registry's."""
        return self.thresholds.get((rule, name), rules()[rule].thresholds[name])


def read_settings(path: Path | None) -> AuditSettings:
    """Read a TOML file with ``[thresholds.R408] rate = 20`` and ``[mute] R502 = "reason"``; None gives the defaults.

    Raises UsageError for a file that cannot be read, a rule or threshold that does not exist, a mute without a reason.
    """
    if path is None:
        return AuditSettings()
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"审核配置读不出来 (cannot be read): {error}") from error
    unknown = sorted(set(data) - {"thresholds", "mute"})
    if unknown:
        raise _wrong(path, f"未知的节 (unknown section): {', '.join(unknown)}；只有 [thresholds.R…] 和 [mute]")
    thresholds: dict[tuple[str, str], Decimal] = {}
    for rule, values in _section(path, "thresholds", data).items():
        for name, value in _section(path, rule, {rule: values}).items():
            thresholds[rule, name] = _number(path, rule, name, value)
    muted: dict[str, str] = {}
    for pattern, reason in _section(path, "mute", data).items():
        if not isinstance(reason, str) or not reason.strip():
            raise UsageError(f"{pattern}: 静默规则要写明理由 (a muted rule needs a reason)", "mute-reason", str(path))
        muted |= dict.fromkeys(select_rules(pattern), reason.strip())
    return AuditSettings(thresholds, muted)


def _wrong(path: Path, message: str) -> UsageError:
    """Return the error of settings that cannot be used."""
    return UsageError(message, "bad-audit-settings", str(path))


def _section(path: Path, name: str, data: Mapping[str, object]) -> dict[str, object]:
    """Return a section of the settings, empty where there is none."""
    held = data.get(name, {})
    if not isinstance(held, dict):
        raise _wrong(path, f"{name}: 应是一节，不是一个值 (must be a section)")
    return held


def _number(path: Path, rule: str, name: str, value: object) -> Decimal:
    """Return the value of a threshold that exists."""
    known = rules()[rule].thresholds if rule in rules() else {}
    if name not in known:
        of_rule = f"；{rule} 的阈值有 {', '.join(known)}" if known else ""
        raise _wrong(path, f"{rule}.{name}: 没有这个阈值 (no such threshold){of_rule}")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or number < 0:
        raise _wrong(path, f"{rule}.{name}: 应是不小于零的数 (must be a number, not below 0)")
    return number
