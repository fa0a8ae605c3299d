from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from studydl.decks.model import Card
from studydl.errors import UsageError
from studydl.problems import catalog
from studydl.problems.engine import draw_id
from studydl.problems.model import Problem
from studydl.sheets import compose as composing
from studydl.sheets.compose import compose, swap
from studydl.sheets.model import Blueprint, Item, Sheet, Slot, Theory

from .conftest import SEED, a_card


def columns(sheet: Sheet) -> list[tuple[Item, ...]]:
    return list(zip(*(copy.items for copy in sheet.copies), strict=True))


def test_every_copy_asks_the_same_families_and_levels_in_the_same_order(sheet: Sheet) -> None:
    for slot, column in zip(sheet.blueprint.slots, columns(sheet), strict=True):
        for item in column:
            question = item.question
            if isinstance(question, Problem):
                assert (question.family, question.level) == (slot.family, slot.level)
            else:
                assert question.card == slot.card


def test_copies_are_equally_hard_on_the_same_branch_with_other_numbers(blueprint: Blueprint) -> None:
    problems = Blueprint("x", tuple(slot for slot in blueprint.slots if slot.family))
    for column in columns(compose(problems, 4, [""] * 12, {})):
        drawn = [draw_id(item.question.id) for item in column if isinstance(item.question, Problem)]
        assert len({one.branch for one in drawn}) == 1
        model = drawn[0].effort.work
        assert all(abs(one.effort.work - model) <= 0.15 * model for one in drawn)
        assert len({repr(one.problem.params) for one in drawn}) == 12


def test_no_two_questions_of_a_copy_are_alike(sheet: Sheet) -> None:
    for copy in sheet.copies:
        seen = [(q.family, q.answer.value) for q in (i.question for i in copy.items) if isinstance(q, Problem)]
        assert len(set(seen)) == len(seen)


def test_the_same_seed_makes_the_same_set(sheet: Sheet, cards: Mapping[str, Card]) -> None:
    again = compose(sheet.blueprint, SEED, ["Ada", "Grace", "", ""], cards)
    assert again == sheet
    assert compose(sheet.blueprint, SEED + 1, ["Ada", "Grace", "", ""], cards) != sheet


def test_codes_differ_and_follow_from_the_seed_alone(sheet: Sheet) -> None:
    codes = [copy.code for copy in sheet.copies]
    assert len(set(codes)) == 4
    assert all(len(code) == 5 and code.isalnum() for code in codes)


def test_a_theory_question_asks_the_same_in_every_copy(sheet: Sheet) -> None:
    for column in columns(sheet):
        theory = [item.question for item in column if isinstance(item.question, Theory)]
        assert len({(q.prompt, q.answer, tuple(sorted(q.options))) for q in theory}) <= 1


def test_a_claim_is_right_where_the_card_says_so(sheet: Sheet, cards: Mapping[str, Card]) -> None:
    for item in sheet.copies[0].items:
        question = item.question
        if isinstance(question, Theory) and question.options:
            assert question.right and all(question.options[n - 1] in question.answer for n in question.right)


def test_swap_replaces_one_question_and_keeps_the_rest(sheet: Sheet) -> None:
    once, twice = swap(sheet, 2, {}), swap(swap(sheet, 2, {}), 2, {})
    for place, (old, new, newest) in enumerate(zip(columns(sheet), columns(once), columns(twice), strict=True)):
        if place == 1:
            assert all(a != b != c != a for a, b, c in zip(old, new, newest, strict=True))
            assert len({item.branch for item in new}) == 1
        else:
            assert old == new == newest
    assert once.rounds == tuple(int(place == 1) for place in range(len(once.rounds)))


@pytest.mark.parametrize("number", [0, 99, -1])
def test_swap_of_a_question_that_is_not_there_says_which_there_are(sheet: Sheet, number: int) -> None:
    with pytest.raises(UsageError, match="questions 1 to 11"):
        swap(sheet, number, {})


def test_swap_of_theory_says_why_not(sheet: Sheet) -> None:
    with pytest.raises(UsageError, match="only one of"):
        swap(sheet, 8, {})


def test_more_copies_than_a_finite_family_has_instances_says_what_is_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(catalog.get("metrics.f1")), "finite", {1: 5})
    with pytest.raises(UsageError, match="at most 5 copies"):
        compose(Blueprint("x", (Slot(1, "metrics.f1", 1),)), 1, [""] * 6, {})


@pytest.mark.parametrize("copies", [0, 1001])
def test_no_copies_and_too_many_say_what_is_possible(copies: int) -> None:
    with pytest.raises(UsageError, match="1 to 1000"):
        compose(Blueprint("x", (Slot(1, "metrics.f1", 1),)), 1, [""] * copies, {})


def test_a_card_that_is_not_there_names_the_nearest(cards: Mapping[str, Card]) -> None:
    name = a_card(cards, "basic")
    with pytest.raises(UsageError, match=f"Did you mean.*{name}"):
        compose(Blueprint("x", (Slot(card=name + "x"),)), 1, [""], cards)


def test_a_skill_is_asked_by_its_family(cards: Mapping[str, Card]) -> None:
    with pytest.raises(UsageError, match="family = "):
        compose(Blueprint("x", (Slot(card=a_card(cards, "skill")),)), 1, [""], cards)


def test_progress_is_told_question_by_question(blueprint: Blueprint, cards: Mapping[str, Card]) -> None:
    done: list[int] = []
    small = replace(blueprint, slots=blueprint.slots[:3])
    compose(small, 1, ["", ""], cards, done.append)
    assert done == [2, 2, 2]


def test_a_large_set_is_the_same_on_one_process_and_on_several(monkeypatch: pytest.MonkeyPatch) -> None:
    families = ("conv.output-size", "metrics.f1", "loss.hinge", "conv.macs")
    large = Blueprint("x", tuple(Slot(1, family, 2) for family in families * 2))
    monkeypatch.setattr(composing, "WORTH_PROCESSES", 8)
    done: list[int] = []
    several = compose(large, SEED, [""], {}, done.append, workers=2)
    assert several == compose(large, SEED, [""], {}, workers=1)
    assert sum(done) == 8


def test_what_cannot_be_drawn_on_several_processes_is_told_as_on_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "WORTH_PROCESSES", 2)
    slots = (Slot(1, "conv.macs", 1), Slot(1, "metrics.f11", 1))
    told = []
    for workers in (1, 2):
        with pytest.raises(UsageError, match=r"metrics\.f11") as trouble:
            compose(Blueprint("x", slots), SEED, [""], {}, workers=workers)
        told.append((type(trouble.value), trouble.value.message, trouble.value.hint))
    assert told[0] == told[1]
