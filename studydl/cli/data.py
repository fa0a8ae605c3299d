"""``studydl backup``, ``restore`` and ``doctor``: the learner's data as a file, and whether it is sound."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from studydl.cli.main import pass_home
from studydl.cli.output import json_option, print_json, print_table, say
from studydl.errors import UsageError
from studydl.paths import Home
from studydl.store import backup as backups
from studydl.store import health
from studydl.text.safe import safe_text

TOLD = 20  # cards whose difference is printed


@click.command()
@pass_home
def backup(home: Home) -> None:
    """Back up your data now, verified. Prints where the backup is."""
    click.echo(safe_text(str(backups.back_up(home))))


@click.command()
@click.argument("name", metavar="[BACKUP]", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_home
def restore(home: Home, name: str | None, yes: bool) -> None:
    """Put a backup back; what is there now is kept beside it. Without BACKUP: lists them.

    BACKUP is a name from the list, "latest" (the newest one that verifies), or a path.
    """
    if name is None:
        _list(home)
        return
    chosen = _find(home, name)
    if home.database.exists() and not yes:
        say(f"{safe_text(str(chosen))} takes the place of {safe_text(str(home.database))}, which is kept beside it.")
        click.confirm("Go on?", abort=True, err=True)
    kept = backups.restore(home, chosen)
    if kept:
        say("What was there is kept as:")
        click.echo(safe_text(str(kept)))
    else:
        say("Restored.")


@click.command()
@json_option
@pass_home
def doctor(home: Home, as_json: bool) -> None:
    """Check your data: the file, and the schedule against the log.

    Exits with 0 if all is well, 1 if something is wrong, 3 if the data cannot be opened.
    """
    there = home.database.exists()
    revision = health.revision(home.database) if there else None
    broken = health.findings(home.database) if there else []
    differing = _replayed(home) if there and not broken else []
    if as_json:
        print_json(
            {
                "database": str(home.database),
                "revision": revision,
                "file": broken,
                "replay": [{"key": key, "stored": stored, "replayed": again} for key, stored, again in differing],
                "ok": not (broken or differing),
            }
        )
    else:
        _explain(home, revision, broken, differing)
    if broken or differing:
        sys.exit(1)


def _replayed(home: Home) -> list[tuple[str, str, str]]:
    """Return (key, stored, replayed) for every card whose state does not follow from the log."""
    from studydl.store.connection import open_store
    from studydl.study.replay import differences

    with open_store(home) as store:
        return list(differences(store))


def _explain(home: Home, revision: str | None, broken: list[str], differing: list[tuple[str, str, str]]) -> None:
    if revision is None:
        click.echo(f"Database  {safe_text(str(home.database))}, not made yet")
        return
    click.echo(f"Database  {safe_text(str(home.database))}, schema {revision}")
    click.echo(f"File      {'damaged' if broken else 'sound'}")
    for line in broken:
        click.echo(f"          {safe_text(line)}")
    if broken:
        good = backups.newest_good(home)
        say(f"The newest good backup: studydl restore {good.path.name}" if good else "There is no good backup.")
        return
    click.echo(f"Schedule  {'does not follow from the log' if differing else 'follows from the log'}")
    for key, stored, again in differing[:TOLD]:
        click.echo(f"          {safe_text(key)}: {safe_text(stored)}; by the log {safe_text(again)}")
    if len(differing) > TOLD:
        click.echo(f"          and {len(differing) - TOLD:,} more cards: --json lists all")


def _list(home: Home) -> None:
    found = backups.backups(home)
    if not found:
        say(f"There are no backups in {safe_text(str(home.backups))} yet.")
        return
    rows = [
        (
            each.path.name,
            datetime.fromtimestamp(each.when_ms / 1000).strftime("%Y-%m-%d %H:%M"),
            f"{each.size / 1e6:.1f} MB",
            "verified" if each.ok else safe_text(each.trouble),
        )
        for each in found
    ]
    print_table(("backup", "made", "size", "state"), rows)


def _find(home: Home, name: str) -> Path:
    if name == "latest":
        good = backups.newest_good(home)
        if good is None:
            raise UsageError(f"There is no good backup in {safe_text(str(home.backups))}.")
        return good.path
    for path in (home.backups / name, Path(name)):
        if path.is_file():
            return path
    raise UsageError(f"There is no backup {safe_text(name)}.", "`studydl restore` lists them.")
