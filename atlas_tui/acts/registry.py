"""Every act there is, in the order the footer and the help screen show them."""

from typing import Final

from atlas_tui.acts import (
    backtesting,
    charting,
    commanding,
    explaining,
    finding,
    funds,
    moving,
    performing,
    playing,
    reviewing,
    system,
    trading,
)
from atlas_tui.acts.stage import Act

ACTS: Final[tuple[Act, ...]] = (
    *finding.ACTS[:1],
    *reviewing.ACTS,
    *system.ACTS[:1],
    *moving.ACTS[:1],
    *explaining.ACTS,
    *moving.ACTS[1:],
    *finding.ACTS[1:],
    *commanding.ACTS,
    *performing.ACTS,
    *backtesting.ACTS,
    *trading.ACTS,
    *funds.ACTS,
    *system.ACTS[1:],
    *charting.ACTS,
    *playing.ACTS,
)
