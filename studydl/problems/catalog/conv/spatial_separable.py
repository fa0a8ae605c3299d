"""What it saves to slide a column and then a row instead of a whole kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.answers.values import Value
from studydl.problems.catalog.conv._layers import layer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of


@dataclass(frozen=True, slots=True)
class Passes:
    """A column pass followed by a row pass, beside the whole kernel they replace.

    Args:
        ask: "saved", "weights", "products" or "middle".
        rows: height of the kernel, 3 to 20.
        columns: width of the kernel, 3 to 20.
        inputs: channels that go in, 1 to 48.
        middle: channels between the passes, 1 to 32; 0 where they are asked for.
        outputs: channels that come out, 1 to 64.
        height: of the image, 12 to 64; the kernel's where only weights count.
        width: of the image, 12 to 64; the kernel's where only weights count.
    """

    ask: str
    rows: int
    columns: int
    inputs: int = 1
    middle: int = 1
    outputs: int = 1
    height: int = 0
    width: int = 0

    @property
    def whole(self) -> int:
        """Return the weights of the whole kernels."""
        return self.rows * self.columns * self.inputs * self.outputs

    @property
    def first(self) -> int:
        """Return the weights of the column pass."""
        return self.rows * self.inputs * self.middle

    @property
    def second(self) -> int:
        """Return the weights of the row pass."""
        return self.columns * self.middle * self.outputs

    @property
    def each(self) -> int:
        """Return the weights that one middle channel takes in both passes."""
        return self.rows * self.inputs + self.columns * self.outputs

    @property
    def high(self) -> int:
        """Return how many pixels down are left after the column pass."""
        return self.height - self.rows + 1

    @property
    def wide(self) -> int:
        """Return how many pixels across are left after the row pass."""
        return self.width - self.columns + 1


def only(ask: str, value: Callable[[Passes], Value]) -> Callable[[Passes], Value | None]:
    """Return a mistake's value that applies to one question only."""
    return lambda p: value(p) if p.ask == ask else None


class SpatialSeparable(Family[Passes]):
    """A kernel that is a column times a row costs height + width instead of height x width."""

    name, version, title = "conv.spatial-separable", 1, "Spatially separable convolution"
    source = (
        "Jaderberg, Vedaldi and Zisserman (2014), Speeding up convolutional neural networks with low rank expansions"
    )
    answer = Integer()
    prompt = {
        "saved": "A kernel of size {rows}x{columns} is a column times a row, so it is applied in two passes, {rows}x1 "
        "and then 1x{columns}. How many weights does that save?",
        "weights": "How many weights do {first_layer} and {second_layer} have together?",
        "products": "A kernel of size {rows}x{columns} is a column times a row. An image of {height}x{width} pixels "
        "with one channel goes through the {rows}x1 pass and then the 1x{columns} pass, stride 1, no padding. How many "
        "multiplications do both passes take?",
        "middle": "{ordinary} is replaced by {first_open} and {second_open}. What is the largest M for which that "
        "takes no more weights than before?",
    }
    conventions = {
        "saved": ("one channel, no biases",),
        "weights": ("a kernel size is (height, width)",),
        "products": ("sizes are height x width",),
        "middle": ("a kernel size is (height, width)",),
    }
    steps = {
        "saved": (
            "The whole kernel has ${rows} * {columns} = {area}$ weights.",
            "The column has {rows} and the row has {columns}: ${rows} + {columns} = {both}$.",
            "${area} - {both}$ = {answer}",
        ),
        "weights": (
            "The column pass has {middle} filters of {inputs} slices of {rows} weights: ${middle} * {inputs} * {rows} "
            "= {first}$.",
            "The row pass has {outputs} filters of {middle} slices of {columns} weights: ${outputs} * {middle} * "
            "{columns} = {second}$.",
            "${first} + {second}$ = {answer}",
        ),
        "products": (
            "The column pass leaves ${height} - {rows} + 1 = {high}$ rows of {width} pixels, with {rows} products "
            "each: ${high} * {width} * {rows} = {first_products}$.",
            "The row pass leaves {high} rows of ${width} - {columns} + 1 = {wide}$ pixels, with {columns} products "
            "each: ${high} * {wide} * {columns} = {second_products}$.",
            "${first_products} + {second_products}$ = {answer}",
        ),
        "middle": (
            "Before: ${outputs} * {inputs} * {rows} * {columns} = {whole}$ weights.",
            "One middle channel takes ${inputs} * {rows}$ weights in the column pass and ${outputs} * {columns}$ in "
            "the row pass: ${inputs} * {rows} + {outputs} * {columns} = {each}$.",
            "$floor(frac({whole}, {each}))$ = {answer}",
        ),
    }
    limits = {1: Effort(3, 3), 2: Effort(7, 6), 3: Effort(9, 6)}
    mistakes = (
        Mistake(
            "what is left for what is saved",
            only("saved", lambda p: p.rows + p.columns),
            "That is how many weights are left. The whole kernel has {area}: the question is how many fewer that is.",
        ),
        Mistake(
            "a cross that shares its center",
            only("saved", lambda p: (p.rows - 1) * (p.columns - 1)),
            "You let column and row share a weight. They are two kernels, applied one after the other: {rows} and "
            "{columns} weights.",
        ),
        Mistake(
            "one pass only",
            only("saved", lambda p: p.rows * p.columns - p.rows),
            "You left the row pass out. It takes {columns} weights too.",
        ),
        Mistake(
            "whole kernels kept",
            only("weights", lambda p: p.rows * p.columns * p.middle * (p.inputs + p.outputs)),
            "You gave both layers {rows}x{columns} kernels. One has only the column, {rows} weights, the other only "
            "the row, {columns}.",
            teaches="conv-spatial",
        ),
        Mistake(
            "middle channels left out",
            only("weights", lambda p: (p.rows + p.columns) * p.inputs * p.outputs),
            "You connected {inputs} channels with {outputs} in both passes. The first one leads to {middle} channels, "
            "and the second one leads on from these.",
        ),
        Mistake(
            "one slice a filter",
            only("weights", lambda p: p.rows * p.middle + p.columns * p.outputs),
            "You gave each filter one slice. It has one for each channel it reads: {inputs} in the first pass, "
            "{middle} in the second.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "height and width exchanged",
            only("weights", lambda p: p.columns * p.inputs * p.middle + p.rows * p.middle * p.outputs),
            "You exchanged the passes. The first layer has kernels of {rows} weights, the second of {columns}.",
        ),
        Mistake(
            "biases counted",
            only("weights", lambda p: p.first + p.second + p.middle + p.outputs),
            "You counted biases. Both layers have bias=False.",
        ),
        Mistake(
            "whole kernel slid",
            only("products", lambda p: p.high * p.wide * p.rows * p.columns),
            "That is what the whole kernel takes. The passes take {rows} products, then {columns}, instead of "
            "${rows} * {columns}$.",
        ),
        Mistake(
            "both passes at the final size",
            only("products", lambda p: p.high * p.wide * (p.rows + p.columns)),
            "You cut the width before the column pass. Only the row pass narrows the image: the column pass fills all "
            "{width} columns.",
        ),
        Mistake(
            "both passes at the size of the image",
            only("products", lambda p: p.height * p.width * (p.rows + p.columns)),
            "You let the kernels stop at every pixel. Without padding the column fits in {high} rows, and the row in "
            "{wide} columns.",
            teaches="conv-output",
        ),
        Mistake(
            "second pass on the image",
            only("products", lambda p: p.high * p.width * p.rows + p.height * p.wide * p.columns),
            "You ran the row pass on the image. It reads what the column pass leaves, {high} rows.",
        ),
        Mistake(
            "rounded up",
            only("middle", lambda p: -(-p.whole // p.each)),
            "You rounded up, which takes more weights than before. ${answer} * {each}$ still fits in {whole}.",
        ),
        Mistake(
            "channels left out",
            only("middle", lambda p: p.rows * p.columns * p.inputs // (p.rows + p.columns)),
            "You compared the kernels without their channels. The column pass reads {inputs} channels, the row pass "
            "makes {outputs}: {each} weights for each middle channel.",
        ),
        Mistake(
            "height and width exchanged in the passes",
            only("middle", lambda p: p.whole // (p.columns * p.inputs + p.rows * p.outputs)),
            "You exchanged the passes. The column of {rows} weights reads the inputs, the row of {columns} makes the "
            "outputs.",
        ),
        Mistake(
            "column pass only",
            only("middle", lambda p: p.whole // (p.rows * p.inputs)),
            "You left the row pass out. It takes ${outputs} * {columns}$ weights for each middle channel.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Passes | None:
        """Level 1: one kernel; level 2: two layers; level 3: an image that shrinks, or how wide the middle may be."""
        if level == 1:
            rows, columns = draw.integer(3, 20), draw.integer(3, 20)
            return Passes("saved", rows, columns, height=rows, width=columns)
        rows, columns = draw.integer(3, 9), draw.integer(3, 9)
        if level == 3 and draw.chance(0.5):
            return Passes("products", rows, columns, height=draw.integer(12, 64), width=draw.integer(12, 64))
        inputs, middle, outputs = draw.integer(3, 48), draw.integer(2, 32), draw.integer(4, 64)
        if rows == columns or inputs == outputs:
            return None
        if level == 2:
            return Passes("weights", rows, columns, inputs, middle, outputs, rows, columns)
        return Passes("middle", rows, columns, inputs, 0, outputs, rows, columns)

    def variant(self, p: Passes) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Passes) -> int:
        """Return height x width against height + width, each times the channels it connects."""
        match p.ask:
            case "saved":
                return p.whole - p.rows - p.columns
            case "weights":
                return p.first + p.second
            case "middle":
                return p.whole // p.each
        return p.high * p.width * p.rows + p.high * p.wide * p.columns

    def effort(self, p: Passes) -> Effort:
        """Return the products and sums of both passes."""
        operations = {"saved": 3, "weights": 5, "products": 8, "middle": 7}[p.ask]
        largest = {"saved": p.whole, "weights": p.first + p.second, "middle": p.whole}
        return Effort(operations, len(str(largest.get(p.ask, p.high * p.width * p.rows))))

    def facts(self, p: Passes) -> Facts:
        """Return the layers, their weights, and sizes and products on an image."""
        return {
            **params_of(p),
            "ordinary": layer(p.inputs, p.outputs, (p.rows, p.columns), bias=False),
            "first_layer": layer(p.inputs, p.middle, (p.rows, 1), bias=False),
            "second_layer": layer(p.middle, p.outputs, (1, p.columns), bias=False),
            "first_open": f"`nn.Conv2d({p.inputs}, M, ({p.rows}, 1), bias=False)`",
            "second_open": f"`nn.Conv2d(M, {p.outputs}, (1, {p.columns}), bias=False)`",
            "area": p.rows * p.columns,
            "both": p.rows + p.columns,
            "whole": p.whole,
            "first": p.first,
            "second": p.second,
            "each": p.each,
            "high": p.high,
            "wide": p.wide,
            "first_products": p.high * p.width * p.rows,
            "second_products": p.high * p.wide * p.columns,
        }

    @staticmethod
    def witness(
        ask: str, rows: int, columns: int, inputs: int, middle: int, outputs: int, height: int, width: int
    ) -> int:
        """Return what is counted in real layers and their outputs."""
        import torch

        whole = torch.empty(outputs, inputs, rows, columns, device="meta")
        channels = middle or 1  # each middle channel takes as many weights as the first one
        column = torch.empty(channels, inputs, rows, 1, device="meta")
        row = torch.empty(outputs, channels, 1, columns, device="meta")
        weights = column.numel() + row.numel()
        y = torch.conv2d(torch.empty(1, inputs, height, width, device="meta"), column)
        products = y.numel() * column[0].numel() + torch.conv2d(y, row).numel() * row[0].numel()
        return {
            "saved": whole.numel() - weights,
            "middle": whole.numel() // weights,
            "products": products,
        }.get(ask, weights)
