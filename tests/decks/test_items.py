from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.decks.items import card_from_json, content_to_json, deletion_index, items
from studydl.decks.model import Basic, Body, Card, Choice, Claim, Cloze, Deck, Points, Skill


def deck(*cards: Card) -> Deck:
    return Deck("conv", "Convolution", ("conv",), cards, "conv.md", "mine", "0")


def cloze(text: str) -> Card:
    return Card("c", "t", Cloze(text, tuple(part.split("]")[0] for part in text.split("[")[1:])))


def digests(*cards: Card) -> dict[str, str]:
    return {item.key: item.digest for item in items(deck(*cards))}


def test_a_card_is_one_item_and_a_deletion_or_a_level_is_one_each() -> None:
    found = items(deck(Card("q", "t", Basic("a", "b")), cloze("[a] and [b]"), Card("s", "t", Skill("conv.cost"))))
    assert [item.key for item in found] == ["mine/q", "mine/c/1", "mine/c/2", "mine/s/1", "mine/s/2", "mine/s/3"]
    assert [item.note for item in found] == ["mine/q", "mine/c", "mine/c", "mine/s", "mine/s", "mine/s"]
    assert [item.position for item in found] == [0, 1, 2, 3, 4, 5]
    assert [(item.family, item.level) for item in found[3:]] == [("conv.cost", 1), ("conv.cost", 2), ("conv.cost", 3)]
    assert [item.index for item in found[1:3]] == [0, 1]


def test_the_digest_of_a_deletion_changes_with_its_own_text_only() -> None:
    before, after = digests(cloze("The [floor] is [112].")), digests(cloze("Its [floor] is [113]."))
    assert before["mine/c/1"] == after["mine/c/1"]
    assert before["mine/c/2"] != after["mine/c/2"]


def test_the_digest_of_a_card_changes_with_question_and_answer_but_not_with_the_rest() -> None:
    card = Card("q", "t", Basic("a", "b"), line=1)
    assert digests(card) == digests(replace(card, title="u", explanation="c", line=9, evidence="assert x"))
    assert digests(card) != digests(replace(card, body=Basic("a", "c")))
    assert digests(card) != digests(replace(card, body=Basic("c", "b")))


def test_a_deletion_keeps_its_key_when_another_one_is_put_before_it() -> None:
    known = digests(cloze("[a] and [b]"))
    found = items(deck(cloze("[x], [a] and [b]")), known)
    assert [item.key for item in found] == ["mine/c/3", "mine/c/1", "mine/c/2"]


def test_an_edited_deletion_inherits_the_key_of_its_place() -> None:
    known = digests(cloze("[a] and [b]"))
    found = items(deck(cloze("[a] and [c]")), known)
    assert [item.key for item in found] == ["mine/c/1", "mine/c/2"]


def test_deletions_that_change_places_keep_their_keys() -> None:
    body = Cloze("[b] and [a]", ("b", "a"))
    found = items(deck(Card("c", "t", body)), digests(cloze("[a] and [b]")))
    assert [item.key for item in found] == ["mine/c/2", "mine/c/1"]
    assert [deletion_index(body, item.digest) for item in found] == [0, 1]


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), st.lists(st.sampled_from("abcd"), max_size=6))
def test_every_deletion_has_a_key_of_its_own_whatever_was_edited(now: list[str], before: list[str]) -> None:
    known = digests(cloze(" ".join(f"[{text}]" for text in before)))
    found = items(deck(cloze(" ".join(f"[{text}]" for text in now))), known)
    assert len({item.key for item in found}) == len({item.digest for item in found}) == len(now)
    assert all(item.digest == known[item.key] for item in found if item.digest in known.values())


TEXT = st.text()
TEXTS = st.lists(TEXT).map(tuple)
BODIES: st.SearchStrategy[Body] = st.one_of(
    st.builds(Basic, TEXT, TEXT),
    st.builds(Cloze, TEXT, TEXTS),
    st.builds(Choice, TEXT, st.lists(st.tuples(TEXT, st.booleans())).map(tuple)),
    st.builds(Claim, TEXT, st.booleans(), TEXT),
    st.builds(Points, TEXT, TEXTS),
    st.builds(Skill, TEXT),
)


@given(st.builds(Card, TEXT, TEXT, BODIES, TEXT, TEXT, TEXT, TEXTS, TEXT, st.integers(0, 10**6)))
def test_a_card_comes_back_from_json_as_it_was(card: Card) -> None:
    assert card_from_json(content_to_json(card)) == card


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "song", "body": {}}', '{"kind": "basic", "body": 3}'])
def test_what_is_no_content_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not the content of a card"):
        card_from_json(text)
