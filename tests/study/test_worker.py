"""The real drawing process: one that dies is started again, one that is closed is gone."""

from __future__ import annotations

import json
import os
import signal
import threading
import time

import pytest

from studydl.errors import StudydlError, UnknownProblem
from studydl.study.worker import Worker


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


def test_a_worker_closed_in_the_middle_of_a_request_does_not_keep_its_caller() -> None:
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
