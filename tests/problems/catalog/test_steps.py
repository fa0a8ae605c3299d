"""Every equation a learner reads in a worked solution or about a mistake holds, as far as its printed numbers tell."""

from __future__ import annotations

import pytest

from studydl.answers.kinds import Integer, Kind, Real
from studydl.problems import catalog
from studydl.problems.engine import draw
from tests.problems.catalog.printed import broken, equations

WITHOUT = frozenset(  # their steps compare, count and list
    (
        *("classes.mro-order", "clustering.k-means-step", "dims.broadcast", "dims.permute-shape"),
        *("information.entropy", "information.kl-divergence"),
    )
)


@pytest.mark.parametrize("name", catalog.names())
def test_every_printed_equation_holds(name: str) -> None:
    checked = 0
    for level in (1, 2, 3):
        for seed in range(12):
            problem = draw(catalog.get(name), level, seed).problem
            for text in (*problem.steps, *(mistake.message for mistake in problem.misconceptions)):
                assert list(broken(text, problem.answer.kind)) == [], f"{problem.id}: {text}"
                checked += len(list(equations(text, problem.answer.kind)))
    assert bool(checked) is (name not in WITHOUT)


@pytest.mark.parametrize(
    ("step", "kind", "holds"),
    [
        ("$2 * 3 + 1 = 7$", Integer(), True),
        ("$2 * 3 + 1 = 8$", Integer(), False),
        ("Sum: $2 + 3$ = 5", Integer(), True),
        ("Sum: $2 + 3$ = 6", Integer(), False),
        ("$frac(2, 3)$ = 2/3 = 0.667", Real(places=3), True),
        ("$frac(2, 3)$ = 2/3 = 0.666", Real(places=3), False),
        ("$frac(1, 8)$ = 12.5%", Real(places=1, unit="%"), True),
        ("$frac(1, 8)$ = 12.6%", Real(places=1, unit="%"), False),
        ("$frac(8.67, 3) = 2.892$", Integer(), True),  # 2.8883 to 2.8917 may be meant
        ("$frac(8.67, 3) = 2.893$", Integer(), False),
        ("$sqrt(9.5000) = 3.0822$", Integer(), True),
        ("$sqrt(9.5000) = 3.0832$", Integer(), False),
        ("$ln 2 = 0.693$", Integer(), True),
        ("$ln 2 = 0.694$", Integer(), False),
        ("$e^(-1) = 0.368$", Integer(), True),
        ("$(-3)^2 - 2^3 = 1$", Integer(), True),
        ("$1000 / 7$ = 143", Real(significant=3), True),
        ("$1000 / 7$ = 144", Real(significant=3), False),
    ],
)
def test_the_check_tells_true_from_false(step: str, kind: Kind, holds: bool) -> None:
    assert len(list(equations(step, kind))) >= 1
    assert (list(broken(step, kind)) == []) is holds
