"""A formula in the mathematics of Typst, which sets the PDF.

Everything that means something to Typst is escaped or quoted, so that a formula can only ever be drawn.
"""

from __future__ import annotations

from studydl.text.math.tree import Accent, Fence, Fraction, Name, Node, Number, Operator, Root, Row, Script, Word

_ACCENTS = {"hat": "hat", "bar": "macron", "tilde": "tilde"}
_BIG = {"∑": "sum", "∏": "product"}
_SIGNS = {"-": "−", "*": "∗"}


def typst(tree: Node) -> str:
    """Write a formula between dollar signs.

    Args:
        tree: a parsed formula.
    """
    return f"${_node(tree)}$"


def quoted(text: str) -> str:
    """Write a string literal of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _node(tree: Node) -> str:
    match tree:
        case Number(text) | Word(text):
            return quoted(text)
        case Name(text):
            return _name(text)
        case Operator(text):
            return _escaped(_SIGNS.get(text, text))
        case Row(items):
            return " ".join(map(_node, items))
        case Fence(left, body, right):
            return f"lr({_escaped(left)} {_node(body)} {_escaped(right)})"
        case Fraction(top, bottom):
            return f"frac({_node(top)}, {_node(bottom)})"
        case Root(body):
            return f"sqrt({_node(body)})"
        case Accent(kind, body):
            return f"{_ACCENTS[kind]}({_node(body)})"
        case Script(base, sub, sup, primes):
            return _script(base, sub, sup, primes)


def _name(text: str) -> str:
    if text in _BIG:
        return _BIG[text]
    return text if len(text) == 1 else f"op({quoted(text)})"


def _script(base: Node, sub: Node | None, sup: Node | None, primes: int) -> str:
    written = _node(base) if isinstance(base, Name | Number | Word) else f"attach({_node(base)})"
    above = " ".join(filter(None, ("′" * primes, "" if sup is None else _node(sup))))
    return (
        written + ("" if sub is None else f"_({_node(sub)})") + (f"^({above})" if above else "")
    )  # round brackets only group there


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c.isascii() and not c.isalnum() else c for c in text)
