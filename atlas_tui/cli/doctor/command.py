"""`atlas doctor`: one line a check, worst news with its cure."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import click

from atlas_tui.cli.asked import settings_asked
from atlas_tui.cli.common import asked_of, common_options, format_option
from atlas_tui.cli.doctor.alerts import look_at_alerts
from atlas_tui.cli.doctor.attach import look_at_attach
from atlas_tui.cli.doctor.desk import (
    look_at_brake,
    look_at_directory,
    look_at_ledger,
    look_at_lock,
    look_at_retention,
)
from atlas_tui.cli.doctor.examining import examine
from atlas_tui.cli.doctor.finding import Case, Finding, Look, Verdict
from atlas_tui.cli.doctor.machine import look_at_disk, look_at_kernels, look_at_python
from atlas_tui.cli.doctor.service import look_at_api, look_at_unit
from atlas_tui.cli.doctor.settings import look_at_secrets, look_at_settings
from atlas_tui.cli.doctor.terminal import look_at_terminal, look_at_tmux
from atlas_tui.cli.doctor.venue import look_at_rest, look_at_socket
from atlas_tui.cli.listing import put_json, put_rows
from atlas_tui.cli.saying import tell
from core.adapters.state_dir import StateDir
from core.config import Zone, named_config_path, state_dir_of
from core.config.settings import no_secrets
from core.domain.errors import ConfigError
from core.domain.text import one_line

LOOKS: Final[Mapping[str, Look]] = {
    "terminal": look_at_terminal,
    "tmux": look_at_tmux,
    "python": look_at_python,
    "kernels": look_at_kernels,
    "settings": look_at_settings,
    "secrets": look_at_secrets,
    "state": look_at_directory,
    "desk": look_at_lock,
    "attach": look_at_attach,
    "ledger": look_at_ledger,
    "retention": look_at_retention,
    "halt": look_at_brake,
    "disk": look_at_disk,
    "venue": look_at_rest,
    "socket": look_at_socket,
    "service": look_at_unit,
    "api": look_at_api,
    "alerts": look_at_alerts,
}
"""What is looked at, in the order it is told."""
_COLUMNS: Final = ("verdict", "name", "found", "cure")
_LONGEST: Final = 600


@click.command("doctor")
@format_option
@common_options
@click.pass_context
def doctor_command(context: click.Context, style: str) -> int:
    """Look at terminal, machine, settings, venue, ledger and service; each line ok, warn or fail, with the cure.

    Nothing is changed, and a running desk is not disturbed. Exit 0 unless a line says fail, then 1.
    """
    case = _case(context)
    findings = asyncio.run(examine(LOOKS, case))
    rows = [_row(finding) for finding in findings]
    failed = any(finding.verdict is Verdict.FAIL for finding in findings)
    if style == "json":
        put_json({"ok": not failed, "state_dir": str(case.state.root), "checks": rows})
    elif style == "csv":
        put_rows(rows, _COLUMNS, style, Zone.UTC)
    else:
        _put_lines(rows)
    return 1 if failed else 0


def _case(context: click.Context) -> Case:
    """What this command line is about; settings that are refused are a finding, not the end."""
    asked = asked_of(context)
    config = (asked.get("config") or named_config_path()).expanduser().absolute()
    state = StateDir(state_dir_of(asked.get("state_dir")))
    try:
        return Case(config, state, settings_asked(asked, secrets=no_secrets))
    except ConfigError as error:
        return Case(config, state, None, str(error))


def _row(finding: Finding) -> dict[str, str]:
    found, cure = (one_line(text, _LONGEST) for text in (finding.found, finding.cure))
    return {"name": finding.name, "verdict": finding.verdict.value, "found": found, "cure": cure}


def _put_lines(rows: Sequence[Mapping[str, str]]) -> None:
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        tell(f"{row['verdict']:<4}  {row['name']:<{width}}  {row['found']}")
        if row["cure"]:
            tell(f"      cure: {row['cure']}")
    count = Counter(row["verdict"] for row in rows)
    tell("\n" + ", ".join(f"{count[verdict]} {verdict}" for verdict in Verdict))
