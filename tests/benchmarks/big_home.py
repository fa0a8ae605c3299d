"""A home that has been studied for years, for the benchmarks: many cards, and a log of many answers.

The decks are Markdown, read by the program as it reads anybody's; the log is written by the store's own functions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from studydl.memory.model import Memory, Phase, Rating
from studydl.paths import Home
from studydl.store import log, settings, states
from studydl.store.ids import new_id
from studydl.store.log import Event
from studydl.study.clock import system_clock
from studydl.study.desk import Desk
from studydl.study.fit.fitting import fit

CARDS_A_DECK = 5_000
DAY_MS = 86_400_000
YEARS = 10
DUE_TODAY = 3000  # cards, of all those that were studied
WAITS = (1, 3, 8, 21, 55, 140, 365)  # days until the next review, after each answer that was right
AGAIN, HARD, GOOD, EASY = (rating.value for rating in Rating)
RATINGS = (AGAIN, HARD, GOOD, GOOD, GOOD, GOOD, GOOD, EASY)
CLOZE = 4
WRITTEN = 20_000  # answers in one transaction
WORDS = [f"{first}{second}{third}" for first in "bdfklmnprst" for second in "aeiou" for third in ("n", "r", "st", "x")]


@dataclass(frozen=True, slots=True)
class Text:
    """One card.

    Args:
        question: 8 words and a number.
        answer: 20 words, `softmax` among them in one card of a hundred; any other word is in one card of eight.
    """

    question: str
    answer: str


def texts(count: int) -> list[Text]:
    """Return so many cards, the same each time."""
    draw = Random(5)
    found = []
    for number in range(count):
        question, answer = (" ".join(draw.choices(WORDS, k=length)) for length in (8, 20))
        found.append(Text(f"{question} {number}", answer + (" softmax" if number % 100 == 0 else "")))
    return found


def write_decks(home: Home, cards: list[Text]) -> list[str]:
    """Write cards into decks of 5,000 and return the decks' names; the cards are `mine/card-0` and so on.

    Every fifth card has a hole in its text, the others are questions: all are answered with space and a number.
    """
    home.decks.mkdir(parents=True, exist_ok=True)
    names = []
    for start in range(0, len(cards), CARDS_A_DECK):
        names.append(f"big-{start:06}")
        sections = "".join(
            f"\n## Card {number} {{#card-{number}}}\n\n{_body(number, card)}\n"
            for number, card in enumerate(cards[start : start + CARDS_A_DECK], start)
        )
        path = home.decks / f"{names[-1]}.md"
        path.write_text(f'---\ntitle = "Big {start}"\n---\n{sections}', encoding="utf-8")
    return names


def _body(number: int, card: Text) -> str:
    if number % 5 == CLOZE:
        return f"C: {card.question} [{card.answer}]"
    return f"Q: {card.question}\nA: {card.answer}"


def keys(count: int) -> list[str]:
    """Return the keys of the first cards of `write_decks`."""
    return [f"mine/card-{number}" + ("/1" if number % 5 == CLOZE else "") for number in range(count)]


def write_reviews(desk: Desk, cards: list[str], answers: int) -> None:
    """Write a log of years, and the memory states that follow from it.

    One answer in 20 was amended, one in 100 undone, and one in 20 was to a problem of a skill.

    Args:
        desk: of a home with the cards and the shipped decks.
        cards: keys, all but every tenth of which were studied.
        answers: how many, at least as many as there are cards.
    """
    draw, today = Random(6), desk.schedule.today()
    studied = [key for number, key in enumerate(cards) if number % 10]
    raw = desk.store.read().exec_driver_sql
    skills = [tuple(row) for row in raw("SELECT key, family, level FROM cards WHERE family IS NOT NULL ORDER BY key")]
    known: dict[str, Memory] = {}
    raw("PRAGMA cache_size = -1000000")  # of this one connection: the whole log in memory while it is written
    for start in range(0, answers, WRITTEN):
        with desk.store.write() as connection:
            for number in range(start, min(start + WRITTEN, answers)):
                day = today - 1 - (answers - 1 - number) * 365 * YEARS // answers
                skill = draw.choice(skills) if skills and number % 20 == 3 else None
                key = skill[0] if skill else studied[number] if number < len(studied) else draw.choice(studied)
                event, memory = _answer(draw, key, day, number, known.get(key, Memory()), skill)
                log.append(connection, desk.store.learner, event)
                known[key] = memory
                for changed in _changes(event, number):
                    log.append(connection, desk.store.learner, changed)
    with desk.store.write() as connection:
        for number, (key, memory) in enumerate(known.items()):
            late = Random(number).randrange(DUE_TODAY)
            due = today - late if number % (len(known) // DUE_TODAY + 1) == 0 else today + 1 + late
            states.put_memory(connection, desk.store.learner, key, _due(memory, due))
        for limit in ("reviews_per_day", "minutes_per_session"):
            settings.put(connection, desk.store.learner, limit, len(cards))


def _answer(
    draw: Random, key: str, day: int, number: int, before: Memory, skill: tuple[str, str, int] | None
) -> tuple[Event, Memory]:
    rating = draw.choice(RATINGS)
    right = rating != AGAIN
    wait = WAITS[min(before.reps - before.lapses, len(WAITS) - 1)] if right else 1
    first = before.phase is Phase.NEW
    phase = Phase.LEARNING if first else Phase.REVIEW if right else Phase.RELEARNING
    missed = not first and not right
    memory = Memory(
        phase, None, wait * 1.1, 5.5, day, day * DAY_MS, day + wait, None, before.reps + 1, before.lapses + missed
    )
    event = Event(
        id=new_id(),
        kind="answer",
        at_ms=day * DAY_MS + number % 1000,
        study_day=day,
        mode="study",
        card_key=key,
        rating=rating,
        duration_ms=draw.randrange(3_000, 60_000),
        phase=phase.value,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due_day=memory.due_day,
        data='{"tries": [], "second": false, "seed": "studydl/card:1772000000000"}',
    )
    return (event if skill is None else _solved(event, number, skill, right)), memory


def _solved(event: Event, number: int, skill: tuple[str, str, int], right: bool) -> Event:
    _, family, level = skill
    return replace(
        event,
        text="13/16",
        verdict="correct" if right else "incorrect",
        misconception=None if right else f"mistake {number % 3}",
        problem_id=f"{family}@1:{level}:{number}",
        problem='{"params": {"numbers": [' + "0.125, " * 60 + "1]}}",
    )


def _changes(event: Event, number: int) -> list[Event]:
    """Return what was changed about an answer later on."""
    undo = Event(new_id(), "undo", event.at_ms, event.study_day, event.mode, None, event.card_key, event.id)
    if number % 100 == 1:
        return [undo]
    if number % 20 == 0:
        return [replace(undo, kind="amend", rating=HARD, phase=event.phase, stability=3.0, due_day=event.due_day)]
    return []


def _due(memory: Memory, due: int) -> Memory:
    stability = float(max(due - (memory.last_day or due), 1))
    return replace(memory, phase=Phase.REVIEW, stability=stability, due_day=due)


def _make_due(desk: Desk) -> None:
    """Have as many cards due as there were at first, and no session half done: earlier runs studied."""
    today = desk.schedule.today()
    with desk.store.write() as connection:
        raw = connection.exec_driver_sql
        picked = "SELECT card_key FROM memory WHERE phase = 'review' AND last_day < ? ORDER BY random() LIMIT ?"
        later = "UPDATE memory SET due_day = ? + 1 + abs(random() % ?) WHERE phase = 'review' AND due_day <= ?"
        raw(later, (today, DUE_TODAY, today))
        raw(f"UPDATE memory SET due_day = ? WHERE card_key IN ({picked})", (today, today, DUE_TODAY))
        raw("UPDATE sessions SET ended_ms = started_ms WHERE ended_ms IS NULL")


def build(folder: Path, cards: int, answers: int) -> tuple[Home, list[str]]:
    """Make a home, or take up one made before in this folder; return it and the names of its big decks."""
    home, written = Home(folder), texts(cards)
    names = write_decks(home, written)
    new = not home.database.exists()
    desk = Desk(home)
    if new:
        desk.pass_welcome()
        write_reviews(desk, keys(cards), answers)
    fit(desk.store, system_clock())  # or one comes in the background: of a million reviews, a core for most of a minute
    if not new:
        _make_due(desk)
    desk.close()
    return home, names
