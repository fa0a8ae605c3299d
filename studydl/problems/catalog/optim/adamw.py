"""AdamW: weight decay beside the Adam step instead of inside the gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from studydl.answers.kinds import Real, Vector
from studydl.answers.values import Value
from studydl.problems.catalog.optim import _moments as rules
from studydl.problems.catalog.optim._descent import nonzero
from studydl.problems.catalog.optim._moments import (
    MOMENT_STEPS,
    NOTHING,
    Betas,
    Numbers,
    Row,
    adam,
    betas,
    moment_facts,
    precise,
    thousandths,
)
from studydl.problems.catalog.optim._writing import decimal, factor, listed
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Irrational

DECAY = "the weight shrinks by $eta lambda w$, then takes the Adam step"

# From the weight before an update, the learning rate, the decay and the Adam step at rate 1 to the weight after it.
Rule: TypeAlias = Callable[[Decimal, Decimal, Decimal, Decimal], Decimal]


@dataclass(frozen=True, slots=True)
class Decoupled:
    """First updates of one or two weights.

    Args:
        start: the weights before the first update, not 0; a second one does not decay.
        rates: the learning rate of each update, in thousandths.
        decay: in thousandths.
        beta1: in thousandths.
        beta2: in thousandths.
        gradients: for each weight its gradients, one an update, none of them 0.
    """

    start: tuple[int, ...]
    rates: tuple[int, ...]
    decay: int
    beta1: int
    beta2: int
    gradients: tuple[Row, ...]

    @property
    def lr(self) -> Numbers:
        """Return the learning rate of each update."""
        return tuple(map(thousandths, self.rates))

    @property
    def strength(self) -> Decimal:
        """Return the weight decay."""
        return thousandths(self.decay)

    @property
    def betas(self) -> Betas:
        """Return both betas."""
        return betas(self.beta1, self.beta2)

    def path(self, index: int, rule: Rule, moves: Numbers, decay: Decimal) -> list[Decimal]:
        """Return a weight before and after each update."""
        found = [Decimal(self.start[index])]
        for lr, move in zip(self.lr, moves, strict=True):
            found.append(rule(found[-1], lr, decay, move))
        return found

    def after(self, rule: Rule, steps: Callable[[Row, Betas], Numbers] = adam, *, all_decay: bool = False) -> Value:
        """Return the weight, or both, after all updates by a rule with these Adam steps.

        Args:
            rule: how a weight is updated.
            steps: the Adam steps at rate 1.
            all_decay: True where the second weight decays too.
        """
        decays = (self.strength, self.strength if all_decay else NOTHING)
        with precise():
            ends = [
                self.path(index, rule, steps(row, self.betas), decays[index])[-1]
                for index, row in enumerate(self.gradients)
            ]
        exact = tuple(map(Irrational, ends))
        return exact[0] if len(exact) == 1 else exact


def adamw(w: Decimal, lr: Decimal, decay: Decimal, step: Decimal) -> Decimal:
    """Update as torch does: Loshchilov and Hutter (2019), algorithm 2, the decay times the learning rate."""
    return w - lr * decay * w - lr * step


def undecayed(w: Decimal, lr: Decimal, decay: Decimal, step: Decimal) -> Decimal:
    """Update without decay."""
    return w - lr * step


def rateless(w: Decimal, lr: Decimal, decay: Decimal, step: Decimal) -> Decimal:
    """Update with a decay that the learning rate does not multiply."""
    return w - decay * w - lr * step


def late(w: Decimal, lr: Decimal, decay: Decimal, step: Decimal) -> Decimal:
    """Update with the decay of the weight after the Adam step."""
    return (w - lr * step) * (1 - lr * decay)


def growing(w: Decimal, lr: Decimal, decay: Decimal, step: Decimal) -> Decimal:
    """Update with the decay added."""
    return w + lr * decay * w - lr * step


def raw(row: Row, b: Betas) -> Numbers:
    """Return the gradients themselves as steps."""
    return tuple(map(Decimal, row))


def coupled(p: Decoupled) -> Value | None:
    """Return the weights if the decay joined the gradient, as in `torch.optim.Adam`; None where nothing is left."""
    joined: Row = ()
    with precise():
        w = Decimal(p.start[0])
        for g, lr in zip(p.gradients[0], p.lr, strict=True):
            joined = (*joined, g + p.strength * w)
            if not joined[0]:
                return None
            w -= lr * adam(joined, p.betas)[-1]
        if len(p.start) == 1:
            return Irrational(w)
        return Irrational(w), Irrational(p.path(1, undecayed, adam(p.gradients[1], p.betas), NOTHING)[-1])


def first_rate(p: Decoupled) -> Rule:
    """Return the rule whose decay keeps the first learning rate."""
    first = p.lr[0]
    return lambda w, lr, decay, step: w - first * decay * w - lr * step


class AdamW(Family[Decoupled]):
    """AdamW shrinks the weight by lr times lambda and leaves the moments alone, so every weight decays alike."""

    name, version, title = "optim.adamw", 1, "AdamW"
    source = (
        "Loshchilov and Hutter (2019), Decoupled weight decay regularization, algorithm 2; torch.optim.AdamW "
        "documentation"
    )
    answer = {"first": Real(places=4), "two": Real(places=4), "schedule": Real(places=4), "groups": Vector(places=4)}
    prompt = {
        "first": "AdamW with learning rate {lr}, weight decay {decay} and betas ({beta1}, {beta2}) updates a weight of "
        "{start} for the first time. The gradient is {row}. What is the weight after this update, to 4 decimals?",
        "two": "AdamW with learning rate {lr}, weight decay {decay} and betas ({beta1}, {beta2}) starts at "
        "$w = {start}$. The gradients of its first two updates are {row}. What is $w$ after both, to 4 decimals?",
        "schedule": "AdamW with weight decay {decay} and betas ({beta1}, {beta2}) starts at $w = {start}$. The "
        "learning rate is {lr} in the first update and {lr2} in the second; the gradients are {row}. What is $w$ after "
        "both, to 4 decimals?",
        "groups": "AdamW with learning rate {lr} and betas ({beta1}, {beta2}) updates a weight $w = {start}$ with "
        "weight decay {decay} and a bias $b = {bias}$ without. In the first two updates $w$ gets the gradients {row}, "
        "$b$ gets {bias_row}. What is $(w, b)$ after both, to 4 decimals each?",
    }
    _rule = (DECAY, "both moments start at 0 and are bias-corrected", "eps negligible")
    conventions = dict.fromkeys(("first", "two", "schedule", "groups"), _rule)
    _two = (
        *MOMENT_STEPS,
        "Roots of the second: {roots}. Quotients, the Adam steps: {moves}.",
        "Update 1: $w = {start} - {lr} * {decay} * {start_factor} - {lr} * {move1} = {weight1}$.",
    )
    steps = {
        "first": (
            "The decay takes ${lr} * {decay} * {start_factor} = {shrink}$ off the weight: ${start} - {shrink_factor} = "
            "{shrunk}$.",
            "The first Adam step is the learning rate against the sign of the gradient, whatever its size.",
            "$w = {shrunk} - {lr} * {move1}$ = {answer}",
        ),
        "two": (*_two, "Update 2: $w = {weight1} - {lr2} * {decay} * {weight1_factor} - {lr2} * {move2}$ = {answer}"),
        "schedule": (
            *_two,
            "Update 2, with its own rate: $w = {weight1} - {lr2} * {decay} * {weight1_factor} - {lr2} * {move2}$ = "
            "{answer}",
        ),
        "groups": (
            *_two,
            "Update 2: $w = {weight1} - {lr2} * {decay} * {weight1_factor} - {lr2} * {move2} = {weight2}$.",
            "The gradients of the bias are equal, so both its Adam steps are {bias_move}, and nothing decays: "
            "$b = {bias} - 2 * {lr} * {bias_factor} = {bias2}$.",
            "Together: {answer}",
        ),
    }
    limits = {1: Effort(8, 3), 2: Effort(28, 4), 3: Effort(34, 5)}
    mistakes = (
        Mistake(
            "no decay",
            lambda p: p.after(undecayed),
            "You left the decay out. Each update takes learning rate times {decay} times the weight off, the first one "
            "${lr} * {decay} * {start_factor}$.",
        ),
        Mistake(
            "decay in the gradient",
            coupled,
            "You added ${decay} w$ to the gradient, as `Adam(weight_decay={decay})` does; the moments then rescale it. "
            "AdamW takes $eta lambda w$ off the weight itself.",
            teaches="optim-adamw",
        ),
        Mistake(
            "decay not times the learning rate",
            lambda p: p.after(rateless),
            "You took {decay} of the weight off, as the paper writes it. torch multiplies the decay by the learning "
            "rate: ${lr} * {decay}$.",
            convention="shrinks by $eta lambda w$",
        ),
        Mistake(
            "the bias decays too",
            lambda p: p.after(adamw, all_decay=True) if len(p.start) == 2 else None,
            "You let the bias decay as well. Its group has no weight decay: only the Adam steps move it.",
        ),
        Mistake(
            "decay with the first rate",
            lambda p: p.after(first_rate(p)),
            "You used {lr} for the decay of both updates. The second one decays with its own rate, {lr2}.",
        ),
        Mistake(
            "decay after the step",
            lambda p: p.after(late),
            "You took the decay off after the Adam step. It is a share of the weight before the update.",
        ),
        Mistake(
            "wrong sign of the decay",
            lambda p: p.after(growing),
            "Your decay pushed the weight away from 0. The update subtracts $eta lambda w$, which pulls towards 0.",
        ),
        Mistake(
            "plain gradient descent",
            lambda p: p.after(adamw, raw),
            "You stepped by the gradient itself. Adam rescales it: before the learning rate {steps_are} {moves}.",
            teaches="optim-adam-first",
        ),
        Mistake(
            "no bias correction",
            lambda p: p.after(adamw, rules.uncorrected),
            "You left the bias correction out. With it, and before the learning rate, {steps_are} {moves}.",
            teaches="optim-adam-moments",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Decoupled | None:
        """Level 1: one update; level 2: two; level 3: the rate changes between them, or a bias does not decay."""
        start, decay = nonzero(draw, 9), draw.choice((50, 100, 200, 300, 500))
        rate, (beta1, beta2) = draw.choice((10, 20, 50, 100)), rules.draw_betas(draw)
        if level == 1:
            return Decoupled((start,), (rate,), decay, beta1, beta2, ((nonzero(draw, 9),),))
        row = (nonzero(draw, 9), nonzero(draw, 9))
        if level == 2:
            return Decoupled((start,), (rate, rate), decay, beta1, beta2, (row,))
        if draw.chance(0.5):
            rates = draw.choice(((10, 50), (10, 100), (20, 100), (50, 100), (100, 10), (100, 50), (50, 10)))
            return Decoupled((start,), rates, decay, beta1, beta2, (row,))
        bias = (nonzero(draw, 9),) * 2
        return Decoupled((start, nonzero(draw, 5)), (rate, rate), decay, beta1, beta2, (row, bias))

    def variant(self, p: Decoupled) -> str:
        """Return first, two, schedule or groups."""
        if len(p.rates) == 1:
            return "first"
        return "groups" if len(p.start) == 2 else "two" if p.rates[0] == p.rates[1] else "schedule"

    def formula(self, p: Decoupled) -> Value:
        """Return the weight, or both, after all updates."""
        return p.after(adamw)

    def effort(self, p: Decoupled) -> Effort:
        """Return the operations of moments, steps and decays."""
        operations = {"first": 5, "two": 26, "schedule": 27, "groups": 30}[self.variant(p)]
        return Effort(operations, 3 if len(p.rates) == 1 else 4 if self.variant(p) == "two" else 5)

    def facts(self, p: Decoupled) -> Facts:
        """Return the settings, moments and steps of the first weight, and the weights on the way."""
        with precise():
            moves = adam(p.gradients[0], p.betas)
            weights = p.path(0, adamw, moves, p.strength)
            shrink = p.lr[0] * p.strength * p.start[0]
        found: Facts = {
            **moment_facts(p.gradients[0], p.betas),
            "lr": decimal(p.lr[0]),
            "lr2": decimal(p.lr[-1]),
            "decay": decimal(p.strength),
            "start": p.start[0],
            "start_factor": factor(weights[0]),
            "row": listed(p.gradients[0]),
            "shrink": decimal(shrink),
            "shrink_factor": factor(shrink),
            "shrunk": decimal(p.start[0] - shrink),
            "steps_are": "the Adam steps are" if len(moves) > 1 else "the Adam step is",
            "move1": factor(moves[0], 5),
            "move2": factor(moves[-1], 5),
            "weight1": decimal(weights[1]),
            "weight1_factor": factor(weights[1]),
            "weight2": decimal(weights[-1]),
        }
        if len(p.start) == 2:
            sign = Decimal(1 if p.gradients[1][0] > 0 else -1)
            end = p.start[1] - 2 * p.lr[0] * sign
            found.update(bias=p.start[1], bias_row=listed(p.gradients[1]), bias_move=decimal(sign))
            found.update(bias_factor=factor(sign), bias2=decimal(end))
        return found

    @staticmethod
    def witness(
        start: tuple[int, ...],
        rates: tuple[int, ...],
        decay: int,
        beta1: int,
        beta2: int,
        gradients: tuple[tuple[int, ...], ...],
    ) -> float | list[float]:
        """Return what torch.optim.AdamW leaves."""
        import torch

        weights = [torch.tensor(w, dtype=torch.float64) for w in start]
        groups = [
            {"params": [w], "weight_decay": d / 1000} for w, d in zip(weights, (decay, 0), strict=False)
        ]  # the second weight does not decay
        optimizer = torch.optim.AdamW(groups, betas=(beta1 / 1000, beta2 / 1000), eps=1e-30, foreach=False)
        for update, rate in enumerate(rates):
            for w, row, group in zip(weights, gradients, optimizer.param_groups, strict=True):
                group["lr"] = rate / 1000
                w.grad = torch.tensor(row[update], dtype=torch.float64)
            optimizer.step()
        return [w.item() for w in weights] if len(start) > 1 else weights[0].item()
