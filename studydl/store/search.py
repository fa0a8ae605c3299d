"""Finding cards: what a search may ask for as conditions, and the cards that meet them.

Words are looked up in SQLite's full text index (FTS5; `alembic/versions/0002_search.py` makes it and the triggers that
keep it in step), on PostgreSQL in the cards themselves. Nobody but `words` knows which.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from studydl.memory.model import Phase
from studydl.store.event import Kind
from studydl.store.states import COLUMNS, UNSEEN, State, state
from studydl.store.tables import cards, decks, events, memory

Condition: TypeAlias = ColumnElement[bool]

_c, _d, _m = cards.c, decks.c, memory.c
_BATCH = 500  # keys in one statement
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


class Order(StrEnum):
    """What a list of cards is sorted by."""

    DECK = "deck"  # as in the decks
    TITLE = "title"
    KIND = "kind"
    DUE = "due"
    STABILITY = "stability"
    LAPSES = "lapses"


@dataclass(frozen=True, slots=True)
class Found:
    """A card that was found, without its content; see `cards.CardRow` for the fields.

    Args:
        deck_title: title of its deck.
        state: its memory state; that of a new card if it was never seen.
    """

    key: str
    deck: str
    deck_title: str
    kind: str
    title: str
    level: int | None
    retired_ms: int | None
    added_ms: int | None
    state: State


class _Words(FunctionElement[bool]):
    """A text in the words of a card: its clauses are the FTS5 query, the pattern for ILIKE, and whose cards."""

    type = NullType()  # type: ignore[assignment]  # SQLite would compare a Boolean with 1, and then read every card
    inherit_cache = True
    name = "card_words"


@compiles(_Words, "sqlite")
def _in_index(element: _Words, compiler: SQLCompiler, **kwargs: Any) -> str:
    words, _, owner = element.clauses
    query, learner = (compiler.process(clause, **kwargs) for clause in (words, owner))
    # The index first, then the keys of what it found: any other way round asks the index once for every card.
    return (
        "cards.key IN (SELECT search_docs.key FROM search_words"
        " CROSS JOIN search_docs ON search_docs.doc = search_words.rowid"
        f" WHERE search_words MATCH {query} AND search_docs.learner_id = {learner})"
    )


@compiles(_Words)
def _in_cards(element: _Words, compiler: SQLCompiler, **kwargs: Any) -> str:
    _, pattern, _ = element.clauses
    return compiler.process(or_(_c.title.ilike(pattern, escape="/"), _c.content.ilike(pattern, escape="/")), **kwargs)


def words(text: str, whole: bool = False) -> Condition:
    """Cards with this word, or with these words in a row, in their title, prompt, answer or explanation.

    Args:
        text: anything with a letter or digit in it; upper and lower case and accents do not matter.
        whole: only whole words; else the last one may be the beginning of a word, if it has two letters.
    """
    pattern = f"%{_escaped(text)}%"
    if any(ord(character) >= 0x2E80 for character in text):  # Chinese and the like: no spaces, so no words to index
        return or_(_c.title.ilike(pattern, escape="/"), _c.content.ilike(pattern, escape="/"))
    quoted = text.replace('"', " ")
    return _Words(
        bindparam(None, f'"{quoted}"{"" if whole or len(text) == 1 else "*"}'),
        bindparam(None, pattern),
        bindparam("learner", type_=String()),
    )


def in_deck(text: str) -> Condition:
    """Cards of the decks whose name is this, or whose name begins with it or title holds it."""
    named = or_(
        func.lower(_d.name).startswith(text.lower(), autoescape=True),
        func.lower(_d.title).contains(text.lower(), autoescape=True),
    )
    return tuple_(_c.learner_id, _c.origin, _c.deck).in_(select(_d.learner_id, _d.origin, _d.name).where(named))


def of_kind(kind: str) -> Condition:
    """Cards of one kind."""
    return _c.kind == kind


def on_topic(topic: str) -> Condition:
    """Skills whose family is on a topic, and other cards of decks that cover it."""
    named = select(_d.learner_id, _d.origin, _d.name).where(_d.topics.contains(f'"{topic}"', autoescape=True))
    return case(
        (_c.kind == "skill", func.coalesce(_c.family, "").startswith(f"{topic}.", autoescape=True)),
        else_=tuple_(_c.learner_id, _c.origin, _c.deck).in_(named),
    ).is_(true())


def in_phase(*phases: Phase) -> Condition:
    """Cards in one of these phases; a card never seen is new."""
    return func.coalesce(_m.phase, Phase.NEW.value).in_([phase.value for phase in phases])


def due(today: int) -> Condition:
    """Cards to study today: in learning steps, or reviews due; none that are suspended or buried.

    Args:
        today: the study day.
    """
    in_steps = _m.phase.in_([Phase.LEARNING.value, Phase.RELEARNING.value])
    review = and_(_m.phase == Phase.REVIEW.value, _m.due_day <= today)
    return and_(_sure(or_(in_steps, review)), ~suspended(), ~buried(today))


def suspended() -> Condition:
    """Suspended cards."""
    return _sure(_m.suspended)


def buried(today: int) -> Condition:
    """Cards put off until after today."""
    return _sure(_m.buried_day >= today)


def flagged() -> Condition:
    """Flagged cards."""
    return _sure(_m.flag)


def leech(lapses: int) -> Condition:
    """Cards forgotten so often."""
    return _sure(_m.lapses >= lapses)


def retired() -> Condition:
    """Cards no longer in their deck."""
    return _c.retired_ms.is_not(None)


def added(since_ms: int) -> Condition:
    """Cards added since a moment, UTC epoch milliseconds; those added before studydl took note of it are older."""
    return _sure(_c.added_ms >= since_ms)


def rated(since_day: int, rating: int | None = None) -> Condition:
    """Cards answered in study from one study day on, undone answers not counted.

    Args:
        since_day: the first study day that counts.
        rating: with this rating, as it was amended last; any when None.
    """
    answer, amend, undo, undo_amend = (events.alias(name) for name in ("answer", "amend", "undone", "undone_amend"))
    chosen = select(answer.c.learner_id, answer.c.card_key).where(
        answer.c.kind == Kind.ANSWER.value,
        answer.c.learner_id == bindparam("learner"),
        answer.c.mode == "study",
        answer.c.study_day >= since_day,
        answer.c.card_key.is_not(None),
        ~_names(undo, answer, Kind.UNDO),
    )
    if rating is not None:
        last = (
            select(amend.c.rating)
            .where(amend.c.learner_id == answer.c.learner_id, amend.c.target_id == answer.c.id)
            .where(amend.c.kind == Kind.AMEND.value, ~_names(undo_amend, amend, Kind.UNDO))
            .order_by(amend.c.seq.desc())
            .limit(1)
        )
        chosen = chosen.where(func.coalesce(last.scalar_subquery(), answer.c.rating) == rating)
    return tuple_(_c.learner_id, _c.key).in_(chosen)


def number(name: str, compared: str, value: float) -> Condition:
    """Cards of which a number meets a comparison; a card never seen has none.

    Args:
        name: one of `NUMBERS`.
        compared: one of `COMPARED`.
        value: days for stability, 1 to 10 for difficulty, a count for lapses and reps.
    """
    meets: Condition = COMPARED[compared](NUMBERS[name], value)
    return _sure(meets)


def without(condition: Condition) -> Condition:
    """Cards that do not meet a condition."""
    return ~condition


_FIELDS: tuple[ColumnElement[Any], ...] = (
    *(_c.key, _c.deck, func.coalesce(_d.title, _c.deck), _c.kind, _c.title, _c.level, _c.retired_ms, _c.added_ms),
    *COLUMNS,
)
_STATE = and_(_m.learner_id == _c.learner_id, _m.card_key == _c.key)
_DECK = and_(_d.learner_id == _c.learner_id, _d.origin == _c.origin, _d.name == _c.deck)
_MINE = _c.learner_id == bindparam("learner")
_ROWS = select(*_FIELDS).select_from(cards.outerjoin(decks, _DECK).outerjoin(memory, _STATE)).where(_MINE)
_ROWS_OF_KEYS = _ROWS.where(_c.key.in_(bindparam("keys", expanding=True)))
_KEYS = select(_c.key).select_from(cards.outerjoin(memory, _STATE)).where(_MINE)
# Cards without a value come last, whichever way one sorts.
_PLACES: dict[Order, tuple[tuple[ColumnElement[Any], ...], tuple[ColumnElement[Any], ...]]] = {
    Order.DECK: ((), (_c.origin, _c.deck, _c.position, _c.key)),
    Order.TITLE: ((), (func.lower(_c.title), _c.key)),
    Order.KIND: ((), (_c.kind, _c.origin, _c.deck, _c.position, _c.key)),
    Order.DUE: ((_m.due_day.is_(None),), (_m.due_day, func.coalesce(_m.due_ms, 0), _c.key)),
    Order.STABILITY: ((_m.stability.is_(None),), (_m.stability, _c.key)),
    Order.LAPSES: ((_m.lapses.is_(None),), (_m.lapses, _c.key)),
}


def first(
    connection: Connection,
    learner: str,
    conditions: Sequence[Condition],
    order: Order = Order.DECK,
    descending: bool = False,
    limit: int = 100,
) -> list[Found]:
    """Return the first cards that meet all conditions.

    Args:
        connection: any.
        learner: whose.
        conditions: none for all cards, retired ones too.
        order: what they are sorted by.
        descending: the other way round.
        limit: how many at most.
    """
    statement = _sorted(_ROWS.where(*conditions), order, descending).limit(limit)
    return [_found(row) for row in connection.execute(statement, {"learner": learner})]


def keys(
    connection: Connection,
    learner: str,
    conditions: Sequence[Condition],
    order: Order = Order.DECK,
    descending: bool = False,
) -> list[str]:
    """Return the keys of all cards that meet all conditions, in order; see `first`."""
    statement = _sorted(_KEYS.where(*conditions), order, descending)
    return list(connection.execute(statement, {"learner": learner}).scalars())


def rows(connection: Connection, learner: str, keys: Sequence[str]) -> dict[str, Found]:
    """Return some cards by key; keys of no card are left out."""
    found: dict[str, Found] = {}
    for start in range(0, len(keys), _BATCH):
        values = {"learner": learner, "keys": list(keys[start : start + _BATCH])}
        found |= {row[0]: _found(row) for row in connection.execute(_ROWS_OF_KEYS, values)}
    return found


def _sorted(statement: Select[Any], order: Order, descending: bool) -> Select[Any]:
    last, places = _PLACES[order]
    return statement.order_by(*last, *(place.desc() if descending else place for place in places))


def _found(row: Sequence[Any]) -> Found:
    values = [*row[:8], UNSEEN if row[8] is None else state(row[8:])]
    return Found(*values)


def _names(named_by: Any, event: Any, kind: Kind) -> Condition:
    return exists().where(
        named_by.c.learner_id == event.c.learner_id, named_by.c.target_id == event.c.id, named_by.c.kind == kind.value
    )


def _sure(condition: ColumnElement[Any]) -> Condition:
    """Make unknown false, so that a condition and its opposite share all cards between them."""
    return func.coalesce(condition, false())


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
