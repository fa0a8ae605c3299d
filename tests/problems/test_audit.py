from __future__ import annotations

from studydl.problems.audit import audit, tasks


def test_a_count_is_split_exactly_over_families_and_levels() -> None:
    runs = tasks(["a.b", "c.d"], 1000)
    assert sum(stop - start for start, stop in (run.seeds for run in runs)) == 1000
    sizes = {(run.family, run.level): 0 for run in runs}
    for run in runs:
        sizes[run.family, run.level] += run.seeds[1] - run.seeds[0]
    assert len(sizes) == 6
    assert max(sizes.values()) - min(sizes.values()) <= 1


def test_fewer_problems_than_families_still_adds_up() -> None:
    assert sum(run.seeds[1] - run.seeds[0] for run in tasks(["a.b", "c.d"], 4)) == 4


def test_the_figures_do_not_depend_on_the_number_of_workers() -> None:
    work = tasks(["metrics.f1", "metrics.roc-auc"], 600)
    seen: list[int] = []
    one, two = audit(work, seen.append, workers=1), audit(work, seen.append, workers=2)
    assert sum(seen) == 1200
    for name, tally in one.items():
        other = two[name]
        assert (tally.admitted, tally.rejected, tally.duplicates, tally.mistakes) == (
            other.admitted,
            other.rejected,
            other.duplicates,
            other.mistakes,
        )
        assert tally.drawn == tally.admitted + tally.rejected.total()
        assert tally.admitted == 300
        assert tally.disagreements == []
