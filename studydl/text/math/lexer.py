"""Cutting a formula into tokens, symbols already in Unicode."""

from __future__ import annotations

import re
from typing import NamedTuple

from studydl.text.math.tree import MathError

_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "omicron": "ο",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "upsilon": "υ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
}
NAMES = {
    **_GREEK,
    **{name.capitalize(): letter.upper() for name, letter in _GREEK.items()},
    "sum": "∑",
    "prod": "∏",
    "infinity": "∞",
    "partial": "∂",
    "nabla": "∇",
    "...": "…",
}
WORD_OPERATORS = {"in": "∈", "times": "×", "approx": "≈", "pm": "±"}
_OPERATORS = {
    "<=>": "⇔",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "->": "→",
    "<-": "←",
    "=>": "⇒",
    "==": "=",
    "~=": "≈",
    "<<": "≪",
    ">>": "≫",
    "||": "‖",
    "*": "·",
    "−": "-",
}

# `7x7` is a product; `<-` is an arrow only before a space, because `x<-1` compares with a negative number.
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<times>(?<=[0-9])x(?=[0-9]))
    |(?P<name>[A-Za-z]+[0-9]*|[α-ωΑ-Ω∑∏∞∂∇…?]|\.\.\.)
    |(?P<word>"[^"]*")
    |(?P<script>[_^'])
    |(?P<bracket>[()\[\]{}])
    |(?P<operator><=>|<-(?=\s)|<=|>=|!=|->|=>|:=|==|~=|<<|>>|\|\||[-+*/=<>~,;:%!|@≤≥≠→←⇒⇔·×÷≈±∈≪≫‖−])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One piece of a formula: kind is the group's name in the lexer's pattern, or "end"."""

    kind: str
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """Cut a formula into tokens; spaces are dropped and the last token is of the kind "end".

    Raises:
        MathError: a character has no meaning here.
    """
    found, position = [], 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            stray = source[position]
            raise MathError(f"{stray!r} means nothing in a formula", position, _hint(stray))
        kind, text, position = str(match.lastgroup), match[0], match.end()
        if kind == "times":
            kind, text = "operator", "×"
        elif kind == "operator":
            text = _OPERATORS.get(text, text)
        if kind != "space":
            found.append(Token(kind, text, match.start(), match.end()))
    return [*found, Token("end", "", len(source), len(source))]


def _hint(character: str) -> str:
    if character == "\\":
        return "This is not TeX: write frac(a, b), sqrt(x), sigma."
    return "The quote is not closed." if character == '"' else 'Put words in quotes: "fan_in".'
