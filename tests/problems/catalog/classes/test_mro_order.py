from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable, Iterator
from typing import Any

from studydl.problems import catalog
from studydl.problems.catalog.classes.mro_order import Hierarchy
from studydl.problems.model import Problem


def program(p: dict[str, Any]) -> str:
    """Return the program that the prompt describes."""
    lines = []
    for name, *bases in map(list, p["classes"]):
        lines.append(f"class {name}({', '.join(bases)}):")
        if name == p["lacks"] or not p["stops"]:
            lines.append("    pass")
            continue
        lines += ["    def f(self):", f"        print({name!r})"]
        lines += ["        super().f()"] * (name != p["stops"])
    return "\n".join(lines)


def test_the_order_and_the_calls_are_those_of_the_program(draws: Callable[[str], Iterator[Problem]]) -> None:
    # functools has its own merge in Python, for single dispatch; that of `type` is written in C
    c3: Callable[[type], list[type]] = functools._c3_mro  # type: ignore[attr-defined]
    for problem in draws("classes.mro-order"):
        p: dict[str, Any] = dict(problem.params)
        names: dict[str, Any] = {}
        exec(program(p), names)
        bottom, printed = names[p["classes"][-1][0]], io.StringIO()
        if p["stops"]:
            with contextlib.redirect_stdout(printed):
                bottom().f()
            expected = printed.getvalue().split()
        else:
            expected = [found.__name__ for found in c3(bottom) if found is not object]
        assert problem.answer.value == ", ".join(expected), problem.id


def test_a_diamond_by_hand() -> None:
    formula = catalog.get("classes.mro-order").formula
    # A waits for C, although B names it first
    assert formula(Hierarchy(("A", "BA", "CA", "DBC"))) == ("D", "B", "C", "A")
    # super() in B goes to C; C ends the chain
    assert formula(Hierarchy(("A", "BA", "CA", "DBC"), stops="C")) == ("D", "B", "C")
    # B has no f and is passed over
    assert formula(Hierarchy(("A", "BA", "CA", "DBC"), stops="A", lacks="B")) == ("D", "C", "A")


def test_the_python_documentation_has_this_example() -> None:
    # The Python 2.3 Method Resolution Order, second example: A(B, C), B(D, E), C(D, F)
    formula = catalog.get("classes.mro-order").formula
    assert formula(Hierarchy(("F", "E", "D", "CDF", "BDE", "ABC"))) == tuple("ABCDEF")
    # and the third: with B(E, D) the order is A, B, E, C, D, F
    assert formula(Hierarchy(("F", "E", "D", "CDF", "BED", "ABC"))) == tuple("ABECDF")


def test_a_class_stands_before_its_bases_and_bases_in_their_order(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("classes.mro-order"):
        p: dict[str, Any] = dict(problem.params)
        place = {name: i for i, name in enumerate(problem.answer.value.split(", "))}
        for name, *bases in map(list, p["classes"]):
            shown = [place[other] for other in (name, *bases) if other in place]
            assert shown == sorted(shown), problem.id
