"""Reading a formula: a recursive descent over its tokens."""

from __future__ import annotations

from studydl.text.math.lexer import NAMES, WORD_OPERATORS, Token, tokens
from studydl.text.math.tree import (
    BARS,
    POSTFIX,
    PRODUCTS,
    SEPARATORS,
    SIGNS,
    Accent,
    Fence,
    Fraction,
    MathError,
    Name,
    Node,
    Number,
    Operator,
    Root,
    Row,
    Script,
    Word,
)

MAX_DEPTH = 32
_FENCES = {"floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉"), "abs": ("|", "|"), "norm": ("‖", "‖")}
_ACCENTS = frozenset({"hat", "bar", "tilde"})
_FUNCTIONS = frozenset({"log", "ln", "log2", "log10", "exp", "max", "min", "sin", "cos", "tanh", "softmax"})


def parse(source: str) -> Node:
    """Read one formula, without its dollar signs.

    Args:
        source: ``frac(1 + 1/2, 12) = 0.125``.

    Raises:
        MathError: it cannot be read; says where.
    """
    reader = _Reader(source)
    tree = reader.row()
    if reader.token.kind != "end":
        raise MathError(f"{reader.token.text} closes nothing", reader.token.start)
    if tree == Row(()):
        raise MathError("the formula is empty", 0)
    return tree


class _Reader:
    def __init__(self, source: str) -> None:
        self.tokens = tokens(source)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def next(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def at(self, text: str) -> bool:
        return self.token.text == text and self.token.kind in {"operator", "bracket", "script"}

    def row(self, argument: bool = False) -> Node:
        """Read up to a closing bracket, the end, or (in an argument) a comma."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise MathError(f"more than {MAX_DEPTH} levels of brackets", self.token.start)
        items: list[Node] = []
        starts: list[int] = []
        while self.token.kind != "end" and self.token.text not in ")]}" and not (argument and self.at(",")):
            starts.append(self.token.start)
            item = self.operand()
            if isinstance(item, Number) and _continues_thousands(items, self.tokens, self.index):
                items[-2:] = [Number(f"{items[-2].text},{item.text}")]  # type: ignore[union-attr]
                del starts[-2:]
            else:
                items.append(item)
        _check(items, starts)
        self.depth -= 1
        return items[0] if len(items) == 1 else Row(tuple(items))

    def operand(self) -> Node:
        """Read an operator, or an atom with its primes and scripts."""
        token = self.token
        if token.kind == "operator":
            self.next()
            return Operator(token.text)
        if token.kind == "name" and token.text in WORD_OPERATORS:
            self.next()
            return Operator(WORD_OPERATORS[token.text])
        base = self.atom()
        scripts: dict[str, Node] = {}
        primes = 0
        while self.token.kind == "script":
            mark = self.next()
            if mark.text == "'":
                primes += 1
            elif mark.text in scripts:
                raise MathError(f"a second {mark.text}", mark.start, "Put both in one bracket: x_(i, j).")
            else:
                scripts[mark.text] = self.script()
        if not scripts and not primes:
            return base
        if isinstance(base, Script):  # log2 with scripts of its own
            raise MathError("log2 and log10 take no scripts", token.start, "Write (log2 x)^2.")
        return Script(base, scripts.get("_"), scripts.get("^"), primes)

    def script(self) -> Node:
        """Read what follows ^ or _; round brackets only group there."""
        token = self.token
        if token.kind == "operator" and token.text in "+-·":
            self.next()
            if token.text == "·" or self.token.kind not in {"number", "name", "word"}:
                return Operator("*" if token.text == "·" else token.text)
            return Row((Operator(token.text), self.atom()))
        if token.text == "{":
            raise MathError("braces do not group", token.start, "Use round brackets: x^(n + 1).")
        atom = self.atom()
        if token.text in _FUNCTIONS and self.at("("):
            hint = f"Put it in brackets: ^({token.text}(...))."
            raise MathError(f"how much of {token.text}(...) is raised?", token.start, hint)
        if token.kind == "bracket" and isinstance(atom, Fence) and (atom.left, atom.right) == ("(", ")"):
            return atom.body
        return atom

    def atom(self) -> Node:
        """Read one number, name, word, bracketed row or call such as frac(a, b)."""
        token = self.next()
        if token.kind == "number":
            return Number(token.text)
        if token.kind == "word":
            return Word(token.text[1:-1])
        if token.kind == "bracket" and token.text in "([{":
            return self.fence(token)
        if token.kind == "name":
            return self.named(token)
        what = "the formula ends" if token.kind == "end" else f"{token.text} stands"
        raise MathError(f"{what} where a number, a name or a bracket should follow", token.start)

    def fence(self, opening: Token) -> Node:
        body = self.row()
        closing = self.next()
        wanted = "}" if opening.text == "{" else ")]"
        if closing.kind == "end" or closing.text not in wanted:
            raise MathError(f"{opening.text} is not closed", opening.start)
        return Fence(opening.text, body, closing.text)

    def named(self, token: Token) -> Node:
        name = token.text
        if name == "frac":
            top, bottom = self.arguments(token, 2)
            return Fraction(top, bottom)
        if name == "sqrt":
            return Root(self.argument(token))
        if name in _ACCENTS:
            return Accent(name, self.argument(token))
        if name in _FENCES:
            left, right = _FENCES[name]
            return Fence(left, self.argument(token), right)
        if name in {"log2", "log10"}:
            return Script(Name("log"), sub=Number(name[3:]))
        return Name(NAMES.get(name, name))

    def argument(self, token: Token) -> Node:
        return self.arguments(token, 1)[0]

    def arguments(self, token: Token, count: int) -> tuple[Node, ...]:
        hint = f"Write {token.text}({', '.join('ab'[:count])})."
        if not self.at("("):
            raise MathError(f"{token.text} needs brackets", token.start, hint)
        self.next()
        found = [self.row(argument=True)]
        while self.at(","):
            self.next()
            found.append(self.row(argument=True))
        if not self.at(")"):
            raise MathError(f"the bracket of {token.text} is not closed", token.start, hint)
        self.next()
        if len(found) != count or Row(()) in found:
            raise MathError(f"{token.text} takes {count} argument{'s' * (count > 1)}", token.start, hint)
        return tuple(found)


def _continues_thousands(items: list[Node], read: list[Token], index: int) -> bool:
    """Say whether the number just read is the 792 of 1,792: three digits, written without a space."""
    if len(items) < 2 or items[-1] != Operator(",") or not isinstance(items[-2], Number):
        return False
    before, comma, after = read[index - 3 : index]
    joined = before.end == comma.start and comma.end == after.start
    if not (joined and before.text.isdigit() and after.text.isdigit()):
        return False
    return len(before.text) <= 3 and len(after.text) == 3


def _check(items: list[Node], starts: list[int]) -> None:
    """Refuse operators that have nothing to work on."""
    open_ = True  # an operand should follow
    for place, (item, start) in enumerate(zip(items, starts, strict=True)):
        if not isinstance(item, Operator):
            open_ = False
            continue
        sign = item.text
        if sign in BARS and place == 0:
            raise MathError(f"{sign} separates, as in P(A | B)", start, "Write abs(x) or norm(x).")
        leads = place == 0 and sign not in PRODUCTS | SEPARATORS | POSTFIX
        if open_ and sign not in SIGNS and not leads:
            raise MathError(f"{sign} has nothing before it", start)
        open_ = sign not in POSTFIX
    last = items[-1] if items else None
    if open_ and len(items) > 1 and last != Operator(","):
        raise MathError(f"{last.text if isinstance(last, Operator) else ''} has nothing after it", starts[-1])
