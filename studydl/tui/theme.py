"""The theme one chose last, kept in the configuration file: one line, ``theme = "nord"``."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from studydl.errors import UsageError

if TYPE_CHECKING:
    from textual.app import App

    from studydl.paths import Home

# Read without a TOML parser, which would make the first paint wait. What stands below a [table] is not the theme.
_LINE = re.compile(r"""^theme[ \t]*=[ \t]*["']([a-z0-9-]+)["'][ \t]*(?:#.*)?$""", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


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
