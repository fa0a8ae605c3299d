"""What an interview asks: chosen from its seed alone, so that two people with the same decks can sit the same one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from random import Random
from typing import TypeVar

import msgspec

from studydl.decks.folders import SHIPPED
from studydl.decks.items import card_from_json
from studydl.decks.model import Choice
from studydl.errors import UsageError, did_you_mean
from studydl.memory.model import Phase
from studydl.problems import catalog
from studydl.problems.exchange import from_line
from studydl.store import cards, queue
from studydl.store.connection import Store
from studydl.study import question
from studydl.study.interviews.wish import COUNT, LEVEL, MINUTES_A_QUESTION, SEEDS, Wish
from studydl.study.keys import practice_key
from studydl.study.view import Form, Question

SPOKEN, SHORT = 3 / 15, 4 / 15  # shares of spoken and of quick questions; the rest are problems

T = TypeVar("T")


class Kind(StrEnum):
    """What a question of an interview is."""

    PROBLEM = "problem"
    CHOICE = "choice"
    CLAIM = "claim"
    POINTS = "points"


class Options(msgspec.Struct, frozen=True):
    """What was asked for.

    Args:
        topics: topics, or names of the learner's own decks; empty for all topics, without one's own decks.
        level: of its problems, 1 to 3.
        count: questions, 1 to 60.
        minutes: on the clock, 1 to 240.
        seed: decides the questions, 0 to 2**63 - 1.
        calculator: show the value of what is typed.
    """

    topics: tuple[str, ...] = ()
    level: int = LEVEL
    count: int = COUNT
    minutes: int = MINUTES_A_QUESTION * COUNT
    seed: int = 0
    calculator: bool = True


def options_of(wish: Wish, *, calculator: bool = True) -> Options:
    """Return what a wish comes to; where it names no seed, a new one is thrown.

    Args:
        wish: what was said.
        calculator: show the value of what is typed.
    """
    seed = secrets.randbelow(SEEDS) if wish.seed is None else wish.seed
    return Options(wish.topics, wish.hardness, wish.questions, wish.time, seed, calculator)


class Planned(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question with all that is needed to ask and to grade it, whatever becomes of the decks.

    Args:
        kind: one of `Kind`.
        topic: its topic.
        key: of the card, or of the skill's level; a practice key where no deck has the skill.
        title: of the card or family.
        deck: title of the deck; of a problem, its topic.
        content: JSON text of the problem or of the card.
        digest: of the card.
        level: of a problem, else 0.
    """

    kind: Kind
    topic: str
    key: str
    title: str
    deck: str
    content: str
    digest: str = ""
    level: int = 0


class Plan(msgspec.Struct, frozen=True):
    """An interview as it was put together; it never changes.

    Args:
        options: what was asked for.
        questions: in the order they are asked.
        fingerprint: six characters that are the same for two people who are asked the same questions.
    """

    options: Options
    questions: tuple[Planned, ...]
    fingerprint: str


class Draw(msgspec.Struct, frozen=True):
    """A problem to be drawn.

    Args:
        family: its name.
        level: 1 to 3.
        seed: 32 bits.
        key: as in `Planned`.
    """

    family: str
    level: int
    seed: int
    key: str


class Selection(msgspec.Struct, frozen=True):
    """The questions of an interview before its problems are drawn.

    Args:
        questions: in order.
        spares: problems to take where one of a family cannot be drawn.
    """

    questions: tuple[Planned | Draw, ...]
    spares: tuple[Draw, ...]


def topics(store: Store) -> tuple[str, ...]:
    """Return the topics there is something to ask about, and the names of the learner's own decks, sorted."""
    return tuple(sorted({*catalog.topics(), *(topic for deck in _decks(store) for topic in _topics(deck))}))


def select(store: Store, options: Options) -> Selection:
    """Choose the questions. Nothing but the options, the decks and the catalog decides: no date, no progress.

    A fifth of them are spoken, a quarter quick ones (what does this print, choices, claims, in turn), the rest
    problems; where there are too few of one kind, another fills up. Each kind goes around the topics.

    Raises:
        UsageError: there is no such topic, or nothing to ask about it.
    """
    unknown = sorted(set(options.topics) - set(topics(store)))
    if unknown:
        known = topics(store)
        hint = f"{did_you_mean(unknown[0], known, '')} Topics: {', '.join(known)}.".lstrip()
        raise UsageError(f"there is no topic {', '.join(map(repr, unknown))}", hint)
    random = Random(int(hashlib.sha256(f"interview:{options.seed}".encode()).hexdigest(), 16))
    pools = _cards(store, options.topics)
    spoken = _around(pools["points"], random)[: round(options.count * SPOKEN)]
    quick = _in_turn([_around(pools[name], random) for name in ("print", "choice", "claim")])
    draws = _draws(store, options, random)
    short = round(options.count * SHORT) if draws else options.count - len(spoken)
    chosen: list[Planned | Draw] = [*spoken, *quick[:short]]
    wanted = options.count - len(chosen)
    chosen += draws[:wanted]
    if len(chosen) < options.count:  # no problems on these topics: what spoken questions are left
        taken = {each.key for each in spoken}
        rest = [each for each in _around(pools["points"], random) if each.key not in taken]
        chosen += rest[: options.count - len(chosen)]
    if not chosen:
        raise UsageError("there is nothing to ask about these topics", "Choose other topics, or none for all.")
    return Selection(tuple(_shuffled(chosen, random)), tuple(draws[wanted:]))


def question_of(planned: Planned, options: Options) -> Question:
    """Return the question as it is shown; the seed decides the order of its options."""
    if planned.kind is Kind.PROBLEM:
        return question.from_problem(from_line(planned.content), planned.key, planned.deck, Phase.NEW)
    card = card_from_json(planned.content)
    seed = f"{options.seed}:{planned.key}"
    return question.from_card(card, planned.key, planned.deck, Phase.NEW, seed, planned.digest)


def asked(planned: Planned, options: Options, *, spoken: bool) -> Question:
    """Return the question without anything that gives its answer away.

    Args:
        planned: the question.
        options: of the interview.
        spoken: True once a spoken answer is over: its points may be seen then.
    """
    full = question_of(planned, options)
    hidden = replace(full, answer="", hints=(), steps=(), code="", explanation="", source="")
    if full.form is Form.TYPED:
        return hidden
    return replace(hidden, title="", points=full.points if spoken else ())


def plan_of(options: Options, questions: Sequence[Planned]) -> Plan:
    """Return the plan of an interview."""
    shown = [question_of(each, options) for each in questions]
    read = "\n".join(each.problem_id or "\n".join((each.prompt, *each.options, *each.points)) for each in shown)
    return Plan(options, tuple(questions), hashlib.sha256(read.encode()).hexdigest()[:6])


def drawn(draw: Draw, line: str) -> Planned:
    """Return the question that a drawn problem asks."""
    problem = from_line(line)
    return Planned(Kind.PROBLEM, problem.topic, draw.key, problem.title, problem.topic, line, level=problem.level)


def _draws(store: Store, options: Options, random: Random) -> list[Draw]:
    """Return more problems than will be asked, families in turn; a family that comes again has other numbers."""
    names: dict[str, list[str]] = {}
    for name in catalog.names():
        topic = name.partition(".")[0]
        if not options.topics or topic in options.topics:
            names.setdefault(topic, []).append(name)
    order = _around(names, random)
    if not order:
        return []
    skills = {(each.family, each.level): each.key for each in reversed(queue.skills(store.read(), store.learner))}
    found = list[Draw]()
    for place in range(2 * options.count + 5):
        family = order[place % len(order)]
        seed = int.from_bytes(hashlib.sha256(f"{options.seed}/{place}/{family}".encode()).digest()[:4], "big")
        key = skills.get((family, options.level)) or practice_key(family, options.level, seed)
        found.append(Draw(family, options.level, seed, key))
    return found


def _cards(store: Store, wanted: Sequence[str]) -> dict[str, dict[str, list[Planned]]]:
    """Return the cards that may be asked, by kind and topic.

    One's own decks only where they are named, so that the same seed asks another person the same.
    """
    pools: dict[str, dict[str, list[Planned]]] = {name: {} for name in ("print", "choice", "claim", "points")}
    for deck in sorted(_decks(store), key=lambda deck: (deck.origin, deck.name)):
        topic = next((topic for topic in _topics(deck) if topic in wanted or not wanted), None)
        if topic is None or (deck.origin != SHIPPED and deck.name not in wanted):
            continue
        for row in cards.of_deck(store.read(), store.learner, deck.origin, deck.name):
            if row.kind in ("choice", "claim", "points"):
                planned = Planned(Kind(row.kind), topic, row.key, row.title, deck.title, row.content, row.digest)
                pool = "print" if row.kind == "choice" and _prints(row.content) else row.kind
                pools[pool].setdefault(topic, []).append(planned)
    return pools


def _prints(content: str) -> bool:
    """Say whether a choice asks what some code prints or does: it shows the code."""
    body = card_from_json(content).body
    return isinstance(body, Choice) and "```" in body.question


def _decks(store: Store) -> list[cards.DeckRow]:
    return cards.decks(store.read(), store.learner)


def _topics(deck: cards.DeckRow) -> tuple[str, ...]:
    return deck.topics or (deck.name,) if deck.origin == SHIPPED else (deck.name,)


def _around(by_topic: Mapping[str, Sequence[T]], random: Random) -> list[T]:
    """Return everything, one of each topic in turn, both in random order."""
    return _in_turn([_shuffled(by_topic[topic], random) for topic in _shuffled(sorted(by_topic), random)])


def _in_turn(groups: Sequence[Sequence[T]]) -> list[T]:
    longest = max(map(len, groups), default=0)
    return [group[place] for place in range(longest) for group in groups if place < len(group)]


def _shuffled(items: Iterable[T], random: Random) -> list[T]:
    """Return the items in random order. Only `random()` is used, whose stream Python promises to keep."""
    return [item for _, _, item in sorted((random.random(), place, item) for place, item in enumerate(items))]
