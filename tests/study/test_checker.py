from __future__ import annotations

from pathlib import Path

import pytest

from studydl.decks import proofs
from studydl.paths import Home
from studydl.study.checker import Checker, unproved

DECK = """---
title = "Facts"
---

## True {#true}

Q: What is one and one?
A: Two

```python evidence
assert 1 + 1 == 2
```

## False {#false}

Q: What is one and two?
A: Four

```python evidence
assert 1 + 2 == 4
```
"""


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped" / "en"
    (folder / "facts.md").write_text(DECK)
    return folder


def test_what_was_never_run_here_is_run_and_written_down(
    home: Home, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studydl.study.checker.may_run", lambda deck, home: deck.name == "facts")
    checker = Checker(home)
    assert [card.id for _, card in unproved(home, checker.proofs)] == ["true", "false"]
    checker.start()
    assert checker._thread is not None
    checker._thread.join(120)
    assert checker.proofs.message("assert 1 + 1 == 2") == ""
    assert "does not hold" in str(checker.proofs.message("assert 1 + 2 == 4"))
    assert unproved(home, proofs.load(home)) == []


def test_a_checker_that_is_closed_runs_nothing(home: Home, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studydl.study.checker.may_run", lambda deck, home: deck.name == "facts")
    checker = Checker(home)
    checker.close()
    checker.start()
    assert checker._thread is not None
    checker._thread.join(10)
    assert len(unproved(home, checker.proofs)) == 2
