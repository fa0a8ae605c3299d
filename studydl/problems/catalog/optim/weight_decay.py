"""Weight decay in gradient descent: a pull towards 0 that joins the gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.kinds import Integer, Real
from studydl.problems.catalog.optim._descent import EXACT, nonzero
from studydl.problems.catalog.optim._writing import decimal, factor, listed, plus
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Pull: TypeAlias = Callable[[Decimal], Decimal]  # from the weight before an update

JOINS = "weight decay $lambda$ adds $lambda w$ to the gradient"
LONGEST = 8  # updates of a weight without gradient


@dataclass(frozen=True, slots=True)
class Decayed:
    """Updates of one weight that decays.

    Args:
        start: the weight before the first update, not 0.
        rate: learning rate in thousandths.
        decay: weight decay in thousandths; 0 where the loss has a penalty.
        momentum: in hundredths.
        gradients: the gradient of each update, without decay; empty where the number of updates is asked for.
        penalty: c of the penalty c w^2 in the loss, in thousandths.
        below: 0, or what a weight without gradient is to fall below.
    """

    start: int
    rate: int
    decay: int
    momentum: int = 0
    gradients: tuple[int, ...] = ()
    penalty: int = 0
    below: int = 0

    @property
    def lr(self) -> Decimal:
        """Return the learning rate."""
        return Decimal(self.rate).scaleb(-3)

    @property
    def mu(self) -> Decimal:
        """Return the momentum."""
        return Decimal(self.momentum).scaleb(-2)

    @property
    def strength(self) -> Decimal:
        """Return the weight decay, of a penalty the equivalent one."""
        return Decimal(self.decay + 2 * self.penalty).scaleb(-3)

    def updates(self, inside: Pull, outside: Pull | None = None) -> list[tuple[Decimal, Decimal]]:
        """Return velocity and weight after each update.

        Args:
            inside: what is added to the gradient.
            outside: what is subtracted from the weight beside the step; nothing when None.
        """
        mu, lr, b, w, done = self.mu, self.lr, Decimal(0), Decimal(self.start), []
        with localcontext(EXACT):
            for g in self.gradients:
                b = mu * b + g + inside(w)
                w -= lr * b + (outside(w) if outside else 0)
                done.append((b, w))
        return done

    def after(self, inside: Pull, outside: Pull | None = None) -> Fraction | None:
        """Return the weight after all updates; None where their number is asked for."""
        return Fraction(self.updates(inside, outside)[-1][1]) if self.gradients else None

    def falls(self, kept: Decimal) -> int | None:
        """Return after how many updates the weight is below the bound if each keeps this share; None otherwise."""
        if not self.below or not 0 < kept < 1:
            return None
        updates, w = 0, Decimal(self.start)
        while w >= self.below:
            w *= kept
            updates += 1
        return updates

    @property
    def kept(self) -> Decimal:
        """Return the share of a weight without gradient that an update leaves."""
        return 1 - self.lr * self.strength


def nothing(w: Decimal) -> Decimal:
    """Return 0: no decay."""
    return Decimal(0)


def pull(p: Decayed, scale: Decimal | int = 1) -> Pull:
    """Return the pull in proportion to the weight, times a scale."""
    strength = scale * p.strength
    return lambda w: strength * w


def straight(p: Decayed) -> int | None:
    """Return after how many updates the weight would be below the bound if it lost the same amount every time."""
    lost = p.start * (1 - p.kept)
    return int((p.start - p.below) // lost) + 1 if p.below else None


def constant(p: Decayed, size: int) -> Pull:
    """Return a pull that stays as it is for a weight of this size."""
    return lambda w: p.strength * size


class WeightDecay(Family[Decayed]):
    """Weight decay adds lambda w to the gradient, as the penalty lambda/2 w^2 would: w shrinks by lr lambda w."""

    name, version, title = "optim.weight-decay", 1, "Weight decay in gradient descent"
    source = (
        "torch.optim.SGD documentation, weight_decay; Goodfellow, Bengio and Courville (2016), Deep Learning, "
        "section 7.1.1"
    )
    answer = {"one": Real(places=4), "momentum": Real(places=4), "penalty": Real(places=4), "count": Integer()}
    prompt = {
        "one": "`torch.optim.SGD` has learning rate {lr} and weight decay {decay}. A weight is {start}, and the "
        "gradient of the loss is {gradients}. What is the weight after the update, to 4 decimals?",
        "momentum": "`torch.optim.SGD` has learning rate {lr}, momentum {mu} and weight decay {decay}. A weight starts "
        "at {start}, and the gradients of the loss in the first two updates are {gradients}. What is the weight after "
        "both, to 4 decimals?",
        "penalty": "The penalty ${penalty_text} w^2$ is added to a loss, which SGD minimizes with learning rate {lr} "
        "and momentum {mu}. $w$ starts at {start}, and the gradients of the loss without the penalty are {gradients} "
        "in the first two updates. What is $w$ after both, to 4 decimals?",
        "count": "A weight of {start} gets no gradient any more, only weight decay: `torch.optim.SGD` has learning "
        "rate {lr}, weight decay {decay} and no momentum. After how many updates is it first below {below}?",
    }
    conventions = {
        "one": (JOINS,),
        "momentum": (JOINS, "$b <- mu b + g$ with that gradient, then $w <- w - eta b$", "b starts at 0"),
        "penalty": ("$b <- mu b + g$ with the gradient of the whole, then $w <- w - eta b$", "b starts at 0"),
        "count": (JOINS,),
    }
    steps = {
        "one": (
            "The decay joins the gradient: ${gradient1} {plus_decay} * {start_factor} = {velocity1}$.",
            "$w = {start} - {lr} * {velocity1_factor}$ = {answer}",
        ),
        "momentum": (
            "Update 1: $b = {gradient1} {plus_decay} * {start_factor} = {velocity1}$, "
            "$w = {start} - {lr} * {velocity1_factor} = {weight1}$.",
            "Update 2: $g = {gradient2} {plus_decay} * {weight1_factor} = {full2}$, "
            "$b = {mu} * {velocity1_factor} {plus_full2} = {velocity2}$.",
            "$w = {weight1} - {lr} * {velocity2_factor}$ = {answer}",
        ),
        "penalty": (
            "The penalty has the gradient $2 * {penalty_text} * w = {strength} w$, so it is weight decay {strength}.",
            "Update 1: $b = {gradient1} {plus_decay} * {start_factor} = {velocity1}$, "
            "$w = {start} - {lr} * {velocity1_factor} = {weight1}$.",
            "Update 2: $g = {gradient2} {plus_decay} * {weight1_factor} = {full2}$, "
            "$b = {mu} * {velocity1_factor} {plus_full2} = {velocity2}$.",
            "$w = {weight1} - {lr} * {velocity2_factor}$ = {answer}",
        ),
        "count": (
            "An update subtracts ${lr} * {decay} * w$, so it keeps $1 - {lr} * {decay} = {kept}$ of the weight.",
            "One after the other: {fall}.",
            "The first one below {below} comes after update {answer}",
        ),
    }
    limits = {1: Effort(8, 4), 2: Effort(12, 5), 3: Effort(16, 5)}
    mistakes = (
        Mistake(
            "decay not times the learning rate",
            lambda p: p.falls(1 - p.strength) if p.below else p.after(nothing, pull(p)),
            "You took {strength} of the weight away. The decay is part of the gradient, so the learning rate "
            "multiplies it too: {lr} times {strength} of the weight.",
            teaches="fit-weight-decay",
        ),
        Mistake(
            "no decay",
            lambda p: p.after(nothing),
            "You left the decay out. It adds {strength} times the weight to the gradient, first "
            "${strength} * {start_factor}$.",
        ),
        Mistake(
            "factor 2 lost",
            lambda p: p.after(pull(p, Decimal("0.5"))) if p.penalty else None,
            "A square has the derivative $2 w$: the penalty adds ${strength} w$ to the gradient, not "
            "${penalty_text} w$.",
            teaches="fit-weight-decay",
        ),
        Mistake(
            "penalty with lambda for lambda/2",
            lambda p: None if p.penalty else p.falls(2 * p.kept - 1) if p.below else p.after(pull(p, 2)),
            "You differentiated a penalty $lambda w^2$. torch adds $lambda w$ itself, as a penalty "
            "$frac(lambda, 2) w^2$ would.",
            convention="adds $lambda w$ to the gradient",
            teaches="fit-weight-decay",
        ),
        Mistake(
            "decoupled from the momentum",
            lambda p: p.after(nothing, pull(p, p.lr)) if p.momentum else None,
            "You applied the decay to the weight directly, past the velocity. In SGD it is part of the gradient, and "
            "the velocity carries it on.",
            teaches="fit-weight-decay",
        ),
        Mistake(
            "wrong sign of the decay",
            lambda p: p.after(pull(p, -1)),
            "You subtracted the decay from the gradient, so it pushed the weight away from 0. It is added, and pulls "
            "the weight towards 0.",
        ),
        Mistake(
            "sign of the weight for the weight",
            lambda p: p.after(constant(p, 1 if p.start > 0 else -1)),
            "You let the decay pull with {strength} whatever the weight, as an L1 penalty would. Here the pull is "
            "{strength} times the weight.",
            teaches="fit-zeros",
        ),
        Mistake(
            "decay of the first weight",
            lambda p: p.after(constant(p, p.start)),
            "You used the weight at the start for both decays. The second one pulls at {weight1}.",
        ),
        Mistake(
            "the gradient left out",
            lambda p: p.after(lambda w: p.strength * w - p.gradients[0]) if len(p.gradients) == 1 else None,
            "That is the decay alone. The gradient {gradient1} moves the weight too.",
        ),
        Mistake(
            "the same amount every time",
            straight,
            "You subtracted the first decay again and again. It shrinks with the weight: each update keeps the share "
            "{kept}.",
            teaches="fit-zeros",
        ),
        Mistake(
            "one update too few",
            lambda p: (p.falls(p.kept) or 0) - 1 if p.below else None,
            "After that many updates the weight is still {previous}, not below {below}.",
        ),
        Mistake(
            "learning rate alone",
            lambda p: p.falls(1 - p.lr),
            "You took the share {lr} away. An update takes {lr} times {decay} of the weight.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Decayed | None:
        """Level 1: one update; level 2: two with momentum; level 3: a penalty for the decay, or how many updates."""
        start = nonzero(draw, 9)
        if level == 1:
            rate, decay = draw.choice((50, 100, 200, 500)), draw.choice((50, 100, 200, 300, 500))
            return Decayed(start, rate, decay, gradients=(nonzero(draw, 5),))
        rate, momentum = draw.choice((50, 100, 200)), draw.choice((50, 80, 90))
        gradients = (nonzero(draw, 5), nonzero(draw, 5))
        if level == 2:
            return Decayed(start, rate, draw.choice((10, 20, 50, 100, 200, 300, 400)), momentum, gradients)
        if draw.chance(0.7):
            penalty = draw.choice((10, 20, 30, 50, 100, 150, 200, 250))
            return Decayed(start, rate, 0, momentum, gradients, penalty)
        return _fall(draw)

    def variant(self, p: Decayed) -> str:
        """Return one, momentum, penalty or count."""
        return "count" if p.below else "penalty" if p.penalty else "momentum" if p.momentum else "one"

    def formula(self, p: Decayed) -> Fraction | int:
        """Return the weight after all updates, or how many it takes to fall."""
        answer = p.falls(p.kept) if p.below else p.after(pull(p))
        assert answer is not None
        return answer

    def effort(self, p: Decayed) -> Effort:
        """Return the products and sums of every update, and what a penalty adds."""
        if p.below:
            return Effort(3 + (p.falls(p.kept) or 0), 5)
        return Effort(4, 3) if len(p.gradients) == 1 else Effort(14 if p.penalty else 12, 5)

    def facts(self, p: Decayed) -> Facts:
        """Return the settings, and what a person works out on the way."""
        found: Facts = {
            "lr": decimal(p.lr),
            "mu": decimal(p.mu),
            "decay": decimal(Decimal(p.decay).scaleb(-3)),
            "penalty_text": decimal(Decimal(p.penalty).scaleb(-3)),
            "strength": decimal(p.strength),
            "start_factor": factor(Decimal(p.start)),
            "plus_decay": plus(p.strength),
            "kept": decimal(p.kept),
        }
        if p.below:
            weights = [Decimal(p.start)]
            while weights[-1] >= p.below:
                weights.append(weights[-1] * p.kept)
            found.update(fall=", ".join(decimal(w, 4) for w in weights), previous=decimal(weights[-2], 4))
            return found
        (velocity1, weight1), (velocity2, _) = (updates := p.updates(pull(p)))[0], updates[-1]
        full2 = velocity2 - p.mu * velocity1
        found.update(
            gradients=listed(p.gradients),
            gradient1=p.gradients[0],
            gradient2=p.gradients[-1],
            velocity1=decimal(velocity1),
            velocity1_factor=factor(velocity1),
            weight1=decimal(weight1),
            weight1_factor=factor(weight1),
            full2=decimal(full2),
            plus_full2=plus(full2),
            velocity2=decimal(velocity2),
            velocity2_factor=factor(velocity2),
        )
        return found

    @staticmethod
    def witness(
        start: int, rate: int, decay: int, momentum: int, gradients: tuple[int, ...], penalty: int, below: int
    ) -> float | int:
        """Return the weight that torch.optim.SGD leaves, or how many updates it takes to fall."""
        import torch

        w = torch.tensor(float(start), dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([w], rate / 1000, momentum / 100, weight_decay=decay / 1000, foreach=False)
        if gradients:
            for gradient in gradients:
                if penalty:
                    (w.grad,) = torch.autograd.grad(gradient * w + penalty / 1000 * w**2, w)
                else:
                    w.grad = torch.tensor(gradient, dtype=torch.float64)
                optimizer.step()
        count = 0
        while below and w.item() >= below:
            w.grad = torch.tensor(0, dtype=torch.float64)
            optimizer.step()
            count += 1
        return count if below else w.item()


def _fall(draw: Draw) -> Decayed | None:
    """Draw a weight without gradient that falls below a whole number in 3 to 8 updates, and clearly."""
    rate, decay = draw.choice((100, 200, 250, 300, 400, 500, 800)), draw.choice((100, 200, 300, 400, 500, 600, 800))
    start = draw.integer(10, 99)
    below = draw.integer(start // 4, start - 2)
    p = Decayed(start, rate, decay, below=below)
    updates = p.falls(p.kept) if p.kept < Decimal("0.97") else None
    if updates is None or not 3 <= updates <= LONGEST:
        return None
    before, after = (start * p.kept**n - below for n in (updates - 1, updates))
    return p if after < Decimal("-0.01") and before > Decimal("0.01") else None
