"""What a setting is: its name, what it may be, and how its value is read and written. Each is defined once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Protocol

from studydl.errors import UsageError

EPOCH = date(1970, 1, 1).toordinal()
ON, OFF, NONE = "on", "off", "none"
LONGEST = 1000  # characters of a typed value


class Place(StrEnum):
    """Where a setting is kept."""

    FILE = "file"  # config.toml: it belongs to the machine
    LEARNER = "learner"  # the database: it belongs to the learner


class Kind(Protocol):
    """What a setting may be."""

    @property
    def allowed(self) -> str:
        """Say what is allowed, to follow "it takes"."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The values to cycle through; empty if it is typed."""

    def read(self, text: str) -> object:
        """Return the value of what was typed.

        Raises:
            ValueError: it is not allowed.
        """

    def check(self, value: object) -> object:
        """Return the value of what was found in a file or the database.

        Raises:
            ValueError: it is not allowed.
        """

    def write(self, value: object) -> str:
        """Return the value as a person types it; `read` gives it back."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within a range, both ends included."""

    low: int
    high: int

    @property
    def allowed(self) -> str:
        """Say what is allowed."""
        return f"a whole number from {self.low:,} to {self.high:,}"

    @property
    def choices(self) -> tuple[str, ...]:
        """It is typed."""
        return ()

    def read(self, text: str) -> int:
        """Return the number."""
        if not text.isdecimal():
            raise ValueError(text)
        return self.check(int(text))

    def check(self, value: object) -> int:
        """Return the number if it is in the range."""
        if type(value) is not int or not self.low <= value <= self.high:
            raise ValueError(value)
        return value

    def write(self, value: object) -> str:
        """Return the digits."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Share:
    """A share within a range, as a decimal or a percentage."""

    low: float
    high: float

    @property
    def allowed(self) -> str:
        """Say what is allowed."""
        return f"a share from {self.low:g} to {self.high:g}, or {self.low:.0%} to {self.high:.0%}"

    @property
    def choices(self) -> tuple[str, ...]:
        """It is typed."""
        return ()

    def read(self, text: str) -> float:
        """Return the share; a percentage is divided by 100."""
        percent = text.endswith("%")
        value = float(text.removesuffix("%").rstrip())
        return self.check(round(value / 100, 6) if percent else value)

    def check(self, value: object) -> float:
        """Return the share if it is in the range."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            raise ValueError(value)
        return float(value)

    def write(self, value: object) -> str:
        """Return the decimal."""
        return f"{value:g}"


@dataclass(frozen=True, slots=True)
class Flag:
    """On or off."""

    @property
    def allowed(self) -> str:
        """Say what is allowed."""
        return "on or off"

    @property
    def choices(self) -> tuple[str, ...]:
        """Both."""
        return (ON, OFF)

    def read(self, text: str) -> bool:
        """Return True for on; yes, no, true and false are read too."""
        word = text.lower()
        if word in (ON, "yes", "true"):
            return True
        if word in (OFF, "no", "false"):
            return False
        raise ValueError(text)

    def check(self, value: object) -> bool:
        """Return it if it is a truth value."""
        if not isinstance(value, bool):
            raise ValueError(value)
        return value

    def write(self, value: object) -> str:
        """Return on or off."""
        return ON if value else OFF


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several names."""

    names: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """Say what is allowed."""
        return f"one of {', '.join(self.names)}"

    @property
    def choices(self) -> tuple[str, ...]:
        """All of them."""
        return self.names

    def read(self, text: str) -> str:
        """Return the name."""
        return self.check(text)

    def check(self, value: object) -> str:
        """Return the name if it is one of them."""
        if not isinstance(value, str) or value not in self.names:
            raise ValueError(value)
        return value

    def write(self, value: object) -> str:
        """Return the name."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Minutes:
    """Waits in minutes, in the order in which they are waited; possibly none."""

    most: int = 10
    longest: int = 1440

    @property
    def allowed(self) -> str:
        """Say what is allowed."""
        return f"up to {self.most} whole numbers of minutes from 1 to {self.longest:,}, such as 1 10, or {NONE}"

    @property
    def choices(self) -> tuple[str, ...]:
        """They are typed."""
        return ()

    def read(self, text: str) -> tuple[int, ...]:
        """Return the waits; spaces and commas part them."""
        if text == NONE:
            return ()
        words = text.replace(",", " ").split()
        if not words or not all(word.isdecimal() for word in words):
            raise ValueError(text)
        return self.check([int(word) for word in words])

    def check(self, value: object) -> tuple[int, ...]:
        """Return the waits if each is in the range."""
        if not isinstance(value, list | tuple) or len(value) > self.most:
            raise ValueError(value)
        return tuple(Whole(1, self.longest).check(each) for each in value)

    def write(self, value: object) -> str:
        """Return the waits with spaces between them."""
        assert isinstance(value, tuple)
        return " ".join(map(str, value)) or NONE


@dataclass(frozen=True, slots=True)
class Day:
    """A day to come, kept as days since 1970-01-01; or none."""

    @property
    def allowed(self) -> str:
        """Say what is allowed."""
        return f"a day that is not over, such as 2027-03-15, or {NONE}"

    @property
    def choices(self) -> tuple[str, ...]:
        """It is typed."""
        return ()

    def read(self, text: str) -> int | None:
        """Return the day."""
        if text == NONE:
            return None
        day = date.fromisoformat(text)
        if day < date.today():
            raise ValueError(text)
        return day.toordinal() - EPOCH

    def check(self, value: object) -> int | None:
        """Return the day, over or not."""
        return None if value is None else Whole(0, date.max.toordinal() - EPOCH).check(value)

    def write(self, value: object) -> str:
        """Return year-month-day."""
        return NONE if value is None else date.fromordinal(EPOCH + Whole(0, 10**7).check(value)).isoformat()


@dataclass(frozen=True, slots=True)
class Name:
    """A name, or none; whether there is such a thing is found out where it is kept."""

    what: str

    @property
    def allowed(self) -> str:
        """Say what is allowed."""
        return f"{self.what}, or {NONE}"

    @property
    def choices(self) -> tuple[str, ...]:
        """It is typed."""
        return ()

    def read(self, text: str) -> str:
        """Return the name."""
        return "" if text == NONE else self.check(text)

    def check(self, value: object) -> str:
        """Return the name if it is one line of text."""
        if not isinstance(value, str) or not value.isprintable():
            raise ValueError(value)
        return value

    def write(self, value: object) -> str:
        """Return the name."""
        return str(value) or NONE


@dataclass(frozen=True, slots=True)
class Names:
    """Several names, or none."""

    what: str

    @property
    def allowed(self) -> str:
        """Say what is allowed."""
        return f"{self.what} with commas between them, or {NONE}"

    @property
    def choices(self) -> tuple[str, ...]:
        """They are typed."""
        return ()

    def read(self, text: str) -> tuple[str, ...]:
        """Return the names; commas part them."""
        return () if text == NONE else self.check([part.strip() for part in text.split(",")])

    def check(self, value: object) -> tuple[str, ...]:
        """Return the names if each is a line of text."""
        if not isinstance(value, list | tuple):
            raise ValueError(value)
        if not all(isinstance(each, str) and each and each.isprintable() for each in value):
            raise ValueError(value)
        return tuple(value)

    def write(self, value: object) -> str:
        """Return the names with commas between them."""
        assert isinstance(value, tuple)
        return ", ".join(value) or NONE


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set.

    Args:
        key: its name on the command line, in the file and in the database.
        title: its name on the settings screen.
        kind: what it may be.
        default: its value when nothing is set.
        help: one sentence that says what it does.
        place: where it is kept.
    """

    key: str
    title: str
    kind: Kind
    default: object
    help: str
    place: Place

    def read(self, text: str) -> object:
        """Return the value of what was typed.

        Raises:
            UsageError: it is not allowed; says what is.
        """
        try:
            if len(text) > LONGEST:
                raise ValueError(text)
            return self.kind.read(text.strip())
        except (ValueError, OverflowError):
            shown = text if len(text) <= 40 else text[:39] + "…"
            raise UsageError(f"{self.key} cannot be {shown!r}", f"It takes {self.kind.allowed}.") from None


def named(settings: Sequence[Setting], key: str) -> Setting:
    """Return the setting of this name; hyphens may stand for underscores.

    Raises:
        UsageError: there is none; names the nearest.
    """
    wanted = key.replace("-", "_")
    for setting in settings:
        if setting.key == wanted:
            return setting
    raise UsageError(f"there is no setting {key!r}", nearest(wanted, [setting.key for setting in settings]))


def nearest(word: str, words: Sequence[str]) -> str:
    """Return the hint that names the word most like this one, or all of them."""
    near = get_close_matches(word.lower(), words, 1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(words)}."
