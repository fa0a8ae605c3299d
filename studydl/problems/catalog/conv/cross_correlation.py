"""What a one-dimensional convolution computes, number by number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from studydl.answers.kinds import Vector
from studydl.problems.catalog.conv._grids import Rows, added, products
from studydl.problems.catalog.conv._window import Window, positions
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Signal:
    """One or two channels of a signal and the kernel for each, numbers from -5 to 9.

    Args:
        signal: a row of 4 to 7 numbers for each channel.
        weight: a row of 2 or 3 numbers for each channel.
        stride: 1 or 2.
        padding: zeros on each side, 0 to 2.
        dilation: 1 or 2.
    """

    signal: Rows
    weight: Rows
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def taps(self) -> int:
        """Return the taps of the kernel."""
        return len(self.weight[0])

    @property
    def outputs(self) -> int:
        """Return how many outputs there are."""
        return positions(len(self.signal[0]), Window(self.taps, self.stride, self.padding, self.dilation))

    def padded(self, channel: int) -> tuple[int, ...]:
        """Return a channel with zeros on both sides."""
        zeros = (0,) * self.padding
        return zeros + self.signal[channel] + zeros

    def read(self, channel: int, output: int) -> tuple[int, ...]:
        """Return the numbers of a channel that meet the taps for an output."""
        start = output * self.stride
        return self.padded(channel)[start : start + self.dilation * (self.taps - 1) + 1 : self.dilation]

    def channel(self, channel: int) -> tuple[int, ...]:
        """Return what one channel adds to each output."""
        pairs = [zip(self.read(channel, output), self.weight[channel], strict=True) for output in range(self.outputs)]
        return tuple(sum(x * w for x, w in pair) for pair in pairs)

    @property
    def result(self) -> tuple[int, ...]:
        """Return the output."""
        return tuple(map(sum, zip(*map(self.channel, range(len(self.signal))), strict=True)))


def repeated(p: Signal) -> tuple[int, ...]:
    """Return the output if padding repeated the numbers at the edge."""
    rows = tuple(row[:1] * p.padding + row + row[-1:] * p.padding for row in p.signal)
    return replace(p, signal=rows, padding=0).result


def swapped(p: Signal) -> tuple[int, ...] | None:
    """Return the output with the kernels of the channels exchanged; None for one channel."""
    return replace(p, weight=p.weight[::-1]).result if len(p.weight) > 1 else None


def valid(p: Signal, change: Callable[[Signal], Signal]) -> tuple[int, ...] | None:
    """Return the output with other settings; None where they change nothing or leave none."""
    other = change(p)
    return other.result or None if other != p else None


def plainly(p: Signal) -> bool:
    """Say whether there is one channel and no setting differs from torch's defaults."""
    return len(p.signal) == 1 and (p.stride, p.padding, p.dilation) == (1, 0, 1)


class CrossCorrelation(Family[Signal]):
    """Lay the kernel on the signal, multiply tap by tap, add, move on by the stride: nothing is flipped."""

    name, version, title = "conv.cross-correlation", 1, "Output of a 1-D convolution"
    source = "torch.nn.Conv1d documentation; Goodfellow, Bengio and Courville (2016), Deep Learning, section 9.1"
    answer = Vector()
    prompt = {
        "one": "`nn.Conv1d` with the kernel ({weight}) reads ({signal}). What is the output?",
        "settings": "`nn.Conv1d` with the kernel ({weight}){settings} reads ({signal}). What is the output?",
        "two": "`nn.Conv1d(2, 1, {taps}{settings})` has the kernel ({weight}) for channel 0 and ({weight2}) for "
        "channel 1. It reads ({signal}) in channel 0 and ({signal2}) in channel 1. What is the output?",
    }
    conventions = {
        "one": ("the kernel is not flipped, as in torch", "stride 1, no padding, no bias"),
        "settings": ("the kernel is not flipped, as in torch", "padding adds zeros on each side", "no bias"),
        "two": ("the kernels are not flipped, as in torch", "padding adds zeros on each side", "no bias"),
    }
    steps = {
        "one": (
            "The first place of the kernel is at the start of the signal, the last one at its end: {outputs} places.",
            "At each, multiply tap by tap and add: {sums}.",
            "In this order: {answer}",
        ),
        "settings": (
            "{padded_words}The kernel lies on {reach_words}; in strides of {stride} it has {outputs} places.",
            "At each, multiply tap by tap and add: {sums}.",
            "In this order: {answer}",
        ),
        "two": (
            "{padded_words}In strides of {stride} the kernels have {outputs} places.",
            "Channel 0: {sums}.",
            "Channel 1: {sums2}.",
            "Both channels add up, {totals}: {answer}",
        ),
    }
    limits = {1: Effort(20, 2), 2: Effort(30, 2), 3: Effort(44, 2)}
    mistakes = (
        Mistake(
            "kernel flipped",
            lambda p: replace(p, weight=tuple(row[::-1] for row in p.weight)).result,
            "You flipped the kernel, as convolution in mathematics does. torch does not: its first tap meets the first "
            "number.",
            convention="not flipped, as in torch",
            teaches="conv-flip",
        ),
        Mistake(
            "padding ignored",
            lambda p: valid(p, lambda p: replace(p, padding=0)),
            "You left the padding out. It adds {padding_zeros} on each side, which makes more places for the kernel.",
        ),
        Mistake(
            "stride ignored",
            lambda p: valid(p, lambda p: replace(p, stride=1)),
            "You moved the kernel one number at a time. The stride is {stride}.",
        ),
        Mistake(
            "dilation ignored",
            lambda p: valid(p, lambda p: replace(p, dilation=1)),
            "You laid the taps side by side. With dilation {dilation} they meet every second number.",
            teaches="conv-dilation",
        ),
        Mistake(
            "last place left out",
            lambda p: p.result[:-1],
            "You left out the last place. The kernel has {outputs} in all.",
        ),
        Mistake(
            "padded so that every overlap counts",
            lambda p: replace(p, padding=p.taps - 1).result if plainly(p) else None,
            "You let the kernel hang over the ends. Without padding it stays inside the signal.",
            convention="no padding",
            teaches="arg-words",
        ),
        Mistake(
            "edge repeated",
            lambda p: repeated(p) if p.padding else None,
            "You padded with the numbers at the edge. torch pads with zeros unless told otherwise.",
            convention="padding adds zeros",
            teaches="conv-padding-mode",
        ),
        Mistake(
            "channel 0 only",
            lambda p: p.channel(0) if len(p.signal) > 1 else None,
            "That is what channel 0 gives. An output adds up the products of both channels.",
            teaches="arg-groups-one",
        ),
        Mistake(
            "kernels exchanged",
            swapped,
            "You exchanged the kernels. Each channel has its own: ({weight}) for channel 0.",
        ),
        Mistake(
            "channels averaged",
            lambda p: _halved(p.result) if len(p.signal) > 1 else None,
            "You averaged the channels. Their products are added up.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Signal | None:
        """Level 1: plain; level 2: padding, a stride or dilation; level 3: two channels, and padding or a stride."""
        taps = draw.choice((2, 3, 3)) if level == 1 else 3 if level == 2 else draw.choice((2, 3))
        length = taps + draw.integer(2, 3)
        padding = stride = dilation = 1
        if level == 1:
            padding = 0
        elif level == 2:
            padding, stride, dilation = draw.choice(((1, 1, 1), (1, 2, 1), (2, 2, 1), (0, 1, 2), (1, 1, 2), (0, 2, 1)))
            length = draw.integer(5, 7)
        else:
            padding, stride = draw.choice(((0, 2), (1, 2), (1, 2), (0, 1)))
        channels = 2 if level == 3 else 1
        low = 0 if level == 1 else -3
        signal = tuple(draw.integers(length, low, 5) for _ in range(channels))
        weight = tuple(_kernel(draw, taps) for _ in range(channels))
        p = Signal(signal, weight, stride, padding, dilation)
        varied = all(len(set(row)) > 2 for row in signal)
        return p if varied and 2 <= p.outputs <= 5 and any(p.result) else None

    def variant(self, p: Signal) -> str:
        """Return one, settings or two."""
        return "one" if plainly(p) else "two" if len(p.signal) > 1 else "settings"

    def branch(self, p: Signal) -> str:
        """Return the wording and which settings there are."""
        return f"{self.variant(p)} {p.stride} {p.padding} {p.dilation}"

    def formula(self, p: Signal) -> tuple[int, ...]:
        """Return the sum over channels and taps at each place."""
        return p.result

    def effort(self, p: Signal) -> Effort:
        """Return a product a tap and the sums, for each output and channel."""
        return Effort(p.outputs * len(p.signal) * (2 * p.taps - 1) + p.outputs * (len(p.signal) - 1), 2)

    def facts(self, p: Signal) -> Facts:
        """Return the numbers, and each output's sum of products."""
        last = len(p.signal) - 1
        parts = [p.channel(channel) for channel in range(last + 1)]
        settings = [("stride", p.stride, 1), ("padding", p.padding, 0), ("dilation", p.dilation, 1)]
        named = [(name, value) for name, value, default in settings if value != default]
        call = "".join(f", {name}={value}" for name, value in named)
        *before, final = ["", *(f"{name} {value}" for name, value in named)]  # ", padding 1 and dilation 2"
        padded = "; ".join(f"({', '.join(map(str, p.padded(channel)))})" for channel in range(last + 1))
        return {
            "signal": p.signal[0],
            "signal2": p.signal[last],
            "weight": p.weight[0],
            "weight2": p.weight[last],
            "taps": p.taps,
            "stride": p.stride,
            "dilation": p.dilation,
            "outputs": p.outputs,
            "settings": call if last else f"{', '.join(before)} and {final}",
            "padding_zeros": f"{p.padding} zero{'s' if p.padding > 1 else ''}",
            "padded_words": f"With the padding: {padded}. " if p.padding else "",
            "reach_words": "every second number" if p.dilation > 1 else f"{p.taps} numbers",
            "sums": _sums(p, 0),
            "sums2": _sums(p, last),
            "totals": ", ".join(f"${added(terms)}$" for terms in zip(*parts, strict=True)),
        }

    @staticmethod
    def witness(signal: Rows, weight: Rows, stride: int, padding: int, dilation: int) -> object:
        """Return a real output."""
        import torch

        x = torch.tensor([signal], dtype=torch.float64)
        w = torch.tensor([weight], dtype=torch.float64)
        return torch.conv1d(x, w, None, stride, padding, dilation)[0, 0].tolist()


def _kernel(draw: Draw, taps: int) -> tuple[int, ...]:
    """Draw a kernel that is another one when flipped."""
    first, last = draw.sample((-2, -1, 1, 2, 3), 2)
    return (first, *draw.integers(taps - 2, -2, 3), last)


def _sums(p: Signal, channel: int) -> str:
    """Return each output's sum of products in one channel."""
    return "; ".join(f"${products(p.read(channel, output), p.weight[channel])}$" for output in range(p.outputs))


def _halved(numbers: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return half of each number; None where one is odd."""
    return tuple(n // 2 for n in numbers) if all(n % 2 == 0 for n in numbers) else None
