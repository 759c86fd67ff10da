"""Runs no backtest: starts a process of its own, as a compiler is, says so, and waits for the end of its questions."""

import subprocess
import sys

from atlas_tui.backtest.talk import Passed, line_of

if __name__ == "__main__":
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdin=subprocess.DEVNULL)
    sys.stdout.buffer.write(line_of(Passed("compiling")))
    sys.stdout.buffer.flush()
    sys.stdin.read()
