"""Where a session stands, as it is kept in the database: enough to come back to the very same screen."""

from __future__ import annotations

import msgspec

from studydl.study.view import Stage


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state of the question on the screen.

    Args:
        stage: where the session stands with it.
        key: the card's key; empty when the session is done.
        problem_id: the problem drawn for it, if it is one.
        seed: decides the order of options.
        text: the learner's text.
        tries: texts graded before this one without being counted (unreadable, imprecise, another convention).
        second: True once a try was imprecise or followed another convention; the next one counts.
        hints: hints shown.
        scratch: the learner's scratch line.
        shown_ms: when the question was shown, UTC epoch milliseconds.
    """

    stage: Stage
    key: str = ""
    problem_id: str | None = None
    seed: str = ""
    text: str = ""
    tries: tuple[str, ...] = ()
    second: bool = False
    hints: int = 0
    scratch: str = ""
    shown_ms: int = 0


def to_json(standing: Standing) -> str:
    """Return a standing as JSON text."""
    return msgspec.json.encode(standing).decode()


def from_json(text: str) -> Standing:
    """Return the standing `to_json` wrote."""
    return msgspec.json.decode(text, type=Standing)


def changed(standing: Standing, **changes: object) -> Standing:
    """Return a standing with some fields replaced."""
    return msgspec.structs.replace(standing, **changes)
