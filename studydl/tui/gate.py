"""Which key presses count: none that came before the screen they answer was painted, and no key held down.

A terminal sends no key-up, so a held key is known by its rhythm only: after the first press comes a pause of 0.2 to
0.7 s, then a press every 0.02 to 0.09 s. A press that may be the first of such a row is believed once no other
follows.
"""

from __future__ import annotations

from enum import Enum

FIRST_REPEAT = 0.2  # s; no keyboard starts to repeat sooner
LAST_REPEAT = 0.75  # s; none waits longer
RHYTHM = 0.12  # s; a key that repeats does so at least this often


class Press(Enum):
    """What to do with one key press."""

    COUNTS = "counts"
    IGNORED = "ignored"
    UNSURE = "unsure"  # believe it if it is still the latest press after `RHYTHM`


class KeyGate:
    """Judges key presses by when they were made. Times are seconds on any one clock."""

    def __init__(self, *, held: bool = True) -> None:
        """Start open.

        Args:
            held: False believes a key however fast it repeats, for tests that type faster than people.
        """
        self._held = held
        self._busy = 0
        self._open_since = 0.0
        self._key = ""
        self._at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Say whether nothing is under way."""
        return not self._busy

    def close(self) -> None:
        """Let no press count until `open` was called as often."""
        self._busy += 1

    def open(self, now: float) -> None:
        """Let presses count again that are made from now on.

        Args:
            now: when the screen was painted.
        """
        self._busy = max(0, self._busy - 1)
        self._open_since = now

    def judge(self, key: str, at: float, *, may_be_held: bool) -> Press:
        """Say whether a press counts.

        Args:
            key: the key.
            at: when it was pressed.
            may_be_held: True for keys that must not act by being held down, such as enter.
        """
        gap = at - self._at if key == self._key else float("inf")
        self._key, self._at = key, at
        if self._busy or at < self._open_since:
            return Press.IGNORED
        if not (may_be_held and self._held) or gap > LAST_REPEAT:
            return Press.COUNTS
        if gap < RHYTHM:
            return Press.IGNORED
        return Press.UNSURE if gap >= FIRST_REPEAT else Press.COUNTS

    def still_counts(self, at: float) -> bool:
        """Say, `RHYTHM` later, whether an unsure press was a press of its own: no other key press came after it."""
        return self._at == at and not self._busy and at >= self._open_since
