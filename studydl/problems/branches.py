"""Leaves out of a function's source what some arguments never reach, so that a learner reads only what was run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import CodeType
from typing import TypeAlias

_PURE: dict[str, object] = {f.__name__: f for f in (abs, all, any, bool, float, int, len, max, min, set, sum, tuple)}
_INDENT = 4
_NEEDED = re.compile(r"(?<![\w)\]])\($")  # an opening parenthesis that calls nothing
_JOINED = re.compile(r"\b(and|or) \($")
_BEFORE, _BEHIND = re.compile(r"([(,=]|\breturn) *$"), re.compile(r"[),]|$")  # where an expression stands by itself
_CLOSED = ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant | ast.List | ast.Tuple | ast.Dict

Place: TypeAlias = tuple[int, int]  # line and column, from 0


class Branches:
    """The branches of a function, as its arguments decide them.

    A test is decided if it looks at nothing but arguments that are never assigned to. ``if``, ``while`` and
    ``a if test else b`` with a decided test are replaced by what is run, and so are ``{"a": x, "b": y}[argument]`` and
    ``{"a": x}.get(argument, y)``; all else stays as it is written, comments too.

    Args:
        source: a function definition, not indented.
    """

    def __init__(self, source: str) -> None:
        self._lines = source.splitlines()
        definition = ast.parse(source).body[0]
        assert isinstance(definition, ast.FunctionDef)
        self.definition = definition
        own = {id(argument) for argument in definition.args.args}
        taken = set[str]()  # names that mean something else somewhere in the body
        for node in ast.walk(definition):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                taken.add(node.id)
            elif isinstance(node, ast.arg) and id(node) not in own:
                taken.add(node.arg)
        self._readable = ({argument.arg for argument in definition.args.args} | _PURE.keys()) - taken
        self._atoms = tuple(self._compiled(definition))

    def decided(self, arguments: Mapping[str, object]) -> tuple[int | None, ...]:
        """Return what these arguments make of each test, and which entry of each table they pick.

        None stands for a test that cannot be asked of them.

        Args:
            arguments: by name, all of them.
        """
        names = {**_PURE, **arguments}
        return tuple(_asked(code, names) for _, code in self._atoms)

    def taken(self, decided: Sequence[int | None]) -> list[str]:
        """Return the lines of the body that are reached, the docstring left out, indented as in the source.

        Args:
            decided: from `decided`.
        """
        known = dict(zip((ast.dump(atom) for atom, _ in self._atoms), decided, strict=True))
        body = self.definition.body[ast.get_docstring(self.definition) is not None :]
        end = self.definition.end_lineno
        assert end is not None
        return _Taken(self._lines, known).block(body, body[0].lineno, end)

    def _compiled(self, definition: ast.FunctionDef) -> Iterator[tuple[ast.expr, CodeType]]:
        """Yield the tests, what is joined by "and", "or" and "not", and the tables that arguments alone can decide."""
        seen = set[str]()
        for node in ast.walk(definition):
            found: list[tuple[ast.expr, ast.expr]] = []  # what stands there, and what is asked of the arguments
            if isinstance(node, ast.If | ast.While | ast.IfExp | ast.BoolOp):
                tests = _atoms(node if isinstance(node, ast.BoolOp) else node.test)
                found = [(test, ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), test))) for test in tests]
            elif isinstance(node, ast.expr) and (table := _table(node)) is not None:
                found = [(node, table[1])]
            for atom, asked in found:
                read = {each.id for each in ast.walk(asked) if isinstance(each, ast.Name)}
                if read <= self._readable and ast.dump(atom) not in seen:
                    seen.add(ast.dump(atom))
                    expression = ast.fix_missing_locations(ast.Expression(asked))
                    yield atom, compile(expression, "<test>", "eval")


def _asked(code: CodeType, names: dict[str, object]) -> int | None:
    try:
        found: int = eval(code, {"__builtins__": {}}, names)  # a test of our own on numbers of our own
        return found
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return None  # asked only where another test allows it


def _atoms(test: ast.expr) -> Iterator[ast.expr]:
    match test:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _atoms(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _atoms(operand)
        case _:
            yield test


def _table(node: ast.AST) -> tuple[list[ast.expr], ast.expr] | None:
    """Return the entries of ``{"a": x}[key]`` or ``{"a": x}.get(key, y)``, y last, and what gives the place of one."""
    match node:
        case ast.Subscript(value=ast.Dict(keys=keys, values=entries), slice=key):
            places = ast.Dict(keys, [ast.Constant(place) for place in range(len(keys))])
            return entries, ast.Subscript(places, key, ast.Load())
        case ast.Call(func=ast.Attribute(value=ast.Dict(keys=keys, values=entries), attr="get"), args=[key, other]):
            places = ast.Dict(keys, [ast.Constant(place) for place in range(len(keys))])
            place = ast.Call(ast.Attribute(places, "get", ast.Load()), [key, ast.Constant(len(keys))], [])
            return [*entries, other], place
    return None


class _Taken:
    """Writes statements without what is not reached.

    Args:
        lines: of the source.
        known: what is known of each test and each table, by its dump.
    """

    def __init__(self, lines: Sequence[str], known: Mapping[str, int | None]) -> None:
        self._lines, self._known = lines, known

    def block(self, statements: Iterable[ast.stmt], start: int, end: int) -> list[str]:
        """Return the lines from one to another, both counted from 1, in which these statements stand."""
        found, at = list[str](), start
        for statement in statements:
            found += self._lines[at - 1 : statement.lineno - 1]  # comments
            found += self._statement(statement)
            at = _end(statement) + 1
        return [*found, *self._lines[at - 1 : end]]

    def _statement(self, statement: ast.stmt) -> list[str]:
        match statement:
            case ast.If():
                return self._if(statement)
            case ast.While(test=test, orelse=[]) if self._holds(test) is False:
                return []
            case ast.For(body=body, orelse=[]) | ast.While(body=body, orelse=[]) | ast.With(body=body):
                colon = self._colon(statement, body)
                return [
                    *self._head(statement, colon),
                    *self._filled(self.block(body, colon + 1, _end(statement)), body),
                ]
            case _:
                return self._folded(statement)

    def _if(self, statement: ast.If, word: str = "if") -> list[str]:
        """Write an ``if``, or an ``elif`` whose predecessors are gone."""
        holds = self._holds(statement.test)
        colon = self._colon(statement, statement.body)
        body = self.block(statement.body, colon + 1, _end(statement.body[-1]))
        indent = statement.col_offset
        if holds:
            return _dedented(body) if word == "if" else [" " * indent + "else:", *body]
        if holds is False:
            return self._else(statement, word)
        head = self._head(statement, colon)
        head[0] = f"{' ' * indent}{word} {head[0][indent:].partition(' ')[2]}"
        return [*head, *self._filled(body, statement.body), *self._else(statement, "elif")]

    def _else(self, statement: ast.If, word: str) -> list[str]:
        """Write what stands behind the body of an ``if``; word is "if" where nothing of the ``if`` itself is left."""
        if not statement.orelse:
            return []
        first = statement.orelse[0]
        if isinstance(first, ast.If) and self._lines[first.lineno - 1].lstrip().startswith("elif"):
            return self._if(first, word)
        between = range(_end(statement.body[-1]), first.lineno)
        at = next(line for line in between if self._lines[line].lstrip().startswith("else:"))
        body = self.block(statement.orelse, at + 2, _end(statement))
        return _dedented(body) if word == "if" else [self._lines[at], *self._filled(body, statement.orelse)]

    def _holds(self, test: ast.expr) -> bool | None:
        match test:
            case ast.BoolOp(op=op, values=values):
                all_hold = isinstance(op, ast.And)
                found = [self._holds(value) for value in values]
                if (not all_hold) in found:
                    return not all_hold
                return None if None in found else all_hold
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                holds = self._holds(operand)
                return None if holds is None else not holds
            case _:
                known = self._known.get(ast.dump(test))
                return None if known is None else bool(known)

    def _head(self, statement: ast.stmt, colon: int) -> list[str]:
        """Write a statement as far as its colon, folded."""
        head = (each for each in ast.iter_child_nodes(statement) if not isinstance(each, ast.stmt))
        tests = isinstance(statement, ast.If | ast.While)
        chosen = [pair for each in head for pair in self._chosen(each, tests)]
        text = self._text(self._place(statement, start=True), (colon - 1, len(self._lines[colon - 1])), chosen)
        return (" " * statement.col_offset + text).split("\n")

    def _folded(self, statement: ast.stmt) -> list[str]:
        """Write a statement in which ``a if test else b`` is the one of both that is meant."""
        line, column = self._place(statement, start=False)
        comment = self._lines[line][column:]
        return (" " * statement.col_offset + self._part(statement) + comment).split("\n")

    def _part(self, node: ast.AST) -> str:
        """Return the source of a node, folded."""
        places = self._place(node, start=True), self._place(node, start=False)
        return self._text(*places, list(self._chosen(node)))

    def _text(self, start: Place, end: Place, chosen: list[tuple[ast.expr, ast.expr]]) -> str:
        """Return the source between two places, with what is meant in the place of what was chosen from."""
        text, at = "", start
        for whole, meant in sorted(chosen, key=lambda pair: self._place(pair[0], start=True)):
            text += self._between(at, self._place(whole, start=True))
            at = self._place(whole, start=False)
            behind = self._lines[at[0]][at[1] :]
            bare = isinstance(meant, _CLOSED)
            joined = isinstance(meant, ast.Compare) and _JOINED.search(text)
            if _NEEDED.search(text) and behind.startswith(")") and (bare or joined):
                text, at = text[:-1], (at[0], at[1] + 1)  # the parentheses were there for the choice
            elif (
                isinstance(whole, ast.Subscript | ast.Call)
                and not bare
                and not (_BEFORE.search(text) and _BEHIND.match(behind))
            ):
                text += f"({self._part(meant)})"
                continue
            text += self._part(meant)
        return text + self._between(at, end)

    def _chosen(self, node: ast.AST, test: bool = False) -> Iterator[tuple[ast.expr, ast.expr]]:
        """Yield the outermost expressions in a node that are decided in part, each with what is meant.

        Args:
            node: any.
            test: True if only its truth matters.
        """
        match node:
            case ast.IfExp(test=asked, body=body, orelse=orelse):
                holds = self._holds(asked)
                if holds is not None:
                    yield node, body if holds else orelse
                    return
                yield from self._chosen(asked, True)
                yield from self._chosen(body)
                yield from self._chosen(orelse)
                return
            case ast.BoolOp(op=op, values=values):
                tells_nothing = isinstance(op, ast.And)  # a true part of an "and", a false one of an "or"
                told = [self._holds(value) is not tells_nothing for value in values]
                first, last = told.index(True) if True in told else -1, len(values) - 1
                settles = self._holds(values[first]) is not None
                if first == last or settles or (test and sum(told) == 1):
                    yield node, values[first]
                    return
            case ast.Subscript(value=ast.Dict()) | ast.Call(func=ast.Attribute(value=ast.Dict())):
                table, place = _table(node), self._known.get(ast.dump(node))
                if table is not None and place is not None:
                    yield node, table[0][place]
                    return
            case ast.JoinedStr():  # Python 3.11 does not know where the parts of an f-string stand
                return
        for child in ast.iter_child_nodes(node):
            yield from self._chosen(child)

    def _place(self, node: ast.AST, *, start: bool) -> Place:
        """Return line (from 0) and column (in characters) where a node starts or ends."""
        line = getattr(node, "lineno" if start else "end_lineno") - 1
        column = getattr(node, "col_offset" if start else "end_col_offset")
        return line, len(self._lines[line].encode()[:column].decode())

    def _between(self, start: Place, end: Place) -> str:
        if start[0] == end[0]:
            return self._lines[start[0]][start[1] : end[1]]
        middle = self._lines[start[0] + 1 : end[0]]
        return "\n".join([self._lines[start[0]][start[1] :], *middle, self._lines[end[0]][: end[1]]])

    def _colon(self, statement: ast.stmt, body: Sequence[ast.stmt]) -> int:
        """Return the line, from 1, that ends the head of a statement."""
        heads = range(statement.lineno, body[0].lineno)
        return next(line for line in heads if self._lines[line - 1].partition("  #")[0].rstrip().endswith(":"))

    def _filled(self, lines: list[str], body: Sequence[ast.stmt]) -> list[str]:
        """Put ``pass`` where nothing of a body is left."""
        if any(line.strip() and not line.lstrip().startswith("#") for line in lines):
            return lines
        return [*lines, " " * body[0].col_offset + "pass"]


def _end(statement: ast.stmt) -> int:
    assert statement.end_lineno is not None
    return statement.end_lineno


def _dedented(lines: Iterable[str]) -> list[str]:
    return [line[_INDENT:] for line in lines]
