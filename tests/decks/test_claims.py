"""The claims of a course on deep learning that a learner brings along, true or not: each is met by a card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.decks.shipped import LOADED

CLAIMS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "claims.json").read_text(encoding="utf-8"))
VERDICTS = {"correct", "imprecise", "wrong", "outdated", "unsaid"}
IDS = {card.id for deck in LOADED.decks for card in deck.cards}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim["claim"])[:60])
def test_every_claim_is_met_by_a_card_that_is_there(claim: dict[str, Any]) -> None:
    assert claim["verdict"] in VERDICTS
    assert claim["cards"]
    assert set(claim["cards"]) <= IDS


def test_no_claim_is_listed_twice() -> None:
    assert len({claim["claim"] for claim in CLAIMS}) == len(CLAIMS)
