"""Draws problems: the same id gives the same problem on every machine."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from studydl.answers.kinds import Choice, Kind, Misconception
from studydl.answers.values import canonical, display, make_answer
from studydl.errors import CheckFailed, Disagreement, UnknownProblem
from studydl.problems import catalog
from studydl.problems.admission import Admitted, Rejected, admit
from studydl.problems.code import shown_code
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Family, params_of, pick
from studydl.problems.model import Problem, Route
from studydl.problems.templates import fill

LEVELS = (1, 2, 3)
MAX_SEED = 2**64 - 1
MAX_DRAWS = 5000
_ID = re.compile(r"(?P<family>[a-z0-9.-]+)@(?P<version>\d+):(?P<level>[123]):(?P<seed>\d{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One admitted problem and what it took to get it.

    Args:
        problem: the problem.
        rejected: how many draws the gate rejected before it, by reason.
        effort: what it costs a person with pen and paper.
        branch: what it exercises; sheets give every copy the same.
    """

    problem: Problem
    rejected: Counter[str]
    effort: Effort
    branch: str


def draw(family: Family[Any], level: int, seed: int) -> Drawn:
    """Draw until an instance passes the gate, and write it out.

    Args:
        family: the family.
        level: 1 to 3.
        seed: 0 to 2**64 - 1.

    Returns:
        The problem with id ``family@version:level:seed``.

    Raises:
        UnknownProblem: there is no such level or seed.
        Disagreement: the routes differ for one of the draws.
        CheckFailed: no draw passed the gate; a bug of the family.
    """
    if level not in LEVELS or not 0 <= seed <= MAX_SEED:
        raise UnknownProblem(
            f"no problem has level {level} and seed {seed}", "Levels are 1 to 3, seeds 0 to 2**64 - 1."
        )
    key = f"{family.id_prefix}:{level}:{seed}"
    chance, rejected = Draw(key), Counter[str]()
    for _ in range(MAX_DRAWS):
        try:
            admitted = admit(family, family.sample(chance, level), level)
        except Rejected as reason:
            rejected[str(reason)] += 1
        except Disagreement as trouble:
            raise Disagreement(f"{key}: {trouble.message}", trouble.hint) from trouble
        else:
            params = admitted.params
            problem = _write(family, admitted, key, level, seed)
            return Drawn(problem, rejected, family.effort(params), family.branch(params))
    raise CheckFailed(f"{key}: none of {MAX_DRAWS} draws passed the gate", f"rejected: {dict(rejected)}")


def draw_id(problem_id: str) -> Drawn:
    """Draw the problem with this id again.

    Args:
        problem_id: ``family@version:level:seed``.

    Raises:
        UnknownProblem: the id cannot be read, or was made by another version of its family.
    """
    match = _ID.fullmatch(problem_id)
    if match is None:
        raise UnknownProblem(f"{problem_id!r} is not a problem id", "An id looks like metrics.roc-auc@1:2:48213.")
    family = catalog.get(match["family"])
    if int(match["version"]) != family.version:
        raise UnknownProblem(
            f"{problem_id} was made by version {match['version']} of {family.name}; "
            f"this studydl has version {family.version}",
            "Draws of another version cannot be repeated; the log keeps their parameters and answers.",
        )
    return draw(family, int(match["level"]), int(match["seed"]))


def _write(family: Family[Any], admitted: Admitted, key: str, level: int, seed: int) -> Problem:
    """Fill the templates: last, since only admitted draws need words."""
    params, variant, kind = admitted.params, admitted.variant, _with_options(admitted, key)
    answer, given = make_answer(kind, admitted.value), params_of(params)
    facts: dict[str, Any] = {**given, **family.facts(params), "answer": answer.text}
    misconceptions = tuple(
        Misconception(
            name=mistake.name,
            kind="convention" if mistake.convention else "mistake",
            value=canonical(kind, value),
            message=fill(mistake.says, {**facts, "value": display(kind, value)}),
            teaches=mistake.teaches or None,
        )
        for mistake, value in admitted.mistakes
    )
    return Problem(
        id=key,
        family=family.name,
        version=family.version,
        level=level,
        seed=seed,
        topic=family.topic,
        title=family.title,
        params=given,
        prompt=fill(pick(family.prompt, variant), facts),
        conventions=tuple(fill(line, facts) for line in pick(family.conventions, variant)),
        answer=answer,
        steps=tuple(fill(step, facts) for step in pick(family.steps, variant)),
        misconceptions=misconceptions,
        routes=(Route("formula", answer.value), Route("witness", witnessed_text(admitted.witnessed))),
        code=shown_code(family, params),
        source=family.source,
    )


def _with_options(admitted: Admitted, key: str) -> Kind:
    """Return the kind of answer; a choice gets the right option and the wrong ones, in random order."""
    if not isinstance(admitted.kind, Choice):
        return admitted.kind
    options = [admitted.value, *(value for _, value in admitted.mistakes)]
    return Choice(Draw(f"{key}:options").shuffled([str(option) for option in options]))


def witnessed_text(value: object) -> str:
    """Write what the witness gave: floating point to 12 digits, since its last bits differ between machines."""
    if isinstance(value, tuple | list):
        return "(" + ", ".join(witnessed_text(item) for item in value) + ")"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
