"""The desk's directory: whose it is, who runs on it, its ledger, what it takes, and the brake."""

import os
import stat
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from atlas_tui.cli.doctor.finding import Case, Finding, fail, nearest, unread, warn, well
from atlas_tui.cli.note import desk_note, holder_of
from atlas_tui.cli.status_file import feed_told
from atlas_tui.line import STALE_S
from core.adapters.halt_file import NAME as HALT
from core.adapters.ledger_quick import begun_at, first_fault
from core.adapters.retention import disk_use
from core.adapters.system_clock import SystemClock
from core.domain.link import Mode

BACKUP_DAYS: Final = 7
"""A ledger older than this has a backup that is younger."""
_SHOWN: Final = 3


def look_at_directory(case: Case) -> Sequence[Finding]:
    """The state directory: ours, private, writable, and so is what is in it."""
    root = case.state.root
    if not root.exists():
        around = nearest(root)
        if os.access(around, os.W_OK | os.X_OK):
            return (well("state", f"{root} is made at the first start"),)
        return (fail("state", f"{root} cannot be made: {around} is not writable", f"chmod u+rwx {around}"),)
    if not root.is_dir():
        return (fail("state", f"{root} is not a directory", "move it away, or choose another with --state-dir"),)
    info = root.stat()
    if info.st_uid != os.geteuid():
        return (fail("state", f"{root} belongs to another user", f"chown -R {os.geteuid()} {root}, or be that user"),)
    if stat.S_IMODE(info.st_mode) & 0o077:
        return (fail("state", f"others can look into {root}", f"chmod 700 {root}"),)
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        return (fail("state", f"{root} is not writable", f"chmod 700 {root}"),)
    open_ones = sorted(path.name for path in root.iterdir() if _is_open_to_others(path))
    if open_ones:
        names = ", ".join(open_ones[:_SHOWN]) + (", ..." if len(open_ones) > _SHOWN else "")
        return (warn("state", f"others could read {names} in {root}", f"chmod -R go= {root}"),)
    return (well("state", f"{root}, yours alone"),)


def look_at_lock(case: Case) -> Sequence[Finding]:
    """Who runs a desk here, and whether it still says something."""
    root = case.state.root
    pid = holder_of(root)
    if pid is None:
        return (well("desk", "none runs on this directory"),)
    told = feed_told(root, pid, time.monotonic())
    if told is None:
        return (well("desk", f"pid {pid} holds the directory, and has not told of its feed yet"),)
    if told["told_s_ago"] > STALE_S:
        found = f"pid {pid} has said nothing for {told['told_s_ago']:.0f} s"
        return (
            fail("desk", found, f"see {root}/atlas.log, then: kill {pid}, and kill -9 if it stays; start it again"),
        )
    return (well("desk", f"pid {pid} runs, its feed is {told['state']}"),)


def look_at_ledger(case: Case) -> Sequence[Finding]:
    """The database and its log, at a glance."""
    ledger = case.state.ledger
    if not ledger.exists():
        return (well("ledger", "none yet"),)
    fault = first_fault(ledger)
    if not fault:
        return (well("ledger", f"{ledger}, sound at a glance; atlas check judges it whole"),)
    newest = case.state.newest_backup()
    cure = f"atlas restore {newest}" if newest else "atlas check names what breaks; atlas reset archives it"
    return (fail("ledger", fault, cure),)


def look_at_retention(case: Case) -> Sequence[Finding]:
    """What the directory takes against its budgets, and how old the newest backup is."""
    if case.settings is None:
        return (unread("retention"),)
    if not case.state.root.is_dir():
        return (well("retention", "nothing is kept yet"),)
    used, kept = disk_use(case.state), case.settings.retention
    found = []
    if used.ledger_mb > kept.ledger_mb:
        cure = "atlas backup, then atlas reset begins a new one; or raise retention.ledger_mb"
        found.append(warn("retention", f"the ledger takes {used.ledger_mb} MB, its budget is {kept.ledger_mb}", cure))
    if used.log_mb > kept.log_mb * 1.1:
        cure = f"delete the oldest {case.state.root}/atlas.log.*, or raise retention.log_mb"
        found.append(warn("retention", f"the log takes {used.log_mb} MB, its budget is {kept.log_mb}", cure))
    if _lacks_backup(case):
        cure = "atlas backup, every day by a timer: docs/upgrade.md"
        found.append(warn("backup", f"the ledger has no backup of the last {BACKUP_DAYS} days", cure))
    taken = f"ledger {used.ledger_mb} MB, log {used.log_mb} MB, backups {used.backups_mb} MB"
    return found or (well("retention", taken),)


def look_at_brake(case: Case) -> Sequence[Finding]:
    """The file that halts entries."""
    brake = case.state.root / HALT
    if os.path.lexists(brake):
        return (warn("halt", f"{brake} is there: no entry is taken", f"rm {brake}, when entries are wanted again"),)
    return (well("halt", "entries are not halted by a file"),)


def _is_open_to_others(path: Path) -> bool:
    info = path.lstat()
    return not stat.S_ISLNK(info.st_mode) and bool(stat.S_IMODE(info.st_mode) & 0o077)


def _lacks_backup(case: Case) -> bool:
    """Is the ledger older than a week, and every copy of it, too? A demo's needs none."""
    begun = begun_at(case.state.ledger)
    if begun is None or desk_note(case.state.root).get("mode") == Mode.DEMO.value:
        return False
    week_ago = SystemClock().now() - timedelta(days=BACKUP_DAYS)
    newest = case.state.newest_backup()
    return begun < week_ago and (newest is None or newest.stat().st_mtime < week_ago.timestamp())
