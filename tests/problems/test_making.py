from __future__ import annotations

from itertools import islice

from studydl.problems import catalog
from studydl.problems.exchange import to_line
from studydl.problems.making import derived_seed, make, make_lines


def test_the_same_seed_makes_the_same_problems() -> None:
    names = ["metrics.f1", "metrics.roc-auc"]
    assert list(make(names, (1, 2), 8, 5)) == list(make(names, (1, 2), 8, 5))
    assert list(make(names, (1, 2), 8, 5)) != list(make(names, (1, 2), 8, 6))


def test_families_and_levels_take_turns() -> None:
    drawn = list(make(["metrics.f1", "metrics.roc-auc"], (1, 3), 8, 5))
    assert [(p.family, p.level) for p in drawn[:5]] == [
        ("metrics.f1", 1),
        ("metrics.roc-auc", 1),
        ("metrics.f1", 3),
        ("metrics.roc-auc", 3),
        ("metrics.f1", 1),
    ]


def test_problems_come_one_by_one() -> None:
    endless = make(catalog.names(), (1, 2, 3), 10**12, 1)
    assert len(list(islice(endless, 3))) == 3


def test_derived_seeds_do_not_repeat_soon() -> None:
    assert len({derived_seed(9, index) for index in range(5000)}) == 5000


def test_the_lines_are_the_same_whatever_the_number_of_workers() -> None:
    names = ["metrics.f1", "metrics.f-beta", "conv.output-size"]
    expected = [to_line(problem) for problem in make(names, (1, 2), 450, 5)]
    for workers in (1, 2):
        assert [line for lines in make_lines(names, (1, 2), 450, 5, workers) for line in lines] == expected
