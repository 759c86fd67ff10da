"""The terminal: what it can show, its size, and the options of a tmux around it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from atlas_tui.cli.doctor.finding import Case, Finding, warn, well

SMALLEST: Final = (40, 12)
"""Columns and rows from which on every view has a layout."""
SLOWEST_ESCAPE_MS: Final = 100
_TMUX_S: Final = 3.0


def look_at_terminal(case: Case) -> Sequence[Finding]:
    """TERM, colours, size and alphabet; nothing to find where no terminal is attached, as under systemd."""
    size = _size()
    if size is None:
        return (well("terminal", "none is attached; atlas run needs none"),)
    return (
        _kind(case.environ),
        colours(case.environ),
        *(() if size[0] >= SMALLEST[0] and size[1] >= SMALLEST[1] else (_too_small(size),)),
        *_alphabet(),
    )


def look_at_tmux(case: Case) -> Sequence[Finding]:
    """The options that make a console in tmux slow or pale."""
    if not case.environ.get("TMUX"):
        return (well("tmux", "not inside tmux"),)
    if shutil.which("tmux") is None:
        return (warn("tmux", "inside tmux, but there is no tmux command to ask", "put tmux on the PATH"),)
    command = ["tmux", "show-options", "-s"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=_TMUX_S, check=False)
    if run.returncode != 0:
        return (warn("tmux", "inside tmux, but it does not tell its options", "start a new session of tmux"),)
    return tmux_findings(run.stdout)


def colours(environ: Mapping[str, str]) -> Finding:
    """How many colours will be used."""
    term = environ.get("TERM", "")
    if environ.get("NO_COLOR"):
        return well("colours", "none, as NO_COLOR asks; words and signs tell the same")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or term.endswith("-direct"):
        return well("colours", "24 bit")
    if "256" in term:
        return warn("colours", "256 of them: themes look a little paler", "export COLORTERM=truecolor")
    return warn(
        "colours",
        f"16 of them, as far as TERM={term} tells",
        "export TERM=xterm-256color COLORTERM=truecolor, where the terminal can",
    )


def tmux_findings(options: str) -> Sequence[Finding]:
    """What the server's options, as `tmux show-options -s` prints them, leave to be wished for."""
    told = [line.partition(" ")[::2] for line in options.splitlines()]
    value = {name: text.strip('"') for name, text in told}
    features = " ".join(text for name, text in told if name.startswith(("terminal-features", "terminal-overrides")))
    found = []
    escape = value.get("escape-time", "")
    if escape.isdigit() and int(escape) > SLOWEST_ESCAPE_MS:
        found.append(warn("tmux", f"escape-time is {escape} ms: Esc comes late", "set -s escape-time 20"))
    inner = value.get("default-terminal", "")
    if inner and not inner.startswith(("tmux", "screen")):
        cure = "set -s default-terminal tmux-256color"
        found.append(warn("tmux", f"default-terminal is {inner}: keys and cells may come out wrong", cure))
    elif inner and "256color" not in inner:
        cure = "set -s default-terminal tmux-256color"
        found.append(warn("tmux", f"default-terminal is {inner}: few colours", cure))
    if "RGB" not in features and "Tc" not in features:
        cure = "set -as terminal-features ',*:RGB'"
        found.append(warn("tmux", "24 bit colours do not get through (no RGB in terminal-features)", cure))
    if value.get("focus-events") == "off":
        found.append(warn("tmux", "focus-events is off: nobody-is-there is told later", "set -s focus-events on"))
    if not found:
        return (well("tmux", f"escape-time {escape or 'unknown'} ms, {inner or 'its usual terminal'}, 24 bit colours"),)
    return found


def _kind(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        found = f"TERM={term}: no console can be drawn" if term else "TERM is not set: no console can be drawn"
        return warn("terminal", found, "export TERM=xterm-256color, or ssh -t")
    columns, rows = _size() or SMALLEST
    return well("terminal", f"TERM={term}, {columns}x{rows}")


def _too_small(size: tuple[int, int]) -> Finding:
    smallest = "x".join(map(str, SMALLEST))
    return warn("size", f"{size[0]}x{size[1]} is smaller than any layout", f"make it {smallest} at least")


def _alphabet() -> Sequence[Finding]:
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    if encoding == "utf8":
        return ()
    return (warn("alphabet", f"{encoding}: signs come out as ?", "export LANG=C.UTF-8, or use --ascii"),)


def _size() -> tuple[int, int] | None:
    """Columns and rows of the terminal on any of the three streams."""
    for descriptor in (0, 1, 2):
        try:
            columns, rows = os.get_terminal_size(descriptor)
        except OSError:
            continue
        return (columns, rows)
    return None
