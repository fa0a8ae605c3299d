"""A learner at the screen: presses keys, waits for the program, and reads."""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import dataclass
from time import monotonic

from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from studydl.tui.application import StudyApp

PATIENCE = 30.0  # s until a program that is not done is called hanging


@dataclass
class ScreenReader:
    """A learner at the screen.

    Textual's own pilot waits until the processor is idle, 40 ms and more a key; this one waits until the program has
    nothing left to do: no call of the desk, no message, no animation, nothing to paint.

    Args:
        app: the program.
        pilot: drives it.
    """

    app: StudyApp
    pilot: Pilot[None]

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each after the screen has settled."""
        for key in keys:
            self.send(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*text)

    def send(self, key: str) -> None:
        """Press a key and wait for nothing."""
        driver = self.app._driver
        assert driver is not None
        event = events.Key(*_named(key))
        event.set_sender(self.app)
        driver.send_message(event)

    async def settle(self) -> None:
        """Wait until nothing is under way and everything is painted."""
        until = monotonic() + PATIENCE
        calm = False  # True once all widgets are done with their messages and there was nothing else to do
        while not self.app._exit:
            assert monotonic() < until, f"the program is busy for {PATIENCE} s:\n{self.text}"
            await asyncio.sleep(0.001 if self._is_at_work() else 0)
            if self._has_work():
                calm = False
            elif calm or not await self.pilot._wait_for_screen():
                return  # if not calm it failed; `run_test` raises what happened
            else:
                calm = True

    def _is_at_work(self) -> bool:
        """Say whether something is under way that only time brings to its end."""
        workers = any(not worker.is_finished for worker in self.app.workers)
        return workers or not self.app.gate.is_open or bool(self.app.animator._animations)

    def _has_work(self) -> bool:
        """Paint what is to be painted, then say whether anything is under way."""
        screen = self.app.screen
        unpainted = screen._layout_required or screen._repaint_required or screen._dirty_widgets or screen._callbacks
        if unpainted:
            screen._on_timer_update()  # now, and not when the next frame is due
        waiting = (not node._message_queue.empty() for node in [self.app, *screen.walk_children(with_self=True)])
        return bool(unpainted) or any(waiting) or self._is_at_work()

    @property
    def lines(self) -> list[str]:
        """The screen as a person reads it, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        rows = ["".join(segment.text for segment in strip) for strip in strips]
        assert len(rows) == height
        return [row[:width].rstrip() for row in rows]

    @property
    def text(self) -> str:
        """The whole screen as text."""
        return "\n".join(self.lines)

    async def whole(self) -> str:
        """Read a long page from its beginning to its end, on one line: where it is wrapped does not matter."""
        self.app.screen.query_one("#report").scroll_home(animate=False)
        await self.settle()
        pages = [self.text]
        for _ in range(40):
            await self.press("pagedown")
            if self.text == pages[-1]:
                break
            pages.append(self.text)
        return " ".join(" ".join(pages).split())

    @property
    def keys(self) -> str:
        """The key bar."""
        return "  ".join(line.strip() for line in self.lines[-3:] if line.strip())

    @property
    def box(self) -> str:
        """What is in the answer box."""
        from studydl.tui.widgets.answer_box import AnswerBox

        return self.app.screen.query_one(AnswerBox).value


def _named(key: str) -> tuple[str, str | None]:
    """Return a key as the driver names it, with the character it writes."""
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    try:
        return key, unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        return key, key if len(key) == 1 else None
