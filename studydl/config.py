"""The configuration file of interface and machine: ``config.toml`` in the data folder. All of it is optional.

theme = "nord"                 # of the interface; it writes this line itself
decks = ["~/notes/cards"]      # folders of Markdown decks, beside the decks folder of the data folder
trusted = ["my-notes"]         # decks of yours whose evidence may be run: it is code
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from studydl.paths import Home


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file says.

    Args:
        theme: of the interface; empty for the default.
        decks: further folders of decks; ``~`` is the home folder, other relative paths start at the data folder.
        trusted: names of decks whose evidence may be run.
    """

    theme: str = ""
    decks: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()

    def folders(self, home: Home) -> tuple[Path, ...]:
        """Return the further folders of decks, there or not."""
        return tuple(home.folder / Path(name).expanduser() for name in self.decks)


def load(home: Home) -> Config:
    """Read the configuration file; without a readable one, everything has its default."""
    return _read(home)[0]


def faults(home: Home) -> tuple[str, ...]:
    """Return what is wrong with the configuration, a line each: nothing of it keeps anyone from studying."""
    found, fault = _read(home)
    missing = [folder for folder in found.folders(home) if not folder.is_dir()]
    lines = [f"{home.config} names the deck folder {folder}, which is not there; its cards stay." for folder in missing]
    return (*([fault] if fault else []), *lines)


def _read(home: Home) -> tuple[Config, str]:
    try:
        return msgspec.toml.decode(home.config.read_bytes(), type=Config), ""
    except FileNotFoundError:
        return Config(), ""
    except OSError as error:
        return Config(), f"{home.config} cannot be read: {error.strerror}"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Config(), f"{home.config} is not used: {error}. It may hold theme, decks and trusted."
