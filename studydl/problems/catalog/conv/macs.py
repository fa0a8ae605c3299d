"""How many multiplications and additions a convolution takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from studydl.answers.kinds import Integer
from studydl.problems.catalog.conv._layers import Conv, Pair
from studydl.problems.catalog.conv._window import step_by_step
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Layer: TypeAlias = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Work:
    """One or two convolutions and the image they read.

    Args:
        image: (height, width), each 4 to 40.
        layers: (inputs, outputs, kernel, stride, padding, groups) of each convolution.
        ask: "small", "macs", "flops" or "two".
    """

    image: Pair
    layers: tuple[Layer, ...]
    ask: str

    @property
    def convs(self) -> tuple[Conv, ...]:
        """Return the convolutions."""
        return tuple(Conv(*settings) for settings in self.layers)

    @property
    def unit(self) -> int:
        """Return how much one multiply-accumulate counts."""
        return 2 if self.ask == "flops" else 1

    def counting(self, work: Callable[[Conv, Pair, Pair], int]) -> int:
        """Return what is asked for if a layer took this work from image to output."""
        total, image = 0, self.image
        for conv in self.convs:
            after = conv.after(image)
            total, image = total + work(conv, image, after), after
        return total * self.unit


class Macs(Family[Work]):
    """Each output value sums one product for each weight of its filter: positions x filters x channels x taps."""

    name, version, title = "conv.macs", 1, "Multiply-accumulates of a convolution"
    source = "Howard et al. (2017), MobileNets, section 3.1; torch.utils.flop_counter, conv_flop_count"
    answer = Integer()
    prompt = {
        "small": "{first} gives {out_height}x{out_width} output pixels. How many multiply-accumulates (MACs) does that "
        "take?",
        "macs": "{first} reads one image of {height}x{width} pixels. How many multiply-accumulates (MACs) does that "
        "take?",
        "flops": "{first} reads one image of {height}x{width} pixels. How many floating-point operations (FLOPs) does "
        "that take?",
        "two": "One image of {height}x{width} pixels goes through {first} and then {second}. How many "
        "multiply-accumulates (MACs) does that take in all?",
    }
    _mac = "a MAC is one multiplication and one addition"
    _bias = "additions of biases are not counted"
    conventions = {
        "small": (_mac, _bias),
        "macs": (_mac, _bias),
        "flops": ("a multiplication and an addition are 2 FLOPs", _bias),
        "two": (_mac, _bias),
    }
    _output = (
        "Output: $floor(frac({height} + 2 * {padding} - {kernel}, {stride})) + 1 = {out_height}$ pixels down, "
        "$floor(frac({width} + 2 * {padding} - {kernel}, {stride})) + 1 = {out_width}$ across.",
        "A filter sees ${share}$ channels, so one output value sums ${seen} * {kernel} * {kernel} = {products}$ "
        "products.",
    )
    _values = "There are ${outputs} * {out_height} * {out_width} = {values}$ output values: ${values} * {products}"
    steps = {
        "small": (
            "One output value sums ${inputs} * {kernel} * {kernel} = {products}$ products, one for each weight of its "
            "filter.",
            _values + "$ = {answer}",
        ),
        "macs": (
            *_output,
            _values + "$ = {answer}",
        ),
        "flops": (
            *_output,
            _values + " = {macs}$ MACs.",
            "A MAC is two operations: $2 * {macs}$ = {answer}",
        ),
        "two": (
            "Output sizes: (size + 2 * padding - kernel) / stride, rounded down, plus 1 along each axis: {out_words}.",
            "First layer: ${outputs} * {out_height} * {out_width} = {values}$ output values of ${inputs} * {kernel} * "
            "{kernel} = {products}$ products each, ${values} * {products} = {macs}$.",
            "Second layer: ${outputs2} * {out_height2} * {out_width2} = {values2}$ output values of ${outputs} * "
            "{kernel2} * {kernel2} = {products2}$ products each, ${values2} * {products2} = {macs2}$.",
            "Together: ${macs} + {macs2}$ = {answer}",
        ),
    }
    limits = {1: Effort(5, 6), 2: Effort(12, 9), 3: Effort(20, 9)}
    mistakes = (
        Mistake(
            "parameters for MACs",
            lambda p: p.counting(lambda c, image, after: c.weights),
            "You counted each weight once. A filter is applied anew at each position of {out_words}.",
            teaches="conv-sharing",
        ),
        Mistake(
            "FLOPs for MACs",
            lambda p: 2 * p.counting(_macs) if p.ask != "flops" else None,
            "That is the number of FLOPs. A MAC, one multiplication with its addition, counts once here.",
            convention="a MAC is one multiplication and one addition",
            teaches="matrix-macs",
        ),
        Mistake(
            "MACs for FLOPs",
            lambda p: p.counting(_macs) // 2 if p.ask == "flops" else None,
            "That is the number of MACs. Each is a multiplication and an addition: $2 * {macs}$ FLOPs.",
            convention="a multiplication and an addition are 2 FLOPs",
            teaches="matrix-macs",
        ),
        Mistake(
            "image size for output size",
            lambda p: p.counting(lambda c, image, after: prod(image) * c.weights) if p.ask != "small" else None,
            "You let the kernel stop at every pixel of the image. It stops once for each output pixel: {out_words}.",
        ),
        Mistake(
            "input channels forgotten",
            lambda p: p.counting(lambda c, image, after: prod(after) * c.outputs * c.area),
            "You gave each filter one slice. It has one for each channel it sees, {seen}, and sums over all of them.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "filters forgotten",
            lambda p: p.counting(lambda c, image, after: prod(after) * c.seen * c.area),
            "You applied a single filter per layer. There are {filters}, and each makes a channel of its own.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "groups ignored",
            lambda p: p.counting(lambda c, image, after: prod(after) * c.weights * c.groups),
            "You let every filter see all {inputs} channels. With {groups} groups it sees {seen}.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "biases counted",
            lambda p: p.counting(_macs) + p.counting(lambda c, image, after: prod(after) * c.outputs) // p.unit,
            "You counted the additions of the biases too. They are left out here, as they usually are.",
            convention="additions of biases are not counted",
        ),
        Mistake(
            "stride ignored",
            lambda p: p.counting(lambda c, image, after: prod(c.after(image, step_by_step)) * c.weights),
            "You moved the kernel pixel by pixel. With the stride it stops at {out_words} positions only.",
        ),
        Mistake(
            "both layers on the image",
            lambda p: sum(c.macs(p.image) for c in p.convs) if p.ask == "two" else None,
            "You gave the image to the second layer. It reads the first one's output, {out_height}x{out_width} pixels.",
        ),
        Mistake(
            "first layer only",
            lambda p: p.convs[0].macs(p.image) if p.ask == "two" else None,
            "Those are the MACs of the first layer. The second one adds {macs2}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Work | None:
        """Level 1: the output's size is given; level 2: it is not; level 3: groups and FLOPs, or two layers."""
        if level == 1:
            kernel, side = draw.choice((1, 2, 3, 3, 5)), draw.choice((4, 5, 6, 8, 10, 10, 12, 20))
            settings = draw.choice((2, 3, 3, 4, 5, 8)), draw.choice((2, 4, 5, 8, 10, 16)), kernel, 1, 0, 1
            return Work((side + kernel - 1, side + kernel - 1), (settings,), "small")
        image, kernel = (draw.integer(14, 40), draw.integer(14, 40)), draw.choice((2, 3, 3, 5))
        stride, padding = draw.choice((1, 2, 2, 3)), draw.integer(0, kernel // 2)
        if level == 2:
            inputs, outputs = draw.choice((3, 4, 5, 6, 8, 10)), draw.choice((4, 5, 6, 8, 10, 12, 16, 20))
            p = Work(image, ((inputs, outputs, kernel, stride, padding, 1),), "macs")
        elif draw.chance(0.5):
            groups = draw.choice((2, 4, 8))
            inputs, outputs = groups * draw.integer(2, 6), groups * draw.integer(2, 6)
            p = Work(image, ((inputs, outputs, kernel + 1, draw.choice((2, 3)), padding, groups),), "flops")
        else:
            inputs, middle, outputs = (
                draw.choice((16, 24, 32, 64)),
                draw.choice((4, 8, 10, 16)),
                draw.choice((8, 16, 32)),
            )
            first, second = (draw.choice((1, 1, 3)), draw.choice((1, 2))), draw.choice((3, 3, 5))
            p = Work(
                image,
                ((inputs, middle, *first, 0, 1), (middle, outputs, second, draw.choice((1, 2)), draw.integer(0, 1), 1)),
                "two",
            )
        return p if p.convs[0].after(image) != image else None

    def variant(self, p: Work) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Work) -> int:
        """Return positions x filters x channels seen x taps of each layer, twice that for FLOPs."""
        return p.counting(_macs)

    def effort(self, p: Work) -> Effort:
        """Return the products of each layer, and what its output size takes."""
        operations = {"small": 4, "macs": 10, "flops": 13, "two": 15}[p.ask]
        return Effort(operations, len(str(self.formula(p))))

    def facts(self, p: Work) -> Facts:
        """Return layers, sizes and counts; the first layer's without a number, the second's with 2."""
        first, last = p.convs[0], p.convs[-1]
        after = first.after(p.image)
        after2 = last.after(after if p.ask == "two" else p.image)
        words = f"{after[0]}x{after[1]}"
        return {
            "first": first.layer,
            "second": last.layer,
            "height": p.image[0],
            "width": p.image[1],
            "inputs": first.inputs,
            "outputs": first.outputs,
            "outputs2": last.outputs,
            "kernel": first.kernel,
            "kernel2": last.kernel,
            "stride": first.stride,
            "padding": first.padding,
            "groups": first.groups,
            "filters": f"{first.outputs}, then {last.outputs}" if p.ask == "two" else first.outputs,
            "seen": f"{first.seen}, then {last.seen}" if p.ask == "two" else first.seen,
            "share": f"frac({first.inputs}, {first.groups}) = {first.seen}" if first.groups > 1 else str(first.seen),
            "out_height": after[0],
            "out_width": after[1],
            "out_height2": after2[0],
            "out_width2": after2[1],
            "out_words": f"{words}, then {after2[0]}x{after2[1]}" if p.ask == "two" else words,
            "values": first.outputs * prod(after),
            "values2": last.outputs * prod(after2),
            "products": first.seen * first.area,
            "products2": last.seen * last.area,
            "macs": first.macs(p.image),
            "macs2": last.macs(after),
        }

    @staticmethod
    def witness(image: Pair, layers: tuple[Layer, ...], ask: str) -> int:
        """Return the products summed for all values of real outputs."""
        import torch

        x, macs = torch.empty(1, layers[0][0], *image, device="meta"), 0
        for inputs, outputs, kernel, stride, padding, groups in layers:
            weight = torch.empty(outputs, inputs // groups, kernel, kernel, device="meta")
            x = torch.conv2d(x, weight, None, stride, padding, 1, groups)
            macs += x.numel() * weight[0].numel()  # each output value takes every weight of its filter once
        return 2 * macs if ask == "flops" else macs


def _macs(conv: Conv, image: Pair, after: Pair) -> int:
    """Return the multiply-accumulates of one layer."""
    return prod(after) * conv.weights
