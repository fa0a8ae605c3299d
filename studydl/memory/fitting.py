"""FSRS-6 weights fitted to a learner's reviews: histories in, weights out. Pure; torch loads inside the functions.

The equations are those of `fsrs6`, written once more for many cards at a time, so that torch can say how the log loss
changes with each weight. Names and order follow py-fsrs, to be held against it line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, STABILITY_MIN, UPPER_BOUNDS_PARAMETERS

from studydl.memory.fsrs6 import STABILITY_MAX

if TYPE_CHECKING:
    import torch
    from torch import Tensor

# One card's reviews, oldest first: (rating 1 to 4, study day). After a reset a card begins another history.
History: TypeAlias = Sequence[tuple[int, int]]
Scalars: TypeAlias = "tuple[Tensor, ...]"  # the 21 weights, one by one
Weights: TypeAlias = tuple[float, ...]

DEFAULT: Weights = tuple(DEFAULT_PARAMETERS)
# How far the weights of learners lie apart (ts-fsrs, DEFAULT_PARAMS_STDDEV_TENSOR): the fewer the reviews, the nearer
# the weights stay to the default ones, measured in these.
SPREAD: Weights = (
    *(6.43, 9.66, 17.58, 27.85, 0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33),
    *(0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.27),
)
FIRST_LOOK = 20_000  # reviews that find the neighborhood before all of them are used
FIRST_STEP = 30.0  # by so much of the gradient, found by trying
EVALUATIONS = (40, 20)  # of the loss at most, on the first look and on all reviews
ENOUGH = 1e-6  # nats a review: when a step gains less, the fit is done
LONGEST = 200  # reviews of one card; what comes after them teaches nothing more


@dataclass(frozen=True, slots=True)
class Loss:
    """How well weights foretell reviews.

    Args:
        reviews: how many were foretold: those on a later day than the review before.
        mean: log loss of one of them, in nats; 0 when there are none.
    """

    reviews: int
    mean: float


@dataclass(frozen=True, slots=True)
class _Step:
    """The n-th reviews of all cards that have so many; cards with more reviews come first.

    Args:
        rating: 1 to 4.
        elapsed: days since the review before.
        recalled: 1 unless the rating was Again.
        counts: True where the loss counts: on a later day than the review before, and within the days asked for.
    """

    rating: Tensor
    elapsed: Tensor
    recalled: Tensor
    counts: Tensor


def fit(histories: Sequence[History], progress: Callable[[float], None] = lambda share: None) -> Weights:
    """Return the weights under which the reviews are most likely, given how those of other learners lie apart.

    Minimizes, within the bounds of FSRS-6, the log loss of all reviews on a later day than the one before, plus the
    squared distance from the default weights in units of `SPREAD`, which is a normal prior. Half of that would be its
    deviation to the letter; the whole, as in fsrs-rs, foretells better after 1,000 reviews and as well after 10,000.

    Args:
        histories: one a card.
        progress: called with the share done, 0 to 1.

    Returns:
        21 weights; the default ones when there is nothing to learn from.
    """
    import torch

    everything = _steps(histories, torch.float32)  # twice as fast as float64, and fine enough for a mean
    reviews = _foretold(everything)
    if not reviews:
        return DEFAULT
    default, spread, lower, upper = (
        torch.tensor(values, dtype=torch.float64)
        for values in (DEFAULT, SPREAD, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS)
    )
    box = ((lower - default) / spread, (upper - default) / spread)
    looks = [(everything, sum(EVALUATIONS))]
    sample = _steps(_sample(histories), torch.float32)
    if 0 < _foretold(sample) < reviews:
        looks = list(zip((sample, everything), EVALUATIONS, strict=True))
    done = 0

    def objective(steps: Sequence[_Step], away: Tensor) -> tuple[float, Tensor]:
        """Return the mean loss with its penalty, and how it changes with the distances from the default, in spreads."""
        nonlocal done
        progress(min(done / sum(EVALUATIONS), 1))
        done += 1
        away = away.detach().requires_grad_()
        loss = _total_loss(steps, (default + spread * away).float()) / _foretold(steps)
        loss = loss + away.square().sum() / reviews
        loss.backward()  # type: ignore[no-untyped-call]
        assert away.grad is not None
        return float(loss.detach()), away.grad

    away = torch.zeros(len(DEFAULT), dtype=torch.float64)
    scale = torch.where(torch.arange(len(DEFAULT)) < 4, default / spread, 1.0)  # the loss bends with the log of w[:4]
    inverse = torch.diag(FIRST_STEP * scale.square())
    for steps, most in looks:
        away, inverse = _minimize(partial(objective, steps), away, inverse, box, most)
        done = EVALUATIONS[0]
    progress(1)
    return tuple(torch.minimum(torch.maximum(default + spread * away, lower), upper).tolist())


def log_loss(histories: Sequence[History], weights: Weights, from_day: int | None = None) -> Loss:
    """Return how well weights foretell which reviews succeed.

    Args:
        histories: one a card.
        weights: 21 of them; empty for the default ones.
        from_day: the first study day whose reviews count; those before only tell the state of the cards then.
    """
    import torch

    steps = _steps(histories, torch.float64, from_day)
    reviews = _foretold(steps)
    with torch.inference_mode():
        total = float(_total_loss(steps, torch.tensor(weights or DEFAULT, dtype=torch.float64)))
    return Loss(reviews, total / reviews if reviews else 0.0)


def states(histories: Sequence[History], weights: Weights) -> list[list[tuple[float, float]]]:
    """Return stability (days) and difficulty after every review, by the equations the fit works with.

    Args:
        histories: one a card, not empty.
        weights: 21 of them.
    """
    import torch

    found: list[list[tuple[float, float]]] = [[] for _ in histories]
    order = _longest_first(histories)
    with torch.inference_mode():
        w = torch.tensor(weights, dtype=torch.float64)
        for stability, difficulty, _ in _walk(_steps(histories, torch.float64), w):
            for place, s, d in zip(order, stability.tolist(), difficulty.tolist(), strict=False):
                found[place].append((s, d))
    return found


def _minimize(
    objective: Callable[[Tensor], tuple[float, Tensor]],
    x: Tensor,
    inverse: Tensor,
    box: tuple[Tensor, Tensor],
    most: int,
) -> tuple[Tensor, Tensor]:
    """Find a minimum within a box by BFGS; `torch.optim` would need two seconds more to be imported.

    Source: Nocedal and Wright, Numerical Optimization, algorithm 6.1, with backtracking. Coordinates that stand at a
    bound and would leave the box stay where they are.

    Args:
        objective: returns value and gradient.
        x: where to start.
        inverse: a first idea of the inverse Hessian.
        box: the least and the greatest x.
        most: evaluations of the objective.

    Returns:
        The best x found, and the inverse Hessian there.
    """
    import torch

    value, gradient = objective(x)
    used, size = 1, 1.0
    while used < most:
        held = ((x <= box[0]) & (gradient > 0)) | ((x >= box[1]) & (gradient < 0))
        slope = torch.where(held, 0, gradient)
        direction = torch.where(held, 0, -inverse @ slope)
        after = torch.minimum(torch.maximum(x + size * direction, box[0]), box[1])
        new_value, new_gradient = objective(after)
        used += 1
        moved = after - x
        if not new_value <= value + 1e-4 * float(slope @ moved):  # not, so that a nan counts as too far
            size /= 4
            if size < 1e-3:
                break
            continue
        turned = new_gradient - gradient
        bend = float(moved @ turned)
        if bend > 1e-12:
            step = torch.eye(len(x), dtype=x.dtype) - torch.outer(moved, turned) / bend
            inverse = step @ inverse @ step.T + torch.outer(moved, moved) / bend
        gained, size = value - new_value, 1.0
        x, value, gradient = after, new_value, new_gradient
        if gained < ENOUGH:
            break
    return x, inverse


# ---------------------------------------------------------------------- the equations of FSRS-6, many cards at a time


def _walk(steps: Sequence[_Step], weights: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor | None]]:
    """Yield stability and difficulty after each step, and log retrievability at it; None at the first."""
    import torch

    w = weights.unbind()
    stability, difficulty, log_retrievability = torch.empty(0), torch.empty(0), None
    for number, step in enumerate(steps):
        rating = step.rating
        if number == 0:
            stability = weights[:4][rating.long() - 1].clamp(STABILITY_MIN, STABILITY_MAX)
            difficulty = _initial_difficulty(w, rating).clamp(1, 10)
        else:
            stability, difficulty = stability[: len(rating)], difficulty[: len(rating)]
            log_retrievability = _log_retrievability(w, stability, step.elapsed)
            stability, difficulty = (
                torch.where(
                    step.elapsed < 1,
                    _short_term_stability(w, stability, rating),
                    _next_stability(w, stability, difficulty, log_retrievability.exp(), rating),
                ).clamp(STABILITY_MIN, STABILITY_MAX),
                _next_difficulty(w, difficulty, rating).clamp(1, 10),
            )
        yield stability, difficulty, log_retrievability


def _log_retrievability(w: Scalars, stability: Tensor, elapsed: Tensor) -> Tensor:
    """R = (1 + factor * t / S)^-decay, with the factor that makes R(S) = 0.9."""
    decay = w[20]
    factor = 0.9 ** (-1 / decay) - 1
    return -decay * (factor * elapsed / stability).log1p()


def _initial_difficulty(w: Scalars, rating: Tensor | int) -> Tensor:
    return w[4] - (w[5] * (rating - 1)).exp() + 1


def _next_difficulty(w: Scalars, difficulty: Tensor, rating: Tensor) -> Tensor:
    change = -w[6] * (rating - 3)
    damped = difficulty + (10 - difficulty) * change / 9
    return w[7] * _initial_difficulty(w, 4) + (1 - w[7]) * damped


def _next_stability(
    w: Scalars, stability: Tensor, difficulty: Tensor, retrievability: Tensor, rating: Tensor
) -> Tensor:
    import torch

    forgotten = 1 - retrievability
    after_lapse = torch.minimum(
        w[11] * _power(difficulty, -w[12]) * (_power(stability + 1, w[13]) - 1) * (forgotten * w[14]).exp(),
        stability / (w[17] * w[18]).exp(),
    )
    hard_or_easy = torch.stack((w[15], torch.ones_like(w[15]), w[16]))[(rating.long() - 2).clamp(min=0)]
    growth = w[8].exp() * (11 - difficulty) * _power(stability, -w[9]) * (forgotten * w[10]).expm1() * hard_or_easy
    return torch.where(rating == 1, after_lapse, stability * (1 + growth))


def _short_term_stability(w: Scalars, stability: Tensor, rating: Tensor) -> Tensor:
    import torch

    factor = (w[17] * (rating - 3 + w[18])).exp() * _power(stability, -w[19])
    return stability * torch.where(rating == 1, factor, factor.clamp(min=1))


def _power(base: Tensor, exponent: Tensor) -> Tensor:
    """Return base ** exponent, in a way whose derivative costs half."""
    return (exponent * base.log()).exp()


def _total_loss(steps: Sequence[_Step], w: Tensor) -> Tensor:
    """Return the log loss of all reviews that count, in nats."""
    import torch

    foretold = [log_r for _, _, log_r in _walk(steps, w) if log_r is not None]
    if not foretold:
        return w.sum() * 0
    log_r, later = torch.cat(foretold), steps[1:]
    counts = torch.cat([step.counts for step in later])
    recalled = torch.cat([step.recalled for step in later])[counts]
    log_r = log_r[counts].clamp(max=-1e-12)  # R of 1 has no log loss when it fails
    return -torch.where(recalled, log_r, (-log_r.expm1()).log()).sum()


# ---------------------------------------------------------------------- histories as tensors


def _longest_first(histories: Sequence[History]) -> list[int]:
    return sorted(range(len(histories)), key=lambda place: -len(histories[place]))


def _steps(histories: Sequence[History], dtype: torch.dtype, from_day: int | None = None) -> list[_Step]:
    """Return the reviews step by step, the first ones of all cards first."""
    import torch

    rows = [histories[place][:LONGEST] for place in _longest_first(histories)]
    lengths = [len(row) for row in rows]
    steps, cards = list[_Step](), len(rows)
    for number in range(max(lengths, default=0)):
        while lengths[cards - 1] <= number:
            cards -= 1
        reviews = [row[number] for row in rows[:cards]]
        days = torch.tensor([day for _, day in reviews])
        before = torch.tensor([row[number - 1][1] for row in rows[:cards]]) if number else days
        rating, elapsed = torch.tensor([float(r) for r, _ in reviews], dtype=dtype), (days - before).clamp(0)
        counts = elapsed > 0 if from_day is None else (elapsed > 0) & (days >= from_day)
        steps.append(_Step(rating, elapsed.to(dtype), rating > 1, counts))
    return steps


def _foretold(steps: Sequence[_Step]) -> int:
    """Return how many reviews count in the loss."""
    return int(sum(step.counts.sum() for step in steps))


def _sample(histories: Sequence[History]) -> Sequence[History]:
    """Return every n-th history, so that few reviews are left."""
    return histories[:: sum(map(len, histories)) // FIRST_LOOK + 1]
