"""Drawing a practice set: every copy gets the same questions, equally hard, with its own numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count as counting
from typing import TypeAlias

from studydl.decks.model import Card
from studydl.errors import UsageError, did_you_mean
from studydl.problems import catalog, processes
from studydl.problems.draw import Draw
from studydl.problems.engine import Drawn, draw
from studydl.problems.model import Problem
from studydl.sheets.model import Blueprint, Copy, Item, Sheet, Slot
from studydl.sheets.theory import theory

MOST_COPIES = 1000
WORK_SPREAD = 0.15  # of the first copy's
TRIES = 60  # draws for one question of one copy
MODELS = 20  # first copies tried for one question
WORTH_PROCESSES = 300  # questions that take longer to draw than torch takes to load in processes
STEPPING = ("checkpoints", "optim", "training")  # their witnesses step an optimizer, for which torch loads its compiler
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look like another

Column: TypeAlias = tuple[Item, ...]  # one question in every copy


def compose(
    blueprint: Blueprint,
    seed: int,
    names: Sequence[str],
    cards: Mapping[str, Card],
    progress: Callable[[int], None] = lambda done: None,
    workers: int | None = None,
) -> Sheet:
    """Draw all copies of a set; large ones on all cores.

    Args:
        blueprint: what it asks.
        seed: 0 to 2**64 - 1.
        names: one copy for each; "" where there is no roster.
        cards: the cards that may be asked, by ``deck/card-id``.
        progress: called with the number of questions just drawn.
        workers: processes; the number of cores when None. The set is the same whatever it is.

    Raises:
        UsageError: no such card, or more copies than there are different instances; says what is possible.
    """
    if not 1 <= len(names) <= MOST_COPIES:
        raise UsageError(f"{len(names)} copies cannot be made", f"1 to {MOST_COPIES} are possible.")
    columns: dict[int, tuple[Item, ...]] = {}
    for place, column in _columns(blueprint.slots, seed, len(names), cards, workers):
        columns[place] = column
        progress(len(names))
    in_order = (columns[place] for place in range(len(blueprint.slots)))
    copies = zip(_codes(seed), names, zip(*in_order, strict=True), strict=False)
    rounds = (0,) * len(blueprint.slots)
    return Sheet(blueprint, seed, rounds, tuple(Copy(code, name, items) for code, name, items in copies))


def swap(sheet: Sheet, number: int, cards: Mapping[str, Card]) -> Sheet:
    """Replace one question in every copy by another of the same family and level; all others stay.

    Args:
        sheet: the set.
        number: of the question, from 1.
        cards: as for `compose`.

    Raises:
        UsageError: there is no such question, or it is a theory question.
    """
    slots = sheet.blueprint.slots
    if not 1 <= number <= len(slots):
        raise UsageError(f"there is no question {number}", f"The set has questions 1 to {len(slots)}.")
    place = number - 1
    slot = slots[place]
    if slot.card:
        raise UsageError(
            f"question {number} is the card {slot.card}, which there is only one of",
            "Name another card in the blueprint, and make the set again.",
        )
    rounds = tuple(r + (index == place) for index, r in enumerate(sheet.rounds))
    taken = [{_likeness(item) for item in copy.items} for copy in sheet.copies]
    column = _column(slot, sheet.seed, place, rounds[place], cards, taken)
    copies = tuple(
        Copy(copy.code, copy.name, (*copy.items[:place], item, *copy.items[number:]))
        for copy, item in zip(sheet.copies, column, strict=True)
    )
    return Sheet(sheet.blueprint, sheet.seed, rounds, copies)


def _columns(
    slots: Sequence[Slot], seed: int, copies: int, cards: Mapping[str, Card], workers: int | None
) -> Iterator[tuple[int, Column]]:
    """Yield the columns with their places, in no order. Subjects share no likeness, so each can be drawn by itself."""
    subjects: dict[str, list[tuple[int, Slot]]] = {}
    for place, slot in enumerate(slots):
        subjects.setdefault(slot.family.partition(".")[0], []).append((place, slot))
    yield from _subject(subjects.pop("", []), seed, copies, cards)
    stepping = [subjects.pop(subject) for subject in STEPPING if subject in subjects]
    work = [[group] for group in sorted(subjects.values(), key=len, reverse=True)]
    if stepping:
        work.insert(0, stepping)  # in one process: loading the compiler takes seconds
    several = processes.count_for(len(work), workers) if len(slots) * copies >= WORTH_PROCESSES else 1
    if several <= 1:
        for groups in work:
            for group in groups:
                yield from _subject(group, seed, copies, {})
        return
    with processes.Pool(several) as pool:
        for future in pool.completed([pool.submit(_drawn, groups, seed, copies) for groups in work]):
            yield from future.result()


def _drawn(groups: Iterable[Sequence[tuple[int, Slot]]], seed: int, copies: int) -> list[tuple[int, Column]]:
    return [column for group in groups for column in _subject(group, seed, copies, {})]


def _subject(
    group: Sequence[tuple[int, Slot]], seed: int, copies: int, cards: Mapping[str, Card]
) -> Iterator[tuple[int, Column]]:
    """Draw the questions of one subject, none of which may be like another in the same copy."""
    taken: list[set[object]] = [set() for _ in range(copies)]
    for place, slot in group:
        column = _column(slot, seed, place, 0, cards, taken)
        _take(taken, column)
        yield place, column


def _column(
    slot: Slot,
    seed: int,
    place: int,
    round_: int,
    cards: Mapping[str, Card],
    taken: Sequence[set[object]],
) -> Column:
    """Return one question for every copy: a model first, then others that match it, and nothing taken in that copy."""
    key, copies = f"{seed}/{place}/{round_}", len(taken)
    if slot.card:
        return tuple(Item(theory(_card(cards, slot.card), slot.card, key, copy)) for copy in range(copies))
    family = catalog.get(slot.family)
    largest = family.finite.get(slot.level)
    if largest is not None and copies > largest:
        raise UsageError(
            f"{slot.family} has only {largest} different problems at level {slot.level}",
            f"Ask for at most {largest} copies, or another level.",
        )
    best: list[Item] = []
    for model in range(MODELS):
        found: list[Item] = []
        for copy in range(copies):
            seeds = (_seed(f"{key}/{model}/{copy}/{attempt}") for attempt in range(TRIES))
            item = _matching((draw(family, slot.level, s) for s in seeds), found, taken[copy])
            if item is None:
                break
            found.append(item)
        if len(found) == copies:
            return tuple(found)
        best = max(best, found, key=len)
    raise UsageError(
        f"{slot.family}, level {slot.level}: {copies} different problems of equal effort could not be found",
        f"Ask for at most {max(1, len(best))} copies, or fewer questions of this family.",
    )


def _matching(candidates: Iterable[Drawn], found: Sequence[Item], taken: set[object]) -> Item | None:
    """Return the first candidate as hard as the first copy's, on its branch, and asked nowhere yet."""
    used = {_instance(item) for item in found}
    for drawn in candidates:
        item = Item(drawn.problem, drawn.effort.work, drawn.branch)
        if _instance(item) in used or _likeness(item) in taken:
            continue
        if not found or (item.branch == found[0].branch and _as_hard(item.work, found[0].work)):
            return item
    return None


def _as_hard(work: int, model: int) -> bool:
    return abs(work - model) <= WORK_SPREAD * model


def _instance(item: Item) -> object:
    assert isinstance(item.question, Problem)
    return repr(item.question.params)


def _likeness(item: Item) -> object:
    """Return what two questions of one copy may not share: the family with its answer, or the card."""
    question = item.question
    if isinstance(question, Problem):
        return question.family, question.answer.value
    return question.card


def _take(taken: Sequence[set[object]], column: Iterable[Item]) -> None:
    for mine, item in zip(taken, column, strict=True):
        mine.add(_likeness(item))


def _card(cards: Mapping[str, Card], name: str) -> Card:
    if name in cards:
        return cards[name]
    hint = did_you_mean(name, cards, "`studydl decks show DECK` lists a deck's cards.")
    raise UsageError(f"there is no card {name!r} to ask", hint)


def _seed(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")


def _codes(seed: int) -> Iterator[str]:
    """Yield a different code for each copy."""
    used: set[str] = set()
    for index in counting():
        draw = Draw(f"sheet code:{seed}:{index}")
        code = "".join(draw.choice(_LETTERS) for _ in range(5))
        if code not in used:
            used.add(code)
            yield code
