"""Strides: how many elements of the storage lie between neighbors along an axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod
from operator import add, mul

from studydl.answers.kinds import Integer, Shape
from studydl.answers.values import Value
from studydl.problems.catalog.dims._axes import Ints, distinct, index_at, place, strides_of, sum_of_products
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class View:
    """A contiguous tensor, a view of it, and what is asked.

    Args:
        sizes: of the tensor, 3 or 4, each 2 to 12.
        form: "strides"; "position" of an element; "sliced": where an element of a slice stands; "index" of the
            element at a position; "windows": strides after unfold.
        index: of the element asked for; else empty.
        starts: where the slice begins along each axis; else empty.
        steps: of the slice along each axis; else empty.
        position: in the storage, of the element whose index is asked for; else 0.
        axis: along which windows slide; else 0.
        window: size of the windows and step from one to the next; (0, 0) without.
    """

    sizes: Ints
    form: str
    index: Ints = ()
    starts: Ints = ()
    steps: Ints = ()
    position: int = 0
    axis: int = 0
    window: tuple[int, int] = (0, 0)

    @property
    def strides(self) -> Ints:
        """Return the strides of the tensor itself."""
        return strides_of(self.sizes)

    @property
    def sources(self) -> Ints:
        """Return the index in the tensor of the element asked for."""
        return tuple(map(add, self.starts, map(mul, self.index, self.steps)))

    @property
    def shape(self) -> Ints:
        """Return the shape of the slice."""
        return tuple(map(len, map(range, self.starts, self.sizes, self.steps)))

    def answer(self, strides: Ints) -> Value:
        """Return what is asked for if the tensor had these strides."""
        if self.form == "windows":
            return (*_with(strides, self.axis, strides[self.axis] * self.window[1]), strides[self.axis])
        if self.form == "index":
            return index_at(self.position, self.sizes)
        if self.form == "strides":
            return strides
        return place(self.sources if self.form == "sliced" else self.index, strides)

    @property
    def windows(self) -> int:
        """Return how many windows there are."""
        size, step = self.window
        return (self.sizes[self.axis] - size) // step + 1


def _with(items: Ints, at: int, item: int) -> Ints:
    return (*items[:at], item, *items[at + 1 :])


def _first_fastest(p: View) -> Value:
    """Return the answer if the first axis ran fastest."""
    if p.form == "index":
        return index_at(p.position, p.sizes[::-1])[::-1]
    return p.answer(strides_of(p.sizes[::-1])[::-1])


def _from_one(p: View) -> Value | None:
    """Return the answer if positions and indices counted from 1; None for strides."""
    if p.form == "index":
        return tuple([i + 1 for i in index_at(p.position, p.sizes)])
    return place(p.sources or p.index, p.strides) + 1 if p.index else None


def _in_slice(p: View, sources: Iterable[int]) -> Value | None:
    """Return the position if the element asked for had this index in the tensor; None without a slice."""
    return place(tuple(sources), p.strides) if p.form == "sliced" else None


class Strides(Family[View]):
    """The stride of an axis is the product of the sizes after it; a position is the sum of index times stride."""

    name, version, title = "dims.strides", 1, "Strides and positions in memory"
    source = "torch documentation: torch.Tensor.stride, torch.Tensor.storage_offset and torch.Tensor.unfold"
    answer = {
        "strides": Shape(),
        "position": Integer(),
        "sliced": Integer(),
        "index": Shape(),
        "windows": Shape(),
    }
    _tensor = "`x` is a contiguous tensor of shape ({sizes})"
    prompt = {
        "strides": _tensor + ". What does `x.stride()` return?",
        "position": _tensor + ". At which position of its storage does `x[{index}]` stand?",
        "sliced": _tensor + ", and `y = x[{slices}]`. At which position of the storage of `x` does `y[{index}]` stand?",
        "index": _tensor + ". Which index has the element at position {position} of its storage?",
        "windows": _tensor + ". What does `x.unfold({axis}, {size}, {step}).stride()` return?",
    }
    _positions = ("positions in elements, counted from 0",)
    conventions = {
        "strides": ("strides in elements",),
        "position": _positions,
        "sliced": _positions,
        "index": ("positions and indices count from 0",),
        "windows": ("strides in elements", "unfold is given axis, size, step"),
    }
    _own = "A stride is the product of all later sizes: ({strides})."
    steps = {
        "strides": (
            "Along the last axis neighbors stand side by side: stride 1.",
            "Further to the left, multiply by one size after the other: {growing}.",
            "In the order of the axes: {answer}",
        ),
        "position": (_own, "Each index times its stride: ${products}$ = {answer}"),
        "sliced": (
            "Start plus index times step along each axis: {source_words}. So `y[{index}]` is `x[{sources}]`.",
            _own,
            "Each index times its stride: ${source_products}$ = {answer}",
        ),
        "index": (
            _own,
            "Divide by one stride after the other, and go on with the rest: {divisions}.",
            "The quotients are the index: {answer}",
        ),
        "windows": (
            _own,
            "From one window to the next it is {step} times the stride of axis {axis}: ${step} * {along} = {longer}$.",
            "Within a window, along a new last axis, it is {along}: {answer}",
        ),
    }
    limits = {1: Effort(8, 3), 2: Effort(10, 4), 3: Effort(20, 4)}
    mistakes = (
        Mistake(
            "first axis fastest",
            _first_fastest,
            "You let the first axis run fastest. In a contiguous tensor of torch the last one does: its stride is 1.",
        ),
        Mistake(
            "sizes for strides",
            lambda p: None if p.form == "index" else p.answer(p.sizes),
            "You took the sizes as strides. A stride is the product of all later sizes: ({strides}).",
        ),
        Mistake(
            "own size multiplied in",
            lambda p: None if p.form == "index" else p.answer(tuple(map(mul, p.sizes, p.strides))),
            "You multiplied in the size of the axis itself. A stride is the product of the later sizes only, and the "
            "last one is 1.",
        ),
        Mistake(
            "bytes",
            lambda p: None if p.form == "index" else p.answer(tuple([4 * s for s in p.strides])),
            "That counts bytes, 4 to an element, as numpy does. torch counts elements.",
            convention="in elements",
            teaches="permute-stride-unit",
        ),
        Mistake(
            "counted from 1",
            _from_one,
            "You counted from 1. The first element stands at position 0, and its index is all zeros.",
            convention="from 0",
        ),
        Mistake(
            "last axis first",
            lambda p: index_at(p.position, p.sizes)[::-1] if p.form == "index" else None,
            "You listed the index from the last axis to the first. The largest stride belongs to the first axis.",
        ),
        Mistake(
            "start ignored",
            lambda p: _in_slice(p, map(mul, p.steps, p.index)),
            "You left out where the slice begins: `y` begins with the element `x[{starts}]`.",
        ),
        Mistake(
            "step ignored in the slice",
            lambda p: _in_slice(p, map(add, p.starts, p.index)),
            "You left out the step. Along axis {stepped} neighbors in `y` are {stepped_by} apart in `x`.",
        ),
        Mistake(
            "position in a copy",
            lambda p: place(p.index, strides_of(p.shape)) if p.form == "sliced" else None,
            "You counted in a copy of the slice, of shape ({shape}). A slice is a view: its elements stay where they "
            "are in the storage of `x`.",
        ),
        Mistake(
            "step ignored",
            lambda p: (*p.strides, p.strides[p.axis]) if p.form == "windows" else None,
            "You left the step out. From one window to the next it is ${step} * {along} = {longer}$ elements.",
        ),
        Mistake(
            "windows in a copy",
            lambda p: strides_of((*_with(p.sizes, p.axis, p.windows), p.window[0])) if p.form == "windows" else None,
            "You computed the strides of a copy of the windows. `unfold` makes a view: its windows overlap in the "
            "storage of `x`.",
        ),
        Mistake(
            "window axis in the middle",
            lambda p: _window_inside(p.answer(p.strides), p.axis) if p.form == "windows" else None,
            "You put the axis within a window behind the one along which windows slide. `unfold` puts it last.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> View | None:
        """Level 1: the strides; level 2: a position; level 3: through a slice, the other way round, windows."""
        if level == 1:
            return View(distinct(draw, 3, 2, 9), "strides")
        if level == 2:
            sizes = distinct(draw, 4, 2, 9)
            return View(sizes, "position", tuple([draw.integer(0, n - 1) for n in sizes]))
        sizes = distinct(draw, 3, 4, 12)
        form = draw.choice(("sliced", "sliced", "index", "windows"))
        if form == "index":
            sizes = distinct(draw, draw.choice((3, 4)), 2, 9)
            return View(sizes, form, position=draw.integer(sizes[-1] + 1, prod(sizes) - 2))
        if form == "windows":
            axis = draw.integer(0, 2)
            step = draw.integer(2, 3)
            return View(sizes, form, axis=axis, window=(draw.integer(step + 1, 6), step)) if sizes[axis] > 7 else None
        starts = tuple([draw.choice((0, 1, 2)) for _ in sizes])
        steps = tuple([draw.choice((1, 1, 2, 3)) for _ in sizes])
        p = View(sizes, form, (), starts, steps)
        p = replace(p, index=tuple([draw.integer(0, n - 1) for n in p.shape]))
        return p if p.sources not in (p.index, tuple(map(add, p.starts, p.index))) and any(starts) else None

    def variant(self, p: View) -> str:
        """Return strides, position, sliced, index or windows."""
        return p.form

    def formula(self, p: View) -> Value:
        """Return products of sizes, or where they lead."""
        return p.answer(p.strides)

    def effort(self, p: View) -> Effort:
        """Return a product an axis, then a product and a sum for each index, and what views add."""
        axes = len(p.sizes)
        more = {"strides": 0, "position": 2 * axes - 1, "sliced": 4 * axes, "index": 3 * axes, "windows": 9}[p.form]
        return Effort(axes - 1 + more, len(str(p.strides[0])))

    def facts(self, p: View) -> Facts:
        """Return the strides and what a person works out with them."""
        strides, sources = p.strides, p.sources
        along = strides[p.axis]
        growing = [
            f"${p.sizes[axis]} * {strides[axis]} = {strides[axis - 1]}$" for axis in range(len(strides) - 1, 0, -1)
        ]
        stepped = next((axis for axis, step in enumerate(p.steps) if step > 1 and p.index[axis]), 0)
        return {
            "strides": strides,
            "growing": ", then ".join(growing),
            "products": sum_of_products(p.index, strides) if p.form == "position" else "",
            "slices": ", ".join(map(_slice, p.starts, p.steps)),
            "sources": sources,
            "source_words": ", ".join(map("${} + {} * {} = {}$".format, p.starts, p.index, p.steps, sources)),
            "source_products": sum_of_products(sources, strides) if sources else "",
            "shape": p.shape,
            "stepped": stepped,
            "stepped_by": p.steps[stepped] if p.steps else 1,
            "divisions": _divisions(p.position, strides),
            "size": p.window[0],
            "step": p.window[1],
            "along": along,
            "longer": along * p.window[1],
        }

    @staticmethod
    def witness(
        sizes: Ints,
        form: str,
        index: Ints,
        starts: Ints,
        steps: Ints,
        position: int,
        axis: int,
        window: tuple[int, int],
    ) -> Value:
        """Return strides and offsets of real views, or the index at which a tensor that counts holds the position."""
        import torch

        x = torch.arange(torch.Size(sizes).numel()).view(sizes)
        if form == "sliced":
            x = x[tuple(map(slice, starts, sizes, steps))]
        if form == "windows":
            x = x.unfold(axis, *window)
        if index:
            x = x[index]
        at = (x == position).nonzero().tolist()  # x holds the position of each element
        return tuple(at[0]) if position else int(x.storage_offset()) if index else x.stride()


def _slice(start: int, step: int) -> str:
    """Write a slice as code."""
    return f"{start or ''}:" + (f":{step}" if step > 1 else "")


def _divisions(position: int, strides: Ints) -> str:
    """Write how a position is divided by one stride after the other."""
    words = []
    for stride in strides[:-1]:
        quotient, rest = divmod(position, stride)
        words.append(f"${position} = {quotient} * {stride} + {rest}$")
        position = rest
    return ", ".join(words)


def _window_inside(strides: Value, axis: int) -> Value | None:
    """Return strides with the last one moved behind an axis."""
    assert isinstance(strides, tuple)
    return (*strides[: axis + 1], strides[-1], *strides[axis + 1 : -1])
