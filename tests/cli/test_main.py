from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studydl import __version__
from studydl.cli.main import COMMANDS, cli, main
from studydl.paths import Home
from studydl.store.connection import open_store

HEAVY = ("textual", "sqlalchemy", "alembic", "torch", "numpy", "sympy", "lark", "fsrs", "studydl.store", "studydl.tui")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of one command."""
    with pytest.raises(SystemExit) as caught:
        main(words)
    out, err = capsys.readouterr()
    code = caught.value.code
    return (code if isinstance(code, int) else 0), out, err


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from studydl.cli.main import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0, end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Commands:" in done.stdout


def test_help_lists_every_command_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    listed = {line.split()[0]: line.split(maxsplit=1)[1] for line in out.split("Commands:")[1].strip().splitlines()}
    assert listed.keys() == COMMANDS.keys()
    assert {"study", "practice", "decks", "problems", "backup", "restore", "doctor"} <= listed.keys()
    assert all(text.endswith(".") for text in listed.values())


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: str) -> None:
    code, out, _ = run(capsys, command, "--help")
    assert code == 0
    assert out.startswith(f"Usage: studydl {command}")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[:2] == (0, f"studydl {__version__}\n")


@pytest.mark.parametrize("words", [("stuudy",), ("--nothing",), ("problems",), ("study", "--limit", "0", "--plain")])
def test_what_cannot_be_understood_is_a_usage_error_on_standard_error(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, *words)
    assert code == 2
    assert out == ""
    assert "Usage: studydl" in err


def test_a_mistyped_command_is_met_with_the_one_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean 'interview'?" in run(capsys, "interveiw")[2]
    assert "Did you mean" not in run(capsys, "xyz")[2]
    for group, typed, meant in (("decks", "lst", "list"), ("problems", "shw", "show"), ("sheet", "mak", "make")):
        assert f"Did you mean '{meant}'?" in run(capsys, group, typed)[2]


def test_a_setting_typed_as_a_command_is_told_how_it_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "config", "minutes_per_session", "30")
    assert (code, out) == (2, "") and "studydl config set NAME VALUE" in err
    assert "Did you mean 'get'?" in run(capsys, "config", "gte")[2]


@pytest.mark.parametrize("words", [(), ("study",), ("practice",)])
def test_without_a_terminal_the_interface_says_what_to_use_instead(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studydl", "--home", str(tmp_path / "home"), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "terminal" in done.stderr
    assert "--plain" in done.stderr
    assert not (tmp_path / "home").exists(), "asked in vain, it leaves nothing behind"


@pytest.mark.parametrize("words", [("study", "--plain"), ("practice", "--plain"), ("doctor",), ("backup",)])
def test_data_that_cannot_be_opened_is_exit_3_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    home = Home(tmp_path)
    home.database.write_bytes(b"no database at all" * 100)
    before = home.database.read_bytes()
    code, out, err = run(capsys, "--home", str(tmp_path), *words)
    assert code == 3
    assert out == ""
    assert str(home.database) in err
    assert home.database.read_bytes() == before


def test_a_newer_database_is_refused_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(Home(tmp_path)) as store, store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    code, _, err = run(capsys, "--home", str(tmp_path), "study", "--plain")
    assert code == 3
    assert "later studydl" in err
    assert "Update" in err


def test_a_home_that_cannot_be_a_folder_is_exit_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("here already")
    code, _, err = run(capsys, "--home", str(tmp_path / "file"), "study", "--plain")
    assert code == 3
    assert "it is a file, not a folder" in err and "--home" in err


def test_the_home_may_come_from_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDYDL_HOME", str(tmp_path / "there"))
    code, out, _ = run(capsys, "doctor")
    assert code == 0
    assert str(tmp_path / "there") in out


@pytest.mark.parametrize("words", [("--help",), ("problems", "list"), ("config",)])
def test_output_that_cannot_be_written_is_one_line_and_no_traceback(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "studydl", "--home", str(tmp_path / "home"), *words]
    shell = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *command]  # as on a full disk, on every system
    with (tmp_path / "out").open("w") as file:
        done = subprocess.run(shell, stdout=file, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "studydl: File too large\n")


@pytest.mark.parametrize("words", [("study",), ("study", "--plain")])
def test_a_closed_standard_input_is_an_empty_one(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "studydl", "--home", str(tmp_path / "home"), *words]
    shell = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if "--plain" in words:
        assert (done.returncode, done.stdout.splitlines()[-1][:6]) == (0, "saved,")
    else:
        assert done.returncode == 2 and "needs a terminal" in done.stderr


def test_ctrl_c_is_told_as_such_where_a_library_makes_another_error_of_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise RuntimeError("Error calling __set_name__") from error

    monkeypatch.setattr(cli, "main", interrupted)
    assert run(capsys, "stats") == (1, "", "\nAborted!\n")


def test_an_error_nobody_foresaw_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(cli, "main", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        main(["stats"])
