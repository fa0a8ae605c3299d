"""The information gain of a split, and its gain ratio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._impurity import (
    CLASSES,
    Children,
    Counts,
    bits,
    decrease,
    enumerated,
    gini,
    merged,
    plain,
    uneven,
    weighted,
)
from studydl.problems.catalog.loss._logits import LN2, about
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide

LEAST = Fraction(1, 50)  # of a gain, in bits; by hand the difference of two entropies is no more exact


@dataclass(frozen=True, slots=True)
class Split:
    """What a split does to the examples of a node.

    Args:
        children: examples of each class in each child, 0 to 24.
        form: "pure", "two", "three" or "ratio".
    """

    children: Children
    form: str

    @property
    def sizes(self) -> Counts:
        """Return the examples of each child."""
        return tuple(map(sum, self.children))

    @property
    def gain(self) -> Number:
        """Return the information gain in bits."""
        return decrease(self.children, bits)

    def scaled(self, gain: Number) -> Number:
        """Return a gain as it is asked for: in bits, or over the entropy of the sizes."""
        return divide(gain, bits(self.sizes)) if self.form == "ratio" else gain


def of_ratio(value: Callable[[Split], Number]) -> Callable[[Split], Number | None]:
    """Return the value of a mistake where the gain ratio is asked for."""
    return lambda s: value(s) if s.form == "ratio" else None


class InformationGain(Family[Split]):
    """Information gain is the entropy before a split less the mean entropy of the children, weighted by size."""

    name, version, title = "loss.information-gain", 1, "Information gain of a split"
    source = "Quinlan (1986), Induction of decision trees, Machine Learning 1, sections 4 and 7"
    answer = {
        "pure": Real(places=3, unit="bits"),
        "two": Real(places=3, unit="bits"),
        "three": Real(places=3, unit="bits"),
        "ratio": Real(places=3),
    }
    _two = (
        "A decision tree sends {first} examples of the classes {names} to the left, and {last} to the right. What is "
        "the information gain of this split in bits, to 3 decimals?"
    )
    prompt = {
        "pure": _two,
        "two": _two,
        "three": "A feature of three values splits {n} examples of the classes {names} into {first}, {second}, and "
        "{last}. What is its information gain in bits, to 3 decimals?",
        "ratio": "A feature of three values splits {n} examples of the classes {names} into {first}, {second}, and "
        "{last}. What is its gain ratio, to 3 decimals?",
    }
    conventions = {
        "pure": ("logarithms to base 2",),
        "two": ("logarithms to base 2",),
        "three": ("logarithms to base 2",),
        "ratio": ("gain ratio = information gain / entropy of the sizes of the children, as in C4.5",),
    }
    _gain = (
        "Entropy before the split, of {parent}: ${parent_sum} = {before}$.",
        "Entropies of the children, by the same rule: {entropies}.",
        "Weighted by their {sizes} examples: $frac({products}, {n}) = {after}$.",
    )
    steps = {
        "pure": (
            "Entropy before the split, of {parent}: ${parent_sum} = {before}$.",
            "One child is pure and has the entropy 0. The other one: ${mixed_sum} = {mixed}$.",
            "Weighted by the examples: $frac({mixed_size}, {n}) * {mixed} = {after}$.",
            "The gain: ${before} - {after}$ = {answer}",
        ),
        "two": (*_gain, "The gain: ${before} - {after}$ = {answer}"),
        "three": (*_gain, "The gain: ${before} - {after}$ = {answer}"),
        "ratio": (
            *_gain,
            "The gain: ${before} - {after} = {gain}$.",
            "Entropy of the sizes {sizes}: ${size_sum} = {split}$.",
            "The gain ratio: $frac({gain}, {split})$ = {answer}",
        ),
    }
    limits = {1: Effort(20, 5), 2: Effort(28, 5), 3: Effort(52, 5)}
    mistakes = (
        Mistake(
            "children weigh the same",
            lambda s: s.scaled(bits(merged(s.children)) - plain(s.children, bits)),
            "You averaged the entropies of the children plainly. Each weighs as much as it has examples: {sizes}.",
        ),
        Mistake(
            "entropy after the split",
            lambda s: s.scaled(weighted(s.children, bits)),
            "You stopped at the entropy after the split. The gain is how far that lies below the one before, {before}.",
        ),
        Mistake(
            "gain, not the ratio",
            of_ratio(lambda s: s.gain),
            "That is the information gain. The gain ratio divides it by the entropy of the sizes, {split}.",
        ),
        Mistake(
            "divided by the entropy before",
            of_ratio(lambda s: divide(s.gain, bits(merged(s.children)))),
            "You divided by the entropy of the classes before the split. The gain ratio divides by that of the sizes, "
            "{split}.",
        ),
        Mistake(
            "divided by the number of children",
            of_ratio(lambda s: divide(s.gain, len(s.children))),
            "You divided the gain by the number of children. The gain ratio divides by the entropy of their sizes, "
            "{split}.",
        ),
        Mistake(
            "nats for bits",
            lambda s: None if s.form == "ratio" else s.gain * LN2,
            "That is the gain in nats. In bits the logarithms have base 2: divide by ln 2 = 0.6931.",
            convention="logarithms to base 2",
            teaches="info-unit",
        ),
        Mistake(
            "Gini impurity",
            lambda s: s.scaled(decrease(s.children, gini)),
            "You took Gini impurities, $1 - sum p^2$. Information gain takes entropies.",
        ),
        Mistake(
            "pure child left out",
            lambda s: (
                bits(merged(s.children)) - bits(s.children[0 if gini(s.children[0]) else 1])
                if s.form == "pure"
                else None
            ),
            "You left the pure child out of the mean. Its entropy is 0, but its examples count in the weights.",
        ),
        Mistake(
            "children added",
            lambda s: s.scaled(bits(merged(s.children)) - sum(map(bits, s.children))) if s.form != "pure" else None,
            "You subtracted the sum of the children's entropies. They are averaged, weighted by their examples.",
        ),
        Mistake(
            "entropy of the sizes",
            lambda s: bits(s.sizes),
            "That is the entropy of the sizes {sizes}. It knows nothing of the classes.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Split | None:
        """Level 1: one child is pure; level 2: two mixed children; level 3: three children, perhaps the gain ratio."""
        if level == 1:
            pure = draw.shuffled((draw.integer(1, 12), 0))
            s = Split(draw.shuffled((pure, draw.integers(2, 1, 12))), "pure")
        elif level == 2:
            s = Split((draw.integers(2, 1, 24), draw.integers(2, 1, 24)), "two")
        else:
            s = Split(tuple(draw.integers(2, 0, 12) for _ in range(3)), draw.choice(("three", "ratio")))
        telling = uneven(s.children) and min(merged(s.children)) > 0 and s.gain > LEAST
        return s if telling else None

    def variant(self, s: Split) -> str:
        """Return pure, two, three or ratio."""
        return s.form

    def formula(self, s: Split) -> Number:
        """Return the entropy before less the weighted entropy after, perhaps over the entropy of the sizes."""
        return s.scaled(s.gain)

    def effort(self, s: Split) -> Effort:
        """Return a quotient, a logarithm, a product and a sum a share, and the weighted mean."""
        parts = [merged(s.children), *s.children, *([s.sizes] if s.form == "ratio" else [])]
        shares = sum(sum(n > 0 for n in counts) for counts in parts if gini(counts))
        return Effort(4 * shares + 2 * len(s.children) + (1 if s.form == "ratio" else 0), 5)

    def facts(self, s: Split) -> Facts:
        """Return the counts, and the entropies as sums and values."""
        parent, entropies = merged(s.children), [about(bits(counts)) for counts in s.children]
        mixed = max(s.children, key=gini)
        terms = [f"{n} * {x}" for n, x in zip(s.sizes, entropies, strict=True) if x != "0"]
        return {
            "n": sum(parent),
            "names": enumerated(CLASSES[: len(parent)]),
            "first": enumerated(s.children[0]),
            "second": enumerated(s.children[1]),
            "last": enumerated(s.children[-1]),
            "parent": enumerated(parent),
            "parent_sum": _sum(parent),
            "before": about(bits(parent)),
            "mixed_sum": _sum(mixed),
            "mixed_size": sum(mixed),
            "mixed": about(bits(mixed)),
            "entropies": tuple(entropies),
            "sizes": enumerated(s.sizes),
            "size_sum": _sum(s.sizes),
            "products": " + ".join(terms),
            "after": about(weighted(s.children, bits)),
            "gain": about(s.gain),
            "split": about(bits(s.sizes)),
        }

    @staticmethod
    def witness(children: Children, form: str) -> float:
        """Return the mutual information of child and class: the divergence of their table from independence."""
        import torch

        joint = torch.tensor(children, dtype=torch.float64)
        joint = joint / joint.sum()
        size, share = joint.sum(dim=1), joint.sum(dim=0)
        independent = torch.outer(size, share)
        nats = torch.nn.functional.kl_div(independent.log(), joint, reduction="sum")
        unit = torch.special.entr(size).sum() if form == "ratio" else torch.tensor(2.0, dtype=torch.float64).log()
        return (nats / unit).item()


def _sum(counts: Counts) -> str:
    """Write the entropy of counts as a sum of shares times logarithms."""
    n = sum(counts)
    return " + ".join(f"frac({m}, {n}) log2 frac({n}, {m})" for m in counts if m)
