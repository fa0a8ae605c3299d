from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from studydl.answers.values import describe
from studydl.errors import StudydlError, UsageError
from studydl.problems.model import Problem
from studydl.sheets import files, key, pages
from studydl.sheets.files import Files
from studydl.sheets.formats import rendered
from studydl.sheets.model import Sheet, Theory

from .conftest import SEED

SUFFIXES = (".md", ".html", ".pdf")


class Everything(HTMLParser):
    """Collects all there is in a page: text, comments, attributes, styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag, *(f"{name}={value}" for name, value in attrs)]

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)


def everything(data: bytes, suffix: str) -> str:
    """Return all text in a file, its metadata and what is hidden included."""
    if suffix == ".pdf":
        reader = PdfReader(io.BytesIO(data))
        inside = "\n".join(page.extract_text() for page in reader.pages)
        return f"{inside}\n{reader.metadata}\n{reader.xmp_metadata and reader.xmp_metadata.rdf_root.toxml()}"
    if suffix == ".html":
        reader_ = Everything()
        reader_.feed(data.decode())
        return "\n".join(reader_.found)
    return data.decode()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_student_pages_hold_no_id_seed_solution_or_answer(sheet: Sheet, suffix: str) -> None:
    text = everything(rendered(pages.student_pages(sheet), suffix), suffix)
    squeezed = re.sub(r"\s+", "", text)
    assert str(SEED) not in squeezed and f"{SEED:x}" not in squeezed
    for copy in sheet.copies:
        assert copy.code in text
        for item in copy.items:
            question = item.question
            if isinstance(question, Theory):
                hidden = [] if question.options else [question.explanation, *question.points]
            else:
                hidden = [question.id, str(question.seed), *question.steps[-1:], question.code]
                given = re.sub(
                    r"\s+", "", question.prompt + repr(question.conventions) + describe(question.answer.kind)
                )
                value = question.answer.text.split(" ")[0]
                if len(value) >= 4 and value not in given:
                    hidden.append(value)
            for secret in filter(None, hidden):
                assert re.sub(r"\s+", "", secret) not in squeezed, (suffix, secret)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_student_pages_of_another_seed_differ_in_nothing_but_what_is_asked(sheet: Sheet, suffix: str) -> None:
    """A file that carried the answers in any coding would differ between two keys for the same pages."""
    again = rendered(pages.student_pages(sheet), suffix)
    other_answers = rendered(pages.student_pages(_with_other_answers(sheet)), suffix)
    assert again == other_answers == rendered(pages.student_pages(sheet), suffix)


def _with_other_answers(sheet: Sheet) -> Sheet:
    from dataclasses import replace

    def changed(question: Problem | Theory) -> Problem | Theory:
        if isinstance(question, Theory):
            return replace(question, answer="other", right=(), explanation="other", points=("other",))
        answer = replace(question.answer, value="424242", text="424242")
        return replace(question, seed=1, id="x", answer=answer, steps=("x",), misconceptions=(), code="x", routes=())

    copies = tuple(
        replace(copy, items=tuple(replace(item, question=changed(item.question)) for item in copy.items))
        for copy in sheet.copies
    )
    return replace(sheet, seed=1, copies=copies)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_key_opens_with_the_table_of_equality_and_holds_every_answer(sheet: Sheet, suffix: str) -> None:
    text = everything(rendered(pages.key_pages(sheet), suffix), suffix)
    flat = re.sub(r"[\s\\]+", "", text)
    assert flat.index("branch") < flat.index("Answers") < flat.index("Solutionsofcopy")
    assert str(SEED) in flat
    for item in sheet.copies[1].items:
        if isinstance(item.question, Problem):
            assert item.question.id in flat
            assert item.question.answer.text.replace(" ", "") in flat


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_question_and_copy_is_on_the_pages(sheet: Sheet, suffix: str) -> None:
    text = everything(rendered(pages.student_pages(sheet), suffix), suffix)
    assert text.count("Question 1") >= 4
    assert text.count("Question 11") == 4
    assert "Week 3 <b>& more</b>" in text.replace("\\", "")
    assert "Ada" in text and "45 minutes" in text


def test_each_copy_of_a_pdf_counts_its_own_pages(sheet: Sheet) -> None:
    reader = PdfReader(io.BytesIO(rendered(pages.student_pages(sheet), ".pdf")))
    firsts = [page.extract_text() for page in reader.pages if "Question 1 " in page.extract_text()]
    assert len(firsts) == 4
    assert all(re.search(r"\b1 / [2-9]\b", text) for text in firsts)


def test_ids_are_shown_for_self_study_when_asked_for(sheet: Sheet) -> None:
    text = rendered(pages.student_pages(sheet, show_ids=True), ".md").decode()
    assert "metrics.roc-auc@1:2:" in text


def test_a_set_is_written_whole_and_read_again(sheet: Sheet, tmp_path: Path) -> None:
    target = Files(tmp_path / "week3.html")
    files.check(target, force=False)
    files.write(sheet, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["week3-key.html", "week3.html", "week3.key.json"]
    again, about = key.read(target.key)
    assert again == sheet
    assert files.of_key(target.key, about) == target


def test_with_the_key_appended_there_is_no_file_of_its_own(sheet: Sheet, tmp_path: Path) -> None:
    files.write(sheet, Files(tmp_path / "week3.md", appended=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["week3.key.json", "week3.md"]
    assert "# Solutions of copy" in (tmp_path / "week3.md").read_text()


def test_what_is_there_is_not_written_over_without_force(sheet: Sheet, tmp_path: Path) -> None:
    target = Files(tmp_path / "week3.md")
    target.key.write_text("precious")
    with pytest.raises(UsageError, match=r"already there: .*week3\.key\.json"):
        files.check(target, force=False)
    files.check(target, force=True)
    assert target.key.read_text() == "precious"


@pytest.mark.parametrize("name", ["week3", "week3.docx", "nowhere/week3.md"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_drawn(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        files.check(Files(tmp_path / name), force=False)


def test_a_full_disk_leaves_nothing_half_written(sheet: Sheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name.startswith("week3-key"):
            written(path, data[:100])
            raise OSError(28, "No space left on device", str(path))
        return written(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StudydlError, match="No space left on device"):
        files.write(sheet, Files(tmp_path / "week3.md"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"format": 1}', "title = 1", '{"format": 1, "questions": [{"a": 1}]}']
)
def test_a_file_that_is_no_key_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.key.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="not the key"):
        key.read(path)


def test_a_key_of_a_later_studydl_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.key.json"
    path.write_text('{"format": 99}')
    with pytest.raises(UsageError, match="later studydl"):
        key.read(path)
