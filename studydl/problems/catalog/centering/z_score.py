"""How many standard deviations a value lies from the mean."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.norm._moments import deviation, listed, mean, short, signed, variance, whole_row
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, sqrt

Values = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature, and the value to standardize.

    Args:
        values: 4 to 6 whole numbers.
        value: the value asked about; hundredths of a z-score where the way back is asked for.
        correction: the variance divides by n - correction: 0 or 1.
        form: "plain", "torch", "numpy", "test" (the value is from other data) or "inverse" (the way back).
        others: the test set, `value` among it; only for "test".
    """

    values: Values
    value: int
    correction: int = 0
    form: str = "plain"
    others: Values = ()

    @property
    def mean(self) -> Fraction:
        """Return the mean of the values."""
        return mean(self.values)

    @property
    def variance(self) -> Fraction:
        """Return the variance of the values."""
        return variance(self.values, self.correction)

    @property
    def deviation(self) -> Number:
        """Return the standard deviation of the values."""
        return deviation(self.values, self.correction)

    def score(self, center: Fraction, spread: Number) -> Number | None:
        """Return (value - center) / spread; None where the way back is asked for."""
        return None if self.form == "inverse" else divide(self.value - center, spread)

    def back(self, center: Fraction, spread: Number) -> Number | None:
        """Return center + z spread; None where a z-score is asked for."""
        return center + Fraction(self.value, 100) * spread if self.form == "inverse" else None

    def from_data(self, values: Values, correction: int = 0) -> Number | None:
        """Return the answer by the moments of these values."""
        center, spread = mean(values), deviation(values, correction)
        return self.back(center, spread) if self.form == "inverse" else self.score(center, spread)


class ZScore(Family[Feature]):
    """z = (x - mean) / standard deviation, both of them of the training data wherever x comes from."""

    name, version, title = "centering.z-score", 1, "Standardized values"
    source = (
        "LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, section 4.3; torch.std and numpy.std documentation"
    )
    answer = {
        "plain": Real(places=2),
        "torch": Real(places=3),
        "numpy": Real(places=3),
        "test": Real(places=3),
        "inverse": Real(places=2),
    }
    prompt = {
        "plain": "A feature has the values {values}. What is the z-score of the value {value}, to 2 decimals?",
        "torch": "The torch tensor `x` holds, as floats, {values}. What does `(x - x.mean()) / x.std()` make of the "
        "value {value}, to 3 decimals?",
        "numpy": "The NumPy array `x` holds {values}. What does `(x - x.mean()) / x.std()` make of the value "
        "{value}, to 3 decimals?",
        "test": "A feature has the values {values} in the training set and {others} in the test set. It is to be "
        "standardized without anything leaking from the test set. What becomes of the test value {value}, to 3 "
        "decimals?",
        "inverse": "The targets of a training set are {values}. They were standardized, and a model trained on "
        "them predicts {z:.2} for a new example. What is this prediction in the original unit, to 2 decimals?",
    }
    _with_n = ("the standard deviation divides by n",)
    conventions = {
        "plain": _with_n,
        "torch": ("torch's std divides by n - 1",),
        "numpy": ("NumPy's std divides by n",),
        "test": _with_n,
        "inverse": _with_n,
    }
    _moments = (
        "Mean: $frac({total}, {n}) = {mean}$.",
        "Deviations from it: {deviations}. Their squares add up to {squares}.",
        "Standard deviation: $sqrt(frac({squares}, {divisor})) = {std}$.",
    )
    _score = (*_moments, "$z = frac({value} - {mean_signed}, {std})$ = {answer}")
    steps = {
        "plain": _score,
        "torch": _score,
        "numpy": _score,
        "test": ("Only the training set gives mean and standard deviation.", *_score),
        "inverse": (
            *_moments,
            "The way back from z is $x = mu + z * sigma$: ${mean} + {z_signed} * {std}$ = {answer}",
        ),
    }
    limits = {1: Effort(18, 2), 2: Effort(18, 3), 3: Effort(24, 3)}
    trivial = (0,)
    mistakes = (
        Mistake(
            "n for n - 1",
            lambda p: p.from_data(p.values) if p.correction else None,
            "You divided the squares by n. torch's std divides by n - 1 = {divisor}; NumPy's divides by n.",
            convention="divides by n - 1",
            teaches="center-std",
        ),
        Mistake(
            "n - 1 for n",
            lambda p: p.from_data(p.values, 1) if not p.correction else None,
            "You divided the squares by n - 1. Here the standard deviation divides by n = {n}.",
            convention="divides by n",
            teaches="center-std",
        ),
        Mistake(
            "divided by the variance",
            lambda p: p.score(p.mean, p.variance),
            "You divided by the variance, {variance}. A z-score divides by its root, the standard deviation.",
        ),
        Mistake(
            "not centered",
            lambda p: p.score(Fraction(0), p.deviation),
            "You divided the value itself. Take the mean, {mean}, off first.",
        ),
        Mistake(
            "not scaled",
            lambda p: p.score(p.mean, 1),
            "That is the deviation from the mean. Divide it by the standard deviation, {std}.",
        ),
        Mistake(
            "mean minus value",
            lambda p: p.score(p.mean, -p.deviation),
            "You subtracted the value from the mean. It is the other way round: a value above the mean scores above 0.",
        ),
        Mistake(
            "length for deviation",
            lambda p: p.score(p.mean, sqrt(p.variance * (len(p.values) - p.correction))),
            "You divided by the root of {squares} itself. The squares are first divided by {divisor}.",
        ),
        Mistake(
            "scaled to [0, 1]",
            lambda p: p.score(Fraction(min(p.values)), max(p.values) - min(p.values)),
            "That is min-max scaling. A z-score counts from the mean, in standard deviations.",
        ),
        Mistake(
            "moments of the test set",
            lambda p: p.from_data(p.others) if p.others else None,
            "You used mean and standard deviation of the test set. Both come from the training set: {mean} and {std}.",
            teaches="center-leak",
        ),
        Mistake(
            "moments of both sets",
            lambda p: p.from_data(p.values + p.others) if p.others else None,
            "You put both sets together. That leaks the test set into the model's input: the training set alone "
            "counts.",
            teaches="center-leak",
        ),
        Mistake(
            "mean not added",
            lambda p: p.back(Fraction(0), p.deviation),
            "That is how far the prediction is from the mean. Add the mean, {mean}.",
        ),
        Mistake(
            "deviation not multiplied",
            lambda p: p.back(p.mean, 1),
            "You added z to the mean as it is. It counts standard deviations, of {std} each.",
        ),
        Mistake(
            "multiplied by the variance",
            lambda p: p.back(p.mean, p.variance),
            "You multiplied by the variance, {variance}. z counts standard deviations, of {std} each.",
        ),
        Mistake(
            "standardized again",
            lambda p: divide(Fraction(p.value, 100) - p.mean, p.deviation) if p.form == "inverse" else None,
            "You standardized once more. The way back multiplies by {std} and adds {mean}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Feature | None:
        """Level 1: whole mean and deviation; level 2: torch or NumPy; level 3: a test value, or the way back."""
        if level == 1:
            values = whole_row(draw)
            return Feature(values, draw.choice(values))
        if level == 2:
            values = draw.sample(range(1, 30), draw.choice((4, 5)))
            correction = int(draw.chance(0.6))
            return Feature(values, draw.choice(values), correction, "torch" if correction else "numpy")
        values = draw.integers(6, 2, 40)
        values = (*values[:-1], values[-1] + -sum(values) % 3)  # a mean of one decimal at most
        if draw.chance(0.5):
            others = draw.sample(range(2, 50), 3)
            return Feature(values, others[0], 0, "test", tuple(sorted(others)))
        return Feature(values, draw.choice((-1, 1)) * draw.integer(25, 195), 0, "inverse")

    def variant(self, p: Feature) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Feature) -> Number:
        """Return (value - mean) / deviation, or mean + z deviation."""
        if p.form == "inverse":
            return p.mean + Fraction(p.value, 100) * p.deviation
        return divide(p.value - p.mean, p.deviation)

    def effort(self, p: Feature) -> Effort:
        """Return a sum, a difference and a square a value, two quotients, a root, and what the form adds."""
        return Effort(3 * len(p.values) + 3 + (p.form in ("test", "inverse")), 2 if p.form == "plain" else 3)

    def facts(self, p: Feature) -> Facts:
        """Return the moments, and how they come about."""
        n = len(p.values)
        return {
            "n": n,
            "divisor": n - p.correction,
            "total": sum(p.values),
            "mean": short(p.mean),
            "mean_signed": signed(p.mean),
            "deviations": listed([x - p.mean for x in p.values]),
            "squares": short(p.variance * (n - p.correction)),
            "variance": short(p.variance),
            "std": short(p.deviation),
            "z": Fraction(p.value, 100),
            "z_signed": signed(Fraction(p.value, 100)),
        }

    @staticmethod
    def witness(values: Values, value: int, correction: int, form: str) -> float:
        """Return the value by torch's own mean and standard deviation."""
        import torch

        std, mean = torch.std_mean(torch.tensor(values, dtype=torch.float64), correction=correction)
        answer = mean + value / 100 * std if form == "inverse" else (value - mean) / std
        return answer.item()
