"""The KL term of a variational autoencoder, alone and in its loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import Exact, exp, joined, log, short, shorts, tenths
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide

Moments: TypeAlias = tuple[Exact, Number, Number]


@dataclass(frozen=True, slots=True)
class Encoded:
    """What an encoder gives: a normal distribution for each latent.

    Args:
        means: in tenths, -20 to 20, row after row.
        spreads: in tenths: standard deviations 2 to 30 for "sigma", else log-variances -20 to 15.
        form: "sigma", "logvar", "batch" or "loss".
        rows: examples of a batch, else 1.
        x: values to reconstruct in tenths, 0 to 10; empty without reconstruction.
        y: their reconstruction.
        beta: weight of the KL term.
    """

    means: tuple[int, ...]
    spreads: tuple[int, ...]
    form: str
    rows: int = 1
    x: tuple[int, ...] = ()
    y: tuple[int, ...] = ()
    beta: int = 1

    @property
    def latents(self) -> tuple[Moments, ...]:
        """Return squared mean, variance and its logarithm for each latent."""
        pairs = zip(self.means, self.spreads, strict=True)
        return tuple(_moments(mean, spread, self.form == "sigma") for mean, spread in pairs)

    @property
    def terms(self) -> tuple[Number, ...]:
        """Return twice the divergence of each latent."""
        return tuple(twice(*latent) for latent in self.latents)

    @property
    def error(self) -> Fraction:
        """Return the sum of squared errors of the reconstruction."""
        return sum((Fraction((a - b) ** 2, 100) for a, b in zip(self.x, self.y, strict=True)), Fraction(0))

    def loss(self, term: Callable[[Exact, Number, Number], Number]) -> Number:
        """Return error + beta KL, with a term for twice the divergence of a latent."""
        total = sum(term(*latent) for latent in self.latents)
        return self.error + divide(self.beta * total, 2 * self.rows)

    def with_variances(self, variance: Callable[[Number], Number]) -> Number | None:
        """Return the loss if log-variances stood for other variances; None where they are not given."""
        if self.form == "sigma":
            return None
        return self.loss(lambda square, _, spread: twice(square, variance(spread), log(variance(spread))))


def twice(square: Exact, variance: Number, log_variance: Number) -> Number:
    """Return mu^2 + sigma^2 - 1 - ln sigma^2, twice the divergence of a latent."""
    return square + variance - 1 - log_variance


@lru_cache(4096)
def _moments(mean: int, spread: int, is_sigma: bool) -> Moments:
    """Return squared mean, variance and its logarithm; the spread is a standard deviation or a log-variance."""
    s = Fraction(spread, 10)
    variance = s * s if is_sigma else exp(s)
    return Fraction(mean * mean, 100), variance, log(s * s) if is_sigma else s


@lru_cache(64)
def whole_loss(e: Encoded) -> Number:
    """Return error + beta KL."""
    return e.loss(twice)


def of_loss(value: Callable[[Encoded], Number]) -> Callable[[Encoded], Number | None]:
    """Return the value of a mistake where the whole loss is asked for."""
    return lambda e: value(e) if e.form == "loss" else None


def of_sigma(term: Callable[[Fraction, Fraction], Number]) -> Callable[[Encoded], Number | None]:
    """Return the value of a mistake with a standard deviation: half a term of squared mean and sigma."""
    return lambda e: divide(term(*_squared_mean_and_sigma(e)), 2) if e.form == "sigma" else None


def _squared_mean_and_sigma(e: Encoded) -> tuple[Fraction, Fraction]:
    return Fraction(e.means[0] ** 2, 100), Fraction(e.spreads[0], 10)


class VaeKl(Family[Encoded]):
    """The KL term pulls each latent towards N(0, 1): half the sum of mu^2 + sigma^2 - 1 - ln sigma^2."""

    name, version, title = "loss.vae-kl", 1, "KL term of a variational autoencoder"
    source = "Kingma and Welling (2014), Auto-encoding variational Bayes, appendix B; Higgins et al. (2017), beta-VAE"
    answer = Real(places=3)
    prompt = {
        "sigma": "The encoder of a variational autoencoder gives a latent the mean {means} and the standard deviation "
        "{spreads}. What is the KL term, to 3 decimals?",
        "logvar": "The encoder of a variational autoencoder gives {n} latents the means {means} and the log-variances "
        "{spreads}. What is the KL term, to 3 decimals?",
        "batch": "For a batch of {rows} images the encoder of a variational autoencoder gives `mu` = {mean_rows} and "
        "`logvar` = {spread_rows}, one row per image. What is the KL term of the batch, to 3 decimals?",
        "loss": "A beta-VAE with $beta = {beta}$ reconstructs {x} as {y}. Its encoder gave {n} latents the means "
        "{means} and the log-variances {spreads}. What is the loss, squared error plus $beta$ times the KL term, to 3 "
        "decimals?",
    }
    conventions = {
        "sigma": ("the prior is N(0, 1)", "natural logarithm"),
        "logvar": ("the prior is N(0, 1)", "log-variance = ln sigma^2", "summed over the latents"),
        "batch": (
            "the prior is N(0, 1)",
            "log-variance = ln sigma^2",
            "summed over the latents",
            "averaged over the images",
        ),
        "loss": (
            "the prior is N(0, 1)",
            "log-variance = ln sigma^2",
            "summed over the latents",
            "squared error summed, without 1/2",
        ),
    }
    _terms = (
        "The variances $sigma^2$, powers of $e$ with the log-variances as exponents: {variances}.",
        "$mu^2 + sigma^2 - 1 - ln sigma^2$ of each latent: {terms}. The sum is {total:.5}.",
    )
    steps = {
        "sigma": (
            "The variance: $sigma^2 = {variances}$, and $ln sigma^2 = {logs}$.",
            "$mu^2 + sigma^2 - 1 - ln sigma^2 = {total:.5}$",
            "Half of it is the KL term: {answer}",
        ),
        "logvar": (*_terms, "Half of it is the KL term: {answer}"),
        "batch": (*_terms, "Half of it is the KL term of all images: {half:.5}. Divided by {rows}: {answer}"),
        "loss": (
            "The squared errors: {errors}. The sum is {error}.",
            *_terms,
            "Half of it is the KL term: {half:.5}.",
            "The loss: ${error} + {beta} * {half:.5}$ = {answer}",
        ),
    }
    limits = {1: Effort(7, 5), 2: Effort(18, 5), 3: Effort(40, 5)}
    mistakes = (
        Mistake(
            "no one half",
            lambda e: 2 * whole_loss(e) - e.error,
            "You left out the factor 1/2: the KL term is half the sum of $mu^2 + sigma^2 - 1 - ln sigma^2$.",
        ),
        Mistake(
            "log-variance read as ln sigma",
            lambda e: e.with_variances(lambda spread: exp(2 * spread)),
            "You read the log-variance as $ln sigma$. It is $ln sigma^2$: the variances are {variances}.",
            convention="log-variance = ln sigma^2",
        ),
        Mistake(
            "log-variance read as sigma",
            lambda e: e.with_variances(lambda spread: spread * spread) if 0 not in e.spreads else None,
            "You took the log-variances for standard deviations. The variances are powers of $e$: {variances}.",
        ),
        Mistake(
            "log-variance read as the variance",
            lambda e: e.with_variances(lambda spread: spread) if min(e.spreads) > 0 else None,
            "You took the log-variances for variances. The variances are powers of $e$: {variances}.",
        ),
        Mistake(
            "sigma for its square",
            of_sigma(lambda square, s: square + s - 1 - log(s)),
            "You used $sigma$ itself. The formula has the variance, $sigma^2 = {variances}$.",
        ),
        Mistake(
            "ln sigma for ln sigma^2",
            of_sigma(lambda square, s: square + s * s - 1 - log(s)),
            "You subtracted $ln sigma$. It is $ln sigma^2 = 2 ln sigma$.",
        ),
        Mistake(
            "the other direction",
            lambda e: e.loss(lambda square, v, log_variance: divide(1 + square, v) - 1 + log_variance),
            "That is the divergence of the prior from the encoder. The KL term is $KL(q || p)$, with the encoder's "
            "distribution first.",
            teaches="info-kl-symmetric",
        ),
        Mistake(
            "averaged over the latents",
            lambda e: e.error + divide(whole_loss(e) - e.error, len(e.means) // e.rows),
            "You averaged over the latents. The divergences of independent latents add up.",
            convention="summed over the latents",
        ),
        Mistake(
            "one forgotten",
            lambda e: e.loss(lambda *latent: twice(*latent) + 1),
            "You left out the -1 of each latent. With it, a latent that is N(0, 1) already costs nothing.",
            teaches="info-kl-zero",
        ),
        Mistake(
            "sign lost",
            lambda e: 2 * e.error - whole_loss(e),
            "You gave the KL term the wrong sign. Written as $1 + ln sigma^2 - mu^2 - sigma^2$ it needs $-1/2$ in "
            "front; a divergence is never negative.",
            teaches="info-kl-zero",
        ),
        Mistake(
            "summed over the images",
            lambda e: whole_loss(e) * e.rows if e.rows > 1 else None,
            "That is the sum of all images. Here it is averaged over the {rows} images.",
            convention="averaged over the images",
        ),
        Mistake(
            "beta ignored",
            of_loss(lambda e: e.error + divide(whole_loss(e) - e.error, e.beta)),
            "You left $beta$ out. The KL term {half:.5} counts {beta} times.",
        ),
        Mistake(
            "mean squared error",
            of_loss(lambda e: whole_loss(e) - e.error + e.error / len(e.x)),
            "You averaged the squared errors. Here they are summed: {error}.",
            convention="squared error summed",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Encoded | None:
        """Level 1: mean and sigma; level 2: log-variances; level 3: a batch of three images, or the whole loss."""
        if level == 1:
            return _shown(Encoded((draw.integer(-20, 20),), (draw.choice((*range(2, 10), *range(11, 31))),), "sigma"))
        if level == 3 and draw.chance(0.5):
            means, spreads = (tuple(5 * k for k in draw.integers(6, -4, 3)) for _ in "ms")
            return _shown(Encoded(means, spreads, "batch", rows=3))
        n = draw.choice((2, 2, 3)) if level == 2 else 2
        means, spreads = draw.integers(n, -20, 20), draw.integers(n, -20, 15)
        if level == 2:
            return _shown(Encoded(means, spreads, "logvar"))
        x, y = draw.integers(3, 0, 10), draw.integers(3, 0, 10)
        return _shown(Encoded(means, spreads, "loss", x=x, y=y, beta=draw.choice((2, 3, 4, 5, 10)))) if x != y else None

    def variant(self, e: Encoded) -> str:
        """Return sigma, logvar, batch or loss."""
        return e.form

    def formula(self, e: Encoded) -> Number:
        """Return half the sum of mu^2 + sigma^2 - 1 - ln sigma^2, averaged over the batch, in the loss if asked."""
        return whole_loss(e)

    def effort(self, e: Encoded) -> Effort:
        """Return a square, an exponential and three sums a latent, the sum and its half, and the rest of the loss."""
        n = len(e.means)
        return Effort(6 * n + (e.rows > 1) + (3 * len(e.x) + 2 if e.x else 0), 5)

    def facts(self, e: Encoded) -> Facts:
        """Return means, variances and the divergences."""
        means, spreads, terms = shorts(tenths(e.means)), shorts(tenths(e.spreads)), e.terms
        total = sum(terms)
        width = len(means) // e.rows
        return {
            "means": means,
            "spreads": spreads,
            "mean_rows": _rows(means, width),
            "spread_rows": _rows(spreads, width),
            "n": len(means),
            "variances": joined(variance for _, variance, _ in e.latents),
            "logs": joined(log_variance for _, _, log_variance in e.latents),
            "terms": joined(terms),
            "total": total,
            "half": divide(total, 2),
            "x": f"({', '.join(shorts(tenths(e.x)))})",
            "y": f"({', '.join(shorts(tenths(e.y)))})",
            "errors": shorts(Fraction((a - b) ** 2, 100) for a, b in zip(e.x, e.y, strict=True)),
            "error": short(e.error),
        }

    @staticmethod
    def witness(
        means: tuple[int, ...],
        spreads: tuple[int, ...],
        form: str,
        rows: int,
        x: tuple[int, ...],
        y: tuple[int, ...],
        beta: int,
    ) -> float:
        """Return torch's divergence between normal distributions, and its squared error."""
        import torch

        mean = torch.tensor(means, dtype=torch.float64) / 10
        std = torch.tensor(spreads, dtype=torch.float64) / 10
        if form != "sigma":
            std = torch.exp(0.5 * std)  # what is given is the logarithm of the variance
        encoded = torch.distributions.Normal(mean, std, validate_args=False)
        prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(std), validate_args=False)
        loss = beta * torch.distributions.kl_divergence(encoded, prior).sum() / rows
        if form == "loss":
            target, guess = (torch.tensor(values, dtype=torch.float64) / 10 for values in (x, y))
            loss = loss + torch.nn.functional.mse_loss(guess, target, reduction="sum")
        return loss.item()


def _shown(e: Encoded) -> Encoded | None:
    """Return what was encoded if it is far enough from the prior to be worth computing."""
    return e if whole_loss(e) > Fraction(1, 20) else None


def _rows(values: tuple[str, ...], width: int) -> str:
    """Write the rows of a batch as torch prints a matrix."""
    rows = (", ".join(values[i : i + width]) for i in range(0, len(values), width))
    return f"[{', '.join(f'[{row}]' for row in rows)}]"
