"""Gradients of mini-batches: a mean over the batch, and what becomes of it over an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog.optim._descent import nonzero
from studydl.problems.catalog.optim._writing import decimal, factor, listed, thousandths, total
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Batch: TypeAlias = Sequence[tuple[int, int]]  # points (x, y)

HALF = "a loss is the mean of $(w x - y)^2$, without a factor 1/2"


@dataclass(frozen=True, slots=True)
class Batches:
    """Points for the model y = w x, in mini-batches.

    Args:
        form: "batch" (one gradient), "epoch" (an update after each batch), "sizes" (the full gradient from those of
            batches) or "gap" (gradients of micro-batches added up, minus the full one).
        sizes: points of each batch.
        w: the weight at the start.
        points: (x, y) of every point, in order; none of "sizes".
        rate: learning rate in thousandths; 0 where there is no update.
        means: the mean gradient of each batch in tenths, where it is given.
    """

    form: str
    sizes: tuple[int, ...]
    w: int = 0
    points: tuple[tuple[int, int], ...] = ()
    rate: int = 0
    means: tuple[int, ...] = ()

    @property
    def lr(self) -> Fraction:
        """Return the learning rate."""
        return thousandths(self.rate)

    @property
    def batches(self) -> list[Batch]:
        """Return the points batch by batch."""
        ends = [sum(self.sizes[: i + 1]) for i in range(len(self.sizes))]
        return [self.points[end - size : end] for end, size in zip(ends, self.sizes, strict=True)]

    @property
    def slopes(self) -> list[Fraction]:
        """Return the mean gradient of each batch at the start, given or worked out."""
        if self.means:
            return [Fraction(mean, 10) for mean in self.means]
        return [slope(batch, self.w) for batch in self.batches]

    @property
    def full(self) -> Fraction:
        """Return the gradient of the mean loss over all points."""
        weighted = [n * g for n, g in zip(self.sizes, self.slopes, strict=True)]
        return sum(weighted, Fraction(0)) / sum(self.sizes)

    @property
    def uneven(self) -> bool:
        """Say whether the last batch of an epoch is smaller than the others."""
        return self.form == "epoch" and self.sizes[-1] < self.sizes[0]


def slope(batch: Batch, w: Fraction | int, divisor: int = 0, *, scale: int = 2) -> Fraction:
    """Return the gradient of a batch's mean squared error.

    Args:
        batch: the points.
        w: the weight.
        divisor: what the sum is divided by; the number of points when 0.
        scale: the factor that differentiating the square brings.
    """
    squares, products = sum(x * x for x, _ in batch), sum(x * y for x, y in batch)
    return Fraction(scale * (w * squares - products)) / (divisor or len(batch))


def epoch(
    p: Batches, batches: Sequence[Batch], divisor: int = 0, *, scale: int = 2, anchored: bool = False
) -> Fraction:
    """Return the weight after one update for each batch.

    Args:
        p: the instance.
        batches: the batches, in order.
        divisor: as for `slope`.
        scale: as for `slope`.
        anchored: True where every gradient is taken at the start.
    """
    w = Fraction(p.w)
    for batch in batches:
        w -= p.lr * slope(batch, p.w if anchored else w, divisor, scale=scale)
    return w


def added(p: Batches) -> Fraction:
    """Return the accumulated gradient: the mean of the micro-batches' mean gradients."""
    return sum(p.slopes, Fraction(0)) / len(p.sizes)


def mean_point(p: Batches) -> Fraction:
    """Return the gradient at the mean of the points."""
    n = len(p.points)
    x, y = (Fraction(sum(values), n) for values in zip(*p.points, strict=True))
    return 2 * x * (p.w * x - y)


def summed(p: Batches) -> Fraction | None:
    """Return the answer if sums took the place of means; None where these are given."""
    if p.form == "batch":
        return slope(p.points, p.w, 1)
    return epoch(p, p.batches, 1) if p.form == "epoch" else None


def halved(p: Batches) -> Fraction | None:
    """Return the answer for a loss with the factor 1/2; None where gradients are given."""
    if p.form == "epoch":
        return epoch(p, p.batches, scale=1)
    return p.full / 2 if p.form == "batch" else (added(p) - p.full) / 2 if p.form == "gap" else None


class MinibatchGradient(Family[Batches]):
    """A batch's gradient is a mean over its points, so batches average to the full gradient by their sizes only."""

    name, version, title = "optim.minibatch-gradient", 1, "Gradients of mini-batches"
    source = (
        "Goodfellow, Bengio and Courville (2016), Deep Learning, section 8.1.3; torch.nn.MSELoss documentation, "
        "reduction='mean'"
    )
    answer = {
        "batch": Real(places=3),
        "sizes": Real(places=3),
        "gap": Real(places=3),
        "epoch": Real(places=4),
        "uneven": Real(places=4),
    }
    _epoch = (
        "SGD with learning rate {lr} fits the model $y = w x$ from $w = {w}$. The points (x, y) come in the batches "
        "{batches}. What is $w$ after this epoch, to 4 decimals?"
    )
    prompt = {
        "batch": "The model $y = w x$ has $w = {w}$. A mini-batch holds the points (x, y) = {points}. What is the "
        "gradient of its mean squared error with respect to $w$, to 3 decimals?",
        "sizes": "At the same weights, batches of {sizes} points have mean losses whose gradients for one weight are "
        "{means}. What is the gradient of the mean loss over all {n} points, to 3 decimals?",
        "gap": "The model $y = w x$ has $w = {w}$. Its points (x, y) come in the micro-batches {batches}. Gradient "
        "accumulation divides the mean squared error of each micro-batch by {count} and adds the gradients. What is "
        "this sum minus the gradient of the mean squared error over all {n} points, to 3 decimals?",
        "epoch": _epoch,
        "uneven": _epoch,
    }
    conventions = {
        "batch": (HALF,),
        "sizes": (),
        "gap": (HALF,),
        "epoch": ("an update after each batch", HALF),
        "uneven": ("an update after each batch, the last one too (`drop_last=False`)", HALF),
    }
    steps = {
        "batch": (
            "The errors $w x - y$: {errors}.",
            "A square's gradient is $2 x (w x - y)$: {gradients}.",
            "They sum to {summed}; the mean over {n} points is {answer}",
        ),
        "sizes": (
            "A mean counts as often as its batch has points: {weighted}.",
            "The sum over all points is ${weighted_sum} = {weighted_total}$.",
            "Divided by their number, {n}: {answer}",
        ),
        "gap": (
            "The gradients $2 x (w x - y)$ of the points: {gradients}.",
            "Means of the micro-batches: {means}. Each divided by {count} and added: {accumulated}.",
            "The mean over all {n} points: $frac({summed}, {n}) = {full}$.",
            "The difference: ${accumulated} {minus_full}$ = {answer}",
        ),
        "epoch": (
            "A point has the gradient $2 x (w x - y)$.",
            "Batch 1: {update1}$.",
            "Batch 2: {update2}$ = {answer}",
        ),
        "uneven": (
            "A point has the gradient $2 x (w x - y)$.",
            "Batch 1: {update1}$.",
            "Batch 2: {update2}$.",
            "Batch 3, the mean over its single point: {update3}$ = {answer}",
        ),
    }
    limits = {1: Effort(12, 3), 2: Effort(24, 4), 3: Effort(30, 5)}
    mistakes = (
        Mistake(
            "loss with a factor 1/2",
            halved,
            "You differentiated half the square. Here the loss is the mean of the squares themselves, which brings the "
            "factor 2.",
            convention="without a factor 1/2",
        ),
        Mistake(
            "sum for mean",
            summed,
            "You added the gradients of a batch up. The loss is a mean, so divide by the number of its points.",
        ),
        Mistake(
            "x left out",
            lambda p: (
                Fraction(sum(2 * (p.w * x - y) for x, y in p.points), len(p.points)) if p.form == "batch" else None
            ),
            "You took $2 (w x - y)$ for the gradient. The chain rule multiplies by $x$.",
        ),
        Mistake(
            "gradient at the mean point",
            lambda p: mean_point(p) if p.form == "batch" else None,
            "You averaged the points first. The gradient is not linear in them: take it at each point, then average.",
        ),
        Mistake(
            "error the other way round",
            lambda p: -p.full if p.form == "batch" else None,
            "You used $y - w x$. The square's derivative with respect to $w$ is $2 x (w x - y)$.",
        ),
        Mistake(
            "sizes ignored",
            lambda p: added(p) if p.form == "sizes" else None,
            "You gave every batch the same weight. A batch counts as often as it has points: {weighted}.",
        ),
        Mistake(
            "last batch left out",
            lambda p: (
                sum((n * g for n, g in zip(p.sizes[:-1], p.slopes, strict=False)), Fraction(0)) / sum(p.sizes[:-1])
                if p.form == "sizes"
                else None
            ),
            "You left the last batch out. Its points count too, {last_size} of {n}.",
        ),
        Mistake(
            "means added up",
            lambda p: sum(p.slopes, Fraction(0)) if p.form == "sizes" else None,
            "You added the means. The gradient of a mean loss is their average, weighted by the sizes {sizes}.",
            teaches="memory-accumulate",
        ),
        Mistake(
            "every batch taken for full",
            lambda p: (
                p.full * sum(p.sizes) / (max(p.sizes) * len(p.sizes))
                if p.form == "sizes"
                else epoch(p, p.batches, p.sizes[0])
                if p.uneven
                else None
            ),
            "You divided as if every batch were as large as the largest one. The last one has {last_points}.",
        ),
        Mistake(
            "all gradients at the start",
            lambda p: epoch(p, p.batches, anchored=True) if p.form == "epoch" else None,
            "You took all gradients at $w = {w}$. The second batch meets the weight that the first has changed.",
        ),
        Mistake(
            "one update with all points",
            lambda p: epoch(p, [p.points]) if p.form == "epoch" else None,
            "You made one update with the full gradient. Here the weight changes after each batch.",
        ),
        Mistake(
            "the last batch dropped",
            lambda p: epoch(p, p.batches[:-1]) if p.uneven else None,
            "You left the incomplete last batch out. That is right for `drop_last=True`; here it gives an update too.",
            convention="drop_last=False",
        ),
        Mistake(
            "uphill",
            lambda p: epoch(replace(p, rate=-p.rate), p.batches) if p.form == "epoch" else None,
            "You added the gradients to the weight. Descent subtracts them, times the learning rate.",
        ),
        Mistake(
            "no difference",
            lambda p: 0 if p.form == "gap" else None,
            "You took them for equal. With micro-batches of one size they are; here a point of the smaller one weighs "
            "more.",
            teaches="memory-accumulate-norm",
        ),
        Mistake(
            "difference the other way round",
            lambda p: p.full - added(p) if p.form == "gap" else None,
            "You subtracted the sum from the full gradient. The question asks for the sum, {accumulated}, minus the "
            "full one.",
        ),
        Mistake(
            "not divided by the number of micro-batches",
            lambda p: sum(p.slopes, Fraction(0)) - p.full if p.form == "gap" else None,
            "You added the micro-batches' gradients undivided. Each loss is divided by {count}.",
            teaches="memory-accumulate",
        ),
        Mistake(
            "the accumulated gradient",
            lambda p: added(p) if p.form == "gap" else None,
            "That is the accumulated gradient itself. Subtract the one over all {n} points, {full}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Batches | None:
        """Level 1: one batch; level 2: an epoch, or sizes; level 3: an uneven epoch, or accumulated gradients."""
        w, rate = draw.integer(-3, 3), draw.choice((10, 20, 50, 100))
        if level == 1:
            n = draw.choice((2, 2, 3))
            return _varied(Batches("batch", (n,), w, _points(draw, n)))
        if level == 2 and draw.chance(0.3):
            size, count = draw.choice((4, 8, 10, 16, 20, 32, 50, 64, 100)), draw.choice((2, 3, 3))
            sizes = (*(size,) * (count - 1), draw.integer(2, size - 1))
            return Batches("sizes", sizes, means=tuple(nonzero(draw, 50) for _ in sizes))
        if level == 2:
            return _varied(Batches("epoch", (2, 2), w, _points(draw, 4), rate))
        if draw.chance(0.5):
            return _varied(Batches("epoch", (2, 2, 1), w, _points(draw, 5), rate))
        sizes = draw.choice(((2, 1), (3, 1), (3, 2), (4, 1), (4, 2)))
        return _varied(Batches("gap", sizes, w, _points(draw, sum(sizes))))

    def variant(self, p: Batches) -> str:
        """Return batch, sizes, gap, epoch or uneven."""
        return "uneven" if p.uneven else p.form

    def formula(self, p: Batches) -> Fraction:
        """Return the gradient, the weight after the epoch, or the difference of gradients."""
        if p.form == "epoch":
            return epoch(p, p.batches)
        return added(p) - p.full if p.form == "gap" else p.full

    def effort(self, p: Batches) -> Effort:
        """Return products and sums of every point and batch."""
        n, batches = sum(p.sizes), len(p.sizes)
        if p.form == "sizes":
            return Effort(2 * batches, 4)
        if p.form == "epoch":
            return Effort(4 * n + 3 * batches, 5 if p.uneven else 4)
        return Effort(4 * n, 2) if p.form == "batch" else Effort(4 * n + 2 * batches + 2, 4)

    def facts(self, p: Batches) -> Facts:
        """Return points, gradients and means, and the updates of an epoch."""
        gradients = [2 * x * (p.w * x - y) for x, y in p.points]
        weighted = [n * g for n, g in zip(p.sizes, p.slopes, strict=True)]
        last = p.sizes[-1]
        found: Facts = {
            "lr": decimal(p.lr),
            "n": sum(p.sizes),
            "count": len(p.sizes),
            "sizes": listed(p.sizes),
            "last_size": last,
            "last_points": "1 point" if last == 1 else f"{last} points",
            "points": listed(f"({x}, {y})" for x, y in p.points) if p.points else "",
            "batches": listed(_braced(batch) for batch in p.batches) if p.points else "",
            "errors": tuple(p.w * x - y for x, y in p.points),
            "gradients": tuple(gradients),
            "summed": sum(gradients),
            "means": listed(map(decimal, p.slopes)),
            "weighted": listed(f"${n} * {factor(g)}$" for n, g in zip(p.sizes, p.slopes, strict=True)),
            "weighted_sum": total(weighted),
            "weighted_total": decimal(sum(weighted, Fraction(0))),
            "accumulated": decimal(added(p)),
            "full": decimal(p.full),
            "minus_full": f"- {factor(p.full)}",
        }
        if p.form == "epoch":
            w = Fraction(p.w)
            for index, batch in enumerate(p.batches, start=1):
                mean = slope(batch, w)
                values = listed(decimal(2 * x * (w * x - y)) for x, y in batch)
                over = f"{values}, mean {decimal(mean)}" if len(batch) > 1 else values
                text = f"{over}; $w = {decimal(w)} - {decimal(p.lr)} * {factor(mean)}"
                w -= p.lr * mean
                found[f"update{index}"] = text if index == len(p.sizes) else f"{text} = {decimal(w)}"
        return found

    @staticmethod
    def witness(
        form: str,
        sizes: tuple[int, ...],
        w: int,
        points: tuple[tuple[int, int], ...],
        rate: int,
        means: tuple[int, ...],
    ) -> float:
        """Return what autograd and, for an epoch, torch.optim.SGD come to."""
        import torch
        from torch.autograd import grad
        from torch.nn.functional import mse_loss

        weight = torch.tensor(float(w), dtype=torch.float64, requires_grad=True)
        if form == "sizes":  # linear losses with these slopes, one a point
            slopes = torch.tensor(means, dtype=torch.float64).repeat_interleave(torch.tensor(sizes)) / 10
            (result,) = grad((slopes * weight).mean(), weight)
        else:
            x, y = torch.tensor(points, dtype=torch.float64).unbind(1)
            batches = zip(x.split_with_sizes(sizes), y.split_with_sizes(sizes), strict=True)
            if form == "epoch":
                result, optimizer = weight, torch.optim.SGD([weight], rate / 1000, foreach=False)
                for a, b in batches:
                    (weight.grad,) = grad(mse_loss(weight * a, b), weight)
                    optimizer.step()
            else:
                (result,) = grad(mse_loss(weight * x, y), weight)
            if form == "gap":
                result = sum(grad(mse_loss(weight * a, b) / len(sizes), weight)[0] for a, b in batches) - result
        return result.item()


def _points(draw: Draw, count: int) -> tuple[tuple[int, int], ...]:
    """Draw different points, none of them with x = 0, which would not pull at the weight."""
    points = [(nonzero(draw, 3), draw.integer(-6, 6)) for _ in range(count)]
    return tuple(points)


def _varied(p: Batches) -> Batches | None:
    """Return the instance if no point lies on the line and none comes twice."""
    return p if all(p.w * x != y for x, y in p.points) and len({*p.points}) == len(p.points) else None


def _braced(batch: Batch) -> str:
    """Write a batch: {(1, 2), (3, 4)} with square brackets."""
    return f"[{', '.join(f'({x}, {y})' for x, y in batch)}]"
