"""``studydl interview``: sat line by line, listed, shown and exported."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from studydl.cli.main import main
from studydl.paths import Home
from studydl.store import sessions
from studydl.store.connection import open_store
from studydl.study.interviews.state import from_json
from tests.study.helpers import FakeWorker, prefer, write_deck

SIT = ("interview", "--plain", "--topic", "metrics", "--topic", "mini", "--count", "5", "--level", "2", "--seed", "7")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A data folder with one deck; nothing shipped, and no process that loads torch."""
    (tmp_path / "shipped" / "en").mkdir(parents=True)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: tmp_path / "shipped")
    monkeypatch.setattr("studydl.study.supply.Worker", FakeWorker)
    FakeWorker.trouble = None
    home = Home(tmp_path / "home")
    write_deck(home, "pick", "yes", "no", "say", "f1")
    prefer(home, worked_examples=False)
    return home


class Line:
    """A command line with a data folder, whose every call says (exit code, standard output, standard error)."""

    def __init__(self, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._patch, self._read = home, monkeypatch, capsys

    def __call__(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        self._patch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as caught:
            main(["--home", str(self.home.folder), *words])
        out, err = self._read.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, out, err


@pytest.fixture
def line(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(home, monkeypatch, capsys)


def test_an_interview_is_sat_listed_and_shown(line: Line) -> None:
    code, out, err = line(*SIT, typed="0.5\n3\n:end\n\n")
    assert code == 0 and "Drawing the problems" in err
    assert "Question 1 of 5" in out and "0 of 4 right, less than 1 of 10 minutes" in out
    assert "seed 7" in out
    code, out, _ = line("interview", "list")
    assert code == 0 and "0 of 4 right" in out and "metrics, mini" in out
    code, out, _ = line("interview", "show")
    assert code == 0 and "0 of 4 right" in out and "Next:" in out
    assert line("interview", "show", "1")[1] == out


def test_without_options_an_unfinished_interview_goes_on(line: Line) -> None:
    line(*SIT, typed="0.5\n3\n")
    code, out, err = line("interview", "--plain", typed=":end\n")
    assert code == 0 and "1 answered" in out and "Drawing" not in err
    assert "1 of 5 answered" in out
    assert "Going on with the unfinished interview: 1 of 5 answered, 10 min left." in err


def test_the_same_seed_asks_the_same(line: Line) -> None:
    def questions(out: str) -> list[str]:
        return [each for each in out.splitlines() if "What" in each or "TP =" in each or "Which" in each]

    first = questions(line(*SIT, typed=":n\n:n\n:n\n:n\n")[1])
    assert len(first) >= 3
    assert questions(line(*SIT, typed=":n\n:n\n:n\n:n\n")[1]) == first
    assert questions(line(*SIT[:-1], "8", typed=":n\n:n\n:n\n:n\n")[1]) != first


def test_json_has_the_whole_report(line: Line) -> None:
    line(*SIT, typed="0.5\n3\n:end\n\n")
    listed = json.loads(line("interview", "list", "--json")[1])
    assert [(each["number"], each["right"], each["of"], each["answered"], each["seed"]) for each in listed] == [
        (1, 0, 4, 1, 7)
    ]
    shown = json.loads(line("interview", "show", "1", "--json")[1])
    assert [row["number"] for row in shown["rows"]] == [1, 2, 3, 4, 5]
    assert shown["rows"][0]["answer"] == "0.5" and shown["rows"][0]["confidence"] == 3
    assert shown["spoken"] == {"points": 0, "of": 0, "self_rated": True}
    assert shown["confidence"] == [{"said": "sure", "right": 0, "of": 1}]
    assert [step["do"] for step in shown["next"]] == ["queue", "practice", "again"]


@pytest.mark.parametrize(("suffix", "begins"), [(".md", "# Interview 1"), (".html", "<!doctype html>")])
def test_a_report_is_exported(line: Line, tmp_path: Path, suffix: str, begins: str) -> None:
    line(*SIT, typed="0.5\n3\n:end\n\n")
    file = tmp_path / f"report{suffix}"
    code, out, err = line("interview", "export", "--out", str(file))
    assert (code, out) == (0, "") and str(file) in err
    text = file.read_text(encoding="utf-8")
    assert text.startswith(begins) and "0 of 4 right" in text and "F1 score" in text
    code, _, err = line("interview", "export", "1", "--out", str(file))
    assert code == 2 and "--force" in err
    assert line("interview", "export", "1", "--out", str(file), "--force")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("interview", "show"), 2, "no interview is over yet"),
        (("interview", "show", "3"), 2, "no interview 3"),
        (("interview", "--plain", "--topic", "nothing"), 2, "Topics: "),
        (("interview", "--plain", "--topic", "metrcs"), 2, "Did you mean metrics?"),
        (("interview", "--plain", "--count", "0"), 2, "1<=x<=60"),
        (("interview", "--plain", "--level", "4"), 2, "1<=x<=3"),
        (("interview",), 2, "studydl interview --plain"),
        (("interview", "export", "--out", "x.doc"), 2, "no interview is over"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(line: Line, words: tuple[str, ...], code: int, said: str) -> None:
    got, out, err = line(*words)
    assert (got, out) == (code, "")
    assert said in err


def test_no_interview_yet_is_said(line: Line) -> None:
    code, out, err = line("interview", "list")
    assert (code, out) == (0, "") and "`studydl interview` starts one" in err
    assert line("interview", "list", "--json")[1] == "[]\n"


def test_a_killed_program_loses_no_answer_and_not_its_clock(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    write_deck(home, "pick", "yes", "no")
    command = [sys.executable, "-m", "studydl", "--home", str(home.folder), "interview", "--plain"]
    process = subprocess.Popen(
        [*command, "--topic", "mini", "--minutes", "9"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("1\n2\n")
    process.stdin.flush()
    read_until(process.stdout, "saved: answered")
    read_until(process.stdout, "Question 2 of 3")
    time.sleep(1.1)  # on the clock
    process.stdin.write("1\n")
    process.stdin.flush()
    read_until(process.stdout, "How sure are you?")
    process.kill()
    process.wait()
    process.stdout.close()
    again = subprocess.run(command, input=":end\n", capture_output=True, text=True, check=True)
    assert "Traceback" not in again.stderr
    assert again.stdout.startswith("How sure are you?"), "the very step it was killed at"
    assert "2 of 3 answered" in again.stdout
    with open_store(home) as store:
        now = from_json(sessions.of_mode(store.read(), store.learner, "interview")[0].state)
    assert 8 * 60_000 < now.left_ms <= 9 * 60_000 - 1_100


def read_until(output: IO[str], words: str) -> None:
    for line in output:
        if words in line:
            return
    raise AssertionError(f"{words!r} was not printed")
