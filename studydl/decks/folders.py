"""Where decks are: the shipped ones, and the learner's own in the data folder."""

from __future__ import annotations

from pathlib import Path

from studydl.decks.model import Deck
from studydl.decks.parse import Loaded, load
from studydl.paths import Home, content

SHIPPED, OWN = "studydl", "mine"


def folders(home: Home) -> dict[str, Path]:
    """Return the folders decks are read from, by origin.

    Args:
        home: the data folder, with the learner's own decks.
    """
    return {SHIPPED: content() / "en", OWN: home.decks}


def load_all(home: Home) -> Loaded:
    """Read the shipped decks and the learner's own.

    Args:
        home: the data folder.
    """
    parts = [load(folder, origin) for origin, folder in folders(home).items()]
    decks = tuple(deck for part in parts for deck in part.decks)
    return Loaded(decks, tuple(error for part in parts for error in part.errors))


def is_shipped(deck: Deck) -> bool:
    """Say whether a deck came with studydl, so that its evidence may be run; its name and origin do not count.

    Args:
        deck: the deck.
    """
    return Path(deck.path).resolve().is_relative_to(content().resolve())
