"""Where a pixel goes under ToTensor, and which number it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.kinds import Integer, Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number

Triple: TypeAlias = tuple[int, int, int]

STATISTICS: tuple[tuple[Triple, Triple], ...] = (
    ((485, 456, 406), (229, 224, 225)),  # ImageNet
    ((491, 482, 447), (247, 243, 262)),  # CIFAR-10
    ((507, 487, 441), (267, 256, 276)),  # CIFAR-100
)


@dataclass(frozen=True, slots=True)
class Pixel:
    """A pixel of an image array, and what is asked about it.

    Args:
        size: height and width of the image, each 8 to 64.
        at: row and column of the pixel.
        pixel: its values, 0 to 255; a value that is asked for is still the true one.
        channel: the one in question, 0 to 2.
        dtype: of the array: "uint8" or "float32".
        mean: of each channel in thousandths, for Normalize; zeros without.
        std: of each channel in thousandths; zeros without.
        seen: 0, or the normalized value in thousandths whose pixel value is asked for.
    """

    size: tuple[int, int]
    at: tuple[int, int]
    pixel: Triple
    channel: int
    dtype: str = "uint8"
    mean: Triple = (0, 0, 0)
    std: Triple = (0, 0, 0)
    seen: int = 0

    @property
    def form(self) -> str:
        """Return plain, normalized, float or inverse."""
        if self.seen:
            return "inverse"
        return "float" if self.dtype == "float32" else "normalized" if any(self.std) else "plain"

    @property
    def scaled(self) -> Fraction:
        """Return the value after ToTensor: only uint8 is divided by 255."""
        return Fraction(self.pixel[self.channel], 1 if self.dtype == "float32" else 255)

    def normalized(self, value: Fraction, channel: int | None = None) -> Fraction:
        """Return a value after Normalize, perhaps with the statistics of another channel; as it is without."""
        c = self.channel if channel is None else channel
        return (value - Fraction(self.mean[c], 1000)) / Fraction(self.std[c], 1000) if any(self.std) else value

    def forward(self, value: Fraction, channel: int | None = None) -> Fraction | None:
        """Return what is asked for if this were the value after ToTensor; None where the pixel value is asked for."""
        return None if self.seen else self.normalized(value, channel)

    def undone(self, channel: int, largest: int = 255) -> int:
        """Return the pixel value behind the normalized one, with a channel's statistics."""
        value = Fraction(self.seen * self.std[channel], 10**6) + Fraction(self.mean[channel], 1000)
        return _nearest(value * largest)


def _nearest(x: Fraction) -> int:
    """Return the nearest integer."""
    return (2 * x.numerator + x.denominator) // (2 * x.denominator)


def _in_channel(p: Pixel, channel: int) -> Number:
    """Return the answer for another channel."""
    other = replace(p, channel=channel)
    return p.undone(channel) if p.seen else other.normalized(other.scaled)


def _of_256(p: Pixel) -> Number | None:
    """Return the answer if uint8 were divided by 256; None for floats."""
    if p.seen:
        return p.undone(p.channel, 256)
    return p.forward(p.scaled * Fraction(255, 256)) if p.dtype == "uint8" else None


def _divided_first(p: Pixel) -> Fraction | None:
    """Return the value if Normalize divided before it takes the mean; None without Normalize."""
    if p.form not in ("normalized", "float"):
        return None
    return p.scaled / Fraction(p.std[p.channel], 1000) - Fraction(p.mean[p.channel], 1000)


class ToTensorValue(Family[Pixel]):
    """ToTensor moves channels to the front and divides uint8 by 255; other dtypes keep their values."""

    name, version, title = "tensors.to-tensor-value", 1, "Values after ToTensor"
    source = "torchvision documentation: transforms.ToTensor and transforms.Normalize"
    answer = {"plain": Real(places=3), "normalized": Real(places=3), "float": Real(places=3), "inverse": Integer()}
    _array = "`a` is an image array of dtype {dtype} and shape {shape}, and `a[{row}, {column}]` holds {pixel}. "
    _normalized = "`y` is what `ToTensor()` and then `Normalize({mean}, {std})` make of `a`. "
    _asked = "What is `y[{channel}, {row}, {column}]`, "
    prompt = {
        "plain": _array + "`y` is what `ToTensor()` makes of `a`. " + _asked + "to 3 decimals?",
        "normalized": _array + _normalized + _asked + "to 3 decimals?",
        "float": _array + _normalized + _asked + "to 3 decimals?",
        "inverse": "`a` is an image array of dtype uint8 and shape {shape}. " + _normalized + "`y[{channel}, {row}, "
        "{column}]` is {seen:.3}, rounded to 3 decimals. Which pixel value is that in `a`?",
    }
    _common = ("as in torchvision", "channels count from 0")
    conventions = {
        "plain": _common,
        "normalized": (*_common, "Normalize(mean, std)"),
        "float": (*_common, "Normalize(mean, std)"),
        "inverse": (*_common, "Normalize(mean, std)"),
    }
    _channel = "`ToTensor` puts the channels first: `y[{channel}, {row}, {column}]` comes from `a[{row}, {column}, "
    _source = _channel + "{channel}]` = {held}."
    _normalize = "`Normalize` takes the mean and divides by the standard deviation of channel {channel}: "
    steps = {
        "plain": (_source, "uint8 is divided by 255: {unreduced}{answer}"),
        "normalized": (
            _source,
            "uint8 is divided by 255: $frac({held}, 255) = {scaled:.6}$.",
            _normalize + "$frac({scaled:.6} - {m:.3}, {s:.3})$ = {answer}",
        ),
        "float": (
            _source,
            "Only uint8 is divided by 255; a float32 array keeps its values: {held}.",
            _normalize + "$frac({held} - {m:.3}, {s:.3})$ = {answer}",
        ),
        "inverse": (
            "Undo `Normalize` from its end, for channel {channel}: ${seen:.3} * {s:.3} + {m:.3} = {undone:.6}$.",
            "Undo the division by 255: ${undone:.6} * 255 = {product:.3}$.",
            "{seen:.3} is rounded, so the nearest whole number is meant: {answer}",
        ),
    }
    limits = {1: Effort(8, 3), 2: Effort(8, 4), 3: Effort(10, 6)}
    mistakes = (
        Mistake(
            "divided by 256",
            _of_256,
            "You used 256. The largest uint8 value is 255, and it becomes 1.",
            teaches="tensor-totensor-axes",
        ),
        Mistake(
            "not scaled",
            lambda p: p.forward(Fraction(p.pixel[p.channel])),
            "You kept the value {held}. `ToTensor` divides uint8 by 255, so that it lies between 0 and 1.",
            teaches="tensor-totensor-axes",
        ),
        Mistake(
            "scaled all the same",
            lambda p: p.forward(Fraction(p.pixel[p.channel], 255)) if p.dtype == "float32" else None,
            "You divided by 255. `ToTensor` does so for uint8 only: a float32 array is taken to be scaled already.",
            teaches="tensor-totensor-scale",
        ),
        Mistake(
            "channel counted from 1",
            lambda p: _in_channel(p, p.channel - 1) if p.channel else None,
            "You took the channel before. Channels count from 0: `y[{channel}]` is the {ordinal} one.",
            convention="channels count from 0",
        ),
        Mistake(
            "channels reversed",
            lambda p: _in_channel(p, 2 - p.channel),
            "You read the channels from the end, as OpenCV's BGR order would have it. `ToTensor` keeps their order: "
            "`y[{channel}]` is `a[..., {channel}]`.",
        ),
        Mistake(
            "scaled to -1 and 1",
            lambda p: 2 * p.scaled - 1 if p.form == "plain" else None,
            "You scaled to the range from -1 to 1. `ToTensor` scales to the range from 0 to 1; `Normalize` does more.",
            teaches="tensor-totensor-axes",
        ),
        Mistake(
            "Normalize forgotten",
            lambda p: p.scaled if p.form in ("normalized", "float") else None,
            "That is the value after `ToTensor`. `Normalize` then takes {m:.3} and divides by {s:.3}.",
        ),
        Mistake(
            "divided before the mean is taken",
            _divided_first,
            "You divided first. `Normalize` takes the mean and divides the difference: $frac(x - {m:.3}, {s:.3})$.",
        ),
        Mistake(
            "multiplied by the deviation",
            lambda p: (
                (p.scaled - Fraction(p.mean[p.channel], 1000)) * Fraction(p.std[p.channel], 1000)
                if p.form in ("normalized", "float")
                else None
            ),
            "You multiplied by the standard deviation. `Normalize` divides by it.",
        ),
        Mistake(
            "mean added before",
            lambda p: (
                _nearest(
                    (Fraction(p.seen, 1000) + Fraction(p.mean[p.channel], 1000))
                    * Fraction(p.std[p.channel] * 255, 1000)
                )
                if p.seen
                else None
            ),
            "You added the mean first. Undo the last step first: multiply by {s:.3}, then add {m:.3}.",
        ),
        Mistake(
            "mean not added",
            lambda p: _nearest(Fraction(p.seen * p.std[p.channel] * 255, 10**6)) if p.seen > 0 else None,
            "You left the mean out. After multiplying by {s:.3}, add {m:.3}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Pixel | None:
        """Level 1: ToTensor alone; level 2: with Normalize; level 3: of floats, or backward."""
        size = (draw.integer(8, 64), draw.integer(8, 64))
        at = (draw.integer(0, size[0] - 1), draw.integer(0, size[1] - 1))
        red, green, blue = draw.sample(range(2, 254), 3)
        p = Pixel(size, at, (red, green, blue), draw.integer(0, 2))
        if level == 1:
            return p
        if level == 3 and draw.chance(0.35):
            return replace(p, dtype="float32", mean=(500,) * 3, std=(draw.choice((500, 250)),) * 3)
        mean, std = draw.choice(STATISTICS)
        p = replace(p, mean=mean, std=std)
        if level == 2:
            return p
        seen = _nearest(1000 * p.normalized(p.scaled))
        return replace(p, seen=seen) if seen else None

    def variant(self, p: Pixel) -> str:
        """Return plain, normalized, float or inverse."""
        return p.form

    def formula(self, p: Pixel) -> Number:
        """Return the value after every transform, or the pixel value behind it."""
        return p.undone(p.channel) if p.seen else p.normalized(p.scaled)

    def effort(self, p: Pixel) -> Effort:
        """Return a look and a quotient, then a difference and a quotient, or the way back."""
        return {
            "plain": Effort(2, 3),
            "normalized": Effort(4, 4),
            "float": Effort(4, 5),
            "inverse": Effort(5, 6),
        }[p.form]

    def facts(self, p: Pixel) -> Facts:
        """Return the image, the statistics, and the values on the way."""
        mean, std = Fraction(p.mean[p.channel], 1000), Fraction(p.std[p.channel], 1000)
        undone = Fraction(p.seen, 1000) * std + mean
        return {
            "shape": str((*p.size, 3)),
            "row": p.at[0],
            "column": p.at[1],
            "pixel": str(list(p.pixel)),
            "held": p.pixel[p.channel],
            "unreduced": f"$frac({p.pixel[p.channel]}, 255)$ = " if p.scaled.denominator < 255 else "",
            "ordinal": ("first", "second", "third")[p.channel],
            "mean": _thousandths(p.mean),
            "std": _thousandths(p.std),
            "m": mean,
            "s": std,
            "scaled": p.scaled,
            "seen": Fraction(p.seen, 1000),
            "undone": undone,
            "product": undone * 255,
        }

    @staticmethod
    def witness(
        size: tuple[int, int],
        at: tuple[int, int],
        pixel: Triple,
        channel: int,
        dtype: str,
        mean: Triple,
        std: Triple,
        seen: int,
    ) -> float:
        """Return the value in a real tensor, or the one of all 256 that comes closest to what is seen."""
        import torch

        if seen:  # an image of all pixel values
            a = torch.arange(256).to(torch.uint8)[:, None, None].expand(256, 1, 3)
        else:
            a = torch.zeros(*size, 3, dtype=getattr(torch, dtype))
            a[at] = torch.tensor(pixel, dtype=a.dtype)
        y = a.permute(2, 0, 1).double() / (255 if a.dtype == torch.uint8 else 1)
        if any(std):
            m, s = (torch.tensor(x, dtype=torch.float64)[:, None, None] / 1000 for x in (mean, std))
            y = (y - m) / s
        return (y[channel] - seen / 1000).abs().argmin().item() if seen else y[(channel, *at)].item()


def _thousandths(values: Triple) -> str:
    """Write statistics as code: (0.485, 0.456, 0.406)."""
    return str(tuple([value / 1000 for value in values]))
