"""What starting the interface may do before the first paint: import nothing heavy, and read the styles once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from textual.css.stylesheet import Stylesheet

from studydl.paths import Home
from studydl.tui.application import StudyApp
from studydl.tui.screens.home import HomeScreen

HEAVY = (
    "torch", "numpy", "sympy", "sqlalchemy", "alembic", "lark", "fsrs", "msgspec", "markdown_it", "mdit_py_plugins",
    "pygments", "rich.syntax", "sqlite3",
)  # fmt: skip
PROGRAM = """
import asyncio, sys, tempfile
from pathlib import Path
from studydl.paths import Home
from studydl.tui.application import StudyApp
from studydl.tui.screens.home import HomeScreen

HomeScreen._load_if_shown = lambda self: None

async def main():
    app = StudyApp(Home(Path(tempfile.mkdtemp())))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.screen.query_one("#decks").option_count == 1
asyncio.run(main())
print(*sys.modules, sep="\\n")
"""


def test_the_first_paint_of_home_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "textual.app" in loaded and "studydl.tui.screens.home" in loaded
    assert not loaded & set(HEAVY)
    assert not any(name.startswith(("studydl.study.", "studydl.store.", "studydl.problems.")) for name in loaded)


async def test_the_styles_are_parsed_for_one_theme_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[Stylesheet] = []
    monkeypatch.setattr(Stylesheet, "reparse", lambda sheet: again.append(sheet))
    monkeypatch.setattr(HomeScreen, "_load_if_shown", lambda screen: None)
    app = StudyApp(Home(tmp_path))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not again
        app.theme = "textual-light"
        await pilot.pause()
        assert again
