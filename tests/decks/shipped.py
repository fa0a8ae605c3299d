"""The shipped decks, read once for all tests of a process."""

from __future__ import annotations

from pathlib import Path

from studydl.decks.folders import SHIPPED, folders
from studydl.decks.parse import load
from studydl.paths import Home

LOADED = load(folders(Home(Path("nowhere")))[SHIPPED], SHIPPED)
