"""The theme one chose last, kept in the configuration file: one line, ``theme = "nord"``."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

    from studydl.paths import Home

_LINE = re.compile(r'^theme *= *"([a-z0-9-]+)" *$', re.MULTILINE)


def restore(app: App[None], home: Home) -> None:
    """Set the theme that was kept, if it still exists."""
    try:
        found = _LINE.search(home.config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return
    if found and found[1] in app.available_themes:
        app.theme = found[1]


def keep(home: Home, name: str) -> None:
    """Write the theme into the configuration file; everything else in it stays.

    A folder that cannot be written is no trouble: the theme is then for this time only.

    Args:
        home: where the configuration file is.
        name: the theme's name.
    """
    with suppress(OSError, UnicodeDecodeError):
        old = home.config.read_text(encoding="utf-8") if home.config.exists() else ""
        line = f'theme = "{name}"'
        new = _LINE.sub(line, old, count=1) if _LINE.search(old) else f"{line}\n{old}"
        if new != old:
            home.folder.mkdir(parents=True, exist_ok=True)
            home.config.write_text(new, encoding="utf-8")
