from __future__ import annotations

import pytest
import typst as engine

from studydl.text import math
from studydl.text.math.typst import typst

FORMULAS = [
    "frac(1 + 1/2, 12) = 0.125",
    "sum_(i=1)^n p_i log2(1/p_i)",
    "hat(y) = sigma(w x + b)",
    "f''(x)^2",
    "abs(x) + norm(v)_2",
    "[0, 1)",
    "1,792 * 7x7 / 3",
    "P(A | B) = 25 %",
    'sqrt(frac(2, "fan_in"))',
    "(a, b]",
    "{1, 2; 3}",
    "w <- w - eta * nabla L",
    "n!",
    "A @ B",
    "frac([1, 2), (a, b])",
    "tilde(x)_(i, j)^(t+1)",
    "x^T",
    "a:b",
    "floor(frac(7, 2)) + 1",
    "(sqrt(x))^2",
    "bar(x)_1",
]


def pages(source: str) -> bytes:
    return bytes(engine.compile(f"#set page(height: auto)\n{source}".encode()))


@pytest.mark.parametrize("source", FORMULAS)
def test_every_kind_of_formula_can_be_set(source: str) -> None:
    assert pages(typst(math.parse(source))).startswith(b"%PDF")


@pytest.mark.parametrize("text", ["#panic()", "$ x", "\\", "*/", "]", "#(", "//"])
def test_quoted_text_is_only_ever_drawn(text: str) -> None:
    assert pages(typst(math.parse(f'"{text}" + 1'))).startswith(b"%PDF")


def test_operators_that_mean_something_to_typst_are_escaped() -> None:
    assert typst(math.parse("a / b")) == "$a \\/ b$"
    assert typst(math.parse("f(a, b)")) == "$f lr(\\( a \\, b \\))$"
