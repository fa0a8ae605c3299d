"""The effective learning rate of momentum: how long the steps get while the gradient stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Real
from studydl.problems.catalog.optim._descent import EXACT
from studydl.problems.catalog.optim._writing import ORDINALS, decimal, total
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

FORMS = ("limit", "nth", "match", "turn")
RATES = (10, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200)
SUM = "$b <- mu b + g$, no dampening"
LONGEST = 8  # updates until the weight turns back


@dataclass(frozen=True, slots=True)
class Steady:
    """A run of SGD with momentum whose gradient stays the same, at least for a while.

    Args:
        form: what is asked: the limit of the steps, the nth step, the learning rate that matches another momentum, or
            how far the weight gets when the gradient turns.
        rate: learning rate in thousandths.
        momentum: in hundredths.
        gradient: the gradient, 1 to 30.
        count: updates with that gradient; 3 where their number does not matter.
        opposed: size of the opposite gradient after these; 0 where it never turns.
        other: momentum in hundredths that replaces the first one; 0 where it stays.
    """

    form: str
    rate: int
    momentum: int
    gradient: int
    count: int = 3
    opposed: int = 0
    other: int = 0

    @property
    def lr(self) -> Fraction:
        """Return the learning rate."""
        return Fraction(self.rate, 1000)

    @property
    def mu(self) -> Fraction:
        """Return the momentum."""
        return Fraction(self.momentum, 100)

    @property
    def mu2(self) -> Fraction:
        """Return the momentum that replaces the first one."""
        return Fraction(self.other, 100)

    @property
    def limit(self) -> Fraction:
        """Return the length that the steps approach."""
        return self.lr * self.gradient / (1 - self.mu)

    def step(self, n: int) -> Fraction:
        """Return the length of the nth step with the first gradient."""
        return self.limit * (1 - self.mu**n)

    def way(self, updates: int) -> Fraction:
        """Return the way of the updates before the gradient turns, and of so many after it."""
        return self.lr * Fraction(sum(velocities(self)[: self.count + updates]))

    @property
    def lasting(self) -> int:
        """Return how many updates still move the weight on after the gradient has turned."""
        return len(velocities(self)) - self.count - 1

    @property
    def length(self) -> Fraction:
        """Return the limit, the step or the way that is asked for."""
        if self.form == "turn":
            return self.way(self.lasting)
        return self.limit if self.form == "limit" else self.step(self.count)


@lru_cache(256)  # every mistake of an instance asks again
def velocities(p: Steady) -> tuple[Decimal, ...]:
    """Return the velocities after all updates, where the gradient turns up to the first one that is not positive."""
    mu, b, found = Decimal(p.momentum).scaleb(-2), Decimal(0), []
    with localcontext(EXACT):
        for _ in range(p.count):
            b = mu * b + p.gradient
            found.append(b)
        while p.opposed and b > 0:
            b = mu * b - p.opposed
            found.append(b)
    return tuple(found)


class EffectiveLr(Family[Steady]):
    """With a steady gradient the velocity grows to g / (1 - mu): momentum 0.9 multiplies the learning rate by 10."""

    name, version, title = "optim.effective-lr", 1, "Effective learning rate of momentum"
    source = (
        "Goodfellow, Bengio and Courville (2016), Deep Learning, section 8.3.2 (terminal velocity); torch.optim.SGD "
        "documentation"
    )
    answer = {"limit": Real(places=3), "nth": Real(places=4), "match": Real(significant=3), "turn": Real(places=4)}
    prompt = {
        "limit": "SGD with learning rate {lr} and momentum {mu} gets the gradient {gradient} in every update. What "
        "length do its steps approach, to 3 decimals?",
        "nth": "SGD with learning rate {lr} and momentum {mu} gets the gradient {gradient} in every update. How far "
        "does the {nth} update move the weight, to 4 decimals?",
        "match": "SGD has learning rate {lr} and momentum {mu}; now the momentum is set to {mu2}. Which "
        "learning rate makes the steps for a steady gradient approach the same length as before, to 3 significant "
        "digits?",
        "turn": "SGD with learning rate {lr} and momentum {mu} gets the gradient {gradient} in its first {count} "
        "updates, and then -{opposed} in each update. How far from its start does the weight get before it turns back, "
        "to 4 decimals?",
    }
    conventions = dict.fromkeys(FORMS, (f"{SUM}, then $w <- w - eta b$", "b starts at 0"))
    steps = {
        "limit": (
            "The velocity stops growing where $b = {mu} b + {gradient}$, at $b = frac({gradient}, 1 - {mu}) = {top}$.",
            "A step is the learning rate times it: ${lr} * {top}$ = {answer}",
        ),
        "nth": (
            "The velocities, $b <- {mu} b + {gradient}$: {velocities}.",
            "Step {count}: ${lr} * {last}$ = {answer}",
        ),
        "match": (
            "For a gradient $g$ the steps approach $frac(eta g, 1 - mu)$: before, "
            "$frac({lr}, 1 - {mu}) * g = {scale} g$.",
            "The new rate must satisfy $frac(eta, 1 - {mu2}) = {scale}$.",
            "$eta = {scale} * {rest2}$ = {answer}",
        ),
        "turn": (
            "The velocities while the gradient is {gradient}, $b <- {mu} b + {gradient}$: {velocities}.",
            "After that, $b <- {mu} b - {opposed}$: {falling}. The negative one moves the weight back.",
            "The way is the learning rate times the sum of the others: ${lr} * ({summed})$ = {answer}",
        ),
    }
    limits = {1: Effort(4, 3), 2: Effort(12, 4), 3: Effort(30, 5)}
    mistakes = (
        Mistake(
            "moving average",
            lambda p: (1 - p.mu) * (p.limit if p.form == "limit" else p.step(p.count)) if p.form in FORMS[:2] else None,
            "You weighed the gradient with 1 - {mu}, as a moving average does. Here it enters the velocity whole: "
            "$b <- {mu} b + g$.",
            convention="no dampening",
            teaches="optim-momentum",
        ),
        Mistake(
            "limit for the step",
            lambda p: p.limit if p.form == "nth" else None,
            "That is what the steps approach in the end. Step {count} is still shorter: its velocity is {last}.",
        ),
        Mistake(
            "two gradients remembered",
            lambda p: p.lr * p.gradient * (1 + p.mu) if p.form in FORMS[:2] else None,
            "You counted this gradient and the one before. The velocity holds all earlier ones, each weaker by {mu}.",
            teaches="optim-steady",
        ),
        Mistake(
            "divided by the momentum",
            lambda p: p.lr * p.gradient / p.mu if p.form == "limit" else None,
            "You divided by {mu}. An update takes the share 1 - {mu} off the velocity: divide by that.",
            teaches="optim-steady",
        ),
        Mistake(
            "this gradient forgotten",
            lambda p: p.mu * p.limit if p.form == "limit" else None,
            "You counted only what the old velocity brings. The gradient of the update itself comes on top.",
        ),
        Mistake(
            "learning rate forgotten",
            lambda p: None if p.other else p.length / p.lr,
            "You left the learning rate out. An update moves the weight by {lr} times the velocity.",
        ),
        Mistake(
            "off by one update",
            lambda p: p.step(p.count - 1) if p.form == "nth" else None,
            "That is the step before. In step 1 the velocity is already the gradient, {gradient}.",
        ),
        Mistake(
            "gradients undamped",
            lambda p: p.lr * p.gradient * p.count if p.form == "nth" else None,
            "You added the gradients up undiminished. With every update the velocity keeps only the share {mu}.",
            teaches="optim-momentum",
        ),
        Mistake(
            "distance for step",
            lambda p: p.way(0) if p.form == "nth" else None,
            "You added the steps up: that is how far the weight has come. The last step alone is asked for.",
        ),
        Mistake(
            "ratio upside down",
            lambda p: p.lr * (1 - p.mu) / (1 - p.mu2) if p.other else None,
            "You turned the ratio over. {more} momentum makes steps {longer}, so the learning rate must {change}.",
            teaches="optim-steady",
        ),
        Mistake(
            "ratio of the momenta",
            lambda p: p.lr * p.mu / p.mu2 if p.other else None,
            "You scaled with the momenta themselves. The steps are in proportion to $frac(1, 1 - mu)$.",
            teaches="optim-steady",
        ),
        Mistake(
            "old momentum taken for none",
            lambda p: p.lr * (1 - p.mu2) if p.other else None,
            "That matches SGD with rate {lr} and no momentum. With momentum {mu} the old steps were "
            "$frac(1, 1 - {mu})$ times as long.",
            teaches="optim-steady",
        ),
        Mistake(
            "turned back at once",
            lambda p: p.way(0) if p.opposed else None,
            "You stopped where the gradient turns. The velocity {last} carries the weight on for a while: {falling}.",
        ),
        Mistake(
            "step back counted",
            lambda p: p.way(p.lasting + 1) if p.opposed else None,
            "You included the update with the negative velocity. It moves the weight back already.",
        ),
        Mistake(
            "one step on",
            lambda p: p.way(1) if p.opposed else None,
            "You counted one update after the turn. The velocity stays positive longer: {falling}.",
        ),
        Mistake(
            "no momentum",
            lambda p: p.lr * p.gradient * p.count if p.opposed else None,
            "That is SGD without momentum, which turns back at once. The velocity adds the gradients up: {velocities}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Steady | None:
        """Level 1: the limit; level 2: the nth step, or another momentum; level 3: the gradient turns."""
        if level == 1:
            momentum = draw.choice((50, 60, 75, 80, 90, 95, 98))
            return Steady("limit", draw.choice(RATES), momentum, draw.integer(1, 12))
        if level == 2 and draw.chance(0.3):
            momentum, other = draw.sample(range(50, 100), 2)
            return Steady("match", draw.choice(RATES), momentum, 1, other=other)
        rate, gradient = draw.choice(RATES), draw.integer(2, 30)
        if level == 2:
            return Steady("nth", rate, draw.integer(50, 95), gradient, draw.integer(3, 6))
        opposed = draw.integer((gradient + 3) // 4, gradient)
        p = Steady("turn", rate, 5 * draw.integer(10, 19), gradient, draw.integer(2, 4), opposed)
        # A velocity near 0 would leave open which update turns the weight back.
        clear = all(abs(b) >= Decimal("0.05") for b in velocities(p))
        return p if p.lasting and len(velocities(p)) <= LONGEST and clear else None

    def variant(self, p: Steady) -> str:
        """Return limit, nth, match or turn."""
        return p.form

    def formula(self, p: Steady) -> Fraction:
        """Return the limit, a step, a learning rate or a way."""
        if p.form == "match":
            return p.lr * (1 - p.mu2) / (1 - p.mu)
        return p.length

    def effort(self, p: Steady) -> Effort:
        """Return product and sum of each velocity, and what follows from them."""
        if p.form == "limit":
            return Effort(3, 3)
        if p.form == "match":
            return Effort(4, 4)
        updates = len(velocities(p))
        return Effort(3 * updates - 2 if p.opposed else 2 * updates - 1, 4)

    def facts(self, p: Steady) -> Facts:
        """Return the settings, and the velocities on the way."""
        before, after = velocities(p)[: p.count], velocities(p)[p.count :]
        more = p.other > p.momentum
        return {
            "lr": decimal(p.lr),
            "mu": decimal(p.mu),
            "mu2": decimal(p.mu2),
            "rest2": decimal(1 - p.mu2),
            "top": decimal(p.limit / p.lr),
            "scale": decimal(p.lr / (1 - p.mu)),
            "nth": ORDINALS[p.count],
            "velocities": ", ".join(map(decimal, before)),
            "last": decimal(before[-1]),
            "falling": ", ".join(map(decimal, after)),
            "summed": total([*before, *after[:-1]]),
            "more": "More" if more else "Less",
            "longer": "longer" if more else "shorter",
            "change": "fall" if more else "rise",
        }

    @staticmethod
    def witness(form: str, rate: int, momentum: int, gradient: int, count: int, opposed: int, other: int) -> float:
        """Return what is asked, from the steps of torch.optim.SGD."""
        import torch

        if form == "match":
            limits = []
            for mu in (momentum, other):
                w = torch.zeros((), dtype=torch.float64)
                steps: list[float] = []
                optimizer = torch.optim.SGD([w], rate / 1000, mu / 100, foreach=False)
                for _ in range(3):
                    w.grad, before = torch.tensor(gradient, dtype=torch.float64), w.item()
                    optimizer.step()
                    steps.append(before - w.item())
                a, b, c = steps
                limits.append(a - (b - a) ** 2 / (c - 2 * b + a))  # Aitken: where a geometric approach ends
            answer = rate / 1000 * limits[0] / limits[1]
        else:
            w = torch.zeros((), dtype=torch.float64)
            steps = []
            optimizer = torch.optim.SGD([w], rate / 1000, momentum / 100, foreach=False)
            for _ in range(count):
                w.grad, before = torch.tensor(gradient, dtype=torch.float64), w.item()
                optimizer.step()
                steps.append(before - w.item())
            while opposed and steps[-1] > 0:
                w.grad, before = torch.tensor(-opposed, dtype=torch.float64), w.item()
                optimizer.step()
                steps.append(before - w.item())
            if form == "limit":
                a, b, c = steps
                answer = a - (b - a) ** 2 / (c - 2 * b + a)  # Aitken: where a geometric approach ends
            else:
                answer = sum(steps[:-1]) if form == "turn" else steps[-1]
        return answer
