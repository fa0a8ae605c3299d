"""What every family promises, checked for each of them."""

from __future__ import annotations

import ast
import contextlib
import io
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from studydl.answers.grading import grade
from studydl.answers.kinds import Choice, Expression
from studydl.answers.verdicts import Outcome
from studydl.decks.model import Skill
from studydl.paths import content
from studydl.problems import catalog
from studydl.problems.admission import Rejected, admit
from studydl.problems.draw import Draw
from studydl.problems.engine import LEVELS, draw, draw_id
from studydl.problems.exchange import from_line, to_line
from studydl.problems.family import Family
from studydl.problems.model import Problem
from studydl.problems.unread import names_read
from studydl.text.markup import plain
from tests.decks.shipped import LOADED

NAMES = catalog.names()
SEEDS = range(2 * 10**9, 2 * 10**9 + 60)


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """The family; the scope makes the tests of one family come one after the other."""
    return str(request.param)


@lru_cache(maxsize=4)
def problems(name: str) -> list[Problem]:
    """Draw a family's problems once for all its tests."""
    return [draw(catalog.get(name), level, seed).problem for level in LEVELS for seed in SEEDS]


def fields_of(family: Family[Any]) -> tuple[object, ...]:
    return family.name, family.version, family.title, family.source, family.mistakes


def test_importing_the_whole_catalog_loads_none_of_the_heavy_libraries() -> None:
    program = (
        "import sys; from studydl.problems import catalog; catalog.families();"
        "print([m for m in ('torch', 'numpy', 'sympy', 'sqlalchemy', 'textual') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_family_says_what_it_is(name: str) -> None:
    family = catalog.get(name)
    assert family.name == name
    assert family.version >= 1
    assert family.title and family.source
    assert len(family.mistakes) >= 3
    assert len({m.name for m in family.mistakes}) == len(family.mistakes)
    assert type(family).__doc__


def test_every_text_of_a_problem_can_be_shown(name: str) -> None:
    for problem in problems(name)[::3]:
        texts = [problem.prompt, *problem.steps, *problem.conventions, *(m.message for m in problem.misconceptions)]
        for text in texts:
            shown = plain(text)
            assert shown and "{" not in shown and "}" not in shown, (problem.id, text)
        assert problem.prompt.rstrip().endswith("?"), problem.id
        assert len(problem.steps) >= 2, problem.id


def test_the_last_step_gives_the_answer(name: str) -> None:
    for problem in problems(name):
        assert problem.answer.text in problem.steps[-1], problem.id


def test_the_answer_is_graded_correct_as_value_and_as_shown(name: str) -> None:
    for problem in problems(name):
        shown = problem.answer.text.split(" = ")[-1]
        for text in (problem.answer.value, shown):
            verdict = grade(problem.answer, text, problem.misconceptions)
            assert verdict.outcome is Outcome.CORRECT, (problem.id, text, verdict)


def test_each_misconception_is_told_apart_and_named(name: str) -> None:
    for problem in problems(name):
        assert len(problem.misconceptions) >= (1 if problem.level == 1 else 2), problem.id
        for misconception in problem.misconceptions:
            verdict = grade(problem.answer, misconception.value, problem.misconceptions)
            expected = Outcome.CONVENTION if misconception.kind == "convention" else Outcome.INCORRECT
            assert (verdict.outcome, verdict.misconception) == (expected, misconception.name), problem.id


def test_another_convention_is_one_the_prompt_states(name: str) -> None:
    words = {m.name: m.convention for m in catalog.get(name).mistakes}
    for problem in problems(name):
        for misconception in problem.misconceptions:
            if misconception.kind == "convention":
                stated = " ".join(problem.conventions)
                assert words[misconception.name] in stated, (problem.id, misconception.name, stated)


def test_a_mistake_survives_the_gate_often_enough_to_be_worth_its_words(name: str) -> None:
    seen = {m.name for problem in problems(name) for m in problem.misconceptions}
    assert seen == {m.name for m in catalog.get(name).mistakes}


def test_what_teaches_a_mistake_is_a_shipped_card_and_no_skill() -> None:
    cards = {card.id for deck in LOADED.decks for card in deck.cards if not isinstance(card.body, Skill)}
    taught = {(name, m.name, m.teaches) for name in NAMES for m in catalog.get(name).mistakes if m.teaches}
    assert taught
    assert [each for each in sorted(taught) if each[2] not in cards] == []


def test_the_shown_code_prints_the_answer(name: str) -> None:
    scripts = {problem.code.partition("\n\n")[2]: problem for problem in problems(name)}  # by what follows the numbers
    for problem in [*scripts.values(), *problems(name)[:: len(SEEDS) // 4]]:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(problem.code, problem.id, "exec"), {"__name__": "shown"})
        assert printed.getvalue().strip(), problem.id
        if not isinstance(problem.answer.kind, Expression):  # its code prints values of the expression
            verdict = grade(problem.answer, printed.getvalue().strip())
            assert verdict.outcome is Outcome.CORRECT, (problem.id, printed.getvalue())
        lines = problem.code.splitlines()
        assert max(map(len, lines)) <= 110, (problem.id, max(lines, key=len))


def test_the_shown_code_uses_every_name_it_assigns_to(name: str) -> None:
    for problem in problems(name):
        tree = ast.parse(problem.code)
        nodes = list(ast.walk(tree))
        stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        imported = {(each.asname or each.name) for node in nodes if isinstance(node, ast.Import) for each in node.names}
        assert (stored | imported) - names_read(tree) <= {"_"}, problem.id


def test_higher_levels_ask_for_more_work(name: str) -> None:
    family = catalog.get(name)

    def mean_work(level: int) -> float:
        draws = (Draw(f"{name}:{level}:{seed}") for seed in range(400))
        found = [p for p in (family.sample(each, level) for each in draws) if p is not None]
        efforts = [family.effort(p) for p in found]
        kept = [e for e in efforts if e.within(family.limits[level])]
        return sum(e.operations * e.digits for e in kept) / len(kept)

    assert mean_work(1) < mean_work(2) < mean_work(3)


def test_a_level_has_enough_different_instances(name: str, request: pytest.FixtureRequest) -> None:
    """With --draws 1000: at least 200 instances at level 1, at most 1% duplicates above; fewer are in proportion."""
    family, count = catalog.get(name), min(1000, request.config.getoption("--draws"))
    for level, least in ((1, 200 if count == 1000 else count * 2 // 5), (2, count * 99 // 100), (3, count * 99 // 100)):
        different = {repr(params) for params in admitted(family, level, count)}
        if level in family.finite:  # declared: no more than this, and nearly all of them turn up
            assert least > family.finite[level] >= len(different) >= min(100, family.finite[level] * 2 // 3), level
        else:
            assert len(different) >= least, (level, len(different))


def admitted(family: Family[Any], level: int, count: int) -> Iterator[Any]:
    """Draw parameters that pass the gate, without writing them out."""
    for seed in range(count):
        chance = Draw(f"{family.name}:{level}:{seed}")
        while True:
            try:
                yield admit(family, family.sample(chance, level), level).params
                break
            except Rejected:
                continue


def test_the_options_of_a_choice_tell_nothing(name: str) -> None:
    places: set[int] = set()
    for problem in problems(name):
        if isinstance(problem.answer.kind, Choice):
            options = problem.answer.kind.options
            assert 3 <= len(set(options)) == len(options), problem.id
            assert set(options) == {problem.answer.value, *(m.value for m in problem.misconceptions)}, problem.id
            assert max(map(len, options)) <= 2 * min(map(len, options)) + 12, (problem.id, options)
            places.add(options.index(problem.answer.value))
    assert not places or len(places) >= 3


def test_the_shipped_problems_are_drawn_again_to_the_letter(name: str) -> None:
    lines = (content() / "problems" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    assert {from_line(line).level for line in lines} == set(LEVELS)
    for line in lines:
        assert to_line(draw_id(from_line(line).id).problem) == line
