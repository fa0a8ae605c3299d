from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import sympy  # type: ignore[import-untyped]

from studydl.answers.grading import grade
from studydl.answers.verdicts import Outcome
from studydl.problems import catalog
from studydl.problems.catalog.backprop.tiny_graph import Graph, TinyGraph
from studydl.problems.engine import draw
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]

X, Y = sympy.symbols("x y")


def slope(p: dict[str, Any]) -> Any:
    """Return the derivative by sympy, from the definition of the graph."""
    (a, b, c, d), (e, f, g) = p["inner"], p["outer"]
    u = a * X + b * Y + c * X * Y + d
    if p["form"] == "residual":
        x, y = p["points"][0]
        u = u if u.subs({X: x, Y: y}) > 0 else sympy.Integer(0)
    v = e * X + f * Y + g * u
    loss = {"square": u**2, "product": u * v}.get(p["form"], v**2)
    return sympy.diff(loss, (X, Y)[p["variable"]])


def test_the_derivative_agrees_with_sympy(draws: Draws, number: Reader) -> None:
    for problem in draws("backprop.tiny-graph"):
        p: Any = problem.params
        if p["asks"] == "value":
            x, y = p["points"][0]
            assert number(problem.answer.value) == int(slope(p).subs({X: x, Y: y})), problem.id
        else:
            given = sympy.sympify(problem.answer.value.replace("^", "**"))
            assert sympy.expand(given - slope(p)) == 0, problem.id


def test_a_product_by_hand() -> None:
    # u = 2x + 1 = 7, v = 3x - u = 2 at x = 3: L = uv, dL/dx = 2 * 2 + 7 * (3 - 2) = 11
    assert TinyGraph().formula(Graph("product", "value", (2, 0, 0, 1), (3, 0, -1), ((3, 1),), 0)) == 11
    # as a formula: u v = (2x + 1)(x - 1) = 2x^2 - x - 1, whose derivative is 4x - 1
    assert TinyGraph().formula(Graph("product", "formula", (2, 0, 0, 1), (3, 0, -1), ((3, 1),), 0)) == "4*x - 1"


def test_a_dead_relu_passes_nothing_on() -> None:
    # u = x - 5 < 0, so v = 2x = 6 and dL/dx = 2 * 6 * 2
    formula = TinyGraph().formula
    assert formula(Graph("residual", "value", (1, 0, 0, -5), (2, 0, 3), ((3, 1),), 0)) == 24
    # alive: u = x + 5 = 8, v = 2 * 3 + 3 * 8 = 30, dL/dx = 2 * 30 * (2 + 3)
    assert formula(Graph("residual", "value", (1, 0, 0, 5), (2, 0, 3), ((3, 1),), 0)) == 300


def test_a_formula_that_is_not_multiplied_out_is_right_too() -> None:
    # whatever the graph, the definition of L and the chain rule give another form of the same formula
    family, seen = catalog.get("backprop.tiny-graph"), 0
    for seed in range(40):
        problem = draw(family, 2, seed).problem
        p: Any = problem.params
        if p["asks"] == "formula":
            (a, b, c, d), (e, f, g) = p["inner"], p["outer"]
            v = f"({e}*x + {f}*y + {g}*({a}*x + {b}*y + {c}*x*y + {d}))"
            inside = f"({a} + {c}*y)" if p["variable"] == 0 else f"({b} + {c}*x)"
            assert grade(problem.answer, f"2*{v}*{g}*{inside}").outcome is Outcome.CORRECT, problem.id
            seen += 1
    assert seen
