"""The cheapest order in which to multiply a chain of matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from studydl.answers.kinds import Choice, Integer
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

LETTERS = "ABCDE"


@dataclass(frozen=True, slots=True)
class Plan:
    """An order of multiplication.

    Args:
        cost: the multiplications of numbers it takes.
        text: the order in brackets, such as ``(AB)(CD)``.
    """

    cost: int
    text: str

    @property
    def factor(self) -> str:
        """Return the order as a factor of a larger product."""
        return f"({self.text})" if len(self.text) > 1 else self.text


@dataclass(frozen=True, slots=True)
class Chain:
    """A product of 3 to 5 matrices.

    Args:
        sizes: 4 to 6 sizes of 2 to 60; matrix i has the shape (sizes[i], sizes[i + 1]).
        asks: "cost", "order" or "saved".
    """

    sizes: tuple[int, ...]
    asks: str

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Return all orders."""
        return plans_of(self.sizes, LETTERS[: len(self.sizes) - 1])

    @property
    def best(self) -> Plan:
        """Return the cheapest order."""
        return cheapest(self.sizes, LETTERS[: len(self.sizes) - 1])

    def asked(self, plan: Plan) -> Value:
        """Return what the prompt asks for, if this plan were the best."""
        if self.asks == "order":
            return plan.text
        return plan.cost if self.asks == "cost" else _left(self) - plan.cost


@lru_cache(1024)  # chains share their parts, and every mistake of an instance asks again
def plans_of(sizes: tuple[int, ...], letters: str) -> tuple[Plan, ...]:
    """Return all orders of a chain."""
    if len(letters) == 1:
        return (Plan(0, letters),)
    found = []
    for split in range(1, len(letters)):
        last = sizes[0] * sizes[split] * sizes[-1]
        for left in plans_of(sizes[: split + 1], letters[:split]):
            for right in plans_of(sizes[split:], letters[split:]):
                found.append(Plan(left.cost + right.cost + last, left.factor + right.factor))
    return tuple(found)


def cheapest(sizes: tuple[int, ...], letters: str) -> Plan:
    """Return the cheapest order of a chain."""
    return min(plans_of(sizes, letters), key=lambda plan: plan.cost)


def in_turn(sizes: tuple[int, ...], rule: Callable[[list[int]], int]) -> Plan:
    """Return the order that multiplies, again and again, the two neighbors a rule picks.

    Args:
        sizes: the sizes of the chain.
        rule: which neighbors, given what each product of two costs.
    """
    left, cost = list(sizes), 0
    parts = [Plan(0, letter) for letter in LETTERS[: len(sizes) - 1]]
    while len(parts) > 1:
        costs = [left[i] * left[i + 1] * left[i + 2] for i in range(len(parts) - 1)]
        place = rule(costs)
        cost += costs[place]
        del left[place + 1]
        parts[place : place + 2] = [Plan(cost, parts[place].factor + parts[place + 1].factor)]
    return parts[0]


def left_first(costs: list[int]) -> int:
    """Pick the first two."""
    return 0


def right_first(costs: list[int]) -> int:
    """Pick the last two."""
    return len(costs) - 1


def cheapest_first(costs: list[int]) -> int:
    """Pick the two whose product is cheapest."""
    return costs.index(min(costs))


class ChainOrder(Family[Chain]):
    """Brackets do not change a product of matrices, but they change its cost: (m, n) times (n, p) takes m n p."""

    name, version, title = "matrix.chain-order", 1, "Cheapest order of a matrix chain"
    source = (
        "Cormen, Leiserson, Rivest and Stein (2009), Introduction to Algorithms, section 15.2; torch.linalg.multi_dot "
        "documentation"
    )
    answer = {
        "three": Integer(),
        "four": Integer(),
        "five": Integer(),
        "order": Choice(),
        "saved": Integer(),
    }
    _cost = (
        "{names} have the shapes {shapes}. How many multiplications of numbers does the product {product} take in the "
        "cheapest order?"
    )
    prompt = {
        "three": _cost,
        "four": _cost,
        "five": _cost,
        "order": "{names} have the shapes {shapes}. Which order of the product {product} takes the fewest "
        "multiplications of numbers?",
        "saved": "{names} have the shapes {shapes}. How many multiplications of numbers does the cheapest order of the "
        "product {product} save, compared with left to right?",
    }
    conventions = ("row times column: (m, n) times (n, p) takes m n p multiplications",)
    _pairs = "Two neighbors: {pairs}."
    _triples = "Three, each split the cheaper way: {triples}."
    _last = "The last product of all: {splits}."
    steps = {
        "three": (
            "Two neighbors: {pairs}.",
            "The last product of all: {splits}.",
            "The cheapest order is {best}: {answer}",
        ),
        "four": (_pairs, _triples, _last, "The cheapest order is {best}: {answer}"),
        "five": (
            _pairs,
            _triples,
            "Four, split the cheapest way: {quadruples}.",
            _last,
            "The cheapest order is {best}: {answer}",
        ),
        "order": (_pairs, _triples, _last, "The cheapest order is {answer}"),
        "saved": (
            _pairs,
            _triples,
            _last,
            "The cheapest is {best} with {least}. Left to right takes ${left_words} = {left}$.",
            "${left} - {least}$ = {answer}",
        ),
    }
    limits = {1: Effort(12, 4), 2: Effort(36, 5), 3: Effort(80, 6)}
    mistakes = (
        Mistake(
            "left to right",
            lambda c: _left(c) if c.asks == "saved" else c.asked(in_turn(c.sizes, left_first)),
            "That is left to right. The cheapest order, {best}, takes {least}.",
            teaches="matrix-multi-dot",
        ),
        Mistake(
            "right to left",
            lambda c: c.asked(in_turn(c.sizes, right_first)),
            "You took right to left for the cheapest order. The sizes decide: {best} takes {least}.",
            teaches="matrix-chain",
        ),
        Mistake(
            "cheapest product first",
            lambda c: c.asked(in_turn(c.sizes, cheapest_first)),
            "You took the cheapest pair first and went on. A cheap start can make the rest expensive: {best} takes "
            "{least}.",
        ),
        Mistake(
            "most expensive order",
            lambda c: None if c.asks == "saved" else c.asked(max(c.plans, key=lambda plan: plan.cost)),
            "That is the most expensive order. The cheapest, {best}, takes {least}.",
        ),
        Mistake(
            "pairs first",
            lambda c: "(AB)(CD)" if c.asks == "order" else None,
            "Multiplying pairs first looks balanced, but the sizes decide: {best} takes {least}.",
        ),
        Mistake(
            "neighbors added",
            lambda c: sum(_part(c, i, 2).cost for i in range(len(c.sizes) - 2)) if c.asks == "cost" else None,
            "You added the costs of the products of two neighbors. After the first product its result is a factor, and "
            "has another shape: {best} takes {least}.",
        ),
        Mistake(
            "cost itself",
            lambda c: c.best.cost if c.asks == "saved" else None,
            "That is what the cheapest order takes. The question asks for the difference from left to right, {left}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Chain | None:
        """Level 1: three matrices; level 2: four, the cost or the order; level 3: five, or what is saved."""
        if level == 1:
            return _unique(Chain(draw.integers(4, 2, 10), "cost"))
        if level == 2:
            return _unique(Chain(draw.integers(5, 2, 20), draw.choice(("cost", "order"))))
        if draw.chance(0.5):
            return _unique(Chain(draw.integers(6, 2, 20), "cost"))
        return _unique(Chain(draw.integers(5, 5, 60), "saved"))

    def variant(self, c: Chain) -> str:
        """Return three, four, five, order or saved."""
        return {4: "three", 5: "four", 6: "five"}[len(c.sizes)] if c.asks == "cost" else c.asks

    def formula(self, c: Chain) -> Value:
        """Return the least cost of all orders, the order that has it, or what it saves."""
        return c.asked(c.best)

    def effort(self, c: Chain) -> Effort:
        """Return two products and a sum for each split of each part of the chain."""
        matrices = len(c.sizes) - 1
        splits = sum((matrices - length + 1) * (length - 1) for length in range(2, matrices + 1))
        return Effort(3 * splits + (6 if c.asks == "saved" else 0), len(str(_left(c))))

    def facts(self, c: Chain) -> Facts:
        """Return shapes and the costs of all parts of the chain."""
        length = len(c.sizes) - 1
        letters = LETTERS[:length]
        shapes = [f"({a}, {b})" for a, b in pairwise(c.sizes)]
        terms = [f"{c.sizes[0]} * {b} * {d}" for b, d in pairwise(c.sizes[1:])]
        pairs = [
            f"{letters[i : i + 2]} ${' * '.join(map(str, c.sizes[i : i + 3]))} = {_part(c, i, 2).cost}$"
            for i in range(length - 1)
        ]
        return {
            "names": f"{', '.join(letters[:-1])} and {letters[-1]}",
            "shapes": f"{', '.join(shapes[:-1])} and {shapes[-1]}",
            "product": " ".join(letters),
            "pairs": ", ".join(pairs),
            "triples": _parts(c, 3),
            "quadruples": _parts(c, 4),
            "splits": ", ".join([_split(c, 0, length, split)[1] for split in range(1, length)]),
            "best": c.best.text,
            "least": c.best.cost,
            "left": _left(c),
            "left_words": " + ".join(terms),
        }

    @staticmethod
    def witness(sizes: tuple[int, ...], asks: str) -> object:
        """Return what torch.linalg.multi_dot did, read from its graph for the backward pass."""
        import torch

        count = len(sizes) - 1
        matrices = [torch.empty(sizes[i], sizes[i + 1], device="meta", requires_grad=True) for i in range(count)]
        nodes = [torch.linalg.multi_dot(matrices).grad_fn]
        for node in nodes:
            nodes += [child for child, _ in node.next_functions]
        if asks == "order":
            order = {}
            for node in reversed(nodes):
                if hasattr(node, "variable"):
                    order[node] = "ABCDE"[[node.variable is matrix for matrix in matrices].index(True)]
                else:
                    order[node] = "".join([order[child] for child, _ in node.next_functions])
                if hasattr(node, "_saved_self_sym_sizes") and hasattr(node, "_saved_mat2_sym_sizes"):
                    order[node] = f"({order[node]})"
        else:
            cost = 0
            for node in nodes:
                if hasattr(node, "_saved_self_sym_sizes") and hasattr(node, "_saved_mat2_sym_sizes"):
                    m, (n, p) = node._saved_self_sym_sizes[0], node._saved_mat2_sym_sizes
                    cost += m * n * p
        if asks == "saved":
            cost = sum(sizes[0] * sizes[i] * sizes[i + 1] for i in range(1, count)) - cost
        return order[nodes[0]][1:-1] if asks == "order" else cost


def _unique(c: Chain) -> Chain | None:
    """Return the chain if one order is cheapest; where left to right would be a lucky guess, it must not be it."""
    costs = sorted([plan.cost for plan in c.plans])
    lucky = len(c.sizes) > 4 and c.asks != "order" and _left(c) == costs[0]
    return None if costs[0] == costs[1] or lucky else c


def _part(c: Chain, first: int, length: int) -> Plan:
    """Return the cheapest order of a part of the chain."""
    return cheapest(c.sizes[first : first + length + 1], LETTERS[first : first + length])


def _split(c: Chain, first: int, length: int, split: int) -> tuple[int, str]:
    """Return the cost of a part of the chain split there, and how it comes about."""
    left, right = _part(c, first, split), _part(c, first + split, length - split)
    sizes = (c.sizes[first], c.sizes[first + split], c.sizes[first + length])
    cost = left.cost + right.cost + sizes[0] * sizes[1] * sizes[2]
    terms = [*(str(plan.cost) for plan in (left, right) if plan.cost), " * ".join(map(str, sizes))]
    names = LETTERS[first : first + split], LETTERS[first + split : first + length]
    name = "".join([f"({letters})" if len(letters) > 1 else letters for letters in names])
    return cost, f"{name} ${' + '.join(terms)} = {cost}$"


def _parts(c: Chain, length: int) -> str:
    """Write the cheapest split of every part of a length."""
    firsts = range(len(c.sizes) - length)
    return ", ".join([min(_split(c, first, length, split) for split in range(1, length))[1] for first in firsts])


def _left(c: Chain) -> int:
    """Return what left to right costs."""
    return in_turn(c.sizes, left_first).cost
