"""The interview screen: asks on a clock, and says nothing about right or wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ParamSpec

from textual import on
from textual.widgets import Input

from studydl.errors import StoreError, StudydlError
from studydl.study.interviews.state import InterviewView, Stage
from studydl.tui.commands import bindings, phases_by_action
from studydl.tui.screens.answering import AnsweringScreen
from studydl.tui.screens.interview_keys import INTERVIEW, Phase, phase_of
from studydl.tui.widgets.interview_sheet import InterviewSheet
from studydl.tui.widgets.question_page import QuestionPage

if TYPE_CHECKING:
    from studydl.study.desk import Desk
    from studydl.study.interviews.interview import Interview
    from studydl.study.interviews.register import Interviews
    from studydl.tui.application import StudyApp

P = ParamSpec("P")

ALLOWED = phases_by_action(INTERVIEW)
BEAT = 5.0  # s between two times the clock is kept: no crash costs more
LISTED = (Phase.CHOOSING, Phase.SURE, Phase.TICKING)


def opened(begin: Callable[[Interviews], Interview]) -> Callable[[Desk], tuple[Interview, InterviewView]]:
    """Return what to call with the desk, on its thread, for an interview and what it shows first.

    Args:
        begin: starts it, or takes it up again.
    """

    def at_desk(desk: Desk) -> tuple[Interview, InterviewView]:
        interview = begin(desk.interviews())
        return interview, interview.view()

    return at_desk


class InterviewScreen(AnsweringScreen[None]):
    """One interview, until it is over or left. Over, the report takes its place.

    Args:
        interview: started or taken up again; only called on the desk's thread.
        view: what it shows.
    """

    MENU = INTERVIEW
    BINDINGS = bindings(INTERVIEW)
    app: StudyApp
    sheet: InterviewSheet

    def __init__(self, interview: Interview, view: InterviewView) -> None:
        super().__init__(InterviewSheet())
        self.phase = phase_of(view, command=False)
        self._interview = interview
        self._first = view
        self._clock = (view.left_ms, monotonic())  # what was left, and when that was
        self._kept = monotonic()

    def on_mount(self) -> None:
        """Ask the first question, and let the clock be seen."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.sheet.draw())
        self.keys.labels = {"check": "answer"}
        self.app.gate.close()
        self._take(self._first)
        self.set_interval(1, self._tell_time)

    # The clock.

    @property
    def left_ms(self) -> int:
        """What is left on the clock now."""
        left_ms, then = self._clock
        if self.phase in (Phase.TICKING, Phase.OVER):
            return left_ms
        return max(0, left_ms - round((monotonic() - then) * 1000))

    def _tell_time(self) -> None:
        self.sheet.tell_time(self.left_ms)
        if self.phase in (Phase.TICKING, Phase.OVER) or not self.app.gate.is_open:
            return
        over = self.left_ms == 0 and self.phase is not Phase.SURE
        if over or monotonic() - self._kept >= BEAT:
            self._kept = monotonic()
            self.run_worker(self._beat(), group="beat", exclusive=False)

    async def _beat(self) -> None:
        try:
            view = await self.app.desk.call(self._interview.beat, self._typed())
        except StudydlError as error:
            self._trouble(error)
            return
        if self.sheet.now is not None and view.stage is not self.sheet.now.stage:
            self.app.gate.close()
            self._take(view)
        else:
            self._clock = (view.left_ms, monotonic())

    # Calls to the interview run on the desk's thread; no key counts until the view they return is painted.

    def _do(self, step: Callable[P, InterviewView], *args: P.args, **kwargs: P.kwargs) -> None:
        if self.app.gate.is_open:
            self.app.gate.close()
            self.run_worker(self._done(partial(step, *args, **kwargs)))

    async def _done(self, step: Callable[[], InterviewView]) -> None:
        try:
            self._take(await self.app.desk.call(step))
        except StudydlError as error:
            self._trouble(error)
            self.call_after_refresh(self.app.painted)

    def _trouble(self, error: StudydlError) -> None:
        if isinstance(error, StoreError):
            self.app.show_trouble(error)
        else:
            self.sheet.say(str(error))

    def _take(self, view: InterviewView) -> None:
        self._clock, self._kept = (view.left_ms, monotonic()), monotonic()
        if view.stage is Stage.DONE:
            self.phase = Phase.OVER
            self.app.painted()
            self._report(view.message)
            return
        if self.sheet.present(view) or view.position is not None:
            self._command = False
        self.lay_out()
        self.call_after_refresh(self.app.painted)

    def _report(self, said: str) -> None:
        from studydl.tui.screens.interview_report import InterviewReportScreen

        session = self._interview.id
        screen = InterviewReportScreen(lambda interviews: interviews.report_of(session), said)
        self.app.put_in_place(self, screen)

    def _typed(self) -> str | None:
        """Return what is in the answer box; None where there is none."""
        return self.sheet.box.value if self.phase in (Phase.TYPING, Phase.COMMAND) else None

    async def keep(self) -> None:
        """Have the interview remember the clock and the text in the box; called before leaving."""
        if self.phase is not Phase.OVER:
            await self.app.desk.call(self._interview.close, self._typed())

    async def _leave(self) -> None:
        with suppress(StudydlError):  # another window has it: nothing to keep here
            await self.keep()
        self.app.painted()
        self.app.say_at_home("The interview is kept and its clock stands. It waits in this list.")
        self.dismiss()

    async def _live(self, line: Input) -> None:
        text = line.value
        value = await self.app.desk.call(self._interview.live, text)
        if text == line.value:
            self.sheet.show_value(value)

    def lay_out(self) -> None:
        """Show the parts of the phase, and put the focus where its keys go."""
        sheet = self.sheet
        assert sheet.now is not None
        sheet.unsay()
        self.phase = phase_of(sheet.now, command=self._command)
        listed = self.phase in LISTED
        typed = self.phase in (Phase.TYPING, Phase.COMMAND)
        sheet.show_parts(typed=typed, aside=self.phase is Phase.COMMAND, listed=listed, rated=False)
        places = {Phase.TYPING: sheet.box, Phase.COMMAND: self.keys}
        self.set_focus(sheet.page if listed else places.get(self.phase))
        self.refresh_bindings()

    # What the learner does.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow what the phase allows."""
        phases = ALLOWED.get(action)
        if not phases:
            return super().check_action(action, parameters)
        if action == "pick" and parameters[0] not in range(1, self.sheet.page.option_count + 1):
            return False
        return self.phase in phases

    def action_check(self) -> None:
        """Give the answer that is typed or chosen."""
        if self.phase is Phase.CHOOSING:
            index = self.sheet.page.highlighted
            if index is None:
                self.sheet.say("Choose an answer first: a digit, or the arrows.")
            else:
                self._do(self._interview.choose, index)
        elif self.sheet.box.value.strip():
            self._do(self._interview.submit, self.sheet.box.value)
        else:
            self.sheet.say("The box is empty. Type an answer, or press tab and then n to skip the question.")

    def action_said(self) -> None:
        """End the spoken answer."""
        self._do(self._interview.speak)

    def action_sure(self, confidence: int) -> None:
        """Say how sure one is."""
        self._do(self._interview.sure, confidence)

    def action_take(self) -> None:
        """Take the confidence the bar is on."""
        index = self.sheet.page.highlighted
        if index is not None:
            self._do(self._interview.sure, index + 1)

    def action_change(self) -> None:
        """Go back to the question."""
        self._do(self._interview.back)

    def action_tick(self) -> None:
        """Tick the point the bar is on."""
        index = self.sheet.page.highlighted
        if index is not None:
            self._do(self._interview.tick, index)

    def action_ticked(self) -> None:
        """Go on with the points ticked."""
        self._do(self._interview.ticked)

    def action_skip(self, step: int) -> None:
        """Go to another open question."""
        self._command = False
        self._do(self._interview.skip, self._typed(), step)

    def action_end(self) -> None:
        """End the interview; asked twice while questions are open."""
        now = self.sheet.now
        assert now is not None
        left = now.total - now.answered
        what = "1 question is" if left == 1 else f"{left} questions are"
        asked = f"{what} still open. Press x again to end the interview."
        if self.sheet.said != asked:
            self.sheet.say(asked)
            return
        self._do(self._interview.finish, self._typed())

    def action_leave(self) -> None:
        """Leave; the interview can be taken up again."""
        if self.app.gate.is_open:
            self.app.gate.close()
            self.run_worker(self._leave())

    def action_pick(self, number: int) -> None:
        """Choose an option, or tick a point."""
        self.sheet.page.highlighted = number - 1
        if self.phase is Phase.TICKING:
            self._do(self._interview.tick, number - 1)

    @on(Input.Changed)
    def follow_typing(self, event: Input.Changed) -> None:
        """Show the value of what is typed."""
        self.run_worker(self._live(event.input), group="live", exclusive=True)

    @on(QuestionPage.Picked)
    def take_option(self, event: QuestionPage.Picked) -> None:
        """Take the line that was clicked."""
        match self.phase:
            case Phase.CHOOSING:
                self._do(self._interview.choose, event.index)
            case Phase.SURE:
                self._do(self._interview.sure, event.index + 1)
            case Phase.TICKING:
                self._do(self._interview.tick, event.index)
