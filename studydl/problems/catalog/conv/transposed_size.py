"""How wide the output of a transposed convolution is."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.problems.catalog.conv._window import Window, positions
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of


@dataclass(frozen=True, slots=True)
class Upsampling:
    """A transposed convolution, and what is asked about it.

    Args:
        ask: "plain", "extra", "dilated", "chain" or "restore".
        size: side of the image, 4 to 160.
        kernel: side of the kernel, 2 to 9.
        stride: 2 to 7.
        padding: 0 to half of the kernel.
        extra: the layer's output_padding, less than stride or dilation; 0 where it is asked for.
        dilation: 1 to 3.
        kernel2: side of a second layer's kernel, or 0; its stride and padding follow.
        stride2: its stride, or 1.
        padding2: its padding.
    """

    ask: str
    size: int
    kernel: int
    stride: int
    padding: int
    extra: int = 0
    dilation: int = 1
    kernel2: int = 0
    stride2: int = 1
    padding2: int = 0

    @property
    def window(self) -> Window:
        """Return the window of the layer."""
        return Window(self.kernel, self.stride, self.padding, self.dilation)

    @property
    def down(self) -> int:
        """Return the size that a convolution with the same settings makes of the image."""
        return positions(self.size, self.window)

    def grown(self, size: int, reach: int | None = None, moves: int = -1, padding: int = -2, extra: int = 1) -> int:
        """Return the size after the layer, perhaps with other factors in the formula.

        Args:
            size: side of what it reads.
            reach: pixels one value is spread over; None for what it really is.
            moves: the moves, less the size.
            padding: how often the padding is added.
            extra: how often output_padding is added.
        """
        reach = self.window.reach if reach is None else reach
        return (size + moves) * self.stride + padding * self.padding + reach + extra * self.extra

    def after(self, size: int) -> int:
        """Return the size after the second layer, or the same size where there is none."""
        if not self.kernel2:
            return size
        return (size - 1) * self.stride2 - 2 * self.padding2 + self.kernel2

    def wide(self, reach: int | None = None, moves: int = -1, padding: int = -2, extra: int = 1) -> int | None:
        """Return the size after all layers; None where output_padding is asked for. The factors are as in `grown`."""
        if self.ask == "restore":
            return None
        size = self.after(self.grown(self.size, reach, moves, padding, extra))
        return size if size > 0 else None

    @property
    def shrunk(self) -> int | None:
        """Return the size after convolutions with the same settings; None where they leave nothing."""
        second = Window(self.kernel2, self.stride2, self.padding2)
        if self.ask == "restore" or self.window.room(self.size) < 0:
            return None
        if not self.kernel2:
            return self.down
        return positions(self.down, second) if second.room(self.down) >= 0 else None

    def lacking(self, padding: int = 2) -> int:
        """Return the pixels a convolution leaves over, its padding counted this often."""
        return (self.size + padding * self.padding - self.window.reach) % self.stride


class TransposedSize(Family[Upsampling]):
    """A convolution's arithmetic backwards: (n - 1) s moves, plus the kernel's reach, minus the padding cut off."""

    name, version, title = "conv.transposed-size", 1, "Output size of a transposed convolution"
    source = (
        "torch.nn.ConvTranspose2d documentation, section Shape; Dumoulin and Visin (2016), A guide to convolution "
        "arithmetic, chapter 4"
    )
    answer = Integer()
    _layer = "A transposed convolution with kernel size {kernel}, stride {stride}, padding {padding}"
    _reads = " reads an image of {size}x{size} pixels. How wide is the output?"
    prompt = {
        "plain": "A transposed convolution with kernel size {kernel}, stride {stride} and padding {padding}" + _reads,
        "extra": _layer + " and `output_padding={extra}`" + _reads,
        "dilated": _layer + ", dilation {dilation} and `output_padding={extra}`" + _reads,
        "chain": "An image of {size}x{size} pixels goes through a transposed convolution with kernel size {kernel}, "
        "stride {stride}, padding {padding} and `output_padding={extra}`, then through one with kernel size {kernel2}, "
        "stride {stride2} and padding {padding2}. How wide is the output?",
        "restore": "A convolution with kernel size {kernel}, stride {stride} and padding {padding} reads {size}x{size} "
        "pixels. A transposed convolution with the same settings is to bring its output back to {size}x{size}. Which "
        "`output_padding` does it need?",
    }
    _torch = "as in `nn.ConvTranspose2d`"
    conventions = {
        "plain": (_torch, "output_padding=0"),
        "extra": (_torch,),
        "dilated": (_torch, "dilation 1 is a dense kernel"),
        "chain": (_torch, "output_padding=0 unless given"),
        "restore": (_torch, "the convolution rounds down"),
    }
    _grow = (
        "The {size} input pixels are {stride} apart in the output: ${moves} * {stride} = {moved}$ from first to last.",
        "Each is spread over {reach_words}: ${moved} + {reach} = {spread}$ pixels.",
    )
    steps = {
        "plain": (*_grow, "The padding is cut off on both sides: ${spread} - 2 * {padding}$ = {answer}"),
        "extra": (
            *_grow,
            "The padding is cut off on both sides: ${spread} - 2 * {padding} = {cut}$.",
            "`output_padding` adds {extra} on one side: ${cut} + {extra}$ = {answer}",
        ),
        "dilated": (
            *_grow,
            "The padding is cut off on both sides: ${spread} - 2 * {padding} = {cut}$.",
            "`output_padding` adds {extra} on one side: ${cut} + {extra}$ = {answer}",
        ),
        "chain": (
            "First layer: $({size} - 1) * {stride} + {kernel} - 2 * {padding} + {extra} = {middle}$.",
            "Second layer: $({middle} - 1) * {stride2} + {kernel2} - 2 * {padding2}$ = {answer}",
        ),
        "restore": (
            "The convolution makes $floor(frac({size} + 2 * {padding} - {kernel}, {stride})) + 1 = {down}$ pixels.",
            "Transposed, these become $({down} - 1) * {stride} + {kernel} - 2 * {padding} = {back}$.",
            "What the rounding lost is added by `output_padding`: ${size} - {back}$ = {answer}",
        ),
    }
    trivial = ()
    limits = {1: Effort(6, 3), 2: Effort(10, 3), 3: Effort(13, 4)}
    mistakes = (
        Mistake(
            "size times stride",
            lambda p: None if p.ask == "restore" else p.after(p.size * p.stride),
            "You multiplied the size by the stride. That is right only where kernel and padding happen to fit; here "
            "they leave ${spread} - 2 * {padding}$ pixels{before_extra}.",
        ),
        Mistake(
            "as in a convolution",
            lambda p: p.shrunk,
            "That is what a convolution makes of the image. A transposed one goes the other way and enlarges it.",
        ),
        Mistake(
            "padding added",
            lambda p: p.wide(padding=2),
            "You added the padding. A transposed convolution cuts it off instead, on both sides.",
        ),
        Mistake(
            "padding counted once",
            lambda p: p.wide(padding=-1),
            "You cut the padding off on one side. It goes on both: $2 * {padding}$.",
        ),
        Mistake(
            "one move too many",
            lambda p: p.wide(moves=0),
            "You let {size} pixels make {size} moves. The first one needs none, so there are {moves}.",
        ),
        Mistake(
            "output_padding on both sides",
            lambda p: p.wide(extra=2),
            "You added output_padding twice. It goes on one side only: {extra}.",
        ),
        Mistake(
            "output_padding ignored",
            lambda p: p.wide(extra=0),
            "You left output_padding out. It adds {extra} on one side.",
        ),
        Mistake(
            "dilation ignored",
            lambda p: p.wide(reach=p.kernel),
            "You left the dilation out. {kernel} taps, {dilation} apart, reach over {reach} pixels.",
            teaches="conv-dilation",
        ),
        Mistake(
            "dilation times kernel",
            lambda p: p.wide(reach=p.kernel * p.dilation),
            "You multiplied the kernel by the dilation. Only the gaps between its taps grow: they reach over {reach} "
            "pixels.",
            teaches="conv-output",
        ),
        Mistake(
            "first layer only",
            lambda p: p.grown(p.size) if p.kernel2 else None,
            "That is the size after the first layer. The second one enlarges those {middle} pixels again.",
        ),
        Mistake(
            "stride less 1",
            lambda p: p.stride - 1 if p.ask == "restore" else None,
            "That is the most output_padding there can be. Here it need only bring {back} pixels to {size}.",
        ),
        Mistake(
            "padding ignored in the rest",
            lambda p: p.lacking(0) if p.ask == "restore" else None,
            "You left the padding out. The convolution reads ${size} + 2 * {padding}$ pixels.",
        ),
        Mistake(
            "padding on one side in the rest",
            lambda p: p.lacking(1) if p.ask == "restore" else None,
            "You added the padding once. The convolution reads ${size} + 2 * {padding}$ pixels.",
            teaches="arg-padding-pair",
        ),
        Mistake(
            "what is lacking for another stride",
            lambda p: p.stride - p.lacking() if p.ask == "restore" else None,
            "That many pixels are lacking for one more stride. The question is how many the convolution left over: "
            "from {back} to {size}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Upsampling | None:
        """Level 1: no extras; level 2: output_padding, perhaps dilation; level 3: two layers, or the way back."""
        kernel = draw.integer(2, 5 if level == 1 else 9)
        stride, padding = draw.integer(2, 4 if level == 1 else 6), draw.integer(0, kernel // 2)
        if level == 1:
            return Upsampling("plain", draw.integer(4, 32), kernel, stride, padding)
        extra = draw.integer(1, stride - 1)
        if level == 2:
            dilation = draw.choice((1, 1, 2, 3))
            ask = "extra" if dilation == 1 else "dilated"
            return Upsampling(ask, draw.integer(8, 160), kernel, stride, padding, extra, dilation)
        if draw.chance(0.6):
            kernel2, stride2 = draw.integer(2, 6), draw.integer(2, 4)
            second = kernel2, stride2, draw.integer(0, kernel2 // 2)
            return Upsampling("chain", draw.integer(4, 64), kernel, stride, padding, extra, 1, *second)
        kernel, stride = draw.integer(3, 9), draw.integer(3, 7)
        p = Upsampling("restore", draw.integer(20, 160), kernel, stride, draw.integer(1, kernel // 2))
        return p if p.lacking() else None

    def variant(self, p: Upsampling) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Upsampling) -> int:
        """Return moves + reach - padding cut off + output_padding layer by layer, or what the rounding lost."""
        size = p.wide()
        return p.lacking() if size is None else size

    def effort(self, p: Upsampling) -> Effort:
        """Return products and sums of each layer, and the reach where it is dilated."""
        operations = {"plain": 5, "extra": 6, "dilated": 9, "chain": 11, "restore": 11}[p.ask]
        return Effort(operations, len(str(p.size if p.ask == "restore" else p.after(p.grown(p.size)))))

    def facts(self, p: Upsampling) -> Facts:
        """Return the settings and what a person works out on the way."""
        w = p.window
        middle = p.grown(p.size)
        moved = (p.size - 1) * p.stride
        dilated = f"${p.dilation} * ({p.kernel} - 1) + 1 = {w.reach}$ pixels"
        return {
            **params_of(p),
            "reach": w.reach,
            "reach_words": f"{p.kernel} pixels, the kernel" if p.dilation == 1 else dilated,
            "moves": p.size - 1,
            "moved": moved,
            "spread": moved + w.reach,
            "cut": moved + w.reach - 2 * p.padding,
            "before_extra": " before output_padding" if p.extra else "",
            "middle": middle,
            "down": p.down,
            "back": p.size - p.lacking(),
        }

    @staticmethod
    def witness(
        ask: str,
        size: int,
        kernel: int,
        stride: int,
        padding: int,
        extra: int,
        dilation: int,
        kernel2: int,
        stride2: int,
        padding2: int,
    ) -> int:
        """Return the width of a real output, or the output_padding that gives the convolution's input back."""
        import torch

        x, w = (torch.empty(1, 1, n, n, device="meta") for n in (size, kernel))
        if ask == "restore":
            x = torch.conv2d(x, w, None, stride, padding)
            while torch.conv_transpose2d(x, w, None, stride, padding, extra).shape[-1] != size:
                extra += 1
        y = torch.conv_transpose2d(x, w, None, stride, padding, extra, 1, dilation)
        if kernel2:
            v = torch.empty(1, 1, kernel2, kernel2, device="meta")
            y = torch.conv_transpose2d(y, v, None, stride2, padding2)
        return extra if ask == "restore" else y.shape[-1]
