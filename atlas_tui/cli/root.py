"""The root of the `atlas` command: its verbs, its common options, and how an error is said."""

import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from atlas_tui.cli.common import common_options, console_options, desk_options, preset_option
from atlas_tui.cli.hooks import say_what_is_uncaught
from atlas_tui.cli.lazy import LazyGroup, load_verb
from atlas_tui.cli.saying import SENTENCE, say, tell
from core.domain.errors import AtlasError, ConfigError
from core.domain.text import clean

_HERE = "atlas_tui.cli."
_VERSION = _HERE + "version"


class Atlas(LazyGroup):
    """All verbs."""

    verbs = {
        "demo": (_HERE + "demo", "The console on an exchange of its own, trading on paper."),
        "run": (_HERE + "run", "The desk without a screen."),
        "attach": (_HERE + "attach", "A console on the desk that runs already."),
        "scan": (_HERE + "scan", "Scan the venue once and print what is found."),
        "bars": (_HERE + "bars", "Candles of a file or symbol with their STRAT classes."),
        "signals": (_HERE + "ledger", "Completed patterns the desk has found."),
        "setups": (_HERE + "ledger", "Setups, waiting and resolved, with their verdicts."),
        "positions": (_HERE + "ledger", "Open paper positions."),
        "trades": (_HERE + "ledger", "Closed paper trades."),
        "shadows": (_HERE + "shadows", "Refused entries, followed on paper to stop or target."),
        "performance": (_HERE + "accounts", "What the closed trades add up to."),
        "leverage": (_HERE + "accounts", "Leverage tiers, caps and the clock."),
        "status": (_HERE + "accounts", "The desk and its account in a few lines."),
        "explain": (_HERE + "explain", "Everything the ledger knows of one id."),
        "check": (_HERE + "check", "Do the books agree? Exit 0 if so."),
        "ledger": (_HERE + "dump", "The ledger's events as canonical text."),
        "replay": (_HERE + "replay", "A recorded session through the same desk, without a screen."),
        "play": (_HERE + "play", "A recording, or stored candles, on the console: pause, step, seek."),
        "diff": (_HERE + "diff", "A recorded session beside the same in bar mode: what differs, and why."),
        "backtest": (
            _HERE + "backtest.command",
            "Years of bars through the desk's rules: both results.",
        ),
        "sweep": (_HERE + "sweep.command", "Many settings over the same bars, and what the best of them is worth."),
        "backup": (_HERE + "backup", "A verified copy of the ledger, beside a running desk."),
        "restore": (_HERE + "restore", "Put a backup in the ledger's place; that one is kept."),
        "deposit": (_HERE + "funds", "Put paper money into the running desk's account."),
        "withdraw": (_HERE + "funds", "Take paper money out of it."),
        "reset": (_HERE + "reset", "Archive the ledger and begin anew."),
        "screenshot": (_HERE + "screenshot", "A picture of the console as SVG."),
        "line": (_HERE + "line", "One line for tmux: what stands, what is open."),
        "exchange": (_HERE + "exchange", "The embedded exchange alone, on this machine."),
        "history": (
            _HERE + "history.command",
            "Years of candles and funding rates: fetch, import, list, verify, export.",
        ),
        "doctor": (_HERE + "doctor.command", "What here keeps ATLAS from working well, and the cure."),
        "service": (_HERE + "service", "The desk as a service of systemd."),
        "alerts": (_HERE + "alerts", "Try the channels of alerts; what waits, and what has failed."),
        "config": (_HERE + "config_verbs", "Show the settings, their file, or write one."),
    }


def _print_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    tell(f"atlas {importlib.import_module(_VERSION).installed_version()}")
    context.exit()


_EPILOG = """\b
Examples:
  atlas demo                      try it, without a network
  atlas trades --help             options, examples and exit codes of a command
  eval "$(_ATLAS_COMPLETE=bash_source atlas)"    tab completion; also zsh, fish

\b
Exit code:
  0 done
  1 it failed
  2 a setting or an option is wrong
"""


@click.group(
    cls=Atlas,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print it.")
@desk_options
@console_options
@preset_option
@common_options
@click.pass_context
def atlas(context: click.Context) -> None:
    """ATLAS finds STRAT setups on Coinbase, arms them and trades them on paper.

    Without a command: the console on the live venue, or on the desk that runs on the state directory already.
    """
    if context.invoked_subcommand is None:
        context.invoke(load_verb("atlas_tui.cli.console", "console"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 for a failure, 2 for a wrong setting or option.

    Whatever it writes is made for its owner alone.
    """
    os.umask(0o077)
    say_what_is_uncaught()
    try:
        answer = atlas.main(args=arguments, prog_name="atlas", standalone_mode=False)
        code = answer if isinstance(answer, int) else 0
        return code if _flushed() else code or 1
    except AtlasError as error:
        say(f"atlas: {error}")
        return 2 if isinstance(error, ConfigError) else 1
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        sys.stderr.write(clean(told.getvalue(), SENTENCE))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        _flushed()
        return 1
    except OSError as error:
        say(f"atlas: {error.filename or 'the system'}: {error.strerror or error}")
        return 1


def _flushed() -> bool:
    """Has all that was said been taken? What nobody takes any more, a closed pipe or terminal, is dropped.

    Python would try once more at its end, and make the exit code 120.
    """
    taken = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            taken = False
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
    return taken
