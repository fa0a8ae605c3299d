"""The soft threshold: what an absolute-value penalty does to a weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.kinds import Integer, Real, Vector
from studydl.answers.values import Value
from studydl.problems.catalog._writing import factor, short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Ints: TypeAlias = tuple[int, ...]
Rule: TypeAlias = Callable[[Fraction, Fraction], Fraction | int]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Weights to shrink, or the data of a lasso.

    Args:
        asks: "vector", "step", "lasso" or "zero".
        penalty: lambda in hundredths; 0 where it is asked for.
        weights: 3 weights in hundredths; empty for a lasso.
        gradients: their gradients in whole numbers; empty without a step.
        rate: the learning rate in hundredths; 0 without a step.
        columns: the features of a lasso, 3 to 4 values each.
        targets: as many targets.
    """

    asks: str
    penalty: int
    weights: Ints = ()
    gradients: Ints = ()
    rate: int = 0
    columns: tuple[Ints, ...] = ()
    targets: Ints = ()

    @property
    def lam(self) -> Fraction:
        """Return lambda."""
        return Fraction(self.penalty, 100)

    @property
    def lr(self) -> Fraction:
        """Return the learning rate."""
        return Fraction(self.rate, 100)

    @property
    def w(self) -> list[Fraction]:
        """Return the weights."""
        return [Fraction(weight, 100) for weight in self.weights]

    @property
    def moved(self) -> list[Fraction]:
        """Return the weights after the step along the gradient, without any penalty."""
        return [w - self.lr * g for w, g in zip(self.w, self.gradients, strict=True)]

    @property
    def products(self) -> list[int]:
        """Return the sum of x y of each feature."""
        return [sum(x * y for x, y in zip(column, self.targets, strict=True)) for column in self.columns]

    @property
    def squares(self) -> int:
        """Return the sum of the first feature's squares."""
        return sum(x * x for x in self.columns[0])


def soft(w: Fraction, threshold: Fraction) -> Fraction | int:
    """Move a weight towards 0 by the threshold, and stop there."""
    return w - threshold if w > threshold else w + threshold if w < -threshold else 0


def sign(w: Fraction) -> int:
    """Return 1, 0 or -1."""
    return (w > 0) - (w < 0)


def each(rule: Rule) -> Callable[[Shrunk], Value | None]:
    """Return a mistake that shrinks every weight by another rule; None where none are given."""
    return lambda s: tuple(rule(w, s.lam) for w in s.w) if s.asks == "vector" else None


def stepped(rule: Callable[[Fraction, int, Fraction, Fraction], Fraction | int]) -> Callable[[Shrunk], Value | None]:
    """Return a mistake about a step, from weight, gradient, rate and penalty; None where none is taken."""
    return lambda s: (
        tuple(rule(w, g, s.lr, s.lam) for w, g in zip(s.w, s.gradients, strict=True)) if s.asks == "step" else None
    )


def fitted(rule: Callable[[int, int, Fraction], Fraction | int]) -> Callable[[Shrunk], Value | None]:
    """Return a mistake about the lasso's weight, from sum x y, sum x^2 and lambda; None where it is not asked for."""
    return lambda s: rule(s.products[0], s.squares, s.lam) if s.asks == "lasso" else None


class SoftThreshold(Family[Shrunk]):
    """The soft threshold moves a weight towards 0 by lambda and stops there: sign(w) max(|w| - lambda, 0)."""

    name, version, title = "regularization.soft-threshold", 1, "Soft threshold"
    source = (
        "Parikh and Boyd (2014), Proximal algorithms, sections 4.2 and 6.5.2; torch.nn.Softshrink documentation; "
        "Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, section 3.4.2"
    )
    answer = {
        "vector": Vector(places=2),
        "step": Vector(places=2),
        "lasso": Real(places=3),
        "zero": Integer(),
    }
    prompt = {
        "vector": "The soft threshold (`F.softshrink`) with lambda = {lam} is applied to the weights {weights}. What "
        "are they then, to 2 decimals?",
        "step": "The weights are {weights}, the gradient of the loss is {gradients}, and the penalty is lambda = "
        "{lam} times the sum of absolute weights. What are the weights after one step of proximal gradient descent "
        "(ISTA) with learning rate {lr}, to 2 decimals?",
        "lasso": "y = w x, without intercept, is fitted to the points {points} by the lasso with lambda = {lam}. What "
        "is w, to 3 decimals?",
        "zero": "A lasso without intercept has two features, {column} and {column2}, and the targets {targets}. What "
        "is the smallest lambda with which both weights are exactly 0?",
    }
    conventions = {
        "vector": (),
        "step": ("the gradient step first, then the threshold",),
        "lasso": ("minimizes half the sum of $(y - w x)^2$, plus $lambda abs(w)$",),
        "zero": ("minimizes half the sum of squared errors, plus lambda times the sum of absolute weights",),
    }
    steps = {
        "vector": (
            "Each weight moves towards 0 by {lam} and stops there.",
            "One by one: {moves}.",
            "Together: {answer}",
        ),
        "step": (
            "The gradient step: {stepped}.",
            "The threshold is the learning rate times lambda: ${lr} * {lam} = {threshold}$.",
            "Each weight moves towards 0 by {threshold} and stops there: {moves}.",
            "Together: {answer}",
        ),
        "lasso": (
            "$sum x y = {xy_words} = {xy}$ and $sum x^2 = {xx_words} = {xx}$",
            "The penalty moves $sum x y$ towards 0 by lambda: {moves}.",
            "$w = frac({shrunk}, {xx})$ = {answer}",
        ),
        "zero": (
            "With all weights 0, the slope of the loss along a weight is $-sum x y$.",
            "First feature: $sum x y = {xy_words} = {xy}$. Second: $sum x y = {xy2_words} = {xy2}$.",
            "A weight stays 0 as long as lambda is at least the absolute value. The larger one decides: {answer}",
        ),
    }
    trivial = (0, 1)
    limits = {1: Effort(8, 3), 2: Effort(14, 3), 3: Effort(24, 3)}
    mistakes = (
        Mistake(
            "hard threshold",
            each(lambda w, lam: w if abs(w) > lam else 0),
            "You kept the large weights as they are: that is the hard threshold. The soft one also moves them by "
            "{lam}.",
            teaches="fit-zeros",
        ),
        Mistake(
            "not stopped at zero",
            each(lambda w, lam: w - sign(w) * lam),
            "You moved small weights past 0. A weight stops at 0: {moves}.",
            teaches="fit-zeros",
        ),
        Mistake(
            "subtracted from negative weights",
            each(lambda w, lam: w - lam if abs(w) > lam else 0),
            "You subtracted from negative weights, too. Weights move towards 0, so to a negative one {lam} is added.",
        ),
        Mistake(
            "negative weights set to zero",
            each(lambda w, lam: max(w - lam, Fraction(0))),
            "You set negative weights to 0. They shrink like positive ones: {moves}.",
        ),
        Mistake(
            "divided by 1 + lambda",
            each(lambda w, lam: w / (1 + lam)),
            "You divided, as a quadratic penalty does. An absolute-value penalty subtracts: {moves}.",
            teaches="fit-zeros",
        ),
        Mistake(
            "threshold without learning rate",
            stepped(lambda w, g, lr, lam: soft(w - lr * g, lam)),
            "You took lambda as the threshold. The penalty takes the same step as the loss: {lr} times {lam}.",
            teaches="fit-l1-sgd",
        ),
        Mistake(
            "subgradient step",
            stepped(lambda w, g, lr, lam: w - lr * (g + lam * sign(w))),
            "You added lambda sign(w) to the gradient. That jumps across 0; the proximal step stops there.",
            teaches="fit-l1-sgd",
        ),
        Mistake(
            "threshold before the gradient step",
            stepped(lambda w, g, lr, lam: soft(w, lr * lam) - lr * g),
            "You shrank first and stepped then. The gradient step comes first: {stepped}.",
            convention="the gradient step first",
        ),
        Mistake(
            "no threshold",
            stepped(lambda w, g, lr, lam: w - lr * g),
            "That is the gradient step alone. The penalty then moves each weight by {threshold} towards 0.",
        ),
        Mistake(
            "threshold on the least-squares weight",
            fitted(lambda xy, xx, lam: soft(Fraction(xy, xx), lam)),
            "You moved the least-squares weight by lambda. It is the sum of x y, {xy}, that moves by lambda.",
        ),
        Mistake(
            "penalty without the half",
            fitted(lambda xy, xx, lam: soft(Fraction(xy), lam / 2) / Fraction(xx)),
            "That is right without the half before the sum of squares. With it, the slope is the sum itself and moves "
            "by {lam}.",
            convention="half the sum",
        ),
        Mistake(
            "ridge",
            fitted(lambda xy, xx, lam: xy / (xx + lam)),
            "That is ridge regression, which adds lambda below. The lasso moves the sum of x y above.",
        ),
        Mistake(
            "least squares",
            fitted(lambda xy, xx, lam: Fraction(xy, xx)),
            "That is least squares, without the penalty. It moves the sum of x y from {xy} to {shrunk}.",
        ),
        Mistake(
            "smaller one",
            lambda s: min(map(abs, s.products)) if s.asks == "zero" else None,
            "With that lambda one weight is 0. For both, lambda must reach the larger of {size} and {size2}.",
        ),
        Mistake(
            "sign kept",
            lambda s: max(s.products) if s.asks == "zero" else None,
            "You compared {xy} and {xy2} with their signs. A weight leaves 0 in either direction: compare sizes.",
        ),
        Mistake(
            "without the half",
            lambda s: 2 * max(map(abs, s.products)) if s.asks == "zero" else None,
            "That is right without the half before the sum of squares, whose slope is twice as large.",
            convention="half the sum",
        ),
        Mistake(
            "sizes added",
            lambda s: sum(map(abs, s.products)) if s.asks == "zero" else None,
            "You added the two. Each weight has its own threshold, and the larger decides: {size} or {size2}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Shrunk | None:
        """Level 1: three weights; level 2: a proximal step; level 3: a lasso with one feature, or with all at 0."""
        if level == 1:
            penalty = 25 * draw.integer(2, 8)
            return Shrunk("vector", penalty, _around(draw, penalty, step=25))
        if level == 2:
            rate = draw.choice((10, 20, 50))
            penalty = 50 * draw.integer(3, 8)
            moved = _around(draw, rate * penalty // 100, step=10)
            gradients = tuple(draw.integer(1, 9) * draw.choice((1, -1)) for _ in moved)
            weights = tuple(w + rate * g for w, g in zip(moved, gradients, strict=True))
            return Shrunk("step", penalty, weights, gradients, rate)
        rows = draw.integer(3, 4)
        targets = draw.integers(rows, -9, 9)
        if draw.chance(0.5):
            s = Shrunk("zero", 0, columns=(_feature(draw, rows), _feature(draw, rows)), targets=targets)
            first, second = map(abs, s.products)
            return s if first and second and first != second else None
        s = Shrunk("lasso", 50 * draw.integer(1, 20), columns=(_feature(draw, rows),), targets=targets)
        return s if abs(s.products[0]) > s.lam else None

    def variant(self, s: Shrunk) -> str:
        """Return what is asked for."""
        return s.asks

    def formula(self, s: Shrunk) -> Value:
        """Return weights moved towards 0, or the lasso's weight, or the largest slope at 0."""
        if s.asks == "zero":
            return max(map(abs, s.products))
        if s.asks == "lasso":
            return soft(Fraction(s.products[0]), s.lam) / Fraction(s.squares)
        return tuple(soft(w, s.lr * s.lam) for w in s.moved) if s.asks == "step" else tuple(soft(w, s.lam) for w in s.w)

    def effort(self, s: Shrunk) -> Effort:
        """Return comparisons and sums a weight, the gradient step, or the sums of products."""
        rows = len(s.targets)
        operations = {"vector": 6, "step": 13, "lasso": 4 * rows + 2, "zero": 4 * rows + 1}[s.asks]
        return Effort(operations, 3 if s.asks == "lasso" else 2)

    def facts(self, s: Shrunk) -> Facts:
        """Return the weights and how they move, or the sums behind a lasso."""
        facts: Facts = {"lam": short(s.lam), "lr": short(s.lr), "threshold": short(s.lr * s.lam)}
        if s.asks in ("vector", "step"):
            threshold = s.lam if s.asks == "vector" else s.lr * s.lam
            start = s.w if s.asks == "vector" else s.moved
            return facts | {
                "weights": f"({', '.join(map(short, s.w))})",
                "gradients": f"({', '.join(map(str, s.gradients))})",
                "stepped": ", ".join(_step(w, g, s.lr) for w, g in zip(s.w, s.gradients, strict=False)),
                "moves": ", ".join(_move(w, threshold) for w in start),
            }
        words = [" + ".join(f"{factor(x)} * {factor(y)}" for x, y in zip(c, s.targets, strict=True)) for c in s.columns]
        first, second, *_ = (*s.products, 0)
        points = [f"({x}, {y})" for x, y in zip(s.columns[0], s.targets, strict=True)]
        return facts | {
            "points": f"{', '.join(points[:-1])} and {points[-1]}",
            "column": str(s.columns[0]),
            "column2": str(s.columns[-1]),
            "targets": str(s.targets),
            "xy": first,
            "xy2": second,
            "size": abs(first),
            "size2": abs(second),
            "xy_words": words[0],
            "xy2_words": words[-1],
            "xx": s.squares,
            "xx_words": " + ".join(f"{factor(x)}^2" for x in s.columns[0]),
            "shrunk": short(soft(Fraction(first), s.lam)),
            "moves": _move(Fraction(first), s.lam),
        }

    @staticmethod
    def witness(
        asks: str,
        penalty: int,
        weights: Ints,
        gradients: Ints,
        rate: int,
        columns: tuple[Ints, ...],
        targets: Ints,
    ) -> object:
        """Return softshrink of the weights after a gradient step; a lasso's single weight starts at 0."""
        import torch

        lam, lr = penalty / 100, rate / 100
        if asks in ("vector", "step"):
            w = torch.tensor(weights, dtype=torch.float64) / 100
            if gradients:
                w -= lr * torch.tensor(gradients, dtype=torch.float64)
            result = torch.nn.functional.softshrink(w, lr * lam if gradients else lam)
        else:
            x, y = (torch.tensor(values, dtype=torch.float64) for values in (columns, targets))
            w = torch.zeros(len(columns), dtype=torch.float64, requires_grad=True)
            (slope,) = torch.autograd.grad(((y - w @ x) ** 2).sum() / 2, w)
            if asks == "lasso":
                reach = 1 / (x @ x.T).item()  # at this rate one step reaches the minimum
                result = torch.nn.functional.softshrink(-reach * slope, reach * lam)[0]
            else:
                result = slope.abs().max()
        return result.tolist()


def _around(draw: Draw, threshold: int, step: int) -> Ints:
    """Draw three weights in hundredths, multiples of a step: one below the threshold, one above, one negative above."""
    below, above = (threshold - 1) // step, threshold // step + 1
    sizes = draw.integer(1, below), draw.integer(above, above + 9), draw.integer(above, above + 9)
    signs = draw.choice((1, -1)), draw.choice((1, -1)), -1
    return draw.shuffled([step * sign * size for sign, size in zip(signs, sizes, strict=True)])


def _feature(draw: Draw, rows: int) -> Ints:
    """Draw a feature's values, none of them 0."""
    return tuple(draw.integer(1, 6) * draw.choice((1, 1, -1)) for _ in range(rows))


def _step(w: Fraction, gradient: int, lr: Fraction) -> str:
    """Write a gradient step."""
    return f"${short(w)} - {short(lr)} * {factor(gradient)} = {short(w - lr * gradient)}$"


def _move(w: Fraction, threshold: Fraction) -> str:
    """Write how a weight moves towards 0."""
    if abs(w) <= threshold:
        return f"{short(w)} becomes 0"
    return f"${short(w)} {'-' if w > 0 else '+'} {short(threshold)} = {short(soft(w, threshold))}$"
