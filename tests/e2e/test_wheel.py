"""What pip installs: the wheel alone, in an environment of its own, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import studydl

ROOT = Path(studydl.__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the scripts of a fresh environment with the wheel; its dependencies are this environment's."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)], check=True)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([str(python), "-c", ask], check=True, capture_output=True, text=True).stdout.strip()
    # A plain path line adds packages, but not the .pth file of an editable studydl among them.
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return scripts


def run(installed: Path, where: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a script of the fresh environment in another folder."""
    return subprocess.run(
        [str(installed / words[0]), *words[1:]], cwd=where, input=typed, capture_output=True, text=True, timeout=120,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STUDYDL"))},
        check=False,
    )  # fmt: skip


def test_the_wheel_holds_code_content_and_migrations_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"studydl", f"studydl-{studydl.__version__}.dist-info"}
    for folder, suffix in (("content", "_content"), ("alembic", "_alembic")):
        files = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()]
        there = {f"studydl/{suffix}/{path.as_posix()}" for path in files if "__pycache__" not in path.parts}
        assert there
        assert there <= set(names)
    for data in ("studydl/answers/grammar.lark", "studydl/tui/studydl.tcss", "studydl/py.typed"):
        assert data in names
    assert not [name for name in names if "__pycache__" in name or name.endswith((".db", ".pyc"))]


def test_the_installed_studydl_uses_what_came_with_it(installed: Path, tmp_path: Path) -> None:
    code = "import studydl, studydl.paths as p; print(studydl.__file__); print(p.content()); print(p.migrations())"
    package, content, migrations = run(installed, tmp_path, "python", "-c", code).stdout.split()
    site = Path(package).parent.parent
    assert site.is_relative_to(installed.parent)
    assert Path(content) == site / "studydl" / "_content"
    assert Path(migrations) == site / "studydl" / "_alembic"


def test_an_answer_is_saved_by_the_installed_studydl(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    decks = run(installed, tmp_path, "studydl", "--home", str(home), "decks", "list")
    assert decks.returncode == 0, decks.stderr
    assert "convolution" in decks.stdout
    decks_of_mine = home / "decks"
    decks_of_mine.mkdir(parents=True)
    (decks_of_mine / "mine.md").write_text("## One {#one}\n\nT: One is a number.\n", encoding="utf-8")
    done = run(installed, tmp_path, "studydl", "--home", str(home), "study", "mine", "--plain", typed="1\n\n")
    assert done.returncode == 0, done.stderr
    assert "saved: correct" in done.stdout
    shipped = run(installed, tmp_path, "studydl", "--home", str(home), "study", "convolution", "--plain")
    assert shipped.returncode == 0, shipped.stderr
    assert "Question 1" in shipped.stdout
    doctor = run(installed, tmp_path, "studydl", "--home", str(home), "doctor")
    assert (doctor.returncode, doctor.stderr) == (0, "")
    assert "follows from the log" in doctor.stdout
    assert not list(tmp_path.glob("*.db"))


def test_a_problem_is_drawn_and_graded_by_the_installed_studydl(installed: Path, tmp_path: Path) -> None:
    words = ("studydl", "problems", "grade", "metrics.f1@1:2:1", "--answer", "164/245", "--json")
    done = run(installed, tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert '"verdict": "correct"' in done.stdout
