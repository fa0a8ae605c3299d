"""The code a learner is shown: the parameters and what the witness did with them, in the witness's own words."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

from studydl.problems.branches import Branches
from studydl.problems.family import Family, params_of
from studydl.problems.unread import names_read, without_unread


def shown_code(family: Family[Any], p: Any) -> str:
    """Return a script that prints the witness's answer for these parameters.

    It is without the branches they do not take, and without what only those branches read.

    Args:
        family: the family.
        p: its parameters.
    """
    names = witness_arguments(family)
    arguments = {name: value for name, value in params_of(p).items() if name in names}
    body, used = _body(family, _branches(family).decided(arguments))
    given = [f"{name} = {value!r}" for name, value in arguments.items() if name in used]
    return "\n".join([*given, "", body])


@cache
def witness_arguments(family: Family[Any]) -> frozenset[str]:
    """Return the names of the parameters the witness takes."""
    return frozenset(inspect.signature(family.witness).parameters)


@cache
def _branches(family: Family[Any]) -> Branches:
    return branches_of(family.witness)


@cache
def _body(family: Family[Any], decided: tuple[int | None, ...]) -> tuple[str, frozenset[str]]:
    """Return what is run when the tests are decided so, and the parameters it needs."""
    branches = _branches(family)
    arguments = witness_arguments(family)
    given = [f"{name} = ...\n" for name in sorted(arguments)]  # a parameter that nothing reads goes as well
    script = "".join(given) + printing_body(branches, decided)
    lines = without_unread(script, arguments | names_read(branches.definition)).splitlines(keepends=True)
    needed = [line for line in given if line in lines]
    return "".join(lines[len(needed) :]), frozenset(line.split()[0] for line in needed)


def branches_of(function: Callable[..., object]) -> Branches:
    """Return the branches of a function.

    Args:
        function: one whose last statement is its only return.

    Raises:
        ValueError: it ends otherwise.
    """
    branches = Branches(textwrap.dedent(inspect.getsource(function)))
    last = branches.definition.body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        raise ValueError(f"{function.__qualname__} must end in its only return")
    return branches


def printing_body(branches: Branches, decided: tuple[int | None, ...]) -> str:
    """Return what is reached of a function's body, with its final ``return x`` turned into ``print(x)``.

    Args:
        branches: from `branches_of`.
        decided: what the arguments make of its tests.
    """
    text = textwrap.dedent("\n".join(branches.taken(decided)))
    last = ast.parse(text).body[-1]
    assert isinstance(last, ast.Return) and last.value is not None
    before = text.splitlines()[: last.lineno - 1]
    return "\n".join([*before, f"print({ast.get_source_segment(text, last.value)})"]) + "\n"
