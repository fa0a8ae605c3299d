"""How dropout scales the activations it keeps, and what that does to a neuron."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog._writing import factor, short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, sqrt

PERCENTS = (10, 15, 20, 25, 30, 35, 40, 60, 65, 70, 75, 80)  # at 50, dropping and keeping cannot be told apart

EASY = {10: 9, 20: 1, 25: 3, 30: 7, 40: 3, 60: 1, 75: 1, 80: 1}  # percent: multiples of this scale to few decimals


@dataclass(frozen=True, slots=True)
class Neuron:
    """A linear neuron without bias behind dropout.

    Args:
        percent: the dropout probability in percent, 10 to 80.
        inputs: 1 to 4 activations, 1 to 90.
        weights: a weight for each, -4 to 4 without 0.
        mask: 1 for an activation that is kept, 0 for one that is dropped; empty where all masks count.
        asks: "survivor", "neuron", "spread" or "loss".
        target: what the output should be; 0 unless the loss is asked for.
    """

    percent: int
    inputs: tuple[int, ...]
    weights: tuple[int, ...]
    mask: tuple[int, ...]
    asks: str
    target: int = 0

    @property
    def p(self) -> Fraction:
        """Return the probability of dropping."""
        return Fraction(self.percent, 100)

    @property
    def odds(self) -> Fraction:
        """Return p / (1 - p)."""
        return Fraction(self.percent, 100 - self.percent)

    @property
    def terms(self) -> list[int]:
        """Return weight times activation of each input."""
        return [w * x for w, x in zip(self.weights, self.inputs, strict=True)]

    @property
    def kept(self) -> int:
        """Return the sum of the terms that are kept."""
        return sum(term for term, keep in zip(self.terms, self.mask, strict=True) if keep)

    @property
    def total(self) -> int:
        """Return the sum of all terms: the output without dropout."""
        return sum(self.terms)

    @property
    def squares(self) -> int:
        """Return the sum of the squared terms."""
        return sum(term * term for term in self.terms)

    def over_masks(self, variance: Fraction, bias: int) -> Number | None:
        """Return the deviation, or the squared error, of this variance and distance from the target."""
        if self.mask:
            return None
        return sqrt(variance) if self.asks == "spread" else variance + bias * bias


def for_mask(rule: Callable[[Neuron], Number]) -> Callable[[Neuron], Number | None]:
    """Return a mistake about one mask; None where all masks count."""
    return lambda n: rule(n) if n.mask else None


class DropoutScale(Family[Neuron]):
    """In training, dropout divides what it keeps by 1 - p: the mean stays x, and noise of x^2 p / (1 - p) comes in."""

    name, version, title = "regularization.dropout-scale", 1, "Scaling of dropout"
    source = "Srivastava et al. (2014), Dropout, JMLR 15, sections 4, 9 and 10; torch.nn.Dropout documentation"
    answer = Real(places=2)
    prompt = {
        "survivor": "`nn.Dropout({p})` is in training mode and keeps an activation of {x}. What does it become, to 2 "
        "decimals?",
        "neuron": "A linear neuron has the weights {weights} and reads the activations {inputs} through "
        "`nn.Dropout({p})` in training mode. The mask is {mask}. What is the neuron's output, to 2 decimals?",
        "spread": "A linear neuron has the weights {weights} and reads the activations {inputs} through "
        "`nn.Dropout({p})` in training mode. What is the standard deviation of its output over all masks, to 2 "
        "decimals?",
        "loss": "A linear neuron has the weights {weights} and reads the activations {inputs} through "
        "`nn.Dropout({p})` in training mode. Its target is {target}. What is the expected squared error over all "
        "masks, to 2 decimals?",
    }
    conventions = {
        "survivor": ("p is the probability of dropping",),
        "neuron": ("p is the probability of dropping", "a 0 of the mask drops an activation", "no bias"),
        "spread": ("p is the probability of dropping", "each activation is dropped on its own", "no bias"),
        "loss": ("p is the probability of dropping", "each activation is dropped on its own", "no bias"),
    }
    _terms = (
        "Weight times activation of each input: {terms}. The sum of their squares is ${squared_words} = {squares}$."
    )
    _noise = (
        "A term t becomes $frac(t, {q})$ with probability {q}, else 0: its mean stays t, its variance is "
        "$t^2 * frac({p}, {q})$."
    )
    steps = {
        "survivor": ("What is kept is divided by $1 - {p} = {q}$.", "$frac({x}, {q})$ = {answer}"),
        "neuron": (
            "The kept inputs give ${kept_words} = {kept}$.",
            "What is kept is divided by $1 - {p} = {q}$.",
            "$frac({kept}, {q})$ = {answer}",
        ),
        "spread": (_terms, _noise, "$sigma = sqrt({squares} * frac({p}, {q}))$ = {answer}"),
        "loss": (
            _terms,
            _noise,
            "On average the output is {total}, off by ${total} - {target_factor} = {bias}$.",
            "Squared error of the mean plus variance: ${bias_factor}^2 + {squares} * frac({p}, {q})$ = {answer}",
        ),
    }
    limits = {1: Effort(3, 3), 2: Effort(12, 3), 3: Effort(20, 4)}
    mistakes = (
        Mistake(
            "not scaled",
            for_mask(lambda n: n.kept),
            "You did not scale. In training mode torch divides what is kept by {q}, so that the mean stays.",
            teaches="fit-dropout",
        ),
        Mistake(
            "p as the share kept",
            for_mask(lambda n: n.kept / n.p),
            "You divided by p. Here p = {p} is the share dropped, so divide by {q}.",
            convention="p is the probability of dropping",
            teaches="fit-dropout",
        ),
        Mistake(
            "scaled down",
            for_mask(lambda n: n.kept * (1 - n.p)),
            "You multiplied by {q}. That belongs to the original dropout, at test time; torch scales up in training.",
            teaches="fit-dropout-eval",
        ),
        Mistake(
            "scaled by 1 + p",
            for_mask(lambda n: n.kept * (1 + n.p)),
            "You added the share {p} back. What is kept, a share of {q}, is divided by {q}.",
            teaches="fit-dropout",
        ),
        Mistake(
            "nothing dropped",
            lambda n: n.total if n.asks == "neuron" else None,
            "That is the output in evaluation mode, with all inputs and no scaling.",
        ),
        Mistake(
            "scaled by this mask",
            for_mask(lambda n: Fraction(n.kept * len(n.mask), sum(n.mask))),
            "You scaled by the share this mask happens to keep. Dropout always divides by 1 - p = {q}.",
            teaches="fit-dropout",
        ),
        Mistake(
            "variance",
            lambda n: n.squares * n.odds if n.asks == "spread" else None,
            "That is the variance. The standard deviation is its square root.",
        ),
        Mistake(
            "noise not scaled",
            lambda n: n.over_masks(n.squares * n.p * (1 - n.p), n.total - n.target),
            "You used the variance p (1 - p) of the mask. What is kept is divided by {q}, which makes the factor "
            "$frac({p}, {q})$.",
        ),
        Mistake(
            "ratio upside down",
            lambda n: n.over_masks(n.squares / n.odds, n.total - n.target),
            "You used $frac({q}, {p})$. Noise grows with the share dropped: $frac({p}, {q})$.",
        ),
        Mistake(
            "one mask for all inputs",
            lambda n: n.over_masks(n.total**2 * n.odds, n.total - n.target),
            "You squared the sum of the terms. Each input is dropped on its own, so the squares are added: {squares}.",
            convention="each activation is dropped on its own",
        ),
        Mistake(
            "deviations added",
            lambda n: sum(map(abs, n.terms)) * sqrt(n.odds) if n.asks == "spread" else None,
            "You added standard deviations. Of independent terms the variances add: {squares} times $frac({p}, {q})$.",
        ),
        Mistake(
            "noise forgotten",
            lambda n: (n.total - n.target) ** 2 if n.asks == "loss" else None,
            "That is the squared error in evaluation mode. The noise of the mask adds {squares} times $frac({p}, "
            "{q})$.",
        ),
        Mistake(
            "noise only",
            lambda n: n.squares * n.odds if n.asks == "loss" else None,
            "That is the variance of the output. The squared error of its mean, ${bias_factor}^2$, comes on top.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Neuron | None:
        """Level 1: one activation; level 2: a neuron and a mask; level 3: its noise, or its expected loss."""
        if level == 1:
            percent, unit = draw.choice(tuple(EASY.items()))
            return Neuron(percent, (unit * draw.integer(1, 90 // unit),), (1,), (1,), "survivor")
        percent = draw.choice(PERCENTS)
        count = draw.integer(3, 4)
        inputs = draw.integers(count, 1, 9)
        weights = tuple(draw.integer(1, 4) * draw.choice((1, 1, -1)) for _ in range(count))
        if level == 2:
            mask = draw.shuffled((0, 1, 1, *draw.integers(count - 3, 0, 1)))
            n = Neuron(percent, inputs, weights, mask, "neuron")
            return n if n.kept else None
        if draw.chance(0.5):
            return Neuron(percent, inputs, weights, (), "spread")
        n = Neuron(percent, inputs, weights, (), "loss", draw.integer(-5, 20))
        return n if n.total != n.target else None

    def variant(self, n: Neuron) -> str:
        """Return what is asked for."""
        return n.asks

    def formula(self, n: Neuron) -> Number:
        """Return the kept sum over 1 - p; over all masks, squares times p / (1 - p) is the variance."""
        if n.mask:
            return n.kept / (1 - n.p)
        variance = n.squares * n.odds
        return sqrt(variance) if n.asks == "spread" else variance + (n.total - n.target) ** 2

    def effort(self, n: Neuron) -> Effort:
        """Return products, sums and a quotient; squares and a root over all masks."""
        if n.mask:
            return Effort(2 if n.asks == "survivor" else 2 * sum(n.mask) + 2, 2 if n.asks == "survivor" else 3)
        return Effort(3 * len(n.inputs) + (3 if n.asks == "spread" else 6), 3)

    def facts(self, n: Neuron) -> Facts:
        """Return the neuron, its terms, and their sums."""
        pairs = list(zip(n.weights, n.inputs, strict=True))
        kept = [f"{factor(w)} * {x}" for (w, x), keep in zip(pairs, n.mask or (0,) * len(pairs), strict=True) if keep]
        bias = n.total - n.target
        return {
            "p": short(n.p),
            "q": short(1 - n.p),
            "x": n.inputs[0],
            "inputs": f"({', '.join(map(str, n.inputs))})",
            "weights": f"({', '.join(map(str, n.weights))})",
            "mask": f"({', '.join(map(str, n.mask))})",
            "target": n.target,
            "target_factor": factor(n.target),
            "terms": tuple(n.terms),
            "squares": n.squares,
            "squared_words": " + ".join(f"{factor(term)}^2" for term in n.terms),
            "kept_words": " + ".join(kept),
            "kept": n.kept if n.mask else 0,
            "total": n.total,
            "bias": bias,
            "bias_factor": factor(bias),
        }

    @staticmethod
    def witness(
        percent: int,
        inputs: tuple[int, ...],
        weights: tuple[int, ...],
        mask: tuple[int, ...],
        asks: str,
        target: int,
    ) -> object:
        """Return the output for a mask, or its moments over all masks, scaled as real dropout scales."""
        import torch

        x, w = (torch.tensor(values, dtype=torch.float64) for values in (inputs, weights))
        p, either = percent / 100, torch.tensor([0, 1], dtype=torch.float64)
        scale = torch.nn.functional.dropout(torch.ones(1000, dtype=torch.float64), p).max()  # of what is kept
        masks = torch.tensor(mask) if mask else torch.cartesian_prod(*[either] * len(inputs))
        answer = (masks * x * scale) @ w
        if not mask:
            chance = (masks * (1 - p) + (1 - masks) * p).prod(dim=1)
            off = answer - (target if asks == "loss" else (chance * answer).sum())
            answer = (chance * off**2).sum() if asks == "loss" else (chance * off**2).sum().sqrt()
        return answer.item()
