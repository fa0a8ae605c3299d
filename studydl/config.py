"""The configuration file of interface and machine: ``config.toml`` in the data folder. All of it is optional.

theme = "nord"                 # of the interface; choosing one there changes this line
decks = ["~/notes/cards"]      # folders of Markdown decks, beside the decks folder of the data folder
trusted = ["my-notes"]         # decks of yours whose evidence may be run: it is code

[keys]                         # other keys for commands; `studydl config keys` lists the commands
"study.hint" = "f2"

A value that cannot be used has its default, and what is wrong with it is told; the others are used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from studydl.errors import UsageError
from studydl.files import write_whole
from studydl.paths import Home
from studydl.setting import Names, OneOf, Place, Setting, nearest

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

# Those of Textual, which is not imported to check a name; a test compares.
THEMES = (
    "textual-dark", "textual-light", "nord", "gruvbox", "catppuccin-mocha", "dracula", "tokyo-night", "monokai",
    "flexoki", "catppuccin-latte", "catppuccin-frappe", "catppuccin-macchiato", "solarized-light", "solarized-dark",
    "rose-pine", "rose-pine-moon", "rose-pine-dawn", "atom-one-dark", "atom-one-light", "ansi-dark", "ansi-light",
)  # fmt: skip
FILE = (
    Setting("theme", "Theme", OneOf(THEMES), THEMES[0], "The colors of the interface.", Place.FILE),
    Setting(
        "decks",
        "Deck folders",
        Names("folders"),
        (),
        "Further folders of your Markdown decks, beside the decks folder of the data folder.",
        Place.FILE,
    ),
    Setting(
        "trusted",
        "Trusted decks",
        Names("names of decks"),
        (),
        "Decks of yours whose evidence studydl may run; it is code, so name only those whose every line you know.",
        Place.FILE,
    ),
)
EXAMPLES = {"theme": '"nord"', "decks": '["~/notes/cards", "~/work"]', "trusted": '["my-notes"]'}
KEYS = "keys"
MAY_HOLD = "It may hold theme, decks and trusted, and a table of keys."


@dataclass(frozen=True, slots=True)
class Config:
    """What the file says.

    Args:
        theme: of the interface.
        decks: further folders of decks; ``~`` is the home folder, other relative paths start at the data folder.
        trusted: names of decks whose evidence may be run.
        keys: keys by the id of a command; `studydl.tui.keymap` says which are usable.
    """

    theme: str = THEMES[0]
    decks: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    def folders(self, home: Home) -> tuple[Path, ...]:
        """Return the further folders of decks, there or not."""
        return tuple(home.folder / Path(name).expanduser() for name in self.decks)


def load(home: Home) -> Config:
    """Read the configuration file; what cannot be used has its default."""
    return _read(home)[0]


def faults(home: Home) -> tuple[str, ...]:
    """Return what is wrong with the configuration, a line each: nothing of it keeps anyone from studying."""
    found, wrong = _read(home)
    missing = [folder for folder in found.folders(home) if not folder.is_dir()]
    lines = [f"{home.config} names the deck folder {folder}, which is not there; its cards stay." for folder in missing]
    return (*wrong, *lines)


def put(home: Home, key: str, value: object, table: str = "") -> None:
    """Write one value into the file; everything else in it, comments too, stays as it is.

    Args:
        home: where the file is; it is made if need be.
        key: the name.
        value: a string or strings; None takes the line out.
        table: the table it stands in; empty for the top of the file.

    Raises:
        UsageError: the file cannot be read or written; nothing is changed then.
    """
    text = text_of(home)
    document = _document(text, home)
    place = document
    if table:
        import tomlkit

        if not isinstance(document.get(table, {}), dict):
            raise UsageError(f"{home.config}: {table} is not a table", f"It looks like [{table}] on a line of its own.")
        place = document.setdefault(table, tomlkit.table())
    if value is None:
        place.pop(key, None)
    else:
        place[key] = list(value) if isinstance(value, tuple) else value
    write(home, document.as_string())


def write(home: Home, text: str) -> None:
    """Write the whole file.

    Raises:
        UsageError: it cannot be written; the old one is as it was.
    """
    try:
        write_whole(home.config, text.encode())
    except OSError as error:
        raise UsageError(f"{home.config} cannot be written: {error.strerror}", "The old file is as it was.") from error


def text_of(home: Home) -> str:
    """Return the file's text with its line ends as they are; empty if there is no file.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return home.config.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{home.config} cannot be read: {error}", "Nothing was changed.") from error


def _document(text: str, home: Home) -> TOMLDocument:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise UsageError(
            f"{home.config} is no TOML: {error}", "Nothing was changed. `studydl config edit` opens the file."
        ) from error


def _read(home: Home) -> tuple[Config, tuple[str, ...]]:
    try:
        text = home.config.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Config(), ()
    except UnicodeDecodeError as error:
        return Config(), (f"{home.config} is not used: it is not UTF-8 text ({error.reason}). {MAY_HOLD}",)
    except OSError as error:
        return Config(), (f"{home.config} cannot be read: {error.strerror}",)
    return parse(text, str(home.config))


def parse(text: str, name: str) -> tuple[Config, tuple[str, ...]]:
    """Read the text of a configuration file.

    Args:
        text: the whole file.
        name: what to call it.

    Returns:
        What can be used, and what is wrong, a line each.
    """
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return Config(), (f"{name} is not used: {error}. {MAY_HOLD}",)
    values, wrong = dict[str, object](), list[str]()
    known = {setting.key: setting for setting in FILE}
    for key, value in table.items():
        if key == KEYS:
            values[key] = _keys(value, name, wrong)
        elif key not in known:
            hint = nearest(key, (*known, KEYS))
            wrong.append(f"{name}: {key!r} is not used: there is no such setting. {hint} {MAY_HOLD}")
        else:
            try:
                values[key] = known[key].kind.check(value)
            except ValueError:
                kind = known[key].kind
                takes = (
                    f"it looks like {key} = {EXAMPLES[key]}" if isinstance(kind, Names) else f"it takes {kind.allowed}"
                )
                wrong.append(f"{name}: {key} = {value!r} is not used: {takes}. {MAY_HOLD}")
    return Config(**values), tuple(wrong)  # type: ignore[arg-type]  # each was checked by its setting


def _keys(table: object, name: str, wrong: list[str]) -> dict[str, str]:
    """Return the keys by command; ``"study.hint" = "f2"`` and ``study.hint = "f2"`` say the same."""
    found = dict[str, str]()

    def walk(part: object, path: str) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                walk(value, f"{path}.{key}" if path else key)
        elif isinstance(part, str) and path:
            found[path] = part
        elif isinstance(part, list) and part and all(isinstance(key, str) for key in part):
            found[path] = ",".join(part)
        else:
            wrong.append(f'{name}: the keys of {path or KEYS!r} are not used: they look like "study.hint" = "f2".')

    walk(table, "")
    return found
