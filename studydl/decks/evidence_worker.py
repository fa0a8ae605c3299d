"""The evidence process: runs the code under a card in a fork of its own, with limits.

It reads requests and writes results, one JSON object a line, and exits when its standard input closes:

    {"code": "assert F.relu(torch.tensor(-1.0)) == 0", "seconds": 10}
    {"passed": true, "message": "", "line": 0, "seconds": 0.016}

torch is loaded once, then every block runs in a fork: what it changes, prints, leaks or breaks ends with it. Without
fork (``--inline``, and on Windows) blocks run in this process, and the caller ends it after each deck. The limits catch
accidents in code one trusts; they are no sandbox for code one does not.
"""

from __future__ import annotations

import contextlib
import json
import linecache
import os
import select
import signal
import sys
import tempfile
import time
import traceback
import types
from functools import cache
from typing import Any, TypedDict

FILE = "<evidence>"
MEMORY = 2 << 30  # bytes a block may use beyond what the loaded libraries already take
WALL = 3  # a block may take this many times its CPU limit by the clock: the machine may be busy


class Result(TypedDict):
    """What became of one block.

    Args:
        passed: every assert held.
        message: what went wrong, one line; empty if it passed.
        line: 1-based line of the block at which it went wrong; 0 if unknown or passed.
        seconds: time by the clock.
    """

    passed: bool
    message: str
    line: int
    seconds: float


def run_block(code: str) -> Result:
    """Run one block in this process, with the names evidence may use.

    Args:
        code: the block; ``torch, nn, F, np, math`` are there, and torch, numpy and random are seeded with 0.
    """
    import math
    import random

    import numpy as np
    import torch

    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    module = types.ModuleType("evidence")  # a real module, so that its classes can be pickled and inspected
    module.__dict__.update(torch=torch, nn=torch.nn, F=torch.nn.functional, np=np, math=math)
    sys.modules["evidence"] = module
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    begin = time.monotonic()
    message, line = "", 0
    try:
        exec(compile(code, FILE, "exec"), module.__dict__)
    except BaseException as error:  # SystemExit and KeyboardInterrupt of the block must not end the worker
        line = _line(error)
        message = _explain(error, linecache.getline(FILE, line).strip())
    return Result(passed=not message, message=message, line=line, seconds=time.monotonic() - begin)


def _line(error: BaseException) -> int:
    """Return the block's own line that was running; 0 if there is none."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno or 0
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == FILE]
    return lines[-1] if lines else 0


def _explain(error: BaseException, source: str) -> str:
    said = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())[:300]
    if isinstance(error, AssertionError):
        return f"does not hold: {source}" + (f" ({said})" if said else "")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


@cache
def load_rest() -> None:
    """Load what torch itself loads only when first needed, for seconds: better once here than in every fork."""
    import torch

    torch.optim.SGD([torch.zeros(1)], lr=1.0)
    torch.nn.Conv2d(1, 1, 1, device="meta")(torch.empty(1, 1, 1, 1, device="meta"))


def run_fork(code: str, seconds: int) -> Result:
    """Run one block in a fork and say what became of it, also when it never ends or ends the process.

    Args:
        code: the block.
        seconds: CPU seconds it may take; by the clock three times that.
    """
    if any(name in code for name in ("optim", "meta", "torch.func")):
        load_rest()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="studydl-evidence-") as folder:
        here, there = os.pipe()
        child = os.fork()
        if child == 0:
            _child(code, seconds, folder, there)
        os.close(there)
        said = _read(here, begin + WALL * seconds)
        os.close(here)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    took = time.monotonic() - begin
    if said.endswith(b"\n"):
        result: Result = json.loads(said)
        return result
    return Result(passed=False, message=_ending(status, took, seconds), line=0, seconds=took)


def run_inline(code: str) -> Result:
    """Run one block in this process, in a folder of its own, which is gone afterwards."""
    own = tempfile.TemporaryDirectory(prefix="studydl-evidence-", ignore_cleanup_errors=True)
    with own as folder, contextlib.chdir(folder):
        return run_block(code)


def _child(code: str, seconds: int, folder: str, report: int) -> None:
    """Run the block as the forked child, write the result and leave; never returns."""
    try:
        os.setsid()  # so that what it starts can be ended with it
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silence, stream)
        os.closerange(3, report)  # above all the pipe on which the worker answers
        os.closerange(report + 1, 1024)
        signal.alarm(WALL * seconds + 1)  # should the worker be killed, the block does not outlive it
        os.chdir(folder)
        tempfile.tempdir = folder
        _limit(seconds)
        result = run_block(code)
        os.write(report, json.dumps(result).encode() + b"\n")
    finally:
        os._exit(0)


def _limit(seconds: int) -> None:
    import resource

    wanted = [(resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 256 << 20)]
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123
        size = int(pages.read().split()[0]) * resource.getpagesize()
        wanted.append((resource.RLIMIT_AS, size + MEMORY))
    for limit, value in wanted:
        with contextlib.suppress(OSError, ValueError):  # a system may know no such limit, or a lower one
            resource.setrlimit(limit, (value, value))


def _read(pipe: int, deadline: float) -> bytes:
    """Return what the child wrote up to the end of its line, its death or the deadline."""
    said = b""
    while not said.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        part = os.read(pipe, 65536) if ready else b""
        if not part:
            break
        said += part
    return said


def _ending(status: int, took: float, seconds: int) -> str:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    out_of_time = (signal.SIGXCPU, signal.SIGKILL)
    if number in out_of_time and took >= seconds:
        return f"took longer than {seconds} s"
    if number:
        return f"ended by {signal.Signals(number).name}"
    return "ended the process before its end"


def main() -> None:
    """Serve requests until standard input closes."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not look like a reply
    import torch

    if "--idle" in sys.argv:
        with contextlib.suppress(OSError, AttributeError):
            os.nice(15)
    torch.set_num_threads(1)  # before any operation: a fork does not inherit the threads of a pool
    inline = "--inline" in sys.argv or not hasattr(os, "fork")
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        result = run_inline(request["code"]) if inline else run_fork(request["code"], request["seconds"])
        replies.write(json.dumps(result) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
