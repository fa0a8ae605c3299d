"""What the families about axes share: permutations, strides, and how both are written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from operator import mul
from typing import TypeAlias

from studydl.problems.draw import Draw

Ints: TypeAlias = tuple[int, ...]


def distinct(draw: Draw, count: int, low: int, high: int) -> Ints:
    """Draw that many different sizes from low to high."""
    return draw.sample(range(low, high + 1), count)


def moved(draw: Draw, axes: int) -> Ints:
    """Draw a permutation that moves some axis."""
    while (dims := draw.shuffled(range(axes))) == tuple(range(axes)):
        pass
    return dims


def one_way(draw: Draw, axes: int) -> Ints:
    """Draw a permutation that is not its own inverse; three axes at least."""
    while (dims := draw.shuffled(range(axes))) == inverse(dims):
        pass
    return dims


def inverse(dims: Ints) -> Ints:
    """Return the permutation that undoes this one."""
    return tuple(map(dims.index, range(len(dims))))


def telling_axis(dims: Ints) -> int:
    """Return the first axis that the inverse permutation fills otherwise; of a swap, the first axis that moves."""
    back = inverse(dims)
    candidates = [axis for axis, old in enumerate(dims) if old != back[axis]]
    return (candidates or [axis for axis, old in enumerate(dims) if old != axis])[0]


def reordered(items: Ints, dims: Sequence[int]) -> Ints:
    """Return the items in the order in which dims names them."""
    return tuple([items[d] for d in dims])


def swapped(items: Ints, a: int, b: int) -> Ints:
    """Return the items with two of them exchanged."""
    order = list(items)
    order[a], order[b] = order[b], order[a]
    return tuple(order)


def strides_of(sizes: Ints) -> Ints:
    """Return the strides, in elements, of a contiguous tensor: the product of the sizes after each axis."""
    return tuple(accumulate(reversed(sizes[1:]), mul, initial=1))[::-1]


def place(index: Sequence[int], strides: Sequence[int]) -> int:
    """Return the position of an element in the storage."""
    return sum(map(mul, index, strides))


def index_at(position: int, sizes: Ints) -> Ints:
    """Return the index of the element of a contiguous tensor that stands at this position."""
    index = []
    for size in reversed(sizes):
        position, at = divmod(position, size)
        index.append(at)
    return tuple(reversed(index))


def listed(items: Sequence[object]) -> str:
    """Write several things: ``2, 0 and 1``."""
    *others, last = map(str, items)
    return f"{', '.join(others)} and {last}" if others else last


def sum_of_products(index: Sequence[int], strides: Sequence[int]) -> str:
    """Write a position in the storage as a person works it out: ``1 * 20 + 2 * 5``."""
    return " + ".join(f"{i} * {step}" for i, step in zip(index, strides, strict=True))
