"""Everything read on the screen stands out from what is behind it, in the light and in the dark theme.

What is measured is what is drawn: foreground and background of every cell of the rendered screen, after dimming,
blending and the naming of colors, by the formula of WCAG 2.1 (section 1.4.3 and "relative luminance").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.color import Color
from rich.style import Style
from textual.command import CommandPalette
from textual.geometry import Region
from textual.widget import Widget

from studydl.study.interviews.wish import Wish
from studydl.study.view import Form
from tests.study.lived import live
from tests.tui.conftest import CARD, CHOICE, POINTS, PROBLEM, Opener
from tests.tui.reader import ScreenReader
from tests.tui.stage import Stage

TEXT = 4.5
LINES = 3.0  # rules, bars and the thumb of a scrollbar
THEMES = ("textual-dark", "textual-light")
DRAWN_IN_ITS_OWN_COLORS = "🔎"
CODE = """\
@torch.no_grad()
class Half(nn.Module):  # rounds down
    def __call__(self, x: float = 2.5) -> str:
        if x is None or x < 0:
            raise ValueError(f"{x!r} is below 0")
        return "half: " + str(int(x / 2))
"""
LESSON = replace(PROBLEM, form=Form.EXAMPLE, notice="A new skill.")
CHOICES = replace(CHOICE, options=("`0`", "`1/2`", "1"), answer="`0`")
TICKED = replace(POINTS, points=("Uses `running` statistics", "Applies scale", "Ignores the batch"))


def luminance(color: Color) -> float:
    """Return the relative luminance of a color, 0 to 1."""
    assert color.triplet is not None, f"{color} is left to the terminal"
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in color.triplet.normalized]
    return sum(share * v for share, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colors, 1 to 21."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def pieces(reader: ScreenReader) -> Iterator[tuple[str, Style]]:
    """Yield what is read on the screen, piece by piece; behind the palette nothing is."""
    screen = reader.app.screen
    on_top = screen.query_one("#--container", Widget).region if isinstance(screen, CommandPalette) else screen.region
    shown = Region(0, 0, *reader.app.size).intersection(on_top)
    for strip in screen._compositor.render_strips()[shown.y : shown.bottom]:
        for text, style, _ in strip.crop(shown.x, shown.right):
            if text.strip(f" {DRAWN_IN_ITS_OWN_COLORS}") and style is not None:
                yield text, style


def faint(reader: ScreenReader) -> set[str]:
    """Return what does not stand out enough."""
    found = set[str]()
    for text, style in pieces(reader):
        assert style.color is not None and style.bgcolor is not None, f"{text!r} has no color"
        line = all("\u2500" <= character <= "\u259f" for character in text.strip())
        ratio = contrast(style.color, style.bgcolor)
        if ratio < (LINES if line else TEXT) and not (line and isinstance(reader.app.screen, CommandPalette)):
            found.add(f"{ratio:.2f} {style.color.name} on {style.bgcolor.name}: {text.strip()!r}")
    return found


async def look_at(reader: ScreenReader, *stops: str) -> None:
    """Press keys and look at each screen they lead to.

    Args:
        reader: a learner at the screen.
        stops: the keys to each screen, separated by blanks; none to look at what is there.
    """
    for keys in stops:
        await reader.settle()
        await reader.press(*keys.split())
        assert not faint(reader), f"after {keys!r} in {reader.app.theme}:\n{reader.text}"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.478),  # the gray that just fails and the one that just passes, as W3C has them
        ("#767676", "#ffffff", 4.542),
        ("#ff0000", "#ffffff", 3.998),
        ("#0000ff", "#000000", 2.444),
    ],
)
def test_the_ratio_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(Color.parse(one), Color.parse(other)) == pytest.approx(ratio, abs=0.001)


@pytest.mark.parametrize("theme", THEMES)
async def test_every_screen_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    stage = Stage(tmp_path, monkeypatch)
    stage.deck()
    desk = stage.desk()
    past = [(3, 1100), (1, 1110), (3, 1111), (3, 1150)]
    live(desk.store, {f"mine/{card}": past for card in ("size", "softmax/1", "smooth")})
    live(desk.store, {"mine/f1/1": past}, skill=True)
    desk.close()
    async with stage.open((100, 30), theme=theme) as player:
        await look_at(player, "", "j", "question_mark", "escape p", "escape comma")
        await look_at(player, "escape slash", "down space", "s f i", "n")
        await look_at(player, "escape escape escape escape t", "pagedown")
        await look_at(player, "escape a", "T", "escape", "x ctrl+p")
        await player.press("escape")
        player.app.interview(Wish(("first", "metrics"), count=5, minutes=10, level=2, seed=7))
        await look_at(player, "", "enter")
        await sit(player)
        assert "e export" in player.keys, player.text


async def sit(reader: ScreenReader) -> None:
    """Answer questions of an interview until one of each kind was met, then end it."""
    ways = {
        "commands": "0 . 5 enter",
        "I have said it": "enter",
        "a guess": "2",
        "tick": "1 enter",
        "answer": "1 enter",
    }
    met = set[str]()
    while len(met) < len(ways):
        words, keys = next((words, keys) for words, keys in ways.items() if words in reader.keys)
        met.add(words)
        await look_at(reader, keys)
    await look_at(reader, *(["2"] if "a guess" in reader.keys else []))
    await look_at(reader, *(["tab"] if "commands" in reader.keys else []), "x x")


@pytest.mark.parametrize("theme", THEMES)
async def test_every_phase_of_study_can_be_read(opened: Opener, theme: str) -> None:
    async with opened(replace(PROBLEM, code=CODE), CARD, CHOICES, TICKED, PROBLEM, LESSON, size=(120, 40)) as reader:
        reader.app.theme = theme
        await look_at(reader, "1", "tab", "h", "c 1", "tab", "tab , enter", "end backspace enter", "w v")
        assert "ties count one" in reader.text and "class Half" in reader.text
        await look_at(reader, "enter", "space", "right enter", "1", "enter", "enter", "space", "1 j")
        assert "1 [x]" in reader.text
        await look_at(reader, "enter", "7 / 8", "enter", "enter")
        assert "A new skill." in reader.text


async def test_what_is_faint_is_found(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:
        assert not faint(reader)
        head, outlook = reader.app.screen.query_one("#head"), reader.app.screen.query_one("#outlook")
        head.styles.color, outlook.styles.opacity = "#707070", 0.5
        await reader.settle()
        found = " ".join(faint(reader))
        assert "'studydl'" in found and "14 days" in found and "practice" not in found
