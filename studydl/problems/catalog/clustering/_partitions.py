"""What the families that compare a clustering with true classes share: the table of counts, and pairs of samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from studydl.problems.draw import Draw
from studydl.problems.family import Facts

Table: TypeAlias = tuple[tuple[int, ...], ...]
CLASSES = "ABCD"
CLUSTERS = "12345"
TRUTH = "the letters are the true classes"


@dataclass(frozen=True, slots=True)
class Clustering:
    """Samples, each with a true class and a cluster.

    Args:
        classes: the class of each sample, letters from A; 5 to 90 samples.
        clusters: the cluster of each sample, digits from 1.
        form: how the prompt gives them: "labels" or "table".
        merged: "", or the digits of two clusters that are merged.
    """

    classes: str
    clusters: str
    form: str
    merged: str = ""

    @property
    def n(self) -> int:
        """Return the number of samples."""
        return len(self.classes)

    @property
    def before(self) -> Table:
        """Return the table of counts without any merger."""
        return table_of(self.classes, self.clusters)

    @property
    def table(self) -> Table:
        """Return how many samples of each class (column) each cluster (row) holds, two clusters merged."""
        return table_of(self.classes, self.clusters.replace(self.merged[:1], self.merged[1:]))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of samples, by what the clustering and the classes do with them.

    Args:
        together: in one cluster and of one class.
        cluster: in one cluster.
        classes: of one class.
        total: all pairs.
    """

    together: int
    cluster: int
    classes: int
    total: int

    @property
    def apart(self) -> int:
        """Return the pairs in different clusters and of different classes."""
        return self.total - self.cluster - self.classes + self.together

    @property
    def agreeing(self) -> int:
        """Return the pairs that both treat alike."""
        return self.together + self.apart


@lru_cache(256)  # every mistake of an instance asks again
def table_of(classes: str, clusters: str) -> Table:
    """Return counts of samples, clusters in rows and classes in columns."""
    counts = Counter(zip(clusters, classes, strict=True))
    columns = sorted(set(classes))
    return tuple(tuple(counts[row, column] for column in columns) for row in sorted(set(clusters)))


def choose_two(n: int) -> int:
    """Return the number of pairs among n."""
    return n * (n - 1) // 2


@lru_cache(256)
def pairs_of(table: Table) -> Pairs:
    """Return the pairs behind a table of counts."""
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    return Pairs(
        sum(choose_two(cell) for row in table for cell in row),
        sum(map(choose_two, rows)),
        sum(map(choose_two, columns)),
        choose_two(sum(rows)),
    )


def adjusted(p: Pairs) -> Fraction:
    """Return the adjusted Rand index: (pairs together - expected) / (largest possible - expected).

    Raises:
        ZeroDivisionError: both partitions are one group, or both have a group for each sample.
    """
    # All three multiplied by twice the number of pairs.
    expected = 2 * p.cluster * p.classes
    return Fraction(2 * p.together * p.total - expected, (p.cluster + p.classes) * p.total - expected)


def matched(table: Table) -> int:
    """Return how many samples are right if cluster 1 stands for class A, cluster 2 for B, and so on."""
    return sum(row[i] for i, row in enumerate(table) if i < len(row))


def right_by_majority(table: Table) -> int:
    """Return how many samples belong to the largest class of their cluster."""
    return sum(map(max, table))


def labels(draw: Draw, samples: int, classes: int, clusters: int) -> Clustering | None:
    """Draw labels of samples in random order; most samples of a cluster have one class."""
    main = draw.integers(clusters, 0, classes - 1)
    found = draw.integers(samples, 0, clusters - 1)
    truth = [main[cluster] if draw.chance(0.5) else draw.integer(0, classes - 1) for cluster in found]
    if len(set(found)) < clusters or len(set(truth)) < classes:
        return None
    return Clustering("".join(CLASSES[i] for i in truth), "".join(CLUSTERS[i] for i in found), "labels")


def table(draw: Draw, classes: int, clusters: int, main: tuple[int, int], rest: int) -> Clustering | None:
    """Draw a table of counts.

    Args:
        draw: the source of chance.
        classes: how many.
        clusters: how many.
        main: the least and the most of a cluster's main class.
        rest: the most of each other class.
    """
    rows = []
    for _ in range(clusters):
        row = list(draw.integers(classes, 0, rest))
        row[draw.integer(0, classes - 1)] = draw.integer(*main)
        rows.append(row)
    if not all(map(any, zip(*rows, strict=True))):
        return None  # a class nobody has
    cells = [(CLASSES[j], CLUSTERS[i], count) for i, row in enumerate(rows) for j, count in enumerate(row)]
    return Clustering("".join(a * n for a, _, n in cells), "".join(b * n for _, b, n in cells), "table")


def holding(row: Sequence[int]) -> str:
    """Write a row of counts: ``5 A, 1 B and 2 C``; classes a cluster lacks are left out."""
    parts = [f"{count} {name}" for count, name in zip(row, CLASSES, strict=False) if count]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def clustering_facts(c: Clustering) -> Facts:
    """Return what the templates name of samples, clusters and classes."""
    names = sorted(set(c.clusters))
    both = "+".join(sorted(c.merged))
    after = [both if name == c.merged[1:] else name for name in names if name != c.merged[:1]]
    return {
        "n": c.n,
        "classes": tuple(c.classes),
        "clusters": tuple(c.clusters),
        "holdings": "; ".join(f"cluster {k} holds {holding(r)}" for k, r in zip(names, c.before, strict=True)),
        "counts": "; ".join(f"{holding(r)} in cluster {k}" for k, r in zip(after, c.table, strict=True)),
        "pair": " and ".join(sorted(c.merged)),
        "majorities": ", ".join(f"{max(r)} {CLASSES[r.index(max(r))]}" for r in c.table),
        "right": right_by_majority(c.table),
    }


def pair_facts(c: Clustering) -> Facts:
    """Return what the templates name of pairs of samples."""
    p = pairs_of(c.table)
    return {
        "total": p.total,
        "together": p.together,
        "apart": p.apart,
        "in_cluster": p.cluster,
        "in_class": p.classes,
        "agreeing": p.agreeing,
        "cells": _summed(cell for row in c.table for cell in row if cell > 1),
        "rows": _summed(sum(row) for row in c.table),
        "columns": _summed(sum(column) for column in zip(*c.table, strict=True)),
    }


def _summed(sizes: Iterable[int]) -> str:
    """Write the pairs within groups of these sizes as a sum: ``10 + 3 + 1 = 14``."""
    pairs = [choose_two(size) for size in sizes]
    return f"{' + '.join(map(str, pairs))} = {sum(pairs)}" if len(pairs) > 1 else str(sum(pairs))
