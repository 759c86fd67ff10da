"""`atlas run`: the desk without a screen, lines fit for a journal, until SIGTERM."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress

import click

from atlas_tui.cli.common import common_options, desk_options, preset_option, recording_of, settings_of
from atlas_tui.cli.door import Door
from atlas_tui.cli.ending import end_desk, has_terminal, wait_for_end
from atlas_tui.cli.heap import set_aside
from atlas_tui.cli.listing import json_text
from atlas_tui.cli.logs import log_to
from atlas_tui.cli.note import desk_facts, write_note
from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.cli.rules import FileRules
from atlas_tui.cli.saying import marked, reaches_journal
from atlas_tui.cli.serving import served
from atlas_tui.cli.supervised import manager, supervised
from atlas_tui.cli.wiring import hold_desk
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock
from core.config import is_loopback
from core.domain.events import Level, Noted, fresh_notes
from core.domain.link import LinkView
from core.domain.signals import iso_z
from core.domain.snapshot import Mode, Snapshot
from core.domain.text import one_line


@click.command("run")
@desk_options
@preset_option
@common_options
@click.pass_context
def run_command(context: click.Context) -> None:
    """Run the desk without a screen: paper trading on the venue, until SIGTERM or ctrl+c.

    Prints `ready` and one JSON line when it is armed, then one line for every event of note. Under systemd it says
    there when it is armed, how it does and that it lives: see atlas service. Started without a terminal, as there, it
    reads its settings again at SIGHUP.
    """
    settings = settings_of(context)
    settings.check_venue()
    state = StateDir.create(settings.state_dir)
    mode = Mode.DEMO if is_loopback(settings.venue.rest) else Mode.PAPER
    with state.lock():
        log_to(state.root)
        rules = FileRules(settings, lambda: settings_of(context))
        asyncio.run(run_headless(DeskPlan(settings, state, mode, record=recording_of(context), rules=rules)))


async def run_headless(plan: DeskPlan) -> None:
    """Run a desk until a signal; raises AtlasError when it cannot run."""
    journal = Journalist(plan)
    door = Door(plan.settings.policy, SystemClock().now(), LinkView(plan.mode, preset=plan.settings.preset))

    def begin(built: Built) -> None:
        journal.begin(built)
        door.open_to(built.session)

    def progress(text: str) -> None:
        journal.progress(text)
        door.progress(text)

    async with served(plan, door):
        async with supervised(journal, manager()) as reload:
            desk = asyncio.create_task(hold_desk(plan, begin, progress), name="desk")
            cause = await wait_for_end(desk, None if has_terminal() else reload)
        await end_desk(desk, journal.built, cause)


class Journalist:
    """Says on stdout what the desk does: `ready`, a JSON line, then the log."""

    def __init__(self, plan: DeskPlan) -> None:
        self.built: Built | None = None
        self.armed = False
        self.waiting = ""
        self._plan = plan
        self._said: Noted | None = None
        self._held: list[str] = []
        self._arming: asyncio.Task[None] | None = None
        self._told = False

    def progress(self, text: str) -> None:
        """An unreachable venue is said once on stderr; the rest is quick."""
        self.waiting = text
        if text.startswith("venue unreachable") and not self._told:
            self._told = True
            _warn(text, Level.WARN)

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
        self.armed = True
        _print("ready")
        _print(json_text(facts))
        for line in self._held:
            _print(line)
        self._held.clear()

    def _hear(self, snapshot: Snapshot) -> None:
        for noted in fresh_notes(snapshot.log, self._said):
            if self.built is None or noted.at < self.built.since:
                continue  # told by the run that it happened in
            line = marked(_line(noted), noted.level, sys.stdout)
            if self.armed:
                _print(line)
            elif noted.level is Level.ERROR:
                _warn(_line(noted), noted.level)
            else:
                self._held.append(line)
                del self._held[:-200]
        self._said = snapshot.log[-1] if snapshot.log else self._said


def _line(noted: Noted) -> str:
    """Loudness, topic and text, behind the time where nobody else writes that down."""
    line = f"{noted.level.value} {noted.topic} {one_line(noted.text)}"
    return line if reaches_journal(sys.stdout) else f"{iso_z(noted.at.replace(microsecond=0))} {line}"


def _warn(text: str, level: Level) -> None:
    sys.stderr.write(marked(f"atlas: {one_line(text)}\n", level, sys.stderr))
    sys.stderr.flush()


def _print(line: str) -> None:
    say: Callable[[str], object] = sys.stdout.write
    with suppress(BrokenPipeError):
        say(line + "\n")
        sys.stdout.flush()
