from __future__ import annotations

import json
from pathlib import Path

import pytest

from studydl.cli.main import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYDL_HOME", str(tmp_path / "home"))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of `studydl sheet`."""
    code: object = 0
    try:
        main(["sheet", *words])
    except SystemExit as end:
        code = end.code or 0
    out, err = capsys.readouterr()
    assert isinstance(code, int)
    return code, out, err


MAKE = ("make", "--topic", "metrics.f1", "--level", "2", "--count", "2", "--copies", "2", "--seed", "5")


def test_make_writes_pages_key_pages_and_key_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *MAKE, "--title", "Week 3", "--minutes", "20", "--out", "week3.md")
    assert (code, out) == (0, "")
    assert "2 questions, 2 copies, seed 5" in err and "week3-key.md" in err
    text = (folder / "week3.md").read_text()
    assert text.count("# Week 3") == 2 and "Time: 20 minutes" in text
    assert not list(folder.glob("*.part"))


def test_the_same_seed_writes_the_same_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for suffix in ("md", "html", "pdf"):
        for name in ("a", "b"):
            assert run(capsys, *MAKE, "--title", "x", "--out", f"{name}.{suffix}")[0] == 0
            (folder / f"{name}.key.json").unlink()
        assert (folder / f"a.{suffix}").read_bytes() == (folder / f"b.{suffix}").read_bytes()


def test_without_a_seed_every_set_is_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        assert run(capsys, "make", "--topic", "metrics.f1", "--count", "1", "--out", f"{name}.md")[0] == 0
    seeds = {json.loads((folder / f"{name}.key.json").read_text())["seed"] for name in ("a", "b")}
    assert len(seeds) == 2 and max(seeds) > 2**32


def test_a_roster_gives_each_name_a_copy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "roster.txt").write_text("\ufeffAda Lovelace\n\n  Grace   Hopper \n", encoding="utf-8")
    code, _, _ = run(capsys, "make", "--topic", "metrics.f1", "--count", "1", "--roster", "roster.txt", "--out", "r.md")
    text = (folder / "r.md").read_text()
    assert code == 0 and "Name: Ada Lovelace" in text and "Name: Grace Hopper" in text


def test_make_swap_template_and_grade_go_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "spec.toml").write_text(
        'title = "Week 3"\n[[question]]\nfamily = "metrics.f1"\npoints = 2\n'
        '[[question]]\ncard = "convolution/conv-leftover"\n'
    )
    assert run(capsys, "make", "--spec", "spec.toml", "--copies", "3", "--seed", "7", "--out", "w.html")[0] == 0
    before = json.loads((folder / "w.key.json").read_text())
    code, _, err = run(capsys, "swap", "w.key.json", "1")
    after = json.loads((folder / "w.key.json").read_text())
    assert code == 0 and "question 1 is another one" in err
    for old, new in zip(before["copies"], after["copies"], strict=True):
        assert old["items"][0] != new["items"][0] and old["items"][1:] == new["items"][1:]
    code, out, _ = run(capsys, "template", "w.key.json")
    assert code == 0 and out.splitlines()[0] == "student,copy,q1,q2"
    lines = [out.splitlines()[0]]
    for copy in after["copies"]:
        lines.append(f"s,{copy['code']},{copy['items'][0]['problem']['answer']['value']},b")
    (folder / "a.csv").write_text("\n".join(lines))
    code, out, _ = run(capsys, "grade", "w.key.json", "a.csv", "--json")
    report = json.loads(out)
    assert code == 0
    assert report["questions"][0] == {
        "name": "1",
        "correct": 3,
        "of": 3,
        "interval": [pytest.approx(0.4385, abs=1e-4), 1.0],
        "few": True,
        "misconceptions": [],
    }
    code, out, _ = run(capsys, "grade", "w.key.json", "a.csv")
    assert code == 0 and "too few to judge" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "--count", "0", "--out", "x.md"), "1 to 2000"),
        (("make", "--count", "-1", "--out", "x.md"), "1 to 2000"),
        (("make", "--copies", "0", "--out", "x.md"), "1 to 1000"),
        (("make", "--topic", "metrik", "--out", "x.md"), "Did you mean metrics"),
        (("make", "--topic", "conv", "--spec", "s.toml", "--out", "x.md"), "cannot go together"),
        (("make", "--spec", "none.toml", "--out", "x.md"), "cannot be read"),
        (("make", "--roster", "none.txt", "--out", "x.md"), "cannot be read"),
        (("make", "--out", "x.docx"), "Suffixes"),
        (("make", "--out", "nowhere/x.md"), "no folder"),
        (("swap", "none.key.json", "1"), "cannot be read"),
        (("grade", "none.key.json", "a.csv"), "cannot be read"),
        (("template", "."), "directory"),
    ],
)
def test_bad_input_is_explained_with_exit_code_2_and_nothing_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err and "Traceback" not in err
    assert [path.name for path in folder.iterdir()] == []


def test_files_that_are_there_are_kept_without_force(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *MAKE, "--out", "w.md")[0] == 0
    before = (folder / "w.md").read_bytes()
    code, _, err = run(capsys, *MAKE[:-1], "6", "--out", "w.md")
    assert code == 2 and "already there: w.md, w-key.md, w.key.json" in err
    assert (folder / "w.md").read_bytes() == before
    assert run(capsys, *MAKE[:-1], "6", "--force", "--out", "w.md")[0] == 0
    assert (folder / "w.md").read_bytes() != before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--spec", "set.toml", "--count", "3"), "--spec and --count"),
        (("--spec", "set.toml", "--level", "3"), "--spec and --level"),
        (("--spec", "set.toml", "--topic", "conv"), "--spec and --topic"),
        (("--roster", "roster.txt", "--copies", "3"), "--roster and --copies"),
    ],
)
def test_an_option_that_would_decide_nothing_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    (folder / "set.toml").write_text('[[question]]\nfamily = "metrics.f1"\n')
    (folder / "roster.txt").write_text("Ada\n")
    code, _, err = run(capsys, "make", *words, "--out", "x.md")
    assert code == 2 and f"{said} cannot go together" in err
    assert not (folder / "x.md").exists()


def test_a_students_name_cannot_steer_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *MAKE, "--out", "w.md")[0] == 0
    code = json.loads((folder / "w.key.json").read_text())["copies"][0]["code"]
    (folder / "a.csv").write_text(f"student,copy,q1,q2\n\x1b[31mEve,{code},1,2\n")
    exit_code, out, _ = run(capsys, "grade", "w.key.json", "a.csv")
    assert exit_code == 0 and "\x1b" not in out and "␛[31mEve" in out


def test_a_share_that_is_no_number_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *MAKE, "--out", "w.md")[0] == 0
    (folder / "a.csv").write_text("student,copy,q1,q2\n")
    code, _, err = run(capsys, "grade", "w.key.json", "a.csv", "--part", "nan")
    assert code == 2 and "0 to 1" in err


@pytest.mark.parametrize("changed", ["[" * 100_000, '{"format": 1}', "without files"])
def test_a_damaged_key_is_explained(folder: Path, capsys: pytest.CaptureFixture[str], changed: str) -> None:
    assert run(capsys, *MAKE, "--out", "w.md")[0] == 0
    key = folder / "w.key.json"
    if changed == "without files":
        changed = json.dumps(json.loads(key.read_text()) | {"files": {}})
    key.write_text(changed)
    code, _, err = run(capsys, "swap", "w.key.json", "1")
    assert code == 2 and "w.key.json" in err


@pytest.mark.parametrize("name", ["x" * 300 + ".md", "file/x.md", "nowhere/x.md"])
def test_a_place_where_no_file_can_be_is_refused_before_drawing(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (folder / "file").touch()
    code, _, err = run(capsys, *MAKE, "--out", name)
    assert code == 2 and err.startswith("studydl: ") and "Drawing" not in err


def test_force_does_not_put_a_file_in_the_place_of_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "w-key.md").mkdir()
    code, _, err = run(capsys, *MAKE, "--force", "--out", "w.md")
    assert code == 2 and "w-key.md" in err
    assert [path.name for path in folder.iterdir()] == ["w-key.md"]
