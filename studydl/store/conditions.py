"""What a search may ask of a card, as conditions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from studydl.memory.model import Phase
from studydl.store.event import Kind
from studydl.store.tables import cards, decks, events, memory
from studydl.store.undone import undone

_c, _d, _m = cards.c, decks.c, memory.c
NARROW = 10_000  # cards that are few enough to be listed and sorted
PER_CARD = 3  # events of the log that are listed as quickly as one card
COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
NUMBERS: dict[str, ColumnElement[Any]] = {
    "stability": _m.stability,
    "difficulty": _m.difficulty,
    "lapses": _m.lapses,
    "reps": _m.reps,
}

MINE = _c.learner_id == bindparam("learner")
# Learner and key together: for one learner's cards with one of these keys, SQLite, which has no statistics here, would
# rather go through all cards of the learner.
THESE = tuple_(_c.learner_id, _c.key)


class Base(StrEnum):
    """Where all that a condition looks at stands."""

    CARDS = "cards"
    MEMORY = "memory"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What a card must meet.

    Args:
        each: whether a card meets it, asked card by card; cards and memory are joined.
        base: what that looks at.
        listed: whether a card is among those that meet it, by listing these first: quick where they are few.
        many: (SELECT) how many meet it, as far as `NARROW` and one more; None where there is no quick way to know.
    """

    each: ColumnElement[bool]
    base: Base = Base.ELSEWHERE
    listed: ColumnElement[bool] | None = None
    many: Select[int] | None = None


def in_deck(text: str) -> Condition:
    """Cards of the decks whose name is this, or whose name begins with it or title holds it."""
    named = or_(
        func.lower(_d.name).startswith(text.lower(), autoescape=True),
        func.lower(_d.title).contains(text.lower(), autoescape=True),
    )
    return _of_cards(
        tuple_(_c.learner_id, _c.origin, _c.deck).in_(select(_d.learner_id, _d.origin, _d.name).where(named))
    )


def of_kind(kind: str) -> Condition:
    """Cards of one kind."""
    return _of_cards(_c.kind == kind)


def on_topic(topic: str) -> Condition:
    """Skills whose family is on a topic, and other cards of decks that cover it."""
    named = select(_d.learner_id, _d.origin, _d.name).where(_d.topics.contains(f'"{topic}"', autoescape=True))
    skill = and_(_c.kind == "skill", func.coalesce(_c.family, "").startswith(f"{topic}.", autoescape=True))
    other = and_(_c.kind != "skill", tuple_(_c.learner_id, _c.origin, _c.deck).in_(named))
    listed = union_all(_present(skill), _present(other))  # one by one, so that the index finds the decks
    return Condition(_sure(or_(skill, other)), Base.CARDS, THESE.in_(listed), many_of(listed))


def in_phase(*phases: Phase) -> Condition:
    """Cards in one of these phases; a card never seen is new."""
    values = [phase.value for phase in phases]
    if Phase.NEW in phases:
        return Condition(func.coalesce(_m.phase, Phase.NEW.value).in_(values), Base.MEMORY)
    return _of_memory(_m.phase.in_(values))


def due(today: int) -> Condition:
    """Cards to study today: in learning steps, or reviews due; none that are suspended or buried.

    Args:
        today: the study day.
    """
    in_steps = _m.phase.in_([Phase.LEARNING.value, Phase.RELEARNING.value])
    review = and_(_m.phase == Phase.REVIEW.value, _m.due_day <= today)
    return _of_memory(and_(or_(in_steps, review), ~_m.suspended, ~_sure(_m.buried_day >= today)))


def suspended() -> Condition:
    """Suspended cards."""
    return _of_memory(_m.suspended)


def buried(today: int) -> Condition:
    """Cards put off until after today."""
    return _of_memory(_m.buried_day >= today)


def flagged() -> Condition:
    """Flagged cards."""
    return _of_memory(_m.flag)


def leech(lapses: int) -> Condition:
    """Cards forgotten so often."""
    return _of_memory(_m.lapses >= lapses)


def retired() -> Condition:
    """Cards no longer in their deck."""
    met = _c.retired_ms.is_not(None)
    listed = select(_c.learner_id, _c.key).where(MINE, met).correlate(None)
    return Condition(met, listed=THESE.in_(listed), many=many_of(listed))


PRESENT = Condition(_c.retired_ms.is_(None), Base.CARDS)  # cards that are in their deck


def added(since_ms: int) -> Condition:
    """Cards added since a moment, UTC epoch milliseconds; those added before studydl took note of it are older."""
    met = _c.added_ms >= since_ms
    listed = select(_c.learner_id, _c.key).where(MINE, met).correlate(None)
    return Condition(_sure(met), listed=THESE.in_(listed), many=many_of(listed))  # elsewhere: only its own index has it


def rated(since_day: int, rating: int | None = None) -> Condition:
    """Cards answered in study from one study day on, undone answers not counted.

    Args:
        since_day: the first study day that counts.
        rating: with this rating, as it was amended last; any when None.
    """
    answer, amend = events.alias("answer"), events.alias("amend")
    met = [
        answer.c.kind == Kind.ANSWER.value,
        answer.c.learner_id == bindparam("learner"),
        answer.c.mode == "study",
        ~undone(answer),
    ]
    if rating is not None:
        last = (
            select(amend.c.rating)
            .where(amend.c.learner_id == answer.c.learner_id, amend.c.target_id == answer.c.id)
            .where(amend.c.kind == Kind.AMEND.value, ~undone(amend))
            .order_by((amend.c.seq + 0).desc())  # so that SQLite goes by the target, not through the log from its end
            .limit(1)
        )
        met.append(func.coalesce(last.scalar_subquery(), answer.c.rating) == rating)
    newer = [answer.c.learner_id == bindparam("learner"), answer.c.study_day >= since_day]
    listed = select(answer.c.learner_id, answer.c.card_key).where(*met, *newer, answer.c.card_key.is_not(None))
    # The plus, so that SQLite goes by the card and not by the day.
    each = exists().where(*met, answer.c.card_key == _c.key, answer.c.study_day + 0 >= since_day)
    # Counted is what is quickly counted: all that happened on these days.
    return Condition(each, listed=THESE.in_(listed), many=many_of(select(answer.c.study_day).where(*newer), PER_CARD))


def noted(text: str = "") -> Condition:
    """Cards with a note of the learner's.

    Args:
        text: anywhere in the note; upper and lower case do not matter.
    """
    note, later = events.alias("note"), events.alias("later")
    # Written out, not bound: only so does SQLite know that its index of the notes holds them all.
    is_note, is_later = (each.c.kind == literal_column(f"'{Kind.NOTE.value}'") for each in (note, later))
    replaced = exists().where(
        is_later,
        later.c.learner_id == note.c.learner_id,
        later.c.card_key == note.c.card_key,
        later.c.seq > note.c.seq,
        ~undone(later),
    )
    met = [
        is_note,
        note.c.learner_id == bindparam("learner"),
        ~undone(note),
        ~replaced,
        note.c.text != "",
    ]
    if text:
        met.append(note.c.text.ilike(f"%{escaped(text)}%", escape="/"))
    listed = select(note.c.learner_id, note.c.card_key).where(*met, note.c.card_key.is_not(None))
    each = exists().where(*met, note.c.card_key == _c.key)
    return Condition(each, listed=THESE.in_(listed), many=many_of(listed))


def number(name: str, compared: str, value: float) -> Condition:
    """Cards of which a number meets a comparison; a card never seen has none.

    Args:
        name: one of `NUMBERS`.
        compared: one of `COMPARED`.
        value: days for stability, 1 to 10 for difficulty, a count for lapses and reps.
    """
    return _of_memory(COMPARED[compared](NUMBERS[name], value))


def without(condition: Condition) -> Condition:
    """Cards that do not meet a condition."""
    return Condition(~condition.each, condition.base)


def _of_cards(met: ColumnElement[Any]) -> Condition:
    """Return a condition on the columns of the cards themselves; only those in their deck are listed."""
    listed = _present(met)
    return Condition(_sure(met), Base.CARDS, THESE.in_(listed), many_of(listed))


def _present(met: ColumnElement[Any]) -> Select[str, str]:
    return select(_c.learner_id, _c.key).where(MINE, _c.retired_ms.is_(None), met).correlate(None)


def _of_memory(met: ColumnElement[Any]) -> Condition:
    """Return a condition that only a card with a memory state can meet."""
    listed = select(_m.learner_id, _m.card_key).where(_m.learner_id == bindparam("learner"), met).correlate(None)
    return Condition(_sure(met), Base.MEMORY, THESE.in_(listed), many_of(listed))


def many_of(listed: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]], for_one: int = 1) -> Select[int]:
    """Select how many are listed, as far as `NARROW` and one more; so many of them count for one."""
    counted = listed.limit(for_one * NARROW + 1).subquery()
    return select((func.count() + for_one - 1) // for_one).select_from(counted)


def _sure(condition: ColumnElement[Any]) -> ColumnElement[bool]:
    """Make unknown false, so that a condition and its opposite share all cards between them."""
    return func.coalesce(condition, false())


def escaped(text: str) -> str:
    """Return a text as LIKE looks for it, with / as the escape."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
