"""All checks at once, each within its time, none able to take the others down."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from atlas_tui.cli.doctor.finding import Case, Finding, Look, fail
from core.domain.text import one_line
from core.session.threads import in_thread

LIMIT_S: Final = 7.5
"""Seconds a check may take: a machine without a network is told of within ten."""


async def examine(looks: Mapping[str, Look], case: Case, limit_s: float = LIMIT_S) -> Sequence[Finding]:
    """What the checks find, in their order; one that breaks or hangs is a finding of its own, under its name."""
    found = await asyncio.gather(*(_looked(name, look, case, limit_s) for name, look in looks.items()))
    return [finding for findings in found for finding in findings]


async def _looked(name: str, look: Look, case: Case, limit_s: float) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(limit_s):
            return await in_thread(look, case)
    except TimeoutError:
        return (fail(name, f"no answer within {limit_s:g} s", "ask again; if it stays so, what is asked for hangs"),)
    except Exception as error:  # noqa: BLE001 - a check that breaks is told of like what it looks for
        text = one_line(f"the check itself broke: {type(error).__name__}: {error}")
        return (fail(name, text, "report it; the other lines stand"),)
