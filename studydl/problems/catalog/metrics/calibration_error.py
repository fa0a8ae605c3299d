"""The expected calibration error: from bins, from single predictions, and of a binary classifier."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import fixed

Group = tuple[int, int, int]  # confidence in hundredths, how many are right, how many there are

BINS = "{bins} bins of equal width from 0 to 1, each with its upper edge"
WEIGHTED = "each bin's gap |accuracy - mean confidence| counts by its number of predictions"
PREDICTED = "confidence: the probability of the predicted class, the likelier one"


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predictions in groups of the same confidence.

    Args:
        scores: (mean) confidence of each group in hundredths; for "binary" and "worst" the probability of class 1.
        outcomes: how many of a group are right; for "binary" and "worst" the true class.
        counts: the size of each group, 1 where predictions are listed one by one.
        bins: number of bins of equal width; no score lies on an edge.
        form: "table", "list", "binary", or "worst", which asks for the largest gap of a binary classifier.
    """

    scores: tuple[int, ...]
    outcomes: tuple[int, ...]
    counts: tuple[int, ...]
    bins: int
    form: str

    @property
    def total(self) -> int:
        """Return the number of predictions."""
        return sum(self.counts)

    @property
    def groups(self) -> list[Group]:
        """Return (confidence, right, size) of each group, confidence being that of the predicted class."""
        given = zip(self.scores, self.outcomes, self.counts, strict=True)
        if self.form in ("table", "list"):
            return list(given)
        return [(score, label, 1) if score > 50 else (100 - score, 1 - label, 1) for score, label, _ in given]

    def bins_of(self, groups: list[Group]) -> dict[int, list[Group]]:
        """Return groups by the number of their bin, lowest first."""
        found: dict[int, list[Group]] = {}
        for group in sorted(groups):
            found.setdefault(-(-group[0] * self.bins // 100), []).append(group)
        return found

    def offs(self, groups: list[Group]) -> list[tuple[Fraction, int]]:
        """Return for each bin that is not empty how far the right ones are from what is expected, and its size."""
        return [(abs(surplus(part)), sum(size for *_, size in part)) for part in self.bins_of(groups).values()]

    def error(self, groups: list[Group]) -> Fraction:
        """Return what is asked for: the largest gap, or the mean of the gaps over all predictions."""
        offs = self.offs(groups)
        if self.form == "worst":
            return max(off / size for off, size in offs)
        return sum((off for off, _ in offs), Fraction(0)) / self.total

    def unless_worst(self, value: Fraction) -> Fraction | None:
        """Return the value where the expected error is asked for."""
        return None if self.form == "worst" else value


def surplus(groups: list[Group]) -> Fraction:
    """Return how many more predictions are right than their confidences add up to."""
    return Fraction(sum(100 * right - score * size for score, right, size in groups), 100)


def gaps(p: Predictions) -> list[Fraction]:
    """Return the gap of each bin that is not empty."""
    return [off / size for off, size in p.offs(p.groups)]


def as_listed(p: Predictions) -> Fraction | None:
    """Return the error of the probabilities of class 1 as they are; None where confidences are given."""
    if p.form in ("table", "list"):
        return None
    return p.error(list(zip(p.scores, p.outcomes, p.counts, strict=True)))


class CalibrationError(Family[Predictions]):
    """ECE: how far accuracy is from confidence, bin by bin, averaged over the predictions."""

    name, version, title = "metrics.calibration-error", 1, "Expected calibration error"
    source = "Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks, section 2, equation 3"
    answer = Real(places=3)
    prompt = {
        "table": "The predictions of a classifier fall into three bins: {bins_given}. What is its expected calibration "
        "error (ECE), to 3 decimals?",
        "list": "{n} predictions have these confidences, in brackets 1 if right and 0 if wrong: {listed}. What is the "
        "expected calibration error (ECE) with {bins} bins, to 3 decimals?",
        "binary": "A binary classifier gives {n} samples these probabilities of class 1, the true class in brackets: "
        "{listed}. What is the expected calibration error (ECE) with {bins} bins, to 3 decimals?",
        "worst": "A binary classifier gives {n} samples these probabilities of class 1, the true class in brackets: "
        "{listed}. What is the maximum calibration error (MCE), the largest gap of {bins} bins, to 3 decimals?",
    }
    conventions = {
        "table": (WEIGHTED,),
        "list": (BINS, WEIGHTED),
        "binary": (BINS, WEIGHTED, PREDICTED),
        "worst": (BINS, "gap: |accuracy - mean confidence|", PREDICTED),
    }
    steps = {
        "table": (
            "Compare how many are right with how many the confidence leads one to expect: {each}.",
            "All that is off, over all predictions: $frac({sum}, {n})$ = {answer}",
        ),
        "list": (
            "Sort into bins, and compare how many are right with the sum of confidences: {each}.",
            "All that is off, over all predictions: $frac({sum}, {n})$ = {answer}",
        ),
        "binary": (
            "The confidence is p for p above 0.5, else 1 - p; in brackets 1 if the prediction is right: {sure}.",
            "Sort into bins, and compare how many are right with the sum of confidences: {each}.",
            "All that is off, over all predictions: $frac({sum}, {n})$ = {answer}",
        ),
        "worst": (
            "The confidence is p for p above 0.5, else 1 - p; in brackets 1 if the prediction is right: {sure}.",
            "Sort into bins, and compare how many are right with the sum of confidences: {each}.",
            "Divided by the predictions of each bin, the gaps are {gaps}. The largest: {answer}",
        ),
    }
    limits = {1: Effort(12, 3), 2: Effort(30, 2), 3: Effort(40, 2)}
    mistakes = (
        Mistake(
            "bins not weighted",
            lambda p: p.unless_worst(sum(gaps(p), Fraction(0)) / len(gaps(p))),
            "You averaged the gaps of the bins alike. A bin counts by its number of predictions.",
        ),
        Mistake(
            "gaps cancel",
            lambda p: p.unless_worst(abs(surplus(p.groups)) / p.total),
            "You let too sure and too modest bins cancel. Each gap counts by its absolute value.",
        ),
        Mistake(
            "largest gap",
            lambda p: p.unless_worst(max(gaps(p))),
            "That is the largest gap, the maximum calibration error. ECE averages the gaps over all predictions.",
        ),
        Mistake(
            "expected for maximum",
            lambda p: sum((off for off, _ in p.offs(p.groups)), Fraction(0)) / p.total if p.form == "worst" else None,
            "That is the expected calibration error, the mean over all predictions. MCE is the largest gap.",
        ),
        Mistake(
            "class 1 for the predicted class",
            as_listed,
            "You compared the probability of class 1 with the share of class 1. Below 0.5 class 0 is predicted, with "
            "the confidence 1 - p.",
            convention="of the predicted class",
        ),
        Mistake(
            "predictions one by one",
            lambda p: (
                sum((abs(surplus([group])) for group in p.groups), Fraction(0)) / p.total
                if p.form in ("list", "binary")
                else None
            ),
            "You took the distance of every single prediction. Within a bin right and wrong ones are averaged first.",
            teaches="imbalance-ece",
        ),
        Mistake(
            "empty bins averaged as well",
            lambda p: sum(gaps(p), Fraction(0)) / p.bins if p.form in ("list", "binary") else None,
            "You divided the gaps by all {bins} bins. An empty bin has no gap; the others count by their predictions.",
        ),
        Mistake(
            "gaps added",
            lambda p: p.unless_worst(sum(gaps(p), Fraction(0))),
            "You added the gaps of the bins. Each is weighted by its share of the {n} predictions.",
        ),
        Mistake(
            "off by predictions, not by share",
            lambda p: max(off for off, _ in p.offs(p.groups)) if p.form == "worst" else None,
            "You did not divide by the number of predictions in the bin. The gap is one of means.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Predictions | None:
        """Level 1: three bins; level 2: predictions one by one; level 3: a binary classifier, mean or largest gap."""
        if level == 1:
            scores = tuple(10 * tens + draw.integer(1, 9) for tens in sorted(draw.sample(range(5, 10), 3)))
            counts = tuple(draw.choice((10, 20, 25, 40, 50)) for _ in scores)
            spread = [draw.integer(-12, 8) for _ in scores]  # more often too sure than too modest
            right = tuple(min(n, (s + d) * n // 100) for s, d, n in zip(scores, spread, counts, strict=True))
            return Predictions(scores, right, counts, 10, "table")
        bins = draw.choice((4, 5, 5)) if level == 2 else draw.choice((5, 5, 10))
        n = draw.integer(6, 8)
        scores = tuple(draw.integer(32, 98) if level == 2 else draw.integer(3, 97) for _ in range(n))
        if any(score * bins % 100 == 0 or score == 50 for score in scores):
            return None
        outcomes = tuple(int(draw.chance(score / 100)) for score in scores)
        form = "list" if level == 2 else draw.choice(("binary", "binary", "worst"))
        p = Predictions(scores, outcomes, (1,) * n, bins, form)
        return p if 1 < len(p.bins_of(p.groups)) < n - 1 else None

    def variant(self, p: Predictions) -> str:
        """Return the form."""
        return p.form

    def formula(self, p: Predictions) -> Fraction:
        """Return the sum of what is off in the bins over all predictions, or the largest gap."""
        return p.error(p.groups)

    def effort(self, p: Predictions) -> Effort:
        """Return a product or the sums of each bin, sorting, the confidences, and a quotient."""
        n = len(p.scores)
        return Effort({"table": 10, "list": 3 * n + 3}.get(p.form, 4 * n + 3), 2)

    def facts(self, p: Predictions) -> Facts:
        """Return the predictions as given, and what is off in each bin."""
        offs = p.offs(p.groups)
        if p.form == "table":
            each = [_expected(*group) for group in p.groups]
        else:
            each = [_compared(number, p.bins, part) for number, part in p.bins_of(p.groups).items()]
        listed = zip(p.scores, p.outcomes, strict=True)
        given = zip(p.counts, p.scores, p.outcomes, strict=True)
        return {
            "n": p.total,
            "bins": p.bins,
            "bins_given": "; ".join(
                f"{n} with mean confidence {_text(score)}, {right} of them right" for n, score, right in given
            ),
            "listed": ", ".join(f"{_text(score)} ({outcome})" for score, outcome in listed),
            "sure": ", ".join(f"{_text(score)} ({right})" for score, right, _ in p.groups),
            "each": "; ".join(each),
            "sum": " + ".join(_exact(off) for off, _ in offs),
            "gaps": ", ".join(f"{_exact(off)}/{size}" for off, size in offs),
        }

    @staticmethod
    def witness(
        scores: tuple[int, ...], outcomes: tuple[int, ...], counts: tuple[int, ...], bins: int, form: str
    ) -> float:
        """Return the calibration error of torch tensors binned by bucketize."""
        import torch

        confidence, right, size = torch.tensor([scores, outcomes, counts], dtype=torch.float64)
        confidence = confidence / 100
        if form in ("binary", "worst"):
            right = ((confidence > 0.5) == (right == 1)).double()
            confidence = torch.maximum(confidence, 1 - confidence)
        edges = torch.linspace(0, 1, bins + 1, dtype=torch.float64)
        number = torch.bucketize(confidence, edges)
        off = torch.zeros(bins + 1, dtype=torch.float64).index_add(0, number, right - size * confidence).abs()
        filled = torch.zeros(bins + 1, dtype=torch.float64).index_add(0, number, size)
        return (off / filled).nan_to_num().max().item() if form == "worst" else (off.sum() / size.sum()).item()


def _text(score: int) -> str:
    """Write hundredths as a decimal."""
    return fixed(Fraction(score, 100), 2)


def _exact(x: Fraction) -> str:
    """Write a number of at most two decimals without zeros at the end."""
    return fixed(x, 2).rstrip("0").rstrip(".")


def _expected(score: int, right: int, size: int) -> str:
    """Compare in words how many predictions of a bin are right with how many its mean confidence says."""
    expected, off = Fraction(score * size, 100), abs(surplus([(score, right, size)]))
    product = f"${size} * {_text(score)} = {_exact(expected)}$"
    return f"of {size} at {_text(score)} expect {product}, {right} are right, off by {_exact(off)}"


def _compared(number: int, bins: int, part: list[Group]) -> str:
    """Compare in words how many predictions of a bin are right with the sum of their confidences."""
    low, high = (fixed(Fraction(edge, bins), 2) for edge in (number - 1, number))
    expected = " + ".join(_text(score) for score, *_ in part)
    total = f" = {_exact(Fraction(sum(score for score, *_ in part), 100))}" if len(part) > 1 else ""
    return f"({low}, {high}]: {expected}{total}, right {sum(g[1] for g in part)}, off by {_exact(abs(surplus(part)))}"
