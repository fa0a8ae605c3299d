"""A learner's answer is sacred: acknowledged means kept, exactly once, whatever kills the process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studydl.store.log import Event
from tests.benchmarks.kill9 import Fact, Played, faults, torture

ROUNDS = 20


def test_no_acknowledged_answer_is_lost_or_doubled_when_the_process_is_killed(tmp_path: Path) -> None:
    report = torture(tmp_path, ROUNDS, seed=20260302)
    assert report.faults == []
    assert report.rounds == ROUNDS
    assert report.killed >= ROUNDS // 2, "it was killed, and did not just end"
    assert report.acknowledged >= 100, "there was something to lose"
    assert report.resumed >= ROUNDS // 2


def test_the_harness_notices_what_it_is_there_to_notice() -> None:
    old = Event("a", "answer", 0, 1, "study", rating=3, text="")
    new = Event("b", "answer", 0, 1, "study", rating=1, text="7.5", verdict="incorrect", problem_id="x@1:1:1")
    said = Played(facts=[Fact("answer", "7.5", 1, "incorrect")])
    nothing = Played()
    assert faults([old], [old, new], said) == []
    assert faults([old], [old, new], nothing) == [], "committed, and killed before it was said"
    assert faults([old], [old], said) == ["1 acknowledged events are lost"]
    assert faults([old], [old, new, replace(new, id="c")], said) == ["a typed answer is there twice"]
    assert faults([old], [old, new, new], said)[0] == "an event is there twice"
    assert faults([old], [new], said) != []
    assert faults([old], [old, replace(new, text="8.5")], said)[0].startswith("acknowledged Fact")
    assert faults([], [old, new], nothing) == ["2 events nobody acknowledged"]
