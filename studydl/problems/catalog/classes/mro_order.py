"""The order in which Python looks for a method, and the way that super() takes through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from studydl.answers.kinds import Items
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Names: TypeAlias = tuple[str, ...]

LETTERS = "ABCDEFGHKLMNPQRSTUVW"


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Classes above `nn.Module`, each defined after its bases.

    Args:
        classes: for each the letter of its name, then those of its bases: "K", "BK", "TK", "MBT". The last one has
            all others above it.
        stops: name of the class whose method does not call `super()`; empty where the order is asked for.
        lacks: name of the class without the method, or empty.
    """

    classes: Names
    stops: str = ""
    lacks: str = ""

    @property
    def bases(self) -> dict[str, Names]:
        """Return the bases of each class."""
        return {name: tuple(bases) for name, *bases in map(list, self.classes)}

    @property
    def bottom(self) -> str:
        """Return the class that is asked about."""
        return self.classes[-1][0]

    @property
    def orders(self) -> dict[str, Names]:
        """Return the order of each class; fewer classes where one has none."""
        orders: dict[str, Names] = {}
        for name, bases in self.bases.items():
            if any(base not in orders for base in bases):
                break
            if (merged := merge([*(orders[base] for base in bases), bases])) is None:
                break
            orders[name] = (name, *merged)
        return orders

    def run(self, order: Sequence[str], *, lacking: bool = True, stopping: bool = True) -> Names:
        """Return the classes that answer if methods are looked for in an order.

        Args:
            order: of classes.
            lacking: False if the class without the method answered, too.
            stopping: False if every method called `super()`.
        """
        answered = [name for name in order if name != self.lacks or not lacking]
        end = answered.index(self.stops) + 1 if stopping and self.stops in answered else len(answered)
        return tuple(answered[:end])


def merge(orders: Sequence[Names]) -> Names | None:
    """Return the C3 merge: always the first head that stands in no tail; None where there is none."""
    lists, merged = [list(order) for order in orders if order], []
    while lists:
        heads = [names[0] for names in lists if all(names[0] not in other[1:] for other in lists)]
        if not heads:
            return None
        merged.append(heads[0])
        lists = [rest for names in lists if (rest := [name for name in names if name != heads[0]])]
    return tuple(merged)


def depth_first(h: Hierarchy) -> Names:
    """Return the classes each branch to its end before the next, as Python 2 did."""
    bases, seen, waiting = h.bases, list[str](), [h.bottom]
    while waiting:
        name = waiting.pop(0)
        waiting = [*bases[name], *waiting]
        seen += [name] * (name not in seen)
    return tuple(seen)


def by_rows(h: Hierarchy) -> Names:
    """Return the classes row by row: bases, then bases of bases."""
    bases, seen, waiting = h.bases, list[str](), [h.bottom]
    while waiting:
        name = waiting.pop(0)
        waiting += bases[name]
        seen += [name] * (name not in seen)
    return tuple(seen)


def first_bases(h: Hierarchy) -> Names:
    """Return the classes above the last one by first bases only."""
    bases, chain = h.bases, [h.bottom]
    while bases[chain[-1]]:
        chain.append(bases[chain[-1]][0])
    return tuple(chain)


def mirrored(h: Hierarchy) -> Names | None:
    """Return the order if the bases of the last class were written the other way round; None where it has none."""
    *others, last = h.classes
    return Hierarchy((*others, last[0] + last[:0:-1])).orders.get(h.bottom)


def _told(h: Hierarchy, order: Sequence[str] | None) -> Names | None:
    """Return the classes that answer in an order; None where there is none."""
    return h.run(order) if order else None


class MroOrder(Family[Hierarchy]):
    """A class comes before its bases, bases in the order in which they are written: the C3 linearization."""

    name, version, title = "classes.mro-order", 1, "Method resolution order"
    source = "Python documentation: super() and The Python 2.3 Method Resolution Order (C3)"
    answer = {"order": Items(), "calls": Items()}
    _classes = "A program has the classes {definitions}, with their bases in brackets. "
    prompt = {
        "order": _classes + "In which order does Python search them for a method of an object of class `{bottom}`?",
        "calls": _classes + "{who} a method `f` that prints the name of its class and then calls `super().f()`; in "
        "`{stops}` it only prints. What does `{bottom}().f()` print, in order?",
    }
    conventions = {"order": ("all of these classes, the object's own first", "without nn.Module"), "calls": ()}
    _above = "The orders of the classes above: {lists}."
    _merge = (
        "`{bottom}` comes first. Then merge {merged}: always take the first head that stands behind no other class in "
        "any list"
    )
    steps = {
        "order": (_above, _merge + "{waits}.", "So the order is {answer}"),
        "calls": (
            _above,
            _merge + "{waits}. The order is {order}.",
            "`super()` goes to the next class of this order, not to the base that a class names{skipped}. In `{stops}` "
            "the chain ends: {answer}",
        ),
    }
    limits = {1: Effort(12, 1), 2: Effort(30, 1), 3: Effort(36, 1)}
    mistakes = (
        Mistake(
            "depth first",
            lambda h: _told(h, depth_first(h)),
            "You followed the first base to its end before the next, as Python 2 did. A class waits until all of its "
            "subclasses have had their turn{waiting}.",
            teaches="module-next",
        ),
        Mistake(
            "next base of the class itself",
            lambda h: _told(h, first_bases(h)),
            "You followed first bases only. The search, and `super()` with it, goes on to the other bases: {order}.",
            teaches="module-next",
        ),
        Mistake(
            "row by row",
            lambda h: _told(h, by_rows(h)),
            "You went row by row: bases, then bases of bases. A class waits until all of its subclasses have had "
            "their turn, and a branch is not left before it has to be: {order}.",
        ),
        Mistake(
            "bases from right to left",
            lambda h: _told(h, mirrored(h)),
            "You read the bases of `{bottom}` from right to left. The one written first, `{first}`, comes first.",
        ),
        Mistake(
            "base first",
            lambda h: h.run(h.orders[h.bottom])[::-1],
            "You began at the top. The search begins with the object's own class, `{bottom}`, and goes up from there.",
        ),
        Mistake(
            "end of the chain overlooked",
            lambda h: h.run(h.orders[h.bottom], stopping=False) if h.stops else None,
            "You went through to the end. In `{stops}` the method does not call `super()`, and nothing follows.",
            teaches="module-mixin",
        ),
        Mistake(
            "class without the method",
            lambda h: h.run(h.orders[h.bottom], lacking=False) if h.lacks else None,
            "You let `{lacks}` print. It has no `f`, so the search passes it over and goes on.",
        ),
        Mistake(
            "chain broken by a class without the method",
            lambda h: _before(h.orders[h.bottom], h.lacks) if h.lacks else None,
            "You ended at `{lacks}`, which has no `f`. It is passed over, and the search goes on with the next class.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Hierarchy | None:
        """Level 1: a diamond or two branches; level 2: five or six classes; level 3: calls of super()."""
        if level == 1:
            a, b, c, d = draw.sample(LETTERS, 4)
            branch = draw.choice((c + a, c + a, c))
            return Hierarchy((a, b + a, branch, d + "".join(draw.shuffled((b, c)))))
        h = _drawn(draw, draw.choice((5, 6)) if level == 2 else 5)
        if h is None or (order := h.orders.get(h.bottom)) is None or order == depth_first(h):
            return None
        if level == 2:
            return h
        stops = draw.choice(order[3:])
        others = [name for name in order if name != stops]
        called = Hierarchy(h.classes, stops, draw.choice(others) if draw.chance(0.7) else "")
        return called if called.run(order) != called.run(depth_first(called)) else None

    def variant(self, h: Hierarchy) -> str:
        """Return order or calls."""
        return "calls" if h.stops else "order"

    def formula(self, h: Hierarchy) -> Names:
        """Return the C3 order, or the classes in it that answer."""
        return h.run(h.orders[h.bottom])

    def compared(self, h: Hierarchy, value: Value) -> Value:
        """Return the names as the witness writes them."""
        assert isinstance(value, tuple)
        return ", ".join(map(str, value))

    def effort(self, h: Hierarchy) -> Effort:
        """Return the classes to write down in each order, and a look at each method that is called."""
        return Effort(sum(map(len, h.orders.values())) + (len(h.classes) + 2 if h.stops else 0), 1)

    def facts(self, h: Hierarchy) -> Facts:
        """Return the definitions, the orders above, and which classes have to wait."""
        orders, bases = h.orders, h.bases[h.bottom]
        lists = [*(orders[base] for base in bases), bases]
        waits = _waits(lists)
        written = [f"`{name}({', '.join(above) or 'nn.Module'})`" for name, above in h.bases.items()]
        return {
            "definitions": f"{', '.join(written[:-1])} and {written[-1]}",
            "bottom": h.bottom,
            "first": bases[0],
            "who": f"Each but `{h.lacks}` has" if h.lacks else "Each has",
            "lists": "; ".join(", ".join(orders[name]) for name in orders if name != h.bottom),
            "merged": ", ".join(f"({', '.join(names)})" for names in lists),
            "waits": f". {', and '.join(waits)}" if waits else "",
            "waiting": f": {', and '.join(waits)}" if waits else "",
            "order": orders[h.bottom],
            "skipped": f", and passes `{h.lacks}` over" if h.lacks and _reached(h) else "",
        }

    @staticmethod
    def witness(classes: Names, stops: str, lacks: str) -> str:
        """Return the order of real classes, or what their methods print."""
        import torch

        made: dict[str, type] = {}
        printed: list[str] = []
        for name, *bases in map(list, classes):
            above = tuple(made[base] for base in bases) or (torch.nn.Module,)
            if stops:

                def f(self: object, name: str = name) -> None:
                    printed.append(name)
                    if name != stops:
                        super(made[name], self).f()  # type: ignore[arg-type]

                made[name] = type(name, above, {} if lacks and name == lacks else {"f": f})
            else:
                made[name] = type(name, above, {})
        bottom = made[classes[-1][0]]
        if stops:
            bottom().f()
        return ", ".join(printed if stops else [c.__name__ for c in bottom.__mro__ if c.__name__ in made])


def _before(order: Names, name: str) -> Names | None:
    """Return the part of an order before a class; None where it is the first."""
    return order[: order.index(name)] or None


def _reached(h: Hierarchy) -> bool:
    """Say whether the search comes by the class without the method."""
    order = h.orders[h.bottom]
    return order.index(h.lacks) < order.index(h.stops)


def _waits(lists: Sequence[Names]) -> list[str]:
    """Say which heads have to wait for which classes during a merge."""
    waits: dict[str, str] = {}
    for done in merge(lists) or ():
        heads = [names[0] for names in lists if names]
        for head in heads[: heads.index(done)]:
            blocker = next(names[names.index(head) - 1] for names in lists if head in names[1:])
            waits.setdefault(head, blocker)
        lists = [tuple([name for name in names if name != done]) for names in lists]
    return [f"{head} waits for {blocker}" for head, blocker in waits.items()]


def _drawn(draw: Draw, count: int) -> Hierarchy | None:
    """Draw classes; None unless two or three of them are left for the last one to inherit from."""
    names = draw.sample(LETTERS, count)
    bases: dict[str, Names] = {names[0]: ()}
    for place, name in enumerate(names[1:-1], 1):
        many = 1 if place < 3 else draw.choice((0, 1, 1, 1, 2, 2))
        bases[name] = draw.sample(names[:place], many)
    leaves = [name for name in bases if not any(name in above for above in bases.values())]
    if not 2 <= len(leaves) <= 3:
        return None
    bases[names[-1]] = draw.shuffled(leaves)
    return Hierarchy(tuple([name + "".join(above) for name, above in bases.items()]))
