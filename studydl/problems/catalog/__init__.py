"""The index of problem families: ``conv.output-size`` stands in ``catalog/conv/output_size.py``.

Looking a family up imports its file only, and importing a family loads neither torch nor numpy nor sympy.
"""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from studydl.errors import UnknownProblem, did_you_mean
from studydl.problems.family import Family

_FOLDER = Path(__file__).parent


@cache
def names() -> tuple[str, ...]:
    """Return the names of all families, sorted."""
    files = _FOLDER.glob("*/*.py")
    return tuple(sorted(f"{f.parent.name}.{f.stem.replace('_', '-')}" for f in files if not f.stem.startswith("_")))


@cache
def get(name: str) -> Family[Any]:
    """Return a family by name.

    Raises:
        UnknownProblem: there is no such family.
    """
    if name not in names():
        raise UnknownProblem(f"there is no problem family {name!r}", _suggestion(name))
    subject, _, quantity = name.partition(".")
    module = import_module(f"{__name__}.{subject}.{quantity.replace('-', '_')}")
    (family,) = (
        thing
        for _, thing in inspect.getmembers(module, inspect.isclass)
        if issubclass(thing, Family) and thing.__module__ == module.__name__
    )
    instance: Family[Any] = family()
    return instance


@cache
def topics() -> tuple[str, ...]:
    """Return the subjects that have families, sorted."""
    return tuple(sorted({name.partition(".")[0] for name in names()}))


def families(of: str | None = None) -> tuple[Family[Any], ...]:
    """Return all families, or those of one topic, in order of name."""
    return tuple(get(name) for name in names() if of is None or name.startswith(f"{of}."))


def _suggestion(name: str) -> str:
    return did_you_mean(name, names(), "`studydl problems list` shows them all.")
