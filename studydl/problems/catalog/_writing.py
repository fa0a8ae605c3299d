"""How worked solutions of many subjects write their intermediate results."""

from __future__ import annotations

from studydl.text.numbers import Irrational, Number, fixed


def short(x: Number, places: int = 4) -> str:
    """Write a number with this many decimals, or with fewer where these are exact: ``2.5``, ``0.3333``."""
    if not isinstance(x, Irrational):
        bottom = x.denominator
        places = next((fewer for fewer in range(places) if 10**fewer % bottom == 0), places)
    return fixed(x, places)


def factor(x: Number, places: int = 4) -> str:
    """Write a number as part of a product or a sum: a negative one in brackets."""
    return f"({short(x, places)})" if x < 0 else short(x, places)
