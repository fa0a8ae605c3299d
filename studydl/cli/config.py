"""``studydl config``: the settings, shown and changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from studydl.cli.main import Commands, pass_home
from studydl.cli.output import json_option, print_json, print_table, say
from studydl.errors import CheckFailed, UsageError
from studydl.paths import Home
from studydl.text.safe import safe_text

if TYPE_CHECKING:
    from studydl.study.options import Option, Options

TEMPLATE = """\
# Settings of studydl for this machine; all of them are optional. A line that begins with # is not read.
# What belongs to you, such as new cards a day, is kept with your data: studydl config

"""


class _Settings(Commands):
    """Tells whoever types the name of a setting how one is changed."""

    otherwise = "A setting is changed by: studydl config set NAME VALUE"


@click.group(cls=_Settings, invoke_without_command=True)
@json_option
@click.pass_context
def config(ctx: click.Context, as_json: bool) -> None:
    """Show all settings, with their values and what they do.

    What belongs to this machine (theme, deck folders, trusted decks, keys) is kept in one TOML file; what belongs to
    you (new cards a day, retention, ...) in your data. A change holds from the next session on.
    """
    if ctx.invoked_subcommand is not None:
        return
    home = ctx.find_object(Home)
    assert home is not None
    with _options(home) as options:
        found = options.all()
    if as_json:
        print_json([_plain(option) for option in found])
        return
    for option in found:
        changed = "" if option.value == option.setting.default else f"  (default {_default(option)})"
        click.echo(safe_text(f"{option.setting.key} = {option.text}{changed}"))
        click.echo(f"    {option.setting.help}")
    click.echo(safe_text(f"\nTheme, decks, trusted and keys are kept in {home.config}"))
    _tell_faults(home)


@config.command()
@click.argument("key")
@json_option
@pass_home
def get(home: Home, key: str, as_json: bool) -> None:
    """Print the value of one setting."""
    with _options(home) as options:
        option = options.get(key)
    if as_json:
        print_json(_plain(option))
    else:
        click.echo(safe_text(option.text))


@config.command("set")
@click.argument("key")
@click.argument("value", nargs=-1, required=True)
@json_option
@pass_home
def set_(home: Home, key: str, value: tuple[str, ...], as_json: bool) -> None:
    """Set one setting; VALUE "default" takes back what was set.

    For example: studydl config set new_per_day 20; studydl config set learning_steps 1 10.
    """
    text = " ".join(value)
    if key.startswith("keys."):
        _set_key(home, key.removeprefix("keys."), text)
        return
    with _options(home, key) as options:
        before = options.reset(key) if text == "default" else options.set(key, text)
        now = options.get(before.setting.key)
    if as_json:
        print_json(_plain(now))
    else:
        say(safe_text(f"{now.setting.key} = {now.text} (it was {before.text}); it holds from the next session on."))


@config.command()
@json_option
@pass_home
def keys(home: Home, as_json: bool) -> None:
    """List the commands of the interface with their keys.

    Give one another key with: studydl config set keys.study.hint f2; "default" takes it back.
    """
    from studydl.config import load
    from studydl.tui.keymap import groups

    mine = load(home).keys
    found = {command.id: command for group in groups() for command in group}
    if as_json:
        print_json(
            [
                {"command": name, "keys": mine.get(name, each.keys), "default": each.keys, "help": each.help}
                for name, each in found.items()
            ]
        )
        return
    rows = [[name, safe_text(mine.get(name, each.keys)), each.help] for name, each in found.items()]
    print_table(["command", "keys", "what it does"], rows)
    _tell_faults(home)


@config.command()
@pass_home
def path(home: Home) -> None:
    """Print where the configuration file is, or would be."""
    click.echo(safe_text(str(home.config)))


@config.command()
@pass_home
def edit(home: Home) -> None:
    """Open the configuration file in your editor ($VISUAL or $EDITOR).

    What you saved is checked first: a file with a fault does not take the place of the old one.
    """
    from studydl import config as file
    from studydl.tui.keymap import faults_of, groups

    old = file.text_of(home) if home.config.exists() else _template()
    text = old
    while True:
        edited = click.edit(text, extension=".toml", require_save=True)
        if edited is None or edited == old:
            say("Nothing was changed.")
            return
        new, wrong = file.parse(edited, "the file")
        if new.keys != file.load(home).keys:
            wrong += faults_of(new.keys, list(groups()))
        if not wrong:
            file.write(home, edited)
            say(safe_text(f"Saved: {home.config}"))
            return
        for line in wrong:
            say(safe_text(line))
        if not click.confirm("Edit it again?", default=True, err=True):
            kept = home.config.with_name("config.rejected.toml")
            home.folder.mkdir(parents=True, exist_ok=True)
            kept.write_text(edited, encoding="utf-8")
            raise CheckFailed("the old file is as it was", f"What you wrote is in {kept}")
        text = edited


def _set_key(home: Home, command: str, text: str) -> None:
    from studydl import config as file
    from studydl.tui.keymap import faults_of, groups

    if text == "default":
        file.put(home, command, None, table=file.KEYS)
        say(safe_text(f"{command} has its own keys again, from the next start on."))
        return
    known, before = list(groups()), file.load(home).keys
    new = set(faults_of({**before, command: text}, known)) - set(faults_of(before, known))
    if new:
        raise UsageError("\n".join(sorted(new)), "Nothing was changed. `studydl config keys` lists the commands.")
    file.put(home, command, text, table=file.KEYS)
    say(safe_text(f"{command} has the keys {text}, from the next start on."))


def _template() -> str:
    from studydl.config import EXAMPLES, FILE

    lines = [f"# {setting.help}\n# {setting.key} = {EXAMPLES[setting.key]}\n" for setting in FILE]
    keys = '# Other keys for commands.\n# [keys]\n# "study.hint" = "f2"\n'
    return TEMPLATE + "\n".join([*lines, keys])


@contextmanager
def _options(home: Home, changed: str = "") -> Iterator[Options]:
    """Open the settings; the database is made only if a setting that is kept there is changed.

    Args:
        home: the data folder.
        changed: the key that will be set; empty to look only.
    """
    from studydl.setting import Place, named
    from studydl.study.options import ALL, Options

    in_data = bool(changed) and named(ALL, changed).place is Place.LEARNER
    if not in_data and not home.database.exists():
        yield Options(home, None)
        return
    from studydl.store.connection import open_store

    with open_store(home) as store:
        yield Options(home, store)


def _tell_faults(home: Home) -> None:
    from studydl.config import faults, load

    for line in faults(home):
        say(safe_text(line))
    if load(home).keys:
        from studydl.tui.keymap import faults as key_faults

        for line in key_faults(home):
            say(safe_text(line))


def _default(option: Option) -> str:
    return option.setting.kind.write(option.setting.default)


def _plain(option: Option) -> dict[str, object]:
    """Return a setting as JSON data; days are written as year-month-day."""
    from studydl.setting import Day

    setting, value, default = option.setting, option.value, option.setting.default
    if isinstance(setting.kind, Day):
        value, default = (None if each is None else setting.kind.write(each) for each in (value, default))
    return {
        "key": setting.key,
        "value": value,
        "default": default,
        "place": setting.place.value,
        "allowed": setting.kind.allowed,
        "help": setting.help,
    }
