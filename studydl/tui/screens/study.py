"""The study screen: asks, checks, shows the verdict, goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ParamSpec

from textual import on
from textual.widgets import Input

from studydl.errors import StoreError, StudydlError
from studydl.memory.model import Rating
from studydl.study.keys import is_lesson, is_practice
from studydl.study.view import Stage, View
from studydl.text.markup import plain as as_text
from studydl.text.safe import safe_text
from studydl.tui.commands import bindings, phases_by_action
from studydl.tui.screens.answering import AnsweringScreen
from studydl.tui.screens.study_keys import STUDY, Phase, phase_of
from studydl.tui.widgets.question_page import QuestionPage
from studydl.tui.widgets.ratings import RatingBar
from studydl.tui.widgets.rendering import plain
from studydl.tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from studydl.study.desk import Desk
    from studydl.study.session import Session
    from studydl.study.view import Summary
    from studydl.tui.application import StudyApp

P = ParamSpec("P")

ALLOWED = phases_by_action(STUDY)


class StudyScreen(AnsweringScreen[str]):
    """One session. Its result is what to say at home: "Saved, 12 left."

    Args:
        begin: starts or resumes the session at the desk.
    """

    MENU = STUDY
    BINDINGS = bindings(STUDY)
    app: StudyApp

    def __init__(self, begin: Callable[[Desk], Session]) -> None:
        super().__init__(Sheet())
        self._begin = begin
        self.phase = Phase.OPENING
        self._session: Session | None = None

    def on_mount(self) -> None:
        """Start or resume the session."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.sheet.draw())
        self.lay_out()
        self.app.gate.close()
        self.run_worker(self._open())

    @property
    def session(self) -> Session:
        """The session; there is one in every phase but OPENING."""
        assert self._session is not None
        return self._session

    # Calls to the session run on the desk's thread; no key counts until the view they return is painted.

    async def _open(self) -> None:
        try:
            self._session = await self.app.desk.with_desk(self._begin)
            view = await self.app.desk.call(self._session.view)
        except StudydlError as error:
            self.app.painted()
            self._refused(error)
            return
        await self._take(view)

    def _refused(self, error: StudydlError) -> None:
        if isinstance(error, StoreError):
            self.app.show_trouble(error)
        elif self.app.direct:
            self.app.exit(return_code=error.exit_code, message=plain(f"studydl: {error}"))
        else:
            self.dismiss(str(error))

    def _do(self, step: Callable[P, View], *args: P.args, **kwargs: P.kwargs) -> None:
        if self.app.gate.is_open:
            self.app.gate.close()
            self.run_worker(self._done(partial(step, *args, **kwargs)))

    async def _done(self, step: Callable[[], View]) -> None:
        try:
            await self._take(await self.app.desk.call(step))
        except StudydlError as error:
            self.sheet.say(str(error))
            self.call_after_refresh(self.app.painted)

    async def _take(self, view: View) -> None:
        if view.stage is Stage.DONE:
            self._show_summary(view, await self.app.desk.call(self.session.summary))
        elif self.sheet.show(view) or view.stage is Stage.RETRY:
            self._command = False
        self.lay_out()
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        self.app.painted()
        self.run_worker(self._look_ahead())

    async def _look_ahead(self) -> None:
        with suppress(StudydlError):  # what is wrong with the data, the next answer says
            self.sheet.draw_ahead(await self.app.desk.call(self.session.look_ahead))

    def _show_summary(self, view: View, summary: Summary) -> None:
        from studydl.tui.screens.summary import After, SummaryScreen

        def after(choice: After | None) -> None:
            match choice:
                case After.UNDO:
                    self._do(self.session.undo)
                case After.MORE:
                    self._do(self.session.go_on)
                case _:
                    self.action_home()

        self.app.push_screen(SummaryScreen(view, summary), after)

    async def _leave(self) -> None:
        said = ""
        if self._session is not None:
            await self.keep()
            said = (await self.app.desk.call(self._session.view)).parting
            await self.app.desk.call(self._session.close)
        self.app.painted()
        self.dismiss(said)

    async def keep(self) -> None:
        """Have the session remember the text in the box; called before leaving."""
        if self.phase in (Phase.TYPING, Phase.COMMAND):
            await self.app.desk.call(self.session.keep, self.sheet.box.value, self.sheet.scratch.value)

    async def _live(self, line: Input) -> None:
        text = line.value
        value = await self.app.desk.call(self.session.live, text)
        if text == line.value:
            self.sheet.show_value(value, scratch=line is self.sheet.scratch)

    def lay_out(self, scratch: bool = False) -> None:
        """Show the parts of the phase; the focus goes to the box, or to the scratch line."""
        sheet = self.sheet
        if sheet.view is not None:
            self.phase = phase_of(sheet.view, command=self._command)
        phase = self.phase
        listed = phase in (Phase.CHOOSING, Phase.TICKING)
        sheet.show_parts(
            typed=phase in (Phase.TYPING, Phase.COMMAND),
            aside=phase is Phase.COMMAND,
            listed=listed,
            rated=phase in ALLOWED["accept"] and self._ratable(),
            scratch=scratch,
        )
        self._label_accept()
        places = {Phase.TYPING: sheet.scratch if scratch else sheet.box, Phase.COMMAND: self.keys}
        self.set_focus(sheet.page if listed else places.get(phase))
        self.refresh_bindings()

    def _label_accept(self) -> None:
        ratings = self.sheet.ratings
        view = self.sheet.view
        skips = view is not None and view.question is not None and is_practice(view.question.key)
        labels = {"bury": "skip"} if skips else {}
        self.keys.labels = labels | {"accept": ratings.label(ratings.chosen) if self._ratable() else "next"}

    def _ratable(self) -> bool:
        """Say whether a rating means something: a self-rated answer, or one that moves the schedule."""
        view = self.sheet.view
        return view is not None and (view.stage is Stage.REVEALED or bool(view.intervals))

    # What the learner does.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow what the phase allows and the view makes possible."""
        phases = ALLOWED.get(action)
        if not phases:
            return super().check_action(action, parameters)
        return self.phase in phases and self._possible(action, parameters)

    def _possible(self, action: str, parameters: tuple[object, ...]) -> bool:
        view = self.sheet.view
        question = view.question if view else None
        if view is None or question is None:
            return action == "home"
        match action:
            case "rate" | "shift":
                return self._ratable()
            case "slip":
                return view.slip
            case "undo":
                return view.undoable
            case "steps":
                return bool(question.steps)
            case "code":
                return bool(question.code)
            case "twin":
                return question.problem_id is not None
            case "edit":
                return question.problem_id is None
            case "skip":
                return is_lesson(question.key)
            case "suspend" | "flag" | "info":
                return not is_practice(question.key)
            case "bury":
                return not is_lesson(question.key)
            case "hint":
                return len(view.hints) < len(question.hints)
            case "pick":
                return parameters[0] in range(1, self.sheet.page.option_count + 1)
        return True

    def action_check(self) -> None:
        """Check the answer that is typed or chosen."""
        if self.phase is Phase.CHOOSING:
            index = self.sheet.page.highlighted
            if index is None:
                self.sheet.say("Choose an answer first: a digit, or the arrows.")
            else:
                self._do(self.session.choose, index)
        elif self.sheet.box.value.strip():
            self._do(self.session.submit, self.sheet.box.value, self.sheet.scratch.value)
        else:
            self.sheet.say("The box is empty. Type an answer, or press tab and then g if you don't know.")

    def action_reveal(self) -> None:
        """Show the answer."""
        self._do(self.session.reveal)

    def action_accept(self) -> None:
        """Accept the rating in brackets and go on."""
        self._do(self.session.rate, self.sheet.ratings.chosen)

    def action_rate(self, rating: int) -> None:
        """Give this rating and go on."""
        self._do(self.session.rate, Rating(rating))

    def action_shift(self, step: int) -> None:
        """Move the brackets."""
        self.sheet.ratings.move(step)
        self._label_accept()

    def action_step(self) -> None:
        """Show the next step of the worked example; after the last one, go on."""
        self._do(self.session.step)

    def action_skip(self) -> None:
        """Leave the lesson before a new skill."""
        self._do(self.session.skip_lesson)

    def action_hint(self) -> None:
        """Show one more step."""
        self._do(self.session.hint)

    def action_give_up(self) -> None:
        """Say "don't know"."""
        self._do(self.session.give_up, self.sheet.scratch.value)

    def action_scratch(self) -> None:
        """Go to the scratch line."""
        self._command = False
        self.lay_out(scratch=True)

    def action_to_box(self) -> None:
        """Go on from the scratch line to the answer."""
        self.lay_out()

    def action_slip(self) -> None:
        """Claim that only the arithmetic slipped."""
        self._do(self.session.slip)

    def action_twin(self) -> None:
        """Try the same with new numbers."""
        self._do(self.session.twin)

    def action_undo(self) -> None:
        """Take back the last answer."""
        self._do(self.session.undo)

    def action_suspend(self) -> None:
        """Do not ask this card again."""
        self._do(self.session.suspend)

    def action_bury(self) -> None:
        """Put this card off until tomorrow, or pass over a practice problem."""
        self._do(self.session.bury)

    def action_info(self) -> None:
        """Open all about this card; what is changed there is shown here afterwards."""
        from studydl.tui.screens.card_info import CardInfoScreen

        if self.sheet.view and self.sheet.view.question:
            key = self.sheet.view.question.key
            self.app.push_screen(CardInfoScreen(key), self._looked_up)

    def _looked_up(self, saved: str | None) -> None:
        if saved:
            self._do(self.session.reread, saved)
        else:
            self._do(self.session.view)

    def action_flag(self) -> None:
        """Flag this card, or take the flag off."""
        self._do(self.session.flag)

    def action_edit(self) -> None:
        """Change the text of this card."""
        from studydl.tui.screens.card_editor import CardEditorScreen

        view = self.sheet.view
        if view is not None and view.question is not None:
            key = view.question.key
            self.app.push_screen(CardEditorScreen(lambda authoring: authoring.open(key)), self._edited)

    def _edited(self, saved: str | None) -> None:
        if saved:
            self._do(self.session.reread, saved)

    def action_steps(self) -> None:
        """Show or hide the worked solution."""
        self.sheet.toggle(steps=True)

    def action_code(self) -> None:
        """Show or hide the code."""
        self.sheet.toggle(code=True)

    def action_copy(self) -> None:
        """Copy the code if it is shown, else the question."""
        view = self.sheet.view
        assert view is not None and view.question is not None
        shown = self.sheet.code and bool(view.question.code)
        self.app.copy_to_clipboard(safe_text(view.question.code if shown else as_text(view.question.prompt)))
        self.sheet.say("The code is copied." if shown else "The question is copied.")

    def action_pick(self, number: int) -> None:
        """Choose an option, or tick a point."""
        self.sheet.page.highlighted = number - 1
        if self.phase is Phase.TICKING:
            self._tick(number - 1)

    def action_tick(self) -> None:
        """Tick the point the bar is on."""
        index = self.sheet.page.highlighted
        if index is not None:
            self._tick(index)

    def _tick(self, index: int) -> None:
        self.sheet.tick(index)
        self._label_accept()

    def action_home(self) -> None:
        """Go home."""
        if self.app.gate.is_open:
            self.app.gate.close()
            self.run_worker(self._leave())

    @on(Input.Changed)
    def follow_typing(self, event: Input.Changed) -> None:
        """Show the value of what is typed."""
        if self._session is not None:
            self.run_worker(self._live(event.input), group=f"live {event.input.id}", exclusive=True)

    @on(QuestionPage.Picked)
    def take_option(self, event: QuestionPage.Picked) -> None:
        """Take the option that was clicked."""
        if self.phase is Phase.CHOOSING:
            self._do(self.session.choose, event.index)
        elif self.phase is Phase.TICKING:
            self._tick(event.index)

    @on(RatingBar.Picked)
    def take_rating(self, event: RatingBar.Picked) -> None:
        """Take the rating that was clicked."""
        self._do(self.session.rate, event.rating)
