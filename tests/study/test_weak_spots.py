"""Weak spots first, compared with a count by hand over a whole log."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from studydl.store import log
from studydl.store.event import Event, effective
from studydl.study.desk import Desk
from studydl.study.weak_spots import NEVER, Lately, lately, weak_first

FAMILIES = ("a.one", "a.two", "b.one", "b.two", "c.never", "d.one")


def random_log(random: Random, size: int) -> list[Event]:
    """Return answers to problems in all modes, lessons, and undos."""
    events = list[Event]()
    for number in range(size):
        family, level = random.choice(FAMILIES[:4] if random.random() < 0.9 else FAMILIES[5:]), random.randint(1, 3)
        mode = random.choice(["study", "study", "practice", "interview"])
        key = f"mine/{family}/{level}" if mode == "study" else f"{mode}/{family}/{level}/{number}"
        if random.random() < 0.1:
            key, mode = f"practice/{family}/{level}/completion", "practice"
        right = random.random() < 0.6
        mistake = random.choice(["x", "y", None]) if not right else None
        events.append(
            Event(
                f"e{number}",
                "answer",
                number,
                100 + number // 3,
                mode,
                card_key=key,
                problem_id=f"{family}@1:{level}:{number}",
                verdict="correct" if right else random.choice(["incorrect", "imprecise"]),
                misconception=mistake,
                rating=3 if right else 1,
            )
        )
        if random.random() < 0.15:
            target = random.choice(events)
            events.append(Event(f"u{number}", "undo", number, 100, "study", card_key="k", target_id=target.id))
    return events


def by_hand(events: list[Event], family: str) -> Lately:
    """Count the last five attempts at a family."""
    mine = [
        event
        for event in effective(events)
        if event.kind == "answer"
        and str(event.problem_id).startswith(f"{family}@")
        and not str(event.card_key).endswith("completion")
    ][-5:]
    if not mine:
        return NEVER
    names = [event.misconception for event in mine if event.misconception]
    right = [event.verdict == "correct" for event in mine]
    level = int(str(mine[-1].problem_id).split(":")[1])
    return Lately(
        right=right.count(True),
        of=len(mine),
        again=len({name for name in names if names.count(name) >= 2}),
        last_day=mine[-1].study_day,
        next_level=level if not right[-1] else {1: 2, 2: 3, 3: 1}[level],
    )


def before(a: Lately, b: Lately) -> bool:
    """Say whether one family may stand before another, by the words of the module."""
    if a.is_weak != b.is_weak:
        return a.is_weak
    if a.is_weak:
        share_a, share_b = ((x.of - x.right + 1) / (x.of + 2) for x in (a, b))
        if abs(share_a - share_b) > 1e-9:
            return share_a > share_b
        if a.again != b.again:
            return a.again > b.again
    elif (a.of == 0) != (b.of == 0):
        return a.of == 0
    return (a.last_day or 0) <= (b.last_day or 0)


@pytest.mark.parametrize("seed", range(25))
def test_the_order_is_what_a_count_by_hand_gives(desk: Desk, seed: int) -> None:
    random = Random(seed)
    events = random_log(random, random.choice([0, 3, 20, 90]))
    with desk.store.write() as connection:
        for event in events:
            log.append(connection, desk.store.learner, event)
    known = lately(desk.store)
    assert {family: known.get(family, NEVER) for family in FAMILIES} == {f: by_hand(events, f) for f in FAMILIES}
    ordered = weak_first(FAMILIES, known)
    assert sorted(ordered) == sorted(FAMILIES)
    assert all(before(known.get(a, NEVER), known.get(b, NEVER)) for a, b in pairwise(ordered))
    assert ordered == weak_first(random.sample(FAMILIES, len(FAMILIES)), known), "however they are given"


def test_the_order_by_example() -> None:
    known = {
        "once-wrong": Lately(0, 1, 0, 5),
        "mostly-wrong": Lately(1, 5, 0, 5),
        "same-mistake": Lately(3, 5, 1, 9),
        "two-slips": Lately(3, 5, 0, 2),
        "well-today": Lately(5, 5, 0, 9),
        "well-once": Lately(1, 1, 0, 3),
    }
    assert weak_first([*known, "never"], known) == [
        "mostly-wrong",
        "once-wrong",
        "same-mistake",
        "two-slips",
        "never",
        "well-once",
        "well-today",
    ]
