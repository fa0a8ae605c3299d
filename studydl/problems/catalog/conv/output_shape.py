"""The whole shape of a convolution's output: batch, channels, height, width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from studydl.answers.kinds import Shape
from studydl.problems.catalog.conv import _window as rules
from studydl.problems.catalog.conv._window import Rule, Window, positions
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of

Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of images and a convolution; pairs are (height, width).

    Args:
        batch: images, 1 to 64.
        inputs: channels of an image.
        outputs: filters of the convolution.
        image: size of an image, each side 8 to 320.
        kernel: each side 1 to 11.
        stride: each 1 to 3.
        padding: each 0 to half of the kernel.
        dilation: each 1 to 3.
        groups: of the convolution; divides inputs and outputs.
        pool: 0, or the kernel size of max pooling that follows.
    """

    batch: int
    inputs: int
    outputs: int
    image: Pair
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    pool: int = 0

    @property
    def windows(self) -> tuple[Window, Window]:
        """Return the window along the height and along the width."""
        down, across = zip(self.kernel, self.stride, self.padding, self.dilation, strict=True)
        return Window(*down), Window(*across)

    def sizes(self, rule: Rule = positions, windows: tuple[Window, Window] | None = None) -> Pair:
        """Return height and width of the output by a rule, perhaps with other windows."""
        height, width = map(rule, self.image, windows or self.windows)
        return (height // self.pool, width // self.pool) if self.pool else (height, width)

    def shape(self, rule: Rule = positions, windows: tuple[Window, Window] | None = None) -> tuple[int, ...] | None:
        """Return the output's shape by a rule, perhaps with other windows; None where nothing is left."""
        sizes = self.sizes(rule, windows)
        return (self.batch, self.outputs, *sizes) if min(sizes) > 0 else None

    @property
    def layer(self) -> str:
        """Return the layer as torch writes it, defaults left out."""
        settings = [f"kernel_size={_short(self.kernel)}"]
        settings += [
            f"{name}={_short(pair)}"
            for name, pair, default in (
                ("stride", self.stride, 1),
                ("padding", self.padding, 0),
                ("dilation", self.dilation, 1),
            )
            if pair != (default, default)
        ]
        settings += [f"groups={self.groups}"] * (self.groups > 1)
        return f"nn.Conv2d({self.inputs}, {self.outputs}, {', '.join(settings)})"


class OutputShape(Family[Batch]):
    """(N, C, H, W): the batch stays, channels become the number of filters, each axis has its own arithmetic."""

    name, version, title = "conv.output-shape", 1, "Output shape of a convolution"
    source = "torch.nn.Conv2d documentation, section Shape"
    answer = Shape()
    prompt = {
        "conv": "A tensor of shape {input} goes through `{layer}`. What is the shape of the output?",
        "pool": "A tensor of shape {input} goes through `{layer}` and then `nn.MaxPool2d({pool})`. "
        "What is the shape of the output?",
    }
    conventions = {
        "conv": ("shapes are (N, C, H, W)", "pairs are (height, width)"),
        "pool": ("shapes are (N, C, H, W)", "pairs are (height, width)", "pooling stride = its kernel size"),
    }
    _conv = (
        "The batch stays {batch}; each of the {outputs} filters gives one channel.",
        "Extent of the kernel in pixels: {reach_down_words} down, {reach_across_words} across.",
        "Height: $floor(frac({height} + 2 * {top} - {reach_down}, {stride_down})) + 1 = {out_height}$",
        "Width: $floor(frac({width} + 2 * {left} - {reach_across}, {stride_across})) + 1 = {out_width}$",
    )
    steps = {
        "conv": (*_conv, "Together: {answer}"),
        "pool": (
            *_conv,
            "Pooling keeps the channels: $floor(frac({out_height}, {pool})) = {pooled_height}$ and "
            "$floor(frac({out_width}, {pool})) = {pooled_width}$.",
            "Together: {answer}",
        ),
    }
    limits = {1: Effort(14, 3), 2: Effort(16, 4), 3: Effort(30, 4)}
    mistakes = (
        Mistake(
            "first position forgotten",
            lambda p: p.shape(rules.moves),
            "You counted the moves along each axis. The position the kernel starts from counts too: one more.",
            teaches="conv-output",
        ),
        Mistake(
            "input channels kept",
            lambda p: (p.batch, p.inputs, *p.sizes()),
            "You kept the number of input channels, {inputs}. The output has one channel per filter: {outputs}.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "height and width exchanged",
            lambda p: p.shape(windows=p.windows[::-1]),
            "You used the settings of one axis for the other. In a pair the height comes first: the kernel is "
            "{kernel_height} high and {kernel_width} wide.",
            teaches="arg-tuple",
        ),
        Mistake(
            "channels last",
            lambda p: (p.batch, *p.sizes(), p.outputs),
            "That is the order (N, H, W, C). Here shapes are (N, C, H, W), so channels come second.",
            convention="shapes are (N, C, H, W)",
        ),
        Mistake(
            "padding counted once",
            lambda p: p.shape(rules.padded_once),
            "You added the padding on one side. It goes on both: $2 * {top}$ to the height, $2 * {left}$ to the width.",
            teaches="arg-padding-pair",
        ),
        Mistake(
            "rounded up",
            lambda p: p.shape(rules.rounded_up),
            "You rounded up. A stride that no longer fits is left out: both divisions are rounded down.",
            teaches="conv-leftover",
        ),
        Mistake(
            "dilation ignored",
            lambda p: p.shape(rules.undilated),
            "You left the dilation out. In pixels, the kernel reaches {reach_down} down and {reach_across} across.",
            teaches="conv-output",
        ),
        Mistake(
            "channels divided by groups",
            lambda p: _with_channels(p, p.outputs // p.groups),
            "You divided the channels by the {groups} groups. Groups share out the inputs; all {outputs} filters stay.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "channels times groups",
            lambda p: _with_channels(p, p.outputs * p.groups),
            "You gave each group {outputs} filters. The {groups} groups share them: {outputs} in all.",
            teaches="arg-groups-slice",
        ),
        Mistake(
            "pooling forgotten",
            lambda p: (p.batch, p.outputs, *map(positions, p.image, p.windows)) if p.pool else None,
            "That is the shape after the convolution. Pooling then divides height and width by {pool}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Batch | None:
        """Level 1: square kernels; level 2: one setting an axis; level 3: also dilation, then groups or pooling."""
        if level == 1:
            return _square(draw)
        inputs, outputs = draw.sample((3, 8, 16, 32, 64, 128), 2)
        kernel = (draw.choice((1, 3, 5, 7)), draw.choice((1, 3, 5, 7, 9)))
        smallest = 24 if level == 2 else 48  # 9 taps at dilation 3 reach over 25 pixels, and pooling needs 3 places
        down, across = (draw.integer(1, 3) if level == 3 and side > 1 else 1 for side in kernel)
        p = Batch(
            draw.choice((1, 2, 4, 8, 16, 32, 64)),
            inputs,
            outputs,
            (draw.integer(smallest, 160), draw.integer(smallest, 160)),
            kernel,
            (draw.integer(1, 3), draw.integer(1, 3)),
            (draw.integer(0, kernel[0] // 2), draw.integer(0, kernel[1] // 2)),
            (down, across),
        )
        if kernel[0] == kernel[1] or (level == 3 and down == across == 1):
            return None
        return p if level == 2 else _extended(p, draw)

    def variant(self, p: Batch) -> str:
        """Return conv or pool."""
        return "pool" if p.pool else "conv"

    def formula(self, p: Batch) -> tuple[int, ...]:
        """Return (batch, filters, positions along the height, positions along the width)."""
        return (p.batch, p.outputs, *p.sizes())

    def effort(self, p: Batch) -> Effort:
        """Return product, sums and quotient of each axis, and what reach and pooling add."""
        operations = 12 + 3 * sum(d > 1 for d in p.dilation) + 2 * bool(p.pool) + 2 * (p.groups > 1)
        return Effort(operations, len(str(max(p.image))))

    def facts(self, p: Batch) -> Facts:
        """Return input, layer, and what a person works out along each axis."""
        down, across = p.windows
        after = tuple(map(positions, p.image, p.windows))
        pooled = p.sizes()
        return {
            "input": f"({p.batch}, {p.inputs}, {p.image[0]}, {p.image[1]})",
            "layer": p.layer,
            "batch": p.batch,
            "inputs": p.inputs,
            "outputs": p.outputs,
            "groups": p.groups,
            "pool": p.pool,
            "height": p.image[0],
            "width": p.image[1],
            "top": down.padding,
            "left": across.padding,
            "kernel_height": down.kernel,
            "kernel_width": across.kernel,
            "stride_down": down.stride,
            "stride_across": across.stride,
            "reach_down": down.reach,
            "reach_across": across.reach,
            "reach_down_words": _reach_words(down),
            "reach_across_words": _reach_words(across),
            "out_height": after[0],
            "out_width": after[1],
            "pooled_height": pooled[0],
            "pooled_width": pooled[1],
        }

    @staticmethod
    def witness(
        batch: int,
        inputs: int,
        outputs: int,
        image: Pair,
        kernel: Pair,
        stride: Pair,
        padding: Pair,
        dilation: Pair,
        groups: int,
        pool: int,
    ) -> tuple[int, ...]:
        """Return the shape of a real output."""
        import torch

        x = torch.empty(batch, inputs, *image, device="meta")
        weight = torch.empty(outputs, inputs // groups, *kernel, device="meta")
        y = torch.conv2d(x, weight, None, stride, padding, dilation, groups)
        if pool:
            y = torch.max_pool2d(y, pool)
        return tuple(y.shape)


def _square(draw: Draw) -> Batch:
    """Draw a small batch and a square kernel with the same settings for both axes, half of the images square."""
    inputs, outputs = draw.choice((1, 3, 3)), draw.choice((4, 8, 16, 32))
    height = draw.integer(8, 32)
    image = (height, height if draw.chance(0.5) else draw.integer(8, 32))
    kernel, stride = draw.choice((3, 3, 5)), draw.choice((1, 1, 2))
    padding = draw.choice((0, kernel // 2))
    return Batch(
        draw.choice((1, 2, 4, 8)), inputs, outputs, image, (kernel, kernel), (stride, stride), (padding, padding)
    )


def _extended(p: Batch, draw: Draw) -> Batch:
    """Add groups or pooling."""
    settings = params_of(p)
    if draw.chance(0.5):
        groups = draw.choice((2, 4, 8))
        settings.update(inputs=8 * draw.choice((1, 2, 3, 4)), outputs=8 * draw.choice((2, 5, 6, 8)), groups=groups)
    else:
        settings.update(pool=draw.choice((2, 3)))
    return Batch(**settings)


def _with_channels(p: Batch, channels: int) -> tuple[int, ...] | None:
    """Return the output's shape with other channels; None without groups."""
    return (p.batch, channels, *p.sizes()) if p.groups > 1 else None


def _short(pair: Pair) -> str:
    """Write a pair as torch's documentation does: once where both are the same."""
    return str(pair[0]) if pair[0] == pair[1] else str(pair)


def _reach_words(w: Window) -> str:
    """Return how far the kernel reaches, and how that comes about where it is dilated."""
    return str(w.reach) if w.dilation == 1 else f"${w.dilation} * ({w.kernel} - 1) + 1 = {w.reach}$"
