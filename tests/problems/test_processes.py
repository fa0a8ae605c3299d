"""Processes at work: what Ctrl-C does, whenever it comes."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing import active_children

import pytest

from studydl.problems import processes

LONG = 300.0  # seconds no test waits for
LARGE = 50_000_000  # bytes, far more than a pipe holds


@pytest.mark.parametrize("warm", [False, True], ids=["while they start", "while they work"])
def test_an_interrupt_that_reaches_only_the_parent_ends_the_processes_too(warm: bool) -> None:
    before, others = signal.getsignal(signal.SIGINT), set(active_children())  # pools of other tests may be ending yet
    with pytest.raises(KeyboardInterrupt), processes.Pool(2) as pool:
        calls = [pool.submit(time.sleep, 0 if warm else LONG)] + [pool.submit(time.sleep, LONG) for _ in range(8)]
        if warm:
            pool.result(calls[0])
        os.kill(os.getpid(), signal.SIGINT)
        started = time.monotonic()  # still here: nothing is broken off in the middle of a call to the pool
        pool.result(calls[-1])
    assert time.monotonic() - started < LONG / 5
    assert set(active_children()) <= others
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_in_the_middle_of_sending_a_result_hangs_nobody() -> None:
    with pytest.raises(KeyboardInterrupt), processes.Pool(2) as pool:
        calls = [pool.submit(bytes, LARGE) for _ in range(12)]
        pool.result(calls[0])  # from now on one process or the other is sending
        os.kill(os.getpid(), signal.SIGINT)
        pool.result(calls[-1])


def test_after_an_interrupt_nothing_more_is_begun() -> None:
    with pytest.raises(KeyboardInterrupt), processes.Pool(1) as pool:
        os.kill(os.getpid(), signal.SIGINT)
        pool.submit(time.sleep, LONG)


def test_who_does_not_hear_interrupts_goes_on_not_to() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with processes.Pool(1) as pool:
            os.kill(os.getpid(), signal.SIGINT)
            assert pool.result(pool.submit(_later, 0.0)) == 0.0
    finally:
        signal.signal(signal.SIGINT, before)


def test_results_come_as_they_end() -> None:
    with processes.Pool(1) as pool:  # with two, the second may be up later than the slow call ends
        quick, slow = pool.submit(_later, 0.0), pool.submit(_later, 3.0)
        assert [future.result() for future in pool.completed([slow, quick])] == [0.0, 3.0]


def _later(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_an_error_of_a_call_reaches_whoever_waits_for_it() -> None:
    with processes.Pool(1) as pool, pytest.raises(ZeroDivisionError):
        pool.result(pool.submit(divmod, 1, 0))
