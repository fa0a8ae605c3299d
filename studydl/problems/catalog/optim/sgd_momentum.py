"""Gradient descent with momentum: the velocity is a fading sum of gradients."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.optim._descent import (
    Descent,
    averaged,
    bowl,
    exchanged,
    forgetful,
    heavy_ball,
    nesterov,
    nonzero,
    plain,
    rate_inside,
    uphill,
    velocity_words,
)
from studydl.problems.catalog.optim._writing import decimal, factor, listed, plus
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

SUM = "$b <- mu b + g$, no dampening"


class SgdMomentum(Family[Descent]):
    """The velocity b <- mu b + g remembers gradients, each weaker by mu with every update; then w <- w - lr b."""

    name, version, title = "optim.sgd-momentum", 1, "Gradient descent with momentum"
    source = "torch.optim.SGD documentation; Sutskever, Martens, Dahl and Hinton (2013), On the importance of momentum"
    answer = {"two": Real(places=3), "three": Real(places=4), "cut": Real(places=4), "bowl": Real(places=4)}
    prompt = {
        "two": "SGD with learning rate {lr} and momentum {mu} starts at $w = {start}$. The gradients of its first two "
        "updates are {gradients}. What is $w$ after both, to 3 decimals?",
        "three": "SGD with learning rate {lr} and momentum {mu} starts at $w = {start}$. The gradients of its first "
        "three updates are {gradients}. What is $w$ after them, to 4 decimals?",
        "cut": "SGD with momentum {mu} starts at $w = {start}$. Its learning rate is {lr} for two updates and "
        "{last_lr} for the third; the gradients are {gradients}. What is $w$ after the three updates, to 4 decimals?",
        "bowl": "SGD with learning rate {lr} and momentum {mu} minimizes the loss $L(w) = {loss}$, from "
        "$w = {start}$. What is $w$ after three updates, to 4 decimals?",
    }
    _rule = (SUM, "then $w <- w - eta b$ ($eta$ is the learning rate)", "b starts at 0")
    conventions = {
        "two": _rule,
        "three": _rule,
        "cut": (SUM, "then $w <- w - eta b$, with the $eta$ of that update", "b starts at 0"),
        "bowl": _rule,
    }
    _given = (
        "The velocities: {velocities}.",
        "Each is subtracted, times its learning rate: $w = {start} - {moves}$ = {answer}",
    )
    steps = {
        "two": _given,
        "three": _given,
        "cut": _given,
        "bowl": (
            "The gradient at $w$ is $L'(w) = {slope}$.",
            "Update 1: {update1}, $w = {weight1}$.",
            "Update 2: {update2}, $w = {weight2}$.",
            "Update 3: {update3}, $w = {last}$ = {answer}",
        ),
    }
    limits = {1: Effort(8, 4), 2: Effort(12, 5), 3: Effort(24, 6)}
    mistakes = (
        Mistake(
            "moving average",
            lambda p: p.after(averaged),
            "You weighed the gradient with 1 - {mu}, as a moving average does. Here it enters the velocity whole: "
            "$b <- {mu} b + g$.",
            convention="no dampening",
            teaches="optim-momentum",
        ),
        Mistake(
            "no momentum",
            lambda p: p.after(plain),
            "That is SGD without momentum. The second update also carries {mu} of the first velocity on.",
        ),
        Mistake(
            "rate inside the velocity",
            lambda p: p.after(rate_inside),
            "You put the learning rate into the velocity, so old gradients kept the rate {lr}. Here the rate "
            "{last_lr} of the third update multiplies its whole velocity.",
            convention="with the $eta$ of that update",
        ),
        Mistake(
            "gradient not taken anew",
            lambda p: p.frozen(heavy_ball),
            "You used the gradient at the start for every update. The weight has moved: after the first update it is "
            "{weight1_value}.",
        ),
        Mistake(
            "Nesterov",
            lambda p: p.after(nesterov),
            "You looked ahead, as `nesterov=True` does. Plain momentum moves by the velocity itself.",
            teaches="optim-nesterov",
        ),
        Mistake(
            "only the gradient before",
            lambda p: p.after(forgetful),
            "You carried only the gradient before on. The velocity remembers all of them: the third update starts "
            "from {mu} times the second velocity.",
            teaches="optim-momentum",
        ),
        Mistake(
            "momentum times gradient",
            lambda p: p.after(exchanged),
            "You multiplied the gradient by {mu}. Momentum multiplies the old velocity: $b <- {mu} b + g$.",
            teaches="optim-momentum",
        ),
        Mistake(
            "factor 2 lost",
            lambda p: p.halved(heavy_ball),
            "The square has the derivative $2 (w - c)$, so the gradient is ${slope}$: twice what you used.",
        ),
        Mistake(
            "uphill",
            lambda p: p.after(uphill),
            "You added the velocity. Descent subtracts it: $w <- w - eta b$.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Descent | None:
        """Level 1: two given gradients; level 2: three; level 3: the rate is cut before the third, or a loss."""
        momentum, rate, start = draw.choice((50, 80, 90)), draw.choice((50, 100, 200)), draw.integer(-5, 5)
        if level == 1:
            return Descent(start, (rate,) * 2, momentum, (nonzero(draw, 5), nonzero(draw, 5)))
        gradients = tuple(nonzero(draw, 8) for _ in range(3))
        if level == 2:
            return Descent(start, (rate,) * 3, momentum, gradients)
        if draw.chance(0.4):
            return Descent(start, (rate, rate, rate // 10), momentum, gradients)
        return bowl(draw, 3)

    def variant(self, p: Descent) -> str:
        """Return two, three, cut or bowl."""
        if p.curvature:
            return "bowl"
        return "two" if len(p.rates) == 2 else "three" if p.rates[0] == p.rates[2] else "cut"

    def formula(self, p: Descent) -> Fraction:
        """Return the weight after all updates."""
        return p.after(heavy_ball)

    def effort(self, p: Descent) -> Effort:
        """Return product and sum of each velocity and weight, and of each gradient where a loss gives it."""
        if p.curvature:
            return Effort(16, 5)
        operations = 4 * len(p.rates) - 2 + (2 if self.variant(p) == "cut" else 0)
        return Effort(operations, 3 if len(p.rates) == 2 else 4)

    def facts(self, p: Descent) -> Facts:
        """Return the settings, and velocities and weights on the way."""
        updates, mu, lr = p.updates(heavy_ball), p.mu, p.lr
        moves = [f"{decimal(rate)} * {factor(u.velocity)}" for rate, u in zip(lr, updates, strict=True)]
        weights = [Decimal(p.start), *(u.weight for u in updates)]
        found: Facts = {
            "lr": decimal(lr[0]),
            "last_lr": decimal(lr[-1]),
            "mu": decimal(mu),
            "gradients": listed(p.gradients) if p.gradients else "",
            "loss": p.loss,
            "slope": p.slope,
            "velocities": velocity_words(updates, mu),
            "moves": " - ".join(moves),
            "weight1_value": decimal(weights[1]),
            "last": f"{decimal(weights[-2])} - {moves[-1]}",
        }
        for index, u in enumerate(updates, start=1):
            carried = (
                f"{decimal(mu)} * {factor(updates[index - 2].velocity)} {plus(u.gradient)} = " if index > 1 else ""
            )
            gradient = f"$g = {p.slope_at(weights[index - 1])} = {decimal(u.gradient)}$"
            found[f"update{index}"] = f"{gradient}, $b = {carried}{decimal(u.velocity)}$"
            found[f"weight{index}"] = f"{decimal(weights[index - 1])} - {moves[index - 1]} = {decimal(u.weight)}"
        return found

    @staticmethod
    def witness(
        start: int, rates: tuple[int, ...], momentum: int, gradients: tuple[int, ...], curvature: int, center: int
    ) -> float:
        """Return the weight that torch.optim.SGD leaves."""
        import torch

        w = torch.tensor(float(start), dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([w], momentum=momentum / 100, foreach=False)
        if gradients:
            for gradient, rate in zip(gradients, rates, strict=True):
                w.grad = torch.tensor(gradient, dtype=torch.float64)
                optimizer.param_groups[0]["lr"] = rate / 1000
                optimizer.step()
        else:
            for rate in rates:
                (w.grad,) = torch.autograd.grad(curvature / 2 * (w - center) ** 2, w)
                optimizer.param_groups[0]["lr"] = rate / 1000
                optimizer.step()
        return w.item()
