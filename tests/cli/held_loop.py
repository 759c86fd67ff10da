"""`python -m tests.cli.held_loop ...`: the command; at SIGUSR1 its main thread waits at a gate, its others go on."""

import os
import signal
import sys
from pathlib import Path

from atlas_tui.__main__ import main

GATE = "HELD_LOOP_GATE"
"""The variable that names a FIFO: opening it for reading takes until somebody opens it for writing."""

if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, lambda *_: Path(os.environ[GATE]).read_bytes())
    sys.exit(main())
