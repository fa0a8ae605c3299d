from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from studydl import paths
from studydl.cli.main import cli
from studydl.errors import DeckError, StudydlError, UsageError

DECK = """---
title = "Mine \\u001b[31m"
---

## Rounds down {#floor}

Q: A 7x7 convolution, stride 2, padding 3, reads a 224x224 image. How wide is the output?
A: 112

Because \x1b[2J.

```python evidence
conv = nn.Conv2d(1, 1, 7, stride=2, padding=3)
assert conv(torch.empty(1, 1, 224, 224)).shape[-1] == 112
```

## Two gaps {#gaps}

C: The [output] is [floored].

source: a book

## Practice {#auc}

Practice: metrics.roc-auc
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one deck of its own, and no shipped decks."""
    (tmp_path / "content" / "en").mkdir(parents=True)
    for place in ("folders", "proofs"):
        monkeypatch.setattr(f"studydl.decks.{place}.content", lambda: tmp_path / "content")
    folder = tmp_path / "home"
    (folder / "decks").mkdir(parents=True)
    (folder / "decks" / "mine.md").write_text(DECK)
    return folder


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--home", str(home), "decks", *words])


def json_of(result: Result) -> Any:
    return json.loads(result.stdout)


def ship(home: Path, name: str, text: str) -> Path:
    path = home.parent / "content" / "en" / name
    path.write_text(text)
    return path


def test_list_gives_every_deck_with_all_its_items_new_before_the_first_session(home: Path) -> None:
    result = run(home, "list", "--json")
    assert result.exit_code == 0
    expected = {"deck": "mine", "title": "Mine \x1b[31m", "cards": 2, "skills": 1, "due": 0, "new": 4}
    assert json_of(result) == [expected]


def test_list_tells_of_a_broken_deck_on_standard_error_and_lists_the_others(home: Path) -> None:
    (home / "decks" / "broken.md").write_text("## A {#a}\n\nQ: \x1b\n")
    result = run(home, "list")
    assert result.exit_code == 0
    assert "broken.md:3: " in result.stderr
    assert "mine" in result.stdout


def test_show_prints_a_card_with_its_answer(home: Path) -> None:
    result = run(home, "show", "mine", "floor")
    assert "How wide is the output?\n\nAnswer: 112\n" in result.stdout
    assert "assert conv(" in result.stdout
    assert "floored" not in result.stdout


def test_show_prints_each_gap_of_a_cloze_and_a_skills_family(home: Path) -> None:
    text = run(home, "show", "mine").stdout
    assert "The [...] is floored.\nThe output is [...].\n\nAnswer: output; floored" in text
    assert "studydl problems show metrics.roc-auc" in text


def test_no_escape_character_of_a_deck_is_printed(home: Path) -> None:
    (home / "decks" / "broken.md").write_text("## \x1b {#\x1b}\n\nQ: $\x1b$\nA: <\x1b>\n")
    for words in (["show", "mine"], ["list"], ["check"]):
        result = run(home, *words)
        assert "\x1b" not in result.stdout + result.stderr


def test_show_json_gives_the_cards_as_plain_data(home: Path) -> None:
    data = json_of(run(home, "show", "mine", "gaps", "--json"))
    assert data["deck"] == "mine"
    assert data["cards"][0]["kind"] == "cloze"
    assert data["cards"][0]["body"]["deletions"] == ["output", "floored"]


def test_show_takes_a_file_too(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.md"
    path.write_text("Q: a\nA: b\n")
    assert "Answer: b" in run(home, "show", str(path)).stdout


@pytest.mark.parametrize(("words", "hint"), [(("show", "mind"), "mine"), (("show", "mine", "flor"), "floor")])
def test_an_unknown_deck_or_card_is_a_usage_error_with_the_nearest_name(
    home: Path, words: tuple[str, ...], hint: str
) -> None:
    error = run(home, *words).exception
    assert isinstance(error, UsageError)
    assert error.hint == f"Did you mean {hint}?"


def test_show_of_a_broken_deck_says_what_is_wrong_with_it(home: Path) -> None:
    (home / "decks" / "broken.md").write_text("## A {#a}\n\nQ: b\n")
    error = run(home, "show", "broken").exception
    assert isinstance(error, DeckError)
    assert "without A: or options" in error.message


def test_check_does_not_run_the_code_of_a_deck_that_did_not_come_with_studydl(home: Path) -> None:
    trap = home / "ran"
    code = f"```python evidence\nopen({str(trap)!r}, 'x')\nassert not 1 == 1\n```\n"
    (home / "decks" / "trap.md").write_text(f"## A {{#a}}\n\nQ: a\nA: b\n\n{code}")
    result = run(home, "check", "--json", "--mutate")
    assert result.exit_code == 0
    expected = {"decks": 2, "cards": 4, "with_evidence": 2, "passed": 0, "failed": [], "errors": []}
    assert json_of(result) == expected
    assert result.stderr.count("evidence not run") == 2
    assert not trap.exists()


def test_a_folder_called_like_the_shipped_decks_is_not_trusted(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere" / "studydl"
    folder.mkdir(parents=True)
    (folder / "conv.md").write_text(DECK)
    result = run(home, "check", str(folder), "--json")
    assert (json_of(result)["with_evidence"], json_of(result)["passed"]) == (1, 0)


def test_check_runs_the_evidence_of_shipped_decks_and_reports_the_failing_line(home: Path) -> None:
    path = ship(home, "conv.md", DECK.replace("== 112", "== 113"))
    (home / "decks" / "mine.md").unlink()
    result = run(home, "check", "--json")
    assert result.exit_code == 1
    data = json_of(result)
    assert (data["with_evidence"], data["passed"], data["errors"]) == (1, 0, [])
    (failed,) = data["failed"]
    assert (failed["deck"], failed["card"], failed["path"]) == ("conv", "floor", str(path))
    assert path.read_text().splitlines()[failed["line"] - 1].startswith("assert conv(")


def test_check_runs_any_evidence_when_told_to(home: Path) -> None:
    result = run(home, "check", str(home / "decks" / "mine.md"), "--run-evidence", "--json")
    assert result.exit_code == 0
    assert json_of(result)["passed"] == 1


def test_check_mutate_fails_evidence_that_proves_nothing(home: Path, tmp_path: Path) -> None:
    code = "```python evidence\nif False:\n    assert 1 == 2\n```\n"
    path = tmp_path / "idle.md"
    path.write_text(f"## A {{#a}}\n\nQ: a\nA: b\n\n{code}")
    result = run(home, "check", str(path), "--run-evidence", "--mutate", "--json")
    assert result.exit_code == 1
    (failed,) = json_of(result)["failed"]
    assert "proves nothing" in failed["message"]
    assert result.stderr.count("not noticed") == 3


def test_check_reports_errors_with_file_line_and_hint_and_exits_1(home: Path) -> None:
    path = home / "decks" / "broken.md"
    path.write_text("## A {#a}\n\nQ: b\n")
    result = run(home, "check", str(path), "--json")
    assert result.exit_code == 1
    (error,) = json_of(result)["errors"]
    assert (error["path"], error["line"]) == (str(path), 3)
    assert error["message"] == "Q: without A: or options"
    assert error["hint"]


def test_check_of_one_file_knows_the_cards_of_its_folder(home: Path) -> None:
    path = home / "decks" / "more.md"
    path.write_text("## A {#a}\n\nafter: floor\n\nQ: a\nA: b\n\nsource: c\n")
    assert run(home, "check", str(path)).exit_code == 0
    path.write_text("## A {#floor}\n\nQ: a\nA: b\n\nsource: c\n")
    assert run(home, "check", str(path)).exit_code == 1


def test_check_knows_no_such_problem_family(home: Path) -> None:
    (home / "decks" / "mine.md").write_text("## A {#a}\n\nPractice: metrics.roc-auk\n")
    (error,) = json_of(run(home, "check", "--json"))["errors"]
    assert (error["line"], "metrics.roc-auc" in error["hint"]) == (1, True)


def test_check_says_on_standard_error_what_is_bad_style(home: Path) -> None:
    (home / "decks" / "mine.md").write_text("## A {#a}\n\nQ: a\nA: Yes.\n\nsource: c\n")
    result = run(home, "check", "--json")
    assert result.exit_code == 0
    assert "mine.md:1: a yes or no answer" in result.stderr


def test_check_writes_ids_into_plain_files_only_when_told_to(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "plain.md"
    path.write_text("Q: a\nA: b\n")
    run(home, "check", str(path))
    assert path.read_text() == "Q: a\nA: b\n"
    result = run(home, "check", str(path), "--write-ids")
    assert result.exit_code == 0
    assert path.read_text().startswith("## a {#")
    assert "1 ids written" in result.stderr


def test_a_path_that_does_not_exist_or_holds_no_deck_is_a_usage_error(home: Path, tmp_path: Path) -> None:
    assert run(home, "check", str(tmp_path / "none.md")).exit_code == 2
    (tmp_path / "empty").mkdir()
    error = run(home, "check", str(tmp_path / "empty")).exception
    assert isinstance(error, StudydlError)
    assert error.exit_code == 2


def test_new_starts_a_deck_that_passes_every_check(home: Path) -> None:
    result = run(home, "new", "my-notes")
    path = Path(result.stdout.strip())
    assert path == home / "decks" / "my-notes.md"
    check = run(home, "check", str(path), "--run-evidence", "--json")
    assert check.exit_code == 0
    assert (json_of(check)["passed"], check.stderr) == (1, "")


@pytest.mark.parametrize("name", ["mine", "../up", "Two words", "a.md"])
def test_new_neither_overwrites_a_deck_nor_leaves_the_folder(home: Path, name: str) -> None:
    assert isinstance(run(home, "new", name).exception, UsageError)
    assert [file.name for file in (home / "decks").iterdir()] == ["mine.md"]
    assert (home / "decks" / "mine.md").read_text() == DECK


def test_the_shipped_decks_load_without_an_error() -> None:
    from studydl.decks.parse import load

    assert load(paths.content() / "en", "studydl").errors == ()


def test_list_counts_what_the_database_says_is_due(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studydl.store.glance import DeckCount, Glance

    count = DeckCount("mine", "mine", "Mine", due=3, learning=2, new=7)
    seen = Glance("1", today=1, rollover_hour=4, new_per_day=10, new_today=0, unfinished=False, decks=(count,))
    monkeypatch.setattr("studydl.store.glance.glance", lambda path, today: seen)
    (row,) = json_of(run(home, "list", "--json"))
    assert (row["due"], row["new"]) == (5, 7)


def test_check_needs_no_decks_of_ones_own(home: Path) -> None:
    ship(home, "conv.md", "## A {#a}\n\nQ: a\nA: b\n\nsource: c\n")
    result = run(home.parent / "new", "check", "--json")
    assert result.exit_code == 0
    assert json_of(result)["decks"] == 1


def test_new_that_cannot_be_written_leaves_no_deck_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = CliRunner().invoke(cli, ["--home", str(home), "decks", "new", "my-notes"])
    assert isinstance(result.exception, StudydlError)
    assert "my-notes.md cannot be written: No space left" in str(result.exception)
    assert [path.name for path in (home / "decks").iterdir()] == ["mine.md"]


def test_an_unknown_card_is_met_with_the_command_that_lists_the_cards(home: Path) -> None:
    result = CliRunner().invoke(cli, ["--home", str(home), "decks", "show", "mine", "xyzxyz"])
    assert isinstance(result.exception, UsageError)
    assert result.exception.hint == "`studydl decks show mine` shows them all."
