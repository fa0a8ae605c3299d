"""What the convolution families share: a window sliding along one axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Window:
    """How a kernel or a pooling window moves along one axis.

    Args:
        kernel: taps, at least 1.
        stride: pixels from one position to the next, at least 1.
        padding: pixels added on each side, at least 0.
        dilation: pixels from one tap to the next, at least 1.
    """

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def reach(self) -> int:
        """Return the pixels from the first tap to the last, both included."""
        return self.dilation * (self.kernel - 1) + 1

    def padded(self, size: int) -> int:
        """Return the size with padding on both sides."""
        return size + 2 * self.padding

    def room(self, size: int) -> int:
        """Return the pixels left to move over once the window lies at the start."""
        return self.padded(size) - self.reach


Rule: TypeAlias = Callable[[int, Window], int]  # from the size before a layer to the size after it


def positions(size: int, w: Window) -> int:
    """Return how many positions the window has: torch.nn.Conv2d documentation, section Shape."""
    return w.room(size) // w.stride + 1


def rounded_up(size: int, w: Window) -> int:
    """Return the positions if a last, incomplete move counted."""
    return -(-w.room(size) // w.stride) + 1


def moves(size: int, w: Window) -> int:
    """Return the moves: the first position is forgotten."""
    return w.room(size) // w.stride


def padded_once(size: int, w: Window) -> int:
    """Return the positions if the padding were on one side only."""
    return (w.room(size) - w.padding) // w.stride + 1


def undilated(size: int, w: Window) -> int:
    """Return the positions of a window without dilation."""
    return (w.padded(size) - w.kernel) // w.stride + 1


def overstretched(size: int, w: Window) -> int:
    """Return the positions if dilation simply multiplied the kernel."""
    return (w.padded(size) - w.kernel * w.dilation) // w.stride + 1


def step_by_step(size: int, w: Window) -> int:
    """Return the positions at stride 1."""
    return w.room(size) + 1
