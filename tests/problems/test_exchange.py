from __future__ import annotations

import json

import pytest

from studydl.problems import catalog
from studydl.problems.engine import draw
from studydl.problems.exchange import from_line, to_line

KEYS = [
    *("id", "family", "version", "level", "seed", "topic", "title", "params", "prompt", "conventions", "answer"),
    *("steps", "misconceptions", "routes", "code", "source"),
]


@pytest.mark.parametrize("name", catalog.names())
def test_a_problem_comes_back_from_its_line_unchanged(name: str) -> None:
    for level in (1, 2, 3):
        problem = draw(catalog.get(name), level, 77).problem
        line = to_line(problem)
        assert "\n" not in line
        assert from_line(line) == problem
        assert list(json.loads(line)) == KEYS
