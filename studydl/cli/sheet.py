"""``studydl sheet``: make, change, hand out and mark practice sets."""

from __future__ import annotations

import math
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studydl.cli.main import Commands, pass_home
from studydl.cli.output import json_option, print_json, print_table, say
from studydl.errors import UsageError
from studydl.text.safe import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studydl.paths import Home
    from studydl.sheets.marking import Marked, Share

FILE = click.Path(dir_okay=False, path_type=Path)
KEY = click.argument("key", metavar="KEY", type=FILE)


@click.group(cls=Commands)
def sheet() -> None:
    """Practice sets on paper: questions with fresh numbers for every copy, a key with worked solutions."""


@sheet.command()
@click.option("--spec", type=FILE, help="A blueprint file (TOML) instead of --topic, --level and --count.")
@click.option("--topic", "topics", multiple=True, help="A topic or family; may be repeated. [default: everything]")
@click.option("--level", type=click.IntRange(1, 3), help="1, 2 or 3. [default: all three, the easy ones first]")
@click.option("--count", type=int, default=10, show_default=True, help="Questions.")
@click.option("--title", default="", help="At the top of the pages.")
@click.option("--minutes", type=click.IntRange(1), help="Time allowed, printed at the top.")
@click.option("--copies", type=int, default=1, show_default=True, help="Copies with different numbers.")
@click.option("--roster", type=FILE, help="A text file with one name a line: one copy for each.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="The same seed makes the same set. [default: random]")
@click.option("--append-key", is_flag=True, help="The key behind the pages, in the same file.")
@click.option(
    "--show-ids", is_flag=True, help="Each problem's id under it, for self-study: answers can be made from it."
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--out", type=FILE, required=True, help="The pages: a .pdf, .html or .md file. The key goes beside it.")
@pass_home
def make(
    home: Home,
    spec: Path | None,
    topics: tuple[str, ...],
    level: int | None,
    count: int,
    title: str,
    minutes: int | None,
    copies: int,
    roster: Path | None,
    seed: int | None,
    append_key: bool,
    show_ids: bool,
    force: bool,
    out: Path,
) -> None:
    """Make a practice set: pages, a key with worked solutions, and a key file for `grade` and `swap`.

    All copies ask the same, equally hard, with their own numbers. The pages hold a copy code and nothing from which an
    answer could be made.

    \b
    A blueprint file:
        title = "Convolution, week 3"
        minutes = 45
        [[question]]
        family = "conv.output-size"
        level = 2
        points = 3
        [[question]]
        card = "convolution/conv-leftover"
    """
    from dataclasses import replace

    from studydl.sheets import blueprint, files
    from studydl.sheets.compose import MOST_COPIES, compose

    if spec:
        _alone("spec", ("topic", "level", "count"), "The blueprint file says what is asked.")
    if roster:
        _alone("roster", ("copies",), "The roster says how many copies there are.")
    target = files.Files(out, append_key, show_ids)
    files.check(target, force)
    if not roster and not 1 <= copies <= MOST_COPIES:
        raise UsageError(f"{copies} copies cannot be made", f"1 to {MOST_COPIES} are possible.")
    names = _names(roster) if roster else [""] * copies
    base = secrets.randbits(64) if seed is None else seed
    plan = blueprint.from_file(spec) if spec else blueprint.from_topics(topics, level, count, base, title)
    plan = replace(plan, title=title or plan.title, minutes=minutes or plan.minutes)
    total = len(plan.slots) * len(names)
    with click.progressbar(length=total, label="Drawing", file=sys.stderr, show_pos=True) as bar:
        made = compose(plan, base, names, _cards(home, plan), bar.update)
    files.write(made, target)
    say(f"{_counted(len(plan.slots), 'question', 'questions')}, {_counted(len(names), 'copy', 'copies')}, seed {base}")
    for path in target.all:
        say(f"  {path}")


@sheet.command()
@KEY
@click.argument("question", type=int)
@pass_home
def swap(home: Home, key: Path, question: int) -> None:
    """Replace one question of a set, in every copy, by another of its kind; all the others stay.

    KEY is the .key.json file that `sheet make` wrote. The pages are written again.
    """
    from studydl.sheets import compose, files
    from studydl.sheets import key as keys

    made, about = keys.read(key)
    target = files.of_key(key, about)
    files.write(compose.swap(made, question, {}), target)
    say(f"question {question} is another one; written again:")
    for path in target.all:
        say(f"  {path}")


@sheet.command()
@KEY
def template(key: Path) -> None:
    """Print the answer file to fill in: student, copy, q1, q2 and so on, a line for each copy."""
    from studydl.sheets import answers
    from studydl.sheets import key as keys

    click.echo(answers.template(keys.read(key)[0]), nl=False)


@sheet.command()
@KEY
@click.argument("answers_file", metavar="ANSWERS.csv", type=FILE)
@click.option(
    "--part",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Share of the points for an imprecise answer, or one under another convention.",
)
@json_option
def grade(key: Path, answers_file: Path, part: float, as_json: bool) -> None:
    """Mark the answers of a class.

    Unreadable answers and written ones are listed for marking by hand. Shares come with a 95% interval; below ten
    answers they say next to nothing, and the report says so.
    """
    from studydl.sheets import answers, marking
    from studydl.sheets import key as keys

    if math.isnan(part):  # it is in no range, and click takes it for one in all
        raise UsageError("--part is nan", "Give a number from 0 to 1.")
    made, _ = keys.read(key)
    marked = marking.mark(made, answers.read(answers_file, made), part)
    questions, copies = marking.by_question(made, marked), marking.by_copy(made, marked)
    total = made.blueprint.points
    if as_json:
        print_json(
            {
                "points": total,
                "students": [_student(one) for one in marked],
                "questions": [_share(share) for share in questions],
                "copies": [_share(share) for share in copies],
            }
        )
        return
    print_table(
        ("student", "copy", "points", "of", "by hand"),
        [
            (safe_text(one.row.student) or "-", one.row.copy, f"{one.points:g}", f"{total:g}", _by_hand(one))
            for one in marked
        ],
    )
    _print_shares("question", questions)
    _print_shares("copy", copies)
    _print_by_hand(marked)


def _alone(name: str, others: Sequence[str], why: str) -> None:
    """Refuse options that one given decides, rather than leave them out in silence."""
    ctx = click.get_current_context()
    for option in ctx.command.params:
        given = ctx.get_parameter_source(option.name or "") is click.core.ParameterSource.COMMANDLINE
        for other in others:
            if given and f"--{other}" in option.opts:
                raise UsageError(f"--{name} and --{other} cannot go together", why)


def _names(roster: Path) -> list[str]:
    try:
        lines = roster.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError(f"{roster} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{roster} is not UTF-8 text", "Save it as UTF-8.") from error
    names = [" ".join(line.split())[:80] for line in lines if line.strip()]
    if not names:
        raise UsageError(f"{roster} holds no names", "Write one name a line.")
    return names


def _cards(home: Home, plan: Any) -> dict[str, Any]:
    """Return the cards that a set may ask, read only where one is asked."""
    if not any(slot.card for slot in plan.slots):
        return {}
    from studydl.decks.folders import load_all

    return {f"{deck.name}/{card.id}": card for deck in load_all(home).decks for card in deck.cards}


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _by_hand(one: Marked) -> int:
    return sum(mark.result == "by hand" for mark in one.marks)


def _student(one: Marked) -> dict[str, Any]:
    return {
        "student": one.row.student,
        "copy": one.row.copy,
        "points": one.points,
        "marks": [
            {
                "question": mark.question,
                "answer": mark.answer,
                "result": mark.result.value,
                "points": mark.points,
                "misconception": mark.misconception,
                "note": mark.note,
            }
            for mark in one.marks
        ],
    }


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {
        "name": share.name,
        "correct": share.correct,
        "of": share.of,
        "interval": [round(low, 4), round(high, 4)],
        "few": share.few,
        "misconceptions": [{"name": name, "times": times} for name, times in share.misconceptions],
    }


def _print_shares(what: str, shares: Sequence[Share]) -> None:
    click.echo()
    rows = []
    for share in shares:
        low, high = share.interval
        seen = ", ".join(f"{name} ({times})" for name, times in share.misconceptions[:3])
        judged = "too few to judge" if share.few else f"{100 * share.correct / share.of:.0f}%"
        rows.append((share.name, share.correct, share.of, judged, f"{100 * low:.0f} to {100 * high:.0f}%", seen))
    print_table((what, "correct", "of", "share", "95% interval", "mistakes seen"), rows)


def _print_by_hand(marked: Sequence[Marked]) -> None:
    waiting = [(one, mark) for one in marked for mark in one.marks if mark.result == "by hand"]
    if waiting:
        click.echo("\nTo be marked by hand:")
        rows = [
            (one.row.student or "-", one.row.copy, f"q{mark.question}", mark.answer, mark.note) for one, mark in waiting
        ]
        print_table(("student", "copy", "question", "answer", "why"), [tuple(map(safe_text, row)) for row in rows])
