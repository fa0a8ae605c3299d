"""How long until the home screen is painted, beside a bare Textual application on the same machine.

Starts both programs in turn through a real pseudo-terminal, time-stamps what they write, and replays it afterwards
in a terminal emulator. A screen counts as painted at the first moment at which 98% of its cells are as they stay.

    python tests/benchmarks/first_paint.py [--runs 10] [--size 100x30]

Budgets: home painted in 1.2 x the bare application; the due counts visible in 1.5 x.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyte

BARE = """
from textual.app import App
from textual.widgets import Footer, OptionList
class Bare(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield OptionList("one", "two", "three")
        yield Footer()
Bare().run()
"""
COUNTS = re.compile(r"Study everything due \(\d+\)|Nothing is due|Continue")
# Queries a terminal answers, so that no program waits for a time-out.
REPLIES = ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"), (b"\x1b[?2048$p", b"\x1b[?2048;0$y"), (b"\x1b[c", b"\x1b[?62;22c"))
# Sequences pyte would print as text; none of them draws anything.
UNDRAWN = re.compile(
    rb"\x1b\[[<>=?]?[0-9;]*\$[a-z]|\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*u|\x1bP.*?\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)",
    re.S,
)


@dataclass(frozen=True, slots=True)
class Figures:
    """When one start got how far, in milliseconds after the fork.

    Args:
        painted: the first full paint.
        counts: the due counts are visible; None for the bare application.
    """

    painted: float
    counts: float | None


def spawn(argv: Sequence[str], columns: int, rows: int) -> tuple[int, int]:
    """Run a program in a terminal of its own and return its process id and the terminal."""
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        # With it Python would compile our modules at every start, and not those that were installed.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.execvpe(argv[0], list(argv), {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
    return pid, fd


def start(argv: Sequence[str], columns: int, rows: int, seconds: float) -> list[tuple[float, bytes]]:
    """Run a program in a terminal for a while and return what it wrote, with the time of each piece in ms."""
    begun = time.perf_counter()
    pid, fd = spawn(argv, columns, rows)
    written: list[tuple[float, bytes]] = []
    while (left := begun + seconds - time.perf_counter()) > 0:
        if not select.select([fd], [], [], left)[0]:
            continue
        try:
            data = os.read(fd, 1 << 16)
        except OSError:
            break
        written.append(((time.perf_counter() - begun) * 1000, data))
        for query, reply in REPLIES:
            if query in data:
                os.write(fd, reply)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)
    return written


def frames(written: Sequence[tuple[float, bytes]], columns: int, rows: int) -> list[tuple[float, str]]:
    """Replay what a program wrote and return the screen's text after each piece."""
    screen = pyte.Screen(columns, rows)
    stream = pyte.ByteStream(screen)
    found, carry = [], b""
    for when, data in written:
        data, carry = carry + data, b""
        cut = data.rfind(b"\x1b")
        if cut >= 0 and len(data) - cut < 24 and not re.search(rb"[a-zA-Z\\\x07]", data[cut + 1 :]):
            data, carry = data[:cut], data[cut:]
        stream.feed(UNDRAWN.sub(b"", data))
        found.append((when, "\n".join(screen.display)))
    return found


def figures(screens: Sequence[tuple[float, str]]) -> Figures:
    """Return when the first screen was full and when the counts were there.

    The home screen changes once more when the counts arrive; its first paint is measured against the last screen
    before they do.
    """
    counts = next((when for when, text in screens if COUNTS.search(text)), None)
    before = [frame for frame in screens if counts is None or frame[0] < counts] or list(screens)
    final = before[-1][1]
    inked = sum(cell not in " \n" for cell in final)

    def full(text: str) -> bool:
        same = sum(a == b for a, b in zip(text, final, strict=True))
        return same >= 0.98 * len(final) and sum(cell not in " \n" for cell in text) >= 0.9 * inked

    return Figures(next(when for when, text in before if full(text)), counts)


def filled_home(folder: Path, decks: int = 8, cards: int = 50) -> None:
    """Write decks into a data folder and open it once, so that a start finds a database with cards.

    Args:
        folder: the data folder.
        decks: how many decks.
        cards: cards in each.
    """
    from studydl.paths import Home
    from studydl.study.desk import Desk

    (folder / "decks").mkdir(parents=True)
    for deck in range(decks):
        sections = [f"## Card {n} {{#c{deck}-{n}}}\n\nQ: What is {n} + {deck}?\nA: {n + deck}\n" for n in range(cards)]
        head = f'---\ntitle = "Deck {deck}"\n---\n\n'
        (folder / "decks" / f"deck-{deck}.md").write_text(head + "\n".join(sections), encoding="utf-8")
    Desk(Home(folder)).close()


def times(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median ratio of starts made one after the other, which a changing load bends least."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def compare(folder: Path, runs: int, size: str, seconds: float) -> None:
    """Start both programs in turn, and print when their screens were there.

    Args:
        folder: a data folder with decks.
        runs: starts of each program that count.
        size: "100x30", columns and rows.
        seconds: how long to watch each start.
    """
    columns, rows = map(int, size.split("x"))
    programs = {
        "bare": [sys.executable, "-c", BARE],
        "studydl": [sys.executable, "-m", "studydl", "--home", str(folder)],
    }
    seen: dict[str, list[Figures]] = {name: [] for name in programs}
    for run in range(runs + 1):
        for name, argv in programs.items():
            measured = figures(frames(start(argv, columns, rows, seconds), columns, rows))
            if run:  # the first start of each warms the disk
                seen[name].append(measured)
    bare = [f.painted for f in seen["bare"]]
    painted = [f.painted for f in seen["studydl"]]
    counts = [f.counts if f.counts is not None else seconds * 1000 for f in seen["studydl"]]
    print(f"bare Textual painted   {statistics.median(bare):6.0f} ms")
    print(f"studydl home painted   {statistics.median(painted):6.0f} ms   {times(painted, bare):.2f} x   budget 1.2 x")
    print(f"due counts visible     {statistics.median(counts):6.0f} ms   {times(counts, bare):.2f} x   budget 1.5 x")
    print(f"runs {runs}, load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10, help="starts of each program")
    parser.add_argument("--size", default="100x30", help="columns x rows")
    parser.add_argument("--seconds", type=float, default=2.5, help="how long to watch each start")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        filled_home(Path(folder))
        compare(Path(folder), options.runs, options.size, options.seconds)


if __name__ == "__main__":
    main()
