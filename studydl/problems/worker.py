"""The worker process: draws problems on request, so that torch never loads in the interface's process.

It reads requests and writes answers, one JSON object a line, and exits when its standard input closes:

    {"id": 7, "family": "metrics.roc-auc", "level": 2, "seed": 48213}
    {"id": 7, "problem": {...}}
    {"id": 8, "error": "Disagreement", "message": "..."}
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any

from studydl.errors import StudydlError, UnknownProblem


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one request: a problem, or what went wrong.

    Args:
        request: family, level and seed.
    """
    from studydl.problems import catalog
    from studydl.problems.engine import draw
    from studydl.problems.exchange import problem_to_json

    try:
        problem = draw(catalog.get(request["family"]), request["level"], request["seed"]).problem
    except StudydlError as error:
        return {"id": request.get("id"), "error": type(error).__name__, "message": str(error)}
    return {"id": request.get("id"), "problem": problem_to_json(problem)}


def main() -> None:
    """Serve requests until standard input closes."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not look like a reply
    import torch

    torch.set_num_threads(1)
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            reply = {"id": None, "error": UnknownProblem.__name__, "message": f"unreadable request: {error}"}
        replies.write(json.dumps(reply, ensure_ascii=False) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
