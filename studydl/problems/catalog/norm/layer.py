"""What a layer normalization makes of one row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Real, Vector
from studydl.answers.values import Value, display
from studydl.problems.catalog.norm._moments import listed, mean, short, signed, variance, whole_row
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, fixed, sqrt

Values = tuple[int, ...]
ORDINALS = ("first", "second", "third", "fourth")

root = lru_cache(1024)(sqrt)  # every mistake of an instance asks again


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch of rows, and a normalization of each row.

    Args:
        rows: one to three rows of 3 to 5 whole numbers; hundredths where scale says so.
        row: index of the row asked about.
        weight: tenths, one for each feature.
        bias: tenths, one for each feature; all 0 for "rms".
        feature: index of the feature asked about; all of them are for "plain".
        scale: 1, or 100 for values in hundredths.
        power: eps is 10 to the power -power: 2 to 5.
        form: "plain", "affine", "eps" or "rms".
    """

    rows: tuple[Values, ...]
    row: int
    weight: Values
    bias: Values
    feature: int = 0
    scale: int = 1
    power: int = 5
    form: str = "plain"

    @property
    def asked(self) -> Values:
        """Return the row asked about."""
        return self.rows[self.row]

    @property
    def eps(self) -> Fraction:
        """Return what is added under the root."""
        return Fraction(1, 10**self.power)

    @property
    def centered(self) -> bool:
        """Say whether the mean is subtracted."""
        return self.form != "rms"

    def moment(self, centered: bool | None = None, correction: int = 0) -> Fraction:
        """Return the variance with a correction, or the mean square; the layer's own if None."""
        if self.centered if centered is None else centered:
            return variance(self.asked, correction) / self.scale**2
        return Fraction(sum(x * x for x in self.asked), len(self.asked) * self.scale**2)

    @property
    def spread(self) -> Number:
        """Return what is divided by."""
        return root(self.moment() + self.eps)

    def distance(self, feature: int, centered: bool) -> Fraction:
        """Return how far a feature is from the mean, or from 0."""
        n, total = len(self.asked), sum(self.asked) if centered else 0
        return Fraction(n * self.asked[feature] - total, n * self.scale)

    def over(self, spread: Number, centered: bool | None = None) -> Value:
        """Return what is asked for, with any spread, centered as the layer does it if None."""
        center = self.centered if centered is None else centered
        if self.form == "plain":
            n, total = len(self.asked), sum(self.asked) if center else 0
            share = divide(1, n * spread)
            return tuple((n * x - total) * share for x in self.asked)
        return self.affine(divide(self.distance(self.feature, center), spread))

    def affine(self, z: Number) -> Number:
        """Return a normalized value times the weight of the feature asked about, plus its bias."""
        return z * Fraction(self.weight[self.feature], 10) + Fraction(self.bias[self.feature], 10)

    @property
    def normalized(self) -> Number:
        """Return the feature asked about before weight and bias."""
        return divide(self.distance(self.feature, self.centered), self.spread)

    @property
    def bias_first(self) -> Number:
        """Return the feature asked about with the bias added before the weight multiplies."""
        return (self.normalized + Fraction(self.bias[self.feature], 10)) * Fraction(self.weight[self.feature], 10)

    @property
    def by_column(self) -> Number | None:
        """Return what is asked for if each feature were normalized over the batch; None for a single row."""
        column = tuple(row[self.feature] for row in self.rows)
        if len(column) == 1:
            return None
        return self.affine(divide(column[self.row] - mean(column), root(variance(column) + self.eps)))


class Layer(Family[Rows]):
    """LayerNorm takes mean and variance of one row, whatever the others are; RMSNorm the mean square, and no mean."""

    name, version, title = "norm.layer", 1, "Layer normalization"
    source = (
        "Ba, Kiros and Hinton (2016), Layer normalization, section 3; Zhang and Sennrich (2019), Root mean square "
        "layer normalization, equation 4; torch.nn.LayerNorm documentation"
    )
    answer = {"plain": Vector(places=2), "affine": Real(places=3), "eps": Real(places=3), "rms": Real(places=3)}
    prompt = {
        "plain": "What does a fresh `nn.LayerNorm({n})` make of the row ({asked}), to 2 decimals?",
        "affine": "A batch has the rows {batch}. `nn.LayerNorm({n})` has the weight ({weight:.1}) and the bias "
        "({bias:.1}). What does it make of the {feature_ordinal} value in the {row_ordinal} row, to 3 decimals?",
        "eps": "`nn.LayerNorm({n}, eps={eps})` has the weight ({weight:.1}) and the bias ({bias:.1}). What does it "
        "make of the {feature_ordinal} value in the row ({asked:.2}), to 3 decimals?",
        "rms": "`nn.RMSNorm({n}, eps={eps})` has the weight ({weight:.1}). What does it make of the {feature_ordinal} "
        "value in the row ({asked:.2}), to 3 decimals?",
    }
    conventions = {
        "plain": ("weight 1, bias 0", "the variance divides by n", "eps = 1e-5, inside the root"),
        "affine": ("the variance divides by n", "eps = 1e-5, inside the root"),
        "eps": ("the variance divides by n", "eps inside the root"),
        "rms": ("eps inside the root",),
    }
    _moments = (
        "Mean of the row: $frac({total}, {n}) = {mean}$. Deviations from it: {deviations}.",
        "Variance: the squares add up to {squares}, and $frac({squares}, {n}) = {moment}$.",
    )
    _hidden_eps = "eps = 0.00001 is too small to show here. Standard deviation: $sqrt({moment}) = {spread}$."
    _affine = (
        "The {feature_ordinal} deviation over it: $frac({distance}, {spread}) = {normalized}$.",
        "Times its weight, plus its bias: ${normalized_signed} * {w:.1} + {b_signed}$ = {answer}",
    )
    steps = {
        "plain": (*_moments, _hidden_eps, "Deviations over {spread}: {answer}"),
        "affine": (*_moments, _hidden_eps, *_affine),
        "eps": (*_moments, "With eps under the root: $sqrt({moment} + {eps}) = {spread}$.", *_affine),
        "rms": (
            "No mean is subtracted. The squares add up to {squares}, their mean is $frac({squares}, {n}) = {moment}$.",
            "With eps under the root: $sqrt({moment} + {eps}) = {spread}$.",
            "The {feature_ordinal} value over it: $frac({distance}, {spread}) = {normalized}$.",
            "Times its weight: ${normalized_signed} * {w:.1}$ = {answer}",
        ),
    }
    limits = {1: Effort(24, 2), 2: Effort(24, 3), 3: Effort(24, 5)}
    mistakes = (
        Mistake(
            "n - 1 for n",
            lambda p: p.over(root(p.moment(True, 1) + p.eps)) if p.centered else None,
            "You divided the squares by n - 1. LayerNorm divides by n = {n}.",
            convention="the variance divides by n",
        ),
        Mistake(
            "over the batch",
            lambda p: p.by_column,
            "You normalized the feature over the batch, as BatchNorm does. LayerNorm looks at one row alone.",
            teaches="norm-layer-means",
        ),
        Mistake(
            "weight and bias forgotten",
            lambda p: p.normalized if p.form != "plain" else None,
            "That is the normalized value. It is still multiplied by the feature's weight, {w:.1}{shift}.",
        ),
        Mistake(
            "bias added before the weight",
            lambda p: p.bias_first if p.bias[p.feature] else None,
            "You added the bias first. The normalized value is multiplied by the weight, then the bias is added.",
        ),
        Mistake(
            "divided by the variance",
            lambda p: p.over(p.moment() + p.eps),
            "You divided by the {moment_words} itself. Its root belongs there: {spread}.",
        ),
        Mistake(
            "eps outside the root",
            lambda p: p.over(root(p.moment()) + p.eps) if p.scale > 1 else None,
            "You added eps to the root. It belongs inside: $sqrt({moment} + {eps})$.",
            convention="inside the root",
        ),
        Mistake(
            "eps forgotten",
            lambda p: p.over(root(p.moment())) if p.scale > 1 else None,
            "You left eps out. These values are so small that eps = {eps} counts beside {moment}.",
        ),
        Mistake(
            "not centered",
            lambda p: p.over(p.spread, centered=False) if p.centered else None,
            "You divided the value itself. LayerNorm subtracts the mean of the row, {mean}, first.",
            teaches="norm-rms",
        ),
        Mistake(
            "LayerNorm for RMSNorm",
            lambda p: None if p.centered else p.over(root(p.moment(True) + p.eps), centered=True),
            "You subtracted the mean, as LayerNorm does. RMSNorm divides the value as it is by the root of the mean "
            "square.",
            teaches="norm-rms",
        ),
        Mistake(
            "squares not averaged",
            lambda p: p.over(root(p.moment() * len(p.asked) + p.eps)),
            "You put the sum of the squares, {squares}, under the root. It is divided by {n} first: {moment}.",
            teaches="norm-rms",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Rows | None:
        """Level 1: a fresh layer, whole moments; level 2: rows, weight, bias; level 3: eps that counts, or RMSNorm."""
        if level == 1:
            row = whole_row(draw)
            return Rows((row,), 0, (10,) * len(row), (0,) * len(row))
        features = draw.choice((3, 3, 4)) if level == 2 else 4
        weight, bias = draw.integers(features, 5, 20), draw.integers(features, -10, 10)
        feature = draw.integer(0, features - 1)
        if level == 3:
            form = draw.choice(("eps", "rms"))
            row = draw.integers(features, -20, 25)
            bias = (0,) * features if form == "rms" else bias
            p = Rows((row,), 0, weight, bias, feature, 100, draw.choice((2, 3)), form)
        else:
            rows = tuple(draw.integers(features, 0, 12) for _ in range(draw.choice((2, 3))))
            p = Rows(rows, draw.integer(0, len(rows) - 1), weight, bias, feature, form="affine")
        if not p.distance(feature, p.centered):  # nothing to divide
            return None
        return p if level == 3 or _eps_is_hidden(p) else None

    def variant(self, p: Rows) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Rows) -> Value:
        """Return (x - mean) / sqrt(variance + eps) times the weight plus the bias."""
        return p.over(p.spread)

    def effort(self, p: Rows) -> Effort:
        """Return sum and square of each value, its distance from the mean, and what a feature asked about costs."""
        n = len(p.asked)
        if p.form == "plain":
            return Effort(4 * n + 3, 2)
        return Effort((3 if p.centered else 2) * n + 6 + (p.scale > 1), 3 if p.form == "affine" else 5)

    def facts(self, p: Rows) -> Facts:
        """Return the row, its moments, and the way of the feature asked about."""
        n, center, b = len(p.asked), mean(p.asked) / p.scale, Fraction(p.bias[p.feature], 10)
        spread = p.spread if p.scale > 1 else root(p.moment())  # without eps where it is too small to show
        normalized = divide(p.distance(p.feature, p.centered), spread)
        return {
            "n": n,
            "asked": tuple(Fraction(x, p.scale) for x in p.asked),
            "batch": ", ".join(str(row) for row in p.rows),
            "row_ordinal": ORDINALS[p.row],
            "feature_ordinal": ORDINALS[p.feature],
            "weight": tuple(Fraction(w, 10) for w in p.weight),
            "bias": tuple(Fraction(b, 10) for b in p.bias),
            "w": Fraction(p.weight[p.feature], 10),
            "b_signed": signed(b),
            "eps": fixed(p.eps, p.power),
            "total": short(Fraction(sum(p.asked), p.scale)),
            "mean": short(center),
            "deviations": listed([Fraction(x, p.scale) - center for x in p.asked]),
            "distance": short(p.distance(p.feature, p.centered)),
            "squares": short(p.moment() * n),
            "moment": short(p.moment(), 8),
            "moment_words": "variance" if p.centered else "mean square",
            "spread": short(spread, 7),
            "normalized": short(normalized),
            "normalized_signed": signed(normalized),
            "shift": f", and its bias, {short(b)}, is added" if p.centered else "",
        }

    @staticmethod
    def witness(
        rows: tuple[Values, ...],
        row: int,
        weight: Values,
        bias: Values,
        feature: int,
        scale: int,
        power: int,
        form: str,
    ) -> float | list[float]:
        """Return what torch's own normalization makes of the batch, at the place asked about."""
        import torch

        x = torch.tensor(rows, dtype=torch.float64) / scale
        gamma = torch.tensor(weight, dtype=torch.float64) / 10
        beta = torch.tensor(bias, dtype=torch.float64) / 10
        if form == "rms":
            y = torch.nn.functional.rms_norm(x, gamma.shape, gamma, eps=10**-power)
        else:
            y = torch.nn.functional.layer_norm(x, gamma.shape, gamma, beta, eps=10**-power)
        return (y[row] if form == "plain" else y[row, feature]).tolist()


def _eps_is_hidden(p: Rows) -> bool:
    """Say whether the answer is rounded to the same decimals without eps."""
    with_eps, without = p.over(p.spread), p.over(root(p.moment()))
    return display(Real(places=3), with_eps) == display(Real(places=3), without)
