"""What a window shows that is too small for anything else."""

from __future__ import annotations

from textual.widgets import Static

COLUMNS, ROWS = 40, 12


class TooSmall(Static):
    """A notice over the whole screen; the style sheet shows it when the window is too small."""

    def __init__(self) -> None:
        super().__init__(f"Please enlarge the window.\nstudydl needs {COLUMNS} columns and {ROWS} rows.", markup=False)
