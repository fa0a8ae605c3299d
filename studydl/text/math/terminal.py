"""A formula as one line of Unicode text for a terminal."""

from __future__ import annotations

import re
import unicodedata

from studydl.text.math.tree import (
    POSTFIX,
    SEPARATORS,
    SIGNS,
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
    items_of,
)

_SUB = dict(zip("0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_SUP = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵠᵡ",
        strict=True,
    )
)
_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
_BIG = {"∑": "Σ", "∏": "Π"}


def terminal(tree: Node) -> str:
    """Write a formula on one line: ``frac(a, b + 1)`` is a/(b + 1), ``x_i^2`` is xᵢ².

    Args:
        tree: a parsed formula.
    """
    match tree:
        case Number(text) | Word(text) | Operator(text):
            return text
        case Name(text):
            return _BIG.get(text, text)
        case Row(items):
            return _row(items)
        case Fence(left, body, right):
            return left + terminal(body) + right
        case Fraction(top, bottom):
            return _bracketed(top, not _is_product(top)) + "/" + _bracketed(bottom, not _is_divisor(bottom))
        case Root(body):
            return "√" + _bracketed(body, not _is_radicand(body))
        case Accent(kind, body):
            text = terminal(body)
            return unicodedata.normalize("NFC", text + _MARKS[kind]) if len(text) == 1 else f"{kind}({text})"
        case Script():
            return _script(tree)


def _row(items: tuple[Node, ...]) -> str:
    text, unary = "", True
    for place, item in enumerate(items):
        before = items[place - 1] if place else None
        after = items[place + 1] if place + 1 < len(items) else None
        bracket = isinstance(item, Fraction) and (_binds(before, "/") or _binds(after, "/%!"))
        text += ("" if unary else _gap(before, item, bracket)) + _bracketed(item, bracket)
        opens = not isinstance(before, Operator) or before.text in POSTFIX
        unary = isinstance(item, Operator) and item.text in SIGNS and (place == 0 or not opens)
    return text


def _binds(neighbor: Node | None, operators: str) -> bool:
    """Say whether a neighbor of a fraction would tear a/b apart: an operand, or one of these operators."""
    if isinstance(neighbor, Operator):
        return neighbor.text in operators
    return neighbor is not None


def _gap(before: Node | None, item: Node, bracketed: bool = False) -> str:
    """Return the space between two items of a row (nobody asks after a sign such as the one in -x)."""
    if before is None:
        return ""
    if isinstance(item, Operator):
        return "" if item.text in POSTFIX | SEPARATORS | {"/"} else " "
    if isinstance(before, Operator) and before.text not in POSTFIX:
        return "" if before.text == "/" else " "
    opening = item.base if isinstance(item, Script) else item
    if bracketed or (isinstance(opening, Fence) and opening.left in "(["):
        return " " if _letter(before) in _BIG else ""
    if isinstance(before, Number) and (isinstance(item, Root) or len(_letter(item)) == 1):
        return " " if _letter(item) in _BIG else ""
    return " "


def _letter(node: Node) -> str:
    """Return the name a node is or carries scripts on, else an empty string."""
    base = node.base if isinstance(node, Script) else node.body if isinstance(node, Accent) else node
    return base.text if isinstance(base, Name) else ""


def _bracketed(node: Node, needed: bool) -> str:
    return f"({terminal(node)})" if needed else terminal(node)


def _is_product(node: Node) -> bool:
    """Say whether a numerator reads right without brackets: -2x, 2 · 3, f(x); but not a + b or log p."""
    items = items_of(node)
    if len(items) > 1 and isinstance(items[0], Operator) and items[0].text in SIGNS:
        items = items[1:]
    for place, item in enumerate(items):
        if isinstance(item, Fraction) or (isinstance(item, Operator) and item.text not in "·×%!"):
            return False
        joined = place > 0 and not isinstance(item, Operator) and not isinstance(items[place - 1], Operator)
        if joined and _gap(items[place - 1], item):
            return False
    return True


def _is_divisor(node: Node) -> bool:
    """Say whether a denominator reads right without brackets: one operand, or a call such as log(n)."""
    items = items_of(node)
    if len(items) == 2:
        return len(_letter(items[0])) > 1 and isinstance(items[1], Fence) and items[1].left in "(["
    return len(items) == 1 and not isinstance(items[0], Fraction)


def _is_radicand(node: Node) -> bool:
    if isinstance(node, Script):
        return node.sup is None and not node.primes
    if isinstance(node, Word):
        return " " not in node.text
    return isinstance(node, Number | Name | Fence | Accent)


def _script(node: Script) -> str:
    base = _bracketed(node.base, isinstance(node.base, Fraction | Root)) + "′" * node.primes
    sub, sup = _compact(node.sub), _compact(node.sup)
    small_sub = _small(sub, _SUB)
    small_sup = _small(sup, _SUP) if small_sub or not sub else ""
    below = small_sub or _marked("_", node.sub, sub)
    return base + below + (small_sup or _marked("^", node.sup, sup))


def _compact(node: Node | None) -> str:
    """Write a script without the spaces that only loosen it; the one in `2 3` stays."""
    if node is None:
        return ""
    text = terminal(node)
    return text if isinstance(node, Word) else re.sub(r"(?<![0-9]) | (?![0-9])", "", text)


def _small(text: str, table: dict[str, str]) -> str:
    """Return the text in small letters, or an empty string where one does not exist."""
    return "".join(table[c] for c in text) if all(c in table for c in text) else ""


def _marked(mark: str, node: Node | None, text: str) -> str:
    if node is None:
        return ""
    single = isinstance(node, Number | Name | Word | Operator) and " " not in text
    return mark + (text if single else f"({text})")
