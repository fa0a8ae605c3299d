"""Looking through all cards: search, a card's history, and what can be done to many cards at once, with undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection

from studydl.decks.items import card_from_json
from studydl.errors import StudydlError
from studydl.memory.model import NEW, Phase, Rating
from studydl.memory.recall import retrievability
from studydl.store import cards, log, notes, search, states
from studydl.store.connection import Store
from studydl.store.ids import new_id
from studydl.store.log import Event
from studydl.store.search import Found, Order
from studydl.store.states import State
from studydl.study import leeches
from studydl.study.question import from_card
from studydl.study.replay import derive
from studydl.study.schedule import Schedule
from studydl.study.search import Now, conditions
from studydl.study.view import Question

__all__ = ["Act", "Browser", "CardInfo", "Event", "Found", "Order", "rating_name"]

LONGEST_NOTE = 500  # characters
REPORTED = 200  # cards between two reports of progress

T = TypeVar("T")

Progress = Callable[[int], None]


class Act(StrEnum):
    """What can be done to cards; suspend and flag are taken away again where all of them have it."""

    SUSPEND = "suspend"
    FLAG = "flag"
    BURY = "bury"
    RESET = "reset"


_SAID = {
    "suspend": "Suspended {cards}.",
    "unsuspend": "{cards} back in study.",
    "flag": "Flagged {cards}.",
    "unflag": "Took the flag off {cards}.",
    "bury": "Put off {cards} until tomorrow.",
    "note": "Changed the note on {cards}.",
    "reset": "Reset {cards}: new again, as if never answered.",
}


@dataclass(frozen=True, slots=True)
class CardInfo:
    """All there is to know about one card.

    Args:
        card: where it stands.
        family: problem family of a skill, else None.
        note: the learner's own words; may be empty.
        retrievability: probability of remembering it today, 0 to 1; None while new.
        leech: what helps if it was forgotten so often that more reviews do not, one line; else empty.
        today: the study day.
        history: what happened to it, oldest first, undone things left out.
    """

    card: Found
    family: str | None
    note: str
    retrievability: float | None
    leech: str
    today: int
    history: tuple[Event, ...]


class Browser:
    """All cards of one learner. Use it from the desk's thread.

    Args:
        store: the database.
        schedule: for the study day and the learner's settings.
    """

    def __init__(self, store: Store, schedule: Schedule) -> None:
        self._store, self._schedule = store, schedule

    def first(self, text: str, order: Order = Order.DECK, descending: bool = False, limit: int = 100) -> list[Found]:
        """Return the first cards a search finds; see `search.conditions` for the text.

        Raises:
            UsageError: the text asks for something that does not exist.
        """
        wanted = conditions(text, self._now())
        return search.first(self._store.read(), self._store.learner, wanted, order, descending, limit)

    def keys(self, text: str, order: Order = Order.DECK, descending: bool = False) -> list[str]:
        """Return the keys of all cards a search finds, in order.

        Raises:
            UsageError: the text asks for something that does not exist.
        """
        return search.keys(self._store.read(), self._store.learner, conditions(text, self._now()), order, descending)

    def while_wanted(self, wanted: Callable[[], bool], look: Callable[[Browser], T]) -> T | None:
        """Look for something in many cards, as long as somebody waits for it.

        Args:
            wanted: is asked again and again, on the desk's thread.
            look: calls the methods of this browser that only read.

        Returns:
            What `look` returns; None once it is no longer wanted.
        """
        return self._store.read_while(wanted, lambda: look(self))

    def rows(self, keys: Sequence[str]) -> dict[str, Found]:
        """Return some cards by key, as they are now."""
        return search.rows(self._store.read(), self._store.learner, keys)

    def question(self, key: str) -> Question | None:
        """Return what a card asks and its answer; None for a skill, whose questions are made afresh."""
        row = cards.get(self._store.read(), self._store.learner, key)
        if row is None or row.family is not None:
            return None
        titles = {deck.name: deck.title for deck in cards.decks(self._store.read(), self._store.learner)}
        deck, card = titles.get(row.deck, row.deck), card_from_json(row.content)
        return from_card(card, key, deck, Phase.NEW, key, row.digest)

    def info(self, key: str) -> CardInfo:
        """Return all there is to know about a card.

        Raises:
            StudydlError: there is no such card.
        """
        connection, learner = self._store.read(), self._store.learner
        found, row = search.rows(connection, learner, [key]).get(key), cards.get(connection, learner, key)
        if found is None or row is None:
            raise StudydlError("this card is no longer there")
        memory, today = found.state.memory, self._schedule.today()
        settings = self._schedule.settings
        hard = leeches.is_leech(memory, settings.leech_lapses)
        known = None if memory.stability is None else retrievability(memory, today, settings.of(row.kind == "skill"))
        return CardInfo(
            card=found,
            family=row.family,
            note=notes.of_card(connection, learner, key),
            retrievability=known,
            leech=leeches.advice(connection, self._store, key, memory.lapses) if hard else "",
            today=today,
            history=tuple(log.effective(log.of_card(connection, learner, key))),
        )

    def look(self, key: str) -> tuple[Question | None, CardInfo]:
        """Return a card's question, if it is no skill, and all there is to know about it.

        Raises:
            StudydlError: there is no such card.
        """
        return self.question(key), self.info(key)

    def note(self, key: str, text: str) -> None:
        """Keep the learner's note on a card, in the place of the one before; an empty one takes it away.

        `undo` brings the one before back.
        """
        text = text.strip()[:LONGEST_NOTE]
        if text != notes.of_card(self._store.read(), self._store.learner, key):
            with self._store.write() as connection:
                self._append(connection, "note", key, session_id=new_id(), text=text)

    def act(self, act: Act, keys: Sequence[str], progress: Progress = lambda done: None) -> str:
        """Do something to cards, all in one transaction.

        Args:
            act: what. Suspending cards that are all suspended brings them back; flagging likewise.
            keys: the cards.
            progress: is told now and then how many are done.

        Returns:
            What was done, in a sentence.
        """
        with self._store.write() as connection:
            self._schedule.renew(connection)
            before = states.many(connection, self._store.learner, keys)
            kind, changed = self._changed(act, before)
            deed = new_id()
            for number, (key, state) in enumerate(changed.items(), start=1):
                self._append(connection, kind, key, session_id=deed)
                states.put(connection, self._store.learner, key, state)
                if number % REPORTED == 0:
                    progress(number)
        if not changed:
            return "Nothing to change: they are new already." if act is Act.RESET else "Nothing to change."
        return _SAID[kind].format(cards=_cards(len(changed))) + " u takes it back."

    def undo(self, progress: Progress = lambda done: None) -> str:
        """Take back what was done last, and return what that was; nothing is left out, however many cards it was.

        It goes by the log, so it reaches back over a restart, and to what another window did; but not beyond yesterday,
        lest a key pressed by mistake change what one no longer has in mind.

        Args:
            progress: is told now and then how many are done.
        """
        with self._store.write() as connection:
            self._schedule.renew(connection)
            last = log.last_deed(connection, self._store.learner, self._schedule.today() - 1)
            for number, event in enumerate(last, start=1):
                key = str(event.card_key)
                self._append(connection, "undo", key, target_id=event.id)
                past = log.effective(log.of_card(connection, self._store.learner, key))
                states.put(connection, self._store.learner, key, derive(past, self._schedule.settings, key))
                if number % REPORTED == 0:
                    progress(number)
        if not last:
            return "There is nothing to take back here."
        said = _SAID[last[0].kind].format(cards=_cards(len(last)))
        return f"Taken back: {said[0].lower()}{said[1:]}"

    def _changed(self, act: Act, before: dict[str, State]) -> tuple[str, dict[str, State]]:
        """Return the kind of event, and the new states of the cards it changes."""
        today = self._schedule.today()
        match act:
            case Act.SUSPEND:
                on = not all(state.suspended for state in before.values())
                kind = "suspend" if on else "unsuspend"
                after = {key: replace(state, suspended=on) for key, state in before.items()}
            case Act.FLAG:
                on = not all(state.flag for state in before.values())
                kind = "flag" if on else "unflag"
                after = {key: replace(state, flag=on) for key, state in before.items()}
            case Act.BURY:
                kind = "bury"
                after = {key: replace(state, buried_day=today) for key, state in before.items()}
            case Act.RESET:
                kind = "reset"
                after = {key: replace(state, memory=NEW) for key, state in before.items()}
        return kind, {key: state for key, state in after.items() if state != before[key]}

    def _append(self, connection: Connection, kind: str, key: str, **fields: str) -> str:
        now = self._schedule.clock()
        event = Event(new_id(), kind, now, self._schedule.day_of(now), "study", card_key=key, **fields)  # type: ignore[arg-type]
        log.append(connection, self._store.learner, event)
        return event.id

    def _now(self) -> Now:
        schedule = self._schedule
        return Now(schedule.today(), schedule.settings.leech_lapses, schedule.day_start)


def _cards(count: int) -> str:
    return "1 card" if count == 1 else f"{count:,} cards"


def rating_name(rating: int | None) -> str:
    """Return a rating as a word: "Good"; empty for none."""
    return Rating(rating).name.capitalize() if rating else ""
