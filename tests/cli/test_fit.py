"""``studydl fit``: says what was adopted, or why nothing was."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from studydl.cli.main import cli
from studydl.errors import UsageError
from studydl.memory import fitting
from studydl.memory.fitting import History, Weights
from studydl.paths import Home
from studydl.store.connection import open_store
from studydl.study import library
from tests.memory.simulated import simulated
from tests.study.helpers import START, write_deck
from tests.study.lived import FACTS, live

Run = Callable[..., Result]
LONG: Weights = (*(4.0, 9.0, 25.0, 70.0), *fitting.DEFAULT[4:])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    (tmp_path / "shipped" / "en").mkdir(parents=True)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: tmp_path / "shipped")
    home = Home(tmp_path / "home")
    write_deck(home, FACTS)
    return home


@pytest.fixture
def run(home: Home) -> Run:
    return lambda *words: CliRunner().invoke(cli, ["--home", str(home.folder), *words])


def lived(home: Home, reviews: int) -> None:
    with open_store(home) as store:
        library.sync(store, home, START)
        live(store, {f"mine/fact-{n}": past for n, past in enumerate(simulated(reviews, 1, LONG))})


def fitted_to(monkeypatch: pytest.MonkeyPatch, weights: Weights) -> None:
    def fit(histories: Sequence[History], progress: Callable[[float], None]) -> Weights:
        progress(0.5)
        return weights

    monkeypatch.setattr(fitting, "fit", fit)
    monkeypatch.setattr("studydl.study.fit.fitting.REVIEWS", 200)
    monkeypatch.setattr("studydl.study.fit.fitting.LATER", 30)


def test_before_the_first_session_there_is_nothing_to_fit(run: Run, home: Home) -> None:
    error = run("fit").exception
    assert isinstance(error, UsageError) and "nothing to fit yet" in str(error)
    assert not home.database.exists()


def test_it_says_that_there_are_too_few_reviews(run: Run, home: Home) -> None:
    lived(home, 30)
    result = run("fit")
    assert result.exit_code == 0 and result.stderr == ""
    cards, skills = result.stdout.splitlines()
    assert cards.startswith("Cards: nothing adopted. There are 3") and cards.endswith("it takes 1,000.")
    assert skills == "Skills: nothing adopted. There are 0 reviews; it takes 1,000."


def test_it_says_what_was_adopted_and_the_data_stays_sound(
    run: Run, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(home, 300)
    fitted_to(monkeypatch, LONG)
    said = run("fit").stdout
    assert "Cards: adopted." in said and "is 0." in said and "Due dates stay." in said
    assert "Skills: nothing adopted." in said
    assert run("doctor").exit_code == 0
    again = run("fit").stdout
    assert "Cards: nothing adopted. The weights in use foretell the latest reviews as well or better." in again
    assert "Log loss on the latest" in again
    assert run("doctor").exit_code == 0


def test_json_has_the_figures(run: Run, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(home, 300)
    fitted_to(monkeypatch, LONG)
    result = run("fit", "--json")
    data = json.loads(result.stdout)
    assert result.stderr == "" and set(data) == {"cards", "skills"}
    cards, skills = data["cards"], data["skills"]
    assert cards["adopted"] and cards["weights"] == list(LONG) and "log loss" in cards["message"]
    assert cards["log_loss"]["after"] < cards["log_loss"]["before"]
    assert cards["reviews"] >= 300 and 30 <= cards["tried_on"] < 90
    assert skills == {
        "reviews": 0,
        "tried_on": 0,
        "log_loss": {"before": None, "after": None},
        "adopted": False,
        "message": "There are 0 reviews; it takes 200.",
        "weights": None,
    }
