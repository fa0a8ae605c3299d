"""Ridge regression with one weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog._writing import factor, short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number


@dataclass(frozen=True, slots=True)
class Points:
    """Points and a penalty.

    Args:
        xs: 3 to 5 of -5 to 9.
        ys: as many, of -9 to 15.
        tenths: the penalty lambda in tenths, 1 to 100; 0 where it is asked for.
        asks: "sum", "mean", "decay" or "intercept", by what is minimized; "share" for the penalty.
        keeps: percent of the least-squares weight that is to remain, or 0.
    """

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    tenths: int
    asks: str
    keeps: int = 0

    @property
    def n(self) -> int:
        """Return the number of points."""
        return len(self.xs)

    @property
    def penalty(self) -> Fraction:
        """Return lambda."""
        return Fraction(self.tenths, 10)

    @property
    def xy(self) -> int:
        """Return the sum of x y."""
        return sum(x * y for x, y in zip(self.xs, self.ys, strict=True))

    @property
    def xx(self) -> int:
        """Return the sum of x squared."""
        return sum(x * x for x in self.xs)

    @property
    def centered_xy(self) -> Fraction:
        """Return the sum of x y about the means."""
        return self.xy - Fraction(sum(self.xs) * sum(self.ys), self.n)

    @property
    def centered_xx(self) -> Fraction:
        """Return the sum of x squared about its mean."""
        return self.xx - Fraction(sum(self.xs) ** 2, self.n)

    @property
    def added(self) -> Fraction:
        """Return what the penalty adds below: lambda, n lambda, or n lambda / 2."""
        factors = {"mean": Fraction(self.n), "decay": Fraction(self.n, 2)}
        return self.penalty * factors.get(self.asks, 1)

    def weight(self, added: Fraction | int) -> Fraction:
        """Return the weight if the penalty added this below."""
        if self.asks == "intercept":
            return self.centered_xy / (self.centered_xx + added)
        return Fraction(self.xy) / (self.xx + added)


def weight_with(added: Callable[[Points], Fraction | int], *forms: str) -> Callable[[Points], Number | None]:
    """Return a mistake about what the penalty adds below, for some forms of the question."""
    return lambda p: p.weight(added(p)) if p.asks in forms else None


class Ridge1d(Family[Points]):
    """Ridge minimizes sum (y - w x)^2 + lambda w^2, which gives w = sum x y / (sum x^2 + lambda): smaller, never 0."""

    name, version, title = "regularization.ridge-1d", 1, "Ridge regression with one weight"
    source = "Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, section 3.4.1"
    answer = {
        "sum": Real(places=3),
        "mean": Real(places=3),
        "decay": Real(places=3),
        "intercept": Real(places=3),
        "share": Real(places=2),
    }
    _model = "y = w x, without intercept, is fitted to the points {points}"
    prompt = {
        "sum": f"{_model}, with a ridge penalty of lambda = {{penalty}}. What is w, to 3 decimals?",
        "mean": f"{_model}, with a ridge penalty of lambda = {{penalty}}. What is w, to 3 decimals?",
        "decay": f"{_model} by `torch.optim.SGD` with weight_decay={{penalty}}, on the `F.mse_loss` over all of "
        "them. To which w does it converge, to 3 decimals?",
        "intercept": "y = w x + b is fitted to the points {points}, with a ridge penalty of lambda = {penalty} on w. "
        "What is w, to 3 decimals?",
        "share": f"{_model} by ridge regression. With which lambda is w {{keeps}}% of the least-squares weight, to 2 "
        "decimals?",
    }
    conventions = {
        "sum": ("minimizes the sum of $(y - w x)^2$, plus $lambda w^2$",),
        "mean": ("minimizes the mean of $(y - w x)^2$, plus $lambda w^2$",),
        "decay": ("weight_decay adds $lambda w$ to the gradient", "mse_loss is the mean of $(y - w x)^2$"),
        "intercept": ("minimizes the sum of $(y - w x - b)^2$, plus $lambda w^2$", "b is not penalized"),
        "share": ("minimizes the sum of $(y - w x)^2$, plus $lambda w^2$",),
    }
    _sums = ("$sum x y = {xy_words} = {xy}$", "$sum x^2 = {xx_words} = {xx}$")
    steps = {
        "sum": (
            *_sums,
            "The derivative is 0 where $w = frac(sum x y, sum x^2 + lambda) = frac({xy}, {xx} + {penalty})$ = {answer}",
        ),
        "mean": (
            *_sums,
            "The mean divides the sums by {n}, so multiply all by {n}: the penalty is ${n} * {penalty} = {added}$.",
            "$w = frac({xy}, {xx} + {added})$ = {answer}",
        ),
        "decay": (
            *_sums,
            "Gradient of the mean: $frac(2, {n}) * ({xx} * w - {xy_factor})$. With ${penalty} * w$ added it must be 0.",
            "Times $frac({n}, 2)$: the decay adds $frac({n}, 2) * {penalty} = {added}$ to {xx}.",
            "$w = frac({xy}, {xx} + {added})$ = {answer}",
        ),
        "intercept": (
            "b takes the means out: $bar(x) = {mean_x}$ and $bar(y) = {mean_y}$.",
            "About the means: $sum x y$ is ${xy_words} - {n} * {mean_x_factor} * {mean_y_factor} = {centered_xy}$.",
            "And $sum x^2$ is ${xx_words} - {n} * {mean_x_factor}^2 = {centered_xx}$.",
            "$w = frac({centered_xy}, {centered_xx} + {penalty})$ = {answer}",
        ),
        "share": (
            "$sum x^2 = {xx_words} = {xx}$",
            "Ridge divides $sum x y$ by $sum x^2 + lambda$, least squares by $sum x^2$: $frac({xx}, {xx} + lambda) = "
            "{kept}$.",
            "$lambda = frac({xx}, {kept}) - {xx}$ = {answer}",
        ),
    }
    limits = {1: Effort(14, 3), 2: Effort(20, 4), 3: Effort(28, 4)}
    mistakes = (
        Mistake(
            "least squares",
            weight_with(lambda p: 0, "sum", "mean", "decay", "intercept"),
            "That is least squares, without the penalty. It adds {added} below: {denominator} + {added}.",
            teaches="fit-ridge",
        ),
        Mistake(
            "mean for sum",
            weight_with(lambda p: p.n * p.penalty, "sum"),
            "That is right for the mean of the squared errors, where the penalty counts {n} times as much. Here they "
            "are summed.",
            convention="minimizes the sum",
            teaches="fit-ridge",
        ),
        Mistake(
            "sum for mean",
            weight_with(lambda p: p.penalty, "mean"),
            "That is right for the sum of the squared errors. Here it is their mean, so the penalty counts {n} times "
            "as much.",
            convention="minimizes the mean",
            teaches="fit-ridge",
        ),
        Mistake(
            "half the penalty",
            weight_with(lambda p: p.added / 2, "sum", "mean", "intercept"),
            "That is right for a penalty of $frac(lambda, 2) w^2$. Here it is $lambda w^2$ with lambda = {penalty}.",
            convention="plus $lambda w^2$",
            teaches="fit-ridge",
        ),
        Mistake(
            "decay as lambda w^2",
            weight_with(lambda p: p.n * p.penalty, "decay"),
            "That is right for a loss plus $lambda w^2$, with the gradient $2 lambda w$. weight_decay adds $lambda w$ "
            "only.",
            convention="weight_decay adds $lambda w$ to the gradient",
            teaches="fit-weight-decay",
        ),
        Mistake(
            "decay without n/2",
            weight_with(lambda p: p.penalty, "decay"),
            "You added {penalty} to the sum of the squares. mse_loss is a mean, with the gradient $frac(2, {n})$ "
            "times the sums, so {added} is added.",
            teaches="fit-ridge",
        ),
        Mistake(
            "least squares over 1 + lambda",
            lambda p: None if p.asks == "share" else p.weight(0) / (1 + p.penalty),
            "You divided the least-squares weight by 1 + lambda. That needs a sum of squares of 1; here it is "
            "{denominator}.",
            teaches="fit-ridge",
        ),
        Mistake(
            "lasso",
            lambda p: _lasso(p) if p.asks == "sum" else None,
            "That is the lasso: a penalty on the absolute value shifts above. Ridge adds lambda below.",
            teaches="fit-ridge",
        ),
        Mistake(
            "not centered",
            lambda p: p.xy / (p.xx + p.penalty) if p.asks == "intercept" else None,
            "That is w without intercept. b takes the means {mean_x} and {mean_y} out first.",
        ),
        Mistake(
            "intercept penalized",
            lambda p: _both_penalized(p) if p.asks == "intercept" else None,
            "You penalized b as well. Only w is held small here; b is free to take the means out.",
            convention="b is not penalized",
        ),
        Mistake(
            "share of the sum of squares",
            lambda p: p.xx * Fraction(p.keeps, 100) if p.asks == "share" else None,
            "You took {keeps}% of the sum of squares. {xx} + lambda must be {xx} divided by {kept}.",
        ),
        Mistake(
            "rest of the sum of squares",
            lambda p: p.xx * (1 - Fraction(p.keeps, 100)) if p.asks == "share" else None,
            "You took the lost share of the sum of squares. {xx} + lambda must be {xx} divided by {kept}.",
        ),
        Mistake(
            "sum of squares not subtracted",
            lambda p: Fraction(100 * p.xx, p.keeps) if p.asks == "share" else None,
            "That is {xx} + lambda. Subtract the {xx}.",
        ),
        Mistake(
            "sum of products for sum of squares",
            lambda p: p.xy * (Fraction(100, p.keeps) - 1) if p.asks == "share" else None,
            "You used the sum of x y. It stands above in both weights; the sum of squares, {xx}, is below.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Points | None:
        """Level 1: the sum; level 2: the mean, or SGD with weight decay; level 3: an intercept, or the penalty."""
        n = 3 if level == 1 else 4
        if level == 1:
            return _clear(Points(_xs(draw, n), draw.integers(n, -5, 9), 10 * draw.integer(1, 10), "sum"))
        xs, ys = _xs(draw, n), draw.integers(n, -9, 15)
        if level == 2:
            return _clear(Points(xs, ys, draw.choice((5, 10, 20, 25, 30, 40, 50)), draw.choice(("mean", "decay"))))
        if draw.chance(0.3):
            return _clear(Points(xs, ys, 0, "share", draw.choice((20, 25, 30, 40, 60, 70, 75, 80, 90))))
        xs, ys = ((*values[:-1], values[-1] - sum(values) % n) for values in (xs, ys))  # whole means
        return _clear(Points(xs, ys, 5 * draw.integer(1, 20), "intercept"))

    def variant(self, p: Points) -> str:
        """Return what is minimized, or share."""
        return p.asks

    def formula(self, p: Points) -> Fraction:
        """Return sum x y / (sum x^2 + what the penalty adds), or the penalty that leaves a share of the weight."""
        return p.xx * (Fraction(100, p.keeps) - 1) if p.asks == "share" else p.weight(p.added)

    def effort(self, p: Points) -> Effort:
        """Return products and sums, means and what they take off, and a quotient."""
        extra = {"sum": 2, "mean": 3, "decay": 5, "intercept": 10, "share": 3}[p.asks]
        return Effort((2 if p.asks == "share" else 4) * p.n - 2 + extra, len(str(p.xx)) + p.asks.count("intercept"))

    def facts(self, p: Points) -> Facts:
        """Return the points, their sums, and what the penalty adds."""
        pairs = list(zip(p.xs, p.ys, strict=True))
        mean_x, mean_y = Fraction(sum(p.xs), p.n), Fraction(sum(p.ys), p.n)
        return {
            "points": f"{', '.join(map(str, pairs[:-1]))} and {pairs[-1]}",
            "n": p.n,
            "penalty": short(p.penalty),
            "keeps": p.keeps,
            "kept": short(Fraction(p.keeps, 100)),
            "xy": p.xy,
            "xy_factor": factor(p.xy),
            "xx": p.xx,
            "xy_words": " + ".join(f"{factor(x)} * {factor(y)}" for x, y in pairs),
            "xx_words": " + ".join(f"{factor(x)}^2" for x in p.xs),
            "added": short(p.added),
            "denominator": short(p.centered_xx if p.asks == "intercept" else p.xx),
            "mean_x": mean_x,
            "mean_y": mean_y,
            "mean_x_factor": factor(mean_x),
            "mean_y_factor": factor(mean_y),
            "centered_xy": p.centered_xy,
            "centered_xx": p.centered_xx,
        }

    @staticmethod
    def witness(xs: tuple[int, ...], ys: tuple[int, ...], tenths: int, asks: str, keeps: int) -> object:
        """Return the least-squares solution with a row more: a penalty of c w^2 is a point with x = sqrt(c), y = 0."""
        import torch

        x, y = (torch.tensor([values], dtype=torch.float64).T for values in (xs, ys))
        if asks == "share":
            kept = keeps / 100 * torch.linalg.lstsq(x, y).solution[0, 0]
            answer = (x * (y - kept * x)).sum() / kept  # so that the penalty holds what the errors pull
        else:
            if asks in ("mean", "decay"):
                x, y = len(xs) ** -0.5 * x, len(xs) ** -0.5 * y  # squared and summed: the mean
            if asks == "intercept":
                x = torch.cat([x, torch.ones_like(x)], dim=1)
            row = torch.zeros_like(x[:1])
            row[0, 0] = (tenths / 20 if asks == "decay" else tenths / 10) ** 0.5  # gradient lambda w
            lines, targets = torch.cat([x, row]), torch.cat([y, torch.zeros(1, 1)])
            answer = torch.linalg.lstsq(lines, targets).solution[0, 0]
        return answer.item()


def _xs(draw: Draw, n: int) -> tuple[int, ...]:
    """Draw different positions: small positive ones for three points."""
    return draw.sample(range(1, 7) if n == 3 else [x for x in range(-5, 10) if x], n)


def _clear(p: Points) -> Points | None:
    """Return the points if they have a slope."""
    return p if p.centered_xx and abs(p.xy) > 3 and abs(p.centered_xy) > 3 else None


def _lasso(p: Points) -> Fraction | None:
    """Return the weight under a penalty of lambda times its absolute value; None where it would be 0."""
    half = p.penalty / 2
    return None if abs(p.xy) <= half else (p.xy - half if p.xy > 0 else p.xy + half) / Fraction(p.xx)


def _both_penalized(p: Points) -> Fraction:
    """Return the weight if the penalty counted the square of b, too."""
    free = p.n + p.penalty
    return (free * p.xy - sum(p.xs) * sum(p.ys)) / (free * (p.xx + p.penalty) - sum(p.xs) ** 2)
