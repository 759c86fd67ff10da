"""What desk a verb wants, and what was built for it; light enough for the first paint."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.adapters.state_dir import StateDir
from core.domain.link import Mode

if TYPE_CHECKING:
    from atlas_tui.cli.rules import FileRules
    from core.config import Settings
    from core.session import Session
    from core.simulator.exchange import ExchangeSettings


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """What desk to build.

    Attributes:
        settings: everything configured.
        state: its directory, already locked by the caller.
        mode: what the badge says.
        exchange: makes the settings of an exchange of our own; None for the configured venue.
        record: the file to record to; None records nothing.
        rules: its settings while it runs; None cannot read them again.
    """

    settings: "Settings"
    state: StateDir
    mode: Mode
    exchange: "Callable[[], ExchangeSettings] | None" = None
    record: Path | None = None
    rules: "FileRules | None" = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the API is, and where the token it asks for stands."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class Built:
    """A session, where its venue is, the desk's time at which it was built, and its API if it has one."""

    session: "Session"
    rest: str
    ws: str
    since: datetime
    api: Place | None = None
