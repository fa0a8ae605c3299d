"""What to tell a learner whose answer cannot be read: what is in the way, and how to write it instead."""

from __future__ import annotations

import re
import unicodedata

from studydl.text.numbers import FUNCTIONS

_ENDS_WITH_FUNCTION = re.compile(rf"(?<!\w)({'|'.join(FUNCTIONS)})$", re.IGNORECASE)
_EQUALS = "leave “=” out: only the value is asked for"
_VULGAR_FRACTION = "write this fraction with digits, such as 1/2"
_NOT_A_NUMBER = frozenset({"inf", "infinity", "nan"})


def complaint(text: str, position: int, token: str) -> str:
    """Say why reading stopped.

    Args:
        text: the text, folded.
        position: where reading stopped.
        token: what stands there; empty at the end of the text.
    """
    before = text[:position].rstrip()
    if function := _ENDS_WITH_FUNCTION.search(before):
        return f"write {function[1].lower()}(4), with brackets"
    if not token:
        opened = sum(map(text.count, "([")) > sum(map(text.count, ")]"))
        return "a bracket is not closed" if opened else "something is missing at the end"
    if "_" in token:
        return "underscores are not read: write 1000"
    if token == "=":
        return _EQUALS
    if token in ")]":
        return "this bracket was never opened, or something is missing before it"
    if token in ("*", "/", "^", "**", "%", ",", "+", "-"):
        return f"something is missing before “{token}”"
    if before and (before[-1].isalnum() or before[-1] in ")]%."):
        return _side_by_side(before[-1], token)
    return f"“{token}” cannot be read here"


def _side_by_side(before: str, token: str) -> str:
    """Say what to write between two values, or instead of a sign that is not in the grammar."""
    if token in ";:":
        return "write a comma between the parts of a tuple"
    if token[0].isnumeric() and not token[0].isdigit():
        return _numeral(token[0])
    if token[0] == ".":
        return "a number has one decimal point"
    if before.isdigit() and token[0].isdigit():
        return "two numbers stand side by side: write * between them, or take the space out"
    if token[0].isalnum() or token in "([√":
        return "write * for this product; it may be left out before pi, e and brackets only"
    return f"“{token}” cannot be read here"


def _numeral(character: str) -> str:
    """Say how to write a numeral that is no digit: ½, Ⅷ, 八."""
    value = unicodedata.numeric(character)
    return f"write numbers with digits, such as {value:.0f}" if value.is_integer() else _VULGAR_FRACTION


def unknown_name(name: str) -> str:
    """Say what is known instead of this name."""
    low = name.lower()
    if low in _NOT_A_NUMBER:
        return "infinity and nan are not answers: write a number"
    if "_" in name:
        return "underscores are not read"
    if name[0].isnumeric():
        return _numeral(name[0])
    for function in FUNCTIONS:
        if low.startswith(function) and low[len(function) :].isdigit():
            return f"write {function}({low[len(function) :]}), with brackets"
    return f"“{name}” is not known here; known are {', '.join(f for f in FUNCTIONS if f != 'log')}, pi and e"
