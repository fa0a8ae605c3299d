"""The drawing process as its owner sees it: started on first use, restarted if it dies."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from itertools import count
from threading import Lock

from studydl.errors import Disagreement, StudydlError, UnknownProblem

log = logging.getLogger(__name__)


class Worker:
    """A `studydl.problems.worker` process that draws problems, one request at a time, for any thread that asks."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()
        self._numbers = count(1)
        self._closed = False

    def draw(self, family: str, level: int, seed: int) -> str:
        """Return one admitted problem as a line of JSON; takes a few seconds the first time, while torch loads.

        Args:
            family: its name.
            level: 1 to 3.
            seed: 0 to 2**64 - 1.

        Raises:
            Disagreement: the problem's routes differ; the family should not be used until it is mended.
            UnknownProblem: there is no such family or level.
            StudydlError: the process cannot be started, or died twice on this request.
        """
        request = {"id": next(self._numbers), "family": family, "level": level, "seed": seed}
        with self._lock:
            reply = self._ask(request) or self._ask(request)
        if reply is None:
            raise StudydlError(
                "the process that draws problems stopped twice on the same request",
                f"`studydl problems show {family} --level {level} --seed {seed}` shows why.",
            )
        if "error" in reply:
            kinds = {"Disagreement": Disagreement, "UnknownProblem": UnknownProblem}
            raise kinds.get(str(reply["error"]), StudydlError)(str(reply["message"]))
        return json.dumps(reply["problem"], ensure_ascii=False)

    def _ask(self, request: dict[str, object]) -> dict[str, object] | None:
        """Send one request; None if the process died."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError):
            line = ""
        if line:
            reply: dict[str, object] = json.loads(line)
            return reply
        self._need_open()
        log.warning("the drawing process ended with code %s", process.poll())
        self._stop()
        return None

    def _need_open(self) -> None:
        if self._closed:
            raise StudydlError("problems are no longer drawn: the session is closing")

    def _running(self) -> subprocess.Popen[str]:
        self._need_open()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "studydl.problems.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                start_new_session=True,  # ctrl+c in the terminal is for the interface
            )
            self._need_open()  # it may have been closed meanwhile
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the process, also in the middle of a request."""
        self._closed = True
        if self._process is not None:
            self._process.kill()
        with self._lock:
            self._stop()
