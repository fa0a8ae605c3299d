"""Packs pieces of one-line text into as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence


def packed(widths: Sequence[int], room: int, gap: int) -> list[list[tuple[int, int]]]:
    """Return rows of (column, index of the piece), in order, each row filled as far as it goes.

    Args:
        widths: cells of each piece.
        room: cells of a row; a wider piece gets a row of its own.
        gap: cells between two pieces.
    """
    rows: list[list[tuple[int, int]]] = [[]]
    left = 0
    for index, width in enumerate(widths):
        if rows[-1] and left + width > room:
            rows.append([])
            left = 0
        rows[-1].append((left, index))
        left += width + gap
    return rows


def piece_at(rows: list[list[tuple[int, int]]], widths: Sequence[int], column: int, row: int) -> int | None:
    """Return the index of the piece at a place, or None between pieces.

    Args:
        rows: as `packed` returns them.
        widths: cells of each piece.
        column: 0-based cell.
        row: 0-based row.
    """
    for left, index in rows[row] if row < len(rows) else []:
        if left <= column < left + widths[index]:
            return index
    return None
