"""Label smoothing: the target it makes, the loss, and the smallest loss it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import (
    LN2,
    Logits,
    about,
    exp,
    joined,
    log,
    log_sum_exp,
    shorts,
    softmax,
    tenths,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide


@dataclass(frozen=True, slots=True)
class Smoothed:
    """A label, its smoothing, and perhaps logits.

    Args:
        classes: 3 to 120.
        smoothing: in hundredths, 1 to 50.
        label: the true class, counted from 0.
        logits: in tenths, -30 to 40; empty where none are needed.
        form: "true", "other", "loss", "excess" or "gap".
    """

    classes: int
    smoothing: int
    label: int
    logits: tuple[int, ...]
    form: str

    @property
    def eps(self) -> Fraction:
        """Return the label smoothing."""
        return _targets(self.classes, self.smoothing)[0]

    @property
    def part(self) -> Fraction:
        """Return the target of a class that is not the true one."""
        return _targets(self.classes, self.smoothing)[1]

    @property
    def top(self) -> Fraction:
        """Return the target of the true class."""
        return _targets(self.classes, self.smoothing)[2]

    @property
    def z(self) -> Logits:
        """Return the logits."""
        return tenths(self.logits)

    def target(self, top: Fraction, part: Fraction) -> tuple[Fraction, ...]:
        """Return a target for each class: one for the true class, one for the others."""
        return tuple(top if k == self.label else part for k in range(self.classes))

    def loss(self, top: Fraction, part: Fraction, z: tuple[Number, ...] | None = None) -> Number:
        """Return the cross-entropy of a target with the softmax of the logits, or of other logits."""
        logits = z or self.z
        true, all_scores = logits[self.label], sum(logits)
        return log_sum_exp(logits) * (top + (self.classes - 1) * part) - (top - part) * true - part * all_scores

    def floor(self, top: Fraction, part: Fraction) -> Number:
        """Return the entropy of a target: the smallest cross-entropy it leaves; 0 unless the question is of excess."""
        if self.form != "excess":
            return 0
        return -(top * log(top) + (self.classes - 1) * part * log(part))

    def answer(self, top: Fraction, part: Fraction) -> Number:
        """Return what is asked for, by a target for the true class and one for the others."""
        if self.form in ("true", "other"):
            return top if self.form == "true" else part
        return log(top / part) if self.form == "gap" else self.loss(top, part) - self.floor(top, part)


@lru_cache(4096)
def _targets(classes: int, smoothing: int) -> tuple[Fraction, Fraction, Fraction]:
    """Return eps, the target of a class that is not the true one, and that of the true class."""
    eps = Fraction(smoothing, 100)
    return eps, eps / classes, 1 - eps + eps / classes


@lru_cache(64)
def smoothed_loss(s: Smoothed) -> Number:
    """Return the cross-entropy with the smoothed target."""
    return s.loss(s.top, s.part)


def on_logits(value: Callable[[Smoothed], Number]) -> Callable[[Smoothed], Number | None]:
    """Return the value of a mistake that needs logits."""
    return lambda s: value(s) if s.logits else None


def of_form(form: str, value: Callable[[Smoothed], Number]) -> Callable[[Smoothed], Number | None]:
    """Return the value of a mistake that belongs to one form of the question."""
    return lambda s: value(s) if s.form == form else None


class SmoothCrossEntropy(Family[Smoothed]):
    """Smoothing gives every class eps/K and the true one 1 - eps on top; the loss is smallest where softmax is that."""

    name, version, title = "loss.smooth-cross-entropy", 1, "Cross-entropy with label smoothing"
    source = (
        "Szegedy et al. (2016), Rethinking the Inception architecture, section 7; torch.nn.CrossEntropyLoss "
        "documentation"
    )
    answer = {
        "true": Real(places=4),
        "other": Real(places=4),
        "loss": Real(places=3),
        "excess": Real(places=3),
        "gap": Real(places=3),
    }
    prompt = {
        "true": "A classifier of {classes} classes is trained with label smoothing {eps:.2}. Which target does the "
        "true class get, to 4 decimals?",
        "other": "A classifier of {classes} classes is trained with label smoothing {eps:.2}. Which target does each "
        "class get that is not the true one, to 4 decimals?",
        "loss": "A classifier gives the classes {names} the logits {z}. The true class is {label}, and the label "
        "smoothing is {eps:.2}. What is the cross-entropy loss, to 3 decimals?",
        "excess": "A classifier gives the classes {names} the logits {z}. The true class is {label}, and the label "
        "smoothing is {eps:.2}. By how much does the cross-entropy loss exceed the smallest one that any logits "
        "reach, to 3 decimals?",
        "gap": "A classifier of {classes} classes is trained with label smoothing {eps:.2}. By how much does the logit "
        "of the true class exceed each other logit where the cross-entropy loss is smallest, to 3 decimals?",
    }
    _shared = "smoothing eps gives each of K classes eps/K"
    conventions = {
        "true": (_shared,),
        "other": (_shared,),
        "loss": ("natural logarithm", "classes counted from 0", _shared),
        "excess": ("natural logarithm", "classes counted from 0", _shared),
        "gap": (_shared,),
    }
    _target = (
        "Each class gets $frac({eps:.2}, {classes}) = {part}$, and class {label} gets $1 - {eps:.2}$ on top: {top}."
    )
    _loss = (
        _target,
        "$ln(sum e^z) = ln({powers}) = ln {total:.5} = {log:.5}$",
        "Minus the logarithms of the softmax, ${log:.5} - z$: {surprises}.",
    )
    steps = {
        "true": (
            "The smoothing is shared by all classes: $frac({eps:.2}, {classes}) = {part}$ each.",
            "The true class keeps $1 - {eps:.2} = {rest:.2}$ and gets its share: ${rest:.2} + {part}$ = {answer}",
        ),
        "other": (
            "The smoothing {eps:.2} is shared by all {classes} classes, the true one included.",
            "Each share: $frac({eps:.2}, {classes})$ = {answer}",
        ),
        "loss": (*_loss, "Weighted by the targets: {products}.", "The sum is the loss: {answer}"),
        "excess": (
            *_loss,
            "Weighted by the targets: {products}. The sum is the loss, {whole:.5}.",
            "The loss is smallest where the softmax is the target. It is the entropy of the target then: "
            "$-({top} * ln {top} + {others} * {part} * ln {part}) = {floor:.5}$.",
            "The difference: ${whole:.5} - {floor:.5}$ = {answer}",
        ),
        "gap": (
            "The targets are $frac({eps:.2}, {classes}) = {part}$, and $1 - {eps:.2} + {part} = {top}$ for the true "
            "class.",
            "The loss is smallest where the softmax is the target, so $e^d = frac({top}, {part}) = {ratio}$ for the "
            "difference $d$ of the logits.",
            "$d = ln {ratio}$ = {answer}",
        ),
    }
    limits = {1: Effort(3, 4), 2: Effort(24, 5), 3: Effort(32, 5)}
    mistakes = (
        Mistake(
            "smoothing over the other classes",
            lambda s: s.answer(1 - s.eps, s.eps / (s.classes - 1)),
            "You shared the smoothing among the other classes only. Here all {classes} classes share it, {part} each.",
            convention="each of K classes eps/K",
        ),
        Mistake(
            "true class without its share",
            lambda s: s.answer(1 - s.eps, s.part) if s.form in ("loss", "gap") else None,
            "Your targets do not add up to 1: the true class gets its share of the smoothing, {part}, as well.",
        ),
        Mistake(
            "smoothing ignored",
            on_logits(lambda s: s.loss(Fraction(1), Fraction(0))),
            "That is the loss without smoothing. With {eps:.2} the other classes count too, {part} each.",
        ),
        Mistake(
            "loss itself",
            of_form("excess", smoothed_loss),
            "That is the loss. The smallest possible one, {floor:.5}, is to be subtracted.",
        ),
        Mistake(
            "smallest loss",
            of_form("excess", lambda s: s.floor(s.top, s.part)),
            "That is the smallest loss, the entropy of the target. The question asks by how much the loss exceeds it.",
        ),
        Mistake(
            "softmax taken twice",
            on_logits(lambda s: s.loss(s.top, s.part, softmax(s.z)) - s.floor(s.top, s.part)),
            "You passed probabilities on as logits. The loss takes the logits and applies the softmax itself, once.",
            teaches="info-logits",
        ),
        Mistake(
            "prediction smoothed",
            on_logits(lambda s: -log(softmax(s.z)[s.label] * (1 - s.eps) + s.part) - s.floor(s.top, s.part)),
            "You smoothed the predicted probability. It is the label that is smoothed; the prediction stays as it is.",
        ),
        Mistake(
            "logarithm to base 2",
            on_logits(lambda s: divide(smoothed_loss(s) - s.floor(s.top, s.part), LN2)),
            "You took logarithms to base 2. Losses have the natural logarithm: multiply by ln 2 = 0.6931.",
            convention="natural logarithm",
            teaches="info-unit",
        ),
        Mistake(
            "smoothing not shared",
            lambda s: s.answer(1 - s.eps, s.eps) if s.form in ("other", "gap") else None,
            "You gave another class all of the smoothing. It is shared by {classes} classes, {part} each.",
        ),
        Mistake(
            "share taken off",
            of_form("true", lambda s: 1 - s.part),
            "You took one share, {part}, off the true class. It gives up all of {eps:.2} and gets one share back.",
        ),
        Mistake(
            "rest shared",
            lambda s: (1 - s.eps) / s.classes if s.form in ("true", "other") else None,
            "You shared out what the true class keeps. It is the smoothing, {eps:.2}, that is shared.",
        ),
        Mistake(
            "difference of the targets",
            of_form("gap", lambda s: s.top - s.part),
            "That is by how much the targets differ. Logits are logarithms: take that of the ratio, {ratio}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Smoothed | None:
        """Level 1: the target; level 2: the loss; level 3: the loss above the smallest one, or where that is."""
        if level == 1:
            classes = draw.choice((3, 4, 5, 6, 8, 10, 12, 20, 25, 40, 50, 100))
            return Smoothed(classes, draw.integer(1, 30), 0, (), draw.choice(("true", "true", "other")))
        if level == 3 and draw.chance(0.15):
            return Smoothed(draw.integer(3, 120), draw.integer(1, 50), 0, (), "gap")
        classes = draw.choice((3, 3, 4))
        logits = tuple(5 * k for k in draw.integers(classes, -6, 8))
        smoothing = draw.choice((5, 10, 10, 15, 20, 20, 25, 30, 40))
        form = "loss" if level == 2 else "excess"
        s = Smoothed(classes, smoothing, draw.integer(0, classes - 1), logits, form)
        return s if len(set(logits)) > 1 else None

    def variant(self, s: Smoothed) -> str:
        """Return true, other, loss, excess or gap."""
        return s.form

    def formula(self, s: Smoothed) -> Number:
        """Return the target, the cross-entropy with it, less its entropy, or the logarithm of its ratio."""
        return s.answer(s.top, s.part)

    def effort(self, s: Smoothed) -> Effort:
        """Return what the target takes, five operations a class for the loss, and the entropy of the target."""
        if not s.logits:
            return Effort({"true": 3, "other": 1, "gap": 5}[s.form], 5 if s.form == "gap" else 4)
        return Effort(2 + 5 * s.classes + (8 if s.form == "excess" else 0), 5)

    def facts(self, s: Smoothed) -> Facts:
        """Return the targets and, with logits, the loss in its parts."""
        facts: Facts = {
            "eps": s.eps,
            "rest": 1 - s.eps,
            "part": about(s.part, 6 if s.form == "gap" else 5),
            "top": about(s.top, 6 if s.form == "gap" else 5),
            "ratio": about(s.top / s.part, 3),
        }
        if not s.logits:
            return facts
        powers = [exp(z) for z in s.z]
        total = log_sum_exp(s.z)
        surprises = [total - z for z in s.z]
        return facts | {
            "z": shorts(s.z),
            "names": tuple(range(s.classes)),
            "others": s.classes - 1,
            "powers": " + ".join(about(power) for power in powers),
            "total": sum(powers),
            "log": total,
            "surprises": joined(surprises),
            "products": joined(t * x for t, x in zip(s.target(s.top, s.part), surprises, strict=True)),
            "whole": smoothed_loss(s),
            "floor": s.floor(s.top, s.part),
        }

    @staticmethod
    def witness(classes: int, smoothing: int, label: int, logits: tuple[int, ...], form: str) -> object:
        """Return torch's loss; the target from its gradient, the divergence from it, the gap where the slope is 0."""
        import torch

        functional, eps = torch.nn.functional, smoothing / 100
        if form == "gap":
            low, high = 0.0, 20.0
            for _ in range(7):
                gap = torch.linspace(low, high, 51, dtype=torch.float64, requires_grad=True)
                rows = functional.pad(gap[:, None], (0, classes - 1))
                labels = torch.zeros(51, dtype=torch.long)
                whole = functional.cross_entropy(rows, labels, label_smoothing=eps, reduction="sum")
                falling = int((torch.autograd.grad(whole, gap)[0] < 0).sum())
                low, high = gap[falling - 1].item(), gap[falling].item()
            answer = low
        else:
            z = torch.tensor(logits or (0,) * classes, dtype=torch.float64) / 10
            z.requires_grad_()
            loss = functional.cross_entropy(z, torch.tensor(label), label_smoothing=eps)
            if form == "loss":
                answer = loss.item()
            else:
                target = torch.softmax(z, dim=0) - torch.autograd.grad(loss, z)[0]  # the gradient is softmax - target
                if form == "excess":
                    answer = functional.kl_div(torch.log_softmax(z, dim=0), target, reduction="sum").item()
                else:
                    answer = target[label if form == "true" else label - 1].item()
        return answer
