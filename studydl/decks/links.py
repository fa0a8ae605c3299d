"""How the cards of one origin refer to each other: ids used twice, ``after:`` that names no card or goes in circles."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studydl.decks.trouble import MOST, Trouble, quoted
from studydl.errors import DeckError


@dataclass(frozen=True, slots=True)
class Outline:
    """What the other decks of its folder must know of a deck.

    Args:
        path: its file.
        order: its place among the decks, or None.
        ids: every card id in it, also of cards that are broken, with the line of its heading.
        after: (card id, line of its heading, the ids it comes after) of each card that comes after others.
    """

    path: str
    order: int | None
    ids: tuple[tuple[str, int], ...]
    after: tuple[tuple[str, int, tuple[str, ...]], ...]


def check_links(decks: Sequence[Outline]) -> list[DeckError]:
    """Return what is wrong between the cards of one origin.

    Args:
        decks: all its decks; of two cards with one id, the later one is to blame.
    """
    troubles = {deck.path: Trouble(deck.path) for deck in decks}
    places: dict[str, tuple[str, int]] = {}
    for deck in decks:
        for name, line in deck.ids:
            path, first = places.setdefault(name, (deck.path, line))
            if path != deck.path:
                hint = "an id is used once among all decks of a folder"
                troubles[deck.path].add(line, f"the id {quoted(name)} stands in {path}:{first} already", hint)
    after: dict[str, tuple[str, ...]] = {}
    for deck in decks:
        for card, line, names in deck.after:
            after.setdefault(card, names)
            for name in names:
                if name not in places and (trouble := troubles[deck.path]).count < MOST:
                    trouble.add(line, f"after: there is no card {quoted(name)}", _near(name, places))
    rank = {name: number for number, name in enumerate(places)}
    for circle in circles(after):
        last = circle.index(max(circle, key=rank.__getitem__))  # blamed like a second use of an id: whoever comes later
        circle = circle[last:] + circle[:last]
        path, line = places[circle[0]]
        shown = circle if len(circle) <= 6 else [*circle[:5], "…"]
        message = f"after: goes in a circle: {' -> '.join([*shown, circle[0]])}"
        troubles[path].add(line, message, "one of these cards must come first")
    return [error for trouble in troubles.values() for error in trouble.errors]


def _near(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, list(known)[:2000], n=1)
    return f"did you mean {near[0]}?" if near else "after: names cards of the same folder by their ids"


def circles(after: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return circles in a graph, at most MOST: none if there is none, and without their last edges none is left.

    Args:
        after: {node: the nodes it points to}; nodes that point nowhere may be missing.
    """
    found: list[list[str]] = []
    done: set[str] = set()
    for root in after:
        path = {root: iter(after[root])} if root not in done else {}
        while path and len(found) < MOST:
            node, edges = next(reversed(path.items()))
            target = next(edges, None)
            if target is None:
                done.add(node)
                del path[node]
            elif target in path:
                nodes = list(path)
                found.append(nodes[nodes.index(target) :])
            elif target not in done:
                path[target] = iter(after.get(target, ()))
    return found
