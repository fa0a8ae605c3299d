"""Filling a family's templates with the facts of one instance."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from string import Formatter
from typing import Any

from studydl.text.numbers import Irrational, Number, fixed, significant


class _Facts(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple):
            return ", ".join(self.format_field(item, format_spec) for item in value)
        if isinstance(value, str):
            return value
        return write(value, int(format_spec.lstrip(".")) if format_spec else None)


_FORMATTER = _Facts()


def fill(template: str, facts: Mapping[str, Any]) -> str:
    """Return the template with its ``{names}`` replaced.

    Args:
        template: text with ``{name}`` or, for a number with 3 decimals, ``{name:.3}``.
        facts: the values; a tuple is written with commas.

    Raises:
        KeyError: the template names a fact that is not there.
    """
    return _FORMATTER.vformat(template, (), facts)


def write(x: Number, places: int | None = None) -> str:
    """Write one number for a reader.

    Args:
        x: the number.
        places: decimals; None writes an integer or a fraction exactly, an irrational number to 4 significant digits.
    """
    if isinstance(x, bool):
        return str(x)
    if places is not None:
        return fixed(x, places)
    if isinstance(x, Irrational):
        return significant(x, 4)
    return str(x) if isinstance(x, int) or x.denominator > 1 else str(Fraction(x).numerator)
