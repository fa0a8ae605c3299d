"""The ``studydl`` command: global options, and the commands by name, each imported when it is called."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from studydl import __version__
from studydl.errors import StudydlError
from studydl.paths import Home, home

if TYPE_CHECKING:
    from collections.abc import Sequence

# name: (module, help). The help stands here so that `studydl --help` imports none of the modules.
COMMANDS = {
    "study": ("studydl.cli.study", "Study what is due."),
    "practice": ("studydl.cli.study", "Practice problems of your choice; the schedule is not moved."),
    "interview": ("studydl.cli.interview", "Sit a mock interview on a clock, with a report at its end."),
    "decks": ("studydl.cli.decks", "List, show and check decks of cards."),
    "problems": ("studydl.cli.problems", "List, show, grade, verify and make problems."),
    "sheet": ("studydl.cli.sheet", "Make, change and mark practice sets on paper."),
    "stats": ("studydl.cli.stats", "Show what you remember, what is coming and what is mastered."),
    "fit": ("studydl.cli.fit", "Fit the schedule to how you remember."),
    "config": ("studydl.cli.config", "Show and change the settings."),
    "backup": ("studydl.cli.data", "Back up your data now, verified."),
    "restore": ("studydl.cli.data", "Put a backup back; what is there now is kept beside it."),
    "doctor": ("studydl.cli.data", "Check your data: the file, and the schedule against the log."),
}


class Commands(click.Group):
    """A click group that meets a mistyped command with the one that was probably meant."""

    otherwise = ""  # said where none is near

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; a mistyped one is met with the one that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            said = f"Did you mean '{near[0]}'?" if near else self.otherwise
            raise click.UsageError(f"{error.message} {said}".strip(), ctx) from None


class LazyGroup(Commands):
    """A click group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which the help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command = getattr(import_module(module), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", "folder", metavar="DIR", help="Where your data is. [env: STUDYDL_HOME; default: the data folder]"
)
@click.version_option(__version__, prog_name="studydl", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, folder: str | None) -> None:
    """Study deep learning in the terminal: cards and problems whose answers are verified by running code.

    Without a command: opens the home screen, with what is due today.
    """
    ctx.obj = home(folder)
    if ctx.invoked_subcommand is None:
        from studydl.cli.study import open_home

        open_home(ctx.obj)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 ok, 1 a check failed, 2 usage, 3 data cannot be opened.

    Args:
        arguments: the words after ``studydl``; those of the process when None.
    """
    _open_missing_streams()
    try:
        cli.main(args=arguments, prog_name="studydl", standalone_mode=True)
    except StudydlError as error:
        _fail(str(error), error.exit_code)
    except OSError as error:  # the disk is full, a folder may not be looked into, ...
        what = f"{error.filename}: " if error.filename else ""
        _fail(f"{what}{error.strerror or error}", 1)
    except Exception as error:
        if not _was_interrupted(error):
            raise
        with suppress(OSError):
            click.echo("\nAborted!", err=True)
        sys.exit(1)


def _open_missing_streams() -> None:
    """Give a program that was started without standard streams (as by `<&-`) empty ones."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 (until the program ends)
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _was_interrupted(error: BaseException) -> bool:
    """Say whether an error only follows from Ctrl-C, which the code that was just running made another error of."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, KeyboardInterrupt):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _fail(message: str, code: int) -> NoReturn:
    from studydl.text.safe import safe_text

    with suppress(OSError):  # standard error may be on the full disk too
        click.echo(safe_text(f"studydl: {message}"), err=True)
    sys.exit(code)


pass_home = click.make_pass_decorator(Home)
