from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from studydl.cli.main import main
from studydl.memory.days import study_day
from studydl.paths import Home
from studydl.store import log
from studydl.store.connection import open_store
from studydl.store.log import Event
from studydl.study.clock import system_clock
from studydl.study.statistics.words import NEW_LEARNER, SECTIONS
from tests.study.helpers import write_deck

TODAY = study_day(system_clock(), None, 4)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A data folder with one deck, nothing shipped."""
    (tmp_path / "shipped" / "en").mkdir(parents=True)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: tmp_path / "shipped")
    home = Home(tmp_path / "home")
    write_deck(home, "f1", "floor", title="Mini <b>deck</b> \u202e")
    return home


@pytest.fixture
def studied(home: Home) -> Home:
    """The same after a few answers: a card that came back twice, a problem wrong twice and right after a week."""
    with open_store(home) as store, store.write() as connection:
        rows: list[dict[str, Any]] = [
            {"card_key": "mine/floor", "rating": 3, "day": 60, "due": 50},
            {"card_key": "mine/floor", "rating": 1, "day": 50, "due": 20},
            {"card_key": "mine/floor", "rating": 3, "day": 20, "due": 0},
        ]
        rows += [_problem(day, "incorrect", "class <0>") for day in (40, 39)]
        rows += [_problem(day, "correct", None) for day in (30, 23)]
        for number, row in enumerate(rows):
            day, due = TODAY - row.pop("day"), TODAY - row.pop("due", 0)
            event = Event(
                f"e{number}",
                "answer",
                1,
                day,
                "study",
                phase="review",
                stability=12.0,
                duration_ms=9000,
                due_day=due,
                **row,
            )
            log.append(connection, store.learner, event)
    return home


def _problem(day: int, verdict: str, misconception: str | None) -> dict[str, Any]:
    return {
        "card_key": "mine/f1/2",
        "rating": 3 if verdict == "correct" else 1,
        "day": day,
        "problem_id": f"metrics.f1@1:2:{day}",
        "verdict": verdict,
        "misconception": misconception,
    }


def run(home: Home, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error."""
    with pytest.raises(SystemExit) as caught:
        main(["--home", str(home.folder), "stats", *words])
    out, err = capsys.readouterr()
    return int(caught.value.code or 0), out, err


def test_a_new_learner_is_told_what_to_do_and_gets_zeros_as_json(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(home, capsys)
    assert (code, " ".join(out.split()), err) == (0, NEW_LEARNER, "")
    code, out, err = run(home, capsys, "--json")
    figures = json.loads(out)
    assert (code, err, figures["reviews"]) == (0, "", 0)
    assert figures["retention"]["all"] == {"right": 0, "of": 0, "rate": None, "low": 0.0, "high": 1.0}
    assert len(figures["forecast"]) == 30


def test_the_json_has_every_figure(studied: Home, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(studied, capsys, "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    figures = json.loads(out)
    assert figures["reviews"] == 7
    retention = figures["retention"]
    assert [(retention[name]["right"], retention[name]["of"]) for name in ("all", "young", "mature")] == [
        (3, 5),
        (0, 1),
        (3, 4),
    ]
    assert [(deck["deck"], deck["all"]["of"]) for deck in retention["decks"]] == [("mine/mini", 5)]
    assert (
        figures["calibration"]["recalled"]["of"]
        == 5
        == sum(each["recalled"]["of"] for each in figures["calibration"]["bins"])
    )
    assert sum(each["answers"] for each in figures["calendar"]) == 7
    assert figures["answer_time"] == [
        {"kind": kind, "answers": answers, "lower_ms": 9000, "median_ms": 9000, "upper_ms": 9000}
        for kind, answers in (("basic", 3), ("skill", 4))
    ]
    assert figures["topics"] == [{"topic": "metrics", "families": 1, "mastered": ["metrics.f1"], "begun": []}]
    habit = figures["misconceptions"][0]
    assert (habit["name"], habit["family"], habit["times"], habit["answers_since"]) == ("class <0>", "metrics.f1", 2, 2)
    assert [(each["mode"], each["level"], each["unaided"]["right"]) for each in figures["problems"]] == [
        ("study", 2, 2)
    ]


def test_the_text_fits_80_columns_and_steers_no_terminal(studied: Home, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(studied, capsys)
    assert (code, err) == (0, "")
    assert all(which.title in out for which in SECTIONS)
    assert "60% of 5" in out
    assert max(map(len, out.splitlines())) <= 80
    assert not {"\x1b", "\u202e"} & set(out)


class Page(HTMLParser):
    """Reads a page: its words, its elements, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words, self.tags, self.loads = "", list[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [str(value) for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


def test_the_page_is_one_file_that_needs_nothing_else(
    studied: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "stats.html"
    code, out, err = run(studied, capsys, "--html", str(path))
    assert (code, out) == (0, "")
    assert str(path) in err
    source = path.read_text(encoding="utf-8")
    page = Page(source)
    assert page.loads == [] and "script" not in page.tags and "url(" not in source and "@import" not in source
    assert all(which.title in page.words for which in SECTIONS)
    assert "Mini <b>deck</b>" in page.words and "b" not in page.tags[: page.tags.index("section")]
    assert "class <0>" in page.words
    assert "\u202e" not in source
    assert "60% of 5" in page.words


def test_a_page_for_a_new_learner_and_json_beside_it(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "stats.html"
    code, out, _ = run(home, capsys, "--html", str(path), "--json")
    assert (code, json.loads(out)["reviews"]) == (0, 0)
    assert NEW_LEARNER in Page(path.read_text(encoding="utf-8")).words


def test_a_file_that_is_there_is_not_written_over_unasked(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.html"
    path.write_text("mine")
    code, out, err = run(home, capsys, "--html", str(path))
    assert (code, out, path.read_text()) == (2, "", "mine")
    assert "--force" in err
    assert run(home, capsys, "--html", str(path), "--force")[0] == 0
    assert run(home, capsys, "--html", str(tmp_path / "nowhere" / "x.html"))[0] == 2
    assert [each.name for each in tmp_path.glob("*.part")] == []


def test_the_statistics_load_no_torch_and_the_help_nothing_heavy() -> None:
    program = (
        "import sys; from studydl.cli.main import main\n"
        "try: main(['stats', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('torch', 'numpy', 'sympy', 'sqlalchemy', 'textual', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
