"""Keys of practice problems. All other keys are those of cards: origin/card-id, with /n for a deletion or level."""

from __future__ import annotations

PRACTICE = "practice/"


def is_practice(key: str) -> bool:
    """Say whether a key names a practice problem, which moves no schedule."""
    return key.startswith(PRACTICE)


def practice_key(family: str, level: int, number: int) -> str:
    """Return the key of the n-th practice problem of a family and level."""
    return f"{PRACTICE}{family}/{level}/{number}"


def family_and_level(key: str) -> tuple[str, int]:
    """Return what a practice key asks for."""
    _, family, level, *_ = key.split("/")
    return family, int(level)
