"""What can be said besides an answer, and when."""

from __future__ import annotations

from studydl.study.keys import is_lesson, is_practice
from studydl.study.view import Form, Stage, View

COMMANDS = {
    "hint": ("", "one more step of the solution"),
    "dk": ("g", "don't know: shows the answer, counts as again"),
    "steps": ("w", "the whole worked solution"),
    "code": ("v", "the code that proves the answer"),
    "twin": ("t", "another one like this, as practice"),
    "slip": ("x", "the method was right, I slipped: counts as hard"),
    "lesson": ("n", "skip the lesson before a new skill"),
    "undo": ("u", "take the last answer back"),
    "skip": ("b", "put this card off until tomorrow"),
    "suspend": ("s", "take this card out of study"),
    "flag": ("f", "flag this card for a later look, or take the flag away"),
    "note": ("", "write your own words on this card; they come with its answer"),
    "quit": ("q", "leave; everything is saved"),
    "help": ("h", "this list"),
}
_NAMES = {**{letter: name for name, (letter, _) in COMMANDS.items() if letter}, "bury": "skip", "?": "help"}


def is_text(view: View) -> bool:
    """Say whether a typed answer is expected, so that only a line with a colon is a command."""
    question = view.question
    return question is not None and question.form is Form.TYPED and view.stage in (Stage.ASKING, Stage.RETRY)


def command_in(line: str, view: View) -> str | None:
    """Return the name of the command a line gives, or None if it is no command.

    Args:
        line: ``:hint``; where no text is expected also ``hint`` and single letters.
        view: what is shown.
    """
    if is_text(view) and not line.startswith(":"):
        return None
    word = line.removeprefix(":").strip().lower()
    return word if word in COMMANDS else _NAMES.get(word)


def available(view: View) -> list[str]:
    """Return the names of the commands that are possible now, in the order in which help lists them."""
    possible = {"quit", "help"}
    if view.undoable:
        possible.add("undo")
    question = view.question
    if question is not None and view.stage is not Stage.DONE:
        if is_lesson(question.key):
            possible |= {"lesson"} if view.stage is not Stage.VERDICT else set()
        else:
            possible |= set() if view.stage is Stage.VERDICT else {"skip"}
        if not is_practice(question.key):
            possible |= {"flag"} if view.stage is Stage.VERDICT else {"flag", "suspend"}
        if view.stage in (Stage.VERDICT, Stage.REVEALED) and not is_practice(question.key):
            possible.add("note")  # while it is asked, the note might give the answer away
        if is_text(view):
            possible |= {"dk", "hint"} if len(view.hints) < len(question.hints) else {"dk"}
        if view.stage in (Stage.VERDICT, Stage.REVEALED) and question.code:
            possible.add("code")
        if view.stage is Stage.VERDICT:
            possible |= {"steps"} if question.steps else set()
            possible |= {"slip"} if view.slip else set()
            possible |= {"twin"} if question.form is Form.TYPED else set()
    return [name for name in COMMANDS if name in possible]


def help_lines(view: View) -> list[str]:
    """Return one line for each command that is possible now."""
    colon = ":" if is_text(view) else ""
    lines = []
    for name in available(view):
        letter, meaning = COMMANDS[name]
        lines.append(f"{colon}{name}{f' or {colon}{letter}' if letter else ''}: {meaning}")
    return lines
