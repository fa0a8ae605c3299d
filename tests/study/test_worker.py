"""The real drawing process: one that dies is started again, one that is closed is gone."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from studydl.errors import StudydlError, UnknownProblem
from studydl.paths import Home
from studydl.study.desk import Desk
from studydl.study.interviews.plan import Options
from studydl.study.worker import Worker
from tests.study.helpers import write_deck


def test_a_worker_draws_survives_its_death_and_ends_when_closed() -> None:
    worker = Worker()
    problem = json.loads(worker.draw("metrics.f1", 2, 1))
    assert problem["id"] == "metrics.f1@1:2:1"
    with pytest.raises(UnknownProblem):
        worker.draw("metrics.nothing", 1, 1)
    process = worker._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    assert json.loads(worker.draw("metrics.f1", 2, 1)) == problem, "the same seed, the same problem"
    again = worker._process
    assert again is not None
    assert again.pid != process.pid
    worker.close()
    assert again.poll() is not None
    with pytest.raises(StudydlError):
        worker.draw("metrics.f1", 2, 1)


def test_a_worker_closed_in_the_middle_of_a_request_ends_it_at_once_and_quietly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker, ended = Worker(), list[BaseException]()

    def ask() -> None:
        try:
            worker.draw("metrics.f1", 2, 1)  # torch is loading
        except StudydlError as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    until = time.monotonic() + 30
    while worker._process is None and time.monotonic() < until:
        time.sleep(0.01)
    worker.close()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert len(ended) == 1
    assert caplog.records == []


def test_closing_the_desk_while_problems_are_drawn_ends_them_at_once_and_quietly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("studydl.study.supply.Worker", Worker)
    home = Home(tmp_path / "home")
    write_deck(home, "f1")
    desk = Desk(home)
    stopping = threading.Timer(0.3, desk.stop_drawing)  # as the interface does it, which has a thread for the desk
    stopping.start()
    with pytest.raises(StudydlError):
        desk.interviews().start(Options(("metrics",), count=5))
    stopping.join()
    assert desk.interviews().unfinished() is None
    desk.close()
    assert caplog.records == []
