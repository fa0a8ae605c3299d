"""Labels of a problem's samples, for comparison with what the families compute from counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studydl.problems.model import Problem


@pytest.fixture
def labels() -> Callable[[Problem], tuple[list[str], list[str], list[str]]]:
    """Return a function that gives classes, clusters, and clusters after the merger, a label for each sample."""

    def labels_of(problem: Problem) -> tuple[list[str], list[str], list[str]]:
        classes, clusters, merged = (str(problem.params[name]) for name in ("classes", "clusters", "merged"))
        joined = ["joined" if cluster in merged else cluster for cluster in clusters]
        return list(classes), list(clusters), joined

    return labels_of
