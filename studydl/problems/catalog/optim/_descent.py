"""What the families of stochastic gradient descent share: the updates of one weight, by a rule that may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from studydl.problems.catalog.optim._writing import decimal, factor, plus
from studydl.problems.draw import Draw

# From momentum, learning rate, velocity and gradient to the new velocity and what is subtracted from the weight.
Rule: TypeAlias = Callable[[Decimal, Decimal, Decimal, Decimal], tuple[Decimal, Decimal]]

# Every number here is a finite decimal: Decimal is exact, much faster than Fraction, and raises if it ever were not.
EXACT = Context(prec=60, traps=[Inexact])


class Update(NamedTuple):
    """One update: the gradient, the velocity after it, and the weight after it."""

    gradient: Decimal
    velocity: Decimal
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Descent:
    """Updates of one weight by gradient descent with momentum.

    Args:
        start: the weight before the first update, -16 to 16.
        rates: the learning rate of each update, in thousandths.
        momentum: in hundredths.
        gradients: the gradient of each update, none of them 0; empty where a loss gives them.
        curvature: 0, or the even k of the loss k/2 (w - center)^2.
        center: where that loss is 0.
    """

    start: int
    rates: tuple[int, ...]
    momentum: int
    gradients: tuple[int, ...] = ()
    curvature: int = 0
    center: int = 0

    @property
    def mu(self) -> Decimal:
        """Return the momentum."""
        return Decimal(self.momentum).scaleb(-2)

    @property
    def lr(self) -> tuple[Decimal, ...]:
        """Return the learning rate of each update."""
        return tuple(Decimal(rate).scaleb(-3) for rate in self.rates)

    def gradient(self, update: int, w: Decimal) -> Decimal:
        """Return the gradient of an update, counted from 0, at the weight w."""
        return Decimal(self.gradients[update]) if self.gradients else self.curvature * (w - self.center)

    def updates(self, rule: Rule) -> list[Update]:
        """Return all updates by a rule."""
        mu, velocity, weight, done = self.mu, Decimal(0), Decimal(self.start), []
        with localcontext(EXACT):
            for index, lr in enumerate(self.lr):
                gradient = self.gradient(index, weight)
                velocity, move = rule(mu, lr, velocity, gradient)
                weight -= move
                done.append(Update(gradient, velocity, weight))
        return done

    def after(self, rule: Rule) -> Fraction:
        """Return the weight after all updates by a rule."""
        return Fraction(self.updates(rule)[-1].weight)

    def frozen(self, rule: Rule) -> Fraction | None:
        """Return the weight if every update took the gradient at the start; None where gradients are given."""
        if self.gradients:
            return None
        first = self.curvature * (self.start - self.center)
        return replace(self, gradients=(first,) * len(self.rates)).after(rule)

    def halved(self, rule: Rule) -> Fraction | None:
        """Return the weight if the square were differentiated without its factor 2; None where gradients are given."""
        return None if self.gradients else replace(self, curvature=self.curvature // 2).after(rule)

    @property
    def loss(self) -> str:
        """Return the loss as the prompt writes it."""
        scale = f"{self.curvature // 2} " if self.curvature > 2 else ""
        return f"{scale}(w {plus(-self.center)})^2"

    @property
    def slope(self) -> str:
        """Return the derivative of the loss."""
        return f"{self.curvature} (w {plus(-self.center)})"

    def slope_at(self, w: Decimal) -> str:
        """Return the derivative at w with the numbers put in."""
        return f"{self.curvature} * ({decimal(w)} {plus(-self.center)})"


def heavy_ball(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update as torch does with momentum: b <- mu b + g, then w <- w - lr b."""
    b = mu * b + g
    return b, lr * b


def nesterov(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update as torch does with nesterov=True: b <- mu b + g, then w <- w - lr (g + mu b)."""
    b = mu * b + g
    return b, lr * (g + mu * b)


def plain(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update without momentum."""
    return b, lr * g


def averaged(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update with a moving average of gradients for the velocity."""
    b = mu * b + (1 - mu) * g
    return b, lr * b


def uphill(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update with the velocity added."""
    b = mu * b + g
    return b, -lr * b


def forgetful(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update with momentum from the gradient before only."""
    return g, lr * (mu * b + g)


def exchanged(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update with the gradient multiplied by momentum, the velocity kept whole."""
    b = b + mu * g
    return b, lr * b


def rate_inside(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update with the learning rate in the velocity, which keeps the rate of its time."""
    b = mu * b + lr * g
    return b, b


def nonzero(draw: Draw, most: int) -> int:
    """Draw an integer from -most to most, but not 0."""
    return draw.integer(1, most) * draw.choice((-1, 1))


def bowl(draw: Draw, updates: int) -> Descent:
    """Draw so many updates from a start on the side of a parabola, 2 to 9 away from its lowest point."""
    rate, momentum = draw.choice((10, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200)), 5 * draw.integer(10, 19)
    center = nonzero(draw, 7)
    start = center + draw.integer(2, 9) * draw.choice((-1, 1))
    return Descent(start, (rate,) * updates, momentum, curvature=draw.choice((2, 4, 6, 8)), center=center)


def velocity_words(updates: list[Update], mu: Decimal) -> str:
    """Write how each velocity comes about from the one before."""
    parts = [f"$b_1 = {decimal(updates[0].velocity)}$"]
    for index in range(1, len(updates)):
        before, now = updates[index - 1], updates[index]
        working = f"{decimal(mu)} * {factor(before.velocity)} {plus(now.gradient)}"
        parts.append(f"$b_{index + 1} = {working} = {decimal(now.velocity)}$")
    return ", ".join(parts)
