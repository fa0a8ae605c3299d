"""Where things are: the learner's data, the shipped content, the migrations."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds one machine's data.

    Args:
        folder: the data folder; created when something is first written.
    """

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite database: answers, schedule, settings."""
        return self.folder / "studydl.db"

    @property
    def backups(self) -> Path:
        """The folder of verified backups."""
        return self.folder / "backups"

    @property
    def decks(self) -> Path:
        """The learner's own Markdown decks."""
        return self.folder / "decks"

    @property
    def proofs(self) -> Path:
        """Which evidence has passed with the libraries of this machine."""
        return self.folder / "evidence.json"

    @property
    def config(self) -> Path:
        """The configuration file of interface and machine."""
        return self.folder / "config.toml"

    @property
    def log(self) -> Path:
        """The program's own log, rotated."""
        return self.folder / "studydl.log"


def home(folder: str | os.PathLike[str] | None = None) -> Home:
    """Return the data folder: the argument, else STUDYDL_HOME, else the platform's own place.

    Args:
        folder: the value of ``--home``, if given.
    """
    chosen = folder or os.environ.get("STUDYDL_HOME")
    if chosen:
        return Home(Path(chosen).expanduser().absolute())
    from platformdirs import user_data_path

    return Home(user_data_path("studydl", appauthor=False))


@cache
def content() -> Path:
    """Return the folder of shipped decks and problems, in a wheel, an editable install or a checkout."""
    return _shipped("_content", "content")


@cache
def migrations() -> Path:
    """Return the folder of alembic migrations, in a wheel, an editable install or a checkout."""
    return _shipped("_alembic", "alembic")


def _shipped(in_wheel: str, in_checkout: str) -> Path:
    inside = PACKAGE / in_wheel
    return inside if inside.is_dir() else PACKAGE.parent / in_checkout
