"""One learner's desk: the store, the decks and the supply, opened; sessions start here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from studydl import logs
from studydl.memory.model import NEW, Memory, Phase, Rating
from studydl.memory.queue import Item, build_queue
from studydl.paths import Home
from studydl.store import cards, log, queue, sessions, states
from studydl.store.backup import back_up_daily
from studydl.store.connection import open_store
from studydl.store.ids import new_id
from studydl.store.log import Event
from studydl.store.sessions import SessionRow
from studydl.study import library, overview, practice, preferences, welcome
from studydl.study.checker import Checker
from studydl.study.clock import Clock, system_clock
from studydl.study.fit.refit import Refit
from studydl.study.keys import family_and_level, is_practice, lesson_keys
from studydl.study.ledger import UNDOABLE
from studydl.study.marking import brought
from studydl.study.overview import Overview
from studydl.study.plan import Plan
from studydl.study.practice import Choices
from studydl.study.queue import gather, named_decks
from studydl.study.schedule import Schedule
from studydl.study.session import Session
from studydl.study.shelf import Shelf
from studydl.study.supply import Supply
from studydl.study.view import Stage
from studydl.study.wanted import wanted
from studydl.study.weak_spots import lately, weak_first

if TYPE_CHECKING:
    from studydl.study.authoring import Authoring
    from studydl.study.browser import Browser
    from studydl.study.interviews.register import Interviews, Unfinished
    from studydl.study.options import Options
from studydl.study.welcome import Wishes

ALL_DAY = 24 * 60  # minutes


class Desk:
    """Everything one learner works with. Use it from the thread that opened it.

    Args:
        home: the data folder.
        clock: the time now.
        zone: the learner's time zone; None for the system's.

    Raises:
        StoreError: the data cannot be opened.
    """

    def __init__(self, home: Home, clock: Clock = system_clock, zone: tzinfo | None = None) -> None:
        self._home, self._clock = home, clock
        self.store = open_store(home)
        logs.to_file(home)
        self.take_decks()
        self.schedule = Schedule(self.store, preferences.load(self.store), clock, zone)
        self._supply = Supply(home, self.store)
        self._checker = Checker(home)
        self._refit = Refit(home, self.store)

    def overview(self) -> Overview:
        """Return what the home screen shows."""
        row = sessions.unfinished(self.store.read(), self.store.learner, self.schedule.today(), "study")
        left = self._plan(row).keys() if row else []
        self._refit.start()
        notices = self.notices + self._refit.news(self._clock())
        return overview.look(self.store, self.schedule, left, notices, self._unfinished_interview())

    def starts(self) -> tuple[tuple[str, str], ...]:
        """Return (name, title) of the decks a new learner may start with."""
        return welcome.starts(self.store)

    def pass_welcome(self) -> None:
        """Remember that a new learner passed the questions over."""
        welcome.keep(self.store, None)

    def welcome(self, wishes: Wishes) -> Session:
        """Start the first session, which shows what studydl does, after the wishes of a new learner."""
        welcome.keep(self.store, wishes)
        self.schedule.settings = preferences.load(self.store)
        return self.study(first=welcome.FIRST_CARDS)

    def study(
        self,
        decks: Sequence[str] = (),
        limit: int | None = None,
        new: int | None = None,
        first: Sequence[str] = (),
    ) -> Session:
        """Start a study session, or go on with today's unfinished one.

        Args:
            decks: names of the decks to study. Empty: go on with today's session, whatever its decks, or study all.
                Another choice of decks than the unfinished session's starts a new one.
            limit: cards at most; then minutes do not count.
            new: new cards at most; what is left of today's limit when None.
            first: keys of cards that come first if they are new.

        Raises:
            UsageError: there is no such deck.
        """
        chosen = named_decks(self.store, decks)
        self._supply.top_up(self._wanted())
        self._checker.start()
        today = self.schedule.today()
        row = sessions.unfinished(self.store.read(), self.store.learner, today, "study")
        same = row is not None and (not decks or json.loads(row.plan)["decks"] == sorted(decks))
        if row is not None and same and (limit, new) == (None, None):
            session = self._session(row)
            if session.view().stage is not Stage.DONE:
                return session
        if row is not None:
            self._end(row)
        settings, done = self.schedule.settings, overview.done_today(self.store, today)
        if new is not None:
            settings, done = replace(settings, new_per_day=new), replace(done, new_cards=0)
        if limit is not None:
            settings = replace(settings, minutes_per_session=ALL_DAY)
        asked_for = wanted(self.store)
        found = {item.key: item for item in gather(self.store, today, chosen, settings.start_deck, asked_for)}
        head = [key for key in dict.fromkeys((*first, *asked_for)) if key in found]
        head = [key for key in head if found[key].memory.phase is Phase.NEW][:new]
        # What comes first takes the place of other new cards: the limits of the day hold.
        skills = sum(found[key].skill for key in head)
        done = replace(done, new_cards=done.new_cards + len(head), new_skills=done.new_skills + skills)
        notes = {found[key].note for key in head}
        rest = [item for item in found.values() if item.note not in notes]
        queued = [*head, *build_queue(rest, today=today, settings=settings, done=done)][:limit]
        keys = self._with_lessons([found[key] for key in queued]) if settings.worked_examples else queued
        problems = [key for key in queued if found[key].skill]
        return self._session(self._start("study", keys, sorted(decks), problems))

    def practice(self, what: Sequence[str] = (), level: int | None = None, count: int | None = None) -> Session:
        """Start practice, weak spots first; it never moves the schedule.

        Args:
            what: names of decks, topics or families; everything when empty.
            level: 1 to 3; all three in turn when None.
            count: how many problems; 10 when None; 0 for no end.

        Raises:
            UsageError: there is nothing of that name.
        """
        known = lately(self.store)
        families = weak_first(practice.families_named(self.store, what), known)
        asked = practice.ENDLESS if count == 0 else count or practice.DEFAULT_COUNT
        keys = practice.planned(families, level, asked, known)
        self._supply.top_up(list(dict.fromkeys(map(family_and_level, keys))))
        return self._session(self._start("practice", keys, sorted(what), endless=count == 0))

    def practice_choices(self) -> Choices:
        """Return what there is to practice, and how it went lately."""
        return practice.choices(self.store, self.schedule.today())

    def interviews(self) -> Interviews:
        """Return where interviews are started, taken up again, listed and reported."""
        from studydl.study.interviews.register import Interviews

        return Interviews(self.store, self.schedule, self._supply)

    def options(self) -> Options:
        """Return the settings, to be looked at and changed."""
        from studydl.study.options import Options

        return Options(self._home, self.store)

    def take_decks(self) -> None:
        """Take over decks that were changed, and what is wrong with them now."""
        self.notices = library.sync(self.store, self._home, self._clock())

    def take_settings(self) -> None:
        """Take over settings that were changed, other folders of decks too; they hold from the next session on."""
        self.take_decks()
        self.schedule.settings = preferences.load(self.store)

    @cached_property
    def browser(self) -> Browser:
        """Where all cards are looked through."""
        from studydl.study.browser import Browser

        return Browser(self.store, self.schedule)

    def authoring(self) -> Authoring:
        """Return where cards are written."""
        from studydl.study.authoring import Authoring

        return Authoring(self._home, self.store, self.take_decks)

    def stop_drawing(self) -> None:
        """Stop drawing problems at once; called from any thread, lest closing wait for an interview to be drawn."""
        self._supply.stop()

    def close(self) -> None:
        """Stop drawing problems, back up if the newest backup is a day old, and close the database."""
        self._refit.start()
        self._checker.close()
        self._supply.close()
        back_up_daily(self._home)
        self.store.close()

    def _unfinished_interview(self) -> Unfinished | None:
        """Look for one before the code of interviews is loaded: mostly there is none, and home waits for this."""
        there = sessions.unfinished(self.store.read(), self.store.learner, None, "interview")
        return self.interviews().unfinished() if there else None

    def _wanted(self) -> list[tuple[str, int]]:
        """Return the (family, level) pairs a session may ask for."""
        skills = queue.skills(self.store.read(), self.store.learner)
        return [(skill.family, skill.level) for skill in skills if skill.family and skill.level]

    def _with_lessons(self, items: Sequence[Item]) -> list[str]:
        """Return the keys of a session with the lesson of each skill that is begun, before its first problem."""
        rows = {skill.key: skill for skill in queue.skills(self.store.read(), self.store.learner)}
        keys = list[str]()
        for item in items:
            skill = rows.get(item.key)
            if skill is not None and skill.family and skill.level == 1 and item.memory.phase is Phase.NEW:
                keys += lesson_keys(skill.family, skill.level)
            keys.append(item.key)
        return keys

    def _start(
        self,
        mode: str,
        keys: Sequence[str],
        decks: Sequence[str],
        problems: Sequence[str] = (),
        endless: bool = False,
    ) -> SessionRow:
        plan = {"decks": list(decks), "keys": list(keys), "problems": list(problems)}
        row = SessionRow(
            id=new_id(),
            mode=mode,
            started_ms=self._clock(),
            ended_ms=None,
            study_day=self.schedule.today(),
            plan=json.dumps(plan | {"endless": True} if endless else plan),
            state="",
        )
        with self.store.write() as connection:
            sessions.start(connection, self.store.learner, row)
        return row

    def _end(self, row: SessionRow) -> None:
        with self.store.write() as connection:
            sessions.end(connection, self.store.learner, row.id, self._clock())

    def _session(self, row: SessionRow) -> Session:
        shelf = Shelf(self.store, self._supply, self._checker)  # a new one: cards may have been edited since the last
        return Session(shelf, self.schedule, row, self._plan)

    def _plan(self, row: SessionRow) -> Plan:
        """Return what is left of a session: its plan without what was answered or set aside."""
        planned = json.loads(row.plan)
        keys = planned["keys"]
        connection, learner = self.store.read(), self.store.learner
        events = log.effective(log.of_session(connection, learner, row.id))
        found = states.many(connection, learner, [key for key in keys if not is_practice(key)])
        gone = {event.card_key for event in events if event.kind in UNDOABLE}
        there = cards.kinds(connection, learner, list(found))
        awake = {key for key, state in found.items() if key in there and _awake(state, self.schedule.today())}
        gone |= found.keys() - awake
        remaining = [(key, found[key].memory if key in found else NEW) for key in keys if key not in gone]
        plan = Plan(remaining, planned.get("problems", ()))
        for event in events:
            key = event.card_key
            if event.kind == "answer" and key is not None:
                plan.answered(key, _decided(event) if key in awake else NEW)
                if lesson := brought(event):
                    plan.put_back(lesson, states.get(connection, learner, lesson).memory)
        return plan


def _awake(state: states.State, today: int) -> bool:
    return not state.suspended and state.buried_day != today


def _decided(answer: Event) -> Memory:
    """Return what a plan has to know of the memory state after an answer."""
    phase = Phase(answer.phase) if answer.phase else Phase.NEW
    return Memory(phase, due_ms=answer.due_ms, fails=int(answer.rating == Rating.AGAIN))
