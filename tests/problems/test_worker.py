"""The worker process, driven as the supply drives it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from studydl.problems import catalog
from studydl.problems.engine import draw
from studydl.problems.exchange import from_line, problem_to_json


def converse(lines: list[str]) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "studydl.problems.worker"]
    done = subprocess.run(command, input="".join(f"{x}\n" for x in lines), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_worker_draws_reports_mistakes_and_leaves_when_its_input_closes() -> None:
    good = {"id": 7, "family": "metrics.roc-auc", "level": 2, "seed": 5}
    replies = converse(
        [json.dumps(good), '{"id": 8, "family": "no.such", "level": 1, "seed": 1}', "{broken", "[]", json.dumps(good)]
    )
    expected = problem_to_json(draw(catalog.get("metrics.roc-auc"), 2, 5).problem)
    assert replies[0] == {"id": 7, "problem": json.loads(json.dumps(expected))}
    assert (replies[1]["id"], replies[1]["error"]) == (8, "UnknownProblem")
    assert replies[2]["error"] == replies[3]["error"] == "UnknownProblem"
    assert replies[4] == replies[0]


@pytest.mark.parametrize("name", ["metrics.f1"])
def test_a_reply_reads_back_as_a_problem(name: str) -> None:
    (reply,) = converse([json.dumps({"id": 1, "family": name, "level": 3, "seed": 2})])
    assert from_line(json.dumps(reply["problem"])) == draw(catalog.get(name), 3, 2).problem
