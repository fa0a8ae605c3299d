"""How long an answer takes: event, memory state and session committed, then the next card read, at 10,000 cards.

    python tests/benchmarks/answer_commit.py [--cards N] [--answers N] [--folder DIR]

Where `anki` is installed (the benchmark extra), its answer_card and next card are measured beside it on the same disk.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from studydl.memory.model import Memory, Phase
from studydl.paths import Home
from studydl.store import cards, log, sessions, states
from studydl.store.connection import open_store
from studydl.store.ids import new_id

DAY, NOW_MS = 20_000, 20_000 * 86_400_000
PROBLEM = json.dumps({"params": {"sizes": list(range(24))}, "answer": {"kind": "real", "value": "0.8125"}})


def ours(folder: Path, count: int, answers: int) -> list[float]:
    """Return the seconds each answer took."""
    with open_store(Home(folder)) as store:
        deck = cards.DeckRow("studydl", "deck", "Deck", (), 0, "deck.md", "digest")
        rows = [_card(number) for number in range(count)]
        session = new_id()
        with store.write() as connection:
            cards.sync(connection, store.learner, [deck], rows, NOW_MS)
            for row in rows[: count // 2]:
                states.put(connection, store.learner, row.key, _state(1))
            sessions.start(
                connection, store.learner, sessions.SessionRow(session, "study", NOW_MS, None, DAY, "{}", "{}")
            )

        def answer(number: int) -> None:
            key, following = rows[number * 7919 % count].key, rows[(number + 1) * 7919 % count].key
            event = log.Event(
                new_id(), log.Kind.ANSWER, NOW_MS + number, DAY, "study", session, key, rating=3, text="0.8125",
                verdict="correct", duration_ms=9000, problem=PROBLEM, phase="review", stability=12.3, difficulty=5.1,
                due_day=DAY + 12,
            )  # fmt: skip
            with store.write() as connection:
                log.append(connection, store.learner, event)
                states.put(connection, store.learner, key, _state(number))
                sessions.save_state(connection, store.learner, session, f'{{"key": "{following}", "n": {number}}}')
            cards.get(store.read(), store.learner, following)
            states.get(store.read(), store.learner, following)

        return _timed(answer, answers)


def theirs(folder: Path, count: int, answers: int) -> list[float]:
    """Return the seconds each answer and next card took in Anki, its undo history and scheduler included."""
    from anki.collection import Collection  # type: ignore[import-not-found, unused-ignore]

    collection = Collection(str(folder / "collection.anki2"))
    basic = collection.models.by_name("Basic")
    deck = collection.decks.id("Default")
    for number in range(count):
        note = collection.new_note(basic)
        note["Front"], note["Back"] = f"question {number}", "answer " * 20
        collection.add_note(note, deck)
    settings = collection.decks.config_dict_for_deck_id(deck)
    settings["new"]["perDay"] = settings["rev"]["perDay"] = 9999
    collection.decks.update_config(settings)
    queued = [collection.sched.get_queued_cards(fetch_limit=1)]

    def answer(number: int) -> None:
        shown = queued[0].cards[0]
        card = collection.get_card(shown.card.id)
        card.start_timer()
        collection.sched.answer_card(collection.sched.build_answer(card=card, states=shown.states, rating=2))
        queued[0] = collection.sched.get_queued_cards(fetch_limit=1)
        collection.get_note(queued[0].cards[0].card.note_id)

    times = _timed(answer, answers)
    collection.close()
    return times


def _card(number: int) -> cards.CardRow:
    key = f"studydl/card-{number:05}"
    return cards.CardRow(key, key, "studydl", "deck", number, "basic", "Title", json.dumps({"q": "x" * 400}), "d")


def _state(number: int) -> states.State:
    return states.State(Memory(Phase.REVIEW, None, 12.0 + number, 5.0, DAY, NOW_MS, DAY + 12, None, 3))


def _timed(answer: Callable[[int], None], answers: int) -> list[float]:
    for number in range(50):
        answer(number)
    times = []
    for number in range(50, 50 + answers):
        start = time.perf_counter()
        answer(number)
        times.append(time.perf_counter() - start)
    return sorted(times)


def _at(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)] * 1000


def main() -> None:
    """Print p50 and p99, and Anki's where it is installed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=2_000)
    parser.add_argument("--folder", help="where the databases are made; the disk decides")
    options = parser.parse_args()
    results: dict[str, list[float]] = {}
    for name, measure in (("studydl", ours), ("anki", theirs)):
        if name == "anki" and importlib.util.find_spec("anki") is None:
            print("anki is not installed: no comparison")
            continue
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            results[name] = measure(Path(folder), options.cards, options.answers)
        print(f"{name:8} p50 {_at(results[name], 0.5):6.3f} ms   p99 {_at(results[name], 0.99):6.3f} ms")
    if "anki" in results:
        ratios = [_at(results["studydl"], share) / _at(results["anki"], share) for share in (0.5, 0.99)]
        print(f"ratio    p50 {ratios[0]:6.2f}      p99 {ratios[1]:6.2f}")


if __name__ == "__main__":
    main()
