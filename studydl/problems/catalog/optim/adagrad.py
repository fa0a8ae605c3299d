"""Adagrad: each weight's steps shrink with the root of the sum of its squared gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from studydl.answers.kinds import Real, Vector
from studydl.answers.values import Value
from studydl.problems.catalog.optim._descent import nonzero
from studydl.problems.catalog.optim._writing import decimal, listed
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, sqrt

NICE = ((3, 4), (6, 8), (5, 12), (8, 15), (9, 12), (20, 21), (7, 24), (12, 16), (10, 24), (15, 20))

Row: TypeAlias = tuple[int, ...]  # the gradients of one weight
Rule: TypeAlias = Callable[[Row, Fraction], list[Number]]  # from them and the initial sum to steps at rate 1


@dataclass(frozen=True, slots=True)
class Accumulated:
    """Updates of one or two weights.

    Args:
        start: the weights before the first update.
        rate: learning rate in thousandths.
        gradients: for each weight its gradients, one an update; a second weight has zeros among them.
        initial: what the sums of squares start from, in tenths.
    """

    start: tuple[int, ...]
    rate: int
    gradients: tuple[tuple[int, ...], ...]
    initial: int = 0

    @property
    def lr(self) -> Fraction:
        """Return the learning rate."""
        return Fraction(self.rate, 1000)

    @property
    def first_sum(self) -> Fraction:
        """Return what the sums of squares start from."""
        return Fraction(self.initial, 10)

    def after(self, rule: Rule) -> Value:
        """Return the weight, or both, after all updates by a rule."""
        weights = [
            begin - self.lr * sum_of(rule(row, self.first_sum))
            for begin, row in zip(self.start, self.gradients, strict=True)
        ]
        return weights[0] if len(weights) == 1 else tuple(weights)


def over(g: int, below: Number) -> Number:
    """Return a quotient, 0 for a gradient of 0: that is what eps is for."""
    return divide(g, below) if g else 0


def sum_of(terms: Sequence[Number]) -> Number:
    """Return the sum of numbers."""
    result: Number = 0
    for term in terms:
        result = result + term
    return result


@lru_cache(256)  # every mistake of an instance asks again
def sums(row: Row, initial: Fraction) -> tuple[Fraction, ...]:
    """Return the sum of squares at each update, the update's own gradient included."""
    return tuple(initial + sum(g * g for g in row[: t + 1]) for t in range(len(row)))


@lru_cache(256)
def roots(row: Row, initial: Fraction) -> tuple[Number, ...]:
    """Return the roots of these sums."""
    return tuple(map(sqrt, sums(row, initial)))


def adagrad(row: Row, initial: Fraction) -> list[Number]:
    """Divide by the root of the sum of squares: Duchi, Hazan and Singer (2011), with the diagonal."""
    return [over(g, root) for g, root in zip(row, roots(row, initial), strict=True)]


def unrooted(row: Row, initial: Fraction) -> list[Number]:
    """Divide by the sum of squares itself."""
    return [over(g, s) for g, s in zip(row, sums(row, initial), strict=True)]


def absolute(row: Row, initial: Fraction) -> list[Number]:
    """Divide by the sum of the sizes."""
    return [over(g, initial + sum(map(abs, row[: t + 1]))) for t, g in enumerate(row)]


def present(row: Row, initial: Fraction) -> list[Number]:
    """Divide by the size of the gradient itself."""
    return [over(g, sqrt(g * g + initial)) for g in row]


def averaged(row: Row, initial: Fraction) -> list[Number]:
    """Divide by the root of the mean square."""
    return [over(g, sqrt(s / (t + 1))) for t, (g, s) in enumerate(zip(row, sums(row, initial), strict=True))]


def plain(row: Row, initial: Fraction) -> list[Number]:
    """Divide by nothing."""
    return list(row)


def lagging(row: Row, initial: Fraction) -> list[Number]:
    """Divide by the root of the sum before the update."""
    before = [sqrt(initial), *roots(row, initial)[:-1]]
    return [over(g, root) for g, root in zip(row, before, strict=True)]


def from_zero(row: Row, initial: Fraction) -> list[Number]:
    """Forget what the sum starts from."""
    return adagrad(row, Fraction(0))


def shared(p: Accumulated) -> Value | None:
    """Return the weights if both were divided by one root, that of all squares; None where there is one weight."""
    if len(p.start) == 1:
        return None
    squares = [sum(g * g for g in pair) for pair in zip(*p.gradients, strict=True)]
    below = [sqrt(sum(squares[: t + 1])) for t in range(len(squares))]
    return tuple(
        begin - p.lr * sum_of([over(g, root) for g, root in zip(row, below, strict=True)])
        for begin, row in zip(p.start, p.gradients, strict=True)
    )


class Adagrad(Family[Accumulated]):
    """Adagrad divides each weight's step by the root of the sum of its squared gradients so far, this one included."""

    name, version, title = "optim.adagrad", 1, "Adagrad"
    source = "Duchi, Hazan and Singer (2011), Adaptive subgradient methods, JMLR 12; torch.optim.Adagrad documentation"
    answer = {"two": Real(places=4), "three": Real(places=4), "initial": Real(places=4), "sparse": Vector(places=4)}
    prompt = {
        "two": "Adagrad with learning rate {lr} starts at $w = {w1}$. The gradients of its first two updates are "
        "{row1}. What is $w$ after both, to 4 decimals?",
        "three": "Adagrad with learning rate {lr} starts at $w = {w1}$. The gradients of its first three updates are "
        "{row1}. What is $w$ after them, to 4 decimals?",
        "initial": "Adagrad with learning rate {lr} and `initial_accumulator_value={first_sum}` starts at $w = {w1}$. "
        "The gradients of its first three updates are {row1}. What is $w$ after them, to 4 decimals?",
        "sparse": "Adagrad with learning rate {lr} updates two weights, $w = ({w1}, {w2})$. In three updates the first "
        "one gets the gradients {row1}, the second one {row2}. What is $w$ after them, to 4 decimals each?",
    }
    _eps = "eps negligible"
    conventions = {
        "two": ("the sum starts at 0", _eps),
        "three": ("the sum starts at 0", _eps),
        "initial": ("the sum starts at the initial value", _eps),
        "sparse": ("the sums start at 0", _eps),
    }
    _one = (
        "Sums of the squared gradients: {sums1}.",
        "Their roots: {roots1}.",
        "Each gradient is divided by the root at its update: $w = {w1} - {lr} * ({terms1})$ = {answer}",
    )
    steps = {
        "two": _one,
        "three": _one,
        "initial": (
            "Sums of the squared gradients, on top of {first_sum}: {sums1}.",
            "Their roots: {roots1}.",
            "Each gradient is divided by the root at its update: $w = {w1} - {lr} * ({terms1})$ = {answer}",
        ),
        "sparse": (
            "First weight: the sums of squares are {sums1}, their roots {roots1}.",
            "$w_1 = {w1} - {lr} * ({terms1}) = {after1}$",
            "Second weight: the sums of squares are {sums2}, their roots {roots2}.",
            "$w_2 = {w2} - {lr} * ({terms2}) = {after2}$",
            "Together: {answer}",
        ),
    }
    limits = {1: Effort(12, 3), 2: Effort(16, 4), 3: Effort(28, 4)}
    mistakes = (
        Mistake(
            "no root",
            lambda p: p.after(unrooted),
            "You divided by the sums of squares, {sums1}. Their roots belong there: {roots1}.",
            teaches="optim-adagrad",
        ),
        Mistake(
            "one sum for both weights",
            shared,
            "You added the squares of both weights up. Each weight has a sum of its own, so the gradients of one leave "
            "the steps of the other alone.",
            teaches="optim-adagrad",
        ),
        Mistake(
            "initial value forgotten",
            lambda p: p.after(from_zero) if p.initial else None,
            "You started the sum of squares at 0. It starts at {first_sum}.",
        ),
        Mistake(
            "own gradient left out",
            lambda p: p.after(lagging) if p.initial else None,
            "You divided by the sum before the update. The square of the update's own gradient is added first.",
        ),
        Mistake(
            "only the present gradient",
            lambda p: p.after(present),
            "You divided each gradient by its own size. The sum keeps all earlier squares: {sums1}.",
            teaches="optim-adagrad",
        ),
        Mistake(
            "sum of sizes",
            lambda p: p.after(absolute),
            "You added the sizes of the gradients up. Adagrad adds their squares and takes the root.",
            teaches="optim-adagrad",
        ),
        Mistake(
            "mean for sum",
            lambda p: p.after(averaged),
            "You took the mean of the squares. Adagrad only adds them up, so the steps shrink with time.",
            teaches="optim-adagrad",
        ),
        Mistake(
            "plain gradient descent",
            lambda p: p.after(plain),
            "That is plain gradient descent. Adagrad divides each gradient by the root of the sum of squares so far.",
            teaches="optim-adagrad",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Accumulated | None:
        """Level 1: two gradients with whole roots; level 2: three; level 3: an initial value, or a sparse gradient."""
        start, rate = draw.integer(-5, 5), draw.choice((50, 100, 200, 500))
        if level == 1:
            first, second = draw.shuffled(draw.choice(NICE))
            gradients = (first * draw.choice((-1, 1)), second * draw.choice((-1, 1)))
            return Accumulated((start,), rate, (gradients,))
        row = tuple(nonzero(draw, 8) for _ in range(3))
        if level == 2:
            return Accumulated((start,), rate, (row,))
        if draw.chance(0.4):
            return Accumulated((start,), rate, (row,), draw.choice((1, 5, 10, 20, 50)))
        rare = [0, 0, nonzero(draw, 8)]
        if draw.chance(0.5):
            rare[1] = nonzero(draw, 8)
        return Accumulated((start, draw.integer(-5, 5)), rate, (row, draw.shuffled(rare)))

    def variant(self, p: Accumulated) -> str:
        """Return two, three, initial or sparse."""
        if len(p.start) == 2:
            return "sparse"
        return "initial" if p.initial else "two" if len(p.gradients[0]) == 2 else "three"

    def formula(self, p: Accumulated) -> Value:
        """Return the weight, or both, after all updates."""
        return p.after(adagrad)

    def effort(self, p: Accumulated) -> Effort:
        """Return square, sum, root, quotient and sum for each gradient that is not 0."""
        gradients = [g for row in p.gradients for g in row if g]
        return Effort(5 * len(gradients) + bool(p.initial), 2 if self.variant(p) == "two" else 4)

    def facts(self, p: Accumulated) -> Facts:
        """Return the settings, and sums, roots and terms of each weight."""
        found: Facts = {"lr": decimal(p.lr), "first_sum": decimal(p.first_sum)}
        for index, (start, row) in enumerate(zip(p.start, p.gradients, strict=True), start=1):
            squares = sums(row, p.first_sum)
            terms = [_quotient(g, root) for g, root in zip(row, roots(row, p.first_sum), strict=True) if g]
            found[f"w{index}"] = start
            found[f"row{index}"] = listed(row)
            found[f"sums{index}"] = ", ".join(map(decimal, squares))
            found[f"roots{index}"] = ", ".join(decimal(root, 5) for root in roots(row, p.first_sum))
            found[f"terms{index}"] = " + ".join(terms).replace("+ -", "- ")
            found[f"after{index}"] = decimal(start - p.lr * sum_of(adagrad(row, p.first_sum)), 5)
        return found

    @staticmethod
    def witness(
        start: tuple[int, ...], rate: int, gradients: tuple[tuple[int, ...], ...], initial: int
    ) -> float | list[float]:
        """Return what torch.optim.Adagrad leaves."""
        import torch

        w = torch.tensor(start, dtype=torch.float64)
        optimizer = torch.optim.Adagrad(
            [w], rate / 1000, initial_accumulator_value=initial / 10, eps=1e-30, foreach=False
        )
        for gradient in zip(*gradients, strict=True):
            w.grad = torch.tensor(gradient, dtype=torch.float64)
            optimizer.step()
        return w.tolist() if len(start) > 1 else w.item()


def _quotient(g: int, root: Number) -> str:
    """Write a gradient over its root, the sign in front."""
    return f"{'-' if g < 0 else ''}frac({abs(g)}, {decimal(root, 5)})"
