"""Practice: which problems come, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count as counting
from itertools import islice

from studydl.errors import UsageError, did_you_mean
from studydl.problems import catalog
from studydl.problems.engine import LEVELS
from studydl.store import cards, queue
from studydl.store.connection import Store
from studydl.study.keys import practice_key
from studydl.study.weak_spots import NEVER, Lately, lately, weak_first

DEFAULT_COUNT = 10
ENDLESS = 1000  # problems planned when there is to be no end: more than anyone does at a sitting


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to practice.

    Args:
        name: of a deck, topic or family, as `Desk.practice` takes it.
        kind: "deck", "topic" or "family".
        title: as shown; empty for a topic.
        families: the families it stands for, weak spots first.
        lately: how the last attempts went, over its families.
    """

    name: str
    kind: str
    title: str
    families: tuple[str, ...]
    lately: Lately


@dataclass(frozen=True, slots=True)
class Choices:
    """All there is to practice.

    Args:
        choices: the weak families, weakest first, then decks, topics, and the other families.
        today: the study day, from which days are counted.
    """

    choices: tuple[Choice, ...]
    today: int


def choices(store: Store, today: int) -> Choices:
    """Return what there is to practice.

    Args:
        store: the database.
        today: the study day.
    """
    known = lately(store)
    ordered = weak_first(catalog.names(), known)
    families = [Choice(name, "family", catalog.get(name).title, (name,), known.get(name, NEVER)) for name in ordered]
    weak = [choice for choice in families if choice.lately.is_weak]
    decks = [
        Choice(name, "deck", title, tuple(weak_first(found, known)), together(known.get(f, NEVER) for f in found))
        for name, title, found in _decks(store)
        if found
    ]
    topics = []
    for topic in catalog.topics():
        found = [name for name in ordered if name.partition(".")[0] == topic]
        topics.append(Choice(topic, "topic", "", tuple(found), together(known.get(f, NEVER) for f in found)))
    rest = [choice for choice in families if not choice.lately.is_weak]
    return Choices((*weak, *decks, *topics, *rest), today)


def together(parts: Iterable[Lately]) -> Lately:
    """Return how the last attempts at several families went."""
    found = list(parts)
    return Lately(
        right=sum(part.right for part in found),
        of=sum(part.of for part in found),
        again=sum(part.again for part in found),
        last_day=max((part.last_day for part in found if part.last_day is not None), default=None),
    )


def families_named(store: Store, what: Sequence[str]) -> list[str]:
    """Return the families of decks, topics or families; all of them without names.

    A deck stands for the families its skills practice; one without skills, for those of its topics.

    Args:
        store: the database.
        what: names.

    Raises:
        UsageError: there is nothing of that name.
    """
    if not what:
        return list(catalog.names())
    by_deck = {name: found for name, _, found in _decks(store)}
    found: dict[str, None] = {}
    for name in what:
        matching = by_deck.get(name) or [n for n in catalog.names() if name in (n, n.partition(".")[0])]
        if not matching:
            topics = catalog.topics()
            near = did_you_mean(name, [*by_deck, *topics, *catalog.names()], "")
            everything = f"Topics: {', '.join(topics)}. `studydl problems list` shows the families."
            raise UsageError(
                f"there is no deck, topic or family {name!r} with problems", f"{near} {everything}".lstrip()
            )
        found |= dict.fromkeys(matching)
    return list(found)


def planned(families: Sequence[str], level: int | None, count: int, known: Mapping[str, Lately]) -> list[str]:
    """Return the keys of a practice session: each family in turn, over and over.

    Args:
        families: in the order they are to come.
        level: 1 to 3; None goes through the levels of each family in turn, on from where it was left.
        count: how many problems.
        known: how the last attempts went, from `lately`.
    """

    def keys() -> Iterable[str]:
        number = 0
        for turn in counting():
            for family in families:
                at = level or LEVELS[(known.get(family, NEVER).next_level - 1 + turn) % len(LEVELS)]
                yield practice_key(family, at, number)
                number += 1

    return list(islice(keys(), count))


def _decks(store: Store) -> list[tuple[str, str, list[str]]]:
    """Return (name, title, families) of every deck, in their order."""
    connection, learner = store.read(), store.learner
    skills: dict[tuple[str, str], dict[str, None]] = {}
    for skill in queue.skills(connection, learner):
        if skill.family in catalog.names():
            skills.setdefault((skill.origin, skill.deck), {})[str(skill.family)] = None
    found = []
    for deck in cards.decks(connection, learner):
        own = list(skills.get((deck.origin, deck.name), ()))
        found.append((deck.name, deck.title, own or [n for n in catalog.names() if n.partition(".")[0] in deck.topics]))
    return found
