from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterator
from typing import Any

from sympy import Matrix  # type: ignore[import-untyped]

from studydl.problems import catalog
from studydl.problems.catalog.conv.kernel_rank import Kernels, rank
from studydl.problems.model import Problem

SOBEL = ((1, 0, -1), (2, 0, -2), (1, 0, -1))
LAPLACE = ((0, 1, 0), (1, -4, 1), (0, 1, 0))


def test_sympy_finds_the_same_ranks(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("conv.kernel-rank"):
        p: dict[str, Any] = dict(problem.params)
        answer = literal_eval(problem.answer.value)
        if p["ask"] == "missing":
            kernel = Matrix(p["column"]) * Matrix([p["row"]])
            kernel[p["hole"]] = answer
            assert kernel.rank() == 1, problem.id
            kernel[p["hole"]] = answer + 1
            assert kernel.rank() > 1, problem.id
        elif p["ask"] == "which":
            options = [literal_eval(option) for option in problem.answer.kind.options]  # type: ignore[union-attr]
            assert [option for option in options if Matrix(option).rank() == 1] == [answer], problem.id
        else:
            kernel = Matrix(p["kernel"])
            assert answer == kernel.rank() * sum(kernel.shape), problem.id


def test_sobel_splits_and_the_laplacian_takes_two_pairs() -> None:
    formula = catalog.get("conv.kernel-rank").formula
    assert rank(SOBEL) == 1 and rank(LAPLACE) == 2
    four = Kernels("which", SOBEL, LAPLACE, ((1, 2, 3), (0, 1, 1), (1, 3, 4)), ((1, 2, 1), (2, 4, 3), (1, 2, 1)))
    assert formula(four) == "[[1, 0, -1], [2, 0, -2], [1, 0, -1]]"
    assert formula(Kernels("passes", LAPLACE)) == 2 * (3 + 3)


def test_a_missing_number_by_hand() -> None:
    # (1, 2, 3) times (2, -1, 4): row 2 is twice row 1, so 2 * 4
    assert (
        catalog.get("conv.kernel-rank").formula(Kernels("missing", column=(1, 2, 3), row=(2, -1, 4), hole=(1, 2))) == 8
    )


def test_the_worked_solution_names_the_rows_the_rank_counts(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("conv.kernel-rank"):
        if problem.params["ask"] == "passes":
            kernel: Any = problem.params["kernel"]
            made = problem.steps[0].count(" is ")
            assert len(kernel) - made == rank(kernel), problem.id
