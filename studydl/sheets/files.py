"""The files of a set: the students' pages, the key's pages, the key. All of them appear, or none."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studydl.errors import StudydlError, UsageError
from studydl.files import check_new
from studydl.sheets import key, pages
from studydl.sheets.document import Document
from studydl.sheets.formats import SUFFIXES, rendered
from studydl.sheets.model import Sheet


@dataclass(frozen=True, slots=True)
class Files:
    """Where a set's pages go.

    Args:
        pages: the students' pages; the suffix decides the format.
        appended: True puts the key behind the students' pages, in one file: for self-study.
        show_ids: True writes each problem's id under it.
    """

    pages: Path
    appended: bool = False
    show_ids: bool = False

    @property
    def key_pages(self) -> Path:
        """Return the file of the key's pages: week3-key.pdf beside week3.pdf."""
        return self.pages.with_name(f"{self.pages.stem}-key{self.pages.suffix}")

    @property
    def key(self) -> Path:
        """Return the key file: week3.key.json beside week3.pdf."""
        return self.pages.with_name(f"{self.pages.stem}{key.SUFFIX}")

    @property
    def all(self) -> tuple[Path, ...]:
        """Return every file that is written."""
        return (self.pages, self.key) if self.appended else (self.pages, self.key_pages, self.key)


def of_key(path: Path, found: Mapping[str, Any]) -> Files:
    """Return the files of a set from its key file, which stands beside them.

    Raises:
        UsageError: the key does not say where its pages are.
    """
    try:
        return Files(path.with_name(found["pages"]), bool(found["appended"]), bool(found["show_ids"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} does not say where its pages are", "Make the set again with its seed.") from error


def check(files: Files, force: bool) -> None:
    """Refuse what cannot or should not be written, before anything is drawn.

    Raises:
        UsageError: an unknown suffix, no such folder, or a file that is there already.
    """
    if files.pages.suffix not in SUFFIXES:
        raise UsageError(
            f"{files.pages} cannot be written: its suffix says no format", f"Suffixes: {', '.join(SUFFIXES)}."
        )
    if files.pages.suffix == ".pdf":
        rendered(Document("", ()), ".pdf")  # says now that typst is missing
    for path in files.all:
        check_new(path, force=True)
    there = [path for path in files.all if path.exists()]
    if there and not force:
        names = ", ".join(map(str, there))
        raise UsageError(f"already there: {names}", "--force writes over them.")


def write(sheet: Sheet, files: Files) -> None:
    """Write all files of a set under other names first, and give them their own when all are whole.

    Raises:
        StudydlError: the disk is full or the folder cannot be written; nothing is left behind then.
    """
    students = pages.student_pages(sheet, files.show_ids)
    if files.appended:
        students = Document(students.title, (*students.parts, *pages.key_parts(sheet)))
    about = {**asdict(files), "pages": files.pages.name}
    contents = {files.pages: rendered(students, files.pages.suffix), files.key: key.to_json(sheet, about).encode()}
    if not files.appended:
        contents[files.key_pages] = rendered(pages.key_pages(sheet), files.pages.suffix)
    with ExitStack() as stack:
        try:
            for path, data in contents.items():
                part = path.with_name(path.name + ".part")
                stack.callback(part.unlink, missing_ok=True)
                part.write_bytes(data)
            for path in contents:
                path.with_name(path.name + ".part").replace(path)
        except OSError as error:
            raise StudydlError(
                f"{error.filename or files.pages} cannot be written: {error.strerror}", "Nothing was left half-written."
            ) from error
