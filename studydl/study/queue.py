"""What there is to study today, as the scheduler's queue wants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from studydl.decks.folders import SHIPPED
from studydl.errors import UsageError
from studydl.memory.levels import open_level
from studydl.memory.model import Phase
from studydl.memory.queue import Item
from studydl.store import cards, queue, states
from studydl.store.connection import Store
from studydl.store.queue import Candidate
from studydl.store.states import State
from studydl.study.pace import pace

MOST_UNSEEN = 2000  # new cards looked at; far more than any daily limit
DeckName = tuple[str, str]


def named_decks(store: Store, names: Sequence[str]) -> list[DeckName] | None:
    """Return (origin, name) of the decks with these names; None for no names: all decks.

    Raises:
        UsageError: there is no such deck.
    """
    if not names:
        return None
    there = cards.decks(store.read(), store.learner)
    unknown = [name for name in names if name not in {deck.name for deck in there}]
    if unknown:
        raise UsageError(
            f"there is no deck {', '.join(map(repr, unknown))}", f"Decks: {', '.join(deck.name for deck in there)}."
        )
    return [(deck.origin, deck.name) for deck in there if deck.name in names]


def gather(
    store: Store, today: int, decks: Sequence[DeckName] | None, start: str = "", wanted: Sequence[str] = ()
) -> list[Item]:
    """Return the cards due today and the new ones, of each skill its open level only.

    Siblings of a card studied today are left out until tomorrow. With all decks wanted, a shipped deck opens its first
    skill only: about thirty in all, where each one more is a problem every few days. Choosing a deck opens the others,
    and once begun a skill goes on.

    Args:
        store: the database.
        today: the study day.
        decks: (origin, name) of the decks wanted; all when None.
        start: name of the shipped deck that comes first, then those after it; empty for the first one.
        wanted: keys of new skills that are open whatever their deck.
    """
    connection, learner = store.read(), store.learner
    due = queue.due(connection, learner, today, decks)
    unseen = queue.unseen(connection, learner, today, decks, MOST_UNSEEN)
    levels = [level for level in _open_levels(queue.skills(connection, learner, decks)) if _awake(level.state, today)]
    if decks is None:
        levels = _on_the_path(levels, wanted)
    levels = [level for level in levels if _is_up(level, today)]
    found = _from(start, [*due, *unseen, *levels], cards.decks(connection, learner))
    studied = queue.studied(connection, learner, today)
    found = [candidate for candidate in found if _in_steps(candidate) or candidate.note not in studied]
    met = _met(store, {note for candidate in found for note in candidate.after})
    times = pace(store)
    return [_item(candidate, met, times[candidate.kind]) for candidate in found]


def _in_steps(candidate: Candidate) -> bool:
    return candidate.state.memory.phase in (Phase.LEARNING, Phase.RELEARNING)


def _open_levels(levels: Iterable[Candidate]) -> Iterable[Candidate]:
    ordered = sorted(levels, key=lambda candidate: (candidate.note, candidate.level or 0))
    for _, group in groupby(ordered, key=lambda candidate: candidate.note):
        skill = list(group)
        yield skill[open_level([candidate.state.memory for candidate in skill])]


def _from(start: str, found: list[Candidate], decks: Sequence[cards.DeckRow]) -> list[Candidate]:
    """Return the candidates with those of the decks from this one on first; a learner's own decks stay before all."""
    own = [deck.name for deck in decks if deck.origin != SHIPPED]
    shipped = [deck.name for deck in decks if deck.origin == SHIPPED]
    if start not in shipped:
        return found
    place = shipped.index(start)
    order = {name: rank for rank, name in enumerate([*own, *shipped[place:], *shipped[:place]])}
    return sorted(found, key=lambda candidate: order.get(candidate.deck, 0))


def _on_the_path(skills: Sequence[Candidate], wanted: Sequence[str]) -> list[Candidate]:
    """Return the skills begun or wanted, the first one of each shipped deck, and all of the learner's own decks."""
    first = dict[str, Candidate]()
    for skill in sorted(skills, key=lambda skill: skill.position):
        first.setdefault(skill.deck, skill)
    return [
        skill
        for skill in skills
        if skill.origin != SHIPPED or _is_begun(skill) or skill is first[skill.deck] or skill.key in wanted
    ]


def _is_begun(skill: Candidate) -> bool:
    return (skill.level or 1) > 1 or skill.state.memory.phase != Phase.NEW


def _is_up(skill: Candidate, today: int) -> bool:
    """Say whether a skill is new, or due today."""
    due_day = skill.state.memory.due_day
    return due_day is None or due_day <= today or _in_steps(skill)


def _awake(state: State, today: int) -> bool:
    return not state.suspended and (state.buried_day is None or state.buried_day < today)


def _met(store: Store, notes: set[str]) -> set[str]:
    """Return the notes that have been met: left learning, were suspended, or are no longer in their deck.

    A note with deletions or levels counts by its first one.
    """
    connection, learner = store.read(), store.learner
    found = states.many(connection, learner, [key for note in notes for key in (note, f"{note}/1")])
    return {
        note
        for note in notes
        if any(_is_met(found[key]) for key in (note, f"{note}/1"))
        or not any(_is_there(store, key) for key in (note, f"{note}/1"))
    }


def _is_met(state: State) -> bool:
    return state.suspended or state.memory.phase in (Phase.REVIEW, Phase.RELEARNING)


def _is_there(store: Store, key: str) -> bool:
    row = cards.get(store.read(), store.learner, key)
    return row is not None and row.retired_ms is None


def _item(candidate: Candidate, met: set[str], cost_ms: int) -> Item:
    return Item(
        key=candidate.key,
        note=candidate.note,
        deck=f"{candidate.origin}/{candidate.deck}",
        position=candidate.position,
        memory=candidate.state.memory,
        skill=candidate.kind == "skill",
        contrast=candidate.contrast,
        ready=met.issuperset(candidate.after),
        cost_ms=cost_ms,
    )
