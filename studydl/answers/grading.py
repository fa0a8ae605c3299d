"""Grades a typed answer, and shows what is understood while it is typed."""

from __future__ import annotations

from collections.abc import Sequence

from studydl.answers.compare import close
from studydl.answers.evaluation import Functions, evaluate
from studydl.answers.formulas import equal_formulas
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
    asks_percent,
)
from studydl.answers.precision import shortfall
from studydl.answers.reading import read
from studydl.answers.tree import Call, Node, Percent, Unreadable, Value, walk
from studydl.answers.understanding import COMMA, COMMA_HINT, Given, as_asked, understand
from studydl.answers.values import parse_value
from studydl.answers.verdicts import Outcome, Verdict
from studydl.text.numbers import FUNCTIONS, divide, log2, log10, to_fraction

_OTHER_LOGS: tuple[Functions, ...] = (FUNCTIONS | {"log": log2}, FUNCTIONS | {"log": log10})
_WHICH_LOG = "which log? log is read as ln, as in torch; for another base write log2 or log10"
_NO_PERCENT = "A % is missing, or two places: the question asks for percent, and this reads as {}%."
_MAYBE_PERCENT = "Is a % missing? The question asks for a share of 1, and this reads as {}."


def grade(answer: Answer, text: str, misconceptions: Sequence[Misconception] = ()) -> Verdict:
    """Grade a typed answer.

    Args:
        answer: the right answer.
        text: what was typed, anything at all.
        misconceptions: wrong ideas that can be told apart by their values, most common first.

    Returns:
        The verdict; text that cannot be read is one too, never an exception.
    """
    kind, correct = answer.kind, parse_value(answer.kind, answer.value)
    try:
        given = understand(kind, text)
        value = _fitted(kind, correct, given, text)
        if close(kind, correct, value):
            return Verdict(Outcome.CORRECT, given.read_as)
        _refuse_other_log(kind, correct, given.tree)
    except Unreadable as trouble:
        return Verdict(Outcome.UNREADABLE, message=_sentence(trouble.message), position=trouble.position)
    for idea in misconceptions:
        if close(kind, parse_value(kind, idea.value), value):
            outcome = Outcome.CONVENTION if idea.kind == "convention" else Outcome.INCORRECT
            return Verdict(outcome, given.read_as, idea.name, idea.message, teaches=idea.teaches)
    if message := shortfall(kind, correct, value, given.tree) or _missing_percent(kind, correct, given):
        return Verdict(Outcome.IMPRECISE, given.read_as, message=message)
    return Verdict(Outcome.INCORRECT, given.read_as, message=_remark(kind, correct, value))


def live(kind: Kind, text: str) -> str:
    """Return what the answer box shows while one types.

    Args:
        kind: what the question asks for.
        text: what is typed so far.

    Returns:
        ``= 0.8125`` for something worked out, "not readable yet", or nothing where nothing needs to be said.
    """
    if not text.strip() or isinstance(kind, Choice | Items | Words):
        return ""
    try:
        given = understand(kind, text)
    except Unreadable:
        return "not readable yet"
    if isinstance(kind, Expression):
        return ""
    for sign in (" = ", " ≈ "):
        before, found, after = given.read_as.rpartition(sign)
        if found:
            return f"{before}{sign}{after}" if _first_log(given.tree) is not None else f"{sign.strip()} {after}"
    return ""


def _fitted(kind: Kind, correct: Value, given: Given, text: str) -> Value:
    """Return the value in the form of the right one; refuse a number where a tuple is asked for."""
    if not isinstance(correct, tuple) or not isinstance(kind, Shape | Vector):
        return given.value
    if not isinstance(given.value, tuple):
        if len(correct) == 1:
            return (given.value,)
        raise Unreadable("a tuple is asked for, such as (1, 64, 112, 112); this is one number", 0)
    commas = [match.start() for match in COMMA.finditer(text)]
    if isinstance(kind, Vector) and commas and len(given.value) == 2 * len(correct) <= 2 * len(commas):
        raise Unreadable(COMMA_HINT, commas[0])
    return given.value


def _refuse_other_log(kind: Kind, correct: Value, tree: Node | None) -> None:
    """Ask which log was meant where base 2 or 10 would be right."""
    position = _first_log(tree)
    if tree is None or position is None:
        return
    if any(_right_with(functions, kind, correct, tree) for functions in _OTHER_LOGS):
        raise Unreadable(_WHICH_LOG, position)


def _right_with(functions: Functions, kind: Kind, correct: Value, tree: Node) -> bool:
    if isinstance(kind, Expression) and isinstance(correct, str):
        return equal_formulas(read(correct, kind.variables).tree, tree, kind.variables, functions)
    try:
        return close(kind, correct, as_asked(kind, tree, evaluate(tree, functions=functions)))
    except Unreadable:
        return False


def _first_log(tree: Node | None) -> int | None:
    nodes = () if tree is None else walk(tree)
    return next((n.position for n in nodes if isinstance(n, Call) and n.function == "log"), None)


def _missing_percent(kind: Kind, correct: Value, given: Given) -> str:
    """Say so where the value is right but for a factor of 100."""
    if not isinstance(kind, Real | Ratio) or isinstance(correct, str | tuple) or given.tree is None:
        return ""
    if isinstance(given.value, str | tuple) or any(isinstance(node, Percent) for node in walk(given.tree)):
        return ""
    if asks_percent(kind) and close(kind, correct, given.value * 100):
        return _NO_PERCENT.format(given.read_as)
    if kind.unit is None and abs(to_fraction(correct)) <= 1 and close(kind, correct, divide(given.value, 100)):
        return _MAYBE_PERCENT.format(given.read_as)
    return ""


def _remark(kind: Kind, correct: Value, given: Value) -> str:
    """Say what form a wrong answer lacks, where that is what is wrong."""
    if isinstance(kind, Integer) and not isinstance(given, str | tuple) and to_fraction(given).denominator > 1:
        return "The answer is a whole number."
    if isinstance(correct, tuple) and isinstance(given, tuple) and len(correct) != len(given):
        return f"The answer has {len(correct)} parts; this has {len(given)}."
    return ""


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."
