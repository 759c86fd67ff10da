"""Start of the `atlas` command: is this our core? Then the command line; `atlas line` is answered before that."""

import importlib
import signal
import sys

import core
from atlas_tui.cli.heap import hurry


def check_core() -> str:
    """One sentence when the package `core` is not ATLAS's own (overwritten, half removed or shadowed); else empty."""
    if getattr(core, "DISTRIBUTION", "") == "atlas-tui":
        return ""
    where = getattr(core, "__file__", None) or "an empty folder"
    return (
        f"atlas: the package core found at {where} is not ATLAS's: "
        "install ATLAS into an environment of its own (pipx install, or make setup) and start it outside other projects"
    )


def main() -> int:
    """Run the command line; returns the exit code.

    Until a verb listens to it, ctrl+c ends the process as it ends others: without a traceback.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if wrong := check_core():
        sys.stderr.write(wrong + "\n")
        return 2
    if "line" in sys.argv and importlib.import_module("atlas_tui.line").main(sys.argv[1:]):
        return 0
    hurry()
    code: int = importlib.import_module("atlas_tui.cli.root").main()
    return code


if __name__ == "__main__":
    sys.exit(main())
