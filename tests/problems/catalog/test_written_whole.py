"""What a learner reads of a family is whole: no part of a text is lost, and the printed steps lead to the answer."""

from __future__ import annotations

import ast
import re
from fractions import Fraction
from pathlib import Path

import pytest

from studydl.problems import catalog
from studydl.problems.engine import draw

FOLDER = Path(catalog.__file__).parent
NUMBER = r"\(?(-?\d+(?:\.\d+)?)\)?"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.py")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_part_of_a_text_stands_alone_on_the_next_line(path: Path) -> None:
    """Without brackets around it, the second line of a long source is a statement of its own, and is lost."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            alone = [s for s in node.body[1:] if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)]
            assert [(s.lineno, ast.unparse(s)) for s in alone] == []


def shown_answer(text: str) -> tuple[Fraction, Fraction]:
    """Return the rounded answer and half a unit of its last place."""
    shown = text.rpartition(" = ")[2]
    return Fraction(shown), Fraction(1, 2 * 10 ** len(shown.partition(".")[2]))


@pytest.mark.parametrize(
    ("name", "level", "last"),
    [
        ("norm.batch", 2, rf"\${NUMBER} \* {NUMBER} \+ {NUMBER}\$ = "),
        ("norm.batch", 3, rf"\${NUMBER} \* {NUMBER} \+ {NUMBER}\$ = "),
        ("norm.layer", 2, rf"\${NUMBER} \* {NUMBER} \+ {NUMBER}\$ = "),
        ("norm.layer", 3, rf"\${NUMBER} \* {NUMBER} \+ {NUMBER}\$ = "),
        ("metrics.f-beta", 2, rf"\$F = frac\({NUMBER}, {NUMBER}\)\$ = "),
    ],
)
def test_the_numbers_of_the_last_step_give_the_answer(name: str, level: int, last: str) -> None:
    followed = 0
    for seed in range(200):
        problem = draw(catalog.get(name), level, seed).problem
        if match := re.search(last, problem.steps[-1]):
            a, b, *rest = map(Fraction, match.groups())
            value = a * b + rest[0] if rest else a / b
            answer, half = shown_answer(problem.answer.text)
            assert abs(value - answer) <= half, (problem.id, problem.steps[-1])
            followed += 1
    assert followed > 50


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_powers_of_a_softmax_show_enough_digits_for_their_shares(level: int) -> None:
    """A cold temperature leaves powers such as 0.0008: with 5 decimals their shares would be lost."""
    for seed in range(200):
        problem = draw(catalog.get("loss.temperature-softmax"), level, seed).problem
        if problem.answer.text.startswith("("):
            given = problem.steps[1].partition(". The sum is")[0].rpartition(": ")[2].rstrip(".")
            total = re.search(r"(?:sum is|add up to) (\d+\.\d+)", " ".join(problem.steps))
            assert total is not None
            shares = [Fraction(power) / Fraction(total[1]) for power in given.split(", ")]
            for share, shown in zip(shares, problem.answer.text.strip("()").split(", "), strict=True):
                near_a_tie = Fraction(1, 10**6)  # where no printed number could tell
                assert abs(share - Fraction(shown)) <= Fraction(1, 2000) + near_a_tie, problem.id
