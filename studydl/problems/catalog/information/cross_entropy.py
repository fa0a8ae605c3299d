"""The cross-entropy of two distributions, and of a smoothed or mixed label with a prediction."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.problems.catalog.information._distributions import (
    BASES,
    DYADIC,
    LOGS,
    NOTATION,
    Counts,
    Shares,
    added,
    answers,
    cross_entropy,
    decimals,
    distance,
    divergence,
    dyadic,
    each_unit,
    entropy,
    numbers,
    shares,
    written,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number

CLASSES = "ABCDEF"


@dataclass(frozen=True, slots=True)
class Prediction:
    """A target distribution and a predicted one.

    Args:
        target: counts that stand for the probabilities of P; one or two of them for labels.
        predicted: counts, none of them 0, that stand for the probabilities of Q.
        unit: "bits" or "nats".
        smoothing: label smoothing in hundredths, 0 to 30.
    """

    target: Counts
    predicted: Counts
    unit: str
    smoothing: int = 0

    @property
    def eps(self) -> Fraction:
        """Return the label smoothing."""
        return Fraction(self.smoothing, 100)

    @property
    def label(self) -> int:
        """Return the index of the likeliest class of the target."""
        return self.target.index(max(self.target))

    @property
    def q(self) -> Shares:
        """Return the predicted probabilities."""
        return shares(self.predicted)

    @property
    def p(self) -> Shares:
        """Return the target's probabilities, smoothed."""
        # Whole counts with the shares (1 - eps) p + eps / n.
        n, total = len(self.target), sum(self.target)
        return shares(tuple(n * (100 - self.smoothing) * count + self.smoothing * total for count in self.target))

    @property
    def form(self) -> str:
        """Return smoothing, mixed or plain."""
        return "smoothing" if self.smoothing else "mixed" if 0 in self.target else "plain"

    def smoothed(self, true: Fraction, other: Fraction) -> Number | None:
        """Return the cross-entropy with other weights for the true class and the rest; None without smoothing."""
        weights = [true if i == self.label else other for i in range(len(self.target))]
        return cross_entropy(tuple(weights), self.q, self.unit) if self.smoothing else None


class CrossEntropy(Family[Prediction]):
    """Cross-entropy is the surprise expected under P when Q is believed: sum p log(1/q), at least the entropy of P."""

    name, version, title = "information.cross-entropy", 1, "Cross-entropy of two distributions"
    source = (
        "Goodfellow, Bengio and Courville (2016), Deep Learning, section 3.13; torch.nn.CrossEntropyLoss documentation"
    )
    answer = answers("plain", "smoothing", "mixed")
    prompt = each_unit(
        {
            "plain": "P has the probabilities {target}, and Q has {q}. What is the cross-entropy H(P, Q) in {unit}, "
            "to 3 decimals?",
            "smoothing": "A classifier gives the classes {classes} the probabilities {q}. The true class is {label}, "
            "and the label smoothing is {eps:.2}. What is the cross-entropy loss in {unit}, to 3 decimals?",
            "mixed": "Two images are mixed, and so are their labels: {mixture}. A classifier gives the classes "
            "{classes} the probabilities {q}. What is the cross-entropy loss in {unit}, to 3 decimals?",
        }
    )
    conventions = each_unit(
        {
            "plain": ("logarithms to base {base}", "P weighs, Q is in the logarithm"),
            "smoothing": ("logarithms to base {base}", "smoothing eps gives each of K classes eps/K"),
            "mixed": ("logarithms to base {base}",),
        }
    )
    steps = each_unit(
        {
            "plain": (
                "Surprise under Q, $-{log} q$: {surprises}.",
                "Weighted by the probabilities under P: {products}.",
                "The sum is the cross-entropy: {answer}",
            ),
            "smoothing": (
                "Each class gets $frac({eps:.2}, {n}) = {part:.4}$, and {label} gets $1 - {eps:.2}$ on top: {p:.4}.",
                "Surprise under the prediction, $-{log} q$: {surprises}.",
                "Weighted by the smoothed label: {products}.",
                "The sum is the loss: {answer}",
            ),
            "mixed": (
                "Only the classes in the mixture count. Their surprise under the prediction, $-{log} q$: {surprises}.",
                "Weighted by the label, {mixture}: {products}.",
                "The sum is the loss: {answer}",
            ),
        }
    )
    limits = {1: Effort(14, 2), 2: Effort(14, 4), 3: Effort(26, 4)}
    mistakes = (
        Mistake(
            "nats for bits",
            lambda t: cross_entropy(t.p, t.q, "nats") if t.unit == "bits" else None,
            "That is the cross-entropy in nats. In bits the logarithms have base 2: divide by ln 2 = 0.6931.",
            convention="logarithms to base 2",
            teaches="info-unit",
        ),
        Mistake(
            "bits for nats",
            lambda t: cross_entropy(t.p, t.q, "bits") if t.unit == "nats" else None,
            "That is the cross-entropy in bits. In nats the logarithms are natural: multiply by ln 2 = 0.6931.",
            convention="logarithms to base e",
            teaches="info-unit",
        ),
        Mistake(
            "arguments exchanged",
            lambda t: cross_entropy(t.q, t.p, t.unit),
            "That is H(Q, P). In H(P, Q) the target P weighs and the prediction Q is in the logarithm.",
        ),
        Mistake(
            "KL divergence",
            lambda t: divergence(t.p, t.q, t.unit),
            "That is KL(P || Q), which leaves the entropy of P out. Cross-entropy is KL(P || Q) + H(P).",
            teaches="info-decomposition",
        ),
        Mistake(
            "entropy of the target",
            lambda t: entropy(t.p, t.unit),
            "That is the entropy of the target alone. Cross-entropy takes the logarithms of the prediction: {q}.",
            teaches="info-decomposition",
        ),
        Mistake(
            "smoothing ignored",
            lambda t: t.smoothed(Fraction(1), Fraction(0)),
            "That is the loss without smoothing. With {eps:.2} the other classes count too: {part:.4} each.",
        ),
        Mistake(
            "smoothing over the other classes",
            lambda t: t.smoothed(1 - t.eps, t.eps / (len(t.target) - 1)),
            "You spread the smoothing over the other classes only. Here all {n} classes share it, {part:.4} each.",
            convention="each of K classes eps/K",
        ),
        Mistake(
            "true class without its share",
            lambda t: t.smoothed(1 - t.eps, t.eps / len(t.target)),
            "Your weights do not add up to 1: the true class gets its share of the smoothing, {part:.4}, as well.",
        ),
        Mistake(
            "logarithm of the mean",
            lambda t: LOGS[t.unit](1 / Fraction(sum(a * b for a, b in zip(t.p, t.q, strict=True)))),
            "You averaged the probabilities and took one logarithm. Take the logarithm of each, then average.",
        ),
        Mistake(
            "surprises not weighted",
            lambda t: added(LOGS[t.unit](1 / q) for p, q in zip(t.p, t.q, strict=True) if p),
            "You added the surprises {surprises} as they are. Each is weighted by its probability under the target.",
        ),
        Mistake(
            "sign lost",
            lambda t: -cross_entropy(t.p, t.q, t.unit),
            "Logarithms of probabilities are negative; the minus in front makes cross-entropy positive.",
        ),
        Mistake(
            "stronger label only",
            lambda t: LOGS[t.unit](1 / t.q[t.label]) if t.form == "mixed" else None,
            "You used the stronger label alone. Both count, in the proportion {mixture}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Prediction | None:
        """Level 1: Q of powers of two, in bits; level 2: any P and Q; level 3: a smoothed or a mixed label."""
        if level == 1:
            outcomes = draw.choice((3, 3, 4))
            return _apart(Prediction(draw.parts(draw.choice((8, 16)), outcomes), dyadic(draw, outcomes), "bits"))
        unit = draw.choice(("nats", "nats", "bits"))
        if level == 2:
            outcomes, total = draw.choice(((3, 20), (3, 20), (4, 20), (4, 20), (3, 100), (3, 36)))
            return _apart(Prediction(draw.parts(total, outcomes), draw.parts(total, outcomes), unit))
        classes = draw.choice((3, 4, 4, 5))
        predicted = draw.parts(draw.choice((50, 100)), classes)
        label, *rest = draw.shuffled(range(classes))
        if draw.chance(0.3):
            weight = draw.choice((60, 65, 70, 75, 80, 85, 90))
            mixed = [0] * classes
            mixed[label], mixed[rest[0]] = weight, 100 - weight
            return Prediction(tuple(mixed), predicted, unit)
        one_hot = tuple(int(i == label) for i in range(classes))
        return Prediction(one_hot, predicted, "nats", draw.choice((5, 10, 10, 15, 20, 30)))

    def variant(self, t: Prediction) -> str:
        """Return plain, smoothing or mixed, and the unit."""
        return f"{t.form} {t.unit}"

    def formula(self, t: Prediction) -> Number:
        """Return the sum of p log(1 / q), the target smoothed."""
        return cross_entropy(t.p, t.q, t.unit)

    def effort(self, t: Prediction) -> Effort:
        """Return a logarithm, a product and a sum an outcome, and what smoothing adds."""
        outcomes, dyadic_q = sum(p > 0 for p in t.p), sum(t.predicted) == DYADIC
        return Effort((2 if dyadic_q else 3) * outcomes + 3 * bool(t.smoothing), 2 if dyadic_q else 4)

    def facts(self, t: Prediction) -> Facts:
        """Return both distributions, the surprises under Q and their products with P."""
        pairs = [(p, LOGS[t.unit](1 / q)) for p, q in zip(t.p, t.q, strict=True) if p]
        mixture = [
            f"{share} for {name}" for share, name in zip(written(t.target), CLASSES, strict=False) if share != "0"
        ]
        places = decimals(pairs)
        return {
            "target": written(t.target),
            "p": t.p,
            "q": written(t.predicted),
            "n": len(t.target),
            "classes": tuple(CLASSES[: len(t.target)]),
            "label": CLASSES[t.label],
            "mixture": " and ".join(mixture),
            "eps": t.eps,
            "part": t.eps / len(t.target),
            "unit": t.unit,
            "base": BASES[t.unit],
            "log": NOTATION[t.unit],
            "surprises": numbers((s for _, s in pairs), places),
            "products": numbers((p * s for p, s in pairs), places),
        }

    @staticmethod
    def witness(target: Counts, predicted: Counts, unit: str, smoothing: int) -> float:
        """Return torch's cross-entropy loss; logarithms of probabilities serve as logits."""
        import torch

        p = torch.tensor(target, dtype=torch.float64)
        q = torch.tensor(predicted, dtype=torch.float64)
        logits = (q / q.sum()).log()
        nats = torch.nn.functional.cross_entropy(logits, p / p.sum(), label_smoothing=smoothing / 100)
        one = torch.tensor(2 if unit == "bits" else torch.e, dtype=torch.float64).log()
        return float(nats / one)


def _apart(t: Prediction) -> Prediction | None:
    """Return the pair if P and Q differ by a tenth at least."""
    return t if distance(t.p, t.q) >= Fraction(1, 10) else None
