"""The area under the ROC curve as a share of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores a classifier gave, in hundredths.

    Args:
        positives: scores of the positives, each 1 to 99.
        negatives: scores of the negatives, each 1 to 99.
    """

    positives: tuple[int, ...]
    negatives: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return the number of (positive, negative) pairs."""
        return len(self.positives) * len(self.negatives)

    @property
    def wins(self) -> int:
        """Return in how many pairs the positive has the higher score."""
        return sum(p > n for p in self.positives for n in self.negatives)

    @property
    def ties(self) -> int:
        """Return in how many pairs both have the same score."""
        return sum(p == n for p in self.positives for n in self.negatives)

    def share(self, tie: Fraction | int) -> Fraction:
        """Return the share of pairs won, a tie counting this much."""
        return Fraction(self.wins + self.ties * tie) / self.total

    def accuracy(self) -> Fraction:
        """Return the accuracy at the threshold 0.5."""
        right = sum(p >= 50 for p in self.positives) + sum(n < 50 for n in self.negatives)
        return Fraction(right, len(self.positives) + len(self.negatives))


class RocAuc(Family[Scores]):
    """AUC: the share of (positive, negative) pairs ranked the right way; a tie counts one half."""

    name, version, title = "metrics.roc-auc", 1, "Area under the ROC curve"
    source = "Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27, section 7"
    answer = Real(places=3)
    prompt = (
        "A classifier gives the positives the scores {positives:.2}, and the negatives {negatives:.2}. What "
        "is its ROC AUC, to 3 decimals?"
    )
    steps = (
        "Compare each of the {m} positives with each of the {n} negatives: {total} pairs.",
        "Pairs in which the positive has the higher score: {wins}. Tied pairs: {ties}.",
        "$AUC = frac({wins} + {ties}/2, {total})$ = {answer}",
    )
    conventions = ("a tied pair counts one half",)
    trivial = (0, Fraction(1, 2), 1)
    limits = {1: Effort(10, 2), 2: Effort(21, 2), 3: Effort(31, 2)}
    mistakes = (
        Mistake(
            "ties count one",
            lambda s: s.share(1),
            "You counted a tied pair as won. It earns one half: $frac({wins} + {ties}/2, {total})$.",
            teaches="metrics-auc-tie",
        ),
        Mistake(
            "ties count nothing",
            lambda s: s.share(0),
            "You gave a tied pair nothing. It earns one half: $frac({wins} + {ties}/2, {total})$.",
            teaches="metrics-auc-tie",
        ),
        Mistake(
            "ranked the other way",
            lambda s: 1 - s.share(Fraction(1, 2)),
            "That is the share of pairs in which the negative wins. AUC counts the pairs won by the positive: {wins}.",
            teaches="metrics-auc-pairs",
        ),
        Mistake(
            "accuracy at 0.5",
            lambda s: s.accuracy(),
            "That is the accuracy at threshold 0.5. AUC needs no threshold: it compares all {total} pairs.",
            teaches="metrics-auc-accuracy",
        ),
        Mistake(
            "divided by the number of scores",
            lambda s: Fraction(2 * s.wins + s.ties, 2 * (len(s.positives) + len(s.negatives))),
            "You divided by the number of scores. There are {m} times {n} = {total} pairs.",
            teaches="metrics-auc-pairs",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Scores | None:
        """Level 1: up to 3 + 3 scores, rarely tied; level 2: up to 4 + 4 with ties; level 3: up to 5 + 6 with ties."""
        most = {1: (3, 3), 2: (4, 5), 3: (5, 6)}[level]
        m, n = draw.integer(2, most[0]), draw.integer(level + 1, most[1])
        step = 5 if draw.chance(0.5) else 10  # a coarse grid makes ties likely
        grid = range(step, 100, step)
        s = Scores(
            tuple(draw.choice(grid) for _ in range(m)),
            tuple(draw.choice(grid) for _ in range(n)),
        )
        return s if level == 1 or s.ties else None

    def formula(self, s: Scores) -> Fraction:
        """Return (pairs won + half the ties) / pairs."""
        return s.share(Fraction(1, 2))

    def effort(self, s: Scores) -> Effort:
        """Return one comparison a pair and one division."""
        return Effort(s.total + 1, 2)

    def facts(self, s: Scores) -> Facts:
        """Return scores and counts of pairs."""
        return {
            "positives": tuple(Fraction(p, 100) for p in s.positives),
            "negatives": tuple(Fraction(n, 100) for n in s.negatives),
            "m": len(s.positives),
            "n": len(s.negatives),
            "total": s.total,
            "wins": s.wins,
            "ties": s.ties,
        }

    @staticmethod
    def witness(positives: tuple[int, ...], negatives: tuple[int, ...]) -> float:
        """Return the area under the curve itself: true and false positive rate at every threshold, then trapezoids."""
        import torch

        thresholds = torch.arange(101, -1, -1)
        tpr = (torch.tensor(positives)[:, None] >= thresholds).double().mean(dim=0)
        fpr = (torch.tensor(negatives)[:, None] >= thresholds).double().mean(dim=0)
        return torch.trapezoid(tpr, fpr).item()
