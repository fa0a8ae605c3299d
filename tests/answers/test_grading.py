"""What grading promises a learner, verdict by verdict."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studydl.answers.grading import grade, live
from studydl.answers.kinds import (
    Answer,
    Choice,
    Expression,
    Integer,
    Items,
    Kind,
    Misconception,
    Ratio,
    Real,
    Shape,
    Vector,
    Words,
)
from studydl.answers.tree import Value
from studydl.answers.values import canonical, is_tie, make_answer
from studydl.answers.verdicts import Outcome
from studydl.text import numbers

AUC = make_answer(Real(places=3), Fraction(8127, 10000))
BITS = make_answer(Real(places=3, unit="bits"), numbers.log2(Fraction(7, 2)))  # 1.80735...
BYTES = make_answer(Integer("bytes"), 1792)
SHAPE = make_answer(Shape(), (1, 64, 112, 112))
THIRDS = make_answer(Vector(places=2), (Fraction(1, 3), Fraction(2, 3)))
PERCENT = make_answer(Real(places=1, unit="%"), Fraction(8127, 100))
LARGE = make_answer(Real(significant=3), 1_234_567)
EVERY = (
    AUC,
    BITS,
    BYTES,
    SHAPE,
    THIRDS,
    PERCENT,
    LARGE,
    make_answer(Ratio(), Fraction(1, 3)),
    make_answer(Items(), ("relu", 3)),
    make_answer(Choice(("ReLU", "tanh")), "tanh"),
    make_answer(Expression(("x", "y")), "x^2*y + ln(x)"),
    make_answer(Words(("ReLU",)), "rectified linear unit"),
)


def outcome(answer: Answer, text: str) -> str:
    return grade(answer, text).outcome.value


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (AUC, "0.8127"),
        (AUC, "0.813"),
        (AUC, "8127/10000"),
        (AUC, "81.27%"),
        (AUC, "81.27 percent"),
        (AUC, "1 - 0.1873"),
        (AUC, "０．８１３"),
        (BITS, "1.807"),
        (BITS, "1.807 bits"),
        (BITS, "1.807bit"),
        (BITS, "log2(7/2)"),
        (BITS, "ln(3.5)/ln(2)"),
        (BITS, "log(3.5)/log(2)"),
        (BYTES, "1792"),
        (BYTES, "1,792"),
        (BYTES, "1,792 bytes"),
        (BYTES, "1792.0 B"),
        (BYTES, "7*2^8"),
        (BYTES, "1792 BYTES"),
        (make_answer(Integer(), 2), "log(4)/log(2)"),
        (make_answer(Integer(), 1_234_567), "1,234,567"),
        (SHAPE, "(1, 64, 112, 112)"),
        (SHAPE, "1x64x112x112"),
        (SHAPE, "1×64×112×112"),
        (SHAPE, "[1,64,112,224/2]"),
        (SHAPE, "1, 64, 112, 112"),
        (SHAPE, "（1，64，112，112）"),
        (make_answer(Shape(), (5,)), "5"),
        (make_answer(Shape(), ()), "()"),
        (THIRDS, "(0.33, 0.67)"),
        (THIRDS, "[1/3, 2/3]"),
        (PERCENT, "81.3"),
        (PERCENT, "81.3%"),
        (PERCENT, "81.3 percent"),
        (PERCENT, "100% - 18.73%"),
        (PERCENT, "0.8127*100"),
        (LARGE, "1.23e6"),
        (LARGE, "1230000"),
        (LARGE, "1234567"),
        (make_answer(Ratio(), Fraction(3, 4)), "0.75"),
        (make_answer(Ratio(), Fraction(3, 4)), "75 %"),
        (make_answer(Ratio(), Fraction(3, 4)), "6/8"),
        (make_answer(Items(ordered=False), ("a", "b", 3)), "3, B, a"),
        (make_answer(Items(), (1, 2, 3)), "[1, 2, 3]"),
        (make_answer(Items(), ("k-means", "PCA")), "k–means，pca"),
        (make_answer(Choice(("ReLU", "tanh")), "tanh"), "2"),
        (make_answer(Choice(("ReLU", "tanh")), "tanh"), " TANH "),
        (make_answer(Choice(("2", "4")), "2"), "2"),
        (make_answer(Choice(("MB", "Mb")), "Mb"), "Mb"),
        (make_answer(Expression(("x",)), "x^2 - 1"), "(x-1)(x+1)"),
        (make_answer(Expression(("x",)), "log2(x)"), "ln(x)/ln(2)"),
        (make_answer(Words(("ReLU",)), "rectified linear unit"), "relu"),
        (make_answer(Words(), "rectified linear unit"), " Rectified  LINEAR unit "),
        (make_answer(Words(), "cross-entropy"), "Cross‑Entropy"),
    ],
)
def test_every_form_of_the_right_value_is_correct(answer: Answer, text: str) -> None:
    assert outcome(answer, text) == "correct"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (AUC, "0.7"),
        (AUC, "1"),
        (AUC, "0"),
        (AUC, "-0.813"),
        (AUC, "0.815"),
        (AUC, "0.80"),
        (BITS, "2.3"),
        (BYTES, "1793"),
        (BYTES, "1792.5"),
        (SHAPE, "(1, 64, 112, 113)"),
        (SHAPE, "(64, 112, 112)"),
        (THIRDS, "(0.5, 0.5)"),
        (THIRDS, "(0.33, 0.5)"),
        (PERCENT, "81.9"),
        (LARGE, "1.3e6"),
        (make_answer(Ratio(), Fraction(1, 3)), "0.3"),
        (make_answer(Items(), (1, 2, 3)), "3, 2, 1"),
        (make_answer(Items(ordered=False), (1, 1, 2)), "1, 2, 2"),
        (make_answer(Choice(("ReLU", "tanh")), "tanh"), "1"),
        (make_answer(Choice(("2", "4")), "4"), "2"),
        (make_answer(Expression(("x", "y")), "x - y"), "y - x"),
        (make_answer(Words(), "tanh"), "relu"),
    ],
)
def test_a_wrong_value_is_incorrect(answer: Answer, text: str) -> None:
    assert outcome(answer, text) == "incorrect"


@pytest.mark.parametrize(
    ("answer", "text", "words"),
    [
        (AUC, "0.81", "3 decimals"),
        (AUC, "0.8", "3 decimals"),
        (AUC, "81%", "3 decimals"),
        (AUC, "0.812", "cut off"),
        (AUC, "0.8120", "cut off"),
        (AUC, "0.814", "off by one"),
        (AUC, "0.8/0.983", "off by one"),
        (BITS, "2", "3 decimals"),
        (BITS, "1.8 bits", "3 decimals"),
        (THIRDS, "(0.3, 0.7)", "2 decimals"),
        (THIRDS, "(0.33, 0.7)", "2 decimals"),
        (THIRDS, "(0.33, 0.66)", "cut off"),
        (make_answer(Vector(places=None), (Fraction(1, 3),)), "(0.33,)", "as a fraction"),
        (PERCENT, "81", "1 decimal."),
        (PERCENT, "81%", "1 decimal."),
        (PERCENT, "81.2", "cut off"),
        (LARGE, "1.2e6", "3 significant digits"),
        (LARGE, "1.24e6", "off by one"),
        (make_answer(Real(places=2), Fraction(-1, 3)), "-0.3", "2 decimals"),
        (make_answer(Ratio(), Fraction(1, 3)), "0.33", "as a fraction"),
        (make_answer(Ratio(), Fraction(1, 3)), "33%", "as a fraction"),
    ],
)
def test_the_right_value_with_too_few_digits_is_imprecise(answer: Answer, text: str, words: str) -> None:
    verdict = grade(answer, text)
    assert verdict.outcome is Outcome.IMPRECISE
    assert words in verdict.message
    assert answer.text not in verdict.message


def test_a_missing_percent_is_named_and_may_be_mended() -> None:
    share = grade(PERCENT, "0.8127")
    assert (share.outcome, share.read_as) == (Outcome.IMPRECISE, "0.8127")
    assert "A % is missing" in share.message
    hundredfold = grade(AUC, "81.27")
    assert hundredfold.outcome is Outcome.IMPRECISE
    assert "Is a % missing?" in hundredfold.message


@pytest.mark.parametrize(
    ("answer", "text", "words", "position"),
    [
        (BITS, "1.253 nats", "in nats; the question asks for bits", 6),
        (BYTES, "1.75 KiB", "in KiB; the question asks for bytes", 5),
        (BYTES, "14336 b", "in bits", 6),
        (AUC, "0.813 bits", "no unit is asked for", 6),
        (AUC, "0,813", "decimal point", 1),
        (AUC, "log(0,5)", "decimal point", 5),
        (BYTES, "1,79", "without a separator", 1),
        (BYTES, "1,7921", "without a separator", 1),
        (BYTES, "(1, 792)", "this is a tuple", 0),
        (AUC, "1x2", "this is a tuple", 0),
        (SHAPE, "112", "such as (1, 64, 112, 112)", 0),
        (THIRDS, "0.33", "A tuple is asked for", 0),
        (THIRDS, "0,33, 0,67", "decimal point", 1),
        (make_answer(Choice(("ReLU", "tanh")), "tanh"), "3", "from 1 to 2", 0),
        (make_answer(Expression(("x",)), "x^2"), "x^2 + z", "“z”", 6),
    ],
)
def test_what_does_not_fit_the_question_is_explained_and_costs_nothing(
    answer: Answer, text: str, words: str, position: int
) -> None:
    verdict = grade(answer, text)
    assert verdict.outcome is Outcome.UNREADABLE
    assert words in verdict.message
    assert verdict.position == position
    assert verdict.read_as == ""


@pytest.mark.parametrize(
    ("answer", "text", "words"),
    [
        (BYTES, "3585/2", "The answer is a whole number."),
        (BYTES, "3584/2", ""),
        (BYTES, "1791", ""),
        (SHAPE, "(64, 112, 112)", "The answer has 4 parts; this has 3."),
        (SHAPE, "(1, 64, 112, 113)", ""),
        (THIRDS, "(1/3, 1/3, 1/3)", "The answer has 2 parts; this has 3."),
    ],
)
def test_a_wrong_form_is_named_where_that_is_what_is_wrong(answer: Answer, text: str, words: str) -> None:
    assert grade(answer, text).message == words


def test_the_vector_example_names_the_form_not_the_answer() -> None:
    assert "0.33" not in grade(THIRDS, "0.5").message


@pytest.mark.parametrize(
    ("answer", "text", "position"),
    [
        (BITS, "log(7/2)", 0),
        (BITS, "1 + log(7/4)", 4),
        (make_answer(Real(places=2), numbers.log10(50)), "log(50)", 0),
        (make_answer(Expression(("x",)), "x*log2(x)"), "x*log(x)", 2),
    ],
)
def test_log_is_questioned_where_another_base_would_be_right(answer: Answer, text: str, position: int) -> None:
    verdict = grade(answer, text, [Misconception("nats", "mistake", "1.2527629684953679957", "in nats")])
    assert verdict.outcome is Outcome.UNREADABLE
    assert verdict.message.startswith("Which log? log is read as ln")
    assert verdict.position == position


def test_ln_is_not_questioned_and_log_is_not_where_ln_is_right() -> None:
    nats = Misconception("nats", "convention", "1.2527629684953679957", "That is in nats.")
    assert grade(BITS, "ln(7/2)", [nats]).misconception == "nats"
    assert outcome(make_answer(Real(places=3), numbers.log(4)), "log(4)") == "correct"
    assert outcome(BITS, "log(5)") == "incorrect"


FLOOR = Misconception("not floored", "mistake", "225/2", "A window must fit: round down.", teaches="conv-floor")
FLOPS = Misconception("FLOPs", "convention", "224", "Right for FLOPs; this problem counts MACs.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("112", (Outcome.CORRECT, None, None)),
        ("112.5", (Outcome.INCORRECT, "not floored", "conv-floor")),
        ("(224+1)/2", (Outcome.INCORRECT, "not floored", "conv-floor")),
        ("224", (Outcome.CONVENTION, "FLOPs", None)),
        ("113", (Outcome.INCORRECT, None, None)),
    ],
)
def test_a_known_wrong_idea_is_named(text: str, expected: tuple[Outcome, str | None, str | None]) -> None:
    verdict = grade(make_answer(Integer(), 112), text, [FLOOR, FLOPS])
    assert (verdict.outcome, verdict.misconception, verdict.teaches) == expected
    messages = {"not floored": FLOOR.message, "FLOPs": FLOPS.message, None: ""}
    assert verdict.message == messages[verdict.misconception]


def test_a_misconception_is_matched_within_the_tolerance_and_before_imprecision() -> None:
    rounded = Misconception("rounded", "mistake", "0.8", "You rounded too early.")
    assert grade(AUC, "0.8004", [rounded]).misconception == "rounded"
    assert grade(AUC, "0.8", [rounded]).misconception == "rounded"
    assert grade(AUC, "0.8006", [rounded]).misconception is None


def test_the_first_matching_misconception_is_the_one_named() -> None:
    ideas = [Misconception(name, "mistake", "0.5", name) for name in ("first", "second")]
    assert grade(AUC, "0.5", ideas).misconception == "first"


@pytest.mark.parametrize(
    ("answer", "text", "read_as"),
    [
        (AUC, "13/16", "13/16 = 0.8125"),
        (AUC, "0.81", "0.81"),
        (AUC, "1/3", "1/3 ≈ 0.33333333"),
        (AUC, "81%", "81% = 0.81"),
        (AUC, "1e-3", "1e-3 = 0.001"),
        (BITS, "log(5)", "ln(5) ≈ 1.6094379"),
        (BITS, "2 bits", "2"),
        (BYTES, "1,793", "1793"),
        (PERCENT, "12% + 13%", "12% + 13% = 25%"),
        (PERCENT, "12%", "12%"),
        (PERCENT, "1/8*100", "1/8*100 = 12.5%"),
        (SHAPE, "1x64x112x113", "(1, 64, 112, 113)"),
        (SHAPE, "1, 64, 224/2, 3", "(1, 64, 224/2, 3) = (1, 64, 112, 3)"),
        (make_answer(Choice(("ReLU", "tanh")), "tanh"), "1", "ReLU"),
        (make_answer(Items(), (1, 2)), "2 ,1", "2, 1"),
    ],
)
def test_read_as_shows_what_was_understood(answer: Answer, text: str, read_as: str) -> None:
    assert grade(answer, text).read_as == read_as


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (Real(places=3), "", ""),
        (Real(places=3), "  ", ""),
        (Real(places=3), "0.8125", ""),
        (Real(places=3), "-7", ""),
        (Real(places=3), "13/16", "= 0.8125"),
        (Real(places=3), "1/3", "≈ 0.33333333"),
        (Real(places=3), "log(1)+3", "ln(1) + 3 = 3"),
        (Real(places=3), "13/", "not readable yet"),
        (Real(places=3), "(1, 2", "not readable yet"),
        (Real(places=3, unit="bits"), "log2(8) bits", "= 3"),
        (Real(places=1, unit="%"), "1/8*100", "= 12.5%"),
        (Integer(), "1,792", ""),
        (Integer(), "7*256", "= 1792"),
        (Shape(), "1x64", ""),
        (Shape(), "(1, 224/2)", "= (1, 112)"),
        (Expression(("x",)), "x^2", ""),
        (Expression(("x",)), "x^", "not readable yet"),
        (Choice(("a", "b")), "zzz", ""),
        (Words(), "any = thing", ""),
        (Items(), "a, b", ""),
        (Real(places=3), "9^9^9^9", "not readable yet"),
    ],
)
def test_the_answer_box_shows_the_value_as_one_types(kind: Kind, text: str, shown: str) -> None:
    assert live(kind, text) == shown


rationals = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**4)
logs = st.integers(2, 10**6).map(numbers.log)
words = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=12)
valued: st.SearchStrategy[tuple[Kind, Value]] = st.one_of(
    st.tuples(st.builds(Integer, unit=st.sampled_from([None, "bytes", "%"])), st.integers(-(10**39), 10**39)),
    st.tuples(st.builds(Ratio, unit=st.sampled_from([None, "bits", "%"])), rationals),
    st.tuples(st.builds(Real, places=st.integers(0, 6), unit=st.sampled_from([None, "nats", "%"])), rationals | logs),
    st.tuples(st.builds(Real, significant=st.integers(1, 6)), rationals | logs),
    st.tuples(st.just(Shape()), st.lists(st.integers(0, 4096), max_size=6).map(tuple)),
    st.tuples(st.builds(Vector, st.none()), st.lists(rationals, max_size=6).map(tuple)),
    st.tuples(st.builds(Vector, st.integers(0, 5)), st.lists(rationals | logs, max_size=6).map(tuple)),
    st.tuples(st.builds(Items, st.booleans()), st.lists(rationals | words, min_size=1, max_size=6).map(tuple)),
    st.lists(words, min_size=1, unique=True).flatmap(
        lambda options: st.tuples(st.just(Choice(tuple(options))), st.sampled_from(options))
    ),
    st.tuples(st.just(Expression(("x", "y"))), st.sampled_from(["x", "2*x - y/3", "exp(-x)*y", "ln(x)/sqrt(2)"])),
    st.tuples(st.just(Words(("other",))), words),
)


@settings(max_examples=300, deadline=None)
@given(valued)
def test_the_canonical_value_of_every_kind_is_graded_correct(case: tuple[Kind, Value]) -> None:
    kind, value = case
    answer = make_answer(kind, value)
    verdict = grade(answer, answer.value)
    assert (verdict.outcome, verdict.message, verdict.misconception) == (Outcome.CORRECT, "", None)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 6), rationals | logs)
def test_what_the_learner_is_shown_is_graded_correct_too(places: int, value: numbers.Number) -> None:
    kind = Real(places=places)
    assume(not is_tie(kind, value))
    shown = make_answer(kind, value).text.rpartition(" = ")[2]
    assert outcome(make_answer(kind, value), shown) == "correct"


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 5), rationals, st.integers(-2000, 2000))
def test_half_a_unit_in_the_last_place_is_the_whole_tolerance(places: int, value: Fraction, off: int) -> None:
    """Against the definition, computed with fractions from the number itself."""
    given_value = value + Fraction(off, 1000 * 10**places)
    expected = abs(given_value - value) <= Fraction(1, 2 * 10**places)
    verdict = outcome(make_answer(Real(places=places), value), canonical(Real(places=places), given_value))
    assert (verdict == "correct") == expected


typed = st.text(st.sampled_from("0123456789.,+-*/^()[]%x eplnogqrtsbyi²√_'\"=;πe\t×１½"), max_size=40)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EVERY), typed | st.text(max_size=300))
def test_any_text_at_all_gets_a_verdict_and_a_live_value(answer: Answer, text: str) -> None:
    verdict = grade(answer, text, [FLOOR])
    assert (verdict.outcome is Outcome.UNREADABLE) == (verdict.position is not None)
    assert (verdict.read_as == "") == (verdict.outcome is Outcome.UNREADABLE)
    assert live(answer.kind, text).isprintable()


@pytest.mark.parametrize("answer", EVERY, ids=lambda answer: answer.kind.name)
@pytest.mark.parametrize("text", ["\x1b[31m5", "5\x00", "5\u202e", "9" * 257, "", "   "])
def test_no_kind_reads_control_characters_too_long_or_empty_text(answer: Answer, text: str) -> None:
    assert outcome(answer, text) == "unreadable"


@pytest.mark.parametrize(
    "text", ["9^9^9^9", "exp(exp(exp(9)))", "1e999", "sqrt(-1)", "0^-1", "nan", "__import__('os')", "1_000"]
)
@pytest.mark.parametrize("answer", EVERY[:8], ids=lambda answer: answer.kind.name)
def test_hostile_text_is_unreadable_for_every_numeric_kind(answer: Answer, text: str) -> None:
    assert outcome(answer, text) == "unreadable"
