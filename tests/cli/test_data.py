from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from studydl.cli.main import cli
from studydl.errors import DamagedDatabase, StudydlError, UsageError
from studydl.paths import Home
from studydl.store import settings
from studydl.store.connection import Store, open_store
from studydl.store.driver import connect
from studydl.store.health import HEAD

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    open_store(home).close()
    return home


@pytest.fixture
def run(home: Home) -> Run:
    def run(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(cli, ["--home", str(home.folder), *words], input=answer)

    return run


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """Stand in for the replay of the log, which is study's; what is put in the list is what it finds."""
    found: list[tuple[str, str, str]] = []

    def differences(store: Store) -> list[tuple[str, str, str]]:
        assert store.learner == "me"
        return found

    module = types.ModuleType("studydl.study.replay")
    vars(module)["differences"] = differences
    monkeypatch.setitem(sys.modules, "studydl.study.replay", module)
    return found


def _set(home: Home, value: str) -> None:
    with open_store(home) as store, store.write() as connection:
        settings.put(connection, "me", "value", value)


def _value(path: Path) -> str:
    with closing(connect(path)) as connection:
        return str(json.loads(connection.execute("SELECT value FROM settings").fetchone()[0]))


def _error(result: Result) -> StudydlError:
    assert isinstance(result.exception, StudydlError)
    return result.exception


def test_backup_prints_the_path_and_nothing_else(home: Home, run: Run) -> None:
    result = run("backup")
    assert result.exit_code == 0
    made = Path(result.stdout.removesuffix("\n"))
    assert made.parent == home.backups and made.is_file()
    assert result.stderr == ""


def test_restore_without_a_name_lists_the_backups_newest_first(home: Home, run: Run) -> None:
    assert "no backups" in run("restore").stderr
    paths = [Path(run("backup").stdout.strip()) for _ in range(2)]
    paths[0].write_bytes(b"")
    lines = run("restore").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [paths[1].name, paths[0].name]
    assert lines[1].endswith("verified") and lines[2].endswith("it is empty")


def test_restore_asks_and_does_nothing_when_told_no(home: Home, run: Run) -> None:
    _set(home, "old")
    name = Path(run("backup").stdout.strip()).name
    _set(home, "new")
    refused = run("restore", name, answer="n\n")
    assert refused.exit_code == 1
    assert _value(home.database) == "new"
    agreed = run("restore", name, answer="y\n")
    assert agreed.exit_code == 0
    assert _value(home.database) == "old"
    assert _value(Path(agreed.stdout.strip())) == "new"


def test_restore_takes_a_path_or_the_latest_good_backup(home: Home, run: Run, tmp_path: Path) -> None:
    _set(home, "first")
    first = Path(run("backup").stdout.strip())
    elsewhere = first.rename(tmp_path / "copy.db")
    _set(home, "second")
    run("backup")
    Path(run("backup").stdout.strip()).write_bytes(b"broken")
    _set(home, "third")
    assert run("restore", "latest", "--yes").exit_code == 0
    assert _value(home.database) == "second"
    assert run("restore", str(elsewhere), "--yes").exit_code == 0
    assert _value(home.database) == "first"


def test_restore_of_what_is_not_there_is_a_usage_error(run: Run) -> None:
    error = _error(run("restore", "none\x1b[2J.db", "--yes"))
    assert isinstance(error, UsageError) and error.exit_code == 2
    assert "\x1b" not in error.message


def test_doctor_finds_nothing_wrong_with_sound_data(run: Run, replay: list[tuple[str, str, str]]) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert "sound" in result.stdout and "follows from the log" in result.stdout
    data = json.loads(run("doctor", "--json").stdout)
    assert (data["ok"], data["file"], data["replay"], data["revision"]) == (True, [], [], HEAD)


def test_doctor_tells_where_the_schedule_does_not_follow_from_the_log(
    run: Run, replay: list[tuple[str, str, str]]
) -> None:
    replay.append(("studydl/a", "due 5", "due 6\x1b[31m"))
    result = run("doctor")
    assert result.exit_code == 1
    assert "studydl/a: due 5; by the log due 6" in result.stdout
    assert "\x1b" not in result.stdout
    as_json = run("doctor", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["replay"] == [
        {"key": "studydl/a", "stored": "due 5", "replayed": "due 6\x1b[31m"}
    ]


def test_doctor_tells_of_twenty_cards_and_counts_the_rest(run: Run, replay: list[tuple[str, str, str]]) -> None:
    replay += [(f"studydl/{n}", "reps 1", "reps 2") for n in range(1020)]
    said = run("doctor").stdout
    assert said.count("by the log") == 20 and "and 1,000 more cards" in said
    assert len(json.loads(run("doctor", "--json").stdout)["replay"]) == 1020


def test_doctor_tells_what_is_wrong_with_the_file_and_names_a_backup(
    home: Home, run: Run, replay: list[tuple[str, str, str]]
) -> None:
    name = Path(run("backup").stdout.strip()).name
    with closing(connect(home.database, foreign_keys=False)) as connection:
        connection.execute("INSERT INTO settings VALUES ('nobody', 'a', '1')")
    result = run("doctor")
    assert result.exit_code == 1
    assert "belongs to no row of learners" in result.stdout
    assert name in result.stderr
    data = json.loads(run("doctor", "--json").stdout)
    assert not data["ok"] and len(data["file"]) == 1


def test_data_that_cannot_be_opened_exits_with_3(home: Home, run: Run) -> None:
    home.database.write_bytes(b"")
    for words in (("doctor",), ("backup",)):
        error = _error(run(*words))
        assert isinstance(error, DamagedDatabase) and error.exit_code == 3


def test_before_the_first_session_there_is_nothing_to_check_or_back_up(tmp_path: Path) -> None:
    fresh = ["--home", str(tmp_path / "fresh")]
    result = CliRunner().invoke(cli, [*fresh, "doctor"])
    assert result.exit_code == 0 and "not made yet" in result.stdout
    assert json.loads(CliRunner().invoke(cli, [*fresh, "doctor", "--json"]).stdout)["revision"] is None
    assert isinstance(CliRunner().invoke(cli, [*fresh, "backup"]).exception, UsageError)
    assert not (tmp_path / "fresh").exists()
