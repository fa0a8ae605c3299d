from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from scipy.stats import binomtest

from studydl.errors import UsageError
from studydl.problems.model import Problem
from studydl.sheets import answers, marking
from studydl.sheets.marking import Result
from studydl.sheets.model import Sheet, Theory


def right_answers(sheet: Sheet, copy: int) -> list[str]:
    """Return the answers one would write down for full points."""
    found = []
    for item in sheet.copies[copy].items:
        question = item.question
        if isinstance(question, Theory):
            found.append(",".join("abcdef"[n - 1] for n in question.right) or "in my own words")
        else:
            found.append(question.answer.value)
    return found


def filled(tmp_path: Path, sheet: Sheet, lines: list[list[str]], delimiter: str = ",", start: bytes = b"") -> Path:
    head = ["student", "copy", *(f"q{n}" for n in range(1, len(sheet.blueprint.slots) + 1))]
    rows = [[f'"{cell}"' if delimiter in cell else cell for cell in line] for line in [head, *lines]]
    path = tmp_path / "answers.csv"
    path.write_bytes(start + "\r\n".join(delimiter.join(row) for row in rows).encode())
    return path


def test_the_template_read_back_is_an_empty_class(sheet: Sheet, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(answers.template(sheet))
    rows = answers.read(path, sheet)
    assert [row.copy for row in rows] == [copy.code for copy in sheet.copies]
    assert rows[0].student == "Ada"
    assert {one.result for row in marking.mark(sheet, rows) for one in row.marks} == {Result.BLANK}


@pytest.mark.parametrize("copy", range(4))
def test_right_answers_earn_every_point_but_those_marked_by_hand(sheet: Sheet, tmp_path: Path, copy: int) -> None:
    path = filled(tmp_path, sheet, [["Ada", sheet.copies[copy].code, *right_answers(sheet, copy)]])
    (one,) = marking.mark(sheet, answers.read(path, sheet))
    by_hand = [mark.question for mark in one.marks if mark.result is Result.BY_HAND]
    assert by_hand == [7, 8, 11]  # basic, cloze and points are written answers
    assert one.points == sheet.blueprint.points - 3


@pytest.mark.parametrize(("delimiter", "start"), [(";", b"\xef\xbb\xbf"), ("\t", b""), (",", b"\xef\xbb\xbf")])
def test_a_file_is_read_however_a_spreadsheet_saved_it(
    sheet: Sheet, tmp_path: Path, delimiter: str, start: bytes
) -> None:
    line = ["Zoë", sheet.copies[0].code.lower(), *right_answers(sheet, 0)]
    (row,) = answers.read(filled(tmp_path, sheet, [line, [""] * len(line)], delimiter, start), sheet)
    assert row.student == "Zoë" and list(row.answers) == right_answers(sheet, 0)


def test_a_mistake_is_named_and_an_imprecise_answer_earns_a_part(sheet: Sheet, tmp_path: Path) -> None:
    copy = sheet.copies[0]
    line = ["Ada", copy.code, *[""] * 11]
    auc, f_beta = copy.items[1].question, copy.items[3].question
    assert isinstance(auc, Problem) and isinstance(f_beta, Problem)
    line[3] = auc.misconceptions[0].value
    value = Fraction(f_beta.answer.value)
    line[5] = f"{float(value):.2f}"
    assert abs(value - Fraction(line[5])) > Fraction(1, 2000)  # two decimals are too few here
    (one,) = marking.mark(sheet, answers.read(filled(tmp_path, sheet, [line]), sheet), part=0.25)
    assert (one.marks[1].misconception, one.marks[1].points) == (auc.misconceptions[0].name, 0)
    assert (one.marks[3].result, one.marks[3].points) == (Result.IMPRECISE, 1.5 * 0.25)
    assert one.points == 1.5 * 0.25


@pytest.mark.parametrize(
    "date", ["2-Jan", "Jan-02", "02.01.2026", "1/2/2026", "2026-01-02", "2026-01-02 00:00:00", "1-Feb-26", "2 Jan 2026"]
)
def test_a_date_made_by_a_spreadsheet_is_noticed(sheet: Sheet, tmp_path: Path, date: str) -> None:
    line = ["Ada", sheet.copies[0].code, "1", date, *[""] * 9]
    (one,) = marking.mark(sheet, answers.read(filled(tmp_path, sheet, [line]), sheet))
    assert one.marks[1].result is Result.BY_HAND and "date" in one.marks[1].note


@pytest.mark.parametrize("answer", ["1/2", "0.5", "-2", "(1, 2)", "3-1", "1x64x112x112", "1/2/3", "2.5"])
def test_an_answer_is_no_date(answer: str) -> None:
    assert not answers.is_date(answer)


def test_an_unreadable_answer_waits_for_a_hand_with_the_reason(sheet: Sheet, tmp_path: Path) -> None:
    line = ["Ada", sheet.copies[0].code, "__import__('os')", *[""] * 10]
    (one,) = marking.mark(sheet, answers.read(filled(tmp_path, sheet, [line]), sheet))
    assert one.marks[0].result is Result.BY_HAND and one.marks[0].note
    assert marking.by_question(sheet, [one])[0].of == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("student,copy,q1\nAda,X,1\n", "no column q2"),
        ("", "no column copy"),
        ("just text", "no column copy"),
    ],
)
def test_a_file_that_is_none_says_what_is_missing(sheet: Sheet, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(UsageError, match=said):
        answers.read(path, sheet)


def test_an_unknown_copy_names_its_line_and_the_copies_there_are(sheet: Sheet, tmp_path: Path) -> None:
    path = filled(tmp_path, sheet, [["Ada", sheet.copies[0].code, *["1"] * 11], ["Bob", "NOPE1", *["1"] * 11]])
    with pytest.raises(UsageError, match=rf":3: there is no copy 'NOPE1'\n.*{sheet.copies[1].code}"):
        answers.read(path, sheet)


def test_latin_1_and_missing_files_are_explained(sheet: Sheet, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("student,copy\nZoë".encode("latin-1"))
    for each in (path, tmp_path / "none.csv"):
        with pytest.raises(UsageError):
            answers.read(each, sheet)


@pytest.mark.parametrize(("correct", "of"), [(0, 5), (5, 5), (3, 7), (40, 100), (1, 1), (250, 1000)])
def test_the_interval_is_scipys_wilson_interval(correct: int, of: int) -> None:
    expected = binomtest(correct, of).proportion_ci(0.95, method="wilson")
    assert marking.wilson(correct, of) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_shares_count_copies_and_questions_and_say_when_they_are_few(sheet: Sheet, tmp_path: Path) -> None:
    lines = [[f"s{n}", sheet.copies[n % 2].code, *right_answers(sheet, n % 2)] for n in range(12)]
    lines[0][2] = "12345"
    marked = marking.mark(sheet, answers.read(filled(tmp_path, sheet, lines), sheet))
    first = marking.by_question(sheet, marked)[0]
    assert (first.correct, first.of, first.few) == (11, 12, False)
    copies = marking.by_copy(sheet, marked)
    assert [share.name for share in copies] == [sheet.copies[0].code, sheet.copies[1].code]
    assert [(share.correct, share.of) for share in copies] == [(6 * 8 - 1, 48), (48, 48)]
    assert marking.by_question(sheet, marked[:3])[0].few


def test_lines_may_end_as_on_an_old_mac_and_begin_with_excels_hint(sheet: Sheet, tmp_path: Path) -> None:
    path = filled(tmp_path, sheet, [["Ada", sheet.copies[0].code, *right_answers(sheet, 0)]], ";")
    expected = answers.read(path, sheet)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"\r\n", b"\r"))
    assert answers.read(path, sheet) == expected
    path.write_bytes(b"sep=;\r\n" + data)
    (row,) = answers.read(path, sheet)
    assert (row.line, row.answers) == (expected[0].line + 1, expected[0].answers)


def test_an_open_quotation_mark_over_a_huge_file_is_explained(sheet: Sheet, tmp_path: Path) -> None:
    path = filled(tmp_path, sheet, [["Ada", sheet.copies[0].code, '"' + "9" * 200_000]])
    with pytest.raises(UsageError, match=r"answers\.csv:\d+: field larger"):
        answers.read(path, sheet)


def test_a_misspelled_copy_is_met_with_the_nearest_code(sheet: Sheet, tmp_path: Path) -> None:
    code = sheet.copies[1].code
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    path = filled(tmp_path, sheet, [["Ada", wrong, *right_answers(sheet, 1)]])
    with pytest.raises(UsageError, match=f"Did you mean {code}"):
        answers.read(path, sheet)
