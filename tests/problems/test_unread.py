from __future__ import annotations

import ast

import pytest

from studydl.problems.unread import names_read, without_unread


def cleaned(script: str, kept: frozenset[str] = frozenset()) -> str:
    return without_unread(script, frozenset({*"abcde", "square", "nn", "math", "total"} - kept))


def test_what_nothing_reads_goes_and_all_that_only_it_read() -> None:
    assert cleaned("a = 1\nb = a + 1\nc = 2\nprint(c)\n") == "c = 2\nprint(c)\n"
    assert cleaned("import math\nfrom torch import nn\ndef square(d):\n    return d**2\nprint(nn)\n") == (
        "from torch import nn\nprint(nn)\n"
    )
    assert cleaned("total = 0\nfor a in range(3):\n    total += a\nprint(1)\n") == "print(1)\n"
    assert cleaned("total = 0\nfor a in range(3):\n    total += a\nprint(total)\n") == (
        "total = 0\nfor a in range(3):\n    total += a\nprint(total)\n"
    )


def test_of_several_names_those_that_are_read_stay() -> None:
    assert cleaned("a, b, c = f(1), 2, 3  # three\nprint(a, c)\n") == "a, c = f(1), 3  # three\nprint(a, c)\n"
    assert cleaned("a, b = f(1), 2\nprint(a)\n") == "a = f(1)\nprint(a)\n"
    assert cleaned("a, b = (\n    1,\n    2\n    + 3,\n)\nprint(b)\n") == "b = (2\n    + 3)\nprint(b)\n"
    assert cleaned("a = b = 1\nprint(b)\n") == "b = 1\nprint(b)\n"
    assert cleaned("a = b = 1\nprint(2)\n") == "print(2)\n"
    assert cleaned("a, b = f()\nprint(a)\n") == "a, b = f()\nprint(a)\n"  # what is unpacked is named in full
    assert cleaned("(a, b), c = f()\nprint(1)\n") == "print(1)\n"


def test_blocks_go_with_all_that_stands_in_them() -> None:
    assert cleaned("if f:\n    a = 1\nelse:\n    b = 2\nprint(1)\n") == "print(1)\n"
    assert cleaned("if f:\n    a = 1\nelse:\n    print(2)\n") == "if f:\n    a = 1\nelse:\n    print(2)\n"
    assert cleaned("with f:\n    a = 1\n    b = 2\nprint(b)\n") == "with f:\n    b = 2\nprint(b)\n"
    assert cleaned("while f:\n    a = 1\n    print(2)\n") == "while f:\n    print(2)\n"
    assert cleaned("while f:\n    a = 1\n") == "while f:\n    a = 1\n"  # what ends it may be in its test


def test_a_comment_goes_with_the_statement_below_it() -> None:
    assert cleaned("# first\n# of two\na = 1  # one\n# then\nb = 2\nprint(b)\n") == "# then\nb = 2\nprint(b)\n"


def test_names_that_may_not_go_stay() -> None:
    assert cleaned("a = f()\nb = 1\nprint(2)\n", kept=frozenset("a")) == "a = f()\nprint(2)\n"


def test_types_are_left_out() -> None:
    script = "a: list[int] = []\nb: object\nfor b in a:\n    c: int = b  # é\n    print(c.é)  # type: ignore[attr]\n"
    assert cleaned(script) == "a = []\nfor b in a:\n    c = b  # é\n    print(c.é)\n"


@pytest.mark.parametrize("script", ["print(1)\n", "x[0] = 1\n", "a.b = 1\nprint(f'{c}')\n", "a = 1\ndel a\n"])
def test_all_else_stays_as_it_is(script: str) -> None:
    assert cleaned(script) == script


def test_the_names_a_tree_reads() -> None:
    assert names_read(ast.parse("a = b\nc += d\ne.f = g\nh[i] = 1\ndel j")) == frozenset("bdeghij")
