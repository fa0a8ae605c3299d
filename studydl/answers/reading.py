"""Reads what a learner typed: an exact value, or an explanation of why it cannot be read.

Nothing here evaluates code. The caps (characters, brackets, tokens, digits, sizes) hold before and while the
value is computed, so any text is read or refused within milliseconds. The grammar itself is `grammar.lark`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studydl.answers.complaints import unknown_name
from studydl.answers.evaluation import CONSTANTS, evaluate
from studydl.answers.tree import Name, Node, Unary, Unreadable, Value, echo, number, walk
from studydl.text.safe import safe_text

MAX_CHARACTERS = 256
MAX_TOKENS = 200
MAX_DEPTH = 32

_PLAIN = re.compile(r"\s*(-?)((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*", re.ASCII)
_DOT_IN_THE_MIDDLE = re.compile(r"(?<![\w.,])0[·⋅∙•]\d")  # as decimals are written by hand in Britain
_SPLIT_EXPONENT = re.compile(r"\d\s+[eE][+-]?\d", re.ASCII)
_TOKEN = re.compile(r"[^\W\d_]+|[\d.]+|\S")
_WHITE = {ord(c): " " for c in "\t\n\r\v\f"}
_SIGNS: Mapping[str, str] = {
    **dict.fromkeys("‐‑‒–—―−﹣⁃", "-"),
    **dict.fromkeys("×✕✖⨯∗·⋅∙•⨉", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("、،", ","),
    **dict.fromkeys("【〔〖", "["),
    **dict.fromkeys("】〕〗", "]"),
    "٫": ".",
    "𝜋": "π",
    "ℯ": "e",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that was understood.

    Args:
        tree: its structure.
        value: its exact value; an empty tuple for a formula in variables, which has none.
    """

    tree: Node
    value: Value

    @property
    def echo(self) -> str:
        """Return how it was understood: ``ln(4)/2`` for ``log(4) / 2``."""
        return echo(self.tree)


def read(text: str, variables: Sequence[str] = ()) -> Reading:
    """Read a text of the answer grammar.

    Args:
        text: what was typed, anything at all.
        variables: names that may occur; with any, no value is computed.

    Raises:
        Unreadable: the text is not in the grammar, or has no value of a reasonable size.
    """
    tree = _tree(fold(text))
    for node in walk(tree):
        if isinstance(node, Name) and node.name not in CONSTANTS and node.name not in variables:
            raise Unreadable(unknown_name(node.name), node.position)
    return Reading(tree, () if variables else evaluate(tree))


def prepare() -> None:
    """Load the parser, which takes 0.15 s once: call it when idle, so that the first formula typed need not wait."""
    read("1+1")


def fold(text: str) -> str:
    """Return the text with Unicode digits, signs and spaces replaced by ASCII ones, one for one.

    Raises:
        Unreadable: it is too long or contains a character that cannot be seen.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"this is too long: at most {MAX_CHARACTERS} characters are read", MAX_CHARACTERS)
    text = text.translate(_WHITE)
    if split := _DOT_IN_THE_MIDDLE.search(text):
        raise Unreadable("write a decimal with a point, such as 0.5; a product with 0 is 0", split.start() + 1)
    safe = safe_text(text)
    if safe != text:
        position = next(i for i, (a, b) in enumerate(zip(text, safe, strict=False)) if a != b)
        raise Unreadable("there is an invisible character here: delete it", position)
    return text if text.isascii() else "".join(map(_folded, text))


def _folded(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if "！" <= character <= "～":  # the full-width forms of ASCII
        return chr(ord(character) - ord("！") + ord("!"))
    if character.isspace():
        return " "
    return str(unicodedata.decimal(character, character))


def _tree(text: str) -> Node:
    """Return the tree of a folded text, without the parser where it is a plain number."""
    if not text.strip():
        raise Unreadable("nothing is typed yet", 0)
    _check_size(text)
    if plain := _PLAIN.fullmatch(text):
        value = number(plain[2], plain.start(2))
        return Unary("-", value) if plain[1] else value
    if split := _SPLIT_EXPONENT.search(text):
        raise Unreadable("this has two readings: write 2e-3 without the space, or 2*e - 3", split.start())
    from studydl.answers.parsing import parse

    return parse(text)


def _check_size(text: str) -> None:
    if len(text) > MAX_TOKENS and len(_TOKEN.findall(text)) > MAX_TOKENS:
        raise Unreadable(f"this is too long: at most {MAX_TOKENS} numbers and signs are read", MAX_TOKENS)
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth > MAX_DEPTH:
            raise Unreadable(f"too many brackets: at most {MAX_DEPTH} inside one another", position)
