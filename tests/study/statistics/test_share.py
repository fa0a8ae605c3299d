from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from studydl.study.statistics.share import Share


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_bounds_are_wilsons_as_scipy_has_them(counts: tuple[int, int]) -> None:
    right, of = counts
    wanted = binomtest(right, of).proportion_ci(0.95, method="wilson")
    assert Share(right, of).interval == pytest.approx((wanted.low, wanted.high), abs=1e-12)
    assert Share(right, of).rate == right / of


def test_without_a_trial_there_is_no_rate_and_nothing_is_ruled_out() -> None:
    assert Share().rate is None
    assert Share().interval == (0.0, 1.0)
    assert Share(1, 2) + Share(2, 3) == Share(3, 5)
