"""Standard output is data, standard error is talk."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

# C1 controls and bidirectional overrides; json escapes the C0 controls itself.
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """Add ``--json`` to a command that prints data."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(command)


def print_json(data: object) -> None:
    """Print plain data as one line of JSON, UTF-8 as it is but for what could steer a terminal."""
    click.echo(_STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(data, ensure_ascii=False)))


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print aligned columns: text to the left, numbers to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(head), *cells]) for i in range(len(head))]
    right = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(head))]
    for line in [list(head), *cells]:
        padded = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)]
        click.echo("  ".join(padded).rstrip())


def say(text: str) -> None:
    """Tell the person at the terminal something that is not data."""
    click.echo(text, err=True)
