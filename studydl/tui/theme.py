"""The colors, and the theme one chose last, kept in the configuration file: one line, ``theme = "nord"``."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.terminal_theme import TerminalTheme
from textual.theme import BUILTIN_THEMES

from studydl.errors import UsageError

if TYPE_CHECKING:
    from textual.app import App

    from studydl.paths import Home

# Read without a TOML parser, which would make the first paint wait. What stands below a [table] is not the theme.
_LINE = re.compile(r"""^theme[ \t]*=[ \t]*["']([a-z0-9-]+)["'][ \t]*(?:#.*)?$""", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)

# Textual's own two themes where text fell short of a contrast of 4.5 to 1 (WCAG 2.1, 1.4.3): see `adjust`.
_ON_THE_BAR = {"block-cursor-foreground": "#ffffff"}
# Code and whatever else has a color with a plain name: black, red, green, yellow, blue, magenta, cyan, white.
_DARK_INK = ((0, 0, 0), (152, 48, 42), (42, 102, 20), (117, 80, 0), (42, 79, 176), (122, 62, 157), (0, 92, 127))
_LIGHT_INK = ((26, 26, 26), (255, 92, 138), (152, 224, 36), (253, 151, 31), (164, 114, 255), (255, 92, 138))
_ON_LIGHT = [*_DARK_INK, (92, 92, 92)]
_ON_DARK = [*_LIGHT_INK, (88, 209, 235), (217, 217, 217)]
ANSI_LIGHT = TerminalTheme((224, 224, 224), (31, 31, 31), _ON_LIGHT, _ON_LIGHT)
ANSI_DARK = TerminalTheme((18, 18, 18), (224, 224, 224), _ON_DARK, _ON_DARK)


def adjust(app: App[None]) -> None:
    """Make the two themes of the program's own readable everywhere; those one may choose besides stay as they are."""
    dark, light = BUILTIN_THEMES["textual-dark"], BUILTIN_THEMES["textual-light"]
    app.register_theme(replace(dark, variables=dark.variables | _ON_THE_BAR))
    amber, variables = "#b06c00", light.variables | _ON_THE_BAR
    app.register_theme(replace(light, accent=amber, warning=amber, success="#379a58", variables=variables))
    app.stylesheet.set_variables(app.get_css_variables())


def restore(app: App[None], home: Home) -> None:
    """Set the theme that was kept, if it still exists."""
    try:
        top = _TABLE.split(home.config.read_text(encoding="utf-8"), maxsplit=1)[0]
    except (OSError, UnicodeDecodeError):
        return
    found = _LINE.search(top)
    if found and found[1] in app.available_themes:
        app.theme = found[1]


def keep(home: Home, name: str) -> None:
    """Write the theme into the configuration file; everything else in it stays.

    A file that cannot be read or written is no trouble: the theme is then for this time only.

    Args:
        home: where the configuration file is.
        name: the theme's name.
    """
    from studydl import config

    with suppress(UsageError):
        if config.load(home).theme != name:
            config.put(home, "theme", name)
