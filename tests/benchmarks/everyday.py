"""Everything a learner waits for, in one home of 100,000 cards and 1,000,000 reviews, beside the peers.

    python -m tests.benchmarks.everyday [--cards N] [--answers N] [--runs N] [--folder DIR]

Start-up and keys are measured from outside, through a pseudo-terminal, beside a bare Textual application; answers and
search beside Anki where `anki` is installed (the benchmark extra). Making the home takes minutes; a folder is kept and
taken up again, with the answers given since.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from studydl.study.desk import Desk
from tests.benchmarks import answer_commit, first_paint, search, statistics_million
from tests.benchmarks.big_home import WORDS, build

COLUMNS, ROWS = 100, 30
OPENING = 10.0  # s until a session or the browser of a big home is surely open
PAUSE = 0.25  # s between two keys, so that one is answered before the next
BARE = """
from textual.app import App
from textual.widgets import Footer, Input
class Bare(App):
    def compose(self):
        yield Input()
        yield Footer()
Bare().run()
"""


def keys(argv: Sequence[str], opening: Sequence[bytes], typed: Sequence[bytes]) -> list[float]:
    """Return how long after each key the text of the screen changed, in milliseconds, sorted.

    Args:
        argv: the program.
        opening: keys that come first, one after each `OPENING`, and are not measured.
        typed: the keys that are; one that changes no text is left out.
    """
    begun = time.perf_counter()
    pid, fd = first_paint.spawn(argv, COLUMNS, ROWS)
    written: list[tuple[float, bytes]] = []
    at: list[float] = []
    waits = [(key, OPENING, False) for key in opening] + [(key, PAUSE, True) for key in typed]
    if not opening:
        waits[0] = (typed[0], OPENING, True)
    for key, wait, counts in [*waits, (b"", PAUSE, False)]:
        until = time.perf_counter() + (OPENING if counts and not at else wait)
        while (left := until - time.perf_counter()) > 0:
            if select.select([fd], [], [], left)[0]:
                data = os.read(fd, 1 << 16)
                written.append(((time.perf_counter() - begun) * 1000, data))
                for query, reply in first_paint.REPLIES:
                    if query in data:
                        os.write(fd, reply)
        if counts:
            at.append((time.perf_counter() - begun) * 1000)
        os.write(fd, key)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)
    return _changes(first_paint.frames(written, COLUMNS, ROWS), at)


def _changes(screens: Sequence[tuple[float, str]], at: Sequence[float]) -> list[float]:
    found = []
    for pressed, until in zip(at, [*at[1:], float("inf")], strict=True):
        before = next((text for when, text in reversed(screens) if when <= pressed), "")
        changed = next((when for when, text in screens if pressed < when <= until and text != before), None)
        if changed is not None:
            found.append(changed - pressed)
    return sorted(found)


@contextlib.contextmanager
def drawing() -> Iterator[None]:
    """Keep a worker process busy with problems, as it is while a session stocks up."""
    argv = [sys.executable, "-m", "studydl.problems.worker"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        stop = threading.Event()

        def ask() -> None:
            assert worker.stdin is not None and worker.stdout is not None
            for seed in range(10**9):
                if stop.is_set():
                    return
                worker.stdin.write(f'{{"id": {seed}, "family": "metrics.roc-auc", "level": 2, "seed": {seed}}}\n')
                worker.stdin.flush()
                worker.stdout.readline()

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def report(name: str, took: Sequence[float], peer: Sequence[float]) -> None:
    """Print p50 and p99 of some keys, and how they compare with the peer's."""
    p50, p99 = _at(took, 0.5), _at(took, 0.99)
    ratio = "" if took is peer else f"   {p50 / _at(peer, 0.5):.1f} and {p99 / _at(peer, 0.99):.1f} x"
    print(f"{name:56} p50 {p50:5.1f} ms   p99 {p99:5.1f} ms   {len(took)} keys{ratio}")


def _at(times: Sequence[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)]


def screens(folder: Path, decks: Sequence[str], count: int) -> None:
    """Print the time from a key to the changed screen."""
    program = [sys.executable, "-m", "studydl", "--home", str(folder)]
    letters = [bytes([letter]) for letter in b" ".join(word.encode() for word in WORDS)][:count]
    back = [b"\x7f"] * 8
    typed = [key for start in range(0, count, 8) for key in (*letters[start : start + 8], *back)][:count]
    answer = ([*(b"%d" % digit for digit in range(1, 9)), *back] * (count // 16 + 1))[:count]
    bare = keys([sys.executable, "-c", BARE], [], typed)
    report("a bare Textual input", bare, bare)
    for words, alongside in (("", contextlib.nullcontext()), (", while problems are drawn", drawing())):
        with alongside:
            answered = keys([*program, "study", *decks], [], [b" ", b"3"] * (count // 2))
            report(f"study: answer shown, next card{words}", answered, bare)
            report(f"practice: digits of an answer{words}", keys([*program, "practice", "metrics"], [], answer), bare)
            report(f"browse: letters of a search{words}", keys(program, [b"/"], typed), bare)
    print("budget: p50 10 ms, p99 50 ms")


def main() -> None:
    """Make the home, or take it up, and print everything."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5, help="starts of each program")
    parser.add_argument("--keys", type=int, default=160, help="keys on each screen")
    parser.add_argument("--folder", type=Path, help="where the home is made, or was made before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        home, decks = build(folder, options.cards, options.answers)
        print(f"{options.cards:,} cards, {options.answers:,} reviews, load {os.getloadavg()[0]:.1f}\n\nStart")
        first_paint.compare(folder, options.runs, f"{COLUMNS}x{ROWS}", 4)
        print("\nFrom a key to the changed screen")
        screens(folder, decks, options.keys)
        print("\nAnswer committed, next card read")
        desk = Desk(home)
        taken = answer_commit.rated(desk, decks, 1000)
        desk.close()
        answer_commit.compare(taken, options.cards, 1000, None)
        print("\nSearch")
        search.compare(home, options.cards, 5, None)
        print("\nStatistics")
        statistics_million.measure(home)


if __name__ == "__main__":
    main()
