"""Audits families: draw many problems, count what the gate did, find routes that disagree."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from studydl.errors import Disagreement
from studydl.problems import catalog, processes
from studydl.problems.engine import LEVELS, draw
from studydl.problems.model import Plain

CHUNK = 250


@dataclass(frozen=True, slots=True)
class Task:
    """A run of seeds of one family and level.

    Args:
        family: its name.
        level: 1 to 3.
        seeds: the first seed and the one after the last.
    """

    family: str
    level: int
    seeds: tuple[int, int]


@dataclass(slots=True)
class Tally:
    """What drawing came to.

    Args:
        family: its name.
        admitted: problems admitted.
        rejected: draws the gate turned away, by reason.
        instances: hashes of the instances admitted, to count duplicates; a level's own.
        mistakes: how often each mistake survived the gate.
        disagreements: one message for each draw whose routes differ.
        cpu_seconds: processor time spent, text included.
    """

    family: str
    admitted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    instances: Counter[int] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)
    cpu_seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Take another tally of the same family in."""
        self.admitted += other.admitted
        self.rejected += other.rejected
        self.instances += other.instances
        self.mistakes += other.mistakes
        self.disagreements += other.disagreements
        self.cpu_seconds += other.cpu_seconds

    @property
    def drawn(self) -> int:
        """Return all draws: admitted, rejected, and those whose routes differ."""
        return self.admitted + self.rejected.total() + len(self.disagreements)

    @property
    def duplicates(self) -> int:
        """Return how many admitted problems repeat an earlier one of their level."""
        return self.admitted - len(self.instances)

    @property
    def per_second(self) -> float:
        """Return problems admitted a second of one core."""
        return self.admitted / self.cpu_seconds if self.cpu_seconds else 0.0


def tasks(families: Sequence[str], count: int) -> list[Task]:
    """Split a number of problems evenly over families and levels, as runs of seeds.

    Args:
        families: names.
        count: problems in all.
    """
    cells = [(family, level) for family in families for level in LEVELS]
    share, extra = divmod(count, len(cells))
    runs = []
    for index, (family, level) in enumerate(cells):
        size = share + (index < extra)
        runs += [Task(family, level, (start, min(start + CHUNK, size))) for start in range(0, size, CHUNK)]
    return runs


def run(task: Task) -> Tally:
    """Draw one run of seeds."""
    family = catalog.get(task.family)
    tally = Tally(task.family)
    begin = time.process_time()
    for seed in range(*task.seeds):
        try:
            drawn = draw(family, task.level, seed)
        except Disagreement as trouble:
            tally.disagreements.append(str(trouble))
            continue
        tally.admitted += 1
        tally.rejected += drawn.rejected
        tally.instances[_digest(task.level, drawn.problem.params)] += 1
        tally.mistakes.update(m.name for m in drawn.problem.misconceptions)
    tally.cpu_seconds = time.process_time() - begin
    return tally


def _digest(level: int, params: dict[str, Plain]) -> int:
    """Return the same number for the same instance in every process, which `hash` does not promise."""
    return int.from_bytes(blake2b(repr((level, params)).encode(), digest_size=8).digest(), "big")


def audit(work: Iterable[Task], progress: Callable[[int], None], workers: int | None = None) -> dict[str, Tally]:
    """Run tasks on all cores.

    Args:
        work: the tasks.
        progress: called with the number of problems just drawn.
        workers: processes; the number of cores when None.

    Returns:
        One tally a family, in order of name.
    """
    tallies: dict[str, Tally] = {}
    work = list(work)
    for tally in _results(work, processes.count_for(len(work), workers)):
        tallies.setdefault(tally.family, Tally(tally.family)).add(tally)
        progress(tally.admitted + len(tally.disagreements))
    return dict(sorted(tallies.items()))


def _results(work: list[Task], workers: int) -> Iterator[Tally]:
    if workers == 1:
        processes.warm_up()
        yield from map(run, work)
        return
    with processes.Pool(workers) as pool:
        for future in [pool.submit(run, one) for one in work]:
            yield pool.result(future)
