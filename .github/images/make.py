"""Makes the README's pictures from the real program: python .github/images/make.py

It answers a drawn problem with a known mistake, and photographs the verdict.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from studydl.paths import Home, content
from studydl.study.desk import Desk
from studydl.study.session import Session
from studydl.tui.application import StudyApp

HERE = Path(__file__).parent
FAMILY, LEVEL = "metrics.roc-auc", 2


def begin(desk: Desk) -> Session:
    """Start practice with the shipped problems, whose order is always the same."""
    return desk.practice([FAMILY], level=LEVEL, count=5)


def mistaken_answer() -> str:
    """Return what a learner with the mistake would type for the first problem."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Home(Path(folder)))
        question = begin(desk).view().question
        desk.close()
    assert question is not None
    lines = (content() / "problems" / f"{FAMILY}.jsonl").read_text(encoding="utf-8").splitlines()
    problem = next(p for p in map(json.loads, lines) if p["id"] == question.problem_id)
    return str(problem["misconceptions"][0]["value"])


async def photograph(typed: str) -> None:
    """Answer the first problem and save the screen."""
    with tempfile.TemporaryDirectory() as folder:
        app = StudyApp(Home(Path(folder)), begin)
        async with app.run_test(size=(92, 30)) as pilot:
            await pilot.pause(4)
            await pilot.press(*typed, "enter")
            await pilot.pause(1)
            await pilot.press("w")
            await pilot.pause(1)
            app.save_screenshot("study.svg", str(HERE))


if __name__ == "__main__":
    asyncio.run(photograph(mistaken_answer()))
