"""The memory state of each card now. It follows from the log and can be made again from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Connection, bindparam, func, insert, select, update

from studydl.memory.model import NEW, Memory, Phase
from studydl.store.prepared import Prepared
from studydl.store.tables import memory

_BATCH = 500  # keys in one statement


@dataclass(frozen=True, slots=True)
class State:
    """What is known about one card now.

    Args:
        memory: its memory state.
        suspended: not shown until it is unsuspended.
        buried_day: not shown up to and including this study day.
        flag: marked by the learner for another look.
    """

    memory: Memory = NEW
    suspended: bool = False
    buried_day: int | None = None
    flag: bool = False


UNSEEN = State()

_MEMORY = tuple(field.name for field in fields(Memory))
_OTHERS = ("suspended", "buried_day", "flag")
_NEW_MEMORY = tuple(f"new_{name}" for name in _MEMORY)
_memory_values = attrgetter(*_MEMORY)
COLUMNS: tuple[Column[Any], ...] = tuple(memory.c[name] for name in (*_MEMORY, *_OTHERS))

_MINE = memory.c.learner_id == bindparam("learner")
_GET = Prepared(select(*COLUMNS).where(_MINE, memory.c.card_key == bindparam("key")))
_MANY = select(memory.c.card_key, *COLUMNS).where(_MINE, memory.c.card_key.in_(bindparam("keys", expanding=True)))
_EVERYTHING = select(memory.c.card_key, *COLUMNS).where(_MINE).order_by(memory.c.card_key)
_CHANGE = (
    update(memory)
    .where(_MINE, memory.c.card_key == bindparam("key"))
    .values({column: bindparam(f"new_{column.name}") for column in COLUMNS})
)
_REVIEW = Prepared(
    update(memory)
    .where(_MINE, memory.c.card_key == bindparam("key"))
    .values({memory.c[name]: bindparam(f"new_{name}") for name in _MEMORY})
)
_STRENGTH = (
    update(memory)
    .where(_MINE, memory.c.card_key == bindparam("key"))
    .values({column: bindparam(f"new_{column.name}") for column in (memory.c.stability, memory.c.difficulty)})
)
_REVIEWS = select(func.coalesce(func.sum(memory.c.reps), 0)).where(_MINE)
_ADD = insert(memory).values(
    {memory.c.learner_id: bindparam("learner"), memory.c.card_key: bindparam("key")}
    | {column: bindparam(f"new_{column.name}") for column in COLUMNS}
)


def get(connection: Connection, learner: str, key: str) -> State:
    """Return the state of a card; of one never seen, that of a new card."""
    row = _GET.run(connection, {"learner": learner, "key": key}).fetchone()
    return UNSEEN if row is None else state(row)


def put(connection: Connection, learner: str, key: str, state: State) -> None:
    """Write the state of a card, which must exist.

    Args:
        connection: from `Store.write`, in the transaction that appends the event.
        learner: whose.
        key: the card.
        state: what follows from its events.
    """
    values: dict[str, object] = dict(zip(_NEW_MEMORY, _memory_values(state.memory), strict=True))
    values |= {f"new_{name}": getattr(state, name) for name in _OTHERS}
    values |= {"learner": learner, "key": key, "new_phase": state.memory.phase.value}
    if not connection.execute(_CHANGE, values).rowcount:
        connection.execute(_ADD, values)


def put_memory(connection: Connection, learner: str, key: str, new: Memory) -> None:
    """Write the memory state of a card after a review; suspension, bury and flag stay as they are.

    Args:
        connection: from `Store.write`, in the transaction that appends the event.
        learner: whose.
        key: the card, which must exist.
        new: what the review came to.
    """
    values: dict[str, object] = dict(zip(_NEW_MEMORY, _memory_values(new), strict=True))
    values |= {"learner": learner, "key": key, "new_phase": new.phase.value}
    if not _REVIEW.run(connection, values).rowcount:
        put(connection, learner, key, State(new))


def put_strengths(connection: Connection, learner: str, new: Mapping[str, Memory]) -> None:
    """Write stability and difficulty of some cards under new weights; nothing else changes.

    Args:
        connection: from `Store.write`, in the transaction that keeps the weights.
        learner: whose.
        new: memory states by key.
    """
    values = [
        {"learner": learner, "key": key, "new_stability": each.stability, "new_difficulty": each.difficulty}
        for key, each in new.items()
    ]
    if values:
        connection.execute(_STRENGTH, values)


def reviews(connection: Connection, learner: str) -> int:
    """Return the number of reviews that the states of all cards come from."""
    return int(connection.execute(_REVIEWS, {"learner": learner}).scalar_one())


def many(connection: Connection, learner: str, keys: Iterable[str]) -> dict[str, State]:
    """Return the states of some cards by key; cards never seen have that of a new card."""
    wanted = list(dict.fromkeys(keys))
    found = dict.fromkeys(wanted, UNSEEN)
    for start in range(0, len(wanted), _BATCH):
        values = {"learner": learner, "keys": wanted[start : start + _BATCH]}
        found |= {key: state(row) for key, *row in connection.execute(_MANY, values)}
    return found


def everything(connection: Connection, learner: str) -> dict[str, State]:
    """Return every state there is, by key."""
    return {key: state(row) for key, *row in connection.execute(_EVERYTHING, {"learner": learner})}


def state(row: Sequence[Any]) -> State:
    """Return the state in a row of `COLUMNS`."""
    phase, *rest = row[: len(_MEMORY)]
    suspended, buried_day, flag = row[len(_MEMORY) :]
    return State(Memory(Phase(phase), *rest), bool(suspended), buried_day, bool(flag))
