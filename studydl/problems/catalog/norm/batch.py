"""What a batch normalization makes of one feature, and what it remembers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Real, Vector
from studydl.answers.values import Value
from studydl.problems.catalog.norm._moments import listed, mean, short, signed, variance, whole_row
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, fixed, sqrt

Values = tuple[int, ...]
ORDINALS = ("first", "second")
EPS = Fraction(1, 10**5)

root = lru_cache(1024)(sqrt)  # every mistake of an instance asks again


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch, and the state of the normalization it goes through.

    Args:
        form: "train" (a fresh layer), "affine", "running" (what is remembered) or "eval" (a value after the batch).
        features: the values of each feature, one for each of 4 or 5 samples; two features for "train", else one.
        feature: index of the feature asked about.
        value: the value asked about: of the batch for "affine", a new one for "eval", else 0.
        weight: tenths.
        bias: tenths.
        running_mean: tenths, before the batch.
        running_var: tenths, before the batch.
        momentum: hundredths.
    """

    form: str
    features: tuple[Values, ...]
    feature: int = 0
    value: int = 0
    weight: int = 10
    bias: int = 0
    running_mean: int = 0
    running_var: int = 10
    momentum: int = 10

    @property
    def asked(self) -> Values:
        """Return the values of the feature asked about."""
        return self.features[self.feature]

    @property
    def trains(self) -> bool:
        """Say whether the output in training mode is asked for."""
        return self.form in ("train", "affine")

    def output(self, center: Fraction, spread: Number) -> Number:
        """Return the value asked about less a center and over a spread, times the weight, plus the bias."""
        return divide((self.value - center) * self.weight, 10 * spread) + Fraction(self.bias, 10)

    def each(self, center: Fraction, spread: Number) -> tuple[Number, ...]:
        """Return every value less a center and over a spread."""
        n = len(self.asked)
        share, shift = divide(1, n * spread), n * center
        return tuple((n * x - shift) * share for x in self.asked)

    def trained(self, center: Fraction, spread: Number) -> Value | None:
        """Return the output in training mode for any moments; None where it is not asked for."""
        if self.form == "train":
            return self.each(center, spread)
        return self.output(center, spread) if self.form == "affine" else None

    def after(self, correction: int, old: int, new: int) -> Value | None:
        """Return the answer if the state were mixed otherwise; None where it is not asked for."""
        if self.trains:
            return None
        center, square = remembered(self, correction, old, new)
        return (center, square) if self.form == "running" else self.output(center, root(square + EPS))

    @property
    def shares(self) -> tuple[int, int]:
        """Return how much the old and the new moments count, in hundredths."""
        return 100 - self.momentum, self.momentum

    @property
    def moments(self) -> tuple[Fraction, Fraction]:
        """Return mean and variance that the value asked about is normalized with."""
        if self.form == "eval":
            return remembered(self, 1, *self.shares)
        return mean(self.asked), variance(self.asked)

    @property
    def normalized(self) -> Number:
        """Return the value asked about before weight and bias."""
        center, square = self.moments
        return divide(self.value - center, root(square + EPS))


@lru_cache(64)
def remembered(p: Batch, correction: int, old: int, new: int) -> tuple[Fraction, Fraction]:
    """Return running mean and variance after the batch, mixed from this many hundredths of old and new."""
    center = Fraction(p.running_mean * old, 1000) + mean(p.asked) * new / 100
    return center, Fraction(p.running_var * old, 1000) + variance(p.asked, correction) * new / 100


def by_sample(p: Batch) -> Value | None:
    """Return the feature if each sample were normalized over its own features; None for a single feature."""
    if p.form != "train":
        return None
    samples = zip(*p.features, strict=True)
    return tuple(divide(s[p.feature] - mean(s), root(variance(s) + EPS)) for s in samples)


class BatchNorm(Family[Batch]):
    """In training the batch gives mean and variance, with n; what is remembered for evaluation has n - 1."""

    name, version, title = "norm.batch", 1, "Batch normalization"
    source = "Ioffe and Szegedy (2015), Batch normalization, algorithms 1 and 2; torch.nn.BatchNorm1d documentation"
    answer = {
        "train": Vector(places=2),
        "affine": Real(places=3),
        "running": Vector(places=3),
        "eval": Real(places=3),
    }
    prompt = {
        "train": "A batch of {n} samples with two features, {samples}, goes through a fresh `nn.BatchNorm1d(2)` in "
        "training mode. What becomes of the {ordinal} feature, sample by sample, to 2 decimals?",
        "affine": "One feature has the values {asked} in a batch. `nn.BatchNorm1d` is in training mode; for this "
        "feature its weight is {weight:.1} and its bias {bias:.1}. What does it make of the value {value}, to 3 "
        "decimals?",
        "running": "`nn.BatchNorm1d(1, momentum={momentum})` has the running mean {old_mean:.1} and the running "
        "variance {old_var:.1}. In training mode it gets the batch {asked}. What are running mean and running variance "
        "after that, as a pair, to 3 decimals?",
        "eval": "`nn.BatchNorm1d(1, momentum={momentum})` has the running mean {old_mean:.1}, the running variance "
        "{old_var:.1}, the weight {weight:.1} and the bias {bias:.1}. In training mode it gets the batch {asked}; then "
        "it is put into evaluation mode. What does it make of the value {value} now, to 3 decimals?",
    }
    _remember = ("momentum weighs the new value", "the running variance is fed with n - 1")
    conventions = {
        "train": ("weight 1, bias 0", "the variance divides by n", "eps = 1e-5"),
        "affine": ("the variance divides by n", "eps = 1e-5"),
        "running": _remember,
        "eval": (*_remember, "eps = 1e-5"),
    }
    _moments = (
        "Mean over the batch: $frac({total}, {n}) = {mean}$. Deviations from it: {deviations}.",
        "Variance: the squares add up to {squares}, and $frac({squares}, {n}) = {variance}$.",
        "eps = 0.00001 is too small to show here. Standard deviation: $sqrt({variance}) = {spread}$.",
    )
    _running = (
        "Mean of the batch: $frac({total}, {n}) = {mean}$. Deviations from it: {deviations}.",
        "Its variance with n - 1: the squares add up to {squares}, and $frac({squares}, {less}) = {unbiased}$.",
        "Running mean: ${old} * {old_mean_signed} + {momentum} * {mean_signed} = {new_mean}$.",
        "Running variance: ${old} * {old_var:.1} + {momentum} * {unbiased} = {new_var}$.",
    )
    _affine = "Times the weight, plus the bias: ${normalized_signed} * {weight:.1} + {bias_signed}$ = {answer}"
    steps = {
        "train": (*_moments, "Deviations over {spread}: {answer}"),
        "affine": (*_moments, "Normalized: $frac({value} - {mean_signed}, {spread}) = {normalized}$.", _affine),
        "running": (*_running, "As a pair: {answer}"),
        "eval": (
            *_running,
            "With these, not with the batch: $frac({value} - {new_mean_signed}, sqrt({new_var})) = {normalized}$. "
            "eps = 0.00001 is too small to show.",
            _affine,
        ),
    }
    limits = {1: Effort(24, 2), 2: Effort(24, 3), 3: Effort(30, 4)}
    mistakes = (
        Mistake(
            "n - 1 in the normalizer",
            lambda p: p.trained(mean(p.asked), root(variance(p.asked, 1) + EPS)),
            "You divided the squares by n - 1. To normalize, BatchNorm divides by n = {n}; only the running variance "
            "has n - 1.",
            convention="the variance divides by n",
        ),
        Mistake(
            "over each sample",
            by_sample,
            "You normalized each sample over its features, as LayerNorm does. BatchNorm normalizes each feature over "
            "the batch.",
            teaches="norm-batch-mean",
        ),
        Mistake(
            "running variance with n",
            lambda p: p.after(0, *p.shares),
            "You fed the running variance with n. The batch itself is normalized with n, but what is remembered has "
            "n - 1 = {less}.",
            convention="the running variance is fed with n - 1",
        ),
        Mistake(
            "momentum reversed",
            lambda p: p.after(1, *p.shares[::-1]),
            "You let the momentum weigh the old value. In torch it weighs the new one: {old} of the old, {momentum} "
            "of the batch.",
            convention="momentum weighs the new value",
            teaches="norm-momentum",
        ),
        Mistake(
            "moments of the batch alone",
            lambda p: p.after(1, 0, 100) if p.form == "running" else None,
            "Those are the moments of the batch alone. They are mixed with what was remembered before: {old} of that.",
            teaches="norm-momentum",
        ),
        Mistake(
            "old value not reduced",
            lambda p: p.after(1, 100, p.momentum),
            "You kept the old values whole. They count {old}, so that the shares add up to 1.",
            teaches="norm-momentum",
        ),
        Mistake(
            "batch moments in evaluation",
            lambda p: p.output(mean(p.asked), root(variance(p.asked) + EPS)) if p.form == "eval" else None,
            "You normalized with the moments of the batch. In evaluation mode only the running statistics count: "
            "{new_mean} and {new_var}.",
            teaches="default-running",
        ),
        Mistake(
            "update forgotten",
            lambda p: p.after(1, 100, 0) if p.form == "eval" else None,
            "You used the running statistics from before the batch. In training mode the batch changes them, to "
            "{new_mean} and {new_var}.",
            teaches="norm-no-grad",
        ),
        Mistake(
            "weight and bias forgotten",
            lambda p: p.normalized if p.form in ("affine", "eval") else None,
            "That is the normalized value. It is still multiplied by the weight, {weight:.1}, and the bias is added.",
        ),
        Mistake(
            "bias added before the weight",
            lambda p: (p.normalized + Fraction(p.bias, 10)) * Fraction(p.weight, 10) if p.bias else None,
            "You added the bias first. The normalized value is multiplied by the weight, then the bias is added.",
        ),
        Mistake(
            "divided by the variance",
            lambda p: p.trained(mean(p.asked), variance(p.asked) + EPS),
            "You divided by the variance, {variance}. Its root belongs there: {spread}.",
        ),
        Mistake(
            "divided by the running variance",
            lambda p: p.output(p.moments[0], p.moments[1] + EPS) if p.form == "eval" else None,
            "You divided by the running variance, {new_var}. Its root belongs there.",
        ),
        Mistake(
            "not centered",
            lambda p: p.trained(Fraction(0), root(variance(p.asked) + EPS)),
            "You divided the value itself. BatchNorm subtracts the mean over the batch, {mean}, first.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Batch | None:
        """Level 1: a fresh layer; level 2: weight and bias, or what is remembered; level 3: evaluation."""
        if level == 1:
            column = whole_row(draw)
            other = draw.integers(len(column), 0, 12)
            feature = draw.integer(0, 1)
            return Batch("train", (other, column) if feature else (column, other), feature)
        column = draw.integers(draw.choice((4, 5)), 0, 15)
        if len({*column}) < 3:
            return None
        weight, bias = draw.integer(5, 20), draw.choice((-1, 1)) * draw.integer(1, 10)
        running = draw.integer(-20, 60), draw.integer(10, 90), draw.choice((5, 10, 10, 20, 25, 30))
        if level == 3:
            p = Batch("eval", (column,), 0, draw.integer(0, 15), weight, bias, *running)
        elif draw.chance(0.5):
            return Batch("running", (column,), 0, 0, 10, 0, *running)
        else:
            p = Batch("affine", (column,), 0, draw.choice(column), weight, bias)
        far = abs(p.value - p.moments[0]) > Fraction(1, 4)
        return p if far and _eps_is_hidden(p) else None

    def variant(self, p: Batch) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Batch) -> Value:
        """Return (x - mean) / sqrt(variance + eps) times the weight plus the bias, or the running statistics."""
        if p.form == "running":
            return remembered(p, 1, *p.shares)
        center, square = p.moments
        spread = root(square + EPS)
        return p.each(center, spread) if p.form == "train" else p.output(center, spread)

    def effort(self, p: Batch) -> Effort:
        """Return a sum, a difference and a square a value, and what the form adds."""
        n = len(p.asked)
        digits = {"train": 2, "affine": 3, "running": 3, "eval": 4}
        return Effort(3 * n + {"train": n + 3, "affine": 6, "running": 8, "eval": 13}[p.form], digits[p.form])

    def facts(self, p: Batch) -> Facts:
        """Return the batch, its moments, and the running statistics before and after."""
        n, center = len(p.asked), mean(p.asked)
        old_mean = Fraction(p.running_mean, 10)
        used_mean, used_var = p.moments
        normalized = divide(p.value - used_mean, root(used_var))  # eps is too small to show
        facts: Facts = {
            "n": n,
            "less": n - 1,
            "asked": p.asked,
            "samples": ", ".join(str(sample) for sample in zip(*p.features, strict=True)),
            "ordinal": ORDINALS[p.feature],
            "weight": Fraction(p.weight, 10),
            "bias": Fraction(p.bias, 10),
            "bias_signed": signed(Fraction(p.bias, 10)),
            "total": sum(p.asked),
            "mean": short(center),
            "mean_signed": signed(center),
            "deviations": listed([x - center for x in p.asked]),
            "squares": short(variance(p.asked) * n),
            "variance": short(variance(p.asked)),
            "spread": short(root(variance(p.asked)), 7),
            "normalized": short(normalized),
            "normalized_signed": signed(normalized),
        }
        if p.trains:
            return facts
        new_mean, new_var = remembered(p, 1, *p.shares)
        return facts | {
            "momentum": short(Fraction(p.momentum, 100)),
            "old": short(Fraction(100 - p.momentum, 100)),
            "old_mean": old_mean,
            "old_mean_signed": signed(old_mean),
            "old_var": Fraction(p.running_var, 10),
            "unbiased": short(variance(p.asked, 1)),
            "new_mean": short(new_mean),
            "new_mean_signed": signed(new_mean),
            "new_var": short(new_var),
        }

    @staticmethod
    def witness(
        form: str,
        features: tuple[Values, ...],
        feature: int,
        value: int,
        weight: int,
        bias: int,
        running_mean: int,
        running_var: int,
        momentum: int,
    ) -> object:
        """Return what torch's own batch normalization gives, and what it remembers."""
        import torch

        x = torch.tensor(features, dtype=torch.float64).T
        state = torch.tensor([running_mean, running_var, weight, bias], dtype=torch.float64) / 10
        mean, var, gamma, beta = state[:, None].repeat(1, len(features))
        normalize = torch.nn.functional.batch_norm
        if form in ("train", "affine"):
            y = normalize(x, mean, var, gamma, beta, training=True, momentum=momentum / 100)
            y = y[:, feature] if form == "train" else y[x == value][0]
        else:
            normalize(x, mean, var, gamma, beta, training=True, momentum=momentum / 100)  # changes mean and var
            if form == "running":
                y = torch.cat([mean, var])
            else:
                y = normalize(torch.full((1, 1), value).double(), mean, var, gamma, beta).squeeze()
        return y.tolist()


def _eps_is_hidden(p: Batch) -> bool:
    """Say whether the answer is rounded to the same decimals without eps."""
    center, square = p.moments
    return fixed(p.output(center, root(square + EPS)), 3) == fixed(p.output(center, root(square)), 3)
