"""Does evidence prove anything? Change what its asserts claim, one value or comparison at a time, and see it fail."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from studydl.decks.evidence import check_evidence
from studydl.decks.model import Card, Deck

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_INEQUALITIES = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_TOLERANCES = {"atol", "rtol", "abs_tol", "rel_tol", "abs", "rel", "tol", "eps"}


@dataclass(frozen=True, slots=True)
class Survivor:
    """A changed claim that evidence did not notice.

    Args:
        deck: the card's deck.
        card: the card.
        line: 1-based line of the deck file.
        change: what was changed: "112 -> 113".
        all_survived: no change to this block was noticed, so it proves nothing.
    """

    deck: Deck
    card: Card
    line: int
    change: str
    all_survived: bool


def check_mutants(
    cards: Iterable[tuple[Deck, Card]], progress: Callable[[int], None] = lambda done: None
) -> list[Survivor]:
    """Run every mutant of this evidence and return those that pass.

    Args:
        cards: cards whose evidence passes as it is, with their decks; their code is run.
        progress: called with the number of mutants done so far.
    """
    made = [(deck, card, mutant) for deck, card in cards for mutant in mutants(card.evidence)]
    results = check_evidence(((deck, replace(card, evidence=code)) for deck, card, (_, _, code) in made), progress)
    noticed = {(deck.path, card.id) for (deck, card, _), result in zip(made, results, strict=True) if not result.passed}
    return [
        Survivor(deck, card, card.evidence_line + line - 1, change, (deck.path, card.id) not in noticed)
        for (deck, card, (line, change, _)), result in zip(made, results, strict=True)
        if result.passed
    ]


def mutants(code: str) -> list[tuple[int, str, str]]:
    """Return (line, change, code) for each single change to what the asserts claim; none if the code is not Python.

    Args:
        code: the evidence.
    """
    try:
        count = len(list(_changes(ast.parse(code))))
    except SyntaxError:
        return []
    found = []
    for number in range(count):
        tree = ast.parse(code)
        line, change, apply = list(_changes(tree))[number]
        apply()
        found.append((line, change, ast.unparse(tree)))
    return found


Change = tuple[int, str, Callable[[], None]]


def _changes(tree: ast.Module) -> Iterator[Change]:
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assert):
            for node in _claimed(statement.test):
                yield from _comparisons(node)
                yield from _literal(node)


def _claimed(node: ast.AST) -> Iterator[ast.AST]:
    """Give a claim's nodes but tolerances, which may be a little larger, and indices, which say where to look."""
    yield node
    for child in ast.iter_child_nodes(node):
        is_index = isinstance(node, ast.Subscript) and child is node.slice
        named = isinstance(child, ast.keyword) and child.arg in _TOLERANCES
        digits = isinstance(node, ast.Call) and _name(node) == "round" and child in node.args[1:]
        if not (is_index or named or digits or _is_bound(node, child)):
            yield from _claimed(child)


def _is_bound(node: ast.AST, child: ast.AST) -> bool:
    """Say whether this is a side of an inequality, which still holds with its numbers moved outward.

    Its sign is turned instead. ``abs(a - b) < 0.1`` is an equation: only its last side says how near is near enough.
    """
    if not isinstance(node, ast.Compare) or not all(isinstance(each, _INEQUALITIES) for each in node.ops):
        return False
    first = node.left
    equation = isinstance(first, ast.Call) and _name(first) == "abs"
    return isinstance(child, ast.expr) and not (equation and child is first)


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _comparisons(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            flipped = _FLIPPED[type(operator)]()
            before = ast.unparse(node)
            after = copy.copy(node)
            after.ops = [*node.ops[:place], flipped, *node.ops[place + 1 :]]

            def apply(node: ast.Compare = node, ops: list[ast.cmpop] = after.ops) -> None:
                node.ops = ops

            yield node.lineno, f"{before} -> {ast.unparse(after)}", apply


def _literal(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str):
        value = node.value
        changed: object
        if isinstance(value, bool):
            changed = not value
        elif isinstance(value, str):
            changed = value + "x"
        else:
            changed = value + (1 if isinstance(value, int) else max(1.0, abs(value)))

        def apply(node: ast.Constant = node) -> None:
            node.value = changed

        yield node.lineno, f"{value!r} -> {changed!r}", apply
