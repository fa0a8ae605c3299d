"""How wide the output of a convolution is."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.problems.catalog.conv import _window as rules
from studydl.problems.catalog.conv._window import Rule, Window, positions
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of


@dataclass(frozen=True, slots=True)
class Sizes:
    """A square image, a convolution, and what follows.

    Args:
        size: side of the image, 6 to 1280.
        kernel: side of the kernel, 2 to 11.
        stride: 1 to 5.
        padding: on each side; 0 where it is asked for.
        dilation: 1 to 4.
        second: "", or the second layer: "conv" or "pool".
        kernel2: side of the second window, or 0.
        stride2: its stride, or 1.
        padding2: its padding.
        wanted: 0, or the width that the padding asked for must give.
    """

    size: int
    kernel: int
    stride: int
    padding: int
    dilation: int = 1
    second: str = ""
    kernel2: int = 0
    stride2: int = 1
    padding2: int = 0
    wanted: int = 0

    @property
    def first_window(self) -> Window:
        """Return the window of the first layer."""
        return Window(self.kernel, self.stride, self.padding, self.dilation)

    @property
    def second_window(self) -> Window:
        """Return the window of the second layer; only where there is one."""
        return Window(self.kernel2, self.stride2, self.padding2)

    def after(self, rule: Rule) -> int:
        """Return the width after all layers by a rule."""
        middle = rule(self.size, self.first_window)
        return rule(middle, self.second_window) if self.second else middle

    def width(self, rule: Rule) -> int | None:
        """Return the width after all layers by a rule; None where the padding is asked for."""
        return None if self.wanted else self.after(rule)

    @property
    def missing(self) -> int:
        """Return how many pixels the image lacks for the wanted width, both sides together."""
        return self.stride * (self.wanted - 1) + self.first_window.reach - self.size

    def padding_if(self, *, reach: int | None = None, lacking: int = 0) -> int | None:
        """Return the padding for another reach or for more missing pixels; None where no padding is asked for."""
        missing = self.missing + lacking + (0 if reach is None else reach - self.first_window.reach)
        return -(-missing // 2) if self.wanted and missing >= 0 else None

    @property
    def pooled_up(self) -> int | None:
        """Return the width with ceil_mode, whose last window must not start in the padding; None without pooling."""
        if self.second != "pool":
            return None
        middle, w = positions(self.size, self.first_window), self.second_window
        up = rules.rounded_up(middle, w)
        return up - ((up - 1) * w.stride >= middle + w.padding)


class OutputSize(Family[Sizes]):
    """A window has its first position and one more for each full stride: floor((n + 2p - d(k-1) - 1) / s) + 1."""

    name, version, title = "conv.output-size", 1, "Output size of a convolution"
    source = (
        "torch.nn.Conv2d documentation, section Shape; Dumoulin and Visin (2016), A guide to convolution arithmetic"
    )
    answer = Integer()
    prompt = {
        "one": "A convolution with kernel size {kernel}, stride {stride} and padding {padding} reads an image of "
        "{size}x{size} pixels. How wide is the output?",
        "dilated": "A convolution with kernel size {kernel}, stride {stride}, padding {padding} and dilation "
        "{dilation} reads an image of {size}x{size} pixels. How wide is the output?",
        "conv": "An image of {size}x{size} pixels goes through a convolution with kernel size {kernel}, stride "
        "{stride} and padding {padding}, then through one with kernel size {kernel2}, stride {stride2} and padding "
        "{padding2}. How wide is the output?",
        "pool": "An image of {size}x{size} pixels goes through a convolution with kernel size {kernel}, stride "
        "{stride} and padding {padding}, then through max pooling with kernel size {kernel2}, stride {stride2} and "
        "padding {padding2}. How wide is the output?",
        "inverse": "A convolution with kernel size {kernel}, stride {stride} and dilation {dilation} reads an image "
        "of {size}x{size} pixels. What is the smallest padding that makes the output {wanted} wide?",
    }
    conventions = {
        "one": ("padding on each side", "as torch computes it"),
        "dilated": ("padding on each side", "dilation 1 is a dense kernel", "as torch computes it"),
        "conv": ("padding on each side", "as torch computes it"),
        "pool": ("padding on each side", "ceil_mode=False"),
        "inverse": ("padding on each side", "dilation 1 is a dense kernel", "as torch computes it"),
    }
    _move = (
        "With padding on both sides: ${size} + 2 * {padding} = {padded}$ pixels.",
        "The kernel reaches over {reach} of them, which leaves ${padded} - {reach} = {room}$ to move over.",
    )
    _reach = "With dilation {dilation} the kernel reaches over ${dilation} * ({kernel} - 1) + 1 = {reach}$ pixels."
    _stack = (
        "First layer: $floor(frac({size} + 2 * {padding} - {kernel}, {stride})) + 1 = {middle}$.",
        "The second layer reads {middle} pixels; with padding ${middle} + 2 * {padding2} = {padded2}$.",
        "Its window leaves ${padded2} - {kernel2} = {room2}$ to move over. In "
        "strides of {stride2} the number of moves is $floor(frac({room2}, {stride2})) = {moves2}$.",
        "Width = ${moves2} + 1$ = {answer}",
    )
    steps = {
        "one": (
            *_move,
            "Moves, in strides of {stride}: $floor(frac({room}, {stride})) = {moves}$.",
            "The first position and the moves: $1 + {moves}$ = {answer}",
        ),
        "dilated": (
            _reach,
            *_move,
            "Moves, in strides of {stride}: $floor(frac({room}, {stride})) = {moves}$.",
            "The first position and the moves: $1 + {moves}$ = {answer}",
        ),
        "conv": _stack,
        "pool": _stack,
        "inverse": (
            _reach,
            "{wanted} positions in strides of {stride} cover $({wanted} - 1) * {stride} + {reach} = {cover}$ pixels.",
            "The image has {size}, so ${cover} - {size} = {missing}$ are missing, on both sides together.",
            "On each side: $ceil(frac({missing}, 2))$ = {answer}",
        ),
    }
    mistakes = (
        Mistake(
            "first position forgotten",
            lambda p: p.width(rules.moves),
            "You counted the moves of the window. The position it starts from counts too: one more{each}.",
            teaches="conv-output",
        ),
        Mistake(
            "rounded up",
            lambda p: None if p.second == "pool" else p.width(rules.rounded_up),
            "You rounded up. A stride that no longer fits is left out: {rounding}{there}.",
            teaches="conv-leftover",
        ),
        Mistake(
            "ceil_mode of pooling",
            lambda p: p.pooled_up,
            "That is right with ceil_mode=True. This pooling rounds down: $floor(frac({room2}, {stride2})) = "
            "{moves2}$.",
            convention="ceil_mode=False",
        ),
        Mistake(
            "padding counted once",
            lambda p: p.width(rules.padded_once),
            "You added the padding once. It goes on both sides, so the {size} pixels become {padded}.",
            teaches="arg-padding-pair",
        ),
        Mistake(
            "dilation ignored",
            lambda p: p.width(rules.undilated),
            "You left the dilation out. Spread by {dilation}, {kernel} taps reach over {reach} pixels.",
            teaches="conv-output",
        ),
        Mistake(
            "dilation times kernel",
            lambda p: p.width(rules.overstretched),
            "You multiplied the kernel by the dilation. Only the {gaps} steps between taps grow: "
            "${dilation} * {gaps} + 1 = {reach}$ pixels.",
            teaches="conv-output",
        ),
        Mistake(
            "stride ignored",
            lambda p: p.width(rules.step_by_step),
            "You moved the window pixel by pixel. Its stride is {stride}{stride2_words}.",
        ),
        Mistake(
            "first layer only",
            lambda p: positions(p.size, p.first_window) if p.second else None,
            "That is the width after the first layer. The second layer reads those {middle} pixels.",
        ),
        Mistake(
            "second layer on the image",
            lambda p: positions(p.size, p.second_window) if p.second else None,
            "You gave the image to the second layer. It reads the first layer's output, {middle} pixels wide.",
        ),
        Mistake(
            "both sides together",
            lambda p: p.missing if p.wanted else None,
            "That is the padding of both sides together. Each side gets half of the {missing} missing pixels.",
            teaches="conv-same-width",
        ),
        Mistake(
            "dilation ignored in the padding",
            lambda p: p.padding_if(reach=p.kernel),
            "You left the dilation out. Spread by {dilation}, {kernel} taps reach over {reach} pixels.",
            teaches="conv-output",
        ),
        Mistake(
            "one stride too many",
            lambda p: p.padding_if(lacking=p.stride),
            "You made room for {wanted} moves. The first position needs none: {wanted} positions are one move fewer.",
            teaches="conv-output",
        ),
        Mistake(
            "half the reach",
            lambda p: p.first_window.reach // 2 if p.wanted else None,
            "Half the reach keeps the size at stride 1. Here {wanted} positions in strides of {stride} must cover "
            "{cover} pixels.",
            teaches="conv-half-padding",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Sizes | None:
        """Level 1: stride 1 or 2; level 2: strides leave a rest; level 3: dilation, two layers, or the padding."""
        if level == 1:
            kernel = draw.choice((2, 3, 3, 5, 5))
            return Sizes(draw.integer(6, 32), kernel, draw.choice((1, 2, 2)), draw.integer(0, kernel // 2))
        if level == 2:
            kernel = draw.integer(3, 11)
            p = Sizes(draw.integer(20, 1280), kernel, draw.choice((2, 2, 3, 3, 4, 5)), draw.integer(1, kernel // 2))
            rest, blind = p.first_window.room(p.size) % p.stride, p.after(rules.padded_once) >= p.after(rules.moves)
            return p if rest and (not blind or draw.chance(0.5)) else None
        return draw.choice((_dilated, _dilated, _stacked, _stacked, _inverse))(draw)

    def variant(self, p: Sizes) -> str:
        """Return one, dilated, conv, pool or inverse."""
        return "inverse" if p.wanted else p.second or ("dilated" if p.dilation > 1 else "one")

    def formula(self, p: Sizes) -> int:
        """Return the width layer by layer, or half of the missing pixels, rounded up."""
        return -(-p.missing // 2) if p.wanted else p.after(positions)

    def effort(self, p: Sizes) -> Effort:
        """Return products, sums and quotient of each layer, and of the reach where it is dilated."""
        operations = 6 + 3 * (p.dilation > 1) + 6 * bool(p.second)
        return Effort(operations, len(str(p.first_window.padded(p.size))))

    def facts(self, p: Sizes) -> Facts:
        """Return the settings and what a person works out on the way."""
        first, second = p.first_window, p.second_window
        middle = positions(p.size, first)
        room, stride = (second.room(middle), p.stride2) if p.second else (first.room(p.size), p.stride)
        whole = room // stride
        moves_words = "is 1 move" if whole == 1 else f"are {whole} moves"
        return {
            **params_of(p),
            "reach": first.reach,
            "gaps": p.kernel - 1,
            "padded": first.padded(p.size),
            "room": first.room(p.size),
            "moves": middle - 1,
            "middle": middle,
            "padded2": second.padded(middle),
            "room2": second.room(middle),
            "moves2": second.room(middle) // p.stride2,
            "each": " in each layer" if p.second else "",
            "stride2_words": f", then {p.stride2}" if p.second else "",
            "rounding": f"{room} pixels in strides of {stride} {moves_words}",
            "there": " in the second layer" if p.second else "",
            "cover": p.missing + p.size,
            "missing": p.missing,
        }

    @staticmethod
    def witness(
        size: int,
        kernel: int,
        stride: int,
        padding: int,
        dilation: int,
        second: str,
        kernel2: int,
        stride2: int,
        padding2: int,
        wanted: int,
    ) -> int:
        """Return the width of a real output, or the first padding that gives the wanted one."""
        import torch

        x, w = (torch.empty(1, 1, n, n, device="meta") for n in (size, kernel))
        y = torch.conv2d(x, w, None, stride, padding, dilation)
        while wanted and y.shape[-1] < wanted:  # the padding is asked for: try the next one
            padding += 1
            y = torch.conv2d(x, w, None, stride, padding, dilation)
        if second == "conv":
            y = torch.conv2d(y, torch.empty(1, 1, kernel2, kernel2, device="meta"), None, stride2, padding2)
        if second == "pool":
            y = torch.max_pool2d(y, kernel2, stride2, padding2)
        return padding if wanted else y.shape[-1]


def _dilated(draw: Draw) -> Sizes:
    """Draw one dilated convolution."""
    kernel, dilation = draw.choice((3, 3, 5, 7)), draw.integer(2, 4)
    return Sizes(
        draw.integer(40, 600), kernel, draw.integer(1, 3), draw.integer(1, dilation * (kernel - 1) // 2), dilation
    )


def _stacked(draw: Draw) -> Sizes | None:
    """Draw a convolution and a second layer that leaves a rest."""
    kernel, second, kernel2 = draw.choice((3, 5, 7, 11)), draw.choice(("conv", "pool")), draw.choice((2, 3, 3, 5))
    p = Sizes(
        draw.integer(40, 600),
        kernel,
        draw.choice((1, 2, 2, 3, 4)),
        draw.integer(0, kernel // 2),
        second=second,
        kernel2=kernel2,
        stride2=draw.choice((2, 2, 3)),
        padding2=draw.integer(0, kernel2 // 2),
    )
    return p if p.second_window.room(positions(p.size, p.first_window)) % p.stride2 else None


def _inverse(draw: Draw) -> Sizes:
    """Draw a dilated convolution and the width that some padding gives it."""
    kernel, dilation = draw.choice((3, 3, 5, 7)), draw.integer(2, 4)
    size, stride = draw.integer(40, 300), draw.choice((1, 2, 2, 3))
    padding = draw.integer(2, dilation * (kernel - 1))
    return Sizes(size, kernel, stride, 0, dilation, wanted=positions(size, Window(kernel, stride, padding, dilation)))
