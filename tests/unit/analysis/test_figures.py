"""The figures: drawn without a browser, with Chinese letters or a clear message, the same each time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from jixiao.analysis.figures import FIGURES, draw
from jixiao.errors import UsageError
from jixiao.exporting import Selection
from jixiao.pipeline import lift_paths
from jixiao.store import MEMORY, open_store
from jixiao.store.protocol import Store

matplotlib = pytest.importorskip("matplotlib", reason="pip install 'jixiao-kg[figures]'")
DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    opened = open_store(MEMORY)
    lift_paths([str(DATA / "001_f4d0f210b1239352.txt")], opened, workers=1)
    yield opened
    opened.close()


@pytest.fixture
def chinese() -> None:
    from jixiao.analysis.figures.fonts import find_fonts

    try:
        find_fonts()
    except UsageError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("chinese")
def test_a_font_is_found_that_was_installed_after_the_list_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import font_manager

    from jixiao.analysis.figures.fonts import find_fonts

    found = find_fonts()
    own = [entry for entry in font_manager.fontManager.ttflist if "matplotlib" in entry.fname]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    assert find_fonts() == found


def drawn(store: Store, name: str, kind: str, selection: Selection | None = None, of: str | None = None) -> bytes:
    stream = io.BytesIO()
    assert draw(store, name, selection or Selection(), stream, format=kind, of=of) == []
    return stream.getvalue()


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_figures_are_images_of_a_legible_size(name: str, store: Store) -> None:
    from PIL import Image

    svg = etree.fromstring(drawn(store, name, "svg"))
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    glyphs = svg.xpath("count(//*[local-name()='use'])")
    assert glyphs > 100  # letters are outlines: no font is needed to read them
    with Image.open(io.BytesIO(drawn(store, name, "png"))) as image:
        assert min(image.size) >= 400 and max(image.size) < 20_000
        colors = image.convert("RGB").getcolors(1 << 24)
        assert colors is not None and len(colors) > 50


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_the_same_data_gives_the_same_picture(name: str, store: Store) -> None:
    assert drawn(store, name, "svg") == drawn(store, name, "svg")


@pytest.mark.usefixtures("chinese")
def test_the_tree_shows_every_indicator_when_asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from jixiao.analysis.figures import tree
    from jixiao.analysis.figures.drawing import Sketch
    from jixiao.analysis.uses import read_uses

    uses = read_uses(store, Selection())
    sketch = Sketch(uses, "projects", 4, "树")

    def texts() -> list[str]:
        return [text.get_text() for text in tree.lay_out_tree(sketch).axes[0].texts]

    for use in uses:
        assert any(text.startswith(use.name[:10]) for text in texts())
        break
    assert len(texts()) >= len(uses)
    monkeypatch.setattr(tree, "LEAVES", 20)
    figure = tree.lay_out_tree(sketch)
    assert len(figure.axes[0].texts) < 20 + 30
    assert "没有画出" in figure.get_supxlabel()  # what is left out is said


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_names_are_never_formulas_nor_silent_boxes(name: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from jixiao.analysis.figures import drawing
    from jixiao.analysis.uses import read_uses

    odd = "$\\frac{$ ^_ \U0001fae8 项目"
    uses = [replace(use, project_name=odd, name=odd) for use in read_uses(store, Selection())]
    monkeypatch.setattr(drawing, "read_uses", lambda *_: uses)
    missing = draw(store, name, Selection(), io.BytesIO(), format="png")
    assert missing == (["\U0001fae8"] if name != "sankey" else [])  # which shows no such names


def test_without_a_chinese_font_nothing_is_drawn(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import font_manager

    own = [entry for entry in font_manager.fontManager.ttflist if "matplotlib" in entry.fname]  # one has only boxes
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    stream = io.BytesIO()
    with pytest.raises(UsageError, match="fonts-noto-cjk") as caught:
        draw(store, "tree", Selection(), stream)
    assert caught.value.code == "no-chinese-font" and stream.getvalue() == b""


def test_a_family_with_a_hyphen_is_a_name() -> None:
    """Matplotlib reads a bare name as a pattern, where what follows a hyphen is a size."""
    from jixiao.analysis.figures.fonts import undrawable

    assert undrawable(["A"], ["Last Resort High-Efficiency"]) == []


@pytest.mark.usefixtures("chinese")
def test_letters_no_font_has_are_named() -> None:
    from jixiao.analysis.figures.fonts import find_fonts, undrawable

    assert undrawable(["满意度≥95%", "\U0001fae8 \U000e0041"], find_fonts()) == ["\U0001fae8", "\U000e0041"]


@pytest.mark.parametrize(
    ("name", "kind", "font", "code"),
    [
        ("pie", "svg", None, "unknown-figure"),
        ("tree", "gif", None, "unknown-format"),
        ("tree", "svg", Path("/nowhere/font.ttf"), "no-such-file"),
        ("tree", "svg", Path(__file__), "bad-font"),
    ],
)
def test_what_cannot_be_drawn_is_an_error(store: Store, name: str, kind: str, font: Path | None, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        draw(store, name, Selection(), io.BytesIO(), format=kind, font=font)
    assert caught.value.code == code
