"""The triplet loss of one triplet, of a batch, and of the hardest examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import about, joined, short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, sqrt

Point: TypeAlias = tuple[int, ...]
Distance: TypeAlias = Callable[[Point, Point], Number]

WHOLE = ((0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (0, 6), (3, 4), (4, 3), (6, 8), (8, 6), (5, 12), (12, 5))


@dataclass(frozen=True, slots=True)
class Triplets:
    """Embeddings whose distances are compared.

    Args:
        anchors: one, or one a triplet; coordinates -24 to 24.
        positives: one a triplet; for "hard" two of a single anchor.
        negatives: one a triplet; for "hard" three of a single anchor.
        margin: in tenths, 2 to 30.
        form: "plane", "space", "batch" or "hard".
    """

    anchors: tuple[Point, ...]
    positives: tuple[Point, ...]
    negatives: tuple[Point, ...]
    margin: int
    form: str

    @property
    def m(self) -> Fraction:
        """Return the margin."""
        return Fraction(self.margin, 10)

    def pairs(self, distance: Distance) -> tuple[tuple[Number, Number], ...]:
        """Return the distances from anchor to positive and to negative for each triplet that counts."""
        if self.form != "hard":
            triplets = zip(self.anchors, self.positives, self.negatives, strict=True)
            return tuple((distance(a, p), distance(a, n)) for a, p, n in triplets)
        (anchor,) = self.anchors
        farthest = max((distance(anchor, p) for p in self.positives), key=float)
        closest = min((distance(anchor, n) for n in self.negatives), key=float)
        return ((farthest, closest),)

    def mean(self, loss: Callable[[Number, Number], Number], distance: Distance | None = None) -> Number:
        """Return the mean loss of the triplets, by a rule for both distances."""
        losses = [loss(to_positive, to_negative) for to_positive, to_negative in self.pairs(distance or euclidean)]
        return divide(sum(losses), len(losses))

    def hinge(self, to_positive: Number, to_negative: Number) -> Number:
        """Return max(d(a, p) - d(a, n) + margin, 0)."""
        return clipped(to_positive - to_negative + self.m)

    @property
    def raw(self) -> tuple[Number, ...]:
        """Return d(a, p) - d(a, n) + margin of each triplet."""
        return tuple(p - n + self.m for p, n in self.pairs(euclidean))

    @property
    def active(self) -> int:
        """Return how many triplets have a loss."""
        return sum(x > 0 for x in self.raw)


def clipped(x: Number) -> Number:
    """Return max(x, 0)."""
    return x if x > 0 else 0


def squared(a: Point, b: Point) -> int:
    """Return the squared Euclidean distance."""
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))


_root = lru_cache(4096)(sqrt)


def euclidean(a: Point, b: Point) -> Number:
    """Return the Euclidean distance."""
    return _root(squared(a, b))


def manhattan(a: Point, b: Point) -> int:
    """Return the sum of the absolute differences."""
    return sum(abs(x - y) for x, y in zip(a, b, strict=True))


def of_form(form: str, value: Callable[[Triplets], Number]) -> Callable[[Triplets], Number | None]:
    """Return the value of a mistake that belongs to one form of the question."""
    return lambda t: value(t) if t.form == form else None


def first_pair(t: Triplets) -> Number:
    """Return the loss of the first positive and the first negative."""
    a, p, n = t.anchors[0], t.positives[0], t.negatives[0]
    return t.hinge(euclidean(a, p), euclidean(a, n))


def all_pairs(t: Triplets) -> Number:
    """Return the mean loss of all pairs of a positive and a negative."""
    (a,) = t.anchors
    losses = [t.hinge(euclidean(a, p), euclidean(a, n)) for p in t.positives for n in t.negatives]
    return divide(sum(losses), len(losses))


def easiest(t: Triplets) -> Number:
    """Return the loss of the closest positive and the farthest negative."""
    (a,) = t.anchors
    closest = min((euclidean(a, p) for p in t.positives), key=float)
    farthest = max((euclidean(a, n) for n in t.negatives), key=float)
    return t.hinge(closest, farthest)


class Triplet(Family[Triplets]):
    """Triplet loss max(d(a, p) - d(a, n) + margin, 0) wants negatives farther than positives by a margin."""

    name, version, title = "loss.triplet", 1, "Triplet loss"
    source = "torch.nn.TripletMarginLoss documentation; Hermans, Beyer and Leibe (2017), In defense of the triplet loss"
    answer = Real(places=3)
    _one = (
        "The embedding of an anchor is {anchor}, that of a positive {positive}, and that of a negative {negative}. "
        "What is the triplet loss with margin {m}, to 3 decimals?"
    )
    prompt = {
        "plane": _one,
        "space": _one,
        "batch": "A batch of {count} triplets has the anchors {anchors}, the positives {positives} and the negatives "
        "{negatives}. What is the triplet loss of the batch with margin {m}, to 3 decimals?",
        "hard": "The embedding of an anchor is {anchor}. Those of its positives are {positives}, those of its "
        "negatives {negatives}. What is the triplet loss of the hardest positive and the hardest negative with "
        "margin {m}, to 3 decimals?",
    }
    _plain = "Euclidean distances, not squared, without torch's eps of 1e-6"
    conventions = {
        "plane": (_plain,),
        "space": (_plain,),
        "batch": (_plain, "averaged over all triplets"),
        "hard": (_plain, "hardest: farthest positive, closest negative"),
    }
    _distances = (
        "To the positive: $d(a, p) = sqrt({positive_squares}) = {to_positive}$.",
        "To the negative: $d(a, n) = sqrt({negative_squares}) = {to_negative}$.",
        "$L = max(0, {to_positive} - {to_negative} + {m})$ = {answer}",
    )
    steps = {
        "plane": _distances,
        "space": _distances,
        "batch": (
            "Distances from anchor to positive, $d(a, p)$: {all_positive}.",
            "Distances from anchor to negative, $d(a, n)$: {all_negative}.",
            "$d(a, p) - d(a, n) + {m}$: {raw}. What is negative counts 0.",
            "The mean of all {count} losses: $frac({whole}, {count})$ = {answer}",
        ),
        "hard": (
            "Distances to the positives: {all_positive}. The hardest is the farthest, {to_positive}.",
            "Distances to the negatives: {all_negative}. The hardest is the closest, {to_negative}.",
            "$L = max(0, {to_positive} - {to_negative} + {m})$ = {answer}",
        ),
    }
    trivial = (0,)
    limits = {1: Effort(15, 3), 2: Effort(21, 5), 3: Effort(48, 5)}
    mistakes = (
        Mistake(
            "distances squared",
            lambda t: t.mean(t.hinge, squared),
            "You compared squared distances, as FaceNet does. Here they are not squared: take the roots.",
            convention="not squared",
        ),
        Mistake(
            "Manhattan distances",
            lambda t: t.mean(t.hinge, manhattan),
            "You added absolute differences. Here distances are Euclidean: the root of the sum of squares.",
            convention="Euclidean distances",
        ),
        Mistake(
            "margin ignored",
            lambda t: t.mean(lambda p, n: clipped(p - n)),
            "You left the margin out. The negative must be farther than the positive by {m} at least.",
        ),
        Mistake(
            "margin subtracted",
            lambda t: t.mean(lambda p, n: clipped(p - n - t.m)),
            "You subtracted the margin. It is added: a negative that is farther by less than {m} still costs.",
        ),
        Mistake(
            "positive and negative exchanged",
            lambda t: t.mean(lambda p, n: clipped(n - p + t.m)),
            "You took $d(a, n) - d(a, p)$. The loss grows with the distance to the positive.",
        ),
        Mistake(
            "not clipped",
            of_form("batch", lambda t: divide(sum(t.raw), len(t.raw))),
            "You let easy triplets count below 0. A triplet that keeps the margin has the loss 0.",
        ),
        Mistake(
            "active triplets only",
            of_form("batch", lambda t: divide(sum(map(clipped, t.raw)), t.active)),
            "You averaged over the triplets that have a loss. Here the easy ones count in the mean, {count} in all.",
            convention="averaged over all triplets",
        ),
        Mistake(
            "summed",
            of_form("batch", lambda t: sum(map(clipped, t.raw))),
            'That is right for reduction "sum". Here the sum is divided by {count}.',
            convention="averaged over all triplets",
        ),
        Mistake(
            "easiest pair",
            of_form("hard", easiest),
            "You took the closest positive and the farthest negative, the easiest ones. The hardest are the "
            "farthest positive and the closest negative.",
        ),
        Mistake(
            "all pairs averaged",
            of_form("hard", all_pairs),
            "You averaged over all pairs of a positive and a negative. Only the hardest of each counts here.",
        ),
        Mistake(
            "first pair",
            of_form("hard", first_pair),
            "You took the first positive and the first negative. The hardest ones are at {to_positive} and "
            "{to_negative}.",
        ),
        Mistake(
            "from positive to negative",
            lambda t: (
                t.hinge(euclidean(t.anchors[0], t.positives[0]), euclidean(t.positives[0], t.negatives[0]))
                if t.form in ("plane", "space")
                else None
            ),
            "You took the distance from positive to negative. Both distances start at the anchor.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Triplets | None:
        """Level 1: whole distances; level 2: roots; level 3: a batch with an easy triplet, or hardest examples."""
        if level == 1:
            anchor = draw.integers(2, -5, 5)
            t = Triplets((anchor,), (_beside(draw, anchor),), (_beside(draw, anchor),), 5 * draw.integer(1, 6), "plane")
            return t if t.active else None
        margin = draw.choice((2, 5, 5, 10, 10, 15, 20))
        if level == 2:
            anchor, positive, negative = (draw.integers(3, -3, 3) for _ in "apn")
            t = Triplets((anchor,), (positive,), (negative,), margin, "space")
            return t if t.active and anchor not in (positive, negative) else None
        if draw.chance(0.5):
            anchor, *points = (draw.integers(2, -5, 5) for _ in range(6))
            t = Triplets((anchor,), tuple(points[:2]), tuple(points[2:]), margin, "hard")
            # no two at the same distance, so that it is clear which is hardest
            return t if t.active and len({0, *(squared(anchor, point) for point in points)}) == 6 else None
        anchors, positives, negatives = (tuple(draw.integers(2, -3, 3) for _ in range(3)) for _ in "apn")
        t = Triplets(anchors, positives, negatives, margin, "batch")
        apart = all(a not in (p, n) for a, p, n in zip(anchors, positives, negatives, strict=True))
        return t if apart and 0 < t.active < 3 and 0 not in t.raw else None

    def variant(self, t: Triplets) -> str:
        """Return plane, space, batch or hard."""
        return t.form

    def formula(self, t: Triplets) -> Number:
        """Return the mean of max(d(a, p) - d(a, n) + margin, 0)."""
        loss = t.mean(t.hinge)
        return Fraction(loss) if isinstance(loss, int) else loss  # written with its decimals, as other losses

    def effort(self, t: Triplets) -> Effort:
        """Return a difference, a square and a sum a coordinate and a root for each distance, and the losses."""
        distances = len(t.positives) + len(t.negatives)
        width = len(t.anchors[0])
        losses = {"batch": 4 * len(t.anchors), "hard": distances + 2}.get(t.form, 3)
        return Effort(3 * width * distances + losses, 3 if t.form == "plane" else 5)

    def facts(self, t: Triplets) -> Facts:
        """Return the points and their distances."""
        anchor, positive, negative = t.anchors[0], t.positives[0], t.negatives[0]
        to_positive, to_negative = t.pairs(euclidean)[0]
        facts: Facts = {
            "anchor": str(anchor),
            "positive": str(positive),
            "negative": str(negative),
            "m": short(t.m),
            "positives": _points(t.positives),
            "negatives": _points(t.negatives),
            "to_positive": about(to_positive),
            "to_negative": about(to_negative),
        }
        if t.form == "batch":
            return facts | {
                "anchors": _points(t.anchors),
                "count": len(t.anchors),
                "all_positive": joined(p for p, _ in t.pairs(euclidean)),
                "all_negative": joined(n for _, n in t.pairs(euclidean)),
                "raw": joined(t.raw),
                "whole": about(sum(map(clipped, t.raw))),
            }
        return facts | {
            "positive_squares": _squares(anchor, positive),
            "negative_squares": _squares(anchor, negative),
            "all_positive": joined(euclidean(anchor, p) for p in t.positives),
            "all_negative": joined(euclidean(anchor, n) for n in t.negatives),
        }

    @staticmethod
    def witness(
        anchors: tuple[Point, ...],
        positives: tuple[Point, ...],
        negatives: tuple[Point, ...],
        margin: int,
        form: str,
    ) -> float:
        """Return torch's triplet loss; the hardest examples are found by all distances."""
        import torch

        a, p, n = (torch.tensor(points, dtype=torch.float64) for points in (anchors, positives, negatives))
        if form == "hard":
            p = p[torch.cdist(a, p).argmax(dim=1)]
            n = n[torch.cdist(a, n).argmin(dim=1)]
        return torch.nn.functional.triplet_margin_loss(a, p, n, margin=margin / 10, eps=0.0).item()


def _beside(draw: Draw, point: Point) -> Point:
    """Draw a point at a whole distance from another."""
    steps = draw.shuffled(draw.choice(WHOLE))
    return tuple(x + draw.choice((-1, 1)) * step for x, step in zip(point, steps, strict=True))


def _points(points: tuple[Point, ...]) -> str:
    return ", ".join(map(str, points))


def _squares(a: Point, b: Point) -> str:
    """Write a squared distance as a sum of squares."""
    return " + ".join(f"{abs(x - y)}^2" for x, y in zip(a, b, strict=True))
