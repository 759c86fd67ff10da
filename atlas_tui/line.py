"""`atlas line`: one line for tmux, read from a small file the running desk keeps; nothing heavy is imported.

The file has four lines: the desk's pid, the machine's monotonic clock when it was written, the text, and the text
without amounts of money. It is written anew when the text changes, and every few seconds without a change, so that its
age tells whether the desk still lives.
"""

import importlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

STATUS_FILE = "line"
"""In the state directory."""
WIDTH = 60
"""Most characters of the line."""
STALE_S = 30.0
"""Real seconds without a word after which a desk is taken to hang."""

_VARIABLE = "ATLAS_STATE_DIR"
_PLAIN = {"▲": "^", "▼": "v", "·": "|", "•": "*", "—": "-", "−": "-"}


def fast_line(arguments: list[str], now_s: float) -> str | None:
    """What `atlas line` prints for these arguments; None when they are not for it alone (another verb, --help, a typo).

    Args:
        arguments: of the command line, the program left out.
        now_s: the monotonic clock.
    """
    root, verb, masked, plain = "", False, False, False
    rest = iter(arguments)
    for argument in rest:
        if argument == "line" and not verb:
            verb = True
        elif argument == "--mask":
            masked = True
        elif argument == "--ascii":
            plain = True
        elif argument == "--state-dir":
            root = next(rest, "")
            if not root:
                return None
        elif argument.startswith("--state-dir="):
            root = argument.partition("=")[2]
        else:
            return None
    return line_of(folders(root), now_s, masked, plain) if verb else None


def folders(named: str = "") -> list[Path]:
    """State directories to look into: the one that is named, or else the usual one and the demo's below it."""
    root = named or os.environ.get(_VARIABLE, "")
    if root:
        return [Path(root).expanduser()]
    usual = _usual()
    return [usual, usual / "demo"]


def line_of(roots: Sequence[Path], now_s: float, masked: bool = False, plain: bool = False) -> str:
    """The line of the first directory whose desk runs; otherwise what became of the first that had one."""
    said = [_told(root, now_s, masked) for root in roots]
    known = [one for one in said if one[1]]
    running = [text for alive, text in known if alive]
    text = running[0] if running else known[0][1] if known else "ATLAS not running"
    if plain:
        text = "".join(char if char < "\x7f" else _PLAIN.get(char, "?") for char in text)
    return text[:WIDTH]


def main(arguments: list[str]) -> bool:
    """Print the line when these arguments ask for no more than that; False when they do not."""
    text = fast_line(arguments, time.monotonic())
    if text is None:
        return False
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


def _told(root: Path, now_s: float, masked: bool) -> tuple[bool, str]:
    """Does a desk run here, and what is to be said? An empty text where none ever did."""
    try:
        with (root / STATUS_FILE).open(encoding="utf-8") as file:
            lines = file.read(2000).split("\n")
        pid, written_s, text = int(lines[0]), float(lines[1]), lines[3 if masked else 2]
    except (OSError, ValueError, IndexError):
        return False, ""
    if not _holds(root, pid) or written_s > now_s + 1:
        return False, "ATLAS stopped"
    age_s = now_s - written_s
    if age_s > STALE_S:
        return True, f"ATLAS stale {int(age_s // 60)}m" if age_s >= 60 else f"ATLAS stale {int(age_s)}s"
    return True, "".join(char for char in text if char.isprintable() and char != "#")


def _holds(root: Path, pid: int) -> bool:
    """Is this the living process that holds the directory?"""
    try:
        with (root / "atlas.lock").open(encoding="ascii", errors="replace") as file:
            if int(file.read(32)) != pid:
                return False
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return True


def _usual() -> Path:
    """The directory of a desk that was not told another, as `core.config` finds it."""
    if sys.platform in ("darwin", "win32"):
        found = importlib.import_module("platformdirs").user_state_dir("atlas", appauthor=False)
        return Path(found)  # the import is slow, and on Linux two lines say the same
    named = os.environ.get("XDG_STATE_HOME", "").strip()
    return (Path(named) if named else Path.home() / ".local" / "state") / "atlas"
