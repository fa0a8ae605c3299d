"""How long a rating takes: the answer committed and the next card on the screen, in a real session of 10,000 cards.

    python tests/benchmarks/answer_commit.py [--cards N] [--answers N] [--folder DIR]

Beside it, on the same disk: a bare write of as many pages, synced, which no program that keeps an answer before it goes
on can do without; and Anki's answer_card and next card where `anki` is installed (the benchmark extra). Anki does not
wait for the disk.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from studydl.memory.model import Memory, Phase, Rating
from studydl.paths import Home
from studydl.store import settings, states
from studydl.study.desk import Desk

PAGES = 8  # the end of the log and of its indexes, the card's memory state, the session


def ours(folder: Path, count: int, answers: int) -> list[float]:
    """Return the seconds each rated answer and next card took in a real session of due reviews."""
    home = Home(folder)
    home.decks.mkdir(parents=True)
    decks = [f"big-{first}" for first in range(0, count, 10_000)]
    for first, deck in zip(range(0, count, 10_000), decks, strict=True):
        numbers = range(first, min(first + 10_000, count))
        cards = "".join(f"\n## Card {n} {{#card-{n}}}\n\nQ: Question {n}?\nA: {'answer ' * 20}\n" for n in numbers)
        (home.decks / f"{deck}.md").write_text(f'---\ntitle = "{deck}"\n---\n{cards}', encoding="utf-8")
    desk = Desk(home)
    today = desk.schedule.today()
    due = Memory(Phase.REVIEW, None, 12.0, 5.0, today - 13, 0, today - 1, None, 3)
    with desk.store.write() as connection:
        for number in range(count):
            states.put(connection, desk.store.learner, f"mine/card-{number}", states.State(due))
        for limit in ("reviews_per_day", "minutes_per_session"):
            settings.put(connection, desk.store.learner, limit, count)
    desk.close()
    desk = Desk(home)
    times = rated(desk, decks, answers)
    desk.close()
    return times


def rated(desk: Desk, decks: Sequence[str], answers: int) -> list[float]:
    """Return the seconds each rated answer and next card took in a session of decks without choices and skills."""
    session = desk.study(decks)

    def answer(number: int) -> float:
        session.look_ahead()  # as the study screen does, once it is painted
        session.reveal()
        session.look_ahead()
        start = time.perf_counter()
        session.rate(Rating.GOOD)
        return time.perf_counter() - start

    return _timed(answer, answers)


def disk(folder: Path, answers: int) -> list[float]:
    """Return the seconds it took to write and sync what an answer writes: `PAGES` frames of the write-ahead log."""
    frame = os.urandom(2072)
    with (folder / "log").open("w+b", buffering=0) as file:
        file.write(frame * PAGES * 100)
        os.fsync(file)

        def written(number: int) -> float:
            start = time.perf_counter()
            file.seek(number % 100 * PAGES * len(frame))
            for _ in range(PAGES):
                file.write(frame)
            os.fdatasync(file)
            return time.perf_counter() - start

        return _timed(written, answers)


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

    def answer(number: int) -> float:
        shown = queued[0].cards[0]
        card = collection.get_card(shown.card.id)
        card.start_timer()
        start = time.perf_counter()
        collection.sched.answer_card(collection.sched.build_answer(card=card, states=shown.states, rating=2))
        queued[0] = collection.sched.get_queued_cards(fetch_limit=1)
        collection.get_note(queued[0].cards[0].card.note_id)
        return time.perf_counter() - start

    times = _timed(answer, answers)
    collection.close()
    return times


def _timed(answer: Callable[[int], float], answers: int) -> list[float]:
    """Return what each answer took, sorted, after fifty to warm up."""
    return sorted([answer(number) for number in range(50 + answers)][50:])


def _at(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)] * 1000


def main() -> None:
    """Print p50 and p99, and Anki's where it is installed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=2_000)
    parser.add_argument("--folder", help="where the databases are made; the disk decides")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        compare(ours(Path(folder), options.cards, options.answers), options.cards, options.answers, options.folder)


def compare(mine: list[float], count: int, answers: int, parent: str | None) -> None:
    """Print p50 and p99 of answers that were timed, and Anki's on the same disk where it is installed."""
    print(f"studydl    p50 {_at(mine, 0.5):6.3f} ms   p99 {_at(mine, 0.99):6.3f} ms   budget 0.5 and 3 ms")
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        _print("bare write", mine, disk(Path(folder), answers))
    if importlib.util.find_spec("anki") is None:
        print("anki is not installed: no comparison")
        return
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        _print("anki", mine, theirs(Path(folder), count, answers))


def _print(name: str, mine: list[float], peer: list[float]) -> None:
    p50, p99 = _at(peer, 0.5), _at(peer, 0.99)
    ratios = f"{_at(mine, 0.5) / p50:.2f} and {_at(mine, 0.99) / p99:.2f} x"
    print(f"{name:10} p50 {p50:6.3f} ms   p99 {p99:6.3f} ms   {ratios}")


if __name__ == "__main__":
    main()
