from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from studydl.cli.main import main
from studydl.paths import Home
from studydl.problems.exchange import to_line
from studydl.store import log
from studydl.store.connection import open_store
from studydl.store.log import Event
from studydl.study import supply
from tests.study.helpers import WRONG, FakeWorker, f1_problem, prefer, stock, write_deck


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A data folder with one deck and ready problems; nothing shipped, and no process that loads torch."""
    (tmp_path / "shipped" / "en").mkdir(parents=True)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: tmp_path / "shipped")
    monkeypatch.setattr("studydl.study.supply.Worker", FakeWorker)
    home = Home(tmp_path / "home")
    write_deck(home, "f1", "floor", "yes")
    prefer(home, worked_examples=False)
    with open_store(home) as store:
        stock(store, 5)
    return home


def study(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, *words: str
) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of a session that reads `typed`."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with pytest.raises(SystemExit) as caught:
        main(["--home", str(home.folder), *words])
    out, err = capsys.readouterr()
    assert isinstance(caught.value.code, int)
    return caught.value.code, out, err


def logged(home: Home) -> list[Event]:
    with open_store(home) as store:
        return log.effective(log.everything(store.read(), store.learner))


def test_a_session_line_by_line_is_saved_line_by_line(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = study(home, monkeypatch, capsys, f"{WRONG}\n\n\n3\n1\n", "study", "--plain")
    assert (code, err) == (0, "")
    assert out.count("saved: ") == 3
    assert out.splitlines()[-1].startswith("saved, ")
    answers = logged(home)
    assert [event.card_key for event in answers] == ["mine/f1/1", "mine/floor", "mine/yes"]
    assert [event.text for event in answers] == [WRONG, "", "True"]
    assert [event.rating for event in answers] == [1, 3, 3]


def test_the_next_run_goes_on_where_the_last_one_stopped(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study(home, monkeypatch, capsys, f"{WRONG}\n", "study", "--plain")
    _, out, _ = study(home, monkeypatch, capsys, "\n", "study", "--plain")
    assert "Read as: 7.25" in out, "the verdict it was left at"
    assert "Floored or rounded up?" in out
    assert len(logged(home)) == 1


def test_a_session_may_be_limited(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "1 left." in study(home, monkeypatch, capsys, "", "study", "--plain", "--limit", "1")[1]
    assert "Nothing to study now." in study(home, monkeypatch, capsys, "", "study", "--plain", "--new", "0")[1]


def test_practice_moves_no_schedule(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("practice", "metrics.f1", "--level", "1", "--count", "2", "--plain")
    code, out, _ = study(home, monkeypatch, capsys, f"{WRONG}\n\n{WRONG}\n\n", *words)
    assert code == 0
    assert out.count("saved: incorrect\n") == 2, "no interval: it comes back by no schedule"
    assert {event.mode for event in logged(home)} == {"practice"}


@pytest.mark.parametrize(
    ("words", "hint"),
    [(("study", "nothing", "--plain"), "mini"), (("practice", "nothing", "--plain"), "metrics")],
)
def test_an_unknown_name_is_a_usage_error_with_a_hint(
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    hint: str,
) -> None:
    code, out, err = study(home, monkeypatch, capsys, "", *words)
    assert (code, out) == (2, "")
    assert "nothing" in err
    assert hint in err


def test_a_broken_deck_is_told_on_standard_error_and_the_others_are_studied(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_deck(home, "## Half a card {#half}\n\nQ: And the answer?\n", name="broken")
    code, out, err = study(home, monkeypatch, capsys, "", "study", "--plain")
    assert code == 0
    assert "broken.md" in err
    assert "broken.md" not in out
    assert "Question 1" in out


def test_what_a_learner_types_cannot_reach_the_terminal(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = study(home, monkeypatch, capsys, "\x1b]0;gone\x07\x1b[2J1\n", "study", "--plain")
    assert "Not read" in out
    assert not {"\x1b", "\x07"} & set(out)


def test_a_pipe_that_closes_does_not_lose_the_answer(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    write_deck(home, "f1")
    prefer(home, worked_examples=False)
    problem = f1_problem(1)
    with open_store(home) as store, store.write() as connection:
        supply.add(connection, store.learner, problem, to_line(problem))
    process = subprocess.Popen(
        [sys.executable, "-m", "studydl", "--home", str(home.folder), "study", "mini", "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    for line in process.stdout:
        if line.startswith("Type the answer"):
            break
    process.stdout.close()
    process.stdin.write(f"{WRONG}\n")
    process.stdin.close()
    process.wait(timeout=60)
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert [event.text for event in logged(home)] == [WRONG]
