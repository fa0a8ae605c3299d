"""The start of a new family: its file and its test, working from the first minute."""

from __future__ import annotations

import re
from pathlib import Path

from studydl.errors import UsageError
from studydl.paths import PACKAGE
from studydl.problems import catalog

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)


def scaffold(name: str, root: Path = PACKAGE.parent) -> tuple[Path, Path]:
    """Write a family and its test, to be changed line by line.

    Args:
        name: ``subject.quantity``.
        root: the checkout.

    Returns:
        The family's file and the test's.

    Raises:
        UsageError: the name is none or taken, or this is no checkout.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name of a family", "A name looks like metrics.roc-auc: subject.quantity.")
    if name in catalog.names():
        raise UsageError(f"there is a family {name} already", f"`studydl problems show {name}` shows it.")
    tests = root / "tests" / "problems" / "catalog"
    if not tests.is_dir():
        raise UsageError(f"{root} is no checkout of studydl", "Clone the repository, and work there.")
    subject, _, quantity = name.partition(".")
    module = quantity.replace("-", "_")
    folder = root / "studydl" / "problems" / "catalog" / subject
    words = {"NAME": name, "CLASS": "".join(part.capitalize() for part in quantity.split("-")), "MODULE": module}
    words |= {"SUBJECT": subject, "TITLE": quantity.replace("-", " ").capitalize()}
    family, test = folder / f"{module}.py", tests / subject / f"test_{module}.py"
    test.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "__init__.py").exists():
        (folder / "__init__.py").write_text(f'"""Problems on {subject}."""\n', encoding="utf-8")
    family.write_text(_filled(_FAMILY, words), encoding="utf-8")
    test.write_text(_filled(_TEST, words), encoding="utf-8")
    return family, test


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub("|".join(words), lambda match: words[match[0]], text)


_FAMILY = '''"""What this family asks, in one line."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Sides:
    """The parameters: plain data, with their ranges.

    Args:
        height: 3 to 999.
        width: 11 to 999.
    """

    height: int
    width: int


class CLASS(Family[Sides]):
    """The rule that is to be learned, in one sentence."""

    name, version, title = "NAME", 1, "TITLE"
    source = "the documentation page, paper with year, or book with section that defines it"
    answer = Integer()
    prompt = "An image is {height} pixels high and {width} pixels wide. How many pixels does it have?"
    conventions = ("every choice that changes the answer",)
    steps = (
        "Each of the {height} rows has {width} pixels.",
        "${height} * {width}$ = {answer}",
    )
    mistakes = (
        Mistake("sides added", lambda p: p.height + p.width, "You added the sides. Each of {height} rows has {width}."),
        Mistake("the border", lambda p: 2 * (p.height + p.width), "That is the length of the border, not the area."),
        Mistake("height squared", lambda p: p.height**2, "You multiplied the height by itself. The width is {width}."),
    )

    def sample(self, draw: Draw, level: int) -> Sides | None:
        """Level 1: one digit and two; level 2: two and three; level 3: three and three."""
        heights, widths = {1: ((3, 9), (11, 99)), 2: ((11, 99), (101, 999)), 3: ((101, 999), (101, 999))}[level]
        return Sides(draw.integer(*heights), draw.integer(*widths))

    def formula(self, p: Sides) -> int:
        """Return the answer in exact arithmetic."""
        return p.height * p.width

    def effort(self, p: Sides) -> Effort:
        """Return one product."""
        return Effort(1, len(str(p.height)) + len(str(p.width)))

    def facts(self, p: Sides) -> Facts:
        """Return what the templates name beside the parameters."""
        return {}

    @staticmethod
    def witness(height: int, width: int) -> int:
        """Return the answer of the real operation; the learner is shown this code."""
        import torch

        return torch.empty(height, width, device="meta").numel()
'''

_TEST = """from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.SUBJECT.MODULE import Sides
from studydl.problems.model import Problem


def test_MODULE_agrees_with_numpy(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("NAME"):
        height, width = (int(str(problem.params[name])) for name in ("height", "width"))
        assert int(problem.answer.value) == np.zeros((height, width), dtype=bool).size, problem.id


def test_MODULE_by_hand() -> None:
    # 3 rows of 4: 4 + 4 + 4 = 12
    assert catalog.get("NAME").formula(Sides(height=3, width=4)) == 12
"""
