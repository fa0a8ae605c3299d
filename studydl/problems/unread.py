"""Leaves out of a script what only works out names that nothing reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

_FOR_THE_TYPE_CHECKER = re.compile(r"  # type: ignore\b.*")

Change: TypeAlias = tuple[int, int, list[str]]  # the first line and the last, from 1, and what stands there instead


def names_read(tree: ast.AST) -> frozenset[str]:
    """Return the names that are read somewhere in a tree."""
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return frozenset(name.id for name in names if not isinstance(name.ctx, ast.Store))


def without_unread(script: str, names: frozenset[str]) -> str:
    """Return a script without the assignments, imports and functions whose names it never reads, and without types.

    What is left out may have been all that read another name, which then goes as well. A loop, an ``if`` or a ``with``
    goes with all that stands in it, and a comment with the statement below it.

    Args:
        script: a script, no two statements on one line.
        names: those that may go. Others stay, since they may be assigned to for what the assigning does.
    """
    while True:
        tree = ast.parse(script)
        unread = _Unread(script, names - names_read(tree))
        lines = script.splitlines()
        for first, last, instead in reversed([*unread.changes(tree.body)]):
            while not instead and first > 1 and lines[first - 2].lstrip().startswith("#"):
                first -= 1
            lines[first - 1 : last] = instead
        shorter = "\n".join(_FOR_THE_TYPE_CHECKER.sub("", line) for line in lines) + "\n"
        if shorter == script:
            return script
        script = shorter


class _Unread:
    """Finds what only assigns to names that are never read.

    Args:
        script: the source.
        names: those that nothing reads.
    """

    def __init__(self, script: str, names: frozenset[str]) -> None:
        self._script, self._unread = script, names

    def changes(self, block: Sequence[ast.stmt]) -> Iterator[Change]:
        """Yield what is to be changed in a block of statements, from top to bottom."""
        for statement in block:
            assert statement.end_lineno is not None
            lines = statement.lineno, statement.end_lineno
            if self._goes(statement):
                yield *lines, []
                continue
            match statement:
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                    if len(targets) == len(values) and any(map(self._is_unread, targets)):
                        kept = [pair for pair in zip(targets, values, strict=True) if not self._is_unread(pair[0])]
                        left, right = (", ".join(map(self._source, side)) for side in zip(*kept, strict=True))
                        yield *lines, self._written(statement, f"{left} = {right}")
                case ast.Assign(targets=targets) if any(map(self._is_unread, targets)):
                    kept_targets = [target for target in targets if not self._is_unread(target)]
                    text = " = ".join(map(self._source, [*kept_targets, statement.value]))
                    yield *lines, self._written(statement, text)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    yield *lines, self._written(statement, f"{self._source(target)} = {self._source(value)}")
                case ast.If(body=body, orelse=orelse) | ast.For(body=body, orelse=orelse):
                    yield from self._inside(body)
                    yield from self._inside(orelse)
                case ast.While(body=body) | ast.With(body=body) | ast.FunctionDef(body=body):
                    yield from self._inside(body)

    def _inside(self, block: Sequence[ast.stmt]) -> Iterator[Change]:
        """Yield the changes in a block of which something stays; one of which nothing does is left as it is."""
        if not all(map(self._goes, block)):
            yield from self.changes(block)

    def _goes(self, statement: ast.stmt) -> bool:
        """Say whether nothing reads what this assigns to."""
        match statement:
            case ast.AnnAssign(value=None):
                return True
            case ast.Assign(targets=targets):
                return all(map(self._is_unread, targets))
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                return self._is_unread(target)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                return all((each.asname or each.name) in self._unread for each in names)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                return name in self._unread
            case ast.If(body=body, orelse=orelse) | ast.For(body=body, orelse=orelse):
                return all(map(self._goes, [*body, *orelse]))
            case ast.With(body=body):
                return all(map(self._goes, body))
        return False

    def _is_unread(self, target: ast.expr) -> bool:
        match target:
            case ast.Name(id=name):
                return name in self._unread
            case ast.Tuple(elts=elements):
                return all(map(self._is_unread, elements))
        return False

    def _source(self, node: ast.expr) -> str:
        """Return the text of an expression, in parentheses where it needs them to go over several lines."""
        text = ast.get_source_segment(self._script, node)
        assert text is not None
        in_the_open = isinstance(node, ast.BinOp | ast.BoolOp | ast.Compare | ast.IfExp | ast.UnaryOp)
        return f"({text})" if "\n" in text and in_the_open else text

    def _written(self, statement: ast.stmt, text: str) -> list[str]:
        """Return the lines that say something else in the place of a statement; its comment stays."""
        assert statement.end_lineno is not None and statement.end_col_offset is not None
        last = self._script.splitlines()[statement.end_lineno - 1]
        comment = last.encode()[statement.end_col_offset :].decode()
        return (" " * statement.col_offset + text + comment).split("\n")
