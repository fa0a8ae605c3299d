from __future__ import annotations

import sys

import pytest

from studydl.cli.terminal import need_terminal
from studydl.errors import UsageError


class Terminal:
    def __init__(self, there: bool) -> None:
        self.there = there

    def isatty(self) -> bool:
        return self.there


@pytest.mark.parametrize(
    ("reads", "writes", "kind", "trouble"),
    [
        (True, True, "xterm-256color", ""),
        (True, True, "", ""),
        (False, True, "xterm", "needs a terminal"),
        (True, False, "xterm", "needs a terminal"),
        (True, True, "dumb", "TERM is dumb"),
    ],
)
def test_the_interface_is_refused_where_nobody_could_read_it(
    monkeypatch: pytest.MonkeyPatch, reads: bool, writes: bool, kind: str, trouble: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(reads))
    monkeypatch.setattr(sys, "stdout", Terminal(writes))
    monkeypatch.setenv("TERM", kind)
    if not trouble:
        need_terminal("studydl study --plain")
        return
    with pytest.raises(UsageError, match=trouble) as refused:
        need_terminal("studydl study --plain")
    assert "studydl study --plain" in str(refused.value)
