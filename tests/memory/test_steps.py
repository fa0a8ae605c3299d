from __future__ import annotations

from datetime import UTC, datetime, timedelta

import fsrs
from hypothesis import given
from hypothesis import strategies as st

from studydl.memory.model import NEW, Memory, Phase, Rating, Settings
from studydl.memory.scheduler import review
from studydl.memory.steps import Step, next_step

STEPS = st.lists(st.integers(1, 1439), max_size=4).map(tuple)
PHASES = {fsrs.State.Learning: Phase.LEARNING, fsrs.State.Review: Phase.REVIEW, fsrs.State.Relearning: Phase.RELEARNING}


@given(STEPS, STEPS, st.lists(st.sampled_from(Rating), min_size=1, max_size=15))
def test_phase_step_and_minutes_are_those_of_py_fsrs(
    learning: tuple[int, ...], relearning: tuple[int, ...], ratings: list[Rating]
) -> None:
    settings = Settings(learning_steps=learning, relearning_steps=relearning)
    theirs = fsrs.Scheduler(
        learning_steps=[timedelta(minutes=m) for m in learning],
        relearning_steps=[timedelta(minutes=m) for m in relearning],
        enable_fuzzing=False,
    )
    card, ours, noon = fsrs.Card(card_id=1), NEW, datetime(2026, 1, 1, 12, tzinfo=UTC)
    for number, rating in enumerate(ratings):
        now = noon + timedelta(days=number)
        at_ms = int(now.timestamp() * 1000)
        card, _ = theirs.review_card(card, fsrs.Rating(rating), now)
        ours = review(ours, rating, at_ms=at_ms, study_day=at_ms // 86_400_000, settings=settings, seed="core/x")
        assert (ours.phase, ours.step) == (PHASES[card.state], card.step)
        if ours.due_ms is not None:
            assert ours.due_ms - at_ms == (card.due - now) / timedelta(milliseconds=1)


def test_a_card_beyond_the_last_step_is_learned_unless_it_failed() -> None:
    shortened = Settings(learning_steps=(5,))
    waiting = Memory(phase=Phase.LEARNING, step=3, stability=1.0, difficulty=5.0)
    assert next_step(waiting, Rating.HARD, shortened) is None
    assert next_step(waiting, Rating.AGAIN, shortened) == Step(Phase.LEARNING, 0, 5)
