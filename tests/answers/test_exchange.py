"""Answers as JSON data: the documented keys, and nothing lost."""

import json
from fractions import Fraction

import pytest

from studydl.answers.exchange import (
    answer_from_json,
    answer_to_json,
    misconception_from_json,
    misconception_to_json,
)
from studydl.answers.kinds import (
    Answer,
    Choice,
    Expression,
    Integer,
    Items,
    Misconception,
    Ratio,
    Real,
    Shape,
    Vector,
    Words,
)
from studydl.answers.values import make_answer

ANSWERS = [
    make_answer(Integer("bytes"), 7),
    make_answer(Real(places=3), Fraction(5, 6)),
    make_answer(Real(significant=3, unit="%"), Fraction(5, 6)),
    make_answer(Ratio(), Fraction(5, 6)),
    make_answer(Shape(), (1, 2)),
    make_answer(Vector(places=2), (Fraction(1, 3),)),
    make_answer(Vector(), (Fraction(1, 3),)),
    make_answer(Items(ordered=False), ("a", 2)),
    make_answer(Choice(("a", "b")), "b"),
    make_answer(Expression(("x",)), "2*x"),
    make_answer(Words(("ReLU",)), "relu"),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.kind.name)
def test_an_answer_survives_json(answer: Answer) -> None:
    assert answer_from_json(json.loads(json.dumps(answer_to_json(answer)))) == answer


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        (
            ANSWERS[0],
            {"kind": "integer", "value": "7", "text": "7 bytes", "tolerance": None, "unit": "bytes"},
        ),
        (
            ANSWERS[1],
            {"kind": "real", "value": "5/6", "text": "5/6 = 0.833", "tolerance": {"places": 3}, "unit": None},
        ),
        (
            ANSWERS[2],
            {"kind": "real", "value": "5/6", "text": "0.833%", "tolerance": {"significant": 3}, "unit": "%"},
        ),
        (
            ANSWERS[5],
            {"kind": "vector", "value": "(1/3,)", "text": "(0.33,)", "tolerance": {"places": 2}, "unit": None},
        ),
        (
            ANSWERS[8],
            {"kind": "choice", "value": "b", "text": "b", "tolerance": None, "unit": None, "options": ["a", "b"]},
        ),
    ],
)
def test_an_answer_has_exactly_the_documented_keys(answer: Answer, data: dict[str, object]) -> None:
    assert answer_to_json(answer) == data


def test_a_misconception_survives_json_and_teaches_only_where_there_is_a_card() -> None:
    plain = Misconception("nats", "convention", "1.386", "That is in nats.")
    teaching = Misconception("floor", "mistake", "225/2", "Round down.", "conv-floor")
    assert misconception_to_json(plain) == {
        "name": "nats",
        "kind": "convention",
        "value": "1.386",
        "message": "That is in nats.",
    }
    assert misconception_to_json(teaching)["teaches"] == "conv-floor"
    assert [misconception_from_json(misconception_to_json(m)) for m in (plain, teaching)] == [plain, teaching]


def test_an_unknown_kind_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="'riddle'"):
        answer_from_json({"kind": "riddle", "value": "1", "text": "1", "tolerance": None, "unit": None})
