"""A document as Markdown, HTML or PDF, chosen by the file's suffix."""

from __future__ import annotations

from studydl.errors import UsageError
from studydl.sheets.document import Document

SUFFIXES = (".md", ".html", ".pdf")


def rendered(document: Document, suffix: str) -> bytes:
    """Return the bytes of a file.

    Args:
        document: what it holds.
        suffix: ``.md``, ``.html`` or ``.pdf``.

    Raises:
        UsageError: no other suffix can be written, or typst is not installed.
        MarkupError: something in it cannot be shown.
    """
    if suffix == ".md":
        from studydl.sheets.formats.markdown import markdown_page

        return markdown_page(document).encode()
    if suffix == ".html":
        from studydl.sheets.formats.html import html_page

        return html_page(document).encode()
    if suffix == ".pdf":
        from studydl.sheets.formats.pdf import pdf

        return pdf(document)
    raise UsageError(f"{suffix or 'a file without suffix'} cannot be written", f"Suffixes: {', '.join(SUFFIXES)}.")
