"""The mean reciprocal rank: from ranks, from lists, at a cutoff, and backwards to the rank that is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Integer, Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Labels = tuple[int, ...]

NOTHING = "a query without a relevant document in its list counts 0"
NOTHING_AT_TOP = "a query without a relevant document up to the cutoff counts 0"


@dataclass(frozen=True, slots=True)
class Answered:
    """What queries return, rank by rank, and what is asked.

    Args:
        results: for each query 1 for a relevant document and 0 for another, from rank 1 on.
        form: "ranks", "lists", "cutoff", or "inverse": one more query has an unknown rank.
        top: how many ranks count; 0 for all of them.
        target: where a rank is asked for, the MRR over all queries as (above, below) in lowest terms.
    """

    results: tuple[Labels, ...]
    form: str
    top: int = 0
    target: tuple[int, ...] = ()

    @property
    def lists(self) -> list[Labels]:
        """Return the results up to the cutoff."""
        return [labels[: self.top] if self.top else labels for labels in self.results]

    @property
    def ranks(self) -> list[int]:
        """Return the rank of the first relevant document of each query, 0 where there is none."""
        return [labels.index(1) + 1 if 1 in labels else 0 for labels in self.lists]

    @property
    def found(self) -> list[int]:
        """Return the ranks of the queries that have one."""
        return [rank for rank in self.ranks if rank]

    @property
    def lacking(self) -> Fraction:
        """Return the reciprocal rank that the unknown query must have."""
        return Fraction(*self.target) * (len(self.results) + 1) - reciprocals(self.ranks)

    def mean(self, rule: Callable[[Labels], Fraction]) -> Fraction | None:
        """Return the mean of a rule over the lists; None where only ranks are given."""
        if self.form in ("ranks", "inverse"):
            return None
        return sum((rule(labels) for labels in self.lists), Fraction(0)) / len(self.results)


def reciprocals(ranks: Sequence[int]) -> Fraction:
    """Return the sum of the reciprocal ranks, 0 for a query without one."""
    return sum((Fraction(1, rank) for rank in ranks if rank), Fraction(0))


def of_all(labels: Labels) -> Fraction:
    """Return the mean reciprocal rank of all relevant documents of a list."""
    ranks = [rank for rank, label in enumerate(labels, 1) if label]
    return reciprocals(ranks) / max(1, len(ranks))


def average_precision(labels: Labels) -> Fraction:
    """Return the mean precision at the relevant documents of a list."""
    ranks = [rank for rank, label in enumerate(labels, 1) if label]
    return sum((Fraction(i, rank) for i, rank in enumerate(ranks, 1)), Fraction(0)) / max(1, len(ranks))


def forward(p: Answered, value: Fraction) -> Fraction | None:
    """Return the value where the MRR is asked for, else None."""
    return None if p.target else value


def rank_for(reciprocal: Fraction) -> Fraction | None:
    """Return the rank with this reciprocal; None where there is none."""
    return 1 / reciprocal if reciprocal > 0 else None


def rank_from_mean(p: Answered) -> Fraction | None:
    """Return the rank with which the mean rank would be one over the MRR; None where it is not positive."""
    if not p.target:
        return None
    rank = Fraction(p.target[1] * (len(p.results) + 1), p.target[0]) - sum(p.ranks)
    return rank if rank > 0 else None


class Mrr(Family[Answered]):
    """MRR: one over the rank of the first relevant document, averaged over the queries; what follows does not count."""

    name, version, title = "metrics.mrr", 1, "Mean reciprocal rank"
    source = "Voorhees (1999), The TREC-8 question answering track report, section 3"
    answer = {"ranks": Real(places=3), "lists": Real(places=3), "cutoff": Real(places=3), "inverse": Integer()}
    prompt = {
        "ranks": "For {n} queries the first relevant document stands at the ranks {ranks}. What is the mean reciprocal "
        "rank (MRR), to 3 decimals?",
        "lists": "{n} queries return these documents, 1 for a relevant one, from rank 1 on: {listed}. What is the mean "
        "reciprocal rank (MRR), to 3 decimals?",
        "cutoff": "{n} queries return these documents, 1 for a relevant one, from rank 1 on: {listed}. What is the "
        "MRR@{top}, to 3 decimals?",
        "inverse": "Over {all} queries the mean reciprocal rank is exactly {target_text}. For {n} of them the first "
        "relevant document stands at the ranks {ranks}. At which rank does it stand for the last query?",
    }
    conventions = {
        "ranks": ("ranks count from 1",),
        "lists": ("ranks count from 1", NOTHING),
        "cutoff": ("ranks count from 1", NOTHING_AT_TOP),
        "inverse": ("ranks count from 1",),
    }
    steps = {
        "ranks": (
            "The reciprocal ranks: {parts}.",
            "Their mean: $frac({sum}, {n})$ = {answer}",
        ),
        "lists": (
            "The first relevant document of each query: {firsts}.",
            "The reciprocal ranks, 0 where nothing is found: {parts}.",
            "Their mean: $frac({sum}, {n})$ = {answer}",
        ),
        "cutoff": (
            "The first relevant document among the first {top}: {firsts}.",
            "The reciprocal ranks, 0 where nothing is found: {parts}.",
            "Their mean: $frac({sum}, {n})$ = {answer}",
        ),
        "inverse": (
            "All {all} reciprocal ranks add up to ${all} * {target_text} = {total}$.",
            "The known ones give ${sum} = {known}$, so ${total} - {known} = {lacking}$ is left.",
            "The rank is one over that: {answer}",
        ),
    }
    limits = {1: Effort(10, 2), 2: Effort(36, 2), 3: Effort(42, 3)}
    mistakes = (
        Mistake(
            "reciprocal of the mean rank",
            lambda p: forward(p, Fraction(len(p.found), max(1, sum(p.found)))),
            "You averaged the ranks first and took one reciprocal. Take the reciprocal of each rank, then average.",
        ),
        Mistake(
            "query without a hit left out",
            lambda p: forward(p, reciprocals(p.ranks) / len(p.found)) if 0 in p.ranks else None,
            "You left out the queries that find nothing. They count 0, among {n} queries.",
            convention="counts 0",
        ),
        Mistake(
            "cutoff ignored",
            lambda p: (
                reciprocals([labels.index(1) + 1 for labels in p.results if 1 in labels]) / len(p.results)
                if p.top
                else None
            ),
            "You counted hits after rank {top}. MRR@{top} does not see them.",
        ),
        Mistake(
            "all relevant documents",
            lambda p: p.mean(of_all),
            "You averaged the reciprocal ranks of all relevant documents. MRR looks at the first of each query only.",
        ),
        Mistake(
            "average precision",
            lambda p: p.mean(average_precision),
            "That is the mean average precision. MRR stops at the first relevant document of each query.",
        ),
        Mistake(
            "share of queries with a hit",
            lambda p: p.mean(lambda labels: Fraction(max(labels))),
            "That is the share of queries that find something. MRR also counts at which rank.",
        ),
        Mistake(
            "mean rank",
            lambda p: forward(p, Fraction(sum(p.found), len(p.results))),
            "That is the mean rank. The reciprocals are averaged: a first rank earns 1, the second one half.",
        ),
        Mistake(
            "not divided",
            lambda p: forward(p, reciprocals(p.ranks)),
            "You added the reciprocal ranks. Divide by the number of queries, {n}.",
        ),
        Mistake(
            "reciprocal rank for rank",
            lambda p: p.lacking if p.target else None,
            "That is the reciprocal rank the last query must add. The rank is one over it.",
        ),
        Mistake(
            "known queries only",
            lambda p: rank_for(p.lacking - Fraction(*p.target)) if p.target else None,
            "You multiplied the MRR by {n}. It is the mean over all {all} queries, the last one too.",
        ),
        Mistake(
            "one over the MRR",
            lambda p: 1 / Fraction(*p.target) if p.target else None,
            "One over the MRR is a kind of mean rank of all queries. Find what the last one adds to the sum {total}.",
        ),
        Mistake(
            "mean of the ranks",
            rank_from_mean,
            "You took the MRR for one over the mean rank. It is the mean of the reciprocals, which add up to {total}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Answered | None:
        """Level 1: ranks; level 2: lists, some of which find nothing; level 3: a cutoff, or an unknown rank."""
        if level == 1:
            ranks = [draw.choice((1, 2, 3, 4, 5, 6, 8, 10)) for _ in range(draw.integer(3, 4))]
            return Answered(tuple(_first_at(rank) for rank in ranks), "ranks") if len(set(ranks)) > 1 else None
        if level == 2:
            p = Answered(tuple(_list(draw, draw.integer(4, 6)) for _ in range(draw.integer(3, 4))), "lists")
            return p if len(set(p.found)) > 1 else None
        if draw.chance(0.5):
            p = Answered(tuple(_list(draw, draw.integer(5, 6)) for _ in range(draw.integer(4, 5))), "cutoff", 3)
            late = any(1 in labels and 1 not in labels[:3] for labels in p.results)
            return p if late and len(set(p.found)) > 1 else None
        ranks = [draw.choice((1, 2, 3, 4, 5, 6, 8, 10)) for _ in range(draw.integer(4, 5))]
        last = draw.choice((2, 3, 4, 5, 6, 8, 10))
        mean = (reciprocals(ranks) + Fraction(1, last)) / (len(ranks) + 1)
        p = Answered(tuple(_first_at(rank) for rank in ranks), "inverse", 0, (mean.numerator, mean.denominator))
        return p if mean.denominator <= 240 else None

    def variant(self, p: Answered) -> str:
        """Return the form."""
        return p.form

    def formula(self, p: Answered) -> Fraction | int:
        """Return the mean of the reciprocal ranks, or the rank that makes it what it is."""
        return int(1 / p.lacking) if p.target else reciprocals(p.ranks) / len(p.results)

    def effort(self, p: Answered) -> Effort:
        """Return a reciprocal and a sum a query, a look at each label, and the way back."""
        looks = 0 if p.form in ("ranks", "inverse") else sum(map(len, p.results))
        digits = {"ranks": 1, "inverse": 3}.get(p.form, 2)
        return Effort(2 * len(p.results) + 1 + (15 if p.target else looks), digits)

    def facts(self, p: Answered) -> Facts:
        """Return the ranks, their reciprocals and sums."""
        ranks, n = p.ranks, len(p.results)
        parts = ["1" if rank == 1 else f"1/{rank}" if rank else "0" for rank in ranks]
        listed = [f"{name}: {', '.join(map(str, labels))}" for name, labels in zip("ABCDE", p.results, strict=False)]
        firsts = [
            f"{name} at rank {rank}" if rank else f"{name} none" for name, rank in zip("ABCDE", ranks, strict=False)
        ]
        above, below = p.target or (0, 1)
        return {
            "n": n,
            "all": n + 1,
            "ranks": tuple(ranks),
            "listed": "; ".join(listed),
            "top": p.top,
            "firsts": ", ".join(firsts),
            "parts": ", ".join(parts),
            "sum": " + ".join(parts),
            "known": reciprocals(ranks),
            "target_text": f"{above}/{below}",
            "total": Fraction(above * (n + 1), below),
            "lacking": p.lacking if p.target else 0,
        }

    @staticmethod
    def witness(results: tuple[Labels, ...], top: int, target: tuple[int, ...]) -> float | int:
        """Return the mean reciprocal rank, or the first rank of one more query with which it is down to the target."""
        import torch

        reciprocal = torch.ones(len(results) + 1 if target else len(results), dtype=torch.float64)
        for query, labels in enumerate(results):
            hits = torch.tensor(labels[:top] if top else labels).nonzero()
            reciprocal[query] = 1 / (hits[0].item() + 1) if len(hits) else 0
        rank = 1
        while target and reciprocal.mean() > target[0] / target[1] + 1e-9:
            rank += 1
            reciprocal[-1] = 1 / rank
        return rank if target else reciprocal.mean().item()


def _first_at(rank: int) -> Labels:
    """Return a list whose only relevant document stands at a rank, the last one."""
    return (0,) * (rank - 1) + (1,)


def _list(draw: Draw, length: int) -> Labels:
    """Draw what a query returns: mostly one to three relevant documents, sometimes none."""
    hits = draw.choice((0, 1, 1, 2, 2, 3))
    return draw.shuffled((1,) * hits + (0,) * (length - hits))
