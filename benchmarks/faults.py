"""A desk under every fault of the embedded exchange: `python -m benchmarks.faults [--json]`, or `make faults`.

`atlas exchange` at speed 60 and `atlas run` on it, both as commands. Each kind of `POST /_fault` in turn: switched on
(what shows only while connecting or asking is helped by a dropped connection), held, switched off. Seen from outside,
by what `atlas status` reads: the desk lives, its feed and every symbol are LIVE again within 15 s of the end, and what
the socket said wrong is counted. In the end: exit 0, no traceback, `atlas check` passes. Status is looked at every two
seconds, so what is shorter is not seen, and times are 2 s exact. Eleven minutes.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, NamedTuple

from atlas_tui.cli.status_file import feed_told
from benchmarks.screen_child import ROOT
from benchmarks.screen_report import table
from benchmarks.soak import post
from core.adapters.feed_intake import (
    BAD,
    CROSSED,
    DROPPED,
    ERRORS,
    FAILED,
    GAPS,
    LATE,
    OTHER,
    OVERSIZED,
    RECONNECTS,
    SPIKES,
    STRANGE,
)
from core.adapters.ledger_check import check
from core.session.intake import STALE_PRICES
from tests.cli.processes import Child

BACK_S: Final = 15.0
"""LIVE again so soon after a fault's end."""
SEEN_S: Final = 4.5
"""Status is behind the desk by so much at most: two looks and a write."""
SHORT_S: Final = 5.0
SILENCE_S: Final = 20.0
"""Longer than the 10 s after which a price is stale, and the 15 s after which a silent connection is given up."""
SCAN_S: Final = 17.0
"""Longer than 15 minutes of the exchange's time: a scan asks for candles meanwhile."""


class Trial(NamedTuple):
    """One kind of fault.

    Attributes:
        hold_s: real seconds from its beginning to its end.
        drop: drop the connection too, for the fault is one of connecting, or of what is asked after an outage.
        counted: the counter of the feed that must grow; empty where the socket says nothing wrong.
    """

    kind: str
    arguments: Mapping[str, object] = {}
    hold_s: float = SHORT_S
    drop: bool = False
    counted: str = ""


TRIALS: Final = (
    Trial("drop", counted=RECONNECTS),
    Trial("close", {"code": 1001}, counted=RECONNECTS),
    Trial("seq_reset", counted=LATE),
    Trial("garbage", counted=BAD),
    Trial("error_frame", counted=ERRORS),
    Trial("unknown_channel", counted=OTHER),
    Trial("big_frame", counted=OVERSIZED),
    Trial("stall", hold_s=SILENCE_S, counted=RECONNECTS),
    Trial("half_open", hold_s=SILENCE_S, counted=RECONNECTS),
    Trial("refuse_connections", {"status": 503}, drop=True, counted=FAILED),
    Trial("accept_then_mute", hold_s=SILENCE_S, drop=True, counted=RECONNECTS),
    Trial("slow_handshake", {"seconds": 4}, drop=True, counted=RECONNECTS),
    Trial("drop_during_subscribe", {"count": 2}, drop=True, counted=RECONNECTS),
    Trial("ack_without_product", drop=True, counted=RECONNECTS),
    Trial("delay", {"seconds": 2}),
    Trial("duplicate", counted=LATE),
    Trial("skip", counted=GAPS),
    Trial("out_of_order", counted=LATE),
    Trial("heartbeats_stop", hold_s=SILENCE_S),
    Trial("ticker_stop", hold_s=SILENCE_S),  # shown as STALE: while heartbeats flow a thin market looks the same
    Trial("stale_timestamps", {"seconds": 3600}, hold_s=SILENCE_S, counted=STALE_PRICES),
    Trial("wrong_types", counted=DROPPED),
    Trial("price_spike", {"percent": 400}, counted=SPIKES),
    Trial("crossed_book", counted=CROSSED),
    Trial("unknown_keys", counted=STRANGE),
    *(
        Trial(kind, arguments, SCAN_S, drop=True)
        for kind, arguments in (
            ("429", {"retry_after": 1}), ("500", {}), ("503", {}), ("html", {}), ("slow", {"seconds": 3}), ("hang", {}),
            ("truncated", {}), ("reset", {}), ("empty_candles", {}), ("holes", {}), ("duplicate_bucket", {}),
            ("clock_skew", {"seconds": 30}), ("trading_disabled", {}), ("maintenance", {}),
            ("delisting", {"product_id": "BTC-PERP-INTX"}),
        )
    ),
)  # fmt: skip
"""All forty kinds; `clear` ends each of them."""


@dataclass(slots=True)
class Seen:
    """What became of one fault: states other than LIVE, counters that grew, and when the feed was LIVE again."""

    trial: Trial
    states: list[str] = field(default_factory=list)
    grew: dict[str, int] = field(default_factory=dict)
    back_s: float = 0.0
    lives: bool = True

    @property
    def right(self) -> bool:
        """As promised?"""
        counted = not self.trial.counted or self.grew.get(self.trial.counted, 0) > 0
        return self.lives and self.back_s <= BACK_S and counted


class Watched:
    """A desk that is looked at from outside, by its process and its status."""

    def __init__(self, desk: Child, state: Path) -> None:
        self._desk, self._state = desk, state

    @property
    def lives(self) -> bool:
        """Has it not ended?"""
        return self._desk.process.poll() is None

    def told(self) -> dict[str, Any]:
        """What it says of its feed; empty before it says anything."""
        return feed_told(self._state, self._desk.process.pid, monotonic()) or {}

    def unlike_live(self) -> str:
        """Every state but LIVE, of the feed and its symbols; empty when all is LIVE."""
        told = self.told()
        states = {"feed": told.get("state", "?"), **told.get("symbols", {})}
        return " ".join(f"{name}:{state}" for name, state in states.items() if state != "LIVE")

    def counters(self) -> dict[str, int]:
        """What it has counted of its feed's troubles."""
        return {name: n for name, n in self.told().get("counters", {}).items() if name not in ("messages", "ticks")}

    def grown(self, before: Mapping[str, int]) -> dict[str, int]:
        """Counters that have grown since then, and by how much."""
        now = {name: count - before.get(name, 0) for name, count in self.counters().items()}
        return {name: grown for name, grown in now.items() if grown > 0}

    def watch(self, seconds: float, seen: Seen, done: Callable[[], bool] = lambda: False) -> None:
        """Look for so long, at most until `done`; states other than LIVE are kept."""
        until_s = monotonic() + seconds
        while self.lives and monotonic() < until_s and not done():
            state = self.unlike_live()
            if state and state not in seen.states:
                seen.states.append(state)
            sleep(0.1)


def tried(trial: Trial, rest: str, desk: Watched) -> Seen:
    """Begin the fault, hold it, end it, and wait until the feed is LIVE again: at most four times the promised time."""
    seen, before = Seen(trial), desk.counters()
    post(f"{rest}/_fault", {"kind": trial.kind, **trial.arguments})
    if trial.drop:
        post(f"{rest}/_fault", {"kind": "drop"})
    desk.watch(trial.hold_s, seen)
    post(f"{rest}/_fault", {"kind": "clear"})
    ended_s = monotonic()
    desk.watch(SEEN_S, seen)
    if desk.unlike_live():
        desk.watch(4 * BACK_S, seen, lambda: not desk.unlike_live())
        seen.back_s = monotonic() - ended_s
    desk.watch(BACK_S, seen, lambda: trial.counted in ("", *desk.grown(before)))  # a busy desk tells it later
    seen.grew = desk.grown(before)
    seen.lives = desk.lives
    return seen


def run(trials: Sequence[Trial], folder: Path) -> Iterator[Seen | str]:
    """Each trial as it ends, on one desk; then what was wrong in the end, a sentence each."""
    state = folder / "desk"
    with Child(ROOT, "exchange", "--speed", 60, "--seed", 5) as exchange:
        where = exchange.json()
        venue = ("--rest", where["rest"], "--ws", where["ws"])
        with Child(ROOT, "run", *venue, "--preset", "demo", "--state-dir", state) as child:
            child.line()
            desk = Watched(child, state)
            desk.watch(60, Seen(trials[0]), lambda: not desk.unlike_live())
            for trial in trials:
                yield tried(trial, where["rest"], desk)
            if (code := child.end(signal.SIGTERM)[0]) != 0:
                yield f"the desk ended with exit code {code}"
            said = child.errors()
    log = "".join(path.read_text(encoding="utf-8") for path in state.glob("atlas.log*"))
    if "Traceback" in said + log:
        yield "there is a traceback in its log"
    yield from (f"{result.id}: {result.detail}" for result in check(state) if not result.ok)


def row(seen: Seen) -> tuple[str, ...]:
    """A trial in words."""
    counted = ", ".join(f"{name} +{count}" for name, count in seen.grew.items())
    lost = seen.states[0] + (" ..." if len(seen.states) > 1 else "") if seen.states else "LIVE"
    return seen.trial.kind, f"{seen.back_s:.1f}", "yes" if seen.right else "NO", lost, counted


def main() -> int:
    """Exit 1 where one was not as promised."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("kinds", nargs="*", help="only these")
    options = asked.parse_args()
    trials = [trial for trial in TRIALS if not options.kinds or trial.kind in options.kinds]
    found: list[Seen] = []
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for each in run(trials, Path(folder)):
            if isinstance(each, str):
                wrong.append(each)
                continue
            found.append(each)
            print(f"{len(found)}/{len(trials)} {' | '.join(row(each))}", file=sys.stderr, flush=True)
    if options.json:
        told = [dict(zip(("kind", "back_s", "right", "states", "counted"), row(seen), strict=True)) for seen in found]
        print(json.dumps({"faults": told, "wrong": wrong}))
    else:
        print("\n".join([*table(("fault", "back s", "as promised", "was", "counted"), [*map(row, found)]), *wrong]))
    return int(bool(wrong) or not all(seen.right for seen in found))


if __name__ == "__main__":
    sys.exit(main())
