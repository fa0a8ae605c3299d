"""The study session as a conversation: a line is read, one call on the session is made, lines are printed.

A line that starts with "saved:" is printed only after the session has committed what it speaks of.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from studydl.errors import StoreError, StudydlError
from studydl.memory.model import Rating
from studydl.plain import page
from studydl.plain.commands import available, command_in, help_lines, is_text
from studydl.plain.lines import Lines, told
from studydl.study.view import Form, Stage, View
from studydl.text.safe import safe_text

if TYPE_CHECKING:
    from studydl.study.session import Session


KeepNote = Callable[[str, str], object]  # a card's key, the learner's note on it

NO_NOTE = "-"


def run(session: Session, input: TextIO, output: TextIO, keep_note: KeepNote, *, width: int = 80) -> None:
    """Study a session line by line until it is done, the input ends, or the learner quits.

    Args:
        session: a session in progress.
        input: where the learner's lines come from; a prompt marker is printed only if it is a terminal.
        output: where everything is printed, flushed line by line; its last line is "saved, N left".
        keep_note: commits the learner's note on a card; an empty one takes it away.
        width: columns to wrap text to, at least 20.

    Raises:
        StoreError: an answer could not be saved; it was not acknowledged.
    """
    for stream in (input, output):
        if isinstance(stream, TextIOWrapper):  # a strange byte or a narrow encoding must not end the session
            stream.reconfigure(errors="replace")
    talk = _Conversation(session, input, output, keep_note, width)
    try:
        talk.go()
    except KeyboardInterrupt:
        talk.say("")
    talk.say(f"saved, {session.view().left.total} left")
    session.close()


class _Conversation(Lines):
    def __init__(self, session: Session, input: TextIO, output: TextIO, keep_note: KeepNote, width: int) -> None:
        super().__init__(input, output)
        self.session, self.keep_note, self.width = session, keep_note, width
        self.told = ""  # the session's last message that an acknowledgement already said

    def go(self) -> None:
        view = self.session.view()
        self.start(view)
        while view.stage is not Stage.DONE or (view.undoable and self.input.isatty()):
            line = self.read()
            if line is None or command_in(line, view) == "quit" or (view.stage is Stage.DONE and not line):
                return
            try:
                after = self.answer(view, line)
            except StoreError:
                raise
            except StudydlError as error:
                self.say(safe_text(str(error)))
                after = self.session.view()
            self.show(view, after)
            with suppress(StoreError):  # what is wrong with the data, the next answer says
                self.session.look_ahead()
            view = after

    def start(self, view: View) -> None:
        """Print all of the first view; a session may be taken up at any stage."""
        if view.question is not None:
            self.say(*page.question_lines(view, self.width))
        if view.stage is Stage.RETRY:
            self.say(*page.retry_lines(view, self.width))
        elif view.stage is not Stage.ASKING:
            self.turn(view)

    def show(self, before: View, view: View) -> None:
        """Print what is new since the view before."""
        if view.message != before.message and view.message not in ("", self.told):
            self.say(safe_text(view.message))
        if view.stage is Stage.RETRY:
            return
        if view.stage is not before.stage or view.question != before.question:
            self.turn(view)

    def turn(self, view: View) -> None:
        """Print what a stage begins with."""
        match view.stage:
            case Stage.ASKING | Stage.RETRY:
                self.say(*page.question_lines(view, self.width))
            case Stage.VERDICT:
                self.say(*page.verdict_lines(view, self.width))
            case Stage.REVEALED:
                self.say(*page.answer_lines(view, self.width))
            case Stage.DONE:
                self.say(*page.summary_lines(self.session.summary(), view.wait_ms))
                if view.undoable and self.input.isatty():
                    self.say("Enter ends; u takes the last answer back.")

    # ------------------------------------------------------------------ one line, one call on the session

    def answer(self, view: View, line: str) -> View:
        """Do what a line says and return the next view."""
        command = command_in(line, view)
        if command is not None:
            return self.command(view, command)
        if is_text(view) and not line.startswith(":"):
            return self.submit(view, line)
        if view.stage is Stage.ASKING and view.question is not None:
            if view.question.form is Form.EXAMPLE and not line:
                return self.step(view)
            if view.question.form is not Form.CHOICE and not line:
                return self.session.reveal()
            if view.question.form is Form.CHOICE and line in _numbers(len(view.question.options)):
                return self.graded(self.session.choose(int(line) - 1))
        if view.stage in (Stage.REVEALED, Stage.VERDICT):
            if line in _numbers(len(Rating)):
                return self.rate(view, Rating(int(line)))
            if not line and view.suggested is not None:
                return self.rate(view, view.suggested)
        self.say(f"Not understood: {told(line)}" if line else "Nothing was typed.")
        self.say(":help lists what is possible.")
        return view

    def submit(self, view: View, text: str) -> View:
        if not text:
            self.say("Nothing was typed. :dk if you don't know, :help lists the commands.")
            return view
        after = self.session.submit(text)
        if after.stage is Stage.RETRY:
            self.say(*page.retry_lines(after, self.width))
            return after
        return self.graded(after)

    def graded(self, after: View, what: str = "") -> View:
        self.say(page.saved_answer(after, what))
        return after

    def rate(self, view: View, rating: Rating) -> View:
        after = self.session.rate(rating)
        if view.stage is Stage.REVEALED or rating is not view.suggested:
            self.say(page.saved_rating(view, rating))
        return after

    def step(self, view: View) -> View:
        after = self.session.step()
        if after.question == view.question:
            self.say(page.hint_line(after, len(after.hints), self.width))
        return after

    def command(self, view: View, name: str) -> View:
        if name not in available(view):
            self.say(f"{name} is not possible here. :help lists what is.")
            return view
        match name:
            case "help":
                self.say(*help_lines(view))
            case "steps" if view.question is not None:
                self.say(*page.steps_lines(view.question, self.width))
            case "code" if view.question is not None:
                self.say(*page.code_lines(view.question))
            case "note":
                return self.take_note(view)
            case "hint":
                after = self.session.hint()
                self.say(page.hint_line(after, len(after.hints), self.width))
                return after
            case "dk":
                return self.graded(self.session.give_up(), "don't know")
            case "slip":
                after = self.session.slip()
                self.say(page.saved_rating(view, Rating.HARD))
                return after
            case "twin":
                return self.session.twin()
            case "lesson":
                return self.session.skip_lesson()
            case _:
                return self.change(name)
        return view

    def take_note(self, view: View) -> View:
        """Read a note on the card and keep it."""
        assert view.question is not None
        if view.note:
            self.say(page.note_line(view))
        self.say(
            f"Type your note on one line. Enter leaves it as it is{f'; {NO_NOTE} takes it away' * bool(view.note)}."
        )
        line = self.read()
        if line:
            self.keep_note(view.question.key, "" if line == NO_NOTE else line)
            self.say("saved: the note is taken away" if line == NO_NOTE else "saved: your note")
        return self.session.view()

    def change(self, name: str) -> View:
        """Undo, put off, suspend or flag, and acknowledge it."""
        match name:
            case "undo":
                after, said = self.session.undo(), "undone, the same question again"
            case "skip":
                after = self.session.bury()
                what = "skipped" if after.message.startswith("Skipped") else "put off until tomorrow"
                said = f"{what}, :undo takes it back"
            case "suspend":
                after, said = self.session.suspend(), "suspended, :undo takes it back"
            case _:
                after = self.session.flag()
                said = after.message.rstrip(".").lower() or "the flag is changed"
        self.told = after.message
        self.say(f"saved: {safe_text(said)}")
        return after


def _numbers(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]
