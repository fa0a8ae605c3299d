from __future__ import annotations

import pytest

from studydl.decks.model import Basic, Body, Card, Choice, Claim, Cloze, Deck, Points, Skill
from studydl.decks.style import check_style


def remarks(*cards: Card) -> list[str]:
    deck = Deck("conv", "Convolution", (), cards, "conv.md", "mine", "0")
    return [str(remark) for remark in check_style(deck)]


def card(body: Body, title: str = "Title", explanation: str = "", evidence: str = "assert x") -> Card:
    return Card("c", title, body, explanation, evidence, line=7, evidence_line=12)


@pytest.mark.parametrize(
    "body",
    [
        Basic("How wide?", "112"),
        Basic("Which shape?", "(1, 64, 112, 112)"),
        Basic("Which code?", "```python\n" + "word " * 10 + "\nword word word\n```"),
        Basic("Which?", "Not one of them"),
        Cloze("The output is [floored].", ("floored",)),
        Choice("Which?", (("odd", True), ("even", False))),
        Claim("torch flips it.", False, "It does not."),
        Points("Why?", ("a", "b", "c", "d")),
    ],
)
def test_a_good_card_gets_no_remark(body: Body) -> None:
    assert remarks(card(body)) == []


@pytest.mark.parametrize(
    ("made", "line", "remark"),
    [
        (card(Basic("What?", "the floor"), "It is The Floor!"), 7, "title gives the answer away"),
        (card(Cloze("It is [floored].", ("floored",)), "Floored sizes"), 7, "title gives the answer away"),
        (card(Choice("Which?", (("odd", True), ("even", False))), "Odd kernels"), 7, "title gives the answer away"),
        (card(Basic("What?", "one " * 13)), 7, "answer of 13 words"),
        (card(Basic("What?", "- a\n- b\n- c\n- d")), 7, "list of 4"),
        (card(Basic("What?", "red, green, blue and `a, b`")), 7, "list of 4"),
        (card(Basic("Is it?", "Yes.")), 7, "yes or no answer"),
        (card(Basic("Is it?", "No, never")), 7, "yes or no answer"),
        (card(Basic("What?", "it"), evidence="\n" * 24 + "assert x"), 12, "25 lines, more than 24"),
        (card(Basic("What?", "it"), evidence="assert x  # " + "x" * 61), 12, "73 columns, more than 72"),
        (card(Basic("What?", "it"), explanation="```\n" + "x" * 73 + "\n```"), 7, "73 columns, more than 72"),
        (card(Basic("What?", "it"), evidence=""), 7, "neither evidence nor source"),
        (card(Points("What?", ("a", "b", "c")), evidence=""), 7, "neither evidence nor source"),
    ],
)
def test_a_card_that_is_hard_to_learn_from_is_remarked_on(made: Card, line: int, remark: str) -> None:
    (found,) = remarks(made)
    assert found.startswith(f"conv.md:{line}: ")
    assert remark in found


def test_a_skill_or_a_card_with_a_source_needs_no_evidence() -> None:
    assert remarks(Card("s", "t", Skill("conv.cost")), Card("q", "t", Basic("a", "b"), source="a book")) == []


@pytest.mark.parametrize(("true", "remarked"), [(0, True), (2, True), (3, False), (4, True), (6, True)])
def test_claims_that_guessing_would_pass_are_remarked_on(true: int, remarked: bool) -> None:
    claims = [card(Claim("c", number < true, "d")) for number in range(6)]
    assert bool(remarks(*claims)) == remarked
    assert remarks(*claims[:5]) == []
