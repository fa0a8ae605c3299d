from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO, TextIOWrapper
from typing import TYPE_CHECKING, cast

import pytest

from studydl.answers.verdicts import Outcome, Verdict
from studydl.errors import BusyDatabase, StudydlError
from studydl.memory.model import Rating
from studydl.plain import run
from studydl.study.view import Form, Left, Question, Stage, Summary, View

if TYPE_CHECKING:
    from studydl.study.session import Session

INTERVALS = ((Rating.AGAIN, "10 m"), (Rating.HARD, "2 d"), (Rating.GOOD, "9 d"), (Rating.EASY, "20 d"))

AUC = Question(
    "base/auc/2",
    Form.TYPED,
    "Area under the ROC curve",
    "Metrics",
    "What is its *ROC AUC*, $frac(a, b)$?",
    "0.875",
    asked="3 decimals, or exact such as 13/16",
    conventions=("a tied pair counts one half",),
    hints=("Compare 3 with 4: $3 * 4 = 12$ pairs.",),
    steps=("Compare 3 with 4: $3 * 4 = 12$ pairs.", "$AUC = frac(10 + 1/2, 12)$ = 0.875"),
    code="print(1)\x1b[2J",
    source="Fawcett (2006)",
    level=2,
    problem_id="metrics.roc-auc@1:2:7",
)
FLOOR = Question(
    "base/floor",
    Form.REVEAL,
    "It is floored",
    "Convolution",
    "How wide is the output?",
    "`112`",
    explanation="The division is *floored*.",
)
GELU = Question(
    "base/gelu",
    Form.CHOICE,
    "GELU",
    "Layers",
    "Which is smooth?",
    "GELU",
    options=("ReLU", "GELU", "`hardtanh`"),
)
SAY = Question("base/say", Form.POINTS, "Batch norm", "Layers", "Explain it.", "", points=("uses $n$", "eps inside"))


def asking(question: Question, left: int = 3, **more: object) -> View:
    return replace(View(Stage.ASKING, question, Left(review=left)), **more)  # type: ignore[arg-type]


def graded(question: Question, outcome: Outcome, rating: Rating, **more: object) -> View:
    verdict = Verdict(outcome, read_as="13/16 = 0.8125")
    view = View(
        Stage.VERDICT,
        question,
        Left(review=2),
        verdict=verdict,
        suggested=rating,
        intervals=INTERVALS,
        undoable=True,
    )
    return replace(view, **more)  # type: ignore[arg-type]


DONE = View(Stage.DONE, None, Left(), answered=1)
REVEALED = View(Stage.REVEALED, FLOOR, Left(review=1), suggested=Rating.GOOD, intervals=INTERVALS)


@dataclass
class Script:
    """A session that expects these calls in this order, and knows what had been printed when each was made."""

    now: View
    steps: list[tuple[str, View | BaseException]]
    output: StringIO = field(default_factory=StringIO)
    printed: list[str] = field(default_factory=list)
    closed: bool = False
    ahead: list[View] = field(default_factory=list)

    def view(self) -> View:
        return self.now

    def look_ahead(self) -> None:
        self.ahead.append(self.now)
        raise BusyDatabase("Another program holds the database.")

    def __getattr__(self, name: str) -> Callable[..., View]:
        def call(*arguments: object) -> View:
            expected, result = self.steps.pop(0)
            assert f"{name}{arguments}" == expected
            self.printed.append(self.output.getvalue())
            if isinstance(result, BaseException):
                raise result
            self.now = result
            return result

        return call

    def summary(self) -> Summary:
        return Summary(1, 0, ("It is floored",), 6.6, (("tomorrow", 7), ("in 3 days", 4)), 0, (("ties count one", 2),))

    def close(self) -> None:
        self.closed = True


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def talk(script: Script, *lines: str, terminal: bool = False) -> str:
    """Return what a person reads who types these lines, then ends the input."""
    text = "".join(f"{line}\n" for line in lines)
    run(cast("Session", script), Terminal(text) if terminal else StringIO(text), script.output, script.keep_note)
    assert not script.steps, "not everything expected was called"
    assert script.closed
    return script.output.getvalue()


def test_a_problem_is_asked_answered_and_acknowledged() -> None:
    right = graded(AUC, Outcome.CORRECT, Rating.GOOD)
    script = Script(asking(AUC), [("submit('13/16',)", right), ("rate(<Rating.GOOD: 3>,)", DONE)])
    assert talk(script, " 13/16", "").splitlines() == [
        "",
        "Question 1, 3 left. Metrics. Area under the ROC curve, level 2",
        "",
        "What is its ROC AUC, a/b?",
        "",
        "Conventions: a tied pair counts one half",
        "Type the answer (3 decimals, or exact such as 13/16). :help lists the commands.",
        "saved: correct, next in 9 d",
        "Read as: 13/16 = 0.8125",
        "Correct answer: 0.875",
        "Source: Fawcett (2006)",
        "Rate: 1 again (10 m), 2 hard (2 d), 3 good (9 d), 4 easy (20 d). Enter accepts 3. h lists the commands.",
        "",
        "Done. 1 answered, 0 right at the first try, in 7 min.",
        "To look at again: It is floored",
        "Mistakes met: ties count one (2)",
        "Coming back: tomorrow 7; in 3 days 4",
        "saved, 0 left",
    ]


def test_nothing_is_acknowledged_before_it_is_committed() -> None:
    right = graded(AUC, Outcome.CORRECT, Rating.GOOD)
    script = Script(asking(AUC), [("submit('1',)", right), ("rate(<Rating.HARD: 2>,)", DONE)])
    read = talk(script, "1", "2")
    at_submit, at_rate = script.printed
    assert "saved" not in at_submit
    assert at_rate.count("saved:") == 1
    assert read.count("saved:") == 2
    assert "saved: hard, next in 2 d" in read


def test_accepting_the_suggested_rating_is_not_acknowledged_twice() -> None:
    right = graded(AUC, Outcome.CORRECT, Rating.GOOD)
    script = Script(asking(AUC), [("submit('1',)", right), ("rate(<Rating.GOOD: 3>,)", DONE)])
    assert talk(script, "1", "3").count("saved:") == 1


def test_a_named_mistake_is_told() -> None:
    verdict = Verdict(Outcome.INCORRECT, "1.386", "nats", "1.386 is $ln 4$, so nats.")
    wrong = graded(AUC, Outcome.INCORRECT, Rating.AGAIN, verdict=verdict)
    read = talk(Script(asking(AUC), [("submit('1.386',)", wrong)]), "1.386")
    assert "saved: incorrect, next in 10 m\nRead as: 1.386\n1.386 is ln 4, so nats.\nCorrect answer: 0.875" in read
    assert read.endswith("saved, 2 left\n")


def test_an_unreadable_answer_says_where_and_costs_nothing() -> None:
    verdict = Verdict(Outcome.UNREADABLE, message="Write a point: 0.5", position=1)
    retry = replace(asking(AUC), stage=Stage.RETRY, verdict=verdict, text="0,5")
    script = Script(asking(AUC), [("submit('0,5',)", retry), ("submit('0;5',)", retry)])
    read = talk(script, "0,5", "0;5")
    assert read.count("Not read; it costs nothing.\nWrite a point: 0.5\nReading stopped at character 2 of: 0,5") == 2
    assert "saved:" not in read


def test_an_imprecise_answer_may_be_typed_once_more() -> None:
    verdict = Verdict(Outcome.IMPRECISE, "0.8", message="3 decimals, please.")
    retry = replace(asking(AUC), stage=Stage.RETRY, verdict=verdict, text="0.8")
    read = talk(Script(asking(AUC), [("submit('0.8',)", retry)]), "0.8")
    assert "Not precise enough; you may try once more.\nRead as: 0.8\n3 decimals, please.\n" in read


def test_a_card_is_revealed_by_enter_and_committed_by_its_rating() -> None:
    script = Script(asking(FLOOR), [("reveal()", REVEALED), ("rate(<Rating.HARD: 2>,)", DONE)])
    read = talk(script, "", "2")
    assert "It is floored" not in script.printed[0], "the title may give the answer away"
    assert "saved:" not in script.printed[1]
    assert "Answer: 112\n\nThe division is floored.\n\nCard: It is floored\n" in read
    assert "saved: hard, next in 2 d\n" in read


def test_enter_accepts_the_suggested_rating_of_a_card() -> None:
    script = Script(asking(FLOOR), [("reveal()", REVEALED), ("rate(<Rating.GOOD: 3>,)", DONE)])
    assert "saved: good, next in 9 d\n" in talk(script, "", "")


def test_where_one_stands_is_kept_after_each_view_and_trouble_with_that_is_left_to_the_next_answer() -> None:
    script = Script(asking(FLOOR), [("reveal()", REVEALED), ("rate(<Rating.GOOD: 3>,)", DONE)])
    assert "Another program" not in talk(script, "", "")
    assert script.ahead == [REVEALED, DONE]


def test_a_choice_is_made_by_its_number() -> None:
    verdict = Verdict(Outcome.INCORRECT, "`hardtanh`")
    wrong = graded(GELU, Outcome.INCORRECT, Rating.AGAIN, verdict=verdict)
    read = talk(Script(asking(GELU), [("choose(2,)", wrong)]), "4", "0", "3")
    assert "1. ReLU\n2. GELU\n3. hardtanh\nChoose 1 to 3." in read
    assert read.count("Not understood: ") == 2
    assert "Not understood: " + "z" * 60 + "…\n" in talk(Script(asking(GELU), []), "z" * 5000)
    assert "saved: incorrect, next in 10 m\nRead as: hardtanh\nCorrect answer: GELU" in read


def test_points_are_listed_after_saying_them() -> None:
    shown = replace(REVEALED, question=SAY)
    script = Script(asking(SAY), [("reveal()", shown)])
    read = talk(script, "")
    assert "uses" not in script.printed[0]
    assert "Points to have said:\n- uses n\n- eps inside\n" in read


def test_a_hint_is_one_line_and_does_not_repeat_the_question() -> None:
    hinted = asking(AUC, hints=AUC.hints)
    read = talk(Script(asking(AUC), [("hint()", hinted)]), ":hint", ":hint")
    assert "Hint 1 of 1: Compare 3 with 4: 3 · 4 = 12 pairs.\nhint is not possible here." in read
    assert read.count("Question 1") == 1


def test_not_knowing_is_an_answer() -> None:
    wrong = graded(AUC, Outcome.INCORRECT, Rating.AGAIN, verdict=Verdict(Outcome.INCORRECT))
    assert "saved: don't know, next in 10 m\n" in talk(Script(asking(AUC), [("give_up()", wrong)]), ":dk")


def test_steps_and_code_are_shown_after_the_verdict_only_and_safely() -> None:
    wrong = graded(AUC, Outcome.INCORRECT, Rating.AGAIN)
    read = talk(Script(asking(AUC), [("submit('1',)", wrong)]), ":steps", "1", "w", ":code")
    assert "steps is not possible here." in read
    assert "Step 2: AUC = (10 + 1/2)/12 = 0.875\n" in read
    assert "    print(1)␛[2J\n" in read
    assert "\x1b" not in read


def test_a_slip_is_saved_as_hard() -> None:
    wrong = graded(AUC, Outcome.INCORRECT, Rating.AGAIN, slip=True)
    script = Script(asking(AUC), [("submit('1',)", wrong), ("slip()", DONE)])
    assert "saved: hard, next in 2 d\n" in talk(script, "1", ":slip")


def test_a_slip_that_may_not_be_claimed_is_refused_politely() -> None:
    wrong = graded(AUC, Outcome.INCORRECT, Rating.AGAIN)
    assert "slip is not possible here." in talk(Script(asking(AUC), [("submit('1',)", wrong)]), "1", "x")


def test_a_twin_is_asked_next() -> None:
    wrong = graded(AUC, Outcome.INCORRECT, Rating.AGAIN)
    other = asking(replace(AUC, prompt="The twin"))
    read = talk(Script(asking(AUC), [("submit('1',)", wrong), ("twin()", other)]), "1", "t")
    assert "\nThe twin\n" in read


@pytest.mark.parametrize(
    ("line", "call", "said"),
    [
        (":skip", "bury()", "saved: put off until tomorrow"),
        (":bury", "bury()", "saved: put off until tomorrow"),
        (":suspend", "suspend()", "saved: suspended"),
    ],
)
def test_setting_a_card_aside_is_acknowledged_and_goes_on(line: str, call: str, said: str) -> None:
    read = talk(Script(asking(AUC), [(call, asking(FLOOR, message="Done so. u takes it back."))]), line)
    assert said in read
    assert "How wide is the output?" in read
    assert "Done so" not in read, "said once, in the words of this interface"


def test_a_flag_stays_with_the_question() -> None:
    read = talk(Script(asking(AUC), [("flag()", asking(AUC, message="Flagged."))]), ":flag")
    assert "saved: flagged\n" in read
    assert read.count("Question 1") == 1


def test_a_note_comes_with_the_answer_only_and_can_be_written_there() -> None:
    noted = replace(REVEALED, note="like int()\x07")
    script = Script(asking(FLOOR), [("reveal()", REVEALED), ("keep_note('base/floor', 'like int()')", noted)])
    read = talk(script, "note", "", "note", "like int()", "note", "")
    assert "note is not possible here." in script.printed[0]
    assert "Your note" not in script.printed[1] and "Type your note on one line." in script.printed[1]
    assert "saved" not in script.printed[1]
    assert "saved: your note\nYour note: like int()␇\nType your note" in read
    assert read.endswith("- takes it away.\nsaved, 1 left\n"), "enter left it as it was"


def test_a_note_is_taken_away() -> None:
    noted = replace(REVEALED, note="like int()")
    script = Script(noted, [("keep_note('base/floor', '')", REVEALED)])
    read = talk(script, "note", "-")
    assert read.index("Your note: like int()") < read.index("Rate:")
    assert "saved: the note is taken away\n" in read


def test_undo_brings_the_question_back_with_its_text() -> None:
    wrong = graded(AUC, Outcome.INCORRECT, Rating.AGAIN)
    again = asking(AUC, text="13\x07/16")
    read = talk(Script(asking(AUC), [("submit('1',)", wrong), ("undo()", again)]), "1", "u")
    assert "saved: undone" in read
    assert read.count("What is its ROC AUC, a/b?") == 2
    assert "Your text was: 13␇/16\n" in read


def test_letters_are_answers_where_text_is_expected() -> None:
    verdict = Verdict(Outcome.UNREADABLE)
    retry = replace(asking(AUC), stage=Stage.RETRY, verdict=verdict, text="q")
    assert "saved, 3 left" in talk(Script(asking(AUC), [("submit('q',)", retry)]), "q")


def test_help_lists_what_is_possible_now() -> None:
    assert ":dk or :g: don't know" in (read := talk(Script(asking(AUC), []), ":h"))
    assert "twin" not in read
    assert "undo" not in read


def test_an_empty_line_is_no_answer_to_a_problem() -> None:
    assert "Nothing was typed." in talk(Script(asking(AUC), []), "")


def test_the_end_of_input_and_quit_leave_politely() -> None:
    assert talk(Script(asking(AUC, left=12), [])).endswith("\nsaved, 12 left\n")
    assert talk(Script(asking(AUC, left=12), []), ":q", "1").endswith("\nsaved, 12 left\n")
    assert talk(Script(asking(FLOOR, left=12), []), "q").endswith("\nsaved, 12 left\n")


def test_an_interrupt_leaves_politely() -> None:
    read = talk(Script(asking(AUC), [("submit('1',)", KeyboardInterrupt())]), "1")
    assert "saved:" not in read
    assert read.endswith("\nsaved, 3 left\n")


def test_an_answer_that_could_not_be_saved_is_an_error_and_not_acknowledged() -> None:
    script = Script(asking(AUC), [("submit('1',)", BusyDatabase("another program holds the database"))])
    with pytest.raises(BusyDatabase):
        talk(script, "1")
    assert "saved" not in script.output.getvalue()


def test_what_the_session_refuses_is_told_and_goes_on() -> None:
    script = Script(asking(AUC), [("suspend()", StudydlError("rate this card first"))])
    read = talk(script, ":suspend")
    assert "rate this card first\n" in read
    assert read.endswith("saved, 3 left\n")


def test_a_session_may_be_taken_up_at_its_verdict() -> None:
    read = talk(Script(graded(AUC, Outcome.CORRECT, Rating.GOOD), [("rate(<Rating.GOOD: 3>,)", DONE)]), "")
    assert read.index("What is its ROC AUC") < read.index("Correct answer: 0.875")
    assert "saved:" not in read


def test_nothing_due_is_said() -> None:
    class Empty(Script):
        def summary(self) -> Summary:
            return Summary(0, 0, (), 0.0, (), 0)

    assert talk(Empty(replace(DONE, answered=0), [])) == "Nothing to study now.\nsaved, 0 left\n"


def test_what_was_set_aside_is_said_at_the_end() -> None:
    class Aside(Script):
        def summary(self) -> Summary:
            return Summary(0, 0, (), 0.0, (), 0, put_off=2, suspended=1)

    read = talk(Aside(replace(DONE, answered=0), []))
    assert "Set aside: 2 put off until tomorrow, 1 suspended\n" in read


def test_the_prompt_marker_is_for_terminals_only() -> None:
    assert ">" not in talk(Script(asking(AUC), []))
    assert "commands.\n> saved, 3 left\n" in talk(Script(asking(AUC), []), terminal=True)


def test_the_last_answer_can_be_taken_back_at_a_terminal() -> None:
    done = replace(DONE, undoable=True)
    script = Script(REVEALED, [("rate(<Rating.GOOD: 3>,)", done), ("undo()", asking(FLOOR))])
    read = talk(script, "3", "u", ":q", terminal=True)
    assert "u takes the last answer back." in read
    assert read.endswith("saved, 3 left\n")


def test_broken_markup_is_shown_as_it_is() -> None:
    assert "\nWhat is $frac(a$ <b>␛\n" in talk(Script(asking(replace(AUC, prompt="What is $frac(a$ <b>\x1b")), []))


def test_strange_bytes_and_narrow_encodings_do_not_end_the_session() -> None:
    script = Script(asking(replace(AUC, prompt="√ 字")), [("submit('�1',)", DONE)])
    output = TextIOWrapper(BytesIO(), encoding="ascii")
    run(cast("Session", script), TextIOWrapper(BytesIO(b"\xff1\n"), encoding="utf-8"), output, script.keep_note)
    output.seek(0)
    assert "\n? ?\n" in output.read()
