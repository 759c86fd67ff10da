"""`atlas run`: the desk without a screen, lines fit for a journal, until SIGTERM."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress

import click

from atlas_tui.cli.common import common_options, preset_option, record_option, recording_of, settings_of
from atlas_tui.cli.ending import end_desk, wait_for_end
from atlas_tui.cli.heap import set_aside
from atlas_tui.cli.listing import json_text
from atlas_tui.cli.logs import log_to
from atlas_tui.cli.note import desk_facts, write_note
from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.cli.wiring import hold_desk
from core.adapters.state_dir import StateDir
from core.config import is_loopback
from core.domain.events import Level, Noted, fresh_notes
from core.domain.signals import iso_z
from core.domain.snapshot import Mode, Snapshot
from core.domain.text import one_line


@click.command("run")
@record_option
@preset_option
@common_options
@click.pass_context
def run_command(context: click.Context) -> None:
    """Run the desk without a screen: paper trading on the venue, until SIGTERM or ctrl+c.

    Prints `ready` and one JSON line when it is armed, then one line for every event of note.
    """
    settings = settings_of(context)
    settings.check_venue()
    state = StateDir.create(settings.state_dir)
    mode = Mode.DEMO if is_loopback(settings.venue.rest) else Mode.PAPER
    with state.lock():
        log_to(state.root)
        asyncio.run(run_headless(DeskPlan(settings, state, mode, record=recording_of(context))))


async def run_headless(plan: DeskPlan) -> None:
    """Run a desk until a signal; raises AtlasError when it cannot run."""
    journal = Journalist(plan)
    desk = asyncio.create_task(hold_desk(plan, journal.begin, journal.progress), name="desk")
    cause = await wait_for_end(desk)
    await end_desk(desk, journal.built, cause)


class Journalist:
    """Says on stdout what the desk does: `ready`, a JSON line, then the log."""

    def __init__(self, plan: DeskPlan) -> None:
        self.built: Built | None = None
        self._plan = plan
        self._said: Noted | None = None
        self._ready = False
        self._held: list[str] = []
        self._arming: asyncio.Task[None] | None = None
        self._waiting = ""

    def progress(self, text: str) -> None:
        """An unreachable venue is said once on stderr; the rest is quick."""
        if text.startswith("venue unreachable") and not self._waiting:
            self._waiting = text
            sys.stderr.write(f"atlas: {one_line(text)}\n")
            sys.stderr.flush()

    def begin(self, built: Built) -> None:
        """Listen to the session, and wait for it to be armed."""
        self.built = built
        built.session.subscribe(self._hear)
        self._arming = asyncio.create_task(self._announce(built), name="announce")

    async def _announce(self, built: Built) -> None:
        await built.session.wait_armed()
        set_aside()
        facts = desk_facts(self._plan, built, built.session.snapshot)
        write_note(self._plan.state.root, facts)
        self._ready = True
        _print("ready")
        _print(json_text(facts))
        for line in self._held:
            _print(line)
        self._held.clear()

    def _hear(self, snapshot: Snapshot) -> None:
        for noted in fresh_notes(snapshot.log, self._said):
            if self.built is None or noted.at < self.built.since:
                continue  # told by the run that it happened in
            line = f"{iso_z(noted.at.replace(microsecond=0))} {noted.level.value} {noted.topic} {one_line(noted.text)}"
            if self._ready:
                _print(line)
            elif noted.level is Level.ERROR:
                sys.stderr.write(f"atlas: {line}\n")
                sys.stderr.flush()
            else:
                self._held.append(line)
                del self._held[:-200]
        self._said = snapshot.log[-1] if snapshot.log else self._said


def _print(line: str) -> None:
    say: Callable[[str], object] = sys.stdout.write
    with suppress(BrokenPipeError):
        say(line + "\n")
        sys.stdout.flush()
