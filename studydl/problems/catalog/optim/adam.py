"""Adam: the average gradient over the root of the average square, both freed of their start at 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from studydl.answers.kinds import Real, Vector
from studydl.answers.values import Value
from studydl.problems.catalog.optim import _moments as rules
from studydl.problems.catalog.optim._descent import nonzero
from studydl.problems.catalog.optim._moments import (
    MOMENT_STEPS,
    Betas,
    Numbers,
    Row,
    adam,
    betas,
    moment_facts,
    precise,
    thousandths,
)
from studydl.problems.catalog.optim._writing import decimal, listed
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Irrational

OUTSIDE = "eps is added to the root of the corrected second moment"


@dataclass(frozen=True, slots=True)
class Adaptive:
    """First updates of one or two weights.

    Args:
        start: the weights before the first update.
        rate: learning rate in thousandths.
        beta1: in thousandths.
        beta2: in thousandths.
        gradients: for each weight its gradients, one an update, none of them 0.
        unit: what the gradients are divided by: 1 or 1000.
        eps: in tenths; 0 where it is negligible.
    """

    start: tuple[int, ...]
    rate: int
    beta1: int
    beta2: int
    gradients: tuple[Row, ...]
    unit: int = 1
    eps: int = 0

    @property
    def lr(self) -> Decimal:
        """Return the learning rate."""
        return thousandths(self.rate)

    @property
    def betas(self) -> Betas:
        """Return both betas."""
        return betas(self.beta1, self.beta2)

    @property
    def epsilon(self) -> Decimal:
        """Return eps."""
        return Decimal(self.eps).scaleb(-1)

    def after(self, steps: Callable[[Row], Sequence[Decimal]]) -> Value:
        """Return the weight, or both, after all updates with these steps at learning rate 1."""
        with precise():
            weights = [w - self.lr * sum(steps(row)) for w, row in zip(self.start, self.gradients, strict=True)]
        exact = tuple(map(Irrational, weights))
        return exact[0] if len(exact) == 1 else exact

    def by(self, rule: Callable[[Row, Betas, Decimal], Numbers]) -> Value:
        """Return the weight, or both, after all updates by a rule."""
        b, eps = self.betas, self.epsilon
        return self.after(lambda row: rule(row, b, eps))


def eps_hat(row: Row, b: Betas, eps: Decimal) -> Numbers:
    """Return the steps if eps joined the root before its correction, as in TensorFlow."""
    shares = [(1 - b.second**t).sqrt() for t in range(1, len(row) + 1)]
    tops = [m * share for m, share in zip(rules.corrected(row, b.first, 1), shares, strict=True)]
    return rules.quotients(tops, rules.roots(rules.moments(row, b.second, 2)), eps)


def eps_inside(row: Row, b: Betas, eps: Decimal) -> Numbers:
    """Return the steps if eps were added below the root."""
    below = tuple(v + eps for v in rules.corrected(row, b.second, 2))
    return rules.quotients(rules.corrected(row, b.first, 1), rules.roots(below))


class Adam(Family[Adaptive]):
    """Adam divides corrected first moments by roots of corrected second ones: the first step is the learning rate."""

    name, version, title = "optim.adam", 1, "Adam"
    source = (
        "Kingma and Ba (2015), Adam: a method for stochastic optimization, algorithm 1; torch.optim.Adam documentation"
    )
    answer = {"first": Vector(places=4), "two": Real(places=4), "three": Real(places=4), "eps": Real(places=4)}
    prompt = {
        "first": "Adam with learning rate {lr} and betas ({beta1}, {beta2}) updates two weights, {start}, for the "
        "first time. Their gradients are {gradients}. What are the weights after this update, to 4 decimals each?",
        "two": "Adam with learning rate {lr} and betas ({beta1}, {beta2}) starts at $w = {start}$. The gradients of "
        "its first two updates are {gradients}. What is $w$ after both, to 4 decimals?",
        "three": "Adam with learning rate {lr} and betas ({beta1}, {beta2}) starts at $w = {start}$. The gradients of "
        "its first three updates are {gradients}. What is $w$ after them, to 4 decimals?",
        "eps": "Adam with learning rate {lr}, betas ({beta1}, {beta2}) and eps {eps} starts at $w = {start}$. The "
        "gradients of its first two updates are {gradients}. What is $w$ after both, to 4 decimals?",
    }
    conventions = {
        "first": ("both moments start at 0 and are bias-corrected", "eps negligible"),
        "two": ("both moments start at 0 and are bias-corrected", "eps negligible"),
        "three": ("both moments start at 0 and are bias-corrected", "eps negligible"),
        "eps": ("both moments start at 0 and are bias-corrected", OUTSIDE),
    }
    _last = "$w = {start} - {lr} * ({terms})$ = {answer}"
    steps = {
        "first": (
            "The first average is $(1 - {beta1}) g$, and its correction divides by $1 - {beta1}$: $hat(m) = g$.",
            "In the same way $hat(v) = g^2$, so each weight moves by ${lr} * frac(g, abs(g))$, whatever the size.",
            "Against the sign of its gradient: {answer}",
        ),
        "two": (*MOMENT_STEPS, "Roots of the second: {roots}. Quotients: {moves}.", _last),
        "three": (*MOMENT_STEPS, "Roots of the second: {roots}. Quotients: {moves}.", _last),
        "eps": (*MOMENT_STEPS, "Roots of the second, plus {eps}: {belows}. Quotients: {moves}.", _last),
    }
    limits = {1: Effort(10, 3), 2: Effort(24, 4), 3: Effort(36, 4)}
    mistakes = (
        Mistake(
            "no bias correction",
            lambda p: p.by(rules.uncorrected),
            "You left the bias correction out. The averages start at 0, so update $t$ divides them by $1 - {beta1}^t$ "
            "and $1 - {beta2}^t$.",
            teaches="optim-adam-moments",
        ),
        Mistake(
            "plain gradient descent",
            lambda p: p.after(lambda row: [Decimal(g) / p.unit for g in row]),
            "That is plain gradient descent. Adam divides by the root of the average square, so the size of a first "
            "gradient cancels.",
            teaches="optim-adam-first",
        ),
        Mistake(
            "wrong direction",
            lambda p: p.after(lambda row: [-x for x in adam(row, p.betas, p.epsilon)]),
            "You moved along the gradient. Descent moves against its sign.",
        ),
        Mistake(
            "second moment not corrected",
            lambda p: p.by(rules.second_uncorrected),
            "You corrected the first moment only. The second starts at 0 too: divide it by $1 - {beta2}^t$.",
            teaches="optim-adam-moments",
        ),
        Mistake(
            "first moment not corrected",
            lambda p: p.by(rules.first_uncorrected),
            "You corrected the second moment only. The first starts at 0 too: divide it by $1 - {beta1}^t$.",
            teaches="optim-adam-moments",
        ),
        Mistake(
            "every correction like the first",
            lambda p: p.by(rules.timeless),
            "You divided by $1 - beta$ in every update. Update $t$ has the power $t$: {rests1} and {rests2}.",
        ),
        Mistake(
            "betas exchanged",
            lambda p: p.by(rules.exchanged),
            "You exchanged the betas. {beta1} belongs to the gradients, {beta2} to their squares.",
        ),
        Mistake(
            "gradient for its average",
            lambda p: p.by(rules.unaveraged),
            "You put the gradient itself above, as RMSprop does. Adam averages the gradients too: {corrected1}.",
            teaches="optim-adam-moments",
        ),
        Mistake(
            "no root",
            lambda p: None if p.unit > 1 else p.by(rules.unrooted),
            "You divided by the second moments {corrected2} themselves. Their roots belong there: {roots}.",
            teaches="optim-adam-moments",
        ),
        Mistake(
            "eps before the correction",
            lambda p: p.by(eps_hat) if p.eps else None,
            "You added eps to the root before its correction, as TensorFlow does. Here the second moment is corrected "
            "first: {belows}.",
            convention="the root of the corrected second moment",
        ),
        Mistake(
            "eps below the root",
            lambda p: p.by(eps_inside) if p.eps else None,
            "You added eps to the second moment. It is added to the root: {roots} become {belows}.",
            convention="added to the root",
        ),
        Mistake(
            "eps ignored",
            lambda p: p.after(lambda row: adam(row, p.betas)) if p.eps else None,
            "You left eps out. It is {eps}, too much to neglect beside the roots {roots}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Adaptive | None:
        """Level 1: the first update of two weights; level 2: two updates; level 3: three, or an eps that matters."""
        rate, (beta1, beta2) = draw.choice((10, 20, 50, 100)), rules.draw_betas(draw)
        if level == 1:
            small, large = (draw.integer(1, 9) * draw.choice((1, 10)), draw.integer(2, 99) * draw.choice((1000, 10000)))
            sizes = draw.shuffled((small, large))
            rows = tuple((size * draw.choice((-1, 1)),) for size in sizes)
            return Adaptive((draw.integer(-5, 5), draw.integer(-5, 5)), rate, beta1, beta2, rows, 1000)
        start = draw.integer(-9, 9)
        if level == 2:
            return Adaptive((start,), rate, beta1, beta2, ((nonzero(draw, 9), nonzero(draw, 9)),))
        if draw.chance(0.4):
            row = (nonzero(draw, 9), nonzero(draw, 9))
            return Adaptive((start,), rate, beta1, beta2, (row,), eps=draw.choice((1, 2, 5, 10)))
        return Adaptive((start,), rate, beta1, beta2, (tuple(nonzero(draw, 9) for _ in range(3)),))

    def variant(self, p: Adaptive) -> str:
        """Return first, two, three or eps."""
        if p.unit > 1:
            return "first"
        return "eps" if p.eps else "two" if len(p.gradients[0]) == 2 else "three"

    def formula(self, p: Adaptive) -> Value:
        """Return the weight, or both, after all updates."""
        return p.by(adam)

    def effort(self, p: Adaptive) -> Effort:
        """Return two averages, two corrections, root, quotient and sum an update."""
        if p.unit > 1:
            return Effort(6, 3)
        return Effort(10 * len(p.gradients[0]) + (3 if p.eps else 0), 4)

    def facts(self, p: Adaptive) -> Facts:
        """Return the settings, and moments and steps of the first weight."""
        row = p.gradients[0]
        starts = [str(w) for w in p.start]
        return {
            **moment_facts(row, p.betas, p.epsilon),
            "lr": decimal(p.lr),
            "eps": decimal(p.epsilon),
            "start": starts[0] if len(starts) == 1 else f"({', '.join(starts)})",
            "gradients": listed(decimal(Decimal(g) / p.unit) for row in p.gradients for g in row),
        }

    @staticmethod
    def witness(
        start: tuple[int, ...],
        rate: int,
        beta1: int,
        beta2: int,
        gradients: tuple[tuple[int, ...], ...],
        unit: int,
        eps: int,
    ) -> float | list[float]:
        """Return what torch.optim.Adam leaves."""
        import torch

        w = torch.tensor(start, dtype=torch.float64)
        settings = rate / 1000, (beta1 / 1000, beta2 / 1000), eps / 10 or 1e-30
        optimizer = torch.optim.Adam([w], *settings, foreach=False)
        for gradient in zip(*gradients, strict=True):
            w.grad = torch.tensor(gradient, dtype=torch.float64) / unit
            optimizer.step()
        return w.tolist() if len(start) > 1 else w.item()
