"""A bar that fills, in plain characters."""

from typing import Final

WIDTH: Final = 24


def drawn(done: float) -> str:
    """`[######..................]  25%` of a part between 0 and 1."""
    filled = int(done * WIDTH)
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done:4.0%}"
