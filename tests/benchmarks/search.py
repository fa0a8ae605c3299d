"""How soon a search of 100,000 cards shows its first results, beside scanning the same cards with LIKE, and Anki.

    python -m tests.benchmarks.search [--cards N] [--rounds N] [--folder DIR]

Anki is measured where `anki` is installed (the benchmark extra). Budgets: first results in 50 ms, a word in 20 ms.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from studydl.paths import Home
from studydl.store.driver import connect
from studydl.store.search import Order
from studydl.study.browser import Browser
from studydl.study.desk import Desk
from tests.benchmarks.big_home import WORDS, Text, build, texts

FIRST = 100  # cards on the first picture
WORD, OTHER = WORDS[0], WORDS[9]
SEARCHES = (
    *("", "softmax", "soft", "zzz", WORD, WORD[:2], f"{WORD} {OTHER}", f'"{WORD} {OTHER}"', f"-{WORD}"),
    *("is:due", "is:new", "-is:new", "is:learning", "is:leech", "flag:1", "is:retired", "is:noted", "note:later"),
    *("kind:claim", "kind:points", "topic:metrics", "deck:big-005000", "rated:7", "rated:3650", "rated:30:again"),
    *("added:30", "prop:stability>100", "prop:lapses>=5"),
    *(f"{WORD} is:due", f"{WORD} kind:claim -is:due", "deck:big is:new"),
)


def _times(step: Callable[[], object], rounds: int) -> list[float]:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        step()
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _timed(step: Callable[[], object], rounds: int) -> str:
    times = _times(step, rounds)
    return f"p50 {median(times):7.1f} ms   worst {max(times):7.1f} ms"


def ours(desk: Desk, rounds: int) -> None:
    """Print the time to the first results of many searches in every order, and to all keys."""
    browser: Browser = desk.browser
    print(f"studydl, first {FIRST}, p50 in ms by {', '.join(Order)}; the slowest of all")
    for text in SEARCHES:
        by_order = [_times(partial(browser.first, text, order), rounds) for order in Order]
        slowest = max(max(times) for times in by_order)
        print(f"  {text or 'all cards':26} {' '.join(f'{median(times):6.1f}' for times in by_order)}   {slowest:7.1f}")
    for text in ("", "softmax"):
        print(f"studydl, all keys of {text or 'all cards':20} {_timed(partial(browser.keys, text), rounds)}")


def scan(path: Path, rounds: int) -> None:
    """Print the time of the same search without an index."""
    with_like = connect(path)
    sql = "SELECT key FROM cards WHERE learner_id = 'me' AND (title LIKE ? OR content LIKE ?)"
    for text in ("softmax", WORD):
        step = lambda t=text: with_like.execute(sql, (f"%{t}%", f"%{t}%")).fetchall()  # noqa: E731
        print(f"LIKE, all keys of {text:22} {_timed(step, rounds)}")
    with_like.close()


def anki(folder: Path, texts: list[Text], rounds: int) -> None:
    """Print the time of the same searches in Anki."""
    from anki.collection import Collection  # type: ignore[import-not-found, unused-ignore]

    collection = Collection(str(folder / "collection.anki2"))
    basic, deck = collection.models.by_name("Basic"), collection.decks.id("Default")
    for text in texts:
        note = collection.new_note(basic)
        note["Front"], note["Back"] = text.question, text.answer
        collection.add_note(note, deck)
    for sought in ("", "softmax", WORD, f'"{WORD} {OTHER}"', "is:due"):
        took = _timed(partial(collection.find_cards, sought), rounds)
        print(f"anki, all ids of {sought or 'all cards':23} {took}")
    collection.close()


def main() -> None:
    """Fill a database and print what each search takes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", help="where the databases are made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        home, _ = build(Path(folder), options.cards, options.cards)
        compare(home, options.cards, options.rounds, options.folder)


def compare(home: Home, count: int, rounds: int, parent: str | None) -> None:
    """Print what each search of a big home takes, and what Anki takes where it is installed."""
    desk = Desk(home)
    ours(desk, rounds)
    scan(desk.store.path, rounds)
    desk.close()
    if importlib.util.find_spec("anki") is None:
        print("anki is not installed: no comparison")
        return
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        anki(Path(folder), texts(count), rounds)


if __name__ == "__main__":
    main()
