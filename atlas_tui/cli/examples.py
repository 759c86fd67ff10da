"""The end of every verb's `--help`: examples to type, and what its exit code says."""

from collections.abc import Mapping
from typing import Final

import click

_USUAL: Final = "0 done; 1 it failed, as where there is no ledger; 2 a setting or an option is wrong"
_RUNS: Final = "0 it was ended; 1 it failed, as where another desk is at work there; 2 a setting or an option is wrong"
_LIST: Final = ("atlas {0}", "atlas {0} --format csv > {0}.csv", "atlas {0} --state-dir ~/.local/state/atlas/demo")

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "demo": ("atlas demo", "atlas demo --seed 3 --speed 20", "atlas demo --keep"),
    "run": ("atlas run", "atlas run --api --record ~/atlas.tape", "atlas service install"),
    "attach": (
        "atlas attach",
        "ssh vps -t atlas attach --mask",
        "atlas attach --url http://127.0.0.1:8080 --token-file ~/.atlas-token",
    ),
    "scan": ("atlas scan", "atlas scan --symbol SOL --format json"),
    "bars": ("atlas bars BTC --timeframe 1h --limit 50", "atlas bars candles.csv --to 4h"),
    "signals": _LIST,
    "setups": ("atlas setups --pending", *_LIST[1:]),
    "positions": _LIST,
    "trades": _LIST,
    "shadows": _LIST,
    "performance": ("atlas performance", "atlas performance --format json"),
    "leverage": ("atlas leverage", "atlas leverage --format json"),
    "status": ("atlas status", "atlas status --format json"),
    "explain": ("atlas explain 1f0c9a2b", "atlas explain 1f0c9a2b --format json"),
    "check": ("atlas check", "atlas check --format json"),
    "ledger dump": ("atlas ledger dump --sha256", "atlas ledger dump --no-chain --no-process-rows > events.txt"),
    "replay": (
        "atlas replay ~/atlas.tape --state-dir ~/again",
        "atlas replay tape --until 2026-01-20T15:00:00Z",
    ),
    "diff": ("atlas diff ~/atlas.tape", "atlas diff ~/atlas.tape --format json"),
    "play": (
        "atlas play ~/atlas.tape --speed 60",
        "atlas play BTC-USD_15m.csv --paused",
        "atlas play --symbols BTC,ETH --since 2025-01-01",
    ),
    "backtest": ("atlas backtest --data candles/ --since 2025-01-01", "atlas backtest --symbols BTC,ETH --format json"),
    "sweep": ("atlas sweep grid.toml --data candles/", "atlas sweep grid.toml --scheduler tcp://127.0.0.1:8786"),
    "history fetch": (
        "atlas history fetch BTC ETH --since 2024-01-01",
        "atlas history fetch SOL --timeframe 4h --since 2025-06-01 --until 2026-01-01",
    ),
    "history list": ("atlas history list", "atlas history list --format json"),
    "history gaps": ("atlas history gaps", "atlas history gaps BTC --timeframe 15m"),
    "history verify": ("atlas history verify", "atlas history verify BTC"),
    "history export": ("atlas history export BTC btc.parquet --since 2025-01-01", "atlas history export BTC > btc.csv"),
    "history remove": ("atlas history remove BTC --timeframe 3m", "atlas history remove BTC-USD --yes"),
    "history import": ("atlas history import BTC-USD_15m.csv.gz", "atlas history import rates.csv --symbol BTC-USD"),
    "backup": ("atlas backup", "atlas backup /mnt/usb/ledger.db"),
    "restore": ("atlas restore ~/.local/state/atlas/backups/ledger-20260101T000000Z.db",),
    "deposit": ('atlas deposit 500 --reason "more to play with"', "atlas deposit 500 --yes"),
    "withdraw": ('atlas withdraw 200 --reason "the month"', "atlas withdraw 200 --yes"),
    "reset": ("atlas reset", "atlas reset --yes"),
    "screenshot": ("atlas screenshot console.svg", "atlas screenshot --tab 3 --size 50x30 --holding phone.svg"),
    "line": ("atlas line", "atlas line --mask --ascii"),
    "exchange": ("atlas exchange --port 8081 --ws-port 8082 --speed 60", "atlas exchange --fault stall@20"),
    "doctor": ("atlas doctor", "atlas doctor --format json"),
    "service print": ("atlas service print", "atlas service print --user"),
    "service install": ("sudo atlas service install", "atlas service install --user --replace"),
    "alerts test": ("atlas alerts test",),
    "alerts pending": ("atlas alerts pending", "atlas alerts pending --format json"),
    "alerts retry": ("atlas alerts retry",),
    "config show": ("atlas config show", "atlas config show --preset demo"),
    "config path": ("atlas config path",),
    "config init": ("atlas config init", "atlas config init ./atlas.toml"),
}
"""By verb, what may be typed; `{0}` is the verb."""
_EXITS: Final[Mapping[str, str]] = {
    "run": _RUNS,
    "demo": _RUNS,
    "exchange": "0 it was ended; 1 a port is taken; 2 an option is wrong",
    "diff": "0 every difference has a cause that was shown; 1 one has none; 2 the recording cannot be compared",
    "play": "0 the console was left; 1 it failed; 2 the file cannot be played, or a setting or an option is wrong",
    "attach": "0 the console was left; 1 no desk runs there, or it has ended; 2 a setting or an option is wrong",
    "check": "0 every invariant holds; 1 one is broken, or there is no ledger; 2 a setting or an option is wrong",
    "doctor": "0 no line says fail; 1 one does; 2 an option is wrong",
    "history fetch": "0 done; 1 the venue did not answer; 2 a setting or an option is wrong",
    "history verify": "0 every byte is what was written; 1 one is not; 2 a setting or an option is wrong",
    "history import": "0 every file was taken; 1 one was refused; 2 a setting or an option is wrong",
    "line": "0 in every case, for tmux",
    "alerts test": "0 every channel took it; 1 one did not; 2 no channel is set, or an address or option is wrong",
    "scan": "0 done; 1 the venue did not answer; 2 a setting or an option is wrong",
    "bars": "0 done; 1 the file or the venue could not be read; 2 a setting or an option is wrong",
}


def teach(command: click.Command, verb: str) -> click.Command:
    """The command, and those below it, with their examples and exit codes at the end of `--help`."""
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            teach(below, f"{verb} {name}")
    elif verb in EXAMPLES:
        lines = "\n".join(f"  {example.format(verb)}" for example in EXAMPLES[verb])
        exits = "\n".join(f"  {part}" for part in _EXITS.get(verb, _USUAL).split("; "))
        command.epilog = f"\b\nExamples:\n{lines}\n\n\b\nExit code:\n{exits}"
    return command
