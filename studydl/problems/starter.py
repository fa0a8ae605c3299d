"""Writes the shipped problems: the first supply of a fresh machine, and the golden files the tests compare with.

    python -m studydl.problems.starter [FAMILY]...

Run it after a change of a family's sampling, gate or mistakes, together with a new version of the family.
"""

from __future__ import annotations

import sys

from studydl.paths import content
from studydl.problems import catalog
from studydl.problems.engine import LEVELS, draw
from studydl.problems.exchange import to_line

EACH = 5  # problems a level


def main(names: list[str]) -> None:
    """Write ``content/problems/FAMILY.jsonl``, and remove files of families that are gone.

    Args:
        names: families; all of them when empty.
    """
    folder = content() / "problems"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.jsonl"):
        if old.stem not in catalog.names():
            old.unlink()
    for family in map(catalog.get, names or catalog.names()):
        lines = [to_line(draw(family, level, seed).problem) for level in LEVELS for seed in range(1, EACH + 1)]
        (folder / f"{family.name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
