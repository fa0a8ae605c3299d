"""Where decks are: the shipped ones, the learner's own in the data folder, and further folders they have named."""

from __future__ import annotations

from pathlib import Path

from studydl import config
from studydl.decks.model import Deck
from studydl.decks.parse import Loaded, load
from studydl.paths import Home, content

SHIPPED, OWN = "studydl", "mine"


def folders(home: Home) -> dict[str, Path]:
    """Return the folders decks are read from, by origin; a further folder's origin is its own name.

    Args:
        home: the data folder, with the learner's own decks and the configuration.
    """
    found = {SHIPPED: content() / "en", OWN: home.decks}
    for folder in config.load(home).folders(home):
        origin, number = folder.resolve().name or "root", 2
        while origin in found:
            origin, number = f"{folder.resolve().name}-{number}", number + 1
        found[origin] = folder
    return found


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


def may_run(deck: Deck, home: Home) -> bool:
    """Say whether a deck's evidence may be run: it was shipped, or the learner trusts it by name.

    Args:
        deck: the deck.
        home: the data folder, with the configuration.
    """
    return is_shipped(deck) or deck.name in config.load(home).trusted
