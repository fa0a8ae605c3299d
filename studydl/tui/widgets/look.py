"""The few colors cards are drawn in, taken from the theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App


@dataclass(frozen=True, slots=True)
class Look:
    """Rich styles by meaning.

    Args:
        good: a right answer.
        bad: a wrong answer.
        warn: something to mend.
        accent: inline code, marks.
        dim: what is secondary.
        syntax: name of the Rich theme for code.
    """

    good: str = "green"
    bad: str = "red"
    warn: str = "yellow"
    accent: str = "cyan"
    dim: str = "dim"
    syntax: str = "ansi_dark"


def look_of(app: App[object]) -> Look:
    """Return the look of the app's theme."""
    colors = app.theme_variables

    def color(name: str, otherwise: str) -> str:
        value = colors.get(name, "")
        return value if value.startswith("#") else otherwise

    return Look(
        good=color("text-success", "green"),
        bad=color("text-error", "red"),
        warn=color("text-warning", "yellow"),
        accent=f"not dim {color('text-accent', 'cyan')}",  # in dim text too: dimmed, it can no longer be read
        syntax="ansi_dark" if app.current_theme.dark else "ansi_light",
    )
