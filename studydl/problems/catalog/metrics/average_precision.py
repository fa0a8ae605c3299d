"""Average precision of one ranking, and its mean over queries that miss a relevant document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.metrics._matrix import mean
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import fixed

Labels = tuple[int, ...]
Rule = Callable[[Labels, int], Fraction]

STEP_SUM = "the sum of (change in recall) x precision, without interpolation"


@dataclass(frozen=True, slots=True)
class Rankings:
    """What was found, best first, for one query or two.

    Args:
        rankings: for each query, 1 for what is relevant and 0 for what is not; unsorted where there are scores.
        missing: for each query, how many relevant documents were not found.
        scores: of the samples of a single ranking, different hundredths; empty where the order is given.
    """

    rankings: tuple[Labels, ...]
    missing: tuple[int, ...] = (0,)
    scores: tuple[int, ...] = ()

    @property
    def ordered(self) -> tuple[Labels, ...]:
        """Return the rankings, best first."""
        if not self.scores:
            return self.rankings
        pairs = sorted(zip(self.scores, self.rankings[0], strict=True), reverse=True)
        return (tuple(label for _, label in pairs),)

    def mean_of(self, rule: Rule) -> Fraction:
        """Return the mean over the queries of a rule of the labels and the number of missing documents."""
        return mean([rule(labels, missing) for labels, missing in zip(self.ordered, self.missing, strict=True)])

    def of_one(self, rule: Rule) -> Fraction | None:
        """Return what a rule gives for a single ranking; None where there are queries."""
        return None if len(self.rankings) > 1 else rule(self.ordered[0], 0)


def ranks(labels: Labels) -> list[int]:
    """Return the ranks of the relevant ones, from 1."""
    return [rank for rank, label in enumerate(labels, 1) if label]


def precisions(labels: Labels) -> list[Fraction]:
    """Return the precision at each relevant one."""
    return [Fraction(found, rank) for found, rank in enumerate(ranks(labels), 1)]


def average_precision(labels: Labels, missing: int) -> Fraction:
    """Return the sum of the precisions at the relevant ones over the number of relevant ones."""
    return sum(precisions(labels), Fraction(0)) / (sum(labels) + missing)


def over_all_ranks(labels: Labels, missing: int) -> Fraction:
    """Return the mean of the precisions at all ranks."""
    return mean([Fraction(sum(labels[:rank]), rank) for rank in range(1, len(labels) + 1)])


def trapezoids(labels: Labels, missing: int) -> Fraction:
    """Return the area under straight lines between the points of the precision-recall curve, from precision 1."""
    points = [Fraction(1), *(Fraction(sum(labels[:rank]), rank) for rank in range(1, len(labels) + 1))]
    return mean([(points[rank - 1] + points[rank]) / 2 for rank in ranks(labels)])


def interpolated(labels: Labels, missing: int) -> Fraction:
    """Return the mean of the best precision at each recall or any higher one."""
    values = precisions(labels)
    return mean([max(values[i:]) for i in range(len(values))])


def pairs_won(labels: Labels, missing: int) -> Fraction:
    """Return the area under the ROC curve."""
    won = sum(labels[rank:].count(0) for rank in ranks(labels))
    return Fraction(won, sum(labels) * labels.count(0))


class AveragePrecision(Family[Rankings]):
    """Average precision: the precision each time a relevant one is found, averaged over all relevant ones."""

    name, version, title = "metrics.average-precision", 1, "Average precision"
    source = (
        "Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, section 8.4; "
        "scikit-learn documentation, sklearn.metrics.average_precision_score"
    )
    answer = Real(places=3)
    prompt = {
        "ranked": "A classifier ranks {n} samples. From the highest score down their true classes are {labels}. What "
        "is its average precision, to 3 decimals?",
        "scored": "{n} samples have these scores, the true class in brackets: {listed}. What is the average "
        "precision, to 3 decimals?",
        "queries": "Two queries are answered with documents, best first, 1 for a relevant one. Query A: {labels}. "
        "Query B: {second}. {absent} What is the mean average precision (MAP), to 3 decimals?",
    }
    conventions = {
        "ranked": ("class 1 is positive", STEP_SUM),
        "scored": ("class 1 is positive", STEP_SUM),
        "queries": (STEP_SUM, "recall counts all relevant documents, returned or not"),
    }
    steps = {
        "ranked": (
            "The positives stand at the ranks {ranks}.",
            "The precision at each of them: {precisions}.",
            "Their mean: $frac({sum}, {hits})$ = {answer}",
        ),
        "scored": (
            "From the highest score down the classes are {labels}: the positives stand at the ranks {ranks}.",
            "The precision at each of them: {precisions}.",
            "Their mean: $frac({sum}, {hits})$ = {answer}",
        ),
        "queries": (
            "Query A finds relevant documents at the ranks {ranks} and has {relevant} in all: "
            "$frac({sum}, {relevant}) = {first_value:.5}$.",
            "Query B finds them at the ranks {second_ranks} and has {second_relevant} in all: "
            "$frac({second_sum}, {second_relevant}) = {second_value:.5}$.",
            "The mean of both: {answer}",
        ),
    }
    limits = {1: Effort(16, 2), 2: Effort(28, 2), 3: Effort(32, 3)}
    mistakes = (
        Mistake(
            "order as listed",
            lambda p: average_precision(p.rankings[0], 0) if p.scores else None,
            "You took the samples as they are listed. Sort them by score first: {labels}.",
        ),
        Mistake(
            "missing documents left out",
            lambda p: p.mean_of(lambda labels, _: average_precision(labels, 0)) if sum(p.missing) else None,
            "You divided by what was found. A relevant document that is not returned has precision 0, and counts.",
            convention="all relevant documents, returned or not",
        ),
        Mistake(
            "mean over all ranks",
            lambda p: p.mean_of(over_all_ranks),
            "You averaged the precision over every rank. Only the ranks of {hit_words} count, where recall grows.",
        ),
        Mistake(
            "trapezoids",
            lambda p: p.of_one(trapezoids),
            "You drew straight lines between the points of the curve. Average precision takes steps: the precision "
            "at each positive, {precisions}.",
            convention="(change in recall) x precision",
        ),
        Mistake(
            "interpolated",
            lambda p: p.of_one(interpolated),
            "You replaced each precision by the best one further down, as VOC does. Here they stay: {precisions}.",
            convention="without interpolation",
        ),
        Mistake(
            "worst first",
            lambda p: p.of_one(lambda labels, _: average_precision(labels[::-1], 0)),
            "You went from the lowest score up. The highest score has rank 1.",
        ),
        Mistake(
            "divided by all samples",
            lambda p: p.mean_of(lambda labels, _: sum(precisions(labels), Fraction(0)) / len(labels)),
            "You divided the sum of precisions by everything ranked. Divide by the number of {hit_words}.",
        ),
        Mistake(
            "precision of the whole list",
            lambda p: p.mean_of(lambda labels, _: Fraction(sum(labels), len(labels))),
            "That is the share of {hit_words} in the whole list. It does not see the order.",
        ),
        Mistake(
            "ROC AUC",
            lambda p: p.of_one(pairs_won),
            "That is the area under the ROC curve, the share of pairs ranked right. Average precision is the area "
            "under precision against recall.",
            teaches="imbalance-points-areas",
        ),
        Mistake(
            "queries pooled",
            lambda p: (
                Fraction(sum(sum(precisions(a)) for a in p.rankings), sum(map(sum, p.rankings)) + sum(p.missing))
                if len(p.rankings) > 1
                else None
            ),
            "You pooled the documents of both queries. MAP takes the average precision of each, then their mean.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Rankings | None:
        """Level 1: up to 8 in order; level 2: 6 to 9 to be sorted; level 3: two queries, one or two misses."""
        if level < 3:
            n, hits = draw.integer(5, 8) if level == 1 else draw.integer(6, 9), draw.integer(2 if level == 1 else 3, 4)
            labels = draw.shuffled((1,) * hits + (0,) * (n - hits))
            scores = draw.sample(range(2, 99), n) if level == 2 else ()
            p = Rankings((labels,), scores=scores)
        else:
            misses = draw.choice(((0, 1), (0, 1), (1, 0), (0, 2), (2, 0), (1, 1), (1, 2), (2, 1)))
            p = Rankings((_returned(draw), _returned(draw)), misses)
        return p if all(0 in labels[: sum(labels)] for labels in p.ordered) else None

    def variant(self, p: Rankings) -> str:
        """Return queries, scored or ranked."""
        return "queries" if len(p.rankings) > 1 else "scored" if p.scores else "ranked"

    def branch(self, p: Rankings) -> str:
        """Return the wording, and which queries miss something."""
        return f"{self.variant(p)} {[missing > 0 for missing in p.missing]}"

    def formula(self, p: Rankings) -> Fraction:
        """Return the mean precision at the relevant ones, a missing one counting 0, averaged over the queries."""
        return p.mean_of(average_precision)

    def effort(self, p: Rankings) -> Effort:
        """Return a look at each label, a quotient and a sum at each relevant one, and the sorting."""
        looks, hits = sum(map(len, p.rankings)), sum(map(sum, p.rankings))
        return Effort(looks * (2 if p.scores else 1) + 2 * hits, 3 if len(p.rankings) > 1 else 2)

    def facts(self, p: Rankings) -> Facts:
        """Return the order, the ranks of the relevant ones and the precisions there."""
        orders = p.ordered
        first, last = orders[0], orders[-1]
        sums = [" + ".join(f"{i}/{rank}" for i, rank in enumerate(ranks(labels), 1)) for labels in (first, last)]
        scored = zip(p.scores, p.rankings[0], strict=False)
        return {
            "n": len(first),
            "labels": first,
            "second": last,
            "listed": ", ".join(f"{fixed(Fraction(score, 100), 2)} ({label})" for score, label in scored),
            "absent": _absence(p.missing),
            "ranks": tuple(ranks(first)),
            "second_ranks": tuple(ranks(last)),
            "precisions": sums[0].replace(" +", ","),
            "sum": sums[0],
            "second_sum": sums[1],
            "hits": sum(first),
            "hit_words": "relevant documents" if len(orders) > 1 else "positives",
            "relevant": sum(first) + p.missing[0],
            "second_relevant": sum(last) + p.missing[-1],
            "first_value": average_precision(first, p.missing[0]),
            "second_value": average_precision(last, p.missing[-1]),
        }

    @staticmethod
    def witness(rankings: tuple[Labels, ...], missing: tuple[int, ...], scores: tuple[int, ...]) -> float:
        """Return the area under the steps of each precision-recall curve, averaged."""
        import torch

        areas = []
        for labels, absent in zip(rankings, missing, strict=True):
            hits = torch.tensor(labels, dtype=torch.float64)
            if scores:
                hits = hits[torch.tensor(scores).argsort(descending=True)]
            found = hits.cumsum(dim=0)
            precision = found / torch.arange(1, len(hits) + 1)
            recall = torch.nn.functional.pad(found / (found[-1] + absent), (1, 0))
            areas.append(recall.diff() @ precision)
        return torch.stack(areas).mean().item()


def _returned(draw: Draw) -> Labels:
    """Draw what a query returns."""
    return draw.shuffled((1,) * draw.integer(2, 4) + (0,) * draw.integer(2, 5))


def _absence(missing: tuple[int, ...]) -> str:
    """Say how many relevant documents are not returned."""
    missed = [(count, query) for count, query in zip(missing, "AB", strict=False) if count]
    if not missed:
        return ""
    words = {1: "one relevant document of", 2: "two relevant documents of"}
    text = " and ".join(f"{words[count]} {query}" for count, query in missed)
    return f"{text[0].upper()}{text[1:]} {'is' if sum(missing) == 1 else 'are'} not returned."
