"""A formula as MathML Core, which browsers draw and print by themselves."""

from __future__ import annotations

from html import escape

from studydl.text.math.tree import (
    POSTFIX,
    SEPARATORS,
    Accent,
    Fence,
    Fraction,
    Name,
    Node,
    Number,
    Operator,
    Root,
    Row,
    Script,
    Word,
)

_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~"}
_BIG = frozenset("∑∏")
_APPLICATION, _PRODUCT = "<mo>\u2061</mo>", "<mo>\u2062</mo>"  # both invisible, both heard by a screen reader


def mathml(tree: Node) -> str:
    """Write a formula as one ``<math>`` element.

    Args:
        tree: a parsed formula.
    """
    return f"<math>{_node(tree)}</math>"


def _node(tree: Node) -> str:
    match tree:
        case Number(text):
            return f"<mn>{escape(text)}</mn>"
        case Name(text):
            return _name(text)
        case Word(text):
            return f"<mtext>{escape(text)}</mtext>"
        case Operator(text):
            return f"<mo>{escape('−' if text == '-' else text)}</mo>"
        case Row(items):
            return f"<mrow>{_row(items)}</mrow>"
        case Fence(left, body, right):
            return f"<mrow><mo>{escape(left)}</mo>{_node(body)}<mo>{escape(right)}</mo></mrow>"
        case Fraction(top, bottom):
            return f"<mfrac>{_node(top)}{_node(bottom)}</mfrac>"
        case Root(body):
            return f"<msqrt>{_node(body)}</msqrt>"
        case Accent(kind, body):
            return f'<mover accent="true">{_node(body)}<mo stretchy="false">{_ACCENTS[kind]}</mo></mover>'
        case Script():
            return _script(tree)


def _name(text: str) -> str:
    if text in _BIG:
        return f"<mo>{text}</mo>"
    upright = ' mathvariant="normal"' if text in "∞∂∇…?" else ""
    return f"<mi{upright}>{escape(text)}</mi>"


def _row(items: tuple[Node, ...]) -> str:
    written = ""
    for place, item in enumerate(items):
        if place:
            written += _between(items[place - 1], item)
        written += _node(item)
    return written


def _between(before: Node, after: Node) -> str:
    """Return what stands unseen between two operands side by side: an application or a product."""
    if isinstance(after, Operator) or (isinstance(before, Operator) and before.text not in POSTFIX | SEPARATORS):
        return ""
    if isinstance(before, Operator):
        return ""
    name = before.base if isinstance(before, Script) else before
    if isinstance(name, Name) and name.text in _BIG:
        return ""
    applied = isinstance(name, Name) and (len(name.text) > 1 or isinstance(after, Fence))
    return _APPLICATION if applied else _PRODUCT


def _script(node: Script) -> str:
    base, sub = _node(node.base), "" if node.sub is None else _node(node.sub)
    sup = "" if node.sup is None else _node(node.sup)
    if node.primes:
        primes = f"<mo>{'′' * node.primes}</mo>"
        sup = f"<mrow>{primes}{sup}</mrow>" if sup else primes
    around = ("munderover", "munder", "mover") if isinstance(node.base, Name) and node.base.text in _BIG else None
    both, below, above = around or ("msubsup", "msub", "msup")
    if sub and sup:
        return f"<{both}>{base}{sub}{sup}</{both}>"
    return f"<{below}>{base}{sub}</{below}>" if sub else f"<{above}>{base}{sup}</{above}>"
