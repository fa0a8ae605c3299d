"""Answers and misconceptions as JSON data, as `studydl problems show --json` prints them."""

from __future__ import annotations

from typing import Any

from studydl.answers.kinds import (
    Answer,
    Choice,
    Expression,
    Integer,
    Items,
    Kind,
    Misconception,
    Ratio,
    Real,
    Shape,
    Vector,
    Words,
    unit_of,
)


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as plain JSON data."""
    kind = answer.kind
    return {
        "kind": kind.name,
        "value": answer.value,
        "text": answer.text,
        "tolerance": _tolerance(kind),
        "unit": unit_of(kind),
        **_particulars(kind),
    }


def answer_from_json(data: dict[str, Any]) -> Answer:
    """Return the answer that `answer_to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: the data was not written by it.
    """
    return Answer(_kind(data), data["value"], data["text"])


def misconception_to_json(misconception: Misconception) -> dict[str, Any]:
    """Return a misconception as plain JSON data; "teaches" only where there is something."""
    data = {
        "name": misconception.name,
        "kind": misconception.kind,
        "value": misconception.value,
        "message": misconception.message,
    }
    return data | ({"teaches": misconception.teaches} if misconception.teaches else {})


def misconception_from_json(data: dict[str, Any]) -> Misconception:
    """Return the misconception that `misconception_to_json` wrote.

    Raises:
        KeyError, TypeError: the data was not written by it.
    """
    return Misconception(data["name"], data["kind"], data["value"], data["message"], data.get("teaches"))


def _tolerance(kind: Kind) -> dict[str, int] | None:
    if isinstance(kind, Real | Vector) and kind.places is not None:
        return {"places": kind.places}
    if isinstance(kind, Real) and kind.significant is not None:
        return {"significant": kind.significant}
    return None


def _particulars(kind: Kind) -> dict[str, Any]:
    match kind:
        case Choice(options=options):
            return {"options": list(options)}
        case Expression(variables=variables):
            return {"variables": list(variables)}
        case Items(ordered=ordered):
            return {"ordered": ordered}
        case Words(accepted=accepted):
            return {"accepted": list(accepted)}
        case _:
            return {}


def _kind(data: dict[str, Any]) -> Kind:
    tolerance = data["tolerance"] or {}
    match data["kind"]:
        case "integer":
            return Integer(data["unit"])
        case "real":
            return Real(**tolerance, unit=data["unit"])
        case "fraction":
            return Ratio(data["unit"])
        case "shape":
            return Shape()
        case "vector":
            return Vector(**tolerance)
        case "items":
            return Items(data["ordered"])
        case "choice":
            return Choice(tuple(data["options"]))
        case "expression":
            return Expression(tuple(data["variables"]))
        case "text":
            return Words(tuple(data["accepted"]))
        case other:
            raise ValueError(f"no kind of answer is called {other!r}")
