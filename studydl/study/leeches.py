"""Leeches: cards forgotten so often that another review is not what helps, and what does."""

from __future__ import annotations

from sqlalchemy import Connection

from studydl.decks.folders import SHIPPED
from studydl.memory.model import Memory, Phase, Rating
from studydl.store import cards
from studydl.store.connection import Store


def is_leech(memory: Memory, lapses: int) -> bool:
    """Say whether a card is a leech.

    Args:
        memory: its state.
        lapses: times a card must be forgotten in review to be one.
    """
    return memory.lapses >= lapses


def lapses_after(before: Memory, rating: Rating | None) -> int:
    """Return how often a card has been forgotten in review, an answer just given included.

    Args:
        before: the state before the answer.
        rating: of the answer; None if there is none yet.
    """
    return before.lapses + (before.phase is Phase.REVIEW and rating is Rating.AGAIN)


def remedy(connection: Connection, store: Store, key: str) -> str:
    """Return what helps with a leech, as the end of a sentence: 'revise "Output size" first'.

    A skill is learned from the card its `after:` names, so that comes first; without one, from its worked solution.
    A card that keeps being forgotten asks too much at once, or nothing its learner needs.

    Args:
        connection: any.
        store: the database.
        key: the card's key.
    """
    row = cards.get(connection, store.learner, key)
    if row is None or row.kind != "skill":
        shipped = row is not None and row.origin == SHIPPED
        change = (
            "make a copy of your own that asks for one thing" if shipped else "edit it so that it asks for one thing"
        )
        return f"{change}, or suspend it when it comes again"
    for note in row.after:
        card = cards.first_item(connection, store.learner, note)
        if card is not None:
            return f'revise the card "{card.title}" first'
    return "go through the worked solution, then try a twin"


def advice(connection: Connection, store: Store, key: str, lapses: int) -> str:
    """Return one line on a leech for the learner; see `remedy`."""
    return f"Forgotten {lapses} times: {remedy(connection, store, key)}."
