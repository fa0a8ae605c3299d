"""Problems as JSON: one object a problem, the shape `studydl problems show --json` prints."""

from __future__ import annotations

from typing import Any

import msgspec

from studydl.answers.exchange import (
    answer_from_json,
    answer_to_json,
    misconception_from_json,
    misconception_to_json,
)
from studydl.problems.model import Plain, Problem, Route


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as plain JSON data; tuples become lists."""
    return {
        "id": problem.id,
        "family": problem.family,
        "version": problem.version,
        "level": problem.level,
        "seed": problem.seed,
        "topic": problem.topic,
        "title": problem.title,
        "params": problem.params,
        "prompt": problem.prompt,
        "conventions": list(problem.conventions),
        "answer": answer_to_json(problem.answer),
        "steps": list(problem.steps),
        "misconceptions": [misconception_to_json(m) for m in problem.misconceptions],
        "routes": [{"name": route.name, "value": route.value} for route in problem.routes],
        "code": problem.code,
        "source": problem.source,
    }


def problem_from_json(data: dict[str, Any]) -> Problem:
    """Return the problem that `problem_to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: the data was not written by `problem_to_json`.
    """
    return Problem(
        **{
            name: data[name]
            for name in (
                "id",
                "family",
                "version",
                "level",
                "seed",
                "topic",
                "title",
                "prompt",
                "code",
                "source",
            )
        },
        params={name: _tuples(value) for name, value in data["params"].items()},
        conventions=tuple(data["conventions"]),
        answer=answer_from_json(data["answer"]),
        steps=tuple(data["steps"]),
        misconceptions=tuple(misconception_from_json(m) for m in data["misconceptions"]),
        routes=tuple(Route(**route) for route in data["routes"]),
    )


def to_line(problem: Problem) -> str:
    """Return a problem as one line of JSON, without the line break."""
    return msgspec.json.encode(problem_to_json(problem)).decode()


def from_line(line: str) -> Problem:
    """Return the problem `to_line` wrote."""
    return problem_from_json(msgspec.json.decode(line))


def _tuples(value: Any) -> Plain:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
