"""What alerts cost a desk's ticks: `python -m benchmarks.alerts [--seconds N] [--rounds N] [--json]`.

A whole desk over a scripted venue in this process, three symbols, 300 prices a second together, each due at a moment of
its own; ten alerts a second put up meanwhile. Timed is from when a price was due to when the desk has decided on it, so
whatever holds up the loop counts. In turn: without a channel, with a sink that takes everything, and with one that
answers 500, 429 with Retry-After, hangs and resets. At the end the bad sink is let be, and must have had every alert
once and in order: else exit 1. Waits between tries are shorter than a desk's, so that more goes wrong in a second.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final, cast

from benchmarks.screen_report import table
from benchmarks.screen_venue import SYMBOLS
from core.adapters.alert_post import AlertPost
from core.adapters.ledger_outbox import LedgerOutbox
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock
from core.alerts.outbox import AlertRules
from core.alerts.policy import AlertKind, AlertPolicy, Channel
from core.config.alert_rules import targets_of
from core.config.secrets import Found
from core.domain.retries import Retries
from core.domain.secret import Secret
from core.domain.signals import iso_z
from core.session import Session, SessionOptions
from core.session.alerting import AlertPorts, Wake
from tests.alerts.sink import HANG, RESET, a_sink
from tests.builders import a_policy
from tests.fakes import ManualClock, ScriptedFeed, ScriptedVenue

RATE: Final = 300
ALERTS: Final = 10
NONE, GOOD, BAD = "no channel", "a good sink", "a bad sink"
_BAD: Final = (500, (429, "1"), RESET, 204, HANG, 204, 204)
_QUICK: Final = Retries(first_s=0.1, longest_s=0.5, longest_retry_after_s=60.0)
_PATIENCE_S: Final = 120.0


async def put_up(ports: AlertPorts, clock: SystemClock) -> int:
    """Put alerts up until cancelled; how many."""
    put = 0
    try:
        while True:
            at, put = clock.now(), put + 1
            await asyncio.to_thread(ports.outbox.put, AlertKind.FEED, f"down {iso_z(at)}", at)
            ports.wake.ring()
            await asyncio.sleep(1 / ALERTS)
    except asyncio.CancelledError:
        return put


async def ticked(feed: ScriptedFeed, seconds: float) -> list[float]:
    """Milliseconds from when each price was due to when the desk had decided on it."""
    began, took = perf_counter(), []
    for number in range(round(RATE * seconds)):
        due = began + number / RATE
        if (left := due - perf_counter()) > 0:
            await asyncio.sleep(left)
        feed.say(Decimal("100") + Decimal(number % 7) / 100, SYMBOLS[number % len(SYMBOLS)])
        took.append((perf_counter() - due) * 1000)
    return took


async def measured(kind: str, seconds: float, folder: Path) -> dict[str, Any]:
    """One desk, once."""
    sink = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.alerts", "--sink", kind, stdin=PIPE, stdout=PIPE, limit=2**24
    )
    url = (await told(sink))["url"]
    policy = AlertPolicy(channels=() if kind == NONE else (Channel.JSON,), kinds=(AlertKind.FEED,))
    targets = targets_of(policy, {"ATLAS_JSON_URL": Found(Secret(f"{url}/hook"), "environment")})
    state, clock, rules = StateDir.create(folder), SystemClock(), AlertRules(policy)
    posts = {channel: AlertPost(target) for channel, target in targets.items()}
    ports = AlertPorts(rules, LedgerOutbox(state, rules), posts, Wake(), _QUICK)
    store = SqliteStore(state, rules, ports.wake.ring)
    feed = ScriptedFeed(cast("ManualClock", clock))
    venue = ScriptedVenue(cast("ManualClock", clock), SYMBOLS)
    session = Session(a_policy(symbols=SYMBOLS), venue, feed, store, clock, SessionOptions())
    session.alert_by(ports)
    running = asyncio.create_task(session.run())
    await feed.ready.wait()
    await ticked(feed, 1.0)
    putting = asyncio.create_task(put_up(ports, clock))
    took = await ticked(feed, seconds)
    putting.cancel()
    put = await putting
    ports.wake.ring()  # for one that was put up when the putting was cancelled
    arrived = await all_of(sink, put) if kind != NONE else {}
    session.stop()
    await running
    store.close()
    assert sink.stdin is not None
    sink.stdin.close()
    await sink.wait()
    parts = quantiles(took, n=100)
    return {"kind": kind, "p50_ms": parts[49], "p99_ms": parts[98], "most_ms": max(took), "put": put, **arrived}


async def all_of(sink: Process, put: int) -> dict[str, Any]:
    """Let the sink be, and wait until it has had as many alerts as were put up; did each come once and in order?"""
    deadline = perf_counter() + _PATIENCE_S
    while len((found := await told(sink, "good"))["ids"]) < put and perf_counter() < deadline:
        await asyncio.sleep(0.2)
    ids = found["ids"]
    whole = len(set(ids)) == len(ids) == put and ids == sorted(ids)
    return {"arrived": len(ids), "tries": found["tries"], "whole": whole}


async def told(child: Process, line: str = "") -> dict[str, Any]:
    """The next line of the sink, after telling it something."""
    assert child.stdin is not None and child.stdout is not None
    if line:
        child.stdin.write(f"{line}\n".encode())
        await child.stdin.drain()
    answer: dict[str, Any] = json.loads(await child.stdout.readline())
    return answer


def serve(kind: str) -> None:
    """The child: a sink whose every line of stdin ends its mischief, and is answered with what it has had."""
    with a_sink(_BAD * 200 if kind == BAD else ()) as sink:
        _say(url=sink.url)
        for _ in sys.stdin:
            sink.script.clear()
            ids = [alert["id"] for body in list(sink.taken) for alert in body["alerts"]]
            _say(ids=ids, tries=len(sink.asked))


def _say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def shown(found: Sequence[dict[str, Any]]) -> list[str]:
    """The table: medians of the rounds."""
    rows = []
    for kind in (NONE, GOOD, BAD):
        own = [one for one in found if one["kind"] == kind]
        figures = [f"{median(one[name] for one in own):.2f}" for name in ("p50_ms", "p99_ms", "most_ms")]
        sums = [str(sum(one.get(name, 0) for one in own)) for name in ("put", "arrived", "tries")]
        rows.append((kind, *figures, *sums))
    return table(("channel", "p50 ms", "p99 ms", "most ms", "put up", "arrived", "tries"), rows)


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sink", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.sink:
        serve(asked.sink)
        return 0
    found = []
    for _ in range(asked.rounds):
        for kind in (NONE, GOOD, BAD):
            with tempfile.TemporaryDirectory() as folder:
                found.append(asyncio.run(measured(kind, asked.seconds, Path(folder) / "desk")))
    if asked.json:
        print(json.dumps(found))
    else:
        print("\n".join(shown(found)))
        print(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(one["whole"] for one in found if one["kind"] != NONE) else 1


if __name__ == "__main__":
    sys.exit(main())
