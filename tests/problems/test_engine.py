"""The gate and the engine, on families made for the test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import pytest

from studydl.answers.kinds import Integer, Kind, Real
from studydl.errors import CheckFailed, Disagreement, UnknownProblem
from studydl.problems import admission, engine
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Pair:
    a: int
    b: int


class Product(Family[Pair]):
    """a times b."""

    name, version, title = "test.product", 3, "Product"
    source = "arithmetic"
    answer: Kind = Integer()
    prompt = "What is {a} times {b}?"
    steps = ("Multiply.", "{a} * {b} = {answer}")
    mistakes: tuple[Mistake[Pair], ...] = (
        Mistake("added", lambda p: p.a + p.b, "You added: {value}."),
        Mistake("squared", lambda p: p.a * p.a, "You squared {a}."),
        Mistake("forgot b", lambda p: p.a, "You forgot {b}."),
    )
    fixed: ClassVar[Pair | None] = None

    def sample(self, draw: Draw, level: int) -> Pair | None:
        return self.fixed or Pair(draw.integer(2, 9), draw.integer(2, 9))

    def formula(self, p: Pair) -> int:
        return p.a * p.b

    def facts(self, p: Pair) -> Facts:
        return {"a": p.a, "b": p.b}

    def effort(self, p: Pair) -> Effort:
        return Effort(1, 2)

    @staticmethod
    def witness(a: int, b: int) -> int:
        return sum(a for _ in range(b))


def rejection(family: Family[Pair], params: Pair | None, level: int = 2) -> str:
    with pytest.raises(admission.Rejected) as caught:
        admission.admit(family, params, level)
    return str(caught.value)


def test_an_id_names_one_problem() -> None:
    first = engine.draw(Product(), 2, 5).problem
    assert first.id == "test.product@3:2:5"
    assert first == engine.draw(Product(), 2, 5).problem


def test_a_declined_draw_is_rejected() -> None:
    assert rejection(Product(), None) == admission.DECLINED


def test_a_trivial_answer_is_degenerate() -> None:
    assert rejection(Product(), Pair(0, 5)) == admission.DEGENERATE


def test_an_instance_whose_mistakes_give_the_right_answer_is_blind() -> None:
    # 2 * 2: adding and squaring give 4 too; only "forgot b" differs, and level 2 needs two.
    assert rejection(Product(), Pair(2, 2)) == admission.BLIND
    assert [m.name for m, _ in admission.admit(Product(), Pair(2, 2), 1).mistakes] == ["forgot b"]


def test_mistakes_that_give_the_same_value_are_shown_once() -> None:
    class Twice(Product):
        mistakes = (*Product.mistakes, Mistake("added again", lambda p: p.b + p.a, "You added."))

    assert [m.name for m, _ in admission.admit(Twice(), Pair(3, 4), 2).mistakes] == ["added", "squared", "forgot b"]


def test_too_much_work_for_the_level_is_rejected() -> None:
    class Long(Product):
        limits: ClassVar[Mapping[int, Effort]] = {1: Effort(1, 1), 2: Effort(1, 1), 3: Effort(1, 1)}

    assert rejection(Long(), Pair(3, 4)) == admission.TOO_LONG


def test_a_value_on_a_rounding_boundary_is_rejected() -> None:
    class Tie(Product):
        answer = Real(places=2)

        def formula(self, p: Pair) -> Fraction:  # type: ignore[override]
            return Fraction(2125, 1000)

    assert rejection(Tie(), Pair(3, 4)) == admission.TIE


def test_routes_that_disagree_are_a_bug_that_can_be_replayed() -> None:
    class Broken(Product):
        fixed = Pair(6, 7)

        @staticmethod
        def witness(a: int, b: int) -> int:
            return a * b + 1

    with pytest.raises(Disagreement) as caught:
        engine.draw(Broken(), 2, 11)
    assert "test.product@3:2:11" in str(caught.value)
    assert "Pair(a=6, b=7)" in str(caught.value)
    assert "42" in str(caught.value) and "43" in str(caught.value)


def test_a_witness_that_raises_disagrees_too() -> None:
    class Refusing(Product):
        fixed = Pair(6, 7)

        @staticmethod
        def witness(a: int, b: int) -> int:
            raise RuntimeError("kernel size can't be greater than input size")

    with pytest.raises(Disagreement, match="kernel size") as caught:
        engine.draw(Refusing(), 2, 11)
    assert "test.product@3:2:11" in str(caught.value)


def test_a_family_that_never_passes_its_gate_is_an_error_not_a_hang() -> None:
    class Never(Product):
        fixed = Pair(0, 0)

    with pytest.raises(CheckFailed, match="none of"):
        engine.draw(Never(), 2, 1)


def test_rejections_are_counted_by_reason() -> None:
    total = sum((engine.draw(Product(), 2, seed).rejected for seed in range(200)), start=Counter[str]())
    assert set(total) == {admission.BLIND}


@pytest.mark.parametrize(
    "bad", ["", "metrics.roc-auc", "metrics.roc-auc@1:2", "metrics.roc-auc@1:4:5", "x@1:1:1", "a@1:1:٣"]
)
def test_an_unreadable_id_is_a_clear_error(bad: str) -> None:
    with pytest.raises(UnknownProblem):
        engine.draw_id(bad)


def test_an_id_of_another_version_says_so() -> None:
    with pytest.raises(UnknownProblem, match="version 99"):
        engine.draw_id("metrics.roc-auc@99:1:1")


@pytest.mark.parametrize(("level", "seed"), [(0, 1), (4, 1), (1, -1), (1, 2**64)])
def test_levels_and_seeds_have_bounds(level: int, seed: int) -> None:
    with pytest.raises(UnknownProblem):
        engine.draw(Product(), level, seed)
