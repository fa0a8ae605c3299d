"""The phases of the interview screen, and what can be done in each."""

from __future__ import annotations

from enum import StrEnum

from studydl.study.interviews.state import CONFIDENCE, InterviewView, Stage
from studydl.study.view import Form
from studydl.tui.commands import Command


class Phase(StrEnum):
    """What the interview screen is doing; each phase has its own keys."""

    TYPING = "typing an answer"
    COMMAND = "commands"
    CHOOSING = "choosing an answer"
    SPEAKING = "speaking"
    SURE = "saying how sure you are"
    TICKING = "ticking the points you said"
    OVER = "over"


def phase_of(view: InterviewView, *, command: bool) -> Phase:
    """Return the phase a view puts the screen in.

    Args:
        view: what the interview shows.
        command: True if the learner left the answer box for the commands.
    """
    match view.stage:
        case Stage.SURE:
            return Phase.SURE
        case Stage.TICKING:
            return Phase.TICKING
        case Stage.DONE:
            return Phase.OVER
    assert view.question is not None
    match view.question.form:
        case Form.TYPED:
            return Phase.COMMAND if command else Phase.TYPING
        case Form.CHOICE:
            return Phase.CHOOSING
    return Phase.SPEAKING


_TYPING, _COMMAND = frozenset({Phase.TYPING}), frozenset({Phase.COMMAND})
_CHOOSING, _SPEAKING = frozenset({Phase.CHOOSING}), frozenset({Phase.SPEAKING})
_SURE, _TICKING = frozenset({Phase.SURE}), frozenset({Phase.TICKING})
_ASKED = _COMMAND | _CHOOSING | _SPEAKING

# The order is that of the key bar. `study.check` is the answer box's own binding, under one id with the study screen's.
INTERVIEW = (
    Command("interview.back", "tab", "back", "answer", "Go back to the answer box", phases=_COMMAND),
    Command("study.check", "enter", "check", "answer", "Give this answer", phases=_TYPING | _CHOOSING),
    Command("interview.commands", "tab,escape", "command", "commands", "Leave the box; the text stays", phases=_TYPING),
    Command("interview.said", "enter,space", "said", "I have said it", "End the spoken answer", phases=_SPEAKING),
    *(
        Command(f"interview.sure-{n}", str(n), f"sure({n})", words, f"Say that it is {words}", n > 0, _SURE)
        for n, words in CONFIDENCE.items()
    ),
    Command("interview.take", "enter,space", "take", "take it", "Take the line the bar is on", phases=_SURE),
    Command("interview.change", "escape", "change", "change the answer", "Go back to the question", phases=_SURE),
    Command("interview.tick", "space", "tick", "tick", "Tick the point the bar is on", phases=_TICKING),
    Command("interview.ticked", "enter", "ticked", "next", "Go on with the points ticked", phases=_TICKING),
    Command(
        "interview.skip", "n", "skip(1)", "skip", "Go to the next open question; this one comes back", True, _ASKED
    ),
    Command("interview.previous", "p", "skip(-1)", "previous", "Go back to the open question before", True, _ASKED),
    Command("interview.end", "x", "end", "end", "End the interview now and see the report", phases=_ASKED),
    Command("interview.leave", "escape", "leave", "leave", "Leave; the clock stands", phases=_ASKED | _TICKING),
    Command("interview.up", "up", "scroll(-1)", "up", "Scroll up", False),
    Command("interview.down", "down", "scroll(1)", "down", "Scroll down", False),
    Command("interview.page-up", "pageup", "page(-1)", "page up", "Scroll up a page", False),
    Command("interview.page-down", "pagedown", "page(1)", "page down", "Scroll down a page", False),
    *(
        Command(
            f"interview.pick-{n}", str(n), f"pick({n})", "pick", "Choose or tick by number", False, _CHOOSING | _TICKING
        )
        for n in range(1, 10)
    ),
)
