"""Sheets that are made once and only read."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from studydl.decks.folders import load_all
from studydl.decks.model import Card
from studydl.paths import Home
from studydl.sheets.compose import compose
from studydl.sheets.model import Blueprint, Sheet, Slot

SEED = 9182736455463728190


@pytest.fixture(scope="session")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Card]:
    """Return the shipped cards by ``deck/card-id``."""
    decks = load_all(Home(tmp_path_factory.mktemp("home"))).decks
    return {f"{deck.name}/{card.id}": card for deck in decks for card in deck.cards}


def a_card(cards: Mapping[str, Card], kind: str) -> str:
    """Return the name of the first shipped card of a kind."""
    return next(name for name, card in cards.items() if card.kind == kind)


@pytest.fixture(scope="session")
def blueprint(cards: Mapping[str, Card]) -> Blueprint:
    """Return a blueprint with every kind of question."""
    theory = [Slot(card=a_card(cards, kind)) for kind in ("basic", "cloze", "choice", "claim", "points")]
    problems = [
        Slot(3, "conv.output-size", 3),
        Slot(2, "metrics.roc-auc", 2),
        Slot(2, "information.entropy", 1),
        Slot(1.5, "metrics.f-beta", 3),
        Slot(1, "metrics.f1", 2),
        Slot(1, "metrics.f1", 2),
    ]
    return Blueprint("Week 3 <b>& more</b>", (*problems, *theory), 45)


@pytest.fixture(scope="session")
def sheet(blueprint: Blueprint, cards: Mapping[str, Card]) -> Sheet:
    """Return a set of four copies."""
    return compose(blueprint, SEED, ["Ada", "Grace", "", ""], cards)
