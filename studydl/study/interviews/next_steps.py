"""What an interview leads to: how it compares with earlier ones, and three things to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studydl.study.interviews.report import Count, Row, Taken, count

ENOUGH = 10  # questions on the same topics below which a comparison would be chance
MOST_PRACTICE = 10  # problems
TOPICS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """An earlier interview, or several, beside this one, on the topics they have in common.

    Args:
        number: of the earlier interview; None for all of them together.
        started_ms: when that was, UTC epoch milliseconds; of the first one for several.
        before: how many were right then.
        now: how many are right in this one.
        same: True if the very same questions were asked.
    """

    number: int | None
    started_ms: int
    before: Count
    now: Count
    same: bool = False


class Do(StrEnum):
    """A kind of thing to do next."""

    QUEUE = "queue"  # put what was missed into the queue of the days to come
    PRACTICE = "practice"  # problems of these families
    STUDY = "study"  # what is due
    AGAIN = "again"  # another interview


@dataclass(frozen=True, slots=True)
class Next:
    """Something to do next.

    Args:
        do: what kind of thing.
        label: a line that says it.
        names: families to practice, or topics of another interview.
        level: of the problems.
        count: how many problems.
    """

    do: Do
    label: str
    names: tuple[str, ...] = ()
    level: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """An interview with what it leads to.

    Args:
        taken: as it was taken.
        earlier: how it compares, the newest first; those of the same level with enough questions on the same topics.
        next: three things to do next.
    """

    taken: Taken
    earlier: tuple[Comparison, ...]
    next: tuple[Next, ...]


def compare(now: Taken, others: Iterable[Taken]) -> tuple[Comparison, ...]:
    """Return how an interview compares with earlier ones of the same level, as counts.

    Args:
        now: this one.
        others: the learner's interviews, in any order; later ones and this one are left out.
    """
    before = [each for each in others if each.number < now.number and each.options.level == now.options.level]
    found = list[Comparison]()
    for each in sorted(before, key=lambda each: -each.number):
        same = each.fingerprint == now.fingerprint
        counts = _on_common_topics(now.judged, each.judged)
        if counts is not None:
            found.append(Comparison(each.number, each.started_ms, *counts, same=same))
    others_asked = [each for each in before if each.fingerprint != now.fingerprint and each.answered]
    if len(others_asked) > 1:
        together = _on_common_topics(now.judged, [row for each in others_asked for row in each.judged])
        if together is not None:
            found.append(Comparison(None, min(each.started_ms for each in others_asked), *together))
    return tuple(found)


def _on_common_topics(now: Sequence[Row], before: Sequence[Row]) -> tuple[Count, Count] | None:
    """Return the counts before and now on the topics of both; None where there are too few questions."""
    common = {row.topic for row in now} & {row.topic for row in before}
    then, today = ([row for row in rows if row.topic in common] for rows in (before, now))
    return (count(then), count(today)) if min(len(then), len(today)) >= ENOUGH else None


def next_steps(taken: Taken, queueable: int) -> tuple[Next, ...]:
    """Return three things to do next, the one that helps most first.

    Args:
        taken: the interview.
        queueable: how many cards and skills that were missed can be put into the queue.
    """
    missed, level = taken.missed, taken.options.level
    families = tuple(dict.fromkeys(row.family for row in missed if row.family))
    topics = tuple(dict.fromkeys(row.topic for row in missed))
    steps = list[Next]()
    if queueable:
        what = "missed card or skill" if queueable == 1 else "missed cards and skills"
        steps.append(Next(Do.QUEUE, f"Put {queueable} {what} into the queue"))
    if families:
        number = min(MOST_PRACTICE, max(3, 2 * len(families)))
        titles = list(dict.fromkeys(row.question.title for row in missed if row.family))
        label = f"Practice {number} problems: {_some(titles)}"
        steps.append(Next(Do.PRACTICE, label, families, level, number))
    if topics:
        steps.append(Next(Do.AGAIN, f"Another interview on {_some(topics)}", topics, level))
    else:
        steps.append(Next(Do.AGAIN, "Another interview, with other questions", taken.options.topics, level))
        if level < 3:
            steps.append(Next(Do.AGAIN, f"The next one at level {level + 1}", taken.options.topics, level + 1))
    steps.append(Next(Do.STUDY, "Study what is due"))
    steps.append(Next(Do.PRACTICE, "Practice problems of all topics", (), level, MOST_PRACTICE))
    return tuple(steps[:3])


def _some(names: Sequence[str]) -> str:
    rest = len(names) - TOPICS_SHOWN
    return ", ".join(names[:TOPICS_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
