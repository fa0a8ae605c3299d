"""The interview line by line: for screen readers, pipes and terminals without a screen.

The clock is looked at when a line is given: one that ends after the time is over is the last answer, as on the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from studydl.errors import StoreError, StudydlError
from studydl.plain.interview_page import SURE, question_lines, report_lines
from studydl.plain.lines import Lines, told
from studydl.study.interviews.state import CONFIDENCE, InterviewView, Stage
from studydl.study.view import Form
from studydl.text.safe import safe_text

if TYPE_CHECKING:
    from studydl.study.interviews.interview import Interview
    from studydl.study.interviews.register import Interviews

HELP = (
    ":skip or :n: leave this question for later",
    ":back or :p: go back to the open question before",
    ":time or :t: how much time is left",
    ":change or :c: change the answer, while you are asked how sure you are",
    ":end: end the interview now and see the report",
    ":quit or :q: leave; the clock stands until you come back",
    ":help or :h: this list",
)
_LETTERS = {"n": "skip", "p": "back", "t": "time", "c": "change", "q": "quit", "h": "help", "?": "help"}


def run(interviews: Interviews, interview: Interview, input: TextIO, output: TextIO, *, width: int = 80) -> None:
    """Sit an interview line by line until it is over, the input ends, or the learner quits.

    Args:
        interviews: for the report.
        interview: in progress.
        input: where the learner's lines come from; a prompt marker is printed only if it is a terminal.
        output: where everything is printed, flushed line by line.
        width: columns to wrap text to, at least 20.

    Raises:
        StoreError: an answer could not be saved; it was not acknowledged.
    """
    for stream in (input, output):
        if isinstance(stream, TextIOWrapper):  # a strange byte or a narrow encoding must not end the interview
            stream.reconfigure(errors="replace")
    talk = _Conversation(interview, input, output, width)
    try:
        talk.go()
    except KeyboardInterrupt:
        talk.say("")
    view = interview.view()
    if view.stage is Stage.DONE:
        talk.say(*report_lines(interviews.report_of(interview.id), width))
        talk.do_next(interviews)
    else:
        interview.close()
        talk.say(f"saved, {view.answered} of {view.total} answered; `studydl interview --plain` goes on")


class _Conversation(Lines):
    def __init__(self, interview: Interview, input: TextIO, output: TextIO, width: int) -> None:
        super().__init__(input, output)
        self.interview, self.width = interview, width

    def go(self) -> None:
        view = self.interview.view()
        self.say(*question_lines(view, self.width))
        while view.stage is not Stage.DONE:
            line = self.read()
            if line is None or self.command_in(line) == "quit":
                return
            before, view = view, self.step(view, line)
            if view.message:
                self.say(safe_text(view.message))
            if view.stage is not Stage.DONE and (view.stage, view.number) != (before.stage, before.number):
                self.say(*question_lines(view, self.width))

    def step(self, view: InterviewView, line: str) -> InterviewView:
        """Do what a line says and return the next view."""
        typed = view.stage is Stage.ASKING and view.question is not None and view.question.form is Form.TYPED
        text = line if typed and line and self.command_in(line) is None else None
        after = self.interview.beat(text)
        if after.stage is not view.stage:
            return after  # the time is over
        try:
            return self.answer(view, line)
        except StoreError:
            raise
        except StudydlError as error:
            self.say(safe_text(str(error)))
            return self.as_it_was()

    @staticmethod
    def command_in(line: str) -> str | None:
        if not line.startswith(":"):
            return None
        word = line[1:].strip().lower()
        return _LETTERS.get(word, word)

    def answer(self, view: InterviewView, line: str) -> InterviewView:
        command = self.command_in(line)
        if command is not None:
            return self.command(view, command)
        match view.stage:
            case Stage.SURE if line in map(str, CONFIDENCE):
                return self.saved(self.interview.sure, int(line))
            case Stage.SURE:
                return self.not_understood(SURE)
            case Stage.TICKING:
                return self.tick(view, line)
        assert view.question is not None
        match view.question.form:
            case Form.TYPED if line:
                return self.interview.submit(line)
            case Form.TYPED:
                return self.not_understood("Nothing was typed. :skip leaves the question for later.")
            case Form.CHOICE if line in map(str, range(1, len(view.question.options) + 1)):
                return self.interview.choose(int(line) - 1)
            case Form.CHOICE:
                return self.not_understood(f"Choose 1 to {len(view.question.options)}.")
        return self.interview.speak()

    def tick(self, view: InterviewView, line: str) -> InterviewView:
        assert view.question is not None
        said = line.replace(",", " ").split()
        if not set(said) <= set(map(str, range(1, len(view.question.points) + 1))):
            return self.not_understood(f"Numbers from 1 to {len(view.question.points)}, such as 1 3.")
        for index in {int(number) - 1 for number in said} ^ set(view.ticks):
            self.interview.tick(index)
        return self.saved(self.interview.ticked)

    def saved(self, step: Callable[..., InterviewView], *arguments: int) -> InterviewView:
        """Take a step that counts an answer, and acknowledge it."""
        before = self.interview.view().answered
        view = step(*arguments)
        if view.answered > before:
            self.say("saved: answered")
        return view

    def not_understood(self, hint: str) -> InterviewView:
        self.say(hint)
        return self.as_it_was()

    def as_it_was(self) -> InterviewView:
        """Return the view without its message, which was said when it was new."""
        return replace(self.interview.view(), message="")

    def command(self, view: InterviewView, name: str) -> InterviewView:
        match name:
            case "skip":
                return self.interview.skip()
            case "back":
                return self.interview.skip(step=-1)
            case "change":
                return self.interview.back()
            case "end":
                return self.interview.finish()
            case "time":
                minutes, seconds = divmod(view.left_ms // 1000, 60)
                self.say(f"{minutes} min {seconds} s left")
            case "help":
                self.say(*HELP)
            case _:
                self.say(f"Not understood: {told(name)}. :help lists the commands.")
        return self.as_it_was()

    def do_next(self, interviews: Interviews) -> None:
        """Offer to put what was missed into the queue; the rest of what is next are commands of their own."""
        from studydl.study.interviews.next_steps import Do

        report = interviews.report_of(self.interview.id)
        number = next((n for n, step in enumerate(report.next, 1) if step.do is Do.QUEUE), None)
        if number is None:
            return
        self.say(f"Type {number} to put them into the queue; enter ends.")
        if self.read() == str(number):
            queued = interviews.add_to_queue(report.taken)
            self.say(f"saved: {queued.due} due today, {queued.new} new ones first in your next session")
