"""The phases of the study screen, and what can be done in each."""

from __future__ import annotations

from enum import StrEnum

from studydl.answers.verdicts import Outcome
from studydl.study.view import Form, Stage, View
from studydl.tui.commands import Command


class Phase(StrEnum):
    """What the study screen is doing; each phase has its own keys."""

    OPENING = "opening the session"
    TYPING = "typing an answer"
    COMMAND = "commands"
    LESSON = "reading a worked example"
    CHOOSING = "choosing an answer"
    RECALLING = "recalling the answer"
    RATING = "rating yourself"
    TICKING = "ticking the points you said"
    RIGHT = "a right answer"
    WRONG = "a wrong answer"


def phase_of(view: View, *, command: bool) -> Phase:
    """Return the phase a view puts the screen in.

    Args:
        view: what the session shows.
        command: True if the learner left the answer box for the commands.
    """
    if view.question is None:
        return Phase.OPENING
    form = view.question.form
    if view.stage in (Stage.ASKING, Stage.RETRY):
        if form is Form.EXAMPLE:
            return Phase.LESSON
        if form is Form.TYPED:
            return Phase.COMMAND if command else Phase.TYPING
        return Phase.CHOOSING if form is Form.CHOICE else Phase.RECALLING
    if view.stage is Stage.REVEALED:
        return Phase.TICKING if form is Form.POINTS else Phase.RATING
    right = view.verdict is not None and view.verdict.outcome is Outcome.CORRECT
    return Phase.RIGHT if right else Phase.WRONG


_ANY = frozenset(Phase)
_TYPING, _COMMAND = frozenset({Phase.TYPING}), frozenset({Phase.COMMAND})
_BOX = _TYPING | _COMMAND
_CHOOSING, _RECALLING = frozenset({Phase.CHOOSING}), frozenset({Phase.RECALLING})
_LESSON = frozenset({Phase.LESSON})
_ASKED = _BOX | _CHOOSING | _RECALLING
_WRONG = frozenset({Phase.WRONG})
_JUDGED = _WRONG | {Phase.RIGHT}
_TICKING = frozenset({Phase.TICKING})
_NUMBERED = _CHOOSING | _TICKING
_RATED = _JUDGED | _TICKING | {Phase.RATING}
_EDITABLE = _RECALLING | _CHOOSING | _RATED
_SHOWN = _ANY - {Phase.OPENING}

_RATINGS = (("1", "again"), ("2", "hard"), ("3", "good"), ("4", "easy"))

# The order is that of the key bar. The box takes letters for itself, so a letter that works in `_BOX` is pressed
# after tab; the palette offers it at once.
STUDY = (
    Command("study.back", "tab", "back", "answer", "Go back to the answer box", phases=_COMMAND),
    Command("study.check", "enter", "check", "check", "Give this answer", phases=_TYPING | _CHOOSING),
    Command("study.commands", "tab,escape", "command", "commands", "Leave the box; the text stays", phases=_TYPING),
    Command("study.reveal", "space,enter", "reveal", "show the answer", "Show the answer", phases=_RECALLING),
    Command(
        "study.step", "enter,space", "step", "go on", "Show the next step; after the last one, go on", phases=_LESSON
    ),
    Command("study.skip", "n", "skip", "skip the lesson", "Go on to the first problem", phases=_LESSON | _COMMAND),
    Command("study.tick", "space", "tick", "tick", "Tick the point the bar is on", phases=_TICKING),
    Command("study.accept", "enter,space", "accept", "accept", "Take the rating in brackets and go on", phases=_RATED),
    *(
        Command(f"study.{name}", key, f"rate({key})", name, f"Rate it {name} and go on", False, _RATED - _TICKING)
        for key, name in _RATINGS
    ),
    Command("study.lower", "left", "shift(-1)", "lower", "Move the brackets to a lower rating", False, _RATED),
    Command("study.higher", "right", "shift(1)", "higher", "Move the brackets to a higher rating", False, _RATED),
    Command("study.steps", "w", "steps", "steps", "Show or hide the worked solution", phases=_JUDGED),
    Command("study.code", "v", "code", "code", "Show or hide the code that proves the answer", phases=_RATED),
    Command("study.twin", "t", "twin", "twin", "Try the same kind of problem with new numbers", phases=_JUDGED),
    Command("study.slip", "x", "slip", "slipped", "The method was right, the arithmetic slipped", phases=_WRONG),
    Command("study.hint", "h", "hint", "hint", "Show one more step of the solution", phases=_BOX),
    Command("study.scratch", "c", "scratch", "scratch", "A line to calculate on; it is kept, not checked", phases=_BOX),
    Command("study.give-up", "g", "give_up", "don't know", "Say that you don't know; see the answer", phases=_BOX),
    Command("study.undo", "u", "undo", "undo", "Take back the last answer", phases=_SHOWN),
    Command("study.home", "escape", "home", "home", "Go home; everything is saved", phases=_ANY - _TYPING),
    Command("study.flag", "f", "flag", "flag", "Flag this card, or take the flag off", phases=_SHOWN),
    Command("study.info", "i", "info", "info", "All about this card, and your note on it", phases=_COMMAND | _RATED),
    Command("study.edit", "e", "edit", "edit", "Change the text of this card", phases=_EDITABLE),
    Command("study.bury", "b", "bury", "bury", "Put this card off until tomorrow", phases=_ASKED),
    Command("study.suspend", "s", "suspend", "suspend", "Do not ask this card again", phases=_ASKED),
    Command("study.copy", "y", "copy", "copy", "Copy the code shown, or the question, to the clipboard", False, _SHOWN),
    Command("study.up", "up", "scroll(-1)", "up", "Scroll up", False),
    Command("study.down", "down", "scroll(1)", "down", "Scroll down", False),
    Command("study.page-up", "pageup", "page(-1)", "page up", "Scroll up a page", False),
    Command("study.page-down", "pagedown", "page(1)", "page down", "Scroll down a page", False),
    *(
        Command(
            f"study.pick-{n}", str(n), f"pick({n})", "pick", "Choose or tick by number", False, _CHOOSING | _TICKING
        )
        for n in range(1, 10)
    ),
)
