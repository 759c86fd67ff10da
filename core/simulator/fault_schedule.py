"""Faults that come by themselves: `KIND[:ARGS]@SECONDS`, real seconds after the exchange is ready."""

import asyncio
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from core.domain.errors import ConfigError
from core.simulator.fault import Stroke, Switch
from core.simulator.faults import kind_named, parse_fault

_LATEST_S: Final = 31_536_000.0


@dataclass(frozen=True, slots=True)
class TimedFault:
    """A fault, and after how many real seconds it comes."""

    after_s: float
    fault: Stroke | Switch

    @staticmethod
    def parse(text: str) -> "TimedFault":
        """Read `close:1001@5`, `429:count=2,retry_after=3@10`, `stall:on=false@40` or a bare `stall@20`.

        Raises:
            ConfigError: no such kind (names the nearest one), a wrong argument, or no time.
        """
        what, at, when = text.rpartition("@")
        after_s = _seconds(when) if at else None
        if after_s is None:
            raise ConfigError(f"--fault {text[:80]!r}: write KIND[:ARGS]@SECONDS, such as close:1001@5 or stall@20")
        name, _, rest = what.partition(":")
        kind = kind_named(name)
        given: dict[str, object] = {"kind": name}
        for place, part in enumerate(rest.split(",") if rest else []):
            key, equals, value = part.partition("=")
            if equals:
                given[key.strip()] = value
            elif place == 0 and kind.bare:
                given[kind.bare] = part
            else:
                raise ConfigError(f"--fault {text[:80]!r}: write its arguments as KEY=VALUE, not {part[:40]!r}")
        return TimedFault(after_s, parse_fault(given, strict=False))


async def play(faults: Iterable[TimedFault], apply: Callable[[Stroke | Switch], None]) -> None:
    """Apply each at its time, those of one time in their order; ends with the last one."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for timed in sorted(faults, key=lambda each: each.after_s):
        await asyncio.sleep(began + timed.after_s - loop.time())
        apply(timed.fault)


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds <= _LATEST_S else None
