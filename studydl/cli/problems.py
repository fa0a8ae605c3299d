"""``studydl problems``: list, show, grade, verify and make problems."""

from __future__ import annotations

import secrets
import sys
import time
from pathlib import Path
from typing import Any

import click

from studydl.cli.main import Commands
from studydl.cli.output import json_option, print_json, print_table, say
from studydl.errors import StudydlError, UsageError, did_you_mean
from studydl.files import check_new
from studydl.text.safe import safe_text

LEVEL = click.IntRange(1, 3)
SEED = click.IntRange(0, 2**64 - 1)


@click.group(cls=Commands)
def problems() -> None:
    """Problems: fresh numbers every time, answers computed by two routes that must agree."""


@problems.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List every problem family, by subject."""
    from studydl.problems import catalog
    from studydl.problems.engine import LEVELS

    rows = [
        {
            "family": f.name,
            "title": f.title,
            "topic": f.topic,
            "levels": list(LEVELS),
            "version": f.version,
            "source": f.source,
        }
        for f in catalog.families()
    ]
    if as_json:
        print_json(rows)
    else:
        for number, topic in enumerate(catalog.topics()):
            click.echo(("\n" if number else "") + topic)
            of_topic = [row for row in rows if row["topic"] == topic]
            width = max(len(str(row["family"])) for row in rows)
            for row in of_topic:
                click.echo(f"  {row['family']:{width}}  {row['title']}")
        click.echo(f"\n{len(rows)} families in {len(catalog.topics())} topics, each at three levels.")


@problems.command()
@click.argument("family_or_id", metavar="FAMILY|ID")
@click.option("--level", type=LEVEL, default=2, show_default=True, help="1 first steps, 2 standard, 3 interview.")
@click.option("--seed", type=SEED, help="The same seed gives the same problem. [default: random]")
@json_option
def show(family_or_id: str, level: int, seed: int | None, as_json: bool) -> None:
    """Show one problem with its answer, worked solution, misconceptions and code.

    FAMILY draws a problem; an ID such as metrics.roc-auc@1:2:48213 draws that very problem again.
    """
    problem = _problem(family_or_id, level, seed)
    if as_json:
        from studydl.problems.exchange import problem_to_json

        print_json(problem_to_json(problem))
    else:
        click.echo(_page(problem))


@problems.command()
@click.argument("family_or_id", metavar="FAMILY|ID")
@click.option("--level", type=LEVEL, default=2, show_default=True)
@click.option("--seed", type=SEED, help="Needed with FAMILY.")
@click.option("--answer", "text", required=True, help="The answer, as one would type it.")
@json_option
def grade(family_or_id: str, level: int, seed: int | None, text: str, as_json: bool) -> None:
    """Grade an answer to one problem: exit 0 if it is correct, 1 if it is not."""
    from studydl.answers.grading import grade as graded
    from studydl.text.markup import plain

    if seed is None and "@" not in family_or_id:
        raise click.UsageError("FAMILY needs --seed: without it nobody knows which problem was answered.")
    problem = _problem(family_or_id, level, seed)
    verdict = graded(problem.answer, text, problem.misconceptions)
    if as_json:
        print_json(
            {
                "verdict": verdict.outcome.value,
                "read_as": verdict.read_as,
                "misconception": verdict.misconception,
                "message": verdict.message,
            }
        )
    else:
        read = f" (read as {verdict.read_as})" if verdict.read_as else ""
        click.echo(safe_text(f"{verdict.outcome.value}{read}"))
        if verdict.message:
            click.echo(plain(verdict.message) if verdict.misconception else safe_text(verdict.message))
    sys.exit(0 if verdict.outcome == "correct" else 1)


@problems.command()
@click.argument("names", metavar="[FAMILY]...", nargs=-1)
@click.option(
    "--count",
    type=click.IntRange(1),
    default=2000,
    show_default=True,
    help="Problems to admit, over all families.",
)
@click.option("--workers", type=click.IntRange(1), help="Processes. [default: the number of cores]")
@json_option
def verify(names: tuple[str, ...], count: int, workers: int | None, as_json: bool) -> None:
    """Draw many problems and check that the two routes of every one agree; exit 1 if any differ."""
    from studydl.problems import audit, catalog

    families = [catalog.get(name).name for name in names] or list(catalog.names())
    started = time.monotonic()
    with click.progressbar(length=count, label="Verifying", file=sys.stderr, show_pos=True) as bar:
        tallies = audit.audit(audit.tasks(families, count), bar.update, workers)
    seconds = time.monotonic() - started
    disagreements = [message for tally in tallies.values() for message in tally.disagreements]
    if as_json:
        print_json(_report(tallies, len(disagreements), seconds))
    else:
        _print_audit(tallies, len(disagreements), seconds)
    for message in disagreements[:20]:
        say(f"DISAGREEMENT {message}")
    sys.exit(1 if disagreements else 0)


@problems.command()
@click.argument("name", metavar="SUBJECT.NAME")
def new(name: str) -> None:
    """Start a family: its file and its test, which work from the first minute and are yours to change.

    For a checkout of studydl; CONTRIBUTING.md goes on from here.
    """
    from studydl.problems.scaffold import scaffold

    family, test = scaffold(name)
    say(f"  {family}\n  {test}\nRead it as a learner: studydl problems show {name}")


@problems.command()
@click.option("--count", type=click.IntRange(1), required=True, help="How many problems.")
@click.option("--topic", "topics", multiple=True, help="Only families of this topic; may be repeated.")
@click.option("--level", type=LEVEL, help="Only this level. [default: all three]")
@click.option("--seed", type=SEED, help="The same seed makes the same file. [default: random]")
@click.option(
    "--workers", type=click.IntRange(1), help="Processes; the file is the same. [default: the number of cores]"
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The JSON Lines file to write.",
)
def make(
    count: int,
    topics: tuple[str, ...],
    level: int | None,
    seed: int | None,
    workers: int | None,
    force: bool,
    out: Path,
) -> None:
    """Write problems to a JSON Lines file, one `show --json` object a line."""
    from studydl.problems import catalog
    from studydl.problems.engine import LEVELS
    from studydl.problems.making import make_lines

    for unknown in sorted(set(topics) - set(catalog.topics())):
        hint = did_you_mean(unknown, catalog.topics(), f"Topics: {', '.join(catalog.topics())}.")
        raise UsageError(f"there is no topic {safe_text(unknown)!r}", hint)
    names = [n for n in catalog.names() if not topics or n.partition(".")[0] in topics]
    base = secrets.randbits(64) if seed is None else seed
    check_new(out, force)
    unfinished = out.with_name(out.name + ".part")
    try:
        with (
            unfinished.open("w", encoding="utf-8") as file,
            click.progressbar(length=count, label="Making", file=sys.stderr, show_pos=True) as bar,
        ):
            for lines in make_lines(names, (level,) if level else LEVELS, count, base, workers):
                file.writelines(line + "\n" for line in lines)
                bar.update(len(lines))
        unfinished.replace(out)
    except OSError as error:
        raise StudydlError(f"{out} cannot be written: {error.strerror}", "Nothing was left half-written.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    say(f"{count} problems in {out} (seed {base})")


def _problem(family_or_id: str, level: int, seed: int | None) -> Any:
    from studydl.problems import catalog
    from studydl.problems.engine import draw, draw_id

    if "@" in family_or_id:
        return draw_id(family_or_id).problem
    family = catalog.get(family_or_id)
    return draw(family, level, secrets.randbits(32) if seed is None else seed).problem


def _page(problem: Any) -> str:
    """Return a problem as a person reads it in the terminal."""
    from studydl.text.markup import plain

    parts = [f"{problem.title} - level {problem.level} - {problem.id}", "", plain(problem.prompt, 80)]
    parts += [f"  ({line})" for line in map(plain, problem.conventions)]
    parts += ["", f"Answer: {problem.answer.text}", ""]
    parts += [f"  {number}. {plain(step)}" for number, step in enumerate(problem.steps, 1)]
    parts += ["", "Predictable mistakes:"]
    parts += [f"  {m.value}  {m.name}: {plain(m.message)}" for m in problem.misconceptions]
    parts += ["", *(f"    {line}" for line in problem.code.splitlines()), "", f"Source: {problem.source}"]
    return "\n".join(parts)


def _report(tallies: dict[str, Any], disagreements: int, seconds: float) -> dict[str, Any]:
    families = [
        {
            "family": t.family,
            "drawn": t.drawn,
            "admitted": t.admitted,
            "rejected": dict(sorted(t.rejected.items())),
            "duplicates": t.duplicates,
            "per_second": round(t.per_second, 1),
        }
        for t in tallies.values()
    ]
    return {
        "families": families,
        "drawn": sum(t.drawn for t in tallies.values()),
        "admitted": sum(t.admitted for t in tallies.values()),
        "rejected": sum(t.rejected.total() for t in tallies.values()),
        "disagreements": disagreements,
        "seconds": round(seconds, 2),
    }


def _print_audit(tallies: dict[str, Any], disagreements: int, seconds: float) -> None:
    reasons = sorted({reason for t in tallies.values() for reason in t.rejected})
    head = ("family", "drawn", "admitted", *reasons, "duplicates", "mistakes left", "admitted/s a core")
    rows = [_audit_row(t, reasons) for t in tallies.values()]
    print_table(head, rows)
    admitted = sum(t.admitted for t in tallies.values())
    click.echo(f"\n{admitted} problems admitted, {disagreements} disagreements, {seconds:.1f} s")


def _audit_row(tally: Any, reasons: list[str]) -> tuple[Any, ...]:
    """Return a family's figures; "mistakes left" is how many a problem has on average that tell themselves apart."""
    left = round(tally.mistakes.total() / max(1, tally.admitted), 1)
    rejected = (tally.rejected[reason] for reason in reasons)
    return tally.family, tally.drawn, tally.admitted, *rejected, tally.duplicates, left, round(tally.per_second)
