"""``studydl interview``: sit one, list, show and export them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studydl.cli.main import Commands, pass_home
from studydl.cli.output import json_option, print_json, print_table, say
from studydl.cli.terminal import need_terminal
from studydl.study.interviews.wish import COUNT, LEVEL, MINUTES_A_QUESTION, MOST_MINUTES, MOST_QUESTIONS, Wish

if TYPE_CHECKING:
    from studydl.paths import Home
    from studydl.study.interviews.next_steps import Report
    from studydl.study.interviews.report import Row, Taken

NUMBER = click.argument("number", metavar="[NUMBER]", type=click.IntRange(1), required=False)


@click.group(cls=Commands, invoke_without_command=True)
@click.option(
    "--topic", "topics", multiple=True, help="A topic, or a deck of your own; may be repeated. [default: all]"
)
@click.option("--count", type=click.IntRange(1, MOST_QUESTIONS), help=f"Questions. [default: {COUNT}]")
@click.option(
    "--minutes", type=click.IntRange(1, MOST_MINUTES), help=f"On the clock. [default: {MINUTES_A_QUESTION} a question]"
)
@click.option("--level", type=click.IntRange(1, 3), help=f"1 first steps, 2 standard, 3 interview. [default: {LEVEL}]")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The same seed asks the same questions.")
@click.option("--plain", is_flag=True, help="Line by line over stdin and stdout: for screen readers and pipes.")
@click.pass_context
def interview(
    ctx: click.Context,
    topics: tuple[str, ...],
    count: int | None,
    minutes: int | None,
    level: int | None,
    seed: int | None,
    plain: bool,
) -> None:
    """Sit a mock interview: mixed questions on a clock, nothing told until the report at the end.

    Without options an unfinished interview goes on, with the time it had left. Your schedule is not moved.
    """
    if ctx.invoked_subcommand is not None:
        return
    wish = Wish(topics, count, minutes, level, seed)
    if plain:
        _sit_plain(ctx.obj, wish)
        return
    need_terminal("studydl interview --plain")
    from studydl.tui.app import run

    sys.exit(run(ctx.obj, interview=wish))


@interview.command("list")
@json_option
@pass_home
def list_(home: Home, as_json: bool) -> None:
    """List the interviews that are over, the newest first."""
    taken = _look(home, lambda interviews: interviews.taken())
    if as_json:
        print_json([_line(each) for each in taken])
        return
    if not taken:
        say("No interview is over yet: `studydl interview` starts one.")
        return
    from studydl.study.interviews.report import date_text, headline

    rows = [
        (
            each.number,
            date_text(each.started_ms),
            headline(each),
            f"level {each.options.level}",
            ", ".join(each.options.topics) or "all topics",
        )
        for each in taken
    ]
    print_table(("number", "date", "result", "level", "topics"), rows)


@interview.command()
@NUMBER
@json_option
@pass_home
def show(home: Home, number: int | None, as_json: bool) -> None:
    """Show the report of an interview; of the newest one without NUMBER."""
    report = _look(home, lambda interviews: interviews.report(number))
    if as_json:
        print_json(_report(report))
        return
    from studydl.plain.interview_page import report_lines

    for line in report_lines(report, 80):
        click.echo(line)


@interview.command()
@NUMBER
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .md, .html or .pdf file."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@pass_home
def export(home: Home, number: int | None, out: Path, force: bool) -> None:
    """Write the report of an interview, with every question and its solution, to a file."""
    from studydl.tui.interview_paper import write

    report = _look(home, lambda interviews: interviews.report(number))
    write(report, out, force=force)
    say(f"Interview {report.taken.number} in {out}")


def _sit_plain(home: Home, wish: Wish) -> None:
    from studydl.plain.interview import run
    from studydl.study.desk import Desk
    from studydl.study.interviews.plan import options_of

    desk = Desk(home)
    try:
        for notice in desk.notices:
            say(f"studydl: {notice}")
        interviews = desk.interviews()
        unfinished = interviews.unfinished()
        if wish == Wish() and unfinished is not None:
            say(f"Going on with the unfinished interview: {unfinished.progress}.")
            sitting = interviews.resume()
        else:
            say("Drawing the problems; the first one takes a few seconds.")
            sitting = interviews.start(options_of(wish))
        run(interviews, sitting, sys.stdin, sys.stdout)
    finally:
        desk.close()
    sys.exit(0)


def _look(home: Home, what: Any) -> Any:
    """Return what a function finds among the learner's interviews."""
    from studydl.study.desk import Desk

    desk = Desk(home)
    try:
        return what(desk.interviews())
    finally:
        desk.close()


# ---------------------------------------------------------------- as JSON


def _line(taken: Taken) -> dict[str, Any]:
    return {
        "number": taken.number,
        "started_ms": taken.started_ms,
        "topics": list(taken.options.topics),
        "level": taken.options.level,
        "seed": taken.options.seed,
        "questions": taken.fingerprint,
        "right": taken.score.right,
        "of": taken.score.of,
        "answered": taken.answered,
        "asked": len(taken.rows),
        "used_ms": taken.used_ms,
        "minutes": taken.options.minutes,
    }


def _report(report: Report) -> dict[str, Any]:
    taken = report.taken
    return {
        **_line(taken),
        "rows": [_row(row) for row in taken.rows],
        "spoken": {"points": taken.heard.right, "of": taken.heard.of, "self_rated": True},
        "confidence": [{"said": said, "right": count.right, "of": count.of} for said, count in taken.calibration],
        "earlier": [
            {
                "number": each.number,
                "started_ms": each.started_ms,
                "right_then": each.before.right,
                "of_then": each.before.of,
                "right_now": each.now.right,
                "of_now": each.now.of,
                "same_questions": each.same,
            }
            for each in report.earlier
        ],
        "next": [{"do": step.do.value, "label": step.label} for step in report.next],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind.value,
        "topic": row.topic,
        "title": row.question.title,
        "problem": row.question.problem_id,
        "result": row.result.value,
        "answer": row.given.text,
        "right_answer": row.question.answer,
        "misconception": row.given.misconception or None,
        "confidence": row.given.confidence or None,
        "points_said": list(row.given.ticks),
        "points": list(row.question.points),
        "spent_ms": row.given.spent_ms,
    }
