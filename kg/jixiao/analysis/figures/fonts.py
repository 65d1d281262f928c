"""Find fonts that have Chinese characters, and say clearly what no font can draw."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from jixiao.errors import UsageError

PREFERRED = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans CJK JP",
    "Noto Serif CJK SC",
    "AR PL UMing CN",
)
_PROBE = "绩效指标满意度≥％"
_SPARE = "DejaVu Sans"  # comes with matplotlib: signs and Latin letters
_BOXES = "Last Resort"  # comes with matplotlib 3.11: has every character, as a box that names its block
_HELP = (
    "找不到中文字体，图上的汉字会变成方框，所以没有画。请安装一种 (no font with Chinese characters; install one)："
    "Debian/Ubuntu: apt-get install fonts-noto-cjk；Fedora: dnf install google-noto-sans-cjk-fonts；"
    "或用 --font 指定字体文件 (or name a font file)"
)


def find_fonts(font: Path | None = None) -> list[str]:
    """Return the families to draw with, best first; raises UsageError when none has Chinese characters."""

    if font is not None:
        return [_add_font(font), _SPARE]
    found = _chinese()
    if not found:
        _list_new_fonts()
        found = _chinese()
    if not found:
        raise UsageError(_HELP, "no-chinese-font")
    return [*found, _SPARE]


def _add_font(font: Path) -> str:
    """Make a font file known to matplotlib and return its family."""
    from matplotlib import font_manager

    if not font.is_file():
        raise UsageError("没有这个字体文件 (no such font file)", "no-such-file", str(font))
    try:
        font_manager.fontManager.addfont(str(font))
        family = font_manager.FontProperties(fname=str(font)).get_name()
    except (OSError, RuntimeError) as error:
        raise UsageError(f"不是能用的字体文件 (not a font): {error}", "bad-font", str(font)) from error
    if not _covers(str(font), _PROBE):
        raise UsageError("这个字体没有汉字 (this font has no Chinese characters)", "bad-font", str(font))
    return str(family)


def _chinese() -> list[str]:
    """Return the preferred families that are here and have Chinese characters, else one other."""
    from matplotlib import font_manager

    listed = reversed(font_manager.fontManager.ttflist)
    known = {entry.name: entry.fname for entry in listed if not entry.name.startswith(_BOXES)}
    preferred = [name for name in PREFERRED if name in known and _covers(known[name], _PROBE)]
    return preferred or sorted(name for name, path in known.items() if _covers(path, _PROBE))[:1]


def _list_new_fonts() -> None:
    """Add the fonts that were installed since matplotlib made its list, which it keeps between runs."""
    from matplotlib import font_manager

    listed = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in sorted({*font_manager.findSystemFonts()} - listed):
        with suppress(OSError, RuntimeError):
            font_manager.fontManager.addfont(path)


def undrawable(texts: Iterable[str], families: Iterable[str]) -> list[str]:
    """Return the characters that none of the fonts has, sorted."""
    from matplotlib import font_manager

    known: set[int] = set()
    for family in families:  # in a list: a bare name would be read as a pattern, where a hyphen means the size
        path = font_manager.findfont(font_manager.FontProperties(family=[family]))
        known |= _characters(path)
    wanted = set("".join(texts))
    return sorted(each for each in wanted if not each.isspace() and ord(each) not in known)


def _covers(path: str, text: str) -> bool:
    """Tell whether a font has every character of a text."""
    characters = _characters(path)
    return all(ord(character) in characters for character in text)


@cache
def _characters(path: str) -> frozenset[int]:
    """Return the characters of a font, none for what is no font."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
