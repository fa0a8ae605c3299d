"""An interview line by line: what is printed, and what counts."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import cast

import pytest

from studydl.paths import Home
from studydl.plain.interview import run
from studydl.study.desk import Desk
from studydl.study.interviews.interview import Interview
from studydl.study.interviews.plan import Options
from studydl.study.interviews.register import Interviews
from studydl.study.interviews.state import Stage
from studydl.study.view import Form, View
from tests.study.helpers import FakeClock, FakeWorker, Watch, events, precision, prefer, write_deck
from tests.study.helpers import right as right_answer

OPTIONS = Options(("metrics", "mini"), level=2, count=5, minutes=10, seed=7)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    (tmp_path / "shipped" / "en").mkdir(parents=True)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: tmp_path / "shipped")
    monkeypatch.setattr("studydl.study.supply.Worker", FakeWorker)
    FakeWorker.trouble = None
    home = Home(tmp_path / "home")
    write_deck(home, "pick", "yes", "no", "say", "f1")
    prefer(home, worked_examples=False)
    desk = Desk(home, FakeClock())
    yield desk
    desk.close()


@pytest.fixture
def interviews(desk: Desk, watch: Watch) -> Interviews:
    return Interviews(desk.store, desk.schedule, desk._supply, watch)


def at(interview: Interview, form: Form) -> Interview:
    """Skip to a question of this form."""
    for _ in range(10):
        question = interview.view().question
        assert question is not None
        if question.form is form:
            return interview
        interview.skip()
    raise AssertionError(f"no question is {form}")


def talk(interviews: Interviews, interview: Interview, *lines: str) -> str:
    output = StringIO()
    run(interviews, interview, StringIO("".join(f"{line}\n" for line in lines)), output)
    return output.getvalue()


def test_a_problem_is_asked_with_its_clock_and_answered_in_silence(interviews: Interviews) -> None:
    interview = at(interviews.start(OPTIONS), Form.TYPED)
    wrong = precision(cast(View, interview.view()))
    read = talk(interviews, interview, wrong, "3")
    assert "of 5, 0 answered, 10:00 left. metrics. F1 score" in read
    assert "Conventions: class 1 is positive" in read
    assert "How sure are you? 1 a guess, 2 fairly sure, 3 sure.\nsaved: answered\n" in read
    assert "precision" not in read and "incorrect" not in read
    assert read.endswith("saved, 1 of 5 answered; `studydl interview --plain` goes on\n")


def test_a_choice_and_a_spoken_question(interviews: Interviews, desk: Desk) -> None:
    interview = at(interviews.start(OPTIONS), Form.POINTS)
    read = talk(interviews, interview, "", "2", "7", "1, 3")
    assert "Say it aloud, then press enter." in read
    assert read.index("Which of these did you say?") < read.index("1. zeroes at random")
    assert "Numbers from 1 to 3, such as 1 3." in read
    assert "saved: answered" in read
    assert '"ticks": [0, 2]' in (events(desk)[0].data or "")
    interview = at(interviews.resume(), Form.CHOICE)
    read = talk(interviews, interview, "9", "1", "1")
    assert "Choose 1 to " in read and "saved: answered" in read
    assert len(events(desk)) == 2


def test_an_unreadable_answer_costs_nothing_and_an_empty_line_is_none(interviews: Interviews, desk: Desk) -> None:
    interview = at(interviews.start(OPTIONS), Form.TYPED)
    read = talk(interviews, interview, "0,5", "", ":time")
    assert read.count("It costs nothing.") == 1, "it is said once"
    assert "Nothing was typed." in read
    assert not events(desk)


def test_commands(interviews: Interviews) -> None:
    interview = at(interviews.start(OPTIONS), Form.TYPED)
    number = interview.view().number
    read = talk(interviews, interview, ":time", ":help", ":n", ":p", "0.5", ":change", ":nonsense", ":q", "0.5")
    assert "10 min 0 s left" in read
    assert ":skip or :n: leave this question for later" in read
    assert "Not understood: nonsense. :help lists the commands." in read
    assert read.count(f"Question {number} of 5") == 3, "asked, come back to, and changed"
    assert interview.view().answered == 0


def test_the_end_brings_the_report_and_the_queue(interviews: Interviews, watch: Watch) -> None:
    interview = at(interviews.start(OPTIONS), Form.TYPED)
    watch.now += 65_000
    wrong = precision(cast(View, interview.view()))
    read = talk(interviews, interview, wrong, "3", ":end", "1")
    assert "0 of 4 right, 1 of 10 minutes" in read
    assert "not right, 1:05, precision" in read
    assert "sure: 0 of 1 right" in read
    assert f"Yours: {wrong}\nRight: " in read and "That is the precision." in read
    assert "Next:\n1. Put " in read
    assert read.splitlines()[-1].endswith("first in your next session")


def test_a_line_typed_when_the_time_is_over_is_the_last_answer(interviews: Interviews, watch: Watch) -> None:
    interview = at(interviews.start(OPTIONS), Form.TYPED)
    right = right_answer(cast(View, interview.view()))
    watch.now += 700_000
    read = talk(interviews, interview, right, "3")
    assert "Time is up. How sure are you of this last answer?" in read
    assert "1 of 4 right, 10 of 10 minutes" in read


def test_the_interview_ends_at_the_first_line_after_the_time(interviews: Interviews, watch: Watch) -> None:
    interview = at(interviews.start(OPTIONS), Form.CHOICE)
    watch.now += 700_000
    read = talk(interviews, interview, "1")
    assert "Time is up.\n" in read and "0 of 4 right" in read


def test_it_goes_on_where_it_stopped(interviews: Interviews, watch: Watch) -> None:
    interview = at(interviews.start(OPTIONS), Form.TYPED)
    talk(interviews, interview, "0.25")
    watch.now += 999_000
    read = talk(interviews, interviews.resume(), "2")
    assert read.startswith("How sure are you?")
    assert "10:00 left" in read


def test_what_is_typed_cannot_reach_the_terminal(interviews: Interviews) -> None:
    interview = at(interviews.start(OPTIONS), Form.TYPED)
    read = talk(interviews, interview, "\x1b]0;gone\x07", ":\x1b[2J")
    assert not {"\x1b", "\x07"} & set(read)
    assert interview.view().stage is Stage.ASKING
