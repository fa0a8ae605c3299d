"""What grading says about a typed answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The verdicts, in the order in which they are tried."""

    CORRECT = "correct"
    CONVENTION = "convention"
    INCORRECT = "incorrect"
    IMPRECISE = "imprecise"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What grading says.

    Args:
        outcome: one of the five verdicts.
        read_as: how the text was understood ("13/16 = 0.8125"); empty when unreadable.
        misconception: name of the wrong idea that gives this value, or None.
        message: what to tell the learner; empty for a plain "correct". Markup where a misconception is named, else
            plain text, which may quote what was typed.
        position: 0-based character where reading stopped, for unreadable text; else None.
        teaches: id of the card that teaches the misconception's point, or None.
    """

    outcome: Outcome
    read_as: str = ""
    misconception: str | None = None
    message: str = ""
    position: int | None = None
    teaches: str | None = None
