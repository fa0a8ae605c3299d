"""The derivative of the output of a small graph with respect to one of its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from studydl.answers.kinds import Expression, Integer
from studydl.answers.values import Value
from studydl.problems.catalog.backprop._polynomials import (
    NAMES,
    Point,
    Polynomial,
    constant,
    derivative,
    formula_of,
    plus,
    times,
    value_at,
    written,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Terms: TypeAlias = tuple[int, ...]
FORMULA = "formula"
VARIANTS = ("square", "outer", "residual", "product", "outer formula", "product formula")


@dataclass(frozen=True, slots=True)
class Graph:
    """u is computed from x and y, v from x, y and u, and L from both.

    Args:
        form: L is u^2 ("square"), v^2 ("outer"), u v ("product"), or v^2 with max(u, 0) in the place of u ("residual").
        asks: "value" at the one point, or "formula".
        inner: u = a x + b y + c x y + d.
        outer: v = e x + f y + g u; all 0 where L depends on u alone.
        points: where the derivative is compared.
        variable: with respect to x (0) or y (1).
    """

    form: str
    asks: str
    inner: Terms
    outer: Terms
    points: tuple[Point, ...]
    variable: int

    @property
    def dead(self) -> bool:
        """Say whether a ReLU cuts u off."""
        return self.form == "residual" and value_at(expanded(self).u, self.points[0]) <= 0

    @property
    def direct(self) -> int:
        """Return how the variable enters v directly."""
        return self.outer[self.variable]

    @property
    def paths(self) -> int:
        """Return how many paths lead from the variable to L."""
        through_v, through_u = self.form != "square", self.form in ("square", "product")
        return bool(self.direct) + through_u + (through_v and self.outer[2] != 0)

    def chained(
        self, *, slope: Polynomial | None = None, edge: int | None = None, direct: int | None = None, outside: int = 2
    ) -> Value:
        """Return what the chain rule gives, some of its factors exchanged for wrong ones."""
        u, v = expanded(self).u, expanded(self).v
        into_u = expanded(self).slope if slope is None else slope
        into_v = self.into_v(into_u, edge, direct)
        if self.form == "product":
            return self.shown(plus(times(v, into_u), times(u, into_v)))
        return self.shown(times(constant(outside), *((u, into_u) if self.form == "square" else (v, into_v))))

    def into_v(self, into_u: Polynomial, edge: int | None = None, direct: int | None = None) -> Polynomial:
        """Return the derivative of v over all paths."""
        along = times(constant(self.outer[2] if edge is None else edge), into_u)
        return plus(constant(self.direct if direct is None else direct), along)

    @property
    def derivatives_multiplied(self) -> Value:
        """Return the product of the derivatives of both factors of L."""
        into_u = expanded(self).slope
        into_v = self.into_v(into_u)
        factors = {"square": (into_u, into_u), "product": (into_u, into_v)}
        return self.shown(times(*factors.get(self.form, (into_v, into_v))))

    def shown(self, p: Polynomial) -> Value:
        """Return a polynomial as the question asks for it: its value at the point, or its formula."""
        return formula_of(p) if self.asks == FORMULA else value_at(p, self.points[0])


class Expanded(NamedTuple):
    """What a graph computes, multiplied out.

    Args:
        u: of x and y.
        v: of x and y.
        loss: L, of x and y.
        slope: derivative of what v gets of u, with respect to the variable asked about.
    """

    u: Polynomial
    v: Polynomial
    loss: Polynomial
    slope: Polynomial


@lru_cache(64)  # every mistake of an instance asks again
def expanded(g: Graph) -> Expanded:
    """Multiply a graph out; a ReLU passes u on or nothing, by the sign of u at the point."""
    (a, b, c, d), (e, f, edge) = g.inner, g.outer
    u = plus({(1, 0): a, (0, 1): b, (1, 1): c, (0, 0): d})
    passed = {} if g.form == "residual" and value_at(u, g.points[0]) <= 0 else u
    v = plus({(1, 0): e, (0, 1): f}, times(constant(edge), passed))
    loss = times(*{"square": (u, u), "product": (u, v)}.get(g.form, (v, v)))
    return Expanded(u, v, loss, derivative(passed, g.variable))


class TinyGraph(Family[Graph]):
    """Along a path derivatives multiply, over all paths they add up: the chain rule, which autograd runs backward."""

    name, version, title = "backprop.tiny-graph", 1, "Derivative through a small graph"
    source = (
        "Goodfellow, Bengio and Courville (2016), Deep Learning, section 6.5; Baydin et al. (2018), Automatic "
        "differentiation in machine learning: a survey, section 3; torch.autograd documentation"
    )
    answer = {
        "square": Integer(),
        "outer": Integer(),
        "residual": Integer(),
        "product": Integer(),
        "outer formula": Expression(NAMES),
        "product formula": Expression(NAMES),
    }
    _at = " What is the derivative of L with respect to {name} at x = {x}, y = {y}?"
    _formula = " What is the derivative of L with respect to {name}, as a formula in x and y?"
    prompt = {
        "square": "A graph computes ${u_is}$ and $L = u^2$." + _at,
        "outer": "A graph computes ${u_is}$, ${v_is}$ and $L = v^2$." + _at,
        "residual": "A graph computes ${u_is}$, $h = max(u, 0)$, ${v_is}$ and $L = v^2$." + _at,
        "product": "A graph computes ${u_is}$, ${v_is}$ and $L = u * v$." + _at,
        "outer formula": "A graph computes ${u_is}$, ${v_is}$ and $L = v^2$." + _formula,
        "product formula": "A graph computes ${u_is}$, ${v_is}$ and $L = u * v$." + _formula,
    }
    conventions = dict.fromkeys(VARIANTS, ("x and y are independent of each other",))
    steps = {
        "square": (
            "Forward: $u = {u_at}$.",
            "dL/du $= 2 * u = {twice_u}$, du/d{name} $= {slope_is}$.",
            "Along the path they multiply: ${twice_u} * {slope_signed}$ = {answer}",
        ),
        "outer": (
            "Forward: $u = {u_at}$, $v = {v_at}$.",
            "One path leads from {name} to L, through u and v: dL/dv $= 2 * v = {twice_v}$, dv/du $= {edge}$, "
            "du/d{name} $= {slope_is}$.",
            "Along the path they multiply: ${twice_v} * {edge_signed} * {slope_signed}$ = {answer}",
        ),
        "residual": (
            "Forward: $u = {u_at}$, $h = {h_at}$, $v = {v_at}$.",
            "dL/dv $= 2 * v = {twice_v}$. The direct path from {name} to v has the derivative {direct}.",
            "The path through u: dv/dh $= {edge}$, {gate}, du/d{name} $= {slope_is}$.",
            "Over both paths: dv/d{name} $= {direct} + {edge_signed} * {open} * {slope_signed} = {into_v_at}$.",
            "${twice_v} * {into_v_signed}$ = {answer}",
        ),
        "product": (
            "Forward: $u = {u_at}$, $v = {v_at}$.",
            "du/d{name} $= {slope_is}$; over all paths dv/d{name} $= {into_v_is}$.",
            "Both factors of L depend on {name}; the sum of du/d{name} times v and u times dv/d{name}: "
            "${slope_signed} * {v_signed} + {u_signed} * {into_v_signed}$ = {answer}",
        ),
        "outer formula": (
            "One path leads from {name} to L, through u and v.",
            "dL/dv $= 2 * v$, with u put in $v = {v}$; then dv/du $= {edge}$ and du/d{name} $= {slope}$.",
            "Along the path they multiply: $2 * ({v}) * {edge_signed} * {slope_factor} = {answer}$",
        ),
        "product formula": (
            "du/d{name} $= {slope}$; over all paths dv/d{name} $= {into_v_is}$.",
            "Both factors of L depend on {name}, so its derivative is the sum of du/d{name} times v and u times "
            "dv/d{name}.",
            "With u put in, $v = {v}$: ${slope_factor} * {v_factor} + ({u}) * {into_v_factor} = {answer}$",
        ),
    }
    limits = {1: Effort(9, 2), 2: Effort(14, 3), 3: Effort(22, 3)}
    mistakes = (
        Mistake(
            "inner derivative forgotten",
            lambda g: None if g.dead or (g.asks, g.form) == (FORMULA, "product") else g.chained(slope=constant(1)),
            "You left du/d{name} out. It is a factor of every path through u: ${slope_is}$.",
            teaches="backprop-paths",
        ),
        Mistake(
            "direct path forgotten",
            lambda g: g.chained(direct=0) if g.direct and g.form != "square" else None,
            "You left out the path on which {name} enters v directly. The derivatives of all paths add up.",
            teaches="backprop-paths",
        ),
        Mistake(
            "path through u forgotten",
            lambda g: g.chained(slope={}) if g.direct and g.form != "square" else None,
            "You followed {name} only where it enters v directly. It also changes u, and the derivatives of all paths "
            "add up.",
            teaches="backprop-paths",
        ),
        Mistake(
            "path from u to v forgotten",
            lambda g: g.chained(edge=0) if g.form == "product" and g.outer[2] and g.asks != FORMULA else None,
            "You took u in v for a constant. It depends on {name}: v changes through u as well.",
            teaches="backprop-paths",
        ),
        Mistake(
            "gradient through a dead ReLU",
            lambda g: g.chained(slope=derivative(expanded(g).u, g.variable)) if g.dead else None,
            "You let the gradient pass h. Here u = {u_at} is below 0, so h stays 0 and passes nothing on.",
        ),
        Mistake(
            "2 of the square forgotten",
            lambda g: g.chained(outside=1) if g.form != "product" else None,
            "You left out the 2. The derivative of a square is twice what is squared.",
        ),
        Mistake(
            "derivatives multiplied",
            lambda g: g.derivatives_multiplied,
            "You multiplied the derivatives of the two factors of L. Each is multiplied by the other factor "
            "itself, and the two products add up.",
        ),
        Mistake(
            "factor of an edge forgotten",
            lambda g: g.chained(edge=1) if g.form in ("outer", "residual") and g.asks != FORMULA else None,
            "You left out the factor on the way into v, {edge}. It multiplies the path.",
            teaches="backprop-paths",
        ),
        Mistake(
            "other variable",
            lambda g: (
                value_at(derivative(expanded(g).loss, 1 - g.variable), g.points[0]) if g.asks != FORMULA else None
            ),
            "That is the derivative with respect to the other variable. The question is how L changes with {name}.",
        ),
        Mistake(
            "value of L",
            lambda g: value_at(expanded(g).loss, g.points[0]) if g.asks != FORMULA else None,
            "That is L itself. Its derivative with respect to {name} is asked for.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Graph | None:
        """Level 1: one square; level 2: a chain of two, a value or a formula; level 3: several paths."""
        variable, asks = draw.integer(0, 1), FORMULA if level > 1 and draw.chance(0.25) else "value"
        far = 4 if level == 1 else 3
        points = tuple((_factor(draw, far), _factor(draw, far)) for _ in range(1 if asks == "value" else 3))
        a, b, c, d = _factor(draw, far), _factor(draw, far), _factor(draw, 3), _factor(draw, 5)
        if level == 1:
            inner = draw.choice(((a, b, 0, d), (0, 0, c, d), (a, b, 0, 0), (a, 0, c, 0), (0, b, c, 0)))
            g = Graph("square", asks, inner, (0, 0, 0), points, variable)
        elif level == 2:
            other = (0, _factor(draw, 4)) if variable == 0 else (_factor(draw, 4), 0)
            inner = draw.choice(((a, b, 0, d), (0, 0, c, d), (a, 0, c, 0), (0, b, c, 0)))
            g = Graph("outer", asks, inner, (*other, _steep(draw)), points, variable)
        elif asks == "value" and draw.chance(0.5):
            outer = (_factor(draw, 3), _factor(draw, 3), _steep(draw))
            g = Graph("residual", asks, draw.choice(((a, b, 0, d), (0, 0, c, d))), outer, points, variable)
        else:
            outer = (_factor(draw, 4), _factor(draw, 4) * draw.integer(0, 1), draw.choice((0, 0, 1, 2, -2)))
            outer = outer if variable == 0 else (outer[1], outer[0], outer[2])
            inner = draw.choice(((a, b, 0, d), (0, 0, c, d), (a, 0, c, 0), (0, b, c, 0)))
            g = Graph("product", asks, inner, outer, points, variable)
        return g if _sound(g) else None

    def variant(self, p: Graph) -> str:
        """Return the form of L, and whether a formula is asked for."""
        return p.form if p.asks == "value" else f"{p.form} {FORMULA}"

    def branch(self, p: Graph) -> str:
        """Return the wording, and whether a ReLU is dead."""
        return f"{self.variant(p)}{' dead' * p.dead}"

    def formula(self, p: Graph) -> Value:
        """Return the derivative of L, multiplied out and differentiated term by term: no chain rule."""
        return p.shown(derivative(expanded(p).loss, p.variable))

    def compared(self, p: Graph, value: Value) -> Value:
        """Return the value itself, or those of the formula at the points."""
        if p.asks == "value":
            return value
        slope = derivative(expanded(p).loss, p.variable)
        return tuple(value_at(slope, point) for point in p.points)

    def effort(self, p: Graph) -> Effort:
        """Return the forward pass, the local derivatives, and the products and sums of the paths."""
        forward = sum(map(bool, p.inner)) + sum(map(bool, p.outer))
        return Effort(forward + 3 + 3 * p.paths, 2 if p.form == "square" else 3)

    def facts(self, p: Graph) -> Facts:
        """Return the graph as written, its values at the point, and its local derivatives."""
        (a, b, c, d), (e, f, edge), (x, y) = p.inner, p.outer, p.points[0]
        name, (u, v, _, _), slope = NAMES[p.variable], expanded(p), derivative(expanded(p).u, p.variable)
        into_v = p.into_v(expanded(p).slope)
        return {
            "name": name,
            "x": x,
            "y": y,
            "u_is": "u = " + written(((a, "x"), (b, "y"), (c, "x*y"), (d, ""))),
            "v_is": "v = " + written(((e, "x"), (f, "y"), (edge, "h" if p.form == "residual" else "u"))),
            "u": formula_of(u),
            "v": formula_of(v),
            "slope": formula_of(slope),
            "slope_factor": _factored(slope),
            "v_factor": _factored(v),
            "into_v_factor": _factored(into_v),
            "into_v_is": _into_v(p, into_v),
            "edge": edge,
            "edge_signed": _signed(edge),
            "direct": p.direct,
            "gate": "dh/du is 0, since u is below 0" if p.dead else "dh/du is 1, since u is above 0",
            "open": 0 if p.dead else 1,
            "u_at": value_at(u, (x, y)),
            "u_signed": _signed(value_at(u, (x, y))),
            "h_at": max(value_at(u, (x, y)), 0),
            "v_at": value_at(v, (x, y)),
            "v_signed": _signed(value_at(v, (x, y))),
            "twice_u": 2 * value_at(u, (x, y)),
            "twice_u_signed": _signed(2 * value_at(u, (x, y))),
            "twice_v": 2 * value_at(v, (x, y)),
            "twice_v_signed": _signed(2 * value_at(v, (x, y))),
            "slope_is": _with_value(slope, (x, y)) if p.asks != FORMULA else formula_of(slope),
            "slope_signed": _signed(value_at(slope, (x, y))),
            "into_v_at": value_at(into_v, (x, y)),
            "into_v_signed": _signed(value_at(into_v, (x, y))),
        }

    @staticmethod
    def witness(form: str, inner: Terms, outer: Terms, points: tuple[Point, ...], variable: int) -> object:
        """Return what autograd gives, at each point."""
        import torch

        at = torch.tensor(points, dtype=torch.float64, requires_grad=True)
        x, y = at.T
        u = inner[0] * x + inner[1] * y + inner[2] * x * y + inner[3]
        v = outer[0] * x + outer[1] * y + outer[2] * (torch.relu(u) if form == "residual" else u)
        loss = u * u if form == "square" else u * v if form == "product" else v * v
        gradient = torch.autograd.grad(loss.sum(), at)[0][:, variable]
        return gradient.tolist() if len(points) > 1 else gradient.item()


def _factor(draw: Draw, most: int) -> int:
    """Draw a whole number other than 0, at most so far from it."""
    return draw.choice((-1, 1)) * draw.integer(1, most)


def _steep(draw: Draw) -> int:
    """Draw the factor of an edge: other than 0 and 1."""
    return draw.choice((-3, -2, -1, 2, 3))


def _sound(g: Graph) -> bool:
    """Say whether no part of the graph vanishes, and numbers and formulas stay small."""
    u, v, loss, _ = expanded(g)
    slope, answer = derivative(u, g.variable), derivative(loss, g.variable)
    if g.asks == FORMULA:
        return 2 <= len(answer) <= 4 and max(map(abs, answer.values())) <= 60 and len({*g.points}) == len(g.points)
    values = [value_at(part, g.points[0]) for part in (u, slope, u if g.form == "square" else v)]
    return all(values) and abs(value_at(answer, g.points[0])) <= 500


def _signed(x: int) -> str:
    """Write a number that follows an operator: in brackets where it is negative."""
    return f"({x})" if x < 0 else str(x)


def _factored(p: Polynomial) -> str:
    """Write a polynomial as a factor: in brackets unless it is a single name or number."""
    text = formula_of(p)
    return f"({text})" if " " in text or text.startswith("-") else text


def _with_value(p: Polynomial, point: Point) -> str:
    """Write a derivative, and its value where it depends on the point."""
    text = formula_of(p)
    return f"{text} = {value_at(p, point)}" if set(p) - {(0, 0)} else text


def _into_v(g: Graph, total: Polynomial) -> str:
    """Return how the derivative of v comes about over all paths, in math, and its value where one is asked for."""
    edge = g.outer[2]
    into_u = _factored(expanded(g).slope)
    along = [into_u if edge == 1 else f"{_signed(edge)} * {into_u}"] * bool(edge)
    found = formula_of(total) if g.asks == FORMULA else str(value_at(total, g.points[0]))
    way = " + ".join([str(g.direct)] * bool(g.direct) + along)
    return found if way == found else f"{way} = {found}"
