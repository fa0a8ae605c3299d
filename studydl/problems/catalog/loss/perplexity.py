"""The perplexity of a language model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import LN2, about, exp, joined, log, shorts, tenths
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, log2, power

HALVES = 32  # probabilities that are powers of two are counted in 32nds


@dataclass(frozen=True, slots=True)
class Text:
    """What a model makes of the tokens of a text, or of several texts.

    Args:
        values: probabilities of the tokens, as parts of the whole; for "texts", perplexities in tenths.
        whole: 32 or 100; 10 for perplexities.
        lengths: tokens of each text; empty for a single one.
        words: words the perplexity is asked for; 0 for tokens.
    """

    values: tuple[int, ...]
    whole: int
    lengths: tuple[int, ...] = ()
    words: int = 0

    @property
    def form(self) -> str:
        """Return texts, words, halves or tokens."""
        if self.lengths:
            return "texts"
        return "words" if self.words else "halves" if self.whole == HALVES else "tokens"

    @property
    def p(self) -> tuple[Fraction, ...]:
        """Return the probabilities of the tokens; for texts, of their average tokens."""
        return _p(self)

    @property
    def weights(self) -> tuple[int, ...]:
        """Return how many tokens each probability stands for."""
        return self.lengths or (1,) * len(self.values)

    @property
    def units(self) -> int:
        """Return the number of tokens or words the loss is averaged over."""
        return self.words or sum(self.weights)

    @property
    def losses(self) -> tuple[Number, ...]:
        """Return -ln p."""
        return _losses(self)

    @property
    def loss(self) -> Number:
        """Return the loss of all tokens together."""
        return sum(weight * loss for weight, loss in zip(self.weights, self.losses, strict=True))

    @property
    def mean(self) -> Number:
        """Return the loss a token or word."""
        return _mean(self)


@lru_cache(64)  # every mistake of an instance asks again
def _p(t: Text) -> tuple[Fraction, ...]:
    return tuple(Fraction(t.whole, v) if t.lengths else Fraction(v, t.whole) for v in t.values)


@lru_cache(64)
def _losses(t: Text) -> tuple[Number, ...]:
    return tuple(-log(p) for p in t.p)


@lru_cache(64)
def _mean(t: Text) -> Number:
    return divide(t.loss, t.units)


@lru_cache(64)
def perplexity(t: Text) -> Number:
    """Return e to the mean loss, and 2 to the mean loss in bits where that is exact."""
    if t.form != "halves":
        return exp(t.mean)
    return power(2, divide(sum(log2(1 / p) for p in t.p), t.units))


def of_tokens(value: Callable[[Text], Number]) -> Callable[[Text], Number | None]:
    """Return the value of a mistake where single tokens are given."""
    return lambda t: None if t.lengths else value(t)


def of_texts(value: Callable[[Text], Number]) -> Callable[[Text], Number | None]:
    """Return the value of a mistake where texts are given."""
    return lambda t: value(t) if t.lengths else None


class Perplexity(Family[Text]):
    """Perplexity is e to the mean loss: the geometric mean of 1 / p, a number of equally likely choices."""

    name, version, title = "loss.perplexity", 1, "Perplexity of a language model"
    source = "Jurafsky and Martin, Speech and Language Processing, third edition (draft), section 3.3"
    answer = Real(significant=3)
    prompt = {
        "halves": "A language model gives the {n} tokens of a text the probabilities {p}. What is its perplexity, to 3 "
        "significant digits?",
        "tokens": "A language model gives the {n} tokens of a text the probabilities {p}. What is its perplexity, to 3 "
        "significant digits?",
        "words": "A sentence of {words} words is split into {n} tokens. A language model gives them the probabilities "
        "{p}. What is its perplexity per word, to 3 significant digits?",
        "texts": "A language model has a perplexity of {texts}. What is its perplexity on {all_of} together, to 3 "
        "significant digits?",
    }
    conventions = {
        "halves": ("per token",),
        "tokens": ("per token",),
        "words": ("the loss of all tokens, divided by the number of words",),
        "texts": ("per token",),
    }
    steps = {
        "halves": (
            "The losses in bits, $-log2 p$: {bits}.",
            "Their mean: $frac({bits_sum}, {n}) = {bits_mean}$.",
            "Perplexity is 2 to the loss in bits: $2^({bits_mean})$ = {answer}",
        ),
        "tokens": (
            "The losses, $-ln p$: {losses}.",
            "Their mean: $frac({loss:.5}, {n}) = {mean:.5}$.",
            "Perplexity is $e$ to the mean loss: $e^({mean:.5})$ = {answer}",
        ),
        "words": (
            "The losses of the tokens, $-ln p$: {losses}. Their sum is {loss:.5}.",
            "Divided by the {words} words, not the {n} tokens: $frac({loss:.5}, {words}) = {mean:.5}$.",
            "Perplexity is $e$ to the mean loss: $e^({mean:.5})$ = {answer}",
        ),
        "texts": (
            "The mean loss on each text is the logarithm of its perplexity: {losses}.",
            "Times the tokens of the text: {products}. The sum is {loss:.5}.",
            "Divided by all {total} tokens: $frac({loss:.5}, {total}) = {mean:.5}$.",
            "Perplexity is $e$ to the mean loss: $e^({mean:.5})$ = {answer}",
        ),
    }
    limits = {1: Effort(8, 2), 2: Effort(10, 5), 3: Effort(14, 5)}
    mistakes = (
        Mistake(
            "per token",
            lambda t: exp(divide(t.loss, len(t.values))) if t.words else None,
            "That is the perplexity per token. Here the loss of all {n} tokens is divided by the {words} words.",
        ),
        Mistake(
            "weighted mean of the perplexities",
            of_texts(lambda t: divide(sum(n / p for n, p in zip(t.lengths, t.p, strict=True)), t.units)),
            "You averaged the perplexities, weighted by tokens. It is their logarithms, the losses, that are averaged.",
        ),
        Mistake(
            "texts weigh the same",
            of_texts(lambda t: exp(divide(sum(t.losses), len(t.losses)))),
            "You gave each text the same weight. A text of more tokens weighs more: {lengths}.",
        ),
        Mistake(
            "plain mean of the perplexities",
            of_texts(lambda t: divide(sum(1 / p for p in t.p), len(t.p))),
            "You averaged the perplexities plainly. Average the losses instead, weighted by the tokens of each text.",
        ),
        Mistake(
            "inverse of the mean probability",
            of_tokens(lambda t: divide(len(t.p), sum(t.p))),
            "You averaged the probabilities. It is the losses, $-log p$, that are averaged.",
        ),
        Mistake(
            "mean of 1/p",
            of_tokens(lambda t: divide(sum(1 / p for p in t.p), len(t.p))),
            "That is the arithmetic mean of $1/p$. Perplexity is the geometric mean: e to the mean of $-ln p$.",
        ),
        Mistake(
            "2 to the nats",
            lambda t: exp(t.mean * LN2),
            "You raised 2 to a loss in nats. A loss in nats is an exponent of e, a loss in bits one of 2.",
        ),
        Mistake(
            "loss in nats",
            lambda t: t.mean,
            "That is the mean loss in nats. Perplexity is e to that power.",
        ),
        Mistake(
            "loss in bits",
            lambda t: divide(t.mean, LN2),
            "That is the mean loss in bits. Perplexity is 2 to that power.",
        ),
        Mistake(
            "not averaged",
            of_tokens(lambda t: 1 / prod(t.p, start=Fraction(1))),
            "That is 1 over the probability of the whole text. Its loss is averaged before it becomes an exponent.",
        ),
        Mistake(
            "upside down",
            lambda t: divide(1, perplexity(t)),
            "That is the geometric mean of the probabilities. Perplexity is 1 over it, 1 at least.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Text | None:
        """Level 1: powers of two; level 2: any probabilities; level 3: per word, or several texts together."""
        if level == 1:
            n = draw.choice((3, 4, 4, 5))
            first = draw.integers(n - 1, 1, 5)
            last = draw.choice([k for k in range(1, 6) if 2 * (sum(first) + k) % n == 0])  # at most a square root
            halvings = draw.shuffled((*first, last))
            return Text(tuple(HALVES >> k for k in halvings), HALVES) if len(set(halvings)) > 1 else None
        if level == 2:
            n = draw.choice((3, 4))
            return Text(draw.integers(n, 2, 90), 100)
        if draw.chance(0.5):
            n = draw.choice((5, 6))
            return Text(draw.integers(n, 20, 95), 100, words=draw.integer(n - 3, n - 1))
        texts = draw.choice((2, 3, 3))
        lengths = tuple(50 * k for k in draw.integers(texts, 1, 20))
        perplexities = tuple(5 * k for k in draw.sample(range(10, 130), texts))
        return Text(perplexities, 10, lengths) if len(set(lengths)) > 1 else None

    def variant(self, t: Text) -> str:
        """Return halves, tokens, words or texts."""
        return t.form

    def formula(self, t: Text) -> Number:
        """Return e to the mean loss of a token or word."""
        return perplexity(t)

    def effort(self, t: Text) -> Effort:
        """Return a logarithm and a sum a token, the quotient and the power; a text's length costs two more."""
        n = len(t.values)
        if t.lengths:
            return Effort(4 * n + 1, 5)
        return Effort(n + 3 if t.form == "halves" else 2 * n + 1 + bool(t.words), 2 if t.form == "halves" else 5)

    def facts(self, t: Text) -> Facts:
        """Return the probabilities and losses, or the perplexities and lengths of the texts."""
        facts: Facts = {"n": len(t.values), "losses": joined(t.losses), "loss": t.loss, "mean": t.mean}
        if t.lengths:
            parts = [
                f"{value} on a text of {length} tokens"
                for value, length in zip(shorts(tenths(t.values)), t.lengths, strict=True)
            ]
            return facts | {
                "texts": f"{', '.join(parts[:-1])} and {parts[-1]}",
                "all_of": "both" if len(parts) == 2 else "all three",
                "lengths": t.lengths,
                "products": joined(n * loss for n, loss in zip(t.lengths, t.losses, strict=True)),
                "total": t.units,
            }
        bits = [log2(1 / p) for p in t.p] if t.form == "halves" else [0]
        return facts | {
            "p": t.p if t.form == "halves" else tuple(f"0.{v:02}" for v in t.values),
            "bits": tuple(bits),
            "bits_sum": sum(bits),
            "bits_mean": about(divide(sum(bits), len(t.p))),
        }

    @staticmethod
    def witness(values: tuple[int, ...], whole: int, lengths: tuple[int, ...], words: int) -> float:
        """Return e to torch's cross-entropy over all tokens, each against the rest of its probability."""
        import torch

        p = torch.tensor(values, dtype=torch.float64) / whole
        if lengths:
            p = (1 / p).repeat_interleave(torch.tensor(lengths))
        logits = torch.stack((p, 1 - p), dim=1).log()
        label = torch.zeros(len(p), dtype=torch.long)
        loss = torch.nn.functional.cross_entropy(logits, label, reduction="sum")
        return torch.exp(loss / (words or len(p))).item()
