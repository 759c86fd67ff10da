"""What stands on the screen, block by block: for rules that every screen must keep."""

import re
import sys
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.widgets import Input

from atlas_tui import lines
from atlas_tui.lines import Line, text_of, width_of
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.live_table import LiveTable

COLOURS = {"long", "short", "failed", "live", "slow"}
"""Roles whose colour means something."""
TOLD = re.compile(r"[▲▼+\-✓✕◆●│─▀-█░▒!•]|[A-Za-z]{2}")
"""What says the same as a colour: a sign, a shape or a word."""
DECORATION = " ─"
"""What may be cut: blanks and rules."""


class Cuts(list[str]):
    """Every text that was cut to its room before it came to the screen, rules and blanks apart."""

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Listen to the one function that cuts lines, wherever it is used."""
        original = lines.clip

        def clip(line: Line, width: int) -> Line:
            cut = original(line, width)
            lost = text_of(line)[len(text_of(cut)) :]
            if lost.strip(DECORATION):
                self.append(f"{text_of(cut)}|{lost}")
            return cut

        for name, module in list(sys.modules.items()):
            if name.startswith("atlas_tui") and getattr(module, "clip", None) is original:
                monkeypatch.setattr(module, "clip", clip)


def blocks(app: App[None]) -> Iterator[Lines]:
    """The blocks of lines in view on the screen on top."""
    return (widget for widget in app.screen._compositor.visible_widgets if isinstance(widget, Lines))


def tables(app: App[None]) -> Iterator[LiveTable]:
    """The lists in view on the screen on top."""
    return (widget for widget in app.screen._compositor.visible_widgets if isinstance(widget, LiveTable))


def overflowing(app: App[None]) -> list[str]:
    """Lines wider than the block they stand in, and hints wider than their box."""
    found = []
    for block in blocks(app):
        room = block.scrollable_content_region.width
        found += [text_of(line) for line in block.shown if width_of(line) > room and _is_cut(line, room)]
    for box in app.screen.query(Input):
        if box.display and len(box.placeholder) > box.content_size.width > 0:
            found.append(str(box.placeholder))
    return found


def painted(app: App[None]) -> set[tuple[str, str]]:
    """Text and role of every cell of blocks and lists in view that is not blank; in a block with its line up to it."""
    found = {
        (cell.text, cell.role)
        for table in tables(app)
        for row in table._rows
        for cell in row.cells
        if cell.text.strip()
    }
    for block in blocks(app):
        for line in block.shown:
            told = ""
            for cell in line:
                told += cell.text
                if cell.text.strip():
                    found.add((told, cell.role))
    return found


def is_told(text: str, role: str) -> bool:
    """Is what a colour means said by a sign, a shape or a word too?"""
    return role.split(" ")[0] not in COLOURS or bool(TOLD.search(text))


def _is_cut(line: Line, room: int) -> bool:
    return bool(text_of(line)[room:].strip(DECORATION))
