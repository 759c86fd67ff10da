"""`atlas replay`: a recording through the same desk, into a ledger of its own."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from atlas_tui.cli.common import common_options, format_option, instant, settings_of, state_is_named
from atlas_tui.cli.listing import put_json, put_rows
from atlas_tui.cli.note import desk_note, write_note
from atlas_tui.cli.saying import say
from core.adapters.ledger_dump import digest, dump
from core.adapters.ledger_reader import LedgerReader
from core.adapters.ledger_resume import ResumedStore
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.adapters.tape_reader import TapeReader
from core.domain.errors import ConfigError
from core.domain.rows import exact
from core.domain.signals import iso_z
from core.domain.snapshot import Mode
from core.session.replay import Replayed, replay


@click.command("replay")
@click.argument("recording", type=click.Path(path_type=Path))
@click.option("--until", metavar="ISO", help="Stop before the first input after this time of the desk's.")
@format_option
@common_options
@click.pass_context
def replay_command(context: click.Context, recording: Path, until: str | None, style: str) -> None:
    """Feed RECORDING, made by --record, to the desk that recorded it: no screen, no venue, no waiting.

    The ledger goes to --state-dir. The same recording gives the same bytes in `atlas ledger dump`. A replay that was
    cut short is taken up by running it again: what the ledger holds already is compared, event by event.
    """
    settings, end = settings_of(context), instant(until, "--until") if until else None
    if not state_is_named(context):
        raise ConfigError("a replay makes a ledger of its own: choose a directory for it with --state-dir")
    tape = TapeReader(recording)
    state = StateDir.create(settings.state_dir)
    with state.lock():
        if state.ledger.exists() and "replay_of" not in desk_note(state.root):
            raise ConfigError(f"{state.root} holds a ledger that no replay has made: choose another --state-dir")
        write_note(state.root, {"mode": Mode.REPLAY.value, "replay_of": str(recording.absolute())})
        with closing(ResumedStore(SqliteStore(state), str(state.root))) as store:
            told = replay(tape, store, end)
            store.finish()
        facts = _facts(state, told)
    for sentence in [*_remarks(told), *([tape.torn] if tape.torn else [])]:
        say(f"atlas: {sentence}")
    if style == "json":
        put_json(facts)
    else:
        rows = [{"what": name, "value": value} for name, value in facts.items()]
        put_rows(rows, ("what", "value"), style, settings.ui.zone)


def _facts(state: StateDir, told: Replayed) -> dict[str, Any]:
    """The summary; balance in USD."""
    with LedgerReader(state.root) as reader:
        account, trades, positions = reader.account(), reader.trades(), reader.positions()
    return {
        "inputs": told.events,
        "desks": told.desks,
        "until": iso_z(told.until) if told.until is not None else None,
        "ledger_events": told.facts,
        "trades": len(trades),
        "open_positions": len(positions),
        "balance": exact(account.balance) if account is not None else None,
        "sha256": digest(dump(state)),
    }


def _remarks(told: Replayed) -> list[str]:
    """What was out of the ordinary, a sentence each."""
    found = []
    if told.passed_over:
        found.append(f"{told.passed_over} inputs before the first whole beginning were passed over")
    if told.lost:
        found.append(
            f"{told.lost} ledger events are left out, for the ledger did not hold them when the next desk began"
        )
    if told.refused:
        found.append(f"{told.refused} ledger events contradicted the ledger and are left out, as they were live")
    if told.failures:
        found.append(f"the desk failed on {told.failures} inputs, as it did live; first {told.first_failure}")
    return found
