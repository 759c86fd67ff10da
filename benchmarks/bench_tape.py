"""What a recording costs: the event loop for each tick, and the recorder's thread behind it.

Run as `python -m benchmarks.bench_tape [--ticks N]`.
"""

import argparse
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from core.adapters.tape_reader import TapeReader
from core.adapters.tape_recorder import Recorder
from core.domain.events import PriceTick
from core.domain.taped import DeskBegan
from core.session.shell import Unrecorded
from tests.builders import TUESDAY, a_policy, a_tick

FRAME = b'{"channel":"ticker","sequence_num":12,"events":[{"type":"update","tickers":[' + b"x" * 260 + b"]}]}"
A_SECOND = 5000
"""Ticks between two pauses, as a flood would have them."""


def loop_us(tape: Recorder | Unrecorded, ticks: list[PriceTick]) -> float:
    """Microseconds of the caller for each tick, with the frame it came in where frames are kept."""
    heard = getattr(tape, "frame", None)
    began = time.perf_counter()
    for tick in ticks:
        if heard is not None:
            heard(FRAME)
        tape.take(tick)
    return (time.perf_counter() - began) / len(ticks) * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ticks", type=int, default=100_000)
    count = parser.parse_args().ticks
    ticks = [a_tick(100 + number % 97, TUESDAY + timedelta(milliseconds=number)) for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tape"
        recorder = Recorder(file, "bench", 10**10)
        recorder.begin(DeskBegan(a_policy(), 0, TUESDAY), ())
        began, spent = time.perf_counter(), []
        for start in range(0, count, A_SECOND):
            spent.append(loop_us(recorder, ticks[start : start + A_SECOND]))
        recorder.close()
        whole_s = time.perf_counter() - began
        began = time.perf_counter()
        read = sum(1 for _ in TapeReader(file).entries())
        read_s = time.perf_counter() - began
        spent.sort()
        print(f"loop, recorded      {spent[len(spent) // 2]:8.2f} us a tick and its frame, median of {len(spent)}")
        print(f"loop, not recorded  {loop_us(Unrecorded(), ticks):8.2f} us a tick")
        print(f"written             {count / whole_s:8.0f} ticks and frames a second, to the file")
        print(f"size                {file.stat().st_size / count:8.0f} bytes a tick and its frame, before packing")
        print(f"read                {read / read_s:8.0f} entries a second")


if __name__ == "__main__":
    main()
