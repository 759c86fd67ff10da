"""Keeping the garbage collector from holding up ticks and keys."""

import gc

YOUNG = 10_000
"""Objects made and not freed until the collector looks at them; Python's own 700 is a look every few milliseconds."""


def set_aside() -> None:
    """Let the collector pass over all that lives now: modules, history and the ledger's fold stay to the end anyway.

    A full collection walks every object, for up to 100 ms on a slow machine, with the desk and the screen waiting.
    After this one walks only what came later. To be called once the desk is armed.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
