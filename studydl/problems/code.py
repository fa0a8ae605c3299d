"""The code a learner is shown: the parameters and the witness's own body, so it is always what was run."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

from studydl.problems.family import Family, params_of


def shown_code(family: Family[Any], p: Any) -> str:
    """Return a script that prints the witness's answer for these parameters.

    Args:
        family: the family.
        p: its parameters.
    """
    names = witness_arguments(family)
    given = [f"{name} = {value!r}" for name, value in params_of(p).items() if name in names]
    return "\n".join([*given, "", _body(family)])


@cache
def witness_arguments(family: Family[Any]) -> frozenset[str]:
    """Return the names of the parameters the witness takes."""
    return frozenset(inspect.signature(family.witness).parameters)


@cache
def _body(family: Family[Any]) -> str:
    return printing_body(family.witness)


def printing_body(function: Callable[..., object]) -> str:
    """Return a function's body with its final ``return x`` turned into ``print(x)``, docstring left out.

    Args:
        function: a function whose last statement is its only return.

    Raises:
        ValueError: it ends otherwise.
    """
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    body, last = definition.body, definition.body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        raise ValueError(f"{function.__qualname__} must end in its only return")
    if ast.get_docstring(definition) is not None:
        body = body[1:]
    lines = source.splitlines()
    kept = lines[body[0].lineno - 1 : last.lineno - 1]
    value = ast.get_source_segment(source, last.value)
    result = lines[last.lineno - 1][: last.col_offset] + f"print({value})"
    return textwrap.dedent("\n".join([*kept, result])) + "\n"
