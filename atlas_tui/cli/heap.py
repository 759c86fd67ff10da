"""Keeping the garbage collector from holding up ticks and keys."""

import gc

YOUNG = 10_000
"""Objects made and not freed until the collector looks at them; Python's own 700 is a look every few milliseconds."""
OLDER, OLDEST = 5, 2
"""Looks at the young before one at the older, and looks at those before one at all that came since the start: ended
connections and failed calls leave cycles, and what came since is walked in a few milliseconds."""
STARTING = 100_000
"""The same while starting: nearly all that is made by then stays."""


def hurry() -> None:
    """Collect seldom: a tenth of a start is otherwise spent on looking at modules. A verb that ends soon needs no more;
    one that stays calls `set_aside`.
    """
    gc.set_threshold(STARTING)


def set_aside() -> None:
    """Let the collector pass over all that lives now: modules, history and the ledger's fold stay to the end anyway.

    A full collection walks every object, for up to 100 ms on a slow machine, with the desk and the screen waiting.
    After this one walks only what came later. To be called once the desk is armed.
    """
    gc.freeze()
    gc.collect()  # of nearly nothing: it looks at all again once that has grown by a quarter
    gc.set_threshold(YOUNG, OLDER, OLDEST)
