"""The Huber loss, its derivative, and its relative smooth L1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import about, bracketed, joined, short, shorts, tenths
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Rule: TypeAlias = Callable[[Fraction, Fraction], Fraction]


@dataclass(frozen=True, slots=True)
class Fit:
    """Predictions and targets, and where the loss turns linear.

    Args:
        guesses: predictions in tenths, -140 to 140; empty for "slope".
        targets: in tenths, -140 to 140.
        delta: the error at which the loss turns linear, in tenths, 5 to 30; `beta` for "smooth".
        form: "one", "batch", "smooth" or "slope".
        x: inputs of the line y = w x, 1 to 5; empty without a line.
        weight: w in tenths.
    """

    guesses: tuple[int, ...]
    targets: tuple[int, ...]
    delta: int
    form: str
    x: tuple[int, ...] = ()
    weight: int = 0

    @property
    def errors(self) -> tuple[int, ...]:
        """Return prediction less target for each example, in tenths."""
        guesses = self.guesses or tuple(self.weight * x for x in self.x)
        return tuple(guess - target for guess, target in zip(guesses, self.targets, strict=True))

    @property
    def d(self) -> Fraction:
        """Return delta, or beta."""
        return Fraction(self.delta, 10)

    def loss(self, near: Rule, far: Rule) -> Fraction:
        """Return the mean of one rule for errors up to delta and another for larger ones, of error and delta."""
        sizes = [Fraction(abs(error), 10) for error in self.errors]
        return sum((near(e, self.d) if e <= self.d else far(e, self.d) for e in sizes), Fraction(0)) / len(sizes)

    def slope(self, bent: Callable[[int], int]) -> Fraction:
        """Return the mean of inputs times errors, these bent by a rule for tenths."""
        return Fraction(sum(bent(e) * x for e, x in zip(self.errors, self.x, strict=True)), 10 * len(self.x))

    def clipped(self, error: int) -> int:
        """Return an error in tenths, cut off at delta on both sides."""
        return max(-self.delta, min(error, self.delta))


def half_square(e: Fraction, d: Fraction) -> Fraction:
    """Return e^2 / 2."""
    return e * e / 2


def straight(e: Fraction, d: Fraction) -> Fraction:
    """Return delta (e - delta / 2)."""
    return d * (e - d / 2)


def on_loss(near: Rule, far: Rule) -> Callable[[Fit], Fraction | None]:
    """Return the value of a mistake with other rules for small and large errors; smooth L1 is Huber over beta."""

    def value(f: Fit) -> Fraction | None:
        if f.form == "slope":
            return None
        return f.loss(near, far) / (f.d if f.form == "smooth" else 1)

    return value


def on_slope(value: Callable[[Fit], Fraction]) -> Callable[[Fit], Fraction | None]:
    """Return the value of a mistake where the derivative is asked for."""
    return lambda f: value(f) if f.form == "slope" else None


class Huber(Family[Fit]):
    """Huber loss is e^2 / 2 up to delta and a straight line of slope delta beyond; smooth L1 is Huber over beta."""

    name, version, title = "loss.huber", 1, "Huber loss"
    source = (
        "torch.nn.HuberLoss and torch.nn.SmoothL1Loss documentation; Huber (1964), Robust estimation of a location "
        "parameter, Annals of Mathematical Statistics 35"
    )
    answer = Real(places=3)
    prompt = {
        "one": "A model predicts {guesses} where the target is {targets}. What is the Huber loss with "
        "$delta = {delta}$, to 3 decimals?",
        "batch": "A model predicts {guesses} where the targets are {targets}. What is the Huber loss with "
        "$delta = {delta}$, to 3 decimals?",
        "smooth": "A model predicts {guesses} where the targets are {targets}. What does "
        "`nn.SmoothL1Loss(beta={delta})` return, to 3 decimals?",
        "slope": "The line $y = w x$ is fitted to the points {points} with the mean Huber loss, $delta = {delta}$. "
        "What is the derivative of the loss with respect to $w$ at $w = {weight}$, to 3 decimals?",
    }
    conventions = {
        "one": ("as torch: $e^2/2$ for small errors",),
        "batch": ("as torch: $e^2/2$ for small errors", "averaged over the examples"),
        "smooth": ("as torch: slope 1 for large errors", "averaged over the examples"),
        "slope": ("as torch: $e^2/2$ for small errors", "averaged over the points"),
    }
    steps = {
        "one": (
            "The error: $abs({guesses} - {bracket}) = {sizes}$, {side} than $delta = {delta}$.",
            "So the {part} part of the loss counts: ${rule}$ = {answer}",
        ),
        "batch": (
            "The sizes of the errors: {sizes}.",
            "Up to $delta = {delta}$ an error costs $e^2/2$, a larger one ${delta} (e - {half})$: {losses}.",
            "Their sum is {whole}; divided by {n} examples: {answer}",
        ),
        "smooth": (
            "The sizes of the errors: {sizes}.",
            "Below $beta = {delta}$ an error costs $frac(e^2, 2 * {delta})$, a larger one $e - {half}$: {losses}.",
            "Their sum is {whole}; divided by {n} examples: {answer}",
        ),
        "slope": (
            "The errors $w x - y$: {errors}.",
            "The derivative of Huber loss is the error itself, cut off at $-{delta}$ and {delta}: {clipped}.",
            "Times the inputs {x}: {products}.",
            "Their sum is {whole}; divided by {n} points: {answer}",
        ),
    }
    trivial = (0,)
    limits = {1: Effort(6, 3), 2: Effort(17, 4), 3: Effort(22, 5)}
    mistakes = (
        Mistake(
            "half the squared error throughout",
            on_loss(half_square, half_square),
            "You took the parabola for large errors too. Beyond {delta} the loss goes on as a straight line.",
        ),
        Mistake(
            "straight line throughout",
            on_loss(straight, straight),
            "You took the straight line for small errors too. Up to {delta} the loss is a parabola.",
        ),
        Mistake(
            "offset forgotten",
            on_loss(half_square, lambda e, d: d * e),
            "Your straight line misses the parabola: it lacks the offset {half} that makes both meet at {delta}.",
        ),
        Mistake(
            "no one half",
            on_loss(lambda e, d: e * e, straight),
            "You left out the factor 1/2 of the parabola.",
        ),
        Mistake(
            "parts exchanged",
            on_loss(straight, half_square),
            "You exchanged the two parts. Small errors are squared; large ones cost a straight line.",
        ),
        Mistake(
            "smooth L1 for Huber",
            lambda f: f.loss(half_square, straight) / f.d if f.form in ("one", "batch") else None,
            "That is smooth L1 with beta = {delta}, of slope 1 for large errors. Huber loss is {delta} times that.",
            convention="$e^2/2$ for small errors",
        ),
        Mistake(
            "Huber for smooth L1",
            lambda f: f.loss(half_square, straight) if f.form == "smooth" else None,
            "That is Huber loss with delta = {delta}. Smooth L1 is that over beta: its slope for large errors is 1.",
            convention="slope 1 for large errors",
        ),
        Mistake(
            "absolute error",
            lambda f: f.loss(lambda e, _: e, lambda e, _: e) if f.form != "slope" else None,
            "You took the errors as they are. This loss is a parabola up to {delta}, and a line with an offset beyond.",
        ),
        Mistake(
            "summed",
            lambda f: (
                f.loss(half_square, straight) * len(f.targets) / (f.d if f.form == "smooth" else 1)
                if f.form in ("batch", "smooth")
                else None
            ),
            "That is the sum over the examples. By default torch divides it by their number, {n}.",
            convention="averaged over the examples",
        ),
        Mistake(
            "not clipped",
            on_slope(lambda f: f.slope(lambda e: e)),
            "You used the errors as they are, which is right for $e^2/2$ alone. Beyond {delta} the slope of Huber loss "
            "is {delta}.",
        ),
        Mistake(
            "clipped to one",
            on_slope(lambda f: f.slope(lambda e: e if abs(e) <= f.delta else 10 * (1 if e > 0 else -1))),
            "You took the slope 1 for large errors, as smooth L1 has it. That of Huber loss is $delta = {delta}$.",
        ),
        Mistake(
            "inputs forgotten",
            on_slope(lambda f: Fraction(sum(map(f.clipped, f.errors)), 10 * len(f.x))),
            "You stopped at the derivative with respect to the prediction. The chain rule multiplies it by x: {x}.",
        ),
        Mistake(
            "sign of the error",
            on_slope(lambda f: -f.slope(f.clipped)),
            "You took target less prediction, so your sign is wrong. The prediction $w x$ grows with $w$: take "
            "$w x - y$.",
        ),
        Mistake(
            "large errors dropped",
            on_slope(lambda f: f.slope(lambda e: e if abs(e) <= f.delta else 0)),
            "You gave large errors no derivative. Huber loss is a line there, not flat: its slope is {delta}.",
        ),
        Mistake(
            "summed over the points",
            on_slope(lambda f: f.slope(f.clipped) * len(f.x)),
            "That is the derivative of the sum. The mean divides it by {n}.",
            convention="averaged over the points",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Fit | None:
        """Level 1: one error; level 2: a batch with small and large ones; level 3: smooth L1, or a derivative."""
        delta = draw.choice((5, 15, 20, 30) if level == 1 else (5, 15, 20, 25))
        if level == 1:
            error = draw.choice((-5, 5)) * draw.integer(1, delta // 2)
            target = 5 * draw.integer(-8, 8)
            f = Fit((target + error,), (target,), delta, "one")
            return f if abs(error) != delta else None
        n = 3 if level == 2 else 4
        errors = [draw.choice((-1, 1)) * draw.integer(1, 5 * delta // 2) for _ in range(n)]
        if level == 3 and draw.chance(0.5):
            x, weight = draw.integers(n, 1, 5), draw.choice((-12, -8, -5, -4, 2, 4, 5, 6, 8, 12, 15))
            targets = tuple(weight * a - error for a, error in zip(x, errors, strict=True))
            return _mixed(Fit((), targets, delta, "slope", x, weight))
        targets = draw.integers(n, -60, 60)
        guesses = tuple(target + error for target, error in zip(targets, errors, strict=True))
        return _mixed(Fit(guesses, targets, delta, "batch" if level == 2 else "smooth"))

    def variant(self, f: Fit) -> str:
        """Return one, batch, smooth or slope."""
        return f.form

    def branch(self, f: Fit) -> str:
        """Return the form, and for a single error the part of the loss."""
        return f"{f.form} {'far' if abs(f.errors[0]) > f.delta else 'near'}" if f.form == "one" else f.form

    def formula(self, f: Fit) -> Fraction:
        """Return the mean of e^2 / 2 or delta (e - delta / 2), over beta for smooth L1, or the derivative."""
        if f.form == "slope":
            return f.slope(f.clipped)
        return f.loss(half_square, straight) / (f.d if f.form == "smooth" else 1)

    def effort(self, f: Fit) -> Effort:
        """Return a difference, a comparison and a product or two an error, and the mean."""
        n = len(f.targets)
        return {
            "one": Effort(5, 3),
            "batch": Effort(5 * n + 1, 4),
            "smooth": Effort(5 * n + 1, 5),
            "slope": Effort(5 * n + 1, 4),
        }[f.form]

    def facts(self, f: Fit) -> Facts:
        """Return predictions, targets and errors, and what each costs."""
        d, sizes = f.d, [Fraction(abs(error), 10) for error in f.errors]
        far, first = sizes[0] > d, short(sizes[0])
        facts: Facts = {
            "guesses": shorts(tenths(f.guesses)),
            "targets": shorts(tenths(f.targets)),
            "delta": short(d),
            "half": short(d / 2),
            "sizes": shorts(sizes),
            "n": len(sizes),
        }
        if f.form == "one":
            return facts | {
                "bracket": bracketed(tenths(f.targets)[0]),
                "side": "larger" if far else "smaller",
                "part": "straight" if far else "quadratic",
                "rule": f"{short(d)} * ({first} - {short(d / 2)})" if far else f"frac(1, 2) * {first}^2",
            }
        if f.form == "slope":
            clipped = [f.clipped(e) for e in f.errors]
            products = [e * x for e, x in zip(clipped, f.x, strict=True)]
            return facts | {
                "points": ", ".join(f"({x}, {short(y)})" for x, y in zip(f.x, tenths(f.targets), strict=True)),
                "weight": short(Fraction(f.weight, 10)),
                "errors": shorts(tenths(f.errors)),
                "clipped": shorts(tenths(tuple(clipped))),
                "x": f.x,
                "products": shorts(tenths(tuple(products))),
                "whole": short(Fraction(sum(products), 10)),
            }
        scale = d if f.form == "smooth" else Fraction(1)
        losses = [(straight if e > d else half_square)(e, d) / scale for e in sizes]
        return facts | {"losses": joined(losses), "whole": about(sum(losses))}

    @staticmethod
    def witness(
        guesses: tuple[int, ...],
        targets: tuple[int, ...],
        delta: int,
        form: str,
        x: tuple[int, ...],
        weight: int,
    ) -> float:
        """Return torch's loss, or its derivative with respect to the slope of the line."""
        import torch

        target = torch.tensor(targets, dtype=torch.float64) / 10
        w = torch.tensor(weight / 10, dtype=torch.float64, requires_grad=True)
        guess = w * torch.tensor(x) if form == "slope" else torch.tensor(guesses, dtype=torch.float64) / 10
        if form == "smooth":
            loss = torch.nn.functional.smooth_l1_loss(guess, target, beta=delta / 10)
        else:
            loss = torch.nn.functional.huber_loss(guess, target, delta=delta / 10)
        return (torch.autograd.grad(loss, w)[0] if form == "slope" else loss).item()


def _mixed(f: Fit) -> Fit | None:
    """Return the fit if it has errors on both sides of delta, none of them just there."""
    sizes = [abs(e) for e in f.errors]
    return f if min(sizes) < f.delta < max(sizes) and f.delta not in sizes else None
