"""Gradient clipping by the norm over all parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import hypot
from typing import TypeAlias

from studydl.answers.kinds import Vector
from studydl.problems.catalog.optim._descent import nonzero
from studydl.problems.catalog.optim._writing import decimal, factor, thousandths
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, sqrt

Entries: TypeAlias = tuple[Number, ...]

TINY = Fraction(1, 10**6)  # torch adds it to the norm
NICE = ((3, 4), (6, 8), (5, 12), (8, 15), (9, 12), (7, 24), (1, 2, 2), (2, 3, 6), (2, 4, 4), (1, 4, 8), (4, 4, 7))
LIMITS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100)  # in tenths


@dataclass(frozen=True, slots=True)
class Clipped:
    """Gradients of one or two parameters that are clipped together.

    Args:
        gradients: of each parameter; of the first micro-batch where there are two.
        limit: the largest norm allowed, in tenths.
        second: gradients of the second micro-batch, which is averaged with the first; none without.
        start: the parameters before an update; none without.
        rate: learning rate of the update in thousandths.
    """

    gradients: tuple[tuple[int, ...], ...]
    limit: int
    second: tuple[tuple[int, ...], ...] = ()
    start: tuple[tuple[int, ...], ...] = ()
    rate: int = 0

    @property
    def most(self) -> Fraction:
        """Return the largest norm allowed."""
        return Fraction(self.limit, 10)

    @property
    def flat(self) -> tuple[Fraction, ...]:
        """Return all entries, averaged over the micro-batches."""
        return entries_of(self)

    @property
    def norm(self) -> Number:
        """Return the norm over all entries."""
        return root(squared(self.flat))

    @property
    def over(self) -> bool:
        """Say whether the norm exceeds the limit."""
        return squared(self.flat) > self.most**2

    def finished(self, entries: Iterable[Number]) -> Entries:
        """Return what is asked for if these are the clipped gradients: they, or the parameters after the update."""
        if not self.start:
            return tuple(entries)
        lr, before = thousandths(self.rate), [w for row in self.start for w in row]
        return tuple(w - lr * g for w, g in zip(before, entries, strict=True))

    def scaled(self, size: Number) -> Entries:
        """Return what is asked for if the limit over this size scales the gradients, where it is below 1."""
        scale = divide(self.most, size)
        return self.finished(self.flat if scale > 1 else [g * scale for g in self.flat])


@lru_cache(256)  # every mistake of an instance asks again
def entries_of(p: Clipped) -> tuple[Fraction, ...]:
    """Return all entries, averaged over the micro-batches."""
    if not p.second:
        return tuple(Fraction(g) for row in p.gradients for g in row)
    return tuple(Fraction(g + h, 2) for g, h in zip(p.gradients[0], p.second[0], strict=True))


@lru_cache(256)
def root(x: Fraction) -> Number:
    """Return a square root, remembered."""
    return sqrt(x)


def squared(entries: Sequence[Fraction | int]) -> Fraction:
    """Return the sum of squares."""
    return Fraction(sum(g * g for g in entries))


def clip(entries: Sequence[Fraction | int], most: Fraction) -> Entries:
    """Return entries scaled to this norm where they exceed it."""
    size = squared(entries)
    return tuple(entries) if size <= most**2 else tuple(divide(g * most, root(size)) for g in entries)


def one_by_one(p: Clipped) -> Entries | None:
    """Return what is asked for if each parameter were clipped by its own norm; None where there is only one."""
    return p.finished(g for row in p.gradients for g in clip(row, p.most)) if len(p.gradients) == 2 else None


def clipped_first(p: Clipped) -> Entries | None:
    """Return the gradient if each micro-batch were clipped before the average; None where there is only one."""
    if not p.second:
        return None
    pairs = zip(clip(p.gradients[0], p.most), clip(p.second[0], p.most), strict=True)
    return tuple(Fraction(1, 2) * (g + h) for g, h in pairs)


def summed(p: Clipped) -> Entries | None:
    """Return the gradient if the micro-batches were added; None where there is only one."""
    return clip([2 * g for g in p.flat], p.most) if p.second else None


def step_clipped(p: Clipped) -> Entries | None:
    """Return the parameters if the step were clipped instead of the gradient; None without an update."""
    if not p.start:
        return None
    lr = thousandths(p.rate)
    step = clip([lr * g for g in p.flat], p.most)
    return tuple(w - move for w, move in zip((w for row in p.start for w in row), step, strict=True))


class ClipNorm(Family[Clipped]):
    """Clipping scales all gradients by limit / norm when their joint norm exceeds it: the direction stays."""

    name, version, title = "optim.clip-norm", 1, "Clipping gradients by their norm"
    source = (
        "torch.nn.utils.clip_grad_norm_ documentation; Pascanu, Mikolov and Bengio (2013), On the difficulty of "
        "training recurrent neural networks, algorithm 1"
    )
    answer = {"one": Vector(places=3), "two": Vector(places=3), "micro": Vector(places=3), "update": Vector(places=4)}
    prompt = {
        "one": "A parameter has the gradient {gradient1}. What are its entries after `clip_grad_norm_` with max_norm "
        "{most}, to 3 decimals each?",
        "two": "A weight has the gradient {gradient1}, its bias {gradient2}. `clip_grad_norm_` is called for both "
        "together with max_norm {most}. What are all {n} entries after it, the weight's first, to 3 decimals each?",
        "micro": "Two micro-batches give a parameter the gradients {gradient1} and {second}. They are averaged, then "
        "`clip_grad_norm_` is called with max_norm {most}. What are the entries after it, to 3 decimals each?",
        "update": "A weight {start1} has the gradient {gradient1}, its bias {start2} the gradient {gradient2}. "
        "`clip_grad_norm_` is called for both together with max_norm {most}, then SGD with learning rate {lr} updates "
        "them. What are all {n} parameters after that, the weight's first, to 4 decimals each?",
    }
    _norm = ("the Euclidean norm over all entries together", "torch adds 1e-6 to it, too little to matter here")
    conventions = dict.fromkeys(("one", "two", "micro", "update"), _norm)
    steps = {
        "one": ("The norm: $sqrt({squares}) = {norm}$.", "{verdict}: {answer}"),
        "two": ("The norm over both: $sqrt({squares}) = {norm}$.", "{verdict}: {answer}"),
        "micro": (
            "The average of the micro-batches: {flat}.",
            "Its norm: $sqrt({squares}) = {norm}$.",
            "{verdict}: {answer}",
        ),
        "update": (
            "The norm over both: $sqrt({squares}) = {norm}$.",
            "{verdict}: {scaled}.",
            "Each parameter minus {lr} times that: {answer}",
        ),
    }
    limits = {1: Effort(12, 2), 2: Effort(20, 3), 3: Effort(26, 4)}
    mistakes = (
        Mistake(
            "each entry on its own",
            lambda p: p.finished(max(-p.most, min(p.most, g)) for g in p.flat),
            "You cut each entry at {most}, as `clip_grad_value_` does. Clipping by the norm keeps the direction: all "
            "entries get one factor.",
            teaches="debug-clip-nan",
        ),
        Mistake(
            "each parameter on its own",
            one_by_one,
            "You clipped weight and bias by a norm each. There is one norm over both, {norm}, and one factor.",
            teaches="debug-clip-nan",
        ),
        Mistake(
            "clipped before the average",
            clipped_first,
            "You clipped each micro-batch's gradient. Only their average is clipped: its norm is {norm}.",
            teaches="memory-points-accumulate",
        ),
        Mistake(
            "sum of the micro-batches",
            summed,
            "You added the micro-batches' gradients. They are averaged: {flat}.",
            teaches="memory-accumulate",
        ),
        Mistake(
            "always scaled",
            lambda p: None if p.over else p.finished(divide(g * p.most, p.norm) for g in p.flat),
            "You scaled the gradients up to the norm {most}. Clipping only makes them smaller, and {norm} is within "
            "the limit.",
        ),
        Mistake(
            "not clipped",
            lambda p: p.finished(p.flat) if p.over else None,
            "You left the gradients as they are. Their norm is {norm}, above {most}.",
        ),
        Mistake(
            "step clipped",
            step_clipped,
            "You clipped the step, learning rate included. The gradients are clipped first: their norm is {norm}.",
        ),
        Mistake(
            "unit norm",
            lambda p: p.finished(divide(g, p.norm) for g in p.flat),
            "You gave the gradients the norm 1. The largest norm allowed is {most}.",
        ),
        Mistake(
            "no root",
            lambda p: p.scaled(squared(p.flat)),
            "You took the sum of squares for the norm. Its root is the norm: {norm}.",
        ),
        Mistake(
            "sum of sizes",
            lambda p: p.scaled(sum(map(abs, p.flat), Fraction(0))),
            "You added the sizes of the entries, which is the 1-norm. Here the norm is Euclidean: {norm}.",
            convention="the Euclidean norm",
        ),
        Mistake(
            "largest entry",
            lambda p: p.scaled(max(map(abs, p.flat))),
            "You took the largest entry for the norm, as `norm_type=inf` does. Here the norm is Euclidean: {norm}.",
            convention="the Euclidean norm",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Clipped | None:
        """Level 1: one parameter with a whole norm; level 2: two; level 3: micro-batches, or an update on top."""
        if level == 1:
            sizes = draw.shuffled(draw.choice(NICE))
            return _clear(Clipped((tuple(g * draw.choice((-1, 1)) for g in sizes),), draw.choice(LIMITS)))
        if level == 3 and draw.chance(0.5):
            first, second = (tuple(draw.integer(-9, 9) for _ in range(3)) for _ in range(2))
            return _clear(Clipped((first,), draw.choice(LIMITS), (second,)))
        weight, bias = tuple(nonzero(draw, 9) for _ in range(draw.choice((2, 2, 3)))), (nonzero(draw, 9),)
        if level == 2:
            return _clear(Clipped((weight, bias), draw.choice(LIMITS)))
        start = tuple(nonzero(draw, 5) for _ in weight), (nonzero(draw, 5),)
        return _clear(Clipped((weight, bias), draw.choice(LIMITS), (), start, draw.choice((10, 50, 100, 200, 500))))

    def variant(self, p: Clipped) -> str:
        """Return one, two, micro or update."""
        if p.second:
            return "micro"
        return "update" if p.start else "one" if len(p.gradients) == 1 else "two"

    def branch(self, p: Clipped) -> str:
        """Return the variant, and whether the limit bites."""
        return f"{self.variant(p)} {'clipped' if p.over else 'kept'}"

    def formula(self, p: Clipped) -> Entries:
        """Return all gradients times limit / (norm + 1e-6), at most 1, or the parameters after the update."""
        return p.scaled(p.norm + TINY)

    def effort(self, p: Clipped) -> Effort:
        """Return square and product of every entry, the root and a quotient, and average or update."""
        n = len(p.flat)
        if p.start or p.second:
            return Effort(5 * n + 2, 4)
        return Effort(3 * n + 1, 2 if len(p.gradients) == 1 else 3)

    def facts(self, p: Clipped) -> Facts:
        """Return the settings, the norm and what becomes of it."""
        flat = p.flat
        size = p.norm
        clipped = clip(flat, p.most)
        ratio = f"$frac({decimal(p.most)}, {decimal(size, 5)}) = {decimal(divide(p.most, size), 5)}$"
        found: Facts = {
            "most": decimal(p.most),
            "lr": decimal(thousandths(p.rate)),
            "n": len(flat),
            "flat": _tuple(flat),
            "squares": " + ".join(f"{factor(g)}^2" for g in flat),
            "norm": decimal(size, 5),
            "scaled": _tuple(clipped),
            "verdict": f"That is above {decimal(p.most)}, so all entries are multiplied by {ratio}"
            if p.over
            else f"That is within {decimal(p.most)}, so nothing changes",
            "second": _tuple(p.second[0]) if p.second else "",
        }
        for index, row in enumerate(p.gradients, start=1):
            found[f"gradient{index}"] = _tuple(row)
        for index, row in enumerate(p.start, start=1):
            found[f"start{index}"] = _tuple(row)
        return found

    @staticmethod
    def witness(
        gradients: tuple[tuple[int, ...], ...],
        limit: int,
        second: tuple[tuple[int, ...], ...],
        start: tuple[tuple[int, ...], ...],
        rate: int,
    ) -> list[float]:
        """Return the gradients that clip_grad_norm_ leaves, or the parameters after torch.optim.SGD."""
        import torch

        parameters = [torch.tensor(w, dtype=torch.float64) for w in start or gradients]
        for index, w in enumerate(parameters):
            w.grad = torch.tensor(gradients[index], dtype=torch.float64)
            if second:
                w.grad = (w.grad + torch.tensor(second[index], dtype=torch.float64)) / 2
        torch.nn.utils.clip_grad_norm_(parameters, limit / 10)
        if start:
            torch.optim.SGD(parameters, rate / 1000, foreach=False).step()
        return torch.cat(parameters if start else [w.grad for w in parameters if w.grad is not None]).tolist()


def _clear(p: Clipped) -> Clipped | None:
    """Return the instance if the norm is clear of the limit, and no digit asked for depends on the 1e-6."""
    flat = [float(g) for g in p.flat]
    size, most, ulp = hypot(*flat), p.limit / 10, 1e-4 if p.start else 1e-3
    if not size or abs(size - most) < 0.1:
        return None  # micro-batches that cancel leave nothing to clip
    results = p.finished(Fraction(g * min(1.0, most / size)) for g in flat)
    boundary = [abs(float(x) / ulp % 1 - 0.5) for x in results]  # of rounding, in units of the last place
    return p if size <= most or min(boundary) > 0.02 else None


def _tuple(entries: Sequence[Number]) -> str:
    """Write entries in brackets, a single one without."""
    texts = [decimal(g, 5) for g in entries]
    return f"({', '.join(texts)})" if len(texts) > 1 else texts[0]
