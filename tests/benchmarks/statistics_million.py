"""How long the statistics take over a log of a million events on 100,000 cards, on one thread.

    python tests/benchmarks/statistics_million.py [--cards N] [--answers N] [--folder DIR]

The peer is SQLite itself, reading every row of the log once. Every fifth card is a skill: its answers carry a problem.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from random import Random

from studydl.memory.model import Settings
from studydl.paths import Home
from studydl.store import cards
from studydl.store.cards import CardRow, DeckRow
from studydl.store.connection import Store, open_store
from studydl.store.engine import driver_of
from studydl.study.schedule import Schedule
from studydl.study.statistics.figures import statistics

DECKS, DAYS, TODAY = 40, 1000, 20_600
KINDS = ("basic", "cloze", "claim", "choice", "skill")
PROBLEM = '{"params": {"numbers": [' + "0.125, " * 60 + '1]}, "prompt": "' + "A classifier gives " * 20 + '"}'


def main() -> None:
    """Fill a database and read its statistics."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(chosen.folder or Path(folder))
        made = home.database.exists()
        with open_store(home) as store:
            if not made:
                fill(store, chosen.cards, chosen.answers)
            measure(store)


def fill(store: Store, count: int, answers: int) -> None:
    """Write cards, their states and a log; one answer in 20 is amended, one in 100 undone."""
    random = Random(1)
    decks = [DeckRow("studydl", f"deck-{n}", f"Deck {n}", (), n, f"en/deck-{n}.md", "d") for n in range(DECKS)]
    rows = [_card(number) for number in range(count)]
    with store.write() as connection:
        cards.sync(connection, store.learner, decks, rows, 1)
    raw, last = driver_of(store.read()), dict[str, int]()
    raw.execute("BEGIN IMMEDIATE")
    seq, states = 0, dict[str, tuple[object, ...]]()
    for number in range(answers):
        card = rows[random.randrange(count)]
        day = TODAY - DAYS + number * DAYS // answers
        seq += 1
        wait = random.choice((1, 4, 12, 30, 90))
        rating = random.choice((1, 2, 3, 3, 3, 3, 4))
        phase = "learning" if card.key not in last else "relearning" if rating == 1 else "review"
        last[card.key] = day
        values: dict[str, object] = {
            "learner_id": store.learner, "seq": seq, "id": f"01900000-0000-7000-8000-{seq:012}", "kind": "answer",
            "at_ms": day * 86_400_000, "study_day": day, "mode": "study", "card_key": card.key, "target_id": None,
            "rating": rating, "text": "answer", "verdict": None, "misconception": None, "aided": 0, "hints": 0,
            "duration_ms": random.randrange(3000, 90_000), "problem_id": None, "problem": None, "phase": phase,
            "step": None, "stability": wait * 1.3, "difficulty": 5.5, "due_day": day + wait, "due_ms": None,
            "data": '{"tries": [], "second": false, "seed": "studydl/card:1772000000000"}',
        }  # fmt: skip
        if card.family:
            values |= {
                "problem_id": f"{card.family}@1:{card.level}:{seq}",
                "problem": PROBLEM,
                "verdict": "correct" if rating > 1 else "incorrect",
                "misconception": f"mistake {number % 3}" if rating == 1 else None,
            }
        _insert(raw, values)
        states[card.key] = (store.learner, card.key, phase, wait * 1.3, 5.5, day, day + wait, 3, 0, 0, 0, 0, 0)
        if number % 20 == 0 or number % 100 == 1:
            kind, target = ("amend", values["id"]) if number % 20 == 0 else ("undo", values["id"])
            seq += 1
            kept = {name: values[name] for name in ("learner_id", "at_ms", "study_day", "mode", "card_key", "due_day")}
            change = {"seq": seq, "id": f"01900000-0000-7000-8000-{seq:012}", "kind": kind, "target_id": target}
            decided = {"rating": 2, "phase": phase, "stability": 3.0, "aided": 0, "hints": 0}
            _insert(raw, kept | change | (decided if kind == "amend" else {"aided": 0, "hints": 0}))
    raw.executemany(
        "INSERT INTO memory (learner_id, card_key, phase, stability, difficulty, last_day, due_day, reps, lapses,"
        " pass_days, fails, suspended, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        states.values(),
    )
    raw.execute("COMMIT")
    print(f"{seq:,} events, {store.path.stat().st_size / 1e6:,.0f} MB")


def _card(number: int) -> CardRow:
    kind = KINDS[number % 5]
    skill = kind == "skill"
    level = number // 5 % 3 + 1
    key = f"studydl/card-{number // 15}-{number % 5}/{level}" if skill else f"studydl/card-{number}"
    family = f"topic{number // 15 % 40}.family-{number // 15 % 200}" if skill else None
    note, deck = key.rpartition("/")[0] if skill else key, f"deck-{number % DECKS}"
    return CardRow(key, note, "studydl", deck, number, kind, "T", "{}", "d", family, level if skill else None)


def _insert(raw: object, values: dict[str, object]) -> None:
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    raw.execute(f"INSERT INTO events ({names}) VALUES ({marks})", list(values.values()))  # type: ignore[attr-defined]


def measure(store: Store) -> None:
    """Print what the statistics cost, beside SQLite reading every row; the best of three, in processor time."""
    raw = driver_of(store.read())
    schedule = Schedule(store, Settings(), lambda: TODAY * 86_400_000, UTC)
    scan = best(lambda: raw.execute("SELECT sum(rating), sum(length(data)) FROM events").fetchall())
    ours = best(lambda: statistics(store, schedule))
    print(f"every row read once {scan:.2f} s, statistics {ours:.2f} s: {ours / scan:.1f} x")


def best(work: Callable[[], object]) -> float:
    """Return the least processor time of three runs, in seconds."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
