"""What Gini impurity and information gain share: nodes given by their class counts, and how these are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from studydl.problems.catalog.information._distributions import entropy, shares
from studydl.text.numbers import Number

Counts: TypeAlias = tuple[int, ...]
Children: TypeAlias = tuple[Counts, ...]

CLASSES = "ABC"


@lru_cache(4096)
def gini(counts: Counts) -> Fraction:
    """Return 1 - sum p^2."""
    return 1 - Fraction(sum(n * n for n in counts), sum(counts) ** 2)


@lru_cache(256)  # every mistake of an instance asks again
def bits(counts: Counts) -> Number:
    """Return the entropy of a node in bits."""
    return entropy(shares(counts), "bits")


def error(counts: Counts) -> Fraction:
    """Return the share of examples that are not of the largest class."""
    return 1 - Fraction(max(counts), sum(counts))


def merged(children: Children) -> Counts:
    """Return the examples of each class in all nodes together."""
    return tuple(map(sum, zip(*children, strict=True)))


def weighted(children: Children, impurity: Callable[[Counts], Number]) -> Number:
    """Return the mean impurity of nodes, weighted by their examples."""
    return sum(sum(counts) * impurity(counts) for counts in children) * Fraction(1, sum(map(sum, children)))


def plain(children: Children, impurity: Callable[[Counts], Number]) -> Number:
    """Return the mean impurity of nodes, all of the same weight."""
    return sum(map(impurity, children)) * Fraction(1, len(children))


def decrease(children: Children, impurity: Callable[[Counts], Number]) -> Number:
    """Return by how much a split lowers the impurity."""
    return impurity(merged(children)) - weighted(children, impurity)


def uneven(children: Children) -> bool:
    """Say whether the nodes have examples, not all equally many, and are not all pure."""
    sizes = list(map(sum, children))
    return min(sizes) > 0 and len(set(sizes)) > 1 and max(map(gini, children)) > 0


def enumerated(words: Iterable[object]) -> str:
    """Write words with commas and an "and" before the last one."""
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}"
