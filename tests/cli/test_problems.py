from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from studydl.cli.main import main
from studydl.problems import catalog

# metrics.f1@1:2:1 by hand: TP = 82, FP = 36, FN = 45, TN = 295.
F1 = ("metrics.f1", "--level", "2", "--seed", "1")
SHOWN = {
    "id", "family", "version", "level", "seed", "topic", "title", "params", "prompt", "conventions", "answer", "steps",
    "misconceptions", "routes", "code", "source",
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of `studydl problems`."""
    code: object = 0
    try:
        main(["problems", *words])
    except SystemExit as end:
        code = end.code or 0
    out, err = capsys.readouterr()
    assert isinstance(code, int)
    return code, out, err


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, out, _ = run(capsys, "show", *words, "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


def test_list_tells_every_family(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [row["family"] for row in rows] == list(catalog.names())
    for row in rows:
        assert row.keys() == {"family", "title", "topic", "levels", "version", "source"}
        assert row["topic"] == row["family"].split(".")[0]
        assert row["levels"] == [1, 2, 3]


def test_list_is_readable_too(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "list")
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert listed == list(catalog.names())
    assert f"{len(listed)} families" in out


@pytest.mark.parametrize("family", catalog.names())
def test_show_has_the_documented_shape(capsys: pytest.CaptureFixture[str], family: str) -> None:
    problem = shown(capsys, family, "--level", "3", "--seed", "5")
    assert problem.keys() == SHOWN
    assert problem["id"] == f"{family}@{problem['version']}:3:5"
    assert (problem["family"], problem["level"], problem["seed"]) == (family, 3, 5)
    answer = problem["answer"]
    assert answer.keys() == {"kind", "value", "text", "tolerance", "unit"} or answer["kind"] in ("choice", "items")
    assert answer["tolerance"] is None or list(answer["tolerance"]) in (["places"], ["significant"])
    assert isinstance(answer["value"], str)
    for idea in problem["misconceptions"]:
        assert {"name", "kind", "value", "message"} <= idea.keys()
        assert idea["kind"] in ("mistake", "convention")
        assert isinstance(idea["value"], str)
        assert idea["value"] != answer["value"]
    assert {route["name"] for route in problem["routes"]} >= {"formula", "witness"}
    assert isinstance(problem["conventions"], list)
    assert problem["steps"] and isinstance(problem["steps"], list)
    assert "print(" in problem["code"]


def test_an_id_shows_the_same_problem_as_family_level_and_seed(capsys: pytest.CaptureFixture[str]) -> None:
    by_seed = shown(capsys, "metrics.roc-auc", "--level", "3", "--seed", "48213")
    assert shown(capsys, by_seed["id"]) == by_seed


def test_another_seed_shows_another_problem_and_none_a_random_one(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [shown(capsys, "metrics.f1", *seed) for seed in (("--seed", "1"), ("--seed", "2"), (), ())]
    assert len({problem["id"] for problem in problems}) == 4


def test_the_code_shown_prints_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    code = shown(capsys, *F1)["code"]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(2 * 82 / (2 * 82 + 36 + 45))


def test_show_is_readable_too(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", *F1)
    assert code == 0
    assert "F1 score - level 2 - metrics.f1@1:2:1" in out
    assert "Answer: 164/245" in out
    assert "frac(" not in out


GRADES = [
    ("164/245", "correct", None),
    ("0.669", "correct", None),
    ("2*82/(2*82+36+45)", "correct", None),
    ("66.9%", "correct", None),
    ("\uff10.669", "correct", None),
    ("0.67", "imprecise", None),
    ("82/118", "incorrect", "precision"),
    ("82/127", "incorrect", "recall"),
    ("590/671", "convention", "class 0 as positive"),
    ("7", "incorrect", None),
    ("0,669", "unreadable", None),
    ("", "unreadable", None),
]


@pytest.mark.parametrize(("text", "verdict", "misconception"), GRADES)
def test_grade_says_what_an_answer_is_worth(
    capsys: pytest.CaptureFixture[str], text: str, verdict: str, misconception: str | None
) -> None:
    code, out, _ = run(capsys, "grade", *F1, "--answer", text, "--json")
    said = json.loads(out)
    assert said.keys() == {"verdict", "read_as", "misconception", "message"}
    assert (said["verdict"], said["misconception"]) == (verdict, misconception)
    assert code == (0 if verdict == "correct" else 1)
    assert bool(said["message"]) or verdict == "correct" or (verdict, misconception) == ("incorrect", None)
    assert bool(said["read_as"]) == (verdict != "unreadable")


def test_grade_by_id_is_grade_by_family_and_seed(capsys: pytest.CaptureFixture[str]) -> None:
    by_seed = run(capsys, "grade", *F1, "--answer", "82/118", "--json")
    assert run(capsys, "grade", "metrics.f1@1:2:1", "--answer", "82/118", "--json") == by_seed


@pytest.mark.parametrize("family", catalog.names())
def test_every_answer_shown_is_graded_correct_and_every_mistake_by_its_name(
    capsys: pytest.CaptureFixture[str], family: str
) -> None:
    problem = shown(capsys, family, "--level", "2", "--seed", "11")
    right = run(capsys, "grade", problem["id"], "--answer", problem["answer"]["value"], "--json")
    assert (right[0], json.loads(right[1])["verdict"]) == (0, "correct")
    for idea in problem["misconceptions"]:
        code, out, _ = run(capsys, "grade", problem["id"], "--answer", idea["value"], "--json")
        assert code == 1
        assert json.loads(out)["misconception"] == idea["name"]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch hacked')",
        "open('/etc/passwd').read()",
        "().__class__.__bases__",
        "lambda: 0",
        "9" * 100_000,
        "(" * 100_000,
        "9^9^9^9^9",
        "1e999999999",
        "inf",
        "nan",
        "1_000",
        "\x1b[2J0.669",
        "\x000.669",
        "0.669; rm -rf /",
        "--help",
        "\u202e966.0",
        "exp(exp(exp(exp(9))))",
        "1/0",
        "\udcff",
    ],
)
def test_a_hostile_answer_is_graded_like_any_other(
    capsys: pytest.CaptureFixture[str], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "grade", *F1, f"--answer={text}", "--json")
    assert code == 1
    assert json.loads(out)["verdict"] in ("unreadable", "incorrect")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
    readable, terse, _ = run(capsys, "grade", *F1, f"--answer={text}")
    assert readable == 1
    assert not [c for c in terse if ord(c) < 32 and c != "\n"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("show", "metrics.f2"), "metrics.f1"),
        (("show", "qqq.zzz"), "problems list"),
        (("show", "metrics.f1@99:1:1"), "version"),
        (("show", "metrics.f1@1:9:1"), "looks like"),
        (("show", "no id@"), "looks like"),
        (("show", "metrics.f1", "--level", "4"), "--level"),
        (("show", "metrics.f1", "--seed", "-1"), "--seed"),
        (("grade", "metrics.f1", "--answer", "1"), "--seed"),
        (("grade", "metrics.f1", "--seed", "1"), "--answer"),
        (("verify", "metrics.f2"), "metrics.f1"),
        (("make", "--count", "1", "--topic", "qqq", "--out", "never.jsonl"), "metrics"),
        (("make", "--count", "1", "--topic", "conw", "--out", "never.jsonl"), "Did you mean conv?"),
        (("make", "--count", "0", "--out", "never.jsonl"), "--count"),
    ],
)
def test_what_does_not_exist_is_a_usage_error_with_a_hint(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], hint: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert hint in err
    assert not Path("never.jsonl").exists()


def test_verify_counts_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("metrics.f1", "metrics.roc-auc")
    code, out, _ = run(capsys, "verify", *names, "--count", "130", "--workers", "1", "--json")
    report = json.loads(out)
    assert code == 0
    assert report.keys() == {"families", "drawn", "admitted", "rejected", "disagreements", "seconds"}
    assert [row["family"] for row in report["families"]] == list(names)
    assert report["admitted"] == 130
    assert report["disagreements"] == 0
    assert report["drawn"] == report["admitted"] + report["rejected"] + report["disagreements"]
    for row in report["families"]:
        assert row.keys() == {"family", "drawn", "admitted", "rejected", "duplicates", "per_second"}
        assert row["drawn"] == row["admitted"] + sum(row["rejected"].values())
        assert 0 <= row["duplicates"] < row["admitted"]
    for name in ("drawn", "admitted"):
        assert report[name] == sum(row[name] for row in report["families"])
    assert report["rejected"] == sum(sum(row["rejected"].values()) for row in report["families"])


def test_verify_fails_with_all_that_is_needed_to_replay_a_disagreement(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    family = type(catalog.get("metrics.f1"))
    monkeypatch.setattr(family, "witness", staticmethod(lambda **_: 0.25))
    code, out, err = run(capsys, "verify", "metrics.f1", "--count", "3", "--workers", "1", "--json")
    assert code == 1
    assert json.loads(out)["disagreements"] == 3
    assert json.loads(out)["admitted"] == 0
    assert "metrics.f1@1:1:0" in err


def test_the_same_seed_makes_the_same_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.jsonl")]
    for file, seed in zip(files, ("7", "7", "8"), strict=True):
        words = ("make", "--count", "9", "--topic", "metrics", "--topic", "init", "--seed", seed, "--out", str(file))
        code, out, _ = run(capsys, *words)
        assert (code, out) == (0, "")
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    problems = [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]
    assert len(problems) == 9
    assert all(problem.keys() == SHOWN for problem in problems)
    assert {problem["topic"] for problem in problems} == {"metrics", "init"}
    assert shown(capsys, problems[4]["id"]) == problems[4]


def test_make_keeps_to_a_level(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    run(capsys, "make", "--count", "5", "--level", "3", "--seed", "1", "--out", str(out))
    assert {json.loads(line)["level"] for line in out.read_text(encoding="utf-8").splitlines()} == {3}


def test_an_interrupted_make_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("from before\n")
    words = ("problems", "make", "--count", "1000000", "--seed", "1", "--force", "--out", str(out))
    process = subprocess.Popen(
        [sys.executable, "-m", "studydl", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's & has it ignored
    )
    try:
        until = time.monotonic() + 60
        while not any(path.stat().st_size for path in tmp_path.iterdir() if path != out):
            assert process.poll() is None and time.monotonic() < until, "nothing was made"
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        printed, talk = process.communicate(timeout=60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode != 0
    assert printed == ""
    assert "Traceback" not in talk
    assert out.read_text() == "from before\n"


def test_make_names_the_topic_that_was_meant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["problems", "make", "--count", "1", "--topic", "metrcs", "--out", str(tmp_path / "x.jsonl")])
    assert "Did you mean metrics" in capsys.readouterr().err


def test_force_does_not_put_a_file_in_the_place_of_a_device(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SystemExit) as end:
        main(["problems", "make", "--count", "1", "--force", "--out", str(pipe)])
    assert end.value.code == 2 and pipe.is_fifo()
    assert "no file that can be written over" in capsys.readouterr().err
