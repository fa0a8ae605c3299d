"""The shown code holds what was run and nothing else, word for word."""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable

import pytest

from studydl.problems.code import branches_of, printing_body


def shown(function: Callable[..., object], **arguments: object) -> str:
    branches = branches_of(function)
    return printing_body(branches, branches.decided(arguments))


def printed(code: str, arguments: dict[str, object]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, dict(arguments))
    return out.getvalue().strip()


def chain(form: str, size: int) -> int:
    """Not shown."""
    answer = size
    # what is asked for
    if form == "double":
        answer = 2 * size  # twice
    elif form == "square":
        # by itself
        answer = size * size
    elif size > 100:
        answer = 100
    else:
        answer = -1
    return answer


def test_of_a_chain_one_branch_is_left_with_its_comments() -> None:
    assert shown(chain, form="square", size=3) == (
        "answer = size\n# what is asked for\n# by itself\nanswer = size * size\nprint(answer)\n"
    )
    assert shown(chain, form="none", size=3) == "answer = size\n# what is asked for\nanswer = -1\nprint(answer)\n"


def partly(form: str, found: list[int]) -> int:
    total = sum(found)
    if form == "none":
        total = 0
    elif total > 10:
        total = 10
    elif form == "half" and total > 5:
        total //= 2
    elif form == "more":
        total += 1
    return total


def test_a_chain_with_an_open_test_begins_with_it() -> None:
    assert shown(partly, form="half", found=[1]) == (
        "total = sum(found)\nif total > 10:\n    total = 10\nelif total > 5:\n    total //= 2\nprint(total)\n"
    )
    assert shown(partly, form="more", found=[1]) == (
        "total = sum(found)\nif total > 10:\n    total = 10\nelse:\n    total += 1\nprint(total)\n"
    )


def inside(wanted: int, target: tuple[int, ...], size: int) -> int:
    size += 1
    if size > 3:  # not decided: size is assigned to
        size = 3
    while wanted and size < wanted:
        size += 1
    while target and size < target[0]:
        size += 2
    for step in range(2 if target else 3):
        if wanted:
            size += step
    return (size if wanted else size.bit_length()).bit_count() + (size + 1 if target else 7) * 2


def test_loops_and_conditions_inside_expressions() -> None:
    assert shown(inside, wanted=0, target=(), size=1) == (
        "size += 1\nif size > 3:  # not decided: size is assigned to\n    size = 3\n"
        "for step in range(3):\n    pass\n"
        "print(size.bit_length().bit_count() + 7 * 2)\n"
    )
    assert shown(inside, wanted=5, target=(9,), size=1) == (
        "size += 1\nif size > 3:  # not decided: size is assigned to\n    size = 3\n"
        "while size < wanted:\n    size += 1\nwhile size < target[0]:\n    size += 2\n"
        "for step in range(2):\n    size += step\n"
        "print(size.bit_count() + (size + 1) * 2)\n"
    )


def shadowed(size: int, wanted: int) -> int:
    max = size - 1  # a name of its own, though a function has it
    half = (lambda wanted: wanted // 2 if wanted else -1)(size)
    return half if max else wanted


def test_a_name_that_means_something_else_decides_nothing() -> None:
    assert shown(shadowed, size=4, wanted=0) == (
        "max = size - 1  # a name of its own, though a function has it\n"
        "half = (lambda wanted: wanted // 2 if wanted else -1)(size)\nprint(half if max else wanted)\n"
    )


def spread(
    a: int,
    b: tuple[int, ...],
) -> str:
    text = f"{a if a else 'nothing'}"
    if (
        a  # zero is nothing
        and not b
    ):
        text += "é alone" if not b else "with"
    elif not a:
        text += "-"
        if b:
            text += "b" if len(b) > 1 and b[1] else "β"
    return "".join([text, "!" if a or b else "?", str(a or len(b) or "none"), str(b and a and b[0])])


def table(form: str, size: int, found: list[int]) -> object:
    total = {"double": 2 * size, "square": size * size}.get(form, size + 1)
    pair = {"none": (size, 1), "half": (1, size)}[form] if form in ("none", "half") else (0, 0)
    total -= {"half": size - 1}.get(form, size) * {"more": size - 2}.get(form, 1)
    word = {0: "none", 1: "one"}.get(len(found), "many")
    return (total, pair, str({"half": size + 1}.get(form, -size)), {size: 1}.get(size), word)


def test_of_a_table_one_entry_is_shown() -> None:
    assert shown(table, form="half", size=3, found=[1]) == (
        'total = size + 1\npair = (1, size)\ntotal -= (size - 1) * 1\nword = "one"\n'
        "print((total, pair, str(size + 1), {size: 1}.get(size), word))\n"
    )
    assert shown(table, form="more", size=3, found=[1, 2]) == (
        'total = size + 1\npair = (0, 0)\ntotal -= size * (size - 2)\nword = "many"\n'
        "print((total, pair, str(-size), {size: 1}.get(size), word))\n"
    )


def joined(form: str, size: int) -> int:
    while size < 3 or (form == "double" and size < 9):
        size += 1
    return size


def test_parentheses_around_what_is_left_of_a_test_go() -> None:
    assert shown(joined, form="double", size=1) == "while size < 3 or size < 9:\n    size += 1\nprint(size)\n"
    assert shown(joined, form="none", size=1) == "while size < 3:\n    size += 1\nprint(size)\n"


@pytest.mark.parametrize("function", [chain, partly, inside, shadowed, spread, table, joined])
def test_what_is_shown_gives_what_the_function_gives(function: Callable[..., object]) -> None:
    values: dict[str, list[object]] = {
        "form": ["double", "square", "half", "more", "none"],
        "size": [0, 1, 2, 7, 300],
        "found": [[], [4], [6, 1], [20]],
        "wanted": [0, 1, 9],
        "target": [(), (1,), (12, 3)],
        "a": [0, 1, 5],
        "b": [(), (1,), (1, 0), (1, 2)],
    }
    names = [name for name in function.__annotations__ if name != "return"]
    for given in itertools.product(*(values[name] for name in names)):
        arguments = dict(zip(names, given, strict=True))
        assert printed(shown(function, **arguments), arguments) == str(function(**arguments)), arguments


def test_no_test_of_an_argument_is_shown() -> None:
    for a, b in itertools.product([0, 1], [(), (1, 2)]):
        code = shown(spread, a=a, b=b)
        assert "if " not in code.replace("a if a else", ""), code  # inside an f-string they stay
