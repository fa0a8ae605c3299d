"""The gradient of the cross-entropy loss behind a softmax."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Vector
from studydl.problems.catalog._digits import enough, rounded
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, exp, fixed

Numbers = tuple[int, ...]
Row = tuple[Number, ...]
CLASSES = "ABCD"

power = lru_cache(4096)(exp)  # every mistake of an instance asks again


@dataclass(frozen=True, slots=True)
class Classified:
    """Predictions of a classifier and the true classes.

    Args:
        form: "probabilities" (given), "logits" (given), "temperature" (divides them), or "batch" (a linear layer).
        rows: for each example, probabilities in hundredths ("probabilities", "batch") or logits in tenths.
        labels: index of the true class of each example.
        temperature: tenths; 10 but for "temperature".
        inputs: what the linear layer got for each example; empty but for "batch".
        asked: index of the class whose weights are asked about, for "batch".
    """

    form: str
    rows: tuple[Numbers, ...]
    labels: Numbers
    temperature: int = 10
    inputs: tuple[Numbers, ...] = ()
    asked: int = 0

    @property
    def heat(self) -> Fraction:
        """Return the temperature."""
        return Fraction(self.temperature, 10)

    @property
    def scaled(self) -> Row:
        """Return the logits of the one example over the temperature."""
        return tuple(Fraction(z, self.temperature) for z in self.rows[0])

    @property
    def probabilities(self) -> Row:
        """Return the probabilities of the one example."""
        if self.form == "probabilities":
            return tuple(Fraction(p, 100) for p in self.rows[0])
        return softened(self.rows[0], self.temperature)

    def target(self, index: int) -> int:
        """Return 1 for the true class of the one example, else 0."""
        return int(index == self.labels[0])

    def less_target(self, row: Sequence[Number]) -> Row:
        """Return a row less 1 at the true class."""
        label = self.labels[0]
        return (*row[:label], row[label] - 1, *row[label + 1 :])

    def cooled(self, row: Row) -> Row:
        """Return a row over the temperature."""
        return row if self.temperature == 10 else tuple(divide(x, self.heat) for x in row)

    def with_row(self, row: Callable[[], Sequence[Number]]) -> Row | None:
        """Return what a row in the place of the probabilities leads to, where logits are given."""
        return self.less_target(row()) if self.form == "logits" else None

    def errors(self, target: int = 1) -> Numbers:
        """Return, in hundredths, the probability of the class asked about less its target, for each example."""
        pairs = zip(self.rows, self.labels, strict=True)
        return tuple(row[self.asked] - 100 * target * (label == self.asked) for row, label in pairs)

    def weight_gradient(self, errors: Numbers, share: Fraction | int) -> Row | None:
        """Return the sum of errors times inputs, times a share; None without a batch."""
        if self.form != "batch":
            return None
        return tuple(
            Fraction(sum(e * x for e, x in zip(errors, feature, strict=True)), 100) * share
            for feature in zip(*self.inputs, strict=True)
        )

    @property
    def mean(self) -> Fraction:
        """Return the share of each example."""
        return Fraction(1, len(self.rows))

    @property
    def gradient(self) -> Row:
        """Return the gradient asked for."""
        found = self.weight_gradient(self.errors(), self.mean)
        return self.cooled(self.less_target(self.probabilities)) if found is None else found

    @property
    def decimals(self) -> int:
        """Return how many decimals exponentials and probabilities need, so that the gradient follows from them."""
        powers = [power(z) for z in self.scaled]
        total, heat = added(powers), self.temperature / 10

        def results(places: int) -> Iterator[tuple[float, Number]]:
            from_scaled = [math.exp(rounded(z, places)) for z in self.scaled]
            for probabilities in (
                [x / sum(from_scaled) for x in from_scaled],
                [rounded(x, places) / rounded(total, places) for x in powers],
                [rounded(x, places) for x in self.probabilities],
            ):
                for i, (x, exact) in enumerate(zip(probabilities, self.gradient, strict=True)):
                    yield (x - self.target(i)) / heat, exact

        return enough(results, asked=3)

    @property
    def untargeted(self) -> Row:
        """Return the gradient if nothing were subtracted at the true class."""
        found = self.weight_gradient(self.errors(target=0), self.mean)
        return self.cooled(self.probabilities) if found is None else found

    @property
    def apart(self) -> Row | None:
        """Return the mean error times the mean inputs; None without a batch."""
        if self.form != "batch":
            return None
        error = sum(self.errors()) * self.mean / 100
        return tuple(error * sum(feature) * self.mean for feature in zip(*self.inputs, strict=True))


SINGLE = ("probabilities", "logits", "temperature")


def softmax(logits: Sequence[Number]) -> Row:
    """Return the exponentials over their sum."""
    powers = [power(z) for z in logits]
    share = divide(1, added(powers))
    return tuple(p * share for p in powers)


@lru_cache(64)
def softened(logits: Numbers, temperature: int) -> Row:
    """Return the softmax of logits over a temperature, both in tenths."""
    return softmax([Fraction(z, temperature) for z in logits])


def added(terms: Sequence[Number]) -> Number:
    """Return the sum of numbers."""
    total: Number = 0
    for term in terms:
        total = total + term
    return total


class SoftmaxGradient(Family[Classified]):
    """The gradient of cross-entropy by the logits is p - y: predicted probabilities, less 1 at the true class."""

    name, version, title = "backprop.softmax-gradient", 1, "Gradient of softmax and cross-entropy"
    source = (
        "Goodfellow, Bengio and Courville (2016), Deep Learning, section 6.2.2.3; Bishop (2006), Pattern Recognition "
        "and Machine Learning, equation 4.109; torch.nn.CrossEntropyLoss documentation"
    )
    answer = {
        "probabilities": Vector(places=2),
        "logits": Vector(places=3),
        "temperature": Vector(places=3),
        "batch": Vector(places=3),
    }
    _gradient = "What is the gradient of the cross-entropy loss with respect to the logits, as a tuple, to "
    prompt = {
        "probabilities": "A softmax gives the classes {classes} the probabilities {given}. The true class is {label}. "
        + _gradient
        + "2 decimals?",
        "logits": "A classifier gives the classes {classes} the logits {given}. The true class is {label}. "
        + _gradient
        + "3 decimals?",
        "temperature": "A classifier gives the classes {classes} the logits {given}. They are divided by the "
        "temperature {heat} before the softmax. The true class is {label}. " + _gradient + "3 decimals?",
        "batch": "A linear layer gives the logits of the classes {classes}. For a batch of {count} examples its "
        "inputs, the probabilities after the softmax, and the true classes are: {examples}. What is the gradient of "
        "the mean cross-entropy loss with respect to the two weights of class {asked_class}, as a pair, to 3 decimals?",
    }
    conventions = {
        "probabilities": ("natural logarithm",),
        "logits": ("natural logarithm",),
        "temperature": ("natural logarithm", "the logits before the division"),
        "batch": ("natural logarithm",),
    }
    _softmax = (
        "Exponentials: {powers}. These add up to {total}.",
        "Probabilities: {probabilities}.",
    )
    steps = {
        "probabilities": (
            "The gradient of softmax and cross-entropy together, with respect to the logits, is $p - y$; y is 1 at the "
            "true class, else 0.",
            "Take 1 off at {label}: ${p_label} - 1 = {error}$. The others stay as they are: {answer}",
        ),
        "logits": (
            *_softmax,
            "The gradient is $p - y$: take 1 off at the true class {label}, ${p_label} - 1 = {error}$: {answer}",
        ),
        "temperature": (
            "Logits over the temperature: {scaled}.",
            *_softmax,
            "With respect to these the gradient is $p - y$, with ${p_label} - 1 = {error}$ at {label}.",
            "By the chain rule, each over the temperature, {heat}: {answer}",
        ),
        "batch": (
            "The error at logit {asked_class} is $p - y$, example by example: {errors}.",
            "Each multiplies the inputs of its example: {products}.",
            "The mean over the {count} examples: {answer}",
        ),
    }
    trivial = ()
    limits = {1: Effort(6, 2), 2: Effort(14, 4), 3: Effort(20, 4)}
    mistakes = (
        Mistake(
            "y - p",
            lambda c: tuple(-g for g in c.gradient),
            "You have the sign reversed. The gradient is $p - y$: a step against it raises the true class.",
            teaches="backprop-all-logits",
        ),
        Mistake(
            "target not subtracted",
            lambda c: c.untargeted,
            "You left y out. From the probability of the true class 1 is subtracted.",
            teaches="backprop-all-logits",
        ),
        Mistake(
            "gradient by the probabilities",
            lambda c: (
                tuple(divide(-1, p) if c.target(i) else 0 for i, p in enumerate(c.probabilities))
                if c.form in SINGLE
                else None
            ),
            "That is the gradient with respect to the probabilities: -1/p at the true class. Taken through the softmax "
            "it becomes $p - y$.",
            teaches="backprop-points-softmax",
        ),
        Mistake(
            "true class only",
            lambda c: tuple(g if c.target(i) else 0 for i, g in enumerate(c.gradient)) if c.form in SINGLE else None,
            "You left the other classes at 0. Their logits stand in the sum of the softmax: their gradient is their "
            "probability.",
            teaches="backprop-all-logits",
        ),
        Mistake(
            "derivative of the softmax alone",
            lambda c: tuple(p * (1 - p) for p in c.probabilities) if c.form == "probabilities" else None,
            "You took $p * (1 - p)$, the derivative of a probability by its own logit. With the logarithm of the loss "
            "it becomes $p - y$.",
            teaches="backprop-points-softmax",
        ),
        Mistake(
            "exponentials not normalized",
            lambda c: c.with_row(lambda: [power(z) for z in c.scaled]),
            "You subtracted from the exponential. Divide by the sum of all, {total}, first.",
        ),
        Mistake(
            "sigmoids for the softmax",
            lambda c: c.with_row(lambda: [divide(1, 1 + power(-z)) for z in c.scaled]),
            "You put each logit through a sigmoid. In a softmax the classes share one sum, {total}.",
        ),
        Mistake(
            "softmax twice",
            lambda c: c.with_row(lambda: softmax(c.probabilities)),
            "You took the softmax twice. The loss takes logits, and its softmax is the only one.",
            teaches="info-logits",
        ),
        Mistake(
            "chain rule without the temperature",
            lambda c: c.less_target(c.probabilities) if c.form == "temperature" else None,
            "That is the gradient with respect to the divided logits. Dividing by {heat} has a derivative too: "
            "1/{heat}.",
        ),
        Mistake(
            "multiplied by the temperature",
            lambda c: tuple(g * c.heat for g in c.less_target(c.probabilities)) if c.form == "temperature" else None,
            "You multiplied by the temperature. The logits were divided by it, so the gradient is divided as well.",
        ),
        Mistake(
            "temperature ignored",
            lambda c: c.less_target(softened(c.rows[0], 10)) if c.form == "temperature" else None,
            "You left the temperature out. It divides the logits before the softmax, and the gradient behind it.",
        ),
        Mistake(
            "sum for mean",
            lambda c: c.weight_gradient(c.errors(), 1),
            "You added the examples up. The loss is their mean: divide by {count}.",
        ),
        Mistake(
            "first example only",
            lambda c: c.weight_gradient((c.errors()[0],) + (0,) * (len(c.rows) - 1), 1),
            "You used the first example alone. The mean takes in all {count}.",
        ),
        Mistake(
            "examples of the class only",
            lambda c: c.weight_gradient(tuple(min(e, 0) for e in c.errors()), c.mean),
            "You counted only examples of class {asked_class}. The others count too: their error is their probability "
            "of it.",
            teaches="backprop-all-logits",
        ),
        Mistake(
            "means multiplied",
            lambda c: c.apart,
            "You multiplied the mean error with the mean inputs. Multiply example by example, and take the mean then.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Classified | None:
        """Level 1: probabilities given; level 2: logits; level 3: a temperature, or a batch through a linear layer."""
        classes = draw.choice((3, 3, 4))
        label = draw.integer(0, classes - 1)
        if level == 1:
            step = draw.choice((5, 5, 2))
            row = tuple(step * part for part in draw.parts(100 // step, classes))
            return Classified("probabilities", (row,), (label,))
        if level == 2 or draw.chance(0.4):
            row = draw.integers(classes, -20, 30)
            form, heat = ("logits", 10) if level == 2 else ("temperature", draw.choice((5, 15, 20, 25, 30, 40)))
            wide = max(row) - min(row) > 4 * heat  # the least likely class would hardly count
            return None if wide or len({*row}) == 1 else Classified(form, (row,), (label,), heat)
        count = draw.choice((2, 3, 3))
        rows = tuple(tuple(5 * part for part in draw.parts(20, 3)) for _ in range(count))
        labels, asked = draw.integers(count, 0, 2), draw.integer(0, 2)
        inputs = tuple(draw.integers(2, -3, 5) for _ in range(count))
        c = Classified("batch", rows, labels, 10, inputs, asked)
        return c if all(c.gradient) and len({*labels}) > 1 else None

    def variant(self, p: Classified) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Classified) -> Row:
        """Return p - y, over the temperature; or the mean of the errors times the inputs."""
        return p.gradient

    def effort(self, p: Classified) -> Effort:
        """Return exponentials, sum and quotients of a softmax, the difference, and what the chain rule adds."""
        classes, count = len(p.rows[0]), len(p.rows)
        operations = {"probabilities": 3, "logits": 3 * classes, "temperature": 5 * classes, "batch": 6 * count}[p.form]
        return Effort(operations, 2 if p.form == "probabilities" else 4)

    def facts(self, p: Classified) -> Facts:
        """Return classes, predictions, and what a person works out on the way."""
        facts: Facts = {"classes": tuple(CLASSES[: len(p.rows[0])]), "label": CLASSES[p.labels[0]]}
        if p.form == "batch":
            errors = [Fraction(e, 100) for e in p.errors()]
            steps = zip(errors, p.inputs, strict=True)
            return facts | {
                "count": len(p.rows),
                "asked_class": CLASSES[p.asked],
                "examples": "; ".join(_example(*example) for example in zip(p.inputs, p.rows, p.labels, strict=True)),
                "errors": ", ".join(fixed(e, 2) for e in errors),
                "products": ", ".join(f"({fixed(e * x[0], 2)}, {fixed(e * x[1], 2)})" for e, x in steps),
            }
        probability = p.probabilities[p.labels[0]]
        exact = p.form == "probabilities"
        places = 2 if exact else p.decimals
        facts |= {
            "given": ", ".join(fixed(Fraction(x, 100 if exact else 10), 2 if exact else 1) for x in p.rows[0]),
            "p_label": fixed(probability, places),
            "error": fixed(probability - 1, places),
        }
        if exact:
            return facts
        powers = [power(z) for z in p.scaled]
        return facts | {
            "heat": fixed(p.heat, 1),
            "scaled": ", ".join(fixed(z, places) for z in p.scaled),
            "powers": ", ".join(fixed(x, places) for x in powers),
            "total": fixed(added(powers), places),
            "probabilities": ", ".join(fixed(x, places) for x in p.probabilities),
        }

    @staticmethod
    def witness(
        form: str,
        rows: tuple[Numbers, ...],
        labels: Numbers,
        temperature: int,
        inputs: tuple[Numbers, ...],
        asked: int,
    ) -> object:
        """Return what autograd gives for torch's cross-entropy loss."""
        import torch

        given, target = torch.tensor(rows, dtype=torch.float64), torch.tensor(labels)
        logits = given / 10 if form in ("logits", "temperature") else (given / 100).log()
        if form == "batch":
            x = torch.tensor(inputs, dtype=torch.float64)
            weight = torch.zeros(len(rows[0]), x.shape[1], dtype=torch.float64, requires_grad=True)
            loss = torch.nn.functional.cross_entropy(x @ weight.T + logits, target)  # the logits act as biases
            gradient = torch.autograd.grad(loss, weight)[0][asked]
        else:
            logits.requires_grad_()
            divided = logits / (temperature / 10)
            loss = torch.nn.functional.cross_entropy(divided if form == "temperature" else logits, target)
            gradient = torch.autograd.grad(loss, logits)[0][0]
        return gradient.tolist()


def _example(inputs: Numbers, row: Numbers, label: int) -> str:
    """Write one example of a batch."""
    probabilities = ", ".join(fixed(Fraction(p, 100), 2) for p in row)
    return f"{inputs} gives ({probabilities}), true class {CLASSES[label]}"
