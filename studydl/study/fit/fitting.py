"""Scheduler care: the weights fitted to the learner's own log, and adopted only if they foretell later reviews better.

Loads torch, so it never runs in the interface's process: `studydl fit` is a process of its own, and so is what
`refit` starts in the background.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from studydl.memory import fitting
from studydl.memory.fitting import History, Weights
from studydl.memory.intervals import DAY, interval_text
from studydl.memory.model import Memory, Phase, Settings
from studydl.store import log, settings, states
from studydl.store.connection import Store
from studydl.store.log import Event
from studydl.store.states import State
from studydl.study import preferences
from studydl.study.fit.refit import FIRST as REVIEWS
from studydl.study.replay import derive

HELD_OUT = 0.2  # share of the reviews, the latest, that new weights are tried on
LATER = 100  # reviews on a later day than the one before that there must be, on either side
DIGITS = 4  # of the log loss; what cannot be seen in them is no improvement

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Fit:
    """What the fit of one kind came to.

    Args:
        reviews: of this kind, in the log.
        tried_on: the latest reviews, which the fit did not see and the weights were tried on; 0 without a fit.
        before: log loss on them under the weights in use, in nats a review; None without a fit.
        after: under the new weights.
        adopted: whether the new weights are in use now.
        reason: why not, a sentence; empty if they are.
        weights: the 21 weights in use now; empty for the default ones.
        held: median stability of those in review, in days, under the weights before and now; None unless adopted.
    """

    reviews: int
    tried_on: int = 0
    before: float | None = None
    after: float | None = None
    adopted: bool = False
    reason: str = ""
    weights: Weights = ()
    held: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """What the log says of study: effective events by card, and where it ended.

    Args:
        cards: by key, each in order.
        end: place of the last event read.
    """

    cards: dict[str, list[Event]]
    end: int


def fit(store: Store, now_ms: int, progress: Progress = lambda what, share: None) -> dict[str, Fit]:
    """Fit the weights of cards and of skills, and adopt what foretells later reviews better.

    With new weights, stability and difficulty of every card are derived again from the log in the same transaction;
    no due date moves.

    Args:
        store: the database.
        now_ms: UTC epoch milliseconds.
        progress: called with what is being done and the share of it, 0 to 1.

    Returns:
        {"cards": ..., "skills": ...}.
    """
    import torch

    torch.set_num_threads(1)  # the tensors are small: threads would wait for one another
    progress("Reading the log", 0)
    last = settings.text(store.read(), store.learner, preferences.FIT)
    found, mine = _read(store), preferences.load(store)
    fits = {
        "cards": _fit_one(_histories(found, skills=False), mine.weights, lambda x: progress("Fitting cards", x)),
        "skills": _fit_one(_histories(found, skills=True), mine.skill_weights, lambda x: progress("Fitting skills", x)),
    }
    new = replace(mine, weights=fits["cards"].weights, skill_weights=fits["skills"].weights)
    derived: dict[str, Memory] = {}
    if new != mine:
        for number, (key, events) in enumerate(found.cards.items()):
            derived[key] = derive(events, new, key).memory
            if number % 500 == 0:
                progress("Applying", number / len(found.cards))
        old = states.everything(store.read(), store.learner)
        for kind, each in fits.items():
            if each.adopted:
                fits[kind] = replace(each, held=_held(found, old, derived, kind == "skills"))
    return _keep(store, now_ms, last, found, new, derived, fits)


def _read(store: Store) -> Log:
    events = log.study(store.read(), store.learner)
    cards: dict[str, list[Event]] = {}
    for event in log.effective(events):
        if event.card_key is not None:
            cards.setdefault(event.card_key, []).append(event)
    return Log(cards, events[-1].seq or 0 if events else 0)


def _histories(found: Log, *, skills: bool) -> list[History]:
    """Return the reviews of each card of one kind; after a reset it begins anew."""
    histories = list[History]()
    for events in found.cards.values():
        history, kind = list[tuple[int, int]](), False
        for event in events:
            if event.kind == "reset":
                history = []
            elif event.kind == "answer" and event.rating is not None:
                if not history:
                    kind = event.problem_id is not None
                    if kind == skills:
                        histories.append(history)
                day = max(event.study_day, history[-1][1]) if history else event.study_day
                history.append((event.rating, day))
    return histories


def _fit_one(histories: Sequence[History], in_use: Weights, progress: Callable[[float], None]) -> Fit:
    """Fit to the earlier reviews, and try the weights in use and the new ones on the later ones."""
    reviews = sum(map(len, histories))
    if reviews < REVIEWS:
        return Fit(reviews, weights=in_use, reason=f"There are {reviews:,} reviews; it takes {REVIEWS:,}.")
    foretold = sorted(day for h in histories for (_, before), (_, day) in pairwise(h) if day > before)
    from_day = foretold[-max(1, round(len(foretold) * HELD_OUT))] if foretold else 0
    earlier = bisect_left(foretold, from_day)
    if min(earlier, len(foretold) - earlier) < LATER:
        return Fit(reviews, weights=in_use, reason="Too few cards have come back on a later day yet.")
    seen = [[review for review in history if review[1] < from_day] for history in histories]
    new = fitting.fit([history for history in seen if history], progress)
    before, after = (fitting.log_loss(histories, weights, from_day) for weights in (in_use, new))
    fit = Fit(reviews, before.reviews, before.mean, after.mean, weights=in_use)
    if round(after.mean, DIGITS) < round(before.mean, DIGITS):
        return replace(fit, adopted=True, weights=new)
    return replace(fit, reason="The weights in use foretell the latest reviews as well or better.")


def _keep(
    store: Store,
    now_ms: int,
    last: str | None,
    found: Log,
    new: Settings,
    derived: dict[str, Memory],
    fits: dict[str, Fit],
) -> dict[str, Fit]:
    """Write weights, states and record in one transaction; what was answered meanwhile is taken in."""
    learner = store.learner
    with store.write() as connection:
        if settings.text(connection, learner, preferences.FIT) != last:
            now, why = preferences.load(store), "Another fit has finished meanwhile."
            in_use = {"cards": now.weights, "skills": now.skill_weights}
            return {
                kind: replace(fit, adopted=False, reason=fit.reason or why, weights=in_use[kind], held=None)
                for kind, fit in fits.items()
            }
        if derived:
            late = log.study(connection, learner, found.end)
            for key in {event.card_key for event in late if event.card_key is not None}:
                derived[key] = derive(log.effective(log.of_card(connection, learner, key)), new, key).memory
            settings.put(connection, learner, "weights", new.weights)
            settings.put(connection, learner, "skill_weights", new.skill_weights)
            states.put_strengths(connection, learner, derived)
        news = [changes(kind, fit) for kind, fit in fits.items() if fit.adopted]
        end, reviews = log.end(connection, learner), states.reviews(connection, learner)
        record = preferences.FitRecord(at_ms=now_ms, end=end, reviews=reviews, news=news)
        settings.put(connection, learner, preferences.FIT, record)
    return fits


def _held(found: Log, old: dict[str, State], new: dict[str, Memory], skills: bool) -> tuple[float, float] | None:
    """Return the median stability of the cards of one kind in review, before and after, in days."""
    keys = [
        key
        for key, memory in new.items()
        if memory.phase is Phase.REVIEW and key in old and _is_skill(found.cards.get(key, ())) == skills
    ]
    if not keys:
        return None
    return median(old[key].memory.stability or 0 for key in keys), median(new[key].stability or 0 for key in keys)


def _is_skill(events: Sequence[Event]) -> bool:
    return any(event.problem_id is not None for event in events if event.kind == "answer")


def changes(kind: str, fit: Fit) -> str:
    """Return what new weights changed, one line.

    Args:
        kind: "cards" or "skills".
        fit: an adopted one.
    """
    line = (
        f"{kind.capitalize()} now follow {fit.reviews:,} reviews of your own: log loss on the latest {fit.tried_on:,} "
        f"is {fit.after:.{DIGITS}f}, was {fit.before:.{DIGITS}f}"
    )
    if fit.held is not None:
        before, after = (interval_text(days * DAY) for days in fit.held)
        line += f"; half of them last {after} or longer, was {before}"
    return line + ". Due dates stay."
