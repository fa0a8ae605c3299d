"""How far the kernel of a dilated convolution reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from studydl.answers.kinds import Integer, Items
from studydl.answers.values import Value
from studydl.problems.catalog.conv._window import Window
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of


@dataclass(frozen=True, slots=True)
class Dilated:
    """A dilated convolution over a row of inputs, and what is asked about it.

    Args:
        ask: "reach", "last", "taps", "span" or "largest".
        kernel: taps, 3 to 9.
        dilation: 2 to 12; 1 where it is asked for.
        stride: 1 to 5.
        padding: on each side, 0 to 4.
        first: the first output the question is about, 0 to 99.
        last: the last one, at least first.
        size: inputs in the row, up to 300; 0 where it does not matter.
        wanted: outputs that must be left; 0 where the dilation is given.
    """

    ask: str
    kernel: int
    dilation: int
    stride: int = 1
    padding: int = 0
    first: int = 0
    last: int = 0
    size: int = 0
    wanted: int = 0

    @property
    def start(self) -> int:
        """Return the input under the first tap of the first output."""
        return self.first * self.stride - self.padding

    @property
    def cover(self) -> int:
        """Return the most inputs a kernel may reach over if the wanted outputs are to be left."""
        return self.size + 2 * self.padding - self.stride * (self.wanted - 1)

    def with_gap(self, gap: int) -> Value | None:
        """Return what is asked for if neighboring taps were this far apart; None where the dilation is asked for."""
        way = gap * (self.kernel - 1)
        if self.ask == "taps":
            return tuple(self.start + gap * tap for tap in range(self.kernel))
        if self.ask == "largest":
            return None
        return self.start + way if self.ask == "last" else (self.last - self.first) * self.stride + way + 1


def only(ask: str, value: Callable[[Dilated], Value]) -> Callable[[Dilated], Value | None]:
    """Return a mistake's value that applies to one question only."""
    return lambda p: value(p) if p.ask == ask else None


class EffectiveKernel(Family[Dilated]):
    """K taps have K - 1 gaps of D pixels between them, so the kernel reaches over D (K - 1) + 1 pixels."""

    name, version, title = "conv.effective-kernel", 1, "Reach of a dilated kernel"
    source = "torch.nn.Conv1d documentation, section Shape; Yu and Koltun (2016), Multi-scale context aggregation"
    answer = {
        "reach": Integer(),
        "last": Integer(),
        "taps": Items(ordered=False),
        "span": Integer(),
        "largest": Integer(),
    }
    prompt = {
        "reach": "A 1-D convolution has kernel size {kernel} and dilation {dilation}. Over how many inputs does its "
        "kernel reach, from the first tap to the last, both included?",
        "last": "A 1-D convolution has kernel size {kernel}, dilation {dilation}, stride 1 and no padding. Which is "
        "the last input that output {last} reads?",
        "taps": "A 1-D convolution has kernel size {kernel}, dilation {dilation}, stride {stride} and padding "
        "{padding}. Which inputs does output {last} read?",
        "span": "A 1-D convolution has kernel size {kernel}, dilation {dilation}, stride {stride} and padding "
        "{padding}. Over how many inputs do outputs {first} to {last} reach together, from the first input read to "
        "the last, both included?",
        "largest": "A 1-D convolution with kernel size {kernel}, stride {stride} and padding {padding} reads {size} "
        "inputs. What is the largest dilation that leaves at least {wanted} outputs?",
    }
    _dense, _counted = "dilation 1 is a dense kernel", "inputs and outputs are counted from 0"
    conventions = {
        "reach": (_dense,),
        "last": (_dense, _counted),
        "taps": (_dense, _counted, "padding on each side"),
        "span": (_dense, _counted, "padding on each side"),
        "largest": (_dense, "padding on each side"),
    }
    _way = "{kernel} taps have {gaps} gaps of {dilation} between them: ${gaps} * {dilation} = {way}$."
    steps = {
        "reach": (_way, "The first tap counts too: ${way} + 1$ = {answer}"),
        "last": (_way, "The first tap of output {last} is on input {start}: ${start} + {way}$ = {answer}"),
        "taps": (
            "In the padded row output {last} starts at ${last} * {stride} = {padded_start}$.",
            "The padding comes first: that is input ${padded_start} - {padding} = {start}$.",
            "From there {kernel} taps, {dilation} apart: {answer}",
        ),
        "span": (
            _way,
            "From output {first} to output {last} the kernel moves ${moves} * {stride} = {moved}$ inputs.",
            "From the first tap at the start to the last tap at the end, both included: ${moved} + {way} + 1$ = "
            "{answer}",
        ),
        "largest": (
            "With padding there are ${size} + 2 * {padding} = {padded}$ places.",
            "{wanted} outputs need ${wanted} - 1$ moves of {stride}, which leaves the kernel "
            "${padded} - {needed_moves} * {stride} = {cover}$ places to reach over.",
            "So {gaps} gaps may take ${cover} - 1 = {most}$ together: $floor(frac({most}, {gaps}))$ = {answer}",
        ),
    }
    limits = {1: Effort(4, 3), 2: Effort(12, 3), 3: Effort(12, 3)}
    mistakes = (
        Mistake(
            "dilation times kernel",
            lambda p: (
                p.kernel * p.dilation + (p.start if p.ask == "last" else 0) if p.ask in ("reach", "last") else None
            ),
            "You counted {kernel} gaps. Between {kernel} taps there are {gaps}: ${gaps} * {dilation} = {way}$.",
            teaches="conv-output",
        ),
        Mistake(
            "dilation counts what is skipped",
            lambda p: p.with_gap(p.dilation + 1),
            "That is right where dilation counts the inputs skipped between taps. Here dilation 1 is dense, so "
            "neighboring taps are {dilation} apart.",
            convention="dilation 1 is a dense kernel",
            teaches="arg-dilation-default",
        ),
        Mistake(
            "dilation ignored",
            lambda p: p.with_gap(1),
            "You left the dilation out: that is a dense kernel. Here neighboring taps are {dilation} inputs apart.",
            teaches="conv-dilation",
        ),
        Mistake(
            "first tap forgotten",
            only("reach", lambda p: p.dilation * (p.kernel - 1)),
            "You counted the way from the first tap to the last. The tap itself counts too: one more.",
            teaches="conv-output",
        ),
        Mistake(
            "counted from 1",
            only("last", lambda p: p.start + p.dilation * (p.kernel - 1) + 1),
            "You counted one input too many: output {last} starts at input {start}, and the last tap is {way} further.",
        ),
        Mistake(
            "padding ignored",
            only("taps", lambda p: tuple(p.last * p.stride + p.dilation * tap for tap in range(p.kernel))),
            "You counted from the edge of the padding. Input 0 comes after the padding, at "
            "place {padding} of the padded row.",
        ),
        Mistake(
            "stride ignored",
            lambda p: _with_stride(p, 1) if p.ask in ("taps", "span") else None,
            "You moved the kernel one input per output. The stride is {stride}.",
        ),
        Mistake(
            "dilation and stride exchanged",
            only("taps", lambda p: tuple(p.last * p.dilation - p.padding + p.stride * tap for tap in range(p.kernel))),
            "You exchanged stride and dilation. The stride, {stride}, is from output to output; the dilation, "
            "{dilation}, is from tap to tap.",
            teaches="conv-dilation",
        ),
        Mistake(
            "one move too many",
            only("span", lambda p: (p.last - p.first + 1) * p.stride + p.dilation * (p.kernel - 1) + 1),
            "You let the kernel move once for each output. The first of them needs no move: there are {moves}.",
            teaches="conv-output",
        ),
        Mistake(
            "one output only",
            only("span", lambda p: p.dilation * (p.kernel - 1) + 1),
            "That is the reach of one output. The kernel also moves from output {first} to output {last}.",
        ),
        Mistake(
            "as many gaps as taps",
            only("largest", lambda p: (p.cover - 1) // p.kernel),
            "You counted {kernel} gaps. Between {kernel} taps there are {gaps}.",
            teaches="conv-output",
        ),
        Mistake(
            "first output moved",
            only("largest", lambda p: max(1, (p.cover - p.stride - 1) // (p.kernel - 1))),
            "You made room for {wanted} moves. The first output needs none, so there are {needed_moves}.",
            teaches="conv-output",
        ),
        Mistake(
            "reach for dilation",
            only("largest", lambda p: p.cover),
            "That is how far the kernel may reach. Its {gaps} gaps share it: the dilation is one gap.",
        ),
        Mistake(
            "padding counted once",
            only("largest", lambda p: max(1, (p.cover - p.padding - 1) // (p.kernel - 1))),
            "You added the padding once. It goes on both sides, so there are {padded} places.",
            teaches="arg-padding-pair",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Dilated | None:
        """Level 1: reach and last tap; level 2: all taps of an output; level 3: several outputs, or the dilation."""
        kernel, dilation = draw.integer(3, 9), draw.integer(2, 9)
        if level == 1:
            if draw.chance(0.3):
                return Dilated("reach", kernel, dilation)
            output = draw.integer(1, 30)
            return Dilated("last", draw.integer(3, 6), dilation, first=output, last=output)
        stride, padding, output = draw.integer(2, 5), draw.integer(1, 4), draw.integer(2, 99)
        wide = draw.integer(2, 12)
        if level == 2:
            return (
                Dilated("taps", draw.integer(3, 6), wide, stride, padding, output, output) if stride != wide else None
            )
        if draw.chance(0.4):
            return Dilated("span", kernel, wide, stride, padding, output, output + draw.integer(3, 30))
        size, wanted = draw.integer(40, 300), draw.integer(8, 80)
        p = Dilated("largest", draw.integer(3, 9), 1, stride, padding, size=size, wanted=wanted)
        return p if 2 <= (p.cover - 1) // (p.kernel - 1) <= 30 else None

    def variant(self, p: Dilated) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Dilated) -> Value:
        """Return where taps that are one dilation apart come to lie, or the dilation that just fits."""
        asked = p.with_gap(p.dilation)
        return (p.cover - 1) // (p.kernel - 1) if asked is None else asked

    def effort(self, p: Dilated) -> Effort:
        """Return the sums and products on the way: one sum a tap where all taps are asked for."""
        if p.ask == "taps":
            return Effort(2 + p.kernel, len(str(p.start + p.dilation * (p.kernel - 1))))
        return Effort({"reach": 3, "last": 3, "span": 6, "largest": 7}[p.ask], 3 if p.ask in ("span", "largest") else 2)

    def facts(self, p: Dilated) -> Facts:
        """Return the settings and what a person works out on the way."""
        window = Window(p.kernel, p.stride, p.padding, p.dilation)
        return {
            **params_of(p),
            "gaps": p.kernel - 1,
            "way": window.reach - 1,
            "start": p.start,
            "padded_start": p.start + p.padding,
            "moves": p.last - p.first,
            "moved": (p.last - p.first) * p.stride,
            "padded": window.padded(p.size),
            "needed_moves": p.wanted - 1,
            "cover": p.cover,
            "most": p.cover - 1,
        }

    @staticmethod
    def witness(
        ask: str, kernel: int, dilation: int, stride: int, padding: int, first: int, last: int, size: int, wanted: int
    ) -> object:
        """Return which inputs a real convolution picks, or the last dilation that leaves enough outputs."""
        import torch

        x = torch.arange(size or 800, dtype=torch.float64).view(1, 1, -1)  # every input holds its own number
        taps = torch.eye(kernel, dtype=torch.float64).view(kernel, 1, kernel)  # every channel picks one tap
        while ask == "largest" and torch.conv1d(x, taps, None, stride, padding, dilation + 1).shape[-1] >= wanted:
            dilation += 1
        read = torch.conv1d(x, taps, None, stride, padding, dilation)[0, :, first : last + 1].int()
        answer = read.max() if ask == "last" else read[:, 0] if ask == "taps" else read.max() - read.min() + 1
        return dilation if ask == "largest" else answer.tolist()


def _with_stride(p: Dilated, stride: int) -> Value | None:
    """Return what is asked for with another stride; None where that leads outside."""
    other = replace(p, stride=stride)
    return other.with_gap(p.dilation) if other.start >= 0 else None
