"""Running the evidence of cards: two worker processes that preload torch, a fork for each block.

Evidence is code. Hand over only cards of shipped decks, or of decks the learner has named to be trusted.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from studydl.decks.model import Card, Deck

SECONDS = 10
WORKERS = 2
FORKS = hasattr(os, "fork")


@dataclass(frozen=True, slots=True)
class EvidenceResult:
    """What the evidence under one card showed.

    Args:
        deck: the card's deck.
        card: the card.
        passed: every assert held.
        message: what went wrong, one line; empty if it passed.
        line: 1-based line of the deck file at which it went wrong; 0 if it passed.
        seconds: time by the clock.
    """

    deck: Deck
    card: Card
    passed: bool
    message: str
    line: int
    seconds: float


class Worker:
    """One evidence process, started with the first block and again whenever it has died.

    Args:
        seconds: CPU seconds a block may take.
        forks: whether each block runs in a fork of its own.
        idle: whether it gives way to everything else on the machine.
    """

    def __init__(self, seconds: int = SECONDS, forks: bool = FORKS, idle: bool = False) -> None:
        self.seconds = seconds
        self.forks = forks
        self.idle = idle
        self._process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> dict[str, Any]:
        """Return ``passed``, ``message``, ``line`` (1-based, within the block) and ``seconds`` of one block.

        Args:
            code: the block.
        """
        process = self._process = self._process or _start(self.forks, self.idle)
        assert process.stdin is not None and process.stdout is not None
        timer = threading.Timer(60 + 4 * self.seconds, process.kill)  # loading torch takes its time on a busy machine
        timer.start()
        try:
            process.stdin.write(json.dumps({"code": code, "seconds": self.seconds}) + "\n")
            process.stdin.flush()
            said = process.stdout.readline()
        except OSError:
            said = ""
        finally:
            timer.cancel()
        if not said.endswith("\n"):
            self.close()
            message = "the evidence process ended without a result: this block ended it, or torch cannot be loaded"
            return {"passed": False, "message": message, "line": 0, "seconds": 0.0}
        result: dict[str, Any] = json.loads(said)
        return result

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _start(forks: bool, idle: bool) -> subprocess.Popen[str]:
    options = [*([] if forks else ["--inline"]), *(["--idle"] if idle else [])]
    return subprocess.Popen(
        [sys.executable, "-m", "studydl.decks.evidence_worker", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        start_new_session=True,  # an interrupt at the terminal is for studydl, not for the workers
    )


def check_evidence(
    cards: Iterable[tuple[Deck, Card]],
    progress: Callable[[int], None] = lambda done: None,
    seconds: int = SECONDS,
    forks: bool = FORKS,
    workers: int = WORKERS,
    idle: bool = False,
    stop: threading.Event | None = None,
) -> list[EvidenceResult]:
    """Run the evidence of these cards, a few at a time, and say which of them it proves.

    Args:
        cards: the cards with their decks; those without evidence are passed over.
        progress: called in this thread with the number of blocks done so far.
        seconds: CPU seconds a block may take.
        forks: whether each block runs in a fork of its own; otherwise each deck gets a process of its own.
        workers: processes.
        idle: whether they give way to everything else on the machine.
        stop: when set, what has not begun is left out.

    Returns:
        One result for each card with evidence, in the order given.
    """
    wanted = [(deck, card) for deck, card in cards if card.evidence]
    batches: dict[object, list[int]] = {}
    for index, (deck, _) in enumerate(wanted):
        batches.setdefault(index if forks else (deck.origin, deck.name), []).append(index)
    waiting: queue.Queue[Worker] = queue.Queue()
    staff = [Worker(seconds, forks, idle) for _ in range(min(workers, len(batches)))]
    for worker in staff:
        waiting.put(worker)

    def run(batch: list[int]) -> list[EvidenceResult]:
        worker = waiting.get()
        try:
            if stop is not None and stop.is_set():
                return []
            return [_result(*wanted[index], worker.run(wanted[index][1].evidence)) for index in batch]
        finally:
            if not forks:
                worker.close()
            waiting.put(worker)

    results: dict[int, EvidenceResult] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        futures = {pool.submit(run, batch): batch for batch in batches.values()}
        for future in as_completed(futures):
            results.update(zip(futures[future], future.result(), strict=False))
            progress(len(results))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in staff:
            worker.close()
    return [results[index] for index in range(len(wanted)) if index in results]


def _result(deck: Deck, card: Card, said: dict[str, Any]) -> EvidenceResult:
    passed = bool(said["passed"])
    line = 0 if passed else card.evidence_line + max(0, int(said["line"]) - 1)
    return EvidenceResult(deck, card, passed, str(said["message"]), line, float(said["seconds"]))
