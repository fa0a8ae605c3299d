"""The answer file of a set: made to be filled in, and read however a spreadsheet saved it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from studydl.errors import UsageError, did_you_mean
from studydl.sheets.model import Sheet

LARGEST = 20_000_000  # bytes
_HINT = re.compile(r"sep=([,;\t])", re.IGNORECASE)  # the first line that makes Excel use a separator
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"\d{{1,2}}[-. /](?:{_MONTHS})[a-z]*(?:[-. /]\d{{2,4}})?|(?:{_MONTHS})[a-z]*[-. /]\d{{1,4}}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}(?: 00:00(?::00)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One student's answers.

    Args:
        line: 1-based line of the file.
        student: as written; may be empty.
        copy: the code of the copy.
        answers: one a question; empty where nothing was answered.
    """

    line: int
    student: str
    copy: str
    answers: tuple[str, ...]


def template(sheet: Sheet) -> str:
    """Return the file to fill in: a line for each copy."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    questions = [f"q{number}" for number in range(1, len(sheet.blueprint.slots) + 1)]
    writer.writerow(["student", "copy", *questions])
    for copy in sheet.copies:
        writer.writerow([copy.name, copy.code, *([""] * len(questions))])
    return out.getvalue()


def read(path: Path, sheet: Sheet) -> tuple[Row, ...]:
    """Read a filled-in answer file: commas, semicolons or tabs, with or without a byte-order mark.

    Args:
        path: the file.
        sheet: the set it answers.

    Raises:
        UsageError: it is no such file, a column is missing, or a copy is unknown; says the line and what was expected.
    """
    lines = _lines(path)
    at, first = lines[0] if lines else (1, [])
    head = [cell.strip().lower() for cell in first]
    wanted = ["copy", *(f"q{number}" for number in range(1, len(sheet.blueprint.slots) + 1))]
    if missing := [name for name in wanted if name not in head]:
        raise UsageError(
            f"{path}:{at}: there is no column {', '.join(missing)}",
            "The first line names the columns: student, copy, q1, q2 and so on; `sheet template` writes it.",
        )
    codes = {copy.code for copy in sheet.copies}
    rows = []
    for number, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        found = dict(zip(head, (cell.strip() for cell in cells), strict=False))
        code = found.get("copy", "").upper()
        answers = tuple(found.get(name, "") for name in wanted[1:])
        if not code and not any(answers):
            continue
        if code not in codes:
            raise UsageError(f"{path}:{number}: there is no copy {code!r}", _copies(code, sorted(codes)))
        rows.append(Row(number, found.get("student", ""), code, answers))
    if not rows:
        raise UsageError(f"{path} holds no answers", "Fill in a line for each student, and grade again.")
    return tuple(rows)


def is_date(answer: str) -> bool:
    """Say whether a spreadsheet made a date of an answer: 1/2 becomes 2-Jan, or 01/02/2026."""
    return _DATE.fullmatch(answer.strip()) is not None


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the cells of each line with its number; an Excel hint that only names the separator is left out."""
    text = _text(path).replace("\r\n", "\n").replace("\r", "\n")
    hint, _, rest = text.partition("\n")
    hinted = _HINT.fullmatch(hint.strip().strip('"'))
    body = rest if hinted else text
    reader = csv.reader(io.StringIO(body), delimiter=hinted[1] if hinted else _delimiter(text))
    lines, skipped = [], 1 if hinted else 0
    try:
        for cells in reader:
            lines.append((reader.line_num + skipped, cells))
    except csv.Error as error:
        raise UsageError(
            f"{path}:{reader.line_num + skipped}: {error}", "Is a quotation mark left open, or is it another file?"
        ) from error
    return lines


def _copies(code: str, known: list[str]) -> str:
    more = f" and {len(known) - 10} more" if len(known) > 10 else ""
    return did_you_mean(code, known, f"Copies: {', '.join(known[:10])}{more}.")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} is larger than {LARGEST // 1_000_000} MB", "Is it the right file?")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text", "Save it as CSV UTF-8 in the spreadsheet.") from error


def _delimiter(text: str) -> str:
    """Return what separates the columns: the one of comma, semicolon and tab that the first line has most of."""
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)
