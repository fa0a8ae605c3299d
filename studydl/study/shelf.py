"""Where questions are taken from: cards from the database, problems from the supply."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from studydl.answers.verdicts import Verdict
from studydl.decks.folders import SHIPPED
from studydl.decks.items import card_from_json
from studydl.decks.model import Card
from studydl.memory.model import Phase
from studydl.problems import catalog
from studydl.problems.engine import LEVELS
from studydl.problems.model import Problem
from studydl.store import cards, log, states
from studydl.store.cards import CardRow
from studydl.store.connection import Store
from studydl.study import question
from studydl.study.checker import Checker
from studydl.study.keys import family_and_level, is_lesson, is_practice
from studydl.study.supply import Supply
from studydl.study.view import Question


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with what it was made from.

    Args:
        question: what the learner sees.
        card: the card; None for a practice problem.
        problem: the problem; None for a card that is no skill.
    """

    question: Question
    card: Card | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """A card as it was read: its row and its content."""

    row: CardRow
    card: Card


class Shelf:
    """The cards and problems one session takes its questions from.

    Args:
        store: the database.
        supply: ready problems.
        checker: knows whose evidence has passed on this machine.
    """

    def __init__(self, store: Store, supply: Supply, checker: Checker) -> None:
        self.store = store
        self._supply, self._checker = supply, checker
        self._ahead: _Held | None = None
        self._titles = {deck.name: deck.title for deck in cards.decks(store.read(), store.learner)}

    def take(
        self, connection: Connection, key: str, phase: Phase, seed: str, problem_id: str | None = None
    ) -> Shown | None:
        """Make the question of one card.

        Args:
            connection: within a write transaction: a problem taken is never served again.
            key: a card's key, or a practice key.
            phase: the card's phase before this answer.
            seed: decides the order of options.
            problem_id: the very problem to show again; None takes a fresh one.

        Returns:
            None if the card is gone, or no problem is ready for it; then `fetch` may draw one.
        """
        if is_practice(key):
            family, level = family_and_level(key)
            problem = self._problem(connection, family, level, problem_id)
            if problem is None:
                return None
            where = "New" if is_lesson(key) else "Practice"
            return Shown(question.from_problem(problem, key, f"{where}: {problem.topic}", phase), problem=problem)
        held = self._ahead if self._ahead and self._ahead.row.key == key else self._held(connection, key)
        if held is None:
            return None
        row, card = held.row, held.card
        if row.deck not in self._titles:  # a deck that was begun since
            self._titles = {deck.name: deck.title for deck in cards.decks(connection, self.store.learner)}
        if row.family is None or row.level is None:
            return Shown(self._question(held, phase, seed), card=card)
        problem = self._problem(connection, row.family, row.level, problem_id)
        if problem is None:
            return None
        return Shown(question.from_problem(problem, key, self._title(row), phase), card=card, problem=problem)

    def look_ahead(self, key: str | None) -> Question | None:
        """Read the card that probably comes next, while the learner looks at this one.

        Returns:
            Its question, but for the order of options and the phase, which are known when it is asked; None for a
            problem, which is taken only then.
        """
        self._ahead = None if key is None or is_practice(key) else self._held(self.store.read(), key)
        if self._ahead is None or self._ahead.row.family is not None:
            return None
        return self._question(self._ahead, Phase.NEW, seed="")

    def _question(self, held: _Held, phase: Phase, seed: str) -> Question:
        """Return the question of a card that is no skill."""
        row, card = held.row, held.card
        notice = self._checker.notice(card, row.origin, row.deck)
        return question.from_card(card, row.key, self._title(row), phase, seed, row.digest, notice)

    def _title(self, row: CardRow) -> str:
        return self._titles.get(row.deck, row.deck)

    def _held(self, connection: Connection, key: str) -> _Held | None:
        row = cards.get(connection, self.store.learner, key)
        if row is None or row.retired_ms is not None:
            return None
        return _Held(row, card_from_json(row.content))

    def lesson_on(self, connection: Connection, key: str, problem: Problem | None, verdict: Verdict) -> str | None:
        """Return the key of the card that teaches what was got wrong, if the same mistake was made before in study.

        Args:
            connection: any.
            key: key of the skill's level.
            problem: the problem answered; None for a card.
            verdict: what grading said.
        """
        if problem is None or not verdict.misconception:
            return None
        taught = next((m.teaches for m in problem.misconceptions if m.name == verdict.misconception), None)
        levels = [f"{key.rpartition('/')[0]}/{level}" for level in LEVELS]
        if not taught or not log.made_mistake(connection, self.store.learner, levels, verdict.misconception):
            return None
        lesson = cards.first_item(connection, self.store.learner, f"{SHIPPED}/{taught}")
        if lesson is None or states.get(connection, self.store.learner, lesson.key).suspended:
            return None
        return lesson.key

    def fetch(self, key: str) -> bool:
        """Draw a problem for a card; takes seconds while torch loads, so never within a transaction.

        Returns:
            False if the card is gone or its family gives no problems.
        """
        if is_practice(key):
            return self._supply.draw_one(*family_and_level(key))
        row = cards.get(self.store.read(), self.store.learner, key)
        if row is None or row.retired_ms is not None or row.family is None or row.level is None:
            return False
        return self._supply.draw_one(row.family, row.level)

    def title(self, key: str) -> str:
        """Return the title of a card or, in practice, of its family."""
        if is_practice(key):
            return catalog.get(family_and_level(key)[0]).title
        row = cards.get(self.store.read(), self.store.learner, key)
        return row.title if row else key

    def _problem(self, connection: Connection, family: str, level: int, problem_id: str | None) -> Problem | None:
        if problem_id is not None and (again := self._supply.again(connection, problem_id)):
            return again
        return self._supply.take(connection, family, level)
