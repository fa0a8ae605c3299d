"""The Matthews correlation coefficient of two classes, of a story, and of three classes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import isqrt

from studydl.answers.kinds import Real
from studydl.problems.catalog.metrics._confusion import MATRIX_CONVENTIONS, large
from studydl.problems.catalog.metrics._matrix import ROWS_ARE_TRUTH, Matrix, Rows, draw_rows
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Irrational, Number, divide, significant, sqrt

ABOVE = "Above: $TP * TN - FP * FN = {tp} * {tn} - {fp} * {fn} = {above}$."
BELOW = (
    "The four sums: TP + FP = {flagged}, TP + FN = {positives}, TN + FP = {negatives}, TN + FN = {passed}.",
    "Below: $sqrt({flagged} * {positives} * {negatives} * {passed}) = {root}$.",
)
QUOTIENT = "{above} divided by {root}: {answer}"


@dataclass(frozen=True, slots=True)
class Predicted(Matrix):
    """A confusion matrix and how the prompt gives it.

    Args:
        form: "counts", "matrix" or "story" with two classes, "classes" with three.
    """

    form: str

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """Return TP, FP, FN, TN of two classes."""
        (tn, fp), (fn, tp) = self.matrix
        return tp, fp, fn, tn

    @property
    def above(self) -> int:
        """Return hits times samples, less what chance gives: for two classes twice TP TN - FP FN."""
        chance = sum(size * guessed for size, guessed in zip(self.sizes, self.guesses, strict=True))
        return sum(self.hits) * self.total - chance

    @property
    def square(self) -> int:
        """Return the square of what stands below; for two classes four times the product of the four sums."""
        truths, guesses = (self.total**2 - sum(n * n for n in sums) for sums in (self.sizes, self.guesses))
        return truths * guesses

    @property
    def kappa(self) -> Fraction:
        """Return Cohen's kappa."""
        chance = sum(self.hits) * self.total - self.above
        return Fraction(self.above, self.total**2 - chance)

    def with_errors(self, sign: int) -> Number | None:
        """Return what two classes give if the product of the errors comes with another sign; None for three."""
        if self.form == "classes":
            return None
        tp, fp, fn, tn = self.cells
        return divide(2 * (tp * tn + sign * fp * fn), sqrt(self.square))


def f1_of(p: Predicted) -> Fraction | None:
    """Return the F1 of class 1."""
    if p.form == "classes":
        return None
    tp, fp, fn, _ = p.cells
    return Fraction(2 * tp, 2 * tp + fp + fn)


class Mcc(Family[Predicted]):
    """MCC is the correlation of truth and prediction: 1 is perfect, 0 as good as guessing, -1 wrong every time."""

    name, version, title = "metrics.mcc", 1, "Matthews correlation coefficient"
    source = (
        "scikit-learn documentation, section Matthews correlation coefficient; Gorodkin (2004), Comparing two "
        "K-category assignments by a K-category correlation coefficient"
    )
    answer = Real(places=3)
    prompt = {
        "counts": "A binary classifier is tested: TP = {tp}, FP = {fp}, FN = {fn}, TN = {tn}. What is its Matthews "
        "correlation coefficient, to 3 decimals?",
        "matrix": "A classifier has the confusion matrix {table}. What is its Matthews correlation coefficient, to 3 "
        "decimals?",
        "story": "Of {total} samples {positives} are positive. A classifier flags {flagged} samples and finds "
        "{found}% of the positives. What is its Matthews correlation coefficient, to 3 decimals?",
        "classes": "A classifier of three classes has the confusion matrix {table}. What is its Matthews correlation "
        "coefficient, to 3 decimals?",
    }
    conventions = {
        "counts": ("from -1 to 1",),
        "matrix": MATRIX_CONVENTIONS,
        "story": ("from -1 to 1", "to flag is to call positive"),
        "classes": (ROWS_ARE_TRUTH, "the correlation of one-hot labels, also called R_K"),
    }
    steps = {
        "counts": (ABOVE, *BELOW, QUOTIENT),
        "matrix": ("Read the matrix: TP = {tp}, FP = {fp}, FN = {fn}, TN = {tn}.", ABOVE, *BELOW, QUOTIENT),
        "story": (
            "True positives: {found}% of {positives} are {tp}. So FP = {flagged} - {tp} = {fp}, FN = {positives} - "
            "{tp} = {fn}, and {tn} true negatives are left.",
            ABOVE,
            *BELOW,
            QUOTIENT,
        ),
        "classes": (
            "{hits} of {total} are right. Row sums: {sizes}. Column sums: {guesses}.",
            "Above: right times all, less each row sum times its column sum: "
            "${hits} * {total} - ({chance}) = {above}$.",
            "All squared, less the squared sums: rows ${total}^2 - ({row_squares}) = {row_rest}$, columns "
            "${total}^2 - ({column_squares}) = {column_rest}$.",
            "Below: $sqrt({row_rest} * {column_rest}) = {root}$.",
            QUOTIENT,
        ),
    }
    trivial = (0, 1, -1)
    limits = {1: Effort(13, 2), 2: Effort(14, 5), 3: Effort(36, 5)}
    mistakes = (
        Mistake(
            "accuracy",
            lambda p: p.accuracy,
            "That is the accuracy, {hits} of {total}. It does not take off what guessing would get right.",
        ),
        Mistake(
            "F1",
            f1_of,
            "That is F1, which leaves the {tn} true negatives out. The correlation uses all four counts.",
            teaches="imbalance-swap",
        ),
        Mistake(
            "errors not subtracted",
            lambda p: p.with_errors(0),
            "You forgot the errors above. It is TP times TN less FP times FN: {above}.",
        ),
        Mistake(
            "errors added",
            lambda p: p.with_errors(1),
            "You added the product of the errors. It is subtracted: TP times TN less FP times FN.",
        ),
        Mistake(
            "chance not subtracted",
            lambda p: divide(sum(p.hits) * p.total, sqrt(p.square)) if p.form == "classes" else None,
            "You left chance in. From right times all, each row sum times its column sum is taken off.",
        ),
        Mistake(
            "Cohen's kappa",
            lambda p: p.kappa,
            "That is Cohen's kappa, which divides by the most that chance leaves. MCC divides by a root, {root}.",
        ),
        Mistake(
            "recall and specificity",
            lambda p: None if p.form == "classes" else sum(p.recalls) - 1,
            "That is recall + specificity - 1. It looks along the rows only; MCC also sees the columns.",
        ),
        Mistake(
            "square root forgotten",
            lambda p: Fraction(2 * p.above, p.square) if p.form == "counts" else None,
            "You divided by the product of the four sums. MCC has its square root, {root}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Predicted | None:
        """Level 1: counts with a whole root; level 2: any matrix; level 3: a story, or three classes."""
        if level == 1:
            return Predicted(draw.choice(_whole_roots()), "counts")
        if level == 2:
            c = large(draw)
            return Predicted(((c.tn, c.fp), (c.fn, c.tp)), "matrix")
        if draw.chance(0.6):
            return Predicted(draw_rows(draw, 3, (8, 50), (0, 12)), "classes")
        positives = draw.choice((20, 25, 40, 50, 75, 80, 100, 120, 150, 200))
        tp = positives * draw.choice([share for share in range(30, 96) if share * positives % 100 == 0]) // 100
        fp, total = draw.integer(2, positives), positives * draw.integer(3, 10)
        return Predicted(((total - positives - fp, fp), (positives - tp, tp)), "story")

    def variant(self, p: Predicted) -> str:
        """Return the form."""
        return p.form

    def formula(self, p: Predicted) -> Number:
        """Return hits less chance over the root of what truth and prediction vary."""
        return divide(p.above, sqrt(p.square))

    def effort(self, p: Predicted) -> Effort:
        """Return the products, sums, root and quotient, and what it takes to find the counts."""
        operations = {"counts": 12, "matrix": 13, "story": 17, "classes": 30}[p.form]
        return Effort(operations, len(str(p.total)) + (p.form != "counts"))

    def facts(self, p: Predicted) -> Facts:
        """Return counts, sums, and what stands above and below."""
        sizes, guesses, total = p.sizes, p.guesses, p.total
        two = p.form != "classes"
        tp, fp, fn, tn = p.cells if two else (0, 0, 0, 0)
        root = divide(sqrt(p.square), 2 if two else 1)
        return {
            "table": p.table,
            "tp": tp,
            "fp": fp,
            "fn": fn,
            "tn": tn,
            "positives": tp + fn,
            "negatives": tn + fp,
            "flagged": tp + fp,
            "passed": tn + fn,
            "total": total,
            "hits": sum(p.hits),
            "found": 100 * tp // (tp + fn) if two else 0,
            "above": p.above // 2 if two else p.above,
            "root": significant(root, 7) if isinstance(root, Irrational) else root,
            "sizes": tuple(sizes),
            "guesses": tuple(guesses),
            "chance": " + ".join(f"{a} * {b}" for a, b in zip(sizes, guesses, strict=True)),
            "row_squares": " + ".join(f"{a}^2" for a in sizes),
            "column_squares": " + ".join(f"{a}^2" for a in guesses),
            "row_rest": total**2 - sum(a * a for a in sizes),
            "column_rest": total**2 - sum(a * a for a in guesses),
        }

    @staticmethod
    def witness(matrix: Rows) -> float:
        """Return the correlation of the one-hot labels of truth and prediction."""
        import torch

        k = len(matrix)
        cells = torch.arange(k * k).repeat_interleave(torch.tensor(matrix).flatten())
        one_hot = torch.eye(k, dtype=torch.float64)
        truth, guess = one_hot[cells // k], one_hot[cells % k]
        truth, guess = truth - truth.mean(dim=0), guess - guess.mean(dim=0)
        return torch.cosine_similarity(truth.flatten(), guess.flatten(), dim=0).item()


@cache
def _whole_roots() -> tuple[Rows, ...]:
    """Return small matrices with unequal errors, better than guessing, whose four sums multiply to a square."""
    found = []
    for tp in range(2, 16):
        for fp in range(1, 10):
            for fn in range(1, 10):
                for tn in range(2, 16):
                    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
                    if fp != fn and tp * tn > fp * fn and isqrt(product) ** 2 == product:
                        found.append(((tn, fp), (fn, tp)))
    return tuple(found)
