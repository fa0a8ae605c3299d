"""The queue of one session: what comes, in which order, within the learner's limits."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studydl.memory.model import Memory, Phase, Settings
from studydl.memory.recall import forgetting

IN_STEPS = (Phase.LEARNING, Phase.RELEARNING)
OPEN_DECKS = 4  # that new cards come from at a time: enough to interleave, few enough to get somewhere


@dataclass(frozen=True, slots=True)
class Item:
    """A card that may come in a session.

    Args:
        key: the card's key.
        note: the card's note: siblings share it.
        deck: its deck.
        position: its place in the deck.
        memory: its state. Of a skill, only the open level is an item.
        skill: True if it is answered with a problem.
        contrast: tag shared with cards it is easily confused with; may be empty.
        ready: True if the cards that must come before it are met.
        cost_ms: how long it usually takes to answer, in milliseconds.
    """

    key: str
    note: str
    deck: str
    position: int
    memory: Memory
    skill: bool = False
    contrast: str = ""
    ready: bool = True
    cost_ms: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What was done today already.

    Args:
        new_cards: new cards, new skill levels included.
        new_skills: new skill levels.
        reviews: reviews of cards met on an earlier day.
    """

    new_cards: int = 0
    new_skills: int = 0
    reviews: int = 0


def build_queue(items: Sequence[Item], *, today: int, settings: Settings, done: Done = Done()) -> list[str]:
    """Return the keys of a session's cards in order; the same arguments give the same queue.

    Cards on a learning step come first and know no limit but the number of problems. What time they leave of the
    session's minutes goes to the reviews, and what those leave to new cards. The reviews come the most
    forgotten first, with the new cards spread evenly among them. New cards come from the first few decks that have any,
    in turn; the next deck opens when one of these is through. One card a note: its siblings wait for the next session.

    Args:
        items: due or not, in order of the decks; what is not due, not ready, or over a limit stays out.
        today: study day.
        settings: for the limits.
        done: what counts against the limits of today.
    """
    due = [item for item in items if item.memory.due_day is not None and item.memory.due_day <= today]
    learning = sorted((i for i in due if i.memory.phase in IN_STEPS), key=lambda i: (i.memory.due_ms or 0, i.key))
    reviews = sorted(
        (i for i in due if i.memory.phase == Phase.REVIEW), key=lambda i: (-forgetting(i.memory, today), i.key)
    )
    fresh = _decks_in_turn(item for item in items if item.memory.phase == Phase.NEW and item.ready)
    seen: set[str] = set()
    learning, reviews, fresh = (_one_a_note(group, seen) for group in (learning, reviews, fresh))

    left_ms = settings.minutes_per_session * 60_000 - _cost(learning)
    problems = settings.problems_per_session - _skills(learning)
    reviews = _chosen(reviews, settings.reviews_per_day - done.reviews, problems, left_ms)
    left_ms -= _cost(reviews)
    problems = min(problems - _skills(reviews), settings.new_skills_per_day - done.new_skills)
    fresh = _take(fresh, settings.new_per_day - done.new_cards, problems, left_ms)
    return [item.key for item in (*learning, *_mixed(_contrasts_together(reviews), fresh))]


def _decks_in_turn(items: Iterable[Item]) -> list[Item]:
    """Return one item of each open deck, then the next of each, every deck by position; see OPEN_DECKS."""
    decks: dict[str, list[Item]] = {}
    for item in items:
        decks.setdefault(item.deck, []).append(item)
    waiting = deque(deque(sorted(deck, key=lambda item: (item.position, item.key))) for deck in decks.values())
    turns, ordered = deque[deque[Item]](), list[Item]()
    while waiting or turns:
        while waiting and len(turns) < OPEN_DECKS:
            turns.append(waiting.popleft())
        deck = turns.popleft()
        ordered.append(deck.popleft())
        if deck:
            turns.append(deck)
    return ordered


def _one_a_note(items: Iterable[Item], seen: set[str]) -> list[Item]:
    """Return the first item of each note not seen yet, and add these notes to the seen ones."""
    kept = []
    for item in items:
        if item.note not in seen:
            seen.add(item.note)
            kept.append(item)
    return kept


def _chosen(reviews: list[Item], limit: int, problems: int, left_ms: int) -> list[Item]:
    """Return the reviews that fit today, the most forgotten first.

    A day that can be finished loses nothing by its order, so the card nearest to being lost goes first, in case
    the session is broken off. A backlog that cannot be finished is another matter: a card still remembered keeps
    its long interval for one quick review, while one long forgotten must be learned again now or later alike.
    So a backlog is worked off from the best remembered end.
    """
    if len(reviews) <= limit and _cost(reviews) <= left_ms:
        return _take(reviews, limit, problems, left_ms)
    return _take(reviews[::-1], limit, problems, left_ms)[::-1]


def _take(items: Iterable[Item], limit: int, problems: int, left_ms: int) -> list[Item]:
    """Return the first items up to a limit and within the time, at most so many problems among them."""
    kept: list[Item] = []
    for item in items:
        if len(kept) >= limit or left_ms < item.cost_ms:
            break
        if item.skill:
            if problems <= 0:
                continue
            problems -= 1
        left_ms -= item.cost_ms
        kept.append(item)
    return kept


def _cost(items: Iterable[Item]) -> int:
    return sum(item.cost_ms for item in items)


def _skills(items: Iterable[Item]) -> int:
    return sum(item.skill for item in items)


def _contrasts_together(reviews: Iterable[Item]) -> list[list[Item]]:
    """Return the reviews in blocks: those of one contrast tag follow the first of them, to be told apart."""
    blocks: dict[str, list[Item]] = {}
    for item in reviews:
        blocks.setdefault(f"tag {item.contrast}" if item.contrast else f"key {item.key}", []).append(item)
    return list(blocks.values())


def _mixed(blocks: list[list[Item]], fresh: list[Item]) -> list[Item]:
    """Return the blocks in order with the new cards spread evenly between them."""
    total, mixed, placed = sum(map(len, blocks)), list[Item](), 0
    shown = 0
    for block in blocks:
        mixed += block
        shown += len(block)
        now = len(fresh) * shown // total
        mixed += fresh[placed:now]
        placed = now
    return mixed + fresh[placed:]
