"""The Rand index of a clustering."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

from studydl.answers.kinds import Real
from studydl.answers.writing import count
from studydl.problems.catalog.clustering._partitions import (
    CLUSTERS,
    TRUTH,
    Clustering,
    Pairs,
    adjusted,
    clustering_facts,
    labels,
    matched,
    pair_facts,
    pairs_of,
    table,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


def index_by(rule: Callable[[Pairs], Fraction]) -> Callable[[Clustering], Fraction | None]:
    """Return a mistake that computes the index from the pairs by a rule; None where a change is asked for."""
    return lambda c: None if c.form == "change" else rule(pairs_of(c.table))


def change_by(rule: Callable[[int, int], int]) -> Callable[[Clustering], Fraction | None]:
    """Return a mistake that computes the change from the new pairs of one class and of two; None elsewhere."""
    return lambda c: Fraction(rule(*new_pairs(c)), pairs_of(c.table).total) if c.form == "change" else None


def new_pairs(c: Clustering) -> tuple[int, int]:
    """Return how many pairs of one class, and of two classes, the merger puts together."""
    before, after = pairs_of(c.before), pairs_of(c.table)
    alike = after.together - before.together
    return alike, after.cluster - before.cluster - alike


class RandIndex(Family[Clustering]):
    """The Rand index is the share of pairs of samples that clustering and classes treat alike: together or apart."""

    name, version, title = "clustering.rand-index", 1, "Rand index"
    source = (
        "Rand (1971), Objective criteria for the evaluation of clustering methods, JASA 66; Manning, Raghavan and "
        "Schütze (2008), Introduction to Information Retrieval, section 16.3"
    )
    answer = Real(places=3)
    prompt = {
        "labels": "{n} samples of the classes {classes} are put into the clusters {clusters}, in this order. What is "
        "the Rand index of this clustering, to 3 decimals?",
        "table": "In a clustering, {holdings}. What is its Rand index, to 3 decimals?",
        "merged": "In a clustering, {holdings}. Clusters {pair} are merged. What is the Rand index then, to 3 "
        "decimals?",
        "change": "In a clustering, {holdings}. Clusters {pair} are merged. By how much does the Rand index change, to "
        "3 decimals (negative if it falls)?",
    }
    conventions = (TRUTH, "not adjusted for chance")
    _from_table = (
        "The {n} samples make $frac({n} * {less}, 2) = {total}$ pairs.",
        "Pairs within a cluster: ${rows}$. Pairs within a class: ${columns}$. Pairs within both: ${cells}$.",
        "Apart in both: ${total} - {in_cluster} - {in_class} + {together} = {apart}$.",
        "$R = frac({together} + {apart}, {total})$ = {answer}",
    )
    steps = {
        "labels": (
            "The {n} samples make $frac({n} * {less}, 2) = {total}$ pairs; number the samples from 1.",
            "In one cluster and of one class: {together_words}.",
            "In different clusters and of different classes: {apart_words}.",
            "$R = frac({together} + {apart}, {total})$ = {answer}",
        ),
        "table": _from_table,
        "merged": ("Add the counts of clusters {pair}: {counts}.", *_from_table),
        "change": (
            "Only pairs between clusters {pair} change, from apart to together: ${size} * {size2} = {new}$.",
            "Of one class are ${products} = {alike}$ of them: these agree now. The other {unlike} agreed before.",
            "Among {n} samples there are $frac({n} * {less}, 2) = {total}$ pairs.",
            "The change is $frac({alike} - {unlike}, {total})$ = {answer}",
        ),
    }
    limits = {1: Effort(20, 1), 2: Effort(24, 3), 3: Effort(40, 4)}
    mistakes = (
        Mistake(
            "pairs apart left out",
            index_by(lambda p: Fraction(p.together, p.total - p.apart)),
            "You left out the pairs that are apart in both. They agree too ({apart} here); without them it is "
            "Jaccard's index.",
            teaches="cluster-rand-pairs",
        ),
        Mistake(
            "only pairs together",
            index_by(lambda p: Fraction(p.together, p.total)),
            "You counted only pairs that are together in both. Pairs apart in both agree too: {apart} here.",
            teaches="cluster-rand-pairs",
        ),
        Mistake(
            "accuracy",
            lambda c: Fraction(matched(c.table), c.n) if c.form == "labels" else None,
            "You read cluster 1 as class A, cluster 2 as class B. The Rand index compares pairs, not names.",
            teaches="cluster-names",
        ),
        Mistake(
            "adjusted for chance",
            lambda c: None if c.form == "change" else adjusted(pairs_of(c.table)),
            "That is the adjusted Rand index. The Rand index itself is the plain share of agreeing pairs.",
            convention="not adjusted for chance",
        ),
        Mistake(
            "merger ignored",
            lambda c: _plain(pairs_of(c.before)) if c.form == "table" and c.merged else None,
            "That is the index before the merger. Add the counts of clusters {pair} first.",
        ),
        Mistake(
            "each pair twice below",
            index_by(lambda p: _plain(p) / 2),
            "You divided by all ordered pairs, {n} times {less}. Each pair counts once: {total}.",
            teaches="cluster-rand-pairs",
        ),
        Mistake(
            "share of disagreeing pairs",
            index_by(lambda p: 1 - _plain(p)),
            "That is the share of pairs treated differently. The Rand index is the share treated alike, {agreeing} of "
            "{total}.",
        ),
        Mistake(
            "only the gain",
            change_by(lambda alike, unlike: alike),
            "You counted only what is won, {alike} of {new} pairs. The other {unlike} agreed before and no longer do.",
        ),
        Mistake(
            "only the loss",
            change_by(lambda alike, unlike: -unlike),
            "You counted only what is lost, {unlike} of {new} pairs. The other {alike} are of one class and agree now.",
        ),
        Mistake(
            "sign turned",
            change_by(lambda alike, unlike: unlike - alike),
            "The sign is the wrong way round: of the {new} pairs {alike} are won and {unlike} lost.",
        ),
        Mistake(
            "divided by the new pairs",
            lambda c: Fraction(new_pairs(c)[0] - new_pairs(c)[1], sum(new_pairs(c))) if c.form == "change" else None,
            "You divided by the {new} pairs that change. The index is a share of all {total} pairs.",
        ),
        Mistake(
            "the index after the merger",
            lambda c: _plain(pairs_of(c.table)) if c.form == "change" else None,
            "That is the index after the merger. The question asks for the difference from before.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Clustering | None:
        """Level 1: labels of 5 or 6 samples; level 2: a table; level 3: two clusters merged."""
        if level == 1:
            return labels(draw, draw.choice((5, 6, 6)), classes=draw.choice((2, 2, 3)), clusters=draw.choice((2, 2, 3)))
        if level == 2:
            return table(draw, draw.choice((2, 3, 3)), draw.choice((2, 3, 3)), main=(2, 7), rest=3)
        clusters, change = draw.choice((3, 3, 4)), draw.chance(0.4)
        c = table(draw, classes=3, clusters=clusters, main=(4, 9), rest=4)
        if c is None:
            return None
        merged = "".join(draw.sample(CLUSTERS[:clusters], 2))
        c = Clustering(c.classes, c.clusters, "change" if change else "table", merged)
        return c if new_pairs(c)[0] else None

    def variant(self, c: Clustering) -> str:
        """Return labels, table, merged or change."""
        return "merged" if c.form == "table" and c.merged else c.form

    def formula(self, c: Clustering) -> Fraction:
        """Return the agreeing pairs over all pairs, or how the merger changes this."""
        after = _plain(pairs_of(c.table))
        return after - _plain(pairs_of(c.before)) if c.form == "change" else after

    def effort(self, c: Clustering) -> Effort:
        """Return one look a pair of labels; from a table, a product each count and sum, and what follows."""
        p = pairs_of(c.table)
        if c.form == "labels":
            return Effort(p.total + 1, 1)
        classes = len(c.table[0])
        counts = sum(cell > 1 for row in c.table for cell in row) + len(c.table) + classes
        return Effort(
            3 * classes + 6 if c.form == "change" else counts + 6 + classes * bool(c.merged), len(str(p.total))
        )

    def facts(self, c: Clustering) -> Facts:
        """Return labels, counts and pairs."""
        facts = {**clustering_facts(c), **pair_facts(c), "less": c.n - 1}
        if c.form == "labels":
            together, apart = _listed(c)
            facts |= {"together_words": together, "apart_words": apart}
        if c.form == "change":
            names = sorted(set(c.clusters))
            first, second = (c.before[names.index(name)] for name in sorted(c.merged))
            alike, unlike = new_pairs(c)
            facts |= {"alike": alike, "unlike": unlike, "new": alike + unlike, "size": sum(first), "size2": sum(second)}
            facts["products"] = " + ".join(f"{a} * {b}" for a, b in zip(first, second, strict=True) if a and b) or "0"
        return facts

    @staticmethod
    def witness(classes: str, clusters: str, form: str, merged: str) -> object:
        """Return the mean agreement over all pairs of samples."""
        import torch

        texts = (classes, clusters.replace(merged[0], merged[1]), clusters) if merged else (classes, clusters)
        ids = torch.tensor([[ord(sign) for sign in text] for text in texts])
        left, right = torch.triu_indices(len(classes), len(classes), offset=1)
        together = ids[:, left] == ids[:, right]
        index = (together[0] == together[1]).double().mean()
        return (index - (together[0] == together[2]).double().mean()).item() if form == "change" else index.item()


def _plain(p: Pairs) -> Fraction:
    """Return the Rand index."""
    return Fraction(p.agreeing, p.total)


def _listed(c: Clustering) -> tuple[str, str]:
    """Write the pairs together in both and those apart in both, by the samples' numbers: ``1-2, 3-5: 2 pairs``."""
    samples = list(zip(c.classes, c.clusters, strict=True))
    lists: dict[tuple[bool, bool], list[str]] = {}
    for (i, a), (j, b) in combinations(enumerate(samples, 1), 2):
        lists.setdefault((a[0] == b[0], a[1] == b[1]), []).append(f"{i}-{j}")
    words = []
    for key in ((True, True), (False, False)):
        found = lists.get(key, [])
        words.append(f"{', '.join(found)} ({count(len(found), 'pair')})" if found else "no pair")
    return words[0], words[1]
