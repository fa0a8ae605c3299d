"""Every error studydl raises on purpose, in one tree.

StudydlError                    what happened, why, and what to do about it
+-- UsageError                  the command line or a call asked for something that does not exist (exit 2)
|   +-- UnknownProblem          no such family, level or version; or an id that cannot be read
+-- CheckFailed                 a check ran and found something wrong (exit 1)
|   +-- Disagreement            two routes to one answer differ: a bug in studydl
|   +-- EvidenceFailed          the code under a card no longer proves it
+-- DeckError                   a Markdown deck cannot be read; carries file and line (exit 1)
+-- StoreError                  the data cannot be opened (exit 3)
    +-- NewerDatabase           written by a later studydl
    +-- DamagedDatabase         not a database, or one that fails its own checks
    +-- BusyDatabase            another program holds it for longer than the time-out
"""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return a hint for a name that is not there: the nearest ones, or another hint where none is near.

    Of "information.entropy", "entropy" is a part, and as near as can be.

    Args:
        name: as it was given.
        known: the names there are.
        otherwise: the other hint.
    """
    from difflib import get_close_matches

    names = list(known)
    near = [each for each in names if name in each.split(".")] or get_close_matches(name, names)
    return f"Did you mean {' or '.join(near)}?" if near else otherwise


class StudydlError(Exception):
    """Something studydl can explain.

    Args:
        message: what happened and why, one sentence.
        hint: what to do about it; empty when nothing can be done.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(StudydlError):
    """The caller asked for something that does not exist."""

    exit_code = 2


class UnknownProblem(UsageError):
    """No such family, level, version or problem id."""


class CheckFailed(StudydlError):
    """A check ran and found something wrong."""


class Disagreement(CheckFailed):
    """Two routes to one answer differ; the message holds all that is needed to replay it."""


class EvidenceFailed(CheckFailed):
    """The code under a card does not prove what the card says."""


class DeckError(StudydlError):
    """A deck cannot be read.

    Args:
        path: the deck's file.
        line: 1-based line of the trouble.
        message: what is wrong there.
        hint: how it should look.
    """

    def __init__(self, path: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(f"{path}:{line}: {message}", hint)
        self.path = path
        self.line = line


class StoreError(StudydlError):
    """The learner's data cannot be opened."""

    exit_code = 3


class NewerDatabase(StoreError):
    """The database was written by a later studydl."""


class DamagedDatabase(StoreError):
    """The file is not a database, or fails its own checks; it is kept as it is."""


class BusyDatabase(StoreError):
    """Another program has held the database for longer than the time-out."""
