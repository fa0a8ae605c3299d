"""The shape of tensors joined along an axis they have, or along a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from studydl.answers.kinds import Shape
from studydl.problems.catalog.dims._axes import Ints, distinct, listed, swapped
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Shapes: TypeAlias = tuple[Ints, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Tensors that are joined.

    Args:
        shapes: of the tensors a, b, ..., 2 to 4 axes each; of x alone where it is cut up first.
        op: "cat" or "stack".
        dim: what it is given; may be negative.
        cut: "" or the method that cuts up x: "chunk" or "unbind".
        pieces: how many chunks; 0 without.
        axis: along which x is cut, 0 or more.
        other: shape of one more tensor that is concatenated in the end; empty without.
        outer: dim of that concatenation; may be negative.
    """

    shapes: Shapes
    op: str
    dim: int
    cut: str = ""
    pieces: int = 0
    axis: int = 0
    other: Ints = ()
    outer: int = 0

    @property
    def parts(self) -> Shapes:
        """Return the shapes of what is joined."""
        if self.cut == "chunk":
            return self.chunks(self.pieces)
        return (_without(self.shapes[0], self.axis),) * self.shapes[0][self.axis] if self.cut else self.shapes

    def chunks(self, count: int) -> Shapes:
        """Return the shapes of x cut into that many equal chunks."""
        (x,) = self.shapes
        return (_with(x, self.axis, x[self.axis] // count),) * count

    @property
    def inner(self) -> Ints:
        """Return the shape before one more tensor is concatenated."""
        return join(self.op, self.parts, self.dim)

    def finish(self, shape: Ints) -> Ints:
        """Return a shape after one more tensor is concatenated, if there is one."""
        return concatenate([shape, self.other], self.outer % len(shape)) if self.other else shape

    @property
    def form(self) -> str:
        """Return cat, stack, chunk, unbind or nested."""
        return "nested" if self.other else self.cut or self.op


def join(op: str, shapes: Shapes, dim: int) -> Ints:
    """Return the shape after cat or stack; for stack a negative dim counts the new axis, too."""
    first = shapes[0]
    if op == "stack":
        return _inserted(first, dim % (len(first) + 1), len(shapes))
    return concatenate(shapes, dim % len(first))


def concatenate(shapes: Sequence[Ints], axis: int) -> Ints:
    """Return the first shape with the sizes along an axis added up."""
    return _with(shapes[0], axis, sum(shape[axis] for shape in shapes))


def _with(shape: Ints, axis: int, size: int) -> Ints:
    return (*shape[:axis], size, *shape[axis + 1 :])


def _without(shape: Ints, axis: int) -> Ints:
    return shape[:axis] + shape[axis + 1 :]


def _inserted(shape: Ints, axis: int, size: int) -> Ints:
    return (*shape[:axis], size, *shape[axis:])


def _other_op(p: Joined) -> Ints | None:
    """Return the shape if stack were cat or cat stack; None where another tensor would no longer fit."""
    if p.other or len({*p.parts}) > 1:
        return None
    return join("cat" if p.op == "stack" else "stack", p.parts, p.dim)


def _short_of_an_axis(p: Joined) -> Ints | None:
    """Return the shape if a negative dim of stack did not count the new axis."""
    first = p.parts[0]
    return None if p.op == "cat" or p.other or p.dim >= 0 else _inserted(first, p.dim % len(first), len(p.parts))


def _at(p: Joined, dim: int) -> Ints | None:
    """Return the shape for another dim; None where tensors would not fit."""
    return None if p.other or len({*p.parts}) > 1 else join(p.op, p.parts, dim)


def _one_more(p: Joined) -> Ints | None:
    """Return the shape if the last tensor were one more in the stack; None where it is joined along another axis."""
    at = p.dim % len(p.inner)
    return _with(p.inner, at, p.inner[at] + 1) if p.other and p.outer % len(p.inner) == at else None


class CatStack(Family[Joined]):
    """cat adds up the sizes along an axis the tensors have; stack puts in a new axis as long as the list."""

    name, version, title = "dims.cat-stack", 1, "Shape after cat and stack"
    source = "torch documentation: torch.cat, torch.stack, torch.chunk and torch.unbind"
    answer = Shape()
    _question = "What is the shape of `{call}`?"
    prompt = {
        "cat": "{given}. " + _question,
        "stack": "{given}. " + _question,
        "nested": "{given}, and `{last}` has the shape ({other}). " + _question,
        "chunk": "`x` has the shape ({x}). " + _question,
        "unbind": "`x` has the shape ({x}). " + _question,
    }
    conventions = ("axes count from 0, negative ones from the end",)
    steps = {
        "cat": (
            "`cat` joins along an axis that is there, here axis {at}{from_end}.",
            "The sizes along it add up: ${sum} = {size}$.",
            "The other axes stay: {answer}",
        ),
        "stack": (
            "`stack` makes a new axis. Among the {axes} axes of the result it is axis {at}{from_end}.",
            "It is as long as the list: {count}.",
            "The axes of ({first}) stay around it: {answer}",
        ),
        "nested": (
            "`stack` makes a new axis of size {count}, axis {at} of {axes}{from_end}: ({inner}).",
            "`cat` joins along axis {outer_at} of it, where the sizes add up: ${outer_sum} = {outer_size}$.",
            "The other axes stay: {answer}",
        ),
        "chunk": (
            "`chunk` cuts axis {axis}, of size {x_size}, into {pieces} pieces of size {piece}: each has the shape "
            "({first}).",
            "`cat` joins them along axis {at}, where the sizes add up: ${pieces} * {piece_size} = {size}$.",
            "The other axes stay: {answer}",
        ),
        "unbind": (
            "`unbind` cuts axis {axis}, of size {x_size}, into {x_size} tensors without that axis: ({first}) each.",
            "`stack` makes a new axis as long as the list, {count}: axis {at} of {axes}{from_end}.",
            "The axes of ({first}) stay around it: {answer}",
        ),
    }
    limits = {1: Effort(8, 2), 2: Effort(10, 2), 3: Effort(14, 2)}
    mistakes = (
        Mistake(
            "the other operation",
            _other_op,
            "That is what `{other_op}` does. `{op}` {does}.",
            teaches="join-batch",
        ),
        Mistake(
            "new axis not counted",
            _short_of_an_axis,
            "You counted dim={dim} among the axes that are there. `stack` counts among those of the result, the new "
            "one included: {axes} axes, and dim={dim} is axis {at}.",
            teaches="join-stack-last",
        ),
        Mistake(
            "axes counted from 1",
            lambda p: _at(p, p.dim - 1) if p.dim > 0 else None,
            "You counted the axes from 1. The first one is axis 0.",
            convention="axes count from 0",
        ),
        Mistake(
            "first axis",
            lambda p: _at(p, 0),
            "That is the shape for dim=0. Here dim={dim}, and that is not the first axis.",
        ),
        Mistake(
            "all sizes added",
            lambda p: tuple(map(sum, zip(*p.parts, strict=True))) if p.form == "cat" else None,
            "You added the sizes along every axis. They add up along axis {at} only; along the others they must be "
            "equal, and stay.",
            teaches="join-cat-match",
        ),
        Mistake(
            "shape kept",
            lambda p: p.parts[0] if p.form in ("cat", "stack") else None,
            "You kept the shape of one tensor, as adding the tensors would. `{op}` {does}.",
            teaches="join-batch",
        ),
        Mistake(
            "last tensor counted once",
            _one_more,
            "You counted the last tensor as one more. It has the size {other_size} along axis {outer_at}, and `cat` "
            "adds sizes.",
            teaches="join-cat-match",
        ),
        Mistake(
            "last tensor stacked",
            lambda p: _inserted(p.inner, p.outer % len(p.inner), 2) if p.other else None,
            "You stacked the last tensor. `cat` makes no new axis: the sizes along axis {outer_at} add up.",
            teaches="join-batch",
        ),
        Mistake(
            "last tensor forgotten",
            lambda p: p.inner if p.other else None,
            "That is the shape after `stack`. `cat` then adds {other_size} to axis {outer_at}.",
        ),
        Mistake(
            "pieces of that size",
            lambda p: join(p.op, p.chunks(p.shapes[0][p.axis] // p.pieces), p.dim) if p.cut == "chunk" else None,
            "You cut pieces of size {pieces}, as `split` does. `chunk` is told how many pieces there are: {pieces}, "
            "each of size {piece}.",
            teaches="join-chunk",
        ),
        Mistake(
            "put back together",
            lambda p: p.shapes[0] if p.cut else None,
            "That is the shape of `x`. The pieces are not put back where they were cut off: the cut was along axis "
            "{axis}, and they are joined along axis {at}.",
        ),
        Mistake(
            "axes exchanged",
            lambda p: swapped(p.shapes[0], p.axis, p.dim) if p.cut == "unbind" else None,
            "You exchanged two axes. One axis is taken out and put back in elsewhere; the others close up.",
        ),
        Mistake(
            "axis kept at size 1",
            lambda p: (
                _inserted(_with(p.shapes[0], p.axis, 1), p.dim % 4, p.shapes[0][p.axis]) if p.cut == "unbind" else None
            ),
            "You kept axis {axis} with size 1. `unbind` takes it away: each tensor has the shape ({first}).",
            teaches="join-unbind",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Joined | None:
        """Level 1: two or three tensors; level 2: dims may be negative; level 3: cut up first, or two steps."""
        if level == 3:
            return draw.choice((_nested, _nested, _chunked, _unbound))(draw)
        axes = 2 if level == 1 and draw.chance(0.4) else 3 if level == 1 else draw.choice((3, 4))
        shape, count = distinct(draw, axes, 2, 9), draw.integer(2, 3 if level == 1 else 4)
        if draw.chance(0.5):
            at = draw.integer(0, axes)
            negative = level == 2 and draw.chance(0.7)
            return Joined((shape,) * count, "stack", at - axes - 1 if negative else at)
        at = draw.integer(0, axes - 1)
        equal = draw.chance(0.3)
        shapes = tuple([shape if equal else _with(shape, at, draw.integer(2, 12)) for _ in range(count)])
        return Joined(shapes, "cat", at - axes if level == 2 and draw.chance(0.5) else at)

    def variant(self, p: Joined) -> str:
        """Return cat, stack, nested, chunk or unbind."""
        return p.form

    def formula(self, p: Joined) -> Ints:
        """Return the shape with sizes added up or an axis put in."""
        return p.finish(p.inner)

    def effort(self, p: Joined) -> Effort:
        """Return a look an axis, a sum a tensor, and what a second step adds."""
        more = {"nested": 5, "chunk": 6, "unbind": 6}.get(p.form, 0)
        return Effort(len(p.parts[0]) + min(len(p.parts), 4) - 1 + (p.dim < 0) + more, 1)

    def facts(self, p: Joined) -> Facts:
        """Return the call, the axes it names, and the sizes along them."""
        first, inner = p.parts[0], p.inner
        axes = len(inner)
        at = p.dim % axes
        names = "abcd"[: len(p.shapes)]
        given = _given(p.shapes, [f"`{name}`" for name in names])
        sizes = [shape[at] for shape in p.parts] if p.op == "cat" else []
        outer_at = p.outer % axes
        return {
            "given": given,
            "call": _call(p, names),
            "last": "abcde"[len(p.shapes)],
            "x": p.shapes[0],
            "first": first,
            "axes": axes,
            "at": at,
            "from_end": f" (dim={p.dim}, from the end)" if p.dim < 0 else "",
            "count": len(p.parts),
            "sum": " + ".join(map(str, sizes)),
            "size": sum(sizes),
            "inner": inner,
            "outer_at": outer_at,
            "other_size": p.other[outer_at] if p.other else 0,
            "outer_sum": f"{inner[outer_at]} + {p.other[outer_at]}" if p.other else "",
            "outer_size": p.finish(inner)[outer_at],
            "piece": first[p.axis] if p.cut == "chunk" else 0,
            "piece_size": first[at] if p.op == "cat" else 0,
            "x_size": p.shapes[0][p.axis],
            "other_op": "cat" if p.op == "stack" else "stack",
            "does": "puts in a new axis, as long as the list"
            if p.op == "stack"
            else f"joins along axis {at}, which is there already: no axis is added",
        }

    @staticmethod
    def witness(shapes: Shapes, op: str, dim: int, cut: str, pieces: int, axis: int, other: Ints, outer: int) -> Ints:
        """Return the shape of real tensors that are joined."""
        import torch

        if cut == "chunk":
            tensors = list(torch.empty(shapes[0]).chunk(pieces, dim=axis))
        elif cut == "unbind":
            tensors = list(torch.empty(shapes[0]).unbind(axis))
        else:
            tensors = [torch.empty(shape) for shape in shapes]
        y = getattr(torch, op)(tensors, dim=dim)
        if other:
            y = torch.cat([y, torch.empty(other)], dim=outer)
        return tuple(y.shape)


def _given(shapes: Shapes, names: Sequence[str]) -> str:
    """Write the shapes of tensors."""
    if len({*shapes}) > 1:
        return f"The tensors {listed(names)} have the shapes {listed(shapes)}"
    return f"The tensors {listed(names)} {'both' if len(names) == 2 else 'all'} have the shape {shapes[0]}"


def _call(p: Joined, names: str) -> str:
    """Write what is called."""
    if p.cut:
        cut = f"x.chunk({p.pieces}, dim={p.axis})" if p.cut == "chunk" else f"x.unbind({p.axis})"
        return f"torch.{p.op}({cut}, dim={p.dim})"
    inner = f"torch.{p.op}([{', '.join(names)}], dim={p.dim})"
    return f"torch.cat([{inner}, {'abcde'[len(names)]}], dim={p.outer})" if p.other else inner


def _nested(draw: Draw) -> Joined:
    """Draw tensors that are stacked and concatenated with one more."""
    axes = draw.choice((2, 3))
    shape, count = distinct(draw, axes, 3, 9), draw.integer(2, 4)
    at = draw.integer(0, axes)
    outer_at = at if draw.chance(0.4) else draw.integer(0, axes)
    other = _with(_inserted(shape, at, count), outer_at, draw.integer(2, 9))
    dim, outer = (a - axes - 1 if draw.chance(0.5) else a for a in (at, outer_at))
    return Joined((shape,) * count, "stack", dim, other=other, outer=outer)


def _chunked(draw: Draw) -> Joined:
    """Draw a tensor that is cut into equal chunks, which are concatenated along another axis."""
    axes = draw.choice((2, 3, 3, 3))
    axis, at = draw.sample(range(axes), 2)
    pieces, size = draw.sample((2, 3, 4, 5, 6), 2)
    shape = _with(distinct(draw, axes, 2, 16), axis, pieces * size)
    return Joined((shape,), "cat", at - axes if draw.chance(0.5) else at, "chunk", pieces, axis)


def _unbound(draw: Draw) -> Joined | None:
    """Draw a tensor of three axes that is cut along one, whose slices are stacked along another."""
    axis, at = draw.integer(0, 2), draw.integer(0, 2)
    if axis == at:
        return None
    return Joined((distinct(draw, 3, 2, 12),), "stack", at - 3 if draw.chance(0.6) else at, "unbind", 0, axis)
