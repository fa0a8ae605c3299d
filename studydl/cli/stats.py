"""``studydl stats``: the statistics in the terminal, as JSON, or as a page of their own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studydl.cli.main import pass_home
from studydl.cli.output import json_option, print_json, say
from studydl.errors import StudydlError
from studydl.files import check_new

if TYPE_CHECKING:
    from studydl.paths import Home
    from studydl.study.statistics.figures import Statistics
    from studydl.study.statistics.share import Share

WIDTH = 80  # cells, where standard output is no terminal
WIDEST = 120


@click.command()
@json_option
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a page to FILE.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@pass_home
def stats(home: Home, as_json: bool, html: Path | None, force: bool) -> None:
    """Show what you remember, what is coming, what is mastered, and what still goes wrong."""
    if html is not None:
        check_new(html, force)
    seen = _count(home)
    if html is not None:
        from studydl.cli.stats_page import page

        _write(html, page(seen))
        say(f"Your statistics are in {html}")
    if as_json:
        print_json(figures(seen))
    elif html is None:
        _print(seen)


def _count(home: Home) -> Statistics:
    from studydl.study.desk import Desk
    from studydl.study.statistics.figures import statistics

    desk = Desk(home)
    try:
        return statistics(desk.store, desk.schedule, _tell)
    finally:
        desk.close()


def _tell(share: float) -> None:
    """Say to whoever waits at a terminal how far the count of a long log is; nothing stays of it."""
    if sys.stderr.isatty() and share < 1:
        click.echo(f"\rCounting … {100 * share:.0f}%\r", err=True, nl=False)
    elif sys.stderr.isatty():
        click.echo(f"\r{' ' * 16}\r", err=True, nl=False)


def _print(seen: Statistics) -> None:
    from rich.console import Console
    from rich.text import Text

    from studydl.study.statistics.words import NEW_LEARNER, SECTIONS, is_empty
    from studydl.tui.widgets.look import Look
    from studydl.tui.widgets.statistics_page import page

    console = Console(file=sys.stdout, highlight=False, emoji=False, markup=False)
    console.width = min(console.width, WIDEST) if sys.stdout.isatty() else WIDTH
    nothing = all(is_empty(which.name, seen) for which in SECTIONS)
    console.print(Text(NEW_LEARNER) if nothing else page(seen, Look(), console.width))


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StudydlError(f"{path} cannot be written: {error.strerror}", "Nothing was left half-written.") from error
    finally:
        part.unlink(missing_ok=True)


# ---------------------------------------------------------------- as JSON


def figures(seen: Statistics) -> dict[str, Any]:
    """Return all figures as plain data. Days are ISO dates, rates 0 to 1 or null, durations milliseconds."""
    from studydl.study.statistics.words import date_of

    def day(number: int | None) -> str | None:
        return None if number is None else date_of(number).isoformat()

    total, found = seen.retention, seen.calibration
    return {
        "reviews": seen.answers,
        "today": day(seen.today),
        "retention": {
            "aim": seen.aim,
            "all": _share(total.total),
            "young": _share(total.young),
            "mature": _share(total.mature),
            "decks": [
                {
                    "deck": f"{deck.origin}/{deck.name}",
                    "title": deck.title,
                    "all": _share(deck.retention.total),
                    "young": _share(deck.retention.young),
                    "mature": _share(deck.retention.mature),
                }
                for deck in seen.decks
            ],
        },
        "calibration": {
            "predicted": found.predicted,
            "recalled": _share(found.recalled),
            "error": found.error,
            "bins": [
                {"from": each.low, "to": each.high, "predicted": each.predicted, "recalled": _share(each.recalled)}
                for each in found.bins
            ],
        },
        "forecast": [{"day": day(seen.today + after), "due": due} for after, due in enumerate(seen.forecast)],
        "calendar": [{"day": day(number), "answers": answers} for number, answers in seen.calendar],
        "answer_time": [
            {
                "kind": each.kind,
                "answers": each.answers,
                "lower_ms": each.lower_ms,
                "median_ms": each.median_ms,
                "upper_ms": each.upper_ms,
            }
            for each in seen.times
        ],
        "topics": [
            {
                "topic": topic.name,
                "families": len(topic.skills),
                "mastered": [skill.family for skill in topic.skills if skill.mastered],
                "begun": [
                    {"family": skill.family, "since": day(skill.first_day)} for skill in topic.skills if skill.begun
                ],
            }
            for topic in seen.topics
        ],
        "misconceptions": [
            {
                "name": habit.name,
                "family": habit.family,
                "times": habit.times,
                "last": day(habit.last_day),
                "answers_since": habit.since,
                "overcome": habit.overcome,
            }
            for habit in seen.habits
        ],
        "problems": [
            {"mode": each.mode, "level": each.level, "right": _share(each.right), "unaided": _share(each.unaided)}
            for each in seen.accuracy
        ],
    }


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"right": share.right, "of": share.of, "rate": share.rate, "low": low, "high": high}
