"""How many input pixels one output value of a stack of layers sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Layer: TypeAlias = tuple[int, int, int]
Step: TypeAlias = Callable[[int, int], int]

KERNELS = (1, 2, 3, 3, 4, 5, 6, 7, 9)
LARGEST = 200  # pixels: beyond, the products are work without a lesson


@dataclass(frozen=True, slots=True)
class Stack:
    """Convolutions that follow one another, first to last.

    Args:
        ask: "plain", "dilated" or "more".
        layers: (kernel size 1 to 9, stride 1 to 3, dilation 1 to 8) of each convolution, 2 to 4 of them.
        wanted: pixels an output must see after more 3x3 convolutions; 0 where the field is asked for.
    """

    ask: str
    layers: tuple[Layer, ...]
    wanted: int = 0

    @property
    def jumps(self) -> tuple[int, ...]:
        """Return, for each layer and for what comes after the last, the input pixels from one value to the next."""
        return self.jumps_by(lambda jump, stride: jump * stride)

    def jumps_by(self, step: Step) -> tuple[int, ...]:
        """Return the jumps if a stride changed a jump like this."""
        found = [1]
        for _, stride, _ in self.layers:
            found.append(step(found[-1], stride))
        return tuple(found)

    def field(self, jumps: tuple[int, ...] | None = None, *, dilated: bool = True) -> int:
        """Return the pixels from the first one seen to the last, perhaps with other jumps or without dilation."""
        layers = zip(self.layers, jumps or self.jumps, strict=False)
        return 1 + sum((d if dilated else 1) * (k - 1) * jump for (k, _, d), jump in layers)

    def asked(self, field: int) -> int | None:
        """Return a field where the field is asked for."""
        return None if self.wanted else field

    def more(self, lacking: int, each: int) -> int | None:
        """Return how many layers make up for the lacking pixels, rounded up; None where the field is asked for."""
        return -(-lacking // each) if self.wanted and lacking > 0 else None


class ReceptiveField(Family[Stack]):
    """1 + the sum over layers of D (K - 1) times the strides of all layers before it."""

    name, version, title = "conv.receptive-field", 1, "Receptive field of a stack of convolutions"
    source = "Araujo, Norris and Sim (2019), Computing receptive fields of convolutional neural networks, Distill"
    answer = Integer()
    prompt = {
        "plain": "Convolutions follow one another, with (kernel size, stride) = {layers}. How many input pixels wide "
        "is the receptive field of one output value?",
        "dilated": "Convolutions follow one another, with (kernel size, stride, dilation) = {layers}. How many input "
        "pixels wide is the receptive field of one output value, from the first pixel it sees to the last?",
        "more": "Convolutions follow one another, with (kernel size, stride) = {layers}. How many 3x3 convolutions of "
        "stride 1 must come after them, at least, for one output value to have a receptive field of {wanted} pixels or "
        "more across?",
    }
    conventions = {
        "plain": ("first layer first", "far from the borders, so padding plays no part"),
        "dilated": ("first layer first", "far from the borders, so padding plays no part", "dilation 1 is dense"),
        "more": ("first layer first", "far from the borders, so padding plays no part"),
    }
    _jumps = (
        "The strides before each layer multiply to {jumps}. So many input pixels apart are the values that it reads."
    )
    _sum = "A layer adds its kernel size less 1, times that distance: {additions}."
    steps = {
        "plain": (_jumps, _sum, "With the pixel it all starts from: $1 + {sum}$ = {answer}"),
        "dilated": (
            _jumps,
            "A layer adds its kernel size less 1, times its dilation, times that distance: {additions}.",
            "With the pixel it all starts from: $1 + {sum}$ = {answer}",
        ),
        "more": (
            _jumps,
            _sum,
            "So far the receptive field is $1 + {sum} = {field}$; ${wanted} - {field} = {lacking}$ pixels are lacking.",
            "After the last layer values are {last_jump} pixels apart, so a 3x3 convolution adds $2 * {last_jump} = "
            "{each}$: $ceil(frac({lacking}, {each}))$ = {answer}",
        ),
    }
    trivial = (0,)
    limits = {1: Effort(8, 2), 2: Effort(14, 3), 3: Effort(20, 3)}
    mistakes = (
        Mistake(
            "strides ignored",
            lambda p: p.asked(p.field((1,) * len(p.layers))),
            "You left the strides out. In input pixels, the values that the layers read are {jumps} apart.",
        ),
        Mistake(
            "own stride included",
            lambda p: p.asked(p.field(p.jumps[1:])),
            "You multiplied a layer by its own stride too. Only the strides before it spread what it reads: {jumps}.",
        ),
        Mistake(
            "kernel size not less 1",
            lambda p: p.asked(p.field() + sum(p.jumps[1 : len(p.layers)])),
            "You let each further layer add its whole kernel. One of its taps is counted already, so it adds its "
            "kernel size less 1.",
        ),
        Mistake(
            "layers in reverse order",
            lambda p: p.asked(Stack(p.ask, p.layers[::-1]).field()),
            "You took the layers from last to first. The strides that count for a layer are those before it: {jumps}.",
        ),
        Mistake(
            "strides added",
            lambda p: p.asked(p.field(p.jumps_by(lambda jump, stride: jump + stride - 1))),
            "You added the strides. They multiply: {jumps}.",
        ),
        Mistake(
            "starting pixel forgotten",
            lambda p: p.asked(p.field() - 1),
            "You forgot the pixel it all starts from. A stack of 1x1 convolutions sees one pixel, not none.",
        ),
        Mistake(
            "dilation ignored",
            lambda p: p.asked(p.field(dilated=False)),
            "You left the dilation out. It multiplies what a layer adds: {additions}.",
            teaches="conv-dilation",
        ),
        Mistake(
            "field so far ignored",
            lambda p: p.more(p.wanted - 1, 2 * p.jumps[-1]),
            "You began at a single pixel. The layers that are there see {field} pixels already.",
        ),
        Mistake(
            "strides ignored in what is added",
            lambda p: p.more(p.wanted - p.field(), 2),
            "You let a 3x3 convolution add 2 pixels. After these strides its taps are {last_jump} pixels apart: it "
            "adds {each}.",
        ),
        Mistake(
            "whole kernel added",
            lambda p: p.more(p.wanted - p.field(), 3 * p.jumps[-1]),
            "You let a 3x3 convolution add three steps. From its first tap to its last there are two: it adds {each}.",
        ),
        Mistake(
            "rounded down",
            lambda p: (p.wanted - p.field()) // (2 * p.jumps[-1]) if p.wanted else None,
            "You rounded down, and a few pixels are still lacking: {lacking} at {each} a layer.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Stack | None:
        """Level 1: two layers; level 2: three or four; level 3: dilation, or how many layers are lacking."""
        if level == 1:
            first, second = (draw.integer(2, 9), draw.choice((1, 2, 2, 3))), (draw.integer(2, 9), draw.integer(1, 2))
            return Stack("plain", ((*first, 1), (*second, 1)))
        ask = "plain" if level == 2 else draw.choice(("dilated", "more"))
        count = 3 if ask == "more" else draw.choice((3, 4, 4, 4, 4, 4))
        layers = tuple(
            (draw.choice(KERNELS), draw.choice((1, 1, 2, 2, 3)), draw.choice((1, 2, 2, 4)) if ask == "dilated" else 1)
            for _ in range(count)
        )
        p = Stack(ask, layers)
        if ask == "more":
            p = Stack(ask, layers, p.field() + draw.integer(2, 16 * p.jumps[-1]))
        useless = any(kernel == stride == 1 for kernel, stride, _ in layers)
        spread = p.jumps[-1] if ask == "more" else p.jumps[-2]
        return p if spread > 1 and not useless and max(p.field(), p.wanted) <= LARGEST else None

    def variant(self, p: Stack) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Stack) -> int:
        """Return the field, or how many further layers make up for what it lacks."""
        more = p.more(p.wanted - p.field(), 2 * p.jumps[-1])
        return p.field() if more is None else more

    def effort(self, p: Stack) -> Effort:
        """Return two products and a sum a layer, the dilations, and what comes after the field."""
        operations = sum(3 + (d > 1) for _, _, d in p.layers) + 4 * bool(p.wanted)
        return Effort(operations, len(str(max(p.field(), p.wanted))))

    def facts(self, p: Stack) -> Facts:
        """Return layers and jumps, and what each layer adds."""
        asked = [layer[: 3 if p.ask == "dilated" else 2] for layer in p.layers]
        pairs = [(k, d, jump) for (k, _, d), jump in zip(p.layers, p.jumps, strict=False)]
        added = [d * (k - 1) * jump for k, d, jump in pairs]
        factors = [f"{k - 1} * {d} * {jump}" if p.ask == "dilated" else f"{k - 1} * {jump}" for k, d, jump in pairs]
        return {
            "layers": ", ".join(map(str, asked)),
            "jumps": p.jumps[:-1],
            "additions": ", ".join(f"${product} = {value}$" for product, value in zip(factors, added, strict=True)),
            "sum": " + ".join(map(str, added)),
            "field": p.field(),
            "wanted": p.wanted,
            "lacking": p.wanted - p.field(),
            "last_jump": p.jumps[-1],
            "each": 2 * p.jumps[-1],
        }

    @staticmethod
    def witness(layers: tuple[Layer, ...], wanted: int) -> int:
        """Return how many inputs one output value comes from, or after how many more layers that is enough."""
        import torch

        more, value = 0, torch.zeros(1, 1, 1)
        for kernel, stride, dilation in reversed(layers):  # as a gradient flows back
            value = torch.conv_transpose1d(value, torch.zeros(1, 1, kernel), stride=stride, dilation=dilation)
        while wanted and value.shape[-1] < wanted:
            more, value = more + 1, torch.zeros(1, 1, 1)
            for kernel, stride, dilation in reversed(layers + ((3, 1, 1),) * more):
                value = torch.conv_transpose1d(value, torch.zeros(1, 1, kernel), stride=stride, dilation=dilation)
        return more if wanted else value.shape[-1]
