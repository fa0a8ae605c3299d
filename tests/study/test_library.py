"""Decks edited between sessions: progress follows the card, what is gone is retired, what is broken is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studydl.decks import parse
from studydl.decks.parse import Draft, read
from studydl.errors import Disagreement, StudydlError, UsageError
from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.problems.exchange import to_line
from studydl.store import cards, ready
from studydl.store.states import State
from studydl.study.desk import Desk
from tests.study.conftest import OpenDesk
from tests.study.helpers import (
    CARDS,
    FAMILY,
    FakeClock,
    FakeWorker,
    answer_and_go_on,
    f1_problem,
    go_to,
    state,
    write_deck,
)


def shown_keys(desk: Desk) -> list[str]:
    """Return the keys of the cards of a fresh session, each put off in turn."""
    session, keys = desk.study(limit=1000), list[str]()
    while (question := session.view().question) is not None:
        keys.append(question.key)
        session.bury()
    for _ in keys:
        session.undo()
    return keys


def learn(desk: Desk, key: str) -> State:
    """Rate a card Easy and return its state."""
    session = desk.study()
    go_to(session, key)
    session.reveal()
    session.rate(Rating.EASY)
    return state(desk, key)


def test_editing_a_card_keeps_its_progress_and_shows_the_new_text(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    desk = open_desk()
    learned = learn(desk, "mine/floor")
    desk.close()
    write_deck(home, CARDS["floor"].replace("Floored or rounded up?", "Which way is it rounded?"), "yes")
    clock.later(days=30)
    desk = open_desk()
    assert state(desk, "mine/floor") == learned
    question = go_to(desk.study(), "mine/floor").question
    assert question is not None
    assert question.prompt == "Which way is it rounded?"


def test_moving_a_card_to_another_deck_keeps_its_progress(home: Home, open_desk: Callable[[], Desk]) -> None:
    desk = open_desk()
    learned = learn(desk, "mine/floor")
    desk.close()
    write_deck(home, "sum", "pick")
    write_deck(home, "floor", "yes", name="other")
    desk = open_desk()
    assert state(desk, "mine/floor") == learned
    row = cards.get(desk.store.read(), desk.store.learner, "mine/floor")
    assert row is not None
    assert (row.deck, row.retired_ms) == ("other", None)


def test_a_deletion_added_before_another_takes_no_progress_from_it(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    desk = open_desk()
    learn(desk, "mine/sum/1")
    desk.close()
    write_deck(home, "## Softmax {#sum}\n\nC: [Softmax] sums to [one] along the [class] axis.\n")
    clock.later(days=100)
    desk = open_desk()
    session = desk.study()
    answers = dict[str, str]()
    while (question := session.view().question) is not None and question.key not in answers:
        answers[question.key] = question.answer
        session.bury()
    session.close()
    assert answers["mine/sum/1"] == "one", "progress follows the text of the deletion"


def test_a_cloze_hides_the_deletion_it_asks_for_and_shows_the_others(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "## Code {#code}\n\nC: `x[0]` is the [first] of $[a, b]$, not the [second].\n")
    question = open_desk().study().view().question
    assert question is not None
    assert question.answer == "first"
    assert "first" not in question.prompt
    assert "second" in question.prompt
    assert "`x[0]`" in question.prompt


def test_a_removed_card_is_retired_and_its_progress_comes_back_with_it(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    desk = open_desk()
    learned = learn(desk, "mine/floor")
    desk.close()
    write_deck(home, "sum", "pick")
    clock.later(days=30)
    desk = open_desk()
    assert "mine/floor" not in shown_keys(desk)
    assert state(desk, "mine/floor").memory == learned.memory
    assert desk.overview().decks[0].total == 2
    desk.close()
    write_deck(home, "sum", "floor")
    desk = open_desk()
    assert "mine/floor" in shown_keys(desk)
    assert state(desk, "mine/floor").memory == learned.memory


def test_a_skill_removed_in_the_middle_of_a_session_is_passed_over(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "floor", "f1", "yes")
    session = open_desk().study()
    assert session.view().left.total == 3
    write_deck(home, "floor", "yes")
    session = open_desk().study()
    seen = list[str]()
    for _ in range(4):
        if (question := session.view().question) is not None:
            seen.append(question.key)
            answer_and_go_on(session)
    assert {"mine/floor", "mine/yes"} <= set(seen)
    assert "mine/f1/1" not in seen


def test_a_broken_deck_keeps_its_cards_and_says_so(home: Home, open_desk: Callable[[], Desk], clock: FakeClock) -> None:
    desk = open_desk()
    before = shown_keys(desk)
    assert desk.overview().notices == ()
    desk.close()
    path = home.decks / "mini.md"
    good = path.read_text(encoding="utf-8")
    path.write_text(f"{good}\n## Half a card {{#half}}\n\nQ: And the answer?\n", encoding="utf-8")
    for _ in range(2):  # said as long as it is so
        desk = open_desk()
        (notice,) = desk.overview().notices
        assert "mini.md" in notice
        assert shown_keys(desk) == before
        desk.close()
    path.write_text(good, encoding="utf-8")
    assert open_desk().overview().notices == ()


def test_a_fault_that_saving_a_card_mends_is_not_told_any_more(home: Home, open_desk: Callable[[], Desk]) -> None:
    open_desk().close()
    path = home.decks / "mini.md"
    good = path.read_text(encoding="utf-8")
    path.write_text(f"{good}\nQ: A second question in one card?\nA: Yes.\n", encoding="utf-8")
    desk = open_desk()
    assert desk.overview().notices
    path.write_text(good, encoding="utf-8")
    sheet = desk.authoring().open("mine/floor")
    desk.authoring().save(sheet, sheet.text)
    assert desk.overview().notices == ()


def test_a_broken_deck_does_not_keep_the_others_out(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "## Half a card {#half}\n\nQ: And the answer?\n", name="broken")
    desk = open_desk()
    assert len(desk.overview().notices) == 1
    assert "mine/floor" in shown_keys(desk)
    assert [row.name for row in desk.overview().decks] == ["mini"]


def test_what_is_no_deck_in_the_folder_of_decks_does_no_harm(home: Home, open_desk: Callable[[], Desk]) -> None:
    (home.decks / "README.md").write_text("My decks.\n", encoding="utf-8")
    (home.decks / "folder.md").mkdir()
    desk = open_desk()
    assert desk.overview().notices == ()
    assert [row.name for row in desk.overview().decks] == ["mini"]


def test_there_may_be_no_deck_at_all(home: Home, open_desk: Callable[[], Desk]) -> None:
    (home.decks / "mini.md").unlink()
    desk = open_desk()
    view = desk.study().view()
    assert (view.question, view.left.total) == (None, 0)
    assert desk.overview().decks == ()


def test_an_unknown_deck_is_refused_with_the_names_there_are(desk: Desk) -> None:
    with pytest.raises(UsageError) as caught:
        desk.study(["nothing"])
    assert "mini" in caught.value.hint


def test_unknown_practice_is_refused_with_the_topics_there_are(desk: Desk) -> None:
    with pytest.raises(UsageError) as caught:
        desk.practice(["nothing"])
    assert "metrics" in caught.value.hint


# ---------------------------------------------------------------- the supply of problems


SKILL = "## Beta {#beta}\n\nPractice: metrics.f-beta\n"


def wait_for_supply() -> None:
    for thread in threading.enumerate():
        if thread.name == "supply":
            thread.join(timeout=20)


def test_shipped_problems_are_served_without_drawing_one(
    home: Home, open_desk: Callable[[], Desk], tmp_path: Path
) -> None:
    write_deck(home, SKILL)
    problems = [f1_problem(seed, level, "metrics.f-beta") for level in (1, 2, 3) for seed in range(5)]
    (tmp_path / "shipped" / "problems").mkdir()
    lines = "".join(f"{to_line(problem)}\n" for problem in problems)
    (tmp_path / "shipped" / "problems" / "starter.jsonl").write_text(lines, encoding="utf-8")
    for _ in range(2):  # opened again, they are not served again
        desk = open_desk()
        view = desk.study().view()
        assert view.question is not None
        assert view.question.problem_id in {problem.id for problem in problems}
        wait_for_supply()
        assert FakeWorker.drawn["metrics.f-beta"] == 0
        there = ready.counts(desk.store.read(), desk.store.learner)
        assert sum(count for (family, _, _), count in there.items() if family == "metrics.f-beta") == 14
        desk.close()


def test_problems_are_drawn_ahead(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, SKILL)
    desk = open_desk()
    desk.study()
    wait_for_supply()
    there = ready.counts(desk.store.read(), desk.store.learner)
    assert {level: n for (family, _, level), n in there.items() if family == "metrics.f-beta" and n >= 2}.keys() == {
        1,
        2,
        3,
    }


def test_a_family_whose_routes_disagree_is_put_under_quarantine_and_another_card_is_served(
    home: Home, open_desk: Callable[[], Desk], caplog: pytest.LogCaptureFixture
) -> None:
    write_deck(home, SKILL, "floor", "f1")
    FakeWorker.trouble = Disagreement("metrics.f-beta@1:1:7: formula 1/2, witness 0.25")
    desk = open_desk()
    session = desk.study()
    question = session.view().question
    assert question is not None
    assert question.key == "mine/floor"
    wait_for_supply()
    drawn = FakeWorker.drawn["metrics.f-beta"]
    assert drawn <= 2, "once here, and perhaps once more in the background at the same moment"
    assert "quarantine" in caplog.text
    assert "metrics.f-beta@1:1:7" in caplog.text, "all that is needed to replay it"
    FakeWorker.trouble = None
    assert desk.practice(["metrics.f-beta"], count=3).view().question is None
    assert FakeWorker.drawn["metrics.f-beta"] == drawn
    assert state(desk, "mine/beta/1") == State()


def test_a_worker_that_cannot_draw_stops_no_session(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, SKILL, "floor", "f1")
    FakeWorker.trouble = StudydlError("the process that draws problems stopped twice")
    session = open_desk().study()
    seen = list[str]()
    while (question := session.view().question) is not None and question.key not in seen:
        seen.append(question.key)
        answer_and_go_on(session)
    assert seen[:2] == ["mine/floor", "mine/f1/1"]


def test_a_deck_that_names_an_unknown_family_stops_neither_session_nor_supply(
    home: Home, open_desk: Callable[[], Desk]
) -> None:
    write_deck(home, "## Typo {#typo}\n\nPractice: metrics.auroc\n", "floor", SKILL)
    desk = open_desk()
    question = desk.study().view().question
    assert question is not None
    assert question.key == "mine/floor"
    wait_for_supply()
    assert FakeWorker.drawn["metrics.f-beta"] >= 3
    assert FAMILY not in FakeWorker.drawn


def test_only_the_deck_that_changed_is_read_again(
    home: Home, open_desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decks(desk: Desk) -> list[tuple[str, str, int]]:
        return [(row.origin, row.name, row.position) for row in cards.decks(desk.store.read(), desk.store.learner)]

    write_deck(home, "floor")
    write_deck(home, "no", name="other")
    desk = open_desk()
    before = decks(desk)
    desk.close()
    seen = list[str]()

    def watched(path: Path, origin: str) -> Draft:
        seen.append(path.name)
        return read(path, origin)

    monkeypatch.setattr(parse, "read", watched)
    write_deck(home, "floor", "yes")
    desk = open_desk()
    assert seen == ["mini.md"]
    assert decks(desk) == before
    assert {"mine/floor", "mine/yes", "mine/no"} == {key for key, *_ in live(desk)}


def test_a_deck_made_wrong_by_a_change_of_another_keeps_its_cards_and_says_where(
    home: Home, open_desk: Callable[[], Desk]
) -> None:
    write_deck(home, "floor", "yes")
    write_deck(home, CARDS["no"] + "\nafter: yes\n", name="other")
    open_desk().close()
    write_deck(home, "floor")
    desk = open_desk()
    (notice,) = desk.overview().notices
    assert 'other.md:5: after: there is no card "yes"' in notice
    assert {"mine/floor", "mine/no"} == {key for key, *_ in live(desk)}


def live(desk: Desk) -> set[tuple[str, str, int, str]]:
    """Return key, deck, place and content of each card there is."""
    connection, learner = desk.store.read(), desk.store.learner
    names = [(deck.origin, deck.name) for deck in cards.decks(connection, learner)]
    rows = [row for name in names for row in cards.of_deck(connection, learner, *name)]
    return {(row.key, row.deck, row.position, row.content) for row in rows}


PLACES = st.lists(st.sampled_from([None, "one", "two", "three"]), min_size=6, max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=5))
def test_after_any_edits_there_is_what_there_would_be_if_all_decks_were_read_for_the_first_time(
    tmp_path_factory: pytest.TempPathFactory, edits: list[list[str | None]]
) -> None:
    def written(home: Home, places: list[str | None]) -> Desk:
        """Write each card into its place, after the one before it, and open the desk."""
        for name in ("one", "two", "three"):
            here = [number for number, place in enumerate(places) if place == name]
            (home.decks / f"{name}.md").unlink(missing_ok=True)
            if here:
                write_deck(home, *(section(number, places) for number in here), name=name)
        return Desk(home, FakeClock(), UTC)

    def section(number: int, places: list[str | None]) -> str:
        before = next((f"after: c{other}\n" for other in range(number) if places[other]), "")
        return f"## Card {number} {{#c{number}}}\n\nQ: {len(set(places))}?\nA: yes\n\n{before}"

    home = Home(tmp_path_factory.mktemp("edited"))
    for places in edits:
        with closing(written(home, places)) as edited:
            there, said = live(edited), edited.notices
        with closing(written(Home(tmp_path_factory.mktemp("new")), places)) as new:
            assert (there, said) == (live(new), new.notices)


def test_a_further_folder_loads_and_its_cards_stay_while_a_drive_is_away(
    open_desk: OpenDesk, home: Home, tmp_path: Path
) -> None:
    folder = tmp_path / "drive"
    folder.mkdir()
    (folder / "extra.md").write_text('---\ntitle = "Extra"\n---\n\n## A {#a}\n\nQ: Q?\nA: A\n\nsource: s\n')
    home.config.write_text(f'decks = ["{folder}"]')

    def there() -> bool:
        desk = open_desk()
        row = cards.get(desk.store.read(), desk.store.learner, "drive/a")
        desk.close()
        return row is not None and row.retired_ms is None

    assert there()
    folder.rename(tmp_path / "unplugged")
    assert there()
    home.config.write_text("decks = [")  # a slip of the pen takes nothing away either
    assert there()
    (tmp_path / "unplugged").rename(folder)
    home.config.write_text("")
    assert not there()  # no longer configured
    home.config.write_text(f'decks = ["{folder}"]')
    assert there()
