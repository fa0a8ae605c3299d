"""The shape of a tensor whose axes are permuted."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Shape
from studydl.problems.catalog.dims._axes import (
    Ints,
    distinct,
    inverse,
    listed,
    moved,
    one_way,
    reordered,
    swapped,
    telling_axis,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Order:
    """A tensor and a new order of its axes.

    Args:
        sizes: of the tensor, 3 to 5 different ones, each 2 to 9.
        dims: what permute is given; a negative number counts axes from the end. Empty where it is asked for.
        then: "", or what follows: "transpose" or "movedim".
        pair: the two axes it is given, which may be negative; (0, 0) where nothing follows.
        wanted: the shape that the dims asked for must give; empty where the shape is asked for.
    """

    sizes: Ints
    dims: Ints
    then: str = ""
    pair: tuple[int, int] = (0, 0)
    wanted: Ints = ()

    @property
    def axes(self) -> Ints:
        """Return the dims of permute counted from the start."""
        return tuple([d % len(self.sizes) for d in self.dims])

    @property
    def ends(self) -> tuple[int, int]:
        """Return the pair counted from the start."""
        return self.pair[0] % len(self.sizes), self.pair[1] % len(self.sizes)

    @property
    def permuted(self) -> Ints:
        """Return the shape after permute."""
        return reordered(self.sizes, self.axes)

    def finish(self, shape: Ints) -> Ints:
        """Return a shape after what follows permute."""
        return _then(self.then, shape, *self.ends)


def _then(name: str, shape: Ints, a: int, b: int) -> Ints:
    """Return a shape after transpose or movedim; unchanged where the name is empty."""
    if name == "transpose":
        return swapped(shape, a, b)
    if name == "movedim":
        rest = shape[:a] + shape[a + 1 :]
        return (*rest[:b], shape[a], *rest[b:])
    return shape


class PermuteShape(Family[Order]):
    """Axis i of x.permute(dims) is axis dims[i] of x: dims say where each axis comes from, not where it goes."""

    name, version, title = "dims.permute-shape", 1, "Shape after permute"
    source = "torch documentation: torch.permute, torch.transpose and torch.movedim"
    answer = Shape()
    prompt = {
        "permute": "`x` has the shape ({sizes}). What is the shape of `x.permute({dims})`?",
        "then": "`x` has the shape ({sizes}). What is the shape of `x.permute({dims}).{then}({pair})`?",
        "find": "`x` has the shape ({sizes}). For which `dims` does `x.permute(dims)` have the shape ({wanted})?",
    }
    conventions = {
        "permute": ("axes count from 0, negative ones from the end",),
        "then": ("axes count from 0, negative ones from the end",),
        "find": ("axes count from 0, none from the end",),
    }
    _permute = "`permute` names, for each axis of the result, the axis of `x` it comes from: {axes_words}."
    steps = {
        "permute": (_permute, "The sizes of these axes in ({sizes}), in this order: {answer}"),
        "then": (
            _permute,
            "The sizes of these axes in ({sizes}), in this order: ({permuted}).",
            "`{then}({pair})` {does}: {answer}",
        ),
        "find": (
            "Take the axes of the result one by one, and look for their sizes in `x`.",
            "{places}.",
            "`permute` is given these axes, in this order: {answer}",
        ),
    }
    limits = {1: Effort(8, 1), 2: Effort(8, 1), 3: Effort(14, 1)}
    mistakes = (
        Mistake(
            "inverse permutation",
            lambda p: None if p.wanted else p.finish(reordered(p.sizes, inverse(p.axes))),
            "You sent each axis of `x` to the place that `permute` names. It says where an axis comes from: axis {new} "
            "of the result is axis {old} of `x`, of size {size}.",
            teaches="permute-element",
        ),
        Mistake(
            "where each axis goes",
            lambda p: inverse(_found(p)) if p.wanted else None,
            "You listed where each axis of `x` goes. `dims` say where an axis comes from: axis {new} of the result, of "
            "size {size}, is axis {old} of `x`.",
            teaches="permute-element",
        ),
        Mistake(
            "read as a swap",
            lambda p: swapped(p.sizes, p.axes[0], p.axes[1]) if len(p.dims) == 3 else None,
            "You exchanged the first two axes that `permute` names, as `transpose` would. `permute` gives the whole "
            "order: {axes_words} of `x`.",
            teaches="permute-twice",
        ),
        Mistake(
            "axes counted from the end",
            lambda p: None if p.wanted else p.finish(reordered(p.sizes[::-1], p.axes)),
            "You counted the axes of `x` from its last one. Axis 0 is the first one, of size {front}.",
        ),
        Mistake(
            "shape kept",
            lambda p: None if p.wanted or p.then else p.sizes,
            "That is the shape of `x`. The elements stay where they are in memory, but the axes change their order, "
            "and with them the sizes.",
        ),
        Mistake(
            "second step on the axes of x",
            lambda p: reordered(p.finish(p.sizes), p.axes) if p.then else None,
            "You did `{then}` first. It comes second and counts the axes of what `permute` gives: ({permuted}).",
        ),
        Mistake(
            "movedim read as a swap",
            lambda p: swapped(p.permuted, *p.ends) if p.then == "movedim" else None,
            "You exchanged two axes, which is `transpose`. `movedim` takes one axis out and puts it back elsewhere; "
            "the others close up.",
            teaches="permute-movedim",
        ),
        Mistake(
            "transpose read as a move",
            lambda p: _then("movedim", p.permuted, *p.ends) if p.then == "transpose" else None,
            "You moved one axis and let the others close up, which is `movedim`. `transpose` exchanges two axes and "
            "leaves the others.",
            teaches="permute-movedim",
        ),
        Mistake(
            "second step forgotten",
            lambda p: p.permuted if p.then else None,
            "That is the shape after `permute`. `{then}({pair})` follows: it {does}.",
        ),
        Mistake(
            "axes counted from 1",
            lambda p: tuple([d + 1 for d in _found(p)]) if p.wanted else None,
            "You counted the axes from 1. The first axis of `x` is axis 0.",
            convention="axes count from 0",
        ),
        Mistake(
            "the shape itself",
            lambda p: p.wanted or None,
            "That is the shape. `permute` is given numbers of axes: 0 to {last}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Order | None:
        """Level 1: 3 axes; level 2: 4 or 5, some counted from the end; level 3: a second step, or the dims."""
        if level == 1:
            return Order(distinct(draw, 3, 2, 9), one_way(draw, 3) if draw.chance(0.4) else moved(draw, 3))
        axes = draw.choice((4, 4, 5))
        sizes, dims = distinct(draw, axes, 2, 9), one_way(draw, axes)
        if level == 3 and draw.chance(0.4):
            return Order(sizes, (), wanted=reordered(sizes, dims))
        if draw.chance(0.5):
            negative = draw.choice((1, 2))  # how many of the last axes are counted from the end
            dims = tuple([d - axes if d >= axes - negative else d for d in dims])
        if level == 2:
            return Order(sizes, dims)
        low = draw.integer(0, axes - 3)  # between neighbors, moving and exchanging are the same
        a, b = draw.shuffled((low, draw.integer(low + 2, axes - 1)))
        return Order(sizes, dims, draw.choice(("transpose", "movedim")), (a, b - axes if draw.chance(0.5) else b))

    def variant(self, p: Order) -> str:
        """Return permute, then or find."""
        return "find" if p.wanted else "then" if p.then else "permute"

    def formula(self, p: Order) -> Ints:
        """Return the sizes in their new order, or the axes that have the wanted sizes."""
        return _found(p) if p.wanted else p.finish(p.permuted)

    def effort(self, p: Order) -> Effort:
        """Return one look at `x` an axis, another one for what follows, and one search an axis for the dims."""
        return Effort(len(p.sizes) * (2 if p.then or p.wanted else 1) + sum(d < 0 for d in p.dims), 1)

    def facts(self, p: Order) -> Facts:
        """Return the axes counted from the start, the shape on the way, and what each step does."""
        source = _found(p) if p.wanted else p.axes
        new, shape, (a, b) = telling_axis(source), reordered(p.sizes, source), p.ends
        places = [f"size {size} is axis {axis}" for size, axis in zip(shape, source, strict=True)]
        return {
            "axes_words": f"axes {listed(source)}",
            "new": new,
            "old": source[new],
            "size": shape[new],
            "front": p.sizes[0],
            "last": len(p.sizes) - 1,
            "permuted": shape,
            "places": _capital(listed(places)),
            "does": _does(p.then, shape, a, b),
        }

    @staticmethod
    def witness(sizes: Ints, dims: Ints, then: str, pair: tuple[int, int], wanted: Ints) -> Ints:
        """Return the shape of a real tensor, or the dims that give the wanted one."""
        import torch

        x = torch.empty(sizes, device="meta")
        if wanted:
            same = torch.tensor(wanted)[:, None] == torch.tensor(sizes)
            answer = tuple(same.nonzero()[:, 1].tolist())
            assert x.permute(answer).shape == wanted
        else:
            y = x.permute(dims)
            answer = tuple((getattr(y, then)(*pair) if then else y).shape)
        return answer


def _found(p: Order) -> Ints:
    """Return the axes of `x` that have the wanted sizes; all sizes differ."""
    return tuple(map(p.sizes.index, p.wanted))


def _does(name: str, shape: Ints, a: int, b: int) -> str:
    """Write what transpose or movedim does to a shape."""
    if name == "transpose":
        return f"exchanges the sizes {shape[a]} and {shape[b]}"
    return f"takes axis {a}, of size {shape[a]}, out and puts it back as axis {b}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
