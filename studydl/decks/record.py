"""Runs all shipped evidence and writes down the results that come with the decks.

    python -m studydl.decks.record

Run it after a change of a shipped deck. Evidence that fails is not written down, and ends it with 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

from studydl.decks import proofs
from studydl.decks.evidence import check_evidence
from studydl.decks.folders import SHIPPED, folders
from studydl.decks.parse import load
from studydl.paths import Home


def main() -> int:
    """Write ``content/evidence.json`` anew for the libraries of this machine."""
    decks = load(folders(Home(Path()))[SHIPPED], SHIPPED).decks
    results = check_evidence((deck, card) for deck in decks for card in deck.cards)
    failed = [each for each in results if not each.passed]
    for each in failed:
        print(f"{each.deck.path}:{each.line}: {each.card.id}: {each.message}", file=sys.stderr)
    proofs.shipped_file().unlink(missing_ok=True)
    proofs.add(proofs.shipped_file(), {each.card.evidence: "" for each in results if each.passed})
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
