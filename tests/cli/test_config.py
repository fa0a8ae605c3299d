from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from studydl.cli.main import cli
from studydl.errors import CheckFailed, UsageError
from studydl.memory.model import Settings
from studydl.paths import Home
from studydl.setting import Place
from studydl.store.connection import open_store
from studydl.study import preferences
from studydl.study.options import ALL, LEARNER

Run = Callable[..., Result]
FITTED = {"weights", "skill_weights"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def run(home: Home) -> Run:
    def run(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(cli, ["--home", str(home.folder), "config", *words], input=answer)

    return run


def test_everything_a_learner_can_set_is_in_the_table_with_its_own_default() -> None:
    assert {s.key for s in LEARNER} == {f.name for f in fields(Settings)} - FITTED
    for setting in ALL:
        assert setting.kind.check(setting.default) == setting.default
        assert setting.kind.read(setting.kind.write(setting.default)) == setting.default
        assert setting.help.endswith(".") and len(setting.help) <= 110


def test_looking_makes_no_database(run: Run, home: Home) -> None:
    shown = run().output
    assert all(f"{s.key} = {s.kind.write(s.default)}" in shown and s.help in shown for s in ALL)
    assert not home.folder.exists()


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("new_per_day", "20", 20),
        ("new-per-day", "0", 0),
        ("retention", "92%", 0.92),
        ("retention", "0.7", 0.7),
        ("learning_steps", "1 10 30", (1, 10, 30)),
        ("learning_steps", "1, 10", (1, 10)),
        ("relearning_steps", "none", ()),
        ("worked_examples", "off", False),
        ("live_value", "no", False),
        ("exam_day", "2999-03-15", (date(2999, 3, 15) - date(1970, 1, 1)).days),
        ("start_deck", "none", ""),
    ],
)
def test_what_is_set_holds_for_the_scheduler(run: Run, home: Home, key: str, typed: str, kept: object) -> None:
    assert run("set", key, *typed.split()).exit_code == 0
    with open_store(home) as store:
        assert getattr(preferences.load(store), key.replace("-", "_")) == kept


@pytest.mark.parametrize(
    ("key", "typed", "allowed"),
    [
        ("new_per_day", "501", "0 to 500"),
        ("new_per_day", "-1", "0 to 500"),
        ("new_per_day", "two", "0 to 500"),
        ("retention", "99%", "0.7 to 0.97"),
        ("retention", "nan", "0.7 to 0.97"),
        ("retention", "1e999", "0.7 to 0.97"),
        ("learning_steps", "0", "1 to 1,440"),
        ("learning_steps", "1 2 3 4 5 6 7 8 9 10 11", "up to 10"),
        ("rollover_hour", "24", "0 to 23"),
        ("exam_day", "2020-01-01", "not over"),
        ("exam_day", "soon", "2027-03-15"),
        ("worked_examples", "maybe", "on or off"),
        ("theme", "nrd", "nord"),
        ("new_per_day", "9" * 10_000, "0 to 500"),
    ],
)
def test_a_value_that_is_not_allowed_is_told_what_is(run: Run, key: str, typed: str, allowed: str) -> None:
    before = run().stdout
    result = run("set", "--", key, typed)
    assert isinstance(result.exception, UsageError)
    assert key in str(result.exception) and typed[:30] in str(result.exception) and allowed in str(result.exception)
    assert len(str(result.exception)) < 500
    assert run().stdout == before


def test_a_typo_in_the_name_is_told_the_nearest(run: Run) -> None:
    for words in (["get", "new_per_dy"], ["set", "new_per_dy", "3"]):
        assert "Did you mean new_per_day?" in str(run(*words).exception)


def test_default_takes_back_what_was_set(run: Run, home: Home) -> None:
    for key, typed in (("new_per_day", "20"), ("theme", "nord")):
        run("set", key, typed)
        assert run("get", key).stdout == f"{typed}\n"
        assert "it was" in run("set", key, "default").stderr
        assert (
            json.loads(run("get", key, "--json").stdout)["value"]
            == json.loads(run("--json").stdout)[[s.key for s in ALL].index(key)]["default"]
        )
    assert "theme" not in home.config.read_text()


def test_json_has_every_setting_with_value_and_default(run: Run) -> None:
    run("set", "exam_day", "2999-03-15")
    found = {each["key"]: each for each in json.loads(run("--json").stdout)}
    assert list(found) == [s.key for s in ALL]
    assert found["exam_day"]["value"] == "2999-03-15" and found["exam_day"]["default"] is None
    assert found["learning_steps"]["value"] == [1, 10]
    assert found["theme"]["place"] == "file" and found["retention"]["place"] == "learner"
    assert all(each["help"] and each["allowed"] for each in found.values())


def test_what_belongs_to_the_machine_is_kept_in_the_file(
    run: Run, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (other := tmp_path / "other").mkdir()
    (tmp_path / "cards").mkdir()
    run("set", "decks", "~/cards,", str(other))
    assert home.config.read_text() == f'decks = ["~/cards", "{other}"]\n'
    assert not home.database.exists()
    assert run("path").stdout == f"{home.config}\n"
    assert {s.key for s in ALL if s.place is Place.FILE} == {"theme", "decks", "trusted"}


def test_a_deck_folder_that_is_not_there_is_refused(run: Run, home: Home, tmp_path: Path) -> None:
    run("set", "theme", "textual-light")
    before = home.config.read_text()
    (tmp_path / "file").touch()
    for folder in (tmp_path / "nowhere", tmp_path / "file"):
        refused = run("set", "decks", f"{tmp_path}, {folder}")
        assert f"there is no folder {folder}" in str(refused.exception) and refused.exit_code
    assert home.config.read_text() == before


def test_an_unknown_deck_to_start_with_is_refused(run: Run, home: Home) -> None:
    home.decks.mkdir(parents=True)
    (home.decks / "notes.md").write_text("## A {#a}\n\nQ: Q?\nA: A\n")
    from studydl.study.desk import Desk

    Desk(home).close()
    assert "Did you mean notes?" in str(run("set", "start_deck", "note").exception)
    assert run("set", "start_deck", "notes").exit_code == 0


@pytest.mark.parametrize("typed", ["notes", "NOTES", "my notes", "My Notes"])
def test_a_deck_to_start_with_is_known_by_its_title_too(run: Run, home: Home, typed: str) -> None:
    home.decks.mkdir(parents=True)
    (home.decks / "notes.md").write_text('---\ntitle = "My notes"\n---\n\n## A {#a}\n\nQ: Q?\nA: A\n')
    from studydl.study.desk import Desk

    Desk(home).close()
    assert run("set", "start_deck", *typed.split()).exit_code == 0
    assert run("get", "start_deck").stdout == "notes\n"


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    """Have an editor that replaces what it opens by this text."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import os, pathlib, sys\n"
        f"path = pathlib.Path(sys.argv[1]); path.write_text({text!r}); os.utime(path, (1, 1))\n"
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}")


def test_what_was_edited_is_kept_if_it_is_well(run: Run, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.folder.mkdir()
    editor(monkeypatch, home.folder.parent, '# new\ntheme = "nord"\n')
    assert run("edit").exit_code == 0
    assert home.config.read_text() == '# new\ntheme = "nord"\n'


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("theme = ", "is not used"),
        ("theme = 'nrd'", "is not used"),
        ("new_per_day = 3", "is not used"),
        ("decks = '~/cards'", 'it looks like decks = ["~/notes/cards", "~/work"]'),
        ('[keys]\n"study.hint" = "hello"\n', "'hello' cannot be used"),
        ('keys.study.hint = "f"\n', "'f' is also the key of"),
    ],
)
def test_a_bad_edit_keeps_the_old_file_and_loses_nothing(
    run: Run, home: Home, monkeypatch: pytest.MonkeyPatch, bad: str, words: str
) -> None:
    home.folder.mkdir()
    home.config.write_text('theme = "nord"  # mine\n')
    editor(monkeypatch, home.folder.parent, bad)
    result = run("edit", answer="n\n")
    assert isinstance(result.exception, CheckFailed)
    assert words in result.stderr
    assert home.config.read_text() == 'theme = "nord"  # mine\n'
    assert (home.folder / "config.rejected.toml").read_text() == bad


def test_a_file_that_is_no_text_is_not_opened_lest_bytes_be_lost(run: Run, home: Home) -> None:
    home.folder.mkdir()
    home.config.write_bytes(b"\xff\xfe")
    assert isinstance(run("edit").exception, UsageError)
    assert home.config.read_bytes() == b"\xff\xfe"


def test_a_bad_edit_may_be_mended(run: Run, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    editor(monkeypatch, tmp_path, "theme = 'nrd'")
    script = tmp_path / "editor.py"
    script.write_text(
        "import os, pathlib, sys\npath = pathlib.Path(sys.argv[1]); text = path.read_text()\n"
        "path.write_text(\"theme = 'nord'\" if 'nrd' in text else \"theme = 'nrd'\"); os.utime(path, (1, 1))\n"
    )
    assert run("edit", answer="y\n").exit_code == 0
    assert home.config.read_text() == "theme = 'nord'"


def test_the_first_edit_begins_with_a_file_that_explains_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from studydl.cli.config import _template
    from studydl.config import parse

    template = _template()
    assert parse(template, "the file")[1] == ()
    examples = [line.removeprefix("# ") for line in template.splitlines() if " = " in line or "[keys]" in line]
    assert len(examples) == 5 and parse("\n".join(examples), "the file")[1] == ()


def test_a_key_is_set_and_taken_back(run: Run, home: Home) -> None:
    assert run("set", "keys.study.hint", "f2").exit_code == 0
    assert home.config.read_text() == '[keys]\n"study.hint" = "f2"\n'
    listed = {each["command"]: each for each in json.loads(run("keys", "--json").stdout)}
    assert (listed["study.hint"]["keys"], listed["study.hint"]["default"]) == ("f2", "h")
    assert re.search(r"study\.hint +f2 +Show one more step", run("keys").stdout)
    run("set", "keys.study.hint", "default")
    assert "study.hint" not in home.config.read_text()


@pytest.mark.parametrize(
    ("command", "key", "words"),
    [
        ("study.hnt", "f2", "Did you mean study.hint?"),
        ("study.hint", "f", "study.flag"),
        ("study.hint", "ctrl+q", "stay"),
    ],
)
def test_a_key_that_does_not_work_is_refused(run: Run, home: Home, command: str, key: str, words: str) -> None:
    assert words in str(run("set", f"keys.{command}", key).exception)
    assert not home.config.exists()


def test_faults_of_keys_in_the_file_are_told(run: Run, home: Home) -> None:
    home.folder.mkdir()
    home.config.write_text('[keys]\n"study.hnt" = "f2"\n')
    assert "Did you mean study.hint?" in run().stderr
