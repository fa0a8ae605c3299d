"""From a query and keys to scores, to weights, and to the output of attention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Vector
from studydl.problems.catalog._digits import enough, rounded
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, exp, fixed, sqrt

Numbers = tuple[int, ...]
ORDINALS = ("first", "second", "third", "fourth")
SIZE = 4  # of a head; its root is 2
WIDEST = 4  # distance between two scores beyond which the smaller one no longer counts

power = lru_cache(256)(exp)  # scores are halves of small whole numbers


@dataclass(frozen=True, slots=True)
class Head:
    """One attention head of size 4.

    Args:
        form: "scores" (of the one query), "weights" (of one of two queries) or "output" (of a causal layer).
        queries: one or two vectors.
        keys: a vector for each of 3 or 4 tokens.
        values: two numbers for each token; empty but for "output".
        query: index of the query asked about.
        visible: how many tokens the query sees, from the first one on.
    """

    form: str
    queries: tuple[Numbers, ...]
    keys: tuple[Numbers, ...]
    values: tuple[Numbers, ...] = ()
    query: int = 0
    visible: int = 3

    @property
    def asked(self) -> Numbers:
        """Return the query asked about."""
        return self.queries[self.query]

    @property
    def products(self) -> Numbers:
        """Return the dot products of the query asked about with all keys."""
        return products(self.asked, self.keys)

    @property
    def scores(self) -> tuple[Fraction, ...]:
        """Return the scores of the query asked about with all keys."""
        return tuple(Fraction(product, 2) for product in self.products)

    def answer_if(self, scores: Sequence[Number]) -> tuple[Number, ...]:
        """Return the answer for any scores of the query with all keys."""
        return tuple(scores) if self.form == "scores" else self.mixed(softmax(scores[: self.visible]))

    def mixed(self, weights: Sequence[Number]) -> tuple[Number, ...]:
        """Return the weights themselves, or the values mixed by them where the output is asked for."""
        if self.form != "output":
            return tuple(weights)
        features = zip(*self.values[: len(weights)], strict=True)
        return tuple(added([w * x for w, x in zip(weights, feature, strict=True)]) for feature in features)

    def within(self, form: str, answer: Sequence[Number]) -> tuple[Number, ...] | None:
        """Return an answer in one form of the question only."""
        return self.mixed(answer) if self.form == form else None

    @property
    def cosines(self) -> tuple[Number, ...] | None:
        """Return the cosines of the angles between query and keys, where scores are asked for."""
        lengths = [sum(x * x for x in key) * sum(x * x for x in self.asked) for key in self.keys]
        if self.form != "scores" or not all(lengths):
            return None
        return tuple(divide(product, sqrt(square)) for product, square in zip(self.products, lengths, strict=True))

    @property
    def over_queries(self) -> tuple[Number, ...] | None:
        """Return the weights if the softmax ran over the queries, where weights are asked for."""
        if self.form != "weights":
            return None
        columns = zip(*(products(q, self.keys) for q in self.queries), strict=True)
        return tuple(softmax([Fraction(product, 2) for product in column])[self.query] for column in columns)

    @property
    def linear(self) -> tuple[Number, ...] | None:
        """Return the scores over their sum, where weights are asked for."""
        return tuple(score / sum(self.scores) for score in self.scores) if self.form == "weights" else None

    @property
    def decimals(self) -> int:
        """Return how many decimals exponentials and weights need, so that the answer follows from them."""
        weights = softmax(self.scores[: self.visible])
        powers = [power(score) for score in self.scores[: self.visible]]
        total, right = added(powers), self.mixed(weights)

        def results(places: int) -> Iterator[tuple[float, Number]]:
            quotients = [rounded(x, places) / rounded(total, places) for x in powers]
            if self.form == "weights":
                return zip(quotients, right, strict=True)
            known = (quotients, [rounded(w, places) for w in weights])
            return (
                (sum(w * value[i] for w, value in zip(each, self.values, strict=False)), exact)
                for each in known
                for i, exact in enumerate(right)
            )

        return 4 if self.form == "scores" else enough(results, asked=3 if self.form == "weights" else 2)

    @property
    def best(self) -> int:
        """Return the index of the visible token with the highest score."""
        seen = self.products[: self.visible]
        return seen.index(max(seen))


@lru_cache(64)  # every mistake of an instance asks again
def products(query: Numbers, keys: tuple[Numbers, ...]) -> Numbers:
    """Return the dot products of a query with keys."""
    return tuple(sum(a * b for a, b in zip(query, key, strict=True)) for key in keys)


def added(terms: Sequence[Number]) -> Number:
    """Return the sum of numbers."""
    total: Number = 0
    for term in terms:
        total = total + term
    return total


def softmax(scores: Sequence[Number]) -> tuple[Number, ...]:
    """Return the exponentials of the scores over their sum."""
    powers = [power(score) for score in scores]
    share = divide(1, added(powers))
    return tuple(p * share for p in powers)


class Scores(Family[Head]):
    """Scores are dot products over the root of the head size; their softmax over the keys weighs the values."""

    name, version, title = "attention.scores", 1, "Scaled dot-product attention"
    source = (
        "Vaswani et al. (2017), Attention is all you need, section 3.2.1, equation 1; "
        "torch.nn.functional.scaled_dot_product_attention documentation"
    )
    answer = {"scores": Vector(places=1), "weights": Vector(places=3), "output": Vector(places=2)}
    prompt = {
        "scores": "Scaled dot-product attention compares the query {asked} with the keys {keys}. What are the scores "
        "before the softmax, as a tuple, to 1 decimal?",
        "weights": "Scaled dot-product attention has the queries {queries} and the keys {keys}. What are the weights "
        "with which the {ordinal} query attends to the keys, as a tuple, to 3 decimals?",
        "output": "In causal scaled dot-product attention {count} tokens have the keys {keys} and the values {values}. "
        "The {ordinal} token has the query {asked}. What is the output at this token, as a tuple, to 2 decimals?",
    }
    conventions = {
        "scores": (),
        "weights": ("no mask",),
        "output": ("a token sees itself and those before it",),
    }
    steps = {
        "scores": (
            "Dot products of the query with the keys: {products}.",
            "Over the root of the size, $sqrt(4) = 2$: {answer}",
        ),
        "weights": (
            "Dot products of the {ordinal} query with the keys: {products}.",
            "Over the root of the size, $sqrt(4) = 2$: {seen}.",
            "Their exponentials: {powers}. These add up to {total}.",
            "Each over the sum: {answer}",
        ),
        "output": (
            "The {ordinal} token sees the first {visible}. Dot products with their keys: {seen_products}.",
            "Over the root of the size, $sqrt(4) = 2$: {seen}.",
            "Their exponentials: {powers}. These add up to {total}.",
            "Each over the sum gives the weights: {weights}.",
            "The values of these tokens, weighted and added up feature by feature: {answer}",
        ),
    }
    limits = {1: Effort(27, 2), 2: Effort(36, 3), 3: Effort(46, 3)}
    mistakes = (
        Mistake(
            "not scaled",
            lambda p: p.answer_if(p.products),
            "You used the dot products as they are. Scores are dot products over the root of the head size, "
            "$sqrt(4) = 2$.",
            teaches="attention-unscaled",
        ),
        Mistake(
            "divided by the size",
            lambda p: p.answer_if([Fraction(product, SIZE) for product in p.products]),
            "You divided by the size of the vectors, 4. It is the root of the size that divides, 2.",
            teaches="attention-variance",
        ),
        Mistake(
            "divided by the root of the number of keys",
            lambda p: p.within("scores", [divide(product, sqrt(len(p.keys))) for product in p.products]),
            "You took the number of keys, 3, for the size. It is the root of the vectors' size, 4, that divides.",
            teaches="attention-variance",
        ),
        Mistake(
            "cosine similarity",
            lambda p: p.cosines,
            "You divided by the norms of the vectors. Attention does not normalize them: it divides by the root of "
            "their size, 2.",
            teaches="attention-points-self",
        ),
        Mistake(
            "softmax taken already",
            lambda p: p.within("scores", softmax(p.scores)) if p.form == "scores" else None,
            "Those are the weights after the softmax. The scores before it are asked for.",
        ),
        Mistake(
            "softmax over the queries",
            lambda p: p.over_queries,
            "You let the queries compete for a key. The softmax runs over the keys: the weights of one query add up to "
            "1.",
            teaches="attention-points-self",
        ),
        Mistake(
            "other query",
            lambda p: (
                softmax([Fraction(x, 2) for x in products(p.queries[1 - p.query], p.keys)])
                if p.form == "weights"
                else None
            ),
            "Those are the weights of the other query. The {ordinal} one is {asked}.",
        ),
        Mistake(
            "exponentials forgotten",
            lambda p: p.linear,
            "You divided the scores themselves by their sum. The softmax takes their exponentials first: {powers}.",
        ),
        Mistake(
            "exponentials not normalized",
            lambda p: p.within("weights", [power(score) for score in p.scores]),
            "Those are the exponentials. Divide by their sum, {total}, so that the weights add up to 1.",
        ),
        Mistake(
            "mask ignored",
            lambda p: p.within("output", softmax(p.scores)) if p.form == "output" else None,
            "You let the token see later ones. In causal attention it sees itself and those before it: {visible} of "
            "them.",
            convention="sees itself and those before it",
        ),
        Mistake(
            "own token masked",
            lambda p: p.within("output", softmax(p.scores[: p.visible - 1])) if p.form == "output" else None,
            "You left the token itself out. It sees itself too: {visible} tokens.",
            convention="sees itself and those before it",
        ),
        Mistake(
            "masked after the softmax",
            lambda p: p.within("output", softmax(p.scores)[: p.visible]) if p.form == "output" else None,
            "You masked after the softmax, and so the weights do not add up to 1. The mask comes first: later tokens "
            "get the score minus infinity.",
            teaches="attention-late-mask",
        ),
        Mistake(
            "mean of the values",
            lambda p: p.within("output", [Fraction(1, p.visible)] * p.visible),
            "You averaged the values. Their weights, {weights}, are not equal.",
            teaches="attention-points-self",
        ),
        Mistake(
            "value of the best key",
            lambda p: p.within("output", [int(i == p.best) for i in range(p.visible)]),
            "You took the value with the highest score alone. The softmax gives the others weight as well: {weights}.",
            teaches="attention-points-self",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Head | None:
        """Level 1: the scores of one query; level 2: the weights of one of two; level 3: a causal output."""
        if level == 1:
            p = Head("scores", (_vector(draw, 3),), tuple(_vector(draw, 3) for _ in range(3)))
            return p if len({*p.products}) > 1 else None
        if level == 2:
            queries, keys = (_vector(draw), _vector(draw)), tuple(_vector(draw) for _ in range(3))
            p = Head("weights", queries, keys, query=draw.integer(0, 1))
        else:
            tokens, visible = draw.choice(((4, 3), (4, 3), (4, 3), (3, 2)))
            keys = tuple(_vector(draw) for _ in range(tokens))
            values = tuple(draw.integers(2, -4, 6) for _ in range(tokens))
            p = Head("output", (_vector(draw),), keys, values, 0, visible)
        seen = p.scores[: p.visible]
        return p if 0 < max(seen) - min(seen) <= WIDEST else None

    def variant(self, p: Head) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Head) -> tuple[Number, ...]:
        """Return q k / sqrt(size), their softmax, or the values mixed by it."""
        return p.answer_if(p.scores)

    def effort(self, p: Head) -> Effort:
        """Return products, sums and a quotient a key; then exponentials and a normalization; then the mixing."""
        extra = {"scores": 0, "weights": 2 * p.visible + 1, "output": 6 * p.visible - 1}[p.form]
        return Effort(2 * SIZE * p.visible + extra, 1 if p.form == "scores" else 3)

    def facts(self, p: Head) -> Facts:
        """Return the vectors, dot products, scores, exponentials and weights."""
        seen = p.scores[: p.visible]
        powers = [power(score) for score in seen]
        places = p.decimals
        place = p.visible - 1 if p.form == "output" else p.query
        return {
            "asked": str(p.asked),
            "queries": _listed(p.queries),
            "keys": _listed(p.keys),
            "values": _listed(p.values),
            "count": len(p.keys),
            "ordinal": ORDINALS[place],
            "products": p.products,
            "seen_products": p.products[: p.visible],
            "seen": ", ".join(fixed(score, 1) for score in seen),
            "powers": ", ".join(fixed(x, places) for x in powers),
            "total": fixed(added(powers), places),
            "weights": ", ".join(fixed(w, places) for w in softmax(seen)),
        }

    @staticmethod
    def witness(
        form: str,
        queries: tuple[Numbers, ...],
        keys: tuple[Numbers, ...],
        values: tuple[Numbers, ...],
        query: int,
        visible: int,
    ) -> object:
        """Return scores from a matrix product; weights and outputs from torch's own attention."""
        import torch

        q, k = torch.tensor(queries, dtype=torch.float64), torch.tensor(keys, dtype=torch.float64)
        if form == "scores":
            y = q @ k.T / k.shape[1] ** 0.5
        else:  # with the identity for values, the output of attention is its weights
            v = torch.tensor(values, dtype=torch.float64) if values else torch.eye(len(k), dtype=torch.float64)
            mask = (torch.arange(len(k)) < visible).expand(len(q), -1)
            y = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return y[query].tolist()


def _vector(draw: Draw, high: int = 2) -> Numbers:
    """Draw a query or a key."""
    return draw.integers(SIZE, -2, high)


def _listed(vectors: Sequence[Numbers]) -> str:
    """Write vectors with commas between."""
    return ", ".join(map(str, vectors))
