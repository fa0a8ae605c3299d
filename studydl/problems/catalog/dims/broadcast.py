"""The shape that broadcasting gives, or that it gives none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

from studydl.answers.kinds import Choice, Shape
from studydl.answers.values import Value
from studydl.problems.catalog.dims._axes import Ints, distinct
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

ERROR = "an error"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tensors that are added.

    Args:
        a: shape of the first, 1 to 4 axes, each size 1 to 40.
        b: shape of the second.
        form: "add"; "choice" where it may fail; "mean" where an axis of b is averaged away first; "pairs" where both
            get a new axis, and one is summed over in the end.
        lifts: where the new axes go; (0, 0) without.
        axis: the one that is averaged or summed over; else 0.
    """

    a: Ints
    b: Ints
    form: str
    lifts: tuple[int, int] = (0, 0)
    axis: int = 0

    @property
    def added(self) -> tuple[Ints, Ints]:
        """Return the shapes that are added."""
        if self.form == "pairs":
            return _lifted(self.a, self.lifts[0]), _lifted(self.b, self.lifts[1])
        return self.a, _without(self.b, self.axis) if self.form == "mean" else self.b

    @property
    def sum(self) -> Ints | None:
        """Return the shape of the sum; None where there is none."""
        return broadcast(*self.added)

    def told(self, shape: Ints | None) -> Value | None:
        """Return a shape as this question asks for it: as text where an error is possible, too."""
        if self.form in ("choice", "mean"):
            return str(shape) if shape else ERROR
        return shape


def broadcast(a: Ints, b: Ints) -> Ints | None:
    """Return the shape of a sum, the axes aligned from the right; None where two sizes clash."""
    sizes = list(zip_longest(reversed(a), reversed(b), fillvalue=1))
    if any(m != n and 1 not in (m, n) for m, n in sizes):
        return None
    return tuple([m * n if 1 in (m, n) else m for m, n in reversed(sizes)])


def _larger(a: Ints, b: Ints) -> Ints:
    """Return the larger size of each axis, aligned from the right."""
    return tuple([max(pair) for pair in zip_longest(reversed(a), reversed(b), fillvalue=1)])[::-1]


def _lifted(shape: Ints, axis: int) -> Ints:
    return (*shape[:axis], 1, *shape[axis:])


def _without(shape: Ints, axis: int) -> Ints:
    return shape[:axis] + shape[axis + 1 :]


def _shared(p: Pair) -> int:
    """Return the last axis of the product that both tensors have."""
    return max(set(range(len(p.a) + 1)) - {*p.lifts})


class Broadcast(Family[Pair]):
    """Axes are aligned from the right; two sizes fit if they are equal or one is 1, which is stretched."""

    name, version, title = "dims.broadcast", 1, "Broadcasting"
    source = "torch documentation: Broadcasting semantics; numpy documentation: Broadcasting"
    answer = {"add": Shape(), "pairs": Shape(), "choice": Choice(), "clash": Choice(), "mean": Choice()}
    _given = "`a` has the shape {a}, and `b` has the shape {b}. "
    prompt = {
        "add": _given + "What is the shape of `a + b`?",
        "choice": _given + "What does `a + b` give: which shape, or an error?",
        "clash": _given + "What does `a + b` give: which shape, or an error?",
        "mean": _given + "What does `a - b.mean(dim={axis})` give: which shape, or an error?",
        "pairs": _given + "What is the shape of `(a.unsqueeze({lift_a}) * b.unsqueeze({lift_b})).sum(dim={axis})`?",
    }
    conventions = {
        "add": (),
        "choice": (),
        "clash": (),
        "mean": ("axes count from 0",),
        "pairs": ("axes count from 0",),
    }
    _align = "Align the shapes from the right{missing}: {padded_a} and {padded_b}."
    steps = {
        "add": (_align, "In each place a 1 takes the other size, and equal sizes stay: {answer}"),
        "choice": (
            _align,
            "In each place the sizes are equal, or one of them is 1 and takes the other size: {answer}",
        ),
        "clash": (_align, "In one place the sizes are {clash}. They differ, and neither is 1: {answer}"),
        "mean": (
            "`mean(dim={axis})` takes axis {axis} of `b` away: {b} becomes {mean}.",
            _align,
            "{finding}: {answer}",
        ),
        "pairs": (
            "`unsqueeze` puts in an axis of size 1: `a` becomes {lifted_a}, and `b` becomes {lifted_b}.",
            "In each place a 1 takes the other size, and equal sizes stay: {product}.",
            "`sum(dim={axis})` takes axis {axis} away: {answer}",
        ),
    }
    limits = {1: Effort(8, 2), 2: Effort(12, 2), 3: Effort(20, 2)}
    mistakes = (
        Mistake(
            "an error expected",
            lambda p: ERROR if p.form in ("choice", "mean") and p.sum else None,
            "It works. Aligned from the right, {padded_a} and {padded_b} fit: in each place the sizes are equal, or "
            "one of them is 1.",
            teaches="join-broadcast",
        ),
        Mistake(
            "larger size wins",
            lambda p: None if p.sum else str(_larger(*p.added)),
            "You let the larger size win. Only a 1 is stretched: {clash} differ, and neither is 1.",
            teaches="join-broadcast",
        ),
        Mistake(
            "axis kept by the mean",
            lambda p: p.told(broadcast(p.a, (*p.b[: p.axis], 1, *p.b[p.axis + 1 :]))) if p.form == "mean" else None,
            "You kept the averaged axis with size 1, as keepdim=True would. `mean(dim={axis})` takes it away: {mean}.",
        ),
        Mistake(
            "aligned from the left",
            lambda p: None if p.form == "pairs" else p.told(_larger(p.added[0][::-1], p.added[1][::-1])[::-1]),
            "You aligned the shapes from the left. They are aligned from the right{missing}: {padded_a} and "
            "{padded_b}.",
            teaches="join-broadcast",
        ),
        Mistake(
            "shape of a",
            lambda p: None if p.form == "pairs" else p.told(p.a),
            "You kept the shape of `a`. Both tensors are stretched where they have size 1 or no axis{unless}.",
            teaches="join-outer",
        ),
        Mistake(
            "shape of b",
            lambda p: p.told(p.b) if p.form in ("choice", "add") else None,
            "You kept the shape of `b`. Both tensors are stretched where they have size 1 or no axis{unless}.",
            teaches="join-outer",
        ),
        Mistake(
            "mean forgotten",
            lambda p: p.told(broadcast(p.a, p.b)) if p.form == "mean" else None,
            "You did not take the averaged axis away. `b.mean(dim={axis})` has the shape {mean}.",
        ),
        Mistake(
            "shape of the mean",
            lambda p: p.told(p.added[1]) if p.form == "mean" else None,
            "That is the shape of the mean alone. Taking it from `a` aligns {padded_a} and {padded_b}.",
        ),
        Mistake(
            "axes put side by side",
            lambda p: None if p.form == "pairs" else p.told(p.added[0] + p.added[1]),
            "You put the axes side by side, as an outer product would. Broadcasting lays them on top of each other, "
            "aligned from the right.",
            teaches="join-broadcast",
        ),
        Mistake(
            "axis kept by the sum",
            lambda p: _lifted(_without(p.sum or (), p.axis), p.axis) if p.form == "pairs" else None,
            "You kept the summed axis with size 1, as keepdim=True would. `sum(dim={axis})` takes it away.",
        ),
        Mistake(
            "sum forgotten",
            lambda p: p.sum if p.form == "pairs" else None,
            "That is the shape of the product. `sum(dim={axis})` then takes axis {axis} away.",
        ),
        Mistake(
            "matrix product",
            lambda p: _without(p.sum or (), _shared(p)) if p.form == "pairs" else None,
            "You summed over the axis that both tensors have, as a matrix product does. `sum(dim={axis})` takes axis "
            "{axis} away, of size {gone}.",
        ),
        Mistake(
            "another axis summed",
            lambda p: _without(p.sum or (), p.axis - 1) if p.form == "pairs" and p.axis else None,
            "You counted the axes from 1. The first one is axis 0, so `sum(dim={axis})` takes the size {gone} away.",
            convention="axes count from 0",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Pair | None:
        """Level 1: it works; level 2: does it?; level 3: after a mean, or with new axes and a sum."""
        if level == 1:
            return Pair(*_fitting(draw, draw.choice((2, 3, 3))), "add")
        if level == 2:
            pair = _fitting(draw, draw.choice((3, 3, 4)))
            return Pair(*(_clashing(draw, *pair) if draw.chance(0.4) else pair), "choice")
        return _averaged(draw) if draw.chance(0.5) else _lifting(draw)

    def variant(self, p: Pair) -> str:
        """Return add, choice, clash (a choice that fails), mean or pairs."""
        return "clash" if p.form == "choice" and p.sum is None else p.form

    def branch(self, p: Pair) -> str:
        """Return the variant, and whether a mean fails."""
        return f"{self.variant(p)} {'works' if p.sum else 'fails'}"

    def formula(self, p: Pair) -> Value:
        """Return the shape by the rule, or that there is none."""
        shape = p.sum
        if p.form == "pairs":
            assert shape is not None
            return _without(shape, p.axis)
        told = p.told(shape)
        assert told is not None
        return told

    def effort(self, p: Pair) -> Effort:
        """Return a comparison an axis and a look at each size, and what a mean or new axes add."""
        axes = max(map(len, p.added))
        digits = len(str(max(p.a + p.b)))
        return Effort(2 * axes + {"mean": 6, "pairs": 6, "choice": 1}.get(p.form, 0), digits)

    def facts(self, p: Pair) -> Facts:
        """Return the aligned shapes, and what fits or clashes."""
        first, second = p.added
        axes = max(len(first), len(second))
        padded = [(1,) * (axes - len(shape)) + shape for shape in (first, second)]
        clashes = [f"{m} and {n}" for m, n in zip(*padded, strict=True) if m != n and 1 not in (m, n)]
        shape = p.sum
        return {
            "a": str(p.a),
            "b": str(p.b),
            "axis": p.axis,
            "mean": str(second),
            "missing": "; a missing axis counts as 1" if len(first) != len(second) else "",
            "padded_a": str(padded[0]),
            "padded_b": str(padded[1]),
            "clash": clashes[0] if clashes else "",
            "unless": f", but here {clashes[0]} clash" if clashes else "",
            "finding": f"{clashes[0]} differ, and neither is 1"
            if clashes
            else "In each place the sizes are equal, or one of them is 1 and takes the other size",
            "lift_a": p.lifts[0],
            "lift_b": p.lifts[1],
            "lifted_a": str(first),
            "lifted_b": str(second),
            "product": str(shape),
            "gone": shape[p.axis] if shape and p.form == "pairs" else 0,
        }

    @staticmethod
    def witness(a: Ints, b: Ints, form: str, lifts: tuple[int, int], axis: int) -> Ints | str:
        """Return the shape of a real sum, or that torch refuses it."""
        import torch

        x, y = torch.zeros(a), torch.zeros(b)
        if form == "pairs":
            x, y = x.unsqueeze(lifts[0]), y.unsqueeze(lifts[1])
        if form == "mean":
            y = y.mean(dim=axis)
        try:
            z = x * y if form == "pairs" else x - y if form == "mean" else x + y
            shape = tuple((z.sum(dim=axis) if form == "pairs" else z).shape)
        except RuntimeError:
            shape = ()
        return shape if form in ("add", "pairs") else str(shape or "an error")


def _fitting(draw: Draw, axes: int) -> tuple[Ints, Ints]:
    """Draw two shapes that fit and are both stretched."""
    target = list(distinct(draw, axes, 2, 9 if axes == 2 else 12))
    i, j, *_ = draw.shuffled(range(axes))  # a is stretched along axis i, b along axis j
    if draw.chance(0.4):
        target[i] = target[j]  # so that sizes fit from the left, too
    a, b = list(target), list(target)
    a[i] = b[j] = 1
    for axis in set(range(axes)) - {i, j}:
        if draw.chance(0.3):
            draw.choice((a, b))[axis] = 1
    return _shortened(draw, a), _shortened(draw, b)


def _shortened(draw: Draw, shape: list[int]) -> Ints:
    """Return the shape, most of the time without the ones in front."""
    while shape[0] == 1 and draw.chance(0.8):
        shape = shape[1:]
    return tuple(shape)


def _clashing(draw: Draw, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return two shapes one size of which no longer fits."""
    at = draw.integer(1, min(len(a), len(b)))
    size = draw.integer(2, 9)
    other = draw.choice([n for n in (2 * size, size + 1, 2, 3) if n not in (size, 1) and n < 10] or [size - 1])
    return (*a[: len(a) - at], size, *a[len(a) - at + 1 :]), (*b[: len(b) - at], other, *b[len(b) - at + 1 :])


def _averaged(draw: Draw) -> Pair:
    """Draw a tensor from which the mean of another is taken, which works or does not."""
    axes = draw.choice((2, 3))
    b = draw.integers(axes, 2, 40 if axes == 2 else 12)
    axis = draw.integer(0, len(b) - 1)
    mean = _without(b, axis)
    kind = draw.choice((0, 0, 1, 2, 3))
    if kind == 0:  # centering: right with keepdim=True, or by accident
        same = draw.chance(0.15) and len(b) == 2
        return Pair((b[0],) * 2 if same else b, (b[0],) * 2 if same else b, "mean", axis=axis)
    if kind == 1:  # a column and a row make a table
        return Pair((*mean, 1), b, "mean", axis=axis)
    if kind == 2:  # made to fit
        return Pair((draw.integer(2, 9), *mean), b, "mean", axis=axis)
    return Pair((draw.integer(2, 9), *b[1:]), b, "mean", axis=axis)


def _lifting(draw: Draw) -> Pair:
    """Draw two tensors that each lack one axis of their product."""
    axes = draw.choice((3, 3, 4))
    target, (i, j) = distinct(draw, axes, 2, 12), draw.sample(range(axes), 2)
    p = Pair(_without(target, i), _without(target, j), "pairs", (i, j), draw.integer(0, axes - 1))
    return replace(p, axis=_shared(p)) if draw.chance(0.3) else p
