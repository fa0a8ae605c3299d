"""The Rand index, adjusted for chance."""

from __future__ import annotations

from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog._writing import short
from studydl.problems.catalog.clustering._partitions import (
    CLUSTERS,
    TRUTH,
    Clustering,
    Pairs,
    adjusted,
    clustering_facts,
    labels,
    pair_facts,
    pairs_of,
    table,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


def expected(p: Pairs) -> Fraction:
    """Return how many pairs chance puts together in both, sizes of clusters and classes kept."""
    return Fraction(p.cluster * p.classes, p.total)


def largest(p: Pairs) -> Fraction:
    """Return the mean of the pairs within clusters and within classes."""
    return Fraction(p.cluster + p.classes, 2)


class AdjustedRand(Family[Clustering]):
    """The adjusted Rand index is (found - expected) / (largest - expected) pairs: 0 for chance, 1 for perfect."""

    name, version, title = "clustering.adjusted-rand", 1, "Adjusted Rand index"
    source = (
        "Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2; "
        "sklearn.metrics.adjusted_rand_score documentation"
    )
    answer = Real(places=3)
    prompt = {
        "table": "In a clustering, {holdings}. What is its adjusted Rand index, to 3 decimals?",
        "labels": "{n} samples of the classes {classes} are put into the clusters {clusters}, in this order. What is "
        "the adjusted Rand index of this clustering, to 3 decimals?",
        "merged": "In a clustering, {holdings}. Clusters {pair} are merged. What is the adjusted Rand index then, to 3 "
        "decimals?",
    }
    conventions = (TRUTH, "adjusted as by Hubert and Arabie")
    _from_table = (
        "Pairs within a cluster: ${rows}$. Pairs within a class: ${columns}$. Pairs within both: ${cells}$.",
        "Of the $frac({n} * {less}, 2) = {total}$ pairs, chance puts $E = frac({in_cluster} * {in_class}, {total}) = "
        "{expected}$ together in both.",
        "The largest number is taken to be the mean: $M = frac({in_cluster} + {in_class}, 2) = {largest}$.",
        "$frac({together} - {expected}, {largest} - {expected})$ = {answer}",
    )
    steps = {
        "table": _from_table,
        "labels": ("Count the classes in each cluster: {counts}.", *_from_table),
        "merged": ("Add the counts of clusters {pair}: {counts}.", *_from_table),
    }
    limits = {1: Effort(18, 2), 2: Effort(34, 2), 3: Effort(34, 4)}
    mistakes = (
        Mistake(
            "Rand index",
            lambda c: Fraction(pairs_of(c.table).agreeing, pairs_of(c.table).total),
            "That is the Rand index, which is high even by chance. Adjusted, the {expected} pairs that chance puts "
            "together are subtracted.",
            teaches="cluster-adjusted",
        ),
        Mistake(
            "twice the Rand index less one",
            lambda c: Fraction(2 * pairs_of(c.table).agreeing, pairs_of(c.table).total) - 1,
            "You moved the Rand index to the range from -1 to 1. Chance depends on the sizes of clusters and classes: "
            "subtract the {expected} pairs expected.",
            teaches="cluster-adjusted",
        ),
        Mistake(
            "merger ignored",
            lambda c: adjusted(pairs_of(c.before)) if c.merged else None,
            "That is the index before the merger. Add the counts of clusters {pair} first.",
        ),
        Mistake(
            "chance subtracted above only",
            lambda c: (pairs_of(c.table).together - expected(pairs_of(c.table))) / largest(pairs_of(c.table)),
            "You subtracted the expected pairs in the numerator only. They come off the denominator as "
            "well: {largest} - {expected}.",
            teaches="cluster-adjusted",
        ),
        Mistake(
            "no chance subtracted",
            lambda c: pairs_of(c.table).together / largest(pairs_of(c.table)),
            "You compared the pairs with the largest number only. Subtract the {expected} expected ones in "
            "numerator and denominator.",
            teaches="cluster-adjusted",
        ),
        Mistake(
            "all pairs as the largest number",
            lambda c: _with_largest(c, pairs_of(c.table).total),
            "You let all {total} pairs be the largest number. Given the sizes of clusters and classes it is the mean "
            "of {in_cluster} and {in_class}.",
        ),
        Mistake(
            "larger instead of mean",
            lambda c: _with_largest(c, max(pairs_of(c.table).cluster, pairs_of(c.table).classes)),
            "You took the larger of {in_cluster} and {in_class} as the largest number. Hubert and Arabie take their "
            "mean.",
        ),
        Mistake(
            "negative set to zero",
            lambda c: 0 if adjusted(pairs_of(c.table)) < 0 else None,
            "The index may be negative: this clustering agrees with the classes less than chance would.",
            teaches="cluster-negative",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Clustering | None:
        """Level 1: a small table; level 2: labels in a row; level 3: a larger table, perhaps with a merger."""
        if level == 1:
            return table(draw, draw.choice((2, 2, 3)), 2, main=(2, 5), rest=3)
        if level == 2:
            return labels(draw, draw.integer(7, 10), classes=draw.choice((2, 3)), clusters=draw.choice((2, 3)))
        clusters = draw.choice((3, 3, 4))
        c = table(draw, 3, clusters, main=(3, 9), rest=4)
        if c is None or draw.chance(0.5):
            return c
        return Clustering(c.classes, c.clusters, c.form, "".join(draw.sample(CLUSTERS[:clusters], 2)))

    def variant(self, c: Clustering) -> str:
        """Return table, labels or merged."""
        return "merged" if c.merged else c.form

    def formula(self, c: Clustering) -> Fraction:
        """Return (pairs together - expected) / (largest - expected)."""
        return adjusted(pairs_of(c.table))

    def effort(self, c: Clustering) -> Effort:
        """Return a product each count and sum, the four quantities, and the counting or adding before."""
        sizes = sum(cell > 1 for row in c.table for cell in row) + len(c.table) + len(c.table[0])
        extra = c.n if c.form == "labels" else len(c.table[0]) if c.merged else 0
        return Effort(sizes + 8 + extra, len(str(pairs_of(c.table).total)))

    def facts(self, c: Clustering) -> Facts:
        """Return labels, counts, pairs, and what chance gives."""
        p = pairs_of(c.table)
        e, most = expected(p), largest(p)
        return {
            **clustering_facts(c),
            **pair_facts(c),
            "less": c.n - 1,
            "expected": short(e),
            "largest": short(most),
        }

    @staticmethod
    def witness(classes: str, clusters: str, merged: str) -> object:
        """Return Cohen's kappa over all pairs: how far "one cluster" predicts "one class" beyond chance."""
        import torch

        if merged:
            clusters = clusters.replace(merged[0], merged[1])
        ids = torch.tensor([[ord(sign) for sign in text] for text in (classes, clusters)])
        left, right = torch.triu_indices(len(classes), len(classes), offset=1)
        together = (ids[:, left] == ids[:, right]).double()
        agreement = (together[0] == together[1]).double().mean()
        one, other = together.mean(dim=1)
        chance = one * other + (1 - one) * (1 - other)
        return ((agreement - chance) / (1 - chance)).item()


def _with_largest(c: Clustering, most: int) -> Fraction:
    """Return the index with another largest number of pairs."""
    p = pairs_of(c.table)
    return (p.together - expected(p)) / (most - expected(p))
