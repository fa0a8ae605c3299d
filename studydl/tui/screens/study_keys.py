"""The phases of the study screen, and what can be done in each."""

from __future__ import annotations

from enum import StrEnum

from studydl.answers.verdicts import Outcome
from studydl.study.view import Form, Stage, View
from studydl.tui.commands import Command


class Phase(StrEnum):
    """What the study screen is doing; each phase has its own keys."""

    OPENING = "opening"
    TYPING = "typing an answer"
    COMMAND = "commands"
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
        if form is Form.TYPED:
            return Phase.COMMAND if command else Phase.TYPING
        return Phase.CHOOSING if form is Form.CHOICE else Phase.RECALLING
    if view.stage is Stage.REVEALED:
        return Phase.TICKING if form is Form.POINTS else Phase.RATING
    right = view.verdict is not None and view.verdict.outcome is Outcome.CORRECT
    return Phase.RIGHT if right else Phase.WRONG


_SHOWN = frozenset(Phase) - {Phase.OPENING}
_ASKED = frozenset({Phase.TYPING, Phase.COMMAND, Phase.CHOOSING, Phase.RECALLING})
_BOX = frozenset({Phase.TYPING, Phase.COMMAND})
_JUDGED = frozenset({Phase.RIGHT, Phase.WRONG})
_RATED = frozenset({Phase.RATING, Phase.TICKING}) | _JUDGED

# The order is that of the key bar. The box takes letters for itself, so a letter that works in `_BOX` is pressed
# after tab; the palette offers it at once.
STUDY = (
    Command("study.back", "tab", "back", "answer", "Go back to the answer box", phases=frozenset({Phase.COMMAND})),
    Command("study.check", "enter", "check", "check", "Check the answer", phases=frozenset({Phase.TYPING, Phase.CHOOSING})),
    Command(
        "study.commands", "tab,escape", "command", "commands", "Leave the box for the commands; the text stays",
        phases=frozenset({Phase.TYPING}),
    ),
    Command("study.reveal", "space,enter", "reveal", "show the answer", "Show the answer", phases=frozenset({Phase.RECALLING})),
    Command("study.tick", "space", "tick", "tick", "Tick the point the bar is on", phases=frozenset({Phase.TICKING})),
    Command("study.accept", "enter,space", "accept", "accept", "Accept the rating in brackets and go on", phases=_RATED),
    *(
        Command(f"study.{name}", str(digit), f"rate({digit})", name, f"Rate it {name} and go on", shown=False,
                phases=_RATED - {Phase.TICKING})
        for digit, name in enumerate(("again", "hard", "good", "easy"), start=1)
    ),
    Command("study.lower", "left", "shift(-1)", "lower", "Move the brackets to a lower rating", shown=False, phases=_RATED),
    Command("study.higher", "right", "shift(1)", "higher", "Move the brackets to a higher rating", shown=False, phases=_RATED),
    Command("study.steps", "w", "steps", "steps", "Show or hide the worked solution", phases=_JUDGED),
    Command("study.code", "v", "code", "code", "Show or hide the code that proves the answer", phases=_RATED),
    Command("study.twin", "t", "twin", "twin", "Try the same kind of problem with new numbers", phases=_JUDGED),
    Command("study.slip", "x", "slip", "slipped", "The method was right, the arithmetic slipped", phases=frozenset({Phase.WRONG})),
    Command("study.hint", "h", "hint", "hint", "Show one more step of the solution", phases=_BOX),
    Command("study.give-up", "g", "give_up", "don't know", "Say that you don't know, and see the answer", phases=_BOX),
    Command("study.undo", "u", "undo", "undo", "Take back the last answer", phases=_SHOWN),
    Command("study.home", "escape", "home", "home", "Go home; everything is saved", phases=frozenset(Phase) - {Phase.TYPING}),
    Command("study.flag", "f", "flag", "flag", "Flag this card, or take the flag off", phases=_SHOWN),
    Command("study.bury", "b", "bury", "bury", "Put this card off until tomorrow", phases=_ASKED),
    Command("study.suspend", "s", "suspend", "suspend", "Do not ask this card again", phases=_ASKED),
    Command("study.up", "up", "scroll(-1)", "up", "Scroll up", shown=False),
    Command("study.down", "down", "scroll(1)", "down", "Scroll down", shown=False),
    Command("study.page-up", "pageup", "page(-1)", "page up", "Scroll up a page", shown=False),
    Command("study.page-down", "pagedown", "page(1)", "page down", "Scroll down a page", shown=False),
    *(
        Command(f"study.pick-{digit}", str(digit), f"pick({digit})", "pick", "Choose or tick by number",
                shown=False, phases=frozenset({Phase.CHOOSING, Phase.TICKING}))
        for digit in range(1, 10)
    ),
)  # fmt: skip
