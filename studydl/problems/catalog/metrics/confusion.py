"""One rate of a confusion matrix: which cell stands above, which cells below, and what rare positives do to it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.metrics._confusion import MATRIX_CONVENTIONS, Counts, count_facts, large, small
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

# The counts above and below the fraction bar; the first count below is the one above.
RATES = {
    "accuracy": (("tp", "tn"), ("tp", "tn", "fp", "fn")),
    "precision": (("tp",), ("tp", "fp")),
    "recall": (("tp",), ("tp", "fn")),
    "specificity": (("tn",), ("tn", "fp")),
    "false positive rate": (("fp",), ("fp", "tn")),
    "false negative rate": (("fn",), ("fn", "tp")),
    "negative predictive value": (("tn",), ("tn", "fn")),
}
MEANINGS = {
    "accuracy": "the share of all samples predicted right",
    "precision": "the share of predicted positives that are positive",
    "recall": "the share of positives that are predicted positive",
    "specificity": "the share of negatives that are predicted negative",
    "false positive rate": "the share of negatives that are predicted positive",
    "false negative rate": "the share of positives that are predicted negative",
    "negative predictive value": "the share of predicted negatives that are negative",
}
FIRST_RATES = ("accuracy", "precision", "precision", "recall", "recall", "false positive rate")
SHARES = (4, 5, 6, 8, 10, 12, 15, 18, 20, 24, 25, 30, 35, 40, 45, 50, 60, 70, 75, 80, 90, 100, 120, 125, 150, 175, 200)


@dataclass(frozen=True, slots=True)
class Asked(Counts):
    """Counts, and which rate of them is asked for.

    Args:
        rate: a name in `RATES`.
        form: "counts", "matrix", "screening" (100 positives and 100 negatives stand for percentages) or "use".
        share: positives per thousand samples in use; 0 where the counts are all there is.
    """

    rate: str = "precision"
    form: str = "counts"
    share: int = 0

    @property
    def found(self) -> int:
        """Return the true positives among 100,000 samples in use."""
        return 100 * self.share * self.tp // (self.tp + self.fn)

    @property
    def alarmed(self) -> int:
        """Return the false positives among 100,000 samples in use."""
        return 100 * (1000 - self.share) * self.fp // (self.fp + self.tn)


def rate_of(c: Counts, name: str) -> Fraction:
    """Return one of the rates."""
    above, below = RATES[name]
    return Fraction(sum(getattr(c, cell) for cell in above), sum(getattr(c, cell) for cell in below))


def other(p: Asked, name: str) -> Fraction | None:
    """Return a rate that is not the one asked for; None if it is, or if the question is not about given counts."""
    return None if p.share or p.rate == name else rate_of(p, name)


def across(p: Asked) -> Fraction | None:
    """Return the rate with rows and columns exchanged, where that is not another rate of the mistakes."""
    if p.form != "matrix" or p.rate in ("accuracy", "precision", "recall"):
        return None
    return rate_of(Counts(p.tp, p.fn, p.fp, p.tn), p.rate)


class Confusion(Family[Asked]):
    """Every rate divides one kind of outcome by a row or a column of the matrix; precision also feels the base rate."""

    name, version, title = "metrics.confusion", 1, "Rates of a confusion matrix"
    source = "Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27, section 2 and figure 1"
    answer = Real(places=3)
    prompt = {
        "counts": "A binary classifier is tested: TP = {tp}, FP = {fp}, FN = {fn}, TN = {tn}. What is its {rate}, to "
        "3 decimals?",
        "matrix": "A classifier has the confusion matrix {matrix}. What is its {rate}, to 3 decimals?",
        "screening": "{percent}% of all patients have a disease. A test is positive for {hit_percent}% of those who "
        "have it and for {alarm_percent}% of those who do not. What share of those who test positive have the "
        "disease, to 3 decimals?",
        "use": "On test data a classifier has the confusion matrix {matrix}. In use only {percent}% of the samples "
        "are positive, and its recall and false positive rate stay what they are. What is its precision in use, to 3 "
        "decimals?",
    }
    conventions = {
        "counts": ("T and F say whether the prediction is right, P and N what was predicted",),
        "matrix": MATRIX_CONVENTIONS,
        "screening": ("that share is the precision of the test, also called positive predictive value",),
        "use": MATRIX_CONVENTIONS,
    }
    steps = {
        "counts": (
            "The {rate} is {meaning}: $frac({above_names}, {below_names})$.",
            "$frac({above}, {below})$ = {answer}",
        ),
        "matrix": (
            "Read the matrix: TP = {tp}, FP = {fp}, FN = {fn}, TN = {tn}.",
            "The {rate} is {meaning}: $frac({above_names}, {below_names})$.",
            "$frac({above}, {below})$ = {answer}",
        ),
        "screening": (
            "Of 100,000 patients {positives_in_use} have the disease and {negatives_in_use} do not.",
            "Right positive tests: {hit_percent}% of {positives_in_use} are {found}. Wrong ones: {alarm_percent}% of "
            "{negatives_in_use} are {alarmed}.",
            "$frac({right}, {right} + {wrong})$ = {answer}",
        ),
        "use": (
            "Recall: $frac({tp}, {positives}) = {hit_percent}%$. False positive rate: "
            "$frac({fp}, {negatives}) = {alarm_percent}%$.",
            "Of 100,000 samples in use {positives_in_use} are positive and {negatives_in_use} are negative.",
            "True positives: {hit_percent}% of {positives_in_use} are {found}. False positives: {alarm_percent}% of "
            "{negatives_in_use} are {alarmed}.",
            "$frac({right}, {right} + {wrong})$ = {answer}",
        ),
    }
    limits = {1: Effort(6, 2), 2: Effort(7, 3), 3: Effort(12, 6)}
    mistakes = (
        Mistake(
            "recall",
            lambda p: rate_of(p, "recall") if p.share else other(p, "recall"),
            "That is the recall, the share of positives that are found. The {rate} is {meaning}.",
            teaches="metrics-denominators",
        ),
        Mistake(
            "precision",
            lambda p: other(p, "precision"),
            "That is the precision, the share of predicted positives that are positive. The {rate} is {meaning}.",
            teaches="metrics-denominators",
        ),
        Mistake(
            "accuracy",
            lambda p: other(p, "accuracy"),
            "That is the accuracy: it divides what is right by all samples. The {rate} is {meaning}.",
        ),
        Mistake(
            "false positive rate",
            lambda p: other(p, "false positive rate"),
            "That is the false positive rate, the share of negatives predicted positive. The {rate} is {meaning}.",
            teaches="metrics-fpr",
        ),
        Mistake(
            "specificity",
            lambda p: other(p, "specificity"),
            "That is the specificity, the share of negatives predicted negative. The {rate} is {meaning}.",
        ),
        Mistake(
            "class 0 as positive",
            lambda p: rate_of(p.flipped, p.rate) if p.form == "matrix" and p.rate != "accuracy" else None,
            "You took class 0 as positive. Here class 1 is: TP = {tp}, FP = {fp}, FN = {fn}, TN = {tn}.",
            convention="class 1 is positive",
        ),
        Mistake(
            "columns as the truth",
            across,
            "You read the columns as the truth. Here the rows are: FP = {fp} and FN = {fn}.",
            convention="rows are the truth",
        ),
        Mistake(
            "base rate ignored",
            lambda p: rate_of(p, "precision") if p.share else None,
            "You mixed positives and negatives {mixture}. Only {percent}% are positive, so false alarms weigh more.",
            teaches="metrics-roc-blind",
        ),
        Mistake(
            "false alarms not weighted",
            lambda p: Fraction(p.found, p.found + 100_000 * p.fp // (p.fp + p.tn)) if p.share else None,
            "You applied the {alarm_percent}% to everybody. False positives come from the negatives alone, "
            "{negatives_in_use} of 100,000.",
            teaches="metrics-fpr",
        ),
        Mistake(
            "divided by everybody",
            lambda p: Fraction(p.found, 100_000) if p.share else None,
            "That is the share of true positives among all. Divide by everything that is called positive: "
            "{found} + {alarmed}.",
            teaches="metrics-denominators",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Asked | None:
        """Level 1: small counts; level 2: a matrix, more rates; level 3: positives are rarer than in the test."""
        if level < 3:
            c = small(draw) if level == 1 else large(draw)
            rate = draw.choice(FIRST_RATES if level == 1 else tuple(RATES))
            return Asked(c.tp, c.fp, c.fn, c.tn, rate, "counts" if level == 1 else "matrix")
        form = draw.choice(("screening", "use", "use"))
        positives, negatives = (100, 100) if form == "screening" else (draw.choice((50, 100)), draw.choice((50, 100)))
        tp, fp = positives * draw.integer(50, 99) // 100, negatives * draw.integer(2, 35) // 100
        p = Asked(tp, fp, positives - tp, negatives - fp, "precision", form, draw.choice(SHARES))
        return p if 50 * p.found >= p.found + p.alarmed else None  # below 0.02 three decimals say too little

    def variant(self, p: Asked) -> str:
        """Return the form."""
        return p.form

    def branch(self, p: Asked) -> str:
        """Return the rate and the form."""
        return f"{p.rate} {p.form}"

    def formula(self, p: Asked) -> Fraction:
        """Return the rate of the counts, or of 100,000 samples in use."""
        return Fraction(p.found, p.found + p.alarmed) if p.share else rate_of(p, p.rate)

    def effort(self, p: Asked) -> Effort:
        """Return the sums and the quotient, reading the matrix, and the samples in use."""
        if p.share:
            return Effort(7 if p.form == "screening" else 9, 5)
        above, below = RATES[p.rate]
        reading = 1 if p.form == "matrix" else 0
        return Effort(len(above) + len(below) - 1 + reading, len(str(max(p.tp + p.fp + p.fn, p.tn))))

    def facts(self, p: Asked) -> Facts:
        """Return the counts, the rate in names and numbers, and what happens to 100,000 samples in use."""
        above, below = RATES[p.rate]
        positives, negatives = p.tp + p.fn, p.fp + p.tn
        return {
            **count_facts(p),
            "meaning": MEANINGS[p.rate],
            "above_names": " + ".join(above).upper(),
            "below_names": " + ".join(below).upper(),
            "above": " + ".join(str(getattr(p, cell)) for cell in above),
            "below": " + ".join(str(getattr(p, cell)) for cell in below),
            "negatives": negatives,
            "percent": f"{p.share / 10:g}",
            "hit_percent": 100 * p.tp // positives,
            "alarm_percent": 100 * p.fp // negatives,
            "mixture": "one to one" if positives == negatives else f"{positives} to {negatives}, as in the test",
            "positives_in_use": f"{100 * p.share:,}",
            "negatives_in_use": f"{100 * (1000 - p.share):,}",
            "found": f"{p.found:,}",
            "alarmed": f"{p.alarmed:,}",
            "right": p.found,
            "wrong": p.alarmed,
        }

    @staticmethod
    def witness(tp: int, fp: int, fn: int, tn: int, rate: str, share: int) -> float:
        """Return the rate counted from label vectors; in use every sample weighs as its class does there."""
        import torch

        sizes = torch.tensor([tp, fp, fn, tn])
        truth = torch.tensor([True, False, True, False]).repeat_interleave(sizes)
        predicted = torch.tensor([True, True, False, False]).repeat_interleave(sizes)
        weight = torch.ones(len(truth), dtype=torch.float64)
        if share:
            weight[truth], weight[~truth] = share / (tp + fn), (1000 - share) / (fp + tn)
        event, among = {
            "accuracy": (predicted == truth, truth | ~truth),
            "precision": (truth, predicted),
            "recall": (predicted, truth),
            "specificity": (~predicted, ~truth),
            "false positive rate": (predicted, ~truth),
            "false negative rate": (~predicted, truth),
            "negative predictive value": (~truth, ~predicted),
        }[rate]
        return (weight[event & among].sum() / weight[among].sum()).item()
