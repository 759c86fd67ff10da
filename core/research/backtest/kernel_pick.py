"""Setups found under loose filters, judged again under stricter ones."""

from core.research.backtest import kernel_legs as legs
from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel


@kernel
def pick(table: Ints, limits: Ints, picked: Ints) -> int:
    """Copy what these limits let pass, in its order; returns how many rows of `picked` were written.

    Args:
        table: setups whose leg passed looser limits; the gap's verdict does not depend on them.
        limits: as in `kernel_legs`.
        picked: as long as the table.
    """
    count = 0
    within = (limits[0], limits[1], limits[2], limits[3], limits[4])
    for row in range(len(table)):
        setup = table[row]
        level, stop, target = setup[setups.LEVEL], setup[setups.STOP], setup[setups.TARGET]
        if legs.judged(level, stop, target, setup[setups.STRUCTURAL], within) == legs.OK:
            for column in range(setups.COLUMNS):
                picked[count, column] = setup[column]
            count += 1
    return count
