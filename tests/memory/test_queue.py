from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.memory.model import NEW, Memory, Phase, Settings
from studydl.memory.queue import Done, Item, build_queue
from studydl.memory.recall import retrievability

TODAY = 1000
NOTHING = Done()
PLENTY = Settings(new_per_day=1000, new_skills_per_day=1000, reviews_per_day=1000, problems_per_session=1000)


def new(key: str, deck: str = "a", position: int = 0, **more: object) -> Item:
    return replace(Item(key, key, deck, position, NEW), **more)  # type: ignore[arg-type]


def due(key: str, elapsed: int = 10, stability: float = 10.0, **more: object) -> Item:
    memory = Memory(
        phase=Phase.REVIEW, stability=stability, difficulty=5.0, last_day=TODAY - elapsed, due_day=TODAY, reps=3
    )
    return replace(Item(key, key, "a", 0, memory), **more)  # type: ignore[arg-type]


def learning(key: str, due_ms: int, phase: Phase = Phase.LEARNING, **more: object) -> Item:
    memory = Memory(phase=phase, step=0, stability=1.0, difficulty=5.0, last_day=TODAY, due_day=TODAY, due_ms=due_ms)
    return replace(Item(key, key, "a", 0, memory), **more)  # type: ignore[arg-type]


def queue(items: list[Item], settings: Settings = PLENTY, done: Done = NOTHING) -> list[str]:
    return build_queue(items, today=TODAY, settings=settings, done=done)


ITEMS = st.lists(
    st.one_of(
        st.builds(
            new, st.text("abcdef", min_size=1), st.sampled_from("ab"), st.integers(0, 5), skill=st.booleans(),
            note=st.sampled_from(["n1", "n2", "n3", "n4", "n5", "n6"]), ready=st.booleans(),
        ),
        st.builds(
            due, st.text("ghijkl", min_size=1), st.integers(0, 90), st.floats(0.1, 99), skill=st.booleans(),
            note=st.text("no", min_size=1, max_size=6), contrast=st.sampled_from(["", "", "pre-post", "l1-l2"]),
        ),
        st.builds(learning, st.text("xyz", min_size=1), st.integers(0, 99), skill=st.booleans()),
    ),
    max_size=25, unique_by=lambda item: item.key,
)  # fmt: skip
SMALL = st.builds(
    Settings,
    new_per_day=st.integers(0, 5),
    new_skills_per_day=st.integers(0, 3),
    reviews_per_day=st.integers(0, 8),
    problems_per_session=st.integers(0, 5),
)
DONE = st.builds(Done, st.integers(0, 6), st.integers(0, 4), st.integers(0, 9))


def test_what_is_not_due_stays_out() -> None:
    tomorrow = due("later")
    tomorrow = replace(tomorrow, memory=replace(tomorrow.memory, due_day=TODAY + 1))
    long_step = learning("step", 5)
    long_step = replace(long_step, memory=replace(long_step.memory, due_day=TODAY + 1))
    assert queue([tomorrow, long_step, due("now")]) == ["now"]


def test_reviews_come_with_the_most_forgotten_first() -> None:
    items = [due("weak", 10, 5.0), due("strong", 30, 300.0), due("weakest", 10, 1.0)]
    assert queue(items) == ["weakest", "weak", "strong"]
    chances = {item.key: retrievability(item.memory, TODAY, PLENTY) for item in items}
    assert sorted(chances, key=chances.__getitem__) == queue(items)


def test_of_a_backlog_beyond_the_limit_the_best_remembered_are_saved() -> None:
    backlog = [due(f"card {n}", elapsed=n, stability=10.0) for n in range(1, 21)]
    assert queue(backlog, replace(PLENTY, reviews_per_day=3)) == ["card 3", "card 2", "card 1"]


def test_what_was_done_today_counts_against_the_limits() -> None:
    items = [due(f"r{n}") for n in range(9)] + [new(f"n{n}", position=n) for n in range(9)]
    limits = replace(PLENTY, new_per_day=5, reviews_per_day=6)
    keys = queue(items, limits, Done(new_cards=3, reviews=2))
    assert sum(key.startswith("n") for key in keys) == 2
    assert sum(key.startswith("r") for key in keys) == 4
    assert queue(items, limits, Done(new_cards=7, reviews=7)) == []


def test_new_skills_have_a_limit_of_their_own_and_make_room_for_other_new_cards() -> None:
    items = [new(f"s{n}", position=n, skill=True) for n in range(4)] + [new(f"c{n}", position=9) for n in range(3)]
    limits = replace(PLENTY, new_per_day=4, new_skills_per_day=2)
    assert queue(items, limits) == ["s0", "s1", "c0", "c1"]
    assert queue(items, limits, Done(new_cards=1, new_skills=1)) == ["s0", "c0", "c1"]


def test_a_session_holds_so_many_problems_due_ones_before_new_ones() -> None:
    items = [
        learning("l", 1, skill=True),
        *(due(f"r{n}", elapsed=9 - n, skill=True) for n in range(2)),
        due("card"),
        *(new(f"s{n}", position=n, skill=True) for n in range(5)),
    ]
    keys = queue(items, replace(PLENTY, problems_per_session=4))
    assert [key for key in keys if key != "card"] == ["l", "r0", "r1", "s0"]
    assert "card" in keys


def test_problems_over_their_limit_take_no_review_away_from_the_cards() -> None:
    items = [due(f"p{n}", elapsed=20, skill=True) for n in range(5)] + [due(f"c{n}", elapsed=5) for n in range(3)]
    keys = queue(items, replace(PLENTY, problems_per_session=1, reviews_per_day=4))
    assert sorted(key[0] for key in keys) == ["c", "c", "c", "p"]


def test_one_card_a_note_comes_in_a_session_and_a_review_goes_before_a_new_sibling() -> None:
    items = [
        new("n/2", note="n", position=1),
        due("n/1", note="n"),
        new("m/2", note="m", position=2),
        new("m/1", note="m", position=1),
        due("k/1", note="k", elapsed=9),
        due("k/2", note="k", elapsed=5),
        due("j/1", note="j"),
        learning("j/2", 5, note="j"),
    ]
    assert sorted(queue(items)) == ["j/2", "k/1", "m/1", "n/1"]


def test_a_sibling_due_but_over_the_limit_still_holds_the_new_one_back() -> None:
    items = [due("n/1", note="n", elapsed=50), due("other", elapsed=1), new("n/2", note="n")]
    assert queue(items, replace(PLENTY, reviews_per_day=1)) == ["other"]


def test_cards_whose_prerequisites_are_not_met_wait() -> None:
    assert queue([new("later", ready=False), new("now")]) == ["now"]


def test_a_card_once_met_is_reviewed_even_if_its_prerequisites_are_not_met() -> None:
    assert queue([due("met", ready=False)]) == ["met"]


def test_new_cards_come_from_the_decks_in_turn_each_in_its_own_order() -> None:
    items = [new("b1", "b", 1), new("a2", "a", 2), new("a1", "a", 1), new("a3", "a", 3), new("b2", "b", 2)]
    assert queue(items) == ["b1", "a1", "b2", "a2", "a3"]


def test_reviews_fill_the_minutes_first_and_new_cards_take_what_is_left() -> None:
    items = [due(f"r{n}", cost_ms=20_000) for n in range(4)] + [
        new(f"n{n}", position=n, cost_ms=15_000) for n in range(9)
    ]
    keys = queue(items, replace(PLENTY, minutes_per_session=2))
    assert sorted(keys) == ["n0", "n1", "r0", "r1", "r2", "r3"]


def test_a_backlog_longer_than_the_minutes_is_worked_off_from_the_best_remembered_end() -> None:
    items = [due(f"r{n}", elapsed=10 + n, cost_ms=30_000) for n in range(9)]
    assert sorted(queue(items, replace(PLENTY, minutes_per_session=2))) == ["r0", "r1", "r2", "r3"]


def test_new_cards_come_from_a_few_decks_at_a_time_and_the_next_deck_opens_when_one_is_through() -> None:
    items = [new(f"{deck}{place}", deck, place) for deck in "abcdef" for place in range(3 if deck == "b" else 9)]
    keys = queue(items)
    assert keys[:12] == ["a0", "b0", "c0", "d0", "a1", "b1", "c1", "d1", "a2", "b2", "c2", "d2"]
    assert keys[12:16] == ["a3", "e0", "c3", "d3"]
    assert sorted(keys) == sorted(item.key for item in items)


def test_new_cards_are_spread_evenly_among_the_reviews() -> None:
    items = [due(f"r{n:02}") for n in range(12)] + [new(f"n{n}", position=n) for n in range(3)]
    places = [place for place, key in enumerate(queue(items)) if key.startswith("n")]
    assert places == [4, 9, 14]


def test_a_session_of_new_cards_alone_is_just_those() -> None:
    assert queue([new("a", position=1), new("b", position=2)]) == ["a", "b"]


def test_cards_on_a_step_come_first_by_the_clock_without_any_limit() -> None:
    none = Settings(new_per_day=0, reviews_per_day=0)
    assert queue([due("r"), learning("l2", 200), learning("l1", 100, Phase.RELEARNING)], none) == ["l1", "l2"]


def test_known_contrasts_follow_each_other_and_no_new_card_parts_them() -> None:
    items = [
        due("post-norm", 9, contrast="norm"),
        *(due(f"r{n}", 8) for n in range(4)),
        due("pre-norm", 1, contrast="norm"),
        *(new(f"n{n}", position=n) for n in range(5)),
    ]
    keys = queue(items)
    assert keys[:2] == ["post-norm", "pre-norm"]
    assert len(keys) == len(items)


def test_a_contrast_not_known_yet_stays_among_the_new_cards() -> None:
    items = [due("pre-norm", 9, contrast="norm"), due("r1", 8), due("r2", 7), new("post-norm", contrast="norm")]
    assert queue(items)[-1] == "post-norm"


@given(ITEMS, SMALL, DONE)
def test_no_limit_is_ever_passed_and_no_note_comes_twice(items: list[Item], settings: Settings, done: Done) -> None:
    keys = queue(items, settings, done)
    by_key = {item.key: item for item in items}
    chosen = [by_key[key] for key in keys]
    fresh = [item for item in chosen if item.memory.phase == Phase.NEW]
    reviews = [item for item in chosen if item.memory.phase == Phase.REVIEW]
    waiting = [item for item in chosen if item.memory.phase == Phase.LEARNING]
    assert len({item.note for item in chosen}) == len(chosen)
    assert all(item.ready for item in fresh)
    assert len(fresh) <= max(0, settings.new_per_day - done.new_cards)
    assert sum(item.skill for item in fresh) <= max(0, settings.new_skills_per_day - done.new_skills)
    assert len(reviews) <= max(0, settings.reviews_per_day - done.reviews)
    problems = sum(item.skill for item in fresh + reviews)
    assert problems <= max(0, settings.problems_per_session - sum(item.skill for item in waiting))


@given(ITEMS, st.randoms(use_true_random=False))
def test_reviews_come_in_one_order_however_the_cards_were_listed(items: list[Item], dice: random.Random) -> None:
    reviews = [item for item in items if item.memory.phase == Phase.REVIEW]
    shuffled = dice.sample(reviews, len(reviews))
    assert queue(shuffled) == queue(reviews)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing_gives_nothing(limit: int) -> None:
    none = Settings(new_per_day=limit, reviews_per_day=limit)
    assert queue([due("r"), new("n")], none) == []
