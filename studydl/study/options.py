"""Everything that can be set, in one table: what belongs to the machine in the file, what belongs to the learner in
the database. The command line, the settings screen and the checks of values all read it."""

from __future__ import annotations

from dataclasses import dataclass

from studydl import config
from studydl.errors import UsageError
from studydl.memory.model import Settings
from studydl.paths import Home
from studydl.setting import Day, Flag, Kind, Minutes, Name, Place, Setting, Share, Whole, named, nearest
from studydl.store import cards, settings
from studydl.store.connection import Store


def _mine(key: str, title: str, kind: Kind, help: str) -> Setting:
    return Setting(key, title, kind, getattr(Settings(), key), help, Place.LEARNER)


LEARNER = (
    _mine("minutes_per_session", "Minutes a session", Whole(1, 240), "How long a session may take, about."),
    _mine("new_per_day", "New cards a day", Whole(0, 500), "New cards a day, over all decks."),
    _mine("new_skills_per_day", "New skills a day", Whole(0, 50), "How many of the new cards may be new skills."),
    _mine("reviews_per_day", "Reviews a day", Whole(1, 9999), "Reviews a day; what is left waits for the next days."),
    _mine("problems_per_session", "Problems a session", Whole(0, 100), "Problems a session; they take longest."),
    _mine(
        "retention",
        "Retention",
        Share(0.7, 0.97),
        "The share you want to get right; more takes more reviews.",
    ),
    _mine("learning_steps", "Learning steps", Minutes(), "Minutes until a new card is asked again."),
    _mine("relearning_steps", "Relearning steps", Minutes(), "Minutes until a card you forgot is asked again."),
    _mine("maximum_interval", "Longest interval", Whole(1, 36500), "No card waits longer than this many days."),
    _mine("leech_lapses", "Leech after", Whole(2, 99), "Times a card is forgotten before it is called a leech."),
    _mine("rollover_hour", "The day begins at", Whole(0, 23), "The hour at which a new study day begins, 0 to 23."),
    _mine("exam_day", "Interview on", Day(), "The day of an interview to be ready for; home counts down to it."),
    _mine("start_deck", "Start with deck", Name("the name of a deck"), "The deck whose new cards come first."),
    _mine("worked_examples", "Worked examples", Flag(), "Begin a new skill with a worked example."),
    _mine("live_value", "Value while typing", Flag(), "Show beside the answer box what you type comes to."),
)
ALL = (*LEARNER, *config.FILE)


@dataclass(frozen=True, slots=True)
class Option:
    """A setting and its value.

    Args:
        setting: what it is.
        value: what holds now.
        is_set: False if nothing was chosen, so that the default holds.
    """

    setting: Setting
    value: object
    is_set: bool

    @property
    def text(self) -> str:
        """Return the value as a person types it."""
        return self.setting.kind.write(self.value)


class Options:
    """The settings of one learner on one machine.

    Args:
        home: where the configuration file is.
        store: the database; None if there is none yet, so that every default holds.
    """

    def __init__(self, home: Home, store: Store | None) -> None:
        self._home, self._store = home, store

    def all(self) -> tuple[Option, ...]:
        """Return every setting with its value. A kept value that is not allowed, or not any more, has its default."""
        kept = settings.get_all(self._store.read(), self._store.learner) if self._store else {}
        found = config.load(self._home)
        return tuple(
            _option(setting, kept)
            if setting.place is Place.LEARNER
            else Option(setting, value := getattr(found, setting.key), value != setting.default)
            for setting in ALL
        )

    def get(self, key: str) -> Option:
        """Return one setting with its value.

        Raises:
            UsageError: there is no such setting.
        """
        setting = named(ALL, key)
        return next(option for option in self.all() if option.setting is setting)

    def set(self, key: str, text: str) -> Option:
        """Set one thing to what was typed, and keep it.

        Returns:
            The setting as it was before, for `put_back`.

        Raises:
            UsageError: there is no such setting, the value is not allowed, a deck or folder it names is not there,
                or the file cannot be written.
        """
        before = self.get(key)
        value = before.setting.read(text)
        if before.setting.key == "start_deck" and value:
            value = self._deck(str(value))
        if before.setting.key == "decks":
            self._need_folders(value)
        self._keep(Option(before.setting, value, True))
        return before

    def reset(self, key: str) -> Option:
        """Let the default of one setting hold again.

        Returns:
            The setting as it was before, for `put_back`.

        Raises:
            UsageError: there is no such setting, or the file cannot be written.
        """
        before = self.get(key)
        self.put_back(Option(before.setting, before.setting.default, False))
        return before

    def put_back(self, before: Option) -> None:
        """Have a setting be as it was.

        Raises:
            UsageError: the file cannot be written.
        """
        self._keep(before)

    def _need_folders(self, value: object) -> None:
        assert isinstance(value, tuple)
        for folder in config.Config(decks=value).folders(self._home):
            if not folder.is_dir():
                raise UsageError(f"there is no folder {folder}", "Make it first; nothing is changed.")

    def _keep(self, option: Option) -> None:
        setting = option.setting
        if setting.place is Place.FILE:
            config.put(self._home, setting.key, option.value if option.is_set and option.value else None)
            return
        if self._store is None:
            raise UsageError("there is no database yet", "`studydl` makes it.")
        with self._store.write() as connection:
            if option.is_set:
                settings.put(connection, self._store.learner, setting.key, option.value)
            else:
                settings.remove(connection, self._store.learner, setting.key)

    def _deck(self, typed: str) -> str:
        """Return the name of a deck, given that or its title."""
        assert self._store is not None
        decks = cards.decks(self._store.read(), self._store.learner)
        for deck in decks:
            if typed.casefold() in (deck.name.casefold(), deck.title.casefold()):
                return deck.name
        if decks:
            hint = nearest(typed, [deck.name for deck in decks])
            raise UsageError(f"start_deck cannot be {typed!r}: there is no such deck", hint)
        return typed


def _option(setting: Setting, kept: dict[str, object]) -> Option:
    if setting.key not in kept:
        return Option(setting, setting.default, False)
    try:
        return Option(setting, setting.kind.check(kept[setting.key]), True)
    except ValueError:
        return Option(setting, setting.default, False)
