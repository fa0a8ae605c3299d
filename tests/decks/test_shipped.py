"""What the shipped decks promise as a whole; each card's own facts are proven by its evidence."""

from __future__ import annotations

from collections import Counter

import pytest

from studydl.decks.model import Basic, Card, Choice, Claim, Cloze, Deck, Points, Skill
from studydl.decks.style import check_style
from studydl.problems import catalog
from tests.decks.shipped import LOADED

LAST_SECTION = 22  # decks up to here teach one section of the course each; those after it prepare for interviews


def order(deck: Deck) -> int:
    """Return the place a deck's front matter gives it; every shipped one has its own."""
    assert deck.order is not None
    return deck.order


def is_section(deck: Deck) -> bool:
    """Say whether a deck teaches a section of the course; the others prepare for interviews."""
    return order(deck) <= LAST_SECTION


DECKS = sorted(LOADED.decks, key=order)


def recall(deck: Deck) -> list[Card]:
    """Return the cards with a text of their own."""
    return [card for card in deck.cards if not isinstance(card.body, Skill)]


def test_every_deck_can_be_read_and_is_written_as_the_rules_of_style_ask() -> None:
    assert LOADED.errors == ()
    assert [remark for deck in DECKS for remark in check_style(deck)] == []


def test_the_sections_are_all_there_in_order() -> None:
    assert [order(deck) for deck in DECKS if is_section(deck)] == list(range(1, LAST_SECTION + 1))
    assert len({order(deck) for deck in DECKS}) == len(DECKS)


def test_no_id_is_given_twice() -> None:
    ids = Counter(card.id for deck in DECKS for card in deck.cards)
    assert [card for card, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: str(deck.name))
def test_a_deck_has_ten_cards_or_more_and_neither_answer_suits_most_claims(deck: Deck) -> None:
    assert len(recall(deck)) >= (10 if is_section(deck) else 20)
    claims = [card.body.true for card in deck.cards if isinstance(card.body, Claim)]
    assert 0.35 <= sum(claims) / len(claims) <= 0.65


def test_what_is_taught_is_proven() -> None:
    cards = [card for deck in DECKS if is_section(deck) for card in recall(deck)]
    assert len(cards) >= 320
    assert sum(bool(card.evidence) for card in cards) / len(cards) >= 0.85
    unproven = [card.id for deck in DECKS for card in recall(deck) if not card.evidence and not card.source]
    assert unproven == []


def test_every_kind_of_card_is_used_and_interviews_have_spoken_questions() -> None:
    kinds = Counter(type(card.body) for deck in DECKS for card in deck.cards)
    assert set(kinds) == {Basic, Cloze, Choice, Claim, Points, Skill}
    bodies = [card.body for deck in DECKS if not is_section(deck) for card in deck.cards]
    spoken = [body for body in bodies if isinstance(body, Points)]
    assert len(spoken) >= 60
    assert all(3 <= len(body.points) <= 6 for body in spoken)


def test_every_skill_practices_a_family_of_the_catalog_and_no_family_has_two() -> None:
    families = Counter(card.body.family for deck in DECKS for card in deck.cards if isinstance(card.body, Skill))
    assert set(families) <= set(catalog.names())
    assert [family for family, times in families.items() if times > 1] == []
