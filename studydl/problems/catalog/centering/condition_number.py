"""How inputs that are not centered make the Hessian of a linear model ill-conditioned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from studydl.answers.kinds import Integer, Real
from studydl.problems.catalog.norm._moments import mean, short, variance
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, fixed, log, sqrt, to_fraction


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a linear model.

    Args:
        form: "moments" (two or three inputs), "bias" (one input and a bias), and of these "factor" (before and after
            centering) or "steps" (of gradient descent).
        means: of each input, 0 to 7; only for "moments".
        spread: variance of every input, 1 to 10; only for "moments", else 0.
        values: of the one input, 4 or 5 whole numbers; empty for "moments".
        shrink: the distance from the optimum is to be divided by this, 10 to 100; only for "steps", else 0.
    """

    form: str
    means: tuple[int, ...] = ()
    spread: int = 0
    values: tuple[int, ...] = ()
    shrink: int = 0

    @property
    def length_square(self) -> int:
        """Return the squared length of the vector of means."""
        return sum(m * m for m in self.means)

    def moments_if(self, largest: Number) -> Number | None:
        """Return the largest eigenvalue over the variance; None with a bias."""
        return divide(largest, self.spread) if self.form == "moments" else None

    def biased(self, form: str, answer: Callable[[tuple[int, ...]], Number]) -> Number | None:
        """Return an answer from the values, in one form of the question only."""
        return answer(self.values) if self.form == form else None

    def exact_steps(self, left: Number) -> Number:
        """Return how many steps it takes, as a real number, if each leaves this share of the distance."""
        return divide(log(self.shrink), -log(left))

    def steps(self, left: Callable[[Number], Number]) -> int | None:
        """Return the whole number of steps if each leaves this share, which depends on the condition number."""
        return ceil(to_fraction(self.exact_steps(left(condition(self.values))))) if self.shrink else None


def trace(values: tuple[int, ...]) -> Fraction:
    """Return the mean square of the values plus 1: the diagonal of the Hessian in (w, b)."""
    return variance(values) + mean(values) ** 2 + 1


@lru_cache(64)  # every mistake of an instance asks again
def largest(values: tuple[int, ...]) -> Number:
    """Return the larger root of t^2 - trace t + determinant; the determinant is the variance."""
    return (trace(values) + sqrt(trace(values) ** 2 - 4 * variance(values))) / 2


@lru_cache(64)
def condition(values: tuple[int, ...]) -> Number:
    """Return the larger eigenvalue over the smaller one; their product is the determinant."""
    return largest(values) * largest(values) / variance(values)


def centered(values: tuple[int, ...]) -> Fraction:
    """Return the condition number once the mean is subtracted: the eigenvalues are the variance and 1."""
    return max(variance(values), 1 / variance(values))


def rate(kappa: Number) -> Number:
    """Return what one step leaves of the distance, with the best learning rate for this condition number."""
    return divide(kappa - 1, kappa + 1)


class ConditionNumber(Family[Inputs]):
    """A mean far from 0 gives E[x x^T] one huge eigenvalue; the larger the ratio, the slower gradient descent."""

    name, version, title = "centering.condition-number", 1, "Condition number and centered inputs"
    source = (
        "LeCun, Kanter and Solla (1991), Eigenvalues of covariance matrices: application to neural-network learning, "
        "Physical Review Letters 66; Nesterov (2004), Introductory Lectures on Convex Optimization, theorem 2.1.15"
    )
    answer = {
        "moments": Real(places=2),
        "bias": Real(significant=3),
        "factor": Real(significant=3),
        "steps": Integer(),
    }
    _model = "The model $w x + b$ is fitted to the inputs x = {values}; its loss is half the mean squared error. "
    prompt = {
        "moments": "A linear model without bias has {count} uncorrelated inputs, each of variance {spread}, with "
        "means {means}. Its loss is half the mean squared error. What is the condition number of the Hessian, to 2 "
        "decimals?",
        "bias": _model + "What is the condition number of the Hessian in (w, b), to 3 significant digits?",
        "factor": _model + "By which factor does the condition number of the Hessian in (w, b) fall when the mean is "
        "subtracted from the inputs, to 3 significant digits?",
        "steps": _model + "Full-batch gradient descent runs with the best constant learning rate. After how many steps "
        "is (w, b) within 1/{shrink} of its first distance from the optimum?",
    }
    _ratio = "condition number: largest eigenvalue over smallest"
    conventions = {
        "moments": (_ratio,),
        "bias": (_ratio,),
        "factor": (_ratio,),
        "steps": ("best learning rate: 2 / (largest + smallest eigenvalue of the Hessian)",),
    }
    _eigenvalues = (
        "The Hessian has the mean of $x^2$, {square}, and 1 on its diagonal, and the mean of $x$, {mean}, beside it.",
        "Trace: ${square} + 1 = {trace}$. Determinant: ${square} * 1 - {mean_square} = {variance}$, the variance of x.",
        "Largest eigenvalue: $frac({trace} + sqrt({trace}^2 - 4 * {variance}), 2) = {largest}$.",
    )
    steps = {
        "moments": (
            "The Hessian is $E[x x^T]$: the variance {spread} on the diagonal, plus the products of the means.",
            "Along the vector of means its eigenvalue is ${spread} + {squares} = {top}$; across it only {spread}.",
            "Largest over smallest: {answer}",
        ),
        "bias": (
            *_eigenvalues,
            "The smallest one is $frac({variance}, {largest}) = {smallest}$, since their product is the determinant.",
            "$kappa = frac({largest}^2, {variance})$ = {answer}",
        ),
        "factor": (
            *_eigenvalues,
            "Their product is the determinant, so $kappa = frac({largest}^2, {variance}) = {kappa}$.",
            "Centered, the Hessian is diagonal, with {variance} and 1: its condition number is {after}.",
            "$frac({kappa}, {after})$ = {answer}",
        ),
        "steps": (
            *_eigenvalues,
            "Their product is the determinant, so $kappa = frac({largest}^2, {variance}) = {kappa}$.",
            "Each step leaves $frac(kappa - 1, kappa + 1) = {rate}$ of the distance.",
            "$frac(ln {shrink}, -ln {rate}) = {exact}$ steps, rounded up: {answer}",
        ),
    }
    limits = {1: Effort(8, 3), 2: Effort(22, 4), 3: Effort(30, 4)}
    mistakes = (
        Mistake(
            "variances only",
            lambda p: 1 if p.form == "moments" else None,
            "You left the means out. Without a bias the Hessian is $E[x x^T]$, and that is the covariance plus the "
            "products of the means.",
            teaches="center-cost",
        ),
        Mistake(
            "means only",
            lambda p: p.moments_if(p.length_square),
            "You left the variance out of the largest eigenvalue. It is ${spread} + {length_square} = {top}$.",
            teaches="center-cost",
        ),
        Mistake(
            "means not squared",
            lambda p: p.moments_if(p.spread + sum(p.means)),
            "You added the means themselves. Their squares count: ${squares} = {length_square}$.",
            teaches="center-cost",
        ),
        Mistake(
            "squared sum of the means",
            lambda p: p.moments_if(p.spread + sum(p.means) ** 2),
            "You squared the sum of the means. The squared length of their vector is the sum of the squares: "
            "{length_square}.",
            teaches="center-cost",
        ),
        Mistake(
            "diagonal only",
            lambda p: divide(p.spread + max(p.means) ** 2, p.spread + min(p.means) ** 2) if p.means else None,
            "You compared the diagonal entries. The products of the means beside them change the eigenvalues.",
            teaches="center-cost",
        ),
        Mistake(
            "mean beside the diagonal forgotten",
            lambda p: p.biased("bias", lambda x: trace(x) - 1),
            "You compared the diagonal entries, {square} and 1. The mean beside them, {mean}, changes the eigenvalues.",
        ),
        Mistake(
            "largest eigenvalue",
            lambda p: p.spread + p.length_square if p.means else p.biased("bias", largest),
            "That is the largest eigenvalue. The condition number divides it by the smallest one.",
        ),
        Mistake(
            "inputs instead of Hessian",
            lambda p: p.biased("bias", lambda x: sqrt(condition(x))),
            "That is the condition number of the inputs' own matrix. The Hessian has the squares of its singular "
            "values.",
        ),
        Mistake(
            "inputs taken as centered",
            lambda p: p.biased("bias", centered),
            "That is the value for centered inputs. Here their mean is {mean}, and it stands beside the diagonal.",
            teaches="center-condition",
        ),
        Mistake(
            "before centering",
            lambda p: p.biased("factor", condition),
            "That is the condition number before centering. Divide it by the one after, {after}.",
        ),
        Mistake(
            "after centering",
            lambda p: p.biased("factor", centered),
            "That is the condition number after centering. The question is how many times larger it was before.",
        ),
        Mistake(
            "factor upside down",
            lambda p: p.biased("factor", lambda x: centered(x) / condition(x)),
            "You divided the other way round: {kappa} before centering, {after} after.",
        ),
        Mistake(
            "largest eigenvalues compared",
            lambda p: p.biased("factor", lambda x: largest(x) / max(variance(x), Fraction(1))),
            "You compared the largest eigenvalues. The smallest one changes as well: from {smallest} to {low}.",
        ),
        Mistake(
            "difference for factor",
            lambda p: p.biased("factor", lambda x: condition(x) - centered(x)),
            "That is the difference. The factor is {kappa} over {after}.",
        ),
        Mistake(
            "rounded down",
            lambda p: floor(to_fraction(p.exact_steps(rate(condition(p.values))))) if p.shrink else None,
            "You rounded down. After that many steps the distance is still a little too large: {exact} is rounded up.",
        ),
        Mistake(
            "rate of a smaller learning rate",
            lambda p: p.steps(lambda kappa: 1 - divide(1, kappa)),
            "You used the rate $1 - frac(1, kappa)$, which the learning rate 1 / (largest eigenvalue) gives. The best "
            "one leaves $frac(kappa - 1, kappa + 1)$.",
            convention="2 / (largest + smallest eigenvalue",
        ),
        Mistake(
            "steps for the loss",
            lambda p: p.steps(lambda kappa: rate(kappa) * rate(kappa)),
            "That is when the loss has fallen to 1/{shrink}. The loss goes with the square of the distance, and so "
            "twice as fast.",
        ),
        Mistake(
            "rate of momentum",
            lambda p: p.steps(lambda kappa: rate(sqrt(kappa))),
            "You used the root of the condition number, as is right for momentum. Plain gradient descent depends on "
            "{kappa} itself.",
        ),
        Mistake(
            "as many steps as the condition number",
            lambda p: p.biased("steps", lambda x: ceil(to_fraction(condition(x)))),
            "You took the condition number for the number of steps. It gives the share of the distance that one step "
            "leaves: {rate}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Inputs | None:
        """Level 1: inputs by their moments; level 2: an input and a bias; level 3: before and after, or steps."""
        if level == 1:
            means = draw.integers(draw.choice((2, 2, 3)), 0, 7)
            return Inputs("moments", means, draw.choice((1, 1, 2, 4, 5, 10))) if sum(means) else None
        count = draw.choice((4, 5, 5))
        if level == 2:
            return Inputs("bias", values=draw.sample(range(1, 25), count))
        if draw.chance(0.5):
            return Inputs("factor", values=draw.sample(range(1, 25), count))
        p = Inputs("steps", values=draw.sample(range(-4, 9), count), shrink=draw.choice((10, 20, 50, 100)))
        if mean(p.values) == 0 or condition(p.values) > 25:  # no offset, or too many steps to be run
            return None
        part = to_fraction(p.exact_steps(rate(condition(p.values)))) % 1
        return p if Fraction(1, 20) < part < Fraction(19, 20) else None  # rounded numbers lead to the same step

    def variant(self, p: Inputs) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Inputs) -> Number:
        """Return the ratio of the eigenvalues, or what follows from it."""
        if p.form == "moments":
            return divide(p.spread + p.length_square, p.spread)
        kappa = condition(p.values)
        if p.form == "factor":
            return divide(kappa, centered(p.values))
        return kappa if p.form == "bias" else ceil(to_fraction(p.exact_steps(rate(kappa))))

    def effort(self, p: Inputs) -> Effort:
        """Return squares, sums and a quotient; with a bias also the eigenvalues, then what the form adds."""
        if p.form == "moments":
            return Effort(2 * len(p.means) + 1, 2)
        return Effort(2 * len(p.values) + 11 + {"bias": 0, "factor": 2, "steps": 7}[p.form], 4)

    def facts(self, p: Inputs) -> Facts:
        """Return moments, eigenvalues and condition numbers."""
        if p.form == "moments":
            return {
                "count": len(p.means),
                "length_square": p.length_square,
                "squares": " + ".join(f"{m}^2" for m in p.means),
                "top": p.spread + p.length_square,
            }
        x, kappa = p.values, condition(p.values)
        return {
            "square": short(trace(x) - 1),
            "mean": short(mean(x)),
            "mean_square": f"({short(mean(x))})^2" if mean(x) < 0 else f"{short(mean(x))}^2",
            "trace": short(trace(x)),
            "variance": short(variance(x)),
            "largest": short(largest(x)),
            "smallest": short(variance(x) / largest(x)),
            "low": short(min(variance(x), Fraction(1))),
            "kappa": short(kappa),
            "after": short(centered(x)),
            "rate": short(rate(kappa)),
            "exact": fixed(p.exact_steps(rate(kappa)), 2) if p.form == "steps" else "",
        }

    @staticmethod
    def witness(form: str, means: tuple[int, ...], spread: int, values: tuple[int, ...], shrink: int) -> object:
        """Return torch's condition number of the Hessian; steps are counted while gradient descent runs."""
        import torch

        if form == "moments":
            mean = torch.tensor(means, dtype=torch.float64)
            hessian = spread * torch.eye(len(means)) + torch.outer(mean, mean)
        else:
            x = torch.tensor(values, dtype=torch.float64)
            inputs = torch.stack([x, torch.ones_like(x)])
            hessian = inputs @ inputs.T / len(values)
        if form == "steps":
            error, answer = torch.tensor([1.0, 0.0], dtype=torch.float64), 0
            step = torch.eye(2) - 2 / torch.linalg.eigvalsh(hessian).sum() * hessian
            while error.norm() > 1 / shrink:
                error, answer = step @ error, answer + 1
        else:
            answer = torch.linalg.cond(hessian).item()
        if form == "factor":
            inputs[0] -= x.mean()
            answer /= torch.linalg.cond(inputs @ inputs.T / len(values)).item()
        return answer
