"""One output value of a convolution over an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from studydl.answers.kinds import Integer
from studydl.problems.catalog.conv._grids import Rows, added, block, products
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of


@dataclass(frozen=True, slots=True)
class Pixel:
    """An image, a kernel, and the output value that is asked for; all numbers from -3 to 9.

    Args:
        image: rows of pixels for each of 1 or 2 channels, 3x3 to 5x5.
        kernel: rows of weights for each channel, 2x2 or 3x3.
        bias: -5 to 9.
        stride: 1 or 2.
        padding: zeros on each side, 0 or 1.
        row: of the output value, counted from 0.
        column: of the output value, counted from 0.
    """

    image: tuple[Rows, ...]
    kernel: tuple[Rows, ...]
    bias: int = 0
    stride: int = 1
    padding: int = 0
    row: int = 0
    column: int = 0

    @property
    def top(self) -> int:
        """Return the row of the image under the first row of the kernel; negative in the padding."""
        return self.row * self.stride - self.padding

    @property
    def left(self) -> int:
        """Return the column of the image under the first column of the kernel; negative in the padding."""
        return self.column * self.stride - self.padding

    def patch(self, channel: int) -> Rows:
        """Return what the kernel lies on in a channel, zeros outside the image."""
        rows, down, across = self.image[channel], range(len(self.kernel[0])), range(len(self.kernel[0][0]))
        height, width = len(rows), len(rows[0])
        return tuple(
            tuple(
                rows[self.top + i][self.left + j] if 0 <= self.top + i < height and 0 <= self.left + j < width else 0
                for j in across
            )
            for i in down
        )

    def channel(self, channel: int) -> int:
        """Return the sum of products in one channel."""
        patch, kernel = self.patch(channel), self.kernel[channel]
        return sum(x * w for xs, ws in zip(patch, kernel, strict=True) for x, w in zip(xs, ws, strict=True))

    @property
    def total(self) -> int:
        """Return the sum of products of all channels."""
        return sum(map(self.channel, range(len(self.image))))

    @property
    def inside(self) -> bool:
        """Say whether the whole kernel lies on the image."""
        image, kernel = self.image[0], self.kernel[0]
        return 0 <= self.top <= len(image) - len(kernel) and 0 <= self.left <= len(image[0]) - len(kernel[0])


def changed(change: Callable[[Pixel], Pixel]) -> Callable[[Pixel], int | None]:
    """Return a mistake's value: the output with other settings; None where they change nothing or leave the image."""

    def value(p: Pixel) -> int | None:
        other = change(p)
        return other.total + other.bias if other != p and (other.inside or other.padding) else None

    return value


def with_kernel(change: Callable[[Rows], Rows]) -> Callable[[Pixel], int | None]:
    """Return a mistake's value: the output with each channel's kernel changed."""
    return changed(lambda p: replace(p, kernel=tuple(map(change, p.kernel))))


class ConvolutionValue(Family[Pixel]):
    """Lay the kernel on the image, multiply what lies on top of each other, add it all up, and the bias once."""

    name, version, title = "conv.value", 1, "One value of a convolution"
    source = "torch.nn.Conv2d documentation; Goodfellow, Bengio and Courville (2016), Deep Learning, section 9.1"
    answer = Integer()
    prompt = {
        "patch": "The kernel of a convolution lies on this patch of an image:\n\n{grids}\n\nWhich output value does "
        "that give?",
        "pixel": "An image and the kernel of a convolution with bias {bias}, stride {stride} and padding {padding}:\n\n"
        "{grids}\n\nWhich value is in row {row}, column {column} of the output?",
        "channels": "An image with two channels and the kernel of a convolution with bias {bias}, stride {stride} and "
        "padding {padding}:\n\n{grids}\n\nWhich value is in row {row}, column {column} of the output?",
    }
    _rest = ("rows and columns are counted from 0", "the kernel is not flipped, as in torch", "padding adds zeros")
    conventions = {
        "patch": ("the kernel is not flipped, as in torch", "no bias"),
        "pixel": _rest,
        "channels": _rest,
    }
    _lies = (
        "The kernel starts {top_words} and {left_words} of the image, where it lies on {patch}.",
        "Row by row: {sums}.",
    )
    steps = {
        "patch": ("Row by row, multiply what lies on top of each other: {sums}.", "${adding}$ = {answer}"),
        "pixel": (*_lies, "With the bias: ${adding}$ = {answer}"),
        "channels": (
            "The kernel starts {top_words} and {left_words} of the image. It lies on {patch} in channel 0 and on "
            "{patch2} in channel 1.",
            "Channel 0, row by row: {sums}. Together {first}.",
            "Channel 1, row by row: {sums2}. Together {second}.",
            "With the bias, once: ${adding}$ = {answer}",
        ),
    }
    limits = {1: Effort(20, 2), 2: Effort(22, 2), 3: Effort(40, 2)}
    mistakes = (
        Mistake(
            "kernel flipped",
            with_kernel(lambda rows: tuple(row[::-1] for row in rows[::-1])),
            "You flipped the kernel, as convolution in mathematics does. torch lays it on the image as it is.",
            convention="not flipped, as in torch",
            teaches="conv-flip",
        ),
        Mistake(
            "kernel transposed",
            with_kernel(lambda rows: tuple(zip(*rows, strict=True))),
            "You exchanged rows and columns of the kernel. Its first row lies on the first row of the patch.",
        ),
        Mistake(
            "bias forgotten",
            changed(lambda p: replace(p, bias=0)),
            "You left out the bias. It is added to every output value: {bias}.",
        ),
        Mistake(
            "bias for each channel",
            lambda p: p.total + 2 * p.bias if len(p.image) > 1 else None,
            "You added the bias for both channels. An output value has it once.",
            teaches="conv-bias",
        ),
        Mistake(
            "padding ignored",
            changed(lambda p: replace(p, padding=0)),
            "You left the padding out. With it the kernel starts {top_words} and {left_words}.",
        ),
        Mistake(
            "stride ignored",
            changed(lambda p: replace(p, stride=1)),
            "You moved the kernel one pixel per output value. The stride is {stride}, so it starts {top_words} and "
            "{left_words}.",
        ),
        Mistake(
            "row and column exchanged",
            changed(lambda p: replace(p, row=p.column, column=p.row)),
            "You exchanged row and column. Rows are counted downwards: the kernel starts {top_words} and {left_words}.",
        ),
        Mistake(
            "counted from 1",
            lambda p: _from_one(p),
            "You counted rows and columns from 1. Here the first ones are 0.",
            convention="rows and columns are counted from 0",
        ),
        Mistake(
            "channel 0 only",
            lambda p: p.channel(0) + p.bias if len(p.image) > 1 else None,
            "That is what channel 0 gives. An output value adds up all channels, and channel 1 gives {second}.",
            teaches="arg-groups-one",
        ),
        Mistake(
            "matrix product",
            lambda p: _matrix_product(p) if p.row == p.column == p.padding == p.bias == 0 else None,
            "You multiplied rows by columns, as matrices are. Here each number meets only the one that lies on it.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Pixel | None:
        """Level 1: one patch; level 2: a place in an image, padding, bias; level 3: two channels and a stride."""
        if level == 1:
            side = draw.choice((2, 3, 3))
            return Pixel((_rows(draw, side, side, 0, 9 if side == 2 else 5),), (_rows(draw, side, side, -2, 3),))
        channels = level - 1
        height, width = (draw.integer(4, 5), draw.integer(4, 5)) if level == 2 else draw.choice(((3, 4), (4, 3)))
        side = 3 if level == 2 else draw.choice((2, 3, 3))
        stride, padding = draw.choice(((1, 1), (2, 1), (2, 1), (2, 0)))
        image = tuple(_rows(draw, height, width, 0, 6) for _ in range(channels))
        kernel = tuple(_rows(draw, side, side, -2, 3) for _ in range(channels))
        rows, columns = ((size + 2 * padding - side) // stride for size in (height, width))
        place = draw.integer(0, rows), draw.integer(0, columns)
        p = Pixel(image, kernel, draw.choice((-5, -3, -2, -1, 1, 2, 3, 4, 5)), stride, padding, *place)
        return p if any(place) and all(p.channel(channel) for channel in range(channels)) else None

    def variant(self, p: Pixel) -> str:
        """Return patch, pixel or channels."""
        return "channels" if len(p.image) > 1 else "pixel" if p.bias else "patch"

    def branch(self, p: Pixel) -> str:
        """Return the wording and whether the kernel hangs over the edge."""
        return f"{self.variant(p)} {'inside' if p.inside else 'over the edge'}"

    def formula(self, p: Pixel) -> int:
        """Return the sum of products over channels and taps, and the bias."""
        return p.total + p.bias

    def effort(self, p: Pixel) -> Effort:
        """Return a product and a sum for each tap inside the image, and finding the place."""
        taps = sum(x != 0 for channel in range(len(p.image)) for row in p.patch(channel) for x in row)
        return Effort(2 * taps + (5 if p.bias else 0), 2)

    def facts(self, p: Pixel) -> Facts:
        """Return the arrays, where the kernel lies, and the sums of products row by row."""
        last = len(p.image) - 1
        names = [""] if not last else [" 0", " 1"]
        titles = [
            (f"image{name}" if not last else f"channel{name}", rows) for name, rows in zip(names, p.image, strict=True)
        ]
        kernels = [(f"kernel{name}", rows) for name, rows in zip(names, p.kernel, strict=True)]
        first, second = p.channel(0), p.channel(last)
        rows = [sum(x * w for x, w in zip(xs, ws, strict=True)) for xs, ws in zip(p.patch(0), p.kernel[0], strict=True)]
        terms = [first, second] if last else rows
        return {
            **params_of(p),
            "grids": block(*titles, *kernels),
            "patch": _written(p.patch(0)),
            "patch2": _written(p.patch(last)),
            "top_words": _place("row", p.row, p.stride, p.padding, p.top),
            "left_words": _place("column", p.column, p.stride, p.padding, p.left),
            "sums": _sums(p, 0),
            "sums2": _sums(p, last),
            "first": first,
            "second": second,
            "adding": added([*terms, p.bias] if p.bias else terms),
        }

    @staticmethod
    def witness(
        image: tuple[Rows, ...], kernel: tuple[Rows, ...], bias: int, stride: int, padding: int, row: int, column: int
    ) -> float:
        """Return the value from a real output."""
        import torch

        x, w = torch.tensor([image], dtype=torch.float64), torch.tensor([kernel], dtype=torch.float64)
        y = torch.conv2d(x, w, torch.tensor([bias], dtype=torch.float64), stride, padding)
        return y[0, 0, row, column].item()


def _rows(draw: Draw, height: int, width: int, low: int, high: int) -> Rows:
    """Draw an array."""
    return tuple(draw.integers(width, low, high) for _ in range(height))


def _sums(p: Pixel, channel: int) -> str:
    """Return the sum of products of each row."""
    return "; ".join(f"${products(xs, ws)}$" for xs, ws in zip(p.patch(channel), p.kernel[channel], strict=True))


def _written(rows: Rows) -> str:
    """Write an array in a line."""
    return "[" + ", ".join(f"[{', '.join(map(str, row))}]" for row in rows) + "]"


def _place(name: str, index: int, stride: int, padding: int, start: int) -> str:
    """Return where the kernel starts along an axis, and how that comes about."""
    return f"in {name} ${index} * {stride} - {padding} = {start}$"


def _from_one(p: Pixel) -> int | None:
    """Return the value one row and one column before; None where there is none."""
    return changed(lambda p: replace(p, row=p.row - 1, column=p.column - 1))(p) if p.row and p.column else None


def _matrix_product(p: Pixel) -> int:
    """Return the sum of all entries of the matrix product of patch and kernel."""
    columns = [sum(column) for column in zip(*p.image[0], strict=True)]
    return sum(a * sum(row) for a, row in zip(columns, p.kernel[0], strict=True))
