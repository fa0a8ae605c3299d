"""What a study session shows at one moment: plain data that the TUI and the plain interface both draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from studydl.answers.verdicts import Verdict
from studydl.memory.model import Phase, Rating


class Form(StrEnum):
    """How a question is answered."""

    TYPED = "typed"  # a problem: text in the answer box
    CHOICE = "choice"  # options; a claim has the options True and False
    REVEAL = "reveal"  # think, show the answer, rate oneself
    POINTS = "points"  # say it aloud, show the points, tick the ones said, rate oneself
    EXAMPLE = "example"  # a worked problem, read step by step; nothing is asked


class Stage(StrEnum):
    """Where the session stands with the question it shows."""

    ASKING = "asking"
    RETRY = "retry"  # unreadable, imprecise or another convention: the text may be mended
    REVEALED = "revealed"  # a self-rated answer is shown; nothing is committed yet
    VERDICT = "verdict"  # graded and committed; a rating may amend it
    DONE = "done"  # nothing left in this session


@dataclass(frozen=True, slots=True)
class Question:
    """One question, whatever it was made from.

    Args:
        key: card key: origin/card-id, with /n for a deletion or level.
        form: how it is answered.
        title: of the card or family. It may give the answer away: shown after the verdict only, except for problems.
        deck: title of the deck.
        prompt: the question, in studydl's markup.
        asked: how the answer is to be written ("4 decimals, or exact such as 13/16"); typed only.
        conventions: choices that change the answer, one dim line under the prompt.
        options: in markup, in the order shown; of a choice, or of a problem whose answer is one of them.
        answer: the right answer, in markup.
        explanation: in markup; may be empty.
        points: what one would listen for; points only.
        given: worked steps shown with the question, which asks for the last one; typed only.
        hints: worked steps that may be asked for one by one, never the last one; of an example, all of them.
        steps: the whole worked solution; typed only.
        code: torch code that prints the answer, or the card's evidence; may be empty.
        source: reference; may be empty.
        phase: the card's phase before this answer.
        level: 1 to 3 for a problem, else None.
        problem_id: id of the problem shown, or None.
        notice: what to know before reading on: "under review", "a new skill: ..."; or empty.
    """

    key: str
    form: Form
    title: str
    deck: str
    prompt: str
    answer: str
    asked: str = ""
    conventions: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    explanation: str = ""
    points: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    code: str = ""
    source: str = ""
    phase: Phase = Phase.NEW
    level: int | None = None
    problem_id: str | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """How many cards this session still holds."""

    new: int = 0
    learning: int = 0
    review: int = 0

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.new + self.learning + self.review


@dataclass(frozen=True, slots=True)
class View:
    """What a session shows now. Every call on a session returns the next one.

    Args:
        stage: where the session stands.
        question: the question shown; None when done.
        text: the learner's text, kept across retry, undo and resume.
        scratch: the learner's scratch line, kept likewise.
        verdict: what grading said; None while asking and for self-rated cards.
        suggested: the rating that enter accepts; None while asking.
        intervals: what each rating would do: {Rating.GOOD: "9 d"}; empty while asking.
        hints: the hints shown so far.
        slip: True if "method right, slipped" may be claimed: wrong, no misconception matched, and rated at all.
        left: cards left in the session, this one included.
        answered: answers committed in this session, undone ones not counted.
        undoable: True if there is something to undo.
        message: one line for the learner about what just happened ("undone: the answer to ..."); may be empty.
        wait_ms: when done but a learning card comes back soon, UTC epoch ms of that moment; else None.
        note: the learner's own words on this card, told with the answer only; may be empty.
        practice: True in a practice session, which is not gone on with once left.
        endless: True in practice without an end, where what is left means nothing.
        leech: what helps with a card forgotten this often, one line; empty for other cards and while asking.
    """

    stage: Stage
    question: Question | None
    left: Left
    answered: int = 0
    text: str = ""
    scratch: str = ""
    verdict: Verdict | None = None
    suggested: Rating | None = None
    intervals: tuple[tuple[Rating, str], ...] = ()
    hints: tuple[str, ...] = ()
    slip: bool = False
    undoable: bool = False
    message: str = ""
    wait_ms: int | None = None
    note: str = ""
    practice: bool = False
    endless: bool = False
    leech: str = ""

    @property
    def progress(self) -> str:
        """Say how far one is: "12 left", or "12 done" where there is no end."""
        return f"{self.answered} done" if self.endless else f"{self.left.total} left"

    @property
    def parting(self) -> str:
        """Say what it comes to when the session is left here: "Saved, 12 left."; nothing if all is done."""
        if self.practice:
            return f"Practice is over, {self.answered} done." if self.left.total and self.answered else ""
        return f"Saved, {self.progress}." if self.left.total else ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a finished or interrupted session came to.

    Args:
        answered: answers given.
        passed: of these, rated better than Again at the first try.
        again: titles of what was missed, first seen first.
        minutes: minutes from the first question to the last answer.
        returns: what comes back when: (("tomorrow", 7), ("in 3 days", 4)).
        left: cards of today not yet studied.
        misconceptions: (name, times) seen in this session, most frequent first.
        leeches: (title, what helps) of cards missed in this session and forgotten very often.
        first_day: True if nothing was studied on an earlier day.
        put_off: cards put off until tomorrow.
        suspended: cards taken out of study.
    """

    answered: int
    passed: int
    again: tuple[str, ...]
    minutes: float
    returns: tuple[tuple[str, int], ...]
    left: int
    misconceptions: tuple[tuple[str, int], ...] = ()
    leeches: tuple[tuple[str, str], ...] = ()
    first_day: bool = False
    put_off: int = 0
    suspended: int = 0

    @property
    def set_aside(self) -> str:
        """Say what was not answered but set aside: "2 put off until tomorrow, 1 suspended"; empty for nothing."""
        said = {"put off until tomorrow": self.put_off, "suspended": self.suspended}
        return ", ".join(f"{count} {what}" for what, count in said.items() if count)

    @property
    def took(self) -> str:
        """Say how long it took: "7 min"."""
        return f"{self.minutes:.0f} min" if self.minutes >= 1 else "less than a minute"
