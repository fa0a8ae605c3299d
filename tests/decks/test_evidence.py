"""Evidence that passes, fails, hangs, hogs, leaves and prints: each is reported right, and the next one still runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from studydl.decks.evidence import EvidenceResult, check_evidence
from studydl.decks.model import Basic, Card, Deck
from studydl.decks.parse import load, parse_deck

DECK = Deck("conv", "Convolution", (), (), "conv.md", "mine", "0")
PASSES = "assert F.relu(torch.tensor([-1.0, 2.0])).tolist() == [0.0, 2.0]\nassert np.pi == math.pi and nn"


def run(codes: Sequence[str], seconds: int = 10, forks: bool = True) -> list[EvidenceResult]:
    cards = [Card(f"c{n}", "t", Basic("q", "a"), evidence=code, evidence_line=100) for n, code in enumerate(codes)]
    return check_evidence([(DECK, card) for card in cards], seconds=seconds, forks=forks)


CASES = [
    ("fails", "x = 1\n\nassert x == 1\nassert x == 2, 'off by one'", 103, "does not hold: assert x == 2"),
    ("raises", "def f():\n    return 1 / 0\nf()", 101, "ZeroDivisionError: division by zero"),
    ("hangs", "while True:\n    pass", 100, "took longer than 1 s"),
    ("sleeps", "import time\ntime.sleep(60)", 100, "took longer than 1 s"),
    ("hogs", "x = bytearray(8 << 30)\nassert x", 100, "MemoryError"),
    ("leaves", "import os\nos._exit(0)", 100, "ended the process"),
    ("exits", "import sys\nsys.exit(0)", 101, "SystemExit"),
    ("crashes", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", 100, "SIGSEGV"),
    ("interrupts", "raise KeyboardInterrupt", 100, "KeyboardInterrupt"),
    ("is no Python", "assert (", 100, "SyntaxError"),
]


def test_every_way_to_fail_is_told_apart_and_the_workers_survive() -> None:
    results = run([code for case in CASES for code in (case[1], PASSES)], seconds=1)
    for (name, _, line, message), result in zip(CASES, results[::2], strict=True):
        assert not result.passed, name
        assert (result.line, message in result.message) == (line, True), (name, result)
    assert all(result.passed for result in results[1::2])


def test_garbage_on_standard_output_is_discarded(capfd: pytest.CaptureFixture[str]) -> None:
    garbage = "import sys\nprint('{}', flush=True)\nsys.__stderr__.write('x')\nassert sys.stdin.read() == ''"
    assert [result.passed for result in run([garbage, PASSES, garbage, PASSES])] == [True] * 4
    assert capfd.readouterr() == ("", "")


def test_what_one_block_changes_the_next_one_does_not_see() -> None:
    break_torch = "torch.set_default_dtype(torch.float64)\ntorch.relu = F.relu = None\nassert F.relu is None"
    assert [result.passed for result in run([break_torch, PASSES] * 3)] == [True] * 6


def test_every_block_starts_with_the_same_random_numbers() -> None:
    same = "first = torch.rand(3)\ntorch.manual_seed(0)\nassert torch.equal(first, torch.rand(3)), 'unseeded'"
    assert [result.passed for result in run([same, same])] == [True, True]


def test_classes_of_a_block_can_be_saved_with_their_objects() -> None:
    code = (
        "import io, pickle\nclass Net(nn.Module):\n    pass\nassert isinstance(pickle.loads(pickle.dumps(Net())), Net)"
    )
    assert run([code])[0].passed


@pytest.mark.parametrize("forks", [True, False])
def test_files_a_block_writes_are_gone_afterwards(tmp_path: Path, forks: bool) -> None:
    name = tmp_path / "where"
    code = f"import os\nopen('f', 'x').close()\nopen({str(name)!r}, 'w').write(os.getcwd())\nassert os.path.isfile('f')"
    assert run([code], forks=forks)[0].passed
    assert not Path(name.read_text()).exists()


def test_without_fork_a_block_that_ends_the_process_fails_alone() -> None:
    results = run(["import os\nos._exit(0)", PASSES, "x = 1\nassert x == 2", PASSES], forks=False)
    assert [result.passed for result in results] == [False, True, False, True]
    assert results[2].line == 101


def test_progress_counts_every_block() -> None:
    seen: list[int] = []
    cards = [(DECK, Card(f"c{n}", "t", Basic("q", "a"), evidence=PASSES)) for n in range(3)]
    check_evidence([*cards, (DECK, Card("none", "t", Basic("q", "a")))], seen.append)
    assert seen == [1, 2, 3]


def test_opening_a_deck_runs_none_of_its_code(tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    code = f"open({str(trap)!r}, 'w').close()\nassert trap == 1"
    path = tmp_path / "stranger.md"
    path.write_text(
        f"---\nname = 'x'\n---\n## A {{#a}}\nQ: a\nA: b\n\n```python\n{code}\n```\n\n```python evidence\n{code}\n```\n"
    )
    assert parse_deck(path, "stranger").cards[0].evidence == code
    assert load(tmp_path, "stranger").decks[0].cards[0].evidence == code
    assert not trap.exists()
