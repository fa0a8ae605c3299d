"""Cohen's kappa: agreement beyond chance, with every disagreement alike or weighted by its size."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from studydl.answers.kinds import Real
from studydl.problems.catalog.metrics._matrix import Matrix, Rows, draw_rows
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

POWERS = {"unweighted": 0, "linear": 1, "quadratic": 2}
OWN_SHARES = "chance agreement from each annotator's own shares"
DOCTORS = "rows are the first doctor, columns the second"
WEIGHING = (
    "Row sums: {sizes}. Column sums: {guesses}.",
    "One grade apart: {near}. Two grades apart: {wide}. Weighted: ${near} + {weight} * {wide} = {seen}$.",
    "By chance, row sum times column sum of the same cells: ${near_products} = {near_chance}$ one grade apart, "
    "${wide_products} = {wide_chance}$ two apart.",
    "Weighted, over {n} images: $frac({near_chance} + {weight} * {wide_chance}, {n}) = {chance:.3}$.",
    "$kappa = 1 - frac({seen}, {chance:.3})$ = {answer}",
)


@dataclass(frozen=True, slots=True)
class Annotated(Matrix):
    """How two annotators labeled the same things.

    Args:
        weights: what a disagreement counts: "unweighted", "linear" or "quadratic".
    """

    weights: str = "unweighted"

    @property
    def alike(self) -> bool:
        """Say whether all disagreements count alike."""
        return self.weights == "unweighted"

    @property
    def observed(self) -> Fraction:
        """Return the share on which both agree."""
        return self.accuracy

    @property
    def expected(self) -> Fraction:
        """Return the share on which both would agree by chance."""
        return Fraction(sum(a * b for a, b in zip(self.sizes, self.guesses, strict=True)), self.total**2)

    def over(self, chance: Fraction) -> Fraction:
        """Return the agreement beyond a chance agreement, as a share of what is possible."""
        return (self.observed - chance) / (1 - chance)

    def far(self, gap: int) -> tuple[int, int]:
        """Return how many labels lie this far apart, and the sum of row sum times column sum over these cells."""
        sizes, guesses, cells = self.sizes, self.guesses, apart(len(self.matrix), gap)
        return sum([self.matrix[i][j] for i, j in cells]), sum([sizes[i] * guesses[j] for i, j in cells])

    def disagreement(self, weights: str) -> tuple[int, Fraction]:
        """Return the disagreement that is seen, each weighted by its size, and what chance would give."""
        seen = chance = 0
        for gap in range(1, len(self.matrix)):
            here, there = self.far(gap)
            seen += gap ** POWERS[weights] * here
            chance += gap ** POWERS[weights] * there
        return seen, Fraction(chance, self.total)

    def weighted(self, weights: str) -> Fraction:
        """Return one less the weighted disagreement over what chance would give."""
        seen, chance = self.disagreement(weights)
        return 1 - seen / chance


@cache
def apart(k: int, gap: int) -> tuple[tuple[int, int], ...]:
    """Return the cells of a table of k classes whose labels lie this far apart."""
    return tuple((i, j) for i in range(k) for j in range(k) if abs(i - j) == gap)


def even(p: Annotated) -> Fraction:
    """Return the agreement beyond that of annotators who choose every class equally often."""
    return p.over(Fraction(1, len(p.matrix)))


def pooled(p: Annotated) -> Fraction:
    """Return the agreement beyond that of annotators who both have the mean of their shares: Scott's pi."""
    return p.over(Fraction(sum((a + b) ** 2 for a, b in zip(p.sizes, p.guesses, strict=True)), 4 * p.total**2))


class Kappa(Family[Annotated]):
    """Kappa: how much of the agreement that chance leaves open two annotators reach, (p_o - p_e) / (1 - p_e)."""

    name, version, title = "metrics.kappa", 1, "Cohen's kappa"
    source = (
        "Cohen (1960), A coefficient of agreement for nominal scales; Cohen (1968), Weighted kappa; "
        "scikit-learn documentation, sklearn.metrics.cohen_kappa_score"
    )
    answer = Real(places=3)
    prompt = {
        "yes-no": "Two annotators look at {n} images. Both say yes to {both}, only the first to {first}, only the "
        "second to {second}, and neither to {neither}. What is Cohen's kappa, to 3 decimals?",
        "table": "Two annotators sort the same {n} texts into three classes; the table {table} counts them. What is "
        "Cohen's kappa, to 3 decimals?",
        "linear": "Two doctors grade the same {n} images 1, 2 or 3; the table {table} counts them. What is Cohen's "
        "kappa with linear weights, to 3 decimals?",
        "quadratic": "Two doctors grade the same {n} images 1, 2 or 3; the table {table} counts them. What is Cohen's "
        "kappa with quadratic weights, to 3 decimals?",
    }
    conventions = {
        "yes-no": (OWN_SHARES,),
        "table": ("rows are the first annotator, columns the second", "unweighted", OWN_SHARES),
        "linear": (DOCTORS, "a disagreement weighs the difference of grades"),
        "quadratic": (DOCTORS, "a disagreement weighs the squared difference of grades"),
    }
    steps = {
        "yes-no": (
            "They agree on {both} + {neither} = {agree} images: $p_o = frac({agree}, {n}) = {observed:.4}$.",
            "The first says yes to {yes1} and no to {no1}, the second yes to {yes2} and no to {no2}. By chance: "
            "$p_e = frac({yes1} * {yes2} + {no1} * {no2}, {n}^2) = {expected:.4}$.",
            "$kappa = frac(p_o - p_e, 1 - p_e) = frac({beyond:.4}, {open:.4})$ = {answer}",
        ),
        "table": (
            "They agree on {agree} texts: $p_o = frac({agree}, {n}) = {observed:.5}$.",
            "Row sums: {sizes}. Column sums: {guesses}. By chance: $p_e = frac({products}, {n}^2) = {expected:.5}$.",
            "$kappa = frac(p_o - p_e, 1 - p_e) = frac({beyond:.5}, {open:.5})$ = {answer}",
        ),
        "linear": WEIGHING,
        "quadratic": WEIGHING,
    }
    limits = {1: Effort(14, 4), 2: Effort(22, 5), 3: Effort(30, 5)}
    mistakes = (
        Mistake(
            "observed agreement",
            lambda p: p.observed,
            "That is the share they agree on, {agree} of {n}. Kappa takes off what chance would give.",
        ),
        Mistake(
            "not divided",
            lambda p: p.observed - p.expected if p.alike else None,
            "You stopped at $p_o - p_e$. Divide by what chance leaves open, $1 - p_e = {open:.4}$.",
        ),
        Mistake(
            "even chance",
            lambda p: even(p) if p.alike else None,
            "You took {k} equally likely classes for chance. The annotators do not use the classes equally often: "
            "$p_e = {expected:.4}$.",
            convention="each annotator's own shares",
        ),
        Mistake(
            "expected agreement",
            lambda p: p.expected if p.alike else None,
            "That is the agreement by chance alone, $p_e$. Kappa compares the observed agreement with it.",
        ),
        Mistake(
            "chance of one class only",
            lambda p: p.over(Fraction(p.sizes[-1] * p.guesses[-1], p.total**2)) if len(p.matrix) == 2 else None,
            "You counted chance agreement on yes only. They also agree by chance on no: {no1} and {no2} of {n}.",
        ),
        Mistake(
            "pooled shares",
            lambda p: pooled(p) if p.alike else None,
            "You gave both annotators the same shares, as Scott's pi does. For kappa each keeps its own.",
            convention="each annotator's own shares",
        ),
        Mistake(
            "unweighted",
            lambda p: None if p.alike else p.weighted("unweighted"),
            "That is kappa without weights. Here two grades apart count {weight} times as much as one.",
            convention="a disagreement weighs",
        ),
        Mistake(
            "the other weights",
            lambda p: None if p.alike else p.weighted("linear" if p.weights == "quadratic" else "quadratic"),
            "You used the other weights. With {weights} ones, two grades apart count {weight} times as much as one.",
            convention="a disagreement weighs",
        ),
        Mistake(
            "chance not compared",
            lambda p: None if p.alike else 1 - Fraction(p.disagreement(p.weights)[0], 2 ** POWERS[p.weights] * p.total),
            "You compared the disagreement {seen} with the worst possible. Kappa compares it with chance, {chance:.1}.",
        ),
        Mistake(
            "one minus forgotten",
            lambda p: None if p.alike else 1 - p.weighted(p.weights),
            "That is the disagreement as a share of chance, $frac({seen}, {chance:.1})$. Kappa is 1 minus that.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Annotated | None:
        """Level 1: yes or no; level 2: three classes; level 3: three grades, weighted."""
        if level == 1:
            n = draw.choice((20, 25, 50, 50, 100))
            first, second = draw.integer(1, n // 5), draw.integer(1, n // 5)
            both = draw.integer(n // 5, n - first - second - 2)
            return Annotated(((n - both - first - second, second), (first, both)))
        if level == 2:
            return Annotated(draw_rows(draw, 3, (8, 40), (0, 10)))
        most = {0: (8, 45), 1: (1, 12), 2: (0, 4)}
        rows = tuple(tuple(draw.integer(*most[abs(i - j)]) for j in range(3)) for i in range(3))
        return Annotated(rows, draw.choice(("linear", "quadratic", "quadratic")))

    def variant(self, p: Annotated) -> str:
        """Return the weights, or yes-no or table where all disagreements count alike."""
        return p.weights if not p.alike else "yes-no" if len(p.matrix) == 2 else "table"

    def formula(self, p: Annotated) -> Fraction:
        """Return (p_o - p_e) / (1 - p_e), or one less the weighted disagreement over that of chance."""
        return p.over(p.expected) if p.alike else p.weighted(p.weights)

    def effort(self, p: Annotated) -> Effort:
        """Return sums of rows and columns, the products of chance, and the quotient."""
        operations = {"yes-no": 13, "table": 22}.get(self.variant(p), 28)
        return Effort(operations, 2 if self.variant(p) == "yes-no" else len(str(p.total)) + 1)

    def facts(self, p: Annotated) -> Facts:
        """Return the sums, both agreements, and the disagreements by size."""
        sizes, guesses, n, k = p.sizes, p.guesses, p.total, len(p.matrix)
        near, near_chance = p.far(1)
        wide, wide_chance = p.far(2)
        seen, chance = p.disagreement(p.weights)
        (neither, second), (first, both) = (row[-2:] for row in p.matrix[-2:])
        return {
            "table": p.table,
            "n": n,
            "k": k,
            "both": both,
            "first": first,
            "second": second,
            "neither": neither,
            "agree": sum(p.hits),
            "yes1": sizes[-1],
            "no1": n - sizes[-1],
            "yes2": guesses[-1],
            "no2": n - guesses[-1],
            "observed": p.observed,
            "expected": p.expected,
            "beyond": p.observed - p.expected,
            "open": 1 - p.expected,
            "sizes": tuple(sizes),
            "guesses": tuple(guesses),
            "products": " + ".join(f"{a} * {b}" for a, b in zip(sizes, guesses, strict=True)),
            "near": near,
            "wide": wide,
            "near_chance": near_chance,
            "wide_chance": wide_chance,
            "near_products": " + ".join(f"{sizes[i]} * {guesses[j]}" for i, j in apart(k, 1)),
            "wide_products": " + ".join(f"{sizes[i]} * {guesses[j]}" for i, j in apart(k, 2)),
            "weight": 2 ** POWERS[p.weights],
            "seen": seen,
            "chance": chance,
        }

    @staticmethod
    def witness(matrix: Rows, weights: str) -> float:
        """Return one less the disagreement on the same things over the disagreement on any two things."""
        import torch

        k = len(matrix)
        cells = torch.arange(k * k).repeat_interleave(torch.tensor(matrix).flatten())
        first, second = (cells // k).double(), (cells % k).double()
        gaps = (first[:, None] - second).abs()  # each label of the first with each of the second
        cost = gaps.sign() if weights == "unweighted" else gaps**2 if weights == "quadratic" else gaps
        return (1 - cost.diagonal().mean() / cost.mean()).item()
