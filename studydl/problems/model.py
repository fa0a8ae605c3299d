"""A drawn problem as plain data: what is stored, sent, printed and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from studydl.answers.kinds import Answer, Misconception

Plain: TypeAlias = int | str | bool | tuple["Plain", ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One independent way the answer was computed.

    Args:
        name: "formula" or "witness".
        value: what it gave, a string of the answer grammar (12 significant digits for floating point).
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One drawn, admitted problem.

    Args:
        id: ``family@version:level:seed``.
        family: name of its family, ``subject.quantity``.
        version: the family's version.
        level: 1, 2 or 3.
        seed: 0 to 2**64 - 1.
        topic: the subject part of the family's name.
        title: the family's title.
        params: the drawn parameters.
        prompt: the question, in studydl's markup.
        conventions: choices that change the answer, stated under the prompt.
        answer: the right answer with its kind.
        steps: the worked solution, in studydl's markup, one step each.
        misconceptions: the wrong ideas that give a different value here.
        routes: every way the answer was computed.
        code: torch code that prints the answer.
        source: where the definition comes from.
    """

    id: str
    family: str
    version: int
    level: int
    seed: int
    topic: str
    title: str
    params: dict[str, Plain]
    prompt: str
    conventions: tuple[str, ...]
    answer: Answer
    steps: tuple[str, ...]
    misconceptions: tuple[Misconception, ...]
    routes: tuple[Route, ...]
    code: str
    source: str
