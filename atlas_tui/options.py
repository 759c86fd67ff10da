"""What a person may choose about the looks of the console."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from atlas_tui.zones import UTC_ZONE, DisplayZone
from core.config import Bell

if TYPE_CHECKING:
    from core.session.player import Player


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """Looks; no rule of the desk is among them.

    Attributes:
        theme: a theme's name, with or without `atlas-`; an unknown one gives the default.
        zone: clock that times are shown on.
        ascii_only: plain characters only.
        flash: a price that changes after a rest stands out for a moment.
        slow_s: clocks, ages and countdowns are painted at most this often, real seconds; 0 paints every change.
        list_s: the same for the list and the open positions.
        chart_s: the same for the chart and the plan.
        fps: changes are painted at most so often a second, 1 to 60; 0 paints every change.
        slow_after_min: minutes without a key after which changes are painted about once a second; 0 is never.
        bell: when the terminal's bell rings for an alert.
        osc9: alerts are also sent to the terminal as desktop notifications.
        themes_dir: folder of the user's own themes; None has none.
        history: file of the lines typed after `:`; None keeps them while the console runs.
        export_dir: where `:export` writes.
        end_desk: asks a desk that runs in another process to end; None where the desk ends with the console.
        reread: reads this console's own settings again, where the desk's are another process's.
        only_reads: why nothing can be asked of the desk, one sentence; empty where it can.
        player: plays what is looked at; None for a desk that runs.
        same_settings: options of a command line that reads the settings of this console.
        state_words: the state directory as an option to type; empty for the usual one.
        masked: amounts of money and sizes are hidden; percent and R stay.
    """

    theme: str = "dark"
    zone: DisplayZone = field(default=UTC_ZONE)
    ascii_only: bool = False
    flash: bool = True
    slow_s: float = 1.0
    list_s: float = 0.2
    chart_s: float = 0.5
    fps: int = 30
    slow_after_min: int = 10
    bell: Bell = Bell.UNATTENDED
    osc9: bool = False
    masked: bool = False
    same_settings: tuple[str, ...] = ()
    state_words: str = ""
    themes_dir: Path | None = None
    history: Path | None = None
    export_dir: Path = Path()
    only_reads: str = ""
    player: "Player | None" = None
    end_desk: Callable[[], None] | None = None
    reread: Callable[[], None] = field(default=lambda: None)

    def in_place_of(self, before: "ConsoleOptions") -> "ConsoleOptions":
        """These from now on, but for what a console is built with: mask, plain characters, its ways to a desk."""
        return replace(
            before, theme=self.theme, zone=self.zone, flash=self.flash, fps=self.fps,
            slow_after_min=self.slow_after_min, bell=self.bell, osc9=self.osc9,
        )  # fmt: skip
