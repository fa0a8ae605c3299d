"""What a practice set asks: from topics on the command line, or from a file."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from pathlib import Path

import msgspec

from studydl.errors import UsageError, did_you_mean
from studydl.problems import catalog
from studydl.problems.draw import Draw
from studydl.sheets.model import Blueprint, Slot

MOST = 2000  # questions in one set


def from_topics(topics: Sequence[str], level: int | None, count: int, seed: int, title: str = "") -> Blueprint:
    """Choose families in turn, in an order that the seed decides.

    Args:
        topics: topics or families; everything when empty.
        level: 1 to 3; None takes them in turn, so that a set begins easy.
        count: questions.
        seed: 0 to 2**64 - 1.
        title: of the set; made from the topics when empty.

    Raises:
        UsageError: there is no such topic, or the count is out of range.
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"a set of {count} questions cannot be made", f"1 to {MOST} questions are possible.")
    names = [name for topic in topics for name in _named(topic)] or list(catalog.names())
    order = Draw(f"sheet families:{seed}").shuffled(tuple(dict.fromkeys(names)))
    families = [order[index % len(order)] for index in range(count)]
    levels = [level or 1 + 3 * index // count for index in range(count)]
    slots = tuple(Slot(family=family, level=at) for family, at in zip(families, levels, strict=True))
    return Blueprint(title or "Practice: " + (", ".join(topics) if topics else "deep learning"), slots)


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    family: str = ""
    level: int = 2
    card: str = ""
    points: float = 1


class _Spec(msgspec.Struct, forbid_unknown_fields=True):
    question: list[_Question]
    title: str = "Practice set"
    minutes: int | None = None


def from_file(path: Path) -> Blueprint:
    """Read a blueprint.

    The file is TOML: ``title``, ``minutes``, and a ``[[question]]`` each with ``family`` and ``level``, or ``card``
    (``deck/card-id``), and ``points``.

    Raises:
        UsageError: it cannot be read, or asks for something that does not exist; says what and how it should look.
    """
    try:
        spec = msgspec.toml.decode(path.read_bytes().removeprefix(BOM_UTF8), type=_Spec)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}", _EXAMPLE) from error
    if not 1 <= len(spec.question) <= MOST:
        raise UsageError(f"{path} asks {len(spec.question)} questions", f"1 to {MOST} are possible. {_EXAMPLE}")
    slots = tuple(_slot(question, number, path) for number, question in enumerate(spec.question, 1))
    if spec.minutes is not None and spec.minutes < 1:
        raise UsageError(f"{path}: minutes is {spec.minutes}", "Give at least 1, or leave it out.")
    return Blueprint(spec.title, slots, spec.minutes)


def _slot(question: _Question, number: int, path: Path) -> Slot:
    where = f"{path}, question {number}"
    if bool(question.family) == bool(question.card):
        raise UsageError(f"{where}: give either family or card", _EXAMPLE)
    if question.family:
        catalog.get(question.family)
    if question.level not in (1, 2, 3):
        raise UsageError(f"{where}: level is {question.level}", "Levels are 1 to 3.")
    if not 0 < question.points <= 1000:
        raise UsageError(f"{where}: points is {question.points:g}", "Give a number above 0, 1000 at most.")
    return Slot(question.points, question.family, question.level, question.card)


def _named(topic: str) -> list[str]:
    found = [name for name in catalog.names() if topic in (name, name.partition(".")[0])]
    if not found:
        topics = catalog.topics()
        hint = did_you_mean(topic, [*topics, *catalog.names()], f"Topics: {', '.join(topics)}.")
        raise UsageError(f"there is no topic or family {topic!r}", hint)
    return found


_EXAMPLE = (
    'A question looks like: [[question]] family = "metrics.f1" level = 2 points = 3, '
    'or with card = "convolution/conv-leftover" instead of family and level.'
)
