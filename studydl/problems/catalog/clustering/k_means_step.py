"""One step of k-means: assign every point, then move every center to the mean of its points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from studydl.answers.kinds import Real, Vector
from studydl.answers.values import Value
from studydl.problems.catalog._writing import short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, sqrt

Place: TypeAlias = tuple[int, ...]  # whole coordinates, or in units of 1 / UNITS where means must be whole
Places: TypeAlias = tuple[Place, ...]
Groups: TypeAlias = tuple[Places, ...]
UNITS = 2520  # divisible by every number up to 10, so that means of up to 10 points are whole


@dataclass(frozen=True, slots=True)
class Start:
    """Points and the centers to start from.

    Args:
        points: 5 to 8 points on a line (one coordinate) or in the plane, coordinates 0 to 60.
        centers: 2 or 3 centers.
        steps: 1 or 2.
        asks: "line" or "plane" for new centers, "inertia" for the sum of squared distances.
    """

    points: Places
    centers: Places
    steps: int = 1
    asks: str = "line"

    @property
    def last(self) -> Step:
        """Return the last step."""
        return steps_from(self.points, self.centers, self.steps)[-1]

    def asked(self, centers: Places) -> Value:
        """Return what the prompt asks for of centers: their only coordinates, or the first center."""
        wanted = centers[0] if self.asks == "plane" else [center[0] for center in centers]
        return tuple(Fraction(x, UNITS) for x in wanted)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of k-means, in units.

    Args:
        centers: the centers before it.
        groups: the points nearest to each center.
        moved: the means of the groups.
    """

    centers: Places
    groups: Groups
    moved: Places


def squared(a: Place, b: Place) -> int:
    """Return the squared Euclidean distance."""
    return sum([(x - y) ** 2 for x, y in zip(a, b, strict=True)])


def assign(points: Places, centers: Places) -> Groups:
    """Return the points nearest to each center; of two at the same distance the first gets the point."""
    groups: list[list[Place]] = [[] for _ in centers]
    for point in points:
        distances = [squared(point, center) for center in centers]
        groups[distances.index(min(distances))].append(point)
    return tuple(map(tuple, groups))


def mean(group: Sequence[Place]) -> Place:
    """Return the mean of points.

    Raises:
        ZeroDivisionError: there are none.
    """
    if not group:
        raise ZeroDivisionError("the mean of no points")
    return tuple(sum(axis) // len(group) for axis in zip(*group, strict=True))


@lru_cache(256)  # every mistake of an instance asks again
def steps_from(points: Places, centers: Places, steps: int) -> tuple[Step, ...]:
    """Return the steps of k-means from points and centers in whole numbers.

    Raises:
        ZeroDivisionError: a center has no points.
    """
    points, centers = in_units(points), in_units(centers)
    done = []
    for _ in range(steps):
        groups = assign(points, centers)
        done.append(Step(centers, groups, tuple(map(mean, groups))))
        centers = done[-1].moved
    return tuple(done)


def in_units(places: Places) -> Places:
    """Return places in units."""
    return tuple(tuple(UNITS * x for x in place) for place in places)


def moved_by(rule: Callable[[Start], Places]) -> Callable[[Start], Value | None]:
    """Return a mistake that moves the centers by another rule; None where the inertia is asked for."""
    return lambda s: None if s.asks == "inertia" else s.asked(rule(s))


def inertia(groups: Groups, centers: Places) -> Fraction:
    """Return the sum of squared distances of points to their centers."""
    pairs = zip(groups, centers, strict=True)
    return Fraction(sum(squared(point, center) for group, center in pairs for point in group), UNITS**2)


def spread_by(rule: Callable[[Start], Number]) -> Callable[[Start], Number | None]:
    """Return a mistake about the inertia; None where centers are asked for."""
    return lambda s: rule(s) if s.asks == "inertia" else None


class KMeansStep(Family[Start]):
    """A step of k-means: each point joins its nearest center, then each center moves to the mean of its points."""

    name, version, title = "clustering.k-means-step", 1, "One step of k-means"
    source = (
        "Lloyd (1982), Least squares quantization in PCM, IEEE Transactions on Information Theory 28; Bishop (2006), "
        "Pattern Recognition and Machine Learning, section 9.1"
    )
    answer = {"line": Vector(places=2), "twice": Vector(places=2), "plane": Vector(places=2), "inertia": Real(places=2)}
    prompt = {
        "line": "k-means clusters the points {points}, starting from the centers {centers}. Where are the centers "
        "after one step, to 2 decimals?",
        "twice": "k-means clusters the points {points}, starting from the centers {centers}. Where are the centers "
        "after two steps, to 2 decimals?",
        "plane": "k-means clusters the points {points}, starting from the centers {centers}. Where is the first "
        "center after one step, to 2 decimals?",
        "inertia": "k-means clusters the points {points}, starting from the centers {centers}. What is the sum of "
        "squared distances of the points to their centers after one step, to 2 decimals?",
    }
    _order = "a step assigns all points, then moves the centers"
    conventions = {
        "line": (_order, "centers in the order given"),
        "twice": (_order, "centers in the order given"),
        "plane": (_order, "Euclidean distance"),
        "inertia": (_order, "points keep the centers they were assigned to", "Euclidean distance"),
    }
    steps = {
        "line": (
            "{border_words}.",
            "Points of {shares}.",
            "Each center moves to the mean of its points: $({means})$ = {answer}",
        ),
        "twice": (
            "First step. {border_words}. Points of {first_shares}. The centers move to {first_moved}.",
            "Second step. {next_border_words}. Points of {shares}.",
            "Each center moves to the mean of its points: $({means})$ = {answer}",
        ),
        "plane": (
            "Squared distances of the points: {distances}.",
            "The first center is nearest to {own}.",
            "It moves to their mean: $({own_means})$ = {answer}",
        ),
        "inertia": (
            "Squared distances of the points: {distances}.",
            "Points of {shares}. The means of these are the new centers: {moved}.",
            "Squared distances to the new centers: {residuals}.",
            "The sum is {answer}",
        ),
    }
    limits = {1: Effort(16, 2), 2: Effort(60, 2), 3: Effort(98, 2)}
    mistakes = (
        Mistake(
            "old center counted as a point",
            moved_by(lambda s: tuple(mean((*g, old)) for g, old in zip(s.last.groups, s.last.centers, strict=True))),
            "You averaged the old center in as if it were a point. Only points count, for the first center {own}.",
            teaches="kmeans-steps",
        ),
        Mistake(
            "median",
            moved_by(lambda s: tuple(tuple(map(_median, zip(*group, strict=True))) for group in s.last.groups)),
            "You took the median of each group. Centers move to the mean, the first one to the mean of {own}.",
            teaches="kmeans-steps",
        ),
        Mistake(
            "one step too few",
            lambda s: s.asked(s.last.centers) if s.steps == 2 else None,
            "Those are the centers after one step. The borders move with them, and then some points change sides.",
        ),
        Mistake(
            "run to the end",
            moved_by(lambda s: _settled(in_units(s.points), s.last.moved)),
            "You went on until nothing changed. The question asks for the centers after {steps_words}.",
        ),
        Mistake(
            "centers moved at every point",
            moved_by(lambda s: _at_every_point(s)),
            "You moved a center as soon as it got a point, as MacQueen does. Here all points are assigned before any "
            "center moves.",
            convention="assigns all points, then moves the centers",
            teaches="kmeans-steps",
        ),
        Mistake(
            "the other center",
            lambda s: s.asked(s.last.moved[1:]) if s.asks == "plane" else None,
            "That is where the second center moves. The first one gets {own}.",
        ),
        Mistake(
            "distances to the old centers",
            spread_by(lambda s: inertia(s.last.groups, s.last.centers)),
            "You measured from the old centers. After the step they stand at {moved}.",
        ),
        Mistake(
            "mean instead of sum",
            spread_by(lambda s: inertia(s.last.groups, s.last.moved) / len(s.points)),
            "You divided by the {n} points. The question asks for the sum of their squared distances.",
        ),
        Mistake(
            "distances not squared",
            spread_by(lambda s: _distances(s.last)),
            "You added the distances. Add their squares: {residuals}.",
            teaches="kmeans-objective",
        ),
        Mistake(
            "assigned once more",
            spread_by(lambda s: inertia(assign(in_units(s.points), s.last.moved), s.last.moved)),
            "You assigned the points to the new centers. That belongs to the next step: here they keep their centers.",
            convention="points keep the centers they were assigned to",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Start | None:
        """Level 1: two centers on a line; level 2: three, or two in the plane; level 3: two steps, or the inertia."""
        if level == 1:
            return _clear(_line(draw, draw.choice((5, 6)), clusters=2))
        if level == 2:
            return _clear(_plane(draw, draw.choice((5, 6)), "plane") if draw.chance(0.5) else _line(draw, 7, 3))
        if draw.chance(0.5):
            return _clear(_plane(draw, draw.choice((6, 7)), "inertia"))
        return _clear(_line(draw, draw.choice((7, 8)), clusters=draw.choice((2, 2, 3)), steps=2))

    def variant(self, s: Start) -> str:
        """Return line, twice, plane or inertia."""
        return "twice" if s.steps == 2 else s.asks

    def formula(self, s: Start) -> Value:
        """Return the means of the points nearest to each center, or the sum of squared distances to these."""
        return inertia(s.last.groups, s.last.moved) if s.asks == "inertia" else s.asked(s.last.moved)

    def effort(self, s: Start) -> Effort:
        """Return a comparison a point on a line, a squared distance a point and center in the plane, and the means."""
        n, k, plane = len(s.points), len(s.centers), len(s.centers[0]) == 2
        step = 4 * n * k + 2 * n if plane else 2 * n + 2 * k
        return Effort(s.steps * step + (4 * n if s.asks == "inertia" else 0), 1 if plane else 2)

    def facts(self, s: Start) -> Facts:
        """Return points, centers, who is nearest to whom, and the means."""
        first, last = steps_from(s.points, s.centers, s.steps)[0], s.last
        facts: Facts = {
            "points": _list(in_units(s.points)),
            "centers": " and ".join(filter(None, (_list(first.centers[:-1]), _list(first.centers[-1:])))),
            "n": len(s.points),
            "moved": _list(last.moved),
            "own": _list(last.groups[0]),
            "shares": _shares(last),
            "steps_words": "two steps" if s.steps == 2 else "one step",
        }
        if s.asks == "line":
            means = [_mean_words([point[0] for point in group]) for group in last.groups]
            return facts | {
                "border_words": _border_words(first.centers),
                "first_shares": _shares(first),
                "first_moved": _list(first.moved),
                "next_border_words": _border_words(last.centers),
                "means": ", ".join(means),
            }
        distances = [
            f"from {place} {', '.join([str(squared(point, place)) for point in s.points])}" for place in s.centers
        ]
        pairs = zip(last.groups, last.moved, strict=True)
        residuals = [Fraction(squared(point, center), UNITS**2) for group, center in pairs for point in group]
        return facts | {
            "distances": "; ".join(distances),
            "own_means": ", ".join([_mean_words(axis) for axis in zip(*last.groups[0], strict=True)]),
            "residuals": ", ".join([short(x, 4) for x in residuals]),
        }

    @staticmethod
    def witness(points: Places, centers: Places, steps: int, asks: str) -> object:
        """Return what pairwise distances and one-hot assignments give."""
        import torch

        x, c = (torch.tensor(places, dtype=torch.float64) for places in (points, centers))
        for _ in range(steps):
            nearest = torch.cdist(x, c).argmin(dim=1)
            members = torch.nn.functional.one_hot(nearest, len(centers)).double()
            c = members.T @ x / members.sum(dim=0)[:, None]
        inertia = ((x - c[nearest]) ** 2).sum()
        return {"line": c[:, 0], "plane": c[0], "inertia": inertia}[asks].tolist()


def _clear(s: Start) -> Start | None:
    """Return the instance if no point lies between two centers and every step moves at least two centers."""
    try:
        steps = steps_from(s.points, s.centers, s.steps)
    except ZeroDivisionError:
        return None
    for step in steps:
        for group in step.groups:
            for point in group:
                first, second, *_ = sorted([squared(point, center) for center in step.centers])
                if first == second:
                    return None
        if sum(a != b for a, b in zip(step.centers, step.moved, strict=True)) < 2:
            return None
    return None if s.steps == 2 and steps[0].groups == steps[1].groups else s


def _line(draw: Draw, points: int, clusters: int, steps: int = 1) -> Start:
    """Draw different points on a line, in random order, and centers in ascending order."""
    most = 20 * clusters
    places = draw.sample(range(most + 1), points)
    # Centers on one side need more than one step to find their places.
    centers = sorted(draw.sample(range(most // steps + 1), clusters))
    return Start(tuple((x,) for x in places), tuple((x,) for x in centers), steps, "line")


def _plane(draw: Draw, points: int, asks: str) -> Start:
    """Draw different points and two centers on a grid of ten by ten."""
    places = draw.sample(range(100), points + 2)
    pairs = tuple(divmod(place, 10) for place in places)
    return Start(pairs[2:], pairs[:2], 1, asks)


def _at_every_point(s: Start) -> Places:
    """Return the centers if each moves to the mean of its points whenever it gets one."""
    centers = list(in_units(s.centers))
    for _ in range(s.steps):
        groups: list[list[Place]] = [[] for _ in centers]
        for point in in_units(s.points):
            distances = [squared(point, center) for center in centers]
            index = distances.index(min(distances))
            groups[index].append(point)
            centers[index] = mean(groups[index])
    return tuple(centers)


def _settled(points: Places, centers: Places) -> Places:
    """Return the centers where no further step moves them."""
    while (moved := tuple(map(mean, assign(points, centers)))) != centers:
        centers = moved
    return centers


def _median(axis: Sequence[int]) -> int:
    """Return the median of numbers in units."""
    values, half = sorted(axis), len(axis) // 2
    return (values[half] + values[-half - 1]) // 2


def _distances(step: Step) -> Number:
    """Return the sum of Euclidean distances of points to their new centers."""
    total: Number = 0
    for group, center in zip(step.groups, step.moved, strict=True):
        for point in group:
            total = total + sqrt(squared(point, center))
    return divide(total, UNITS)


def _place(place: Place) -> str:
    """Write a point: a number on a line, coordinates in the plane."""
    text = ", ".join([short(Fraction(x, UNITS), 2) if x % UNITS else str(x // UNITS) for x in place])
    return f"({text})" if len(place) > 1 else text


def _list(places: Places) -> str:
    """Write points with commas between."""
    return ", ".join([_place(place) for place in places])


def _shares(step: Step) -> str:
    """Write which points each center gets."""
    pairs = zip(step.centers, step.groups, strict=True)
    return "; ".join([f"center {_place(center)}: {_list(group)}" for center, group in pairs])


def _border_words(centers: Places) -> str:
    """Write where the borders between neighboring centers lie."""
    places = sorted(center[0] for center in centers)
    borders = [short(Fraction(a + b, 2 * UNITS), 2) for a, b in pairwise(places)]
    if len(borders) == 1:
        return f"The border lies halfway between the centers, at {borders[0]}"
    return f"The borders lie halfway between neighboring centers, at {' and '.join(borders)}"


def _mean_words(axis: Sequence[int]) -> str:
    """Write the mean of numbers as a sum over their number."""
    values = [str(x // UNITS) for x in axis]
    return f"frac({' + '.join(values)}, {len(values)})" if len(values) > 1 else values[0]
