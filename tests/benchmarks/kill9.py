"""Kill a studying process with SIGKILL at random moments and count what is lost: it must be nothing.

    python tests/benchmarks/kill9.py [--rounds N] [--seed S]

Each round goes on with `studydl study --plain` where the last one was killed. A line that starts with "saved:" says
that something was committed; afterwards the log must hold exactly what was acknowledged, in that order, and at most
one event more (committed, and killed before it could be said).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Timer

from studydl.paths import Home
from studydl.problems.exchange import from_line
from studydl.store import health, log, settings
from studydl.store.connection import open_store
from studydl.study import supply
from studydl.study.desk import Desk
from studydl.study.replay import differences
from studydl.study.view import Stage, View

CARDS = 40  # of each kind
FAMILIES = ("metrics.f1", "metrics.f-beta", "metrics.roc-auc")
DECK = "kill"
MOST = 40  # acknowledged answers before it is killed, drawn from 0 on
LATEST = 0.02  # seconds after the last of them; some more answers fit in
AGAIN = re.compile(r"saved: (un)?flagged|saved: flag taken|.* is not possible here|Not understood")
LIMITS = ("new_per_day", "new_skills_per_day", "reviews_per_day", "problems_per_session", "minutes_per_session")
UNLIMITED = dict.fromkeys(LIMITS, 10_000) | {"worked_examples": False}


@dataclass(frozen=True, slots=True)
class Fact:
    """What one acknowledged line promises about one event of the log.

    Args:
        kind: of the event.
        text: typed text, if that was typed.
        rating: if a rating was given.
        verdict: as the acknowledgement said it.
    """

    kind: str
    text: str | None = None
    rating: int | None = None
    verdict: str | None = None

    def holds(self, event: log.Event) -> bool:
        """Say whether an event is what was promised."""
        pairs = ((self.text, event.text), (self.rating, event.rating), (self.verdict, event.verdict))
        kind = "flag" if event.kind == "unflag" else event.kind
        return kind == self.kind and all(said in (None, found) for said, found in pairs)


@dataclass(slots=True)
class Played:
    """One life of the process.

    Args:
        facts: what was acknowledged, in order.
        pending: what the last line sent would lead to, if it was not acknowledged.
        counter: the first line of the first question.
        ended: True if the process came to the end of the session before it was killed.
        errors: what it wrote to standard error.
    """

    facts: list[Fact] = field(default_factory=list)
    pending: Fact | None = None
    counter: str = ""
    ended: bool = False
    errors: str = ""


def prepare(folder: Path, lines: Sequence[str]) -> Home:
    """Make a home with cards of several kinds and these ready problems, and no limit a day."""
    home = Home(folder)
    home.decks.mkdir(parents=True)
    cards = [f"## Card {n} {{#card-{n}}}\n\nQ: What is {n}?\nA: {n}\n" for n in range(CARDS)]
    cards += [f"## Claim {n} {{#claim-{n}}}\n\nT: {n} is a number.\n" for n in range(CARDS)]
    cards += [
        f"## Pick {n} {{#pick-{n}}}\n\nQ: Which?\n\n- [x] one {n}\n- [ ] two\n- [ ] three\n" for n in range(CARDS)
    ]
    cards += [f"## Skill {n} {{#skill-{n}}}\n\nPractice: {FAMILIES[n % 3]}\n" for n in range(CARDS)]
    Random(0).shuffle(cards)
    (home.decks / f"{DECK}.md").write_text("\n".join(cards), encoding="utf-8")
    with open_store(home) as store, store.write() as connection:
        for line in lines:
            supply.add(connection, store.learner, from_line(line), line)
        for name, value in UNLIMITED.items():
            settings.put(connection, store.learner, name, value)
    return home


def drawn() -> list[str]:
    """Draw problems in a process of its own: torch stays out of this one."""
    program = (
        "import sys; from studydl.problems.making import make_lines;"
        "lines = [line for chunk in make_lines(sys.argv[1:], (1,), 400, 1, 1) for line in chunk];"
        "sys.stdout.reconfigure(encoding='utf-8'); print(*lines, sep='\\n')"
    )
    command = [sys.executable, "-c", program, *FAMILIES]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()


class Learner:
    """Answers what the process prints.

    Args:
        random: decides what is answered.
        view: where the session stands.
        number: of the round, so that every text typed is typed once.
    """

    def __init__(self, random: Random, view: View, number: int) -> None:
        self.random, self.number, self.typed = random, number, 0
        self.stage = view.stage
        self.skip = {Stage.RETRY: 1, Stage.VERDICT: 1, Stage.REVEALED: 1}.get(view.stage, 0)  # shown, but answered
        self.prompt = ""

    def hear(self, line: str) -> tuple[str, Fact | None] | None:
        """Return the answer to a printed line and what it would lead to; None if none is asked for."""
        if line.startswith(("Type the answer", "Choose ", "Think, then", "Say it aloud", "Rate: ")):
            if self.skip:
                self.skip -= 1
                return None
            self.prompt = line
            return self.say()
        return self.say() if self.prompt and AGAIN.match(line) else None

    def say(self) -> tuple[str, Fact | None]:
        """Return a line that fits the prompt, now and then a command."""
        colon = ":" if self.prompt.startswith("Type") else ""
        if self.random.random() < 0.15:
            name, kind = self.random.choice(
                [("undo", "undo"), ("skip", "bury"), ("suspend", "suspend"), ("flag", "flag")]
            )
            return f"{colon}{name}", Fact(kind)
        if self.prompt.startswith("Type"):
            return self.type()
        if self.prompt.startswith("Choose"):
            self.stage = Stage.VERDICT
            return str(self.random.randint(1, int(self.prompt.split()[3].rstrip(".")))), Fact("answer")
        if self.prompt.startswith("Rate"):
            return self.rate()
        self.stage = Stage.REVEALED
        return "", None

    def type(self) -> tuple[str, Fact | None]:
        """Return a typed answer: wrong, unreadable or "don't know"."""
        self.typed += 1
        draw = self.random.random()
        if draw < 0.2:
            return "1,5", None
        self.stage = Stage.VERDICT
        if draw < 0.3:
            return ":dk", Fact("answer", "", 1, "incorrect")
        text = f"{self.number * 1000 + self.typed + 5000}.5"
        return text, Fact("answer", text, 1, "incorrect")

    def rate(self) -> tuple[str, Fact | None]:
        """Return a rating; at a verdict it is acknowledged only if it amends."""
        if self.stage is Stage.REVEALED:
            rating = self.random.choice([0, 1, 2, 3, 4])
            return str(rating or ""), Fact("answer", "", rating or 3)
        rating = self.random.choice([0, 0, 1, 2, 3, 4])
        return str(rating or ""), Fact("amend", rating=rating) if rating else None


def play(home: Home, view: View, random: Random, number: int) -> Played:
    """Study until the process is killed, or the session is done."""
    played, learner = Played(), Learner(random, view, number)
    process = subprocess.Popen(
        [sys.executable, "-m", "studydl", "--home", str(home.folder), "study", DECK, "--plain"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    early = random.random() < 0.1
    timers = [Timer(random.uniform(0.1, 1.0) if early else 30, process.kill)]
    timers[0].start()
    last = random.randint(0, MOST)
    for line in process.stdout:
        if line.startswith("saved: ") and played.pending is not None:
            played.facts.append(played.pending)
            played.pending = None
        played.ended |= line.startswith("saved, ")
        if line.startswith("Question ") and not played.counter:
            played.counter = line
        if played.counter and len(played.facts) == last and len(timers) == 1:
            timers.append(Timer(random.uniform(0, LATEST), process.kill))
            timers[-1].start()
        if (reply := learner.hear(line)) is not None:
            text, played.pending = reply
            try:
                process.stdin.write(text + "\n")
                process.stdin.flush()
            except OSError:
                continue  # it is dead; what it had printed is still to be read
    played.errors = process.stderr.read()
    process.wait()
    for timer in timers:
        timer.cancel()
    for pipe in (process.stdout, process.stderr):
        pipe.close()
    return played


def faults(before: list[log.Event], after: list[log.Event], played: Played) -> list[str]:
    """Return what is lost, doubled or made up in the log, one line each."""
    found = []
    if after[: len(before)] != before:
        found.append("what was in the log before has changed")
    if len({event.id for event in after}) != len(after):
        found.append("an event is there twice")
    new = after[len(before) :]
    texts = [event.text for event in new if event.kind == "answer" and event.text and event.problem_id]
    if len(set(texts)) != len(texts):
        found.append("a typed answer is there twice")
    if len(new) < len(played.facts):
        found.append(f"{len(played.facts) - len(new)} acknowledged events are lost")
    if len(new) > len(played.facts) + 1:
        found.append(f"{len(new) - len(played.facts)} events nobody acknowledged")
    facts = [*played.facts, *filter(None, [played.pending])]
    found += [
        f"acknowledged {fact}, but the log says {event.kind} {event.text!r} {event.rating} {event.verdict}"
        for fact, event in zip(facts, new, strict=False)
        if not fact.holds(event)
    ]
    return found


def events(home: Home) -> list[log.Event]:
    """Return the whole log."""
    with open_store(home) as store:
        return list(log.everything(store.read(), store.learner))


def inspect(home: Home) -> tuple[View, list[str]]:
    """Open the data as the next run will; return where it goes on, and what is wrong."""
    found = health.findings(home.database)
    desk = Desk(home)
    try:
        found += [f"{key}: stored {kept}, the log says {derived}" for key, kept, derived in differences(desk.store)]
        session = desk.study([DECK])
        mine = log.effective(log.of_session(desk.store.read(), desk.store.learner, session.id))
        view = session.view()
        if view.answered != (answers := sum(event.kind == "answer" for event in mine)):
            found.append(f"the session counts {view.answered} answers, the log {answers}")
        return view, found
    finally:
        desk.close()


@dataclass(slots=True)
class Report:
    """What many rounds came to.

    Args:
        rounds: how often the process was started.
        killed: how often it was killed while studying.
        acknowledged: events acknowledged.
        unsaid: events committed and killed before they could be said.
        resumed: how often a session was taken up where it stood.
        faults: what is wrong, one line each; empty when all is well.
    """

    rounds: int = 0
    killed: int = 0
    acknowledged: int = 0
    unsaid: int = 0
    resumed: int = 0
    faults: list[str] = field(default_factory=list)


def torture(folder: Path, rounds: int, seed: int) -> Report:
    """Kill `rounds` times.

    Args:
        folder: an empty one; the homes are made in it.
        rounds: how often.
        seed: decides answers and moments.
    """
    random, report, homes = Random(seed), Report(), 0
    lines = drawn()
    home = prepare(folder / "home-0", lines)
    view, found = inspect(home)
    for number in range(rounds):
        before = events(home)
        played = play(home, view, random, number)
        after = events(home)
        found += faults(before, after, played)
        found += [f"standard error: {played.errors}"] if "Traceback" in played.errors else []
        counter = f"Question {view.answered + 1}, {view.left.total} left."
        if played.counter:
            report.resumed += bool(before)
            found += [] if played.counter.startswith(counter) else [f"{played.counter!r} is not {counter!r}"]
        view, more = inspect(home)
        report.rounds += 1
        report.killed += not played.ended
        report.acknowledged += len(played.facts)
        report.unsaid += len(after) - len(before) - len(played.facts)
        report.faults += [f"round {number}: {fault}" for fault in [*found, *more]]
        found = []
        if played.ended or view.stage is Stage.DONE:
            homes += 1
            home = prepare(folder / f"home-{homes}", lines)
            view, found = inspect(home)
    return report


def main() -> None:
    """Kill, count and say; exit 1 if anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = torture(Path(folder), options.rounds, options.seed)
    for fault in report.faults:
        print(fault)
    numbers = {name: getattr(report, name) for name in ("rounds", "killed", "acknowledged", "unsaid", "resumed")}
    print(json.dumps(numbers | {"faults": len(report.faults)}))
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
