"""How soon a search of 100,000 cards shows its first results, beside scanning the same cards with LIKE, and Anki.

    python tests/benchmarks/search.py [--cards N] [--rounds N] [--folder DIR]

Anki is measured where `anki` is installed (the benchmark extra). Budgets: first results in 50 ms, a word in 20 ms.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

from studydl.memory.model import Memory, Phase
from studydl.paths import Home
from studydl.store import states
from studydl.store.driver import connect
from studydl.store.search import Order
from studydl.study.browser import Browser
from studydl.study.desk import Desk

FIRST = 100  # cards on the first picture
WORDS = [f"{first}{second}{third}" for first in "bdfklmnprst" for second in "aeiou" for third in ("n", "r", "st", "x")]


def _texts(count: int) -> list[tuple[str, str]]:
    """Return questions of 8 and answers of 20 words; a word is in one card of eight, `softmax` in one of a hundred."""
    draw = Random(5)
    texts = []
    for number in range(count):
        question, answer = (draw.choices(WORDS, k=length) for length in (8, 20))
        texts.append((" ".join(question) + f" {number}", " ".join(answer) + (" softmax" if number % 100 == 0 else "")))
    return texts


def _filled(folder: Path, texts: list[tuple[str, str]]) -> Desk:
    home = Home(folder)
    home.decks.mkdir(parents=True)
    for start in range(0, len(texts), 5_000):
        cards = "".join(
            f"\n## Card {number} {{#card-{number}}}\n\nQ: {question}\nA: {answer}\n"
            for number, (question, answer) in enumerate(texts[start : start + 5_000], start)
        )
        (home.decks / f"big-{start:06}.md").write_text(f'---\ntitle = "Big {start}"\n---\n{cards}', encoding="utf-8")
    begun = time.perf_counter()
    desk = Desk(home)
    print(f"decks read and indexed: {time.perf_counter() - begun:.1f} s")
    draw, today = Random(6), desk.schedule.today()
    with desk.store.write() as connection:
        for number in range(0, len(texts), 2):
            days = draw.randint(1, 400)
            due = Memory(Phase.REVIEW, None, float(days), 5.0, today - days, 0, today + draw.randint(-30, 300), None, 3)
            states.put(connection, desk.store.learner, f"mine/card-{number}", states.State(due))
    return desk


def _timed(step: Callable[[], object], rounds: int) -> str:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        step()
        times.append((time.perf_counter() - begun) * 1000)
    return f"p50 {median(times):7.1f} ms   worst {max(times):7.1f} ms"


def ours(desk: Desk, rounds: int) -> None:
    """Print the time to the first results of several searches, and to all keys."""
    browser: Browser = desk.browser
    searches = (
        "",
        "softmax",
        "soft",
        WORDS[0],
        f"{WORDS[0]} {WORDS[9]}",
        f'"{WORDS[0]} {WORDS[9]}"',
        "is:due",
        "-is:new",
        "is:leech",
    )
    for text in searches:
        print(f"studydl, first {FIRST}: {text or 'all cards':20} {_timed(lambda t=text: browser.first(t), rounds)}")  # type: ignore[misc]
    for order in (Order.TITLE, Order.DUE, Order.STABILITY):
        print(f"studydl, all by {order.value:25} {_timed(lambda o=order: browser.first('', o), rounds)}")  # type: ignore[misc]
    print(f"studydl, all keys {'':23} {_timed(lambda: browser.keys(''), rounds)}")
    print(f"studydl, all keys of softmax {'':12} {_timed(lambda: browser.keys('softmax'), rounds)}")


def scan(path: Path, rounds: int) -> None:
    """Print the time of the same search without an index."""
    with_like = connect(path)
    sql = "SELECT key FROM cards WHERE learner_id = 'me' AND (title LIKE ? OR content LIKE ?)"
    for text in ("softmax", WORDS[0]):
        step = lambda t=text: with_like.execute(sql, (f"%{t}%", f"%{t}%")).fetchall()  # noqa: E731
        print(f"LIKE, all keys of {text:22} {_timed(step, rounds)}")
    with_like.close()


def anki(folder: Path, texts: list[tuple[str, str]], rounds: int) -> None:
    """Print the time of the same searches in Anki."""
    from anki.collection import Collection  # type: ignore[import-not-found, unused-ignore]

    collection = Collection(str(folder / "collection.anki2"))
    basic, deck = collection.models.by_name("Basic"), collection.decks.id("Default")
    for question, answer in texts:
        note = collection.new_note(basic)
        note["Front"], note["Back"] = question, answer
        collection.add_note(note, deck)
    for text in ("", "softmax", WORDS[0], f'"{WORDS[0]} {WORDS[9]}"', "is:due"):
        print(f"anki, all ids of {text or 'all cards':23} {_timed(lambda t=text: collection.find_cards(t), rounds)}")  # type: ignore[misc]
    collection.close()


def main() -> None:
    """Fill a database and print what each search takes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", help="where the databases are made")
    options = parser.parse_args()
    texts = _texts(options.cards)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        desk = _filled(Path(folder), texts)
        ours(desk, options.rounds)
        scan(desk.store.path, options.rounds)
        desk.close()
    if importlib.util.find_spec("anki") is None:
        print("anki is not installed: no comparison")
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        anki(Path(folder), texts, options.rounds)


if __name__ == "__main__":
    main()
