"""Which element stands where after axes are exchanged, and which after a view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TypeAlias

from studydl.answers.kinds import Integer, Shape
from studydl.problems.catalog.dims._axes import (
    Ints,
    distinct,
    index_at,
    inverse,
    one_way,
    place,
    reordered,
    strides_of,
    sum_of_products,
    swapped,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Call: TypeAlias = tuple[str, Ints]  # the name of a method and its arguments


@dataclass(frozen=True, slots=True)
class Numbers:
    """A tensor that counts 0, 1, 2, ..., and the methods it goes through.

    Args:
        sizes: of the tensor, 2 or 3, each 2 to 90.
        calls: permute and transpose exchange axes; view and reshape keep the order of the numbers.
        index: of the number asked for; empty where an index is asked for.
        number: the number whose index is asked for, or 0.
    """

    sizes: Ints
    calls: tuple[Call, ...]
    index: Ints = ()
    number: int = 0

    @property
    def shapes(self) -> list[Ints]:
        """Return the shape of the tensor and the shape after each call."""
        shapes = [self.sizes]
        for call in self.calls:
            dims = _axes(call, len(shapes[-1]))
            shapes.append(reordered(shapes[-1], dims) if dims else call[1])
        return shapes

    @property
    def indices(self) -> list[Ints]:
        """Return the index of the element in question before the calls and after each of them."""
        shapes = self.shapes
        moves = list(zip(self.calls, shapes, shapes[1:], strict=False))
        if self.number:
            found = [index_at(self.number, self.sizes)]
            for call, before, after in moves:
                dims = _axes(call, len(before))
                found.append(reordered(found[-1], dims) if dims else _recut(found[-1], before, after))
            return found
        found = [self.index]
        for call, before, after in reversed(moves):
            dims = _axes(call, len(before))
            found.append(reordered(found[-1], inverse(dims)) if dims else _recut(found[-1], after, before))
        return found[::-1]

    @property
    def answer(self) -> Ints | int:
        """Return the number at the index, or the index of the number."""
        return self.indices[-1] if self.number else place(self.indices[0], strides_of(self.sizes))

    @property
    def form(self) -> str:
        """Return view, axes, split, merge, patches or where."""
        names = {("view",): "view", ("permute",): "axes", ("view", "transpose"): "split"}
        kind = tuple([name for name, _ in self.calls])
        return "where" if self.number else names.get(kind, "merge" if len(kind) == 2 else "patches")

    def instead(self, at: int, *calls: Call) -> Ints | int:
        """Return the answer with other calls in place of one."""
        return replace(self, calls=(*self.calls[:at], *calls, *self.calls[at + 1 :])).answer


def _axes(call: Call, axes: int) -> Ints:
    """Return where each axis after a call comes from; empty for view and reshape."""
    name, given = call
    return given if name == "permute" else swapped(tuple(range(axes)), *given) if name == "transpose" else ()


def _recut(index: Ints, before: Ints, after: Ints) -> Ints:
    """Return the index of the same element in another shape."""
    return index_at(place(index, strides_of(before)), after)


def _turn(p: Numbers) -> int:
    """Return which call exchanges axes; -1 where none does."""
    return next((i for i, (name, _) in enumerate(p.calls) if name in ("permute", "transpose")), -1)


def _as_view(p: Numbers) -> Ints | int | None:
    """Return the answer if the exchange of axes only cut the numbers anew."""
    at = _turn(p)
    return None if at < 0 else p.instead(at, ("reshape", p.shapes[at + 1]))


def _as_permutation(p: Numbers) -> Ints | int | None:
    """Return the answer if a view alone, whose sizes are those of x in another order, exchanged axes."""
    return p.instead(0, ("permute", tuple(map(p.sizes.index, p.calls[0][1])))) if p.form == "view" else None


def _taken_back(p: Numbers) -> int | None:
    """Return the number if a permutation were its inverse; None where that leads out of the tensor."""
    if p.form != "axes":
        return None
    index = reordered(p.index, p.calls[0][1])
    return place(index, strides_of(p.sizes)) if all(i < n for i, n in zip(index, p.sizes, strict=True)) else None


def _unmoved(p: Numbers) -> int | None:
    """Return the number at the same index of x; None where x has no such index."""
    if p.form != "axes" or any(i >= n for i, n in zip(p.index, p.sizes, strict=True)):
        return None
    return place(p.index, strides_of(p.sizes))


def _columns_first(p: Numbers) -> int | None:
    """Return the number if the first axis ran fastest in the shape where it is looked up; None for an index."""
    at = int(p.calls[0][0] == "view")
    return None if p.number else place(p.indices[at], strides_of(p.shapes[at][::-1])[::-1])


def _dealt_out(p: Numbers) -> Ints | int | None:
    """Return the answer if the axis that is split or merged had its two parts the other way round."""
    if p.form in ("split", "where"):
        (name, (*others, a, b)), turn = p.calls
        return replace(p, calls=((name, (*others, b, a)), ("transpose", (1, 2)), turn)).answer
    if p.form == "merge":
        return p.instead(1, ("transpose", (1, 2)), p.calls[1])
    return None


class PermuteVsView(Family[Numbers]):
    """A view keeps the order of the elements and cuts it anew; permute keeps the elements and renames their axes."""

    name, version, title = "dims.permute-vs-view", 1, "Elements after permute, after view"
    source = "torch documentation: torch.permute, torch.Tensor.view and torch.reshape"
    answer = {
        form: Shape() if form == "where" else Integer()
        for form in ("view", "axes", "split", "merge", "patches", "where")
    }
    _element = "`x = torch.arange({count}).view({sizes})`, and `y = x{calls}`. Which number is `y[{index}]`?"
    prompt = {
        "view": _element,
        "axes": _element,
        "split": _element,
        "merge": _element,
        "patches": _element,
        "where": "`x = torch.arange({count}).view({sizes})`, and `y = x{calls}`. At which index of `y` does the "
        "number {number} stand?",
    }
    conventions = ("`arange` and indices start at 0",)
    steps = {
        "view": (
            "`view` keeps the order of the numbers. The strides of its shape ({shape1}) are ({strides1}).",
            "So `y[{index1}]` is number ${products1}$ = {answer}",
        ),
        "axes": (
            "`permute` names for each axis of `y` the axis of `x` it comes from, so `y[{index1}]` is `x[{index0}]`.",
            "`x` has the shape ({sizes}) and the strides ({strides0}): ${products0}$ = {answer}",
        ),
        "split": (
            "Back through `{call2}`: `y[{index2}]` is element [{index1}] of the view, whose shape is ({shape1}).",
            "`view` keeps the order of the numbers. The strides of its shape are ({strides1}).",
            "So element [{index1}] is number ${products1}$ = {answer}",
        ),
        "merge": (
            "`reshape` counts on through the shape after `{call1}`, ({shape1}). `y[{index2}]` is at place "
            "${products2} = {place2}$, which is the index [{index1}] of that shape.",
            "Back through `{call1}`: element [{index1}] is `x[{index0}]`.",
            "`x` has the strides ({strides0}): ${products0}$ = {answer}",
        ),
        "patches": (
            "`reshape` counts on through the shape after `{call2}`, ({shape2}). `y[{index3}]` is at place "
            "${products3} = {place3}$, which is the index [{index2}] of that shape.",
            "Back through `{call2}`: element [{index1}] of the view, whose shape is ({shape1}).",
            "`view` keeps the order of the numbers. With the strides ({strides1}): ${products1}$ = {answer}",
        ),
        "where": (
            "`view` keeps the order of the numbers. The strides of its shape ({shape1}) are ({strides1}).",
            "${number} = {products1}$, so {number} is element [{index1}] of the view.",
            "`{call2}` exchanges the axes and with them the parts of the index: {answer}",
        ),
    }
    limits = {1: Effort(8, 2), 2: Effort(12, 3), 3: Effort(24, 3)}
    mistakes = (
        Mistake(
            "axes exchanged by a view",
            _as_view,
            "You cut the numbers anew in the order in which they stand, as a view would. `{turn}` exchanges axes: an "
            "element keeps its coordinates, and only their order changes.",
            teaches="permute-not-view",
        ),
        Mistake(
            "view read as a permutation",
            _as_permutation,
            "You exchanged axes. `view` exchanges nothing: the numbers stay in the order 0, 1, 2, ... and are cut into "
            "rows of {row}.",
            teaches="permute-not-view",
        ),
        Mistake(
            "inverse permutation",
            _taken_back,
            "You sent the axes the other way. `permute` says where the axes of `y` come from: `y[{index1}]` is "
            "`x[{index0}]`.",
            teaches="permute-element",
        ),
        Mistake(
            "same index in x",
            _unmoved,
            "That is `x[{index1}]`. In `y` the axes of `x` stand in another order: `y[{index1}]` is `x[{index0}]`.",
            teaches="permute-element",
        ),
        Mistake(
            "rows of x",
            lambda p: place(p.index, strides_of(p.sizes)) if p.form == "view" else None,
            "You counted with the shape ({shape0}) of `x`. `y` has the shape ({shape1}): its rows hold {row} numbers.",
        ),
        Mistake(
            "counted down the columns",
            _columns_first,
            "You let the first axis run fastest, down the columns. In torch the last axis does: the numbers fill "
            "row by row.",
        ),
        Mistake(
            "axis cut the other way round",
            _dealt_out,
            "You took the two parts of the long axis in the wrong order. It is {long} = {outer} times {inner}: {outer} "
            "runs of {inner} neighbors each, the last axis running fastest.",
            teaches="permute-heads",
        ),
        Mistake(
            "exchange forgotten",
            lambda p: p.indices[1] if p.number else None,
            "That is the index in the view. `{call2}` then exchanges two of its parts.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Numbers | None:
        """Level 1: two axes; level 2: three; level 3: heads split or merged, an image cut into patches."""
        if level == 3:
            return _chained(draw)
        sizes = distinct(draw, 2, 2, 7) if level == 1 else distinct(draw, 3, 2, 8)
        dims = (1, 0) if level == 1 else one_way(draw, 3)
        target = reordered(sizes, dims)
        call = ("permute", dims) if draw.chance(0.5) else ("view", target)
        return _told_apart(Numbers(sizes, (call,), _index(draw, target)))

    def variant(self, p: Numbers) -> str:
        """Return view, axes, split, merge, patches or where."""
        return p.form

    def formula(self, p: Numbers) -> Ints | int:
        """Return what following the index from call to call leads to."""
        return p.answer

    def effort(self, p: Numbers) -> Effort:
        """Return a product and a sum an axis, and what each further call adds."""
        more = {"axes": 1, "split": 3, "where": 5, "merge": 7, "patches": 9}.get(p.form, 0)
        return Effort(2 * len(p.shapes[1]) - 1 + more, len(str(prod(p.sizes))))

    def facts(self, p: Numbers) -> Facts:
        """Return shapes, indices, strides and places after each call."""
        shapes, indices, turn = p.shapes, p.indices, _turn(p)
        facts: Facts = {
            "count": prod(p.sizes),
            "calls": "".join(f".{name}{given}" for name, given in p.calls),
            "turn": _written(p.calls[turn]) if turn >= 0 else "",
            "row": shapes[-1][-1],
        }
        for i, (shape, index) in enumerate(zip(shapes, indices, strict=True)):
            strides = strides_of(shape)
            facts[f"shape{i}"], facts[f"index{i}"], facts[f"strides{i}"] = shape, index, strides
            facts[f"products{i}"], facts[f"place{i}"] = sum_of_products(index, strides), place(index, strides)
            facts[f"call{i}"] = _written(p.calls[i - 1])
        outer, inner = shapes[1][-2:]
        return {**facts, "outer": outer, "inner": inner, "long": outer * inner}

    @staticmethod
    def witness(sizes: Ints, calls: tuple[Call, ...], index: Ints, number: int) -> Ints | int:
        """Return the number found in a real tensor, or its index there."""
        import torch

        y = torch.arange(torch.Size(sizes).numel()).view(sizes)
        for method, arguments in calls:
            y = getattr(y, method)(*arguments)
        return tuple((y == number).nonzero()[0].tolist()) if number else int(y[index])


def _chained(draw: Draw) -> Numbers | None:
    """Draw heads that are split or merged, or an image that is cut into patches; None where a view would do."""
    kind = draw.choice(("split", "merge", "patches", "where"))
    rows, heads, width = distinct(draw, 3, 2, 10)
    calls: tuple[Call, ...] = (("view", (rows, heads, width)), ("transpose", (0, 1)))
    sizes: Ints = (rows, heads * width)
    shape: Ints = (heads, rows, width)
    if kind == "merge":
        sizes, shape = (heads, rows, width), (rows, heads * width)
        calls = (("transpose", (0, 1)), ("reshape", shape))
    if kind == "patches":
        down, high, across, wide = draw.integers(4, 2, 5)
        sizes, shape = (down * high, across * wide), (down * across, high * wide)
        calls = (("view", (down, high, across, wide)), ("transpose", (1, 2)), ("reshape", shape))
    if kind == "where":
        return _told_apart(Numbers(sizes, calls, number=draw.integer(2, rows * heads * width - 2)))
    return _told_apart(Numbers(sizes, calls, _index(draw, shape)))


def _told_apart(p: Numbers) -> Numbers | None:
    """Return the numbers if the exchange of axes matters for the one asked for, and a view is no substitute."""
    at, indices = _turn(p), p.indices
    same = indices[at] == indices[at + 1] if at >= 0 else place(p.index, strides_of(p.sizes)) == p.answer
    return None if same or p.answer in (_as_view(p), _as_permutation(p)) else p


def _index(draw: Draw, shape: Ints) -> Ints:
    """Draw an index."""
    return tuple([draw.integer(0, size - 1) for size in shape])


def _written(call: Call) -> str:
    """Write a call as code."""
    return f"{call[0]}{call[1]}"
