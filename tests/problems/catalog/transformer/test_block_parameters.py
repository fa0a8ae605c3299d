from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

from studydl.problems.catalog.transformer.block_parameters import Block, BlockParameters
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]
Shapes: TypeAlias = list[tuple[int, ...]]


def shapes(p: dict[str, Any]) -> Shapes:
    """Return the shapes of all tensors of one block as a checkpoint would list them."""
    d, f = p["width"], p["hidden"]
    if p["form"] == "llama":
        inner, shared = p["heads"] * p["size"], p["kv_heads"] * p["size"]
        attention: Shapes = [(inner, d), (shared, d), (shared, d), (d, inner)]
        return [*attention, (f, d), (f, d), (d, f), (d,), (d,)]
    feed_forward: Shapes = [(f, d), (f,), (d, f), (d,), (d,), (d,)]
    if p["form"] == "mlp":
        return feed_forward
    tensors: Shapes = [(3 * d, d), (3 * d,), (d, d), (d,), *feed_forward, (d,), (d,)]
    return tensors if p["bias"] else [*(s for s in tensors if len(s) == 2), (d,), (d,)]


def test_the_tensors_of_a_checkpoint_add_up(draws: Draws, number: Reader) -> None:
    for problem in draws("transformer.block-parameters"):
        p: Any = problem.params
        expected = p["layers"] * sum(map(prod, shapes(p)))
        if p["form"] == "gpt":
            expected += sum(map(prod, [(p["vocabulary"], p["width"]), (p["context"], p["width"])])) + 2 * p["width"]
        assert number(problem.answer.value) == expected, problem.id


def test_famous_models() -> None:
    formula = BlockParameters().formula
    # GPT-2 small, as Hugging Face counts it: 124 439 808 parameters
    assert formula(Block("gpt", 768, 3072, 12, 12, 64, True, 12, 50_257, 1024)) == 124_439_808
    # a layer of Llama 3 8B: (8 030 261 248 - 2 * 128 256 * 4096 - 4096) / 32
    assert formula(Block("llama", 4096, 14_336, 32, 8, 128, False)) == 218_112_000
    # the encoder layer of Vaswani et al.: 12 * 512^2 + 13 * 512
    assert formula(Block("encoder", 512, 2048, 8, 8, 64)) == 3_152_384


def test_a_feed_forward_part_by_hand() -> None:
    # 2 * 3 * 5 weights, 5 + 3 biases, 2 * 3 for the norm
    assert BlockParameters().formula(Block("mlp", 3, 5)) == 30 + 8 + 6


def test_each_block_adds_as_much() -> None:
    models = [Block("gpt", 64, 256, 1, 1, 64, True, n, 1000, 128) for n in (1, 2, 3)]
    one, two, three = map(BlockParameters().formula, models)
    assert three - two == two - one == BlockParameters().formula(Block("encoder", 64, 256, 1, 1, 64))
