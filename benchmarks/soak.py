"""A desk that lasts: `python -m benchmarks.soak [--duration 60m] [--speed 60]`, or `make soak DURATION=60m`.

The embedded exchange runs in a child, at speed, and something goes wrong with it now and then; this process runs a
whole desk without a screen. Told once a minute and at the end: resident memory and its slope in MB a real hour (over
the second half, by least squares), file descriptors and threads against those at the first minute, loop lag,
trades. Exit 0 where the slope is at most 1 MB an hour, no descriptor and no thread is new, and `atlas check` finds
nothing.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from atlas_tui.cli.heap import set_aside
from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.cli.wiring import hold_desk
from benchmarks.lag import LoopLag, open_files, resident_mb, threads
from core.adapters.ledger_check import check
from core.adapters.state_dir import StateDir
from core.config import Request, load_settings
from core.domain.snapshot import Mode

UNITS: Final = {"s": 1, "m": 60, "h": 3600}
FAULTS: Final[tuple[tuple[dict[str, object], ...], ...]] = (
    ({"kind": "drop"},),
    ({"kind": "close", "code": 1001},),
    ({"kind": "garbage"},),
    ({"kind": "stall"}, {"kind": "stall", "on": False}),
    ({"kind": "429", "count": 3},),
    ({"kind": "500", "count": 5},),
)
"""What goes wrong; of two steps the second ends it 20 s later."""
QUIET_S: Final = (20.0, 60.0)
"""Real seconds between two faults, least and most."""


@dataclass(slots=True)
class Course:
    """What was seen, a sample every ten seconds."""

    at_s: list[float] = field(default_factory=list)
    mb: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    faults: int = 0

    def slope(self) -> float:
        """MB a real hour over the second half."""
        times, sizes = self.at_s[len(self.at_s) // 2 :], self.mb[len(self.mb) // 2 :]
        middle, size = sum(times) / len(times), sum(sizes) / len(sizes)
        spread = sum((at - middle) ** 2 for at in times)
        rise = sum((at - middle) * (mb - size) for at, mb in zip(times, sizes, strict=True))
        return rise / spread * 3600 if spread else 0.0


async def soaked(duration_s: float, speed: float, seed: int, folder: Path) -> int:
    """Run the desk so long and tell; the exit code."""
    course, lag, built = Course(), LoopLag(), asyncio.get_running_loop().create_future()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "atlas_tui", "exchange", "--seed", str(seed), "--speed", str(speed),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    where = json.loads(await child.stdout.readline())
    options = {"venue.rest": ("soak", where["rest"]), "venue.ws": ("soak", where["ws"])}
    settings = load_settings(Request(preset="demo", state_dir=folder, options=options), environ={})
    plan = DeskPlan(settings, StateDir.create(folder), Mode.DEMO)
    with plan.state.lock():
        desk = asyncio.create_task(hold_desk(plan, built.set_result, lambda _: None))
        running: Built = await built
        await running.session.wait_armed()
        set_aside()  # as `atlas run` does
        beside = [
            asyncio.create_task(lag.watch()),
            asyncio.create_task(go_wrong(where["rest"], random.Random(seed), course)),
        ]
        await watch(duration_s, course, running)
        for task in beside:
            task.cancel()
        running.session.stop()
        await desk
    child.terminate()
    await child.wait()
    tell(f"loop lag p50 {lag.at_percent(50):.1f} ms, p99 {lag.at_percent(99):.1f} ms")
    return verdict(course, folder)


async def watch(duration_s: float, course: Course, running: Built) -> None:
    """A sample every ten seconds, a line every minute."""
    began = monotonic()
    while (passed := monotonic() - began) < duration_s:
        await asyncio.sleep(min(10.0, duration_s - passed))
        course.at_s.append(monotonic() - began)
        course.mb.append(resident_mb())
        course.files.append(open_files())
        course.threads.append(threads())
        if len(course.at_s) % 6 == 0:
            picture = running.session.snapshot
            tell(
                f"{course.at_s[-1] / 60:5.1f} min  {course.mb[-1]:6.1f} MB  {course.files[-1]} files  "
                f"{course.threads[-1]} threads  {len(picture.trades)} trades  {picture.link.state.value}"
            )


async def go_wrong(rest: str, chance: random.Random, course: Course) -> None:
    """One fault after the other, until cancelled."""
    while True:
        await asyncio.sleep(chance.uniform(*QUIET_S))
        for number, step in enumerate(chance.choice(FAULTS)):
            if number:
                await asyncio.sleep(20)
            await asyncio.to_thread(post, f"{rest}/_fault", step)
        course.faults += 1


def post(address: str, body: dict[str, object]) -> None:
    """Tell the exchange; a refusal is raised."""
    asked = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        answer.read()


def verdict(course: Course, folder: Path) -> int:
    """The figures at the end; the exit code."""
    broken = [f"{result.id}: {result.detail}" for result in check(folder) if not result.ok]
    warm = min(5, len(course.files) - 1)
    new_files = max(course.files[-3:]) - max(course.files[: warm + 1])
    new_threads = max(course.threads[-3:]) - max(course.threads[: warm + 1])
    slope = course.slope()
    tell(
        f"slope {slope:+.2f} MB/h over the second half, {course.mb[warm]:.1f} MB then {course.mb[-1]:.1f} MB; "
        f"{new_files:+d} files, {new_threads:+d} threads"
    )
    tell(f"{course.faults} faults; check: {'every invariant holds' if not broken else '; '.join(broken)}")
    return 0 if slope <= 1 and new_files <= 0 and new_threads <= 0 and not broken else 1


def tell(line: str) -> None:
    """A line on stdout, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def seconds(text: str) -> float:
    """`90s`, `60m` or `8h`; a bare number is seconds."""
    unit = UNITS.get(text[-1:], 0)
    return float(text[:-1]) * unit if unit else float(text)


def main() -> int:
    """Run and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--duration", type=seconds, default=3600.0)
    parser.add_argument("--speed", type=float, default=60)
    parser.add_argument("--seed", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(soaked(asked.duration, asked.speed, asked.seed, Path(folder) / "desk"))


if __name__ == "__main__":
    sys.exit(main())
