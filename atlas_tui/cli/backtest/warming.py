"""Before the compiled loop is imported: its cache is chosen, and filled where it is cold."""

import asyncio

from atlas_tui.cli.saying import say
from atlas_tui.cli.warmth import choose_cache, warm_up
from core.research import warm


def warmed() -> None:
    """Choose numba's cache; where the kernels are not compiled yet, that is told, for it takes half a minute."""
    cache = choose_cache()
    if not warm.is_warm(cache):
        say("Compiling the backtest; half a minute, once.")
        asyncio.run(warm_up(cache, warm))
