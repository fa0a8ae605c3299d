"""Filling a family's templates with the facts of one instance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any

from studydl.text.numbers import Irrational, Number, fixed, significant


def fill(template: str, facts: Mapping[str, Any]) -> str:
    """Return the template with its ``{names}`` replaced.

    Args:
        template: text with ``{name}`` or, for a number with 3 decimals, ``{name:.3}``.
        facts: the values; a tuple is written with commas.

    Raises:
        KeyError: the template names a fact that is not there.
    """
    pieces, last = _parsed(template)
    return "".join([before + _written(facts[name], places) for before, name, places in pieces]) + last


@cache
def _parsed(template: str) -> tuple[tuple[tuple[str, str, int | None], ...], str]:
    """Return (text before, name, decimals) of each field, and the text after the last one."""
    pieces, last = [], ""
    for before, name, spec, _ in Formatter().parse(template):
        if name is None:
            last = before
        else:
            pieces.append((before, name, int(spec.lstrip(".")) if spec else None))
    return tuple(pieces), last


def _written(value: Any, places: int | None) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ", ".join([_written(item, places) for item in value])
    return write(value, places)


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
    return str(x)
