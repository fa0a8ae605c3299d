"""The learning rate of an epoch under a schedule: steps, linear warm-up, cosine, warm restarts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from math import gcd

from studydl.answers.kinds import Real
from studydl.problems.catalog.optim._writing import decimal, plus
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import DIGITS, PI, Irrational, Number, sqrt

RATES = (10, 20, 30, 50, 80, 100, 200, 300, 500, 800, 1000, 2000, 3000, 5000)  # in ten-thousandths
TURNS = tuple(Fraction(*pair) for pair in ((1, 6), (1, 4), (1, 3), (1, 2), (2, 3), (3, 4), (5, 6)))
LONGEST = 48  # epochs; the real scheduler takes every one of them

_HALF, _ROOT2, _ROOT3 = Fraction(1, 2), sqrt(Fraction(1, 2)), sqrt(Fraction(3, 4))
COSINES: dict[Fraction, Number] = {  # of pi times these shares: the ones people know
    Fraction(0): 1,
    Fraction(1, 6): _ROOT3,
    Fraction(1, 4): _ROOT2,
    Fraction(1, 3): _HALF,
    Fraction(1, 2): 0,
    Fraction(2, 3): -_HALF,
    Fraction(3, 4): -1 * _ROOT2,
    Fraction(5, 6): -1 * _ROOT3,
    Fraction(1): -1,
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule and an epoch.

    Args:
        form: "step", "linear", "cosine", "warm-up" (linear, then cosine) or "restarts".
        rate: the base learning rate in ten-thousandths.
        epoch: counted from 0.
        size: epochs of a step, of the linear part alone, of the cosine, or of the first cycle.
        factor: gamma of the steps or start factor of the warm-up, in hundredths; 0 where there is neither.
        percent: eta_min in percent of the base rate.
        warm: epochs of warm-up before the cosine; 0 without.
        mult: by what each cycle is longer than the one before; 1 without restarts.
    """

    form: str
    rate: int
    epoch: int
    size: int
    factor: int = 0
    percent: int = 0
    warm: int = 0
    mult: int = 1

    @property
    def base(self) -> Fraction:
        """Return the base learning rate."""
        return Fraction(self.rate, 10000)

    @property
    def low(self) -> Fraction:
        """Return eta_min."""
        return self.base * self.percent / 100

    @property
    def share(self) -> Fraction:
        """Return gamma or the start factor."""
        return Fraction(self.factor, 100)

    @property
    def drops(self) -> int:
        """Return how many steps lie before the epoch."""
        return self.epoch // self.size

    @property
    def cycle(self) -> tuple[int, int]:
        """Return the first epoch and the length of the cosine that the epoch belongs to."""
        begin, length = self.warm, self.size
        while self.form == "restarts" and self.epoch >= begin + length:
            begin, length = begin + length, length * self.mult
        return begin, length

    @property
    def turn(self) -> Fraction:
        """Return which share of its cosine has passed."""
        begin, length = self.cycle
        return Fraction(self.epoch - begin, length)

    @property
    def cosine(self) -> bool:
        """Say whether the rate of the epoch comes from a cosine."""
        return self.form in ("cosine", "warm-up", "restarts")

    def stepped(self, drops: int) -> Fraction | None:
        """Return the rate after so many steps; None for other schedules."""
        return self.base * self.share**drops if self.form == "step" else None

    def ramp(self, progress: Fraction, start: Fraction) -> Fraction | None:
        """Return the rate of a linear warm-up that starts from a share of the base; None for other schedules."""
        return self.base * (start + (1 - start) * progress) if self.form == "linear" else None

    def wave(self, cosine: Number, low: Fraction | None = None, top: Fraction | None = None) -> Number | None:
        """Return the rate where the cosine has this value; None for other schedules.

        Args:
            cosine: -1 to 1.
            low: what the rate falls to; eta_min when None.
            top: what it starts from; the base rate when None.
        """
        low, top = self.low if low is None else low, self.base if top is None else top
        return low + _HALF * (top - low) * (1 + cosine) if self.cosine else None

    def curve(self, turn: Fraction) -> Number | None:
        """Return the rate after this share of a cosine; None for other schedules."""
        return self.wave(cosine_of(turn)) if self.cosine else None

    @property
    def now(self) -> Number:
        """Return the learning rate of the epoch."""
        if self.form == "step":
            return self.base * self.share**self.drops
        if self.form == "linear":
            return self.base * (self.share + (1 - self.share) * Fraction(self.epoch, self.size))
        return self.low + _HALF * (self.base - self.low) * (1 + cosine_of(self.turn))


@lru_cache(4096)
def cosine_of(turn: Fraction) -> Number:
    """Return the cosine of turn times pi, to all digits."""
    turn %= 2
    turn = min(turn, 2 - turn)
    return COSINES[turn] if turn in COSINES else _series(PI * turn)


@lru_cache(4096)
def degrees_of(turn: Fraction) -> Number:
    """Return what a calculator set to degrees gives for the cosine of turn times pi."""
    return _series(PI * PI * turn * Fraction(1, 180))


def _series(x: Number) -> Number:
    """Return the cosine of x, by its power series; x is at most 4."""
    assert isinstance(x, Irrational)
    with localcontext(prec=DIGITS):
        total = term = Decimal(1)
        for n in range(1, 60, 2):
            term *= -x.value * x.value / (n * (n + 1))
            total += term
    return Irrational(total)


class LearningRateSchedule(Family[Schedule]):
    """The rate of an epoch: gamma to the whole steps passed, a line up, or half a cosine down to eta_min."""

    name, version, title = "optim.schedule", 1, "Learning rate schedules"
    source = (
        "torch.optim.lr_scheduler documentation: StepLR, LinearLR, CosineAnnealingLR, CosineAnnealingWarmRestarts; "
        "Loshchilov and Hutter (2017), SGDR"
    )
    answer = Real(significant=4)
    _ask = "What is the learning rate in epoch {epoch}, to 4 significant digits?"
    prompt = {
        "step": "The optimizer has learning rate {base}, the scheduler is `StepLR(step_size={size}, gamma={share})`. "
        + _ask,
        "linear": "The optimizer has learning rate {base}, the scheduler is `LinearLR(start_factor={share}, "
        "total_iters={size})`. " + _ask,
        "cosine": "The optimizer has learning rate {base}, the scheduler is `CosineAnnealingLR(T_max={size}, "
        "eta_min={low})`. " + _ask,
        "warm-up": "The optimizer has learning rate {base}. The first {warm} epochs are a linear warm-up with start "
        "factor {share}, the {size} epochs after it a cosine down to eta_min = {low}. " + _ask,
        "restarts": "The optimizer has learning rate {base}, the scheduler is `CosineAnnealingWarmRestarts(T_0={size}, "
        "T_mult={mult}, eta_min={low})`. " + _ask,
    }
    _count = "epochs are counted from 0, and the scheduler steps after each"
    conventions = {
        "step": (_count,),
        "linear": (_count, "the start factor belongs to epoch 0"),
        "cosine": (_count,),
        "warm-up": (_count, "the start factor belongs to epoch 0, the full rate to epoch {warm}"),
        "restarts": (_count,),
    }
    _wave = (
        "The angle is $pi * frac({passed}, {length})$, {degrees} degrees; its cosine is {cosine}.",
        "Above eta_min = {low} lie ${base} - {low} = {range}$ in all, now "
        "$frac(1 {plus_cosine}, 2) * {range} = {part}$.",
        "${low} + {part}$ = {answer}",
    )
    steps = {
        "step": (
            "Steps before epoch {epoch}: $floor(frac({epoch}, {size})) = {drops}$.",
            "Each multiplies the rate by {share}: ${base} * {share}^{drops}$ = {answer}",
        ),
        "linear": (
            "The factor grows from {share} to 1 over {size} epochs; in epoch {epoch} it is "
            "${share} + (1 - {share}) * frac({epoch}, {size}) = {ramp}$.",
            "Times the learning rate: ${base} * {ramp}$ = {answer}",
        ),
        "cosine": _wave,
        "warm-up": (
            "The cosine starts after the warm-up: ${epoch} - {warm} = {passed}$ of its {length} epochs.",
            *_wave,
        ),
        "restarts": (
            "The cycles start at the epochs {starts}. Epoch {epoch} is {passed} after the start of one with {length} "
            "epochs.",
            *_wave,
        ),
    }
    limits = {1: Effort(6, 3), 2: Effort(8, 4), 3: Effort(14, 4)}
    mistakes = (
        Mistake(
            "one step late",
            lambda p: p.stepped((p.epoch - 1) // p.size),
            "You made the step one epoch late. Epoch {epoch} is already the first one with {drops_words} behind it.",
        ),
        Mistake(
            "counted from 1",
            lambda p: replace(p, epoch=p.epoch + 1).now,
            "You used the rate of one epoch later. Epochs are counted from 0: before epoch {epoch} the scheduler has "
            "taken {taken}.",
        ),
        Mistake(
            "rounded up",
            lambda p: p.stepped(-(-p.epoch // p.size)),
            "You counted the step that is still under way. Only whole ones count: "
            "$floor(frac({epoch}, {size})) = {drops}$.",
        ),
        Mistake(
            "a step every epoch",
            lambda p: p.stepped(p.epoch),
            "You multiplied by {share} in every epoch. StepLR does so only every {size} epochs.",
        ),
        Mistake(
            "a single step",
            lambda p: p.stepped(1),
            "You multiplied by {share} once. Before epoch {epoch} lie {drops_words}.",
        ),
        Mistake(
            "reduced by gamma",
            lambda p: p.base * (1 - p.share) ** p.drops if p.form == "step" else None,
            "You took the share {share} off. Gamma is what a step leaves.",
        ),
        Mistake(
            "from zero",
            lambda p: p.ramp(Fraction(p.epoch, p.size), Fraction(0)),
            "You let the warm-up start at 0. It starts at {share} of the learning rate.",
        ),
        Mistake(
            "start factor on top",
            lambda p: p.base * (p.share + Fraction(p.epoch, p.size)) if p.form == "linear" else None,
            "You added the whole share {epoch}/{size} to the start factor. Only $1 - {share}$ is left to grow.",
        ),
        Mistake(
            "factor without the rate",
            lambda p: p.share + (p.base - p.share) * Fraction(p.epoch, p.size) if p.form == "linear" else None,
            "You took the start factor for a learning rate. It is a share of {base}.",
        ),
        Mistake(
            "warm-up counted in",
            lambda p: p.curve(Fraction(p.epoch, p.size + p.warm)) if p.warm else None,
            "You let the cosine run from epoch 0 on. It starts after the {warm} epochs of warm-up.",
        ),
        Mistake(
            "warm-up not subtracted",
            lambda p: p.curve(Fraction(p.epoch, p.size)) if p.warm else None,
            "You put {epoch} epochs into the cosine. Without the warm-up it has run for {passed}.",
        ),
        Mistake(
            "cycles not longer",
            lambda p: p.curve(Fraction(p.epoch % p.size, p.size)) if p.form == "restarts" else None,
            "You gave every cycle {size} epochs. With `T_mult={mult}` each is {mult} times as long as the one before.",
        ),
        Mistake(
            "no restart",
            lambda p: p.curve(Fraction(p.epoch, p.size)) if p.form == "restarts" else None,
            "You let the first cosine run on. It starts again, at the epochs {starts}.",
        ),
        Mistake(
            "eta_min ignored",
            lambda p: p.wave(cosine_of(p.turn), Fraction(0)),
            "You let the rate fall to 0. It falls to eta_min = {low} only.",
        ),
        Mistake(
            "eta_min on top",
            lambda p: p.wave(cosine_of(p.turn), top=p.base + p.low),
            "You added eta_min to a cosine of the full rate. The cosine spans what lies above it: {range}.",
        ),
        Mistake(
            "a line for the cosine",
            lambda p: p.wave(1 - 2 * p.turn) if p.cosine else None,
            "That is a straight line. The cosine is slow at both ends: {cosine} at {degrees} degrees.",
        ),
        Mistake(
            "a whole period",
            lambda p: p.curve(2 * p.turn),
            "You let the cosine run through a whole period. The rate falls over half of one: angle "
            "$pi * frac({passed}, {length})$.",
        ),
        Mistake(
            "rising",
            lambda p: p.curve(1 - p.turn),
            "You used 1 minus the cosine, which rises. The rate falls: 1 plus the cosine, {cosine}.",
        ),
        Mistake(
            "degrees",
            lambda p: p.wave(degrees_of(p.turn)) if p.cosine else None,
            "Your cosine took the angle for degrees. $pi * frac({passed}, {length})$ is in radians: {degrees} degrees.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Schedule | None:
        """Level 1: steps or a warm-up; level 2: a cosine; level 3: a cosine after a warm-up, or with restarts."""
        if level == 1:
            rate = draw.choice(RATES)
            if draw.chance(0.6):
                size = draw.integer(3, 12)
                drops = draw.integer(1, 3)
                epoch = size * drops + (0 if draw.chance(0.3) else draw.integer(1, size - 1))
                return Schedule("step", rate, epoch, size, draw.choice((10, 20, 30, 50, 70, 80, 90)))
            size = draw.choice((4, 5, 8, 10, 20))
            return Schedule("linear", rate, draw.integer(1, size - 1), size, draw.choice((1, 5, 10, 20, 25, 50)))
        rate, percent = draw.integer(10, 99) * draw.choice((1, 10)), draw.choice((1, 2, 5, 10))
        turn = draw.choice(TURNS)
        if level == 3 and draw.chance(0.5):
            return _restarted(draw, rate, percent, turn)
        length = turn.denominator * draw.integer(2, (60 if level == 2 else 30) // turn.denominator)
        passed = int(length * turn)
        if level == 2:
            return Schedule("cosine", rate, passed, length, percent=percent) if passed <= LONGEST else None
        warm = draw.integer(2, 8)
        return Schedule("warm-up", rate, warm + passed, length, draw.choice((1, 10, 20, 25, 50)), percent, warm)

    def variant(self, p: Schedule) -> str:
        """Return the form of the schedule."""
        return p.form

    def formula(self, p: Schedule) -> Number:
        """Return the learning rate of the epoch."""
        return p.now

    def effort(self, p: Schedule) -> Effort:
        """Return the operations, a cosine among them, and what it takes to find where in it the epoch lies."""
        operations = {"step": 3, "linear": 4, "cosine": 7, "warm-up": 8, "restarts": 9 + len(self._starts(p))}
        return Effort(operations[p.form], 4 if p.cosine else 3)

    def facts(self, p: Schedule) -> Facts:
        """Return the settings, and where in its schedule the epoch lies."""
        begin, length = p.cycle
        cosine = cosine_of(p.turn) if p.cosine else 0
        part = _HALF * (p.base - p.low) * (1 + cosine)
        return {
            "base": decimal(p.base),
            "low": decimal(p.low, 8),
            "range": decimal(p.base - p.low, 8),
            "share": decimal(p.share),
            "drops": p.drops,
            "drops_words": "1 step" if p.drops == 1 else f"{p.drops} steps",
            "taken": "1 step" if p.epoch == 1 else f"{p.epoch} steps",
            "ramp": decimal(p.share + (1 - p.share) * Fraction(p.epoch, p.size)),
            "passed": p.epoch - begin,
            "length": length,
            "degrees": int(180 * p.turn) if p.cosine else 0,
            "cosine": decimal(cosine, 5),
            "plus_cosine": plus(cosine, 5),
            "part": decimal(part, 8),
            "starts": self._starts(p),
        }

    @staticmethod
    def _starts(p: Schedule) -> tuple[int, ...]:
        """Return the epochs at which cycles start, up to the one that the epoch belongs to."""
        found, length = [0], p.size
        while p.form == "restarts" and found[-1] + length <= p.epoch:
            found.append(found[-1] + length)
            length *= p.mult
        return tuple(found)

    @staticmethod
    def witness(form: str, rate: int, epoch: int, size: int, factor: int, percent: int, warm: int, mult: int) -> float:
        """Return the rate that torch's scheduler has set."""
        import torch
        from torch.optim import lr_scheduler

        lr = rate / 10000
        optimizer = torch.optim.SGD([torch.zeros(1)], lr)
        scheduler: lr_scheduler.LRScheduler
        if form == "restarts":
            scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, size, mult, lr * percent / 100)
            scheduler.step(epoch)
        else:
            if form == "step":
                scheduler = lr_scheduler.StepLR(optimizer, size, factor / 100)
            if form in ("linear", "warm-up"):
                scheduler = line = lr_scheduler.LinearLR(optimizer, factor / 100, total_iters=warm or size)
            if form in ("cosine", "warm-up"):
                scheduler = wave = lr_scheduler.CosineAnnealingLR(optimizer, size, lr * percent / 100)
            if form == "warm-up":
                scheduler = lr_scheduler.SequentialLR(optimizer, [line, wave], [warm])
            optimizer.step()
            for _ in range(epoch):
                scheduler.step()
        return float(scheduler.get_last_lr()[0])


def _restarted(draw: Draw, rate: int, percent: int, turn: Fraction) -> Schedule:
    """Draw cycles that grow, and an epoch of the second or third one at this share of it."""
    mult, cycle = draw.choice((2, 2, 3)), draw.choice((1, 1, 2))
    unit = turn.denominator // gcd(turn.denominator, mult**cycle)  # of such sizes the share is a whole epoch
    size = unit * draw.integer(-(-3 // unit), 15 // unit)
    begin = sum(size * mult**k for k in range(cycle))
    epoch = begin + int(size * mult**cycle * turn)
    return Schedule("restarts", rate, epoch, size, percent=percent, mult=mult)
