"""The Gini impurity of a node, of a split, and of the best split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._impurity import (
    CLASSES,
    Children,
    Counts,
    bits,
    enumerated,
    error,
    gini,
    merged,
    plain,
    uneven,
    weighted,
)
from studydl.problems.catalog.loss._logits import about
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number

Mean: TypeAlias = Callable[[Children, Callable[[Counts], Number]], Number]


@dataclass(frozen=True, slots=True)
class Split:
    """Nodes of a decision tree, or examples to be split by a threshold.

    Args:
        children: examples of each class, 0 to 30, in each node; empty where a threshold is asked for.
        x: values of a feature, all different, 1 to 60.
        labels: class of each value, 0 or 1.
        form: "node", "split", "decrease" or "threshold".
    """

    children: Children
    form: str
    x: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()

    @property
    def parent(self) -> Counts:
        """Return the examples of each class before the split."""
        if self.form == "threshold":
            return self.labels.count(0), self.labels.count(1)
        return merged(self.children)

    @property
    def ordered(self) -> tuple[int, ...]:
        """Return the labels in the order of the feature."""
        return tuple(label for _, label in sorted(zip(self.x, self.labels, strict=True)))

    def lowest(self, impurity: Callable[[Children], Number], labels: tuple[int, ...]) -> Number:
        """Return the lowest impurity of all cuts of labels in this order."""
        return min((impurity(cut(labels, i)) for i in range(1, len(labels))), key=float)

    def asked(self, mean: Mean, impurity: Callable[[Counts], Number]) -> Number:
        """Return what is asked for, by a rule for the mean of the children and one for the impurity of a node."""
        if self.form == "threshold":
            return self.lowest(lambda children: mean(children, impurity), self.ordered)
        after = mean(self.children, impurity)
        return impurity(self.parent) - after if self.form == "decrease" else after


def cut(labels: tuple[int, ...], place: int) -> Children:
    """Return the examples of each class before a place and after it."""
    left, right = labels[:place], labels[place:]
    return (left.count(0), left.count(1)), (right.count(0), right.count(1))


def of_form(forms: str, value: Callable[[Split], Number | None]) -> Callable[[Split], Number | None]:
    """Return the value of a mistake that belongs to some forms of the question."""
    return lambda s: value(s) if s.form in forms.split() else None


class Gini(Family[Split]):
    """Gini impurity is 1 - sum p^2, the chance that two examples of a node differ; a split is weighted by size."""

    name, version, title = "loss.gini", 1, "Gini impurity"
    source = (
        "Breiman, Friedman, Olshen and Stone (1984), Classification and regression trees, chapter 4; scikit-learn "
        "documentation, section 1.10.7"
    )
    answer = Real(places=3)
    prompt = {
        "node": "A node of a decision tree holds {counts} examples of {k} classes. What is its Gini impurity, to 3 "
        "decimals?",
        "split": "A decision tree sends {left} examples of the classes {names} to the left, and {right} to the right. "
        "What is the Gini impurity after this split, to 3 decimals?",
        "decrease": "A decision tree sends {left} examples of the classes {names} to the left, and {right} to the "
        "right. By how much does this split lower the Gini impurity, to 3 decimals?",
        "threshold": "The feature x of {n} examples is {x}; their classes are {labels}. What is the lowest Gini "
        "impurity that one split at a threshold on x can leave, to 3 decimals?",
    }
    conventions = {
        "node": ("pairs are drawn with replacement: $1 - sum p^2$",),
        "split": ("children are weighted by their examples",),
        "decrease": ("children are weighted by their examples",),
        "threshold": ("children are weighted by their examples",),
    }
    _children = (
        "Left: $1 - frac({left_squares}, {left_size}^2) = {left_gini}$.",
        "Right: $1 - frac({right_squares}, {right_size}^2) = {right_gini}$.",
    )
    steps = {
        "node": (
            "The node holds {n} examples. The squared shares add up to $frac({squares}, {n}^2) = frac({square_sum}, "
            "{n_square})$.",
            "$G = 1 - frac({square_sum}, {n_square})$ = {answer}",
        ),
        "split": (
            *_children,
            "Weighted by the examples: $frac({left_size} * {left_gini} + {right_size} * {right_gini}, {n})$ = {answer}",
        ),
        "decrease": (
            "Before the split there are {parent}: $1 - frac({squares}, {n}^2) = {before}$.",
            *_children,
            "Weighted by the examples: $frac({left_size} * {left_gini} + {right_size} * {right_gini}, {n}) = {after}$.",
            "The decrease: ${before} - {after}$ = {answer}",
        ),
        "threshold": (
            "In the order of x the classes are {ordered}.",
            "The best cut is between different classes. Impurities, weighted by the examples: {cuts}.",
            "The lowest of them: {answer}",
        ),
    }
    limits = {1: Effort(8, 2), 2: Effort(14, 5), 3: Effort(52, 5)}
    mistakes = (
        Mistake(
            "children weigh the same",
            lambda s: s.asked(plain, gini),
            "You averaged the children plainly. A child weighs as much as it has examples.",
        ),
        Mistake(
            "impurity after the split",
            of_form("decrease", lambda s: weighted(s.children, gini)),
            "That is the impurity after the split. Subtract it from the one before, {before}.",
        ),
        Mistake(
            "order of the examples",
            of_form("threshold", lambda s: s.lowest(lambda children: weighted(children, gini), s.labels)),
            "You cut the list as it is given. A threshold splits by the value of x: sort first, {ordered}.",
        ),
        Mistake(
            "purest child",
            of_form("threshold", lambda s: s.lowest(lambda children: min(map(gini, children)), s.ordered)),
            "You looked at the purest child only. The impurity of both children counts, weighted by their examples.",
        ),
        Mistake(
            "decrease",
            of_form("threshold", lambda s: gini(s.parent) - s.asked(weighted, gini)),
            "That is the decrease that the best threshold gives. The question asks for the impurity that remains.",
        ),
        Mistake(
            "before the split",
            of_form("split decrease threshold", lambda s: gini(s.parent)),
            "That is the impurity before the split, of all examples together.",
        ),
        Mistake(
            "sum of squares",
            of_form("node", lambda s: 1 - gini(s.parent)),
            "That is $sum p^2$, the chance that two examples agree. Gini impurity is 1 minus it.",
        ),
        Mistake(
            "children added",
            of_form("split", lambda s: 2 * plain(s.children, gini)),
            "You added the impurities of the children. They are averaged, weighted by their examples.",
        ),
        Mistake(
            "classification error",
            lambda s: s.asked(weighted, error),
            "You took the classification error, the share outside the largest class. Gini impurity is $1 - sum p^2$.",
        ),
        Mistake(
            "entropy",
            lambda s: s.asked(weighted, bits),
            "You took entropies in bits. Gini impurity is $1 - sum p^2$, without logarithms.",
        ),
        Mistake(
            "without replacement",
            of_form(
                "node",
                lambda s: 1 - Fraction(sum(n * (n - 1) for n in s.parent), sum(s.parent) * (sum(s.parent) - 1)),
            ),
            "That is the chance that two different examples disagree. Gini impurity squares the shares, as if the same "
            "example could be drawn twice.",
            convention="with replacement",
        ),
        Mistake(
            "one class only",
            of_form(
                "node",
                lambda s: Fraction(s.parent[0] * s.parent[1], sum(s.parent) ** 2) if len(s.parent) == 2 else None,
            ),
            "That is $p (1 - p)$ of one class. Both classes count, which doubles it.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Split | None:
        """Level 1: one node; level 2: two children; level 3: by how much a split helps, or the best threshold."""
        if level == 1:
            counts = draw.integers(draw.choice((2, 2, 3)), 1, 12)
            return Split((counts,), "node") if len(set(counts)) > 1 else None
        if level == 2:
            s = Split((draw.integers(2, 0, 30), draw.integers(2, 0, 30)), "split")
            return s if uneven(s.children) else None
        if draw.chance(0.5):
            s = Split((draw.integers(3, 0, 12), draw.integers(3, 0, 12)), "decrease")
            return s if uneven(s.children) else None
        n = draw.choice((6, 7))
        s = Split((), "threshold", draw.sample(range(1, 61), n), draw.integers(n, 0, 1))
        return s if 2 <= sum(s.labels) <= n - 2 else None

    def variant(self, s: Split) -> str:
        """Return node, split, decrease or threshold."""
        return s.form

    def formula(self, s: Split) -> Number:
        """Return the weighted mean of 1 - sum p^2, by how much it is lower than before, or the lowest of all cuts."""
        return s.asked(weighted, gini)

    def effort(self, s: Split) -> Effort:
        """Return a square and a sum a class, a quotient a node, and what weighting, cutting and sorting take."""
        if s.form == "threshold":
            return Effort(len(s.x) + 9 * _changes(s.ordered), 2)
        node = 2 * len(s.parent) + 1
        return {"node": Effort(node, 2), "split": Effort(2 * node + 3, 5), "decrease": Effort(3 * node + 4, 5)}[s.form]

    def facts(self, s: Split) -> Facts:
        """Return the counts, their squares and impurities, or the impurities of all cuts worth trying."""
        n, parent = sum(s.parent), s.parent
        if s.form == "threshold":
            labels = s.ordered
            places = [i for i in range(1, n) if labels[i - 1] != labels[i]]
            cuts = [f"{i} left and {n - i} right: {about(weighted(cut(labels, i), gini))}" for i in places]
            return {
                "n": n,
                "x": s.x,
                "labels": tuple(CLASSES[label] for label in s.labels),
                "ordered": tuple(CLASSES[label] for label in labels),
                "cuts": "; ".join(cuts),
            }
        left, right = s.children[0], s.children[-1]
        return {
            "n": n,
            "k": {2: "two", 3: "three"}[len(parent)],
            "counts": enumerated(parent),
            "names": enumerated(CLASSES[: len(parent)]),
            "parent": enumerated(parent),
            "left": enumerated(left),
            "right": enumerated(right),
            "squares": _squares(parent),
            "square_sum": sum(m * m for m in parent),
            "n_square": n * n,
            "left_squares": _squares(left),
            "right_squares": _squares(right),
            "left_size": sum(left),
            "right_size": sum(right),
            "left_gini": about(gini(left)),
            "right_gini": about(gini(right)),
            "before": about(gini(parent)),
            "after": about(weighted(s.children, gini)),
        }

    @staticmethod
    def witness(children: Children, x: tuple[int, ...], labels: tuple[int, ...], form: str) -> float:
        """Return how often two labels drawn from the same child differ."""
        import torch

        if form == "threshold":
            a, whole = torch.tensor(x), torch.tensor(labels)
            splits = [[whole[a <= t], whole[a > t]] for t in sorted(x)[:-1]]
            unlike = min(sum((y[:, None] != y).double().mean().item() * len(y) for y in split) for split in splits)
        else:
            split = [torch.arange(len(c)).repeat_interleave(torch.tensor(c)) for c in children]
            unlike = sum((y[:, None] != y).double().mean().item() * len(y) for y in split)
            whole = torch.cat(split)
        after = unlike / len(whole)
        return (whole[:, None] != whole).double().mean().item() - after if form == "decrease" else after


def _changes(labels: tuple[int, ...]) -> int:
    """Return how many neighbors differ."""
    return sum(a != b for a, b in pairwise(labels))


def _squares(counts: Counts) -> str:
    return " + ".join(f"{n}^2" for n in counts if n)
