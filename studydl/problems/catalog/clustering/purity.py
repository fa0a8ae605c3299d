"""The purity of a clustering."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

from studydl.answers.kinds import Real
from studydl.problems.catalog.clustering._partitions import (
    CLUSTERS,
    TRUTH,
    Clustering,
    Table,
    clustering_facts,
    labels,
    matched,
    right_by_majority,
    table,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


def one_to_one(t: Table) -> int:
    """Return the most samples that are right if no two clusters stand for the same class."""
    columns: Table = tuple(zip(*t, strict=True))
    few, many = sorted((t, columns), key=len)
    choices = permutations(range(len(many)), len(few))
    return max(sum([row[place] for row, place in zip(few, choice, strict=True)]) for choice in choices)


class Purity(Family[Clustering]):
    """Purity is the share of samples that belong to the largest class of their cluster: names need no match."""

    name, version, title = "clustering.purity", 1, "Purity of a clustering"
    source = "Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, section 16.3"
    answer = Real(places=3)
    prompt = {
        "table": "In a clustering, {holdings}. What is its purity, to 3 decimals?",
        "labels": "{n} samples of the classes {classes} are put into the clusters {clusters}, in this order. What is "
        "the purity of this clustering, to 3 decimals?",
        "merged": "In a clustering, {holdings}. Clusters {pair} are merged. What is the purity then, to 3 decimals?",
    }
    conventions = (TRUTH,)
    _last = "These {right} of the {n} samples are right: $frac({right}, {n})$ = {answer}"
    steps = {
        "table": ("The largest class of each cluster, in order: {majorities}.", _last),
        "labels": (
            "Count the classes in each cluster: {counts}.",
            "The largest class of each, in order: {majorities}.",
            _last,
        ),
        "merged": (
            "Add the counts of clusters {pair}: {counts}.",
            "The largest class of each, in order: {majorities}. A merger never raises purity.",
            _last,
        ),
    }
    trivial = (1,)
    limits = {1: Effort(12, 2), 2: Effort(24, 2), 3: Effort(30, 2)}
    mistakes = (
        Mistake(
            "largest cluster of each class",
            lambda c: Fraction(right_by_majority(tuple(zip(*c.table, strict=True))), c.n),
            "You took the largest cluster of each class. Purity takes the largest class of each cluster: {majorities}.",
            teaches="cluster-purity",
        ),
        Mistake(
            "merger ignored",
            lambda c: Fraction(right_by_majority(c.before), c.n) if c.merged else None,
            "That is the purity before the merger. The merged cluster has only one largest class: add its counts.",
        ),
        Mistake(
            "larger of two majorities",
            lambda c: _larger_majority(c) if c.merged else None,
            "You kept the larger majority of the two merged clusters. Add their counts class by class, then take the "
            "largest.",
        ),
        Mistake(
            "mean of the clusters' purities",
            lambda c: Fraction(sum(Fraction(max(row), sum(row)) for row in c.table)) / len(c.table),
            "You averaged the purities of the clusters. Large clusters weigh more: add the majorities, then divide by "
            "{n}.",
            teaches="cluster-purity",
        ),
        Mistake(
            "one cluster for each class",
            lambda c: Fraction(one_to_one(c.table), c.n),
            "You gave each class one cluster only. For purity several clusters may have the same majority class.",
            teaches="cluster-purity",
        ),
        Mistake(
            "cluster 1 read as class A",
            lambda c: None if c.merged else Fraction(matched(c.table), c.n),
            "You read cluster 1 as class A, cluster 2 as class B. The numbers mean nothing: each cluster stands for "
            "its largest class.",
            teaches="cluster-purity",
        ),
        Mistake(
            "share of the others",
            lambda c: 1 - Fraction(right_by_majority(c.table), c.n),
            "That is the share of samples outside the majorities. Purity is the share inside: {right} of {n}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Clustering | None:
        """Level 1: a small table; level 2: labels in a row; level 3: a large table, two clusters merged."""
        if level == 1:
            return table(draw, draw.choice((2, 2, 3)), draw.choice((2, 2, 3)), main=(3, 9), rest=3)
        if level == 2:
            return labels(draw, draw.integer(7, 10), classes=draw.choice((2, 3, 3)), clusters=3)
        c = table(draw, classes=3, clusters=draw.choice((4, 5, 5)), main=(6, 14), rest=6)
        lossy = [] if c is None else [pair for pair in combinations(range(len(c.before)), 2) if _costs(c.before, *pair)]
        if c is None or not lossy:
            return None
        first, second = draw.shuffled(draw.choice(lossy))
        return Clustering(c.classes, c.clusters, c.form, CLUSTERS[first] + CLUSTERS[second])

    def variant(self, c: Clustering) -> str:
        """Return table, labels or merged."""
        return "merged" if c.merged else c.form

    def formula(self, c: Clustering) -> Fraction:
        """Return the sum of the clusters' largest counts over the number of samples."""
        return Fraction(right_by_majority(c.table), c.n)

    def effort(self, c: Clustering) -> Effort:
        """Return a look at each count, a sum and a quotient; counting labels and adding merged counts come on top."""
        clusters, classes = len(c.table), len(c.table[0])
        extra = c.n if c.form == "labels" else classes if c.merged else 0
        return Effort(clusters * classes + clusters + extra, len(str(c.n)))

    def facts(self, c: Clustering) -> Facts:
        """Return labels, counts and majorities."""
        return clustering_facts(c)

    @staticmethod
    def witness(classes: str, clusters: str, merged: str) -> float:
        """Return the share of samples whose class is the mode of their cluster."""
        import torch

        if merged:
            clusters = clusters.replace(merged[0], merged[1])
        label, cluster = (torch.tensor([ord(sign) for sign in text]) for text in (classes, clusters))
        groups = [label[cluster == number] for number in set(cluster.tolist())]
        return torch.cat([group == group.mode().values for group in groups]).double().mean().item()


def _costs(rows: Table, first: int, second: int) -> bool:
    """Say whether a merger of two clusters lowers purity: their largest classes differ."""
    merged = [a + b for a, b in zip(rows[first], rows[second], strict=True)]
    return max(merged) < max(rows[first]) + max(rows[second])


def _larger_majority(c: Clustering) -> Fraction:
    """Return the purity if the merged cluster kept the larger of its two majorities."""
    names = sorted(set(c.clusters))
    first, second = (max(c.before[names.index(name)]) for name in c.merged)
    return Fraction(right_by_majority(c.before) - min(first, second), c.n)
