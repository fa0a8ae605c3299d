"""``studydl fit``: the weights of the schedule, fitted to the learner's own reviews."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from studydl.cli.main import pass_home
from studydl.cli.output import json_option, print_json
from studydl.errors import UsageError
from studydl.paths import Home

if TYPE_CHECKING:
    from studydl.study.fit.fitting import Fit


@click.command()
@json_option
@pass_home
def fit(home: Home, as_json: bool) -> None:
    """Fit the schedule to how you remember, cards and skills apart.

    The weights of FSRS-6 are fitted to your earlier reviews and tried on the latest fifth. They are adopted only if
    they foretell those better than the weights in use. No due date moves: the new weights count from the next review
    of each card on. It takes 1,000 reviews; after every 500 more, studydl does it by itself in the background.
    """
    if not home.database.exists():
        raise UsageError("there is nothing to fit yet", "`studydl` starts your first session.")
    from studydl.store.connection import open_store
    from studydl.study.clock import system_clock
    from studydl.study.fit.fitting import changes
    from studydl.study.fit.fitting import fit as fit_all

    with open_store(home) as store, _Bar() as bar:
        fits = fit_all(store, system_clock(), bar.show)
    if as_json:
        print_json({kind: _plain(kind, each) for kind, each in fits.items()})
        return
    for kind, each in fits.items():
        if each.adopted:
            click.echo(f"{kind.capitalize()}: adopted. {changes(kind, each)}")
        else:
            click.echo(f"{kind.capitalize()}: nothing adopted. {each.reason}{_figures(each)}")


def _figures(fit: Fit) -> str:
    if fit.before is None or fit.after is None:
        return ""
    return f" Log loss on the latest {fit.tried_on:,}: {fit.before:.4f} in use, {fit.after:.4f} fitted."


def _plain(kind: str, fit: Fit) -> dict[str, object]:
    from studydl.study.fit.fitting import changes

    return {
        "reviews": fit.reviews,
        "tried_on": fit.tried_on,
        "log_loss": {"before": fit.before, "after": fit.after},
        "adopted": fit.adopted,
        "message": changes(kind, fit) if fit.adopted else fit.reason,
        "weights": list(fit.weights) or None,
    }


class _Bar:
    """One line on standard error that says what is being done; nothing where nobody looks on."""

    def __enter__(self) -> _Bar:
        self._shown = ""
        return self

    def show(self, what: str, share: float) -> None:
        """Show what is being done and the share of it, 0 to 1."""
        line = f"{what}: {share:.0%}"
        if line != self._shown and sys.stderr.isatty():
            click.echo(f"\r{line:<30}", err=True, nl=False)
            self._shown = line

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo(f"\r{'':<30}\r", err=True, nl=False)
