"""The strides of a tensor whose axes are permuted."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer, Shape
from studydl.problems.catalog.dims._axes import (
    Ints,
    distinct,
    inverse,
    listed,
    moved,
    one_way,
    place,
    reordered,
    strides_of,
    sum_of_products,
    telling_axis,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

LAST = (0, 2, 3, 1)  # (N, C, H, W) to (N, H, W, C)


@dataclass(frozen=True, slots=True)
class Walk:
    """A contiguous tensor whose axes are permuted, and what is asked of the result.

    Args:
        sizes: of the tensor, 3 or 4 different ones, each 2 to 12; for channels_last (N, C, H, W), each 2 to 16.
        dims: what permute is given; empty for channels_last.
        form: "strides", "position", "stepped" or "channels".
        index: of the element whose position is asked for; else empty.
        axis: of the result, the one that is stepped through; else 0.
        step: taken along that axis; else 1.
    """

    sizes: Ints
    dims: Ints
    form: str
    index: Ints = ()
    axis: int = 0
    step: int = 1

    @property
    def strides(self) -> Ints:
        """Return the strides of the tensor itself."""
        return strides_of(self.sizes)

    @property
    def shape(self) -> Ints:
        """Return the shape after permute."""
        return reordered(self.sizes, self.dims)

    def answer(self, strides: Ints) -> Ints | int:
        """Return what is asked for if these were the strides after permute."""
        if self.form == "position":
            return place(self.index, strides)
        return tuple([s * self.step if i == self.axis else s for i, s in enumerate(strides)])

    def permuted(self, strides: Ints | None) -> Ints | int | None:
        """Return what is asked for with these strides after permute; None for channels_last."""
        return None if strides is None or self.form == "channels" else self.answer(strides)


class PermuteStrides(Family[Walk]):
    """Permute moves no element: it reorders the strides just as it reorders the sizes."""

    name, version, title = "dims.permute-strides", 1, "Strides after permute"
    source = "torch documentation: Tensor Views; torch.Tensor.stride; Channels Last Memory Format tutorial"
    answer = {"strides": Shape(), "position": Integer(), "stepped": Shape(), "channels": Shape()}
    prompt = {
        "strides": "`x` is a contiguous tensor of shape ({sizes}). What does `x.permute({dims}).stride()` return?",
        "position": "`x` is a contiguous tensor of shape ({sizes}), and `y = x.permute({dims})`. At which position of "
        "the storage does `y[{index}]` stand?",
        "stepped": "`x` is a contiguous tensor of shape ({sizes}), and `y = x.permute({dims})`. What does "
        "`y[{slices}].stride()` return?",
        "channels": "`x` has the shape ({sizes}), which is (N, C, H, W), and the memory format "
        "`torch.channels_last`. What does `x.stride()` return?",
    }
    conventions = {
        "strides": ("strides in elements",),
        "position": ("positions in elements, counted from 0",),
        "stepped": ("strides in elements",),
        "channels": ("strides in elements", "stride() lists them in the order N, C, H, W"),
    }
    _own = "`x` is contiguous, so a stride is the product of all later sizes: ({strides})."
    _permute = "`permute` reorders strides as it reorders sizes. Strides {old_words} of `x`, in this order: "
    steps = {
        "strides": (_own, _permute + "{answer}"),
        "position": (
            _own,
            _permute + "({new_strides}).",
            "Each index times its stride: ${products}$ = {answer}",
        ),
        "stepped": (
            _own,
            _permute + "({new_strides}).",
            "`::{step}` skips along axis {axis}, whose stride becomes ${step} * {skipped} = {longer}$: {answer}",
        ),
        "channels": (
            "In memory the axes stand in the order N, H, W, C, with the sizes ({memory_sizes}).",
            "The strides of these axes are products of all later sizes: ({memory_strides}).",
            "In the order N, C, H, W: {answer}",
        ),
    }
    limits = {1: Effort(8, 2), 2: Effort(10, 4), 3: Effort(16, 4)}
    mistakes = (
        Mistake(
            "strides of a contiguous tensor",
            lambda p: p.permuted(strides_of(p.shape)),
            "You computed the strides of a contiguous tensor of shape ({shape}). `permute` moves no element: it takes "
            "the strides ({strides}) of `x` and reorders them.",
            teaches="permute-strides",
        ),
        Mistake(
            "inverse permutation",
            lambda p: p.permuted(reordered(p.strides, inverse(p.dims))),
            "You sent each stride to the place that `permute` names. It says where an axis comes from: axis {new} of "
            "the result is axis {old} of `x`, with the stride {stride}.",
            teaches="permute-element",
        ),
        Mistake(
            "strides kept",
            lambda p: p.permuted(p.strides),
            "You kept the strides of `x`. Each stride belongs to an axis and moves with it: axis {new} of the result "
            "is axis {old} of `x`, with the stride {stride}.",
            teaches="permute-strides",
        ),
        Mistake(
            "bytes",
            lambda p: p.answer(reordered(tuple([4 * s for s in p.strides]), p.dims)) if p.dims else None,
            "That counts bytes, 4 to an element, as numpy does. torch counts elements.",
            convention="in elements",
            teaches="permute-stride-unit",
        ),
        Mistake(
            "first axis fastest",
            lambda p: p.permuted(reordered(strides_of(p.sizes[::-1])[::-1], p.dims)),
            "You let the first axis of `x` run fastest. In a contiguous tensor the last one does: its stride is 1.",
        ),
        Mistake(
            "step ignored",
            lambda p: reordered(p.strides, p.dims) if p.form == "stepped" else None,
            "You left the step out. Along axis {axis} the next element is {step} strides away: "
            "${step} * {skipped} = {longer}$.",
        ),
        Mistake(
            "stride divided",
            lambda p: _divided(p) if p.form == "stepped" else None,
            "A step of {step} leaves fewer elements, but the way from one to the next gets longer: the stride is "
            "multiplied, ${step} * {skipped} = {longer}$.",
        ),
        Mistake(
            "channels first",
            lambda p: p.strides if p.form == "channels" else None,
            "Those are the strides of the default format. In `torch.channels_last` the channels of one pixel stand "
            "side by side: their stride is 1.",
            teaches="permute-channels-last",
        ),
        Mistake(
            "listed in the order of memory",
            lambda p: strides_of(reordered(p.sizes, LAST)) if p.form == "channels" else None,
            "You listed the strides in the order N, H, W, C of the memory. The shape is still (N, C, H, W), and "
            "`stride()` follows it.",
            convention="in the order N, C, H, W",
            teaches="permute-channels-last",
        ),
        Mistake(
            "pixels before rows",
            lambda p: _columns_first(p.sizes) if p.form == "channels" else None,
            "You let H run faster than W. The order in memory is N, H, W, C: from one pixel of a row to the next it "
            "is C = {channels} elements.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Walk | None:
        """Level 1: 3 axes; level 2: 4 axes; level 3: a position, a step, or channels_last."""
        if level == 1:
            return Walk(distinct(draw, 3, 2, 8), moved(draw, 3), "strides")
        if level == 2:
            return Walk(distinct(draw, 4, 2, 12), one_way(draw, 4), "strides")
        if draw.chance(0.25):
            height, width = distinct(draw, 2, 4, 12)
            return Walk((draw.integer(2, 8), draw.integer(2, 16), height, width), (), "channels")
        sizes, dims = distinct(draw, 4, 2, 8), one_way(draw, 4)
        if draw.chance(0.5):
            return Walk(sizes, dims, "position", tuple([draw.integer(1, sizes[d] - 1) for d in dims]))
        axis = draw.integer(0, 3)
        size = sizes[dims[axis]]
        return Walk(sizes, dims, "stepped", (), axis, draw.integer(2, min(4, size - 1))) if size > 3 else None

    def variant(self, p: Walk) -> str:
        """Return strides, position, stepped or channels."""
        return p.form

    def formula(self, p: Walk) -> Ints | int:
        """Return the strides of `x` in their new order, or the place they lead to."""
        if p.form == "channels":
            _, channels, height, width = p.sizes
            return (height * width * channels, 1, width * channels, channels)
        return p.answer(reordered(p.strides, p.dims))

    def effort(self, p: Walk) -> Effort:
        """Return a product and a look an axis, and what a position, a step or another order adds."""
        more = {"strides": 0, "position": 7, "stepped": 3, "channels": 5}[p.form]
        return Effort(2 * len(p.sizes) - 2 + more, len(str(p.strides[0])))

    def facts(self, p: Walk) -> Facts:
        """Return the strides before and after, and what a person works out with them."""
        if p.form == "channels":
            memory = reordered(p.sizes, LAST)
            return {"memory_sizes": memory, "memory_strides": strides_of(memory), "channels": p.sizes[1]}
        new, strides = telling_axis(p.dims), reordered(p.strides, p.dims)
        return {
            "strides": p.strides,
            "shape": p.shape,
            "new_strides": strides,
            "old_words": listed(p.dims),
            "new": new,
            "old": p.dims[new],
            "stride": strides[new],
            "products": sum_of_products(p.index, strides) if p.index else "",
            "slices": _slices(p),
            "skipped": strides[p.axis],
            "longer": p.step * strides[p.axis],
        }

    @staticmethod
    def witness(sizes: Ints, dims: Ints, form: str, index: Ints, axis: int, step: int) -> Ints | int:
        """Return the strides or the offset of a real view."""
        import torch

        x = torch.empty(sizes, device="meta")
        if form == "channels":
            x = x.to(memory_format=torch.channels_last)
        if dims:
            x = x.permute(dims)
        if form == "stepped":
            x = x[(slice(None),) * axis + (slice(None, None, step),)]
        return int(x[index].storage_offset()) if form == "position" else x.stride()


def _slices(p: Walk) -> str:
    """Write the index that steps through one axis: ``:, ::2``."""
    return ", ".join([":"] * p.axis + [f"::{p.step}"])


def _divided(p: Walk) -> Ints | None:
    """Return the strides if a step divided one of them; None where that leaves a rest."""
    strides = list(reordered(p.strides, p.dims))
    strides[p.axis], rest = divmod(strides[p.axis], p.step)
    return None if rest else tuple(strides)


def _columns_first(sizes: Ints) -> Ints:
    """Return the strides of (N, C, H, W) if the memory had the order N, W, H, C."""
    _, channels, height, width = sizes
    return (width * height * channels, 1, channels, height * channels)
