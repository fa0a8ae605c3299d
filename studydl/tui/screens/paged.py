"""What screens with one long page have in common: it scrolls by rows and by its height."""

from __future__ import annotations

from typing import ClassVar

from textual.screen import Screen, ScreenResultType


class PagedScreen(Screen[ScreenResultType]):
    """A screen with a page to scroll.

    Class attributes:
        PAGE: selector of the page.
    """

    PAGE: ClassVar[str] = "#report"

    def action_scroll(self, rows: int) -> None:
        """Scroll the page by rows."""
        self.query_one(self.PAGE).scroll_relative(y=rows, animate=False)

    def action_page(self, direction: int) -> None:
        """Scroll the page by its height."""
        page = self.query_one(self.PAGE)
        page.scroll_relative(y=direction * max(1, page.size.height - 1), animate=False)
