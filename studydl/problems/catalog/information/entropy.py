"""The entropy of a distribution, and of one variable given another."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.problems.catalog.information._distributions import (
    BASES,
    DYADIC,
    LOGS,
    NOTATION,
    Counts,
    Shares,
    added,
    answers,
    decimals,
    dyadic,
    each_unit,
    entropy,
    numbers,
    shares,
    written,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How often each outcome, or each pair of outcomes, occurs.

    Args:
        counts: of each outcome, 0 to 99; of a table, row after row.
        unit: "bits" or "nats".
        columns: of the table; 0 for a single distribution.
    """

    counts: Counts
    unit: str
    columns: int = 0

    @property
    def p(self) -> Shares:
        """Return the probability of each outcome or cell."""
        return shares(self.counts)

    @property
    def rows(self) -> tuple[Counts, ...]:
        """Return the rows of the table; the whole as one row where there is none."""
        width = self.columns or len(self.counts)
        return tuple(self.counts[i : i + width] for i in range(0, len(self.counts), width))

    @property
    def row_sums(self) -> Counts:
        """Return how often each row occurs."""
        return tuple(map(sum, self.rows))

    @property
    def column_sums(self) -> Counts:
        """Return how often each column occurs."""
        return tuple(map(sum, zip(*self.rows, strict=True)))

    @property
    def surprises(self) -> tuple[Number, ...]:
        """Return -log p of each outcome that occurs."""
        return tuple(LOGS[self.unit](1 / p) for p in self.p if p)

    @property
    def row_entropies(self) -> tuple[Number, ...]:
        """Return the entropy within each row."""
        return tuple(entropy(shares(row), self.unit) for row in self.rows)


def weighted(o: Outcomes, unit: str) -> Number:
    """Return the entropies of the rows, weighted by how often the rows occur."""
    return added(p * entropy(shares(row), unit) for p, row in zip(shares(o.row_sums), o.rows, strict=True))


class Entropy(Family[Outcomes]):
    """Entropy is the expected surprise, sum p log(1/p): log n at most, 0 when the outcome is certain."""

    name, version, title = "information.entropy", 1, "Entropy of a distribution"
    source = "Cover and Thomas (2006), Elements of Information Theory, sections 2.1 and 2.2"
    answer = answers("plain", "data", "table")
    prompt = each_unit(
        {
            "plain": "The outcomes of a random variable have the probabilities {p}. What is its entropy in {unit}, "
            "to 3 decimals?",
            "data": "The {n} classes of a data set have {counts} examples. What is the entropy of its labels in "
            "{unit}, to 3 decimals?",
            "table": "Two variables were counted together, X in rows and Y in columns: {table}. What is the "
            "conditional entropy H(Y | X) in {unit}, to 3 decimals?",
        }
    )
    conventions = each_unit(
        {
            "plain": ("logarithms to base {base}",),
            "data": ("logarithms to base {base}", "0 log 0 = 0"),
            "table": ("logarithms to base {base}", "counts as probabilities"),
        }
    )
    steps = each_unit(
        {
            "plain": (
                "Surprise of each outcome, $-{log} p$: {surprises}.",
                "Weighted by its probability: {products}.",
                "The sum is the entropy: {answer}",
            ),
            "data": (
                "Shares of the {total} examples: {p}. An empty class adds nothing.",
                "Surprise of the other classes, $-{log} p$: {surprises}.",
                "Weighted by their shares: {products}.",
                "The sum is the entropy: {answer}",
            ),
            "table": (
                "Rows occur {row_sums} times out of {total}.",
                "Entropy of Y within each row, from its counts over the row's sum: {row_entropies}.",
                "Weighted by how often the row occurs: {row_products}.",
                "The sum is the conditional entropy: {answer}",
            ),
        }
    )
    limits = {1: Effort(14, 2), 2: Effort(15, 4), 3: Effort(36, 4)}
    mistakes = (
        Mistake(
            "nats for bits",
            lambda o: weighted(o, "nats") if o.unit == "bits" else None,
            "That is the entropy in nats. In bits the logarithms have base 2: divide by ln 2 = 0.6931.",
            convention="logarithms to base 2",
            teaches="info-unit",
        ),
        Mistake(
            "bits for nats",
            lambda o: weighted(o, "bits") if o.unit == "nats" else None,
            "That is the entropy in bits. In nats the logarithms are natural: multiply by ln 2 = 0.6931.",
            convention="logarithms to base e",
            teaches="info-unit",
        ),
        Mistake(
            "surprises not weighted",
            lambda o: None if o.columns else added(o.surprises),
            "You added the surprises {surprises} as they are. Entropy weighs each by its probability.",
            teaches="info-event",
        ),
        Mistake(
            "all outcomes alike",
            lambda o: None if o.columns else LOGS[o.unit](Fraction(len(o.counts))),
            "That is ${log} {n}$, the entropy of {n} equally likely outcomes. These are not equally likely.",
            teaches="info-uniform",
        ),
        Mistake(
            "Gini impurity",
            lambda o: None if o.columns else 1 - added(p * p for p in o.p),
            "That is $1 - sum p^2$, the Gini impurity. Entropy has $-{log} p$ in the place of $1 - p$.",
        ),
        Mistake(
            "sign lost",
            lambda o: -weighted(o, o.unit),
            "Logarithms of probabilities are negative; the minus in front makes entropy positive.",
            teaches="info-left-term",
        ),
        Mistake(
            "plain mean of the surprises",
            lambda o: None if o.columns else added(o.surprises) * Fraction(1, len(o.surprises)),
            "You gave each surprise the same weight. Each counts as much as its probability.",
            teaches="info-event",
        ),
        Mistake(
            "conditioned on the columns",
            lambda o: entropy(o.p, o.unit) - entropy(shares(o.column_sums), o.unit) if o.columns else None,
            "That is H(X | Y): you conditioned on the columns. X, the given variable, is in the rows.",
        ),
        Mistake(
            "entropy of Y",
            lambda o: entropy(shares(o.column_sums), o.unit) if o.columns else None,
            "That is H(Y), from the column sums {column_sums}. Knowing the row lowers it.",
        ),
        Mistake(
            "joint entropy",
            lambda o: entropy(o.p, o.unit) if o.columns else None,
            "That is the joint entropy H(X, Y) of the cells. H(Y | X) is H(X, Y) - H(X).",
        ),
        Mistake(
            "rows weigh the same",
            lambda o: added(o.row_entropies) * Fraction(1, len(o.rows)) if o.columns else None,
            "You averaged the rows' entropies plainly. A row weighs as often as it occurs: {row_sums} times.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Outcomes | None:
        """Level 1: powers of two, in bits; level 2: any probabilities; level 3: an empty class, or a table."""
        if level == 1:
            counts = dyadic(draw, draw.choice((3, 4, 5, 5, 6, 6, 6, 7)))
            return Outcomes(counts, "bits") if len(set(counts)) > 1 else None
        unit = draw.choice(("bits", "bits", "nats"))
        if level == 2:
            outcomes, total = draw.choice(((3, 100), (4, 100), (4, 100), (5, 100), (5, 50), (4, 50), (5, 36), (4, 48)))
            return Outcomes(draw.parts(total, outcomes), unit)
        if draw.chance(0.4):
            counts = draw.integers(draw.choice((3, 4)), 1, 40)
            return Outcomes(draw.shuffled((*counts, 0)), unit)
        columns = draw.choice((2, 2, 3))
        return Outcomes(draw.integers(2 * columns, 1, 30), unit, columns)

    def variant(self, o: Outcomes) -> str:
        """Return plain, data or table, and the unit."""
        return f"{'table' if o.columns else 'data' if 0 in o.counts else 'plain'} {o.unit}"

    def formula(self, o: Outcomes) -> Number:
        """Return the mean entropy of the rows; a single distribution is one row."""
        return weighted(o, o.unit)

    def effort(self, o: Outcomes) -> Effort:
        """Return a logarithm, a product and a sum an outcome, and a quotient where counts are given."""
        outcomes = sum(count > 0 for count in o.counts)
        whole_bits = sum(o.counts) == DYADIC and not o.columns
        each = 2 if whole_bits else 4 if o.columns or 0 in o.counts else 3
        return Effort(each * outcomes + 2 * bool(o.columns), 2 if whole_bits else 4)

    def facts(self, o: Outcomes) -> Facts:
        """Return the distribution, its surprises and their products, and the rows of a table."""
        pairs = list(zip([p for p in o.p if p], o.surprises, strict=True))
        rows = list(zip(shares(o.row_sums), o.row_entropies, strict=True))
        places = decimals(rows if o.columns else pairs)
        return {
            "p": written(o.counts),
            "counts": ", ".join(map(str, o.counts)),
            "n": len(o.counts),
            "total": sum(o.counts),
            "unit": o.unit,
            "base": BASES[o.unit],
            "log": NOTATION[o.unit],
            "surprises": numbers((s for _, s in pairs), places),
            "products": numbers((p * s for p, s in pairs), places),
            "table": str([list(row) for row in o.rows]),
            "row_sums": o.row_sums,
            "column_sums": o.column_sums,
            "row_entropies": numbers((h for _, h in rows), places),
            "row_products": numbers((p * h for p, h in rows), places),
        }

    @staticmethod
    def witness(counts: Counts, unit: str, columns: int) -> float:
        """Return the entropy of the whole, less that of the rows in a table: H(Y | X) = H(X, Y) - H(X)."""
        import torch

        p = torch.tensor(counts, dtype=torch.float64)
        p = p / p.sum()
        nats = torch.special.entr(p).sum()
        if columns:  # H(Y | X) = H(X, Y) - H(X)
            nats = nats - torch.special.entr(p.view(-1, columns).sum(dim=1)).sum()
        one = torch.tensor(2 if unit == "bits" else torch.e, dtype=torch.float64).log()
        return float(nats / one)
