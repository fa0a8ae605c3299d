"""The first line of a sheet."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.text import Text
from textual.app import App, ComposeResult

from studydl.tui.widgets.headline import Headline


class Headed(App[None]):
    CSS = "Headline { height: 1; }"

    def compose(self) -> ComposeResult:
        yield Headline()


@pytest.mark.parametrize(
    ("left", "width", "drawn"),
    [
        ("Optimizers  RMSprop", 40, "Optimizers  RMSprop               2 left"),
        ("Optimizers  RMSprop", 24, "Optimizers  RMS…  2 left"),
        ("卷积神经网络", 18, "卷积神经 …  2 left"),  # a character of two cells is not cut in half
    ],
)
async def test_the_left_is_cut_where_there_is_no_room_and_the_right_stands_whole(
    left: str, width: int, drawn: str
) -> None:
    async with Headed().run_test(size=(width, 3)) as pilot:
        head = pilot.app.query_one(Headline)
        head.show(Text(left), Text("2 left"))
        await pilot.pause()
        line = "".join(segment.text for segment in head.render_line(0))
        assert line == drawn and cell_len(line) == width
