"""Whether there is a terminal that can show the interface."""

from __future__ import annotations

import os
import sys

from studydl.errors import UsageError


def need_terminal(instead: str) -> None:
    """Refuse the interface where nobody could read it, and say what to use instead.

    Args:
        instead: the command that does the same line by line.

    Raises:
        UsageError: standard input or output is no terminal, or one that cannot place text, as in an editor's shell.
    """
    hint = f"`{instead}` goes line by line; `studydl --help` lists what else works without the interface."
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the interface needs a terminal, and standard input or output is none", hint)
    if os.environ.get("TERM") == "dumb":
        raise UsageError("this terminal cannot show the interface (TERM is dumb)", hint)
