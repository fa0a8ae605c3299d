"""RMSprop: steps divided by the root of a fading average of squared gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Real
from studydl.problems.catalog.optim._descent import nonzero
from studydl.problems.catalog.optim._writing import decimal, listed, plus
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, sqrt

OUTSIDE = "eps is added to the root, not below it"


@dataclass(frozen=True, slots=True)
class Averages:
    """Updates of one weight.

    Args:
        start: the weight before the first update.
        rate: learning rate in thousandths.
        alpha: in hundredths; what the averages keep of their old value.
        gradients: the gradients, none of them 0.
        before: the average of squares before the first update.
        eps: in tenths; 0 where it is negligible.
        centered: True where the square of the average gradient is subtracted.
    """

    start: int
    rate: int
    alpha: int
    gradients: tuple[int, ...]
    before: int = 0
    eps: int = 0
    centered: bool = False

    @property
    def lr(self) -> Fraction:
        """Return the learning rate."""
        return Fraction(self.rate, 1000)

    @property
    def keep(self) -> Fraction:
        """Return alpha."""
        return Fraction(self.alpha, 100)

    @property
    def epsilon(self) -> Fraction:
        """Return eps."""
        return Fraction(self.eps, 10)

    def after(self, divisors: Sequence[Number]) -> Number:
        """Return the weight after all updates with these numbers below the gradients."""
        way: Number = 0
        for g, below in zip(self.gradients, divisors, strict=True):
            way = way + divide(g, below)
        return self.start - self.lr * way

    def rooted(self, values: Sequence[Fraction], eps: Number | None = None) -> Number:
        """Return the weight after all updates with the roots of these values, plus eps, below the gradients."""
        return self.after([root(v) + (self.epsilon if eps is None else eps) for v in values])


@lru_cache(256)
def root(x: Fraction) -> Number:
    """Return a square root, remembered."""
    return sqrt(x)


@lru_cache(256)  # every mistake of an instance asks again
def squares(p: Averages, keep: Fraction, power: int = 2) -> tuple[Fraction, ...]:
    """Return the fading average of a power of the gradients' sizes after each update."""
    found = [Fraction(p.before)]
    for g in p.gradients:
        found.append(keep * found[-1] + (1 - keep) * abs(g) ** power)
    return tuple(found[1:])


@lru_cache(256)
def means(p: Averages) -> tuple[Fraction, ...]:
    """Return the fading average of the gradients after each update."""
    found = [Fraction(0)]
    for g in p.gradients:
        found.append(p.keep * found[-1] + (1 - p.keep) * g)
    return tuple(found[1:])


@lru_cache(256)
def spread(p: Averages) -> tuple[Fraction, ...]:
    """Return what the root is taken of at each update."""
    found = squares(p, p.keep)
    return tuple(v - m * m for v, m in zip(found, means(p), strict=True)) if p.centered else found


def mean_subtracted(p: Averages) -> Number | None:
    """Return the weight if the average gradient were subtracted without a square; None where that gives no root."""
    left = [v - abs(m) for v, m in zip(squares(p, p.keep), means(p), strict=True)]
    return p.rooted(left) if p.centered and min(left) > 0 else None


def corrected(p: Averages) -> Number:
    """Return the weight if the averages were freed of their start at 0, as Adam does."""
    return p.rooted([v / (1 - p.keep ** (t + 1)) for t, v in enumerate(spread(p))])


def summed(p: Averages) -> Number:
    """Return the weight if the squares were added up, as Adagrad does."""
    return p.rooted([p.before + Fraction(sum(g * g for g in p.gradients[: t + 1])) for t in range(len(p.gradients))])


class RMSprop(Family[Averages]):
    """RMSprop divides by the root of v <- alpha v + (1 - alpha) g^2: v starts at 0, so the first steps are long."""

    name, version, title = "optim.rmsprop", 1, "RMSprop"
    source = "torch.optim.RMSprop documentation; Hinton (2012), Neural networks for machine learning, lecture 6e"
    answer = Real(places=4)
    prompt = {
        "first": "RMSprop with learning rate {lr} and alpha {alpha} starts at $w = {start}$. The gradient of its first "
        "update is {gradients}. What is $w$ after this update, to 4 decimals?",
        "running": "RMSprop has learning rate {lr} and alpha {alpha}. Before an update $w = {start}$, and the running "
        "average of squared gradients is {before}. The gradient is {gradients}. What is $w$ after this update, to 4 "
        "decimals?",
        "two": "RMSprop with learning rate {lr} and alpha {alpha} starts at $w = {start}$. The gradients of its first "
        "two updates are {gradients}. What is $w$ after both, to 4 decimals?",
        "eps": "RMSprop with learning rate {lr}, alpha {alpha} and eps {eps} starts at $w = {start}$. The gradients of "
        "its first two updates are {gradients}. What is $w$ after both, to 4 decimals?",
        "centered": "RMSprop with learning rate {lr}, alpha {alpha} and `centered=True` starts at $w = {start}$. The "
        "gradients of its first two updates are {gradients}. What is $w$ after both, to 4 decimals?",
    }
    _rule = ("$v <- alpha v + (1 - alpha) g^2$, as torch", "v starts at 0")
    conventions = {
        "first": (*_rule, "eps negligible"),
        "running": (_rule[0], "eps negligible"),
        "two": (*_rule, "eps negligible"),
        "eps": (*_rule, OUTSIDE),
        "centered": (*_rule, "the root of $v - m^2$, with $m <- alpha m + (1 - alpha) g$ from 0", "eps negligible"),
    }
    _update = (
        "The average takes the new square in first: $v = {v_words1} = {v1}$.",
        "Its root is {root1}: $w = {start} - frac({lr} * {g1}, {root1})$ = {answer}",
    )
    _last = "$w = {start} - {lr} * ({terms})$ = {answer}"
    steps = {
        "first": _update,
        "running": _update,
        "two": (
            "Averages of squares: $v_1 = {v_words1} = {v1}$, $v_2 = {v_words2} = {v2}$.",
            "Their roots: {root1}, {root2}.",
            _last,
        ),
        "eps": (
            "Averages of squares: $v_1 = {v_words1} = {v1}$, $v_2 = {v_words2} = {v2}$.",
            "Their roots plus eps: ${bare1} + {eps} = {root1}$, ${bare2} + {eps} = {root2}$.",
            _last,
        ),
        "centered": (
            "Averages of squares: $v_1 = {v_words1} = {v1}$, $v_2 = {v_words2} = {v2}$.",
            "Averages of gradients: $m_1 = {m_words1} = {m1}$, $m_2 = {m_words2} = {m2}$.",
            "Centered, $v - m^2$: {spread1}, {spread2}. Their roots: {root1}, {root2}.",
            _last,
        ),
    }
    limits = {1: Effort(8, 3), 2: Effort(14, 4), 3: Effort(24, 5)}
    mistakes = (
        Mistake(
            "bias correction",
            lambda p: None if p.before else corrected(p),
            "You divided the averages by $1 - {alpha}^t$, as Adam does. RMSprop has no such correction.",
            teaches="optim-rmsprop-first",
        ),
        Mistake(
            "alpha and 1 - alpha exchanged",
            lambda p: p.rooted(squares(p, 1 - p.keep)) if not p.centered else None,
            "You gave the new square the weight {alpha}. Alpha is what the average keeps: the new square gets {rest}.",
            teaches="optim-rmsprop-first",
        ),
        Mistake(
            "eps below the root",
            lambda p: p.rooted([v + p.epsilon for v in spread(p)], 0) if p.eps else None,
            "You added eps to the average before taking the root. torch adds it to the root: {root1} goes below the "
            "first gradient.",
            convention="added to the root",
        ),
        Mistake(
            "eps ignored",
            lambda p: p.rooted(spread(p), 0) if p.eps else None,
            "You left eps out. It is {eps}, too much to neglect beside a root of {bare1}.",
        ),
        Mistake(
            "not centered",
            lambda p: p.rooted(squares(p, p.keep)) if p.centered else None,
            "You took the root of the average square. `centered=True` subtracts the square of the average gradient "
            "first: {spread1}, {spread2}.",
        ),
        Mistake(
            "average subtracted without a square",
            mean_subtracted,
            "You subtracted the average gradient itself. Its square is subtracted, which leaves a variance.",
        ),
        Mistake(
            "old average",
            lambda p: p.rooted([Fraction(p.before)]) if p.before else None,
            "You divided by the root of the old average, {before}. The new square enters first: $v = {v1}$.",
        ),
        Mistake(
            "no root",
            lambda p: p.after([v + p.epsilon for v in spread(p)]),
            "You took no root. The gradient is divided by the root of the average, {bare1}, not by {spread1} itself.",
            teaches="optim-rmsprop-first",
        ),
        Mistake(
            "sum of squares",
            summed,
            "You added the squares up, as Adagrad does. RMSprop averages them: the old ones fade by {alpha}.",
            teaches="optim-rmsprop",
        ),
        Mistake(
            "sizes for squares",
            lambda p: p.after([v + p.epsilon for v in squares(p, p.keep, 1)]) if not (p.before or p.centered) else None,
            "You averaged the sizes of the gradients. RMSprop averages their squares and takes the root at the end.",
            teaches="optim-rmsprop-first",
        ),
        Mistake(
            "plain gradient descent",
            lambda p: p.after([1] * len(p.gradients)),
            "That is plain gradient descent. RMSprop divides the gradient by the root of $v$, here {root1}{then}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Averages | None:
        """Level 1: one update; level 2: two; level 3: two with an eps that matters, or centered."""
        start, rate = draw.integer(-9, 9), draw.choice((10, 20, 50, 100))
        alpha = draw.choice((50, 75, 80, 90, 90, 95, 96, 99))
        if level == 1:
            before = draw.integer(1, 30) if draw.chance(0.6) else 0
            return Averages(start, rate, alpha, (nonzero(draw, 9),), before)
        gradients = (nonzero(draw, 9), nonzero(draw, 9))
        if level == 2:
            return Averages(start, rate, alpha, gradients)
        if draw.chance(0.4):
            return Averages(start, rate, alpha, gradients, eps=draw.choice((1, 2, 5, 10)))
        return Averages(start, rate, alpha, gradients, centered=True)

    def variant(self, p: Averages) -> str:
        """Return first, running, two, eps or centered."""
        if len(p.gradients) == 1:
            return "running" if p.before else "first"
        return "centered" if p.centered else "eps" if p.eps else "two"

    def formula(self, p: Averages) -> Number:
        """Return the weight after all updates."""
        return p.rooted(spread(p))

    def effort(self, p: Averages) -> Effort:
        """Return the operations of each average, a root, a quotient and a sum an update, and what else is needed."""
        updates = len(p.gradients)
        average = 6 if updates > 1 else 4 if p.before else 2
        extra = 2 if p.eps else 8 if p.centered else 0
        return Effort(average + 3 * updates + extra, 3 if updates == 1 else 5 if p.eps or p.centered else 4)

    def facts(self, p: Averages) -> Facts:
        """Return the settings, and averages, roots and terms of each update."""
        keep, rest, eps = p.keep, 1 - p.keep, p.epsilon
        averages, moments, inside = squares(p, keep), means(p), spread(p)
        found: Facts = {
            "lr": decimal(p.lr),
            "alpha": decimal(keep),
            "rest": decimal(rest),
            "eps": decimal(eps),
            "gradients": listed(p.gradients),
            "then": "",
        }
        old_square, old_mean, terms = Fraction(p.before), Fraction(0), []
        for index, g in enumerate(p.gradients):
            bare = root(inside[index])
            below, t = decimal(bare + eps, 5), index + 1
            carried = f"{decimal(keep)} * {decimal(old_square)} + " if old_square else ""
            found[f"v_words{t}"] = f"{carried}{decimal(rest)} * {_square(g)}"
            carried = f"{decimal(keep)} * {_factor(old_mean)} {plus(rest * g)}" if index else ""
            found[f"m_words{t}"] = carried or f"{decimal(rest)} * {_factor(Fraction(g))}"
            found[f"v{t}"], found[f"m{t}"] = decimal(averages[index]), decimal(moments[index])
            found[f"spread{t}"], found[f"bare{t}"], found[f"root{t}"] = decimal(inside[index]), decimal(bare, 5), below
            found[f"g{t}"] = _factor(Fraction(g))
            terms.append(f"{'-' if g < 0 else ''}frac({abs(g)}, {below})")
            old_square, old_mean = averages[index], moments[index]
            if index:
                found["then"] = f", then {below}"
        found["terms"] = " + ".join(terms).replace("+ -", "- ")
        return found

    @staticmethod
    def witness(
        start: int, rate: int, alpha: int, gradients: tuple[int, ...], before: int, eps: int, centered: bool
    ) -> float:
        """Return the weight that torch.optim.RMSprop leaves."""
        import torch

        w = torch.tensor(start, dtype=torch.float64)
        optimizer = torch.optim.RMSprop(
            [w], rate / 1000, alpha / 100, eps / 10 or 1e-30, centered=centered, foreach=False
        )
        if before:  # go on from a saved state
            optimizer.state[w] = {"step": torch.tensor(0.0), "square_avg": torch.tensor(before, dtype=torch.float64)}
        for gradient in gradients:
            w.grad = torch.tensor(gradient, dtype=torch.float64)
            optimizer.step()
        return w.item()


def _factor(x: Fraction) -> str:
    """Write a factor, in brackets where it is negative."""
    return f"({decimal(x)})" if x < 0 else decimal(x)


def _square(g: int) -> str:
    """Write the square of a gradient."""
    return f"({g})^2" if g < 0 else f"{g}^2"
