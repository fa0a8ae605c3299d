"""Thirty days of study through the real screens: no count wrong, no answer lost, the doctor content."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.month import run


@pytest.mark.timeout(300)
def test_a_month_of_study_is_counted_right_on_every_screen(tmp_path: Path) -> None:
    month = run(tmp_path, days=30, cards=6, seed=20260302)
    done = month.figures
    assert done["days"] >= 20
    assert done["compared the screen"] >= 100
    for kind in ("rated again", "rated hard", "rated good", "undone", "amended", "imprecise"):
        assert done.get(kind), f"{kind}: never"
    for interruption in ("left in the middle", "quit without a word", "buried"):
        assert done.get(interruption), f"{interruption}: never"
