"""Nesterov momentum, as torch computes it and as textbooks write it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

from studydl.answers.kinds import Real
from studydl.problems.catalog.optim._descent import (
    EXACT,
    Descent,
    averaged,
    bowl,
    heavy_ball,
    nesterov,
    nonzero,
    plain,
    velocity_words,
)
from studydl.problems.catalog.optim._writing import decimal, factor, listed, plus
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

TORCH = "$b <- mu b + g$, then $w <- w - eta * (g + mu b)$, as torch"
AHEAD = "$w$ is torch's parameter, the look-ahead point"
BEHIND = "$theta$ itself, not the look-ahead point $theta + mu v$"


@dataclass(frozen=True, slots=True)
class Nesterov(Descent):
    """Updates with Nesterov momentum.

    Args:
        textbook: True where the loss is minimized in the textbook form and theta is asked for.
    """

    textbook: bool = False


class Move(NamedTuple):
    """One update of the textbook form: the look-ahead point, the gradient there, then velocity and theta."""

    ahead: Decimal
    gradient: Decimal
    velocity: Decimal
    theta: Decimal


def moves(p: Descent, reach: Decimal) -> list[Move]:
    """Return the updates of the textbook form that look ahead by reach times the velocity."""
    theta, velocity, done = Decimal(p.start), Decimal(0), []
    with localcontext(EXACT):
        for index, lr in enumerate(p.lr):
            ahead = theta + reach * velocity
            gradient = p.gradient(index, ahead)
            velocity = p.mu * velocity - lr * gradient
            theta += velocity
            done.append(Move(ahead, gradient, velocity, theta))
    return done


def theta_of(p: Descent, reach: Decimal) -> Fraction:
    """Return theta after the updates of the textbook form that look ahead by reach times the velocity."""
    return Fraction(moves(p, reach)[-1].theta)


def full_velocity(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update with the velocity added whole to the gradient."""
    b = mu * b + g
    return b, lr * (g + b)


def gradient_missing(mu: Decimal, lr: Decimal, b: Decimal, g: Decimal) -> tuple[Decimal, Decimal]:
    """Update with mu b alone."""
    b = mu * b + g
    return b, lr * mu * b


def halved(p: Nesterov) -> Fraction | None:
    """Return the answer if the square were differentiated without its factor 2; None where gradients are given."""
    if p.gradients:
        return None
    half = replace(p, curvature=p.curvature // 2)
    return theta_of(half, half.mu) if p.textbook else half.after(nesterov)


class NesterovMomentum(Family[Nesterov]):
    """Nesterov momentum takes the gradient where the velocity is about to carry the weight; torch keeps that point."""

    name, version, title = "optim.nesterov", 1, "Nesterov momentum"
    source = (
        "torch.optim.SGD documentation, nesterov=True; Sutskever, Martens, Dahl and Hinton (2013), On the importance "
        "of momentum, equations 3 and 4"
    )
    answer = Real(places=4)
    _torch = (
        "`torch.optim.SGD` with learning rate {lr}, momentum {mu} and `nesterov=True` minimizes the loss "
        "$L(w) = {loss}$, from $w = {start}$. What is $w$ after {count} updates, to 4 decimals?"
    )
    prompt = {
        "given": "`torch.optim.SGD` with learning rate {lr}, momentum {mu} and `nesterov=True` starts at "
        "$w = {start}$. The gradients of its first two updates are {gradients}. What is $w$ after both, to 4 decimals?",
        "two": _torch,
        "three": _torch,
        "textbook": "Nesterov momentum in its textbook form, $v <- mu v - eta L'(theta + mu v)$, then "
        "$theta <- theta + v$, minimizes $L(theta) = {loss_of_theta}$ with $eta = {lr}$ and $mu = {mu}$, from "
        "$theta = {start}$. What is $theta$ after three updates, to 4 decimals?",
    }
    conventions = {
        "given": (TORCH, "b starts at 0"),
        "two": (TORCH, "b starts at 0", AHEAD),
        "three": (TORCH, "b starts at 0", AHEAD),
        "textbook": (BEHIND, "v starts at 0"),
    }
    steps = {
        "given": (
            "The velocities: {velocities}.",
            "Each update subtracts $eta * (g + mu b)$, here $eta$ times {direction_words}.",
            "$w = {start} - {lr} * {direction1} - {lr} * {direction2}$ = {answer}",
        ),
        "two": (
            "The gradient at $w$ is $L'(w) = {slope}$.",
            "Update 1: {update1}$.",
            "Update 2: {update2}$ = {answer}",
        ),
        "three": (
            "The gradient at $w$ is $L'(w) = {slope}$.",
            "Update 1: {update1}$.",
            "Update 2: {update2}$.",
            "Update 3: {update3}$ = {answer}",
        ),
        "textbook": (
            "The gradient at the look-ahead point $x = theta + mu v$ is $L'(x) = {slope_of_x}$.",
            "Update 1: {update1}$.",
            "Update 2: {update2}$.",
            "Update 3: {update3}$ = {answer}",
        ),
    }
    limits = {1: Effort(10, 4), 2: Effort(18, 6), 3: Effort(28, 7)}
    mistakes = (
        Mistake(
            "not looking ahead",
            lambda p: p.after(heavy_ball),
            "That is momentum without looking ahead. {ahead_rule}",
            teaches="optim-nesterov",
        ),
        Mistake(
            "theta for torch's parameter",
            lambda p: None if p.textbook or p.gradients else theta_of(p, p.mu),
            "That is theta of the textbook form. torch's parameter is the look-ahead point, $mu v$ further.",
            convention="torch's parameter, the look-ahead point",
            teaches="optim-nesterov",
        ),
        Mistake(
            "the look-ahead point for theta",
            lambda p: p.after(nesterov) if p.textbook else None,
            "That is the look-ahead point $theta + mu v$, which torch keeps as its parameter. Here theta itself is "
            "asked for.",
            convention="not the look-ahead point",
            teaches="optim-nesterov",
        ),
        Mistake(
            "no momentum",
            lambda p: p.after(plain),
            "That is gradient descent without momentum. The velocity carries {mu} of its old value on.",
        ),
        Mistake(
            "velocity not damped",
            lambda p: theta_of(p, Decimal(1)) if p.textbook else p.after(full_velocity),
            "You looked ahead by the whole velocity. Momentum damps it there too: {ahead_short}.",
        ),
        Mistake(
            "gradient left out of the step",
            lambda p: None if p.textbook else p.after(gradient_missing),
            "You moved by $mu b$ alone. The gradient comes on top: $g + mu b$.",
        ),
        Mistake(
            "gradient not taken anew",
            lambda p: p.frozen(heavy_ball if p.textbook else nesterov),
            "You used the gradient at the start for every update. The second one is taken at {point2}.",
        ),
        Mistake(
            "factor 2 lost",
            halved,
            "The square has the derivative $2 ({point} - c)$, so the gradient is ${slope_of_point}$: twice what you "
            "used.",
        ),
        Mistake(
            "moving average",
            lambda p: None if p.textbook else p.after(averaged),
            "You averaged the gradients for the velocity, and stepped by it. Here $b <- {mu} b + g$, and the step is "
            "$eta * (g + mu b)$.",
            teaches="optim-momentum",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Nesterov | None:
        """Level 1: two given gradients; level 2: two updates on a loss; level 3: three, or the textbook form."""
        if level == 1:
            rate, momentum = draw.choice((50, 100, 200)), draw.choice((50, 80, 90))
            gradients = (nonzero(draw, 5), nonzero(draw, 5))
            return Nesterov(draw.integer(-5, 5), (rate, rate), momentum, gradients)
        p = bowl(draw, level)
        textbook = level == 3 and draw.chance(0.5)
        return Nesterov(p.start, p.rates, p.momentum, (), p.curvature, p.center, textbook)

    def variant(self, p: Nesterov) -> str:
        """Return given, two, three or textbook."""
        return "textbook" if p.textbook else "given" if p.gradients else "two" if len(p.rates) == 2 else "three"

    def formula(self, p: Nesterov) -> Fraction:
        """Return torch's parameter after all updates, or theta."""
        return theta_of(p, p.mu) if p.textbook else p.after(nesterov)

    def effort(self, p: Nesterov) -> Effort:
        """Return the products and sums of velocity, look-ahead and weight, and of each gradient of a loss."""
        return Effort(10, 4) if p.gradients else Effort(8 * len(p.rates), 3 + len(p.rates))

    def facts(self, p: Nesterov) -> Facts:
        """Return the settings, and what a person works out on the way."""
        ours, mu = p.updates(nesterov), p.mu
        directions = [u.gradient + mu * u.velocity for u in ours]
        sums = [
            f"${decimal(u.gradient)} {plus(mu * u.velocity)} = {decimal(u.gradient + mu * u.velocity)}$" for u in ours
        ]
        found: Facts = {
            "lr": decimal(p.lr[0]),
            "mu": decimal(mu),
            "gradients": listed(p.gradients) if p.gradients else "",
            "count": {2: "two", 3: "three"}[len(p.rates)],
            "loss": p.loss,
            "loss_of_theta": p.loss.replace("w", "theta"),
            "slope": p.slope,
            "slope_of_x": p.slope.replace("w", "x"),
            "point": "x" if p.textbook else "w",
            "slope_of_point": p.slope.replace("w", "x") if p.textbook else p.slope,
            "velocities": velocity_words(ours, mu),
            "direction_words": " and ".join(sums),
            "direction1": factor(directions[0]),
            "direction2": factor(directions[1]),
            "ahead_rule": "Take the gradient at $theta + mu v$."
            if p.textbook
            else "The step is $eta * (g + mu b)$, not $eta b$.",
            "ahead_short": "$theta + mu v$" if p.textbook else "$g + mu b$",
            "point2": _second_point(p),
        }
        texts = _textbook_updates(p) if p.textbook else _torch_updates(p)
        last = texts.pop().rpartition(" = ")[0]  # its result is the answer
        found.update({f"update{i}": text for i, text in enumerate([*texts, last], start=1)})
        return found

    @staticmethod
    def witness(
        start: int,
        rates: tuple[int, ...],
        momentum: int,
        gradients: tuple[int, ...],
        curvature: int,
        center: int,
        textbook: bool,
    ) -> float:
        """Return the weight that torch.optim.SGD leaves, or the point it looks ahead from."""
        import torch

        w = torch.tensor(float(start), dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([w], rates[0] / 1000, momentum / 100, nesterov=True, foreach=False)
        if gradients:
            for gradient in gradients:
                w.grad = torch.tensor(gradient, dtype=torch.float64)
                optimizer.step()
        else:
            for _ in rates:
                (w.grad,) = torch.autograd.grad(curvature / 2 * (w - center) ** 2, w)
                optimizer.step()
        v = -rates[0] / 1000 * optimizer.state[w]["momentum_buffer"]  # velocity in the textbook's sign and scale
        return (w - momentum / 100 * v if textbook else w).item()


def _torch_updates(p: Descent) -> list[str]:
    """Write each update of torch's form, with its numbers, as an open formula."""
    lr, mu, w, velocity, texts = decimal(p.lr[0]), decimal(p.mu), Decimal(p.start), Decimal(0), []
    for index, u in enumerate(p.updates(nesterov)):
        carried = f"{mu} * {factor(velocity)} {plus(u.gradient)} = " if index else ""
        texts.append(
            f"$g = {p.slope_at(w)} = {decimal(u.gradient)}$, $b = {carried}{decimal(u.velocity)}$, "
            f"$w = {decimal(w)} - {lr} * ({decimal(u.gradient)} + {mu} * {factor(u.velocity)}) = {decimal(u.weight)}"
        )
        w, velocity = u.weight, u.velocity
    return texts


def _textbook_updates(p: Descent) -> list[str]:
    """Write each update of the textbook form, with its numbers, as an open formula."""
    lr, mu, theta, velocity, texts = decimal(p.lr[0]), decimal(p.mu), Decimal(p.start), Decimal(0), []
    for index, m in enumerate(moves(p, p.mu)):
        ahead = f"$x = {decimal(theta)} + {mu} * {factor(velocity)} = {decimal(m.ahead)}$, " if index else ""
        carried = f"{mu} * {factor(velocity)} - " if index else "-"
        texts.append(
            f"{ahead}$g = {p.slope_at(m.ahead)} = {decimal(m.gradient)}$, "
            f"$v = {carried}{lr} * {factor(m.gradient)} = {decimal(m.velocity)}$, "
            f"$theta = {decimal(theta)} {plus(m.velocity)} = {decimal(m.theta)}"
        )
        theta, velocity = m.theta, m.velocity
    return texts


def _second_point(p: Nesterov) -> str:
    """Write where the second update takes its gradient."""
    if p.textbook:
        return f"$theta + mu v = {decimal(moves(p, p.mu)[1].ahead)}$"
    return f"$w = {decimal(p.updates(nesterov)[0].weight)}$"
