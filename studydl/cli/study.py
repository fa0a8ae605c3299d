"""``studydl``, ``studydl study`` and ``studydl practice``: into the TUI, or line by line with ``--plain``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from studydl.cli.main import pass_home
from studydl.cli.terminal import need_terminal

if TYPE_CHECKING:
    from studydl.paths import Home
    from studydl.study.desk import Desk
    from studydl.study.session import Session

PLAIN = click.option("--plain", is_flag=True, help="Line by line over stdin and stdout: for screen readers and pipes.")


def open_home(home: Home) -> None:
    """Open the home screen; without a terminal, say what to use instead.

    Raises:
        UsageError: standard input or output is no terminal.
    """
    need_terminal("studydl study --plain")
    from studydl.tui.app import run

    sys.exit(run(home))


@click.command()
@click.argument("decks", metavar="[DECK]...", nargs=-1)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N cards in this session.")
@click.option(
    "--new",
    type=click.IntRange(0),
    metavar="N",
    help="At most N new cards. [default: what is left of today's]",
)
@PLAIN
@pass_home
def study(home: Home, decks: tuple[str, ...], limit: int | None, new: int | None, plain: bool) -> None:
    """Study what is due, in all decks or in those named.

    An unfinished session of today goes on where it stopped. Every answer is saved before the next card is shown.
    """
    if plain:
        _run_plain(home, lambda desk: desk.study(decks, limit, new))
    need_terminal("studydl study --plain")
    from studydl.tui.app import run

    sys.exit(run(home, decks=decks, limit=limit, new=new))


@click.command()
@click.argument("what", metavar="[DECK|TOPIC|FAMILY]...", nargs=-1)
@click.option("--level", type=click.IntRange(1, 3), help="1 first steps, 2 standard, 3 interview. [default: mixed]")
@click.option(
    "--count", type=click.IntRange(0, 500), default=10, show_default=True, help="How many problems; 0: without end."
)
@PLAIN
@pass_home
def practice(home: Home, what: tuple[str, ...], level: int | None, count: int, plain: bool) -> None:
    """Practice problems of decks, topics or families; without names, of everything.

    What went wrong lately comes first, then what was never tried, then the rest. Practice never moves the schedule.
    """
    if plain:
        _run_plain(home, lambda desk: desk.practice(what, level, count))
    need_terminal("studydl practice --plain")
    from studydl.tui.app import run

    sys.exit(run(home, practice=(what, level, count)))


def _run_plain(home: Home, start: Callable[[Desk], Session]) -> None:
    from studydl.plain import run
    from studydl.study.desk import Desk

    desk = Desk(home)
    try:
        for notice in desk.notices:
            click.echo(f"studydl: {notice}", err=True)
        run(start(desk), sys.stdin, sys.stdout, desk.browser.note)
    finally:
        desk.close()
    sys.exit(0)
