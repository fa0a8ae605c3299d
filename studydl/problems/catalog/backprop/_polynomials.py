"""Polynomials in x and y with whole coefficients, multiplied out and differentiated term by term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

Polynomial: TypeAlias = Mapping[tuple[int, int], int]  # (power of x, power of y): coefficient
Point: TypeAlias = tuple[int, int]
NAMES = ("x", "y")


def plus(*parts: Polynomial) -> Polynomial:
    """Return the sum of polynomials, without terms that are 0."""
    total: dict[tuple[int, int], int] = {}
    for part in parts:
        for powers, c in part.items():
            total[powers] = total.get(powers, 0) + c
    return {powers: c for powers, c in total.items() if c}


def times(*factors: Polynomial) -> Polynomial:
    """Return the product of polynomials."""
    result: Polynomial = constant(1)
    for factor in factors:
        result = plus(*({(i + k, j + m): c * d for (k, m), d in factor.items()} for (i, j), c in result.items()))
    return result


def constant(c: int) -> Polynomial:
    """Return a constant."""
    return {(0, 0): c} if c else {}


def derivative(p: Polynomial, variable: int) -> Polynomial:
    """Return the derivative with respect to x (0) or y (1), term by term."""
    if variable:
        return {(i, j - 1): c * j for (i, j), c in p.items() if j}
    return {(i - 1, j): c * i for (i, j), c in p.items() if i}


def value_at(p: Polynomial, point: Point) -> int:
    """Return the value at a point."""
    x, y = point
    return sum(c * x**i * y**j for (i, j), c in p.items())


def written(terms: Iterable[tuple[int, str]]) -> str:
    """Write a sum of products as the answer grammar reads it: ``2*x*y - 3``."""
    text = ""
    for c, product in terms:
        if c:
            size = "*".join([str(abs(c))] * (abs(c) > 1 or not product) + [product] * bool(product))
            text += (" - " if c < 0 else " + ") + size if text else ("-" if c < 0 else "") + size
    return text or "0"


def formula_of(p: Polynomial) -> str:
    """Write a polynomial, highest powers first."""
    ordered = sorted(p.items(), key=lambda term: (-sum(term[0]), -term[0][0]))
    return written((c, _monomial(powers)) for powers, c in ordered)


def _monomial(powers: tuple[int, int]) -> str:
    """Write a product of powers of x and y: ``x^2*y``; nothing where both are 0."""
    pairs = zip(NAMES, powers, strict=True)
    return "*".join(name if exponent == 1 else f"{name}^{exponent}" for name, exponent in pairs if exponent)
