"""The standard deviation of values drawn uniformly from an interval."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.init._layers import WIDTHS, Layer, conv, layer_effort, layer_facts, linear, root
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, fixed, significant, sqrt

PLACES = {1: 0, 10: 1, 100: 2, 1000: 3}


@dataclass(frozen=True, slots=True)
class Interval(Layer):
    """An interval, and a layer where the question has one.

    Args:
        form: "bound", "interval", "edge" (the upper end is asked for), "fresh" or "output" (a layer is given).
        low: lower end times scale; -1 where the ends are not given.
        high: upper end times scale; 1 where the ends are not given.
        scale: 1, 10, 100 or 1000.
        mean: thousandths of the mean of the values (edge), or 0.
        spread: thousandths of the standard deviation of the values (edge) or of a layer's inputs (output), or 0.
    """

    form: str = "bound"
    low: int = -1
    high: int = 1
    scale: int = 1
    mean: int = 0
    spread: int = 0

    @property
    def half_square(self) -> Fraction:
        """Return the square of half the interval's width."""
        if self.form == "fresh":
            return Fraction(1, self.fan_in)
        return Fraction(self.high - self.low, 2 * self.scale) ** 2

    @property
    def growth(self) -> Fraction:
        """Return what multiplies the variance on the way to an output: fan_in times the inputs' variance; else 1."""
        return self.inputs * Fraction(self.spread, 1000) ** 2 if self.form == "output" else Fraction(1)

    def answer_if(self, share: Fraction) -> Number:
        """Return the answer if the variance were this share of the squared half-width."""
        if self.form == "edge":
            return Fraction(self.mean, 1000) + sqrt(Fraction(self.spread, 1000) ** 2 / share)
        return sqrt(share * self.half_square * self.growth)

    def output_if(self, growth: Fraction) -> Number | None:
        """Return the deviation of an output if its variance grew otherwise; None without a layer's output."""
        return sqrt(self.half_square / 3 * growth) if self.form == "output" else None


class UniformToStd(Family[Interval]):
    """A uniform draw has the standard deviation width / sqrt(12); for [-a, a] that is a / sqrt(3)."""

    name, version, title = "init.uniform-to-std", 1, "Standard deviation of a uniform initialization"
    source = (
        "Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, "
        "equations 1 and 15; PyTorch documentation, torch.distributions.uniform.Uniform"
    )
    answer = Real(significant=3)
    prompt = {
        "bound": "Weights are drawn uniformly from [-a, a] with a = {high}. What is the standard deviation of this "
        "distribution, to 3 significant digits?",
        "interval": "Values are drawn uniformly from [{low}, {high}]. What is the standard deviation of this "
        "distribution, to 3 significant digits?",
        "edge": "A uniform distribution on [a, b] has the mean {mean:.2} and the standard deviation {spread:.3}. What "
        "is b, to 3 significant digits?",
        "fresh": "{layer} has just been constructed, nothing else was done. What is the standard deviation of the "
        "distribution its weights were drawn from, to 3 significant digits?",
        "output": "The weights of `nn.Linear({inputs}, {outputs}, bias=False)` are drawn uniformly from [-a, a] with "
        "a = {high}. Its inputs have mean 0 and standard deviation {spread:.1}. What is the standard deviation of one "
        "output value, to 3 significant digits?",
    }
    conventions = {
        "bound": (),
        "interval": (),
        "edge": (),
        "fresh": ("torch 2.x defaults",),
        "output": ("weights and inputs are random and all independent",),
    }
    steps = {
        "bound": (
            "The variance of a uniform draw from $[-a, a]$ is $frac(a^2, 3)$.",
            "$sigma = frac(a, sqrt(3)) = frac({high}, 1.732051)$ = {answer}",
        ),
        "interval": (
            "The interval is ${high} - {low_signed} = {width}$ wide. Where it lies does not change the spread.",
            "The variance of a uniform draw is $frac(w^2, 12)$, w being the width.",
            "$sigma = frac(w, sqrt(12)) = frac({width}, 3.464102)$ = {answer}",
        ),
        "edge": (
            "The variance is $frac(h^2, 3)$, h being half the width, so $h = sqrt(3) * sigma$.",
            "$h = 1.732051 * {spread:.3} = {half:.6}$",
            "The mean is the middle of the interval: $b = {mean:.2} + {half:.6}$ = {answer}",
        ),
        "fresh": (
            'Inputs each output value sees: $"fan_in" = {fan_in_words}$.',
            'torch draws from $[-b, b]$ with $b = frac(1, sqrt("fan_in"))$, and the variance of such a draw is '
            "$frac(b^2, 3)$.",
            "$sigma = frac(1, sqrt(3 * {fan_in})) = frac(1, sqrt({triple}))$ = {answer}",
        ),
        "output": (
            "Variance of one weight: $frac(a^2, 3) = frac({high}^2, 3) = {variance}$.",
            "An output adds up {inputs} products. All means are 0, so the variances of the factors multiply, and "
            "those of the products add up: ${inputs} * {variance} * {spread:.1}^2 = {total}$.",
            "$sigma = sqrt({total})$ = {answer}",
        ),
    }
    trivial = ()
    mistakes = (
        Mistake(
            "half the width for the deviation",
            lambda p: p.answer_if(Fraction(1)),
            "You took half the width of the interval for the standard deviation. Half the width is $sqrt(3)$ times "
            "as large.",
            teaches="init-uniform",
        ),
        Mistake(
            "3 and 12 exchanged",
            lambda p: None if p.form == "edge" else p.answer_if(Fraction(16 if p.form == "interval" else 1, 12)),
            "You mixed two forms of one rule. The deviation is half the width over $sqrt(3)$, or the whole width "
            "over $sqrt(12)$.",
            teaches="init-uniform",
        ),
        Mistake(
            "variance for standard deviation",
            lambda p: None if p.form == "edge" else p.half_square * p.growth / 3,
            "That is the variance. The standard deviation is its square root.",
        ),
        Mistake(
            "root of 3 on the wrong side",
            lambda p: p.answer_if(Fraction(3)),
            "You used $sqrt(3)$ the wrong way round. Half the width is $sqrt(3)$ times the standard deviation.",
            teaches="init-uniform",
        ),
        Mistake(
            "mean distance for deviation",
            lambda p: p.answer_if(Fraction(1, 4)) if p.form in ("bound", "interval") else None,
            "That is the mean distance from the middle, a quarter of the width. The standard deviation is the root "
            "of the mean squared distance, which is larger.",
            teaches="init-uniform",
        ),
        Mistake(
            "upper end as a bound",
            lambda p: root(p.high**2, 3 * p.scale**2) if p.form == "interval" and p.high > 0 else None,
            "You used the upper end as if the interval were [-{high}, {high}]. It starts at {low}: its width is "
            "{width}.",
        ),
        Mistake(
            "whole width above the mean",
            lambda p: p.answer_if(Fraction(1, 12)) if p.form == "edge" else None,
            "You went up from the mean by the whole width. The mean is in the middle, so b is half the width above.",
        ),
        Mistake(
            "mean forgotten",
            lambda p: root(3 * p.spread**2, 1000**2) if p.form == "edge" else None,
            "That is half the width, {half:.4}. It is counted from the mean, {mean:.2}.",
        ),
        Mistake(
            "He for the default",
            lambda p: root(2, p.fan_in) if p.form == "fresh" else None,
            "That is He initialization. A fresh layer draws from $[-b, b]$ with $b = frac(1, sqrt({fan_in}))$.",
            teaches="init-default",
        ),
        Mistake(
            "kernel area forgotten",
            lambda p: root(1, 3 * (p.inputs // p.groups)) if p.form == "fresh" and p.area > 1 else None,
            "You counted channels only. fan_in is channels times the kernel area, here {area}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "groups ignored",
            lambda p: root(1, 3 * p.fan_in * p.groups) if p.form == "fresh" and p.groups > 1 else None,
            "With {groups} groups one output sees only a part of the input channels: fan_in is {fan_in}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "one product only",
            lambda p: p.output_if(p.growth / p.inputs),
            "That is the deviation of one product. An output adds up {inputs} of them, which makes it "
            "$sqrt({inputs})$ times as large.",
            teaches="default-third",
        ),
        Mistake(
            "deviations added up",
            lambda p: p.output_if(p.growth * p.inputs),
            "You added up standard deviations. Of independent terms the variances add up: the factor is "
            "$sqrt({inputs})$, not {inputs}.",
            teaches="attention-variance",
        ),
        Mistake(
            "outputs counted",
            lambda p: p.output_if(p.growth / p.inputs * p.outputs),
            "You added up {outputs} products, one for each output. One output has a product for each input: {inputs}.",
            teaches="default-third",
        ),
        Mistake(
            "deviation of the inputs not squared",
            lambda p: p.output_if(p.inputs * Fraction(p.spread, 1000)),
            "You multiplied variances by the inputs' standard deviation. Their variance belongs there: "
            "${spread:.1}^2$.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Interval | None:
        """Level 1: the bound; level 2: an interval, or its upper end; level 3: a fresh layer, or a layer's output."""
        if level == 1:
            high = draw.integer(10, 99)
            return Interval(0, 0, form="bound", low=-high, high=high, scale=draw.choice((10, 100, 1000)))
        if level == 2 and draw.chance(0.5):
            return Interval(0, 0, form="edge", mean=10 * draw.integer(5, 150), spread=draw.integer(25, 480))
        if level == 2:
            low, high = draw.integer(-150, 150), draw.integer(-150, 150)
            low, high = min(low, high), max(low, high)
            return Interval(0, 0, (), 1, "interval", low, high, 100) if high - low > 20 and low + high else None
        if draw.chance(0.5):
            layer = conv(draw, grouped=draw.chance(0.6)) if draw.chance(0.9) else linear(draw)
            return Interval(layer.inputs, layer.outputs, layer.kernel, layer.groups, "fresh")
        inputs, outputs = draw.sample(WIDTHS, 2)
        bound = draw.integer(2, 25)
        return Interval(inputs, outputs, (), 1, "output", -bound, bound, 100, 0, 100 * draw.integer(2, 40))

    def variant(self, p: Interval) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Interval) -> Number:
        """Return half the width over sqrt(3), or what follows from it."""
        return p.answer_if(Fraction(1, 3))

    def effort(self, p: Interval) -> Effort:
        """Return a quotient and a root, and what each form adds."""
        if p.form == "fresh":
            return layer_effort(p, fans=1, extra=1)
        return Effort({"bound": 2, "interval": 3, "edge": 3, "output": 6}[p.form], 2 if p.form == "bound" else 3)

    def facts(self, p: Interval) -> Facts:
        """Return ends, width and spread as decimals, and the layer's fans."""
        places = PLACES[p.scale]
        low = fixed(Fraction(p.low, p.scale), places)
        variance = p.half_square / 3
        return {
            **layer_facts(p),
            "triple": 3 * p.fan_in,
            "low": low,
            "low_signed": f"({low})" if p.low < 0 else low,
            "high": fixed(Fraction(p.high, p.scale), places),
            "width": fixed(Fraction(p.high - p.low, p.scale), places),
            "mean": Fraction(p.mean, 1000),
            "spread": Fraction(p.spread, 1000),
            "half": sqrt(3 * Fraction(p.spread, 1000) ** 2),
            "variance": significant(variance, 6),
            "total": significant(variance * p.growth, 6),
        }

    @staticmethod
    def witness(
        form: str,
        low: int,
        high: int,
        scale: int,
        mean: int,
        spread: int,
        inputs: int,
        outputs: int,
        kernel: tuple[int, ...],
        groups: int,
    ) -> float:
        """Return the deviation of torch's own uniform distribution; what a fresh layer draws from is watched."""
        import torch

        ends = torch.tensor([low / scale, high / scale], dtype=torch.float64)
        if form == "fresh":  # what the layer's reset_parameters makes uniform_ draw from
            watched = type("Watched", (torch.Tensor,), {"uniform_": lambda self, low, high, **_: high})
            weight: torch.Tensor = torch.empty(outputs, inputs // groups, *kernel, device="meta").as_subclass(watched)
            ends *= torch.nn.init.kaiming_uniform_(weight, a=5**0.5)
        deviation = torch.distributions.Uniform(*ends).stddev.item()
        if form == "edge":  # [-1, 1] is stretched to the deviation given, and moved to the mean
            deviation = mean / 1000 + spread / 1000 / deviation
        if form == "output":
            deviation *= inputs**0.5 * spread / 1000
        return deviation
