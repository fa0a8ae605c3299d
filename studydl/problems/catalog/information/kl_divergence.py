"""The Kullback-Leibler divergence of one distribution from another."""

from __future__ import annotations

from collections.abc import Iterable
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
    cross_entropy,
    decimals,
    distance,
    divergence,
    dyadic,
    each_unit,
    entropy,
    number,
    numbers,
    shares,
    written,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number


@dataclass(frozen=True, slots=True)
class Pair:
    """Two distributions over the same outcomes, or a batch of such pairs.

    Args:
        p: counts that stand for the probabilities of P, row after row.
        q: counts that stand for those of Q, none of them 0.
        unit: "bits" or "nats".
        rows: how many distributions of either kind; 1 or 2.
    """

    p: Counts
    q: Counts
    unit: str
    rows: int = 1

    @property
    def outcomes(self) -> int:
        """Return the outcomes of one distribution."""
        return len(self.p) // self.rows

    @property
    def form(self) -> str:
        """Return batch, bernoulli, zero or plain."""
        return "batch" if self.rows > 1 else "bernoulli" if len(self.p) == 2 else "zero" if 0 in self.p else "plain"

    def parts(self, counts: Counts) -> tuple[Counts, ...]:
        """Return the rows of p or q."""
        return tuple(counts[i : i + self.outcomes] for i in range(0, len(counts), self.outcomes))

    @property
    def pairs(self) -> tuple[tuple[Shares, Shares], ...]:
        """Return P and Q of each row."""
        return tuple(zip(map(shares, self.parts(self.p)), map(shares, self.parts(self.q)), strict=True))

    @property
    def together(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """Return the probabilities under P and Q of every outcome that occurs, row after row."""
        return tuple((a, b) for p, q in self.pairs for a, b in zip(p, q, strict=True) if a)

    @property
    def lopsided(self) -> bool:
        """Say whether KL(P || Q) and KL(Q || P) differ in bits."""
        return any(divergence(p, q, "bits") != divergence(q, p, "bits") for p, q in self.pairs)

    def total(self, unit: str) -> Number:
        """Return the divergences of all rows together."""
        return added(divergence(p, q, unit) for p, q in self.pairs)

    def mean(self, unit: str) -> Number:
        """Return the mean divergence of a row."""
        return self.total(unit) * Fraction(1, self.rows)

    @property
    def dropped(self) -> Fraction:
        """Return the probability under Q of the outcomes that P excludes."""
        return 1 - sum((b for _, b in self.together), Fraction(0)) / self.rows


class KlDivergence(Family[Pair]):
    """KL(P || Q) = sum p log(p/q) is the surprise that believing Q adds: never negative, not symmetric."""

    name, version, title = "information.kl-divergence", 1, "KL divergence"
    source = "Cover and Thomas (2006), Elements of Information Theory, section 2.3; torch.nn.KLDivLoss documentation"
    answer = answers("plain", "zero", "bernoulli", "batch")
    prompt = each_unit(
        {
            "plain": "P has the probabilities {p}, and Q has {q}. What is $KL(P || Q)$ in {unit}, to 3 decimals?",
            "zero": "P has the probabilities {p}, and Q has {q}. What is $KL(P || Q)$ in {unit}, to 3 decimals?",
            "bernoulli": "P and Q are Bernoulli distributions with success probabilities {first_p} and {first_q}. "
            "What is $KL(P || Q)$ in {unit}, to 3 decimals?",
            "batch": "A batch has the targets P = {p_rows} and the predictions Q = {q_rows}, one distribution per row. "
            'What is their KL divergence with reduction "batchmean" in {unit}, to 3 decimals?',
        }
    )
    conventions = each_unit(
        {
            "plain": ("logarithms to base {base}", "P weighs the logarithms"),
            "zero": ("logarithms to base {base}", "P weighs the logarithms", "0 log 0 = 0"),
            "bernoulli": ("logarithms to base {base}", "P weighs the logarithms"),
            "batch": (
                "logarithms to base {base}",
                "KL(P || Q): P weighs the logarithms",
                "batchmean: summed over outcomes, averaged over rows",
            ),
        }
    )
    _sum = (
        "Their logarithms, ${log} frac(p, q)$: {logs}.",
        "Weighted by p: {products}.",
        "The sum is the divergence: {answer}",
    )
    steps = each_unit(
        {
            "plain": ("Ratios $frac(p, q)$ of each outcome: {ratios}.", *_sum),
            "zero": (
                "The outcome that P excludes adds nothing. Ratios $frac(p, q)$ of the others: {ratios}.",
                *_sum,
            ),
            "bernoulli": (
                "Failure has the probabilities {second_p} and {second_q}. Ratios $frac(p, q)$ of success and failure: "
                "{ratios}.",
                *_sum,
            ),
            "batch": (
                "Ratios $frac(p, q)$, row after row: {ratios}.",
                "Their logarithms, ${log} frac(p, q)$: {logs}.",
                "Weighted by p: {products}.",
                "The sum over all outcomes is {whole}.",
                "Averaged over {rows} rows: {answer}",
            ),
        }
    )
    limits = {1: Effort(20, 2), 2: Effort(20, 4), 3: Effort(28, 4)}
    mistakes = (
        Mistake(
            "nats for bits",
            lambda d: d.mean("nats") if d.unit == "bits" else None,
            "That is the divergence in nats. In bits the logarithms have base 2: divide by ln 2 = 0.6931.",
            convention="logarithms to base 2",
            teaches="info-unit",
        ),
        Mistake(
            "bits for nats",
            lambda d: d.mean("bits") if d.unit == "nats" else None,
            "That is the divergence in bits. In nats the logarithms are natural: multiply by ln 2 = 0.6931.",
            convention="logarithms to base e",
            teaches="info-unit",
        ),
        Mistake(
            "arguments exchanged",
            lambda d: added(divergence(q, p, d.unit) for p, q in d.pairs) * Fraction(1, d.rows),
            "That is KL(Q || P). In KL(P || Q) it is P that weighs, and Q that divides.",
            teaches="info-kl-average",
        ),
        Mistake(
            "cross-entropy",
            lambda d: added(cross_entropy(p, q, d.unit) for p, q in d.pairs) * Fraction(1, d.rows),
            "That is the cross-entropy H(P, Q). The divergence is what it exceeds the entropy of P by.",
            teaches="info-decomposition",
        ),
        Mistake(
            "difference of the entropies",
            lambda d: added(entropy(q, d.unit) - entropy(p, d.unit) for p, q in d.pairs) * Fraction(1, d.rows),
            "You took the entropy of Q less that of P. KL(P || Q) is the cross-entropy H(P, Q) less that of P.",
            teaches="info-decomposition",
        ),
        Mistake(
            "rows added",
            lambda d: d.total(d.unit) if d.rows > 1 else None,
            'That is right for reduction "sum". Here the sum, {whole}, is averaged over the {rows} rows.',
            convention="averaged over rows",
            teaches="info-batchmean",
        ),
        Mistake(
            "mean over all elements",
            lambda d: d.total(d.unit) * Fraction(1, len(d.p)) if d.rows > 1 else None,
            'That is right for reduction "mean", which divides by all {elements} elements. Here the sum is divided by '
            "the {rows} rows.",
            convention="batchmean: summed over outcomes",
            teaches="info-batchmean",
        ),
        Mistake(
            "mean over the outcomes",
            lambda d: d.total(d.unit) * Fraction(1, len(d.p)) if d.rows == 1 else None,
            "You divided by the {elements} outcomes. Weighted by P the sum is an average already.",
            teaches="info-kl-average",
        ),
        Mistake(
            "logarithms not weighted",
            lambda d: added(LOGS[d.unit](a / b) for a, b in d.together) * Fraction(1, d.rows),
            "You added the logarithms {logs} as they are. Each is weighted by its probability under P.",
            teaches="info-kl-average",
        ),
        Mistake(
            "entropy added",
            lambda d: added(cross_entropy(p, q, d.unit) + entropy(p, d.unit) for p, q in d.pairs) * Fraction(1, d.rows),
            "You added the entropy of P to the cross-entropy. It is subtracted: KL = H(P, Q) - H(P).",
            teaches="info-decomposition",
        ),
        Mistake(
            "outcome struck out of Q",
            lambda d: d.total(d.unit) + LOGS[d.unit](1 - d.dropped) if d.form == "zero" else None,
            "You struck the excluded outcome out of Q and scaled Q up. Q keeps its probabilities; only the term is 0.",
        ),
        Mistake(
            "success only",
            lambda d: (
                d.together[0][0] * LOGS[d.unit](d.together[0][0] / d.together[0][1]) if d.form == "bernoulli" else None
            ),
            "That is the term of success alone. Failure, with {second_p} under P and {second_q} under Q, counts too.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Pair | None:
        """Level 1: powers of two, in bits; level 2: any, in nats; level 3: a zero, two Bernoullis, or a batch."""
        if level == 1:
            outcomes = draw.choice((4, 4, 4, 5, 5))
            pair = _apart(Pair(dyadic(draw, outcomes), dyadic(draw, outcomes), "bits"))
            return pair if pair and (pair.lopsided or draw.chance(0.2)) else None
        if level == 2:
            outcomes, total = draw.choice(((3, 20), (3, 20), (4, 20), (4, 20), (3, 100), (3, 24), (4, 24)))
            return _apart(Pair(draw.parts(total, outcomes), draw.parts(total, outcomes), "nats"))
        unit, form = draw.choice(("nats", "bits")), draw.choice(("batch", "batch", "zero", "zero", "bernoulli"))
        if form == "bernoulli":
            p, q = draw.integer(2, 98), draw.integer(2, 98)
            return _apart(Pair((p, 100 - p), (q, 100 - q), unit))
        if form == "zero":
            outcomes = draw.choice((4, 4, 5))
            return Pair(draw.shuffled((*draw.parts(20, outcomes - 1), 0)), draw.parts(20, outcomes), unit)
        outcomes = draw.choice((2, 3, 3))
        p_rows, q_rows = (draw.parts(20, outcomes) + draw.parts(20, outcomes) for _ in "PQ")
        return _apart(Pair(p_rows, q_rows, unit, rows=2))

    def variant(self, d: Pair) -> str:
        """Return the form and the unit."""
        return f"{d.form} {d.unit}"

    def formula(self, d: Pair) -> Number:
        """Return the sum of p log(p / q), averaged over the rows."""
        return d.mean(d.unit)

    def effort(self, d: Pair) -> Effort:
        """Return a quotient, a logarithm, a product and a sum an outcome, and the mean of a batch."""
        operations = 4 * len(d.together) + 2 * (d.form == "bernoulli") + (d.rows > 1)
        return Effort(operations, 2 if sum(d.p) == DYADIC else 4)

    def facts(self, d: Pair) -> Facts:
        """Return both distributions, their ratios, logarithms and products."""
        logs = [LOGS[d.unit](a / b) for a, b in d.together]
        terms = [(a, x) for (a, _), x in zip(d.together, logs, strict=True)]
        places = decimals(terms, d.rows)
        p_rows, q_rows = (tuple(map(written, d.parts(counts))) for counts in (d.p, d.q))
        p, q = p_rows[0], q_rows[0]
        return {
            "p": p,
            "q": q,
            "p_rows": _rows(p_rows),
            "q_rows": _rows(q_rows),
            "first_p": p[0],
            "first_q": q[0],
            "second_p": p[1],
            "second_q": q[1],
            "elements": len(d.p),
            "rows": d.rows,
            "unit": d.unit,
            "base": BASES[d.unit],
            "log": NOTATION[d.unit],
            "ratios": numbers((a / b for a, b in d.together), places),
            "logs": numbers(logs, places),
            "products": numbers((a * x for a, x in terms), places),
            "whole": number(d.total(d.unit), places),
        }

    @staticmethod
    def witness(p: Counts, q: Counts, unit: str, rows: int) -> float:
        """Return torch's KL divergence with reduction batchmean; one distribution is a batch of one row."""
        import torch

        target = torch.tensor(p, dtype=torch.float64).view(rows, -1)
        predicted = torch.tensor(q, dtype=torch.float64).view(rows, -1)
        target = target / target.sum(dim=1, keepdim=True)
        predicted = predicted / predicted.sum(dim=1, keepdim=True)
        nats = torch.nn.functional.kl_div(predicted.log(), target, reduction="batchmean")
        one = torch.tensor(2 if unit == "bits" else torch.e, dtype=torch.float64).log()
        return float(nats / one)


def _apart(d: Pair) -> Pair | None:
    """Return the pair if P and Q differ by a tenth at least in every row."""
    return d if all(distance(p, q) >= Fraction(1, 10) for p, q in d.pairs) else None


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    """Write the rows of a batch as torch prints a matrix."""
    return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"
