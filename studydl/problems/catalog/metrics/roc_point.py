"""One point of a ROC curve, the first that finds enough, and the one farthest above the diagonal."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Real, Vector
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import fixed

Point = tuple[Fraction, Fraction]
NEEDS = (60, 70, 75, 80)
AT_LEAST = "called positive: score >= threshold"


@dataclass(frozen=True, slots=True)
class Scored:
    """Samples with the score a classifier gave them, and what is asked about its thresholds.

    Args:
        scores: scores in hundredths, each 1 to 99.
        labels: the true class of each sample, 0 or 1.
        form: "apart" (the classes listed apart) or "list" with a threshold, "need", or "difference".
        threshold: one of the scores, in hundredths; 0 where none is given.
        need: the true positive rate to reach, in percent; 0 where none is given.
    """

    scores: tuple[int, ...]
    labels: tuple[int, ...]
    form: str
    threshold: int = 0
    need: int = 0

    @property
    def positives(self) -> int:
        """Return the number of positives."""
        return sum(self.labels)

    @property
    def negatives(self) -> int:
        """Return the number of negatives."""
        return len(self.labels) - self.positives

    def of(self, label: int) -> list[int]:
        """Return the scores of one class."""
        return [score for score, its in zip(self.scores, self.labels, strict=True) if its == label]

    def alarms(self, threshold: int) -> tuple[int, int]:
        """Return how many negatives and how many positives have at least this score."""
        found = [label for score, label in zip(self.scores, self.labels, strict=True) if score >= threshold]
        return len(found) - sum(found), sum(found)

    def point(self, threshold: int) -> Point:
        """Return (false positive rate, true positive rate) at a threshold."""
        fp, tp = self.alarms(threshold)
        return Fraction(fp, self.negatives), Fraction(tp, self.positives)

    def lead(self, threshold: int) -> Fraction:
        """Return the true minus the false positive rate at a threshold."""
        return Fraction(self.scaled_lead(threshold), self.positives * self.negatives)

    def scaled_lead(self, threshold: int) -> int:
        """Return the lead times positives times negatives."""
        fp, tp = self.alarms(threshold)
        return tp * self.negatives - fp * self.positives

    @property
    def cuts(self) -> list[int]:
        """Return the different scores, highest first: each gives a point of its own."""
        return sorted(set(self.scores), reverse=True)

    @property
    def cut(self) -> int:
        """Return the threshold that is given, or the one the question leads to."""
        return self.threshold or _cut_of(self)

    @property
    def before(self) -> int:
        """Return the threshold just above `cut`."""
        return min((score for score in self.scores if score > self.cut), default=100)


@lru_cache(maxsize=16)  # every mistake and every template asks again
def _cut_of(s: Scored) -> int:
    """Return the highest threshold with the true positive rate needed, or with the largest difference of rates."""
    if s.form == "need":
        return next(cut for cut in s.cuts if 100 * s.alarms(cut)[1] >= s.need * s.positives)
    return max(s.cuts, key=s.scaled_lead)


def false_alarm_share(s: Scored) -> Fraction:
    """Return the share of predicted positives that are negative, at the threshold in question."""
    fp, tp = s.alarms(s.cut)
    return Fraction(fp, fp + tp)


def among_alarms(s: Scored) -> Point | Fraction | None:
    """Return what is asked for with the false positives divided by the predicted positives."""
    share = false_alarm_share(s)
    return (share, s.point(s.cut)[1]) if s.threshold else share if s.form == "need" else None


def of_all(s: Scored) -> Point | Fraction:
    """Return what is asked for with every count divided by the number of samples."""
    fp, tp = (Fraction(count, len(s.labels)) for count in s.alarms(s.cut))
    return (fp, tp) if s.threshold else fp if s.form == "need" else max(tp - fp, fp - tp)


class RocPoint(Family[Scored]):
    """A threshold gives one point: the share of negatives called positive, and the share of positives."""

    name, version, title = "metrics.roc-point", 1, "Points of a ROC curve"
    source = "Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27, sections 3 to 5"
    answer = {"apart": Vector(places=3), "list": Vector(places=3), "need": Real(places=3), "difference": Real(places=3)}
    prompt = {
        "apart": "A classifier gives the positives the scores {positive_scores}, and the negatives {negative_scores}. "
        "Which point (FPR, TPR) of the ROC curve belongs to the threshold {cut}, to 3 decimals each?",
        "list": "{n} samples have these scores, the true class in brackets: {listed}. Which point (FPR, TPR) of the "
        "ROC curve belongs to the threshold {cut}, to 3 decimals each?",
        "need": "{n} samples have these scores, the true class in brackets: {listed}. The threshold is lowered from "
        "score to score until the true positive rate is at least {need}%. What is the false positive rate then, to 3 "
        "decimals?",
        "difference": "{n} samples have these scores, the true class in brackets: {listed}. What is the largest "
        "difference TPR - FPR that any threshold gives, to 3 decimals?",
    }
    conventions = {
        "apart": (AT_LEAST, "the point is (FPR, TPR)"),
        "list": (AT_LEAST, "the point is (FPR, TPR)"),
        "need": (AT_LEAST,),
        "difference": (AT_LEAST,),
    }
    steps = {
        "apart": (
            "Negatives with a score of at least {cut}: {fp} of {negatives}. FPR $= frac({fp}, {negatives})$.",
            "Positives with a score of at least {cut}: {tp} of {positives}. TPR $= frac({tp}, {positives})$.",
            "The point is {answer}.",
        ),
        "list": (
            "Apart: the positives have {positive_scores}, the negatives {negative_scores}.",
            "Negatives with a score of at least {cut}: {fp} of {negatives}. FPR $= frac({fp}, {negatives})$.",
            "Positives with a score of at least {cut}: {tp} of {positives}. TPR $= frac({tp}, {positives})$.",
            "The point is {answer}.",
        ),
        "need": (
            "The positives from the top: {positive_scores}. {need}% of {positives} are first reached at {cut}, with "
            "{tp} of them.",
            "Of the {negatives} negatives, {negative_scores}, {fp} {fp_have} at least {cut}.",
            "The false positive rate: {answer}",
        ),
        "difference": (
            "From the top, the positives have {positive_scores}, the negatives {negative_scores}.",
            "The difference is largest at a score of some positive: {leads}.",
            "It is largest at the threshold {cut}: $frac({tp}, {positives}) - frac({fp}, {negatives})$ = {answer}",
        ),
    }
    limits = {1: Effort(12, 2), 2: Effort(18, 2), 3: Effort(40, 2)}
    mistakes = (
        Mistake(
            "strictly above the threshold",
            lambda s: s.point(s.threshold + 1) if s.threshold else None,
            "You left out what lies on the threshold. A score of {cut} counts as positive.",
            convention="score >= threshold",
        ),
        Mistake(
            "axes exchanged",
            lambda s: s.point(s.threshold)[::-1] if s.threshold else None,
            "You put the true positive rate first. The point is (FPR, TPR): FPR on the horizontal axis.",
            convention="(FPR, TPR)",
            teaches="metrics-roc-axes",
        ),
        Mistake(
            "precision for the true positive rate",
            lambda s: (s.point(s.threshold)[0], 1 - false_alarm_share(s)) if s.threshold else None,
            "Your second number is the precision, {tp} of {flagged} called positive. TPR divides by all {positives} "
            "positives.",
            teaches="metrics-tpr",
        ),
        Mistake(
            "false alarms among alarms",
            among_alarms,
            "You divided FP = {fp} by everything called positive. FPR divides by all {negatives} negatives.",
            teaches="metrics-fpr",
        ),
        Mistake(
            "divided by all samples",
            of_all,
            "You divided by all {n} samples. Each rate has its own class below: {negatives} negatives, {positives} "
            "positives.",
            teaches="metrics-tpr",
        ),
        Mistake(
            "misses for hits",
            lambda s: (s.point(s.threshold)[0], 1 - s.point(s.threshold)[1]) if s.threshold else None,
            "Your second number is the share of positives missed. TPR is the share found: {tp} of {positives}.",
            teaches="metrics-tpr",
        ),
        Mistake(
            "one score too early",
            lambda s: s.point(s.before)[0] if s.form == "need" else None,
            "That is the rate one threshold earlier. {need}% are reached at {cut}: there FP = {fp}, ties included.",
        ),
        Mistake(
            "true positive rate",
            lambda s: None if s.threshold else s.point(s.cut)[1],
            "That is the true positive rate at the threshold {cut}. {owed} $frac({fp}, {negatives})$.",
        ),
        Mistake(
            "threshold 0.5",
            lambda s: None if s.threshold else s.point(50)[0] if s.form == "need" else s.lead(50),
            "You used the threshold 0.5. The question leaves it free, and {cut} is the one to take.",
        ),
        Mistake(
            "stopped at the first false alarm",
            lambda s: s.lead(max(s.of(0)) + 1) if s.form == "difference" else None,
            "You stopped before the first false alarm. Going on to {cut} gains more positives than it costs.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Scored | None:
        """Level 1: classes apart; level 2: one list, ties on the threshold; level 3: the threshold is to be found."""
        positives = draw.integer(*{1: (3, 4), 2: (4, 5), 3: (4, 5)}[level])
        negatives = draw.integer(*{1: (3, 5), 2: (4, 6), 3: (5, 6)}[level])
        grid = range(10, 100, 10) if level == 1 else range(5, 100, 5)
        # All but one of the positives score high, all but one of the negatives low.
        highs = [min(_two(draw, grid)), *(max(_two(draw, grid)) for _ in range(positives - 1))]
        lows = [max(_two(draw, grid)), *(min(_two(draw, grid)) for _ in range(negatives - 1))]
        threshold = draw.choice(sorted(highs)[1:]) if level < 3 else 0
        if threshold:  # at least one false positive, on level 2 rather on the threshold itself
            tied = level == 2 and draw.chance(0.6)
            lows[0] = threshold if tied else draw.choice([score for score in grid if score >= threshold])
        if level == 1:
            return _inside(Scored((*highs, *lows), (1,) * positives + (0,) * negatives, "apart", threshold))
        form = "list" if level == 2 else draw.choice(("need", "difference"))
        pairs = draw.shuffled([(score, 1) for score in highs] + [(score, 0) for score in lows])
        need = draw.choice(NEEDS) if form == "need" else 0
        return _inside(Scored(tuple(a for a, _ in pairs), tuple(b for _, b in pairs), form, threshold, need))

    def variant(self, s: Scored) -> str:
        """Return the form."""
        return s.form

    def formula(self, s: Scored) -> Point | Fraction:
        """Return the point, its first part where that is asked, or the largest difference."""
        if s.form == "difference":
            return s.lead(s.cut)
        return s.point(s.cut)[0] if s.form == "need" else s.point(s.cut)

    def effort(self, s: Scored) -> Effort:
        """Return a comparison for each sample, the quotients, and what sorting and trying thresholds take."""
        n = len(s.scores)
        return Effort({"apart": n, "list": n + 2, "need": 2 * n, "difference": 3 * n}[s.form], 2)

    def facts(self, s: Scored) -> Facts:
        """Return the scores of both classes, the counts at the threshold, and the differences worth trying."""
        places = 1 if s.form == "apart" else 2
        texts = {score: fixed(Fraction(score, 100), places) for score in (*s.scores, 0)}
        highs, lows = s.of(1), s.of(0)
        if s.form != "apart":
            highs.sort(reverse=True)
            lows.sort(reverse=True)
        fp, tp = s.alarms(s.cut)
        tries = [(texts[cut], *s.alarms(cut)) for cut in s.cuts if cut in highs]
        return {
            "positive_scores": ", ".join(texts[score] for score in highs),
            "negative_scores": ", ".join(texts[score] for score in lows),
            "listed": ", ".join(f"{texts[score]} ({label})" for score, label in zip(s.scores, s.labels, strict=True)),
            "cut": texts[s.cut],
            "n": len(s.scores),
            "positives": s.positives,
            "negatives": s.negatives,
            "fp": fp,
            "tp": tp,
            "fp_have": "has" if fp == 1 else "have",
            "flagged": fp + tp,
            "owed": "Subtract the false positive rate," if s.form == "difference" else "The false positive rate is",
            "leads": ", ".join(f"{b}/{s.positives} - {a}/{s.negatives} at {cut}" for cut, a, b in tries),
        }

    @staticmethod
    def witness(scores: tuple[int, ...], labels: tuple[int, ...], form: str, threshold: int, need: int) -> object:
        """Return the rates at one threshold, or what is asked about the rates at all of them."""
        import torch

        cuts = torch.tensor([threshold]) if threshold else torch.tensor(scores).sort(descending=True).values
        called = torch.tensor(scores) >= cuts[:, None]
        truth = torch.tensor(labels) == 1
        tpr = called[:, truth].double().mean(dim=1)
        fpr = called[:, ~truth].double().mean(dim=1)
        if form == "need":
            answer = fpr[tpr >= need / 100][0]
        elif form == "difference":
            answer = (tpr - fpr).max()
        else:
            answer = torch.stack([fpr[0], tpr[0]])
        return answer.tolist()


def _two(draw: Draw, grid: range) -> tuple[int, int]:
    """Draw two scores."""
    return draw.choice(grid), draw.choice(grid)


def _inside(s: Scored) -> Scored | None:
    """Return the problem if its point lies within the square, above the diagonal, and only one threshold gives it."""
    fpr, tpr = s.point(s.cut)
    if not 0 < fpr < tpr < 1:
        return None
    return s if s.form != "difference" or [*map(s.scaled_lead, s.cuts)].count(s.scaled_lead(s.cut)) == 1 else None
