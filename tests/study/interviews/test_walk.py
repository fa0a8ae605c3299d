"""Whatever a learner does in whatever order: an interview can be taken up after any step, and its times add up."""

from __future__ import annotations

from random import Random

import pytest

from studydl.errors import StudydlError
from studydl.study.desk import Desk
from studydl.study.interviews.interview import Interview
from studydl.study.interviews.register import Interviews
from studydl.study.interviews.state import Stage
from studydl.study.view import Form
from tests.study.helpers import Watch, doubts, events
from tests.study.interviews.test_interview import OPTIONS

TEXTS = ("", "0.5", "0,5", "1/", "7.25", "\ud800", "9" * 300)


def act(interview: Interview, random: Random) -> None:
    """Do something that may be done at this stage, or something that may not."""
    view = interview.view()
    question = view.question
    match view.stage:
        case Stage.ASKING if random.random() < 0.2:
            interview.skip(random.choice(TEXTS) if question and question.form is Form.TYPED else None)
        case Stage.ASKING if random.random() < 0.1:
            interview.skip(step=-1)
        case Stage.ASKING if question and question.form is Form.TYPED:
            interview.submit(random.choice(TEXTS))
        case Stage.ASKING if question and question.form is Form.CHOICE:
            interview.choose(random.randrange(len(question.options)))
        case Stage.ASKING:
            interview.speak()
        case Stage.SURE if random.random() < 0.3:
            interview.back()
        case Stage.SURE:
            interview.sure(random.randint(1, 3))
        case Stage.TICKING if random.random() < 0.7:
            interview.tick(random.randrange(3))
        case _:
            interview.ticked()


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_steps_can_be_taken_up_and_adds_up(desk: Desk, seed: int) -> None:
    random, watch = Random(seed), Watch()
    interviews = Interviews(desk.store, desk.schedule, desk._supply, watch)
    interview = interviews.start(OPTIONS)
    answered = 0
    for _ in range(80):
        if interview.view().stage is Stage.DONE:
            break
        watch.runs(random.choice((0, 1, 7, 20)))
        if random.random() < 0.2:
            interview.beat(random.choice(TEXTS))
        else:
            act(interview, random)
        view = interview.view()
        assert view.answered >= answered
        answered = view.answered
        assert len(events(desk)) == answered, "one event an answer"
        if view.stage is Stage.DONE:
            break
        if random.random() < 0.3:
            interview.close()
            watch.runs(1000)  # away
            interview = interviews.resume()
            again = interview.view()
            kept = (again.stage, again.number, again.question, again.text, again.ticks, again.answered, again.left_ms)
            assert kept == (view.stage, view.number, view.question, view.text, view.ticks, view.answered, view.left_ms)
    interview.finish()
    taken = interviews._every()[-1]
    assert taken.over
    assert taken.used_ms == sum(row.given.spent_ms for row in taken.rows) <= OPTIONS.minutes * 60_000
    assert len(events(desk)) == taken.answered == len({event.card_key for event in events(desk)})
    assert not doubts(desk)
    with pytest.raises(StudydlError):
        interview.skip()
