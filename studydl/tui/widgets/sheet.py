"""The sheet a question is on: the page, the answer box or the ratings, one line of note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rich.console import Group
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Offset, Size
from textual.layout import Layout, WidgetPlacement
from textual.layouts.vertical import VerticalLayout
from textual.widget import Widget
from textual.widgets import Input

from studydl.memory.model import Rating
from studydl.study.view import Form, Stage, View
from studydl.tui.widgets import pages
from studydl.tui.widgets.answer_box import AnswerBox, ScratchLine
from studydl.tui.widgets.headline import Headline
from studydl.tui.widgets.laid_out_once import Column, Paragraph
from studydl.tui.widgets.look import Look, look_of
from studydl.tui.widgets.question_page import Place, QuestionPage
from studydl.tui.widgets.ratings import RatingBar
from studydl.tui.widgets.rendering import plain

OPEN = (Stage.ASKING, Stage.RETRY)
LEAST = 3  # rows of the page, however low the window


class PageGivesWay(VerticalLayout):
    """One below the other; where there is no room for all, the page is lower than what is on it, and scrolls.

    So the answer box stays in view, close under the page, and each part is measured once.
    """

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> list[WidgetPlacement]:
        """Place the parts of the sheet.

        Args:
            parent: the sheet.
            children: its parts that are shown.
            size: the room there is.
            greedy: as Textual has it.
        """
        placements = super().arrange(parent, children, size, greedy)
        over = placements[-1].region.bottom + placements[-1].margin.bottom - size.height
        page = next(index for index, placement in enumerate(placements) if placement.widget.id == "page")
        region = placements[page].region
        over = min(over, region.height - LEAST)
        if over > 0:
            placements[page] = placements[page]._replace(region=region.crop_size((region.width, region.height - over)))
            placements[page + 1 :] = WidgetPlacement.translate(placements[page + 1 :], Offset(0, -over))
        return placements


class Sheet(Column):
    """Shows views: the column of a screen that asks. The screen gives it a view and asks what the learner put in.

    Args:
        panes: True if the solution stands beside the question where there is room.
    """

    def __init__(self, *, panes: bool = True) -> None:
        super().__init__(id="column")
        self._layout = PageGivesWay()
        self.view: View | None = None
        self.steps = False
        self.code = False
        self.ticked: frozenset[int] = frozenset()
        self.said = ""
        self.head = Headline()
        self.page = QuestionPage(panes=panes)
        self.box = AnswerBox()
        self.live = Paragraph(id="live")
        self.entry = Horizontal(Paragraph("answer", classes="label"), self.box, self.live, id="entry")
        self.scratch = ScratchLine()
        self.scratched = Paragraph(id="scratched")
        self.aside = Horizontal(Paragraph("scratch", classes="label"), self.scratch, self.scratched, id="aside")
        self.ratings = RatingBar()
        self.note = Paragraph("Opening …", id="note")

    @property
    def layout(self) -> Layout:
        """The layout: the page gives way to the rest."""
        return self._layout

    def compose(self) -> ComposeResult:
        """Lay out, from top to bottom; question and solution side by side where there is room."""
        yield self.head
        yield self.page
        yield self.aside
        yield self.entry
        yield self.ratings
        yield self.note

    def on_mount(self) -> None:
        """Follow the bar."""
        self.watch(self.page, "highlighted", self.unsay, init=False)

    def show(self, view: View) -> bool:
        """Show the next view.

        Returns:
            True if it is another question or another stage of it, False if the learner is still at the same.
        """
        before, self.view, self.said = self.view, view, ""
        question = view.question
        assert question is not None
        same = before is not None and before.question == question and _alike(before.stage, view.stage)
        if view.stage is Stage.RETRY:
            self.box.show(view.text, view.verdict.position if view.verdict else None)
        elif not same:
            self.box.show(view.text)
            self.scratch.value = view.scratch
        if not same:
            gave_up = view.stage is Stage.VERDICT and question.form is Form.TYPED and not view.text
            self.steps, self.code, self.ticked = gave_up, False, frozenset()
            self.ratings.intervals = view.intervals
            self.ratings.chosen = view.suggested or Rating.GOOD
            if question.form is Form.POINTS:
                self.ratings.chosen = pages.rating_of_share(0, len(question.points))
            self.ratings.numbered = question.form is not Form.POINTS
            self._list()
        self.draw()
        if not same:
            self.page.bring(Place.SOLUTION if view.stage in (Stage.VERDICT, Stage.REVEALED) else Place.TOP)
        return not same

    def _list(self) -> None:
        view = self.view
        assert view is not None and view.question is not None
        choosing = view.stage is Stage.ASKING and view.question.form is Form.CHOICE
        texts = view.question.options if choosing else view.question.points
        look = look_of(self.app)
        self.page.offer(
            pages.option(index, text, look, None if choosing else index in self.ticked)
            for index, text in enumerate(texts)
        )
        if texts and not choosing:
            self.page.highlighted = 0  # space ticks at once; a choice is made

    def draw(self) -> None:
        """Draw the view again, in the colors of the theme."""
        view = self.view
        if view is None or view.question is None:
            return
        look = look_of(self.app)
        solution = pages.solution(view, look, steps=self.steps, code=self.code)
        self.head.show(*pages.head(view, look))
        told = self.steps and solution is not None  # the steps say again what the hints said
        self.page.show(self.asked(replace(view, hints=()) if told else view, look), solution)
        self.note.update(pages.note(view, look, self.said))

    def draw_ahead(self, views: Iterable[View]) -> None:
        """Draw what will probably be shown next, while nothing else is to be done."""
        look = look_of(self.app)
        for view in views:
            self.page.draw_ahead(pages.prompt(view, look), pages.solution(view, look, steps=False, code=False))

    def asked(self, view: View, look: Look) -> Group:
        """Draw what is asked."""
        return pages.prompt(view, look)

    def toggle(self, *, steps: bool = False, code: bool = False) -> None:
        """Show or hide the worked solution or the code; what is shown comes into view."""
        self.steps ^= steps
        self.code ^= code
        self.draw()
        if (steps and self.steps) or (code and self.code):
            self.page.bring(Place.END)

    def show_parts(self, *, typed: bool, aside: bool, listed: bool, rated: bool, scratch: bool = False) -> None:
        """Show the parts the phase needs.

        Args:
            typed: the answer box.
            aside: the box dimmed, because the keys are commands.
            listed: the options or points.
            rated: the ratings.
            scratch: the scratch line, which stays as long as something stands on it.
        """
        self.entry.display = typed
        self.aside.display = typed and (scratch or bool(self.scratch.value))
        self.entry.set_class(aside, "-aside")
        self.page.list_options(listed)
        self.ratings.display = rated

    def say(self, text: str) -> None:
        """Say something about the last key in the line under the answer."""
        self.said = text
        self.draw()

    @on(Input.Changed)
    def unsay(self) -> None:
        """Take back what was said about the last key: one types or moves the bar since."""
        if self.said:
            self.say("")

    def show_value(self, value: str, scratch: bool = False) -> None:
        """Show the value of what is typed beside the box, or beside the scratch line."""
        shown = self.scratched if scratch else self.live
        if plain(value) != shown.content:  # a box that is emptied with the question asks for no second layout
            shown.update(plain(value))

    def tick(self, index: int) -> None:
        """Tick a point or take the tick off; the rating follows the share said."""
        assert self.view is not None and self.view.question is not None
        points = self.view.question.points
        self.ticked ^= {index}
        prompt = pages.option(index, points[index], look_of(self.app), index in self.ticked)
        self.page.redraw(index, prompt)
        self.ratings.chosen = pages.rating_of_share(len(self.ticked), len(points))


def _alike(before: Stage, after: Stage) -> bool:
    """Say whether a learner is still at the same: after an unreadable answer a question is open as before."""
    return before is after or (before in OPEN and after in OPEN)
