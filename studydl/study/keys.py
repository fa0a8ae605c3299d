"""Keys of practice problems. All other keys are those of cards: origin/card-id, with /n for a deletion or level."""

from __future__ import annotations

PRACTICE = "practice/"
EXAMPLE, COMPLETION = "example", "completion"  # how a new skill begins: a worked one, then one without its last step


def is_practice(key: str) -> bool:
    """Say whether a key names a practice problem, which moves no schedule."""
    return key.startswith(PRACTICE)


def is_lesson(key: str) -> bool:
    """Say whether a key names one of the problems that a new skill begins with."""
    return is_practice(key) and key.endswith((EXAMPLE, COMPLETION))


def practice_key(family: str, level: int, number: int | str) -> str:
    """Return the key of the n-th practice problem of a family and level."""
    return f"{PRACTICE}{family}/{level}/{number}"


def lesson_keys(family: str, level: int) -> tuple[str, str]:
    """Return the keys of the two problems that come before the first one of a new skill."""
    return practice_key(family, level, EXAMPLE), practice_key(family, level, COMPLETION)


def family_and_level(key: str) -> tuple[str, int]:
    """Return what a practice key asks for."""
    _, family, level, *_ = key.split("/")
    return family, int(level)
