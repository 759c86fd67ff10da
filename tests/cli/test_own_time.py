"""The measure by which ends are judged leaves out the wait for a processor, and nothing else."""

import os
import select
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.cli.own_time import seconds_to_end

IDLE = "import sys, time; print(flush=True); sys.stdin.read(1); time.sleep(0.5)"
BUSY = """
import sys, time
print(flush=True)
sys.stdin.read(1)
while time.thread_time() < 0.5:
    pass
"""
CROWD = "while True: pass"


@pytest.mark.parametrize("program", [IDLE, BUSY])
def test_what_a_process_waits_for_and_what_it_computes_are_its_own(program: str) -> None:
    assert end_of(program) > 0.4


def test_what_it_waits_for_a_processor_among_many_is_not_its_own() -> None:
    if not Path("/proc/self/schedstat").exists():
        pytest.skip("this system does not count what a thread waits for a processor")
    one = {min(os.sched_getaffinity(0))}
    crowd = [subprocess.Popen([sys.executable, "-c", CROWD]) for _ in range(4)]
    try:
        for each in crowd:
            os.sched_setaffinity(each.pid, one)
        assert 0.4 < end_of(BUSY, one) < 1.2  # some 2.5 s by the clock
    finally:
        for each in crowd:
            each.kill()
            each.wait()


def end_of(program: str, processors: Collection[int] = ()) -> float:
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        if processors:
            os.sched_setaffinity(process.pid, processors)
        done = os.pidfd_open(process.pid)
        try:
            return seconds_to_end(process, process.stdin.close, lambda: select.select([done], [], [], 0.01))
        finally:
            os.close(done)
