"""Which padding keeps the size of an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from studydl.answers.kinds import Integer, Shape
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Same:
    """An image and a convolution whose padding is asked for; pairs are (height, width).

    Args:
        ask: "side", "pair", "uneven" or "strided".
        image: each side 24 to 256.
        kernel: each side 1 to 15.
        dilation: each 1 to 6.
        stride: 1, or 2 to 4 where ask is "strided".
    """

    ask: str
    image: Pair
    kernel: Pair
    dilation: Pair = (1, 1)
    stride: int = 1

    @property
    def reach(self) -> Pair:
        """Return the pixels from the first tap to the last on each axis, both included."""
        down, across = (d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel, strict=True))
        return down, across

    @property
    def output(self) -> Pair:
        """Return the size that is to come out: that of the image in strides, rounded up."""
        return -(-self.image[0] // self.stride), -(-self.image[1] // self.stride)

    def missing(self, output: Pair, reach: Pair) -> Pair:
        """Return the zeros each axis lacks for an output if the kernel reached this far."""
        down, across = (
            (after - 1) * self.stride + far - before
            for after, far, before in zip(output, reach, self.image, strict=True)
        )
        return down, across

    @property
    def zeros(self) -> Pair:
        """Return the zeros to add on each axis, both sides together."""
        return self.missing(self.output, self.reach)

    def given(self, zeros: Pair) -> Value:
        """Return these zeros in the form that is asked for, an odd one last."""
        (top, bottom), (left, right) = ((z // 2, z - z // 2) for z in zeros)
        if self.ask == "side":
            return left
        return (top, left) if self.ask == "pair" else (left, right, top, bottom)


def sides(form: Callable[[int, int, int, int], tuple[int, ...]]) -> Callable[[Same], Value | None]:
    """Return a mistake's value made of the right four numbers: left, right, top, bottom."""

    def value(p: Same) -> Value | None:
        down, across = p.zeros
        four = across // 2, across - across // 2, down // 2, down - down // 2
        return form(*four) if p.ask in ("uneven", "strided") else None

    return value


class SamePadding(Family[Same]):
    """A kernel costs D (K - 1) pixels of width: half come back on each side, and an odd one needs a rule."""

    name, version, title = "conv.same-padding", 1, "Padding that keeps the size"
    source = (
        "torch.nn.Conv2d documentation, padding='same'; Dumoulin and Visin (2016), A guide to convolution "
        "arithmetic, section 2.3; TensorFlow documentation, tf.nn, notes on padding"
    )
    answer = {"side": Integer(), "pair": Shape(), "uneven": Shape(), "strided": Shape()}
    prompt = {
        "side": "A convolution with kernel size {kernel_width}, stride 1 and dilation {dilation_width} reads an image "
        "of {height}x{width} pixels. Which padding on each side makes the output just as large?",
        "pair": "A convolution with kernel size ({kernel}), stride 1 and dilation ({dilation}) reads an image of "
        "{height}x{width} pixels. Which padding makes the output just as large?",
        "uneven": 'A convolution with kernel size ({kernel}), stride 1, dilation ({dilation}) and `padding="same"` '
        "reads an image of {height}x{width} pixels. Which zeros does it add, as (left, right, top, bottom)?",
        "strided": "A convolution with kernel size ({kernel}) and stride {stride} is to turn an image of "
        "{height}x{width} pixels into {out_height}x{out_width}. Which zeros must be added, as (left, right, top, "
        "bottom)?",
    }
    conventions = {
        "side": ("dilation 1 is a dense kernel",),
        "pair": ("pairs are (height, width)", "dilation 1 is a dense kernel", "the same padding on both sides"),
        "uneven": (
            "pairs are (height, width)",
            "dilation 1 is a dense kernel",
            "an odd zero goes to the right or the bottom, as in torch",
        ),
        "strided": (
            "pairs are (height, width)",
            "as few zeros as possible",
            "an odd zero goes to the right or the bottom, as in TensorFlow",
        ),
    }
    _split = (
        "Across: {left} on the left, {right} on the right. Down: {top} at the top, {bottom} at the bottom.",
        "As (left, right, top, bottom): {answer}",
    )
    steps = {
        "side": (
            "{kernel_width} taps, {dilation_width} apart, cost ${dilation_width} * ({kernel_width} - 1) = {across}$ "
            "pixels of width.",
            "Half of them on each side: $frac({across}, 2)$ = {answer}",
        ),
        "pair": (
            "Down, the kernel costs ${dilation_height} * ({kernel_height} - 1) = {down}$ pixels: $frac({down}, 2) = "
            "{top}$ on each side.",
            "Across, it costs ${dilation_width} * ({kernel_width} - 1) = {across}$ pixels: $frac({across}, 2) = "
            "{left}$ on each side.",
            "Height first: {answer}",
        ),
        "uneven": (
            "Across, the kernel costs ${dilation_width} * ({kernel_width} - 1) = {across}$ pixels.",
            "Down, it costs ${dilation_height} * ({kernel_height} - 1) = {down}$ pixels.",
            *_split,
        ),
        "strided": (
            "Across, {out_width} positions cover $({out_width} - 1) * {stride} + {kernel_width} = {cover_width}$ "
            "pixels: ${cover_width} - {width} = {across}$ missing.",
            "Down, {out_height} positions cover $({out_height} - 1) * {stride} + {kernel_height} = {cover_height}$ "
            "pixels: ${cover_height} - {height} = {down}$ missing.",
            *_split,
        ),
    }
    limits = {1: Effort(4, 2), 2: Effort(8, 2), 3: Effort(14, 3)}
    mistakes = (
        Mistake(
            "both sides together",
            lambda p: p.zeros[1] if p.ask == "side" else p.zeros if p.ask == "pair" else None,
            "Those are the zeros of both sides together. Each side gets half of them.",
            teaches="conv-same-width",
        ),
        Mistake(
            "dilation ignored",
            lambda p: p.given(p.missing(p.output, p.kernel)),
            "You left the dilation out. The taps are {apart} apart, so the kernel costs {cost} pixels.",
            teaches="conv-same-width",
        ),
        Mistake(
            "dilation times kernel",
            lambda p: p.given(p.missing(p.output, (p.kernel[0] * p.dilation[0], p.kernel[1] * p.dilation[1]))),
            "You multiplied the whole kernel by the dilation. Only the gaps between its taps grow: the kernel costs "
            "{cost} pixels.",
            teaches="conv-same-width",
        ),
        Mistake(
            "half the kernel rounded up",
            lambda p: p.reach[1] // 2 + 1 if p.ask == "side" else None,
            "You rounded up. The pixel under the middle tap needs no padding, which leaves {across} to share.",
            teaches="conv-same-width",
        ),
        Mistake(
            "height and width exchanged",
            lambda p: p.given(p.zeros[::-1]) if p.ask == "pair" else None,
            "You exchanged the axes. Height comes first in a pair: {down} pixels to make up down, {across} across.",
            convention="pairs are (height, width)",
            teaches="arg-tuple",
        ),
        Mistake(
            "odd zero first",
            sides(lambda left, right, top, bottom: (right, left, bottom, top)),
            "You put the odd zero on the left or at the top. It goes to the right or the bottom here.",
            convention="an odd zero goes to the right or the bottom",
            teaches="arg-even-same",
        ),
        Mistake(
            "top and bottom first",
            sides(lambda left, right, top, bottom: (top, bottom, left, right)),
            "You began with the top. The order asked for is left, right, top, bottom: width first, as `F.pad` wants "
            "it.",
            teaches="size-pad-order",
        ),
        Mistake(
            "odd zero dropped",
            sides(lambda left, right, top, bottom: (left, left, top, top)),
            "You gave both sides the same. An odd number of zeros cannot be shared evenly: across there are {across}, "
            "down {down}.",
            teaches="arg-even-same",
        ),
        Mistake(
            "both sides in full",
            sides(lambda left, right, top, bottom: (left + right, left + right, top + bottom, top + bottom)),
            "You gave each side all the zeros of its axis. The two sides share them: {across} across, {down} down.",
            teaches="arg-even-same",
        ),
        Mistake(
            "stride ignored",
            lambda p: p.given((p.kernel[0] - 1, p.kernel[1] - 1)) if p.ask == "strided" else None,
            "Those zeros keep the size at stride 1. For {out_height}x{out_width} pixels in strides of {stride} the "
            "image lacks {across} across and {down} down.",
            teaches="conv-half-padding",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Same | None:
        """Level 1: a square kernel; level 2: one setting an axis; level 3: an odd number of zeros, or a stride."""
        if level == 1:
            side, kernel, dilation = draw.integer(24, 96), draw.integer(1, 7) * 2 + 1, draw.choice((1, 2, 2, 3, 4))
            p = Same("side", (side, side), (kernel, kernel), (dilation, dilation))
            return p if side > p.reach[1] else None
        image = draw.integer(48, 256), draw.integer(48, 256)
        dilation_pair = draw.integer(1, 4), draw.integer(1, 4)
        if level == 2:
            odd = draw.integer(0, 5) * 2 + 1, draw.integer(0, 5) * 2 + 1
            return None if dilation_pair == (1, 1) or 1 in odd else Same("pair", image, odd, dilation_pair)
        kernel_pair = draw.integer(2, 9), draw.integer(2, 9)
        if draw.chance(0.5):
            p = Same("uneven", image, kernel_pair, dilation_pair)
        else:
            p = Same("strided", image, kernel_pair, stride=draw.integer(2, 4))
        down, across = p.zeros
        return p if (down % 2 or across % 2) and min(down, across) > 0 else None

    def variant(self, p: Same) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Same) -> Value:
        """Return half of the missing zeros a side; where a side can get more, its second end does."""
        return p.given(p.zeros)

    def effort(self, p: Same) -> Effort:
        """Return product, difference and half of each axis, and what strides add."""
        operations = {"side": 3, "pair": 6, "uneven": 8, "strided": 12}[p.ask]
        return Effort(operations, len(str(max(p.image))) if p.ask == "strided" else 2)

    def facts(self, p: Same) -> Facts:
        """Return the settings of each axis and the zeros it lacks."""
        (height, width), (down, across), (rows, columns) = p.image, p.zeros, p.output
        dilated = [k for k, d in zip(p.reach, p.dilation, strict=True) if d > 1]
        same = p.ask == "side"
        return {
            "kernel": p.kernel,
            "dilation": p.dilation,
            "kernel_height": p.kernel[0],
            "kernel_width": p.kernel[1],
            "dilation_height": p.dilation[0],
            "dilation_width": p.dilation[1],
            "apart": str(p.dilation[0]) if same else f"({p.dilation[0]}, {p.dilation[1]})",
            "cost": str(dilated[0] - 1) if same and dilated else f"({p.reach[0] - 1}, {p.reach[1] - 1})",
            "stride": p.stride,
            "height": height,
            "width": width,
            "out_height": rows,
            "out_width": columns,
            "cover_height": down + height,
            "cover_width": across + width,
            "down": down,
            "across": across,
            "top": down // 2,
            "bottom": down - down // 2,
            "left": across // 2,
            "right": across - across // 2,
        }

    @staticmethod
    def witness(ask: str, image: Pair, kernel: Pair, dilation: Pair, stride: int) -> object:
        """Return the zeros that torch itself adds, or the fewest that give a strided convolution its output."""
        import torch

        if stride == 1:
            layer = torch.nn.Conv2d(1, 1, kernel, padding="same", dilation=dilation, device="meta")
            zeros = layer._reversed_padding_repeated_twice  # left, right, top, bottom: the order of F.pad
        else:
            short = [0, 0]
            for axis in (0, 1):
                x, weight = torch.zeros(1, 1, image[axis]), torch.zeros(1, 1, kernel[axis])
                while torch.conv1d(x, weight, None, stride).shape[-1] * stride < image[axis]:
                    x, short[axis] = torch.nn.functional.pad(x, (0, 1)), short[axis] + 1
            zeros = [part for lack in reversed(short) for part in (lack // 2, lack - lack // 2)]
        return zeros[0] if ask == "side" else (zeros[2], zeros[0]) if ask == "pair" else tuple(zeros)
