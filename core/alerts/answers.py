"""What a channel answers: taken, not now, or never."""

from dataclasses import dataclass
from typing import Final

SHORTEST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
"""What a channel may ask for by Retry-After, real seconds; more or less is brought within."""
_AGAIN: Final = (408, 425, 429)
_WHY: Final = {
    401: "the address or its token is not valid",
    403: "the address or its token is not valid",
    404: "there is no such address: it was deleted, or is mistyped",
    410: "there is no such address any more",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """The channel has it."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """It may be tried again. `retry_after_s` is what the channel asks for, real seconds, None where it says nothing."""

    why: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """Trying again cannot help."""

    why: str


Answer = Taken | NotNow | Never


def judged(status: int, retry_after_s: float | None) -> Answer:
    """The answer an HTTP status stands for. A redirect is never followed: the address must be the place itself."""
    if 200 <= status < 300:
        return Taken()
    if status in _AGAIN or status >= 500:
        asked = retry_after_s if retry_after_s is None else min(LONGEST_WAIT_S, max(SHORTEST_WAIT_S, retry_after_s))
        return NotNow(f"HTTP {status}", asked)
    if 300 <= status < 400:
        return Never(f"HTTP {status}: it redirects elsewhere")
    return Never(f"HTTP {status}: {_WHY.get(status, 'it refuses what is sent')}")
