"""The tally of a whole log, counted from its last snapshot on.

A log of a million events takes seconds to count, and all but its end was counted before. So what all but the newest
events come to is kept, and only those after it are counted. Nothing hangs on a snapshot: where it does not hold any
more, everything is counted again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from itertools import islice
from typing import Any, TypeAlias

from studydl.errors import StoreError
from studydl.store import snapshots
from studydl.store import statistics as kept
from studydl.store.connection import Store
from studydl.store.snapshots import Snapshot
from studydl.store.statistics import Decision, Place
from studydl.study.statistics.tally import Bins, Curve, DeckName, Mistake, Recall, Solved, Tally, count

NAME = "statistics"
FORMAT = 1  # raise it whenever the log is counted differently, or kept differently
TAIL = 500  # newest events that are always counted: what is amended or undone is nearly always among them
CHUNK = 25_000  # events between two words on how far it is

Told: TypeAlias = Callable[[float], None]  # told what share of the events to count is counted, 0 to 1


def tally(store: Store, of_cards: Curve, of_skills: Curve, told: Told = lambda share: None) -> Tally:
    """Count the log, and keep a snapshot if it is long.

    Args:
        store: the database.
        of_cards: decay and factor of the forgetting curve of cards.
        of_skills: those of skills.
        told: called now and then, on the same thread.
    """
    connection, learner = store.read(), store.learner
    end = kept.length(connection, learner)
    places = kept.places(connection, learner)
    by_key = {place[0]: place for place in places}
    found = snapshots.get(connection, learner, NAME)
    start, counted = 0, Tally()
    if found is not None and not kept.reaches_back(connection, learner, found.seq, end):
        known = json.loads(found.value)
        if known["made"] == _made(places, known["made"]["added_ms"], of_cards, of_skills):
            start, counted = found.seq, _read(known)
    tell = _Teller(end - start, told)

    def deck_of(key: str) -> DeckName | None:
        place = by_key.get(key)
        return place and place[1:3]

    def part(after: int, upto: int) -> Tally:
        def before(keys: Sequence[str]) -> Iterator[Decision]:
            return kept.decisions(connection, learner, keys if after else (), after)

        rows = tell.of(kept.newest_first(connection, learner, after, upto), upto - after)
        return count(rows, deck_of, of_cards, of_skills, before)

    if end - start > 2 * TAIL:
        settled = end - TAIL
        if kept.reaches_back(connection, learner, settled, end):
            settled = end
        start, counted = settled, counted + part(start, settled)
        newest = max((added_ms for *_, added_ms in places), default=0)
        _keep(store, Snapshot(settled, _written(counted, _made(places, newest, of_cards, of_skills))))
    return counted + part(start, end)


class _Teller:
    """Says now and then how far a count is that has several parts."""

    def __init__(self, length: int, told: Told) -> None:
        self._length, self._told, self._passed = length, told, 0

    def of(self, rows: Iterator[kept.Row], length: int) -> Iterator[kept.Row]:
        """Yield the rows of a part of so many events. None is held on to."""
        for _ in range(0, length, CHUNK):
            yield from islice(rows, CHUNK)
            self._passed = min(self._passed + CHUNK, self._length)
            self._told(self._passed / self._length)


def _made(places: Sequence[Place], added_ms: int, of_cards: Curve, of_skills: Curve) -> dict[str, object]:
    """Return all that a tally follows from beside the log, as JSON has it; if it changes, all is counted again.

    Args:
        places: where the cards are.
        added_ms: only cards added by then can have been answered in the part of the log that was counted.
        of_cards: see `tally`.
        of_skills: see `tally`.
    """
    digest = hashlib.blake2b(digest_size=16)
    for key, origin, deck, added in places:
        if added <= added_ms:
            digest.update(f"{key}\n{origin}\n{deck}\n".encode())
    return {
        "format": FORMAT,
        "added_ms": added_ms,
        "places": digest.hexdigest(),
        "curves": [*of_cards, *of_skills],
    }


def _keep(store: Store, snapshot: Snapshot) -> None:
    try:
        with store.write() as connection:
            snapshots.put(connection, store.learner, NAME, snapshot)
    except StoreError:
        pass  # busy, or the disk is full: then all is counted again next time


def _written(tally: Tally, made: dict[str, object]) -> str:
    return json.dumps(
        {
            "made": made,
            "days": list(tally.days.items()),
            "decks": [
                (name, [[astuple(group) for group in bins] for bins in groups]) for name, groups in tally.decks.items()
            ],
            "solved": [(*name, *astuple(solved)) for name, solved in tally.solved.items()],
            "shown": [(family, *days) for family, days in tally.shown.items()],
            "mistakes": [(*name, *astuple(mistake)) for name, mistake in tally.mistakes.items()],
            "families": list(tally.families.items()),
        }
    )


def _read(known: dict[str, Any]) -> Tally:
    def bins(groups: list[list[int]]) -> Bins:
        return tuple(Recall(*group) for group in groups)

    return Tally(
        days=dict(known["days"]),
        decks={name and tuple(name): (bins(young), bins(mature)) for name, (young, mature) in known["decks"]},
        solved={(mode, level): Solved(*rest) for mode, level, *rest in known["solved"]},
        shown={family: (first, last) for family, first, last in known["shown"]},
        mistakes={(family, name): Mistake(*rest) for family, name, *rest in known["mistakes"]},
        families=dict(known["families"]),
    )
