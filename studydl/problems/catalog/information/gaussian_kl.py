"""The KL divergence between normal distributions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog.information._distributions import LOGS
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, fixed, sqrt

Normal: TypeAlias = tuple[Fraction, Fraction]  # mean and variance
Rule: TypeAlias = Callable[[Normal, Normal], Number]

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Normals:
    """Two normal distributions, in one or two dimensions that are independent.

    Args:
        p: means and standard deviations of P in tenths, -50 to 50 and 2 to 40; in two dimensions variances.
        q: those of Q.
        form: "same", "plain", "diagonal" or "symmetric".
    """

    p: tuple[tuple[int, int], ...]
    q: tuple[tuple[int, int], ...]
    form: str

    @property
    def pairs(self) -> tuple[tuple[Normal, Normal], ...]:
        """Return mean and variance of P and Q in each dimension."""
        square = self.form != "diagonal"
        return tuple(
            (_normal(*a, square=square), _normal(*b, square=square)) for a, b in zip(self.p, self.q, strict=True)
        )

    def total(self, rule: Rule) -> Number:
        """Return the sum of a rule over the dimensions, and of both orders where these are asked for."""
        forward = sum(rule(p, q) for p, q in self.pairs)
        return forward + sum(rule(q, p) for p, q in self.pairs) if self.form == "symmetric" else forward


@lru_cache(4096)
def _normal(mean: int, spread: int, *, square: bool) -> Normal:
    """Return mean and variance; the spread is a standard deviation to be squared, or a variance."""
    s = Fraction(spread, 10)
    return Fraction(mean, 10), s * s if square else s


@lru_cache(256)  # every mistake of an instance asks again
def kl(p: Normal, q: Normal) -> Number:
    """Return ln(sigma_q / sigma_p) + (sigma_p^2 + (mu_p - mu_q)^2) / (2 sigma_q^2) - 1/2."""
    return log_ratio(p, q) + quadratic(p, q) - HALF


@lru_cache(256)
def log_ratio(p: Normal, q: Normal) -> Number:
    """Return ln(sigma_q / sigma_p)."""
    return LOGS["nats"](q[1] / p[1]) * HALF


@lru_cache(256)
def quadratic(p: Normal, q: Normal) -> Fraction:
    """Return (sigma_p^2 + (mu_p - mu_q)^2) / (2 sigma_q^2)."""
    return (p[1] + (p[0] - q[0]) ** 2) / (2 * q[1])


def rooted(x: Normal) -> Normal:
    """Return a distribution whose variance is read as a standard deviation: squared once more."""
    return x[0], x[1] * x[1]


def unless_same(rule: Rule) -> Callable[[Normals], Number | None]:
    """Return the value of a mistake that needs different spreads."""
    return lambda n: None if n.form == "same" else n.total(rule)


def spread_for_variance(n: Normals) -> Number | None:
    """Return the value if standard deviations were taken for variances; None where variances are given."""
    if n.form == "diagonal":
        return None
    p, q = ((Fraction(mean, 10), Fraction(spread, 10)) for mean, spread in (n.p[0], n.q[0]))
    return kl(p, q) + kl(q, p) if n.form == "symmetric" else kl(p, q)


class GaussianKl(Family[Normals]):
    """KL of N(m, s^2) from N(n, t^2) is ln(t/s) + (s^2 + (m - n)^2) / (2 t^2) - 1/2: distances in units of Q."""

    name, version, title = "information.gaussian-kl", 1, "KL divergence of normal distributions"
    source = (
        "Bishop (2006), Pattern recognition and machine learning, exercises 1.30 and 2.13; "
        "torch.distributions.kl_divergence documentation"
    )
    answer = Real(places=3, unit="nats")
    _one = (
        "P is a normal distribution with mean {p_mean} and standard deviation {p_spread}, Q one with mean {q_mean} and "
        "standard deviation {q_spread}. "
    )
    prompt = {
        "same": _one + "What is $KL(P || Q)$ in nats, to 3 decimals?",
        "plain": _one + "What is $KL(P || Q)$ in nats, to 3 decimals?",
        "diagonal": "P and Q are normal distributions of two independent variables. P has the means {p_mean} and the "
        "variances {p_spread}, Q the means {q_mean} and the variances {q_spread}. What is $KL(P || Q)$ in nats, to 3 "
        "decimals?",
        "symmetric": _one + "What is the symmetrized divergence $KL(P || Q) + KL(Q || P)$ in nats, to 3 decimals?",
    }
    conventions = {
        "same": ("natural logarithm", "the average is over P"),
        "plain": ("natural logarithm", "the average is over P"),
        "diagonal": ("natural logarithm", "the average is over P"),
        "symmetric": ("natural logarithm", "a sum, not its half"),
    }
    steps = {
        "same": (
            "The means differ by {gap}. The standard deviations are the same, so only the means matter.",
            "$KL = frac((mu_1 - mu_2)^2, 2 sigma^2) = frac({gap}^2, 2 * {q_spread}^2)$ = {answer}",
        ),
        "plain": (
            "The logarithm: $ln frac({q_spread}, {p_spread}) = {logs}$.",
            "The quadratic part: $frac({p_spread}^2 + {gap}^2, 2 * {q_spread}^2) = {quadratics}$.",
            "$KL = {logs} + {quadratics} - frac(1, 2)$ = {answer}",
        ),
        "diagonal": (
            "Half the logarithms of the ratios of variances, $frac(1, 2) ln frac(v_2, v_1)$: {logs}.",
            "The quadratic parts, $frac(v_1 + (mu_1 - mu_2)^2, 2 v_2)$: {quadratics}.",
            "Added, less 1/2 each, these are the divergences of the two variables: {parts}.",
            "The variables are independent, so the divergences add up: {answer}",
        ),
        "symmetric": (
            "$ln frac({q_spread}, {p_spread})$ and $ln frac({p_spread}, {q_spread})$ cancel.",
            "The quadratic part of $KL(P || Q)$: $frac({p_spread}^2 + {gap}^2, 2 * {q_spread}^2) = {quadratics}$.",
            "That of $KL(Q || P)$: $frac({q_spread}^2 + {gap}^2, 2 * {p_spread}^2) = {back}$.",
            "Less 1/2 each: ${quadratics} + {back} - 1$ = {answer}",
        ),
    }
    limits = {1: Effort(6, 2), 2: Effort(12, 4), 3: Effort(26, 4)}
    mistakes = (
        Mistake(
            "arguments exchanged",
            lambda n: sum(kl(q, p) for p, q in n.pairs) if n.form != "symmetric" else None,
            "That is $KL(Q || P)$. In $KL(P || Q)$ the average is over P, and Q sets the unit of distances.",
            teaches="info-kl-symmetric",
        ),
        Mistake(
            "one direction only",
            lambda n: sum(kl(p, q) for p, q in n.pairs) if n.form == "symmetric" else None,
            "That is $KL(P || Q)$ alone. $KL(Q || P)$ is to be added, and it is another number.",
            teaches="info-kl-symmetric",
        ),
        Mistake(
            "half the sum",
            lambda n: divide(n.total(kl), 2) if n.form == "symmetric" else None,
            "You averaged both directions. Here they are added.",
            convention="not its half",
        ),
        Mistake(
            "standard deviation for variance",
            spread_for_variance,
            "You used the standard deviations where the formula has their squares.",
        ),
        Mistake(
            "variance for standard deviation",
            lambda n: n.total(lambda p, q: kl(rooted(p), rooted(q))) if n.form == "diagonal" else None,
            "You squared the variances. They are given as variances: {p_spread} and {q_spread} are $sigma^2$ already.",
        ),
        Mistake(
            "difference of the means not squared",
            lambda n: n.total(lambda p, q: log_ratio(p, q) + (p[1] + abs(p[0] - q[0])) / (2 * q[1]) - HALF),
            "You did not square the difference of the means. The formula has $(mu_1 - mu_2)^2$.",
        ),
        Mistake(
            "no 2 below",
            lambda n: n.total(lambda p, q: log_ratio(p, q) + 2 * quadratic(p, q) - (1 if n.form == "same" else HALF)),
            "You left out the 2 in the denominator. The quadratic part is divided by $2 sigma^2$.",
        ),
        Mistake(
            "one half forgotten",
            unless_same(lambda p, q: kl(p, q) + HALF),
            "You left out $-frac(1, 2)$. With it the divergence of a distribution from itself is 0.",
            teaches="info-kl-zero",
        ),
        Mistake(
            "logarithm upside down",
            lambda n: n.total(lambda p, q: kl(p, q) - 2 * log_ratio(p, q)) if n.form in ("plain", "diagonal") else None,
            "You turned the ratio in the logarithm around. It is $ln frac(sigma_2, sigma_1)$, with Q in the numerator.",
        ),
        Mistake(
            "logarithm of the variances",
            lambda n: n.total(lambda p, q: kl(p, q) + log_ratio(p, q)) if n.form in ("plain", "diagonal") else None,
            "You took the logarithm of the ratio of variances. That of standard deviations is half as large.",
        ),
        Mistake(
            "averaged over the variables",
            lambda n: divide(n.total(kl), 2) if n.form == "diagonal" else None,
            "You averaged over the two variables. Divergences of independent variables add up.",
        ),
        Mistake(
            "distance of the means",
            lambda n: sqrt(2 * quadratic(*n.pairs[0]) - 1) if n.form == "same" else None,
            "That is the distance of the means in standard deviations. The divergence is half its square.",
        ),
        Mistake(
            "bits",
            lambda n: divide(n.total(kl), LOGS["nats"](Fraction(2))),
            "That is the divergence in bits. In nats the logarithms are natural: multiply by ln 2 = 0.6931.",
            convention="natural logarithm",
            teaches="info-unit",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Normals | None:
        """Level 1: the same spread; level 2: different ones; level 3: two dimensions, or both directions."""
        if level == 1:
            spread = draw.choice((5, 15, 20, 25, 30, 40))
            p_mean, q_mean = draw.sample([5 * k for k in range(-8, 9)], 2)
            return Normals(((p_mean, spread),), ((q_mean, spread),), "same")
        spreads = (5, 8, 10, 12, 15, 20, 25, 30)
        if level == 2 or draw.chance(0.4):
            (p_mean, q_mean), (s, t) = draw.sample(range(-30, 31), 2), draw.sample(spreads, 2)
            return Normals(((p_mean, s),), ((q_mean, t),), "plain" if level == 2 else "symmetric")
        p = tuple(zip(draw.integers(2, -20, 20), draw.sample(spreads, 2), strict=True))
        q = tuple(zip(draw.integers(2, -20, 20), draw.sample(spreads, 2), strict=True))
        different = all(x != y for a, b in zip(p, q, strict=True) for x, y in zip(a, b, strict=True))
        return Normals(p, q, "diagonal") if different else None

    def variant(self, n: Normals) -> str:
        """Return same, plain, diagonal or symmetric."""
        return n.form

    def formula(self, n: Normals) -> Number:
        """Return ln(t / s) + (s^2 + (m - n)^2) / (2 t^2) - 1/2, added over dimensions or directions."""
        return n.total(kl)

    def effort(self, n: Normals) -> Effort:
        """Return a difference, squares, a quotient, a logarithm and sums for each divergence."""
        return {"same": Effort(5, 2), "plain": Effort(10, 4), "diagonal": Effort(21, 4), "symmetric": Effort(14, 4)}[
            n.form
        ]

    def facts(self, n: Normals) -> Facts:
        """Return means and spreads, and the parts of the divergence."""
        pairs = n.pairs
        (p, q), *_ = pairs
        return {
            "p_mean": _tenths(mean for mean, _ in n.p),
            "q_mean": _tenths(mean for mean, _ in n.q),
            "p_spread": _tenths(spread for _, spread in n.p),
            "q_spread": _tenths(spread for _, spread in n.q),
            "gap": _tenths([abs(n.p[0][0] - n.q[0][0])]),
            "logs": _written(log_ratio(*pair) for pair in pairs),
            "quadratics": _written(quadratic(*pair) for pair in pairs),
            "parts": _written(kl(*pair) for pair in pairs),
            "back": _written([quadratic(q, p)]),
        }

    @staticmethod
    def witness(p: tuple[tuple[int, int], ...], q: tuple[tuple[int, int], ...], form: str) -> float:
        """Return torch's divergence between normal distributions."""
        import torch

        a, b = torch.tensor(p, dtype=torch.float64) / 10, torch.tensor(q, dtype=torch.float64) / 10
        s, t = a[:, 1], b[:, 1]
        if form == "diagonal":
            s, t = s.sqrt(), t.sqrt()
        first = torch.distributions.Normal(a[:, 0], s, validate_args=False)
        second = torch.distributions.Normal(b[:, 0], t, validate_args=False)
        kl = torch.distributions.kl_divergence(first, second)
        if form == "symmetric":
            kl = kl + torch.distributions.kl_divergence(second, first)
        return kl.sum().item()


def _tenths(values: Iterable[int]) -> str:
    """Write values given in tenths, with commas between."""
    return _written(Fraction(value, 10) for value in values)


def _written(xs: Iterable[Number]) -> str:
    """Write numbers with 5 decimals at most, with commas between."""
    return ", ".join(fixed(x, 6).rstrip("0").rstrip(".") for x in xs)
