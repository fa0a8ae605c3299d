"""Which evidence has passed or failed, and with which libraries: shipped with the decks, added to on this machine.

A block is known by its own text, so an edited one counts as never run. Results hold for one set of library versions
only: another torch may make a fact false.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from studydl.decks.model import Card
from studydl.paths import Home, content

LIBRARIES = ("torch", "numpy")
KEPT = 4  # sets of versions in the local file; older ones are let go

# {versions: {digest of a block: what went wrong, or empty}}
Results = Mapping[str, Mapping[str, str]]


@cache
def versions() -> str:
    """Return what results depend on: "torch 2.13.0, numpy 2.4.6, python 3.11"; found without loading torch."""
    found = [f"{name} {_version(name)}" for name in LIBRARIES]
    return ", ".join([*found, "python " + ".".join(platform.python_version_tuple()[:2])])


def _version(name: str) -> str:
    try:
        return version(name).partition("+")[0]  # a CPU build proves the same
    except PackageNotFoundError:
        return "missing"


def digest(code: str) -> str:
    """Return what a block is known by."""
    return hashlib.sha256(code.encode()).hexdigest()[:16]


class Proofs:
    """Results with the libraries of this machine.

    Args:
        results: those there are, of any versions; for the same block, later ones win.
        using: the versions that count.
    """

    def __init__(self, results: Iterable[Results], using: str = "") -> None:
        self.using = using or versions()
        self._found: dict[str, str] = {}
        for each in results:
            self._found |= each.get(self.using, {})

    def message(self, code: str) -> str | None:
        """Return what went wrong with a block, empty if it passed; None if it was never run with these libraries."""
        return self._found.get(digest(code))

    def notice(self, card: Card) -> str:
        """Return what a learner should know before believing a card's answer; mostly nothing."""
        message = self.message(card.evidence) if card.evidence else ""
        if message is None:
            return f"Not yet checked with your {_torch(self.using)}."
        return f"Under review: its evidence fails with your {_torch(self.using)}." if message else ""


def load(home: Home) -> Proofs:
    """Read the results that came with the decks and those of this machine."""
    return Proofs((_read(shipped_file()), _read(home.proofs)))


def add(path: Path, results: Mapping[str, str], using: str = "") -> None:
    """Write results down, whole or not at all; those of the newest few versions are kept.

    Args:
        path: the file.
        results: {code of a block: what went wrong, or empty}.
        using: the versions they were run with; those of this machine when empty.
    """
    known: dict[str, dict[str, str]] = {name: dict(found) for name, found in _read(path).items()}
    mine = known.pop(using or versions(), {}) | {digest(code): message for code, message in results.items()}
    known[using or versions()] = dict(sorted(mine.items()))
    kept = dict(list(known.items())[-KEPT:])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)


def shipped_file() -> Path:
    """Return the file of results that comes with the decks."""
    return content() / "evidence.json"


def _torch(using: str) -> str:
    return using.partition(",")[0]


def _read(path: Path) -> dict[str, Any]:
    """Return the results in a file; one that is missing or damaged holds none, since they can be had again."""
    with suppress(OSError, ValueError):
        data = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict) and all(isinstance(found, dict) for found in data.values()):
            return data
    return {}
