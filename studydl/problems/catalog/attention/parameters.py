"""How many parameters an attention layer has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

WIDTHS = (64, 96, 128, 192, 256, 320, 384, 512, 640, 768, 1024)


@dataclass(frozen=True, slots=True)
class Attention:
    """An attention layer with its four projections.

    Args:
        form: "self", "cross" (keys and values of other widths), "grouped", or "inverse" (asks for the key-value heads).
        width: of the queries that come in, and of the output.
        heads: query heads.
        size: of a head; width / heads but for "grouped" and "inverse".
        kdim: width of what the keys are made of.
        vdim: width of what the values are made of.
        kv_heads: heads of keys and of values, which divides heads; 0 where it is asked for.
        bias: biases of query, key and value; for "self" and "cross" also of the output.
        total: parameters of all projections where these are given, else 0.
    """

    form: str
    width: int
    heads: int
    size: int
    kdim: int
    vdim: int
    kv_heads: int
    bias: bool
    total: int = 0

    @property
    def grouped(self) -> bool:
        """Say whether there may be fewer key-value heads than query heads."""
        return self.form in ("grouped", "inverse")

    @property
    def inner(self) -> int:
        """Return the width of all query heads together."""
        return self.heads * self.size

    @property
    def pair(self) -> int:
        """Return the weights of one key-value head."""
        return (self.kdim + self.vdim) * self.size

    @property
    def shared(self) -> int:
        """Return the number of key-value heads, found from the total where that is given."""
        return self.kv_heads or (self.total - 2 * self.query) // self.pair

    @property
    def kv_inner(self) -> int:
        """Return the width of all key heads together, and of all value heads."""
        return self.shared * self.size

    @property
    def query(self) -> int:
        """Return the weights of the query projection; the output projection has as many."""
        return self.width * self.inner

    @property
    def key(self) -> int:
        """Return the weights of the key projection."""
        return self.kdim * self.kv_inner

    @property
    def value(self) -> int:
        """Return the weights of the value projection."""
        return self.vdim * self.kv_inner

    @property
    def weights(self) -> int:
        """Return the weights of all four projections."""
        return 2 * self.query + self.key + self.value

    @property
    def biases(self) -> int:
        """Return the number of biases."""
        if not self.bias:
            return 0
        return self.inner + 2 * self.kv_inner + (0 if self.grouped else self.width)

    def counted(self, parameters: int) -> int | None:
        """Return the number if parameters are asked for, else None."""
        return None if self.form == "inverse" else parameters

    def asked_heads(self, weights: int, each: int) -> int | None:
        """Return how many heads so many weights make; None where parameters are asked for."""
        return weights // each if self.form == "inverse" else None

    @property
    def layer(self) -> str:
        """Return the layer as torch writes it, defaults left out."""
        other = f", kdim={self.kdim}, vdim={self.vdim}" if self.form == "cross" else ""
        return f"`nn.MultiheadAttention({self.width}, {self.heads}{other}{'' if self.bias else ', bias=False'})`"


class Parameters(Family[Attention]):
    """Query, key, value and output are four matrices; heads only cut their columns: 4 d^2 + 4 d, however many heads."""

    name, version, title = "attention.parameters", 1, "Parameters of an attention layer"
    source = (
        "Vaswani et al. (2017), Attention is all you need, section 3.2.2; Ainslie et al. (2023), GQA; "
        "torch.nn.MultiheadAttention documentation"
    )
    answer = Integer()
    prompt = {
        "self": "How many parameters does {layer} have?",
        "cross": "How many parameters does {layer} have?",
        "grouped": "An attention layer of width {width} has {heads} query heads and {kv_words}, all of size "
        "{size}, an output projection, and {bias_words}. How many parameters does it have?",
        "inverse": "An attention layer of width {width} has {heads} query heads of size {size}, an output projection, "
        "no biases, and {total} parameters. Groups of query heads share keys and values. How many key-value heads does "
        "it have?",
    }
    _torch = ("query, key, value and output are projected", "biases unless bias=False")
    conventions = {
        "self": _torch,
        "cross": (*_torch, "kdim and vdim: widths of what keys and values are made of"),
        "grouped": ("a key-value head: one head of keys and one of values",),
        "inverse": ("a key-value head: one head of keys and one of values",),
    }
    steps = {
        "self": (
            "Query, key, value and output are matrices of {width} x {width}{heads_words}.",
            "Weights: $4 * {width}^2 = {weights}$. Biases: {biases_words}.",
            "Together: {answer}",
        ),
        "cross": (
            "Query and output: $2 * {width} * {width} = {two_queries}$ weights.",
            "Keys from {kdim} features, values from {vdim}: ${kdim} * {width} + {vdim} * {width} = {both}$ weights.",
            "Biases: {biases_words}.",
            "${two_queries} + {both}{plus}$ = {answer}",
        ),
        "grouped": (
            "The query heads are ${heads} * {size} = {inner}$ wide together; those of keys, and those of values, "
            "${kv_heads} * {size} = {kv_inner}$.",
            "Query and output: $2 * {width} * {inner} = {two_queries}$ weights.",
            "Key and value: $2 * {width} * {kv_inner} = {both}$ weights.",
            "Biases: {biases_words}.",
            "${two_queries} + {both}{plus}$ = {answer}",
        ),
        "inverse": (
            "The query heads are ${heads} * {size} = {inner}$ wide together.",
            "Query and output: $2 * {width} * {inner} = {two_queries}$ weights, which leaves "
            "${total} - {two_queries} = {both}$ for keys and values.",
            "A key-value head has $2 * {width} * {size} = {pair}$ of them.",
            "$frac({both}, {pair})$ = {answer}",
        ),
    }
    trivial = ()
    limits = {1: Effort(8, 5), 2: Effort(12, 7), 3: Effort(14, 8)}
    mistakes = (
        Mistake(
            "biases forgotten",
            lambda p: p.counted(p.weights),
            "You left the biases out: {biases_words}.",
        ),
        Mistake(
            "biases counted without being there",
            lambda p: None if p.bias else p.counted(p.weights + p.inner + 2 * p.kv_inner + p.width),
            "You gave every projection a bias. Here none has one.",
        ),
        Mistake(
            "one bias for all",
            lambda p: p.counted(p.weights + p.width) if p.bias else None,
            "You counted the biases of one projection. {bias_holders} have them: {biases} together.",
        ),
        Mistake(
            "bias on the output too",
            lambda p: p.counted(p.weights + p.biases + p.width) if p.grouped and p.bias else None,
            "You gave the output projection a bias. Here only query, key and value have one: {biases}.",
        ),
        Mistake(
            "output projection forgotten",
            lambda p: p.counted(p.weights - p.query + (p.biases - (0 if p.grouped or not p.bias else p.width))),
            "You left the output projection out. It mixes the heads, and has {query} weights.",
            teaches="attention-points-self",
        ),
        Mistake(
            "times heads",
            lambda p: (
                p.counted(p.heads * (p.weights - p.query + 3 * p.width * p.bias) + p.query + p.width * p.bias)
                if not p.grouped
                else None
            ),
            "You gave each head full matrices. The {heads} heads share them: a head projects to {size} of the {width} "
            "columns.",
            teaches="attention-head-count",
        ),
        Mistake(
            "one head only",
            lambda p: (
                p.counted((p.weights - p.query + 3 * p.width * p.bias) // p.heads + p.query + p.width * p.bias)
                if not p.grouped
                else None
            ),
            "You counted query, key and value for a single head. The {heads} heads together have {heads} times as many "
            "columns.",
            teaches="attention-head-count",
        ),
        Mistake(
            "one matrix for keys and values",
            lambda p: p.counted(p.weights - p.value + p.biases),
            "You counted keys and values once. Each has its own projection: the one of the values has {value_weights} "
            "weights.",
            teaches="attention-points-self",
        ),
        Mistake(
            "kdim and vdim ignored",
            lambda p: 4 * p.width**2 + p.biases if p.form == "cross" else None,
            "You took keys and values for as wide as the queries. They come from {kdim} and {vdim} features.",
        ),
        Mistake(
            "keys and values stay in their width",
            lambda p: 2 * p.query + p.kdim**2 + p.vdim**2 + p.biases if p.form == "cross" else None,
            "You projected keys to {kdim} and values to {vdim} columns. They are projected to the width of the layer, "
            "{width}, to meet the queries.",
        ),
        Mistake(
            "as many key-value heads as queries",
            lambda p: 4 * p.query + 3 * p.inner * p.bias if p.form == "grouped" else None,
            "You counted keys and values for all {heads} heads. Groups of query heads share them: {kv_words}.",
            teaches="attention-gqa",
        ),
        Mistake(
            "queries grouped too",
            lambda p: 4 * p.key + 3 * p.kv_inner * p.bias if p.form == "grouped" else None,
            "You shrank the projections of queries and output as well. Only keys and values are shared.",
            teaches="attention-gqa",
        ),
        Mistake(
            "head size from the width",
            lambda p: (
                2 * p.width**2 + 2 * p.width * _narrow(p) + (p.width + 2 * _narrow(p)) * p.bias
                if p.form == "grouped"
                else None
            ),
            "You took width over heads for the size of a head. Here a head has {size} features: {inner} in all query "
            "heads.",
        ),
        Mistake(
            "keys and values as one",
            lambda p: p.asked_heads(p.total - 2 * p.query, p.pair // 2),
            "You gave all remaining weights to the keys. The values have as many: a key-value head takes {pair}.",
            teaches="attention-gqa",
        ),
        Mistake(
            "size of a group",
            lambda p: p.heads // p.shared if p.form == "inverse" else None,
            "That is how many query heads share one key-value head. The number of key-value heads is asked for.",
        ),
        Mistake(
            "no output projection",
            lambda p: p.asked_heads(p.total - p.query, p.pair),
            "You left the output projection out. It has as many weights as the query projection, {query}.",
            teaches="attention-points-self",
        ),
        Mistake(
            "all parameters for keys and values",
            lambda p: p.asked_heads(p.total, p.pair),
            "You gave all parameters to keys and values. Query and output projection come off first: {two_queries}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Attention | None:
        """Level 1: small, as wide as its inputs; level 2: kdim and vdim; level 3: grouped queries, either way."""
        if level == 1:
            heads, size = draw.choice((1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 8, 10, 12)), draw.integer(2, 16)
            width = heads * size
            bias = draw.chance(0.7)
            return Attention("self", width, heads, size, width, width, heads, bias) if width <= 100 else None
        width = draw.choice(WIDTHS)
        if level == 2:
            heads = draw.choice((2, 4, 8, 16))
            kdim, vdim = 8 * draw.integer(4, 96), 8 * draw.integer(4, 96)
            return Attention("cross", width, heads, width // heads, kdim, vdim, heads, draw.chance(0.75))
        heads = draw.choice((4, 6, 8, 12, 16, 24, 32))
        kv_heads = draw.choice([g for g in (1, 2, 3, 4, 6, 8) if heads % g == 0 and g < heads])
        size, width = 8 * draw.integer(2, 20), 32 * draw.integer(8, 128)
        form = "inverse" if draw.chance(0.4) else "grouped"
        bias = form == "grouped" and draw.chance(0.5)
        p = Attention(form, width, heads, size, width, width, kv_heads, bias)
        return p if form == "grouped" else replace(p, kv_heads=0, total=p.weights)

    def variant(self, p: Attention) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Attention) -> int:
        """Return the weights of four projections plus their biases, or the number of key-value heads."""
        return p.shared if p.form == "inverse" else p.weights + p.biases

    def effort(self, p: Attention) -> Effort:
        """Return the products and sums of the projections, biases included."""
        operations = {"self": 3, "cross": 6, "grouped": 9, "inverse": 7}[p.form] + 2 * p.bias
        return Effort(operations, len(str(p.weights)))

    def facts(self, p: Attention) -> Facts:
        """Return the layer, its projections, and their weights and biases."""
        grouped = f"$1 * {p.inner} + 2 * {p.kv_inner} = {p.biases}$"
        alike = f"$4 * {p.width} = {p.biases}$"
        return {
            "layer": p.layer,
            "heads_words": f"; the {p.heads} heads only cut their columns" if p.heads > 1 else "",
            "kv_words": "1 key-value head" if p.shared == 1 else f"{p.shared} key-value heads",
            "bias_words": "biases on query, key and value" if p.bias else "no biases",
            "bias_holders": "Query, key and value" if p.grouped else "All four",
            "inner": p.inner,
            "kv_inner": p.kv_inner,
            "query": p.query,
            "two_queries": 2 * p.query,
            "value_weights": p.value,
            "both": p.key + p.value,
            "pair": p.pair,
            "weights": p.weights,
            "biases": p.biases,
            "plus": f" + {p.biases}" if p.bias else "",
            "biases_words": "none" if not p.bias else grouped if p.grouped else alike,
        }

    @staticmethod
    def witness(
        form: str,
        width: int,
        heads: int,
        size: int,
        kdim: int,
        vdim: int,
        kv_heads: int,
        bias: bool,
        total: int,
    ) -> int:
        """Return the number of elements of the parameters of real layers, or the first number of heads that fits."""
        import torch

        linear, inner = torch.nn.Linear, heads * size
        if form in ("self", "cross"):
            attention = torch.nn.MultiheadAttention
            layers: list[torch.nn.Module] = [attention(width, heads, bias=bias, kdim=kdim, vdim=vdim, device="meta")]
        else:
            layers = [linear(width, inner, bias, device="meta"), linear(inner, width, False, device="meta")]
        if form == "grouped":
            layers += [linear(width, kv_heads * size, bias, device="meta") for _ in ("key", "value")]
        answer = sum(p.numel() for layer in layers for p in layer.parameters())
        if form == "inverse":  # the parameters are given: try the next number of heads
            found = 1
            while answer + 2 * linear(width, found * size, False, device="meta").weight.numel() < total:
                found += 1
        return found if form == "inverse" else answer


def _narrow(p: Attention) -> int:
    """Return the width of all key heads if a head had width / heads features."""
    return p.width * p.shared // p.heads
