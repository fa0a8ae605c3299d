from __future__ import annotations

import ast

from studydl.decks.evidence import check_evidence
from studydl.decks.model import Basic, Card, Deck
from studydl.decks.mutation import check_mutants, mutants

DECK = Deck("conv", "Convolution", (), (), "conv.md", "mine", "0")


def card(name: str, code: str) -> tuple[Deck, Card]:
    return DECK, Card(name, "t", Basic("q", "a"), evidence=code, evidence_line=20)


def changes(code: str) -> list[str]:
    return [change for _, change, _ in mutants(code)]


def test_each_comparison_and_each_value_of_an_assert_is_changed_once() -> None:
    code = "x = 5\nassert 1 < x <= 7.5 and x is not None, 'at least 2'"
    assert changes(code) == [
        "1 < x <= 7.5 -> 1 >= x <= 7.5",
        "1 < x <= 7.5 -> 1 < x > 7.5",
        "x is not None -> x is None",
    ]
    assert all(line == 2 for line, _, _ in mutants(code))


def test_every_mutant_is_python_that_differs_in_its_asserts_only() -> None:
    code = "x = [1, 2]\nfor y in x:\n    assert y in (1, 2)\nassert x == [1, True, 'a']"
    for _, _, made in mutants(code):
        assert made != ast.unparse(ast.parse(code))
        assert made.startswith("x = [1, 2]\nfor y in x:\n")


def test_tolerances_and_indices_are_no_claims() -> None:
    code = "assert math.isclose(x, 0.5, rel_tol=1e-3) and torch.allclose(x[-1], y, atol=1e-5)"
    assert changes(code) == ["0.5 -> 1.5"]
    assert changes("assert abs(x - 2) < 1e-6") == ["abs(x - 2) < 1e-06 -> abs(x - 2) >= 1e-06", "2 -> 3"]
    assert "2.5 -> 5.0" in changes("assert round(x, 1) == 2.5") and "1 -> 2" not in changes("assert round(x, 1) == 2.5")


def test_an_inequality_is_turned_around_and_its_bounds_stay() -> None:
    assert changes("assert x > 2 * y + 1") == ["x > 2 * y + 1 -> x <= 2 * y + 1"]


def test_evidence_that_proves_its_claims_leaves_no_survivor() -> None:
    assert check_mutants([card("good", "x = torch.arange(3)\nassert x.sum() == 3\nassert x.max() >= 2")]) == []


def test_a_change_that_goes_unnoticed_is_reported_with_its_line() -> None:
    weak = card("weak", "x = 5\nassert x != 7\nassert x == 5")
    idle = card("idle", "def claim():\n    assert 1 == 2\nif False:\n    assert 3 == 4")
    assert all(result.passed for result in check_evidence([weak, idle]))
    found = check_mutants([weak, idle])
    assert [(each.card.id, each.line, each.change) for each in found[:1]] == [("weak", 21, "7 -> 8")]
    assert [each.all_survived for each in found] == [False] + [True] * 6
    assert {each.card.id for each in found[1:]} == {"idle"}
