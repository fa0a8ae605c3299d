"""One F1 score for several classes: macro, weighted or micro, and what a background class does to it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.metrics._matrix import ROWS_ARE_TRUTH, Matrix, Rows, draw_rows, mean
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import fixed

MACRO = "macro: the mean of the classes' F1 scores"
WEIGHTED = "weighted: each class's F1 counts by its number of samples"
MICRO = "micro: TP, FP and FN are added up over the classes"
EACH = "F1 of a class: twice its hits, divided by row sum plus column sum. {each}."
RULES = {
    "macro": "The macro average is the plain mean of the classes' F1 scores.",
    "weighted": "In the weighted average each class's F1 counts by its number of samples.",
    "micro": "The micro average adds TP, FP and FN up over the classes that count, then takes one F1.",
}


@dataclass(frozen=True, slots=True)
class Averaged(Matrix):
    """A confusion matrix and the average asked for.

    Args:
        average: "macro", "weighted" or "micro".
        first: index of the first class that counts: 1 where class A is background, else 0.
    """

    average: str
    first: int = 0

    @property
    def scores(self) -> list[Fraction]:
        """Return the F1 score of each class that counts."""
        every = zip(self.hits, self.sizes, self.guesses, strict=True)
        return [Fraction(2 * hit, size + guessed) for hit, size, guessed in every][self.first :]


def weighted(scores: list[Fraction], weights: list[int]) -> Fraction:
    """Return the weighted mean."""
    return sum((f * w for f, w in zip(scores, weights, strict=True)), Fraction(0)) / sum(weights)


def averaged(p: Averaged, average: str) -> Fraction:
    """Return the F1 averaged one way."""
    if average == "macro":
        return mean(p.scores)
    sizes, guesses = p.sizes[p.first :], p.guesses[p.first :]
    if average == "weighted":
        return weighted(p.scores, sizes)
    return Fraction(2 * sum(p.hits[p.first :]), sum(sizes) + sum(guesses))


def another(p: Averaged, average: str) -> Fraction | None:
    """Return the F1 averaged another way than the one asked for."""
    return None if p.average == average else averaged(p, average)


def of_means(p: Averaged) -> Fraction | None:
    """Return the F1 of the mean precision and the mean recall, where the macro average is asked for."""
    if p.average != "macro":
        return None
    precision = mean([Fraction(hit, guessed or 1) for hit, guessed in zip(p.hits, p.guesses, strict=True)])
    recall = mean(p.recalls)
    return 2 * precision * recall / (precision + recall)


class AveragedF1(Family[Averaged]):
    """Macro averages scores, micro averages samples: with one label a sample, micro F1 over all classes is accuracy."""

    name, version, title = "metrics.averaged-f1", 1, "Macro, weighted and micro F1"
    source = "scikit-learn documentation, sklearn.metrics.f1_score, parameters average, labels and zero_division"
    answer = Real(places=3)
    prompt = {
        "macro": "A classifier has the confusion matrix {table} over the classes {names}. What is its macro F1, to 3 "
        "decimals?",
        "weighted": "A classifier has the confusion matrix {table} over the classes {names}. What is its weighted F1, "
        "to 3 decimals?",
        "micro": "A classifier has the confusion matrix {table} over the classes {names}. What is its micro F1, to 3 "
        "decimals?",
        "absent": "A classifier has the confusion matrix {table} over the classes {names}. What is its macro F1 over "
        "all {n} classes, to 3 decimals?",
        "background": "A tagger of words has the confusion matrix {table} over the classes {names}; class A means that "
        "a word gets no tag. What is the micro F1 over the other classes, to 3 decimals?",
    }
    conventions = {
        "macro": (ROWS_ARE_TRUTH, MACRO),
        "weighted": (ROWS_ARE_TRUTH, WEIGHTED),
        "micro": (ROWS_ARE_TRUTH, MICRO),
        "absent": (ROWS_ARE_TRUTH, MACRO, "a class that is never predicted has F1 = 0"),
        "background": (ROWS_ARE_TRUTH, MICRO),
    }
    steps = {
        "macro": (
            EACH,
            "The mean of the {n}: {answer}",
        ),
        "weighted": (
            EACH,
            "The weights are the row sums {sizes}, {total} samples together.",
            "$frac({weighted_sum}, {total})$ = {answer}",
        ),
        "micro": (
            "Over all classes every wrong prediction is one FP and one FN: precision, recall and F1 are the accuracy.",
            "Right predictions: {hits_sum} = {hits} of {total} samples: {answer}",
        ),
        "absent": (
            "Nothing is predicted as {missing}: its F1 is 0.",
            EACH,
            "The mean of all {n}: {answer}",
        ),
        "background": (
            "Hits of the other classes: {hits_sum} = {hits}.",
            "Words that belong to them: rows {sizes}, together {true}. Words tagged: columns {guesses}, together "
            "{tagged}.",
            "$F_1 = frac(2 * {hits}, {true} + {tagged})$ = {answer}",
        ),
    }
    limits = {1: Effort(16, 2), 2: Effort(28, 3), 3: Effort(40, 3)}
    mistakes = (
        Mistake(
            "macro average",
            lambda p: another(p, "macro"),
            "That is the macro average: all classes count alike. {rule}",
            teaches="imbalance-points-average",
        ),
        Mistake(
            "weighted average",
            lambda p: another(p, "weighted"),
            "That is the weighted average: large classes count more. {rule}",
            teaches="imbalance-points-average",
        ),
        Mistake(
            "accuracy",
            lambda p: p.accuracy if p.average != "micro" or p.first else None,
            "That is the accuracy, which is the micro F1 over all classes. {rule}",
            teaches="imbalance-micro",
        ),
        Mistake(
            "F1 of the means",
            of_means,
            "You averaged precision and recall first and took one F1 of the means. Here F1 is taken in each class, "
            "then averaged.",
            convention="the mean of the classes' F1 scores",
        ),
        Mistake(
            "empty class left out",
            lambda p: mean([f for f in p.scores if f]) if 0 in p.guesses else None,
            "You left {missing} out of the mean. It has samples, none of them found: its F1 of 0 counts.",
            convention="F1 = 0",
            teaches="imbalance-macro",
        ),
        Mistake(
            "mean recall",
            lambda p: mean(p.recalls[p.first :]),
            "You averaged the recalls. F1 also counts what is wrongly predicted as a class, its column.",
        ),
        Mistake(
            "weighted by the predictions",
            lambda p: weighted(p.scores, p.guesses) if p.average == "weighted" else None,
            "You weighted with the column sums, the predictions. The samples of a class are its row: {sizes}.",
            convention="rows are the truth",
        ),
        Mistake(
            "one class only",
            lambda p: p.scores[-1] if len(p.matrix) == 2 else None,
            "That is the F1 of class 1 alone. The average also has class 0.",
        ),
        Mistake(
            "recall of the tags",
            lambda p: Fraction(sum(p.hits[1:]), sum(p.sizes[1:])) if p.first else None,
            "That is the micro recall, {hits} of {true}. F1 also counts the wrong tags, in the columns.",
        ),
        Mistake(
            "precision of the tags",
            lambda p: Fraction(sum(p.hits[1:]), sum(p.guesses[1:])) if p.first else None,
            "That is the micro precision, {hits} of {tagged}. F1 also counts the missed tags, in the rows.",
        ),
        Mistake(
            "background dropped from the matrix",
            lambda p: Matrix(tuple(row[1:] for row in p.matrix[1:])).accuracy if p.first else None,
            "You crossed out row and column A. A tag missed is a false negative, a wrong tag on a plain word a false "
            "positive: both count.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Averaged | None:
        """Level 1: two classes; level 2: three, any average; level 3: a class never predicted, or a background."""
        if level == 1:
            return Averaged(draw_rows(draw, 2, (3, 12), (1, 5)), draw.choice(("macro", "macro", "weighted")))
        if level == 2:
            average = draw.choice(("macro", "macro", "weighted", "weighted", "micro"))
            return Averaged(draw_rows(draw, 3, (10, 60), (0, 12)), average)
        rows = draw_rows(draw, 4, (10, 70), (0, 12))
        if draw.chance(0.5):
            plain = (draw.integer(100, 300), *rows[0][1:])
            return Averaged((plain, *rows[1:]), "micro", first=1)
        missing = draw.integer(0, 3)
        never = tuple(tuple(0 if j == missing else count for j, count in enumerate(row)) for row in rows)
        return Averaged(never, "macro") if sum(never[missing]) else None

    def variant(self, p: Averaged) -> str:
        """Return background, absent, or the average."""
        return "background" if p.first else "absent" if 0 in p.guesses else p.average

    def formula(self, p: Averaged) -> Fraction:
        """Return the mean of the scores, or one score of the sums."""
        return averaged(p, p.average)

    def effort(self, p: Averaged) -> Effort:
        """Return sums of rows and columns, a quotient for each score, and the average."""
        k, used = len(p.matrix), len(p.matrix) - p.first - (0 in p.guesses)
        if p.average == "micro":
            return Effort(2 * used * k + used if p.first else k * k + k, len(str(max(p.sizes))))
        return Effort(used * (2 * (k - 1) + 3) + k * (2 if p.average == "weighted" else 1), len(str(max(p.sizes))))

    def facts(self, p: Averaged) -> Facts:
        """Return sums of rows and columns, the scores, and what they are made of."""
        names, k = "ABCD" if len(p.matrix) > 2 else "01", len(p.matrix)
        hits, sizes, guesses, scores = p.hits[p.first :], p.sizes[p.first :], p.guesses[p.first :], p.scores
        parts = zip(names, hits, sizes, guesses, scores, strict=False)
        return {
            "table": p.table,
            "names": f"{', '.join(names[: k - 1])} and {names[k - 1]}",
            "n": k,
            "total": p.total,
            "rule": RULES[p.average],
            "missing": names[p.guesses.index(0)] if 0 in p.guesses else "",
            "each": ", ".join(f"{name}: $frac(2 * {h}, {s} + {g}) = {fixed(f, 5)}$" for name, h, s, g, f in parts if g),
            "hits_sum": " + ".join(map(str, hits)),
            "hits": sum(hits),
            "sizes": tuple(sizes),
            "guesses": tuple(guesses),
            "true": sum(sizes),
            "tagged": sum(guesses),
            "weighted_sum": " + ".join(f"{s} * {fixed(f, 5)}" for s, f in zip(sizes, scores, strict=True)),
        }

    @staticmethod
    def witness(matrix: Rows, average: str, first: int) -> float:
        """Return the harmonic mean of precision and recall of one-hot labels, averaged."""
        import torch

        k = len(matrix)
        cells = torch.arange(k * k).repeat_interleave(torch.tensor(matrix).flatten())
        one_hot = torch.eye(k, dtype=torch.float64)[:, first:]
        truth, guess = one_hot[cells // k], one_hot[cells % k]
        if average == "micro":
            truth, guess = truth.reshape(-1, 1), guess.reshape(-1, 1)
        hits = (truth * guess).sum(dim=0)
        precision, recall = hits / guess.sum(dim=0), hits / truth.sum(dim=0)
        f1 = (2 / (1 / precision + 1 / recall)).nan_to_num()
        weight = truth.sum(dim=0) if average == "weighted" else torch.ones_like(f1)
        return ((f1 * weight).sum() / weight.sum()).item()
