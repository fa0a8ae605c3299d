from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from studydl.errors import UsageError
from studydl.problems.engine import LEVELS, draw
from studydl.problems.family import Family
from studydl.problems.scaffold import scaffold


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "tests" / "problems" / "catalog").mkdir(parents=True)
    return tmp_path


def test_a_new_family_draws_problems_from_the_first_minute(checkout: Path) -> None:
    family_file, test_file = scaffold("images.pixel-count", checkout)
    assert family_file == checkout / "studydl/problems/catalog/images/pixel_count.py"
    assert test_file == checkout / "tests/problems/catalog/images/test_pixel_count.py"
    spec = importlib.util.spec_from_file_location("pixel_count", family_file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["pixel_count"] = module
    spec.loader.exec_module(module)
    family: Family[object] = module.PixelCount()
    assert family.name == "images.pixel-count"
    for level in LEVELS:
        assert len({repr(draw(family, level, seed).problem.params) for seed in range(50)}) >= 48


def test_what_is_written_passes_the_checks_of_form(checkout: Path) -> None:
    for path in scaffold("images.pixel-count", checkout):
        for check in (["check", "--select", "E,F,I,D1,UP", "--ignore", "D103"], ["format", "--check"]):
            command = [sys.executable, "-m", "ruff", *check, "--isolated", "--line-length", "120", str(path)]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0 or "D100" in done.stdout, done.stdout


@pytest.mark.parametrize("name", ["roc", "Metrics.f1", "metrics.", "a.b/c", "../x.y", "metrics.f1.x", "a.b c"])
def test_a_name_that_is_none_shows_one(checkout: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"metrics\.roc-auc"):
        scaffold(name, checkout)


def test_a_family_that_is_there_is_not_written_over(checkout: Path) -> None:
    with pytest.raises(UsageError, match="already"):
        scaffold("metrics.f1", checkout)


def test_outside_a_checkout_it_says_where_to_go(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Clone"):
        scaffold("images.pixel-count", tmp_path)
