"""How large the output of a pooling layer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from studydl.answers.kinds import Integer, Shape
from studydl.answers.values import Value
from studydl.problems.catalog.conv._window import Rule, Window, padded_once, positions, rounded_up, step_by_step
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of

Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pooling:
    """Max pooling of an image; pairs are (height, width).

    Args:
        ask: "side", "pair" or "features".
        image: each side 6 to 128; a square where ask is "side".
        kernel: side of the window, 2 to 7.
        stride: 1 to 6; 0: not given, which makes it the kernel size.
        padding: 0 to half of the kernel.
        ceil: the layer's ceil_mode.
        channels: of the image; 1 where they play no part.
    """

    ask: str
    image: Pair
    kernel: int
    stride: int = 0
    padding: int = 0
    ceil: bool = False
    channels: int = 1

    @property
    def window(self) -> Window:
        """Return the window."""
        return Window(self.kernel, self.stride or self.kernel, self.padding)

    def sizes(self, rule: Rule) -> Pair:
        """Return height and width of the output by a rule."""
        return rule(self.image[0], self.window), rule(self.image[1], self.window)

    def given(self, sizes: Pair) -> Value:
        """Return an output's size in the form that is asked for."""
        if self.ask == "pair":
            return sizes
        return sizes[1] if self.ask == "side" else self.channels * prod(sizes)

    @property
    def rule(self) -> Rule:
        """Return the rule of the layer's ceil_mode."""
        return with_ceil_mode if self.ceil else positions


def with_ceil_mode(size: int, w: Window) -> int:
    """Return the positions with ceil_mode: rounded up, without a window that would start in the padding behind."""
    up = rounded_up(size, w)
    return up - ((up - 1) * w.stride >= size + w.padding)


def by(rule: Rule, *, ceil: bool | None = None) -> Callable[[Pooling], Value | None]:
    """Return a mistake's value by a rule, perhaps only with or without ceil_mode."""
    return lambda p: p.given(p.sizes(rule)) if ceil is None or p.ceil == ceil else None


class OutputSize(Family[Pooling]):
    """A convolution's arithmetic with two differences: the stride is the kernel size, and ceil_mode rounds up."""

    name, version, title = "pool.output-size", 1, "Output size of pooling"
    source = "torch.nn.MaxPool2d documentation, section Shape and the note on ceil_mode"
    answer = {"side": Integer(), "pair": Shape(), "features": Integer()}
    prompt = {
        "side": "An image of {width}x{width} pixels goes through {layer}. How wide is the output?",
        "pair": "An image of {height}x{width} pixels goes through {layer}. What size does the output have, as (height, "
        "width)?",
        "features": "{channels} channels of {height}x{width} pixels go through {layer} and `nn.Flatten()`. How many "
        "inputs must an `nn.Linear` that follows have?",
    }
    _stride, _floor = "stride = kernel size unless given", "ceil_mode=False unless given"
    conventions = {
        "side": (_stride, _floor),
        "pair": ("image sizes are height x width", _stride, _floor),
        "features": ("image sizes are height x width", _stride, _floor),
    }
    _width = "Across, ${width} + 2 * {padding} - {kernel} = {room}$ pixels are left to move over; {rounding}."
    _height = "Down, ${height} + 2 * {padding} - {kernel} = {room_down}$ are left; {rounding_down}."
    steps = {
        "side": (
            "The window moves in strides of {step}{default_words}.",
            "${width} + 2 * {padding} - {kernel} = {room}$ pixels are left to move over; {rounding}.",
            "With the position it starts from: {answer}",
        ),
        "pair": (_width, _height, "Height first, and each with the position the window starts from: {answer}"),
        "features": (
            _width,
            _height,
            "With the position the window starts from, {out_height} x {out_width} values in each of {channels} "
            "channels: ${channels} * {out_height} * {out_width}$ = {answer}",
        ),
    }
    limits = {1: Effort(6, 3), 2: Effort(12, 3), 3: Effort(16, 6)}
    mistakes = (
        Mistake(
            "stride 1",
            by(step_by_step),
            "You moved the window pixel by pixel. The stride is {step}{default_words}.",
            teaches="arg-pool-stride",
        ),
        Mistake(
            "rounded down",
            by(positions, ceil=True),
            "You rounded down. With ceil_mode=True a last, incomplete window counts too, if it starts in the image.",
        ),
        Mistake(
            "rounded up",
            by(rounded_up, ceil=False),
            "You rounded up. Without ceil_mode a last, incomplete window is left out: {rest_words}.",
            convention="ceil_mode=False unless given",
        ),
        Mistake(
            "window in the padding counted",
            by(rounded_up, ceil=True),
            "You counted a window that would start in the padding behind the image. Even ceil_mode leaves it out.",
        ),
        Mistake(
            "first position forgotten",
            lambda p: p.given(p.sizes(lambda size, w: p.rule(size, w) - 1)),
            "You counted the moves of the window. The position it starts from counts too: one more.",
            teaches="conv-output",
        ),
        Mistake(
            "padding ignored",
            lambda p: p.given(p.sizes(lambda size, w: p.rule(size, Window(w.kernel, w.stride)))),
            "You left the padding out. It goes on both sides, $2 * {padding}$ pixels.",
        ),
        Mistake(
            "padding counted once",
            by(padded_once, ceil=False),
            "You added the padding on one side. It goes on both, $2 * {padding}$ pixels.",
        ),
        Mistake(
            "channels forgotten",
            lambda p: prod(p.sizes(p.rule)) if p.ask == "features" else None,
            "Those are the values of one channel. Pooling keeps all {channels}, and Flatten puts them in a row.",
        ),
        Mistake(
            "channels only",
            lambda p: p.channels if p.ask == "features" else None,
            "That is the number of channels. Each still has {out_height} x {out_width} values; only global pooling "
            "leaves one.",
        ),
        Mistake(
            "size before pooling",
            lambda p: p.channels * prod(p.image) if p.ask == "features" else None,
            "You flattened the image. Pooling comes first and leaves {out_height} x {out_width} values a channel.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Pooling | None:
        """Level 1: kernel, perhaps stride; level 2: padding, ceil_mode; level 3: a window in the padding, channels."""
        if level == 1:
            side, kernel = draw.integer(6, 64), draw.choice((2, 2, 3, 3, 4, 5))
            stride = draw.choice((0, 0, 1, 2, 3))
            return Pooling("side", (side, side), kernel, 0 if stride == kernel else stride)
        if level == 2:
            kernel = draw.integer(2, 7)
            stride, padding = draw.integer(2, 6), draw.integer(0, kernel // 2)
            image = draw.integer(16, 128), draw.integer(16, 128)
            p = Pooling("pair", image, kernel, 0 if stride == kernel else stride, padding, draw.chance(0.5))
            return p if any(p.window.room(side) % p.window.stride for side in image) else None
        kernel = draw.integer(3, 6)
        padding = draw.integer(1, kernel // 2)
        stride = draw.integer(kernel - padding + 1, kernel + 1)
        down, across = draw.shuffled(
            (_dropping(draw, kernel, stride, padding), _keeping(draw, kernel, stride, padding))
        )
        channels = draw.choice((3, 4, 8, 10, 16, 20, 32, 64))
        return Pooling("features", (down, across), kernel, 0 if stride == kernel else stride, padding, True, channels)

    def variant(self, p: Pooling) -> str:
        """Return what is asked."""
        return p.ask

    def branch(self, p: Pooling) -> str:
        """Return what is asked and how it is rounded."""
        return f"{p.ask} {'up' if p.ceil else 'down'}"

    def formula(self, p: Pooling) -> Value:
        """Return the moves rounded as ceil_mode says, plus the first position, for each axis that is asked for."""
        return p.given(p.sizes(p.rule))

    def effort(self, p: Pooling) -> Effort:
        """Return the sums and the quotient of each axis, and the products of flattening."""
        operations = {"side": 5 + bool(p.padding), "pair": 12, "features": 14}[p.ask]
        features = p.channels * prod(p.sizes(p.rule)) if p.ask == "features" else 0
        return Effort(operations, len(str(max(*p.image, features))))

    def facts(self, p: Pooling) -> Facts:
        """Return layer and sizes, and how each axis is rounded."""
        rows, columns = p.sizes(p.rule)
        uneven = p.image[1] if p.window.room(p.image[1]) % p.window.stride else p.image[0]
        return {
            **params_of(p),
            "layer": _written(p),
            "height": p.image[0],
            "width": p.image[1],
            "step": p.window.stride,
            "default_words": ", the kernel size, as none is given" if not p.stride else "",
            "room": p.window.room(p.image[1]),
            "room_down": p.window.room(p.image[0]),
            "rounding": _rounding(p, p.image[1]),
            "rest_words": _rounding(p, uneven),
            "rounding_down": _rounding(p, p.image[0]),
            "out_height": rows,
            "out_width": columns,
        }

    @staticmethod
    def witness(ask: str, image: Pair, kernel: int, stride: int, padding: int, ceil: bool, channels: int) -> object:
        """Return the size of a real output."""
        import torch

        x = torch.empty(1, channels, *image, device="meta")
        y = torch.nn.functional.max_pool2d(x, kernel, stride or None, padding, ceil_mode=ceil)
        return tuple(y.shape[2:]) if ask == "pair" else y.numel() if ask == "features" else y.shape[3]


def _dropping(draw: Draw, kernel: int, stride: int, padding: int) -> int:
    """Draw a size whose incomplete last window would start in the padding behind it."""
    start = draw.integer(3, 12) * stride  # of that window, from the start of the padding in front
    return draw.integer(start - stride - 2 * padding + kernel + 1, start - padding)


def _keeping(draw: Draw, kernel: int, stride: int, padding: int) -> int:
    """Draw a size whose incomplete last window starts in the image."""
    start = draw.integer(3, 12) * stride
    return draw.integer(start - padding + 1, start - 2 * padding + kernel - 1)


def _written(p: Pooling) -> str:
    """Return the layer as torch writes it, defaults left out."""
    settings = [str(p.kernel)] + [f"stride={p.stride}"] * (p.stride > 0) + [f"padding={p.padding}"] * (p.padding > 0)
    return f"`nn.MaxPool2d({', '.join([*settings, *['ceil_mode=True'] * p.ceil])})`"


def _rounding(p: Pooling, size: int) -> str:
    """Return how the moves along an axis come about."""
    room, stride = p.window.room(size), p.window.stride
    if not p.ceil:
        return f"$floor(frac({room}, {stride})) = {room // stride}$ moves"
    up = f"$ceil(frac({room}, {stride})) = {-(-room // stride)}$ moves"
    if with_ceil_mode(size, p.window) == rounded_up(size, p.window):
        return up
    return f"{up}, but the last would start in the padding behind the image, so {room // stride} count"
